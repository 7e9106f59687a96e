//! Intentions over random histories: the states of the domain and no other way; nothing opens that was not public long enough, but with a
//! reason that everybody reads; and what is in the database is what the rules say, on both kinds.

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use enough_commissioning::intentions::{
    Circumstances, Draft, Evidence, Move, Route, State, add_intention, change_intention, intention,
    intentions, move_intention, next, remove_draft,
};
use enough_kernel::Pence;
use enough_store::StoreError;
use enough_store::audit::Actor;
use enough_store::testing::{AUTHORITY, Clock, Empty};
use proptest::prelude::*;

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap()
}

fn whole() -> Draft {
    Draft {
        title: "After-school club".to_owned(),
        why: "120 children within reach have no place after three".to_owned(),
        what: "A club for 40 children until six".to_owned(),
        areas: vec!["W1".to_owned()],
        least: Pence::new(6_000_000),
        most: Pence::new(9_000_000),
        route: Some(Route::Grant),
        case: Circumstances::because("It fits best"),
        opens_on: NaiveDate::from_ymd_opt(2027, 2, 1),
        starts_on: NaiveDate::from_ymd_opt(2027, 9, 1),
        months: 36,
        contact: "early.years@example.test".to_owned(),
        objectives: Vec::new(),
    }
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        Just(Move::Publish),
        Just(Move::Design),
        Just(Move::Open { sooner: None }),
        Just(Move::Open { sooner: Some("A setting closes".to_owned()) }),
        Just(Move::Fulfil),
        Just(Move::Withdraw { reason: String::new() }),
        Just(Move::Withdraw { reason: "The school does it".to_owned() }),
    ]
}

proptest! {
    #[test]
    fn only_the_ways_of_the_domain_lead_on(history in prop::collection::vec((moves(), 0_i64..20), 1..12)) {
        let (mut state, mut published, mut now) = (State::Draft, None, start());
        let text = whole();
        for (step, days) in history {
            now += Duration::days(days);
            let done = next((state, &text, published), &step, now);
            let waited = published.is_some_and(|at: DateTime<Utc>| now - at >= Duration::days(28));
            let late = now.date_naive() > text.opens_on.unwrap();
            // The table of the domain, written once more.
            let expected = match (state, &step) {
                (State::Draft, Move::Publish) if !late => Some(State::Published),
                (State::Published, Move::Design) => Some(State::InCodesign),
                (State::Published | State::InCodesign, Move::Open { sooner }) if (waited && now.date_naive() >= text.opens_on.unwrap()) || sooner.is_some() => Some(State::Procuring),
                (State::Procuring, Move::Fulfil) => Some(State::Fulfilled),
                (State::Published | State::InCodesign | State::Procuring, Move::Withdraw { reason }) if !reason.is_empty() => Some(State::Withdrawn),
                _ => None,
            };
            prop_assert_eq!(done.clone().ok(), expected);
            match done {
                Ok(State::Published) if step == Move::Publish => { published = Some(now); state = State::Published; }
                Ok(other) => state = other,
                Err(refusal) => prop_assert!(!refusal.rule.is_empty()),
            }
        }
    }
}

#[test]
fn nothing_is_published_that_does_not_say_why_what_where_how_much_how_and_when() {
    let said = |change: fn(&mut Draft)| {
        let mut text = whole();
        change(&mut text);
        next((State::Draft, &text, None), &Move::Publish, start()).map_err(|refusal| refusal.to_string())
    };
    assert_eq!(said(|_| ()), Ok(State::Published));
    for (change, wanted) in [
        ((|text| text.why.clear()) as fn(&mut Draft), "Say why it is needed"),
        (|text| text.what = "  ".to_owned(), "Say what is bought or funded"),
        (|text| text.areas.clear(), "Choose where it is for"),
        (|text| (text.least, text.most) = (Pence::default(), Pence::default()), "Say how much money"),
        (|text| text.least = Pence::new(text.most.get() + 1), "The lower value must not be more"),
        (|text| text.route = None, "Choose how it is bought"),
        (|text| text.case = Circumstances::default(), "Say why it is bought or funded in this way"),
        (|text| text.case.enforceable = Some(true), "is bought, and no grant (Procurement Act 2023 s3"),
        (|text| text.route = Some(Route::InHouse), "Ask first whether anybody else is willing"),
        (|text| text.case.reason = "x".repeat(2001), "at most 2000 characters"),
        (|text| text.opens_on = None, "Say when bids"),
        (|text| text.opens_on = NaiveDate::from_ymd_opt(2026, 11, 21), "has passed"),
        (|text| text.starts_on = NaiveDate::from_ymd_opt(2027, 1, 1), "cannot start before"),
        (|text| text.starts_on = NaiveDate::from_ymd_opt(-9999, 1, 1), "between 2000 and 2200"),
        (|text| text.months = 0, "for how many months"),
        (|text| text.contact = "Ann".to_owned(), "e-mail address of a team"),
        (|text| text.title = "x".repeat(151), "at most 150 characters"),
    ] {
        let refused = said(change).unwrap_err();
        assert!(
            refused.contains(wanted)
                && (["a rule of Enough", "Act 20"].iter().any(|rule| refused.contains(rule))
                    || !refused.contains('(')),
            "{wanted}: {refused}"
        );
    }
}

#[tokio::test]
async fn what_is_kept_is_what_the_rules_say() {
    for empty in Empty::each().await {
        let clock = Clock::new(start());
        let authority =
            empty.store_at(clock.environment()).await.authority(AUTHORITY, "Example").await.unwrap();
        let actor = Actor::service("test");
        let draft = Draft { title: "A thought".to_owned(), ..Draft::default() };
        let id = add_intention(&authority, &actor, &draft).await.unwrap();
        let evidence = [Evidence {
            code: "W1".to_owned(),
            name: "Brook".to_owned(),
            sentence: "short by 120".to_owned(),
            short: Some(120.0),
            asked: String::new(),
        }];
        let go = async |seen: i32, step: Move| {
            move_intention(&authority, &actor, (&id, seen), &step, (Some("answer"), &evidence)).await
        };
        let known = std::cell::Cell::new(120.0);
        let change = async |seen: i32, text: &Draft, why: &str| {
            let mut evidence = evidence.clone();
            evidence[0].short = Some(known.get());
            change_intention(&authority, &actor, (&id, seen), (text, why), (Some("other"), &evidence)).await
        };
        assert!(matches!(go(1, Move::Publish).await, Err(StoreError::Refused(_))), "a thought is no plan");
        change(1, &whole(), "").await.unwrap();
        assert!(matches!(go(1, Move::Publish).await, Err(StoreError::Conflict { seen: 1, now: 2, .. })));
        assert_eq!(go(2, Move::Publish).await.unwrap(), State::Published);
        let (one, changes) = intention(&authority, &id).await.unwrap();
        assert_eq!((one.text.clone(), one.version, one.published_at), (whole(), 3, Some(start())));
        assert_eq!((one.evidence.as_slice(), one.assessment.as_deref()), (&evidence[..], Some("answer")));
        assert_eq!(one.ends_on(), NaiveDate::from_ymd_opt(2030, 8, 31));
        assert_eq!(changes.len(), 1);

        let silent = change(3, &whole(), " ").await.unwrap_err().to_string();
        assert!(silent.contains("Say what changed"), "{silent}");
        let mut less = whole();
        less.most = Pence::new(8_000_000);
        change(3, &less, "The fund is smaller").await.unwrap();
        assert!(
            remove_draft(&authority, &actor, &id).await.is_err(),
            "what was public is withdrawn, not thrown away"
        );
        let early = go(4, Move::Open { sooner: None }).await.unwrap_err().to_string();
        assert!(early.contains("opens later than today"), "{early}");
        let mut past = less.clone();
        past.opens_on = NaiveDate::from_ymd_opt(2026, 11, 1);
        assert!(change(4, &past, "sooner").await.is_err());
        clock.pass(Duration::days(60));
        less.title = "Something else".to_owned();
        change(4, &less, "Another name").await.unwrap();
        clock.pass(Duration::days(20));
        let early = go(5, Move::Open { sooner: None }).await.unwrap_err().to_string();
        assert!(
            early.contains("28 days") && early.contains("a rule of Enough"),
            "the days count from what it says now: {early}"
        );
        clock.pass(Duration::days(8));
        assert_eq!(go(5, Move::Open { sooner: None }).await.unwrap(), State::Procuring);
        assert_eq!(
            go(6, Move::Withdraw { reason: "The school does it".to_owned() }).await.unwrap(),
            State::Withdrawn
        );
        let over = change(7, &whole(), "again").await.unwrap_err().to_string();
        assert!(over.contains("does not change any more"), "{over}");
        let changes = intention(&authority, &id).await.unwrap().1;
        assert_eq!(changes[1].before.as_ref(), Some(&whole()), "what was public before stays to be read");
        let said: Vec<String> =
            intention(&authority, &id).await.unwrap().1.into_iter().map(|change| change.what).collect();
        assert_eq!(
            said,
            [
                "Published",
                "The fund is smaller",
                "Another name",
                "Open to bids or applications",
                "Withdrawn: The school does it"
            ]
        );

        let other = add_intention(&authority, &actor, &draft).await.unwrap();
        assert_eq!(
            intentions(&authority).await.unwrap().last().unwrap().id,
            other,
            "without a day it is last"
        );
        remove_draft(&authority, &actor, &other).await.unwrap();
        assert_eq!(intentions(&authority).await.unwrap().len(), 1);
        assert!(authority.verify(&[]).await.unwrap().is_ok());
    }
}
