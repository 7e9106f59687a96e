//! Tenders over random histories: whatever is tried, in whatever order, the invariants of the domain hold; and the arithmetic of scores
//! over random bids.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::released::{What, published, publisher};
use crate::house::{House, passphrase};
use chrono::Duration;
use enough_commissioning::agreements::{State as AgreementState, agreements_of_tender};
use enough_commissioning::frameworks::{Framework, frameworks_of_tender};
use enough_commissioning::intentions::{
    Move, State as PlanState, change_intention, intention, move_intention,
};
use enough_commissioning::notices::notices;
use enough_commissioning::tenders::{
    Bid, Criterion, Formula, Kind, Lot, LotOutcome, Place, Standing, Standstill, State, SubmissionState,
    Tender, Weight, add_score, add_tender, approve, change_tender, complete, decide, declare, evaluation,
    exclude, give_share, leave_unsigned, lock_scores, moderate, name_judges, notify, openers,
    own_submissions, publish, publish_award, read_submission, recommend, reconfirm, scores_for, send_back,
    standings, submissions, submit, tender, withdraw,
};
use enough_kernel::{Pence, is_working_day};
use enough_store::testing::Empty;
use num_rational::Ratio;
use proptest::prelude::*;

/// What somebody tries; the numbers choose who and what.
#[derive(Debug, Clone)]
enum Act {
    Publish,
    Amend(bool, u8),
    Submit(u8, u8),
    Withdraw(u8),
    Reconfirm(u8),
    Open(u8, bool),
    Declare(u8, bool),
    Score(u8, u8, bool),
    ScoreAll(u8),
    Lock(u8),
    Judges(u8),
    Exclude(u8, bool),
    ModerateAll(u8),
    Recommend(u8),
    SendBack,
    Decide(u8),
    Notify,
    Award,
    Notice,
    Leave(i32),
    Sign(i64),
    Wait(i64),
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => Just(Act::Publish),
        2 => (any::<bool>(), 0_u8..4).prop_map(|(material, how)| Act::Amend(material, how)),
        6 => (0_u8..2, 0_u8..3).prop_map(|(who, lots)| Act::Submit(who, lots)),
        1 => (0_u8..2).prop_map(Act::Withdraw),
        2 => (0_u8..2).prop_map(Act::Reconfirm),
        8 => (0_u8..4, any::<bool>()).prop_map(|(who, right)| Act::Open(who, right)),
        6 => (0_u8..3, prop::bool::weighted(0.15)).prop_map(|(who, tied)| Act::Declare(who, tied)),
        2 => (0_u8..3, 0_u8..5, any::<bool>()).prop_map(|(who, at, why)| Act::Score(who, at, why)),
        6 => (0_u8..3).prop_map(Act::ScoreAll),
        6 => (0_u8..3).prop_map(Act::Lock),
        2 => (0_u8..4).prop_map(Act::Judges),
        1 => (0_u8..2, any::<bool>()).prop_map(|(who, is)| Act::Exclude(who, is)),
        5 => (0_u8..3).prop_map(Act::ModerateAll),
        5 => (0_u8..3).prop_map(Act::Recommend),
        1 => Just(Act::SendBack),
        4 => (0_u8..4).prop_map(Act::Decide),
        4 => Just(Act::Notify),
        4 => Just(Act::Award),
        4 => Just(Act::Notice),
        1 => (1_i32..3).prop_map(Act::Leave),
        4 => (0_i64..3).prop_map(Act::Sign),
        6 => (0_i64..20).prop_map(Act::Wait),
    ]
}

fn pick<'a>(names: &[&'a str], at: u8) -> &'a str {
    names[at as usize % names.len()]
}

const BIDDERS: [&str; 2] = ["kim", "lou"];
const OPENERS: [&str; 4] = ["cat", "dan", "eve", "joe"];
const SCORERS: [&str; 3] = ["fay", "gus", "hal"];

/// What is tried, refused or not.
async fn attempt(house: &House, id: &str, act: &Act) {
    let authority = &house.authority;
    let (one, _) = tender(authority, id).await.unwrap();
    let version = one.version;
    let bids: Vec<_> = submissions(authority, &one)
        .await
        .unwrap()
        .into_iter()
        .filter(|bid| bid.state == SubmissionState::Opened)
        .collect();
    let mut places = Vec::new();
    for bid in &bids {
        for lot in 1..=2 {
            for criterion in 1..=2 {
                places.push(Place { submission: bid.id.clone(), lot, criterion });
            }
        }
    }
    match *act {
        Act::Publish => drop(publish(authority, house.actor("ann"), (id, version), &house.named()).await),
        Act::Amend(material, how) => {
            let mut text = one.text.clone();
            // Enough time again, or too little; or weights that do not sum to 100.
            text.closes_at += Duration::days([2, 12, 26, 26][how as usize % 4]);
            if material {
                text.what.push_str(", and more");
                text.questions_until = text.questions_until.max(house.now() + Duration::days(1));
            }
            if how == 3 {
                text.lots[0].criteria[0].weight = Weight::new(4900);
            }
            drop(change_tender(authority, house.actor("ann"), (id, version), &text, "So").await);
        }
        Act::Submit(who, lots) => {
            let (name, lots) =
                (pick(&BIDDERS, who), [vec![1], vec![2], vec![1, 2]][lots as usize % 3].clone());
            drop(
                submit(
                    authority,
                    house.actor(name),
                    (id, house.organisation(name)),
                    &house.bid(id, &lots, 200_000 + i64::from(who), "Words").await,
                )
                .await,
            );
        }
        Act::Withdraw(who) => {
            let name = pick(&BIDDERS, who);
            drop(withdraw(authority, house.actor(name), (id, house.organisation(name))).await);
        }
        Act::Reconfirm(who) => {
            let name = pick(&BIDDERS, who);
            drop(reconfirm(authority, house.actor(name), (id, house.organisation(name)), version).await);
        }
        Act::Open(who, right) => {
            let name = pick(&OPENERS, who);
            let words = if right { passphrase(name) } else { "wrong".to_owned() };
            drop(give_share(authority, house.actor(name), id, &words).await);
        }
        Act::Declare(who, tied) => {
            let conflicts =
                if tied { BTreeSet::from([house.organisation("lou").to_owned()]) } else { BTreeSet::new() };
            drop(declare(authority, house.actor(pick(&SCORERS, who)), id, &conflicts).await);
        }
        Act::Score(who, at, why) => {
            if let Some(place) = places.get(at as usize) {
                drop(
                    add_score(
                        authority,
                        house.actor(pick(&SCORERS, who)),
                        (id, place),
                        (u32::from(at), if why { "As it says" } else { "" }),
                    )
                    .await,
                );
            }
        }
        Act::ScoreAll(who) => {
            for place in &places {
                drop(
                    add_score(
                        authority,
                        house.actor(pick(&SCORERS, who)),
                        (id, place),
                        (u32::from(who) + 2, "As it says"),
                    )
                    .await,
                );
            }
        }
        Act::Judges(which) => {
            let sets = [["fay", "gus"].as_slice(), &["fay", "gus", "hal"], &["gus", "hal"], &["fay", "hal"]];
            let people = sets[which as usize % 4].iter().map(|name| house.id(name).to_owned()).collect();
            let moderator = house.id(["ida", "eve"][which as usize % 2]);
            drop(name_judges(authority, house.actor("ann"), (id, version), (&people, moderator), "So").await);
        }
        Act::Exclude(who, is) => {
            if let Some(bid) = bids.get(who as usize) {
                let why = is.then_some("It gave up");
                drop(exclude(authority, house.actor("ida"), (id, &bid.id), why).await);
            }
        }
        Act::Lock(who) => drop(lock_scores(authority, house.actor(pick(&SCORERS, who)), id).await),
        Act::ModerateAll(who) => {
            for (at, place) in places.iter().enumerate() {
                drop(
                    moderate(
                        authority,
                        house.actor(pick(&["ida", "ida", "ann"], who)),
                        (id, place),
                        (2 + at as u32 % 4, "Together"),
                    )
                    .await,
                );
            }
        }
        Act::Recommend(who) => {
            let mut picks = BTreeMap::new();
            let lots = enough_commissioning::tenders::compare(authority, &one).await.unwrap_or_default();
            for (lot, standings) in lots {
                let winner = standings.get(who as usize % 2).map(|one| one.submission.clone());
                picks.insert(lot, (winner, "Best".to_owned()));
            }
            drop(
                recommend(authority, house.actor(pick(&["ida", "ann", "fay"], who)), (id, version), &picks)
                    .await,
            );
        }
        Act::SendBack => drop(send_back(authority, house.actor("joe"), (id, version), "Again").await),
        Act::Decide(who) => drop(
            decide(authority, house.actor(pick(&["joe", "ida", "fay", "ann"], who)), (id, version), None)
                .await,
        ),
        Act::Notify => drop(notify(authority, house.actor("ida"), (id, version)).await),
        Act::Award => drop(publish_award(authority, house.actor("ida"), (id, version)).await),
        Act::Notice => drop(house.notice_award(id).await),
        Act::Leave(lot) => {
            drop(leave_unsigned(authority, house.actor("ida"), (id, version), (lot, "It gave up")).await);
        }
        Act::Sign(before) => {
            let on = house.now().date_naive() - Duration::days(before);
            drop(complete(authority, house.actor("ida"), (id, version), on).await);
        }
        Act::Wait(days) => house.clock.pass(Duration::days(days)),
    }
}

/// What must hold, whatever was tried.
async fn hold(house: &House, before: &Tender, now: &Tender, act: &Act) {
    let authority = &house.authority;
    let what = format!("{act:?}: {now:?}");
    let bids = submissions(authority, now).await.unwrap();
    let given =
        openers(authority, &now.id).await.unwrap().iter().filter(|one| one.given_at.is_some()).count();
    // 1: nothing is open before the closing time and two openers.
    if let Some(opened_at) = now.opened_at {
        assert!(opened_at >= now.text.closes_at && given >= 2, "{what}");
    }
    for name in ["ann", "cat", "fay", "gus", "hal", "ida", "joe", "kim", "lou"] {
        for bidder in BIDDERS {
            for own in own_submissions(authority, house.organisation(bidder)).await.unwrap() {
                let read =
                    read_submission(authority, house.actor(name), (&own.id, house.id(name))).await.unwrap();
                assert!(
                    read.is_none() || (now.opened_at.is_some() && own.state == SubmissionState::Opened),
                    "{name}: {what}"
                );
                // 2: what came late is not there.
                assert!(own.sent_at < now.text.closes_at, "{what}");
            }
        }
    }
    // 3: a bid that was not confirmed after a material change is never opened.
    for bidder in BIDDERS {
        let counting = own_submissions(authority, house.organisation(bidder)).await.unwrap();
        let counting = counting.iter().filter(|one| {
            matches!(
                one.state,
                SubmissionState::Sealed | SubmissionState::NeedsReconfirm | SubmissionState::Opened
            )
        });
        assert!(counting.count() <= 1, "{what}");
    }
    if enough_commissioning::tenders::is_material(&before.text, &now.text) && before.is_public() {
        assert!(now.text.closes_at >= now.changed_at + Duration::days(25), "{what}");
        for bidder in BIDDERS {
            let own = own_submissions(authority, house.organisation(bidder)).await.unwrap();
            assert!(own.iter().all(|one| one.state != SubmissionState::Sealed), "{what}");
        }
    }
    // 4: weights sum to exactly 100 from the approval on; a draft is written in steps.
    for lot in now.text.lots.iter().filter(|_| now.state != State::Draft) {
        assert_eq!(lot.criteria.iter().map(|one| one.weight.get()).sum::<u32>(), Weight::WHOLE, "{what}");
    }
    // 5: scores with reasons, alone, not by who is tied.
    let judged = evaluation(authority, &now.id).await.unwrap();
    for one in &judged.evaluators {
        let seen = scores_for(authority, now, &one.person).await.unwrap();
        for score in &seen {
            let other = judged.evaluators.iter().find(|other| other.person == score.person).unwrap();
            assert!(
                score.person == one.person || (one.locked_at.is_some() && other.locked_at.is_some()),
                "{what}"
            );
            let of = bids.iter().find(|bid| bid.id == score.place.submission).unwrap();
            assert!(!other.conflicts.contains(&of.organisation) && !score.reason.is_empty(), "{what}");
        }
    }
    assert!(judged.moderated.is_empty() || judged.is_locked(), "{what}");
    assert!(judged.moderated.values().all(|one| !one.reason.is_empty()), "{what}");
    // 6: summaries, award, standstill, signature.
    let assessed: Vec<_> = bids.iter().filter(|bid| bid.state == SubmissionState::Opened).collect();
    if now.notified_at.is_some() {
        assert!(assessed.iter().all(|bid| bid.summary.is_some()), "{what}");
    }
    if let Some(award_at) = now.award_at {
        assert!(now.notified_at.is_some_and(|at| at <= award_at), "{what}");
        // It counts from the notice as published, and from nothing else.
        match now.award_noticed_on {
            None => assert_eq!(now.standstill(), Standstill::Awaited, "{what}"),
            Some(noticed) => {
                let until = now.standstill().until().unwrap();
                let days = noticed.iter_days().take_while(|day| *day <= until);
                assert_eq!(days.filter(|day| is_working_day(*day) == Some(true)).count(), 8, "{what}");
            }
        }
    }
    if let Some(signed) = now.signed_on {
        let all = notices(authority).await.unwrap();
        let of = format!("UK6 /tenders/{}", now.id);
        let sent = all.iter().find(|(due, _)| due.key() == of).and_then(|(_, sent)| sent.as_ref());
        let noticed = sent.expect("nothing is signed before its award notice").on;
        let told = now.notified_at.unwrap().date_naive();
        assert!(told <= noticed && noticed < signed && signed <= house.now().date_naive(), "{what}");
        let days = noticed.iter_days().take_while(|day| *day < signed);
        assert!(days.filter(|day| is_working_day(*day) == Some(true)).count() >= 8, "{what}");
        assert_eq!(now.award_noticed_on, Some(noticed), "{what}");
        assert!(now.standstill().until().unwrap() < signed, "{what}");
    }
    made(house, now, &what).await;
    // 13: what the releases make is what the database says.
    published(house, &publisher(), (What::Tender, &now.id)).await;
    published(house, &publisher(), (What::Plan, &now.intention)).await;
    if let Some(outcome) = now.outcome.as_ref().filter(|_| now.state != State::Recommended) {
        assert_ne!(now.recommended_by.as_deref(), Some(house.id("joe")), "{outcome:?}");
    }
}

/// What a tender makes: agreements when its award is published, or frameworks when it is signed; with those who won, and nobody who is
/// worse than somebody who did not.
async fn made(house: &House, now: &Tender, what: &str) {
    let authority = &house.authority;
    let agreements = agreements_of_tender(authority, &now.id).await.unwrap();
    let frameworks = frameworks_of_tender(authority, &now.id).await.unwrap();
    let outcome = now.outcome.clone().unwrap_or_default();
    let won = |lot: &&LotOutcome| !lot.winners.is_empty();
    let Some(setup) = &now.text.framework else {
        assert!(frameworks.is_empty() && outcome.lots.iter().all(|lot| lot.winners.len() <= 1), "{what}");
        let lots = if now.award_at.is_some() { outcome.lots.iter().filter(won).count() } else { 0 };
        assert_eq!(agreements.len(), lots, "{what}");
        // What is not signed stays so, and something is signed, or nothing of it.
        for one in &agreements {
            let of =
                outcome.lots.iter().find(|lot| Some(lot.lot) == one.tender.as_ref().map(|(_, lot)| *lot));
            let is_left = of.is_some_and(|of| of.unsigned.is_some());
            assert_eq!(
                one.state == AgreementState::Cancelled,
                is_left || now.state == State::Cancelled,
                "{what}"
            );
            assert_eq!(one.is_signed(), now.state == State::Complete && !is_left, "{what}");
        }
        assert!(lots == 0 || outcome.lots.iter().any(LotOutcome::stands), "{what}");
        return;
    };
    assert!(agreements.is_empty(), "{what}");
    let stands = |lot: &&LotOutcome| lot.stands();
    let lots = if now.state == State::Complete { outcome.lots.iter().filter(stands).count() } else { 0 };
    assert_eq!(frameworks.len(), lots, "{what}");
    let standings = enough_commissioning::tenders::compare(authority, now).await.unwrap_or_default();
    for lot in outcome.lots.iter().filter(won) {
        let bids: BTreeSet<&str> = lot.winners.iter().map(|one| one.submission.as_str()).collect();
        let rank = |one: &Standing| one.place.unwrap_or(usize::MAX);
        let worst =
            standings[&lot.lot].iter().filter(|one| bids.contains(one.submission.as_str())).map(rank).max();
        let others = standings[&lot.lot].iter().filter(|one| !bids.contains(one.submission.as_str()));
        assert!(others.map(rank).all(|place| Some(place) > worst), "{what}");
        assert!(worst <= Some(setup.places as usize), "{what}");
        let number = |one: &&Framework| one.tender.as_ref().is_some_and(|(_, number)| *number == lot.lot);
        if let Some(one) = frameworks.iter().find(number) {
            let members: BTreeSet<&str> = one.members.keys().map(String::as_str).collect();
            let winners: BTreeSet<&str> = lot.winners.iter().map(|one| one.organisation.as_str()).collect();
            assert!(members == winners && members.iter().all(|of| one.has(of)), "{what}");
            assert_eq!(one.text.ceiling, now.text.lot(lot.lot).map(|lot| lot.ceiling), "{what}");
        }
    }
}

/// The whole way from the first step to the last.
fn way() -> Vec<Act> {
    vec![
        Act::Publish,
        Act::Submit(0, 2),
        Act::Submit(1, 0),
        Act::Amend(true, 2),
        Act::Reconfirm(0),
        Act::Submit(1, 2),
        Act::Wait(19),
        Act::Wait(19),
        Act::Wait(19),
        Act::Open(0, true),
        Act::Open(1, true),
        Act::Declare(0, false),
        Act::Declare(1, false),
        Act::ScoreAll(0),
        Act::ScoreAll(1),
        Act::Lock(0),
        Act::Lock(1),
        Act::ModerateAll(0),
        Act::Recommend(0),
        Act::Decide(0),
        Act::Notify,
        Act::Award,
        Act::Notice,
        Act::Leave(2),
        Act::Leave(1),
        Act::Wait(19),
        Act::Sign(0),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn whatever_is_tried_the_invariants_hold(far in 0_usize..25, places in prop::option::of(1_u32..3), history in prop::collection::vec(acts(), 5..50)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new(Empty::sqlite()).await;
            let id = house.approved_for(places).await;
            let (mut before, _) = tender(&house.authority, &id).await.unwrap();
            // From somewhere on the way, so that every state is tried from.
            for act in way()[..far].iter().chain(&history) {
                attempt(&house, &id, act).await;
                let (now, _) = tender(&house.authority, &id).await.unwrap();
                hold(&house, &before, &now, act).await;
                before = now;
            }
            assert!(house.authority.verify(&[]).await.unwrap().is_ok());
        });
    }
}

/// What is tried before a tender may be published.
#[derive(Debug, Clone)]
enum Early {
    Change(bool),
    Open(bool),
    Publish,
    Wait(i64),
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Invariant 11: nobody is asked to bid for what was not public long enough, or everybody reads why it could not wait.
    #[test]
    fn no_tender_comes_from_a_plan_that_nobody_knew(history in prop::collection::vec(prop_oneof![
        1 => any::<bool>().prop_map(Early::Change),
        3 => prop::bool::weighted(0.2).prop_map(Early::Open),
        3 => Just(Early::Publish),
        3 => (1_i64..25).prop_map(Early::Wait),
    ], 1..20)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new(Empty::sqlite()).await;
            let (authority, ann) = (&house.authority, house.actor("ann"));
            let plan = house.published_plan(Pence::new(70_000_000)).await;
            let id = add_tender(authority, ann, &plan).await.unwrap();
            for step in history {
                let (one, _) = intention(authority, &plan).await.unwrap();
                match step {
                    Early::Change(later) => {
                        let mut text = one.text.clone();
                        text.opens_on = Some(house.now().date_naive() + Duration::days(if later { 40 } else { 1 }));
                        let changed = change_intention(authority, ann, (&plan, one.version), (&text, "So"), (None, &[])).await;
                        assert!(changed.is_err() || one.state != PlanState::Procuring, "what was announced stays");
                    }
                    Early::Open(sooner) => {
                        let step = Move::Open { sooner: sooner.then(|| "Winter".to_owned()) };
                        drop(move_intention(authority, ann, (&plan, one.version), &step, (None, &[])).await);
                    }
                    Early::Publish => {
                        // It is written anew for a closing time that is far enough, approved, and tried.
                        drop(change_tender(authority, ann, (&id, house.version(&id).await), &house.text(), "So").await);
                        drop(approve(authority, house.actor("ben"), (&id, house.version(&id).await)).await);
                        drop(publish(authority, ann, (&id, house.version(&id).await), &house.named()).await);
                    }
                    Early::Wait(days) => house.clock.pass(Duration::days(days)),
                }
                let (one, changes) = intention(authority, &plan).await.unwrap();
                let (now, _) = tender(authority, &id).await.unwrap();
                let opened = changes.iter().find(|change| change.what.starts_with("Open to bids"));
                assert_eq!(opened.is_some(), one.state == PlanState::Procuring);
                if let Some(opened) = opened {
                    let said = one.said_at.unwrap();
                    let waited = opened.at - said >= Duration::days(28) && opened.at.date_naive() >= one.text.opens_on.unwrap();
                    assert!(waited || opened.what.contains("Winter"), "{opened:?}");
                }
                if let Some(published_at) = now.published_at {
                    assert!(opened.is_some_and(|opened| opened.at <= published_at));
                }
                published(&house, &publisher(), (What::Plan, &plan)).await;
                published(&house, &publisher(), (What::Tender, &id)).await;
            }
        });
    }
}

/// A whole way, so that the histories are known to reach the end: the same acts as above.
#[tokio::test]
async fn the_histories_reach_the_end() {
    for places in [None, Some(1), Some(2)] {
        reaches_the_end(places).await;
    }
}

async fn reaches_the_end(places: Option<u32>) {
    let house = House::new(Empty::sqlite()).await;
    let id = house.approved_for(places).await;
    let way = way();
    let (mut before, _) = tender(&house.authority, &id).await.unwrap();
    for act in &way {
        attempt(&house, &id, act).await;
        let (now, _) = tender(&house.authority, &id).await.unwrap();
        hold(&house, &before, &now, act).await;
        before = now;
    }
    assert_eq!(before.state, State::Complete);
    assert!(before.text.what.ends_with(", and more"), "it was changed on the way");
    let draft = approve(&house.authority, house.actor("ben"), (&id, before.version)).await;
    assert!(draft.is_err());
}

proptest! {
    #[test]
    fn totals_are_exact_and_the_order_does_not_depend_on_the_order_of_bids(
        weights in prop::collection::vec(1_u32..5000, 1..6),
        linear in any::<bool>(),
        bids in prop::collection::vec((1_i64..40_000_000, prop::collection::vec(0_u32..6, 6)), 1..7),
        turn in 0_usize..7,
    ) {
        let rest = Weight::WHOLE.saturating_sub(weights.iter().sum());
        prop_assume!(rest > 0);
        let criterion = |kind: Kind, weight: u32, least: u32| Criterion { kind, asks: "x".to_owned(), weight: Weight::new(weight), words: 1, least };
        let mut criteria: Vec<_> = weights.iter().map(|weight| criterion(Kind::Quality, *weight, 1)).collect();
        criteria.push(criterion(Kind::Price, rest, 0));
        let formula = if linear { Formula::Linear } else { Formula::Relative };
        let lot = Lot { number: 1, title: "x".to_owned(), ceiling: Pence::new(35_000_000), formula, criteria, costs: false };
        let mut list: Vec<Bid> = bids.iter().enumerate().map(|(at, (price, points))| {
            let mut points: Vec<_> = points.iter().take(weights.len()).map(|points| Some(*points)).collect();
            points.push(None);
            Bid { submission: at.to_string(), price: Some(Pence::new(*price)), excluded: None, points }
        }).collect();
        let order = standings(&lot, 5, &list);
        let by = turn % list.len();
        list.rotate_left(by);
        prop_assert_eq!(&standings(&lot, 5, &list), &order);
        let within: Vec<_> = order.iter().filter(|one| one.out.is_none()).collect();
        let lowest = within.iter().filter_map(|one| one.price).min();
        for one in &order {
            let bid = list.iter().find(|bid| bid.submission == one.submission).unwrap();
            prop_assert_eq!(one.total, one.parts.iter().sum::<Ratio<i128>>());
            prop_assert!(one.total >= Ratio::from(0) && one.total <= Ratio::from(10_000));
            let low = bid.points.iter().flatten().any(|points| *points < 1);
            prop_assert_eq!(one.out.is_some(), low || bid.price.unwrap() > lot.ceiling);
            prop_assert_eq!(one.place.is_some(), one.out.is_none());
            if one.out.is_none() {
                let part = one.parts[weights.len()];
                prop_assert_eq!(one.price == lowest, part == Ratio::from(i128::from(rest)), "all points for the lowest price");
            }
        }
        for (better, worse) in within.iter().zip(within.iter().skip(1)) {
            prop_assert!(better.total >= worse.total && better.place <= worse.place);
            // A lower price never brings less.
            let (a, b) = (better.parts[weights.len()], worse.parts[weights.len()]);
            prop_assert!(better.price == worse.price || (better.price < worse.price) == (a > b) || a == b);
        }
    }
}
