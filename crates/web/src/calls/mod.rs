//! Calls for applications: published, applied to, read after they close, decided, and what each who applied is told.

mod apply;
mod decide;
mod form;

pub use apply::{application, apply, withdraw};
pub use decide::{decide, read, view, waiting};
pub use form::{add, change, edit, new};

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use enough_commissioning::agreements::{Agreement, agreements};
use enough_commissioning::calls::{
    Call, Change, Phase, call, call_changes, calls, cancel_call, decisions, extend_call, publish_call,
    remove_call,
};
use enough_commissioning::frameworks::framework;
use enough_commissioning::intentions::intention;
use enough_commissioning::tenders::effort;
use enough_store::accounts::Action;

use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, PAGE, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page, read_moment};

fn now(caller: &Caller) -> DateTime<Utc> {
    caller.app.authority().environment().now()
}

/// A call, as far as whoever asks may see it.
async fn seen(caller: &Caller, id: &str) -> Result<Call, Problem> {
    let one = call(caller.app.authority(), id).await?;
    if !one.is_public() && !caller.may(Action::PrepareTenders) {
        return Err(Problem::NotFound);
    }
    Ok(one)
}

#[derive(Template)]
#[template(path = "calls/list.html")]
struct List {
    frame: Frame,
    calls: Vec<(Call, Phase)>,
}

/// All calls.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let prepares = caller.may(Action::PrepareTenders);
    let mut all = calls(caller.app.authority()).await?;
    all.retain(|one| one.is_public() || prepares);
    let now = now(&caller);
    let frame = Frame::of_list(&caller, "Calls for applications", &mut all);
    let calls = all
        .into_iter()
        .map(|one| {
            let phase = one.phase(now);
            (one, phase)
        })
        .collect();
    Ok(page(List { frame, calls })?.into_response())
}

#[derive(Template)]
#[template(path = "calls/one.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    is: Call,
    phase: Phase,
    plan: String,
    /// The framework or dynamic market whose members alone apply.
    framework: Option<(String, String)>,
    /// Words asked for each £1,000, and hours of work, by our assumption.
    effort: Option<(u64, u64)>,
    /// The agreements that it made and everybody may see.
    made: Vec<Agreement>,
    changes: Vec<Change>,
    may: Vec<Action>,
    reason: String,
    closes_at: String,
}

const MAY: [Action; 3] = [Action::PrepareTenders, Action::Bid, Action::ReadApplications];

async fn shown(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let is = seen(caller, id).await?;
    let (plan, _) = intention(authority, &is.intention).await?;
    let decided = decisions(authority, id).await?;
    let made = agreements(authority).await?.into_iter().filter(Agreement::is_public);
    let made = made.filter(|one| decided.iter().any(|of| of.agreement.as_ref() == Some(&one.id)));
    let framework = match &is.framework {
        Some(id) => Some((id.clone(), framework(authority, id).await?.text.title)),
        None => None,
    };
    let phase = is.phase(now(caller));
    // Only while applications are taken has the page a field for the closing time.
    let mistakes = if phase == Phase::Open { mistakes } else { mistakes.without("closes_at", "step") };
    let page_of = One {
        framework,
        frame: Frame::new(caller, titled(&is.text.title, &mistakes)),
        mistakes,
        phase,
        plan: plan.text.title,
        effort: effort(is.text.words(), is.text.most),
        made: made.collect(),
        changes: call_changes(authority, id).await?,
        may: MAY.into_iter().filter(|action| caller.may(*action)).collect(),
        reason: sent.get("reason").to_owned(),
        closes_at: sent.line("closes_at"),
        is,
    };
    Ok(page(page_of)?.into_response())
}

/// One call.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    shown(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// A call is published, closes later, is cancelled, or its draft thrown away: `step` says which.
pub async fn step(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, actor) = (caller.app.authority(), caller.actor());
    let place = (id.as_str(), sent.number("version")?);
    let reason = sent.get("reason");
    let done = match sent.get("step") {
        "publish" => publish_call(authority, &actor, place).await,
        "cancel" => cancel_call(authority, &actor, place, reason).await,
        "remove" => match remove_call(authority, &actor, place).await {
            Ok(()) => return Ok(Redirect::to("/calls").into_response()),
            other => other,
        },
        "extend" => {
            let Some(closes_at) = read_moment(&sent.line("closes_at")) else {
                let what = "Write a date and a time, such as 2027-04-01T12:00";
                return shown(&caller, &id, &sent, Mistakes::one("closes_at", what)).await;
            };
            extend_call(authority, &actor, place, closes_at, reason).await
        }
        _ => return Err(Problem::Wrong("The form is not complete.".to_owned())),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/calls/{id}")).into_response()),
        Err(error) => {
            shown(&caller, &id, &sent, told(error, PAGE)?.only(&["reason", "closes_at"], PAGE)).await
        }
    }
}
