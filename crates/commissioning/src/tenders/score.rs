//! From scores to an order of bids, in exact fractions. Pure.

use num_rational::Ratio;

use enough_kernel::Pence;

use super::criteria::{Formula, Kind, Lot, Weight};

/// How a bid stands in a lot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// The id of the submission.
    pub submission: String,
    /// Its price.
    pub price: Option<Pence>,
    /// What each criterion brought, in hundredths of a percent, in the order of the criteria.
    pub parts: Vec<Ratio<i128>>,
    /// All together, in hundredths of a percent.
    pub total: Ratio<i128>,
    /// Why it cannot win, if it cannot.
    pub out: Option<String>,
    /// Its place: 1 is the best; the same for those that nothing tells apart. None for those that cannot win.
    pub place: Option<usize>,
}

/// A bid for a lot as it was moderated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bid {
    /// The id of the submission.
    pub submission: String,
    /// Its price.
    pub price: Option<Pence>,
    /// Why it is not compared, if it is not.
    pub excluded: Option<String>,
    /// The points of each criterion in their order; nothing for the price.
    pub points: Vec<Option<u32>>,
}

/// Hundredths of a percent as people read them: a percentage with two decimals, rounded half up.
pub fn percent(hundredths: &Ratio<i128>) -> String {
    let rounded = (*hundredths + Ratio::new(1, 2)).floor().to_integer();
    format!("{}.{:02}%", rounded / 100, rounded % 100)
}

/// What a price brings: all of the weight for the lowest; see [`Formula`].
fn price_part(formula: Formula, weight: Weight, (price, lowest): (Pence, Pence)) -> Ratio<i128> {
    let (weight, price, lowest) =
        (Ratio::from(i128::from(weight.get())), i128::from(price.get()), i128::from(lowest.get()));
    match formula {
        Formula::Relative => weight * Ratio::new(lowest, price),
        Formula::Linear => weight * Ratio::new(2 * lowest - price, lowest).max(Ratio::from(0)),
    }
}

/// The order of the bids for a lot: by total, and where totals are equal by what the weightiest criteria brought.
///
/// A bid is out that was excluded, whose price is above the ceiling, or whose points for a criterion are below its least; the lowest price is that of those
/// that are not out.
pub fn standings(lot: &Lot, scale: u32, bids: &[Bid]) -> Vec<Standing> {
    let why_out = |bid: &Bid| {
        if bid.excluded.is_some() {
            return bid.excluded.clone();
        }
        if lot.price().is_some() && bid.price.is_none_or(|price| price.get() <= 0) {
            return Some("it has no price".to_owned());
        }
        if bid.price.is_some_and(|price| price > lot.ceiling) {
            return Some(format!("its price is above the {} that was published", lot.ceiling));
        }
        let low = (1..)
            .zip(&lot.criteria)
            .zip(&bid.points)
            .find(|((_, one), points)| one.kind != Kind::Price && points.unwrap_or(0) < one.least);
        low.map(|((number, one), points)| {
            format!(
                "it has {} points for criterion {number}, which asks for {} or more",
                points.unwrap_or(0),
                one.least
            )
        })
    };
    let outs: Vec<Option<String>> = bids.iter().map(why_out).collect();
    let lowest =
        bids.iter().zip(&outs).filter(|(_, out)| out.is_none()).filter_map(|(bid, _)| bid.price).min();
    let mut list: Vec<Standing> = bids
        .iter()
        .zip(outs)
        .map(|(bid, out)| {
            let part = |(one, points): (&super::Criterion, &Option<u32>)| match (one.kind, bid.price, lowest)
            {
                (Kind::Price, Some(price), Some(lowest)) if out.is_none() => {
                    price_part(lot.formula, one.weight, (price, lowest))
                }
                (Kind::Price, ..) => Ratio::from(0),
                _ => Ratio::new(
                    i128::from(one.weight.get()) * i128::from(points.unwrap_or(0)),
                    i128::from(scale.max(1)),
                ),
            };
            let parts: Vec<_> = lot.criteria.iter().zip(&bid.points).map(part).collect();
            let total = parts.iter().sum();
            Standing { submission: bid.submission.clone(), price: bid.price, parts, total, out, place: None }
        })
        .collect();
    // Weightiest first; of the same weight, the first that was published.
    let mut weighty: Vec<usize> = (0..lot.criteria.len()).collect();
    weighty.sort_by_key(|at| std::cmp::Reverse(lot.criteria[*at].weight));
    let rank = |one: &Standing| (one.total, weighty.iter().map(|at| one.parts[*at]).collect::<Vec<_>>());
    list.sort_by(|a, b| {
        (a.out.is_some(), rank(b))
            .cmp(&(b.out.is_some(), rank(a)))
            .then_with(|| a.submission.cmp(&b.submission))
    });
    let mut before: Option<(usize, _)> = None;
    for (at, one) in list.iter_mut().enumerate().filter(|(_, one)| one.out.is_none()) {
        let rank = rank(one);
        let place = match &before {
            Some((place, same)) if *same == rank => *place,
            _ => at + 1,
        };
        one.place = Some(place);
        before = Some((place, rank));
    }
    list
}

/// The bids that win where so many places are given: the best, and beyond that many only those that nothing tells from the last of them.
pub fn winners(standings: &[Standing], places: u32) -> Vec<&Standing> {
    standings.iter().filter(|one| one.place.is_some_and(|place| place <= places as usize)).collect()
}
