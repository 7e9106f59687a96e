//! Checkpoints: the size and root of a log, signed, to be kept by another party.
//!
//! A log alone cannot show that it was rewritten as a whole; a checkpoint that somebody else holds can. The format is that of
//! transparency logs (c2sp.org/tlog-checkpoint), so that others' tools read it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::merkle::Hash;
use super::note::{self, Verifier};
use super::records::{audit_checkpoint, authority};
use crate::change::{Authority, frontier};
use crate::error::{Result, StoreError};
use crate::keys::Keys;

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log: `enough.audit/` and the code of the authority.
    pub origin: String,
    /// The number of entries.
    pub size: u64,
    /// The root of the tree of those entries.
    pub root: Hash,
}

impl Checkpoint {
    pub(crate) fn origin(authority: &str) -> String {
        format!("enough.audit/{authority}")
    }

    fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root.0))
    }

    /// The checkpoint as a signed note.
    pub fn sign(&self, keys: &Keys) -> String {
        note::sign(&self.text(), &self.origin, keys)
    }

    /// Reads a signed note and checks its signature.
    ///
    /// # Errors
    /// When it is not a checkpoint, or not signed with the key.
    pub fn read(note: &str, verifier: &Verifier) -> std::result::Result<Self, String> {
        let text = verifier.open(note)?;
        let mut lines = text.lines();
        let mut line = |what: &str| lines.next().ok_or(format!("not a checkpoint: no {what}"));
        let origin = line("origin")?.to_owned();
        let size = line("size")?.parse().map_err(|_| "not a checkpoint: the size is no number")?;
        let root = BASE64_STANDARD.decode(line("root")?).ok().and_then(|bytes| bytes.try_into().ok());
        let root = Hash(root.ok_or("not a checkpoint: the root is no hash")?);
        if origin != verifier.name() {
            return Err(format!("this is a checkpoint of {origin}, not of {}", verifier.name()));
        }
        Ok(Self { origin, size, root })
    }
}

impl Authority {
    /// The key that checks the checkpoints of this authority.
    pub fn verifier(&self) -> Verifier {
        Verifier::new(&Checkpoint::origin(self.code()), self.store().keys().public())
    }

    /// Signs the log as it is now and keeps the checkpoint; the one it has if nothing happened since.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn checkpoint(&self) -> Result<String> {
        let row = authority::Entity::find_by_id(self.code()).one(self.store().read()).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("authority {}", self.code())))?;
        let edge = frontier(&row)?;
        let checkpoint =
            Checkpoint { origin: Checkpoint::origin(self.code()), size: edge.size(), root: edge.root() };
        let note = checkpoint.sign(self.store().keys());
        let row = audit_checkpoint::ActiveModel {
            authority: Set(self.code().to_owned()),
            size: Set(edge.size() as i64),
            at: Set(self.environment().now()),
            note: Set(note.clone()),
        };
        let once = sea_orm::sea_query::OnConflict::columns([
            audit_checkpoint::Column::Authority,
            audit_checkpoint::Column::Size,
        ])
        .do_nothing()
        .to_owned();
        let insert = audit_checkpoint::Entity::insert(row).on_conflict(once);
        insert.exec_without_returning(self.store().turn().await.db).await?;
        Ok(note)
    }

    /// The checkpoints kept here, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn checkpoints(&self) -> Result<Vec<String>> {
        let rows = audit_checkpoint::Entity::find()
            .filter(audit_checkpoint::Column::Authority.eq(self.code()))
            .order_by_asc(audit_checkpoint::Column::Size)
            .all(self.store().read())
            .await?;
        Ok(rows.into_iter().map(|row| row.note).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::merkle::empty;

    #[test]
    fn a_checkpoint_is_read_with_its_key_only() {
        let keys = Keys::new([1; 32]);
        let checkpoint = Checkpoint { origin: Checkpoint::origin("E06999001"), size: 0, root: empty() };
        let note = checkpoint.sign(&keys);
        let verifier = Verifier::new(&checkpoint.origin, keys.public());
        assert_eq!(verifier.to_string().parse(), Ok(verifier.clone()));
        assert_eq!(Checkpoint::read(&note, &verifier), Ok(checkpoint.clone()));
        let other = Verifier::new(&checkpoint.origin, Keys::new([2; 32]).public());
        assert!(Checkpoint::read(&note, &other).is_err());
        assert!(Checkpoint::read(&note.replacen("\n0\n", "\n1\n", 1), &verifier).is_err());
    }
}
