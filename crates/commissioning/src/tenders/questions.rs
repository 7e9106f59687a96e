//! Questions of bidders: answered to all, without saying who asked.

use chrono::{DateTime, Utc};
use enough_kernel::Refusal;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};
use serde::Serialize;

use super::keep::{begin, subject, tell};
use super::records::tender_question;
use super::rules::{Phase, STATES};
use super::submissions::begin_unnamed;

/// A question about a tender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Enquiry {
    /// Which: 1, 2, ...
    pub number: i32,
    /// What was asked.
    pub question: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The answer, and when everybody had it.
    pub answer: Option<(String, DateTime<Utc>)>,
    /// The id of the organisation that asked; for that organisation alone.
    pub organisation: String,
}

/// The questions about a tender. Those without an answer are for those who answer and for who asked.
///
/// # Errors
/// When the database fails.
pub async fn questions(authority: &Authority, tender: &str) -> Result<Vec<Enquiry>> {
    let rows = tender_question::Entity::find()
        .filter(tender_question::Column::Authority.eq(authority.code()))
        .filter(tender_question::Column::Tender.eq(tender))
        .order_by_asc(tender_question::Column::Number)
        .all(authority.store().read())
        .await?;
    let read = |row: tender_question::Model| Enquiry {
        number: row.number,
        question: row.question,
        asked_at: row.asked_at,
        answer: row.answer.zip(row.answered_at),
        organisation: row.organisation,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Asks a question; gives its number.
///
/// # Errors
/// Refused when questions are not taken.
pub async fn ask_question(
    authority: &Authority,
    actor: &Actor,
    (tender, organisation): (&str, &str),
    question: &str,
) -> Result<i32> {
    let (mut change, one, _) = begin_unnamed(authority, actor, tender).await?;
    if one.phase(change.now()) != Phase::Open {
        return Err(Refusal::new("Questions are not taken any more", STATES).into());
    }
    if !(1..=5000).contains(&question.trim().chars().count()) {
        return Err(Refusal::of_form("Write your question, in at most 5000 characters")
            .at("question")
            .into());
    }
    let rows = tender_question::Entity::find()
        .filter(tender_question::Column::Authority.eq(authority.code()))
        .filter(tender_question::Column::Tender.eq(tender))
        .all(change.tx())
        .await?;
    let number = rows.iter().map(|row| row.number).max().unwrap_or(0) + 1;
    let row = tender_question::ActiveModel {
        authority: Set(authority.code().to_owned()),
        tender: Set(tender.to_owned()),
        number: Set(number),
        organisation: Set(organisation.to_owned()),
        question: Set(question.trim().to_owned()),
        asked_at: Set(change.now()),
        answer: Set(None),
        answered_at: Set(None),
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("tender.ask", subject(tender)).with("question", number));
    change.commit().await?;
    Ok(number)
}

/// Answers a question, to everybody: once, and before bids close, so that every bidder can use it.
///
/// # Errors
/// Refused without an answer, when it has one, and when bids have closed.
pub async fn answer_question(
    authority: &Authority,
    actor: &Actor,
    (tender, number): (&str, i32),
    answer: &str,
) -> Result<()> {
    let (mut change, one, row) = begin(authority, actor, tender, None).await?;
    if !one.takes_bids(change.now()) {
        return Err(Refusal::new(
            "An answer that comes after bids have closed helps nobody: it is refused",
            STATES,
        )
        .into());
    }
    if !(1..=5000).contains(&answer.trim().chars().count()) {
        return Err(Refusal::of_form("Write the answer, in at most 5000 characters").at("answer").into());
    }
    let key = (authority.code().to_owned(), tender.to_owned(), number);
    let question = tender_question::Entity::find_by_id(key).one(change.tx()).await?;
    let question = question.ok_or_else(|| StoreError::NotFound(format!("question {number}")))?;
    if question.answer.is_some() {
        return Err(
            Refusal::new("This question is answered, and bidders rely on what was said", STATES).into()
        );
    }
    let mut question = question.into_active_model();
    question.answer = Set(Some(answer.trim().to_owned()));
    question.answered_at = Set(Some(change.now()));
    question.update(change.tx()).await?;
    row.update(change.tx()).await?;
    tell(&change, (tender, one.version + 1), format!("Question {number} is answered"), None).await?;
    change.log(Event::new("tender.answer", subject(tender)).with("question", number));
    change.commit().await
}
