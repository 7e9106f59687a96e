//! Funds: who put in what, what it is committed to, what was paid and who bore it; and panels that decide over a part.

mod form;
mod panels;

pub use form::{add, change, edit, new};
pub use panels::{
    add as add_panel, agree as agree_panel, end as end_panel, new as new_panel, put, show as panel, take,
    vote,
};

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use enough_commissioning::agreements::{Agreement, State as AgreementState, Terms, agreements};
use enough_commissioning::funds::{
    Account, Books, Contribution, Entry, Fund, PanelState, State, add_contribution, agree_contribution,
    close_fund, commit as keep_commitment, fund, funds, open_fund, release as keep_release,
    remove_contribution,
};
use enough_kernel::{Pence, day_in_england};
use enough_store::StoreError;
use enough_store::accounts::Action;

use crate::administration::Choice;
use crate::answer::csv_of;
use crate::caller::Caller;
use crate::commissioning::{Waits, waits};
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::publishing::{Process, publish};
use crate::view::{Frame, page};

/// What everybody reads of money for what is not signed yet.
const RESERVED: &str = "For agreements that are not signed yet";
/// Whether whoever asks may see a fund: everybody once it is open, before that those who plan it and put money in.
fn is_shown(caller: &Caller, one: &Fund) -> bool {
    let puts_in = |person: &enough_store::accounts::Person| {
        one.contributions.iter().any(|of| of.organisation == person.organisation)
    };
    let is_near = caller.may(Action::ManageFunds)
        || caller.may(Action::ReadAuditLog)
        || caller.may(Action::AgreeContributions) && caller.person().is_some_and(puts_in);
    one.is_public() || is_near
}

/// A fund, as far as whoever asks may see it.
async fn seen(caller: &Caller, id: &str) -> Result<Fund, Problem> {
    let one = fund(caller.app.authority(), id).await?;
    if is_shown(caller, &one) { Ok(one) } else { Err(Problem::NotFound) }
}

#[derive(Template)]
#[template(path = "funds/list.html")]
struct List {
    frame: Frame,
    funds: Vec<(Fund, Books)>,
    manages: bool,
}

/// All funds.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let all = funds(caller.app.authority()).await?;
    let mut funds: Vec<_> = all.into_iter().filter(|one| is_shown(&caller, one)).collect();
    let frame = Frame::of_list(&caller, "Funds", &mut funds);
    let funds = funds
        .into_iter()
        .map(|one| {
            let books = one.books();
            (one, books)
        })
        .collect();
    Ok(page(List { frame, funds, manages: caller.may(Action::ManageFunds) })?.into_response())
}

/// What somebody puts in, ready to be read.
struct Row {
    who: String,
    is: Contribution,
    /// Whether whoever looks may agree to it.
    mine: bool,
}

/// What is committed to an agreement, ready to be read.
struct Commitment {
    title: String,
    id: String,
    left: Pence,
    paid: Pence,
    /// What would be paid by now, were each day worth the same; and in words how far what was paid is from it.
    evenly: Pence,
    variance: String,
}

/// How far what was paid is from what was expected, in words.
fn variance(paid: Pence, expected: Pence) -> String {
    match paid.get() - expected.get() {
        0 => "None".to_owned(),
        more @ 1.. => format!("{} more", Pence::new(more)),
        less => format!("{} less", Pence::new(-less)),
    }
}

/// An entry, ready to be read.
struct Line {
    number: i32,
    at: chrono::DateTime<chrono::Utc>,
    what: String,
    gives: String,
    takes: String,
    amount: Pence,
}

#[derive(Template)]
#[template(path = "funds/one.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    is: Fund,
    host: String,
    books: Books,
    free: Pence,
    rows: Vec<Row>,
    /// Who, what they put in, what they bore, and what they would bear if all were paid that is committed.
    borne: Vec<(String, Pence, Pence, Pence)>,
    commitments: Vec<Commitment>,
    /// What is committed to agreements that whoever looks may not read of.
    reserved: Pence,
    lines: Vec<Line>,
    manages: bool,
    agrees: bool,
    /// The forms as they were typed.
    organisations: Vec<Choice>,
    amount: String,
    /// Agreements that money can be committed to, and those that it is committed to.
    fundable: Vec<Choice>,
    commit_amount: String,
    committed: Vec<Choice>,
    release_amount: String,
    why: String,
}

/// Whether whoever asks may agree to what somebody puts in.
fn is_mine(caller: &Caller, one: &Fund, of: &Contribution) -> bool {
    let may = |person: &enough_store::accounts::Person| {
        person.organisation == of.organisation && person.id != of.written_by
    };
    let waits = of.agreed.is_none() && one.state != State::Closed;
    waits && caller.may(Action::AgreeContributions) && caller.person().is_some_and(may)
}

async fn names(caller: &Caller) -> Result<impl Fn(&str) -> String, Problem> {
    let known = caller.app.authority().organisations().await?;
    Ok(move |id: &str| known.iter().find(|one| one.id == id).map_or_else(String::new, |one| one.name.clone()))
}

/// What an account is called.
fn called(account: &Account, one: &Fund, name: &impl Fn(&str) -> String, all: &[Agreement]) -> String {
    let title = |id: &str| all.iter().find(|of| of.id == *id).map_or_else(String::new, |of| of.title.clone());
    match account {
        Account::Contribution(number) => {
            let of = one.contributions.iter().find(|of| of.number == *number);
            of.map_or_else(String::new, |of| format!("{}, contribution {number}", name(&of.organisation)))
        }
        Account::Free => "Free".to_owned(),
        Account::Panel(number) => one.panel(*number).map_or_else(String::new, |of| of.text.name.clone()),
        Account::Committed(id) => format!("Committed: {}", title(id)),
        Account::Paid(id) => format!("Paid: {}", title(id)),
    }
}

/// Whether an entry is about nothing that whoever asks may not read of: of what is not signed yet there is one sum for everybody.
fn is_readable(entry: &Entry, all: &[Agreement]) -> bool {
    let is_known = |account: &Account| match account {
        Account::Committed(id) | Account::Paid(id) => all.iter().any(|one| one.id == *id),
        _ => true,
    };
    is_known(&entry.gives) && is_known(&entry.takes)
}

/// What is committed to agreements that whoever asks may not read of.
fn reserved(books: &Books, all: &[Agreement]) -> Pence {
    let named = books.agreements();
    let hidden = named.iter().filter(|id| !all.iter().any(|one| one.id == **id));
    Pence::new(hidden.map(|id| books.on(&Account::Committed((*id).to_owned())).get()).sum())
}

/// The agreements that whoever asks may read of.
async fn readable(caller: &Caller) -> Result<Vec<Agreement>, Problem> {
    let mut all = agreements(caller.app.authority()).await?;
    let keeps =
        [Action::ManageAgreements, Action::DecideAwards, Action::RecordPayments, Action::ReadAuditLog];
    if !keeps.iter().any(|action| caller.may(*action)) {
        all.retain(Agreement::is_public);
    }
    Ok(all)
}

async fn shown(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let is = seen(caller, id).await?;
    let (name, all) = (names(caller).await?, readable(caller).await?);
    let books = is.books();
    let today = day_in_england(caller.app.authority().environment().now());
    let mut would_bear = is.would_bear().into_iter();
    let agrees = caller.may(Action::AgreeContributions);
    let row = |of: &Contribution| Row {
        who: name(&of.organisation),
        mine: is_mine(caller, &is, of),
        is: of.clone(),
    };
    let commitment = |of: &&str| {
        let one = all.iter().find(|one| one.id == **of)?;
        let left = books.on(&Account::Committed(one.id.clone()));
        let paid = books.on(&Account::Paid(one.id.clone()));
        let of_this_fund = Terms { value: Pence::new(left.get() + paid.get()), ..one.terms };
        let evenly = of_this_fund.evenly_by(today);
        let (title, id) = (one.title.clone(), one.id.clone());
        Some(Commitment { title, id, left, paid, evenly, variance: variance(paid, evenly) })
    };
    let line = |entry: &Entry| Line {
        number: entry.number,
        at: entry.at,
        what: entry.what.clone(),
        gives: called(&entry.gives, &is, &name, &all),
        takes: called(&entry.takes, &is, &name, &all),
        amount: entry.amount,
    };
    let chosen = |field: &str, of: &Agreement| Choice {
        key: of.id.clone(),
        label: of.title.clone(),
        on: sent.get(field) == of.id,
    };
    let named = books.agreements();
    let title = if mistakes.is_empty() { is.text.name.clone() } else { format!("Error: {}", is.text.name) };
    let page_of = One {
        frame: Frame::new(caller, title),
        mistakes,
        host: name(&is.text.host),
        free: books.on(&Account::Free),
        rows: is.contributions.iter().map(row).collect(),
        borne: is
            .borne()
            .into_iter()
            .map(|(of, amount, borne)| (name(of), amount, borne, would_bear.next().unwrap_or(borne)))
            .collect(),
        commitments: named.iter().filter_map(commitment).collect(),
        reserved: reserved(&books, &all),
        lines: is.entries.iter().filter(|entry| is_readable(entry, &all)).map(line).collect(),
        manages: caller.may(Action::ManageFunds),
        agrees,
        organisations: form::organisations(caller, sent.get("organisation")).await?,
        amount: sent.line("amount"),
        fundable: all
            .iter()
            .filter(|one| one.state != AgreementState::Cancelled)
            .map(|one| chosen("commit_to", one))
            .collect(),
        commit_amount: sent.line("commit_amount"),
        committed: all
            .iter()
            .filter(|one| named.contains(&one.id.as_str()))
            .map(|one| chosen("release_from", one))
            .collect(),
        release_amount: sent.line("release_amount"),
        why: sent.get("why").to_owned(),
        books: books.clone(),
        is,
    };
    Ok(page(page_of)?.into_response())
}

/// One fund.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    shown(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// Its books as a table for programs: one row for each entry.
pub async fn ledger(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let is = seen(&caller, &id).await?;
    let (name, all) = (names(&caller).await?, readable(&caller).await?);
    let pounds = |pence: i64| format!("{}.{:02}", pence / 100, pence % 100);
    let row = |entry: &Entry| {
        [
            entry.number.to_string(),
            entry.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            called(&entry.gives, &is, &name, &all),
            called(&entry.takes, &is, &name, &all),
            pounds(entry.amount.get()),
            entry.what.clone(),
            entry.payment.map_or_else(String::new, |number| number.to_string()),
        ]
    };
    let entries = is.entries.iter().filter(|entry| is_readable(entry, &all)).map(row);
    let pence = reserved(&is.books(), &all).get();
    let kept = ["", "", "Free or panels", "Reserved", &pounds(pence), RESERVED, ""].map(str::to_owned);
    let rows = entries.chain((pence > 0).then_some(kept));
    let text = csv_of(["entry", "at", "credit", "debit", "pounds", "what", "payment"], rows)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"ledger.csv\""),
    ];
    Ok((headers, text).into_response())
}

async fn done(
    caller: &Caller,
    id: &str,
    sent: &Sent,
    (result, otherwise): (Result<(), StoreError>, &'static str),
) -> Result<Response, Problem> {
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/funds/{id}")).into_response()),
        Err(error) => {
            let own = [
                "organisation",
                "amount",
                "commit_to",
                "commit_amount",
                "release_from",
                "release_amount",
                "why",
            ];
            shown(caller, id, sent, told(error, otherwise)?.only(&own, otherwise)).await
        }
    }
}

/// An amount as a field has it, or the page with what is wrong.
fn amount(sent: &Sent, field: &'static str) -> Result<Pence, Mistakes> {
    sent.line(field).parse::<Pence>().map_err(|wrong| Mistakes::one(field, wrong.to_string()))
}

/// A fund is opened or closed: `step` says which.
pub async fn step(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, actor) = (caller.app.authority(), caller.actor());
    let place = (id.as_str(), sent.number("version")?);
    let result = match sent.get("step") {
        "open" => open_fund(authority, &actor, place).await,
        "close" => close_fund(authority, &actor, place).await,
        _ => return Err(Problem::Wrong("The form is not complete.".to_owned())),
    };
    done(&caller, &id, &sent, (result, "step")).await
}

/// What somebody is to put in is written down.
pub async fn contribute(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let amount = match amount(&sent, "amount") {
        Ok(amount) => amount,
        Err(mistakes) => return shown(&caller, &id, &sent, mistakes).await,
    };
    let (place, organisation) = ((id.as_str(), sent.number("version")?), sent.line("organisation"));
    let result =
        add_contribution(caller.app.authority(), &caller.actor(), place, (&organisation, amount)).await;
    done(&caller, &id, &sent, (result.map(|_| ()), "step")).await
}

/// Somebody agrees to put money in.
pub async fn agree(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let place = (id.as_str(), sent.number("version")?);
    let result = agree_contribution(caller.app.authority(), &caller.actor(), place, number).await;
    done(&caller, &id, &sent, (result, "contributions")).await
}

/// What nobody agreed to is taken away.
pub async fn remove(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let place = (id.as_str(), sent.number("version")?);
    let result = remove_contribution(caller.app.authority(), &caller.actor(), place, number).await;
    done(&caller, &id, &sent, (result, "contributions")).await
}

/// Money is committed to an agreement.
pub async fn commit(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let amount = match amount(&sent, "commit_amount") {
        Ok(amount) => amount,
        Err(mistakes) => return shown(&caller, &id, &sent, mistakes).await,
    };
    let (place, to) = ((id.as_str(), sent.number("version")?), sent.line("commit_to"));
    let result = keep_commitment(caller.app.authority(), &caller.actor(), place, (&to, amount)).await;
    if result.is_ok() {
        publish(&caller, Process::Agreement(&to)).await;
    }
    done(&caller, &id, &sent, (result, "step")).await
}

/// What is committed and not paid is released.
pub async fn release(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let amount = match amount(&sent, "release_amount") {
        Ok(amount) => amount,
        Err(mistakes) => return shown(&caller, &id, &sent, mistakes).await,
    };
    let (place, from) = ((id.as_str(), sent.number("version")?), sent.line("release_from"));
    let (authority, actor) = (caller.app.authority(), caller.actor());
    let result = keep_release(authority, &actor, place, (&from, amount), sent.get("why")).await;
    if result.is_ok() {
        publish(&caller, Process::Agreement(&from)).await;
    }
    done(&caller, &id, &sent, (result, "step")).await
}

/// The funds and panels that wait for whoever asks: for the word of those who put money in, for a second pair of eyes, for votes.
pub async fn waiting(caller: &Caller) -> Result<Vec<Waits>, Problem> {
    let mut list = Vec::new();
    let Some(me) = caller.person() else { return Ok(list) };
    for fund in funds(caller.app.authority()).await? {
        let to = format!("/funds/{}", fund.id);
        if fund.contributions.iter().any(|of| is_mine(caller, &fund, of)) {
            list.push(waits(&fund.text.name, to.clone(), "Agree to what your organisation puts in"));
        }
        for panel in &fund.panels {
            let to = format!("{to}/panels/{}", panel.number);
            let is_proposed = panel.state == PanelState::Proposed && caller.may(Action::DecideAwards);
            if is_proposed && panel.written_by != me.id {
                list.push(waits(&panel.text.name, to.clone(), "Agree to the panel, or leave it"));
            }
            if panel.cases.iter().any(|case| case.waits_for(&me.id)) {
                list.push(waits(&panel.text.name, to, "Vote"));
            }
        }
    }
    Ok(list)
}
