//! Intentions in the database.

use chrono::{DateTime, Utc};
use enough_kernel::{Pence, Refusal};
use enough_plans::objectives;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};

use super::records::{intention as table, intention_change};
use super::rules::{Move, next, said_anew, well_formed};
use super::{Circumstances, Draft, Evidence, Intention, State};
use crate::agreements::is_pending;
use crate::calls::is_open;
use crate::codesign::is_final;
use crate::tenders::is_under_way;

/// Something that happened to an intention since it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// What, and why.
    pub what: String,
    /// What it said before, if that changed.
    pub before: Option<Draft>,
}

/// What the reason for opening sooner than the rule allows begins with.
pub(crate) const SOONER: &str = "Why it could not wait";

fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("an intention: {}", error.to_string()))
}

fn read(row: table::Model) -> Result<Intention> {
    let text = Draft {
        title: row.title,
        why: row.why,
        what: row.what,
        areas: serde_json::from_str(&row.areas).map_err(damaged)?,
        least: Pence::new(row.least),
        most: Pence::new(row.most),
        route: row.route.map(|route| route.parse()).transpose().map_err(damaged)?,
        case: serde_json::from_str(&row.circumstances).map_err(damaged)?,
        opens_on: row.opens_on,
        starts_on: row.starts_on,
        months: row.months.unsigned_abs(),
        contact: row.contact,
        objectives: serde_json::from_str(&row.objectives).map_err(damaged)?,
    };
    Ok(Intention {
        id: row.id,
        text,
        state: row.state.parse().map_err(damaged)?,
        version: row.version,
        published_at: row.published_at,
        said_at: row.said_at,
        changed_at: row.changed_at,
        evidence: serde_json::from_str(&row.evidence).map_err(damaged)?,
        assessment: row.assessment,
    })
}

/// The text of an intention in the columns of its row.
fn write(row: &mut table::ActiveModel, text: &Draft) -> Result<()> {
    row.title = Set(text.title.trim().to_owned());
    row.why = Set(text.why.trim().to_owned());
    row.what = Set(text.what.trim().to_owned());
    row.areas = Set(serde_json::to_string(&text.areas).map_err(damaged)?);
    row.least = Set(text.least.get());
    row.most = Set(text.most.get());
    row.route = Set(text.route.map(|route| route.key().to_owned()));
    let case = Circumstances { reason: text.case.reason.trim().to_owned(), ..text.case.clone() };
    row.circumstances = Set(serde_json::to_string(&case).map_err(damaged)?);
    row.opens_on = Set(text.opens_on);
    row.starts_on = Set(text.starts_on);
    row.months = Set(text.months as i32);
    row.contact = Set(text.contact.trim().to_owned());
    row.objectives = Set(serde_json::to_string(&text.objectives).map_err(damaged)?);
    Ok(())
}

async fn find(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<table::Model> {
    let row = table::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("intention {id}")))
}

/// All intentions: those that open soonest first, drafts without a day last.
///
/// # Errors
/// When the database fails.
pub async fn intentions(authority: &Authority) -> Result<Vec<Intention>> {
    let find = table::Entity::find().filter(table::Column::Authority.eq(authority.code()));
    let rows = find.order_by_asc(table::Column::Id).all(authority.store().read()).await?;
    let mut list: Vec<Intention> = rows.into_iter().map(read).collect::<Result<_>>()?;
    list.sort_by_key(|one| (one.text.opens_on.is_none(), one.text.opens_on));
    Ok(list)
}

/// An intention, and what happened to it since it was published, oldest first.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn intention(authority: &Authority, id: &str) -> Result<(Intention, Vec<Change>)> {
    let db = authority.store().read();
    let one = read(find(db, authority.code(), id).await?)?;
    let changes = intention_change::Entity::find()
        .filter(intention_change::Column::Authority.eq(authority.code()))
        .filter(intention_change::Column::Intention.eq(id))
        .order_by_asc(intention_change::Column::Version)
        .all(db)
        .await?;
    let change = |row: intention_change::Model| {
        let before = row.before.map(|text| serde_json::from_str(&text).map_err(damaged)).transpose()?;
        Ok(Change { at: row.at, what: row.what, before })
    };
    Ok((one, changes.into_iter().map(change).collect::<Result<_>>()?))
}

/// An intention serves objectives that everybody can read.
async fn serves(authority: &Authority, text: &Draft) -> Result<()> {
    let known = objectives(authority).await?;
    match text.objectives.iter().find(|key| !known.contains_key(key)) {
        Some(key) => {
            let rule = format!("{key} is no objective of a plan that is public");
            Err(Refusal::of_form(rule).at("objective").into())
        }
        None => Ok(()),
    }
}

/// Keeps a draft; gives its id.
///
/// # Errors
/// Refused when it is no draft of an intention.
pub async fn add_intention(authority: &Authority, actor: &Actor, text: &Draft) -> Result<String> {
    well_formed(text)?;
    serves(authority, text).await?;
    let mut change = authority.begin(actor).await?;
    let id = authority.environment().id();
    let mut row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        state: Set(State::Draft.to_string()),
        version: Set(1),
        published_at: Set(None),
        said_at: Set(None),
        changed_at: Set(change.now()),
        evidence: Set("[]".to_owned()),
        assessment: Set(None),
        ..Default::default()
    };
    write(&mut row, text)?;
    row.insert(change.tx()).await?;
    change.log(Event::new("intention.add", format!("intention:{id}")).with("title", text.title.trim()));
    change.commit().await?;
    Ok(id)
}

async fn tell(
    change: &enough_store::Change,
    (id, version): (&str, i32),
    what: String,
    before: Option<&Draft>,
) -> Result<()> {
    let row = intention_change::ActiveModel {
        authority: Set(change.authority().to_owned()),
        intention: Set(id.to_owned()),
        version: Set(version),
        at: Set(change.now()),
        what: Set(what),
        before: Set(before.map(serde_json::to_string).transpose().map_err(damaged)?),
    };
    row.insert(change.tx()).await?;
    Ok(())
}

/// Changes an intention that was seen in a version. Once it is public, everybody reads what changed and why, and what is known of its areas
/// is kept with it anew.
///
/// # Errors
/// A conflict when somebody has changed it since; refused when it is finished, is not complete, or does not say what changed.
pub async fn change_intention(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    (text, why): (&Draft, &str),
    (assessment, evidence): (Option<&str>, &[Evidence]),
) -> Result<()> {
    serves(authority, text).await?;
    let mut change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    if row.version != seen {
        return Err(StoreError::Conflict { what: format!("intention {id}"), seen, now: row.version });
    }
    let (now, is_public) = (read(row.clone())?, row.published_at.is_some());
    if matches!(now.state, State::Fulfilled | State::Withdrawn) {
        return Err(StoreError::refused(format!(
            "This intention is {}: it does not change any more",
            now.state.label().to_lowercase()
        )));
    }
    if now.state == State::Procuring {
        return Err(StoreError::refused(
            "Bids or applications are asked for: what the plan says stays as it was announced",
        ));
    }
    if is_public {
        said_anew(&now.text, text, change.now())?;
    } else {
        well_formed(text)?;
    }
    if is_public && why.trim().is_empty() {
        return Err(Refusal::of_form("Say what changed and why: everybody reads it").at("because").into());
    }
    let mut row = row.into_active_model();
    write(&mut row, text)?;
    row.version = Set(seen + 1);
    row.changed_at = Set(change.now());
    if is_public {
        row.said_at = Set(Some(change.now()));
    }
    // Where nothing is known now, what was known stays, as far as it is of the same areas.
    if is_public && (assessment.is_some() || text.areas != now.text.areas) {
        row.evidence = Set(serde_json::to_string(evidence).map_err(damaged)?);
        row.assessment = Set(assessment.map(str::to_owned));
    }
    row.update(change.tx()).await?;
    if is_public {
        tell(&change, (id, seen + 1), why.trim().to_owned(), Some(&now.text)).await?;
    }
    change.log(Event::new("intention.change", format!("intention:{id}")).because(why.trim()));
    change.commit().await
}

/// An intention as it is within a change.
pub(crate) async fn intention_in(change: &enough_store::Change, id: &str) -> Result<Intention> {
    read(find(change.tx(), change.authority(), id).await?)
}

/// Tells everybody of something that happened to an intention; to one that nobody sees, nothing is told.
pub(crate) async fn happened(change: &enough_store::Change, one: &Intention, what: String) -> Result<()> {
    if !one.is_public() {
        return Ok(());
    }
    let mut row = find(change.tx(), change.authority(), &one.id).await?.into_active_model();
    row.version = Set(one.version + 1);
    row.changed_at = Set(change.now());
    row.update(change.tx()).await?;
    tell(change, (&one.id, one.version + 1), what, None).await
}

/// Moves an intention that was seen in a version on to its next state. When it is published, what is known of its areas is kept with it.
///
/// # Errors
/// A conflict when somebody has changed it since; refused with the rule where it may not be.
pub async fn move_intention(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    step: &Move,
    (assessment, evidence): (Option<&str>, &[Evidence]),
) -> Result<State> {
    let mut change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    if row.version != seen {
        return Err(StoreError::Conflict { what: format!("intention {id}"), seen, now: row.version });
    }
    let one = read(row.clone())?;
    let state = next((one.state, &one.text, one.said_at), step, change.now())?;
    if one.state == State::InCodesign && state == State::Procuring && !is_final(&change, id).await? {
        return Err(StoreError::refused(
            "The specification that is designed with others is made final first",
        ));
    }
    if matches!(state, State::Fulfilled | State::Withdrawn)
        && (is_under_way(&change, id).await?
            || is_open(&change, id).await?
            || is_pending(&change, id).await?)
    {
        return Err(StoreError::refused(
            "A tender, a call or an agreement for this plan is under way: sign it, end it or give it up first",
        ));
    }
    let mut row = row.into_active_model();
    row.state = Set(state.to_string());
    row.version = Set(seen + 1);
    row.changed_at = Set(change.now());
    let said = match step {
        Move::Publish => {
            row.published_at = Set(Some(change.now()));
            row.said_at = Set(Some(change.now()));
            row.evidence = Set(serde_json::to_string(evidence).map_err(damaged)?);
            row.assessment = Set(assessment.map(str::to_owned));
            "Published".to_owned()
        }
        Move::Design => "It is now designed with those who know".to_owned(),
        Move::Open { sooner: Some(reason) } if !reason.trim().is_empty() => {
            format!("Open to bids or applications. {SOONER}: {}", reason.trim())
        }
        Move::Open { .. } => "Open to bids or applications".to_owned(),
        Move::Fulfil => "Done: what was meant is bought or funded".to_owned(),
        Move::Withdraw { reason } => format!("Withdrawn: {}", reason.trim()),
    };
    row.update(change.tx()).await?;
    tell(&change, (id, seen + 1), said.clone(), None).await?;
    change.log(
        Event::new("intention.move", format!("intention:{id}")).because(said).with("state", state.key()),
    );
    change.commit().await?;
    Ok(state)
}

/// Throws a draft away that nobody has seen.
///
/// # Errors
/// Refused when it was published: then it is withdrawn, with a reason.
pub async fn remove_draft(authority: &Authority, actor: &Actor, id: &str) -> Result<()> {
    let mut change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    if row.published_at.is_some() {
        return Err(StoreError::refused("This intention is public: withdraw it, with a reason"));
    }
    table::Entity::delete_by_id((authority.code().to_owned(), id.to_owned())).exec(change.tx()).await?;
    change.log(Event::new("intention.remove", format!("intention:{id}")).with("title", row.title));
    change.commit().await
}
