//! The calendar of an authority, and what was published.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use enough_kernel::{Refusal, day_in_england};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use enough_store::{Authority, Result, StoreError};

use super::Notice;
use super::contracts::{of_agreement, of_direct_award};
use super::due::{Due, key};
use super::records::notice_sent as table;
use super::rules::{of_authority, of_framework, of_market, of_plan, of_tender};
use crate::agreements::{Payment, agreements, all_improvements, all_payments, all_proposals};
use crate::codesign::talked_over;
use crate::frameworks::{framework_changes, frameworks};
use crate::intentions::intentions;
use crate::tenders::{award_noticed, public_tenders};

/// That a notice was published on the central platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When.
    pub on: NaiveDate,
    /// Its number there.
    pub reference: String,
}

/// The notices that are due or were, those that come first first, and after them those that may be published and need not; what was
/// published of them.
///
/// # Errors
/// When the database fails.
pub async fn notices(authority: &Authority) -> Result<Vec<(Due, Option<Sent>)>> {
    let today = day_in_england(authority.environment().now());
    let plans = intentions(authority).await?;
    let mut list = of_authority(&plans, today);
    let designed = talked_over(authority).await?;
    for plan in plans.iter().filter(|plan| plan.is_public()) {
        list.extend(of_plan(plan, designed.contains(&plan.id), today));
    }
    let tenders = public_tenders(authority).await?;
    for one in frameworks(authority).await? {
        let changes = framework_changes(authority, &one.id).await?;
        list.extend(of_market(&one, &changes));
        list.extend(of_framework(&one, &changes, &tenders, today));
    }
    list.extend(tenders.iter().flat_map(of_tender));
    let (paid, changes) = (all_payments(authority).await?, all_proposals(authority).await?);
    let improvements = all_improvements(authority).await?;
    for one in agreements(authority).await? {
        list.extend(of_direct_award(&one));
        let (paid, changes) = (paid.about(&one.id), changes.about(&one.id));
        let tender = one.tender.as_ref().and_then(|(id, _)| tenders.iter().find(|tender| tender.id == *id));
        list.extend(of_agreement((&one, tender), (paid, changes, improvements.about(&one.id)), today));
    }
    let rows = table::Entity::find()
        .filter(table::Column::Authority.eq(authority.code()))
        .all(authority.store().read())
        .await?;
    let mut known: BTreeMap<String, Sent> =
        rows.into_iter().map(|row| (row.key, Sent { on: row.on_day, reference: row.reference })).collect();
    let mut list: Vec<_> = list
        .into_iter()
        .map(|due| {
            let sent = known.remove(&due.key());
            (due, sent)
        })
        .collect();
    list.sort_by_key(|(one, _)| (one.optional, one.by, one.notice, one.key()));
    Ok(list)
}

/// When a notice of something was published on the central platform, as a change sees it.
pub(crate) async fn published_on(
    change: &enough_store::Change,
    notice: Notice,
    path: &str,
) -> Result<Option<NaiveDate>> {
    let key = (change.authority().to_owned(), key(notice, path, ""));
    Ok(table::Entity::find_by_id(key).one(change.tx()).await?.map(|row| row.on_day))
}

/// What was published on the central platform, as far as it was said here: the notice, the path of what it is about, the part of it, when.
pub(crate) struct Noticed(Vec<(Notice, String, String, NaiveDate)>);

impl Noticed {
    /// The notices about something, in their order: each with the part that it is about, and when it was published.
    pub(crate) fn about(&self, path: &str) -> impl Iterator<Item = (Notice, &str, NaiveDate)> {
        self.0
            .iter()
            .filter(move |one| one.1 == path)
            .map(|(notice, _, part, on)| (*notice, part.as_str(), *on))
    }
}

/// What was published on the central platform, as a change sees it.
pub(crate) async fn noticed(change: &enough_store::Change) -> Result<Noticed> {
    let find = table::Entity::find().filter(table::Column::Authority.eq(change.authority()));
    let mut list = Vec::new();
    for row in find.all(change.tx()).await? {
        let mut words = row.key.splitn(3, ' ').map(str::to_owned);
        let (notice, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let notice = notice.parse().map_err(|why| StoreError::Damaged(format!("a notice: {why}")))?;
        list.push((notice, path, words.next().unwrap_or_default(), row.on_day));
    }
    list.sort();
    Ok(Noticed(list))
}

/// Refuses a day that cannot be: before there was anything to publish, or before the notice that comes first.
fn in_order(due: &Due, all: &[(Due, Option<Sent>)], on: NaiveDate) -> std::result::Result<(), Refusal> {
    if due.earliest.is_some_and(|earliest| on < earliest) {
        let rule = "It was published after what it is about was written here, or on that day";
        return Err(Refusal::of_form(rule).at("on"));
    }
    let is_first = |(other, _): &&(Due, Option<Sent>)| {
        other.notice == Notice::Transparency && other.subject.path == due.subject.path
    };
    match all.iter().find(is_first).filter(|_| due.notice == Notice::Award) {
        Some((_, sent)) if sent.as_ref().is_none_or(|sent| on < sent.on) => {
            let rule = "The transparency notice (UK5) comes before the award notice (UK6)";
            // Where the first is published, the day is wrong; where not, it is not this one's turn.
            let at = if sent.is_some() { "on" } else { "key" };
            Err(Refusal::new(rule, "Procurement Act 2023 s44").at(at))
        }
        _ => Ok(()),
    }
}

/// Says that a notice was published on the central platform, on a day, under a number.
///
/// # Errors
/// Refused for a notice that is not due, without a number, twice, and for a day to come.
pub async fn sent(authority: &Authority, actor: &Actor, key: &str, said: &Sent) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let all = notices(authority).await?;
    let (due, before) = all
        .iter()
        .find(|(due, _)| due.key() == key)
        .ok_or_else(|| StoreError::NotFound(format!("notice {key}")))?;
    if before.is_some() {
        return Err(Refusal::of_form("This notice was published already").at("key").into());
    }
    in_order(due, &all, said.on)?;
    let mut change = authority.begin(actor).await?;
    if said.on > day_in_england(change.now()) {
        return Err(Refusal::of_form("It was published on a day that has come").at("on").into());
    }
    if said.reference.trim().is_empty() || said.reference.chars().count() > 50 {
        let rule = "Give the number that the central platform gave it, such as 012345-2026";
        return Err(Refusal::of_form(rule).at("reference").into());
    }
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        key: Set(key.to_owned()),
        on_day: Set(said.on),
        reference: Set(said.reference.trim().to_owned()),
        person: Set(person),
        at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    let of_tender = due.subject.path.strip_prefix("/tenders/").filter(|_| due.notice == Notice::Award);
    if let Some(tender) = of_tender {
        award_noticed(&mut change, tender, (said.on, said.reference.trim())).await?;
    }
    change.log(
        Event::new("notice.sent", due.subject.path.as_str())
            .with("notice", due.notice.key())
            .with("reference", said.reference.trim()),
    );
    change.commit().await
}

/// How soon the authority paid between two days: what its payments compliance notice (UK17) says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compliance {
    /// How many payments.
    pub payments: usize,
    /// How many of them within the days that the law gives.
    pub in_time: usize,
    /// Days from invoice to payment, on average; none without payments.
    pub average: Option<f64>,
}

/// How soon the authority paid between two days, both included; what came back is no payment.
///
/// # Errors
/// When the database fails.
pub async fn compliance(authority: &Authority, (from, until): (NaiveDate, NaiveDate)) -> Result<Compliance> {
    let payments = all_payments(authority).await?;
    let is_then = |one: &&Payment| (from..=until).contains(&one.paid_on) && one.amount.get() > 0;
    let all: Vec<&Payment> = payments.all().filter(is_then).collect();
    let days: i64 = all.iter().map(|one| one.days()).sum();
    Ok(Compliance {
        payments: all.len(),
        in_time: all.iter().filter(|one| one.is_in_time()).count(),
        average: (!all.is_empty()).then(|| days as f64 / all.len() as f64),
    })
}
