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

/// What tells a spreadsheet that a text is UTF-8, which it otherwise takes for that of Windows.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A table in CSV that is being written. One with other letters than those of ASCII begins with a byte order mark, which Excel needs and
/// readers of CSV pass over; all others are plain.
pub struct CsvTable<W: Write> {
    out: W,
    text: csv::Writer<Vec<u8>>,
    /// Whether it is written as it comes, and is never marked.
    is_of_ids: bool,
}

/// Bytes of a table of ids that are kept before they are written.
const PIECE: usize = 1 << 20;

impl<W: Write> CsvTable<W> {
    /// Begins a table with its headings.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn new<C: AsRef<str>>(out: W, headings: impl IntoIterator<Item = C>) -> io::Result<Self> {
        Self::begin(out, headings, false)
    }

    /// Begins a table of ids and numbers, which programs read: it may have millions of rows, is written as it comes, and is never marked.
    ///
    /// # Errors
    /// When the headings cannot be written.
    pub fn of_ids<C: AsRef<str>>(out: W, headings: impl IntoIterator<Item = C>) -> io::Result<Self> {
        Self::begin(out, headings, true)
    }

    fn begin<C: AsRef<str>>(
        out: W,
        headings: impl IntoIterator<Item = C>,
        is_of_ids: bool,
    ) -> io::Result<Self> {
        let mut table = Self { out, text: csv::Writer::from_writer(Vec::new()), is_of_ids };
        table.row(headings)?;
        Ok(table)
    }

    /// What was written since the last time.
    fn taken(&mut self) -> io::Result<Vec<u8>> {
        let text = std::mem::replace(&mut self.text, csv::Writer::from_writer(Vec::new()));
        text.into_inner().map_err(|error| io::Error::other(error.to_string()))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it has another number of cells than the headings.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> io::Result<()> {
        for cell in cells {
            self.text.write_field(harmless(cell.as_ref()).as_ref()).map_err(io::Error::other)?;
        }
        self.text.write_record(None::<&[u8]>).map_err(io::Error::other)?;
        if self.is_of_ids && self.text.get_ref().len() > PIECE {
            let text = self.taken()?;
            self.out.write_all(&text)?;
        }
        Ok(())
    }

    /// Writes the table.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> io::Result<W> {
        let text = self.taken()?;
        if !self.is_of_ids && !text.is_ascii() {
            self.out.write_all(BYTE_ORDER_MARK)?;
        }
        self.out.write_all(&text)?;
        Ok(self.out)
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

    #[test]
    fn a_table_of_ids_is_written_as_it_comes() {
        let mut table = CsvTable::of_ids(Vec::new(), ["id", "minutes"]).unwrap();
        let rows = 200_000;
        for row in 0..rows {
            table.row([row.to_string(), "é".to_owned()]).unwrap();
        }
        assert!(table.out.len() > PIECE, "most of it is written already");
        let text = table.end().unwrap();
        assert!(text.starts_with(b"id,minutes\n0,"));
        assert_eq!(csv::Reader::from_reader(&text[..]).into_records().count(), rows);
    }

    #[test]
    fn a_table_with_other_letters_says_that_it_is_utf_8() {
        let mut table = CsvTable::new(Vec::new(), ["name"]).unwrap();
        table.row(["Ren\u{e9}'s"]).unwrap();
        let text = table.end().unwrap();
        assert!(text.starts_with(b"\xef\xbb\xbfname\n"));
        let mut reader = csv::Reader::from_reader(&text[..]);
        assert_eq!(reader.headers().unwrap().get(0), Some("name"), "readers pass over it");
    }
}
