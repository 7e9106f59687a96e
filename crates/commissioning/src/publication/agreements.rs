//! Agreements without a tender as releases: call-offs, partnerships, direct awards. A call-off is a process of its own that names its
//! framework (open-contracting/standard issues 440 and 890). Grants are told as 360Giving; what the authority does itself is no contract.

use enough_kernel::day_in_england;
use enough_store::audit::Actor;
use enough_store::{Authority, Result};
use serde_json::{Map, Value, json};

use super::contract::{Around, Kept, award_tags, first_moment, period, today, value, with_history};
use super::documents::documents;
use super::planning::Purpose;
use super::plans::{came_from, is_released};
use super::release::{Publisher, field, head, party_id, release, supplier};
use super::tenders::publish_tender;
use crate::agreements::{Agreement, Kind, State, agreement};
use crate::facts::above_threshold;
use crate::frameworks::framework;
use crate::intentions::intention;
use crate::notices::{Notice, noticed};
use crate::providers::providers;

/// Whether an agreement is a process of its own in the releases.
fn has_releases(one: &Agreement) -> bool {
    one.is_public() && matches!(one.kind, Kind::Contract | Kind::CallOff | Kind::Partnership)
}

/// The award: who was chosen, how and why.
fn award(one: &Agreement, around: &Around) -> Value {
    let mut award = json!({
        "id": "A1", "title": one.title, "description": one.without,
        "status": match one.state {
            State::Pending => "pending",
            State::Cancelled => "cancelled",
            State::Active | State::Ending => "active",
        },
        "aboveThreshold": around.above_threshold, "mainProcurementCategory": "services",
        "value": value(one.first.value), "suppliers": [around.payee],
        "contractPeriod": period((one.first.starts_on, one.first.ends_on)),
    });
    if let Some(signed) = one.signed_on {
        award["date"] = json!(first_moment(signed));
    }
    award
}

/// What a direct award says where others have a tender.
fn direct(one: &Agreement, around: &Around) -> Option<Value> {
    let why = one.direct?.why;
    Some(json!({
        "id": one.id, "title": one.title,
        "legalBasis": { "scheme": "UKPGA", "id": "2023/54", "uri": "https://www.legislation.gov.uk/ukpga/2023/54" },
        "mainProcurementCategory": "services", "aboveThreshold": around.above_threshold, "specialRegime": ["lightTouch"],
        "value": value(one.first.value),
        "procurementMethod": "direct", "procurementMethodDetails": "Direct award",
        "procurementMethodRationale": format!("{} ({}). {}", why.label(), why.source(), one.without),
    }))
}

/// What an agreement without a tender is for everybody.
async fn projection(
    authority: &Authority,
    publisher: &Publisher,
    (kept, around): (&Kept, &Around<'_>),
) -> Result<Map<String, Value>> {
    let one = &kept.is;
    let (plan, _) = intention(authority, &one.intention).await?;
    let mut all = head(authority, publisher, &one.id);
    let mut parties = vec![publisher.party(authority, &one.contact)];
    let organisations = authority.organisations().await?;
    let providers = providers(authority).await?;
    if let Some(of) = organisations.iter().find(|of| of.id == one.organisation) {
        parties.push(supplier(of, &["supplier"], &providers));
    }
    let paid: Vec<&str> = one.is_public().then_some(one.id.as_str()).into_iter().collect();
    let purpose = Purpose::of(authority, &plan, &paid).await?;
    purpose.add_funders(&mut parties, (authority, publisher), (&organisations, &providers));
    all.insert("parties".to_owned(), json!(parties));
    all.insert("planning".to_owned(), purpose.planning(&plan, (authority, publisher), &organisations));
    if let Some(tender) = direct(one, around) {
        all.insert("tender".to_owned(), tender);
    }
    let mut award = award(one, around);
    let path = format!("/agreements/{}", one.id);
    let notices = documents(around.noticed, &[Notice::Transparency, Notice::Award], (around.site, &path), "");
    if !notices.is_empty() {
        award["documents"] = json!(notices);
    }
    all.insert("awards".to_owned(), json!([award]));
    all.insert("contracts".to_owned(), json!([kept.contract(around)]));
    let mut related: Vec<Value> = Vec::new();
    if let Some(id) = &one.framework {
        let from = framework(authority, id).await?;
        related.push(json!({
            "id": "1", "relationship": ["framework"], "title": from.text.title, "scheme": "ocid",
            "identifier": publisher.ocid(authority, from.process()),
        }));
    }
    if is_released(&plan) {
        related.push(came_from(authority, publisher, &plan));
    }
    if !related.is_empty() {
        all.insert("relatedProcesses".to_owned(), json!(related));
    }
    Ok(all)
}

/// Publishes an agreement as a release, or the tender that it came from, if it is another than what was published last. Gives whether it
/// was.
///
/// # Errors
/// When there is no such agreement, or the database fails.
pub async fn publish_agreement(
    authority: &Authority,
    actor: &Actor,
    publisher: &Publisher,
    id: &str,
) -> Result<bool> {
    if let Some((tender, _)) = agreement(authority, id).await?.tender {
        return publish_tender(authority, actor, publisher, &tender).await;
    }
    // While the change is open nothing else changes: what is read is what is published.
    let change = authority.begin(actor).await?;
    let one = agreement(authority, id).await?;
    if !has_releases(&one) {
        return Ok(false);
    }
    let organisations = authority.organisations().await?;
    let with = organisations.iter().find(|of| of.id == one.organisation);
    let noticed = noticed(&change).await?;
    let now = today(change.now());
    let on = one.signed_on.or(one.direct.map(|direct| day_in_england(direct.since))).unwrap_or(now);
    let around = Around {
        ids: ("C1".to_owned(), "A1".to_owned()),
        above_threshold: above_threshold(one.ceiling, on) != Some(false),
        payer: json!({ "id": publisher.buyer_id(authority), "name": authority.name() }),
        payee: json!({ "id": party_id(&one.organisation), "name": with.map_or("", |of| of.name.as_str()) }),
        site: &publisher.site,
        today: now,
        noticed: &noticed,
    };
    let kept = with_history(authority, one).await?;
    let all = projection(authority, publisher, (&kept, &around)).await?;
    let tags = |before: Option<&Value>, after: &Value| {
        let (had, has) = (|name| field(before, name), |name| field(Some(after), name));
        let list = award_tags((had("awards"), has("awards")), (had("contracts"), has("contracts")));
        // Only who buys or supplies, or why, is said otherwise.
        if list.is_empty() { vec!["contractUpdate"] } else { list }
    };
    release((change, authority), (publisher, id), all, tags).await
}
