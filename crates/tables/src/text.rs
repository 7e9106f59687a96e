//! Text files from outside: plain or gzip, with or without a byte order mark, with a bound on the length of a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::{Budget, TableError};

/// The longest line that is read. The widest published table (all indicators of the Indices of Deprivation) has 2 kB.
pub(crate) const LONGEST_LINE: usize = 1 << 20;

/// Opens a text file for reading, unpacked, without byte order mark. A line beyond a megabyte ends the reading with an error
/// instead of filling the memory.
///
/// # Errors
/// [`TableError`] when the file cannot be opened or is UTF-16.
pub fn open_text(path: &Path) -> Result<Box<dyn Read + Send>, TableError> {
    let mut unpacked = unpack(path)?;
    let start = unpacked.fill_buf().map_err(|source| read_error(path, source))?;
    if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
        return Err(TableError::Encoding {
            path: path.to_owned(),
            line: 1,
            hint: " (it seems to be UTF-16); save it as CSV UTF-8 and try again",
        });
    }
    refuse_archive(path, start)?;
    if start.starts_with(&[0xef, 0xbb, 0xbf]) {
        unpacked.consume(3);
    }
    Ok(Box::new(BoundedLines { inner: unpacked, since_newline: 0 }))
}

/// Reads a whole document, such as GeoJSON, unpacked, as UTF-8 without byte order mark.
///
/// # Errors
/// [`TableError`] when the file cannot be read, is not UTF-8, or is larger than may be built.
pub fn read_whole_text(path: &Path, budget: &mut Budget) -> Result<String, TableError> {
    let mut bytes = Vec::new();
    let most = budget.left() + 1;
    let mut unpacked = unpack(path)?;
    refuse_archive(path, unpacked.fill_buf().map_err(|source| read_error(path, source))?)?;
    unpacked.take(most).read_to_end(&mut bytes).map_err(|source| read_error(path, source))?;
    budget.spend(path, bytes.len() as u64)?;
    let text = String::from_utf8(bytes).map_err(|_| TableError::Encoding {
        path: path.to_owned(),
        line: 1,
        hint: "; save it as UTF-8 and try again",
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// A zip archive is no text, whatever its name.
fn refuse_archive(path: &Path, start: &[u8]) -> Result<(), TableError> {
    if start.starts_with(b"PK\x03\x04") {
        return Err(TableError::Format {
            path: path.to_owned(),
            format: "text",
            problem:
                "it is a zip archive: unpack it, or, if it is a spreadsheet, end its name in .xlsx or .ods"
                    .to_owned(),
        });
    }
    Ok(())
}

/// Opens a file, unpacked if its first bytes say gzip, whatever its name; without the bound on lines (GeoJSON has one line).
pub(crate) fn unpack(path: &Path) -> Result<Box<dyn BufRead + Send>, TableError> {
    let file = File::open(path).map_err(|source| TableError::Read { path: path.to_owned(), source })?;
    let mut raw = BufReader::with_capacity(1 << 16, file);
    let start = raw.fill_buf().map_err(|source| TableError::Read { path: path.to_owned(), source })?;
    if start.starts_with(&[0x1f, 0x8b]) {
        Ok(Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(raw))))
    } else {
        Ok(Box::new(raw))
    }
}

/// Says what an error of reading means.
pub(crate) fn read_error(path: &Path, source: io::Error) -> TableError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput => TableError::Truncated { path },
        io::ErrorKind::InvalidData if !source.to_string().contains(TOO_LONG) => {
            TableError::Truncated { path }
        }
        _ => TableError::Read { path, source },
    }
}

pub(crate) const TOO_LONG: &str = "line too long";

struct BoundedLines<R> {
    inner: R,
    since_newline: usize,
}

impl<R: BufRead> Read for BoundedLines<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        for piece in into[..read].split_inclusive(|&byte| byte == b'\n') {
            self.since_newline += piece.len();
            if self.since_newline > LONGEST_LINE {
                return Err(io::Error::new(io::ErrorKind::InvalidData, TOO_LONG));
            }
            if piece.ends_with(b"\n") {
                self.since_newline = 0;
            }
        }
        Ok(read)
    }
}
