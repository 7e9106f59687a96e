//! Frameworks and dynamic markets as releases: what can be called off, and the members, in the fields of the techniques extension.

use chrono::{DateTime, Utc};
use enough_store::accounts::Organisation;
use enough_store::audit::Actor;
use enough_store::{Authority, Result};
use serde_json::{Map, Value, json};

use super::contract::{award_tags, first_moment, last_moment, moment, value};
use super::release::{Publisher, field, head, party_id, release, supplier};
use super::tenders::publish_tender;
use crate::frameworks::{Framework, Kind, Standing, State, Step, framework};
use crate::providers::providers;

/// How suppliers are chosen: what the techniques extension says of a framework and of a dynamic market.
fn techniques(one: &Framework) -> Value {
    if one.kind == Kind::Market {
        let status = if one.state == State::Closed { "terminated" } else { "active" };
        return json!({ "hasDynamicPurchasingSystem": true, "dynamicPurchasingSystem": { "status": status } });
    }
    let mut period = json!({ "startDate": first_moment(one.text.from) });
    if let Some(until) = one.text.until {
        period["endDate"] = json!(last_moment(until));
    }
    let mut all = framework_agreement(&one.text.direct, period);
    all["frameworkAgreement"]["description"] = json!(one.text.basis);
    if let Some(most) = one.text.ceiling {
        all["frameworkAgreement"]["value"] = value(most);
    }
    all
}

/// That there is a framework agreement, how its members are chosen, and when.
pub(super) fn framework_agreement(direct: &str, period: Value) -> Value {
    let method =
        if direct.is_empty() { "withReopeningCompetition" } else { "withAndWithoutReopeningCompetition" };
    json!({ "hasFrameworkAgreement": true, "frameworkAgreement": { "method": method, "period": period } })
}

/// What the award of an organisation is that stands so.
pub(super) fn award_status(standing: Standing) -> &'static str {
    match standing {
        Standing::Admitted => "active",
        // It may come back.
        Standing::Suspended => "pending",
        Standing::Applied | Standing::TurnedDown | Standing::Removed => "cancelled",
    }
}

/// How the award of an organisation stands that was a member since it was published, and since when it is one; none for others. What was
/// set right in a draft is nobody's business.
fn member(
    one: &Framework,
    organisation: &str,
    published: DateTime<Utc>,
) -> Option<(&'static str, DateTime<Utc>)> {
    let steps = &one.members.get(organisation)?.0;
    let is_in = |step: &Step| step.standing == Standing::Admitted;
    let was_in = steps.iter().rev().find(|step| step.at <= published).is_some_and(is_in);
    let later = steps.iter().find(|step| step.at > published && is_in(step)).map(|step| step.at);
    let since = if was_in { Some(published) } else { later }?;
    Some((award_status(steps.last()?.standing), since))
}

/// What a framework or a dynamic market is for everybody; none before it is published.
async fn projection(
    authority: &Authority,
    publisher: &Publisher,
    one: &Framework,
) -> Result<Option<Map<String, Value>>> {
    let Some(published) = one.published_at else { return Ok(None) };
    let (organisations, providers) = (authority.organisations().await?, providers(authority).await?);
    // What is in a list once stays in it when releases are merged, so each member has an award of its own that can end.
    let members: Vec<_> =
        organisations.iter().filter_map(|of| Some((of, member(one, &of.id, published)?))).collect();
    let mut parties = vec![publisher.party(authority, &one.text.contact)];
    parties.extend(members.iter().map(|(of, _)| supplier(of, &["supplier"], &providers)));
    let mut all = head(authority, publisher, &one.id);
    all.insert("parties".to_owned(), json!(parties));
    // Suppliers join a market all its life; the members of a framework are chosen.
    let takes = one.kind == Kind::Market && one.state == State::Open;
    let mut tender = json!({
        "id": one.id, "title": one.text.title, "description": one.text.what,
        "status": if takes { "active" } else { "complete" },
        "legalBasis": { "scheme": "UKPGA", "id": "2023/54", "uri": "https://www.legislation.gov.uk/ukpga/2023/54" },
        "mainProcurementCategory": "services", "specialRegime": ["lightTouch"],
        "procurementMethodDetails": one.kind.label(),
        "techniques": techniques(one),
    });
    if let Some(most) = one.text.ceiling {
        tender["value"] = value(most);
    }
    all.insert("tender".to_owned(), tender);
    let award = |(of, (status, since)): &(&Organisation, (&str, DateTime<Utc>))| {
        json!({
            "id": format!("A-{}", of.id), "title": one.text.title, "status": status,
            "date": moment(*since), "mainProcurementCategory": "services",
            "suppliers": [{ "id": party_id(&of.id), "name": of.name }],
        })
    };
    if !members.is_empty() {
        all.insert("awards".to_owned(), json!(members.iter().map(award).collect::<Vec<_>>()));
    }
    Ok(Some(all))
}

/// Publishes a framework or a dynamic market with its members as a release, or the tender that set it up, if everybody may see it and it is another than the one that
/// was published last. Gives whether it was.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn publish_members(
    authority: &Authority,
    actor: &Actor,
    publisher: &Publisher,
    id: &str,
) -> Result<bool> {
    if let Some((tender, _)) = framework(authority, id).await?.tender {
        return publish_tender(authority, actor, publisher, &tender).await;
    }
    // While the change is open nothing else changes: what is read is what is published.
    let change = authority.begin(actor).await?;
    let one = framework(authority, id).await?;
    let Some(all) = projection(authority, publisher, &one).await? else { return Ok(false) };
    let tags = |before: Option<&Value>, after: &Value| {
        let (had, has) = (|name| field(before, name), |name| field(Some(after), name));
        let mut list = if before.is_none() { vec!["tender"] } else { Vec::new() };
        if had("awards") != has("awards") {
            list.extend(award_tags((had("awards"), has("awards")), (&Value::Null, &Value::Null)));
        }
        if list.is_empty() { vec!["tenderUpdate"] } else { list }
    };
    release((change, authority), (publisher, id), all, tags).await
}
