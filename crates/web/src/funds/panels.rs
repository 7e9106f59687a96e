//! Panels: proposed, agreed to by another, voting on agreements before they are signed.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_assessments::patches;
use enough_commissioning::agreements::Agreement;
use enough_commissioning::funds::{
    Account, Case, CaseState, Fund, Panel, PanelState, PanelText, add_panel, agree_panel, end_panel,
    put_to_panel, take_from_panel, vote as keep_vote,
};
use enough_kernel::Pence;
use enough_store::StoreError;
use enough_store::accounts::{Action, State as AccountState};

use super::{readable, seen};
use crate::administration::Choice;
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::names::Names;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "funds/panel_form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    fund: Fund,
    version: String,
    free: Pence,
    name: String,
    patches: Vec<Choice>,
    limit: String,
    members: Vec<Choice>,
}

async fn form(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let (authority, fund) = (caller.app.authority(), seen(caller, id).await?);
    let (names, chosen): (Names, Vec<&str>) = (Names::all(caller).await?, sent.all("member").collect());
    let mut members: Vec<Choice> = authority
        .people()
        .await?
        .into_iter()
        .filter(|person| person.state == AccountState::Active)
        .map(|person| Choice {
            on: chosen.contains(&person.id.as_str()),
            label: names.of(&person.id),
            key: person.id,
        })
        .collect();
    members.sort_by(|a, b| a.label.cmp(&b.label));
    let patch = sent.line("patch");
    let mut known = vec![Choice { key: String::new(), label: "No patch".to_owned(), on: patch.is_empty() }];
    for one in patches(authority).await? {
        known.push(Choice { on: one.id == patch, label: one.name, key: one.id });
    }
    let version =
        if sent.get("version").is_empty() { fund.version.to_string() } else { sent.line("version") };
    let page_of = Form {
        frame: Frame::new(
            caller,
            if mistakes.is_empty() { "Propose a panel" } else { "Error: Propose a panel" },
        ),
        mistakes,
        free: fund.books().on(&Account::Free),
        version,
        name: sent.line("name"),
        patches: known,
        limit: sent.line("limit"),
        members,
        fund,
    };
    Ok(page(page_of)?.into_response())
}

/// The form.
pub async fn new(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    form(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// The form was sent.
pub async fn add(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let limit = match sent.line("limit").parse::<Pence>() {
        Ok(limit) => limit,
        Err(wrong) => return form(&caller, &id, &sent, Mistakes::one("limit", wrong.to_string())).await,
    };
    let text = PanelText {
        name: sent.line("name"),
        patch: Some(sent.line("patch")).filter(|patch| !patch.is_empty()),
        limit,
        members: sent.all("member").map(str::to_owned).collect(),
    };
    let place = (id.as_str(), sent.number("version")?);
    match add_panel(caller.app.authority(), &caller.actor(), place, &text).await {
        Ok(number) => Ok(Redirect::to(&format!("/funds/{id}/panels/{number}")).into_response()),
        Err(error) => form(&caller, &id, &sent, told(error, "name")?).await,
    }
}

/// Something that was put to a panel, ready to be read.
struct Shown {
    is: Case,
    /// The agreement.
    about: Agreement,
    /// Who voted how and why, for the panel and those who keep the fund.
    votes: Vec<(String, bool, String)>,
    /// Whether whoever looks may vote, and whether they did.
    mine: bool,
}

#[derive(Template)]
#[template(path = "funds/panel.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    fund: Fund,
    is: Panel,
    /// The name of its patch, where it has one.
    patch: Option<String>,
    left: Pence,
    /// The names of its members, for the panel and those who keep the fund.
    members: Vec<String>,
    cases: Vec<Shown>,
    manages: bool,
    /// Whether whoever looks may agree to it.
    agrees: bool,
    /// What can be put to it.
    ready: Vec<Choice>,
    reason: String,
    why: String,
    /// The agreement that the reason is about.
    of: String,
}

async fn shown(
    caller: &Caller,
    (id, number): (&str, i32),
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let fund = seen(caller, id).await?;
    let is = fund.panel(number).ok_or(Problem::NotFound)?.clone();
    let me = caller.person().map_or_else(String::new, |person| person.id.clone());
    let manages = caller.may(Action::ManageFunds);
    let is_near = manages || caller.may(Action::ReadAuditLog) || is.text.members.contains(&me);
    if is.state == PanelState::Proposed && !is_near && !caller.may(Action::DecideAwards) {
        return Err(Problem::NotFound);
    }
    let names = Names::all(caller).await?;
    let all = enough_commissioning::agreements::agreements(caller.app.authority()).await?;
    let open_to_all = readable(caller).await?;
    // What is not signed everybody else knows nothing of; and who has a tie does not read the votes.
    let knows_all = manages || caller.may(Action::ReadAuditLog);
    let about = |case: &Case| {
        all.iter().find(|one| one.id == case.agreement && (is_near || open_to_all.contains(one)))
    };
    let case = |case: &Case| {
        Some(Shown {
            about: about(case)?.clone(),
            votes: if knows_all || is_near && case.voters.contains(&me) {
                let vote = |vote: &enough_commissioning::funds::Vote| {
                    (names.of(&vote.person), vote.yes, vote.reason.clone())
                };
                case.votes.iter().map(vote).collect()
            } else {
                Vec::new()
            },
            mine: case.waits_for(&me),
            is: case.clone(),
        })
    };
    let is_put =
        |one: &Agreement| fund.panels.iter().flat_map(|of| &of.cases).any(|case| case.agreement == one.id);
    let is_ready = |one: &&Agreement| {
        one.tender.is_none() && one.state == enough_commissioning::agreements::State::Pending && !is_put(one)
    };
    let choice = |one: &Agreement| Choice {
        key: one.id.clone(),
        label: format!("{}, {}", one.title, one.terms.value),
        on: sent.get("agreement") == one.id,
    };
    let patch = patches(caller.app.authority())
        .await?
        .into_iter()
        .find(|one| Some(&one.id) == is.text.patch.as_ref());
    let title = if mistakes.is_empty() { is.text.name.clone() } else { format!("Error: {}", is.text.name) };
    let ready: Vec<Choice> =
        if manages { all.iter().filter(is_ready).map(choice).collect() } else { Vec::new() };
    // Where nothing can be put to it there is no such field.
    let mistakes = if ready.is_empty() { mistakes.without("agreement", "step") } else { mistakes };
    let page_of = One {
        frame: Frame::new(caller, title),
        mistakes,
        patch: patch.map(|one| one.name),
        left: fund.books().on(&Account::Panel(number)),
        members: if is_near { is.text.members.iter().map(|id| names.of(id)).collect() } else { Vec::new() },
        cases: is.cases.iter().filter_map(case).collect(),
        ready,
        agrees: is.state == PanelState::Proposed && caller.may(Action::DecideAwards) && is.written_by != me,
        manages,
        reason: sent.get("reason").to_owned(),
        why: sent.get("why").to_owned(),
        of: sent.line("of"),
        fund,
        is,
    };
    Ok(page(page_of)?.into_response())
}

type Place = (String, i32);

/// One panel.
pub async fn show(caller: Caller, Path((id, number)): Path<Place>) -> Result<Response, Problem> {
    shown(&caller, (&id, number), &Sent::default(), Mistakes::none()).await
}

async fn done(
    caller: &Caller,
    (id, number): (&str, i32),
    sent: &Sent,
    (result, otherwise): (Result<(), StoreError>, &'static str),
) -> Result<Response, Problem> {
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/funds/{id}/panels/{number}")).into_response()),
        Err(error) => {
            let mistakes = told(error, otherwise)?.only(&["reason", "agreement"], otherwise);
            shown(caller, (id, number), sent, mistakes).await
        }
    }
}

/// Somebody agrees to the panel.
pub async fn agree(caller: Caller, Path((id, number)): Path<Place>, sent: Sent) -> Result<Response, Problem> {
    let place = (id.as_str(), sent.number("version")?);
    let result = agree_panel(caller.app.authority(), &caller.actor(), place, number).await;
    done(&caller, (&id, number), &sent, (result, "step")).await
}

/// It ends.
pub async fn end(caller: Caller, Path((id, number)): Path<Place>, sent: Sent) -> Result<Response, Problem> {
    let place = (id.as_str(), sent.number("version")?);
    let result = end_panel(caller.app.authority(), &caller.actor(), place, number).await;
    done(&caller, (&id, number), &sent, (result, "step")).await
}

/// An agreement is put to it.
pub async fn put(caller: Caller, Path((id, number)): Path<Place>, sent: Sent) -> Result<Response, Problem> {
    let (place, agreement) = ((id.as_str(), sent.number("version")?), sent.line("agreement"));
    let result = put_to_panel(caller.app.authority(), &caller.actor(), place, (number, &agreement)).await;
    done(&caller, (&id, number), &sent, (result, "step")).await
}

/// An agreement is taken back from it.
pub async fn take(caller: Caller, Path((id, number)): Path<Place>, sent: Sent) -> Result<Response, Problem> {
    let (place, agreement) = ((id.as_str(), sent.number("version")?), sent.line("of"));
    let result = take_from_panel(
        caller.app.authority(),
        &caller.actor(),
        place,
        (number, &agreement),
        sent.get("why"),
    )
    .await;
    done(&caller, (&id, number), &sent, (result, "step")).await
}

/// A member votes.
pub async fn vote(caller: Caller, Path((id, number)): Path<Place>, sent: Sent) -> Result<Response, Problem> {
    let yes = match sent.get("step") {
        "yes" => true,
        "no" => false,
        _ => return Err(Problem::Wrong("The form is not complete.".to_owned())),
    };
    let (authority, actor, of) = (caller.app.authority(), caller.actor(), sent.line("of"));
    let result = keep_vote(authority, &actor, &id, (number, &of), (yes, sent.get("reason"))).await;
    done(&caller, (&id, number), &sent, (result, "step")).await
}
