//! The contracts register of the Local Government Transparency Code 2015 (paragraphs 31 to 33) as a table: a line for each invitation to
//! tender and each contract of a buyer over the value that the Code names, from what the releases make of each process.

use chrono::NaiveDate;
use enough_store::{Result, StoreError};
use serde_json::Value;

use super::ocds::digits;
use super::register::Process;
use crate::facts::fact;

/// The headings, in order.
pub const HEADINGS: [&str; 17] = [
    "what",
    "reference",
    "title",
    "description",
    "contact",
    "start_date",
    "end_date",
    "value_gbp",
    "value_includes_vat",
    "supplier",
    "supplier_registration",
    "supplier_is_vcse",
    "supplier_is_sme",
    "process",
    "status",
    "date_signed",
    "ocid",
];

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// An id as text: some publish numbers.
fn id(value: &Value, pointer: &str) -> Option<String> {
    match value.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(digits(number)),
        _ => None,
    }
}

/// Whether both have the id, and it is the same.
fn is_of((one, pointer): (&Value, &str), (other, at): (&Value, &str)) -> bool {
    id(one, pointer).is_some_and(|known| id(other, at) == Some(known))
}

/// The day of a moment.
fn day<'a>(value: &'a Value, pointer: &str) -> &'a str {
    text(value, pointer).get(..10).unwrap_or_default()
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Yes, no, or nothing where it is not said.
fn said(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    }
}

/// How it was bought, in a few words; nothing where it is not said.
fn way(compiled: &Value) -> &'static str {
    let is_framework =
        compiled.pointer("/tender/techniques/hasFrameworkAgreement") == Some(&Value::Bool(true));
    let is_called_off = list(compiled, "relatedProcesses")
        .iter()
        .any(|related| list(related, "relationship").iter().any(|one| one == "framework"));
    match text(compiled, "/tender/procurementMethod") {
        "direct" => "direct award",
        _ if is_called_off => "call-off from a framework",
        _ if is_framework => "framework",
        "open" | "selective" => "published tender",
        "limited" => "invitation to quote",
        _ => "",
    }
}

/// Its amount, and whether that includes VAT; nothing where it is not in pounds.
fn amount(value: Option<&Value>) -> Option<(Option<f64>, bool)> {
    let Some(value) = value else { return Some((None, false)) };
    let gross = value.get("amountGross");
    let is_pounds = value.get("currency").is_none_or(|currency| currency == "GBP");
    is_pounds.then(|| (gross.or(value.get("amount")).and_then(Value::as_f64), gross.is_some()))
}

fn pounds(amount: Option<f64>) -> String {
    amount.map_or_else(String::new, |amount| format!("{amount:.2}"))
}

/// The line of an invitation to tender: what bids were or are asked for, whatever came of it.
fn invitation(process: &Process, compiled: &Value, (contact, least): (&str, f64)) -> Option<[String; 17]> {
    let tender = compiled.get("tender")?;
    let is_invitation = ["open", "selective", "limited"].contains(&text(tender, "/procurementMethod"))
        && !text(tender, "/tenderPeriod/endDate").is_empty()
        && ["active", "complete", "unsuccessful", "cancelled"].contains(&text(tender, "/status"));
    let (value, with_vat) = amount(tender.get("value"))?;
    if !is_invitation || value.is_some_and(|value| value <= least) {
        return None;
    }
    let of_lot = tender.pointer("/lots/0").unwrap_or(tender);
    let period = if tender.get("contractPeriod").is_some() { tender } else { of_lot };
    let [nobody, no_number, no_vcse, no_sme, not_signed] = [const { String::new() }; 5];
    Some([
        "invitation to tender".to_owned(),
        process.ocid.clone(),
        text(tender, "/title").to_owned(),
        text(tender, "/description").to_owned(),
        contact.to_owned(),
        day(period, "/contractPeriod/startDate").to_owned(),
        day(period, "/contractPeriod/endDate").to_owned(),
        pounds(value),
        said(value.map(|_| with_vat)).to_owned(),
        nobody,
        no_number,
        no_vcse,
        no_sme,
        way(compiled).to_owned(),
        text(tender, "/status").to_owned(),
        not_signed,
        process.ocid.clone(),
    ])
}

/// The lines of a process: one if bids were asked for, and one for each contract that was signed, or each award where no contract is published. Those of the value that the Code names on that day or less are
/// left out, and those in other currencies; one without a value stays, for nobody knows that it is small.
///
/// # Errors
/// When the process as it was kept cannot be read.
pub fn lines(process: &Process, on: NaiveDate) -> Result<Vec<[String; 17]>> {
    let damaged = |error| StoreError::Damaged(format!("contracting process {}: {error}", process.ocid));
    let compiled: Value = serde_json::from_str(&process.compiled).map_err(damaged)?;
    let least = fact("transparency-code", on).map_or(0.0, |rule| rule.value as f64 / 100.0);
    let tender = compiled.get("tender").cloned().unwrap_or_default();
    let contact = list(&compiled, "parties")
        .iter()
        .find(|party| list(party, "roles").iter().any(|role| role == "buyer"))
        .map_or("", |buyer| text(buyer, "/contactPoint/email"));
    let mut rows: Vec<_> = invitation(process, &compiled, (contact, least)).into_iter().collect();
    // To be in a dynamic market binds nobody; what is called off from it is a process of its own.
    if tender.pointer("/techniques/hasDynamicPurchasingSystem") == Some(&Value::Bool(true)) {
        return Ok(rows);
    }
    // Contracts Finder publishes awards and no contracts.
    let (all, period) = match list(&compiled, "contracts") {
        [] => (list(&compiled, "awards"), "/contractPeriod"),
        contracts => (contracts, "/period"),
    };
    for contract in all {
        let status = text(contract, "/status");
        let Some((amount, with_vat)) = amount(contract.get("value")) else { continue };
        // What is not signed is no agreement yet.
        if ["cancelled", "unsuccessful", "pending"].contains(&status)
            || amount.is_some_and(|amount| amount <= least)
        {
            continue;
        }
        let award =
            list(&compiled, "awards").iter().find(|award| is_of((award, "/id"), (contract, "/awardID")));
        let award = award.or_else(|| contract.get("suppliers").map(|_| contract));
        let suppliers = award.map_or(&[][..], |award| list(award, "suppliers"));
        let party = |supplier: &Value| {
            list(&compiled, "parties").iter().find(|party| is_of((party, "/id"), (supplier, "/id"))).cloned()
        };
        let parties: Vec<Value> = suppliers.iter().filter_map(party).collect();
        let joined = |values: Vec<&str>| {
            values.into_iter().filter(|one| !one.is_empty()).collect::<Vec<_>>().join("; ")
        };
        let registration = |party: &Value| {
            let scheme = text(party, "/identifier/scheme");
            let id = id(party, "/identifier/id").unwrap_or_default();
            if id.is_empty() { String::new() } else { format!("{scheme} {id}").trim().to_owned() }
        };
        let registrations: Vec<String> = parties.iter().map(registration).collect();
        // Of several that bid together, what is said of the first, which the contract is with.
        let detail = |name: &str| parties.first().and_then(|party| party.pointer(name).cloned());
        let title = [
            text(contract, "/title"),
            award.map_or("", |award| text(award, "/title")),
            text(&tender, "/title"),
        ];
        let sme = detail("/details/scale").and_then(|scale| {
            scale.as_str().map(|scale| matches!(scale, "sme" | "small" | "micro" | "medium"))
        });
        rows.push([
            "contract".to_owned(),
            format!("{} {}", process.ocid, id(contract, "/id").unwrap_or_default()).trim().to_owned(),
            title.into_iter().find(|title| !title.is_empty()).unwrap_or_default().to_owned(),
            [text(&tender, "/description"), award.map_or("", |award| text(award, "/description"))]
                .into_iter()
                .find(|text| !text.is_empty())
                .unwrap_or_default()
                .to_owned(),
            contact.to_owned(),
            day(contract, &format!("{period}/startDate")).to_owned(),
            day(contract, &format!("{period}/endDate")).to_owned(),
            pounds(amount),
            said(amount.map(|_| with_vat)).to_owned(),
            joined(suppliers.iter().map(|supplier| text(supplier, "/name")).collect()),
            joined(registrations.iter().map(String::as_str).collect()),
            said(detail("/details/vcse").and_then(|vcse| vcse.as_bool())).to_owned(),
            said(sme).to_owned(),
            way(&compiled).to_owned(),
            status.to_owned(),
            day(contract, "/dateSigned").to_owned(),
            process.ocid.clone(),
        ]);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn process(compiled: &str) -> Process {
        Process {
            authority: "E06999001".to_owned(),
            ocid: "ocds-x-1".to_owned(),
            title: String::new(),
            buyer: String::new(),
            suppliers: "[]".to_owned(),
            status: String::new(),
            pence: None,
            currency: None,
            date: String::new(),
            releases: 1,
            words: String::new(),
            compiled: compiled.to_owned(),
        }
    }

    #[test]
    fn ids_that_are_numbers_join_what_belongs_together() {
        let on = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        let compiled = json!({
            "parties": [{ "id": 7, "identifier": { "scheme": "GB-COH", "id": 1_234_567 } }],
            "awards": [
                { "id": "2", "suppliers": [{ "id": "9", "name": "Wren" }] },
                { "id": "1", "suppliers": [{ "id": "7", "name": "Otter" }] },
            ],
            "contracts": [{ "id": 3, "awardID": 1, "status": "active", "value": { "amount": 90_000, "currency": "GBP" } }],
        });
        let rows = lines(&process(&compiled.to_string()), on).unwrap();
        let said = |heading: &str| &rows[0][HEADINGS.iter().position(|known| *known == heading).unwrap()];
        let found = ["reference", "supplier", "supplier_registration"].map(said);
        assert_eq!(found, ["ocds-x-1 3", "Otter", "GB-COH 1234567"]);
        // No id at all joins nothing.
        let compiled = json!({ "awards": [{ "suppliers": [{ "name": "Otter" }] }], "contracts": [{ "status": "active" }] });
        let rows = lines(&process(&compiled.to_string()), on).unwrap();
        assert_eq!(rows[0][9], "");
    }

    #[test]
    fn a_process_that_is_damaged_is_an_error_and_no_empty_list() {
        let on = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        assert!(matches!(lines(&process("{\"awards\": ["), on), Err(StoreError::Damaged(_))));
    }
}
