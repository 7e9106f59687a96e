//! Contracts that are awarded directly, without a tender: on which grounds, and what must be published before.

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::{Refusal, day_in_england};
use enough_store::{Result, names};
use serde::{Deserialize, Serialize};

use super::Agreement;
use super::rules::STATES;
use crate::facts::fact;
use crate::intentions::Intention;
use crate::notices::{Notice, published_on};
use crate::tenders::{State as TenderState, Tender, is_under_way, tenders_of};

names! {
    /// Why a contract is awarded without a tender (Procurement Act 2023 ss41 and 43). A choice of one family is none of these: nothing
    /// about one family is kept or published as an agreement.
    Justification {
        BelowThreshold = "below-threshold", "Below the threshold of the Act";
        OneSupplier = "one-supplier", "Only one supplier can provide it, and there is no reasonable alternative";
        Repeat = "repeat", "More of the same from the same supplier, where another would not fit what there is";
        Urgency = "urgency", "Extreme and unavoidable urgency";
        NoSuitableTenders = "no-suitable-tenders", "A tender brought no suitable bid";
    }
}

impl Justification {
    /// Where it is written.
    pub fn source(self) -> &'static str {
        match self {
            Self::BelowThreshold => "Procurement Act 2023 s3: not a public contract",
            Self::OneSupplier => "Procurement Act 2023 s41 and Schedule 5: single suppliers",
            Self::Repeat => {
                "Procurement Act 2023 s41 and Schedule 5: additional or repeat goods, services or works"
            }
            Self::Urgency => "Procurement Act 2023 s41 and Schedule 5: urgency",
            Self::NoSuitableTenders => "Procurement Act 2023 s43: switching to direct award",
        }
    }

    /// Whether a transparency notice (UK5) comes before it (Procurement Act 2023 s44).
    pub fn is_announced(self) -> bool {
        self != Self::BelowThreshold
    }
}

/// A direct award.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Direct {
    /// Why there was no tender.
    pub why: Justification,
    /// Since when everybody can read that it is meant.
    pub since: DateTime<Utc>,
}

/// Whether a tender has ended with a lot that nobody won.
fn has_lot_without_winner(one: &Tender) -> bool {
    let lots = || one.outcome.iter().flat_map(|outcome| &outcome.lots);
    match one.state {
        TenderState::Unsuccessful => true,
        TenderState::Complete => lots().any(|lot| lot.winners.is_empty()),
        _ => false,
    }
}

/// Refuses a direct award for a plan whose grounds do not hold.
pub(super) async fn may_award(
    change: &enough_store::Change,
    plan: &Intention,
    why: Justification,
) -> Result<()> {
    if is_under_way(change, &plan.id).await? {
        return Err(Refusal::new("A tender for this plan is under way: end it first", STATES)
            .at("direct")
            .into());
    }
    if why == Justification::NoSuitableTenders {
        let tenders = tenders_of(change, &plan.id).await?;
        if !tenders.iter().any(has_lot_without_winner) {
            let rule = "No tender for this plan has ended without a suitable bid";
            return Err(Refusal::new(rule, why.source()).at("direct").into());
        }
    }
    if why != Justification::BelowThreshold {
        return Ok(());
    }
    let Some(threshold) = fact("light-touch-threshold", day_in_england(change.now())) else {
        return Err(Refusal::new(
            "The threshold of the Act is not known for today",
            "reference/procurement.csv",
        )
        .at("direct")
        .into());
    };
    // What one plan buys is valued as one, so that nothing is split to stay below.
    if plan.text.most >= threshold.pence() {
        let rule =
            format!("The plan is worth up to {}, and the threshold is {}", plan.text.most, threshold.pence());
        return Err(Refusal::new(
            rule,
            "Procurement Act 2023 s3; the threshold is in reference/procurement.csv",
        )
        .at("direct")
        .into());
    }
    Ok(())
}

/// Refuses to sign a direct award before its notices are published.
pub(super) async fn is_announced(
    change: &enough_store::Change,
    one: &Agreement,
    on: NaiveDate,
) -> Result<()> {
    if !one.direct.is_some_and(|direct| direct.why.is_announced()) {
        return Ok(());
    }
    for (notice, source) in
        [(Notice::Transparency, "Procurement Act 2023 s44"), (Notice::Award, "Procurement Act 2023 s50")]
    {
        let published = published_on(change, notice, &format!("/agreements/{}", one.id)).await?;
        if published.is_none_or(|published| published > on) {
            let rule = format!(
                "It is signed after its {} ({notice}) is published: write its number into the calendar of notices",
                notice.label().to_lowercase()
            );
            return Err(Refusal::new(rule, source).into());
        }
    }
    Ok(())
}
