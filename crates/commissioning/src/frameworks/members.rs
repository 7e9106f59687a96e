//! Members of frameworks and dynamic markets, and what may be called off with them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use enough_kernel::{Pence, Refusal, day_in_england, given};
use enough_store::accounts::OrganisationKind;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result};

use super::keep::{Framework, begin, damaged, framework_in, subject, tell, write};
use super::records::framework_member as table;
use super::rules::{COMPETE, DUTIES, MEMBERS, may_follow, runs};
use super::{Kind, Standing};
use crate::agreements::{Agreement, State as AgreementState, called_off_from};

/// A step of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How they stand from then on.
    pub standing: Standing,
    /// What they say of themselves, or why it was decided so.
    pub words: String,
    /// The id of who did it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who applied or is in it: their steps, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Member(pub Vec<Step>);

impl Member {
    /// How they stand now.
    pub fn standing(&self) -> Standing {
        self.0.last().map_or(Standing::Removed, |step| step.standing)
    }
}

pub(crate) async fn members_in(
    db: &impl ConnectionTrait,
    authority: &str,
    id: &str,
) -> Result<BTreeMap<String, Member>> {
    let find = table::Entity::find()
        .filter(table::Column::Authority.eq(authority))
        .filter(table::Column::Framework.eq(id))
        .order_by_asc(table::Column::Number);
    let mut all = BTreeMap::<String, Member>::new();
    for row in find.all(db).await? {
        let standing = row.standing.parse().map_err(damaged)?;
        let step = Step { standing, words: row.words, by: row.person, at: row.at };
        all.entry(row.organisation).or_default().0.push(step);
    }
    Ok(all)
}

pub(super) async fn step(
    change: &enough_store::Change,
    one: &Framework,
    (organisation, standing, words): (&str, Standing, &str),
    person: String,
) -> Result<()> {
    let before = one.members.get(organisation);
    may_follow((one.kind, one.state), before.map(Member::standing), standing)?;
    let row = table::ActiveModel {
        authority: Set(change.authority().to_owned()),
        framework: Set(one.id.clone()),
        organisation: Set(organisation.to_owned()),
        number: Set(before.map_or(0, |member| member.0.len() as i32) + 1),
        standing: Set(standing.to_string()),
        words: Set(words.trim().to_owned()),
        person: Set(person),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    Ok(())
}

/// Applies to be a member of a dynamic market, for the organisation of whoever acts.
///
/// # Errors
/// Refused by a framework, without saying how the conditions are met, and to whoever is a member or has applied.
pub async fn join(authority: &Authority, actor: &Actor, id: &str, says: &str) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let known = authority.organisations().await?;
    let own = known.iter().find(|one| actor.organisation.as_ref() == Some(&one.id));
    let own = own.filter(|one| one.kind != OrganisationKind::Authority);
    let own = own.ok_or_else(|| Refusal::new("An organisation applies that is not the authority", DUTIES))?;
    let (mut change, one, row) = begin(authority, actor, id, None).await?;
    runs(one.state, &one.text, day_in_england(change.now()))?;
    given("says", says, "how you meet the conditions", 5000)?;
    step(&change, &one, (&own.id, Standing::Applied, says), person).await?;
    row.update(change.tx()).await?;
    change.log(Event::new("framework.join", subject(id)).with("organisation", own.id.as_str()));
    change.commit().await
}

/// Decides how somebody stands, with a reason that they read; everybody reads who is a member.
///
/// # Errors
/// Refused where it cannot follow, without a reason, and to whoever works for them.
pub async fn decide_member(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    (organisation, standing): (&str, Standing),
    why: &str,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let known = authority.organisations().await?;
    let of = known.iter().find(|one| one.id == organisation);
    let of = of.filter(|one| one.kind != OrganisationKind::Authority);
    let of = of.ok_or_else(|| Refusal::of_form("Choose the organisation").at("organisation"))?;
    let (mut change, one, row) = begin(authority, actor, id, Some(seen)).await?;
    if actor.organisation.as_deref() == Some(organisation) || standing == Standing::Applied {
        return Err(Refusal::new("Whoever works for them does not decide", DUTIES).into());
    }
    given("why", why, "why: they read it", 2000)?;
    step(&change, &one, (organisation, standing, why), person).await?;
    row.update(change.tx()).await?;
    if one.is_public() && standing != Standing::TurnedDown {
        tell(&change, &one, format!("{}: {}", of.name, standing.label())).await?;
    } else if one.is_public() {
        let what = "It was decided on your application. The reason is on the page, once you have signed in.";
        write(&change, &one, &BTreeSet::from([organisation.to_owned()]), what).await?;
    }
    change.log(
        Event::new("framework.member", subject(id))
            .because(why.trim())
            .with("organisation", organisation)
            .with("standing", standing.key()),
    );
    change.commit().await
}

fn taken(all: &[Agreement]) -> i64 {
    all.iter().filter(|one| one.state != AgreementState::Cancelled).map(|one| one.ceiling.get()).sum()
}

/// What may still be called off; nothing where it has no limit. `all` are the agreements that were.
pub fn left(one: &Framework, all: &[Agreement]) -> Option<Pence> {
    one.text.ceiling.map(|ceiling| Pence::new(ceiling.get() - taken(all)))
}

/// Whether it is open, and of a kind.
pub(crate) async fn is_kind(change: &enough_store::Change, id: &str, kind: Kind) -> Result<()> {
    let one = framework_in(change, id).await?;
    if one.kind != kind {
        return Err(Refusal::of_form(format!("The plan says: {}", kind.label().to_lowercase())).into());
    }
    Ok(runs(one.state, &one.text, day_in_england(change.now()))?)
}

/// Whether an organisation is a member now.
pub(crate) async fn is_member(change: &enough_store::Change, id: &str, organisation: &str) -> Result<()> {
    if framework_in(change, id).await?.has(organisation) {
        return Ok(());
    }
    Err(Refusal::new("Its members apply, and this organisation is none", MEMBERS).into())
}

/// Whether so much may be called off with an organisation; `competed` if all members could offer.
pub(crate) async fn callable(
    change: &enough_store::Change,
    (id, kind): (&str, Kind),
    (organisation, value, competed): (&str, Pence, bool),
) -> Result<()> {
    is_kind(change, id, kind).await?;
    let one = framework_in(change, id).await?;
    // Where its members competed no form asks for these.
    let about = |refusal: Refusal, at: &'static str| if competed { refusal } else { refusal.at(at) };
    if !one.has(organisation) {
        return Err(about(Refusal::new("It is called off with a member", MEMBERS), "organisation").into());
    }
    if !competed && one.text.direct.trim().is_empty() {
        return Err(Refusal::new("Its members compete: call for their offers", COMPETE)
            .at("framework")
            .into());
    }
    let left = left(&one, &called_off_from(change, id).await?);
    if let Some(left) = left.filter(|left| value > *left) {
        let refusal = Refusal::new(
            format!("Of what all call-offs can be worth, {left} are left"),
            "a rule of Enough: value with variations and call-offs within the ceiling",
        );
        return Err(about(refusal, "value").into());
    }
    Ok(())
}
