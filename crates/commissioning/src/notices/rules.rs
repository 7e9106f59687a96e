//! Which notice is due when. Pure; the figures are in `reference/procurement.csv`.

use chrono::{Datelike, Days, Months, NaiveDate};
use enough_kernel::{Pence, day_in_england};

use super::Notice;
use crate::agreements::{
    Agreement, Improvement, Kind, Payment, Phase, Proposal, ProposalKind, ProposalState,
    State as AgreementState, read_day,
};
use crate::facts::{Fact, above_threshold, fact};
use crate::frameworks::{Change as MarketChange, Framework, Kind as MarketKind};
use crate::intentions::{Intention, Route, State as PlanState};
use crate::tenders::{Outcome, State, Tender};

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Where it is read: the path of its page.
    pub path: String,
    /// Its title.
    pub title: String,
    /// The id of what is a process of its own in our releases: its record is the draft.
    pub process: Option<String>,
}

/// A notice that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub notice: Notice,
    /// About what.
    pub subject: Subject,
    /// Which of several about the same: a payment, a year, a change.
    pub part: String,
    /// Before which day it can not have been published, if that is known.
    pub earliest: Option<NaiveDate>,
    /// By which day; none for "as soon as it can be".
    pub by: Option<NaiveDate>,
    /// Whether it may be published and need not: it is never late.
    pub optional: bool,
    /// The rule in words.
    pub rule: String,
    /// Where it is written.
    pub source: String,
}

impl Due {
    /// What names it for good: of the same notice about the same there is one.
    pub fn key(&self) -> String {
        key(self.notice, &self.subject.path, &self.part)
    }
}

/// What names a notice about something, and the part of it, for good.
pub(super) fn key(notice: Notice, path: &str, part: &str) -> String {
    // Without a space at the end: a form takes it away.
    format!("{notice} {path} {part}").trim_end().to_owned()
}

fn due(
    notice: Notice,
    subject: &Subject,
    part: impl Into<String>,
    by: Option<NaiveDate>,
    rule: (&str, &str),
) -> Due {
    Due {
        notice,
        subject: subject.clone(),
        part: part.into(),
        earliest: None,
        by,
        optional: false,
        rule: rule.0.to_owned(),
        source: rule.1.to_owned(),
    }
}

fn by_fact(
    notice: Notice,
    subject: &Subject,
    part: impl Into<String>,
    by: Option<NaiveDate>,
    rule: &Fact,
) -> Due {
    due(notice, subject, part, by, (&rule.rule, &rule.source))
}

/// The last day of a period of days that begins with a day, as the Act counts them.
fn after(day: NaiveDate, rule: &Fact) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(rule.value.unsigned_abs()))?.pred_opt()
}

/// The last day of the quarter of the calendar that a day is in.
fn quarter_end(day: NaiveDate) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1)?;
    first.checked_add_months(Months::new(3))?.pred_opt()
}

/// The half of the financial year that a day is in: April to September, or October to March.
///
/// ```
/// use enough_commissioning::notices::half_year;
/// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
/// assert_eq!(half_year(day("2026-11-22")), Some((day("2026-10-01"), day("2027-03-31"))));
/// assert_eq!(half_year(day("2027-02-01")), Some((day("2026-10-01"), day("2027-03-31"))));
/// assert_eq!(half_year(day("2026-04-01")), Some((day("2026-04-01"), day("2026-09-30"))));
/// ```
pub fn half_year(day: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let (year, month) = match day.month() {
        1..=3 => (day.year() - 1, 10),
        4..=9 => (day.year(), 4),
        _ => (day.year(), 10),
    };
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some((first, first.checked_add_months(Months::new(6))?.pred_opt()?))
}

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

/// Whether a contract below the threshold that is worth so much is notifiable.
fn is_notifiable(worth: Pence, on: NaiveDate) -> bool {
    fact("notifiable-below-threshold", on).is_some_and(|rule| worth >= rule.pence())
}

/// What a notifiable contract below the threshold asks for once it is signed.
fn details_below_threshold(subject: &Subject, signed: NaiveDate) -> Due {
    let rule = (
        "As soon as reasonably practicable after a notifiable contract below the threshold is signed",
        "Procurement Act 2023 s87(3)",
    );
    due(Notice::Details, subject, "", Some(signed), rule)
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

/// The notices before a direct award: that it is meant, and that it is made.
pub(super) fn of_direct_award(one: &Agreement) -> Vec<Due> {
    let Some(direct) = one.direct.filter(|direct| direct.why.is_announced()) else { return Vec::new() };
    if one.state == AgreementState::Cancelled {
        return Vec::new();
    }
    let subject = Subject {
        path: format!("/agreements/{}", one.id),
        title: one.title.clone(),
        process: Some(one.id.clone()),
    };
    let since = Some(day_in_england(direct.since));
    let announced = ("Before a contract is awarded directly", "Procurement Act 2023 s44");
    let awarded = (
        "Before the signature; a standstill is voluntary for light touch contracts",
        "Procurement Act 2023 s50",
    );
    vec![
        Due { earliest: since, ..due(Notice::Transparency, &subject, "", since, announced) },
        Due { earliest: since, ..due(Notice::Award, &subject, "", one.signed_on, awarded) },
    ]
}

/// The notices of a contract that is signed, as far as they are due by a day: those of payments and years that have come.
pub(super) fn of_agreement(
    (one, tender): (&Agreement, Option<&Tender>),
    (paid, changes, improvements): (&[Payment], &[Proposal], &[Improvement]),
    today: NaiveDate,
) -> Vec<Due> {
    let Some(signed) = one.signed_on.filter(|_| one.is_signed()) else { return Vec::new() };
    let subject = Subject {
        path: format!("/agreements/{}", one.id),
        title: one.title.clone(),
        // What came of a tender is in the process of the tender.
        process: Some(one.tender.as_ref().map_or_else(|| one.id.clone(), |(id, _)| id.clone())),
    };
    let mut list = Vec::new();
    if !one.is_public_contract(tender, signed) {
        if is_notifiable(one.ceiling, signed) && matches!(one.kind, Kind::Contract | Kind::CallOff) {
            list.push(details_below_threshold(&subject, signed));
        }
        return list;
    }
    if let Some(rule) = fact("contract-details-light-touch", signed) {
        list.push(by_fact(Notice::Details, &subject, "", after(signed, &rule), &rule));
    }
    for (number, payment) in (1..).zip(paid).filter(|(_, payment)| payment.is_noticed()) {
        let Some(rule) = fact("payment-notice-days", payment.paid_on) else { continue };
        let by = quarter_end(payment.paid_on).and_then(|end| after(end, &rule));
        list.push(by_fact(Notice::Payment, &subject, format!("payment {number}"), by, &rule));
    }
    let is_large = fact("performance-indicators", signed).is_some_and(|rule| one.terms.value > rule.pence());
    if let Some(rule) =
        fact("performance-notice", signed).filter(|_| is_large && !one.agreed.measures.is_empty())
    {
        for year in 1..=40 {
            let by = one.terms.starts_on.checked_add_months(Months::new(year * rule.value as u32));
            let Some(by) = by.filter(|by| *by <= one.terms.ends_on && *by <= today + Days::new(366)) else {
                break;
            };
            let part = format!("year {year}");
            let yearly = by_fact(Notice::Performance, &subject, part, Some(by), &rule);
            list.push(Due { optional: true, ..yearly });
        }
        if one.terms.ends_on <= today + Days::new(366) {
            let last = by_fact(Notice::Performance, &subject, "end", Some(one.terms.ends_on), &rule);
            list.push(Due { optional: true, ..last });
        }
    }
    for of in improvements {
        for (what, since) in ["failure", "consequence"].into_iter().zip(of.noticed_on()) {
            let Some(rule) = fact("failure-notice", since) else { continue };
            let part = format!("{what} {}", of.number);
            list.push(by_fact(Notice::Performance, &subject, part, after(since, &rule), &rule));
        }
    }
    for change in changes
        .iter()
        .filter(|one| one.state == ProposalState::Agreed && one.proposed.kind == ProposalKind::Vary)
    {
        let rule = (
            "Before the change; it is not asked for of light touch contracts",
            "Procurement Act 2023 s75(1) and (6)(b)",
        );
        let part = format!("change {}", change.number);
        let noticed = due(Notice::Change, &subject, part, Some(change.proposed.effective_on), rule);
        list.push(Due { optional: true, ..noticed });
    }
    if let Some(rule) = fact("termination-notice", today).filter(|_| one.phase(today) == Phase::Ended) {
        list.push(by_fact(Notice::Termination, &subject, "", after(one.terms.ends_on, &rule), &rule));
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
