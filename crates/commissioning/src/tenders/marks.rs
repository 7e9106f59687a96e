//! Marks that only the service can make: on the keys of tenders and of those who open bids, and on bids. Whoever can write to the database
//! has no keys file, and so can put no key of their own in the place of another, nor a bid.
//!
//! The log has the SHA-256 of a tender's key in the entry of its publication. Tenders that were published before that was so have neither
//! it nor a mark, and are taken as they are.

use enough_kernel::Refusal;
use enough_store::audit::Entry;
use enough_store::audit::merkle::Hash;
use enough_store::sea_orm::ConnectionTrait;
use enough_store::{Authority, Keys, Result, StoreError};
use sha2::{Digest, Sha256};

use super::keep::subject;
use super::records::{opener_key, submission, tender};

/// The name of the detail with the hash of the key.
pub(super) const KEY: &str = "key-sha256";

const PUBLISHED: &str = "a rule of Enough: bids are sealed to the key that was published";

/// By what a key is known: SHA-256 of its public half, as it is written.
pub fn fingerprint(key: &str) -> String {
    Hash(Sha256::digest(key.as_bytes()).into()).to_string()
}

/// The mark of a tender's key.
pub(super) fn of_tender(keys: &Keys, authority: &str, id: &str, key: &str) -> String {
    keys.mark(&format!("tender key {authority} {id} {key}"))
}

/// The mark of the key of somebody who opens bids.
pub(super) fn of_opener(
    keys: &Keys,
    authority: &str,
    person: &str,
    (public, locked): (&str, &str),
) -> String {
    keys.mark(&format!("opener key {authority} {person} {public} {locked}"))
}

/// Whether the key of somebody who opens bids is the one that they made.
pub(super) fn is_own(keys: &Keys, row: &opener_key::Model) -> bool {
    let mark = of_opener(keys, &row.authority, &row.person, (&row.public, &row.locked));
    row.mark.as_deref() == Some(mark.as_str())
}

/// The mark of a bid as it was sealed: whose it is, when it came, to which key, and what it is.
fn of_bid(keys: &Keys, key: &str, row: &submission::Model) -> String {
    let sealed = fingerprint(&row.sealed);
    let at = row.sent_at.timestamp_micros();
    keys.mark(&format!(
        "bid {} {} {} {} {} {at} {key} {} {sealed}",
        row.authority, row.tender, row.id, row.organisation, row.sent_by, row.hash
    ))
}

/// A bid with its mark.
pub(super) fn marked(keys: &Keys, key: &str, row: submission::Model) -> submission::Model {
    submission::Model { mark: Some(of_bid(keys, key, &row)), ..row }
}

/// The key of a tender that was published, and whether it has marks.
#[derive(Debug, Clone)]
pub(super) struct Published {
    pub key: String,
    is_marked: bool,
}

impl Published {
    /// Whether a bid is as it was when it was sealed to this key.
    pub(super) fn is_as_sealed(&self, keys: &Keys, row: &submission::Model) -> bool {
        match &row.mark {
            Some(mark) => *mark == of_bid(keys, &self.key, row),
            None => !self.is_marked,
        }
    }
}

fn hash_in(entry: &Entry) -> Option<&str> {
    entry.detail.get(KEY).and_then(|value| value.as_str())
}

const CHANGED: &str = "The key of this tender is not the one that was published: somebody has changed it in the database. Nothing is sealed to it, and nothing is opened, until those who run the service have put it right";

fn changed(id: &str) -> StoreError {
    tracing::error!(tender = id, "the key of a tender is not the one that was published");
    Refusal::new(CHANGED, PUBLISHED).into()
}

/// The hash of the key that was published, as the log has it; none of tenders from before it had.
async fn published_hash(
    authority: &Authority,
    db: &impl ConnectionTrait,
    id: &str,
) -> Result<Option<String>> {
    let entries = authority.entries_of(db, "tender.publish", &subject(id)).await?;
    Ok(entries.last().and_then(hash_in).map(str::to_owned))
}

/// The key of a tender, if it is the one that was published: it has the mark of the service. One without a mark must be from before there were
/// any, and so the log have no hash of it: a mark that was taken away is missed there.
///
/// # Errors
/// Refused when it is another: nothing is sealed to it, and nothing opened.
pub(super) async fn published(
    authority: &Authority,
    db: &impl ConnectionTrait,
    row: &tender::Model,
) -> Result<Published> {
    let key = row.key.clone();
    let key = key.ok_or_else(|| StoreError::Damaged("a tender is published and has no key".to_owned()))?;
    let is_published = match &row.mark {
        Some(kept) => *kept == of_tender(authority.store().keys(), authority.code(), &row.id, &key),
        None => published_hash(authority, db, &row.id).await?.is_none(),
    };
    if is_published { Ok(Published { key, is_marked: row.mark.is_some() }) } else { Err(changed(&row.id)) }
}

/// Whether the log says of a publication that it was this key. Where it does not, somebody has changed the log: the opening tells that, and
/// keeps no bid closed for it, for the mark says the same.
pub(super) async fn is_in_log(
    authority: &Authority,
    db: &impl ConnectionTrait,
    one: &Published,
    id: &str,
) -> Result<bool> {
    let expected = one.is_marked.then(|| fingerprint(&one.key));
    Ok(published_hash(authority, db, id).await? == expected)
}
