//! Direct payments: the page for families with totals of whole years, and the cases of those who are named with them.

mod form;
mod steps;

pub use form::{add, change, edit, new};
pub use steps::{step, stepped};

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::direct_payments::{
    Assessment, Case, Entry, Head, Line, NextStep, State, What, case_head, cases, is_left, next_step,
    open_case, record, totals,
};
use enough_kernel::{Pence, day_in_england};
use enough_store::accounts::Action;
use enough_store::need_to_know::Access;

use crate::caller::Caller;
use crate::commissioning::{Waits, waits};
use crate::form::Sent;
use crate::intentions::day;
use crate::mistakes::{Mistakes, refused};
use crate::names::Names;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, moment, page};
use steps::Step;

#[derive(Template)]
#[template(path = "direct_payments/public.html")]
struct Public {
    frame: Frame,
    lines: Vec<Line>,
    /// Whether whoever reads keeps cases.
    keeps: bool,
}

/// A number of children as everybody reads it.
// Templates pass what they show by reference.
#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)]
fn told(count: &Option<u64>) -> String {
    count.map_or_else(|| "kept back".to_owned(), |count| count.to_string())
}

/// An amount as everybody reads it.
#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)]
fn thousands(amount: &Option<i64>) -> String {
    amount.map_or_else(|| "kept back".to_owned(), |amount| Pence::new(amount * 100_000).to_string())
}

/// What a direct payment is, for families; and how many there were, after disclosure control.
pub async fn public(caller: Caller) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let today = day_in_england(authority.environment().now());
    let mut known = caller.app.totals().lock().await;
    let lines = if let Some((_, lines)) = known.as_ref().filter(|(on, _)| *on == today) {
        lines.clone()
    } else {
        // A case that cannot be opened keeps nobody from reading what a direct payment is; it is not tried again before tomorrow.
        let lines = totals(authority).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the totals of direct payments could not be counted");
            Vec::new()
        });
        *known = Some((today, lines.clone()));
        lines
    };
    drop(known);
    let frame = Frame::new(&caller, "Direct payments");
    Ok(page(Public { frame, lines, keeps: caller.may(Action::KeepDirectPayments) })?.into_response())
}

/// A case by what tells nothing of the family: the end of its id.
fn number(id: &str) -> &str {
    id.rsplit('-').next().unwrap_or(id)
}

/// A case as it is listed.
struct Listed {
    head: Head,
    next: Option<NextStep>,
    late: bool,
}

impl Listed {
    fn number(&self) -> &str {
        number(&self.head.id)
    }
}

#[derive(Template)]
#[template(path = "direct_payments/list.html")]
struct List {
    frame: Frame,
    open: Vec<Listed>,
    ended: Vec<Listed>,
    late: usize,
}

/// The cases that whoever asks is named with: the oldest clock first.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let today = day_in_england(authority.environment().now());
    let all = cases(authority, &caller.session()?.person.id).await?;
    let listed = |head: Head| {
        let next = next_step(&head);
        Listed { late: next.as_ref().is_some_and(|next| next.due < today), next, head }
    };
    let (mut open, ended): (Vec<Listed>, Vec<Listed>) =
        all.into_iter().map(listed).partition(|one| one.head.state != State::Ended);
    open.sort_by_key(|one| one.next.as_ref().map(|next| next.due));
    let late = open.iter().filter(|one| one.late).count();
    let mut all: Vec<Listed> = open.into_iter().chain(ended).collect();
    let frame = Frame::of_list(&caller, "Direct payments: your cases", &mut all);
    let (open, ended) = all.into_iter().partition(|one| one.head.state != State::Ended);
    Ok(page(List { frame, open, ended, late })?.into_response())
}

/// Something that happened, ready to be read.
struct Past {
    at: String,
    who: String,
    what: String,
}

/// A line of a case in words.
fn past(entry: &Entry, names: &Names) -> Past {
    let what = match &entry.what {
        What::Assess(is) => {
            let terms = &is.terms;
            format!("Assessed: {}, {}", terms.amount, terms.every.label().to_lowercase())
        }
        What::Offer => "Offered to the family".to_owned(),
        What::Accept(answer) => {
            format!("{} agreed on {}. {}", answer.by, day(&answer.on), answer.words)
        }
        What::Decline(answer) => {
            format!("{} did not want it on {}: {}", answer.by, day(&answer.on), answer.words)
        }
        What::Pay(is) if is.undelivered => {
            format!(
                "The bank could not deliver {} and sent it back on {}: {}",
                Pence::new(-is.amount.get()),
                day(&is.paid_on),
                is.reference
            )
        }
        What::Pay(is) if is.amount < Pence::default() => {
            format!("{} came back on {}: {}", Pence::new(-is.amount.get()), day(&is.paid_on), is.reference)
        }
        What::Pay(is) => format!("{} paid on {}: {}", is.amount, day(&is.paid_on), is.reference),
        What::Suspend(why) => format!("Suspended: {why}"),
        What::Resume(why) => format!("Goes on: {why}"),
        What::Review(is) => {
            let amount =
                is.amount.map_or_else(String::new, |amount| format!(" Proposed: {amount} each time."));
            let goes_on = if is.goes_on { "goes on" } else { "suspended" };
            format!("Reviewed, {goes_on}: {}.{amount} Again by {}", is.found, day(&is.again_on))
        }
        What::Agree(answer) => {
            format!(
                "The other amount was agreed to. {} was told on {}: {}",
                answer.by,
                day(&answer.on),
                answer.words
            )
        }
        What::Withdraw(why) => format!("It does not stop after all: {why}"),
        What::Notice(is) => {
            format!(
                "The family was told that it stops on {}. {}: {}",
                day(&is.last_day),
                is.ground.label(),
                is.why
            )
        }
        What::End(is) => {
            let asked =
                is.asked.as_ref().map_or_else(String::new, |(by, on)| format!(" ({by}, {})", day(on)));
            format!("Ended on {}. {}{asked}: {}", day(&is.last_day), is.ground.label(), is.why)
        }
    };
    Past { at: moment(&entry.at), who: names.of(&entry.by), what }
}

/// What is read of an open case.
struct Opened {
    assessment: Assessment,
    state: State,
    next: Option<NextStep>,
    late: bool,
    paid: Pence,
    agreed: Pence,
    /// The amount each time that holds today.
    each: Pence,
    /// Another amount that a review proposed and nobody has agreed to yet.
    proposed: Option<Pence>,
    accepted_on: Option<NaiveDate>,
    past: Vec<Past>,
    readers: Vec<String>,
    /// What whoever looks can do; the first leads on, if it says so.
    ways: Vec<Step>,
    leads: bool,
    changes: bool,
    /// Until when, if it was opened in an emergency.
    until: Option<String>,
}

#[derive(Template)]
#[template(path = "direct_payments/one.html")]
struct One {
    frame: Frame,
    id: String,
    /// The name of who began it.
    author: String,
    /// The case, if it is open to whoever asks.
    opened: Option<Opened>,
    may_open: bool,
}

async fn opened(caller: &Caller, case: Case, access: Access) -> Result<Opened, Problem> {
    let (authority, person) = (caller.app.authority(), &caller.session()?.person);
    let today = day_in_england(authority.environment().now());
    let names = Names::all(caller).await?;
    let mut readers: Vec<String> =
        authority.readers(&record(&case.head.id)).await?.iter().map(|id| names.of(id)).collect();
    readers.sort();
    let is_named = access == Access::Named;
    let is_left = is_left(authority, &case.head.id).await?;
    let ways = match (is_named, is_left) {
        (true, _) => steps::ways(&case, person, today),
        (false, true) => vec![Step::People],
        (false, false) => Vec::new(),
    };
    let next = next_step(&case.head);
    let lines = case.entries.iter().rev();
    Ok(Opened {
        paid: case.paid(),
        agreed: case.agreed_by(today),
        each: case.amount_on(today),
        proposed: case.proposed().map(|(amount, _)| amount),
        late: next.as_ref().is_some_and(|next| next.due < today),
        next,
        past: lines.map(|entry| past(entry, &names)).collect(),
        readers,
        leads: is_named && ways.first().is_some_and(|step| step.leads(&case, today)),
        ways,
        changes: is_named && case.head.state == State::Assessed,
        until: match access {
            Access::Emergency(until) => Some(moment(&until)),
            Access::Named | Access::Closed => None,
        },
        assessment: case.assessment().cloned().ok_or(Problem::NotFound)?,
        state: case.head.state,
        accepted_on: case.head.accepted_on,
    })
}

/// One case, or that it is closed.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let head = case_head(authority, &id).await?;
    let person = &caller.session()?.person.id;
    let (access, case) = open_case(authority, &caller.actor(), (&id, person)).await?;
    let opened = match case {
        Some(case) => Some(opened(&caller, case, access).await?),
        None => None,
    };
    let author = Names::all(&caller).await?.of(&head.author);
    let may_open = caller.may(Action::BreakGlass);
    let frame = Frame::new(&caller, "Case of a direct payment");
    Ok(page(One { frame, id, author, opened, may_open })?.into_response())
}

#[derive(Template)]
#[template(path = "direct_payments/break_glass.html")]
struct BreakGlass {
    frame: Frame,
    mistakes: Mistakes,
    id: String,
    reason: String,
}

fn glass(caller: &Caller, id: String, reason: String, mistakes: Mistakes) -> Result<Response, Problem> {
    let title = if mistakes.is_empty() { "Open a case" } else { "Error: Open a case" };
    Ok(page(BreakGlass { frame: Frame::new(caller, title), mistakes, id, reason })?.into_response())
}

/// The form that opens a closed case.
pub async fn ask(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    case_head(authority, &id).await?;
    if authority.access(&record(&id), &caller.session()?.person.id).await? != Access::Closed {
        return Ok(Redirect::to(&format!("/direct-payments/cases/{id}")).into_response());
    }
    glass(&caller, id, String::new(), Mistakes::none())
}

/// The form was sent.
pub async fn break_glass(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, reason) = (caller.app.authority(), sent.get("reason"));
    case_head(authority, &id).await?;
    match authority.break_glass(&caller.actor(), &caller.session()?.person, &record(&id), reason).await {
        Ok(_) => Ok(Redirect::to(&format!("/direct-payments/cases/{id}")).into_response()),
        Err(error) => {
            let mistakes = refused(error, "reason")?;
            glass(&caller, id, reason.to_owned(), mistakes)
        }
    }
}

/// How many cases that whoever asks is named with have a clock that has run out.
pub async fn waiting(caller: &Caller) -> Result<Vec<Waits>, Problem> {
    let (authority, Some(me)) = (caller.app.authority(), caller.person()) else { return Ok(Vec::new()) };
    if !caller.may(Action::KeepDirectPayments) {
        return Ok(Vec::new());
    }
    let today = day_in_england(authority.environment().now());
    let is_late = |head: &&Head| next_step(head).is_some_and(|next| next.due < today);
    let late = cases(authority, &me.id).await?.iter().filter(is_late).count();
    let what = format!("{late} of your cases {} late", if late == 1 { "is" } else { "are" });
    let to = "/direct-payments/cases".to_owned();
    Ok(if late == 0 { Vec::new() } else { vec![waits("Direct payments", to, what)] })
}
