//! Plans to buy as releases, from the day on which everybody may read them: what is meant, why, for how much and when, how short the areas
//! are of places, who was asked. A plan is a process of its own (tag `planning`); what comes of it names it as the process before.
//!
//! Only plans to contract are released: grants are told as 360Giving, direct payments as totals, and what the authority does itself is bought
//! from nobody. All of them are on the pages and in the feeds.

use chrono::NaiveDate;
use enough_kernel::day_in_england;
use enough_store::audit::Actor;
use enough_store::{Authority, Result, StoreError};
use serde_json::{Map, Value, json};

use super::contract::{first_moment, last_moment, period, plain, value};
use super::documents::documents;
use super::planning::{Purpose, observation};
use super::register::contract;
use super::release::{Publisher, head, release};
use crate::codesign::{Design, Round, RoundState, codesign};
use crate::intentions::{Intention, Route, State, intention, short};
use crate::notices::{Notice, noticed};

/// Whether a plan is a process of its own in the releases: one for a contract.
pub(super) fn is_released(plan: &Intention) -> bool {
    let route = plan.text.route;
    plan.is_public()
        && matches!(route, Some(Route::Contract | Route::CallOff | Route::DynamicMarket | Route::Partnership))
}

/// What names the plan as the process before.
pub(super) fn came_from(authority: &Authority, publisher: &Publisher, plan: &Intention) -> Value {
    json!({
        "id": "plan", "relationship": ["planning"], "title": plan.text.title, "scheme": "ocid",
        "identifier": publisher.ocid(authority, &plan.id),
    })
}

/// A time in which everybody could comment, as a milestone.
fn milestone(round: &Round, today: NaiveDate) -> Value {
    let status = match round.state(today) {
        _ if round.was_not_held() => "notMet",
        RoundState::Scheduled | RoundState::Open => "scheduled",
        RoundState::Closed | RoundState::Responded => "met",
    };
    let mut one = json!({
        "id": format!("round-{}", round.number), "type": "engagement", "status": status,
        "title": format!("Round {}: comments on version {} of the specification", round.number, round.version),
        "description": format!("Open to everybody from {} to {}", round.opens_on, round.closes_on),
        "dueDate": last_moment(round.closes_on),
    });
    if status == "met" {
        one["dateMet"] = json!(last_moment(round.closes_on));
    }
    one
}

/// How short each area was of places when the plan was published, as far as that was kept.
fn gap(plan: &Intention, purpose: &Purpose) -> Option<Value> {
    let said_on = day_in_england(plan.said_at.or(plan.published_at)?);
    let tenth = |short: f64| format!("{:.1}", (short * 10.0).round() / 10.0);
    let all = short(&plan.evidence)?;
    let mut seen = vec![observation("all", said_on, &plain(all), "places")];
    for area in &plan.evidence {
        let mut one = observation(&area.code, said_on, &tenth(area.short?), "places");
        one["notes"] = json!(area.name);
        seen.push(one);
    }
    let mut of = json!({
        "id": "gap", "title": "Places short of the target in the areas that this is for", "accountability": "population",
        "observations": seen,
    });
    if let Some(asked) = plan.evidence.iter().map(|area| &area.asked).find(|asked| !asked.is_empty()) {
        of["description"] = json!(asked);
    }
    let keys = purpose.keys();
    if !keys.is_empty() {
        of["relatedObjectives"] = json!(keys);
    }
    Some(of)
}

fn tender(plan: &Intention, is_withdrawn: bool) -> Value {
    let text = &plan.text;
    let status = match plan.state {
        _ if is_withdrawn => "withdrawn",
        State::Draft | State::Published | State::InCodesign => "planned",
        State::Procuring => "active",
        State::Fulfilled => "complete",
        State::Withdrawn => "withdrawn",
    };
    let mut tender = json!({
        "id": plan.id, "title": text.title, "description": text.what, "status": status,
        "mainProcurementCategory": "services", "value": value(text.most), "minValue": value(text.least),
    });
    if let Some(route) = text.route {
        tender["procurementMethodDetails"] = json!(route.label());
        if !text.case.reason.is_empty() {
            tender["procurementMethodRationale"] = json!(text.case.reason);
        }
    }
    if let (Some(from), Some(until)) = (text.starts_on, plan.ends_on()) {
        tender["contractPeriod"] = period((from, until));
    }
    if let Some(opens) = text.opens_on {
        tender["communication"] = json!({ "futureNoticeDate": first_moment(opens) });
    }
    tender
}

/// What a plan is for everybody.
async fn projection(
    (change, authority): (&enough_store::Change, &Authority),
    publisher: &Publisher,
    (plan, design): (&Intention, &Design),
) -> Result<Map<String, Value>> {
    let today = day_in_england(change.now());
    let purpose = Purpose::of(authority, plan, &[]).await?;
    let mut planning = purpose.planning(plan, (authority, publisher), &[]);
    let mut forecasts: Vec<Value> = gap(plan, &purpose).into_iter().collect();
    forecasts.extend(purpose.indicators());
    let milestones: Vec<Value> = design.rounds.iter().map(|round| milestone(round, today)).collect();
    let url = format!("{}/intentions/{}", publisher.site, plan.id);
    let mut papers = vec![json!({
        "id": "plan", "documentType": "needsAssessment", "title": "What is meant, why, and what is known of the areas",
        "url": url, "format": "text/html", "language": "en",
    })];
    let path = format!("/intentions/{}", plan.id);
    let noticed = noticed(change).await?;
    let which = [Notice::Engagement, Notice::Planned];
    papers.extend(documents(&noticed, &which, (&publisher.site, &path), ""));
    for (field, list) in [("forecasts", forecasts), ("milestones", milestones), ("documents", papers)] {
        if !list.is_empty() {
            planning[field] = json!(list);
        }
    }
    let mut all = head(authority, publisher, &plan.id);
    all.insert("parties".to_owned(), json!([publisher.party(authority, &plan.text.contact)]));
    all.insert("planning".to_owned(), planning);
    all.insert("tender".to_owned(), tender(plan, !is_released(plan)));
    Ok(all)
}

/// Publishes a plan to contract as a release, if everybody may see it and it is another than the one that was published last. Gives whether
/// it was. A plan that became one for a grant is withdrawn from the releases.
///
/// # Errors
/// When there is no such plan, or the database fails.
pub async fn publish_intention(
    authority: &Authority,
    actor: &Actor,
    publisher: &Publisher,
    id: &str,
) -> Result<bool> {
    // While the change is open nothing else changes: what is read is what is published.
    let change = authority.begin(actor).await?;
    let (plan, _) = intention(authority, id).await?;
    if !plan.is_public() {
        return Ok(false);
    }
    if !is_released(&plan) {
        match contract(authority, &publisher.ocid(authority, id)).await {
            Ok(_) => {}
            Err(StoreError::NotFound(_)) => return Ok(false),
            Err(other) => return Err(other),
        }
    }
    let design = codesign(authority, id).await?;
    let all = projection((&change, authority), publisher, (&plan, &design)).await?;
    let tags = |before: Option<&Value>, _: &Value| {
        vec![if before.is_none() { "planning" } else { "planningUpdate" }]
    };
    release((change, authority), (publisher, id), all, tags).await
}
