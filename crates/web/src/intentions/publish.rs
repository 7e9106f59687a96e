//! What everybody will read of a plan, to be checked before it is published.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_commissioning::facts::fact;
use enough_commissioning::intentions::{Intention, State, intention};
use enough_kernel::day_in_england;

use super::evidence;
use crate::caller::Caller;
use crate::mistakes::Mistakes;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "intentions/publish.html")]
struct Check {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    /// The areas that it is for: the name of each, and what would be kept with it of what is known today.
    areas: Vec<(String, Option<String>)>,
    /// What the objectives say that it serves.
    objectives: Vec<String>,
    /// For how many days it must be public before it opens.
    days: i64,
}

pub(super) async fn checked(caller: &Caller, id: &str, mistakes: Mistakes) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let (plan, _) = intention(authority, id).await?;
    if plan.state != State::Draft {
        return Ok(Redirect::to(&format!("/intentions/{id}")).into_response());
    }
    let (_, known) = evidence(caller, &plan.text.areas).await?;
    let area = |code: &String| match known.iter().find(|area| area.code == *code) {
        Some(area) => (area.name.clone(), Some(area.sentence.clone())),
        None => (code.clone(), None),
    };
    let areas = plan.text.areas.iter().map(area).collect();
    let all = enough_plans::objectives(authority).await?;
    let serves = plan.text.objectives.iter().filter_map(|key| all.get(key));
    let objectives = serves.map(|objective| objective.title.clone()).collect();
    let today = day_in_england(authority.environment().now());
    let days = fact("intention-public", today).map_or(0, |rule| rule.value);
    let said = "Check what everybody will read";
    let title = if mistakes.is_empty() { said.to_owned() } else { format!("Error: {said}") };
    let frame = Frame::new(caller, title);
    Ok(page(Check { frame, mistakes, plan, areas, objectives, days })?.into_response())
}

/// The page; of a plan that is public already, the plan.
pub async fn check(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    checked(&caller, &id, Mistakes::none()).await
}
