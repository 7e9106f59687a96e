//! The form of an intention.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::intentions::{
    Circumstances, Draft, Route, add_intention, change_intention, intention,
};
use enough_kernel::Pence;
use enough_kernel::words::whole;
use enough_plans::{Objective, ObjectiveKey};
use enough_store::StoreError;

use super::evidence;
use crate::administration::{Choice, Difference, differences, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::publishing::{Process, publish};
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "intentions/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    id: String,
    version: i32,
    public: bool,
    typed: Typed,
    areas: Vec<Choice>,
    routes: Vec<Choice>,
    /// The questions that tell which ways fit: field, question, answers.
    case: Vec<(&'static str, &'static str, Vec<Choice>)>,
    objectives: Vec<Choice>,
    changed: Vec<Difference>,
}

/// What the choice of a way rests on: field, question, and the answer.
type Question = (&'static str, &'static str, fn(&Circumstances) -> Option<bool>);

const CASE: [Question; 4] = [
    ("enforceable", "Is a service promised in return, which a court would enforce?", |case| case.enforceable),
    ("families_choose", "Does each family choose and pay for itself?", |case| case.families_choose),
    ("others_willing", "Is anybody else than the authority willing to provide it?", |case| {
        case.others_willing
    }),
    ("health_body", "Does a health body put money or duties of its own in?", |case| case.health_body),
];

fn said(answer: Option<bool>) -> &'static str {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

/// What was typed, as it was typed.
#[derive(Debug, Clone, Default)]
struct Typed {
    title: String,
    why: String,
    what: String,
    areas: Vec<String>,
    least: String,
    most: String,
    route: String,
    case: [(&'static str, String); 4],
    reason: String,
    opens_on: String,
    starts_on: String,
    months: String,
    contact: String,
    objectives: Vec<String>,
    because: String,
}

impl Typed {
    fn read(sent: &Sent) -> Self {
        Self {
            title: sent.line("title"),
            why: sent.get("why").to_owned(),
            what: sent.get("what").to_owned(),
            areas: sent.all("area").map(str::to_owned).collect(),
            least: sent.line("least"),
            most: sent.line("most"),
            route: sent.line("route"),
            case: CASE.map(|(field, ..)| (field, sent.line(field))),
            reason: sent.get("reason").to_owned(),
            opens_on: sent.line("opens_on"),
            starts_on: sent.line("starts_on"),
            months: sent.line("months"),
            contact: sent.line("contact"),
            objectives: sent.all("objective").map(str::to_owned).collect(),
            because: sent.get("because").to_owned(),
        }
    }

    fn circumstances(&self) -> Circumstances {
        let [enforceable, families_choose, others_willing, health_body] =
            self.case.each_ref().map(|(_, said)| match said.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            });
        let reason = self.reason.clone();
        Circumstances { enforceable, families_choose, others_willing, health_body, reason }
    }

    fn of(draft: &Draft) -> Self {
        let money = |amount: Pence| match amount.get() {
            0 => String::new(),
            _ => amount.to_string().trim_start_matches('£').to_owned(),
        };
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        Self {
            title: draft.title.clone(),
            why: draft.why.clone(),
            what: draft.what.clone(),
            areas: draft.areas.clone(),
            least: money(draft.least),
            most: money(draft.most),
            route: draft.route.map_or_else(String::new, |route| route.key().to_owned()),
            case: CASE.map(|(field, _, of)| (field, said(of(&draft.case)).to_owned())),
            reason: draft.case.reason.clone(),
            opens_on: day(draft.opens_on),
            starts_on: day(draft.starts_on),
            months: if draft.months == 0 { String::new() } else { draft.months.to_string() },
            contact: draft.contact.clone(),
            objectives: draft.objectives.iter().map(ToString::to_string).collect(),
            because: String::new(),
        }
    }

    /// What it says, or every field that cannot be read.
    fn draft(&self) -> Result<Draft, Mistakes> {
        let mut mistakes = Mistakes::none();
        let mut money = |field: &'static str, text: &str| {
            let amount = if text.is_empty() { Ok(Pence::default()) } else { text.parse::<Pence>() };
            amount.unwrap_or_else(|wrong| {
                mistakes.add(field, wrong.to_string());
                Pence::default()
            })
        };
        let (least, most) = (money("least", &self.least), money("most", &self.most));
        let mut day = |field: &'static str, text: &str| {
            let day = text.parse::<NaiveDate>().ok();
            if day.is_none() && !text.is_empty() {
                mistakes.add(field, format!("{text:?} is not a date; write it as 2027-04-01"));
            }
            day
        };
        let (opens_on, starts_on) = (day("opens_on", &self.opens_on), day("starts_on", &self.starts_on));
        let months = if self.months.is_empty() { Some(0) } else { whole(&self.months) };
        let months = months.unwrap_or_else(|| {
            mistakes.add("months", "Enter months as a whole number, such as 36");
            0
        });
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Draft {
            title: self.title.clone(),
            why: self.why.clone(),
            what: self.what.clone(),
            areas: self.areas.clone(),
            least,
            most,
            route: self.route.parse::<Route>().ok(),
            case: self.circumstances(),
            opens_on,
            starts_on,
            months,
            contact: self.contact.clone(),
            objectives: self.objectives.iter().filter_map(|key| key.parse().ok()).collect(),
        })
    }
}

async fn form(
    caller: &Caller,
    (id, version, public): (&str, i32, bool),
    typed: Typed,
    mistakes: Mistakes,
    changed: Vec<Difference>,
) -> Result<Response, Problem> {
    let title = if id.is_empty() { "Plan something" } else { "Change a plan" };
    let title = if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") };
    let mut areas: Vec<Choice> = Vec::new();
    if let Some(shown) = caller.app.shown().await? {
        let snapshot = &shown.snapshot;
        let mut list: Vec<_> = snapshot.areas("authority").chain(snapshot.areas("ward")).collect();
        // An area of another kind that was chosen from its page.
        list.extend(
            typed
                .areas
                .iter()
                .filter_map(|code| snapshot.area(code))
                .filter(|area| area.kind != "ward" && area.kind != "authority"),
        );
        list.sort_by(|a, b| {
            (a.kind != "authority", &a.parent, &a.name, &a.code).cmp(&(
                b.kind != "authority",
                &b.parent,
                &b.name,
                &b.code,
            ))
        });
        areas.extend(list.into_iter().map(|area| Choice {
            on: typed.areas.contains(&area.code),
            label: if area.kind == "authority" {
                format!("All of {}", area.name)
            } else {
                format!("{}, {}", area.name, area.parent)
            },
            key: area.code.clone(),
        }));
    }
    // Areas that the answer has no more stay chosen.
    let gone = typed.areas.iter().filter(|code| areas.iter().all(|area| area.key != **code));
    let gone: Vec<Choice> =
        gone.map(|code| Choice { key: code.clone(), label: code.clone(), on: true }).collect();
    areas.extend(gone);
    let routes = options::<Route>(&typed.route);
    let answers = |(field, question, _): Question| {
        let typed = typed.case.iter().find(|(of, _)| *of == field).map_or("", |(_, said)| said.as_str());
        let answer = |(key, label): (&str, &str)| Choice {
            on: typed == key || key == "unknown" && !["yes", "no"].contains(&typed),
            key: key.to_owned(),
            label: label.to_owned(),
        };
        (field, question, [("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet")].map(answer).into())
    };
    let case = CASE.map(answers).into();
    let known = enough_plans::objectives(caller.app.authority()).await?;
    let choice = |(key, one): (ObjectiveKey, Objective)| {
        let key = key.to_string();
        Choice { on: typed.objectives.contains(&key), label: one.title, key }
    };
    let objectives = known.into_iter().map(choice).collect();
    let frame = Frame::new(caller, title);
    let id = id.to_owned();
    Ok(page(Form { frame, mistakes, id, version, public, typed, areas, routes, case, objectives, changed })?
        .into_response())
}

/// The empty form; for an area, if the address names one.
pub async fn new(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let areas = sent.all("area").map(str::to_owned).collect();
    form(&caller, ("", 0, false), Typed { areas, ..Typed::default() }, Mistakes::none(), Vec::new()).await
}

/// The form was sent.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let typed = Typed::read(&sent);
    let draft = match typed.draft() {
        Ok(draft) => draft,
        Err(mistakes) => return form(&caller, ("", 0, false), typed, mistakes, Vec::new()).await,
    };
    match add_intention(caller.app.authority(), &caller.actor(), &draft).await {
        Ok(id) => Ok(Redirect::to(&format!("/intentions/{id}")).into_response()),
        Err(error) => {
            let mistakes = refused(error, "contact")?;
            form(&caller, ("", 0, false), typed, mistakes, Vec::new()).await
        }
    }
}

/// The form of one.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let (one, _) = intention(caller.app.authority(), &id).await?;
    let place = (id.as_str(), one.version, one.is_public());
    form(&caller, place, Typed::of(&one.text), Mistakes::none(), Vec::new()).await
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, typed) = (caller.app.authority(), Typed::read(&sent));
    let seen: i32 = sent.number("version")?;
    let (now, _) = intention(authority, &id).await?;
    let place = (id.as_str(), seen, now.is_public());
    let draft = match typed.draft() {
        Ok(draft) => draft,
        Err(mistakes) => return form(&caller, place, typed, mistakes, Vec::new()).await,
    };
    let (assessment, evidence) = evidence(&caller, &draft.areas).await?;
    let known = (assessment.as_deref(), &evidence[..]);
    match change_intention(authority, &caller.actor(), (&id, seen), (&draft, &typed.because), known).await {
        Ok(()) => {
            publish(&caller, Process::Plan(&id)).await;
            Ok(Redirect::to(&format!("/intentions/{id}")).into_response())
        }
        Err(StoreError::Conflict { .. }) => {
            let is = Typed::of(&now.text);
            let changed = differences([
                ("Title", is.title, typed.title.clone()),
                ("Why", is.why, typed.why.clone()),
                ("What", is.what, typed.what.clone()),
                ("Where", is.areas.join(", "), typed.areas.join(", ")),
                ("At least", is.least, typed.least.clone()),
                ("At most", is.most, typed.most.clone()),
                ("How", is.route, typed.route.clone()),
                ("Why this way", is.reason, typed.reason.clone()),
                ("Opens", is.opens_on, typed.opens_on.clone()),
                ("Starts", is.starts_on, typed.starts_on.clone()),
                ("Months", is.months, typed.months.clone()),
                ("Where to ask", is.contact, typed.contact.clone()),
                ("Objectives", is.objectives.join(", "), typed.objectives.join(", ")),
            ]);
            let what = "Somebody else changed this plan while you were typing. Compare, then save again";
            let place = (id.as_str(), now.version, now.is_public());
            form(&caller, place, typed, Mistakes::one("changed", what), changed).await
        }
        Err(error) => {
            let mistakes = refused(error, "contact")?;
            form(&caller, place, typed, mistakes, Vec::new()).await
        }
    }
}
