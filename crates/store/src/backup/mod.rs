//! Backups: one file with a snapshot of the database, taken while it is in use, and a signed statement of what is in it.
//!
//! The snapshot is what the database's own tools make: `VACUUM INTO` for SQLite, `pg_dump` for PostgreSQL. The keys are not in it.

mod postgres;
mod statement;

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, Statement as Sql};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::address::Address;
use crate::audit::Checkpoint;
use crate::audit::merkle::Hash;
use crate::environment::Environment;
use crate::error::{Result, StoreError};
use crate::keys::{Keys, write_private};
use crate::open::Store;
pub use statement::Statement;

/// The names of the two parts of a backup.
const STATEMENT: &str = "statement.txt";
const DATABASE: &str = "database";

/// Takes a backup into a file that is not there yet.
///
/// # Errors
/// When the file is there, or the snapshot or the file cannot be made.
pub async fn backup(store: &Store, out: &Path) -> Result<Statement> {
    if out.exists() {
        return Err(StoreError::refused(format!("{} is there already; give another name", out.display())));
    }
    let mut checkpoints = Vec::new();
    for (code, name) in store.authorities().await? {
        checkpoints.push(store.authority(&code, &name).await?.checkpoint().await?);
    }
    let snapshot = Beside::new(out, store.environment())?;
    let snapshot = &snapshot.path;
    // The snapshot is written into a file that is its owner's alone.
    write_private(snapshot, &[]).map_err(StoreError::file(snapshot))?;
    let kind = match store.address() {
        Address::Sqlite(_) => {
            let path = snapshot.to_string_lossy().into_owned();
            let sql =
                Sql::from_sql_and_values(store.read().get_database_backend(), "VACUUM INTO ?", [path.into()]);
            store.read().execute_raw(sql).await?;
            statement::SQLITE
        }
        Address::Postgres(..) => {
            postgres::dump(store.address(), snapshot).await?;
            statement::POSTGRES
        }
    };
    let failed = StoreError::file(snapshot);
    let (hash, bytes) =
        File::open(snapshot).and_then(|mut input| copy(&mut input, &mut std::io::sink())).map_err(failed)?;
    let made =
        Statement { kind: kind.to_owned(), made_at: store.environment().now(), bytes, hash, checkpoints };
    let part = Beside::new(out, store.environment())?;
    pack(&part.path, snapshot, &made.sign(store.keys()))?;
    std::fs::rename(&part.path, out).map_err(StoreError::file(out))?;
    Ok(made)
}

/// Checks a backup without restoring it: signed with these keys, and the snapshot is the one that was signed.
///
/// # Errors
/// When it is not a backup, not signed with these keys, or was changed.
pub fn check(file: &Path, keys: &Keys) -> Result<Statement> {
    let made = read_statement(file, keys)?;
    unpack(file, &mut std::io::sink(), &made)?;
    Ok(made)
}

/// Restores a backup into an empty place and proves the audit logs in it whole.
///
/// # Errors
/// As [`check`]; when the place is not empty; when a log is not whole. A file that was made is removed then.
pub async fn restore(
    file: &Path,
    address: &Address,
    keys: Keys,
    environment: Environment,
) -> Result<Statement> {
    let made = read_statement(file, &keys)?;
    if made.kind != statement::kind_of(address) {
        return Err(StoreError::refused(format!(
            "{} is a backup of {}, and {address} is another kind of database",
            file.display(),
            made.kind
        )));
    }
    match address {
        Address::Sqlite(place) => {
            if let Some(there) = of_sqlite(place).into_iter().find(|file| file.exists()) {
                return Err(StoreError::refused(format!(
                    "{address} is not empty: {} is there; restore into a new file",
                    there.display()
                )));
            }
            let part = Beside::new(place, &environment)?;
            let mut out = private(&part.path)?;
            unpack(file, &mut out, &made)?;
            out.sync_all().map_err(StoreError::file(&part.path))?;
            std::fs::rename(&part.path, place).map_err(StoreError::file(place))?;
        }
        Address::Postgres(..) => {
            let part = Beside::new(file, &environment)?;
            let mut out = private(&part.path)?;
            unpack(file, &mut out, &made)?;
            postgres::restore(address, &part.path).await?;
        }
    }
    let proof = prove(address, keys, environment, &made).await;
    if let (Err(_), Some(place)) = (&proof, address.file()) {
        for file in of_sqlite(place).iter().filter(|file| file.exists()) {
            std::fs::remove_file(file).map_err(StoreError::file(file))?;
        }
    }
    proof.map(|()| made)
}

/// Every log that was signed when the backup was made is there and whole.
async fn prove(address: &Address, keys: Keys, environment: Environment, made: &Statement) -> Result<()> {
    let store = Store::open(address, keys, environment).await?;
    for (code, name) in store.authorities().await? {
        let authority = store.authority(&code, &name).await?;
        let verifier = authority.verifier();
        let signed: Vec<Checkpoint> =
            made.checkpoints.iter().filter_map(|note| Checkpoint::read(note, &verifier).ok()).collect();
        if signed.is_empty() {
            return Err(StoreError::Damaged(format!("nothing was signed about the audit log of {code}")));
        }
        if let Err(fault) = authority.verify(&signed).await? {
            return Err(StoreError::Damaged(format!("the audit log of {code}, {fault}")));
        }
    }
    store.close().await
}

/// A database of SQLite's and what it puts beside it.
fn of_sqlite(place: &Path) -> [PathBuf; 4] {
    ["", "-wal", "-shm", "-journal"].map(|ending| {
        let mut name = place.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    })
}

/// A new file that only its owner may read.
fn private(file: &Path) -> Result<File> {
    write_private(file, &[]).map_err(StoreError::file(file))?;
    std::fs::OpenOptions::new().write(true).open(file).map_err(StoreError::file(file))
}

/// What the name of a file ends with that is being written.
const PART: &str = ".part";
/// And of the one that is locked for as long as its writer lives.
const LOCK: &str = ".lock";

/// A file beside another, which goes when it is not needed any more, and at the next backup or restore if its writer was killed.
struct Beside {
    path: PathBuf,
    lock: PathBuf,
    _held: File,
}

impl Beside {
    fn new(other: &Path, environment: &Environment) -> Result<Self> {
        sweep(other.parent().unwrap_or(Path::new("")));
        let mut name = other.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}{PART}", environment.id()));
        let path = other.with_file_name(&name);
        name.push(LOCK);
        let lock = other.with_file_name(name);
        let held = private(&lock)?;
        held.lock().map_err(StoreError::file(&lock))?;
        Ok(Self { path, lock, _held: held })
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // It was renamed, or never made; or it stays, which its name tells.
        let _ = std::fs::remove_file(&self.path);
        let _ = std::fs::remove_file(&self.lock);
    }
}

/// Removes what writers that were killed have left in a folder: a copy of the whole database may be among it. What somebody still writes is
/// locked, and stays.
pub fn sweep(folder: &Path) {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(name) = path.to_str() else { continue };
        let part = name.strip_suffix(LOCK).unwrap_or(name);
        let id = part.strip_suffix(PART).and_then(|rest| rest.rsplit_once('.'));
        if id.is_none_or(|(_, id)| uuid::Uuid::try_parse(id).is_err()) {
            continue;
        }
        // Earlier programs made none.
        let lock = PathBuf::from(format!("{part}{LOCK}"));
        if File::open(&lock).is_ok_and(|file| file.try_lock().is_err()) {
            continue;
        }
        for path in of_sqlite(Path::new(part)).iter().chain([&lock]) {
            if std::fs::remove_file(path).is_ok() {
                tracing::warn!(file = %path.display(), "removed what a backup that was killed had left");
            }
        }
    }
}

/// Copies and hashes on the way.
fn copy(from: &mut dyn Read, to: &mut dyn Write) -> std::io::Result<(Hash, u64)> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return Ok((Hash(hash.finalize().into()), bytes));
        }
        hash.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        bytes += read as u64;
    }
}

fn pack(out: &Path, snapshot: &Path, statement: &str) -> Result<()> {
    let failed =
        |error: zip::result::ZipError| StoreError::File { file: out.to_owned(), source: error.into() };
    let mut archive = ZipWriter::new(private(out)?);
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    archive.start_file(STATEMENT, options).map_err(failed)?;
    archive.write_all(statement.as_bytes()).map_err(StoreError::file(out))?;
    archive.start_file(DATABASE, options).map_err(failed)?;
    let mut input = File::open(snapshot).map_err(StoreError::file(snapshot))?;
    std::io::copy(&mut input, &mut archive).map_err(StoreError::file(out))?;
    archive.finish().map_err(failed)?.sync_all().map_err(StoreError::file(out))
}

fn open(file: &Path) -> Result<ZipArchive<File>> {
    let input = File::open(file).map_err(StoreError::file(file))?;
    ZipArchive::new(input).map_err(|error| not_a_backup(file, &error.to_string()))
}

fn not_a_backup(file: &Path, reason: &str) -> StoreError {
    StoreError::refused(format!("{} is not a backup of this program: {reason}", file.display()))
}

fn read_statement(file: &Path, keys: &Keys) -> Result<Statement> {
    let mut archive = open(file)?;
    let part = archive.by_name(STATEMENT).map_err(|error| not_a_backup(file, &error.to_string()))?;
    let mut note = String::new();
    part.take(1 << 20).read_to_string(&mut note).map_err(StoreError::file(file))?;
    Statement::read(&note, keys).map_err(|reason| not_a_backup(file, &reason))
}

/// Writes the snapshot out and compares it with what was signed.
fn unpack(file: &Path, out: &mut dyn Write, made: &Statement) -> Result<()> {
    let mut archive = open(file)?;
    let part = archive.by_name(DATABASE).map_err(|error| not_a_backup(file, &error.to_string()))?;
    // One byte more than was signed shows that it is another.
    let mut part = part.take(made.bytes + 1);
    let (hash, _) = copy(&mut part, out)
        .map_err(|error| not_a_backup(file, &format!("it was changed or cut short ({error})")))?;
    if hash != made.hash {
        return Err(not_a_backup(file, "its content is not what was signed when it was made"));
    }
    Ok(())
}
