//! Tenders: for everybody to read, for bidders to ask about and bid for, and for those who run them.

mod award;
mod bid;
mod evidence;
mod named;
mod opening;
mod questions;
mod scores;
mod text;
mod together;
mod turn;

pub use award::{award, decide, decided, recommended};
pub use bid::{bid, copy, from_copy, reconfirm, submitted, withdraw};
pub use evidence::{evidence, evidence_file};
pub use named::{name, name_again, named, named_again};
pub use opening::{keep_key, key, open, opened};
pub use questions::{answer, answered, ask};
pub use scores::{declared, leave_out, lock, moderate, moderation, own, save, score, scores_of};
pub use text::{change, edit, edit_lot, remove_lot, save_lot};
pub use together::{give_code, together as together_with};
pub use turn::waiting;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};
use enough_commissioning::frameworks::frameworks_of_tender;
use enough_commissioning::intentions::{Intention, intention};
use enough_commissioning::tenders::{
    Change, Enquiry, LotOutcome, Outcome, Phase, Standstill, State, Submission, SubmissionState, Tender,
    Winner, add_tender, approve, cancel, complete, effort, evaluation, give_up, has_opener_key,
    leave_unsigned, notify, own_submissions, public_tenders, publish_award, questions as enquiries,
    remove_tender, submissions, tender, tenders, words_asked,
};
use enough_store::accounts::Action;

use crate::administration::Choice;
use crate::caller::Caller;
use crate::commissioning::Waits;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::names::Names;
use crate::path::Path;
use crate::problem::Problem;
use crate::publishing::{Process, publish};
use crate::view::{Frame, page};

/// The time of the service.
fn now(caller: &Caller) -> DateTime<Utc> {
    caller.app.authority().environment().now()
}

/// A tender, as far as whoever asks may see it.
async fn seen(caller: &Caller, id: &str) -> Result<(Tender, Vec<Change>), Problem> {
    let found = tender(caller.app.authority(), id).await?;
    if !found.0.is_public() && !caller.may(Action::PrepareTenders) {
        return Err(Problem::NotFound);
    }
    Ok(found)
}

/// Whether whoever asks works for an organisation whose bid was opened, alone or with others.
async fn works_for_bidder(caller: &Caller, one: &Tender) -> Result<bool, Problem> {
    let Some(person) = caller.person().filter(|_| one.opened_at.is_some()) else { return Ok(false) };
    let bids = submissions(caller.app.authority(), one).await?;
    let opened = bids.iter().filter(|bid| bid.state == SubmissionState::Opened);
    Ok(opened.flat_map(Submission::bidders).any(|of| *of == person.organisation))
}

/// The id of the organisation that whoever asks works for.
fn own_organisation(caller: &Caller) -> Result<&str, Problem> {
    Ok(&caller.session()?.person.organisation)
}

#[derive(Template)]
#[template(path = "tenders/list.html")]
struct List {
    frame: Frame,
    open: Vec<(Tender, Phase)>,
    others: Vec<(Tender, Phase)>,
    bids: Vec<(String, String, &'static str)>,
    waiting: Vec<Waits>,
    /// Whether whoever looks opens bids, and has a passphrase for it.
    opener: bool,
    key: bool,
}

/// All tenders.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let (authority, now) = (caller.app.authority(), now(&caller));
    let prepares = caller.may(Action::PrepareTenders);
    let all = if prepares { tenders(authority).await? } else { public_tenders(authority).await? };
    let all: Vec<_> =
        all.into_iter().map(|one| (one.phase(now), one)).map(|(phase, one)| (one, phase)).collect();
    let mut bids = Vec::new();
    if caller.may(Action::Bid) {
        for bid in own_submissions(authority, own_organisation(&caller)?).await? {
            let title =
                all.iter().find(|(one, _)| one.id == bid.tender).map(|(one, _)| one.text.title.clone());
            bids.push((bid.tender, title.unwrap_or_default(), bid.state.label()));
        }
    }
    let waiting = waiting(&caller).await?;
    let opener = caller.may(Action::OpenBids);
    let key = match caller.person().filter(|_| opener) {
        Some(person) => has_opener_key(authority, &person.id).await?,
        None => false,
    };
    let mut all = all;
    all.sort_by_key(|(one, _)| !one.takes_bids(now));
    let frame = Frame::of_list(&caller, "Tenders", &mut all);
    let (open, others) = all.into_iter().partition(|(one, _)| one.takes_bids(now));
    Ok(page(List { frame, open, others, bids, waiting, opener, key })?.into_response())
}

#[derive(Template)]
#[template(path = "tenders/one.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    tender: Tender,
    phase: Phase,
    changes: Vec<Change>,
    questions: Vec<Enquiry>,
    /// How many words are asked, words for each £1,000, hours.
    asked: (u64, Option<(u64, u64)>),
    /// The bids that were opened, for those who run it: who made each, and what became of it.
    bids: Vec<(String, Submission)>,
    /// What is decided, with the names of who won, once the award is published.
    awarded: Option<Vec<(i32, String)>>,
    /// The frameworks that it set up: their ids and titles.
    frameworks: Vec<(String, String)>,
    /// The lots of which one can be left unsigned.
    lots: Vec<Choice>,
    /// Whether whoever looks at it scores its bids, wrote some of it, and whether it can be ended without an award.
    scores: bool,
    wrote: bool,
    ends: bool,
    /// What whoever looks at it may do.
    may: Vec<Action>,
    typed: Typed,
}

/// What the page of a tender leads to.
const MAY: [Action; 6] = [
    Action::PrepareTenders,
    Action::OpenBids,
    Action::ScoreBids,
    Action::ReadEvidence,
    Action::DecideAwards,
    Action::Bid,
];

/// What was typed on the page.
#[derive(Default)]
struct Typed {
    question: String,
    reason: String,
    signed_on: String,
}

/// The names of organisations, by id.
async fn organisation_names(caller: &Caller) -> Result<impl Fn(&str) -> String + use<>, Problem> {
    let list = caller.app.authority().organisations().await?;
    Ok(move |id: &str| {
        list.iter()
            .find(|one| one.id == id)
            .map_or_else(|| "an organisation".to_owned(), |one| one.name.clone())
    })
}

/// Whose a bid is: the organisation that sent it, and those that bid together with it.
fn together(name: &impl Fn(&str) -> String, sent_by: &str, partners: &[String]) -> String {
    let with: Vec<String> = partners.iter().map(|id| name(id)).collect();
    if with.is_empty() { name(sent_by) } else { format!("{} with {}", name(sent_by), with.join(", ")) }
}

async fn shown(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let (one, changes) = seen(caller, id).await?;
    let (plan, _) = intention(authority, &one.intention).await?;
    let name = organisation_names(caller).await?;
    let prepare = caller.may(Action::PrepareTenders);
    let own = caller.person().map(|person| person.organisation.clone());
    let mut questions = enquiries(authority, id).await?;
    questions.retain(|ask| ask.answer.is_some() || prepare || own.as_ref() == Some(&ask.organisation));
    let judged = evaluation(authority, id).await?;
    let person = caller.person().map(|person| person.id.clone());
    let scores = judged.evaluators.iter().any(|other| Some(&other.person) == person.as_ref());
    // Who decides learns who bid when there is something to decide.
    let decides = caller.may(Action::DecideAwards) && one.outcome.is_some();
    let reads = (prepare || scores || decides) && !works_for_bidder(caller, &one).await?;
    let bids = if reads { submissions(authority, &one).await? } else { Vec::new() };
    let bids = bids
        .into_iter()
        .filter(|bid| !matches!(bid.state, SubmissionState::Withdrawn | SubmissionState::Superseded))
        .map(|bid| (together(&name, &bid.organisation, &bid.partners), bid))
        .collect();
    let nobody_bid = one.opened_at.is_some()
        && submissions(authority, &one).await?.iter().all(|bid| bid.state != SubmissionState::Opened);
    let of_lot =
        |outcome: &Outcome| outcome.lots.iter().map(|lot| (lot.lot, who_won(&one, lot, &name))).collect();
    let awarded = one.outcome.as_ref().filter(|_| one.award_at.is_some()).map(of_lot);
    let frameworks = frameworks_of_tender(authority, id).await?;
    let frameworks = frameworks.into_iter().map(|one| (one.id, one.text.title)).collect();
    let words = words_asked(&one.text.lots);
    let title =
        if mistakes.is_empty() { one.text.title.clone() } else { format!("Error: {}", one.text.title) };
    let page_of = One {
        frame: Frame::new(caller, title),
        mistakes,
        plan,
        phase: one.phase(now(caller)),
        changes,
        questions,
        asked: (words, effort(words, one.text.worth())),
        bids,
        awarded,
        frameworks,
        scores,
        lots: lots_that_stand(&one, &sent.line("lot")),
        wrote: person.as_ref().is_some_and(|person| one.written_by.contains(person)),
        ends: match one.state {
            State::Opened => nobody_bid,
            State::Notified => !one.outcome.as_ref().is_some_and(Outcome::is_award),
            _ => false,
        },
        may: MAY.into_iter().filter(|action| caller.may(*action)).collect(),
        typed: Typed {
            question: sent.get("question").to_owned(),
            reason: sent.get("reason").to_owned(),
            signed_on: sent.line("signed_on"),
        },
        tender: one,
    };
    Ok(page(page_of)?.into_response())
}

/// The lots of which one can be left unsigned: those that were awarded, if there is more than one.
fn lots_that_stand(one: &Tender, chosen: &str) -> Vec<Choice> {
    let all = one.outcome.iter().filter(|_| one.state == State::Standstill).flat_map(|outcome| &outcome.lots);
    let choice = |lot: &LotOutcome| {
        let key = lot.lot.to_string();
        Choice { on: key == chosen, label: format!("Lot {key}"), key }
    };
    let list: Vec<Choice> = all.filter(|lot| lot.stands()).map(choice).collect();
    if list.len() > 1 { list } else { Vec::new() }
}

/// Who won a lot: with the price of a contract; of a framework the prices stay with who pays them.
fn who_won(one: &Tender, lot: &LotOutcome, name: &impl Fn(&str) -> String) -> String {
    let who = |winner: &Winner| {
        let all = together(name, &winner.organisation, &winner.partners);
        let price = winner.price.filter(|_| one.text.framework.is_none());
        price.map_or_else(|| all.clone(), |price| format!("{all}, {price}"))
    };
    let all: Vec<String> = lot.winners.iter().map(who).collect();
    match &lot.unsigned {
        _ if all.is_empty() => "Nobody".to_owned(),
        Some(why) => format!("{}; not signed: {why}", all.join("; ")),
        None => all.join("; "),
    }
}

/// One tender.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    shown(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// A draft is to be thrown away.
pub async fn remove(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let place = (id.as_str(), sent.number("version")?);
    match remove_tender(caller.app.authority(), &caller.actor(), place).await {
        Ok(()) => Ok(Redirect::to("/tenders").into_response()),
        Err(error) => shown(&caller, &id, &sent, told(error, "step")?).await,
    }
}

/// A tender is begun for a plan.
pub async fn add(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let made = add_tender(caller.app.authority(), &caller.actor(), &id).await?;
    Ok(Redirect::to(&format!("/tenders/{made}")).into_response())
}

/// A tender is to be moved on: `step` says how.
pub async fn step(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, actor) = (caller.app.authority(), caller.actor());
    let place = (id.as_str(), sent.number("version")?);
    let reason = sent.get("reason");
    let (came, field) = match sent.get("step") {
        "approve" => (approve(authority, &actor, place).await, "step"),
        "cancel" => (cancel(authority, &actor, place, reason).await, "reason"),
        "leave-lot" => {
            let Ok(lot) = sent.line("lot").parse() else {
                return shown(&caller, &id, &sent, Mistakes::one("lot", "Choose the lot")).await;
            };
            (leave_unsigned(authority, &actor, place, (lot, reason)).await, "reason")
        }
        "give-up" => (give_up(authority, &actor, place, reason).await, "reason"),
        "notify" => (notify(authority, &actor, place).await, "step"),
        "award" => (publish_award(authority, &actor, place).await.map(drop), "step"),
        "sign" => {
            let Ok(on) = sent.line("signed_on").parse::<NaiveDate>() else {
                let what = "Write the day on which it was signed as 2027-04-01";
                return shown(&caller, &id, &sent, Mistakes::one("signed_on", what)).await;
            };
            (complete(authority, &actor, place, on).await, "signed_on")
        }
        _ => return Err(Problem::Wrong("The form is not complete.".to_owned())),
    };
    match came {
        Ok(()) => done(&caller, &id, "").await,
        Err(error) => {
            // What keeps a draft from being approved is on other pages.
            let mistakes = told(error, field)?.only(&["reason", "lot", "signed_on"], field);
            shown(&caller, &id, &sent, mistakes).await
        }
    }
}

/// Something was done that everybody may see: it is published, and the page is shown.
async fn done(caller: &Caller, id: &str, part: &str) -> Result<Response, Problem> {
    publish(caller, Process::Tender(id)).await;
    Ok(Redirect::to(&format!("/tenders/{id}{part}")).into_response())
}

/// Names of people by id, for lists of a tender.
async fn people(caller: &Caller) -> Result<Names, Problem> {
    Names::all(caller).await
}
