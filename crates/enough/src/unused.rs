//! Refuses options that the rest of the command line makes meaningless: what is given and ignored misleads.

use clap::ArgMatches;
use clap::parser::ValueSource;

use enough_assessments::travel::Mode;

use crate::failure::Failure;
use crate::{assess, measure};

const RIDES: [&str; 6] = ["depart", "every", "worst", "max_walk", "change", "rides"];
const TWO_MODES: [&str; 7] =
    ["demand_of", "car_minutes", "transit_minutes", "cars", "with_car", "car_share", "transit_pairs"];

/// Refuses the first option given that has no effect.
pub fn refuse(command: &str, given: &ArgMatches) -> Result<(), Failure> {
    let is_given = |id: &str| {
        let known = given.ids().any(|known| known.as_str() == id);
        known && given.value_source(id) == Some(ValueSource::CommandLine)
    };
    let refuse = |ids: &[&str], why: &str| match ids.iter().find(|id| is_given(id)) {
        Some(id) => Err(Failure::Usage(format!("--{} has no effect {why}", id.replace('_', "-")))),
        None => Ok(()),
    };
    let rides = || given.get_one::<Mode>("mode") == Some(&Mode::Transit);
    match command {
        "travel" if !rides() => refuse(&RIDES, "without --mode transit"),
        "assess" if given.get_one::<assess::Method>("method") == Some(&assess::Method::OfstedOns) => {
            let own = "with --method ofsted-ons: it has two modes, --car-minutes and --transit-minutes, no target, and no answer for the service yet";
            refuse(&["mode", "minutes", "target", "pairs", "database"], own)?;
            if is_given("streets") {
                return Ok(());
            }
            let without = "with --method ofsted-ons without --streets";
            refuse(&["speed", "depart", "every", "worst", "change", "rides"], without)
        }
        "assess" => {
            refuse(&TWO_MODES, "without --method ofsted-ons")?;
            if rides() { Ok(()) } else { refuse(&RIDES, "without --mode transit") }
        }
        "measure" if given.get_one::<measure::Method>("method") == Some(&measure::Method::OfstedOns) => {
            refuse(&["limit"], "with --method ofsted-ons: it has --car-minutes and --transit-minutes")
        }
        "measure" => refuse(&TWO_MODES, "without --method ofsted-ons"),
        _ => Ok(()),
    }
}
