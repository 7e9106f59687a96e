//! Rows by heading: a reader says which columns it wants under which spellings, and gets the cells in that order.

use std::borrow::Cow;
use std::path::Path;

use crate::budget::ROW;
use crate::number::{is_blank, parse_number};
use crate::{Budget, Reject, Rejects, TableError, parquet_rows, text, workbook};

/// A column that a reader wants.
#[derive(Debug, Clone)]
pub struct Column {
    spellings: Vec<String>,
    needed: bool,
}

impl Column {
    /// A column without which the table is another kind of table.
    pub fn needed(spellings: &[&str]) -> Self {
        Self { spellings: spellings.iter().map(|&s| s.to_owned()).collect(), needed: true }
    }

    /// A column that some editions of the table have.
    pub fn optional(spellings: &[&str]) -> Self {
        Self { needed: false, ..Self::needed(spellings) }
    }

    fn find(&self, headings: &[String]) -> Option<usize> {
        self.spellings
            .iter()
            .find_map(|spelling| headings.iter().position(|heading| *heading == plain(spelling)))
    }
}

/// What to do with text that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Refuse it: tables that people make for this command are UTF-8.
    Utf8,
    /// Read the row as Windows-1252: Ofsted and GIAS publish in it.
    Windows1252Too,
}

/// A kind of table.
#[derive(Debug, Clone)]
pub struct Spec {
    /// What it is, for messages: "the Ofsted register of childcare providers".
    pub what: String,
    /// Columns in the order the reader will ask for them.
    pub columns: Vec<Column>,
    /// Encodings that are read.
    pub encoding: Encoding,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing, or a mark that stands for nothing.
    Empty,
    /// Text, trimmed.
    Text(Cow<'a, str>),
    /// A number of a typed format.
    Number(f64),
}

/// One row: the cells of the wanted columns.
#[derive(Debug)]
pub struct Row<'a> {
    /// The line of the text file, or the row of the sheet or Parquet file, from 1.
    pub line: u64,
    /// The cells, in the order of [`Spec::columns`].
    pub cells: Vec<Cell<'a>>,
}

impl Row<'_> {
    /// What it costs to keep, in bytes.
    fn cost(&self) -> u64 {
        let text = |cell: &Cell<'_>| if let Cell::Text(text) = cell { text.len() as u64 } else { 0 };
        ROW + self.cells.iter().map(text).sum::<u64>()
    }

    /// The text of a cell; empty where there is none.
    pub fn text(&self, column: usize) -> Cow<'_, str> {
        match &self.cells[column] {
            Cell::Empty => Cow::Borrowed(""),
            Cell::Text(text) if matches!(&**text, "-" | "NULL" | "REDACTED") => Cow::Borrowed(""),
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Number(number) => Cow::Owned(number.to_string()),
        }
    }

    /// The text of a cell that must have one.
    ///
    /// # Errors
    /// The reason, when it is empty.
    pub fn needed_text(&self, column: usize, reason: &'static str) -> Result<Cow<'_, str>, Reject> {
        let text = self.text(column);
        if text.is_empty() { Err(Reject::new(reason, "")) } else { Ok(text) }
    }

    /// The number of a cell, if it has one.
    ///
    /// # Errors
    /// The reason, when it holds something that is neither a number nor a mark for none.
    pub fn number(&self, column: usize, reason: &'static str) -> Result<Option<f64>, Reject> {
        match &self.cells[column] {
            Cell::Empty => Ok(None),
            Cell::Number(number) if number.is_finite() => Ok(Some(*number)),
            Cell::Number(number) => Err(Reject::new(reason, number.to_string())),
            Cell::Text(text) if is_blank(text) => Ok(None),
            Cell::Text(text) => {
                parse_number(text).map(Some).ok_or_else(|| Reject::new(reason, text.as_ref()))
            }
        }
    }

    /// The number of a cell that must have one.
    ///
    /// # Errors
    /// The reason, when there is none.
    pub fn needed_number(&self, column: usize, reason: &'static str) -> Result<f64, Reject> {
        self.number(column, reason)?.ok_or_else(|| Reject::new(reason, self.text(column)))
    }
}

/// Rows of one file that may be refused: what is wrong in more of them is wrong with the file, and each is remembered.
const MOST_REJECTS: u64 = 1_000_000;

/// Reads a table of any format and hands each row to `each`; what `each` refuses goes to the rejects. Returns the rows seen.
///
/// # Errors
/// [`TableError`] when the file cannot be read or is not this kind of table.
pub fn read_rows(
    path: &Path,
    spec: &Spec,
    rejects: &mut Rejects,
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), Reject>,
) -> Result<u64, TableError> {
    read_within(path, spec, Budget::default(), rejects, each)
}

/// What takes the rows of a file, as long as there are not too many.
pub(crate) type Take<'a> = dyn FnMut(&Row<'_>) -> Result<(), TableError> + 'a;

pub(crate) fn read_within(
    path: &Path,
    spec: &Spec,
    mut budget: Budget,
    rejects: &mut Rejects,
    each: &mut dyn FnMut(&Row<'_>) -> Result<(), Reject>,
) -> Result<u64, TableError> {
    let (mut rows, mut refused) = (0, 0_u64);
    let whole = budget.clone();
    let mut take = |row: &Row<'_>| {
        rows += 1;
        budget.spend(path, row.cost())?;
        if let Err(reject) = each(row) {
            refused += 1;
            if refused <= MOST_REJECTS {
                rejects.push(path, row.line, reject);
            }
        }
        Ok(())
    };
    let name = path.to_string_lossy().to_ascii_lowercase();
    if name.ends_with(".parquet") {
        parquet_rows::read(path, spec, &mut take)?;
    } else if name.ends_with(".xlsx") || name.ends_with(".ods") {
        workbook::read(path, spec, whole, &mut take)?;
    } else {
        for (line, reject) in read_text(path, spec, &mut take)? {
            rows += 1;
            rejects.push(path, line, reject);
        }
    }
    if refused > MOST_REJECTS {
        return Err(TableError::Format {
            path: path.to_owned(),
            format: "a table",
            problem: format!("{refused} of its {rows} rows cannot be used; is it another kind of file?"),
        });
    }
    if rows == 0 {
        return Err(TableError::Empty { path: path.to_owned(), expected: spec.what.clone() });
    }
    Ok(rows)
}

/// Lower case, and every run of other characters than letters and digits as one underscore.
pub(crate) fn plain(heading: &str) -> String {
    let mut plain = String::with_capacity(heading.len());
    for character in heading.trim().chars() {
        if character.is_alphanumeric() {
            plain.extend(character.to_lowercase());
        } else if !plain.is_empty() && !plain.ends_with('_') {
            plain.push('_');
        }
    }
    plain.truncate(plain.trim_end_matches('_').len());
    plain
}

/// Where each wanted column stands, if the headings have all that are needed.
pub(crate) fn bind(spec: &Spec, headings: &[String]) -> Option<Vec<Option<usize>>> {
    let headings: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
    let at: Vec<Option<usize>> = spec.columns.iter().map(|column| column.find(&headings)).collect();
    spec.columns.iter().zip(&at).all(|(column, at)| !column.needed || at.is_some()).then_some(at)
}

/// A wanted heading that stands in the table more than once: which column is meant cannot be known.
fn given_twice<'a>(at: &[Option<usize>], headings: &'a [String]) -> Option<&'a str> {
    let names: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
    let twice =
        at.iter().flatten().find(|&&at| names.iter().filter(|name| **name == names[at]).count() > 1)?;
    Some(headings[*twice].trim())
}

/// The error for a table whose headings are these.
pub(crate) fn wrong_headings(path: &Path, spec: &Spec, headings: &[String]) -> TableError {
    let there: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
    let missing = spec.columns.iter().filter(|column| column.needed && column.find(&there).is_none());
    let found: Vec<&str> =
        headings.iter().map(|heading| heading.trim()).filter(|heading| !heading.is_empty()).collect();
    let mut shown = found
        .iter()
        .take(12)
        .map(|heading| heading.chars().take(40).collect())
        .collect::<Vec<String>>()
        .join(", ");
    if found.len() > 12 {
        shown.push_str(" and others");
    }
    TableError::WrongHeadings {
        path: path.to_owned(),
        expected: spec.what.clone(),
        missing: missing.map(|column| format!("'{}'", column.spellings.join("' or '"))).collect(),
        found: shown,
    }
}

/// How many lines may stand before the headings: Nomis and ONS put titles there.
pub(crate) const MOST_PREAMBLE: usize = 30;

/// A row of a published table may break inside a quoted cell, but not this often: beyond, a stray quote swallows other rows.
const MOST_LINES_OF_A_ROW: u64 = 3;

fn read_text(path: &Path, spec: &Spec, take: &mut Take<'_>) -> Result<Vec<(u64, Reject)>, TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 18)
        .from_reader(text::open_text(path)?);
    let mut bound: Option<(Vec<Option<usize>>, usize)> = None;
    let mut first = None;
    let mut record = csv::ByteRecord::new();
    let mut rejected = Vec::new();
    let mut preamble = 0;
    loop {
        let more = reader
            .read_byte_record(&mut record)
            .map_err(|error| csv_error(path, error, reader.position().line()))?;
        if !more {
            break;
        }
        let line = record.position().map_or(0, csv::Position::line);
        if reader.position().line() > line + MOST_LINES_OF_A_ROW {
            let problem = "a quote opens here and is not closed on the same line; mend the file";
            return Err(TableError::Row { path: path.to_owned(), line, problem: problem.to_owned() });
        }
        let Some((at, width)) = &bound else {
            let headings: Vec<String> = record
                .iter()
                .map(|cell| decode(cell, spec.encoding).unwrap_or_default().into_owned())
                .collect();
            if let Some(at) = bind(spec, &headings) {
                if let Some(twice) = given_twice(&at, &headings) {
                    let problem =
                        format!("the heading '{twice}' stands there twice; remove the one that is not meant");
                    return Err(TableError::Row { path: path.to_owned(), line, problem });
                }
                bound = Some((at, headings.len()));
            } else {
                preamble += 1;
                first.get_or_insert(headings);
                if preamble > MOST_PREAMBLE {
                    break;
                }
            }
            continue;
        };
        if record.len() != *width {
            let blank = record.iter().all(<[u8]>::is_empty);
            if !blank {
                let value = format!("{} cells under {width} headings", record.len());
                rejected.push((
                    line,
                    Reject::new("the row has another number of cells than the headings", value),
                ));
            }
            continue;
        }
        let mut cells = Vec::with_capacity(at.len());
        for at in at {
            let cell = at.map_or(&b""[..], |at| &record[at]);
            let text = decode(cell, spec.encoding).ok_or(TableError::Encoding {
                path: path.to_owned(),
                line,
                hint: "",
            })?;
            cells.push(cell_of(text));
        }
        take(&Row { line, cells })?;
    }
    match (bound, first) {
        (Some(_), _) => Ok(rejected),
        (None, Some(headings)) => Err(wrong_headings(path, spec, &headings)),
        (None, None) => Err(TableError::Empty { path: path.to_owned(), expected: spec.what.clone() }),
    }
}

fn cell_of(text: Cow<'_, str>) -> Cell<'_> {
    let trimmed = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    };
    if trimmed.is_empty() { Cell::Empty } else { Cell::Text(trimmed) }
}

fn decode(cell: &[u8], encoding: Encoding) -> Option<Cow<'_, str>> {
    match (std::str::from_utf8(cell), encoding) {
        (Ok(text), _) => Some(Cow::Borrowed(text)),
        (Err(_), Encoding::Windows1252Too) => {
            Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0)
        }
        (Err(_), Encoding::Utf8) => None,
    }
}

/// Says what an error of the CSV reader means.
pub(crate) fn csv_error(path: &Path, error: csv::Error, line: u64) -> TableError {
    match error.into_kind() {
        csv::ErrorKind::Io(source) if source.to_string() == text::TOO_LONG => {
            TableError::LineTooLong { path: path.to_owned(), line, limit: text::LONGEST_LINE }
        }
        csv::ErrorKind::Io(source) => text::read_error(path, source),
        other => TableError::Format { path: path.to_owned(), format: "CSV", problem: format!("{other:?}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_match_whatever_their_case_and_punctuation() {
        assert_eq!(plain("Provider URN"), "provider_urn");
        assert_eq!(plain(" LSOA code (2021) "), "lsoa_code_2021");
        assert_eq!(
            plain("Age: Aged 4 years and under; measures: Value"),
            "age_aged_4_years_and_under_measures_value"
        );
    }

    /// A file of parts in an archive.
    fn archive(path: &Path, parts: &[(&str, String)]) {
        let mut archive = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
        for (name, text) in parts {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut archive, text.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
    }

    fn xlsx(path: &Path, rows: &str) {
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
        let of = "http://schemas.openxmlformats.org";
        archive(
            path,
            &[
                ("[Content_Types].xml", format!("{head}<Types xmlns=\"{of}/package/2006/content-types\"/>")),
                (
                    "_rels/.rels",
                    format!(
                        "{head}<Relationships xmlns=\"{of}/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{of}/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                    ),
                ),
                (
                    "xl/workbook.xml",
                    format!(
                        "{head}<workbook xmlns=\"{of}/spreadsheetml/2006/main\" xmlns:r=\"{of}/officeDocument/2006/relationships\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                    ),
                ),
                (
                    "xl/_rels/workbook.xml.rels",
                    format!(
                        "{head}<Relationships xmlns=\"{of}/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{of}/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                    ),
                ),
                (
                    "xl/worksheets/sheet1.xml",
                    format!(
                        "{head}<worksheet xmlns=\"{of}/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
                    ),
                ),
            ],
        );
    }

    fn ods(path: &Path, rows: &str) {
        let of = "urn:oasis:names:tc:opendocument:xmlns";
        let content = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"{of}:office:1.0\" xmlns:table=\"{of}:table:1.0\" xmlns:text=\"{of}:text:1.0\"><office:body><office:spreadsheet><table:table table:name=\"A\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
        );
        archive(
            path,
            &[
                (
                    "META-INF/manifest.xml",
                    format!(
                        "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"{of}:manifest:1.0\"/>"
                    ),
                ),
                ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".to_owned()),
                ("content.xml", content),
            ],
        );
    }

    fn parquet(path: &Path, rows: usize) {
        let ids = arrow_array::StringArray::from(vec!["a long word that is there once"; rows]);
        let schema = arrow_schema::Schema::new(vec![arrow_schema::Field::new(
            "id",
            arrow_schema::DataType::Utf8,
            false,
        )]);
        let batch =
            arrow_array::RecordBatch::try_new(schema.clone().into(), vec![std::sync::Arc::new(ids)]).unwrap();
        let mut writer =
            parquet::arrow::ArrowWriter::try_new(std::fs::File::create(path).unwrap(), schema.into(), None)
                .unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }

    fn words(path: &Path, most: u64) -> Result<Vec<(u64, String)>, TableError> {
        let spec = Spec {
            what: "words".to_owned(),
            columns: vec![Column::needed(&["id"])],
            encoding: Encoding::Utf8,
        };
        let mut all = Vec::new();
        read_within(path, &spec, Budget::new(most), &mut Rejects::default(), &mut |row| {
            all.push((row.line, row.text(0).into_owned()));
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn what_stands_for_more_than_may_be_built_is_refused_whatever_its_format() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let inline =
            |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
        // A thousand rows of a word each: as text, one after the other, repeated, and named again and again.
        let word = "a long word that is there once";
        std::fs::write(at("a.csv"), format!("id\n{}", format!("{word}\n").repeat(1000))).unwrap();
        let rows = (2..1002)
            .map(|row| format!("<row r=\"{row}\">{}</row>", inline(&format!("A{row}"), word)))
            .collect::<Vec<_>>()
            .concat();
        xlsx(&at("a.xlsx"), &format!("<row r=\"1\">{}</row>{rows}", inline("A1", "id")));
        let text = |text: &str| {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
            )
        };
        ods(
            &at("a.ods"),
            &format!(
                "<table:table-row>{}</table:table-row><table:table-row table:number-rows-repeated=\"1000\">{}</table:table-row><table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row>",
                text("id"),
                text(word)
            ),
        );
        parquet(&at("a.parquet"), 1000);
        for name in ["a.csv", "a.xlsx", "a.ods", "a.parquet"] {
            let all = words(&at(name), 200_000).unwrap();
            assert_eq!((all.len(), all[999].1.as_str()), (1000, word), "{name}");
            let refusal = words(&at(name), 20_000).unwrap_err();
            assert!(matches!(refusal, TableError::TooMuch { .. }), "{name}: {refusal}");
        }
        // One cell at the far corner of a sheet takes no room where rows are read one by one, and is counted where they are not.
        xlsx(
            &at("b.xlsx"),
            &format!(
                "<row r=\"1\">{}</row><row r=\"1000000\">{}</row>",
                inline("A1", "id"),
                inline("A1000000", "far")
            ),
        );
        assert_eq!(words(&at("b.xlsx"), 20_000).unwrap(), [(1_000_000, "far".to_owned())]);
        ods(
            &at("b.ods"),
            &format!(
                "<table:table-row>{}</table:table-row><table:table-row table:number-rows-repeated=\"1000000\"/><table:table-row>{}</table:table-row>",
                text("id"),
                text("far")
            ),
        );
        assert!(matches!(words(&at("b.ods"), 20_000), Err(TableError::TooMuch { .. })));
        // Rows in another order than that of the sheet are told, and not taken for others.
        xlsx(
            &at("c.xlsx"),
            &format!(
                "<row r=\"1\">{}</row><row r=\"3\">{}</row><row r=\"2\">{}</row>",
                inline("A1", "id"),
                inline("A3", "b"),
                inline("A2", "a")
            ),
        );
        assert!(words(&at("c.xlsx"), 20_000).unwrap_err().to_string().contains("row 2 comes after row 3"));
    }
}
