//! Plans and their objectives: what is to be so, what tells whether it is, and what is bought or funded for it.

mod form;
mod publish;

pub use form::{add, change, change_objective, edit, edit_objective, new};
pub use publish::check;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Months, NaiveDate};
use enough_commissioning::agreements::{Serving, serving};
use enough_kernel::words::whole;
use enough_kernel::{Pence, day_in_england};
use enough_plans::{
    Change, Figure, Indicator, Objective, ObjectiveKey, Plan, Reading, Then, Told, Unit, plan, plans,
    publish_plan, remove_plan, series, standing, take_back_figure, tell_figure,
};
use enough_store::accounts::Action;

use crate::caller::Caller;
use crate::commitments::of_objective;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// A plan, as far as whoever asks may see it.
async fn seen(caller: &Caller, id: &str) -> Result<(Plan, Vec<Change>), Problem> {
    let found = plan(caller.app.authority(), id).await?;
    if !found.0.is_public() && !caller.may(Action::ManagePlans) {
        return Err(Problem::NotFound);
    }
    Ok(found)
}

/// An indicator and its figures, ready to be read.
struct Shown {
    is: Indicator,
    /// Day, figure and what there is to say of each that stands, newest first.
    figures: Vec<(NaiveDate, String, String)>,
    /// Day, figure, what came of it and why, of those that do not stand any more.
    gone: Vec<(NaiveDate, String, Then)>,
    /// What it was when the plan began.
    baseline: String,
    /// How it stands, in a sentence.
    sentence: String,
}

/// A reading for whoever looks: those who keep plans know what everybody else does not.
fn say(unit: Unit, reading: Reading, knows: bool) -> String {
    match (unit.is_kept_back(reading), knows) {
        (true, true) => format!("{} (not published: few children)", unit.tell(reading)),
        _ => unit.publish(reading),
    }
}

/// What an indicator was when its plan began, for whoever looks.
fn baseline(is: &Indicator, knows: bool) -> String {
    match is.unit {
        Unit::Children => say(is.unit, Reading { value: is.baseline, out_of: None }, knows),
        unit => unit.say(is.baseline),
    }
}

/// How an indicator stands, for whoever looks.
fn sentence(is: &Indicator, last: Option<&Told>, knows: bool) -> String {
    let goal = format!("{} by {}", is.unit.say(is.target), crate::intentions::day(&is.target_on));
    let began = format!("it was {} on {}", baseline(is, knows), crate::intentions::day(&is.baseline_on));
    let Some(last) = last else {
        return format!("No figure since the plan began: {began}. The target is {goal}.");
    };
    if is.unit.is_kept_back(last.reading) && !knows {
        return format!(
            "The newest figure is kept back: it is about so few children that one could be recognised. The target is {goal}."
        );
    }
    let figure = is.unit.figure(last.reading);
    let progress = is.better.progress(figure, is.baseline, is.target);
    format!(
        "{}: {} on {}; {began}, and the target is {goal}.",
        progress.label(),
        say(is.unit, last.reading, knows),
        crate::intentions::day(&last.on)
    )
}

fn indicators(of: &Objective, number: usize, all: &enough_plans::Series, knows: bool) -> Vec<Shown> {
    let shown = |(at, is): (usize, &Indicator)| {
        let list = all.get(&(number, at)).map_or(&[][..], Vec::as_slice);
        let figure = |told: &Told| (told.on, say(is.unit, told.reading, knows), told.note.clone());
        let gone = |told: &Told| Some((told.on, say(is.unit, told.reading, knows), told.then.clone()?));
        Shown {
            baseline: baseline(is, knows),
            sentence: sentence(is, standing(list).next_back(), knows),
            figures: standing(list).rev().map(figure).collect(),
            gone: list.iter().rev().filter_map(gone).collect(),
            is: is.clone(),
        }
    };
    (1..).zip(&of.indicators).map(shown).collect()
}

/// An objective in a list.
struct Line {
    number: usize,
    is: Objective,
    indicators: Vec<Shown>,
    serving: Serving,
}

impl Line {
    /// How old what tells about it is: how many indicators have a figure of the last twelve months.
    fn freshness(&self, today: NaiveDate) -> String {
        let since = today.checked_sub_months(Months::new(12)).unwrap_or(today);
        let is_fresh = |one: &&Shown| one.figures.first().is_some_and(|(on, ..)| *on >= since);
        let fresh = self.indicators.iter().filter(is_fresh).count();
        let have = if fresh == 1 { "has" } else { "have" };
        match self.indicators.len() {
            0 => "It has no indicator that could have a figure.".to_owned(),
            1 => format!("Of 1 indicator, {fresh} {have} a figure from the last 12 months."),
            all => format!("Of {all} indicators, {fresh} {have} a figure from the last 12 months."),
        }
    }

    fn paid(&self) -> Pence {
        Pence::new(self.serving.agreements.iter().map(|(_, paid)| paid.get()).sum())
    }
}

/// The objectives of a plan, for those who know what is not published, or for everybody.
async fn lines(caller: &Caller, of: &Plan, knows: bool) -> Result<Vec<Line>, Problem> {
    let authority = caller.app.authority();
    let all = series(authority, &of.id).await?;
    let numbers = 1..=of.text.objectives.len();
    let keys: Vec<_> = numbers.map(|number| ObjectiveKey { plan: of.id.clone(), number }).collect();
    let serving = serving(authority, &keys).await?;
    let line = |((number, is), serving): ((usize, &Objective), Serving)| Line {
        indicators: indicators(is, number, &all, knows),
        number,
        is: is.clone(),
        serving,
    };
    Ok((1..).zip(&of.text.objectives).zip(serving).map(line).collect())
}

#[derive(Template)]
#[template(path = "objectives/list.html")]
struct List {
    frame: Frame,
    plans: Vec<(Plan, Vec<Line>)>,
    manages: bool,
}

/// All plans with their objectives.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let manages = caller.may(Action::ManagePlans);
    let mut shown = plans(caller.app.authority()).await?;
    shown.retain(|one| manages || one.is_public());
    let frame = Frame::of_list(&caller, "Objectives", &mut shown);
    let mut all = Vec::new();
    for one in shown {
        let lines = lines(&caller, &one, manages).await?;
        all.push((one, lines));
    }
    Ok(page(List { frame, plans: all, manages })?.into_response())
}

#[derive(Template)]
#[template(path = "objectives/plan.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    plan: Plan,
    lines: Vec<Line>,
    changes: Vec<Change>,
    manages: bool,
}

async fn plan_page(caller: &Caller, id: &str, mistakes: Mistakes) -> Result<Response, Problem> {
    let (one, changes) = seen(caller, id).await?;
    let title =
        if mistakes.is_empty() { one.text.title.clone() } else { format!("Error: {}", one.text.title) };
    let manages = caller.may(Action::ManagePlans);
    let page_of = One {
        frame: Frame::new(caller, title),
        mistakes,
        lines: lines(caller, &one, manages).await?,
        plan: one,
        changes,
        manages,
    };
    Ok(page(page_of)?.into_response())
}

/// One plan.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    plan_page(&caller, &id, Mistakes::none()).await
}

/// A plan is to be published, or a draft of one thrown away: `step` says which.
pub async fn step(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, actor) = (caller.app.authority(), caller.actor());
    let place = (id.as_str(), sent.number("version")?);
    let (done, to) = match sent.get("step") {
        "publish" => (publish_plan(authority, &actor, place).await, format!("/objectives/{id}")),
        "remove" => (remove_plan(authority, &actor, place).await, "/objectives".to_owned()),
        _ => return Err(Problem::Wrong("The form is not complete.".to_owned())),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&to).into_response()),
        Err(error) if sent.get("step") == "publish" => {
            publish::checked(&caller, &id, told(error, "step")?.only(&[], "step")).await
        }
        Err(error) => plan_page(&caller, &id, told(error, "step")?).await,
    }
}

#[derive(Template)]
#[template(path = "objectives/one.html")]
struct ObjectivePage {
    frame: Frame,
    mistakes: Mistakes,
    plan: Plan,
    line: Line,
    /// The names of organisations, in the order of the agreements.
    with: Vec<String>,
    /// What organisations promised each other for it.
    commitments: Vec<crate::commitments::Row>,
    today: NaiveDate,
    manages: bool,
    typed: TypedFigure,
}

/// A figure as it was typed.
#[derive(Default)]
struct TypedFigure {
    indicator: String,
    on: String,
    value: String,
    out_of: String,
    note: String,
}

async fn objective_page(
    caller: &Caller,
    (id, number): (&str, usize),
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (one, _) = seen(caller, id).await?;
    let manages = caller.may(Action::ManagePlans);
    let line = lines(caller, &one, manages)
        .await?
        .into_iter()
        .find(|line| line.number == number)
        .ok_or(Problem::NotFound)?;
    let known = caller.app.authority().organisations().await?;
    let name =
        |id: &str| known.iter().find(|one| one.id == id).map_or_else(String::new, |one| one.name.clone());
    let title = if mistakes.is_empty() { line.is.title.clone() } else { format!("Error: {}", line.is.title) };
    let page_of = ObjectivePage {
        frame: Frame::new(caller, title),
        mistakes,
        with: line.serving.agreements.iter().map(|(one, _)| name(&one.organisation)).collect(),
        commitments: of_objective(caller, &ObjectiveKey { plan: one.id.clone(), number }).await?,
        plan: one,
        line,
        today: day_in_england(caller.app.authority().environment().now()),
        manages,
        typed: TypedFigure {
            indicator: sent.line("indicator"),
            on: sent.line("on"),
            value: sent.line("value"),
            out_of: sent.line("out_of"),
            note: sent.get("note").to_owned(),
        },
    };
    Ok(page(page_of)?.into_response())
}

/// One objective.
pub async fn objective(
    caller: Caller,
    Path((id, number)): Path<(String, usize)>,
) -> Result<Response, Problem> {
    objective_page(&caller, (&id, number), &Sent::default(), Mistakes::none()).await
}

/// A reading, as a form sends it in fields of these names, or what is wrong with it.
pub(crate) fn read_figure(
    sent: &Sent,
    (value, out_of): (&'static str, &'static str),
) -> Result<Reading, Mistakes> {
    let figure =
        sent.line(value).parse::<Figure>().map_err(|wrong| Mistakes::one(value, wrong.to_string()))?;
    let all = sent.line(out_of);
    let all = if all.is_empty() { Some(None) } else { whole(&all).map(Some) };
    let all =
        all.ok_or_else(|| Mistakes::one(out_of, "Enter how many children as a whole number, or nothing"))?;
    Ok(Reading { value: figure, out_of: all })
}

/// A figure of an indicator is told.
pub async fn tell(
    caller: Caller,
    Path((id, number)): Path<(String, usize)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let again = async |mistakes: Mistakes| objective_page(&caller, (&id, number), &sent, mistakes).await;
    let Ok(on) = sent.line("on").parse::<NaiveDate>() else {
        return again(Mistakes::one("on", "Write the day that the figure is of as 2027-04-01")).await;
    };
    let at: usize = sent.number("indicator")?;
    let (authority, actor, note) = (caller.app.authority(), caller.actor(), sent.get("note"));
    let place = (id.as_str(), (number, at));
    let done = if sent.get("step") == "take-back" {
        take_back_figure(authority, &actor, place, on, note).await
    } else {
        match read_figure(&sent, ("value", "out_of")) {
            Ok(reading) => tell_figure(authority, &actor, place, (on, reading), note).await,
            Err(mistakes) => return again(mistakes).await,
        }
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/objectives/{id}/{number}")).into_response()),
        Err(error) => again(told(error, "value")?).await,
    }
}
