//! Views of applications, each given alone, and the decision by somebody who gave none.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use enough_kernel::{Pence, Refusal, given};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result};

use super::applications::{newest, was_sent_by};
use super::keep::{begin, subject, tell};
use super::records::{call_decision, call_view as table};
use super::rules::{BLIND, DUTIES, MOST_POINTS, Phase, VIEWS, read_day};
use super::{Application, Call, State};
use crate::agreements::{Terms, Without, write_agreement};
use crate::intentions::{happened, intention_in};

/// A view of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Whose application: the id of the organisation.
    pub organisation: String,
    /// The id of who has the view.
    pub person: String,
    /// How good it is; nothing where they have a tie.
    pub points: Option<u32>,
    /// Why; or what the tie is.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What was decided on an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whose application: the id of the organisation.
    pub organisation: String,
    /// How much; nothing where it is turned down.
    pub amount: Pence,
    /// Why.
    pub reason: String,
    /// The agreement that it made.
    pub agreement: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is to be decided on applications: how much and why, by organisation.
pub type Given = BTreeMap<String, (Pence, String)>;

async fn views_in(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<Vec<View>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Call.eq(id))
        .order_by_asc(table::Column::Organisation)
        .order_by_asc(table::Column::At)
        .order_by_asc(table::Column::Person);
    let view = |row: table::Model| View {
        organisation: row.organisation,
        person: row.person,
        points: row.points.and_then(|points| u32::try_from(points).ok()),
        reason: row.reason,
        at: row.at,
    };
    Ok(find.all(db).await?.into_iter().map(view).collect())
}

/// The views of the applications of a call that somebody may read: of an application they have given their own view of, all; of others
/// none. Whoever gives no views, `reader` is nothing, reads all.
///
/// # Errors
/// When the database fails.
pub async fn views(authority: &Authority, id: &str, reader: Option<&str>) -> Result<Vec<View>> {
    let mut list = views_in(authority.store().read(), authority.code(), id).await?;
    if let Some(reader) = reader {
        let own = list.iter().filter(|view| view.person == reader && view.points.is_some());
        let own: BTreeSet<String> = own.map(|view| view.organisation.clone()).collect();
        list.retain(|view| own.contains(&view.organisation) || view.person == reader);
    }
    Ok(list)
}

/// Gives a view of an application, alone and once; or says that there is a tie.
///
/// # Errors
/// Refused before the closing time, without a reason, twice, and to whoever works for who applied.
pub async fn give_view(
    authority: &Authority,
    actor: &Actor,
    (id, organisation): (&str, &str),
    (points, reason): (Option<u32>, &str),
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, _) = begin(authority, actor, id, None).await?;
    one.must_be(Phase::Closed, change.now())?;
    let all = newest(change.tx(), authority.code(), id).await?;
    if !all.iter().any(|one| one.organisation == organisation && one.says.is_some()) {
        return Err(Refusal::of_form("There is no such application").into());
    }
    let applied = |one: &Application| actor.organisation.as_ref() == Some(&one.organisation);
    if points.is_some()
        && (all.iter().any(applied) || was_sent_by(&change, (id, organisation), &person).await?)
    {
        return Err(Refusal::new("Whoever works for who applied, or sent it, has a tie", BLIND).into());
    }
    if points.is_some_and(|points| points > MOST_POINTS) {
        return Err(Refusal::of_form(format!("Give 0 to {MOST_POINTS} points")).into());
    }
    given("why", reason, "why: who applied reads it, without your name", 2000)?;
    let before = views_in(change.tx(), authority.code(), id).await?;
    if before.iter().any(|view| view.person == person && view.organisation == organisation) {
        return Err(Refusal::new("You gave your view already: it stays", BLIND).into());
    }
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        call: Set(id.to_owned()),
        organisation: Set(organisation.to_owned()),
        person: Set(person),
        points: Set(points.map(|points| points as i32)),
        reason: Set(reason.trim().to_owned()),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("call.view", subject(id)).with("organisation", organisation));
    change.commit().await
}

/// What is decided must cover all applications, within what each asked for and what the call gives, after enough views.
fn decidable(one: &Call, all: &[Application], views: &[View], given_to: &Given) -> Result<()> {
    let asked: BTreeMap<&str, Pence> =
        all.iter().filter_map(|one| Some((one.organisation.as_str(), one.says.as_ref()?.amount))).collect();
    if asked.keys().copied().ne(given_to.keys().map(String::as_str)) {
        return Err(Refusal::of_form("Decide on every application at once").into());
    }
    for (organisation, (amount, reason)) in given_to {
        let seen = views.iter().filter(|view| view.organisation == *organisation && view.points.is_some());
        if seen.count() < VIEWS {
            return Err(Refusal::new(
                format!("Each application has the views of {VIEWS} people without a tie first"),
                BLIND,
            )
            .into());
        }
        given("applications", reason, "why, of each application: who applied reads it", 1500)?;
        let most = asked.get(organisation.as_str()).copied().unwrap_or_default();
        if *amount < Pence::default() || *amount > most {
            return Err(
                Refusal::of_form(format!("Nobody has more than they asked for: {most} at most")).into()
            );
        }
    }
    let sum: i64 = given_to.values().map(|(amount, _)| amount.get()).sum();
    if sum > one.text.total.get() {
        let sum = Pence::new(sum);
        return Err(
            Refusal::of_form(format!("The call gives {} in all, this is {sum}", one.text.total)).into()
        );
    }
    Ok(())
}

/// Decides on all applications of a call: by somebody who gave no view. Each that has money becomes an agreement, which somebody else
/// signs; who applied reads what was decided and why.
///
/// # Errors
/// Refused to whoever gave a view or works for who applied, before enough views, and for more than was asked for or is given.
pub async fn decide_call(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    given_to: &Given,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.must_be(Phase::Closed, change.now())?;
    let mut all = newest(change.tx(), authority.code(), id).await?;
    all.retain(|one| one.says.is_some());
    let views = views_in(change.tx(), authority.code(), id).await?;
    if views.iter().any(|view| view.person == person) {
        return Err(Refusal::new("Somebody decides who gave no view", DUTIES).into());
    }
    if all.iter().any(|one| actor.organisation.as_ref() == Some(&one.organisation)) {
        return Err(Refusal::new("Whoever works for who applied does not decide", DUTIES).into());
    }
    decidable(&one, &all, &views, given_to)?;
    row.state = Set(State::Decided.to_string());
    row.update(change.tx()).await?;
    for application in &all {
        let (Some(says), Some((amount, reason))) =
            (&application.says, given_to.get(&application.organisation))
        else {
            continue;
        };
        let mut agreement = None;
        if *amount > Pence::default() {
            let new = Without {
                direct: None,
                organisation: application.organisation.clone(),
                title: says.title.clone(),
                terms: Terms { value: *amount, starts_on: one.text.starts_on, ends_on: one.text.ends_on },
                how: format!("It applied in the call “{}”. {}", one.text.title, reason.trim()),
                framework: one.framework.clone(),
            };
            agreement = Some(write_agreement(authority, &mut change, &one.intention, (&new, true)).await?);
        }
        let decision = call_decision::ActiveModel {
            authority: Set(authority.code().to_owned()),
            call: Set(id.to_owned()),
            organisation: Set(application.organisation.clone()),
            amount: Set(amount.get()),
            reason: Set(reason.trim().to_owned()),
            agreement: Set(agreement),
            person: Set(person.clone()),
            at: Set(change.now()),
        };
        decision.insert(change.tx()).await?;
    }
    let funded = given_to.values().filter(|(amount, _)| *amount > Pence::default()).count();
    let what = format!("Decided: {funded} of {} applications have money", all.len());
    tell(&change, &one, what.clone()).await?;
    let plan = intention_in(&change, &one.intention).await?;
    happened(&change, &plan, format!("{} ({}, {})", what, one.text.title, read_day(one.text.heard_by)))
        .await?;
    change.log(Event::new("call.decide", subject(id)).with("applications", all.len()).with("funded", funded));
    change.commit().await
}

/// What was decided on the applications of a call.
///
/// # Errors
/// When the database fails.
pub async fn decisions(authority: &Authority, id: &str) -> Result<Vec<Decision>> {
    let find = call_decision::Entity::find()
        .filter(call_decision::Column::Authority.eq(authority.code()))
        .filter(call_decision::Column::Call.eq(id))
        .order_by_asc(call_decision::Column::Organisation);
    let decision = |row: call_decision::Model| Decision {
        organisation: row.organisation,
        amount: Pence::new(row.amount),
        reason: row.reason,
        agreement: row.agreement,
        at: row.at,
    };
    Ok(find.all(authority.store().read()).await?.into_iter().map(decision).collect())
}
