//! What will be read once a plan is published, before it is: a page to check, with one button.

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_commissioning::intentions::{Intention, State, intention};

use super::evidence;
use crate::caller::Caller;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "intentions/check.html")]
struct Check {
    frame: Frame,
    plan: Intention,
    /// Codes and names of its areas, and what will be said of each.
    areas: Vec<(String, String)>,
    objectives: Vec<String>,
}

/// The page; a plan that is public already has its own.
pub async fn check(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let (plan, _) = intention(authority, &id).await?;
    if plan.state != State::Draft {
        return Err(Problem::NotFound);
    }
    let (_, evidence) = evidence(&caller, &plan.text.areas).await?;
    let name = |code: &String| {
        let known = evidence.iter().find(|area| area.code == *code);
        known.map_or_else(
            || (code.clone(), "nothing is known of it here".to_owned()),
            |area| (area.name.clone(), area.sentence.clone()),
        )
    };
    let areas = plan.text.areas.iter().map(name).collect();
    let known = enough_plans::objectives(authority).await?;
    let title = |key| known.get(key).map(|objective| objective.title.clone());
    let objectives = plan.text.objectives.iter().filter_map(title).collect();
    let frame = Frame::new(&caller, "Check before it is published");
    Ok(page(Check { frame, plan, areas, objectives })?.into_response())
}
