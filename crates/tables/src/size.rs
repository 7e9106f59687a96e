//! How large a file is when it is unpacked: what comes from strangers may grow without end.

use std::fs::File;
use std::io::{Read, sink};
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use zip::ZipArchive;

use crate::TableError;
use crate::parquet_rows::wrong;
use crate::text::{read_error, unpack};

/// Refuses a file that is larger than so many bytes when it is unpacked: gzip, the parts of XLSX and ODS, the pages of
/// Parquet. What it is its ending says, as to the readers. How much they build of it is [`Budget`](crate::Budget)'s.
///
/// # Errors
/// When it is too large, or cannot be unpacked.
pub fn check_size(path: &Path, most: u64) -> Result<(), TableError> {
    let too_large = || TableError::TooLarge { path: path.to_owned(), most };
    let open = || File::open(path).map_err(|source| TableError::Read { path: path.to_owned(), source });
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    if ending == "parquet" {
        let reader = SerializedFileReader::new(open()?).map_err(|error| wrong(path, error))?;
        let groups = reader.metadata().row_groups().iter();
        let bytes: u64 = groups.map(|group| group.total_byte_size().max(0) as u64).sum();
        return if bytes > most { Err(too_large()) } else { Ok(()) };
    }
    let mut left = most;
    let mut count = |input: &mut dyn Read| -> Result<(), TableError> {
        let copied = std::io::copy(&mut input.take(left + 1), &mut sink());
        let bytes = copied.map_err(|source| read_error(path, source))?;
        left = left.checked_sub(bytes).ok_or_else(too_large)?;
        Ok(())
    };
    if ending != "xlsx" && ending != "ods" {
        return count(&mut unpack(path)?);
    }
    let broken =
        |problem: String| TableError::Format { path: path.to_owned(), format: "a spreadsheet", problem };
    let mut archive = ZipArchive::new(open()?).map_err(|error| broken(error.to_string()))?;
    for part in 0..archive.len() {
        count(&mut archive.by_index(part).map_err(|error| broken(error.to_string()))?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_without_end_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let long = vec![b'x'; 1 << 20];
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut packed, &long).unwrap();
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for part in ["a.xml", "b.xml"] {
            archive.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut archive, &long[..1 << 19]).unwrap();
        }
        let files = [
            write("a.csv", &long),
            write("a.csv.gz", &packed.finish().unwrap()),
            write("a.ods", &archive.finish().unwrap().into_inner()),
        ];
        for file in files {
            assert!(check_size(&file, 1 << 20).is_ok(), "{}", file.display());
            let refusal = check_size(&file, (1 << 20) - 1).unwrap_err();
            assert!(matches!(refusal, TableError::TooLarge { .. }), "{refusal}");
        }
        assert!(check_size(&write("b.xlsx", b"PK but no archive"), 1 << 20).is_err());
        assert!(check_size(&write("b.parquet", b"PAR1 but no table"), 1 << 20).is_err());
        assert!(check_size(&write("b.csv.gz", &[0x1f, 0x8b, 8, 0, 1]), 1 << 20).is_err());
    }
}
