//! The blobs of a file, decoded on all cores and taken in the order of the file.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use osmpbf::{Blob, BlobDecode, BlobReader, PrimitiveBlock};
use rayon::prelude::*;

use crate::streets::error::StreetsError;

/// Blobs that are decoded at a time: enough for all cores, few enough to stay small in memory.
const BLOBS_AT_A_TIME: usize = 64;

/// What a blob has, so that later readings pass by those that have nothing for them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Holds {
    pub points: bool,
    pub ways: bool,
}

/// Gathers from the blobs of a file that are wanted, by position, and takes what each gave in the order of the file.
pub(super) fn each<T: Default + Send>(
    path: &Path,
    wanted: impl Fn(usize) -> bool + Sync,
    gather: impl Fn(&PrimitiveBlock, &mut T) + Sync,
    mut take: impl FnMut(T),
) -> Result<(), StreetsError> {
    let wrong =
        |problem: &dyn ToString| StreetsError::Read { path: path.to_owned(), problem: problem.to_string() };
    let file = File::open(path).map_err(|error| wrong(&error))?;
    let mut reader = BlobReader::new(BufReader::with_capacity(1 << 20, file)).enumerate();
    loop {
        let blobs: Vec<(usize, Blob)> = reader
            .by_ref()
            .take(BLOBS_AT_A_TIME)
            .map(|(position, blob)| Ok((position, blob?)))
            .collect::<Result<_, osmpbf::Error>>()
            .map_err(|error| wrong(&error))?;
        if blobs.is_empty() {
            return Ok(());
        }
        let decoded: Vec<Result<T, osmpbf::Error>> = blobs
            .par_iter()
            .map(|(position, blob)| {
                let mut out = T::default();
                if wanted(*position)
                    && let BlobDecode::OsmData(block) = blob.decode()?
                {
                    gather(&block, &mut out);
                }
                Ok(out)
            })
            .collect();
        for out in decoded {
            take(out.map_err(|error| wrong(&error))?);
        }
    }
}
