//! The calendar of notices: what is due when, from a plan to the end of its contract, and what was published.

use crate::house::{House, refused};
use chrono::{Duration, NaiveDate};
use enough_commissioning::agreements::{
    Ground, Payment, ProposalKind, Proposed, Terms, agreement, agreements_of_tender, answer_proposal,
    decide_proposal, pay, propose,
};
use enough_commissioning::codesign::{add_round, save_text};
use enough_commissioning::intentions::{Move, move_intention};
use enough_commissioning::notices::{Compliance, Sent, compliance, notices, sent};
use enough_commissioning::tenders::{cancel, complete};
use enough_kernel::Pence;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Notice, part and day of what is due.
async fn due(house: &House) -> Vec<(String, String, Option<NaiveDate>)> {
    listed(house, false).await
}

/// Notice, part and day of what is due, or of what may be published and need not.
async fn listed(house: &House, optional: bool) -> Vec<(String, String, Option<NaiveDate>)> {
    let all = notices(&house.authority).await.unwrap();
    all.into_iter()
        .filter(|(due, sent)| sent.is_none() && due.optional == optional)
        .map(|(due, _)| (due.notice.to_string(), due.part, due.by))
        .collect()
}

fn has(list: &[(String, String, Option<NaiveDate>)], notice: &str, part: &str, by: &str) -> bool {
    list.contains(&(notice.to_owned(), part.to_owned(), Some(day(by))))
}

#[tokio::test]
async fn notices_are_due_from_the_plan_to_the_end() {
    for house in House::each().await {
        let (authority, ann, joe) = (&house.authority, house.actor("ann"), house.actor("joe"));
        let tender = house.awarded().await;
        let list = due(&house).await;
        assert!(has(&list, "UK4", "", "2026-12-23") && has(&list, "UK6", "", "2027-02-22"), "{list:?}");
        assert!(!list.iter().any(|(notice, ..)| notice == "UK7"), "it is not signed");
        house.sign(&tender).await;
        // Light touch: 120 days after 14 March.
        assert!(has(&due(&house).await, "UK7", "", "2027-07-11"), "{:?}", due(&house).await);

        house.clock.pass(Duration::days(200));
        let id = agreements_of_tender(authority, &tender).await.unwrap()[0].id.clone();
        for (pounds, asked, paid) in
            [(30_001, "2027-08-01", "2027-08-10"), (29_000, "2027-07-01", "2027-09-10")]
        {
            let payment = Payment {
                amount: Pence::new(pounds * 100),
                what: "Start".to_owned(),
                asked_on: day(asked),
                paid_on: day(paid),
            };
            pay(authority, joe, &id, &payment).await.unwrap();
        }
        let list = due(&house).await;
        assert!(
            has(&list, "UK8", "payment 1", "2027-10-29"),
            "30 days from the last of the quarter: {list:?}"
        );
        assert!(!list.iter().any(|(_, part, _)| part == "payment 2"), "it is not over £30,000");
        let seen = compliance(authority, (day("2027-04-01"), day("2027-09-30"))).await.unwrap();
        assert_eq!(seen, Compliance { payments: 2, in_time: 1, average: Some(40.0) });

        let one = agreement(authority, &id).await.unwrap();
        let mut change = Proposed {
            kind: ProposalKind::Vary,
            after: Terms { value: Pence::new(25_000_000), ..one.terms },
            effective_on: day("2027-12-01"),
            ground: None,
            why: "More".to_owned(),
            told: "Letter".to_owned(),
            instead: "School".to_owned(),
            unsafe_now: None,
        };
        propose(authority, ann, (&id, one.version), &change).await.unwrap();
        answer_proposal(authority, house.actor("lou"), (&id, one.version + 1), (true, "")).await.unwrap();
        decide_proposal(authority, joe, (&id, one.version + 2), (true, "Yes")).await.unwrap();
        // A change of a light touch contract asks for no notice (s75(6)(b)); it may have one.
        assert!(has(&listed(&house, true).await, "UK10", "change 1", "2027-12-01"));
        assert!(!due(&house).await.iter().any(|(notice, ..)| notice == "UK10"));
        change.kind = ProposalKind::End;
        change.ground = Some(Ground::Termination);
        (change.after.ends_on, change.effective_on) = (day("2028-01-31"), day("2028-01-31"));
        propose(authority, ann, (&id, one.version + 3), &change).await.unwrap();
        answer_proposal(authority, house.actor("lou"), (&id, one.version + 4), (false, "No")).await.unwrap();
        decide_proposal(authority, joe, (&id, one.version + 5), (true, "Yes")).await.unwrap();
        house.clock.pass(Duration::days(150));
        assert!(has(&due(&house).await, "UK11", "", "2028-02-29"), "30 days from its last day");

        // What was published on the central platform is done, once, with its number.
        let all = notices(authority).await.unwrap();
        let key = all.iter().find(|(due, _)| due.notice.key() == "UK7").unwrap().0.key();
        let said = Sent { on: day("2027-05-01"), reference: " ".to_owned() };
        assert!(refused(sent(authority, ann, &key, &said).await).contains("number"));
        let said = Sent { reference: "012345-2027".to_owned(), ..said };
        sent(authority, ann, &key, &said).await.unwrap();
        assert!(refused(sent(authority, ann, &key, &said).await).contains("already"));
        assert!(!due(&house).await.iter().any(|(notice, ..)| notice == "UK7"));
        assert!(notices(authority).await.unwrap().iter().any(|(_, sent)| sent.as_ref() == Some(&said)));
    }
}

#[tokio::test]
async fn a_cancelled_tender_has_its_own_notice() {
    let house = House::new(enough_store::testing::Empty::sqlite()).await;
    let tender = house.awarded().await;
    cancel(&house.authority, house.actor("ann"), (&tender, house.version(&tender).await), "No money")
        .await
        .unwrap();
    assert!(has(&due(&house).await, "UK12", "", "2027-02-22"));
}

/// The notices that a plan of so much brings, designed with others: those that are due, and those that may be published.
async fn of_plan(most: i64) -> (Vec<String>, Vec<String>) {
    let house = House::new(enough_store::testing::Empty::sqlite()).await;
    let (authority, ann) = (&house.authority, house.actor("ann"));
    let plan = house.published_plan(Pence::new(most)).await;
    move_intention(authority, ann, (&plan, 2), &Move::Design, (None, &[])).await.unwrap();
    save_text(authority, ann, (&plan, 0), ("A club for 40 children.", "First")).await.unwrap();
    let today = house.now().date_naive();
    let round = (today, today + Duration::days(84), "");
    add_round(authority, ann, &plan, round).await.unwrap();
    house.clock.pass(Duration::days(90));
    let of = |list: Vec<(String, String, Option<NaiveDate>)>| {
        list.into_iter().map(|(notice, ..)| notice).filter(|notice| notice != "UK17").collect()
    };
    (of(due(&house).await), of(listed(&house, true).await))
}

#[tokio::test]
async fn the_notices_of_a_plan_are_those_of_its_side_of_the_threshold() {
    let none: [&str; 0] = [];
    let (due, optional) = of_plan(66_353_999).await;
    assert_eq!(
        (due, optional),
        (none.map(str::to_owned).to_vec(), none.map(str::to_owned).to_vec()),
        "below"
    );
    let (due, optional) = of_plan(66_354_000).await;
    assert_eq!((due, optional), (vec!["UK2".to_owned()], vec!["UK3".to_owned()]), "at it and above");
}

#[tokio::test]
async fn below_the_threshold_part_6_of_the_act_asks_for_two_notices_instead() {
    // Two lots of £15,000 are £30,000 together: notifiable. A penny less in each is not.
    for (ceiling, notifiable) in [(1_500_000, true), (1_499_999, false)] {
        let house = House::new(enough_store::testing::Empty::sqlite()).await;
        let (authority, ann) = (&house.authority, house.actor("ann"));
        let tender = house.recommended_worth(Pence::new(ceiling)).await;
        house.award(&tender, None).await;
        let all = async || {
            let all = notices(authority).await.unwrap();
            let all = all.into_iter().map(|(due, _)| due).filter(|due| due.notice.key() != "UK17");
            all.map(|due| (due.notice.to_string(), due.source, due.by)).collect::<Vec<_>>()
        };
        let before = Some((
            "UK4".to_owned(),
            "Procurement Act 2023 s87(1); Procurement Regulations 2024 (SI 2024/692) reg 24".to_owned(),
            Some(day("2026-12-23")),
        ));
        assert_eq!(all().await, before.filter(|_| notifiable).into_iter().collect::<Vec<_>>());
        house.clock.pass(Duration::days(20));
        let signed = house.now().date_naive();
        complete(authority, ann, (&tender, house.version(&tender).await), signed).await.unwrap();
        // The contract of one lot is worth £15,000 at most: by itself it is not notifiable.
        assert!(!all().await.iter().any(|(notice, ..)| notice == "UK7"));
        // Nor is anything else of a public contract asked for.
        assert!(all().await.iter().all(|(notice, ..)| notice == "UK4"), "{:?}", all().await);
    }
    let house = House::new(enough_store::testing::Empty::sqlite()).await;
    let (authority, ann) = (&house.authority, house.actor("ann"));
    let tender = house.recommended_worth(Pence::new(30_000_000)).await;
    house.award(&tender, None).await;
    house.clock.pass(Duration::days(20));
    let signed = house.now().date_naive();
    complete(authority, ann, (&tender, house.version(&tender).await), signed).await.unwrap();
    let all = notices(authority).await.unwrap();
    let details = all.iter().map(|(due, _)| due).find(|due| due.notice.key() == "UK7").unwrap();
    assert_eq!((details.by, details.source.as_str()), (Some(signed), "Procurement Act 2023 s87(3)"));
    // A cancelled one that was no public contract has no procurement termination notice either.
    let other = house.recommended_worth(Pence::new(30_000_000)).await;
    cancel(authority, ann, (&other, house.version(&other).await), "No money").await.unwrap();
    assert!(!due(&house).await.iter().any(|(notice, ..)| notice == "UK12"));
}

#[tokio::test]
async fn the_notice_of_payments_counts_its_thirty_days_from_the_last_day_of_the_half_year() {
    let house = House::new(enough_store::testing::Empty::sqlite()).await;
    // 22 November 2026: the half year before ended on 30 September, the first of the thirty days.
    assert!(has(&due(&house).await, "UK17", "2026-09-30", "2026-10-29"), "{:?}", due(&house).await);
}
