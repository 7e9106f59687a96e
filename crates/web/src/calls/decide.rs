//! The applications of a call, once it is closed: views given alone, and the decision.

use std::collections::HashMap;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use enough_commissioning::calls::{
    Answers, Application, Call, Decision, Given, MOST_POINTS, Phase, VIEWS, View, applications, calls,
    decide_call, decisions, give_view, views,
};
use enough_kernel::Pence;
use enough_store::accounts::Action;

use super::{now, seen};
use crate::caller::Caller;
use crate::commissioning::{Waits, waits};
use crate::form::Sent;
use crate::mistakes::{Mistakes, titled, told};
use crate::names::Names;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// An application, ready to be read.
struct Shown {
    organisation: String,
    name: String,
    says: Answers,
    /// When its words went, because their term had passed.
    gone: Option<DateTime<Utc>>,
    /// The views that whoever looks may read, with the names of who has them.
    views: Vec<(String, View)>,
    /// Whether whoever looks still has to give a view.
    mine: bool,
    decision: Option<Decision>,
    points: String,
    why: String,
    amount: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "calls/applications.html")]
struct All {
    frame: Frame,
    mistakes: Mistakes,
    is: Call,
    phase: Phase,
    list: Vec<Shown>,
    asked: Pence,
    decides: bool,
}

async fn shown(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let (authority, is) = (caller.app.authority(), seen(caller, id).await?);
    let me = caller.session()?.person.id.clone();
    let phase = is.phase(now(caller));
    let all = if matches!(phase, Phase::Closed | Phase::Decided) {
        applications(authority, id).await?
    } else {
        Vec::new()
    };
    let own = &caller.session()?.person.organisation;
    if all.iter().any(|one| one.organisation == *own) {
        // Who applied reads what others wrote no more than others do.
        return Err(Problem::NotFound);
    }
    // Whoever gives views reads those of others after their own; whoever decides reads all.
    let scores = caller.may(Action::ScoreBids) && phase == Phase::Closed;
    let given = views(authority, id, scores.then_some(me.as_str())).await?;
    let (decided, names) = (decisions(authority, id).await?, Names::all(caller).await?);
    let known: HashMap<String, String> =
        authority.organisations().await?.into_iter().map(|one| (one.id, one.name)).collect();
    let has_viewed = given.iter().any(|view| view.person == me);
    let about = sent.line("of");
    let mut list = Vec::new();
    for one in all {
        let Some(says) = one.says else { continue };
        let of = |view: &&View| view.organisation == one.organisation;
        let decision = decided.iter().find(|of| of.organisation == one.organisation).cloned();
        let or = |field: &str, is: String| {
            let typed = sent.get(&format!("{field}-{}", one.organisation));
            if typed.is_empty() { is } else { typed.to_owned() }
        };
        let typed =
            |field: &str| if about == one.organisation { sent.get(field).to_owned() } else { String::new() };
        list.push(Shown {
            name: known.get(&one.organisation).cloned().unwrap_or_default(),
            views: given.iter().filter(of).map(|view| (names.of(&view.person), view.clone())).collect(),
            mine: scores && !given.iter().filter(of).any(|view| view.person == me),
            decision,
            points: typed("points"),
            why: typed("why"),
            amount: or("amount", says.amount.to_string().trim_start_matches('£').to_owned()),
            reason: or("reason", String::new()),
            gone: one.cleared_at,
            says,
            organisation: one.organisation,
        });
    }
    let page_of = All {
        frame: Frame::new(caller, titled("Applications", &mistakes)),
        mistakes,
        asked: Pence::new(list.iter().map(|one| one.says.amount.get()).sum()),
        decides: caller.may(Action::DecideAwards) && phase == Phase::Closed && !has_viewed,
        phase,
        list,
        is,
    };
    Ok(page(page_of)?.into_response())
}

/// The applications.
pub async fn read(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    shown(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// A view is given.
pub async fn view(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let of = sent.line("of");
    let points = match (sent.get("step"), sent.line("points").parse::<u32>()) {
        ("tie", _) => None,
        (_, Ok(points)) => Some(points),
        _ => {
            return shown(&caller, &id, &sent, Mistakes::one("applications", "Give whole points, 0 to 5"))
                .await;
        }
    };
    match give_view(caller.app.authority(), &caller.actor(), (&id, &of), (points, sent.get("why"))).await {
        Ok(()) => Ok(Redirect::to(&format!("/calls/{id}/applications")).into_response()),
        Err(error) => {
            shown(&caller, &id, &sent, told(error, "applications")?.only(&[], "applications")).await
        }
    }
}

/// All applications are decided.
pub async fn decide(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let mut given = Given::new();
    for organisation in sent.all("of") {
        let typed = sent.line(&format!("amount-{organisation}"));
        let amount = match typed.parse::<Pence>() {
            Ok(amount) => amount,
            Err(wrong) => {
                return shown(&caller, &id, &sent, Mistakes::one("applications", wrong.to_string())).await;
            }
        };
        let reason = sent.get(&format!("reason-{organisation}")).to_owned();
        given.insert(organisation.to_owned(), (amount, reason));
    }
    let place = (id.as_str(), sent.number("version")?);
    match decide_call(caller.app.authority(), &caller.actor(), place, &given).await {
        Ok(()) => Ok(Redirect::to(&format!("/calls/{id}/applications")).into_response()),
        Err(error) => {
            shown(&caller, &id, &sent, told(error, "applications")?.only(&[], "applications")).await
        }
    }
}

/// The calls that wait for whoever asks: for a second pair of eyes, for views, for a decision.
pub async fn waiting(caller: &Caller) -> Result<Vec<Waits>, Problem> {
    let (authority, now, mut list) = (caller.app.authority(), now(caller), Vec::new());
    let Some(me) = caller.person() else { return Ok(list) };
    let (views_it, decides) = (caller.may(Action::ScoreBids), caller.may(Action::DecideAwards));
    for one in calls(authority).await? {
        let to = format!("/calls/{}", one.id);
        let phase = one.phase(now);
        if phase == Phase::Draft && caller.may(Action::PrepareTenders) && !one.written_by.contains(&me.id) {
            list.push(waits(&one.text.title, to, "Publish it"));
        } else if phase == Phase::Closed && (views_it || decides) {
            let all = applications(authority, &one.id).await?;
            if all.iter().any(|of| of.organisation == me.organisation) {
                continue;
            }
            let given = views(authority, &one.id, None).await?;
            let of = |application: &Application| {
                given.iter().filter(|view| view.organisation == application.organisation).collect::<Vec<_>>()
            };
            let is_mine = |view: &&View| view.person == me.id;
            let counts = |views: &[&View]| views.iter().filter(|view| view.points.is_some()).count();
            let lacks = |one: &&Application| counts(&of(one)) < VIEWS && !of(one).iter().any(is_mine);
            if views_it && all.iter().any(|one| lacks(&one)) {
                list.push(waits(
                    &one.text.title,
                    format!("{to}/applications"),
                    "Read the applications, and give your views",
                ));
            } else if decides
                && !given.iter().any(|view| is_mine(&view))
                && all.iter().all(|one| counts(&of(one)) >= VIEWS)
            {
                list.push(waits(&one.text.title, format!("{to}/applications"), "Decide on the applications"));
            }
        }
    }
    Ok(list)
}
