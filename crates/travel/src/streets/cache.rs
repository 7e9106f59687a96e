//! Prepared networks on disk, so that a map is read once for a mode and speed.
//!
//! The name and the head of the file carry the hash (SHA-256) of the map and of the profile; the end carries the hash of the
//! whole. A changed map has another hash and is prepared anew; a damaged file fails its own and is prepared anew.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use enough_kernel::Kilometres;
use sha2::{Digest, Sha256};

use super::error::StreetsError;
use super::network::{Arc, BuildNotes, Derived, Network, Street};
use super::osm::read_streets;
use super::rules::Profile;

/// Changed whenever the layout of the file or a rule of the map changes: a network made by other rules is not taken.
const EDITION: &str = "enough network 4";

/// Where a network came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Read from this prepared file.
    Prepared(PathBuf),
    /// Made from the map and kept in this file.
    Made(PathBuf),
    /// Made from the map because the prepared file was damaged; the new one is in its place.
    Mended(PathBuf),
    /// Made from the map; it could not be kept, and why.
    NotKept(String),
}

/// The network of a map for a profile: one prepared before in any of the folders, or a new one that is kept in the first of them
/// that can be written.
///
/// # Errors
/// [`StreetsError`] when the map cannot be read or has no streets for the mode.
pub fn prepare(map: &Path, profile: Profile, folders: &[PathBuf]) -> Result<(Network, Origin), StreetsError> {
    let key = key(map, profile)?;
    let stem = map.file_name().unwrap_or_default().to_string_lossy();
    let mut short = String::new();
    for byte in &key[..6] {
        let _ = write!(short, "{byte:02x}");
    }
    let name = format!("{stem}.{}-{short}.network", profile.mode.name());
    let mut damaged = false;
    for folder in folders {
        let path = folder.join(&name);
        match load(&path, &key, profile) {
            Some(Ok(network)) => return Ok((network, Origin::Prepared(path))),
            Some(Err(())) => damaged = true,
            None => {}
        }
    }
    let streets = read_streets(map)?;
    let network = Network::build(&streets, profile)
        .ok_or_else(|| StreetsError::NoStreets { path: map.to_owned(), mode: profile.mode.name() })?;
    let mut problems = Vec::new();
    for folder in folders {
        let path = folder.join(&name);
        match save(&network, &path, &key) {
            Ok(()) if damaged => return Ok((network, Origin::Mended(path))),
            Ok(()) => return Ok((network, Origin::Made(path))),
            Err(problem) => problems.push(format!("{}: {problem}", path.display())),
        }
    }
    Ok((network, Origin::NotKept(problems.join("; "))))
}

fn key(map: &Path, profile: Profile) -> Result<[u8; 32], StreetsError> {
    let wrong =
        |error: std::io::Error| StreetsError::Read { path: map.to_owned(), problem: error.to_string() };
    let mut hash = Sha256::new();
    hash.update(EDITION);
    hash.update(profile.mode.name());
    hash.update(profile.speed.get().to_le_bytes());
    let mut file = File::open(map).map_err(wrong)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(wrong)?;
        if read == 0 {
            return Ok(hash.finalize().into());
        }
        hash.update(&buffer[..read]);
    }
}

fn save(network: &Network, path: &Path, key: &[u8; 32]) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(EDITION.as_bytes());
    bytes.extend_from_slice(key);
    let notes = network.notes;
    let counts = [
        notes.junctions,
        notes.streets,
        notes.parts,
        notes.parts_left_out,
        notes.barriers,
        notes.at_times,
        notes.ferries_guessed,
        notes.restrictions,
        notes.restrictions_not_used,
    ];
    for count in counts {
        bytes.extend_from_slice(&(count as u64).to_le_bytes());
    }
    for length in [notes.kilometres, notes.kilometres_left_out] {
        bytes.extend_from_slice(&length.get().to_le_bytes());
    }
    let street = |s: &Street| [s.from, s.to, s.forward, s.backward, s.no_stop, s.part];
    let fixed = |at: &[i32; 2]| at.map(|degrees| degrees as u32);
    put(&mut bytes, network.junctions.iter().map(fixed));
    put(&mut bytes, network.streets.iter().map(street));
    put(&mut bytes, network.shape_start.iter().map(|&start| [start]));
    put(&mut bytes, network.shape.iter().map(fixed));
    put(&mut bytes, network.joined.iter().map(|&part| [part]));
    put(&mut bytes, network.memories.iter().map(|&place| [place]));
    put(&mut bytes, network.first.iter().map(|&start| [start]));
    put(&mut bytes, network.arcs.iter().map(|arc| [arc.to, arc.milliseconds]));
    put(&mut bytes, network.arc_street.iter().map(|&side| [side]));
    let whole: [u8; 32] = Sha256::digest(&bytes).into();
    bytes.extend_from_slice(&whole);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Written beside and moved, so that two commands at once never read half a file.
    let beside = path.with_extension(format!("part-{}", std::process::id()));
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(&bytes))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn put<const N: usize>(bytes: &mut Vec<u8>, rows: impl ExactSizeIterator<Item = [u32; N]>) {
    bytes.extend_from_slice(&(rows.len() as u64).to_le_bytes());
    for row in rows {
        for number in row {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
    }
}

/// The network of a file: nothing if there is none, an error if it is not whole.
fn load(path: &Path, key: &[u8; 32], profile: Profile) -> Option<Result<Network, ()>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(_) => return Some(Err(())),
    };
    Some(parse(&bytes, key, profile).ok_or(()))
}

fn parse(bytes: &[u8], key: &[u8; 32], profile: Profile) -> Option<Network> {
    let (body, hash) = bytes.split_last_chunk::<32>()?;
    if Sha256::digest(body)[..] != hash[..] {
        return None;
    }
    let mut rest = body.strip_prefix(EDITION.as_bytes())?.strip_prefix(key)?;
    let mut number = || {
        let (number, after) = rest.split_first_chunk::<8>()?;
        rest = after;
        Some(*number)
    };
    let mut count = || number().map(|bytes| u64::from_le_bytes(bytes) as usize);
    let mut notes = BuildNotes {
        junctions: count()?,
        streets: count()?,
        parts: count()?,
        parts_left_out: count()?,
        barriers: count()?,
        at_times: count()?,
        ferries_guessed: count()?,
        restrictions: count()?,
        restrictions_not_used: count()?,
        ..BuildNotes::default()
    };
    notes.kilometres = Kilometres::new(f64::from_le_bytes(number()?));
    notes.kilometres_left_out = Kilometres::new(f64::from_le_bytes(number()?));
    let fixed = |at: [u32; 2]| at.map(|degrees| degrees as i32);
    let mut network = Network {
        profile,
        notes,
        junctions: get(&mut rest, fixed)?,
        streets: get(&mut rest, |[from, to, forward, backward, no_stop, part]: [u32; 6]| Street {
            from,
            to,
            forward,
            backward,
            no_stop,
            part,
        })?,
        shape_start: get(&mut rest, |[start]: [u32; 1]| start)?,
        shape: get(&mut rest, fixed)?,
        joined: get(&mut rest, |[part]: [u32; 1]| part)?,
        memories: get(&mut rest, |[place]: [u32; 1]| place)?,
        first: get(&mut rest, |[start]: [u32; 1]| start)?,
        arcs: get(&mut rest, |[to, milliseconds]: [u32; 2]| Arc { to, milliseconds })?,
        arc_street: get(&mut rest, |[side]: [u32; 1]| side)?,
        derived: Derived::default(),
    };
    network.derive();
    Some(network)
}

fn get<const N: usize, T>(rest: &mut &[u8], make: impl Fn([u32; N]) -> T) -> Option<Vec<T>> {
    let (length, after) = rest.split_first_chunk::<8>()?;
    let bytes = usize::try_from(u64::from_le_bytes(*length)).ok()?.checked_mul(4 * N)?;
    let (rows, after) = after.split_at_checked(bytes)?;
    *rest = after;
    let number = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let row = |row: &[u8]| make(std::array::from_fn(|k| number(&row[4 * k..4 * k + 4])));
    Some(rows.chunks_exact(4 * N).map(row).collect())
}
