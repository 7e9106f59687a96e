//! Which ways to buy or fund fit the circumstances of a plan, each with its rule. Pure. It is a help to choose and no legal advice: what
//! fits is said, what only fits with a reason, and what does not.

use enough_kernel::Refusal;
use enough_store::names;
use serde::{Deserialize, Serialize};

use super::Route;

names! {
    /// Whether a way fits.
    Fit {
        Yes = "fits", "Fits";
        Perhaps = "perhaps", "Perhaps: say why";
        No = "no", "Does not fit";
    }
}

/// What the choice of a way rests on; what is not known yet is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Circumstances {
    /// Whether a service is promised in return for the money, which a court would enforce.
    pub enforceable: Option<bool>,
    /// Whether each family chooses and pays for itself: disabled children and parents, and education, health and care plans.
    pub families_choose: Option<bool>,
    /// Whether anybody else than the authority is willing to provide it.
    pub others_willing: Option<bool>,
    /// Whether a health body puts money or duties of its own in.
    pub health_body: Option<bool>,
    /// Why it is bought or funded in this way: everybody reads it.
    pub reason: String,
}

impl Circumstances {
    /// Nothing is known but why.
    pub fn because(reason: &str) -> Self {
        Self { reason: reason.to_owned(), ..Self::default() }
    }
}

/// How a way fits, and the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The way.
    pub route: Route,
    /// Whether it fits.
    pub fit: Fit,
    /// Why.
    pub why: &'static str,
    /// The rule: statute or guidance.
    pub source: &'static str,
}

const INTEREST: &str = "Procurement Act 2023 s3: a contract for pecuniary interest";
const COMPACT: &str =
    "Best Value guidance 2011; a rule of Enough: grants are considered where nothing is bought";
const FAMILIES: &str =
    "Children Act 1989 s17A and SI 2009/1887; Children and Families Act 2014 s49 and SI 2014/1652";
const ITSELF: &str = "Childcare Act 2006 s8; for anything but childcare a rule of Enough";
const POOLED: &str = "National Health Service Act 2006 s75; Children Act 2004 s10";

/// How every way fits the circumstances.
///
/// ```
/// use enough_commissioning::intentions::{Circumstances, Fit, Route, ways};
/// let bought = Circumstances { enforceable: Some(true), ..Circumstances::default() };
/// let fit = |route| ways(&bought).into_iter().find(|way| way.route == route).unwrap().fit;
/// assert_eq!(fit(Route::Contract), Fit::Yes);
/// assert_eq!(fit(Route::Grant), Fit::No);
/// ```
pub fn ways(case: &Circumstances) -> Vec<Way> {
    Route::ALL.iter().map(|route| way(*route, case)).collect()
}

fn way(route: Route, case: &Circumstances) -> Way {
    let (fit, why, source) = match route {
        Route::Contract => match case.enforceable {
            Some(true) => (Fit::Yes, "A service is promised in return for the money", INTEREST),
            Some(false) => (
                Fit::Perhaps,
                "Nothing is promised in return: a grant asks less of small organisations; say why not",
                COMPACT,
            ),
            None => (
                Fit::Perhaps,
                "Whether a service is promised in return is not said: if not, a grant would do",
                COMPACT,
            ),
        },
        Route::CallOff | Route::DynamicMarket => by_members(route, case.enforceable),
        Route::Grant => match case.enforceable {
            Some(true) => {
                (Fit::No, "A service that is promised in return for money is bought, and no grant", INTEREST)
            }
            Some(false) => (
                Fit::Yes,
                "It supports what an organisation does: nothing is promised that a court would enforce",
                INTEREST,
            ),
            None => (
                Fit::Perhaps,
                "Only if nothing is promised in return that a court would enforce; that is not said",
                INTEREST,
            ),
        },
        Route::DirectPayment => match case.families_choose {
            Some(true) => (Fit::Yes, "Each family chooses and pays, within what the law allows", FAMILIES),
            Some(false) => (Fit::No, "It is not for families who may have a direct payment", FAMILIES),
            None => (
                Fit::Perhaps,
                "Only for a disabled child or parent, or an education, health and care plan, where the family agrees",
                FAMILIES,
            ),
        },
        Route::InHouse => match case.others_willing {
            Some(false) => (Fit::Yes, "Nobody else is willing to provide it", ITSELF),
            Some(true) => (
                Fit::Perhaps,
                "Others are willing: only if it is appropriate in the circumstances that the authority provides it; say why",
                ITSELF,
            ),
            None => (Fit::No, "Ask first whether anybody else is willing to provide it", ITSELF),
        },
        Route::Partnership => match case.health_body {
            Some(true) => (Fit::Yes, "A health body puts money or duties of its own in", POOLED),
            Some(false) => (Fit::No, "No health body has a part in it", POOLED),
            None => (Fit::Perhaps, "Only with a health body that puts money or duties of its own in", POOLED),
        },
    };
    Way { route, fit, why, source }
}

fn by_members(route: Route, enforceable: Option<bool>) -> (Fit, &'static str, &'static str) {
    let source =
        if route == Route::CallOff { "Procurement Act 2023 s45 to s48" } else { "Procurement Act 2023 s34" };
    match enforceable {
        Some(true) => {
            (Fit::Yes, "A service is promised in return, if members that can give it are there", source)
        }
        _ => (
            Fit::Perhaps,
            "What is called off is a service that is promised in return; that is not said",
            source,
        ),
    }
}

/// Whether a plan may say that it goes this way: it fits, and everybody reads why it was chosen.
///
/// # Errors
/// Refused where it does not fit, with the rule, and without a reason.
pub(super) fn chosen(route: Route, case: &Circumstances) -> Result<(), Refusal> {
    let is = way(route, case);
    if is.fit == Fit::No {
        return Err(Refusal::new(format!("{}: {}", route.label(), is.why), is.source).at("route"));
    }
    if case.reason.trim().is_empty() {
        return Err(Refusal::new(
            "Say why it is bought or funded in this way, and not in another: everybody reads it",
            if is.fit == Fit::Perhaps { is.source } else { "a rule of Enough: a way is chosen in the open" },
        )
        .at("reason"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination of answers: something always fits or perhaps fits, and what is refused names its rule.
    #[test]
    fn there_is_always_a_way_and_refusals_name_their_rule() {
        let answers = [None, Some(false), Some(true)];
        for enforceable in answers {
            for families_choose in answers {
                for others_willing in answers {
                    for health_body in answers {
                        let case = Circumstances {
                            enforceable,
                            families_choose,
                            others_willing,
                            health_body,
                            reason: "It fits best".to_owned(),
                        };
                        let all = ways(&case);
                        assert_eq!(all.len(), Route::ALL.len());
                        assert!(all.iter().any(|way| way.fit != Fit::No), "{case:?}");
                        for way in all {
                            assert!(!way.source.is_empty() && !way.why.is_empty());
                            let may = chosen(way.route, &case);
                            assert_eq!(may.is_ok(), way.fit != Fit::No, "{way:?}");
                            let silent = Circumstances { reason: " ".to_owned(), ..case.clone() };
                            assert!(chosen(way.route, &silent).is_err());
                        }
                        // The authority provides itself only once it was asked who else would.
                        assert_eq!(chosen(Route::InHouse, &case).is_ok(), others_willing.is_some());
                        // What is bought is no grant.
                        assert_eq!(chosen(Route::Grant, &case).is_ok(), enforceable != Some(true));
                    }
                }
            }
        }
    }
}
