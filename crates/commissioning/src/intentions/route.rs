//! Ways to buy or fund, and the duties that come with each at a value and a date. Pure; the figures are in `reference/procurement.csv`.

use chrono::NaiveDate;
use enough_kernel::Pence;
use enough_store::names;

use crate::facts::fact;

names! {
    /// How something is bought or funded.
    Route {
        Contract = "contract", "Contract, after a tender";
        Grant = "grant", "Grant, after applications";
        CallOff = "framework-call-off", "Call-off from a framework";
        DynamicMarket = "dynamic-market", "Dynamic market";
        DirectPayment = "direct-payment", "Direct payments to families";
        InHouse = "in-house", "By the authority itself";
        Partnership = "partnership", "Partnership arrangement with a health body";
    }
}

/// What a route asks for, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// In words.
    pub what: String,
    /// The rule: statute, guidance, or the page of this service that tells about it.
    pub source: String,
}

/// The duties of a route for children's services (light touch) worth so much with VAT, begun on a day.
///
/// ```
/// use chrono::NaiveDate;
/// use enough_commissioning::intentions::{Route, duties};
/// use enough_kernel::Pence;
/// let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
/// let large = duties(Route::Contract, Pence::new(70_000_000), day);
/// assert!(large[0].what.contains("at or above the threshold of £663,540"));
/// let small = duties(Route::Contract, Pence::new(2_000_000), day);
/// assert!(small[0].what.contains("below the threshold"));
/// assert!(small.iter().any(|duty| duty.source == "Procurement Act 2023 s85(1)"));
/// // Under £30,000 it is not notifiable: no notice is asked for.
/// assert!(!small.iter().any(|duty| duty.what.contains("UK")));
/// ```
pub fn duties(route: Route, worth: Pence, on: NaiveDate) -> Vec<Duty> {
    let mut list = Vec::new();
    let duty = |what: String, source: &str| Duty { what, source: source.to_owned() };
    match route {
        Route::Contract | Route::CallOff | Route::DynamicMarket => by_contract(&mut list, route, worth, on),
        Route::Grant => {
            list.push(duty(
                "A grant is given, not bought: procurement rules do not apply as long as nothing is promised in return that a court would enforce as a service.".to_owned(),
                "Procurement Act 2023 s3: public contracts are for pecuniary interest",
            ));
            list.push(duty(
                "Each grant to a voluntary organisation is published every year: date, period, department, beneficiary, registration, purpose, amount.".to_owned(),
                "Local Government Transparency Code 2015; given out as 360Giving data",
            ));
        }
        Route::DirectPayment => {
            list.push(duty(
                "Offered to the parent of a disabled child, a disabled parent, or a disabled child of 16 or 17; nothing about one family is ever published.".to_owned(),
                "Children Act 1989 s17A; SI 2009/1887",
            ));
            list.push(duty(
                "Tell families who may ask, in which order things happen, how long each step takes and whom to ask: the page is here."
                    .to_owned(),
                "/direct-payments",
            ));
        }
        Route::InHouse => list.push(duty(
            "Only if nobody else is willing to provide the childcare, or if in the circumstances it is appropriate: keep the decision and its reasons.".to_owned(),
            "Childcare Act 2006 s8",
        )),
        Route::Partnership => list.push(duty(
            "A pooled fund takes away neither body's liability: agree contributions, host, and how risk is shared.".to_owned(),
            "National Health Service Act 2006 s75",
        )),
    }
    if route != Route::DirectPayment
        && let Some(rule) = fact("voluntary-sector-notice", on)
    {
        list.push(duty(
            format!("Before funding of a voluntary organisation is reduced or ended: {} months' notice, and those who use the service are told.", rule.value),
            &rule.source,
        ));
    }
    list
}

/// What Part 6 of the Procurement Act 2023 asks for instead.
fn below_threshold(add: &mut impl FnMut(String, &str), worth: Pence, on: NaiveDate) {
    add(
        "The authority chooses how it buys: with a tender, by asking some suppliers for quotes, or directly. The notices of public contracts are not asked for."
            .to_owned(),
        "Procurement Act 2023 s84",
    );
    add(
        "Where bids are asked for, nobody is kept from bidding by a stage that looks at whether they are suitable: that is looked at in the bids."
            .to_owned(),
        "Procurement Act 2023 s85(1)",
    );
    if let Some(rule) = fact("reserved-small-or-voluntary", on) {
        add(
            "It may be reserved for small and medium-sized organisations and voluntary, community and social enterprises, and need not be."
                .to_owned(),
            &rule.source,
        );
    }
    let Some(rule) = fact("notifiable-below-threshold", on).filter(|rule| worth >= rule.pence()) else {
        return;
    };
    let from = rule.pence();
    add(
        format!(
            "From {from} with VAT it is notifiable: if it is advertised, a below-threshold tender notice (UK4) comes before it is advertised anywhere else."
        ),
        "Procurement Act 2023 s87(1)",
    );
    add(
        "A contract details notice (UK7) as soon as reasonably practicable after it is signed.".to_owned(),
        "Procurement Act 2023 s87(3)",
    );
}

fn by_contract(list: &mut Vec<Duty>, route: Route, worth: Pence, on: NaiveDate) {
    let mut add = |what: String, source: &str| list.push(Duty { what, source: source.to_owned() });
    let threshold = fact("light-touch-threshold", on);
    let is_regulated = threshold.as_ref().is_some_and(|threshold| worth >= threshold.pence());
    match &threshold {
        Some(threshold) => {
            let side = if is_regulated { "at or above" } else { "below" };
            let limit = threshold.pence();
            add(
                format!("Light touch services worth {worth} are {side} the threshold of {limit} with VAT."),
                &threshold.source,
            );
        }
        None => add(
            "The threshold that holds on that day is not known here yet: it changes every two years. Look it up before the procurement begins.".to_owned(),
            "Procurement Act 2023 Sch 1",
        ),
    }
    add(
        "Before it begins: consider how it could improve wellbeing here, and whether to consult on that."
            .to_owned(),
        "Public Services (Social Value) Act 2012 s1",
    );
    if is_regulated {
        add(
            "Notices: UK2 if the market is engaged before (or a reason in UK4), UK4 tender, UK6 award before signing. UK3, that a tender is planned, may be published and need not.".to_owned(),
            "Procurement Act 2023 s15, s17, s21 and s50",
        );
        if let Some(rule) = fact("standstill", on) {
            add(
                format!(
                    "Standstill of {} working days before signing, the first of which is the day on which UK6 is published; it may be left out for light touch contracts, and that is recorded.",
                    rule.value
                ),
                &rule.source,
            );
        }
        if let Some(rule) = fact("contract-details-light-touch", on) {
            add(format!("Notice UK7 within {} days of signing.", rule.value), &rule.source);
        }
        if let Some(rule) = fact("payment-notice", on) {
            add(format!("Notice UK8 for each payment over {}.", rule.pence()), &rule.source);
        }
    } else if threshold.is_some() {
        below_threshold(&mut add, worth, on);
    }
    if let Some(rule) = fact("transparency-code", on).filter(|rule| worth > rule.pence()) {
        add(
            format!("In the contracts register that is published each quarter: over {}.", rule.pence()),
            &rule.source,
        );
    }
    match route {
        Route::CallOff => add(
            "Only those who are in the framework are asked; each call-off is published as a process of its own that names the framework.".to_owned(),
            "Open Contracting Data Standard: related processes",
        ),
        Route::DynamicMarket => add(
            "The market takes applications as long as it lasts; notices UK13 to UK16 say when it is meant, set up, changed and ended.".to_owned(),
            "Procurement Act 2023 s39",
        ),
        _ => {}
    }
}
