//! Writing CSV (RFC 4180, with line feeds as spreadsheets and programs both read): the one way in which the program does. What a spreadsheet would take for a formula is text there.

use std::borrow::Cow;
use std::io::{self, Write};

/// What a formula begins with (OWASP, CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell with an apostrophe before it, if a spreadsheet would take it for a formula. Numbers stay numbers.
///
/// ```
/// use enough_tables::harmless;
/// assert_eq!(harmless("=1+1"), "'=1+1");
/// assert_eq!(harmless("-2.5"), "-2.5");
/// ```
pub fn harmless(cell: &str) -> Cow<'_, str> {
    let is_formula = cell.starts_with(FORMULA) && cell.parse::<f64>().is_err();
    if is_formula { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// A table in CSV that is being written.
pub struct CsvTable<W: Write>(csv::Writer<W>);

impl<W: Write> CsvTable<W> {
    /// Begins a table with its headings.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn new<C: AsRef<str>>(out: W, headings: impl IntoIterator<Item = C>) -> io::Result<Self> {
        let mut table = Self(csv::Writer::from_writer(out));
        table.row(headings)?;
        Ok(table)
    }

    /// Writes a row.
    ///
    /// # Errors
    /// When it cannot be written, or has another number of cells than the headings.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> io::Result<()> {
        for cell in cells {
            self.0.write_field(harmless(cell.as_ref()).as_ref()).map_err(io::Error::other)?;
        }
        self.0.write_record(None::<&[u8]>).map_err(io::Error::other)
    }

    /// Ends the table.
    ///
    /// # Errors
    /// When what is left of it cannot be written.
    pub fn end(self) -> io::Result<W> {
        self.0.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_everything_comes_back() {
        let cells = ["=cmd()", "@a", "+44 20", "-2.5", "1e3", "", "a\nb", "\"x\", y", "\rz", "=\"a\",1"];
        let mut table = CsvTable::new(Vec::new(), cells.map(|_| "=heading")).unwrap();
        table.row(cells).unwrap();
        assert!(table.row(["one"]).is_err());
        let mut table = CsvTable::new(Vec::new(), cells.map(|_| "=heading")).unwrap();
        table.row(cells).unwrap();
        let text = table.end().unwrap();
        let row = csv::Reader::from_reader(&text[..]).into_records().next().unwrap().unwrap();
        let read: Vec<&str> = row.iter().collect();
        assert_eq!(
            read,
            ["'=cmd()", "'@a", "'+44 20", "-2.5", "1e3", "", "a\nb", "\"x\", y", "'\rz", "'=\"a\",1"]
        );
        assert!(text.starts_with(b"'=heading,"));
    }
}
