//! The table of levels.

use enough_kernel::Level;
use enough_sufficiency::fair_share::FairShare;
use enough_sufficiency::gap::{overlap, shortfall};

use super::{Arguments, Method, Problem};
use crate::failure::Failure;
use crate::output;

pub(super) fn write(
    arguments: &Arguments,
    problem: &Problem,
    levels: &[Option<f64>],
    shared: Option<&FairShare>,
) -> Result<(), Failure> {
    let rows = problem.areas.ids.iter().enumerate().map(|(area, id)| {
        let level = levels[area];
        let market =
            shared.and_then(|shared| shared.market_of_area[area]).map(|market| (market + 1).to_string());
        let counted = level.filter(|_| arguments.method != Method::Raam).map(|level| {
            let (need, level) = (problem.need[area], Level::new(level));
            [shortfall(need, level, arguments.target), overlap(need, level, arguments.target)]
                .map(|p| p.get().to_string())
        });
        let [short, spare] = counted.unwrap_or_default();
        [
            id.clone(),
            level.map_or_else(String::new, |l| l.to_string()),
            market.unwrap_or_default(),
            short,
            spare,
        ]
    });
    output::write_ids(&arguments.out, ["id", "level", "market", "shortfall", "overlap"], rows)
}
