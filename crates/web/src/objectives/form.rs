//! The forms of a plan and of an objective with its indicators.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_kernel::Field;
use enough_plans::{
    Better, Figure, Indicator, Kind, Objective, Outcome, Plan, Text, Unit, add_plan, change_plan,
};

use super::seen;
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// How many empty rows a form has for more indicators.
const SPARE: usize = 2;
/// The most indicators of an objective.
const MOST: usize = 20;

#[derive(Template)]
#[template(path = "objectives/plan_form.html")]
struct PlanForm {
    frame: Frame,
    mistakes: Mistakes,
    id: String,
    version: String,
    public: bool,
    title: String,
    kinds: Vec<Choice>,
    from: String,
    until: String,
    because: String,
}

fn plan_form(
    caller: &Caller,
    plan: Option<&Plan>,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let or = |field: &str, is: Option<String>| {
        sent.map_or_else(|| is.unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let text = plan.map(|plan| &plan.text);
    let kind = or("kind", text.map(|text| text.kind.key().to_owned()));
    let title = if plan.is_some() { "Change a plan" } else { "Write a plan" };
    let page_of = PlanForm {
        frame: Frame::new(
            caller,
            if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") },
        ),
        mistakes,
        id: plan.map_or_else(String::new, |plan| plan.id.clone()),
        version: or("version", plan.map(|plan| plan.version.to_string())),
        public: plan.is_some_and(Plan::is_public),
        title: or("title", text.map(|text| text.title.clone())),
        kinds: options::<Kind>(&kind),
        from: or("from", text.map(|text| text.from.to_string())),
        until: or("until", text.map(|text| text.until.to_string())),
        because: or("because", None),
    };
    Ok(page(page_of)?.into_response())
}

fn read_plan(sent: &Sent, objectives: Vec<Objective>) -> Result<Text, Mistakes> {
    let day = |field: &'static str| {
        let day = sent.line(field).parse::<NaiveDate>();
        day.map_err(|_| (field, "Write a date, such as 2027-04-01".to_owned()))
    };
    let kind = sent.get("kind").parse::<Kind>().map_err(|_| ("kind", "Choose what it is".to_owned()));
    let title = Some(sent.line("title")).filter(|title| !title.is_empty());
    let title = title.ok_or_else(|| ("title", "Say what the plan is called".to_owned()));
    match (title, kind, day("from"), day("until")) {
        (Ok(title), Ok(kind), Ok(from), Ok(until)) => Ok(Text { title, kind, from, until, objectives }),
        (title, kind, from, until) => {
            let wrong = [title.err(), kind.err(), from.err(), until.err()].into_iter().flatten();
            Err(wrong.map(|(field, what)| (Field::from(field), what)).collect())
        }
    }
}

/// The empty form.
pub async fn new(caller: Caller) -> Result<Response, Problem> {
    plan_form(&caller, None, None, Mistakes::none())
}

/// The form was sent.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let text = match read_plan(&sent, Vec::new()) {
        Ok(text) => text,
        Err(mistakes) => return plan_form(&caller, None, Some(&sent), mistakes),
    };
    match add_plan(caller.app.authority(), &caller.actor(), &text).await {
        Ok(id) => Ok(Redirect::to(&format!("/objectives/{id}")).into_response()),
        Err(error) => plan_form(&caller, None, Some(&sent), told(error, "title")?),
    }
}

/// The form of one.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let (plan, _) = seen(&caller, &id).await?;
    plan_form(&caller, Some(&plan), None, Mistakes::none())
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (plan, _) = seen(&caller, &id).await?;
    let text = match read_plan(&sent, plan.text.objectives.clone()) {
        Ok(text) => text,
        Err(mistakes) => return plan_form(&caller, Some(&plan), Some(&sent), mistakes),
    };
    let place = (id.as_str(), sent.number("version")?);
    match change_plan(caller.app.authority(), &caller.actor(), place, &text, sent.get("because")).await {
        Ok(()) => Ok(Redirect::to(&format!("/objectives/{id}")).into_response()),
        Err(error) => {
            let mistakes =
                told(error, "title")?.only(&["title", "kind", "from", "until", "because"], "title");
            plan_form(&caller, Some(&plan), Some(&sent), mistakes)
        }
    }
}

/// An indicator as it was typed.
struct Row {
    number: usize,
    title: String,
    units: Vec<Choice>,
    betters: Vec<Choice>,
    baseline: String,
    baseline_on: String,
    target: String,
    target_on: String,
    source: String,
}

#[derive(Template)]
#[template(path = "objectives/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    plan: Plan,
    number: usize,
    version: String,
    title: String,
    outcomes: Vec<Choice>,
    lead: String,
    story: String,
    partners: String,
    works: String,
    rows: Vec<Row>,
    because: String,
}

fn rows(sent: Option<&Sent>, of: Option<&Objective>) -> Vec<Row> {
    let there = of.map_or(0, |of| of.indicators.len());
    let count = sent.map_or(there + SPARE, |sent| {
        (1..=MOST).filter(|at| !sent.line(&format!("title-{at}")).is_empty()).max().unwrap_or(0) + SPARE
    });
    let row = |number: usize| {
        let is = of.and_then(|of| of.indicators.get(number - 1));
        let or = |field: &str, is: Option<String>| {
            sent.map_or_else(
                || is.unwrap_or_default(),
                |sent| sent.get(&format!("{field}-{number}")).to_owned(),
            )
        };
        Row {
            number,
            title: or("title", is.map(|is| is.title.clone())),
            units: options::<Unit>(&or("unit", is.map(|is| is.unit.to_string()))),
            betters: options::<Better>(&or("better", is.map(|is| is.better.to_string()))),
            baseline: or("baseline", is.map(|is| is.baseline.to_string())),
            baseline_on: or("baseline_on", is.map(|is| is.baseline_on.to_string())),
            target: or("target", is.map(|is| is.target.to_string())),
            target_on: or("target_on", is.map(|is| is.target_on.to_string())),
            source: or("source", is.map(|is| is.source.clone())),
        }
    };
    (1..=count.min(MOST)).map(row).collect()
}

async fn form(
    caller: &Caller,
    (id, number): (&str, usize),
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (plan, _) = seen(caller, id).await?;
    let of = number.checked_sub(1).and_then(|at| plan.text.objectives.get(at)).cloned();
    if of.is_none() && number != plan.text.objectives.len() + 1 {
        return Err(Problem::NotFound);
    }
    let or = |field: &str, is: Option<&String>| {
        sent.map_or_else(|| is.cloned().unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let outcome = or("outcome", of.as_ref().map(|of| of.outcome.to_string()).as_ref());
    let title = if of.is_some() { "Change an objective" } else { "Add an objective" };
    let page_of = Form {
        frame: Frame::new(
            caller,
            if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") },
        ),
        mistakes,
        number,
        version: or("version", Some(&plan.version.to_string())),
        title: or("title", of.as_ref().map(|of| &of.title)),
        outcomes: options::<Outcome>(&outcome),
        lead: or("lead", of.as_ref().map(|of| &of.lead)),
        story: or("story", of.as_ref().map(|of| &of.story)),
        partners: or("partners", of.as_ref().map(|of| &of.partners)),
        works: or("works", of.as_ref().map(|of| &of.works)),
        rows: rows(sent, of.as_ref()),
        because: or("because", None),
        plan,
    };
    Ok(page(page_of)?.into_response())
}

/// The form of an objective; of a new one under the next number.
pub async fn edit_objective(
    caller: Caller,
    Path((id, number)): Path<(String, usize)>,
) -> Result<Response, Problem> {
    form(&caller, (&id, number), None, Mistakes::none()).await
}

fn read_indicator(sent: &Sent, number: usize) -> Result<Indicator, String> {
    let field = |name: &str| sent.line(&format!("{name}-{number}"));
    let figure = |name: &str| field(name).parse::<Figure>().map_err(|wrong| wrong.to_string());
    let day = |name: &str, what: &str| {
        field(name).parse::<NaiveDate>().map_err(|_| format!("write when {what} as 2027-04-01"))
    };
    Ok(Indicator {
        title: field("title"),
        unit: field("unit").parse()?,
        better: field("better").parse()?,
        baseline: figure("baseline")?,
        baseline_on: day("baseline_on", "the baseline was")?,
        target: figure("target")?,
        target_on: day("target_on", "the target is to be reached")?,
        source: field("source"),
    })
}

fn read(sent: &Sent) -> Result<Objective, Mistakes> {
    let mut mistakes = Mistakes::none();
    let mut indicators = Vec::new();
    let is_used = |number: &usize| {
        ["title", "baseline", "target"].iter().any(|name| !sent.line(&format!("{name}-{number}")).is_empty())
    };
    for number in (1..=MOST).filter(is_used) {
        match read_indicator(sent, number) {
            Ok(one) => indicators.push(one),
            Err(wrong) => mistakes.add("indicators", format!("Indicator {number}: {wrong}")),
        }
    }
    let outcome = sent.get("outcome").parse::<Outcome>();
    if outcome.is_err() {
        mistakes.add("outcome", "Choose which outcome it is for".to_owned());
    }
    match outcome {
        Ok(outcome) if mistakes.is_empty() => Ok(Objective {
            title: sent.line("title"),
            outcome,
            lead: sent.line("lead"),
            story: sent.get("story").trim().to_owned(),
            partners: sent.get("partners").trim().to_owned(),
            works: sent.get("works").trim().to_owned(),
            indicators,
        }),
        _ => Err(mistakes),
    }
}

/// The form was sent.
pub async fn change_objective(
    caller: Caller,
    Path((id, number)): Path<(String, usize)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let place = (id.as_str(), number);
    let one = match read(&sent) {
        Ok(one) => one,
        Err(mistakes) => return form(&caller, place, Some(&sent), mistakes).await,
    };
    let mut text = seen(&caller, &id).await?.0.text;
    match number.checked_sub(1) {
        Some(at) if at < text.objectives.len() => text.objectives[at] = one,
        Some(at) if at == text.objectives.len() => text.objectives.push(one),
        _ => return Err(Problem::NotFound),
    }
    let seen_in = (id.as_str(), sent.number("version")?);
    match change_plan(caller.app.authority(), &caller.actor(), seen_in, &text, sent.get("because")).await {
        Ok(()) => Ok(Redirect::to(&format!("/objectives/{id}/{number}")).into_response()),
        Err(error) => {
            let mut mistakes = told(error, "indicators")?;
            // Why it changes is asked once, for the whole.
            if mistakes.of("because").is_none() {
                let own = ["title", "lead", "story", "partners", "works", "indicators"];
                mistakes = mistakes.within(&format!("objective-{number}"), &own, "indicators");
            }
            form(&caller, place, Some(&sent), mistakes).await
        }
    }
}
