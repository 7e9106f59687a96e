//! Frameworks and dynamic markets: what can be called off, who is in and how one comes in, what was called off.

mod form;

pub use form::{add, change, edit, new};

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::agreements::{Agreement, State as AgreementState, agreements};
use enough_commissioning::frameworks::{
    Change, Framework, Kind, Member, Standing, State, close_framework, decide_member, framework,
    framework_changes, frameworks, join as keep_join, left, publish_framework,
};
use enough_commissioning::intentions::Route;
use enough_kernel::{Pence, day_in_england};
use enough_store::StoreError;
use enough_store::accounts::{Action, OrganisationKind};

use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::publishing::{Process, publish};
use crate::view::{Frame, page};

/// One, as far as whoever asks may see it.
async fn seen(caller: &Caller, id: &str) -> Result<Framework, Problem> {
    let one = framework(caller.app.authority(), id).await?;
    if one.is_public() || caller.may(Action::PrepareTenders) { Ok(one) } else { Err(Problem::NotFound) }
}

/// What can be called off for a plan with this way, to choose from; nothing where nothing is called off.
pub async fn choices(caller: &Caller, route: Option<Route>, chosen: &str) -> Result<Vec<Choice>, Problem> {
    let kind = match route {
        Some(Route::CallOff) => Kind::Framework,
        Some(Route::DynamicMarket) => Kind::Market,
        _ => return Ok(Vec::new()),
    };
    let all = frameworks(caller.app.authority()).await?;
    let open = all.into_iter().filter(|one| one.kind == kind && one.state == State::Open);
    let choice = |one: Framework| Choice { on: one.id == chosen, label: one.text.title, key: one.id };
    Ok(open.map(choice).collect())
}

#[derive(Template)]
#[template(path = "frameworks/list.html")]
struct List {
    frame: Frame,
    /// Each with how many members it has.
    all: Vec<(Framework, usize)>,
    prepares: bool,
}

/// All of them.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let prepares = caller.may(Action::PrepareTenders);
    let mut all = frameworks(caller.app.authority()).await?;
    all.retain(|one| one.is_public() || prepares);
    let frame = Frame::of_list(&caller, "Frameworks and dynamic markets", &mut all);
    let members = |one: &Framework| one.members.keys().filter(|organisation| one.has(organisation)).count();
    let all = all
        .into_iter()
        .map(|one| {
            let count = members(&one);
            (one, count)
        })
        .collect();
    Ok(page(List { frame, all, prepares })?.into_response())
}

#[derive(Template)]
#[template(path = "frameworks/one.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    is: Framework,
    /// Its members, by name: where each is read.
    members: Vec<(String, String)>,
    /// Who applied, or is no member any more: id, name, and their steps; for those who prepare.
    others: Vec<(String, String, Member)>,
    /// What was called off and everybody may see.
    called_off: Vec<Agreement>,
    left: Option<Pence>,
    changes: Vec<Change>,
    today: NaiveDate,
    prepares: bool,
    /// Whether whoever looks may apply, and how their organisation stands.
    may_join: bool,
    own: Option<Member>,
    says: String,
    /// The form of a decision as it was typed.
    organisations: Vec<Choice>,
    standings: Vec<Choice>,
    why: String,
}

async fn shown(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let is = seen(caller, id).await?;
    let prepares = caller.may(Action::PrepareTenders);
    let mut known = authority.organisations().await?;
    known.sort_by(|a, b| a.name.cmp(&b.name));
    let name =
        |id: &str| known.iter().find(|one| one.id == id).map_or_else(String::new, |one| one.name.clone());
    let (members, others): (Vec<_>, Vec<_>) =
        is.members.iter().partition(|(organisation, _)| is.has(organisation));
    let mut members: Vec<_> = members.into_iter().map(|(id, _)| (name(id), id.clone())).collect();
    members.sort();
    let others = others.into_iter().map(|(id, member)| (id.clone(), name(id), member.clone()));
    let mut all = agreements(authority).await?;
    all.retain(|one| one.framework.as_deref() == Some(id));
    let chosen = sent.line("organisation");
    let outside = known.iter().filter(|one| one.kind != OrganisationKind::Authority);
    let choice = |one: &enough_store::accounts::Organisation| Choice {
        on: one.id == chosen,
        label: one.name.clone(),
        key: one.id.clone(),
    };
    let own = caller.person().and_then(|person| is.members.get(&person.organisation)).cloned();
    let stands = own.as_ref().map(Member::standing);
    let mut standings = options::<Standing>(sent.get("standing"));
    standings.retain(|one| one.key != Standing::Applied.key());
    let title = if mistakes.is_empty() { is.text.title.clone() } else { format!("Error: {}", is.text.title) };
    let page_of = One {
        frame: Frame::new(caller, title),
        mistakes,
        members,
        others: if prepares { others.collect() } else { Vec::new() },
        left: left(&is, &all),
        called_off: all.into_iter().filter(Agreement::is_public).collect(),
        changes: framework_changes(authority, id).await?,
        today: day_in_england(authority.environment().now()),
        prepares,
        may_join: caller.may(Action::KeepProfile)
            && is.kind == Kind::Market
            && is.state == State::Open
            && matches!(stands, None | Some(Standing::TurnedDown | Standing::Removed)),
        own,
        says: sent.get("says").to_owned(),
        organisations: outside.map(choice).collect(),
        standings,
        why: sent.get("why").to_owned(),
        is,
    };
    Ok(page(page_of)?.into_response())
}

/// One.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    shown(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// Back to it; what everybody may know of it is published.
async fn back(caller: &Caller, id: &str) -> Result<Response, Problem> {
    publish(caller, Process::Framework(id)).await;
    Ok(Redirect::to(&format!("/frameworks/{id}")).into_response())
}

async fn done(
    caller: &Caller,
    id: &str,
    sent: &Sent,
    (result, otherwise): (Result<(), StoreError>, &'static str),
) -> Result<Response, Problem> {
    match result {
        Ok(()) => back(caller, id).await,
        Err(error) => {
            let own = ["says", "organisation", "standing", "why"];
            shown(caller, id, sent, told(error, otherwise)?.only(&own, otherwise)).await
        }
    }
}

/// It is published or closed: `step` says which.
pub async fn step(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, actor) = (caller.app.authority(), caller.actor());
    let place = (id.as_str(), sent.number("version")?);
    let result = match sent.get("step") {
        "publish" => publish_framework(authority, &actor, place).await,
        "close" => close_framework(authority, &actor, place, sent.get("why")).await,
        _ => return Err(Problem::Wrong("The form is not complete.".to_owned())),
    };
    done(&caller, &id, &sent, (result, "step")).await
}

/// Somebody applies.
pub async fn join(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let result = keep_join(caller.app.authority(), &caller.actor(), &id, sent.get("says")).await;
    done(&caller, &id, &sent, (result, "step")).await
}

/// How somebody stands is decided.
pub async fn decide(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let place = (id.as_str(), sent.number("version")?);
    let Ok(standing) = sent.get("standing").parse::<Standing>() else {
        return Err(Problem::Wrong("The form is not complete.".to_owned()));
    };
    let organisation = sent.line("organisation");
    let (authority, actor) = (caller.app.authority(), caller.actor());
    let result = decide_member(authority, &actor, place, (&organisation, standing), sent.get("why")).await;
    done(&caller, &id, &sent, (result, "step")).await
}
