//! Intentions: what is to be bought or funded, for everybody to read in advance; and the form for those who plan it.

mod feeds;
mod form;
mod publish;

pub use feeds::{atom, calendar, json_feed};
pub use form::{add, change, edit, new};
pub use publish::check;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};
use enough_assessments::{Area, asked};
use enough_commissioning::agreements::{Agreement, Review, agreements_for, lessons};
use enough_commissioning::calls::{Call, Phase as CallPhase, calls_for};
use enough_commissioning::codesign::{Round, codesign};
use enough_commissioning::facts::fact;
use enough_commissioning::intentions::{
    Change, Duty, Evidence, Fit, Intention, Move, Route, State, Way, duties, intention, intentions,
    move_intention, remove_draft, ways,
};
use enough_commissioning::providers::{Event, Interest, events, interests, profile};
use enough_commissioning::tenders::{Tender, tender_of};
use enough_kernel::{Pence, day_in_england};
use enough_store::StoreError;
use enough_store::accounts::Action;

use crate::answer::{newest, sentence};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, PAGE, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::publishing::{Process, publish as release};
use crate::view::{Frame, page};

/// A day as people read it.
// Templates pass what they show by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
pub fn day(day: &NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Whose address a link has: what it says.
pub fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).trim_start_matches("www.")
}

/// How much money, in words.
// Templates pass what they show by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
pub fn amount(least: &Pence, most: &Pence) -> String {
    match (*least, *most) {
        (_, none) if none == Pence::default() => "Not said yet".to_owned(),
        (least, most) if least == most => format!("{most} in all"),
        (none, most) if none == Pence::default() => format!("up to {most} in all"),
        (least, most) => format!("{least} to {most} in all"),
    }
}

/// How much money an intention is about, in words.
pub fn money(one: &Intention) -> String {
    amount(&one.text.least, &one.text.most)
}

/// The intentions that whoever asks may see.
async fn seen(caller: &Caller) -> Result<Vec<Intention>, Problem> {
    let all = intentions(caller.app.authority()).await?;
    let plans = caller.may(Action::ManageIntentions);
    Ok(all.into_iter().filter(|one| plans || one.is_public()).collect())
}

#[derive(Template)]
#[template(path = "intentions/list.html")]
struct List {
    frame: Frame,
    /// Code and name of the area, if the list is about one.
    area: Option<(String, String)>,
    /// To come or under way.
    ahead: Vec<Intention>,
    /// Done or withdrawn.
    past: Vec<Intention>,
    plans: bool,
}

/// The area that an address names: its code and name, and the codes of it, of what it lies in and of what lies in it.
async fn around(caller: &Caller, code: &str) -> Result<(String, String, BTreeSet<String>), Problem> {
    let shown = newest(caller).await?;
    let area = shown.snapshot.area(code).ok_or(Problem::NotFound)?;
    let mut codes = BTreeSet::from([area.code.clone()]);
    codes.extend([&area.ward, &area.msoa].into_iter().flatten().cloned());
    for authority in shown.snapshot.areas("authority") {
        if authority.name == area.parent {
            codes.insert(authority.code.clone());
        }
    }
    for kind in ["ward", "msoa", "lsoa"] {
        let lies_in = |one: &&Area| match area.kind.as_str() {
            "authority" => one.parent == area.name,
            "ward" => one.ward.as_ref() == Some(&area.code),
            "msoa" => one.msoa.as_ref() == Some(&area.code),
            _ => false,
        };
        codes.extend(shown.snapshot.areas(kind).filter(lies_in).map(|one| one.code.clone()));
    }
    Ok((area.code.clone(), area.name.clone(), codes))
}

/// All intentions, or those for an area.
pub async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let code = Sent::read(query.unwrap_or_default().as_bytes()).line("area");
    let (mut all, mut area) = (seen(&caller).await?, None);
    if !code.is_empty() {
        let (code, name, codes) = around(&caller, &code).await?;
        all.retain(|one| one.text.areas.iter().any(|code| codes.contains(code)));
        area = Some((code, name));
    }
    let is_past = |one: &Intention| matches!(one.state, State::Fulfilled | State::Withdrawn);
    all.sort_by_key(is_past);
    let frame = Frame::of_list(&caller, "What we plan to buy or fund", &mut all);
    let (past, ahead) = all.into_iter().partition(is_past);
    let plans = caller.may(Action::ManageIntentions);
    Ok(page(List { frame, area, ahead, past, plans })?.into_response())
}

/// What the organisation of whoever looks said of a plan, and whether it may say anything.
struct OwnInterest {
    may: bool,
    said: bool,
    partners: bool,
    note: String,
}

#[derive(Template)]
#[template(path = "intentions/one.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    /// The areas that it is for: code, name, and what was known when it was published.
    areas: Vec<(String, String, Option<String>)>,
    changes: Vec<Change>,
    /// For how many days it must be public before it opens.
    days: i64,
    duties: Vec<Duty>,
    /// What was learned from agreements of plans like it.
    lessons: Vec<(Agreement, Review)>,
    /// How every way would fit.
    ways: Vec<Way>,
    /// The tenders that answer it, as far as whoever asks may see them.
    tenders: Vec<Tender>,
    /// The calls for applications that answer it, as far as whoever asks may see them.
    calls: Vec<Call>,
    moment: DateTime<Utc>,
    /// The agreements that answer it.
    agreements: Vec<Agreement>,
    /// The objectives that it serves: where each is read, and what it says.
    objectives: Vec<(String, String)>,
    /// How many are interested, and who of them looks for partners; all of them with what they would do, for those who plan.
    interested: usize,
    partners: Vec<(Option<String>, String)>,
    interests: Vec<(String, String, Interest)>,
    /// What the organisation of whoever looks said, and whether it may say it.
    own: OwnInterest,
    /// The events about it.
    events: Vec<Event>,
    /// Whether its specification can be read, and the rounds in which everybody comments on it.
    designed: bool,
    rounds: Vec<Round>,
    today: NaiveDate,
    plans: bool,
    reason: String,
}

pub(crate) async fn shown(
    caller: &Caller,
    id: &str,
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (one, changes) = intention(caller.app.authority(), id).await?;
    let plans = caller.may(Action::ManageIntentions);
    if !one.is_public() && !plans {
        return Err(Problem::NotFound);
    }
    // The rules of the day on which it opens, as far as they are known.
    let on = one.text.opens_on.unwrap_or_else(|| day_in_england(caller.app.authority().environment().now()));
    let case = one.text.case.clone();
    let learned = lessons(caller.app.authority(), &one).await?;
    let duties = one.text.route.map_or_else(Vec::new, |route| duties(route, one.text.most, on));
    let title =
        if mistakes.is_empty() { one.text.title.clone() } else { format!("Error: {}", one.text.title) };
    let frame = Frame::new(caller, title);
    let reason = sent.get("reason").to_owned();
    let snapshot = caller.app.shown().await?;
    let place = |code: &String| {
        let known = one.evidence.iter().find(|area| area.code == *code);
        let name = known
            .map(|area| area.name.clone())
            .or_else(|| snapshot.as_ref().and_then(|shown| Some(shown.snapshot.area(code)?.name.clone())));
        (code.clone(), name.unwrap_or_else(|| code.clone()), known.map(|area| area.sentence.clone()))
    };
    let areas = one.text.areas.iter().map(place).collect();
    let now = day_in_england(caller.app.authority().environment().now());
    let days = fact("intention-public", now).map_or(0, |rule| rule.value);
    let mut tenders = tender_of(caller.app.authority(), id).await?;
    tenders.retain(|tender| plans || tender.is_public());
    let mut calls = calls_for(caller.app.authority(), id).await?;
    calls.retain(|call| plans || call.is_public());
    let mut agreements = agreements_for(caller.app.authority(), id).await?;
    agreements.retain(|one| plans || one.is_public());
    let known = enough_plans::objectives(caller.app.authority()).await?;
    let named = |key| known.get(key).map(|objective| (format!("/objectives/{key}"), objective.title.clone()));
    let objectives = one.text.objectives.iter().filter_map(named).collect();
    let (authority, known) = (caller.app.authority(), caller.app.authority().organisations().await?);
    let all = interests(authority, id).await?;
    let with_name = |one: &Interest| {
        let name = known.iter().find(|of| of.id == one.organisation).map_or("", |of| &of.name).to_owned();
        (one.organisation.clone(), name, one.clone())
    };
    let named: Vec<(String, String, Interest)> = all.iter().map(with_name).collect();
    let mut partners = Vec::new();
    for (id, name, _) in named.iter().filter(|(.., one)| one.partners) {
        let is_shown = profile(authority, id).await?.profile.public;
        partners.push((is_shown.then(|| id.clone()), name.clone()));
    }
    let own_interest =
        caller.person().and_then(|person| all.iter().find(|one| one.organisation == person.organisation));
    let mut about = events(authority).await?;
    about.retain(|event| event.text.intention.as_deref() == Some(id));
    let design = codesign(caller.app.authority(), id).await?;
    let designed = plans || crate::codesign::is_public(&one, &design);
    let rounds = if designed { design.rounds } else { Vec::new() };
    let page_of = One {
        designed,
        rounds,
        today: now,
        frame,
        mistakes,
        plan: one,
        areas,
        changes,
        days,
        duties,
        ways: ways(&case),
        lessons: learned,
        tenders,
        calls,
        moment: authority.environment().now(),
        agreements,
        objectives,
        interested: all.len(),
        partners,
        interests: if plans { named } else { Vec::new() },
        own: OwnInterest {
            may: caller.may(Action::KeepProfile),
            said: own_interest.is_some(),
            partners: own_interest.is_some_and(|one| one.partners),
            note: match sent.get("note") {
                "" => own_interest.map_or_else(String::new, |one| one.note.clone()),
                typed => typed.to_owned(),
            },
        },
        events: about,
        plans,
        reason,
    };
    Ok(page(page_of)?.into_response())
}

/// One intention.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    shown(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// What the answer that is shown says of areas, and its id.
pub(crate) async fn evidence(
    caller: &Caller,
    codes: &[String],
) -> Result<(Option<String>, Vec<Evidence>), Problem> {
    let Some(shown) = caller.app.shown().await? else { return Ok((None, Vec::new())) };
    let areas = codes.iter().filter_map(|code| shown.snapshot.area(code));
    let chosen = |area: &&Area| codes.contains(&area.code);
    let whole: Vec<&Area> = shown.snapshot.areas("authority").filter(chosen).collect();
    let is_within = |area: &Area| area.kind != "authority" && whole.iter().any(|one| one.name == area.parent);
    let evidence = areas.map(|area| Evidence {
        code: area.code.clone(),
        name: area.name.clone(),
        // Its name is said before.
        sentence: {
            let said = sentence(&shown.snapshot.answer, area);
            said.strip_prefix(&format!("{}: ", area.name)).unwrap_or(&said).to_owned()
        },
        // A ward of an authority that is chosen, too, is counted with it.
        short: Some(if is_within(area) { 0.0 } else { area.shortfall }),
        asked: asked(&shown.snapshot.answer),
    });
    Ok((Some(shown.snapshot.answer.id.clone()), evidence.collect()))
}

/// An intention is to be moved on: `step` says where to.
pub async fn step(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let incomplete = || Problem::Wrong("The form is not complete.".to_owned());
    let seen: i32 = sent.number("version")?;
    let reason = sent.get("reason").trim().to_owned();
    let step = match sent.get("step") {
        "publish" => Move::Publish,
        "design" => Move::Design,
        "open" => Move::Open { sooner: Some(reason).filter(|reason| !reason.is_empty()) },
        "fulfil" => Move::Fulfil,
        "withdraw" => Move::Withdraw { reason },
        _ => return Err(incomplete()),
    };
    let authority = caller.app.authority();
    let (one, _) = intention(authority, &id).await?;
    let (assessment, evidence) = evidence(&caller, &one.text.areas).await?;
    let known = (assessment.as_deref(), &evidence[..]);
    match move_intention(authority, &caller.actor(), (&id, seen), &step, known).await {
        Ok(_) => {
            release(&caller, Process::Plan(&id)).await;
            Ok(Redirect::to(&format!("/intentions/{id}")).into_response())
        }
        Err(StoreError::Conflict { .. }) => {
            let what = "Somebody else changed this plan while you were looking at it. Read it again first";
            let mistakes = Mistakes::one(PAGE, what);
            if step == Move::Publish && one.state == State::Draft {
                return publish::checked(&caller, &id, mistakes).await;
            }
            shown(&caller, &id, &sent, mistakes).await
        }
        Err(error) if step == Move::Publish && one.state == State::Draft => {
            // What it says is on the page that changes it.
            publish::checked(&caller, &id, refused(error, "step")?.only(&[], "step")).await
        }
        Err(error) => shown(&caller, &id, &sent, refused(error, PAGE)?).await,
    }
}

/// A draft is to be thrown away.
pub async fn remove(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    remove_draft(caller.app.authority(), &caller.actor(), &id).await?;
    Ok(Redirect::to("/intentions").into_response())
}
