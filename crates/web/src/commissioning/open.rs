//! What is open to everybody now, and what changed lately.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use enough_commissioning::agreements::{Agreement, agreements};
use enough_commissioning::calls::{self, calls};
use enough_commissioning::codesign::{RoundState, codesign};
use enough_commissioning::frameworks::{Framework, Kind, State as Standing, frameworks};
use enough_commissioning::intentions::{Intention, State, intentions};
use enough_commissioning::providers::events;
use enough_commissioning::tenders::{State as Tendered, tenders_that_are};
use enough_kernel::day_in_england;

use crate::app::App;
use crate::intentions::day;
use crate::problem::Problem;
use crate::view::moment;

/// For how many days something is new.
const NEW: u64 = 60;

/// Something in which everybody, or every organisation, can take part.
pub struct Open {
    /// What can be done.
    pub act: &'static str,
    /// What it is about.
    pub title: String,
    /// Where.
    pub to: String,
    /// Until when, in words; none for as long as it is there.
    pub until: Option<String>,
    ends: DateTime<Utc>,
}

impl Open {
    fn by(act: &'static str, (title, to): (&str, String), ends: DateTime<Utc>) -> Self {
        Self { act, title: title.to_owned(), to, until: Some(moment(&ends)), ends }
    }
}

/// What is open now: what ends soonest comes first.
pub async fn open_now(app: &App) -> Result<Vec<Open>, Problem> {
    let authority = app.authority();
    let now = authority.environment().now();
    let today = day_in_england(now);
    let mut list = Vec::new();
    let designed = |one: &Intention| one.state == State::InCodesign;
    for plan in intentions(authority).await?.into_iter().filter(designed) {
        for round in codesign(authority, &plan.id).await?.rounds {
            if round.state(today) == RoundState::Open {
                let to = format!("/intentions/{}/rounds/{}", plan.id, round.number);
                let ends = round.closes_on.and_time(NaiveTime::MIN).and_utc();
                let of = Open::by("Comment on what is to be bought", (&plan.text.title, to), ends);
                list.push(Open { until: Some(day(&round.closes_on)), ..of });
            }
        }
    }
    let published = tenders_that_are(authority, &[Tendered::Published]).await?;
    for one in published.into_iter().filter(|one| one.takes_bids(now)) {
        let to = format!("/tenders/{}", one.id);
        list.push(Open::by("Bid", (&one.text.title, to), one.text.closes_at));
    }
    for one in calls(authority).await?.into_iter().filter(|one| one.phase(now) == calls::Phase::Open) {
        let act = if one.framework.is_some() { "Apply, for members" } else { "Apply for money" };
        list.push(Open::by(act, (&one.text.title, format!("/calls/{}", one.id)), one.text.closes_at));
    }
    let is_market =
        |one: &Framework| one.is_public() && one.kind == Kind::Market && one.state == Standing::Open;
    for one in frameworks(authority).await?.into_iter().filter(is_market) {
        let of =
            Open::by("Join", (&one.text.title, format!("/frameworks/{}", one.id)), DateTime::<Utc>::MAX_UTC);
        list.push(Open { until: None, ..of });
    }
    for one in events(authority).await?.into_iter().filter(|one| now < one.text.begins_at && one.free() > 0) {
        let to = format!("/events/{}", one.id);
        list.push(Open::by("Book a place", (&one.text.title, to), one.text.begins_at));
    }
    list.sort_by(|a, b| a.ends.cmp(&b.ends).then_with(|| a.to.cmp(&b.to)));
    Ok(list)
}

/// Something that changed lately.
pub struct Lately {
    /// What is so now.
    pub what: String,
    /// What it is about.
    pub title: String,
    /// Where.
    pub to: String,
    /// Since when.
    pub on: NaiveDate,
}

/// What changed lately, newest first: plans, and agreements that were signed.
pub async fn lately(app: &App) -> Result<Vec<Lately>, Problem> {
    let authority = app.authority();
    let today = day_in_england(authority.environment().now());
    let since = today.checked_sub_days(Days::new(NEW)).unwrap_or(today);
    let plans = intentions(authority).await?.into_iter().filter(Intention::is_public).map(|one| Lately {
        what: one.state.label().to_owned(),
        to: format!("/intentions/{}", one.id),
        on: day_in_england(one.changed_at),
        title: one.text.title,
    });
    let signed = agreements(authority).await?.into_iter().filter(Agreement::is_public).filter_map(|one| {
        let (to, on) = (format!("/agreements/{}", one.id), one.signed_on?);
        Some(Lately { what: "Signed".to_owned(), to, on, title: one.title })
    });
    let mut list: Vec<Lately> = plans.chain(signed).filter(|one| one.on >= since).collect();
    list.sort_by(|a, b| b.on.cmp(&a.on).then_with(|| a.to.cmp(&b.to)));
    Ok(list)
}
