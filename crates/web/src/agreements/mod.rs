//! Agreements: what was promised, what happened, and where it came from; for everybody, and for those who keep them.

mod begin;
mod improvements;
mod measures;
mod performance;
mod proposals;
mod records;

pub use begin::{add, give_up, new, sign};
pub use improvements::{answer_it, ask, asking, decide_it, improvement};
pub use measures::{agree, measures};
pub use performance::{rate, rating, report, reported};
pub use proposals::{answer, decide, propose, proposed, withdraw};
pub use records::{pay, paying, review, reviewed, visit, visited};

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::agreements::{
    Agreement, Change, Effect, HEARD_WITHIN, Improvement, ImprovementState, Kind, Payment, Performance,
    Phase, Proposal, ProposalState, Review, State, Visit, agreement, agreement_changes, agreements, effect,
    improvements, payments, performance as measured, proposals as proposed_for, reviews, spent, visits,
};
use enough_commissioning::codesign::{Outcome, codesign};
use enough_commissioning::funds::{Backing, CaseState, backing, funds};
use enough_commissioning::intentions::{Intention, intention};
use enough_kernel::{Pence, day_in_england};
use enough_plans::{Better, Objectives, objectives};
use enough_store::Authority;
use enough_store::accounts::Action;

use crate::caller::Caller;
use crate::commissioning::{Waits, waits};
use crate::mistakes::{Mistakes, titled};
use crate::path::Path;
use crate::problem::Problem;
use crate::publishing::{Process, publish};
use crate::view::{Frame, page};

/// In how many days an end is near enough to think about what comes after.
const NEAR: i64 = 183;

fn today(caller: &Caller) -> NaiveDate {
    day_in_england(caller.app.authority().environment().now())
}

/// Whether whoever asks belongs to one of the two sides.
fn is_party(caller: &Caller, one: &Agreement) -> bool {
    let own = caller.person().is_some_and(|person| person.organisation == one.organisation);
    let reports = own && (caller.may(Action::ReportPerformance) || one.kind == Kind::InHouse);
    let keeps =
        [Action::ManageAgreements, Action::DecideAwards, Action::RecordPayments, Action::ReadAuditLog];
    reports || keeps.iter().any(|action| caller.may(*action))
}

/// An agreement, as far as whoever asks may see it.
async fn seen(caller: &Caller, id: &str) -> Result<Agreement, Problem> {
    let one = agreement(caller.app.authority(), id).await?;
    if !one.is_public() && !is_party(caller, &one) {
        return Err(Problem::NotFound);
    }
    Ok(one)
}

/// Back to the agreement; what everybody may know of it is published.
async fn done(caller: &Caller, id: &str, place: &str) -> Result<Response, Problem> {
    publish(caller, Process::Agreement(id)).await;
    Ok(Redirect::to(&format!("/agreements/{id}{place}")).into_response())
}

async fn name_of(caller: &Caller, organisation: &str) -> Result<String, Problem> {
    let known = caller.app.authority().organisations().await?;
    Ok(known.into_iter().find(|one| one.id == organisation).map_or_else(String::new, |one| one.name))
}

/// An agreement in a list.
struct Line {
    is: Agreement,
    with: String,
    phase: Phase,
    paid: Pence,
}

#[derive(Template)]
#[template(path = "agreements/list.html")]
struct List {
    frame: Frame,
    running: Vec<Line>,
    others: Vec<Line>,
    waiting: Vec<Waits>,
    near: NaiveDate,
    flags: bool,
}

/// The agreements that wait for whoever asks.
pub async fn waiting(caller: &Caller) -> Result<Vec<Waits>, Problem> {
    let (today, mut list) = (today(caller), Vec::new());
    for one in agreements(caller.app.authority()).await? {
        if is_party(caller, &one) {
            let turns = turns(caller, &one, today).await?;
            list.extend(turns.into_iter().map(|(to, what)| waits(&one.title, to, what)));
        }
    }
    Ok(list)
}

/// What an agreement waits for from whoever asks.
async fn turns(caller: &Caller, one: &Agreement, today: NaiveDate) -> Result<Vec<(String, String)>, Problem> {
    let authority = caller.app.authority();
    let at = |part: &str| format!("/agreements/{}{part}", one.id);
    let manages = caller.may(Action::ManageAgreements);
    let mut list = Vec::new();
    let own = caller.person().is_some_and(|person| person.organisation == one.organisation);
    if one.state == State::Pending && manages && one.agreed.measures.is_empty() {
        list.push((at("/measures"), "Agree what is measured, before it is signed".to_owned()));
    }
    for (measure, periods) in measured(authority, one).await? {
        for period in periods.iter().filter(|period| one.is_signed() && period.is_over(today)) {
            let part = format!("/{measure}/{}", period.number);
            match &period.report {
                None if own && caller.may(Action::ReportPerformance) => {
                    let due = crate::intentions::day(&period.due_on);
                    list.push((
                        at(&format!("/reports{part}")),
                        format!("Report indicator {measure} by {due}"),
                    ));
                }
                None if manages && period.is_late(today) => {
                    let since = crate::intentions::day(&period.due_on);
                    list.push((
                        at("#measures"),
                        format!("The report of indicator {measure} is late since {since}"),
                    ));
                }
                Some(report) if manages && report.rated.is_none() => {
                    list.push((
                        at(&format!("/ratings{part}")),
                        format!("Rate the report of indicator {measure}"),
                    ));
                }
                _ => {}
            }
        }
    }
    let open =
        proposed_for(authority, &one.id).await?.into_iter().find(|one| one.state == ProposalState::Open);
    if let Some(open) = open {
        let is_mine = caller.person().is_some_and(|person| person.id == open.by);
        if own && open.answer.is_none() && one.kind != Kind::InHouse && caller.may(Action::ReportPerformance)
        {
            let what = open.proposed.kind.label().to_lowercase();
            list.push((at("#proposal"), format!("Say what you think of a proposal: {what}")));
        }
        let is_theirs = own && one.kind != Kind::InHouse;
        if caller.may(Action::DecideAwards) && !is_mine && !is_theirs {
            list.push((at("#proposal"), format!("Decide: {}", open.proposed.kind.label().to_lowercase())));
        }
    }
    for of in improvements(authority, &one.id).await? {
        let to = at(&format!("/improvements/{}", of.number));
        let day = crate::intentions::day(&of.asked.until);
        match of.state() {
            ImprovementState::Open if own && of.answer.is_none() && caller.may(Action::ReportPerformance) => {
                list.push((to, format!("Say what you do to improve by {day}")));
            }
            ImprovementState::Open if manages && !own && today > of.asked.until => {
                list.push((to, format!("Say whether it has improved: it had to by {day}")));
            }
            _ => {}
        }
    }
    if manages && one.phase(today) == Phase::Ended && reviews(authority, &one.id).await?.is_empty() {
        list.push((at("/review"), "Review it: it has ended".to_owned()));
    }
    Ok(list)
}

/// All agreements.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let (authority, today) = (caller.app.authority(), today(&caller));
    let known = authority.organisations().await?;
    let (mut running, mut others) = (Vec::new(), Vec::new());
    for is in agreements(authority).await? {
        if !is.is_public() && !is_party(&caller, &is) {
            continue;
        }
        let with = known.iter().find(|one| one.id == is.organisation).map_or("", |one| &one.name).to_owned();
        let line = Line { with, phase: is.phase(today), paid: spent(authority, &is.id).await?, is };
        match line.phase {
            Phase::Running | Phase::Ending => running.push(line),
            _ => others.push(line),
        }
    }
    let frame = Frame::new(&caller, "Agreements");
    let near = today + chrono::TimeDelta::days(NEAR);
    let flags = caller.may(Action::SeeFlags);
    Ok(page(List { frame, running, others, waiting: waiting(&caller).await?, near, flags })?.into_response())
}

/// Where an agreement came from.
struct Thread {
    plan: Intention,
    /// The objectives that it serves: where each is read, and what it says.
    objectives: Vec<(String, String)>,
    /// How many comments the specification had, and how many of them changed it; nothing if it was not designed with others.
    heard: Option<(usize, usize)>,
}

async fn thread(caller: &Caller, one: &Agreement, known: &Objectives) -> Result<Thread, Problem> {
    let authority = caller.app.authority();
    let (plan, _) = intention(authority, &one.intention).await?;
    let mut keys: Vec<_> = one.objectives().into_iter().chain(&plan.text.objectives).collect();
    keys.sort();
    keys.dedup();
    let named = |key: &enough_plans::ObjectiveKey| {
        known.get(key).map(|objective| (format!("/objectives/{key}"), objective.title.clone()))
    };
    let objectives = keys.into_iter().filter_map(named).collect();
    let design = codesign(authority, &one.intention).await?;
    let comments = || design.rounds.iter().flat_map(|round| &round.comments);
    let changed = |outcome: Outcome| matches!(outcome, Outcome::Taken | Outcome::PartlyTaken);
    let taken =
        comments().filter_map(|one| one.answer.as_ref()).filter(|answer| changed(answer.outcome)).count();
    let heard = (!design.rounds.is_empty()).then(|| (comments().count(), taken));
    Ok(Thread { plan, objectives, heard })
}

/// What panels decided on an agreement; how each voted and why only for the two sides.
async fn cases(
    authority: &Authority,
    id: &str,
    party: bool,
) -> Result<Vec<(CaseState, Vec<(bool, String)>)>, Problem> {
    let funds = funds(authority).await?;
    let all = funds.iter().flat_map(|fund| &fund.panels).flat_map(|panel| &panel.cases);
    let decided = |case: &&enough_commissioning::funds::Case| {
        case.agreement == id && matches!(case.state, CaseState::Adopted | CaseState::TurnedDown)
    };
    let votes = |case: &enough_commissioning::funds::Case| {
        case.votes.iter().filter(|_| party).map(|vote| (vote.yes, vote.reason.clone())).collect()
    };
    Ok(all.filter(decided).map(|case| (case.state, votes(case))).collect())
}

#[derive(Template)]
#[template(path = "agreements/one.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    is: Agreement,
    phase: Phase,
    with: String,
    paid: Pence,
    thread: Thread,
    effect: Option<Effect>,
    known: Objectives,
    performance: Performance,
    payments: Vec<Payment>,
    /// The funds that it is paid from.
    backing: Vec<Backing>,
    /// Of panels that decided on it: what, and for the two sides how each voted and why, without names.
    cases: Vec<(CaseState, Vec<(bool, String)>)>,
    reviews: Vec<Review>,
    visits: Vec<Visit>,
    /// What has to improve, as far as whoever asks reads it.
    improvements: Vec<Improvement>,
    proposals: Vec<Proposal>,
    /// Whether a proposal waits for a decision.
    waiting: bool,
    changes: Vec<Change>,
    today: NaiveDate,
    party: bool,
    own: bool,
    may: Vec<Action>,
    /// The id of whoever looks.
    me: String,
    reason: String,
    signed_on: String,
    words: String,
}

/// What was typed on the page of an agreement.
#[derive(Default)]
struct Typed {
    reason: String,
    signed_on: String,
    words: String,
}

const MAY: [Action; 4] =
    [Action::ManageAgreements, Action::DecideAwards, Action::RecordPayments, Action::ReportPerformance];

async fn shown(caller: &Caller, id: &str, typed: Typed, mistakes: Mistakes) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let one = seen(caller, id).await?;
    let party = is_party(caller, &one);
    let known = objectives(authority).await?;
    let thread = thread(caller, &one, &known).await?;
    let reviews = reviews(authority, id).await?;
    let visits = if party { visits(authority, id).await? } else { Vec::new() };
    let mut to_improve = improvements(authority, id).await?;
    to_improve.retain(|of| party || improvements::is_told(&one, of));
    let mut proposals = proposed_for(authority, id).await?;
    proposals.retain(|_| party);
    let page_of = One {
        frame: Frame::new(caller, titled(&one.title, &mistakes)),
        mistakes,
        phase: one.phase(today(caller)),
        with: name_of(caller, &one.organisation).await?,
        paid: spent(authority, id).await?,
        effect: effect(&thread.plan, &one, &reviews),
        thread,
        known,
        performance: measured(authority, &one).await?,
        payments: payments(authority, id).await?,
        backing: backing(authority, id).await?,
        cases: cases(authority, id, party).await?,
        reviews,
        visits,
        improvements: to_improve,
        waiting: proposals.iter().any(|one| one.state == ProposalState::Open),
        proposals,
        changes: agreement_changes(authority, id).await?,
        today: today(caller),
        party,
        own: caller.person().is_some_and(|person| person.organisation == one.organisation),
        may: MAY.into_iter().filter(|action| caller.may(*action)).collect(),
        me: caller.person().map_or_else(String::new, |person| person.id.clone()),
        reason: typed.reason,
        signed_on: typed.signed_on,
        words: typed.words,
        is: one,
    };
    Ok(page(page_of)?.into_response())
}

/// One agreement.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    shown(&caller, &id, Typed::default(), Mistakes::none()).await
}
