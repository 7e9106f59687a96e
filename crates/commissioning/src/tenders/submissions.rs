//! Bids: sealed when they come, replaced, withdrawn, confirmed again.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use enough_kernel::{Pence, Refusal};
use enough_store::audit::merkle::Hash;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError, names};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::keep::{begin_about, damaged, refused, subject};
use super::marks::{fingerprint, marked, published};
use super::partners::partners_of;
use super::records::{submission, tender};
use super::reserved::may_bid;
use super::rules::{ASKED, LATE, Phase, faults};
use super::{Costs, State, Summary, Tender, seal, tenders_that_are};
use crate::providers::profile;

names! {
    /// What became of a bid.
    SubmissionState {
        Sealed = "sealed", "Sealed: it is in";
        NeedsReconfirm = "needs-reconfirm", "The tender changed: it is out unless it is confirmed or replaced before the closing time";
        Superseded = "superseded", "Replaced by a later one";
        Withdrawn = "withdrawn", "Withdrawn";
        Opened = "opened", "Opened";
        NotOpened = "not-opened", "Not opened: it was not confirmed after the tender had changed";
        Damaged = "damaged", "Could not be opened";
    }
}

/// What a bid says of a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotContent {
    /// The lot.
    pub lot: i32,
    /// The answers, by the number of the criterion.
    pub answers: BTreeMap<i32, String>,
    /// The price for the whole time, with VAT.
    pub price: Option<Pence>,
    /// What the price is made up of, if the tender asks.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub costs: Costs,
}

/// What a bid says. Nobody reads it before two openers have opened it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The questions that it answers: [`Text::asked`](super::Text::asked) of the tender when it was written.
    pub asked: String,
    /// The lots that it is for.
    pub lots: Vec<LotContent>,
    /// The codes of the organisations that bid together with the one that sends it: [`partner_code`](super::partner_code).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// Who does what, and who else has a part.
    pub consortium: String,
    /// About the organisation: what does not change from bid to bid.
    pub about: String,
    /// Random bytes, so that nobody finds from the hash of a bid what it says, by trying: 64 hexadecimal digits once it is sealed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub random: String,
}

impl Content {
    /// The bytes that are hashed and sealed: JSON, its fields in this order.
    ///
    /// # Errors
    /// Never: it can always be written as JSON.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(damaged)
    }
}

/// What a bidder gets for a bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The id of the bid.
    pub id: String,
    /// SHA-256 of what it says.
    pub hash: String,
    /// When it came.
    pub at: DateTime<Utc>,
    /// The bid as it was sealed: what it says, and the random bytes that its hash is of too.
    pub content: Content,
    /// The key that it was sealed to: [`fingerprint`](super::fingerprint).
    pub key: String,
}

/// That there is a bid: what may be known while it is sealed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Submission {
    /// Its id.
    pub id: String,
    /// The tender.
    pub tender: String,
    /// The id of the organisation that sent it.
    pub organisation: String,
    /// The ids of those that bid together with it; nobody knows them before it is opened.
    pub partners: Vec<String>,
    /// What became of it.
    pub state: SubmissionState,
    /// SHA-256 of what it says.
    pub hash: String,
    /// The questions that it answers: [`Text::questions`](super::Text::questions).
    pub asked: String,
    /// When it came.
    pub sent_at: DateTime<Utc>,
    /// Why it is not compared with the others, if it is not.
    pub excluded: Option<String>,
    /// The summary of its assessment, once bidders were told.
    pub summary: Option<Summary>,
    /// When what it says went, because its term had passed.
    pub cleared_at: Option<DateTime<Utc>>,
}

impl Submission {
    /// The organisations that it is of.
    pub fn bidders(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.organisation).chain(&self.partners)
    }
}

/// The organisations that a bid is of: the one that sent it, and, once it is opened, those that bid together with it.
pub(super) fn bidders_of(row: &submission::Model) -> Result<Vec<String>> {
    let mut all: Vec<String> = serde_json::from_str(&row.partners).map_err(damaged)?;
    all.push(row.organisation.clone());
    Ok(all)
}

pub(super) fn read(row: submission::Model) -> Result<Submission> {
    Ok(Submission {
        partners: serde_json::from_str(&row.partners).map_err(damaged)?,
        state: row.state.parse().map_err(damaged)?,
        summary: row.summary.map(|text| serde_json::from_str(&text).map_err(damaged)).transpose()?,
        id: row.id,
        tender: row.tender,
        organisation: row.organisation,
        hash: row.hash,
        asked: row.asked,
        sent_at: row.sent_at,
        excluded: row.excluded,
        cleared_at: row.cleared_at,
    })
}

pub(super) fn record(id: &str) -> String {
    format!("submission:{id}")
}

pub(super) async fn rows(
    db: &impl ConnectionTrait,
    authority: &str,
    tender: &str,
) -> Result<Vec<submission::Model>> {
    let find = submission::Entity::find()
        .filter(submission::Column::Authority.eq(authority))
        .filter(submission::Column::Tender.eq(tender));
    Ok(find.order_by_asc(submission::Column::Id).all(db).await?)
}

/// The bids for a tender, for those who run it: none before it was opened, so that nobody knows who bids, or how many.
///
/// # Errors
/// When the database fails.
pub async fn submissions(authority: &Authority, tender: &Tender) -> Result<Vec<Submission>> {
    if tender.opened_at.is_none() {
        return Ok(Vec::new());
    }
    rows(authority.store().read(), authority.code(), &tender.id).await?.into_iter().map(read).collect()
}

/// The bids of an organisation, and, once they are opened, those that it bid together with another: those that count first, then the
/// newest.
///
/// # Errors
/// When the database fails.
pub async fn own_submissions(authority: &Authority, organisation: &str) -> Result<Vec<Submission>> {
    let find = submission::Entity::find().filter(submission::Column::Authority.eq(authority.code())).filter(
        Condition::any()
            .add(submission::Column::Organisation.eq(organisation))
            // A list of ids, each of one length: one is not a part of another.
            .add(submission::Column::Partners.contains(organisation)),
    );
    let rows = find.order_by_desc(submission::Column::Id).all(authority.store().read()).await?;
    let mut list: Vec<Submission> = rows.into_iter().map(read).collect::<Result<_>>()?;
    list.sort_by_key(|one| matches!(one.state, SubmissionState::Superseded | SubmissionState::Withdrawn));
    Ok(list)
}

/// Whether a bid comes in time. Once somebody has given their half of the key none does, whatever the clock says.
fn in_time(row: &tender::Model, one: &Tender, now: DateTime<Utc>) -> Result<()> {
    let why = match row.opening_at {
        Some(_) if one.opened_at.is_none() => "This tender takes no bids: they are being opened".to_owned(),
        None if one.takes_bids(now) => return Ok(()),
        _ => format!("This tender takes no bids: {}", one.phase(now).label()),
    };
    Err(Refusal::new(why, LATE).into())
}

/// The bid of an organisation that counts, if it has one.
async fn current(
    db: &impl ConnectionTrait,
    authority: &str,
    (tender, organisation): (&str, &str),
) -> Result<Option<submission::Model>> {
    let counts = [SubmissionState::Sealed.key(), SubmissionState::NeedsReconfirm.key()];
    let find = submission::Entity::find()
        .filter(submission::Column::Authority.eq(authority))
        .filter(submission::Column::Tender.eq(tender))
        .filter(submission::Column::Organisation.eq(organisation))
        .filter(submission::Column::State.is_in(counts));
    Ok(find.one(db).await?)
}

/// Begins a change by a bidder. Nobody may learn from the log who bids, or asks, before bids are opened: whoever reads it may be one of
/// those who open them. Who it was is in the row, and in the log from the opening on.
pub(super) async fn begin_unnamed(
    authority: &Authority,
    actor: &Actor,
    tender: &str,
) -> Result<(enough_store::Change, Tender, tender::Model)> {
    let nobody = Actor { request: actor.request.clone(), ..Actor::default() };
    begin_about(authority, &nobody, tender).await
}

/// A bid that counts no more: what it said is forgotten, its receipt stays.
fn ended(row: submission::Model, state: SubmissionState, at: DateTime<Utc>) -> submission::ActiveModel {
    let mut row = row.into_active_model();
    row.state = Set(state.to_string());
    row.sealed = Set(String::new());
    row.changed_at = Set(at);
    row
}

/// For how long after the closing time what is withheld is bound: nothing but late bids comes any more.
const AFTER: TimeDelta = TimeDelta::days(7);

/// Binds in the log what is withheld of the bids for each tender that may have some: every hour, whether any came or not, until a week after
/// its closing time.
///
/// # Errors
/// When the database fails.
pub async fn bind_boxes(authority: &Authority, actor: &Actor) -> Result<()> {
    let now = authority.environment().now();
    let all = tenders_that_are(authority, &[State::Published]).await?;
    let open = all.iter().filter(|one| now < one.text.closes_at + AFTER);
    authority.bind_withheld(actor, &open.map(|one| subject(&one.id)).collect::<Vec<_>>()).await
}

/// Takes a bid: seals it to the key of the tender, and gives its receipt. One that the organisation sent before is replaced by it.
///
/// # Errors
/// Refused when it comes at the closing time or later, or does not answer what is asked.
pub async fn submit(
    authority: &Authority,
    actor: &Actor,
    (tender, organisation): (&str, &str),
    content: &Content,
) -> Result<Receipt> {
    let person = actor.somebody()?.to_owned();
    // It comes now, however long it waits for its turn.
    let at = authority.environment().now();
    let (mut change, one, of) = begin_unnamed(authority, actor, tender).await?;
    if let Err(late) = in_time(&of, &one, at) {
        if matches!(one.phase(at), Phase::Closed | Phase::Kept(State::Opened)) {
            // That one came late is told later, with those that came in time; whose it was is nobody's business.
            let event = Event::new("submission.late", subject(tender));
            match one.opened_at {
                Some(_) => change.log(event),
                None => change.withhold(&subject(tender), &Actor::default(), event),
            }
            change.commit().await?;
        }
        return Err(late);
    }
    if let Some((_, first)) = faults(&one.text, content).into_iter().next() {
        return Err(first.into());
    }
    let (partners, wrong) = partners_of(authority, tender, organisation, &content.codes).await?;
    if let Some(wrong) = wrong {
        let what =
            format!("“{wrong}” is no code of an organisation that bids together with yours for this tender");
        return Err(Refusal::new(what, ASKED).at("codes").into());
    }
    for id in std::iter::once(organisation).chain(partners.iter().map(String::as_str)) {
        may_bid(&one.text, &profile(authority, id).await?)?;
    }
    let key = published(authority, change.tx(), &of).await?.key;
    let content = Content { random: Hash(authority.environment().random()).to_string(), ..content.clone() };
    let (id, bytes) = (authority.environment().id(), content.bytes()?);
    let hash = Hash(Sha256::digest(&bytes).into()).to_string();
    if let Some(before) = current(change.tx(), authority.code(), (tender, organisation)).await? {
        ended(before, SubmissionState::Superseded, at).update(change.tx()).await?;
    }
    let row = submission::Model {
        authority: authority.code().to_owned(),
        id: id.clone(),
        tender: tender.to_owned(),
        organisation: organisation.to_owned(),
        partners: "[]".to_owned(),
        state: SubmissionState::Sealed.to_string(),
        sealed: seal::seal(&key, &bytes, &record(&id), authority.environment())?,
        hash: hash.clone(),
        asked: one.text.questions(),
        size: bytes.len() as i32,
        sent_by: person,
        sent_at: at,
        changed_at: at,
        content: None,
        excluded: None,
        summary: None,
        cleared_at: None,
        mark: None,
    };
    marked(authority.store().keys(), &key, row).into_active_model().insert(change.tx()).await?;
    let event = Event::new("submission.seal", record(&id)).with("tender", tender);
    change.withhold(&subject(tender), actor, event.with("sha256", hash.as_str()));
    change.commit().await?;
    Ok(Receipt { id, hash, at, content, key: fingerprint(&key) })
}

/// Withdraws a bid before the closing time. It is never opened.
///
/// # Errors
/// Refused when there is none, or it is too late.
pub async fn withdraw(
    authority: &Authority,
    actor: &Actor,
    (tender, organisation): (&str, &str),
) -> Result<()> {
    actor.somebody()?;
    let at = authority.environment().now();
    let (mut change, one, of) = begin_unnamed(authority, actor, tender).await?;
    in_time(&of, &one, at)?;
    let row = current(change.tx(), authority.code(), (tender, organisation)).await?;
    let row = row.ok_or_else(|| refused("You have no bid that could be withdrawn"))?;
    let id = row.id.clone();
    ended(row, SubmissionState::Withdrawn, at).update(change.tx()).await?;
    let event = Event::new("submission.withdraw", record(&id)).with("tender", tender);
    change.withhold(&subject(tender), actor, event);
    change.commit().await
}

/// Says that a bid stands although the tender changed: as it was read, in the version that was seen.
///
/// # Errors
/// Refused when there is none that waits for it, it is too late, or its questions changed: then another bid is needed. A conflict when
/// the tender changed again meanwhile.
pub async fn reconfirm(
    authority: &Authority,
    actor: &Actor,
    (tender, organisation): (&str, &str),
    seen: i32,
) -> Result<()> {
    actor.somebody()?;
    let at = authority.environment().now();
    let (mut change, one, of) = begin_unnamed(authority, actor, tender).await?;
    in_time(&of, &one, at)?;
    if seen != one.version {
        return Err(StoreError::Conflict { what: format!("tender {tender}"), seen, now: one.version });
    }
    let row = current(change.tx(), authority.code(), (tender, organisation)).await?;
    let row = row.filter(|row| row.state == SubmissionState::NeedsReconfirm.key());
    let row = row.ok_or_else(|| refused("You have no bid that waits to be confirmed"))?;
    if row.asked != one.text.questions() {
        return Err(Refusal::new(
            "The questions changed since you sent your bid: send another that answers them",
            "a rule of Enough: a bid counts for what was asked when it was sent",
        )
        .into());
    }
    let id = row.id.clone();
    let mut row = row.into_active_model();
    row.state = Set(SubmissionState::Sealed.to_string());
    row.changed_at = Set(at);
    row.update(change.tx()).await?;
    let event = Event::new("submission.reconfirm", record(&id)).with("tender", tender);
    change.withhold(&subject(tender), actor, event);
    change.commit().await
}

/// What a bid that was opened says, for whoever is named with it; the reading is in the log.
pub(super) fn unsealed(authority: &Authority, row: &submission::Model) -> Result<Content> {
    let sealed =
        row.content.as_deref().ok_or_else(|| StoreError::NotFound("what the bid says".to_owned()))?;
    let bytes = authority.store().keys().unseal(sealed, &record(&row.id))?;
    serde_json::from_slice(&bytes).map_err(damaged)
}
