//! An agreement as a contract of a release: what was agreed, reported, paid, changed, and how it ended.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use enough_kernel::{Pence, day_in_england};
use enough_plans::{Better, Figure};
use enough_store::{Authority, Result};
use serde_json::{Value, json};

use super::documents::documents;
use crate::agreements::{
    Agreement, Consequence, Improvement, Kind, Measure, Payment, Performance, Period, Phase, Proposal,
    ProposalState, agreements_of_tender, improvements, payments, performance, proposals,
};
use crate::notices::{Notice, Noticed};

pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(super) fn first_moment(day: NaiveDate) -> String {
    format!("{day}T00:00:00Z")
}

pub(super) fn last_moment(day: NaiveDate) -> String {
    format!("{day}T23:59:59Z")
}

/// An amount with VAT, which the UK extension calls gross; without VAT it is not known here. Exact: pence are hundredths of a pound.
pub(super) fn value(amount: Pence) -> Value {
    let gross = match amount.get() % 100 {
        0 => json!(amount.get() / 100),
        // The nearest number to hundredths is written with two decimals again.
        _ => json!(amount.get() as f64 / 100.0),
    };
    json!({ "amountGross": gross, "currency": "GBP" })
}

/// A figure as programs read it.
pub(super) fn plain(figure: Figure) -> String {
    figure.to_string().replace(',', "")
}

/// An agreement with what happened under it.
pub(super) struct Kept {
    pub is: Agreement,
    performance: Performance,
    payments: Vec<Payment>,
    proposals: Vec<Proposal>,
    improvements: Vec<Improvement>,
}

/// An agreement with what happened under it.
pub(super) async fn with_history(authority: &Authority, is: Agreement) -> Result<Kept> {
    Ok(Kept {
        performance: performance(authority, &is).await?,
        payments: payments(authority, &is.id).await?,
        proposals: proposals(authority, &is.id).await?,
        improvements: improvements(authority, &is.id).await?,
        is,
    })
}

/// The agreements of a tender.
pub(super) async fn kept(authority: &Authority, tender: &str) -> Result<Vec<Kept>> {
    let mut list = Vec::new();
    for is in agreements_of_tender(authority, tender).await? {
        list.push(with_history(authority, is).await?);
    }
    Ok(list)
}

/// What a contract is in the release beside the agreement itself.
pub(super) struct Around<'a> {
    /// The ids of the contract and of its award.
    pub ids: (String, String),
    pub above_threshold: bool,
    pub payer: Value,
    pub payee: Value,
    /// The address of the site, without a slash at its end.
    pub site: &'a str,
    pub today: NaiveDate,
    /// The notices that were published.
    pub noticed: &'a Noticed,
}

pub(super) fn period((from, until): (NaiveDate, NaiveDate)) -> Value {
    json!({ "startDate": first_moment(from), "endDate": last_moment(until) })
}

impl Kept {
    /// The lot that it came from.
    pub(super) fn lot(&self) -> Option<i32> {
        self.is.tender.as_ref().map(|(_, lot)| *lot)
    }

    fn status(&self, today: NaiveDate) -> &'static str {
        match self.is.phase(today) {
            Phase::Pending => "pending",
            Phase::Cancelled => "cancelled",
            Phase::Ended => "terminated",
            Phase::ToCome | Phase::Running | Phase::Ending => "active",
        }
    }

    fn agreed(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(|one| one.state == ProposalState::Agreed)
    }

    /// What is said of a measure wherever it is: of one service, for which objectives.
    fn measured(number: usize, measure: &Measure) -> Value {
        let mut one =
            json!({ "id": format!("KPI{number}"), "title": measure.title, "accountability": "performance" });
        if let Some(objective) = &measure.objective {
            one["relatedObjectives"] = json!([objective]);
        }
        one
    }

    /// What was agreed to be measured: the target of each period.
    fn metrics(&self) -> Vec<Value> {
        let mut list = Vec::new();
        for (number, measure) in (1..).zip(&self.is.agreed.measures) {
            let way = if measure.better == Better::More { "or more" } else { "or less" };
            let mut one = Self::measured(number, measure);
            one["description"] = json!(format!(
                "{}. {} {way}. {}.",
                measure.asks.label(),
                measure.unit.say(measure.target),
                measure.every.label()
            ));
            one["observations"] = json!([{
                "id": format!("KPI{number}-target"), "period": period((self.is.terms.starts_on, self.is.terms.ends_on)),
                "measure": plain(measure.target), "unit": { "name": measure.unit.key() },
            }]);
            list.push(one);
        }
        list
    }

    /// What was reported of a period, and how it was rated; a figure about few children is kept back.
    fn observation(&self, number: i32, of: &Period) -> Option<Value> {
        let (measure, report) = (self.is.measure(number)?, of.report.as_ref()?);
        let mut one = json!({
            "id": format!("KPI{number}-{}", of.number),
            "period": period((of.from, of.until)),
            "unit": { "name": measure.unit.key() },
        });
        if measure.unit.is_kept_back(report.reading) {
            one["notes"] = json!(measure.unit.publish(report.reading));
        } else {
            one["measure"] = json!(plain(measure.unit.figure(report.reading)));
        }
        if let Some(rated) = &report.rated {
            one["measureClassification"] = json!({ "scheme": "UK_KPI_RATING", "id": rated.rating.key(), "description": rated.rating.label() });
        }
        Some(one)
    }

    /// What a public contract failed in: what was agreed, what happened, and what followed.
    fn failures(&self, around: &Around) -> Vec<Value> {
        let failure = |of: &Improvement| {
            let (since, (verdict, _)) = (*of.noticed_on().first()?, of.verdict.as_ref()?);
            let mut one = json!({
                "id": format!("F{}", of.number), "category": of.asked.cause.label(), "requirement": of.asked.agreed,
                "description": format!("{}\n\n{}", of.asked.happened, verdict.why), "suppliers": [around.payee],
            });
            let Some(followed) = &verdict.followed else {
                one["decisionDate"] = json!(first_moment(since));
                return Some(one);
            };
            if followed.added.is_some() {
                one["decisionDate"] = json!(first_moment(since));
            }
            one["penaltyDate"] = json!(first_moment(followed.on));
            if followed.amount > Pence::default() {
                one["penaltyValue"] = value(followed.amount);
            }
            match followed.what {
                Consequence::Part => {
                    let why = followed.added.as_ref().map_or(&verdict.why, |(why, ..)| why);
                    one["partialTermination"] = json!(why);
                }
                Consequence::Damages => one["penaltyType"] = json!("imposed"),
                Consequence::Settlement => one["penaltyType"] = json!("negotiated"),
            }
            Some(one)
        };
        self.improvements.iter().filter_map(failure).collect()
    }

    fn implementation(&self, around: &Around) -> Option<Value> {
        let mut metrics = Vec::new();
        for (number, periods) in &self.performance {
            let seen: Vec<Value> = periods.iter().filter_map(|of| self.observation(*number, of)).collect();
            if let Some(measure) = self.is.measure(*number).filter(|_| !seen.is_empty()) {
                let mut one = Self::measured(usize::try_from(*number).unwrap_or_default(), measure);
                one["observations"] = json!(seen);
                metrics.push(one);
            }
        }
        let transaction = |(number, paid): (usize, &Payment)| {
            json!({
                "id": format!("P{number}"), "date": first_moment(paid.paid_on), "value": value(paid.amount),
                "payer": around.payer, "payee": around.payee,
            })
        };
        let transactions: Vec<Value> = (1..).zip(&self.payments).map(transaction).collect();
        let is_contract = matches!(self.is.kind, Kind::Contract | Kind::CallOff);
        let is_noticed = self.is.signed_on.is_some() && is_contract && around.above_threshold;
        let failures = if is_noticed { self.failures(around) } else { Vec::new() };
        let documents = self.documents(around, &[Notice::Performance, Notice::Termination]);
        let mut all = json!({});
        for (field, list) in [
            ("transactions", transactions),
            ("metrics", metrics),
            ("performanceFailures", failures),
            ("documents", documents),
        ] {
            if !list.is_empty() {
                all[field] = json!(list);
            }
        }
        all.as_object().is_some_and(|all| !all.is_empty()).then_some(all)
    }

    fn documents(&self, around: &Around, which: &[Notice]) -> Vec<Value> {
        documents(around.noticed, which, (around.site, &format!("/agreements/{}", self.is.id)), &around.ids.0)
    }

    /// The contract.
    pub(super) fn contract(&self, around: &Around) -> Value {
        let one = &self.is;
        let (id, award) = &around.ids;
        let mut until = period((one.terms.starts_on, one.terms.ends_on));
        let may_go_on = !matches!(one.phase(around.today), Phase::Ending | Phase::Ended | Phase::Cancelled);
        if one.tender.is_some() && may_go_on && one.last_day > one.terms.ends_on {
            until["maxExtentDate"] = json!(last_moment(one.last_day));
        }
        let mut contract = json!({
            "id": id, "awardID": award, "title": one.title, "status": self.status(around.today),
            "value": value(one.terms.value), "period": until, "aboveThreshold": around.above_threshold,
        });
        let Some(signed) = one.signed_on.filter(|_| one.is_signed()) else { return contract };
        contract["dateSigned"] = json!(first_moment(signed));
        let documents = self.documents(around, &[Notice::Details, Notice::Change]);
        let metrics = self.metrics();
        if metrics.is_empty() {
            contract["noAgreedMetricsRationale"] = json!("No key performance indicator was agreed");
        } else {
            contract["agreedMetrics"] = json!(metrics);
        }
        let mut amendments = Vec::new();
        for change in self.agreed() {
            let on = change.proposed.effective_on;
            amendments.push(json!({
                "id": format!("V{}", change.number), "date": first_moment(on), "rationale": change.proposed.why,
                "value": value(change.proposed.after.value),
                "period": period((on, change.proposed.after.ends_on)), "standstill": false,
            }));
            if let Some(ground) = change.proposed.ground.filter(|_| one.phase(around.today) == Phase::Ended) {
                contract["terminationRationaleClassifications"] = json!([{
                    "scheme": "UK_CONTRACT_TERMINATION_RATIONALE_TYPE", "id": ground.key(), "description": ground.label(),
                }]);
            }
        }
        if !documents.is_empty() {
            contract["documents"] = json!(documents);
        }
        if !amendments.is_empty() {
            contract["amendments"] = json!(amendments);
        }
        if let Some(done) = self.implementation(around) {
            contract["implementation"] = done;
        }
        contract
    }
}

/// What awards and contracts have become since another release, each before and after: the tags that say so.
pub(super) fn award_tags(awards: (&Value, &Value), contracts: (&Value, &Value)) -> Vec<&'static str> {
    if awards.0.is_null() && !awards.1.is_null() {
        return if contracts.1.is_null() { vec!["award"] } else { vec!["award", "contract"] };
    }
    let mut list = if awards.0 == awards.1 { Vec::new() } else { vec!["awardUpdate"] };
    list.extend(contract_tags(contracts.0, contracts.1));
    list
}

fn contract_tags(before: &Value, after: &Value) -> Vec<&'static str> {
    if before.is_null() {
        return if after.is_null() { Vec::new() } else { vec!["contract"] };
    }
    let strip = |value: &Value| {
        let mut list = value.as_array().cloned().unwrap_or_default();
        for one in list.iter_mut().filter_map(Value::as_object_mut) {
            for field in ["implementation", "amendments", "terminationRationaleClassifications"] {
                one.remove(field);
            }
        }
        list
    };
    let each = |value: &Value, field: &str| -> Vec<Value> {
        value.as_array().map_or_else(Vec::new, |list| list.iter().map(|one| one[field].clone()).collect())
    };
    let differ = |field: &str| each(before, field) != each(after, field);
    let ended =
        |value: &Value| each(value, "status").iter().filter(|one| **one == json!("terminated")).count();
    let mut tags = Vec::new();
    if differ("amendments") {
        tags.push("contractAmendment");
    } else if ended(before) == ended(after) && strip(before) != strip(after) {
        tags.push("contractUpdate");
    }
    if differ("implementation") {
        tags.push("implementation");
    }
    if ended(after) > ended(before) {
        tags.push("contractTermination");
    }
    tags
}

/// The day on which a release is made, for what the calendar alone changes.
pub(super) fn today(now: DateTime<Utc>) -> NaiveDate {
    day_in_england(now)
}
