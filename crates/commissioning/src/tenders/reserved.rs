//! Tenders that only some may bid for, as far as the law allows it. Reserving for suppliers of one county or of the United Kingdom, which
//! is allowed below the threshold, too, is not built: nothing here says reliably where a supplier is at home.

use chrono::NaiveDate;
use enough_kernel::{Pence, Refusal};
use enough_store::accounts::OrganisationKind;
use enough_store::names;

use super::Text;
use crate::codesign::Size;
use crate::facts::fact;
use crate::providers::Provider;

names! {
    /// Who may bid.
    Reserved {
        SmallOrVoluntary = "small-or-voluntary", "Small and medium-sized organisations, and voluntary, community and social enterprises";
        Mutual = "mutual", "Public service mutuals";
    }
}

const SMALL: &str = "government guidance of December 2025, Reserving competitions for below-threshold contracts, with the Local Government (Exclusion of Non-commercial Considerations) (England) Order 2026";
const MUTUALS: &str = "Procurement Act 2023 s33";

impl Reserved {
    /// Where it is written that this may be.
    pub fn source(self) -> &'static str {
        match self {
            Self::SmallOrVoluntary => SMALL,
            Self::Mutual => MUTUALS,
        }
    }

    /// Its code in the Open Contracting Data Standard, with the UK extension.
    pub fn code(self) -> &'static str {
        match self {
            Self::SmallOrVoluntary => "smeVcse",
            Self::Mutual => "publicServiceMissionOrganization",
        }
    }
}

/// Whether a tender that is published on a day may be reserved so.
///
/// # Errors
/// Refused at or above the threshold, before the order was in force, and for longer than mutuals may have it.
pub(super) fn reservable(text: &Text, plan: Pence, on: NaiveDate) -> Result<(), Refusal> {
    let refused = |what: String| {
        let source = text.reserved.map(Reserved::source);
        Err(Refusal { source, ..Refusal::of_form(what) }.at("reserved"))
    };
    match text.reserved {
        None => Ok(()),
        Some(Reserved::SmallOrVoluntary) => {
            let limit = fact("reserved-small-or-voluntary", on).and(fact("light-touch-threshold", on));
            match limit {
                // What one plan buys is valued as one, so that nothing is split to stay below.
                Some(limit) if plan < limit.pence() => Ok(()),
                Some(limit) => refused(format!(
                    "Below {} it can be reserved for small and voluntary organisations, and its plan is worth up to {plan}",
                    limit.pence()
                )),
                None => {
                    refused("It cannot be reserved so on this day, as far as it is known here".to_owned())
                }
            }
        }
        Some(Reserved::Mutual) => match fact("reserved-mutual", on) {
            Some(most) if i64::from(text.months + text.extension) <= most.value => Ok(()),
            Some(most) => refused(format!(
                "It can be reserved for public service mutuals for {} months at most, with what it may go on",
                most.value
            )),
            None => refused("It cannot be reserved so on this day, as far as it is known here".to_owned()),
        },
    }
}

/// Whether a provider may bid. That it is a mutual nobody can tell from its profile: whoever moderates leaves out a bid of another.
///
/// # Errors
/// Refused to others, and to those who do not say how large they are.
pub(super) fn may_bid(text: &Text, of: &Provider) -> Result<(), Refusal> {
    if text.reserved != Some(Reserved::SmallOrVoluntary)
        || of.organisation.kind == OrganisationKind::Voluntary
    {
        return Ok(());
    }
    match of.profile.size {
        Some(Size::Large) => {
            Err(Refusal::new(format!("Only these may bid: {}", Reserved::SmallOrVoluntary.label()), SMALL))
        }
        Some(_) => Ok(()),
        None => Err(Refusal::new(
            format!(
                "{} says first in its profile how large it is: only small and voluntary organisations may bid",
                of.organisation.name
            ),
            SMALL,
        )),
    }
}
