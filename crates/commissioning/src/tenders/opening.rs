//! Opening: two of the named openers, each with their passphrase, after the closing time and not before.

use chrono::{DateTime, Utc};
use enough_kernel::Refusal;
use enough_store::accounts::passwords::good_enough;
use enough_store::audit::merkle::Hash;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Memory, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::keep::{begin, damaged, refused, row_of, subject, tell};
use super::marks::{KEY, fingerprint, is_in_log, of_opener, published};
use super::partners::partners_of;
use super::records::{opener_key, tender, tender_opener};
use super::rules::Phase;
use super::seal::{self, OPENERS, OpenerKey};
use super::submissions::{record, rows};
use super::{Content, State, SubmissionState};

const TWO: &str = "a rule of Enough: no bid is opened before the closing time and two openers";

/// An opener of a tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenerState {
    /// Their id.
    pub person: String,
    /// When they gave their share, if they did.
    pub given_at: Option<DateTime<Utc>>,
}

/// Whether somebody has a key to open bids with.
///
/// # Errors
/// When the database fails.
pub async fn has_opener_key(authority: &Authority, person: &str) -> Result<bool> {
    let key = (authority.code().to_owned(), person.to_owned());
    Ok(opener_key::Entity::find_by_id(key).one(authority.store().read()).await?.is_some())
}

/// Gives somebody a key to open bids with, locked with a passphrase that only they know, or a new one. Tenders that are published already
/// need the passphrase of before.
///
/// # Errors
/// Refused when the passphrase is easy to guess.
pub async fn keep_opener_key(authority: &Authority, actor: &Actor, passphrase: &str) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let known = authority.person(&person).await?;
    good_enough(passphrase, &[&known.name, &known.email, authority.name()])
        .map_err(|why| Refusal::of_form(why.replace("password", "passphrase")).at("passphrase"))?;
    let (of, words, environment) = (person.clone(), passphrase.to_owned(), authority.environment().clone());
    let key =
        authority.store().hashing(move |memory| seal::new_opener(&of, &words, memory, &environment)).await?;
    let mut change = authority.begin(actor).await?;
    let id = (authority.code().to_owned(), person.clone());
    opener_key::Entity::delete_by_id(id).exec(change.tx()).await?;
    let row = opener_key::ActiveModel {
        authority: Set(authority.code().to_owned()),
        person: Set(person.clone()),
        mark: Set(Some(of_opener(
            authority.store().keys(),
            authority.code(),
            &person,
            (&key.public, &key.locked),
        ))),
        public: Set(key.public.clone()),
        locked: Set(key.locked),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("opener-key.make", format!("person:{person}")).with(KEY, fingerprint(&key.public)));
    change.commit().await
}

async fn opener_rows(
    db: &impl ConnectionTrait,
    authority: &str,
    tender: &str,
) -> Result<Vec<tender_opener::Model>> {
    let find = tender_opener::Entity::find()
        .filter(tender_opener::Column::Authority.eq(authority))
        .filter(tender_opener::Column::Tender.eq(tender));
    Ok(find.order_by_asc(tender_opener::Column::Person).all(db).await?)
}

/// The openers of a tender, and who of them has given their share.
///
/// # Errors
/// When the database fails.
pub async fn openers(authority: &Authority, tender: &str) -> Result<Vec<OpenerState>> {
    let rows = opener_rows(authority.store().read(), authority.code(), tender).await?;
    Ok(rows.into_iter().map(|row| OpenerState { person: row.person, given_at: row.given_at }).collect())
}

fn of_given(tender: &str, person: &str) -> String {
    format!("given:{tender}:{person}")
}

/// The share of an opener, unlocked with their passphrase: slowly, and so before anybody else has to wait for it.
async fn unlocked(
    authority: &Authority,
    actor: &Actor,
    (tender, person): (&str, &str),
    passphrase: &str,
) -> Result<Vec<u8>> {
    let all = opener_rows(authority.store().read(), authority.code(), tender).await?;
    let own = all.into_iter().find(|opener| opener.person == person);
    let own = own.ok_or_else(|| refused("You were not named to open these bids"))?;
    let (of, passphrase) = ((tender.to_owned(), person.to_owned()), passphrase.to_owned());
    let work = move |memory: &mut Memory| {
        let key = OpenerKey { public: own.public, locked: own.locked };
        seal::take_share((&of.0, &of.1), (&key, &passphrase, memory), &own.share)
    };
    if let Some(share) = authority.store().hashing(work).await?? {
        return Ok(share);
    }
    authority.note(actor, Event::new("tender.share-refused", subject(tender))).await?;
    let rule = "That is not the passphrase that you had when this tender was published";
    Err(Refusal::of_form(rule).at("passphrase").into())
}

/// An opener gives their share. The second one opens the bids: each is opened with the key that is put together for that moment, compared
/// with its receipt, and sealed again for those who are named to read it. Gives whether the bids are open now.
///
/// # Errors
/// Refused before the closing time, to whoever is no opener, with another passphrase, and twice.
pub async fn give_share(
    authority: &Authority,
    actor: &Actor,
    tender: &str,
    passphrase: &str,
) -> Result<bool> {
    let person = actor.somebody()?.to_owned();
    let closed = |phase: Phase| {
        let why = || format!("Bids are opened after the closing time, once. Now: {}", phase.label());
        if phase == Phase::Closed { Ok(()) } else { Err(Refusal::new(why(), TWO)) }
    };
    // No passphrase is even tried before.
    closed(super::tender(authority, tender).await?.0.phase(authority.environment().now()))?;
    let share = unlocked(authority, actor, (tender, &person), passphrase).await?;
    let (mut change, one, mut row) = begin(authority, actor, tender, None).await?;
    closed(one.phase(change.now()))?;
    let mut all = opener_rows(change.tx(), authority.code(), tender).await?;
    let own = all.iter_mut().find(|opener| opener.person == person);
    let own = own.ok_or_else(|| refused("You were not named to open these bids"))?;
    if own.given.is_some() {
        return Err(Refusal::new("You have opened your half: somebody else must open the other", TWO).into());
    }
    let keys = authority.store().keys();
    own.given = Some(keys.seal(&share, &of_given(tender, &person), authority.environment()));
    let mut given = Vec::new();
    for opener in &all {
        // A half that was damaged since counts as not given.
        let sealed = opener
            .given
            .as_deref()
            .and_then(|sealed| keys.unseal(sealed, &of_given(tender, &opener.person)).ok());
        given.extend(sealed);
    }
    let opens = given.len() >= usize::from(OPENERS);
    for opener in all {
        let is_own = opener.person == person;
        let (given, at) = (opener.given.clone(), opener.given_at);
        let mut opener = opener.into_active_model();
        // Once the bids are open, no share is needed any more.
        opener.given = Set(given.filter(|_| !opens));
        opener.given_at = Set(if is_own { Some(change.now()) } else { at });
        opener.update(change.tx()).await?;
    }
    change.log(Event::new("tender.give-share", subject(tender)));
    if !opens {
        // Nothing comes any more: what has come is bound before the other half is given.
        change.bind(&subject(tender)).await?;
        let begun = tender::ActiveModel {
            authority: Set(authority.code().to_owned()),
            id: Set(tender.to_owned()),
            opening_at: Set(Some(change.now())),
            ..Default::default()
        };
        begun.update(change.tx()).await?;
    }
    if opens {
        let of = row_of(&change, tender).await?;
        let published = published(authority, change.tx(), &of).await?;
        let key = seal::join(&published.key, &given)?;
        // What was withheld of bids may be known now: it comes before what is done with them.
        let is_whole = change.release(&subject(tender)).await?
            && is_in_log(authority, change.tx(), &published, tender).await?;
        let bids = rows(change.tx(), authority.code(), tender).await?;
        let mut opened = 0;
        let mut bidders = Vec::new();
        for bid in bids {
            let (id, hash, sealed) = (bid.id.clone(), bid.hash.clone(), bid.sealed.clone());
            let (organisation, by) = (bid.organisation.clone(), bid.sent_by.clone());
            let is_as_sealed = published.is_as_sealed(keys, &bid);
            let state: SubmissionState = bid.state.parse().map_err(damaged)?;
            let mut bid = bid.into_active_model();
            bid.changed_at = Set(change.now());
            match state {
                SubmissionState::Sealed => {
                    let bytes = key.open(&sealed, &record(&id)).ok().filter(|_| is_as_sealed);
                    let bytes = bytes.filter(|bytes| Hash(Sha256::digest(bytes).into()).to_string() == hash);
                    // What was damaged in the database must not keep the other bids closed.
                    let whole = bytes.filter(|bytes| serde_json::from_slice::<Content>(bytes).is_ok());
                    let said =
                        whole.as_deref().and_then(|bytes| serde_json::from_slice::<Content>(bytes).ok());
                    let codes = said.map(|said| said.codes).unwrap_or_default();
                    let (partners, _) = partners_of(authority, tender, &organisation, &codes).await?;
                    bid.partners = Set(serde_json::to_string(&partners).map_err(damaged)?);
                    let what =
                        if whole.is_some() { SubmissionState::Opened } else { SubmissionState::Damaged };
                    bid.state = Set(what.to_string());
                    bid.content =
                        Set(whole.map(|bytes| keys.seal(&bytes, &record(&id), authority.environment())));
                    opened += usize::from(what == SubmissionState::Opened);
                    bidders.push(organisation.clone());
                    bidders.extend(partners.iter().cloned());
                    change.log(
                        Event::new("submission.open", record(&id))
                            .with("sha256", hash)
                            .with("state", what.key())
                            .with("organisation", organisation)
                            .with("partners", partners.join(" "))
                            .with("sent-by", by),
                    );
                }
                SubmissionState::NeedsReconfirm => bid.state = Set(SubmissionState::NotOpened.to_string()),
                _ => continue,
            }
            bid.update(change.tx()).await?;
        }
        row.state = Set(State::Opened.to_string());
        row.opened_at = Set(Some(change.now()));
        row.update(change.tx()).await?;
        tell(&change, (tender, one.version + 1), "The bids were opened".to_owned(), None).await?;
        let event = Event::new("tender.open", subject(tender)).with("bids", opened);
        change.log(event.with(KEY, fingerprint(&published.key)).with("log-whole", is_whole));
        // Whoever cannot read them, because they left or work for a bidder, must not keep them closed: another is named.
        if let Some(moderator) = &one.moderator
            && super::evaluation::may_judge(authority, moderator, &bidders).await?
        {
            super::evaluation::name_reader(&mut change, tender, moderator, &[]).await?;
        }
    }
    change.commit().await?;
    Ok(opens)
}
