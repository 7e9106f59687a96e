//! The evidence pack: how a tender was run, for whoever must be able to tell. Everything that was published, came, was scored and decided, by
//! whom and why, checked once more against receipts and locks; and every entry of the audit log about it, each with its proof.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::{Pence, Refusal};
use enough_store::audit::merkle::Hash;
use enough_store::audit::{Actor, Entry, Event, InclusionProof};
use enough_store::sea_orm::EntityTrait;
use enough_store::{Authority, Result, StoreError};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::award::{Judged, judge};
use super::evaluation::{hash_of, load, scores};
use super::keep::{Change, damaged, subject, tender};
use super::opening::{OpenerState, openers};
use super::questions::{Enquiry, questions};
use super::records;
use super::rules::STATES;
use super::score::percent;
use super::standstill::Standstill;
use super::submissions::{read, record, rows, unsealed};
use super::{Outcome, State, Submission, Tender, Text};

/// A bid: its receipt, and what became of it. What it answers is not here.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BidEvidence {
    /// What its receipt says, and what became of it.
    #[serde(flatten)]
    pub bid: Submission,
    /// The id of the person who sent it.
    pub sent_by: String,
    /// Its price for each lot.
    pub prices: BTreeMap<i32, Option<Pence>>,
    /// Whether what was opened still has the hash of the receipt; none if it was not opened, and once its words
    /// went because their term had passed.
    pub is_as_sent: Option<bool>,
}

/// Somebody who scored.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvaluatorEvidence {
    /// Their id.
    pub person: String,
    /// When they said what ties them to bidders.
    pub declared_at: Option<DateTime<Utc>>,
    /// The ids of the organisations they are tied to.
    pub conflicts: BTreeSet<String>,
    /// When they had scored everything.
    pub locked_at: Option<DateTime<Utc>>,
    /// SHA-256 of what they had scored then.
    pub sha256: Option<String>,
    /// Whether their scores still have that hash; none if they were never locked.
    pub is_as_locked: Option<bool>,
}

/// A score: an evaluator's, or the one that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScoreEvidence {
    /// The id of the bid.
    pub submission: String,
    /// The lot.
    pub lot: i32,
    /// The criterion.
    pub criterion: i32,
    /// Whose it is; none for the one that counts, which is the moderator's.
    pub person: Option<String>,
    /// How many points.
    pub points: u32,
    /// Why.
    pub reason: String,
}

/// How a bid came out in a lot, worked out again from the scores that count and the prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StandingEvidence {
    /// The lot.
    pub lot: i32,
    /// The id of the bid.
    pub submission: String,
    /// What each criterion brought, in percent with two decimals.
    pub parts: Vec<String>,
    /// All together, in percent with two decimals.
    pub total: String,
    /// All together as an exact fraction, in hundredths of a percent.
    pub exact: String,
    /// Its place, 1 being the best; none if it could not win.
    pub place: Option<usize>,
    /// Why it could not win.
    pub out: Option<String>,
}

/// The evidence pack of a tender.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// The id of the tender.
    pub tender: String,
    /// The id of the plan that it answers.
    pub plan: String,
    /// How far it came.
    pub state: State,
    /// The version of the final specification and SHA-256 of its text.
    pub specification: Option<(i32, String)>,
    /// Why bids were asked for without a final specification, if they were.
    pub unspecified: Option<String>,
    /// What it said in the end: lots, criteria, weights, scale, dates.
    pub text: Text,
    /// The id of whoever approved it.
    pub approved_by: Option<String>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// What happened since, and what it said before.
    pub changes: Vec<Change>,
    /// What was asked by whom, and what everybody was answered.
    pub questions: Vec<Enquiry>,
    /// Who could open the bids, and when they gave their half.
    pub openers: Vec<OpenerState>,
    /// When the bids were opened.
    pub opened_at: Option<DateTime<Utc>>,
    /// The bids, if they were opened: those that were not stay secret.
    pub bids: Vec<BidEvidence>,
    /// Who scored.
    pub evaluators: Vec<EvaluatorEvidence>,
    /// What each of them gave, and why.
    pub scores: Vec<ScoreEvidence>,
    /// The id of whoever moderated.
    pub moderator: Option<String>,
    /// The scores that count.
    pub moderated: Vec<ScoreEvidence>,
    /// How the bids came out; empty if it was never so far.
    pub standings: Vec<StandingEvidence>,
    /// The id of whoever recommended.
    pub recommended_by: Option<String>,
    /// The id of whoever decided.
    pub decided_by: Option<String>,
    /// What was decided, lot by lot, and why.
    pub outcome: Option<Outcome>,
    /// When every bidder had a summary; each is with its bid.
    pub notified_at: Option<DateTime<Utc>>,
    /// When the award was published here.
    pub award_at: Option<DateTime<Utc>>,
    /// When its contract award notice (UK6) was published on the central platform.
    pub award_noticed_on: Option<NaiveDate>,
    /// What was known of the standstill when the pack was made.
    pub standstill: Standstill,
    /// The day on which it was signed.
    pub signed_on: Option<NaiveDate>,
    /// Names of the people and organisations above, by id.
    pub names: BTreeMap<String, String>,
    /// What the audit log says of the plan, its design, the tender and its bids: who did and who read what when, each entry with its proof.
    pub log: Vec<InclusionProof>,
}

impl Evidence {
    /// The name of a person or an organisation.
    pub fn name(&self, id: &str) -> &str {
        self.names.get(id).map_or("somebody who is not known any more", String::as_str)
    }

    /// What the audit log says, oldest first.
    ///
    /// # Errors
    /// When an entry is none.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        self.log.iter().map(|proof| serde_json::from_str(&proof.entry).map_err(damaged)).collect()
    }

    /// Whether all bids and scores are still those that were sent and locked.
    pub fn is_whole(&self) -> bool {
        let bids = self.bids.iter().filter_map(|one| one.is_as_sent);
        bids.chain(self.evaluators.iter().filter_map(|one| one.is_as_locked)).all(|is| is)
    }

    /// The file.
    ///
    /// # Errors
    /// Never: it can always be written as JSON.
    pub fn file(&self) -> Result<Vec<u8>> {
        serde_json::to_vec_pretty(self).map_err(damaged)
    }
}

fn standings(judged: Judged) -> Vec<StandingEvidence> {
    let of_lot = |(lot, all): (i32, Vec<super::Standing>)| {
        all.into_iter().map(move |one| StandingEvidence {
            lot,
            submission: one.submission,
            parts: one.parts.iter().map(percent).collect(),
            total: percent(&one.total),
            exact: one.total.to_string(),
            place: one.place,
            out: one.out,
        })
    };
    judged.lots.into_iter().flat_map(of_lot).collect()
}

async fn bids(authority: &Authority, one: &Tender) -> Result<Vec<BidEvidence>> {
    if one.opened_at.is_none() {
        return Ok(Vec::new());
    }
    let mut list = Vec::new();
    for row in rows(authority.store().read(), authority.code(), &one.id).await? {
        let content = if row.content.is_some() { unsealed(authority, &row).ok() } else { None };
        // What is left of one whose words went is not what was sent.
        let mut is_as_sent = row.content.as_ref().filter(|_| row.cleared_at.is_none()).map(|_| false);
        let mut prices = BTreeMap::new();
        if let Some(content) = content {
            let is_same = Hash(Sha256::digest(content.bytes()?).into()).to_string() == row.hash;
            is_as_sent = row.cleared_at.is_none().then_some(is_same);
            prices = content.lots.into_iter().map(|lot| (lot.lot, lot.price)).collect();
        }
        list.push(BidEvidence { sent_by: row.sent_by.clone(), bid: read(row)?, prices, is_as_sent });
    }
    list.sort_by(|a, b| (a.bid.sent_at, &a.bid.id).cmp(&(b.bid.sent_at, &b.bid.id)));
    Ok(list)
}

/// Everybody's names, and those of organisations, by id.
async fn names(authority: &Authority) -> Result<BTreeMap<String, String>> {
    let organisations: BTreeMap<String, String> =
        authority.organisations().await?.into_iter().map(|one| (one.id, one.name)).collect();
    let people = authority.people().await?.into_iter().map(|one| {
        let of = organisations.get(&one.organisation).map_or("", String::as_str);
        (one.id, format!("{}, {of}", one.name))
    });
    let people: Vec<_> = people.collect();
    Ok(organisations.into_iter().chain(people).collect())
}

/// Puts together the evidence pack of a tender that is over or whose bidders were told, and says in the log that it was given out, with the
/// SHA-256 of its file.
///
/// # Errors
/// Refused before bidders are told, and to whoever works for one of them.
pub async fn evidence(authority: &Authority, actor: &Actor, id: &str) -> Result<Evidence> {
    actor.somebody()?;
    let (one, changes) = tender(authority, id).await?;
    if !one.has_evidence() {
        return Err(Refusal::new(
            "There is evidence once bidders are told, or it is over: until then nobody reads more of it than they need",
            STATES,
        )
        .into());
    }
    let bids = bids(authority, &one).await?;
    let is_own = |of: &String| actor.organisation.as_ref() == Some(of);
    if bids.iter().any(|bid| bid.bid.bidders().any(is_own)) {
        return Err(
            Refusal::new("Whoever works for a bidder does not read this", "separation of duties").into()
        );
    }
    let db = authority.store().read();
    let row =
        records::tender::Entity::find_by_id((authority.code().to_owned(), id.to_owned())).one(db).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(format!("tender {id}")))?;
    let judged = load(db, authority.code(), id).await?;
    let mut given = scores(db, authority.code(), id).await?;
    given.sort_by(|a, b| (&a.person, &a.place).cmp(&(&b.person, &b.place)));
    let evaluators = judged.evaluators.into_iter().map(|one| {
        let mine: Vec<_> = given.iter().filter(|score| score.person == one.person).cloned().collect();
        EvaluatorEvidence {
            is_as_locked: one.hash.as_ref().map(|hash| *hash == hash_of(&mine)),
            person: one.person,
            declared_at: one.declared_at,
            conflicts: one.conflicts,
            locked_at: one.locked_at,
            sha256: one.hash,
        }
    });
    let evaluators = evaluators.collect();
    let of = |place: super::Place, person, points, reason| ScoreEvidence {
        submission: place.submission,
        lot: place.lot,
        criterion: place.criterion,
        person,
        points,
        reason,
    };
    let moderated = judged.moderated.into_iter().map(|(place, one)| of(place, None, one.points, one.reason));
    let standings = match judge(authority, db, &one).await {
        Ok(judged) if one.opened_at.is_some() => standings(judged),
        // It ended before they were all moderated; or what was damaged is told with the bids.
        Ok(_) | Err(StoreError::Refused(_) | StoreError::Damaged(_)) => Vec::new(),
        Err(other) => return Err(other),
    };
    let mut about = vec![subject(id), format!("intention:{}", one.intention)];
    about.extend(bids.iter().map(|bid| record(&bid.bid.id)));
    let standstill = one.standstill();
    let mut pack = Evidence {
        moderated: moderated.collect(),
        scores: given
            .into_iter()
            .map(|one| of(one.place, Some(one.person), one.points, one.reason))
            .collect(),
        questions: questions(authority, id).await?,
        openers: openers(authority, id).await?,
        log: authority.prove_about(&about).await?,
        decided_by: row.decided_by,
        names: BTreeMap::new(),
        tender: one.id,
        plan: one.intention,
        state: one.state,
        specification: one.specification,
        unspecified: one.unspecified,
        text: one.text,
        approved_by: one.approved_by,
        published_at: one.published_at,
        changes,
        opened_at: one.opened_at,
        bids,
        evaluators,
        moderator: one.moderator,
        standings,
        recommended_by: one.recommended_by,
        outcome: one.outcome,
        notified_at: one.notified_at,
        award_at: one.award_at,
        award_noticed_on: one.award_noticed_on,
        standstill,
        signed_on: one.signed_on,
    };
    // Only of those who are in it.
    let text = String::from_utf8(pack.file()?).map_err(damaged)?;
    pack.names = names(authority).await?;
    pack.names.retain(|id, _| text.contains(id));
    let sha256 = Hash(Sha256::digest(pack.file()?).into()).to_string();
    authority.note(actor, Event::new("tender.evidence", subject(id)).with("sha256", sha256)).await?;
    Ok(pack)
}
