//! Calls in the database.

use chrono::{DateTime, Utc};
use enough_kernel::{Pence, Refusal, given};
use enough_store::accounts::Action;
use enough_store::audit::{Actor, Event};
use enough_store::mail::Told;
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};

use super::applications::newest;
use super::records::{call as table, call_change};
use super::rules::{DUTIES, Phase, complete, hears, well_formed};
use super::{Call, State, Text};
use crate::agreements::{from, promised};
use crate::frameworks::{is_kind, members_in};
use crate::intentions::{Intention, Route, State as IntentionState, happened, intention_in};
use crate::providers::interested;

/// Something that happened to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: DateTime<Utc>,
    /// What, and why.
    pub what: String,
}

pub(super) fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("a call: {}", error.to_string()))
}

pub(super) fn subject(id: &str) -> String {
    format!("call:{id}")
}

fn read(row: table::Model) -> Result<Call> {
    Ok(Call {
        state: row.state.parse().map_err(damaged)?,
        text: serde_json::from_str(&row.text).map_err(damaged)?,
        id: row.id,
        intention: row.intention,
        framework: row.framework,
        version: row.version,
        written_by: row.written_by.split_whitespace().map(str::to_owned).collect(),
        published_at: row.published_at,
    })
}

async fn find(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<table::Model> {
    let row = table::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("call {id}")))
}

async fn of_intention(db: &impl ConnectionTrait, authority: &str, of: &str) -> Result<Vec<Call>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Intention.eq(of));
    find.order_by_asc(table::Column::Id).all(db).await?.into_iter().map(read).collect()
}

/// All calls: those that close last come first.
///
/// # Errors
/// When the database fails.
pub async fn calls(authority: &Authority) -> Result<Vec<Call>> {
    let find = table::Entity::find().filter(table::Column::Authority.eq(authority.code()));
    let rows = find.order_by_asc(table::Column::Id).all(authority.store().read()).await?;
    let mut list: Vec<Call> = rows.into_iter().map(read).collect::<Result<_>>()?;
    list.sort_by_key(|one| std::cmp::Reverse(one.text.closes_at));
    Ok(list)
}

/// The calls that answer an intention.
///
/// # Errors
/// When the database fails.
pub async fn calls_for(authority: &Authority, intention: &str) -> Result<Vec<Call>> {
    of_intention(authority.store().read(), authority.code(), intention).await
}

/// A call.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn call(authority: &Authority, id: &str) -> Result<Call> {
    read(find(authority.store().read(), authority.code(), id).await?)
}

/// What happened to a call since it was published, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn call_changes(authority: &Authority, id: &str) -> Result<Vec<Change>> {
    let find = call_change::Entity::find()
        .filter(call_change::Column::Authority.eq(authority.code()))
        .filter(call_change::Column::Call.eq(id));
    let rows = find.order_by_asc(call_change::Column::Version).all(authority.store().read()).await?;
    Ok(rows.into_iter().map(|row| Change { at: row.at, what: row.what }).collect())
}

/// Begins a change of a call; of one that was seen in a version, if that is said.
pub(super) async fn begin(
    authority: &Authority,
    actor: &Actor,
    id: &str,
    seen: Option<i32>,
) -> Result<(enough_store::Change, Call, table::ActiveModel)> {
    let change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    if let Some(seen) = seen.filter(|seen| *seen != row.version) {
        return Err(StoreError::Conflict { what: subject(id), seen, now: row.version });
    }
    let mut model = row.clone().into_active_model();
    model.version = Set(row.version + 1);
    Ok((change, read(row)?, model))
}

/// Tells everybody of something that happened to a call.
pub(super) async fn tell(change: &enough_store::Change, one: &Call, what: String) -> Result<()> {
    let row = call_change::ActiveModel {
        authority: Set(change.authority().to_owned()),
        call: Set(one.id.clone()),
        version: Set(one.version + 1),
        at: Set(change.now()),
        what: Set(what.clone()),
    };
    row.insert(change.tx()).await?;
    // All the same, so that a letter does not tell who has applied.
    let mut all = interested(change, &one.intention).await?;
    all.extend(
        newest(change.tx(), change.authority(), &one.id).await?.into_iter().map(|one| one.organisation),
    );
    if let Some(framework) = &one.framework {
        all.extend(members_in(change.tx(), change.authority(), framework).await?.into_keys());
    }
    let told = Told {
        about: &one.text.title,
        what: &what,
        page: &format!("/calls/{}", one.id),
        because: "You get this letter because your organisation is interested in the plan, may apply as a member, or has applied.",
    };
    change.write_to(&all, Action::Bid, &told).await?;
    Ok(())
}

/// What calls of a plan that are not decided give in all.
pub(crate) async fn in_open_calls(change: &enough_store::Change, of: &str) -> Result<Pence> {
    let calls = of_intention(change.tx(), change.authority(), of).await?;
    let open = calls.iter().filter(|one| one.state == State::Open);
    Ok(Pence::new(open.map(|one| one.text.total.get()).sum()))
}

/// Whether a plan is one that calls are for.
async fn is_called_for(
    change: &enough_store::Change,
    plan: &Intention,
    framework: Option<&str>,
) -> Result<()> {
    match (plan.text.route, from(plan.text.route), framework) {
        (Some(Route::Grant), _, None) => Ok(()),
        (_, Some(kind), Some(id)) => is_kind(change, id, kind).await.map_err(|error| match error {
            StoreError::Refused(refusal) => refusal.at("framework").into(),
            other => other,
        }),
        (_, Some(_), None) => Err(Refusal::of_form("Choose what it is called off from: its members apply")
            .at("framework")
            .into()),
        _ => {
            let rule =
                "A call is for a plan that gives grants, or calls off from a framework or a dynamic market";
            Err(Refusal::of_form(rule).into())
        }
    }
}

/// Begins the draft of a call for a plan that gives grants, or that calls off from a framework or a dynamic market, whose members alone
/// may apply then. Gives its id.
///
/// # Errors
/// Refused for a plan with another way.
pub async fn add_call(
    authority: &Authority,
    actor: &Actor,
    (of, framework): (&str, Option<&str>),
    text: &Text,
) -> Result<String> {
    let person = actor.somebody()?.to_owned();
    well_formed(text)?;
    let mut change = authority.begin(actor).await?;
    let plan = intention_in(&change, of).await?;
    is_called_for(&change, &plan, framework).await?;
    let id = authority.environment().id();
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        intention: Set(of.to_owned()),
        framework: Set(framework.map(str::to_owned)),
        state: Set(State::Draft.to_string()),
        version: Set(1),
        text: Set(serde_json::to_string(text).map_err(damaged)?),
        written_by: Set(person),
        published_at: Set(None),
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("call.add", subject(&id)).with("intention", of));
    change.commit().await?;
    Ok(id)
}

/// Changes the draft of a call.
///
/// # Errors
/// A conflict when somebody has changed it since; refused once it is published.
pub async fn change_call(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    text: &Text,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    well_formed(text)?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    if one.state != State::Draft {
        return Err(Refusal::of_form(
            "What is published stays: people write to it. Only its closing time can be later",
        )
        .into());
    }
    let mut writers = one.written_by;
    writers.insert(person);
    row.written_by = Set(writers.into_iter().collect::<Vec<_>>().join(" "));
    row.text = Set(serde_json::to_string(text).map_err(damaged)?);
    row.update(change.tx()).await?;
    change.log(Event::new("call.change", subject(id)));
    change.commit().await
}

/// Throws away a draft that nobody has seen.
///
/// # Errors
/// Refused once it is published.
pub async fn remove_call(authority: &Authority, actor: &Actor, (id, seen): (&str, i32)) -> Result<()> {
    let (mut change, one, _) = begin(authority, actor, id, Some(seen)).await?;
    one.must_be(Phase::Draft, change.now())?;
    table::Entity::delete_by_id((authority.code().to_owned(), one.id)).exec(change.tx()).await?;
    change.log(Event::new("call.remove", subject(id)));
    change.commit().await
}

/// Publishes a call: by somebody who did not write it, for a plan that is open.
///
/// # Errors
/// Refused to whoever wrote it, and with the rule.
pub async fn publish_call(authority: &Authority, actor: &Actor, (id, seen): (&str, i32)) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.must_be(Phase::Draft, change.now())?;
    if one.written_by.contains(&person) {
        return Err(Refusal::new("Somebody publishes it who did not write it", DUTIES).into());
    }
    let plan = intention_in(&change, &one.intention).await?;
    if plan.state != IntentionState::Procuring {
        return Err(Refusal::new(
            "A call opens once its plan is open: public long enough, or sooner with a reason",
            "a rule of Enough: plans are public before money is given out",
        )
        .into());
    }
    is_called_for(&change, &plan, one.framework.as_deref()).await?;
    let taken = promised(&change, &plan.id).await?.get() + in_open_calls(&change, &plan.id).await?.get();
    complete(&one.text, &plan, Pence::new(taken), change.now())?;
    row.state = Set(State::Open.to_string());
    row.published_at = Set(Some(change.now()));
    row.update(change.tx()).await?;
    tell(&change, &one, "Published".to_owned()).await?;
    happened(&change, &plan, format!("Applications are asked for: {}", one.text.title)).await?;
    change.log(Event::new("call.publish", subject(id)));
    change.commit().await
}

/// Lets applications come later than was said: for everybody, while they are still taken.
///
/// # Errors
/// Refused for a time that is not later, after the closing time, and without a reason.
pub async fn extend_call(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    closes_at: DateTime<Utc>,
    why: &str,
) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.must_be(Phase::Open, change.now())?;
    if closes_at <= one.text.closes_at {
        return Err(Refusal::of_form("The closing time can only be later").at("closes_at").into());
    }
    given("reason", why, "why it closes later: everybody reads it", 2000)?;
    let text = Text { closes_at, ..one.text.clone() };
    // Of all that these are about, only the closing time is typed here.
    well_formed(&text).and_then(|()| hears(&text)).map_err(|refusal| refusal.at("closes_at"))?;
    row.text = Set(serde_json::to_string(&text).map_err(damaged)?);
    row.update(change.tx()).await?;
    tell(&change, &one, format!("It closes later: {}", why.trim())).await?;
    change.log(Event::new("call.extend", subject(id)).because(why.trim()));
    change.commit().await
}

/// Cancels a call that is published, with a reason that everybody reads.
///
/// # Errors
/// Refused without a reason, and once it is decided.
pub async fn cancel_call(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    why: &str,
) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    if one.state != State::Open {
        return Err(Refusal::of_form("Only a call that is published and not decided is cancelled").into());
    }
    given("reason", why, "why it is cancelled: everybody reads it", 2000)?;
    row.state = Set(State::Cancelled.to_string());
    row.update(change.tx()).await?;
    tell(&change, &one, format!("Cancelled: {}", why.trim())).await?;
    change.log(Event::new("call.cancel", subject(id)).because(why.trim()));
    change.commit().await
}

/// Whether a call of an intention is under way.
pub(crate) async fn is_open(change: &enough_store::Change, intention: &str) -> Result<bool> {
    let all = of_intention(change.tx(), change.authority(), intention).await?;
    Ok(all.iter().any(|one| one.state == State::Open))
}
