//! The form of what is measured, and of the effect that is expected.

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_commissioning::agreements::{
    Agreed, Agreement, Asks, Every, Expected, Measure, State, agree as keep,
};
use enough_commissioning::intentions::{intention, short};
use enough_plans::{Better, Figure, ObjectiveKey, Unit, objectives};

use super::{done, seen};
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// How many empty rows the form has.
const SPARE: usize = 2;
/// The most key performance indicators.
const MOST: usize = 30;

struct Row {
    number: usize,
    title: String,
    asks: Vec<Choice>,
    units: Vec<Choice>,
    betters: Vec<Choice>,
    target: String,
    every: Vec<Choice>,
    objectives: Vec<Choice>,
    no_objective: String,
}

#[derive(Template)]
#[template(path = "agreements/measures.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    one: Agreement,
    version: String,
    rows: Vec<Row>,
    /// How many places short the areas were when the plan was published, if that is known.
    before: Option<Figure>,
    short: String,
    how: String,
    signed: bool,
    because: String,
}

async fn form(
    caller: &Caller,
    id: &str,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let one = seen(caller, id).await?;
    let (plan, _) = intention(authority, &one.intention).await?;
    let known = objectives(authority).await?;
    let there = one.agreed.measures.len();
    let count = sent.map_or(there + SPARE, |sent| {
        (1..=MOST).filter(|at| !sent.line(&format!("title-{at}")).is_empty()).max().unwrap_or(0) + SPARE
    });
    let row = |number: usize| {
        let is = one.agreed.measures.get(number - 1);
        let or = |field: &str, is: Option<String>| {
            sent.map_or_else(
                || is.unwrap_or_default(),
                |sent| sent.get(&format!("{field}-{number}")).to_owned(),
            )
        };
        let chosen = or("objective", is.and_then(|is| is.objective.as_ref()).map(ToString::to_string));
        // What the plan is for comes first.
        let mut list: Vec<_> = known.iter().collect();
        list.sort_by_key(|(key, _)| !plan.text.objectives.contains(key));
        let choice = |(key, objective): (&ObjectiveKey, &enough_plans::Objective)| Choice {
            on: key.to_string() == chosen,
            label: objective.title.clone(),
            key: key.to_string(),
        };
        let none = Choice { key: String::new(), label: "None".to_owned(), on: chosen.is_empty() };
        Row {
            number,
            title: or("title", is.map(|is| is.title.clone())),
            asks: options::<Asks>(&or("asks", is.map(|is| is.asks.to_string()))),
            units: options::<Unit>(&or("unit", is.map(|is| is.unit.to_string()))),
            betters: options::<Better>(&or("better", is.map(|is| is.better.to_string()))),
            target: or("target", is.map(|is| is.target.to_string())),
            every: options::<Every>(&or("every", Some(is.map_or(Every::Quarter, |is| is.every).to_string()))),
            objectives: std::iter::once(none).chain(list.into_iter().map(choice)).collect(),
            no_objective: or("no_objective", is.map(|is| is.no_objective.clone())),
        }
    };
    let expected = one.agreed.expected.as_ref();
    let or = |field: &str, is: Option<String>| {
        sent.map_or_else(|| is.unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let page_of = Form {
        frame: Frame::new(caller, titled("What is measured", &mistakes)),
        mistakes,
        version: or("version", Some(one.version.to_string())),
        rows: (1..=count.min(MOST)).map(row).collect(),
        before: short(&plan.evidence),
        short: or("short", expected.map(|expected| expected.short.to_string())),
        how: or("how", expected.map(|expected| expected.how.clone())),
        signed: one.state != State::Pending,
        because: or("because", None),
        one,
    };
    Ok(page(page_of)?.into_response())
}

/// The form.
pub async fn measures(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    form(&caller, &id, None, Mistakes::none()).await
}

fn read_measure(sent: &Sent, number: usize) -> Result<Measure, String> {
    let field = |name: &str| sent.line(&format!("{name}-{number}"));
    let objective = field("objective");
    let objective = if objective.is_empty() { Ok(None) } else { objective.parse().map(Some) };
    Ok(Measure {
        title: field("title"),
        asks: field("asks").parse()?,
        unit: field("unit").parse()?,
        better: field("better").parse()?,
        target: field("target").parse::<Figure>().map_err(|wrong| wrong.to_string())?,
        every: field("every").parse()?,
        objective: objective.map_err(|wrong: enough_plans::NotAnObjective| wrong.to_string())?,
        no_objective: field("no_objective"),
    })
}

fn read(sent: &Sent) -> Result<Agreed, Mistakes> {
    let mut mistakes = Mistakes::none();
    let mut measures = Vec::new();
    let is_used = |number: &usize| {
        ["title", "target"].iter().any(|name| !sent.line(&format!("{name}-{number}")).is_empty())
    };
    for number in (1..=MOST).filter(is_used) {
        match read_measure(sent, number) {
            Ok(one) => measures.push(one),
            Err(wrong) => mistakes.add("measures", format!("Indicator {number}: {wrong}")),
        }
    }
    let (short, how) = (sent.line("short"), sent.get("how").trim().to_owned());
    let expected = match short.parse::<Figure>() {
        _ if short.is_empty() && how.is_empty() => None,
        Ok(short) => Some(Expected { short, how }),
        Err(wrong) => {
            mistakes.add("short", wrong.to_string());
            None
        }
    };
    if mistakes.is_empty() { Ok(Agreed { measures, expected }) } else { Err(mistakes) }
}

/// The form was sent.
pub async fn agree(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let agreed = match read(&sent) {
        Ok(agreed) => agreed,
        Err(mistakes) => return form(&caller, &id, Some(&sent), mistakes).await,
    };
    let place = (id.as_str(), sent.number("version")?);
    match keep(caller.app.authority(), &caller.actor(), place, &agreed, sent.get("because")).await {
        Ok(()) => done(&caller, &id, "#measures").await,
        Err(error) => form(&caller, &id, Some(&sent), told(error, "measures")?).await,
    }
}
