//! What everybody will read of a plan and its objectives, to be checked before it is published.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_plans::Plan;

use super::{Line, lines, seen};
use crate::caller::Caller;
use crate::mistakes::Mistakes;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "objectives/publish.html")]
struct Check {
    frame: Frame,
    mistakes: Mistakes,
    plan: Plan,
    /// Its objectives as everybody will read them.
    lines: Vec<Line>,
}

pub(super) async fn checked(caller: &Caller, id: &str, mistakes: Mistakes) -> Result<Response, Problem> {
    let (plan, _) = seen(caller, id).await?;
    if plan.is_public() {
        return Ok(Redirect::to(&format!("/objectives/{id}")).into_response());
    }
    let said = "Check what everybody will read";
    let title = if mistakes.is_empty() { said.to_owned() } else { format!("Error: {said}") };
    let lines = lines(caller, &plan, false).await?;
    Ok(page(Check { frame: Frame::new(caller, title), mistakes, plan, lines })?.into_response())
}

/// The page; of a plan that is public already, the plan.
pub async fn check(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    checked(&caller, &id, Mistakes::none()).await
}
