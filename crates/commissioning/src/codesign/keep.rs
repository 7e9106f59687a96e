//! Co-design in the database.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use enough_kernel::{Refusal, day_in_england};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use enough_store::{Authority, Change, Result, StoreError};

use super::records::{codesign_comment, codesign_round, specification, specification_final};
use super::rules::{
    answerable, changeable_text, commentable, extendable, final_text, going_on, responded, roundable,
};
use super::text::{hash, revise};
use super::{Answer, Comment, Final, Outcome, Paragraph, Round, Sector, Version, Voice};
use crate::intentions::{Intention, happened, intention_in};

/// The co-design of an intention.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Design {
    /// The versions of its specification, oldest first.
    pub versions: Vec<Version>,
    /// The rounds, in order.
    pub rounds: Vec<Round>,
    /// That the text is final.
    pub last: Option<Final>,
}

impl Design {
    /// The number of the newest version; 0 if there is none.
    pub fn version(&self) -> i32 {
        self.versions.last().map_or(0, |version| version.number)
    }

    /// The paragraphs of a version.
    pub fn paragraphs(&self, version: i32) -> Option<&[Paragraph]> {
        self.versions.iter().find(|one| one.number == version).map(|one| one.paragraphs.as_slice())
    }
}

/// A comment as somebody makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentDraft {
    /// The id of the paragraph; none for the whole.
    pub paragraph: Option<i32>,
    /// What.
    pub text: String,
    /// Who.
    pub voice: Voice,
}

fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("a specification: {}", error.to_string()))
}

fn read_comment(row: codesign_comment::Model) -> Result<Comment> {
    let answer = match (row.outcome, row.reason, row.answered_at) {
        (Some(outcome), Some(reason), Some(at)) => {
            Some(Answer { outcome: outcome.parse().map_err(damaged)?, reason, at })
        }
        _ => None,
    };
    let voice = Voice {
        sector: row.sector.parse().map_err(damaged)?,
        size: row.size.map(|size| size.parse()).transpose().map_err(damaged)?,
        area: row.area,
        name: row.name,
    };
    Ok(Comment { number: row.number, paragraph: row.paragraph, text: row.text, voice, at: row.at, answer })
}

fn read_round(row: codesign_round::Model, comments: Vec<Comment>) -> Round {
    Round {
        number: row.round,
        version: row.version,
        opens_on: row.opens_on,
        closes_on: row.closes_on,
        short: row.short,
        responded_at: row.responded_at,
        response: row.response,
        comments,
    }
}

async fn load(db: &impl ConnectionTrait, authority: &str, intention: &str) -> Result<Design> {
    let versions = specification::Entity::find()
        .filter(specification::Column::Authority.eq(authority))
        .filter(specification::Column::Intention.eq(intention))
        .order_by_asc(specification::Column::Version)
        .all(db)
        .await?;
    let version = |row: specification::Model| {
        let paragraphs = serde_json::from_str(&row.paragraphs).map_err(damaged)?;
        Ok(Version { number: row.version, paragraphs, at: row.at, said: row.said })
    };
    let rows = codesign_comment::Entity::find()
        .filter(codesign_comment::Column::Authority.eq(authority))
        .filter(codesign_comment::Column::Intention.eq(intention))
        .order_by_asc(codesign_comment::Column::Round)
        .order_by_asc(codesign_comment::Column::Number)
        .all(db)
        .await?;
    let mut comments = Vec::with_capacity(rows.len());
    for row in rows {
        comments.push((row.round, read_comment(row)?));
    }
    let rounds = codesign_round::Entity::find()
        .filter(codesign_round::Column::Authority.eq(authority))
        .filter(codesign_round::Column::Intention.eq(intention))
        .order_by_asc(codesign_round::Column::Round)
        .all(db)
        .await?;
    let round = |row: codesign_round::Model| {
        let own = comments.iter().filter(|(round, _)| *round == row.round);
        let own = own.map(|(_, comment)| comment.clone()).collect();
        read_round(row, own)
    };
    let last =
        specification_final::Entity::find_by_id((authority.to_owned(), intention.to_owned())).one(db).await?;
    let versions: Vec<Version> = versions.into_iter().map(version).collect::<Result<_>>()?;
    if let Some(last) = &last {
        let text = versions.iter().find(|one| one.number == last.version).map(|one| hash(&one.paragraphs));
        if text.as_ref() != Some(&last.hash) {
            return Err(damaged("the final text is not the one that was made final"));
        }
    }
    Ok(Design {
        versions,
        rounds: rounds.into_iter().map(round).collect(),
        last: last.map(|row| Final {
            version: row.version,
            hash: row.hash,
            at: row.at,
            unasked: row.unasked,
        }),
    })
}

/// The co-design of an intention, with everything that was said: what of it everybody may read, [`Comment::is_shown`] says.
///
/// # Errors
/// When the database fails.
pub async fn codesign(authority: &Authority, intention: &str) -> Result<Design> {
    load(authority.store().read(), authority.code(), intention).await
}

/// The intentions whose specification is, or was, talked over in rounds.
pub(crate) async fn talked_over(authority: &Authority) -> Result<BTreeSet<String>> {
    let find =
        codesign_round::Entity::find().select_only().column(codesign_round::Column::Intention).distinct();
    let find = find.filter(codesign_round::Column::Authority.eq(authority.code()));
    Ok(find.into_tuple().all(authority.store().read()).await?.into_iter().collect())
}

/// Whether the specification of an intention is final.
pub(crate) async fn is_final(change: &Change, intention: &str) -> Result<bool> {
    let key = (change.authority().to_owned(), intention.to_owned());
    Ok(specification_final::Entity::find_by_id(key).one(change.tx()).await?.is_some())
}

/// Begins a change of the co-design of an intention.
async fn begin(authority: &Authority, actor: &Actor, intention: &str) -> Result<(Change, Intention, Design)> {
    let change = authority.begin(actor).await?;
    let one = intention_in(&change, intention).await?;
    let design = load(change.tx(), authority.code(), intention).await?;
    Ok((change, one, design))
}

fn round_of(design: &Design, number: i32) -> Result<&Round> {
    let round = design.rounds.iter().find(|round| round.number == number);
    round.ok_or_else(|| StoreError::NotFound(format!("round {number}")))
}

fn subject(intention: &str) -> String {
    format!("intention:{intention}")
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Saves a new version of a specification that was seen in a version (0: there was none); gives its number.
///
/// # Errors
/// A conflict when somebody has saved another since; refused while a round is open, and when the text is final.
pub async fn save_text(
    authority: &Authority,
    actor: &Actor,
    (intention, seen): (&str, i32),
    (typed, why): (&str, &str),
) -> Result<i32> {
    let (mut change, one, design) = begin(authority, actor, intention).await?;
    if design.version() != seen {
        return Err(StoreError::Conflict {
            what: "the specification".to_owned(),
            seen,
            now: design.version(),
        });
    }
    changeable_text(
        one.state,
        (&design.rounds, design.last.as_ref()),
        (typed, why),
        day_in_england(change.now()),
    )?;
    let all = design.versions.iter().flat_map(|version| &version.paragraphs);
    let last = all.map(|paragraph| paragraph.id).max().unwrap_or(0);
    let paragraphs = revise(design.paragraphs(seen).unwrap_or_default(), typed, last);
    let row = specification::ActiveModel {
        authority: Set(authority.code().to_owned()),
        intention: Set(intention.to_owned()),
        version: Set(seen + 1),
        paragraphs: Set(serde_json::to_string(&paragraphs).map_err(damaged)?),
        said: Set(why.trim().to_owned()),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(
        Event::new("specification.save", subject(intention)).because(why.trim()).with("version", seen + 1),
    );
    change.commit().await?;
    Ok(seen + 1)
}

/// Sets a round on the newest version; gives its number.
///
/// # Errors
/// Refused with the rule: a round at a time, not in the past, and not shorter than the rule without a reason.
pub async fn add_round(
    authority: &Authority,
    actor: &Actor,
    intention: &str,
    (opens_on, closes_on, short): (NaiveDate, NaiveDate, &str),
) -> Result<i32> {
    let (mut change, one, design) = begin(authority, actor, intention).await?;
    let what = (&design.rounds[..], design.last.as_ref(), design.version());
    roundable(one.state, what, (opens_on, closes_on, short), day_in_england(change.now()))?;
    let number = design.rounds.len() as i32 + 1;
    let row = codesign_round::ActiveModel {
        authority: Set(authority.code().to_owned()),
        intention: Set(intention.to_owned()),
        round: Set(number),
        version: Set(design.version()),
        opens_on: Set(opens_on),
        closes_on: Set(closes_on),
        short: Set(given(short)),
        response: Set(None),
        responded_at: Set(None),
    };
    row.insert(change.tx()).await?;
    let short = given(short).map_or_else(String::new, |why| format!(" Why not longer: {why}"));
    happened(
        &change,
        &one,
        format!("Everybody can comment on the specification from {opens_on} to {closes_on}.{short}"),
    )
    .await?;
    change.log(
        Event::new("codesign.round", subject(intention))
            .with("round", number)
            .with("closes", closes_on.to_string()),
    );
    change.commit().await?;
    Ok(number)
}

/// Makes a round longer that has not closed.
///
/// # Errors
/// Refused when it has closed, and for a day that is not later.
pub async fn extend_round(
    authority: &Authority,
    actor: &Actor,
    (intention, number): (&str, i32),
    closes_on: NaiveDate,
) -> Result<()> {
    let (mut change, one, design) = begin(authority, actor, intention).await?;
    extendable(round_of(&design, number)?, closes_on, day_in_england(change.now()))?;
    let mut row = round_row(&change, intention, number).await?.into_active_model();
    row.closes_on = Set(closes_on);
    row.update(change.tx()).await?;
    happened(&change, &one, format!("Comments on the specification are taken until {closes_on}")).await?;
    change.log(
        Event::new("codesign.extend", subject(intention))
            .with("round", number)
            .with("closes", closes_on.to_string()),
    );
    change.commit().await
}

async fn round_row(change: &Change, intention: &str, number: i32) -> Result<codesign_round::Model> {
    let key = (change.authority().to_owned(), intention.to_owned(), number);
    let row = codesign_round::Entity::find_by_id(key).one(change.tx()).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("round {number}")))
}

/// Keeps what somebody says in a round that is open; gives its number. Whoever it was is not kept, but what they say of themselves; the
/// name of a child or young person never is.
///
/// # Errors
/// Refused when the round is not open, nothing is said, or the paragraph is none of the version.
pub async fn add_comment(
    authority: &Authority,
    actor: &Actor,
    (intention, number): (&str, i32),
    draft: &CommentDraft,
) -> Result<i32> {
    // Neither the account nor the address of whoever comments is kept.
    let nobody = Actor { request: actor.request.clone(), ..Actor::default() };
    let (mut change, one, design) = begin(authority, &nobody, intention).await?;
    let round = round_of(&design, number)?;
    going_on(one.state)?;
    commentable(round, &draft.text, day_in_england(change.now()))?;
    let paragraphs = design.paragraphs(round.version).unwrap_or_default();
    if draft.paragraph.is_some_and(|id| paragraphs.iter().all(|one| one.id != id)) {
        return Err(StoreError::refused("There is no such paragraph"));
    }
    let comment = round.comments.len() as i32 + 1;
    let voice = &draft.voice;
    let name = voice.name.as_deref().and_then(given).filter(|_| voice.sector != Sector::Young);
    if name.as_ref().is_some_and(|name| name.chars().count() > 150) {
        return Err(Refusal::of_form("Give a name of at most 150 characters").at("name").into());
    }
    let is_organisation = !matches!(voice.sector, Sector::Family | Sector::Young);
    let row = codesign_comment::ActiveModel {
        authority: Set(authority.code().to_owned()),
        intention: Set(intention.to_owned()),
        round: Set(number),
        number: Set(comment),
        paragraph: Set(draft.paragraph),
        text: Set(draft.text.trim().to_owned()),
        sector: Set(voice.sector.key().to_owned()),
        size: Set(voice.size.filter(|_| is_organisation).map(|size| size.key().to_owned())),
        area: Set(voice.area.clone()),
        name: Set(name),
        at: Set(change.now()),
        outcome: Set(None),
        reason: Set(None),
        answered_at: Set(None),
    };
    row.insert(change.tx()).await?;
    change.log(
        Event::new("codesign.comment", subject(intention)).with("round", number).with("comment", comment),
    );
    change.commit().await?;
    Ok(comment)
}

/// Answers a comment, or answers it otherwise as long as what came of the round is not published.
///
/// # Errors
/// Refused without a reason, and once what came of the round is published.
pub async fn answer(
    authority: &Authority,
    actor: &Actor,
    (intention, number, comment): (&str, i32, i32),
    outcome: Outcome,
    reason: &str,
) -> Result<()> {
    let (mut change, _, design) = begin(authority, actor, intention).await?;
    answerable(round_of(&design, number)?, reason)?;
    let key = (authority.code().to_owned(), intention.to_owned(), number, comment);
    let row = codesign_comment::Entity::find_by_id(key).one(change.tx()).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(format!("comment {comment}")))?;
    let mut row = row.into_active_model();
    row.outcome = Set(Some(outcome.key().to_owned()));
    row.reason = Set(Some(reason.trim().to_owned()));
    row.answered_at = Set(Some(change.now()));
    row.update(change.tx()).await?;
    let event = Event::new("codesign.answer", subject(intention)).because(reason.trim());
    change.log(event.with("round", number).with("comment", comment).with("outcome", outcome.key()));
    change.commit().await
}

/// Publishes what came of a round that has closed. The text of comments that were withheld is removed: it told something about a person.
///
/// # Errors
/// Refused while a comment has no answer.
pub async fn respond(
    authority: &Authority,
    actor: &Actor,
    (intention, number): (&str, i32),
    response: &str,
) -> Result<()> {
    let (mut change, one, design) = begin(authority, actor, intention).await?;
    responded(round_of(&design, number)?, response, day_in_england(change.now()))?;
    let mut row = round_row(&change, intention, number).await?.into_active_model();
    row.response = Set(Some(response.trim().to_owned()));
    row.responded_at = Set(Some(change.now()));
    row.update(change.tx()).await?;
    codesign_comment::Entity::update_many()
        .col_expr(codesign_comment::Column::Text, "".into())
        .col_expr(codesign_comment::Column::Name, Option::<String>::None.into())
        .filter(codesign_comment::Column::Authority.eq(authority.code()))
        .filter(codesign_comment::Column::Intention.eq(intention))
        .filter(codesign_comment::Column::Round.eq(number))
        .filter(codesign_comment::Column::Outcome.eq(Outcome::Withheld.key()))
        .exec(change.tx())
        .await?;
    happened(&change, &one, format!("What came of the comments: {}", response.trim())).await?;
    change.log(
        Event::new("codesign.respond", subject(intention)).because(response.trim()).with("round", number),
    );
    change.commit().await
}

/// Makes the newest version final.
///
/// # Errors
/// A conflict when another version was saved since; refused while a round is not answered, and without a reason where nobody was asked.
pub async fn freeze(
    authority: &Authority,
    actor: &Actor,
    (intention, seen): (&str, i32),
    unasked: &str,
) -> Result<()> {
    let (mut change, one, design) = begin(authority, actor, intention).await?;
    if design.version() != seen {
        return Err(StoreError::Conflict {
            what: "the specification".to_owned(),
            seen,
            now: design.version(),
        });
    }
    final_text(one.state, (&design.rounds, design.last.as_ref(), seen), unasked)?;
    let hash = hash(design.paragraphs(seen).unwrap_or_default());
    let unasked = given(unasked).filter(|_| design.rounds.iter().all(Round::was_not_held));
    let row = specification_final::ActiveModel {
        authority: Set(authority.code().to_owned()),
        intention: Set(intention.to_owned()),
        version: Set(seen),
        hash: Set(hash.clone()),
        unasked: Set(unasked.clone()),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    let why = unasked.map_or_else(String::new, |why| format!(" Why nobody was asked: {why}"));
    happened(&change, &one, format!("The specification is final, in version {seen}.{why}")).await?;
    change.log(
        Event::new("specification.final", subject(intention)).with("version", seen).with("sha256", hash),
    );
    change.commit().await
}
