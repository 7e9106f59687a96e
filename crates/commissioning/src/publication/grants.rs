//! Grants as open data of the 360Giving standard 1.4, for what the Local Government Transparency Code 2015 asks of grants to voluntary
//! organisations: date, period, programme, beneficiary with its number, purpose, amount.

use chrono::SecondsFormat;
use enough_kernel::Pence;
use enough_plans::{Objectives, objectives};
use enough_store::{Authority, Result};
use serde_json::{Map, Value, json};

use crate::agreements::{Agreement, Kind, agreements, all_payments};
use crate::intentions::{Intention, intention};
use crate::providers::{Offer, Provider, Scheme, providers};

/// Who publishes grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funder {
    /// The prefix of ids that 360Giving gave the publisher, such as `360G-Borsetshire`.
    pub prefix: String,
    /// The id of the authority in a register of organisations, such as `GB-LAE-MAN`, if it is known.
    pub id: Option<String>,
    /// The address of the service, without a slash at its end.
    pub site: String,
}

/// Pounds, as JSON has numbers: whole where they are.
fn pounds(amount: Pence) -> Value {
    match amount.get() % 100 {
        0 => json!(amount.get() / 100),
        rest => json!(format!("{}.{rest:02}", amount.get() / 100).parse::<f64>().unwrap_or_default()),
    }
}

/// The type of a code of the Office for National Statistics, as 360Giving names it.
fn code_type(code: &str) -> Option<&'static str> {
    let kind = code.get(..3)?;
    Some(match kind {
        "E00" => "OA",
        "E01" | "W01" => "LSOA",
        "E02" | "W02" => "MSOA",
        "E04" => "PAR",
        "E05" | "W05" => "WD",
        "E06" | "W06" => "UA",
        "E07" => "NMD",
        "E08" => "MD",
        "E09" => "LONB",
        "E10" => "CTY",
        "E12" => "RGN/GOR",
        "W04" => "COM",
        _ => return None,
    })
}

fn recipient(funder: &Funder, of: &Provider) -> Value {
    let number = |scheme: Scheme| {
        of.profile.numbers.iter().find(|(known, _)| *known == scheme).map(|(_, number)| number)
    };
    let id = [Scheme::Charity, Scheme::Company]
        .into_iter()
        .find_map(|scheme| Some(format!("{scheme}-{}", number(scheme)?)))
        .unwrap_or_else(|| format!("{}-ORG:{}", funder.prefix, of.organisation.id));
    let mut one = json!({ "id": id, "name": of.organisation.name });
    if let Some(number) = number(Scheme::Charity) {
        one["charityNumber"] = json!(number);
    }
    if let Some(number) = number(Scheme::Company) {
        one["companyNumber"] = json!(number);
    }
    // A childminder's is a home.
    let is_home = of.profile.offers.contains(&Offer::Childminding);
    if of.profile.public && !is_home && !of.profile.postcode.is_empty() {
        one["postalCode"] = json!(of.profile.postcode);
    }
    one
}

fn grant(
    authority: &Authority,
    funder: &Funder,
    (one, plan, of): (&Agreement, &Intention, &Provider),
    (known, paid): (&Objectives, Pence),
) -> Value {
    let name = |code: &String| {
        plan.evidence
            .iter()
            .find(|area| area.code == *code)
            .map_or_else(|| code.clone(), |area| area.name.clone())
    };
    let place = |code: &String| {
        let mut place = Map::from_iter([("name".to_owned(), json!(name(code)))]);
        if let Some(kind) = code_type(code) {
            place.insert("geoCode".to_owned(), json!(code));
            place.insert("geoCodeType".to_owned(), json!(kind));
        }
        Value::Object(place)
    };
    let served = plan.text.objectives.iter().filter_map(|key| Some((key, known.get(key)?)));
    let objective = |(key, of): (&enough_plans::ObjectiveKey, &enough_plans::Objective)| json!({ "vocabulary": "Objectives of the authority's plans", "code": key.to_string(), "title": of.title });
    let (from, until) = (one.terms.starts_on, one.terms.ends_on);
    let months = (i64::from((until - from).num_days() as i32) as f64 / 30.44).round() as i64;
    json!({
        "id": format!("{}-{}", funder.prefix, one.id),
        "title": one.title,
        "description": format!("{} {}", plan.text.what, one.without),
        "currency": "GBP",
        "amountAwarded": pounds(one.terms.value),
        "amountDisbursed": pounds(paid),
        "awardDate": one.signed_on.map(|on| on.to_string()),
        "url": format!("{}/agreements/{}", funder.site, one.id),
        "plannedDates": [{ "startDate": from.to_string(), "endDate": until.to_string(), "duration": months }],
        "recipientOrganization": [recipient(funder, of)],
        "fundingOrganization": [{
            "id": funder.id.clone().unwrap_or_else(|| format!("{}-ORG:{}", funder.prefix, authority.code())),
            "name": authority.name(),
        }],
        "grantProgramme": [{ "title": plan.text.title, "code": plan.id, "url": format!("{}/intentions/{}", funder.site, plan.id) }],
        "beneficiaryLocation": plan.text.areas.iter().map(place).collect::<Vec<_>>(),
        "classifications": served.map(objective).collect::<Vec<_>>(),
        "dateModified": one.changed_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "dataSource": funder.site,
    })
}

/// All grants that are signed.
///
/// # Errors
/// When the database fails.
pub async fn grants(authority: &Authority, funder: &Funder) -> Result<Vec<Value>> {
    let (known, all) = (objectives(authority).await?, providers(authority).await?);
    let (paid, mut list) = (all_payments(authority).await?, Vec::new());
    for one in
        agreements(authority).await?.into_iter().filter(|one| one.kind == Kind::Grant && one.is_signed())
    {
        let Some(of) = all.iter().find(|of| of.organisation.id == one.organisation) else { continue };
        let (plan, _) = intention(authority, &one.intention).await?;
        let paid = paid.spent(&one.id);
        list.push(grant(authority, funder, (&one, &plan, of), (&known, paid)));
    }
    Ok(list)
}
