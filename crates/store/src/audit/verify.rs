//! Proves a log whole, or names the first entry that is not as it was written; gives out proofs.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    AccessMode, ColumnTrait, EntityTrait, IsolationLevel, QueryFilter, QueryOrder, QuerySelect,
    TransactionTrait,
};
use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::entry::{Entry, leaf_of};
use super::merkle::{self, Frontier, Hash};
use super::note::Verifier;
use super::records::{audit_checkpoint, audit_entry, authority};
use crate::change::{Authority, frontier};
use crate::error::{Result, StoreError};

/// Entries that are read at a time.
const PAGE: u64 = 5000;

/// A log that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// Number of entries.
    pub size: u64,
    /// The root.
    pub root: Hash,
    /// Number of checkpoints that it agrees with.
    pub checkpoints: usize,
}

/// What is wrong with a log, at the first entry that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {position}: {reason}")]
pub struct Fault {
    /// The entry.
    pub position: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// The proof that an entry is in a log: checked with the key alone, without the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InclusionProof {
    /// The entry as it is hashed.
    pub entry: String,
    /// Its position.
    pub position: u64,
    /// The siblings on its way to the root, lowest first.
    pub path: Vec<String>,
    /// The signed checkpoint that it leads to.
    pub checkpoint: String,
}

impl InclusionProof {
    /// Checks the proof; gives the checkpoint it leads to.
    ///
    /// # Errors
    /// When the checkpoint is not signed with the key, or the path does not lead to it.
    pub fn check(&self, verifier: &Verifier) -> std::result::Result<Checkpoint, String> {
        let checkpoint = Checkpoint::read(&self.checkpoint, verifier)?;
        let path =
            self.path.iter().map(|hash| hash.parse()).collect::<std::result::Result<Vec<Hash>, _>>()?;
        let leaf = leaf_of(&self.entry);
        if merkle::includes(checkpoint.root, checkpoint.size, self.position, leaf, &path) {
            Ok(checkpoint)
        } else {
            Err(format!("the path does not lead from entry {} to the checkpoint", self.position))
        }
    }
}

impl Authority {
    /// Walks through the whole log. Checkpoints kept here and those given from outside must agree with it.
    ///
    /// # Errors
    /// When the database fails, or a checkpoint from outside cannot be read. A log that is not whole is no error but a [`Fault`].
    pub async fn verify(&self, outside: &[Checkpoint]) -> Result<std::result::Result<Whole, Fault>> {
        let db = self.store().read();
        // One moment of the database: what is written meanwhile is not seen.
        let tx =
            db.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await?;
        let head = authority::Entity::find_by_id(self.code()).one(&tx).await?;
        let head = head.ok_or_else(|| StoreError::NotFound(format!("authority {}", self.code())))?;
        let end = frontier(&head)?;
        let kept = audit_checkpoint::Entity::find()
            .filter(audit_checkpoint::Column::Authority.eq(self.code()))
            .order_by_asc(audit_checkpoint::Column::Size)
            .all(&tx)
            .await?;
        let mut walk = Walk { log: self.code(), edge: Frontier::default() };
        let mut signed: Vec<Checkpoint> = Vec::new();
        let verifier = self.verifier();
        for row in &kept {
            match Checkpoint::read(&row.note, &verifier) {
                Ok(checkpoint) if checkpoint.size == row.size as u64 => signed.push(checkpoint),
                Ok(_) => return Ok(fault(row.size as u64, "the checkpoint kept here is of another size")),
                Err(reason) => return Ok(fault(row.size as u64, &reason)),
            }
        }
        signed.extend_from_slice(outside);
        signed.sort_by_key(|checkpoint| checkpoint.size);
        let mut due = signed.iter().peekable();
        loop {
            while let Some(checkpoint) = due.next_if(|checkpoint| checkpoint.size == walk.edge.size()) {
                if checkpoint.root != walk.edge.root() {
                    return Ok(fault(
                        walk.edge.size().saturating_sub(1),
                        "the log up to here was rewritten after it was signed in a checkpoint",
                    ));
                }
            }
            let rows = audit_entry::Entity::find()
                .filter(audit_entry::Column::Authority.eq(self.code()))
                .filter(audit_entry::Column::Position.gte(walk.edge.size() as i64))
                .order_by_asc(audit_entry::Column::Position)
                .limit(
                    due.peek()
                        .map_or(PAGE, |next| PAGE.min(next.size.saturating_sub(walk.edge.size()).max(1))),
                )
                .all(&tx)
                .await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                if let Err(found) = walk.step(&row) {
                    return Ok(Err(found));
                }
            }
        }
        tx.commit().await?;
        let size = walk.edge.size();
        if size != end.size() {
            return Ok(fault(
                size.min(end.size()),
                &format!("the log ends here, and should have {} entries", end.size()),
            ));
        }
        if walk.edge != end {
            return Ok(fault(size.saturating_sub(1), "it was changed after it was written"));
        }
        if let Some(checkpoint) = due.next() {
            return Ok(fault(size, &format!("a signed checkpoint speaks of {} entries", checkpoint.size)));
        }
        Ok(Ok(Whole { size, root: end.root(), checkpoints: signed.len() }))
    }

    /// The proof that an entry is in the log, up to a checkpoint signed now.
    ///
    /// # Errors
    /// When there is no such entry, or the database fails.
    pub async fn prove(&self, position: u64) -> Result<InclusionProof> {
        let found = self.proofs(audit_entry::Column::Position.eq(position as i64)).await?.pop();
        found.ok_or_else(|| StoreError::NotFound(format!("entry {position} in the audit log")))
    }

    /// The proofs of all entries about some subjects, in the order of the log, up to a checkpoint signed now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prove_about(&self, subjects: &[String]) -> Result<Vec<InclusionProof>> {
        self.proofs(audit_entry::Column::Subject.is_in(subjects)).await
    }

    async fn proofs(&self, which: SimpleExpr) -> Result<Vec<InclusionProof>> {
        let note = self.checkpoint().await?;
        let checkpoint = Checkpoint::read(&note, &self.verifier()).map_err(StoreError::Damaged)?;
        let rows = audit_entry::Entity::find()
            .filter(audit_entry::Column::Authority.eq(self.code()))
            .filter(audit_entry::Column::Position.lt(checkpoint.size as i64))
            .filter(which)
            .order_by_asc(audit_entry::Column::Position)
            .all(self.store().read())
            .await?;
        let positions: Vec<u64> = rows.iter().map(|row| row.position as u64).collect();
        let paths = merkle::inclusions(&self.leaves(checkpoint.size).await?, &positions);
        let proof = |(row, path): (audit_entry::Model, Vec<Hash>)| InclusionProof {
            position: row.position as u64,
            entry: row.entry,
            path: path.iter().map(ToString::to_string).collect(),
            checkpoint: note.clone(),
        };
        Ok(rows.into_iter().zip(paths).map(proof).collect())
    }

    /// The proof that the log of an older size is a beginning of the log of a newer one.
    ///
    /// # Errors
    /// When the log is shorter, or the database fails.
    pub async fn prove_growth(&self, old: u64, new: u64) -> Result<Vec<Hash>> {
        if old > new {
            return Err(StoreError::refused(format!(
                "a log of {new} entries did not grow from one of {old}"
            )));
        }
        Ok(merkle::consistency(&self.leaves(new).await?, old))
    }

    async fn leaves(&self, size: u64) -> Result<Vec<Hash>> {
        let rows: Vec<String> = audit_entry::Entity::find()
            .select_only()
            .column(audit_entry::Column::Leaf)
            .filter(audit_entry::Column::Authority.eq(self.code()))
            .filter(audit_entry::Column::Position.lt(size as i64))
            .order_by_asc(audit_entry::Column::Position)
            .into_tuple()
            .all(self.store().read())
            .await?;
        if rows.len() as u64 != size {
            return Err(StoreError::NotFound(format!("audit log of {size} entries; it has {}", rows.len())));
        }
        rows.iter().map(|leaf| leaf.parse().map_err(StoreError::Damaged)).collect()
    }
}

fn fault<T>(position: u64, reason: &str) -> std::result::Result<T, Fault> {
    Err(Fault { position, reason: reason.to_owned() })
}

/// A walk through the entries of a log.
struct Walk<'a> {
    log: &'a str,
    edge: Frontier,
}

impl Walk<'_> {
    fn step(&mut self, row: &audit_entry::Model) -> std::result::Result<(), Fault> {
        let position = self.edge.size();
        if row.position as u64 != position {
            return fault(position, "it is missing");
        }
        let Ok(entry) = serde_json::from_str::<Entry>(&row.entry) else {
            return fault(position, "it is not an entry");
        };
        let leaf = leaf_of(&row.entry);
        if leaf.to_string() != row.leaf {
            return fault(position, "it was changed after it was written: its hash is another");
        }
        if entry.root_before != self.edge.root().to_string() {
            // All before it agreed with what was remembered of them, up to the last one.
            return fault(
                position.saturating_sub(1),
                "it was changed after it was written: the next entry remembers another",
            );
        }
        let at = entry.at.parse::<DateTime<Utc>>();
        let same = entry.position == position
            && entry.authority == self.log
            && at.is_ok_and(|at| at == row.at)
            && entry.person == row.person
            && entry.organisation == row.organisation
            && entry.action == row.action
            && entry.subject == row.subject;
        if !same {
            return fault(position, "what is searched for is not what was written: its columns were changed");
        }
        self.edge.push(leaf);
        Ok(())
    }
}
