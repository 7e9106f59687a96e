//! From moderated scores to an award: recommended, decided by somebody else, published once every bidder was told (`summaries.rs`), and
//! signed after the standstill (`standstill.rs`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use enough_kernel::{Pence, Refusal, day_in_england};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, IntoActiveModel};
use enough_store::{Authority, Change, Result, StoreError};
use serde::{Deserialize, Serialize};

use super::evaluation::{Evaluation, Place, all_places, load, opened, works_for_a_bidder};
use super::keep::{begin, damaged, read, refused, row_of, subject, tell};
use super::records::submission;
use super::rules::STATES;
use super::score::{Bid, Standing, percent, standings, winners};
use super::standstill::Standstill;
use super::{Content, State, Tender};
use crate::agreements::{awarded, called_off, read_day, signed};
use crate::frameworks::set_up;

pub(super) const LOCKED: &str =
    "a rule of Enough: summaries, then the award notice (UK6), then the standstill, then the signature";

/// A bid that wins a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Winner {
    /// The id of the bid.
    pub submission: String,
    /// The id of the organisation that made it.
    pub organisation: String,
    /// The ids of those that bid together with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<String>,
    /// Its price.
    pub price: Option<Pence>,
    /// Its total, as people read it.
    pub total: String,
}

/// What is recommended or decided of a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotOutcome {
    /// The lot.
    pub lot: i32,
    /// The bid that wins it, or, of a framework, those that do, the best first; nobody if it is empty.
    pub winners: Vec<Winner>,
    /// Why.
    pub reason: String,
    /// Why what was awarded is not signed, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsigned: Option<String>,
}

impl LotOutcome {
    /// Whether somebody has won it, and it is signed or is to be.
    pub fn stands(&self) -> bool {
        !self.winners.is_empty() && self.unsigned.is_none()
    }
}

/// What is recommended or decided.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Lot by lot.
    pub lots: Vec<LotOutcome>,
    /// Why the standstill is left out, if it is: light touch may.
    pub no_standstill: Option<String>,
}

impl Outcome {
    /// Whether anybody wins anything.
    pub fn is_award(&self) -> bool {
        self.lots.iter().any(|lot| !lot.winners.is_empty())
    }
}

/// How the bids for each lot stand, with the bids.
pub(super) struct Judged {
    pub(super) bids: Vec<(submission::Model, Content)>,
    pub(super) scores: Evaluation,
    pub(super) lots: BTreeMap<i32, Vec<Standing>>,
}

pub(super) async fn judge(authority: &Authority, db: &impl ConnectionTrait, one: &Tender) -> Result<Judged> {
    let bids = opened(authority, db, &one.id).await?;
    let judged = load(db, authority.code(), &one.id).await?;
    if !judged.is_locked() {
        return Err(Refusal::new("Every evaluator is done first", STATES).into());
    }
    let left =
        all_places(one, &bids).into_iter().filter(|place| !judged.moderated.contains_key(place)).count();
    if left > 0 {
        return Err(Refusal::new(format!("{left} scores are not moderated yet"), STATES).into());
    }
    let mut lots = BTreeMap::new();
    for lot in &one.text.lots {
        let mut list = Vec::new();
        for (row, content) in &bids {
            let Some(bid) = content.lots.iter().find(|bid| bid.lot == lot.number) else { continue };
            let points = (1..).zip(&lot.criteria).map(|(criterion, _)| {
                let place = Place { submission: row.id.clone(), lot: lot.number, criterion };
                judged.moderated.get(&place).map(|moderation| moderation.points)
            });
            list.push(Bid {
                submission: row.id.clone(),
                price: bid.price,
                excluded: row.excluded.clone(),
                points: points.collect(),
            });
        }
        lots.insert(lot.number, standings(lot, one.text.scale, &list));
    }
    Ok(Judged { bids, scores: judged, lots })
}

/// How the bids for each lot stand.
///
/// # Errors
/// Refused while a score is not moderated.
pub async fn compare(authority: &Authority, one: &Tender) -> Result<BTreeMap<i32, Vec<Standing>>> {
    Ok(judge(authority, authority.store().read(), one).await?.lots)
}

/// Recommends, lot by lot: the id of a bid in the first place, or nobody; with a reason.
///
/// # Errors
/// Refused while a score is not moderated, for a bid that is not first, and without a reason.
pub async fn recommend(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    picks: &BTreeMap<i32, (Option<String>, String)>,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.in_state(State::Opened)?;
    if works_for_a_bidder(authority, &change, id, &person).await? {
        return Err(
            Refusal::new("Whoever works for a bidder does not recommend", "separation of duties").into()
        );
    }
    let judged = judge(authority, change.tx(), &one).await?;
    let mut outcome = Outcome::default();
    for (number, standings) in &judged.lots {
        let (winner, reason) = picks.get(number).cloned().unwrap_or_default();
        if reason.trim().is_empty() {
            return Err(refused(format!("Say why, for lot {number}: it is what the decision rests on")));
        }
        let first = |bid: &String| standings.iter().any(|one| one.submission == *bid && one.place == Some(1));
        if winner.as_ref().is_some_and(|winner| !first(winner)) {
            return Err(Refusal::new(
                format!("Lot {number}: only a bid in the first place can win, or nobody"),
                "Procurement Act 2023 s19: the most advantageous tender, by the published criteria",
            )
            .into());
        }
        // Of bids for a contract that nothing tells apart, one is chosen; a framework takes all that have a place in it.
        let best = match (&winner, &one.text.framework) {
            (None, _) => Vec::new(),
            (Some(winner), None) => standings.iter().filter(|one| one.submission == *winner).collect(),
            (Some(_), Some(setup)) => winners(standings, setup.places),
        };
        let won = best.into_iter().filter_map(|one| {
            let (row, _) = judged.bids.iter().find(|(row, _)| row.id == one.submission)?;
            Some(Winner {
                submission: one.submission.clone(),
                organisation: row.organisation.clone(),
                partners: serde_json::from_str(&row.partners).ok()?,
                price: one.price,
                total: percent(&one.total),
            })
        });
        outcome.lots.push(LotOutcome {
            lot: *number,
            winners: won.collect(),
            reason: reason.trim().to_owned(),
            unsigned: None,
        });
        for one in standings {
            // With the moderated scores in the log, this makes every total again.
            let price = one.price.map_or(0, Pence::get);
            let event = Event::new("tender.stand", format!("submission:{}", one.submission));
            change.log(event.with("lot", *number).with("price", price).with("total", one.total.to_string()));
        }
    }
    row.state = Set(State::Recommended.to_string());
    row.outcome = Set(Some(serde_json::to_string(&outcome).map_err(damaged)?));
    row.recommended_by = Set(Some(person));
    row.update(change.tx()).await?;
    change.log(Event::new("tender.recommend", subject(id)));
    change.commit().await
}

/// Decides what was recommended. `no_standstill` says why it is left out, if it is.
///
/// # Errors
/// Refused to whoever recommended it, moderated or scored.
pub async fn decide(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    no_standstill: Option<&str>,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.in_state(State::Recommended)?;
    takes_no_part(authority, &change, &one, &person).await?;
    let mut outcome = one.outcome.clone().unwrap_or_default();
    outcome.no_standstill = no_standstill.map(|why| why.trim().to_owned()).filter(|why| !why.is_empty());
    row.outcome = Set(Some(serde_json::to_string(&outcome).map_err(damaged)?));
    row.state = Set(State::Decided.to_string());
    row.decided_by = Set(Some(person));
    row.update(change.tx()).await?;
    change.log(Event::new("tender.decide", subject(id)).because(outcome.no_standstill.unwrap_or_default()));
    change.commit().await
}

/// Refuses whoever took part in judging, or works for a bidder.
async fn takes_no_part(authority: &Authority, change: &Change, one: &Tender, person: &str) -> Result<()> {
    let judged = load(change.tx(), authority.code(), &one.id).await?;
    let took_part = judged.evaluators.iter().any(|other| other.person == person)
        || one.moderator.as_deref() == Some(person)
        || one.recommended_by.as_deref() == Some(person);
    if took_part || works_for_a_bidder(authority, change, &one.id, person).await? {
        return Err(Refusal::new(
            "Somebody decides who did not score, moderate or recommend, and works for no bidder",
            "separation of duties",
        )
        .into());
    }
    Ok(())
}

/// Refuses whoever works for a bidder.
pub(super) async fn works_for_none(
    authority: &Authority,
    change: &Change,
    id: &str,
    person: &str,
) -> Result<()> {
    if works_for_a_bidder(authority, change, id, person).await? {
        let what = "Whoever works for a bidder does not end what others have won or may win";
        return Err(Refusal::new(what, "separation of duties").into());
    }
    Ok(())
}

/// Sends a recommendation back, with a reason: it is moderated and recommended anew.
///
/// # Errors
/// Refused without a reason, and once it is decided.
pub async fn send_back(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    why: &str,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.in_state(State::Recommended)?;
    takes_no_part(authority, &change, &one, &person).await?;
    if why.trim().is_empty() {
        return Err(Refusal::of_form("Say why it goes back").at("back").into());
    }
    row.state = Set(State::Opened.to_string());
    row.outcome = Set(None);
    row.recommended_by = Set(None);
    row.update(change.tx()).await?;
    change.log(Event::new("tender.send-back", subject(id)).because(why.trim()));
    change.commit().await
}

/// Publishes the award here. Gives what is known of the standstill: it counts from the contract award notice (UK6), and where that was not
/// published yet bidders are told once it is.
///
/// # Errors
/// Refused before every bidder has a summary, and where nobody won; or when the bank holidays of the standstill are not known here.
pub async fn publish_award(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
) -> Result<Standstill> {
    actor.somebody()?;
    let (mut change, mut one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    if one.state != State::Notified {
        return Err(Refusal::new("Every bidder has a summary before the award is published", LOCKED).into());
    }
    let outcome = one.outcome.clone().unwrap_or_default();
    if !outcome.is_award() {
        return Err(Refusal::new("Nobody won: end the tender without an award", STATES).into());
    }
    one.award_at = Some(change.now());
    let standstill = one.standstill();
    if standstill == Standstill::Unknown {
        return Err(refused(
            "The bank holidays of the standstill are not known here yet: add them to reference/bank-holidays.csv",
        ));
    }
    row.state = Set(State::Standstill.to_string());
    row.award_at = Set(one.award_at);
    row.update(change.tx()).await?;
    let said = match &outcome.no_standstill {
        Some(why) => format!("Award published, without a standstill: {why}"),
        None => format!("Award published. {}", standstill.words()),
    };
    tell(&change, (id, seen + 1), said, None).await?;
    if one.text.framework.is_none() {
        awarded(&mut change, &one, &outcome.lots).await?;
    }
    change.log(Event::new("tender.award", subject(id)).with("standstill", in_log(standstill)));
    change.commit().await?;
    Ok(standstill)
}

/// The last day of a standstill, as the log has it.
fn in_log(standstill: Standstill) -> String {
    match standstill {
        Standstill::None => "none".to_owned(),
        Standstill::Awaited => "from the award notice".to_owned(),
        Standstill::Unknown => "not known".to_owned(),
        Standstill::Runs { until, .. } => until.to_string(),
    }
}

/// Its contract award notice (UK6) was published on the central platform: the standstill counts from then. Whoever may want to act on it is
/// told, once the award is published here, too.
pub(crate) async fn award_noticed(
    change: &mut Change,
    id: &str,
    (on, reference): (NaiveDate, &str),
) -> Result<()> {
    let row = row_of(change, id).await?;
    let mut one = read(row.clone())?;
    one.award_noticed_on = Some(on);
    let version = one.version + 1;
    let mut row = row.into_active_model();
    row.award_noticed_on = Set(one.award_noticed_on);
    row.version = Set(version);
    row.changed_at = Set(change.now());
    row.update(change.tx()).await?;
    if one.state == State::Standstill {
        let standstill = match one.standstill() {
            Standstill::None => String::new(),
            known => format!(". {}", known.words()),
        };
        let on = read_day(on);
        let said =
            format!("The contract award notice (UK6) was published on {on}, number {reference}{standstill}");
        tell(change, (id, version), said, None).await?;
    }
    change.log(
        Event::new("tender.award-noticed", subject(id))
            .with("on", on.to_string())
            .with("standstill", in_log(one.standstill())),
    );
    Ok(())
}

/// Says that what was awarded is signed.
///
/// # Errors
/// Refused for a day within the standstill, or to come; and, of a contract above the threshold, before its award notice was published.
pub async fn complete(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    signed_on: NaiveDate,
) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.in_state(State::Standstill)?;
    let earliest = one.award_at.map(day_in_england);
    if signed_on > day_in_england(change.now()) || earliest.is_some_and(|earliest| signed_on < earliest) {
        let rule = "It is signed after the award was published, and not in the future";
        return Err(Refusal::of_form(rule).at("signed_on").into());
    }
    one.may_be_signed(signed_on)?;
    row.state = Set(State::Complete.to_string());
    row.signed_on = Set(Some(signed_on));
    row.update(change.tx()).await?;
    tell(&change, (id, seen + 1), format!("Signed on {}", read_day(signed_on)), None).await?;
    match &one.text.framework {
        None => signed(&mut change, id, signed_on).await?,
        Some(setup) => set_up(&mut change, &one, setup, signed_on).await?,
    }
    change.log(Event::new("tender.sign", subject(id)).with("on", signed_on.to_string()));
    change.commit().await
}

/// Says that a lot that was awarded is not signed, and why: its winner does not want it any more, or may not have it. The others are.
///
/// # Errors
/// Refused without a reason, for a lot that nobody won, and for the last one that stands: then the tender is cancelled.
pub async fn leave_unsigned(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    (lot, why): (i32, &str),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.in_state(State::Standstill)?;
    works_for_none(authority, &change, id, &person).await?;
    if why.trim().is_empty() {
        let rule = "Say why the lot is not signed: everybody reads it";
        return Err(Refusal::of_form(rule).at("reason").into());
    }
    let mut outcome = one.outcome.clone().unwrap_or_default();
    let others = outcome.lots.iter().filter(|other| other.lot != lot && other.stands()).count();
    let of = outcome.lots.iter_mut().find(|of| of.lot == lot && of.stands());
    let of = of.ok_or_else(|| Refusal::of_form("Choose a lot that somebody won").at("lot"))?;
    if others == 0 {
        return Err(Refusal::new("It is the only lot that stands: cancel the tender", STATES).into());
    }
    of.unsigned = Some(why.trim().to_owned());
    row.outcome = Set(Some(serde_json::to_string(&outcome).map_err(damaged)?));
    row.update(change.tx()).await?;
    tell(&change, (id, seen + 1), format!("Lot {lot} is not signed: {}", why.trim()), None).await?;
    called_off(&mut change, (id, Some(lot)), why.trim()).await?;
    change.log(Event::new("tender.leave-unsigned", subject(id)).because(why.trim()).with("lot", lot));
    change.commit().await
}

/// Ends a tender without an award, once bidders were told or when nobody bid.
///
/// # Errors
/// Refused without a reason, and where somebody won.
pub async fn give_up(authority: &Authority, actor: &Actor, (id, seen): (&str, i32), why: &str) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    let nobody_bid = one.state == State::Opened && opened(authority, change.tx(), id).await?.is_empty();
    let nobody_won = one.state == State::Notified && !one.outcome.as_ref().is_some_and(Outcome::is_award);
    if !nobody_bid && !nobody_won {
        return Err(StoreError::from(Refusal::new(
            "A tender ends without an award when nobody bid, or nobody won and bidders were told",
            STATES,
        )));
    }
    if why.trim().is_empty() {
        return Err(Refusal::of_form("Say why: everybody reads it").at("reason").into());
    }
    row.state = Set(State::Unsuccessful.to_string());
    row.update(change.tx()).await?;
    tell(&change, (id, seen + 1), format!("Ended without an award: {}", why.trim()), None).await?;
    change.log(Event::new("tender.give-up", subject(id)).because(why.trim()));
    change.commit().await
}
