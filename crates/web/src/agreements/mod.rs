//! Agreements: what was promised, what happened, and where it came from; for everybody, and for those who keep them.

mod begin;
mod improvements;
mod list;
mod measures;
mod performance;
mod proposals;
mod records;

pub use begin::{add, give_up, new, sign};
pub use improvements::{answer_it, ask, asking, decide_it, improvement};
pub use list::{list, waiting};
pub use measures::{agree, measures};
pub use performance::{rate, rating, report, reported};
pub use proposals::{answer, decide, propose, proposed, withdraw};
pub use records::{pay, paying, review, reviewed, visit, visited};

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::agreements::{
    Agreement, Change, Effect, HEARD_WITHIN, Improvement, ImprovementState, Kind, Payment, Performance,
    Phase, Proposal, ProposalState, Review, State, Visit, agreement, agreement_changes, effect, improvements,
    payments, performance as measured, proposals as proposed_for, reviews, spent, visits,
};
use enough_commissioning::codesign::{Outcome, codesign};
use enough_commissioning::funds::{Backing, CaseState, backing, funds};
use enough_commissioning::intentions::{Intention, intention};
use enough_kernel::{Pence, day_in_england};
use enough_plans::{Better, Objectives, objectives};
use enough_store::Authority;
use enough_store::accounts::Action;

use crate::caller::Caller;
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
    let public = party || improvements::is_public_contract(caller, &one).await?;
    to_improve.retain(|of| party || public && improvements::is_told(of));
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
