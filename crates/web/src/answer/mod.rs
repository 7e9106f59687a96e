//! The sufficiency answer as pages: home, areas, settings, markets, the map, the data behind it.

pub mod areas;
pub mod data;
pub mod downloads;
pub(crate) use downloads::csv_of;
pub mod figures;
pub mod home;
pub mod map;
pub mod markets;
pub mod settings;
pub mod sufficiency;
pub mod tiles;
pub mod trend;

use std::sync::Arc;

pub use enough_assessments::sentence;
use enough_assessments::{Rung, parsed};
use enough_kernel::Minutes;
use enough_kernel::words::minutes;

use crate::caller::Caller;
use crate::choices::Choices;
use crate::form::Sent;
use crate::problem::Problem;
use crate::shown::Shown;

/// The answer that is shown.
pub async fn newest(caller: &Caller) -> Result<Arc<Shown>, Problem> {
    caller.app.shown().await?.ok_or(Problem::NoAnswer)
}

/// The answer to the choices of an address.
pub async fn chosen(caller: &Caller, sent: &Sent) -> Result<Arc<Shown>, Problem> {
    let kept = newest(caller).await?;
    let (choices, mistakes) = Choices::read(sent, &kept.snapshot.answer);
    match mistakes.iter().next() {
        Some((_, what)) => Err(Problem::Wrong(format!("{what}."))),
        None => caller.app.view(choices.as_ref()).await,
    }
}

/// Kinds of areas as people read them: key, one, many.
pub const KINDS: [(&str, &str, &str); 5] = [
    ("ward", "ward", "wards"),
    ("lsoa", "neighbourhood", "neighbourhoods (LSOA)"),
    ("msoa", "larger neighbourhood", "larger neighbourhoods (MSOA)"),
    ("authority", "authority", "authorities"),
    ("patch", "patch", "patches"),
];

/// The kind asked for, or wards.
pub fn kind(key: &str) -> (&'static str, &'static str, &'static str) {
    KINDS.into_iter().find(|(known, ..)| *known == key).unwrap_or(KINDS[0])
}

/// A rung as a row: minutes, places for every 100, the length of its bar of at most 160.
pub struct Step {
    /// Minutes.
    pub minutes: String,
    /// Places for every 100 children.
    pub level: String,
    /// Length of the bar.
    pub bar: u32,
    /// Whether there is enough.
    pub enough: bool,
    /// Settings and places within reach.
    pub reach: Option<(usize, String)>,
}

/// The ladder as rows.
pub fn steps(json: &str, target: f64) -> Result<Vec<Step>, Problem> {
    let rungs: Vec<Rung> = parsed(json)?;
    let most = rungs.iter().filter_map(|rung| rung.level).fold(target, f64::max).max(1e-9);
    let step = |rung: &Rung| Step {
        minutes: minutes(Minutes::new(rung.minutes)),
        level: figures::level(&rung.level),
        bar: rung.level.map_or(0.0, |level| (160.0 * level / most).round()) as u32,
        enough: rung.level.is_some_and(|level| level + 1e-9 >= target),
        reach: rung.reach.map(|(settings, places)| (settings, figures::whole(&places))),
    };
    Ok(rungs.iter().map(step).collect())
}

/// Whether the steps say what is within reach.
pub fn have_reach(steps: &[Step]) -> bool {
    steps.iter().any(|step| step.reach.is_some())
}
