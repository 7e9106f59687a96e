//! The way into commissioning: what waits for whoever looks, what is open to everybody now, and its eight steps.

mod open;
mod waiting;

pub use open::{Lately, Open, lately, open_now};
pub use waiting::{Waits, waits};

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_commissioning::agreements::{Phase, agreements};
use enough_commissioning::intentions::{State, intentions};
use enough_kernel::{Pence, day_in_england};

use crate::caller::Caller;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "commissioning/steps.html")]
struct Steps {
    frame: Frame,
    waiting: Vec<Waits>,
    open: Vec<Open>,
    /// How many plans everybody reads that are neither done nor withdrawn.
    plans: usize,
    /// How many agreements run, and what they are worth in all.
    running: (usize, Pence),
}

/// The eight steps.
pub async fn show(caller: Caller) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let today = day_in_england(authority.environment().now());
    let mut plans = intentions(authority).await?;
    plans.retain(|one| one.is_public() && !matches!(one.state, State::Fulfilled | State::Withdrawn));
    let mut running = agreements(authority).await?;
    running.retain(|one| one.is_public() && matches!(one.phase(today), Phase::Running | Phase::Ending));
    let worth = Pence::new(running.iter().map(|one| one.terms.value.get()).sum());
    let page_of = Steps {
        waiting: waiting::of(&caller).await?,
        open: open_now(&caller.app).await?,
        plans: plans.len(),
        running: (running.len(), worth),
        frame: Frame::new(&caller, "Commissioning"),
    };
    Ok(page(page_of)?.into_response())
}
