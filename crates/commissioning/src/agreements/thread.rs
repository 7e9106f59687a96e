//! The golden thread: from an objective to what is planned and agreed for it, and what was paid.

use std::collections::BTreeSet;

use enough_kernel::Pence;
use enough_plans::{Figure, ObjectiveKey};
use enough_store::{Authority, Result};

use super::payments::paid;
use super::reviews::all_reviews;
use super::{Agreement, Review, agreements, all_payments, payments};
use crate::intentions::{Evidence, Intention, intentions, short};

/// What serves an objective.
#[derive(Debug, Clone, PartialEq)]
pub struct Serving {
    /// The intentions that name it.
    pub intentions: Vec<Intention>,
    /// The agreements that a measure or the intention of which names it, with what was paid under each.
    pub agreements: Vec<(Agreement, Pence)>,
}

impl Agreement {
    /// The objectives that its measures serve, each once.
    pub fn objectives(&self) -> Vec<&ObjectiveKey> {
        let mut list: Vec<_> = self.agreed.measures.iter().filter_map(|one| one.objective.as_ref()).collect();
        list.sort();
        list.dedup();
        list
    }
}

/// What was paid under an agreement, less what came back.
///
/// # Errors
/// When the database fails.
pub async fn spent(authority: &Authority, id: &str) -> Result<Pence> {
    Ok(paid(&payments(authority, id).await?))
}

/// What was learned from agreements of other plans that share an objective or an area with a plan, newest first.
///
/// # Errors
/// When the database fails.
pub async fn lessons(authority: &Authority, plan: &Intention) -> Result<Vec<(Agreement, Review)>> {
    let reviews = all_reviews(authority).await?;
    if reviews.is_empty() {
        return Ok(Vec::new());
    }
    let plans = intentions(authority).await?;
    let is_like = |one: &Agreement| {
        let of = plans.iter().find(|other| other.id == one.intention && other.id != plan.id);
        of.is_some_and(|of| {
            of.text.areas.iter().any(|area| plan.text.areas.contains(area))
                || of.text.objectives.iter().any(|key| plan.text.objectives.contains(key))
        })
    };
    let like: Vec<Agreement> =
        agreements(authority).await?.into_iter().filter(|one| one.is_public() && is_like(one)).collect();
    let with = |(id, review): (String, Review)| {
        like.iter().find(|one| one.id == id).map(|one| (one.clone(), review))
    };
    Ok(reviews.into_iter().rev().filter_map(with).collect())
}

/// What serves each of some objectives. What serves several counts whole for each.
///
/// # Errors
/// When the database fails.
pub async fn serving(authority: &Authority, keys: &[ObjectiveKey]) -> Result<Vec<Serving>> {
    let public: Vec<Intention> =
        intentions(authority).await?.into_iter().filter(Intention::is_public).collect();
    let payments = all_payments(authority).await?;
    let all = agreements(authority).await?.into_iter().filter(Agreement::is_public);
    let with_paid = |one: Agreement| {
        let paid = payments.spent(&one.id);
        (one, paid)
    };
    let known: Vec<_> = all.map(with_paid).collect();
    let of = |key: &ObjectiveKey| {
        let intentions: Vec<Intention> =
            public.iter().filter(|one| one.text.objectives.contains(key)).cloned().collect();
        let serves = |one: &Agreement| {
            one.objectives().contains(&key) || intentions.iter().any(|plan| plan.id == one.intention)
        };
        Serving { agreements: known.iter().filter(|(one, _)| serves(one)).cloned().collect(), intentions }
    };
    Ok(keys.iter().map(of).collect())
}

/// What should change in the areas of a plan, and what did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// How many places the areas were short of when the plan was published.
    pub before: Figure,
    /// How many they should be short of.
    pub expected: Figure,
    /// How many they were short of at the newest review that knows it.
    pub measured: Option<Figure>,
}

impl Effect {
    /// What share of the expected effect was measured, in whole percent; nothing where no effect was expected.
    ///
    /// ```
    /// use enough_commissioning::agreements::Effect;
    /// use enough_plans::Figure;
    /// let effect = |measured| Effect { before: Figure::whole(120), expected: Figure::whole(80), measured };
    /// assert_eq!(effect(Some(Figure::whole(90))).share(), Some(75));
    /// assert_eq!(effect(Some(Figure::whole(130))).share(), Some(-25), "it became worse");
    /// assert_eq!(effect(None).share(), None);
    /// ```
    pub fn share(&self) -> Option<i64> {
        let expected = self.before.get() - self.expected.get();
        let measured = self.before.get() - self.measured?.get();
        (expected != 0).then(|| (measured as f64 * 100.0 / expected as f64).round() as i64)
    }
}

/// The effect that was expected of an agreement and, from its reviews, that which was measured; nothing where none was expected, or
/// nobody knows how it was before.
pub fn effect(plan: &Intention, one: &Agreement, reviews: &[Review]) -> Option<Effect> {
    let named = |list: &[Evidence]| -> BTreeSet<(String, String)> {
        list.iter().map(|area| (area.code.clone(), area.asked.clone())).collect()
    };
    // Only the same areas, by answers to the same question, are compared.
    let same = |review: &&Review| named(&review.measured) == named(&plan.evidence);
    Some(Effect {
        before: short(&plan.evidence)?,
        expected: one.agreed.expected.as_ref()?.short,
        measured: reviews.iter().rev().filter(same).find_map(Review::short),
    })
}
