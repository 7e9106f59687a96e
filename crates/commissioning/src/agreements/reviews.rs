//! Reviews: the measured effect beside the expected one, what was learned, and what follows.

use chrono::{DateTime, Utc};
use enough_kernel::given;
use enough_plans::Figure;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, names};

use super::keep::{begin, damaged, json, subject, tell};
use super::records::agreement_review as table;
use crate::intentions::{Evidence, short};

names! {
    /// What follows from a review.
    Next {
        GoOn = "go-on", "It goes on as it is";
        Change = "change", "It is changed";
        BuyAgain = "buy-again", "It is bought or funded again";
        Stop = "stop", "It ends and is not bought again";
    }
}

/// What somebody writes in a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What happened, and why.
    pub story: String,
    /// What is learned for the next time.
    pub lessons: String,
    /// What follows.
    pub next: Next,
}

/// A review.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Which: 1, 2, ...
    pub number: i32,
    /// What it says.
    pub said: Said,
    /// The id of the answer that the measured effect is from.
    pub assessment: Option<String>,
    /// What that answer says of the areas of the plan.
    pub measured: Vec<Evidence>,
    /// When it was written.
    pub at: DateTime<Utc>,
}

impl Review {
    /// How many places the areas of the plan were short of, if that is known of all of them.
    pub fn short(&self) -> Option<Figure> {
        short(&self.measured)
    }
}

fn read(row: table::Model) -> Result<Review> {
    Ok(Review {
        said: Said { story: row.story, lessons: row.lessons, next: row.next_step.parse().map_err(damaged)? },
        measured: serde_json::from_str(&row.measured).map_err(damaged)?,
        number: row.number,
        assessment: row.assessment,
        at: row.at,
    })
}

/// The reviews of an agreement, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn reviews(authority: &Authority, id: &str) -> Result<Vec<Review>> {
    let rows = table::Entity::find()
        .filter(table::Column::Authority.eq(authority.code()))
        .filter(table::Column::Agreement.eq(id))
        .order_by_asc(table::Column::Number)
        .all(authority.store().read())
        .await?;
    rows.into_iter().map(read).collect()
}

/// All reviews by the id of their agreement, oldest first.
pub(super) async fn all_reviews(authority: &Authority) -> Result<Vec<(String, Review)>> {
    let rows = table::Entity::find()
        .filter(table::Column::Authority.eq(authority.code()))
        .order_by_asc(table::Column::At)
        .order_by_asc(table::Column::Agreement)
        .all(authority.store().read())
        .await?;
    rows.into_iter().map(|row| Ok((row.agreement.clone(), read(row)?))).collect()
}

/// Writes a review; everybody reads it. What the newest answer says of the areas is kept with it.
///
/// # Errors
/// Refused without a story and lessons, and before the signature.
pub async fn add_review(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    said: &Said,
    (assessment, measured): (Option<&str>, &[Evidence]),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let before = reviews(authority, id).await?.len() as i32;
    let (mut change, one, row) = begin(authority, actor, id, Some(seen)).await?;
    one.must_be_signed()?;
    one.not_theirs(actor)?;
    given("story", &said.story, "what happened, and why", 5000)?;
    given("lessons", &said.lessons, "what is learned for the next time", 5000)?;
    let review = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        agreement: Set(id.to_owned()),
        number: Set(before + 1),
        story: Set(said.story.trim().to_owned()),
        lessons: Set(said.lessons.trim().to_owned()),
        next_step: Set(said.next.to_string()),
        assessment: Set(assessment.map(str::to_owned)),
        measured: Set(json(&measured)?),
        person: Set(person),
        at: Set(change.now()),
    };
    review.insert(change.tx()).await?;
    row.update(change.tx()).await?;
    tell(&change, &one, format!("Reviewed: {}", said.next.label()), None).await?;
    change.log(Event::new("agreement.review", subject(id)).with("next", said.next.key()));
    change.commit().await
}
