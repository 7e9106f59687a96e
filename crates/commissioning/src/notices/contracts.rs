//! Which notice of a contract is due when. Pure; the figures are in `reference/procurement.csv`.

use chrono::{Days, Months, NaiveDate};
use enough_kernel::day_in_england;

use super::Notice;
use super::due::{Due, Subject, after, by_fact, details_below_threshold, due, is_notifiable, quarter_end};
use crate::agreements::{
    Agreement, Improvement, Kind, Payment, Phase, Proposal, ProposalKind, ProposalState,
    State as AgreementState,
};
use crate::facts::fact;
use crate::tenders::Tender;

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
