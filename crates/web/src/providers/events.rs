//! Events: announced, booked, and what came of them.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use enough_commissioning::intentions::{Intention, intentions};
use enough_commissioning::providers::{
    Event, EventText, add_event, book as keep_booking, change_event, event as kept, events as all,
    follow_up as keep_follow_up, give_back as give,
};
use enough_kernel::words::whole;
use enough_store::accounts::Action;

use crate::administration::Choice;
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page, read_moment, typed_moment};

fn now(caller: &Caller) -> DateTime<Utc> {
    caller.app.authority().environment().now()
}

#[derive(Template)]
#[template(path = "providers/events.html")]
struct List {
    frame: Frame,
    ahead: Vec<Event>,
    past: Vec<Event>,
    manages: bool,
}

/// All events.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let now = now(&caller);
    let list = all(caller.app.authority()).await?;
    let (mut past, ahead): (Vec<_>, Vec<_>) = list.into_iter().partition(|one| one.is_over(now));
    past.reverse();
    let manages = caller.may(Action::ManageIntentions);
    let mut list: Vec<_> = ahead.into_iter().chain(past).collect();
    let frame = Frame::of_list(&caller, "Events", &mut list);
    let (past, ahead) = list.into_iter().partition(|one| one.is_over(now));
    Ok(page(List { frame, ahead, past, manages })?.into_response())
}

#[derive(Template)]
#[template(path = "providers/event.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    is: Event,
    /// The title of the plan that it is about.
    plan: Option<(String, String)>,
    /// Who comes, for those who plan: name, people, needs.
    coming: Vec<(String, u32, String)>,
    over: bool,
    begun: bool,
    may: Vec<Action>,
    people: String,
    needs: String,
    follow_up: String,
    booked: bool,
}

async fn shown(
    caller: &Caller,
    id: &str,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let is = kept(authority, id).await?;
    let manages = caller.may(Action::ManageIntentions);
    let own = caller
        .person()
        .and_then(|person| is.bookings.iter().find(|one| one.organisation == person.organisation));
    let or = |field: &str, is: String| sent.map_or(is, |sent| sent.get(field).to_owned());
    let mut coming = Vec::new();
    if manages {
        let known = authority.organisations().await?;
        for one in &is.bookings {
            let name = known.iter().find(|of| of.id == one.organisation).map_or("", |of| &of.name);
            coming.push((name.to_owned(), one.people, one.needs.clone()));
        }
    }
    let plans = intentions(authority).await?;
    let plan = is
        .text
        .intention
        .as_ref()
        .and_then(|id| plans.iter().find(|plan| plan.id == *id && plan.is_public()));
    let title = if mistakes.is_empty() { is.text.title.clone() } else { format!("Error: {}", is.text.title) };
    let page_of = One {
        frame: Frame::new(caller, title),
        mistakes,
        plan: plan.map(|plan| (plan.id.clone(), plan.text.title.clone())),
        coming,
        over: is.is_over(now(caller)),
        begun: now(caller) >= is.text.begins_at,
        may: [Action::ManageIntentions, Action::KeepProfile]
            .into_iter()
            .filter(|one| caller.may(*one))
            .collect(),
        people: or("people", own.map_or_else(|| "1".to_owned(), |own| own.people.to_string())),
        needs: or("needs", own.map_or_else(String::new, |own| own.needs.clone())),
        follow_up: or("follow_up", is.follow_up.clone().unwrap_or_default()),
        booked: own.is_some(),
        is,
    };
    Ok(page(page_of)?.into_response())
}

/// One event.
pub async fn event(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    shown(&caller, &id, None, Mistakes::none()).await
}

#[derive(Template)]
#[template(path = "providers/event_form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    id: String,
    version: String,
    title: String,
    what: String,
    place: String,
    begins_at: String,
    ends_at: String,
    places: String,
    plans: Vec<Choice>,
}

async fn form(
    caller: &Caller,
    is: Option<&Event>,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let text = is.map(|is| &is.text);
    let or = |field: &str, is: Option<String>| {
        sent.map_or_else(|| is.unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let about = or("intention", text.and_then(|text| text.intention.clone()));
    let mut plans = vec![Choice { key: String::new(), label: "No plan".to_owned(), on: about.is_empty() }];
    for plan in intentions(caller.app.authority()).await?.into_iter().filter(Intention::is_public) {
        plans.push(Choice { on: plan.id == about, label: plan.text.title, key: plan.id });
    }
    let title = if is.is_some() { "Change an event" } else { "Announce an event" };
    let page_of = Form {
        frame: Frame::new(
            caller,
            if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") },
        ),
        mistakes,
        id: is.map_or_else(String::new, |is| is.id.clone()),
        version: or("version", is.map(|is| is.version.to_string())),
        title: or("title", text.map(|text| text.title.clone())),
        what: or("what", text.map(|text| text.what.clone())),
        place: or("place", text.map(|text| text.place.clone())),
        begins_at: or("begins_at", text.map(|text| typed_moment(text.begins_at))),
        ends_at: or("ends_at", text.map(|text| typed_moment(text.ends_at))),
        places: or("places", text.map(|text| text.places.to_string())),
        plans,
    };
    Ok(page(page_of)?.into_response())
}

fn read(sent: &Sent) -> Result<EventText, Mistakes> {
    let mut mistakes = Mistakes::none();
    let mut at = |field: &'static str| {
        let at = read_moment(&sent.line(field));
        at.ok_or_else(|| {
            mistakes.add(field, "Write a date and a time, such as 2027-04-01T12:00".to_owned());
        })
    };
    let (begins_at, ends_at) = (at("begins_at"), at("ends_at"));
    let places = whole(&sent.line("places"))
        .ok_or_else(|| mistakes.add("places", "Enter a whole number, such as 20".to_owned()));
    match (begins_at, ends_at, places) {
        (Ok(begins_at), Ok(ends_at), Ok(places)) => Ok(EventText {
            title: sent.line("title"),
            what: sent.get("what").trim().to_owned(),
            place: sent.line("place"),
            begins_at,
            ends_at,
            places,
            intention: Some(sent.line("intention")).filter(|id| !id.is_empty()),
        }),
        _ => Err(mistakes),
    }
}

/// The empty form; for a plan, if the address names one.
pub async fn new(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    form(&caller, None, Some(&sent), Mistakes::none()).await
}

/// The form was sent.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let text = match read(&sent) {
        Ok(text) => text,
        Err(mistakes) => return form(&caller, None, Some(&sent), mistakes).await,
    };
    match add_event(caller.app.authority(), &caller.actor(), &text).await {
        Ok(id) => Ok(Redirect::to(&format!("/events/{id}")).into_response()),
        Err(error) => form(&caller, None, Some(&sent), told(error, "title")?).await,
    }
}

/// The form of one.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let is = kept(caller.app.authority(), &id).await?;
    form(&caller, Some(&is), None, Mistakes::none()).await
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let is = kept(caller.app.authority(), &id).await?;
    let text = match read(&sent) {
        Ok(text) => text,
        Err(mistakes) => return form(&caller, Some(&is), Some(&sent), mistakes).await,
    };
    let place = (id.as_str(), sent.number("version")?);
    match change_event(caller.app.authority(), &caller.actor(), place, &text).await {
        Ok(()) => Ok(Redirect::to(&format!("/events/{id}")).into_response()),
        Err(error) => form(&caller, Some(&is), Some(&sent), told(error, "title")?).await,
    }
}

/// Somebody's organisation comes.
pub async fn book(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let people = whole(&sent.line("people")).unwrap_or(0);
    match keep_booking(caller.app.authority(), &caller.actor(), &id, (people, sent.get("needs"))).await {
        Ok(()) => Ok(Redirect::to(&format!("/events/{id}#book")).into_response()),
        Err(error) => shown(&caller, &id, Some(&sent), refused(error, "main-content")?).await,
    }
}

/// Somebody's organisation does not come.
pub async fn give_back(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    give(caller.app.authority(), &caller.actor(), &id).await?;
    Ok(Redirect::to(&format!("/events/{id}#book")).into_response())
}

/// What came of it is said.
pub async fn follow_up(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    match keep_follow_up(caller.app.authority(), &caller.actor(), &id, sent.get("follow_up")).await {
        Ok(()) => Ok(Redirect::to(&format!("/events/{id}")).into_response()),
        Err(error) => shown(&caller, &id, Some(&sent), refused(error, "main-content")?).await,
    }
}
