//! How many cells a sheet of OpenDocument has, and how much text, when repeated rows and cells stand there as often as they say: its reader
//! makes room for all.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use zip::ZipArchive;

use crate::TableError;
use crate::workbook::wrong;

/// The sheets of a workbook.
pub(crate) const CONTENT: &str = "content.xml";

/// How often an element stands there.
fn times(element: &BytesStart<'_>, attribute: &str) -> u64 {
    let value = element.try_get_attribute(attribute).ok().flatten();
    value.and_then(|value| value.value.parse().ok()).unwrap_or(1)
}

/// Cells of all sheets, each from its first row and column to the last that has something; and bytes of text in them.
pub(crate) fn measure(path: &Path) -> Result<(u64, u64), TableError> {
    let file = File::open(path).map_err(|source| TableError::Read { path: path.to_owned(), source })?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| wrong(path, error))?;
    let content = archive.by_name(CONTENT).map_err(|error| wrong(path, error))?;
    let mut reader = Reader::from_reader(BufReader::new(content));
    let (mut all, mut words) = (0_u64, 0_u64);
    let (mut sheet, mut row) = (Sheet::default(), Extent::default());
    let mut buffer = Vec::new();
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(|error| wrong(path, error))?;
        match &event {
            Event::Start(element) | Event::Empty(element) => match element.name() {
                QName("table:table") => sheet = Sheet::default(),
                QName("table:table-row") => {
                    row = Extent { times: times(element, "table:number-rows-repeated"), ..Extent::default() };
                    if matches!(event, Event::Empty(_)) {
                        sheet.add(&row);
                    }
                }
                QName("table:table-cell" | "table:covered-table-cell") => {
                    let count = times(element, "table:number-columns-repeated");
                    row.at = row.at.saturating_add(count);
                    row.count = count;
                    if has_value(element) {
                        row.last = row.at;
                    }
                }
                _ => {}
            },
            // A cell may have text and no type of value.
            Event::Text(text) if !text.trim().is_empty() => {
                row.last = row.at;
                let times = row.times.max(1).saturating_mul(row.count.max(1));
                words = words.saturating_add((text.len() as u64).saturating_mul(times));
            }
            Event::End(element) if element.name() == QName("table:table-row") => sheet.add(&row),
            Event::End(element) if element.name() == QName("table:table") => {
                all = all.saturating_add(sheet.cells());
            }
            Event::Eof => return Ok((all, words)),
            _ => {}
        }
        buffer.clear();
    }
}

fn has_value(element: &BytesStart<'_>) -> bool {
    element.attributes().flatten().any(|attribute| attribute.key.as_ref().ends_with("value-type"))
}

/// A row: how often it stands there, how often its last cell does, how far it goes, and the last cell that has something.
#[derive(Default)]
struct Extent {
    times: u64,
    count: u64,
    at: u64,
    last: u64,
}

#[derive(Default)]
struct Sheet {
    rows: u64,
    last: u64,
    wide: u64,
}

impl Sheet {
    fn add(&mut self, row: &Extent) {
        self.rows = self.rows.saturating_add(row.times.max(1));
        if row.last > 0 {
            self.last = self.rows;
            self.wide = self.wide.max(row.last);
        }
    }

    fn cells(&self) -> u64 {
        self.last.saturating_mul(self.wide)
    }
}
