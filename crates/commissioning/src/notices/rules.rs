//! Which notice of a plan, a tender, a market or the authority itself is due when; those of contracts are in `contracts.rs`. Pure; the figures
//! are in `reference/procurement.csv`.

use chrono::{Datelike, Days, Months, NaiveDate};
use enough_kernel::day_in_england;

use super::Notice;
use super::due::{Due, Subject, after, by_fact, details_below_threshold, due, half_year, is_notifiable};
use crate::agreements::read_day;
use crate::facts::{above_threshold, fact};
use crate::frameworks::{Change as MarketChange, Framework, Kind as MarketKind};
use crate::intentions::{Intention, Route, State as PlanState};
use crate::tenders::{Outcome, State, Tender};

/// The notices of a dynamic market: that it is meant, that it is there, each change of what it says, and that it ends.
pub(super) fn of_market(one: &Framework, changes: &[MarketChange]) -> Vec<Due> {
    let Some(published) = one.published_at.filter(|_| one.kind == MarketKind::Market) else {
        return Vec::new();
    };
    let subject = Subject {
        path: format!("/frameworks/{}", one.id),
        title: one.text.title.clone(),
        process: Some(one.id.clone()),
    };
    let on = day_in_england(published);
    let rule = |text: &'static str| (text, "Procurement Act 2023 s39");
    let mut list = vec![
        due(Notice::MarketIntention, &subject, "", Some(on), rule("Before a dynamic market is set up")),
        due(
            Notice::MarketEstablished,
            &subject,
            "",
            Some(on),
            rule("As soon as it can be after it is set up"),
        ),
    ];
    let said = changes.iter().filter(|change| change.what.starts_with("Changed: "));
    for (number, change) in (1..).zip(said) {
        let by = Some(day_in_england(change.at));
        let rule = rule("As soon as it can be after what the market says is changed");
        list.push(due(Notice::MarketChanged, &subject, format!("change {number}"), by, rule));
    }
    if let Some(closed) = changes.iter().find(|change| change.what.starts_with("Closed: ")) {
        let rule = rule("As soon as it can be after a dynamic market ends");
        list.push(due(Notice::MarketCeased, &subject, "", Some(day_in_england(closed.at)), rule));
    }
    list
}

/// That a framework which a tender set up has ended: on its last day, or closed before. A framework is a public contract itself.
pub(super) fn of_framework(
    one: &Framework,
    changes: &[MarketChange],
    tenders: &[Tender],
    today: NaiveDate,
) -> Vec<Due> {
    let Some((id, lot)) = &one.tender else { return Vec::new() };
    let is_its =
        |tender: &&Tender| tender.id == *id && tender.signed_on.is_some() && tender.is_above_threshold();
    let Some(tender) = tenders.iter().find(is_its) else { return Vec::new() };
    let closed = changes.iter().find(|change| change.what.starts_with("Closed: "));
    let closed = closed.map(|change| day_in_england(change.at));
    let ended = closed.into_iter().chain(one.text.until.filter(|until| *until < today)).min();
    let (Some(ended), Some(rule)) = (ended, fact("termination-notice", today)) else { return Vec::new() };
    let subject = Subject {
        path: format!("/tenders/{id}"),
        title: one.text.title.clone(),
        process: Some(tender.id.clone()),
    };
    vec![by_fact(Notice::Termination, &subject, format!("lot {lot}"), after(ended, &rule), &rule)]
}

/// The notices of a plan before there is a tender: those that may come (UK3) and that must say what was done before (UK2). Both are of
/// public contracts: below the threshold the Act asks for neither.
pub(super) fn of_plan(plan: &Intention, is_designed: bool, today: NaiveDate) -> Vec<Due> {
    let subject = Subject {
        path: format!("/intentions/{}", plan.id),
        title: plan.text.title.clone(),
        process: Some(plan.id.clone()),
    };
    let bought = matches!(plan.text.route, Some(Route::Contract | Route::CallOff | Route::DynamicMarket));
    let before = matches!(plan.state, PlanState::Published | PlanState::InCodesign);
    let is_above = |opens: &NaiveDate| above_threshold(plan.text.most, *opens) != Some(false);
    let Some(opens) = plan.text.opens_on.filter(|_| bought && before).filter(is_above) else {
        return Vec::new();
    };
    let mut list = Vec::new();
    if let Some(rule) = fact("planned-notice-least", today) {
        let by = opens.checked_sub_days(Days::new(rule.value.unsigned_abs()));
        list.push(Due { optional: true, ..by_fact(Notice::Planned, &subject, "", by, &rule) });
    }
    if is_designed {
        let rule = "Before the tender notice where those who might bid were asked, or the tender notice says why not";
        list.push(due(Notice::Engagement, &subject, "", Some(opens), (rule, "Procurement Act 2023 s17")));
    }
    list
}

/// The notices of a tender below the threshold (Procurement Act 2023, Part 6): one before it is advertised, one after a framework is signed.
fn of_small_tender(tender: &Tender, subject: &Subject) -> Vec<Due> {
    let mut list = Vec::new();
    let Some(published) = tender.published_at.map(day_in_england) else { return list };
    if !is_notifiable(tender.text.worth(), published) {
        return list;
    }
    let rule = (
        "Below-threshold tender notice: before the tender is advertised anywhere else, this service included",
        "Procurement Act 2023 s87(1); Procurement Regulations 2024 (SI 2024/692) reg 24",
    );
    list.push(due(Notice::Tender, subject, "", Some(published), rule));
    // A contract that was bought has its own page with its own notices.
    if let Some(signed) = tender.signed_on.filter(|_| tender.text.framework.is_some()) {
        list.push(details_below_threshold(subject, signed));
    }
    list
}

/// The notices of a tender.
pub(super) fn of_tender(tender: &Tender) -> Vec<Due> {
    let subject = Subject {
        path: format!("/tenders/{}", tender.id),
        title: tender.text.title.clone(),
        process: Some(tender.id.clone()),
    };
    if !tender.is_above_threshold() {
        return of_small_tender(tender, &subject);
    }
    let mut list = Vec::new();
    if let Some(at) = tender.published_at {
        let rule = ("With the tender: nowhere else before", "Procurement Act 2023 s21");
        list.push(due(Notice::Tender, &subject, "", Some(day_in_england(at)), rule));
    }
    // It is published between the summaries and the signature: the page of the tender follows.
    let is_won = tender.outcome.as_ref().is_some_and(Outcome::is_award) && tender.state != State::Cancelled;
    if let Some(at) = tender.award_at.or(tender.notified_at.filter(|_| is_won)) {
        let rule = (
            "After the summaries and before the signature: the standstill begins with it",
            "Procurement Act 2023 s50",
        );
        let earliest = tender.notified_at.map(day_in_england);
        list.push(Due { earliest, ..due(Notice::Award, &subject, "", Some(day_in_england(at)), rule) });
    }
    // What members signed is a contract itself; a contract that was bought has its own page with its own notices.
    if let Some(signed) = tender.signed_on.filter(|_| tender.text.framework.is_some())
        && let Some(rule) = fact("contract-details-light-touch", signed)
    {
        list.push(by_fact(Notice::Details, &subject, "", after(signed, &rule), &rule));
    }
    if matches!(tender.state, State::Cancelled | State::Unsuccessful) {
        let rule = (
            "As soon as can be after a procurement has ended without a contract",
            "Procurement Act 2023 s55",
        );
        list.push(due(
            Notice::ProcurementTermination,
            &subject,
            "",
            Some(day_in_england(tender.changed_at)),
            rule,
        ));
    }
    list
}

/// The notices of the authority: of its pipeline, and of how soon it paid in the last half year.
pub(super) fn of_authority(plans: &[Intention], today: NaiveDate) -> Vec<Due> {
    let mut list = Vec::new();
    let subject =
        |path: &str, title: &str| Subject { path: path.to_owned(), title: title.to_owned(), process: None };
    let first = half_year(today).and_then(|(first, _)| first.pred_opt()).and_then(half_year);
    let rules = fact("payments-compliance", today).zip(fact("payments-compliance-days", today));
    if let (Some((from, until)), Some((rule, days))) = (first, rules) {
        let of = subject("/notices", &format!("Payments from {} to {}", read_day(from), read_day(until)));
        list.push(by_fact(Notice::Payments, &of, until.to_string(), after(until, &days), &rule));
    }
    let Some(rule) = fact("pipeline-contract", today) else { return list };
    let far = today.checked_add_months(Months::new(18));
    let is_in = |plan: &&Intention| {
        plan.is_public()
            && plan.text.route == Some(Route::Contract)
            && plan.text.most > rule.pence()
            && plan.text.opens_on.is_some_and(|on| on >= today && far.is_some_and(|far| on <= far))
    };
    let large: Vec<&str> = plans.iter().filter(is_in).map(|plan| plan.text.title.as_str()).collect();
    let year = if today.month() > 5 || today.month() == 5 && today.day() > 26 {
        today.year() + 1
    } else {
        today.year()
    };
    if !large.is_empty() {
        let of = subject("/intentions", &format!("Pipeline: {}", large.join("; ")));
        list.push(by_fact(
            Notice::Pipeline,
            &of,
            year.to_string(),
            NaiveDate::from_ymd_opt(year, 5, 26),
            &rule,
        ));
    }
    list
}
