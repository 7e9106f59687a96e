//! Co-design over random histories: the text stays while people comment on it; nothing is final before every comment has an answer with a
//! reason; a paragraph keeps its number; and nobody reads what was said before it is answered.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use enough_commissioning::codesign::{
    Change, CommentDraft, Design, Outcome, Paragraph, RoundState, Sector, Size, Voice, add_comment,
    add_round, answer, codesign, differences, extend_round, freeze, hash, heard, paragraphs, respond, revise,
    save_text, whole,
};
use enough_commissioning::intentions::{
    Circumstances, Draft, Move, Route, State, add_intention, intention, move_intention,
};
use enough_kernel::Pence;
use enough_store::audit::Actor;
use enough_store::testing::{AUTHORITY, Clock, Empty};
use enough_store::{Authority, StoreError};
use proptest::prelude::*;

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap()
}

fn day(after: i64) -> NaiveDate {
    start().date_naive() + Duration::days(after)
}

fn actor() -> Actor {
    Actor::service("test")
}

/// A plan that is being designed.
async fn plan(authority: &Authority) -> String {
    let text = Draft {
        title: "After-school club".to_owned(),
        why: "120 children have no place after three".to_owned(),
        what: "A club for 40 children".to_owned(),
        areas: vec!["W1".to_owned()],
        least: Pence::default(),
        most: Pence::new(9_000_000),
        route: Some(Route::Contract),
        case: Circumstances::because("It fits best"),
        opens_on: NaiveDate::from_ymd_opt(2027, 6, 1),
        starts_on: NaiveDate::from_ymd_opt(2027, 9, 1),
        months: 36,
        contact: "team@example.test".to_owned(),
        objectives: Vec::new(),
    };
    let id = add_intention(authority, &actor(), &text).await.unwrap();
    for (seen, step) in [(1, Move::Publish), (2, Move::Design)] {
        move_intention(authority, &actor(), (&id, seen), &step, (None, &[])).await.unwrap();
    }
    id
}

fn comment(text: &str, sector: Sector) -> CommentDraft {
    let voice =
        Voice { sector, size: Some(Size::Micro), area: Some("W1".to_owned()), name: Some("Ann".to_owned()) };
    CommentDraft { paragraph: Some(1), text: text.to_owned(), voice }
}

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    match result {
        Err(StoreError::Refused(why)) => why.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_text_is_written_with_those_who_know_and_then_final() {
    for empty in Empty::each().await {
        let clock = Clock::new(start());
        let authority =
            empty.store_at(clock.environment()).await.authority(AUTHORITY, "Example").await.unwrap();
        let id = plan(&authority).await;
        let actor = actor();
        let none = refused(add_round(&authority, &actor, &id, (day(1), day(90), "")).await);
        assert!(none.contains("Write the specification first"), "{none}");
        let first = "# Who it is for\n\nChildren of five to eleven.\n\nOpen until five.";
        assert_eq!(save_text(&authority, &actor, (&id, 0), (first, "A first draft")).await.unwrap(), 1);
        let late = save_text(&authority, &actor, (&id, 0), ("Other", "x")).await;
        assert!(matches!(late, Err(StoreError::Conflict { seen: 0, now: 1, .. })), "{late:?}");

        let short = refused(add_round(&authority, &actor, &id, (day(1), day(30), " ")).await);
        assert!(short.contains("84 days") && short.contains("the Compact"), "{short}");
        assert_eq!(add_round(&authority, &actor, &id, (day(1), day(85), "")).await.unwrap(), 1);
        let early =
            refused(add_comment(&authority, &actor, (&id, 1), &comment("Until six", Sector::Family)).await);
        assert!(early.contains("not open yet"), "{early}");
        clock.pass(Duration::days(1));
        let during = refused(save_text(&authority, &actor, (&id, 1), ("Other", "x")).await);
        assert!(during.contains("stays as it is"), "{during}");
        assert_eq!(
            add_comment(&authority, &actor, (&id, 1), &comment("Until six", Sector::Family)).await.unwrap(),
            1
        );
        let mut young = comment("My brother Tom needs it", Sector::Young);
        young.paragraph = None;
        assert_eq!(add_comment(&authority, &actor, (&id, 1), &young).await.unwrap(), 2);
        let mut lost = comment("x", Sector::Other);
        lost.paragraph = Some(9);
        assert!(
            refused(add_comment(&authority, &actor, (&id, 1), &lost).await).contains("no such paragraph")
        );

        let shorter = refused(extend_round(&authority, &actor, (&id, 1), day(60)).await);
        assert!(shorter.contains("never shorter"), "{shorter}");
        extend_round(&authority, &actor, (&id, 1), day(90)).await.unwrap();
        clock.pass(Duration::days(90));
        let closed =
            refused(add_comment(&authority, &actor, (&id, 1), &comment("Late", Sector::Family)).await);
        assert!(closed.contains("has closed"), "{closed}");
        let open = refused(respond(&authority, &actor, (&id, 1), "Longer hours").await);
        assert!(open.contains("without an answer: 1, 2"), "{open}");
        let silent = refused(answer(&authority, &actor, (&id, 1, 1), Outcome::Taken, " ").await);
        assert!(silent.contains("Say why"), "{silent}");
        answer(&authority, &actor, (&id, 1, 1), Outcome::Taken, "Shifts end at half past five")
            .await
            .unwrap();
        answer(&authority, &actor, (&id, 1, 2), Outcome::Withheld, "It names a child").await.unwrap();
        let soon = refused(freeze(&authority, &actor, (&id, 1), "").await);
        assert!(soon.contains("not answered yet"), "{soon}");
        let second =
            "# Who it is for\n\nChildren of five to eleven.\n\nOpen until six.\n\nIn term and holidays.";
        assert_eq!(
            save_text(&authority, &actor, (&id, 1), (second, "Longer, as was asked")).await.unwrap(),
            2
        );
        respond(&authority, &actor, (&id, 1), "Open an hour longer").await.unwrap();
        let after = refused(answer(&authority, &actor, (&id, 1, 1), Outcome::NotTaken, "No").await);
        assert!(after.contains("its answers stay"), "{after}");

        let (now, _) = intention(&authority, &id).await.unwrap();
        let step = Move::Open { sooner: Some("x".to_owned()) };
        let open = move_intention(&authority, &actor, (&id, now.version), &step, (None, &[])).await;
        assert!(refused(open).contains("made final first"));
        freeze(&authority, &actor, (&id, 2), "").await.unwrap();
        assert!(refused(save_text(&authority, &actor, (&id, 2), ("Other", "x")).await).contains("is final"));
        let design = codesign(&authority, &id).await.unwrap();
        let last = design.last.clone().unwrap();
        assert_eq!((last.version, last.hash), (2, hash(design.paragraphs(2).unwrap())));
        let round = &design.rounds[0];
        assert_eq!(round.state(day(200)), RoundState::Responded);
        assert!(round.comments[0].is_shown() && !round.comments[1].is_shown());
        assert_eq!(
            (round.comments[1].text.as_str(), &round.comments[1].voice.name),
            ("", &None),
            "what named a child is gone"
        );
        assert_eq!(round.comments[0].voice.name.as_deref(), Some("Ann"));
        assert_eq!(round.comments[0].voice.size, None, "a parent is no organisation");
        let (sectors, sizes, areas) = heard(&design.rounds);
        assert_eq!(
            (sectors[&Sector::Family], sectors[&Sector::Young], sizes.len(), areas["W1"]),
            (1, 1, 0, 2)
        );
        let told: Vec<String> =
            intention(&authority, &id).await.unwrap().1.into_iter().map(|one| one.what).collect();
        assert!(told.iter().any(|what| what.contains("Open an hour longer")), "{told:?}");
        assert!(told.last().unwrap().contains("final, in version 2"), "{told:?}");

        let changed: Vec<_> = differences(design.paragraphs(1).unwrap(), design.paragraphs(2).unwrap())
            .into_iter()
            .filter(enough_commissioning::codesign::Difference::is_changed)
            .collect();
        assert_eq!(changed.iter().map(|one| one.id).collect::<Vec<_>>(), [3, 4]);
        assert!(changed[0].words.contains(&Change::Taken("five.".to_owned())), "{changed:?}");

        let (now, _) = intention(&authority, &id).await.unwrap();
        let open = Move::Open { sooner: Some("x".to_owned()) };
        let state = move_intention(&authority, &actor, (&id, now.version), &open, (None, &[])).await.unwrap();
        assert_eq!(state, State::Procuring);
        assert!(authority.verify(&[]).await.unwrap().is_ok());
    }
}

/// What somebody tries.
#[derive(Debug, Clone)]
enum Act {
    Save(u8),
    Round(i64, i64, bool),
    Extend(i64),
    Comment(u8),
    Answer(i32, bool),
    Respond,
    Freeze(bool),
    Wait(i64),
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0_u8..4).prop_map(Act::Save),
        3 => (0_i64..3, 1_i64..100, any::<bool>()).prop_map(|(from, long, why)| Act::Round(from, long, why)),
        1 => (1_i64..60).prop_map(Act::Extend),
        4 => (0_u8..3).prop_map(Act::Comment),
        4 => (1_i32..4, any::<bool>()).prop_map(|(number, why)| Act::Answer(number, why)),
        3 => Just(Act::Respond),
        1 => any::<bool>().prop_map(Act::Freeze),
        4 => (0_i64..60).prop_map(Act::Wait),
    ]
}

/// What must hold whatever was tried.
fn hold(before: &Design, now: &Design, on: NaiveDate) {
    for round in &now.rounds {
        assert!((round.closes_on - round.opens_on).num_days() >= 84 || round.short.is_some(), "{round:?}");
        let answered = |one: &enough_commissioning::codesign::Comment| {
            one.answer.as_ref().is_some_and(|answer| !answer.reason.is_empty())
        };
        assert!(round.responded_at.is_none() || round.comments.iter().all(answered), "{round:?}");
        assert!(round.comments.iter().all(|one| one.answer.is_some() || !one.is_shown()), "{round:?}");
        if round.state(on) == RoundState::Open {
            assert_eq!(round.version, now.version(), "the text stays while people comment on it");
        }
    }
    assert!(now.rounds.iter().filter(|round| round.responded_at.is_none()).count() <= 1);
    if let Some(last) = &now.last {
        assert!(now.rounds.iter().all(|round| round.responded_at.is_some()), "{now:?}");
        assert!(!now.rounds.is_empty() || last.unasked.is_some(), "{now:?}");
        assert_eq!(last.hash, hash(now.paragraphs(last.version).unwrap()));
        assert_eq!(last.version, now.version(), "a final text does not change");
    }
    assert!(now.versions.starts_with(&before.versions), "what a version said does not change");
    for version in &now.versions {
        let ids: BTreeSet<i32> = version.paragraphs.iter().map(|one| one.id).collect();
        assert_eq!(ids.len(), version.paragraphs.len(), "{version:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_is_final_before_every_comment_has_its_answer(history in prop::collection::vec(acts(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (empty, clock) = (Empty::sqlite(), Clock::new(start()));
            let authority = empty.store_at(clock.environment()).await.authority(AUTHORITY, "Example").await.unwrap();
            let (id, actor) = (plan(&authority).await, actor());
            let mut before = Design::default();
            for act in &history {
                let on = authority.environment().now().date_naive();
                let round = before.rounds.len() as i32;
                let why = |is: bool| if is { "It cannot wait" } else { "" };
                // Refused or not: whatever comes of it must hold.
                match *act {
                    Act::Save(which) => drop(save_text(&authority, &actor, (&id, before.version()), (&format!("One.\n\nTwo {which}."), "Better")).await),
                    Act::Round(from, long, is) => {
                        let opens = on + Duration::days(from);
                        drop(add_round(&authority, &actor, &id, (opens, opens + Duration::days(long), why(is))).await);
                    }
                    Act::Extend(days) => drop(extend_round(&authority, &actor, (&id, round), on + Duration::days(days)).await),
                    Act::Comment(which) => drop(add_comment(&authority, &actor, (&id, round), &comment("Say", Sector::ALL[which as usize])).await),
                    Act::Answer(number, is) => drop(answer(&authority, &actor, (&id, round, number), Outcome::NotTaken, why(is)).await),
                    Act::Respond => drop(respond(&authority, &actor, (&id, round), "So").await),
                    Act::Freeze(is) => drop(freeze(&authority, &actor, (&id, before.version()), why(is)).await),
                    Act::Wait(days) => clock.pass(Duration::days(days)),
                }
                let now = codesign(&authority, &id).await.unwrap();
                hold(&before, &now, authority.environment().now().date_naive());
                before = now;
            }
        });
    }

    #[test]
    fn a_paragraph_keeps_its_number_and_a_change_can_be_read_back(
        texts in prop::collection::vec(prop::collection::vec("[a-d ]{1,12}", 0..8), 1..5)
    ) {
        let (mut old, mut last) = (Vec::<Paragraph>::new(), 0);
        for lines in &texts {
            let typed = lines.join("\n\n");
            let new = revise(&old, &typed, last);
            prop_assert_eq!(new.iter().map(|one| one.text.clone()).collect::<Vec<_>>(), paragraphs(&typed));
            prop_assert_eq!(paragraphs(&whole(&new)), paragraphs(&typed));
            for one in &new {
                prop_assert!(one.id > last || old.iter().any(|was| was.id == one.id), "numbers are used once");
            }
            // What was kept and taken is the old text; what was kept and put is the new one.
            let list = differences(&old, &new);
            for (side, text) in [(true, &old), (false, &new)] {
                for one in text {
                    let of = list.iter().filter(|change| change.id == one.id).flat_map(|change| &change.words);
                    let said: String = of.filter_map(|words| match words {
                        Change::Kept(text) => Some(text.as_str()),
                        Change::Taken(text) => side.then_some(text.as_str()),
                        Change::Put(text) => (!side).then_some(text.as_str()),
                    }).collect();
                    prop_assert_eq!(&said, &one.text);
                }
            }
            last = last.max(new.iter().map(|one| one.id).max().unwrap_or(0));
            old = new;
        }
    }
}
