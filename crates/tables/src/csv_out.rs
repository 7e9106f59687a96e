//! Writing CSV (RFC 4180, with line feeds as spreadsheets and programs both read): the one way in which the program does. What a spreadsheet would take for a formula is text there.

use std::borrow::Cow;
use std::io::{self, Write};

/// What a formula begins with (OWASP, CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell with an apostrophe before it, if a spreadsheet would take it for a formula. Numbers stay numbers, and so does the lone dash that published
/// tables have where nothing is known.
///
/// ```
/// use enough_tables::harmless;
/// assert_eq!(harmless("=1+1"), "'=1+1");
/// assert_eq!(harmless("-2.5"), "-2.5");
/// assert_eq!(harmless("-"), "-");
/// ```
pub fn harmless(cell: &str) -> Cow<'_, str> {
    // Not "-inf", which is a number to Rust and a name to a spreadsheet.
    let is_number = || {
        cell.parse::<f64>().is_ok() && !cell.contains(|c: char| c.is_alphabetic() && !matches!(c, 'e' | 'E'))
    };
    let is_formula = cell.starts_with(FORMULA) && cell != "-" && !is_number();
    if is_formula { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// What makes a cell stand in quotes. A semicolon and a tab end a cell in LibreOffice and in spreadsheets of other countries, though not in
/// RFC 4180.
const QUOTED: [char; 6] = [',', ';', '\t', '"', '\r', '\n'];

/// What tells a spreadsheet that a text is UTF-8, which it otherwise takes for that of Windows.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A table in CSV that is being written. One with other letters than those of ASCII begins with a byte order mark, which Excel needs and
/// readers of CSV pass over; all others are plain.
pub struct CsvTable<W: Write> {
    out: W,
    text: Vec<u8>,
    /// Cells of each row.
    width: usize,
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
        let headings: Vec<C> = headings.into_iter().collect();
        let mut table = Self { out, text: Vec::new(), width: headings.len(), is_of_ids };
        table.row(headings)?;
        Ok(table)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it has another number of cells than the headings.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> io::Result<()> {
        let (begin, mut count) = (self.text.len(), 0);
        for cell in cells {
            if count > 0 {
                self.text.push(b',');
            }
            count += 1;
            let cell = harmless(cell.as_ref());
            // A row of one empty cell would be an empty line, which readers pass over.
            if cell.contains(QUOTED) || (cell.is_empty() && self.width == 1) {
                self.text.extend(format!("\"{}\"", cell.replace('"', "\"\"")).bytes());
            } else {
                self.text.extend(cell.bytes());
            }
        }
        if count != self.width {
            self.text.truncate(begin);
            return Err(io::Error::other(format!("a row of {count} cells in a table of {}", self.width)));
        }
        self.text.push(b'\n');
        if self.is_of_ids && self.text.len() > PIECE {
            self.out.write_all(&std::mem::take(&mut self.text))?;
        }
        Ok(())
    }

    /// Writes the table.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(mut self) -> io::Result<W> {
        let text = std::mem::take(&mut self.text);
        if !self.is_of_ids && !text.is_ascii() {
            self.out.write_all(BYTE_ORDER_MARK)?;
        }
        self.out.write_all(&text)?;
        Ok(self.out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
    fn a_cell_is_one_cell_wherever_it_is_opened() {
        let cells = ["a;b", "a\tb", "-inf", "+NaN", "-1E5", ""];
        let mut table = CsvTable::new(Vec::new(), ["1", "2", "3", "4", "5", "6"]).unwrap();
        table.row(cells).unwrap();
        assert_eq!(table.end().unwrap(), b"1,2,3,4,5,6\n\"a;b\",\"a\tb\",'-inf,'+NaN,-1E5,\n");
        let mut table = CsvTable::new(Vec::new(), ["1"]).unwrap();
        table.row([""]).unwrap();
        assert_eq!(csv::Reader::from_reader(&table.end().unwrap()[..]).into_records().count(), 1);
    }

    proptest! {
        /// What is written is read again as it was, but for the apostrophe before what a spreadsheet would run.
        #[test]
        fn what_is_written_is_read_again(rows in proptest::collection::vec(proptest::array::uniform3(".*"), 0..5)) {
            let mut table = CsvTable::of_ids(Vec::new(), ["a", "b", "c"]).unwrap();
            for row in &rows {
                table.row(row).unwrap();
            }
            let text = table.end().unwrap();
            let read = csv::Reader::from_reader(&text[..]).into_records().collect::<Result<Vec<_>, _>>().unwrap();
            prop_assert_eq!(read.len(), rows.len());
            for (read, row) in read.iter().zip(&rows) {
                prop_assert!(read.iter().eq(row.iter().map(|cell| harmless(cell))));
            }
        }
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
