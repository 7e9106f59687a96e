//! What a backup says of itself, signed: which kind of database, when, how large, its hash, and the audit logs in it.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::address::Address;
use crate::audit::merkle::Hash;
use crate::audit::note::{self, Verifier};
use crate::keys::Keys;

/// The kinds of snapshots.
pub const SQLITE: &str = "SQLite";
pub const POSTGRES: &str = "PostgreSQL";

/// The kind of snapshot that an address takes.
pub fn kind_of(address: &Address) -> &'static str {
    match address {
        Address::Sqlite(_) => SQLITE,
        Address::Postgres(..) => POSTGRES,
    }
}

/// The name that signs.
const NAME: &str = "enough.backup";

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The kind of database.
    pub kind: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Bytes of the snapshot.
    pub bytes: u64,
    /// SHA-256 of the snapshot.
    pub hash: Hash,
    /// A signed checkpoint of each audit log, from just before the snapshot.
    pub checkpoints: Vec<String>,
}

impl Statement {
    pub(super) fn sign(&self, keys: &Keys) -> String {
        let mut text = format!(
            "{NAME}\n{}\n{}\n{}\n{}\n",
            self.kind,
            self.made_at.to_rfc3339_opts(SecondsFormat::Micros, true),
            self.bytes,
            self.hash
        );
        for checkpoint in &self.checkpoints {
            text.push('\n');
            text.push_str(checkpoint);
        }
        note::sign(&text, NAME, keys)
    }

    pub(super) fn read(note: &str, keys: &Keys) -> Result<Self, String> {
        let text = Verifier::new(NAME, keys.public())
            .open(note)
            .map_err(|reason| format!("{reason}; other keys made it, or it was changed"))?;
        let parts: Vec<&str> = text.split("\n\n").collect();
        let lines: Vec<&str> = parts[0].lines().collect();
        let [NAME, kind, made_at, bytes, hash] = lines[..] else {
            return Err("its statement has another form".to_owned());
        };
        Ok(Self {
            kind: kind.to_owned(),
            made_at: made_at.parse().map_err(|_| "its date is none")?,
            bytes: bytes.parse().map_err(|_| "its size is none")?,
            hash: hash.parse()?,
            // A checkpoint has one empty line itself, before its signature.
            checkpoints: parts[1..]
                .chunks(2)
                .map(|pair| format!("{}\n", pair.join("\n\n").trim_end()))
                .collect(),
        })
    }
}
