//! Agreements from the award to a review: nobody signs too soon, pays too much, takes away without notice, or decides what they proposed.

use crate::house::released::{What, published, publisher};
use crate::house::{House, refused};
use chrono::{Days, Duration, Months, NaiveDate};
use enough_commissioning::agreements::{
    Agreed, Agreement, Asks, Every, Expected, Ground, Kind, Measure, Next, Payment, Phase, ProposalKind,
    Proposed, Rating, Said, State, Terms, Visit, Without, add_agreement, add_review, agree, agreement,
    agreement_changes, agreements_of_tender, answer_proposal, decide_proposal, give_up_agreement, note_visit,
    pay, payments, performance, proposals, propose, rate, report, reviews, serving, sign_agreement, visits,
    withdraw_proposal,
};
use enough_commissioning::flags::{Sign, flags};
use enough_commissioning::intentions::{
    Circumstances, Draft, Evidence, Move, Route, add_intention, intention, move_intention,
};
use enough_commissioning::tenders::{add_tender, cancel};
use enough_kernel::{Pence, day_in_england};
use enough_plans::{Better, Figure, ObjectiveKey, Reading, Unit};
use enough_store::StoreError;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn reading(value: i64) -> Reading {
    Reading { value: Figure::whole(value), out_of: None }
}

async fn of_tender(house: &House, tender: &str) -> Agreement {
    agreements_of_tender(&house.authority, tender).await.unwrap().remove(0)
}

/// What an agreement is now, for the version that changes are made to.
async fn now(house: &House, id: &str) -> (i32, Agreement) {
    let one = agreement(&house.authority, id).await.unwrap();
    (one.version, one)
}

async fn measures(house: &House) -> Agreed {
    let measure = Measure {
        title: "Children who come each week".to_owned(),
        asks: Asks::HowMuch,
        unit: Unit::Children,
        better: Better::More,
        target: Figure::whole(36),
        every: Every::Quarter,
        objective: Some(house.objective().await),
        no_objective: String::new(),
    };
    let expected = Expected { short: Figure::whole(80), how: "40 places within a walk".to_owned() };
    Agreed { measures: vec![measure], expected: Some(expected) }
}

fn proposed(one: &Agreement, value: i64, ends_on: NaiveDate, effective_on: NaiveDate) -> Proposed {
    Proposed {
        kind: ProposalKind::Vary,
        after: Terms { value: Pence::new(value), ends_on, ..one.terms },
        effective_on,
        ground: None,
        why: "More children come".to_owned(),
        told: String::new(),
        instead: String::new(),
        unsafe_now: None,
    }
}

#[tokio::test]
async fn an_agreement_is_kept_from_the_award_to_the_review() {
    for house in House::each().await {
        let (authority, ann, joe) = (&house.authority, house.actor("ann"), house.actor("joe"));
        let tender = house.awarded().await;
        let one = of_tender(&house, &tender).await;
        let id = one.id.as_str();
        assert_eq!(
            (one.state, one.kind, one.terms.value),
            (State::Pending, Kind::Contract, Pence::new(24_000_000))
        );
        assert_eq!((one.ceiling, one.terms.ends_on), (Pence::new(35_000_000), day("2030-08-31")));
        assert_eq!(one.last_day, day("2031-08-31"), "it may go on for a year more");
        assert_eq!(one.organisation, house.organisation("lou"));

        // What is measured serves an objective, or says why not.
        let agreed = measures(&house).await;
        let mut without = agreed.clone();
        without.measures[0].objective = None;
        let why = refused(agree(authority, ann, (id, 1), &without, "").await);
        assert!(why.contains("which objective") && why.contains("key performance indicator"), "{why}");
        agree(authority, ann, (id, 1), &agreed, "").await.unwrap();
        let early = Payment {
            amount: Pence::new(100),
            what: "Start".to_owned(),
            asked_on: day("2027-01-01"),
            paid_on: day("2027-01-02"),
        };
        assert!(refused(pay(authority, joe, id, &early).await).contains("not signed yet"));
        house.sign(&tender).await;
        let (version, one) = now(&house, id).await;
        assert_eq!((one.state, one.phase(day_in_england(house.now()))), (State::Active, Phase::ToCome));
        let mut easier = agreed.clone();
        easier.measures[0].target = Figure::whole(10);
        assert!(
            refused(agree(authority, ann, (id, version), &easier, "Easier").await).contains("stays as it is")
        );
        let mut less = agreed.clone();
        less.measures.clear();
        assert!(refused(agree(authority, ann, (id, version), &less, "Fewer").await).contains("stays"));

        // The provider reports, once a period is over; the commissioner rates.
        let lou = house.actor("lou");
        assert!(
            refused(report(authority, lou, (id, 1, 1), 0, reading(38), "").await)
                .contains("over after 2027-11-30")
        );
        house.clock.pass(Duration::days(300));
        let (_, one) = now(&house, id).await;
        assert_eq!(one.phase(day_in_england(house.now())), Phase::Running);
        assert!(performance(authority, &one).await.unwrap()[&1][0].is_late(day("2027-12-29")));
        assert!(
            refused(report(authority, ann, (id, 1, 1), 0, reading(38), "").await)
                .contains("Whoever provides")
        );
        let half = Reading { value: Figure::new(3850), out_of: None };
        assert!(refused(report(authority, lou, (id, 1, 1), 0, half, "").await).contains("whole numbers"));
        assert!(matches!(
            report(authority, lou, (id, 2, 1), 0, reading(38), "").await,
            Err(StoreError::NotFound(_))
        ));
        assert!(
            refused(rate(authority, ann, (id, 1, 1), 0, (Rating::Good, "Full")).await).contains("Nothing")
        );
        report(authority, lou, (id, 1, 1), 0, reading(34), "Two left").await.unwrap();
        assert!(refused(rate(authority, ann, (id, 1, 1), 1, (Rating::Good, " ")).await).contains("why"));
        let good = refused(rate(authority, ann, (id, 1, 1), 1, (Rating::Good, "Full")).await);
        assert!(good.contains("not reached"), "{good}");
        rate(authority, ann, (id, 1, 1), 1, (Rating::Approaching, "Two below")).await.unwrap();
        assert!(refused(rate(authority, ann, (id, 1, 1), 1, (Rating::Good, "x")).await).contains("is rated"));
        report(authority, lou, (id, 1, 1), 1, reading(38), "Counted again").await.unwrap();
        let period = performance(authority, &one).await.unwrap()[&1][0].clone();
        let counts = period.report.unwrap();
        assert_eq!((counts.reading, counts.number, counts.rated), (reading(38), 2, None), "it is rated anew");
        // What was seen before it was corrected is not rated, and nobody corrects what they have not seen.
        let old = rate(authority, ann, (id, 1, 1), 1, (Rating::Good, "Full")).await.unwrap_err();
        assert!(matches!(old, StoreError::Conflict { seen: 1, now: 2, .. }), "{old}");
        let blind = report(authority, lou, (id, 1, 1), 1, reading(39), "Again").await.unwrap_err();
        assert!(matches!(blind, StoreError::Conflict { .. }), "{blind}");
        let silent = refused(report(authority, lou, (id, 1, 1), 2, reading(39), " ").await);
        assert!(silent.contains("why that was wrong"), "{silent}");
        let low = refused(rate(authority, ann, (id, 1, 1), 2, (Rating::Approaching, "Full")).await);
        assert!(low.contains("The target is reached"), "{low}");
        rate(authority, ann, (id, 1, 1), 2, (Rating::Good, "Full")).await.unwrap();

        let visit = Visit {
            on: day("2027-11-02"),
            announced: false,
            seen: "Calm".to_owned(),
            follows: String::new(),
        };
        note_visit(authority, ann, id, &visit).await.unwrap();
        assert_eq!(visits(authority, id).await.unwrap(), [visit]);

        // Money: within the value, after the signature, and back at most what was paid.
        let payment = |pounds: i64, asked: &str, paid: &str| Payment {
            amount: Pence::new(pounds * 100),
            what: "Quarter 1".to_owned(),
            asked_on: day(asked),
            paid_on: day(paid),
        };
        pay(authority, joe, id, &payment(40_000, "2027-10-01", "2027-11-15")).await.unwrap();
        let over = refused(pay(authority, joe, id, &payment(200_001, "2027-10-01", "2027-11-15")).await);
        assert!(over.contains("£200,000 are left") && over.contains("ceiling"), "{over}");
        assert!(
            refused(pay(authority, joe, id, &payment(-40_001, "2027-10-01", "2027-11-15")).await)
                .contains("back")
        );
        assert!(
            refused(pay(authority, joe, id, &payment(1, "2027-11-16", "2027-11-15")).await)
                .contains("asked for")
        );
        pay(authority, joe, id, &payment(-1_000, "2027-11-15", "2027-11-15")).await.unwrap();
        let list = payments(authority, id).await.unwrap();
        assert!(
            !list[0].is_in_time() && list[0].is_noticed() && list[1].is_in_time() && !list[1].is_noticed()
        );

        // Changes: within what was announced; proposed by one, decided by another.
        let (version, one) = now(&house, id).await;
        let today = day_in_england(house.now());
        let soon = today + Days::new(10);
        let dear = proposed(&one, 35_000_001, one.terms.ends_on, soon);
        assert!(refused(propose(authority, ann, (id, version), &dear).await).contains("£350,000 at most"));
        let long = proposed(&one, 24_000_000, day("2031-09-01"), soon);
        assert!(refused(propose(authority, ann, (id, version), &long).await).contains("2031-08-31 at most"));
        let more = proposed(&one, 30_000_000, day("2031-08-31"), soon);
        propose(authority, ann, (id, version), &more).await.unwrap();
        assert!(refused(propose(authority, ann, (id, version + 1), &more).await).contains("waits"));
        let own = refused(decide_proposal(authority, ann, (id, version + 1), (true, "Yes")).await);
        assert!(own.contains("did not propose"), "{own}");
        assert!(
            refused(decide_proposal(authority, joe, (id, version + 1), (true, "")).await).contains("why")
        );
        // More binds the provider only if it agrees.
        let alone = refused(decide_proposal(authority, joe, (id, version + 1), (true, "Yes")).await);
        assert!(alone.contains("has not agreed to it yet"), "{alone}");
        let stranger = house.actor("kim");
        let theirs = answer_proposal(authority, stranger, (id, version + 1), (true, "")).await;
        assert!(refused(theirs).contains("two sides"));
        let own = refused(answer_proposal(authority, ann, (id, version + 1), (true, "")).await);
        assert!(own.contains("The provider answers"), "{own}");
        assert!(
            refused(answer_proposal(authority, lou, (id, version + 1), (false, "")).await).contains("why")
        );
        answer_proposal(authority, lou, (id, version + 1), (false, "Not without staff")).await.unwrap();
        let against = refused(decide_proposal(authority, joe, (id, version + 2), (true, "Yes")).await);
        assert!(against.contains("does not agree"), "{against}");
        answer_proposal(authority, lou, (id, version + 2), (true, "")).await.unwrap();
        decide_proposal(authority, joe, (id, version + 3), (true, "The money is there")).await.unwrap();
        let (version, one) = now(&house, id).await;
        assert_eq!((one.terms.value, one.first.value), (Pence::new(30_000_000), Pence::new(24_000_000)));
        assert!(
            agreement_changes(authority, id)
                .await
                .unwrap()
                .last()
                .unwrap()
                .what
                .contains("£300,000 instead of £240,000")
        );

        let found: Vec<_> = flags(authority).await.unwrap().into_iter().map(|flag| flag.sign).collect();
        assert_eq!(found, [Sign::ChangedOften, Sign::PaidLate]);

        // A voluntary organisation has three months, and families are told.
        let earliest = today.checked_add_months(Months::new(3)).unwrap();
        let mut cut = proposed(&one, 29_000_000, one.terms.ends_on, earliest - Days::new(1));
        assert!(refused(propose(authority, ann, (id, version), &cut).await).contains("families who use it"));
        (cut.told, cut.instead) = ("By letter".to_owned(), "The school's club".to_owned());
        let notice = refused(propose(authority, ann, (id, version), &cut).await);
        assert!(
            notice.contains(&format!("not before {earliest}")) && notice.contains("Best Value"),
            "{notice}"
        );
        cut.effective_on = earliest;
        // Until it takes effect the money stays, by days: nobody is starved while the notice runs.
        let all = (one.terms.ends_on - one.terms.starts_on).num_days() + 1;
        let due = one.terms.value.get() * (earliest - one.terms.starts_on).num_days() / all;
        let starved = Proposed { after: Terms { value: Pence::new(due - 100), ..cut.after }, ..cut.clone() };
        assert!(refused(propose(authority, ann, (id, version), &starved).await).contains("the money stays"));
        propose(authority, ann, (id, version), &cut).await.unwrap();
        house.clock.pass(Duration::days(2));
        let (version, _) = now(&house, id).await;
        let unheard = refused(decide_proposal(authority, joe, (id, version), (true, "Yes")).await);
        assert!(unheard.contains("14 days to say"), "{unheard}");
        answer_proposal(authority, lou, (id, version), (false, "Families need it")).await.unwrap();
        let (version, _) = now(&house, id).await;
        let late = refused(decide_proposal(authority, joe, (id, version), (true, "Yes")).await);
        assert!(late.contains("three months"), "notice runs from the decision: {late}");
        decide_proposal(authority, joe, (id, version), (false, "It is too late for that day")).await.unwrap();

        // The provider proposes, and takes back what it proposed; the authority decides alone on what the provider wants.
        let (version, one) = now(&house, id).await;
        let wish = proposed(&one, 31_000_000, one.terms.ends_on, day_in_england(house.now()) + Days::new(20));
        propose(authority, lou, (id, version), &wish).await.unwrap();
        let other = refused(withdraw_proposal(authority, ann, (id, version + 1)).await);
        assert!(other.contains("Who proposed it"), "{other}");
        withdraw_proposal(authority, lou, (id, version + 1)).await.unwrap();
        propose(authority, lou, (id, version + 2), &wish).await.unwrap();
        let own = refused(answer_proposal(authority, lou, (id, version + 3), (false, "No")).await);
        assert!(own.contains("Your side proposed it"), "{own}");
        decide_proposal(authority, ann, (id, version + 3), (false, "Not now")).await.unwrap();

        // Ending, where children are not safe.
        let (version, one) = now(&house, id).await;
        let last = day_in_england(house.now()) + Days::new(3);
        let mut end = proposed(&one, one.terms.value.get(), last, last);
        (end.kind, end.told, end.instead) = (ProposalKind::End, "Today".to_owned(), "The school".to_owned());
        assert!(refused(propose(authority, ann, (id, version), &end).await).contains("ground"));
        end.ground = Some(Ground::Termination);
        assert!(refused(propose(authority, ann, (id, version), &end).await).contains("three months"));
        end.unsafe_now = Some("Ofsted suspended it".to_owned());
        propose(authority, ann, (id, version), &end).await.unwrap();
        decide_proposal(authority, joe, (id, version + 1), (true, "It must")).await.unwrap();
        assert_eq!(now(&house, id).await.1.phase(last), Phase::Ending);
        assert_eq!(now(&house, id).await.1.phase(last + Days::new(1)), Phase::Ended);
        assert_eq!(proposals(authority, id).await.unwrap().len(), 5);

        // A review keeps what the newest answer says.
        let said =
            Said { story: "It filled".to_owned(), lessons: "Begin sooner".to_owned(), next: Next::BuyAgain };
        let place = |code: &str, short: f64| Evidence {
            code: code.to_owned(),
            name: code.to_owned(),
            sentence: String::new(),
            short: Some(short),
            asked: String::new(),
        };
        let measured = [place("W1", 70.24), place("W2", 11.0)];
        let (version, _) = now(&house, id).await;
        add_review(authority, ann, (id, version), &said, (Some("answer"), &measured)).await.unwrap();
        let all = reviews(authority, id).await.unwrap();
        assert_eq!(
            (all[0].said.next, all[0].short().unwrap().to_string().as_str()),
            (Next::BuyAgain, "81.2")
        );
    }
}

#[tokio::test]
async fn what_is_cancelled_is_never_signed() {
    for house in House::each().await {
        let tender = house.awarded().await;
        cancel(&house.authority, house.actor("ann"), (&tender, house.version(&tender).await), "No money")
            .await
            .unwrap();
        assert_eq!(of_tender(&house, &tender).await.state, State::Cancelled);
    }
}

async fn open(house: &House, route: Route) -> String {
    let text = Draft {
        title: "Small grants".to_owned(),
        why: "Groups know families".to_owned(),
        what: "Play in the holidays".to_owned(),
        areas: vec!["W1".to_owned()],
        most: Pence::new(1_000_000),
        route: Some(route),
        case: Circumstances { others_willing: Some(false), ..Circumstances::because("It fits best") },
        opens_on: Some(house.now().date_naive()),
        starts_on: Some(day("2027-06-01")),
        months: 12,
        contact: "team@example.test".to_owned(),
        ..Draft::default()
    };
    let ann = house.actor("ann");
    let id = add_intention(&house.authority, ann, &text).await.unwrap();
    move_intention(&house.authority, ann, (&id, 1), &Move::Publish, (None, &[])).await.unwrap();
    let sooner = Move::Open { sooner: Some("Summer".to_owned()) };
    move_intention(&house.authority, ann, (&id, 2), &sooner, (None, &[])).await.unwrap();
    id
}

#[tokio::test]
async fn a_grant_is_within_its_plan_and_signed_by_another() {
    for mut house in House::each().await {
        house.authority = house.authority.clone().writing_letters("https://enough.example.test/");
        let (authority, ann) = (&house.authority, house.actor("ann"));
        let letters = async || -> Vec<String> {
            let all = authority.take_letters(100).await.unwrap();
            for (id, _) in &all {
                authority.letter_sent(id).await.unwrap();
            }
            all.into_iter().map(|(_, letter)| letter.text).collect()
        };
        let plan = open(&house, Route::Grant).await;
        let terms =
            Terms { value: Pence::new(600_000), starts_on: day("2027-06-01"), ends_on: day("2027-09-01") };
        let new = Without {
            direct: None,
            organisation: house.organisation("lou").to_owned(),
            title: "Holiday play".to_owned(),
            terms,
            how: "The panel of parents chose it".to_owned(),
            framework: None,
        };
        let early = Without { terms: Terms { starts_on: day("0027-06-01"), ..terms }, ..new.clone() };
        assert!(refused(add_agreement(authority, ann, &plan, &early).await).contains("when the plan said"));
        let within = Without { organisation: house.organisation("ann").to_owned(), ..new.clone() };
        assert!(
            refused(add_agreement(authority, ann, &plan, &within).await)
                .contains("the authority does it itself")
        );
        // One that is wrong is given up, and its money is free again; while it waits the plan stays open.
        let slip = add_agreement(authority, ann, &plan, &new).await.unwrap();
        let state = Move::Withdraw { reason: "No".to_owned() };
        let (open_plan, _) = intention(authority, &plan).await.unwrap();
        let waits = move_intention(authority, ann, (&plan, open_plan.version), &state, (None, &[])).await;
        assert!(refused(waits).contains("an agreement for this plan is under way"));
        assert!(refused(give_up_agreement(authority, ann, (&slip, 1), " ").await).contains("why"));
        give_up_agreement(authority, ann, (&slip, 1), "Wrong year").await.unwrap();
        let told = letters().await;
        assert!(told.len() == 1 && told[0].contains("Something changed"), "{told:?}");
        assert!(!told[0].contains("Wrong year"), "a letter says what everybody may read: {told:?}");
        let id = add_agreement(authority, ann, &plan, &new).await.unwrap();
        assert!(!now(&house, &id).await.1.is_public(), "what is only written is for nobody");
        let over = refused(add_agreement(authority, ann, &plan, &new).await);
        assert!(over.contains("£4,000 are left"), "{over}");
        let today = house.now().date_naive();
        assert!(refused(sign_agreement(authority, ann, (&id, 1), today).await).contains("did not write"));
        assert!(
            refused(sign_agreement(authority, house.actor("lou"), (&id, 1), today).await)
                .contains("other side")
        );
        sign_agreement(authority, house.actor("ben"), (&id, 1), today).await.unwrap();
        let told = letters().await;
        assert!(told.len() == 1 && told[0].contains("Signed on"), "{told:?}");
        assert_eq!(now(&house, &id).await.1.kind, Kind::Grant);
        let families = open(&house, Route::DirectPayment).await;
        assert!(
            refused(add_agreement(authority, ann, &families, &new).await)
                .contains("nothing about one family")
        );
        let long_ago = day("2020-01-01");
        let tender = add_tender(authority, ann, &plan).await;
        assert!(refused(tender).contains("not bought after a tender"));
        let other = open(&house, Route::Grant).await;
        let old = add_agreement(authority, ann, &other, &new).await.unwrap();
        assert!(
            refused(sign_agreement(authority, house.actor("ben"), (&old, 1), long_ago).await)
                .contains("after its plan")
        );
        let bought = open(&house, Route::Contract).await;
        assert!(refused(add_agreement(authority, ann, &bought, &new).await).contains("after a tender"));
    }
}

#[derive(Debug, Clone)]
enum Step {
    Pass(i64),
    Pay(i64),
    Vary { value: i64, days: i64, notice: i64, told: bool },
    End { days: i64, told: bool, unsafe_now: bool },
    Wish { value: i64 },
    Answer { by: &'static str, agree: bool },
    Withdraw { by: &'static str },
    Decide { by: &'static str, agree: bool },
    Agree { objective: u8, why: bool, keep: bool },
    Report { number: i32, value: i64 },
    Rate { number: i32 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one =
        prop_oneof![
            (1_i64..200).prop_map(Step::Pass),
            (-100_000_i64..400_000).prop_map(Step::Pay),
            (1_i64..450_000, -300_i64..500, 0_i64..200, any::<bool>())
                .prop_map(|(value, days, notice, told)| Step::Vary { value, days, notice, told }),
            (1_i64..300, any::<bool>(), prop::bool::weighted(0.2))
                .prop_map(|(days, told, unsafe_now)| Step::End { days, told, unsafe_now }),
            (1_i64..450_000).prop_map(|value| Step::Wish { value }),
            (prop::sample::select(vec!["ann", "kim", "lou"]), any::<bool>())
                .prop_map(|(by, agree)| Step::Answer { by, agree }),
            prop::sample::select(vec!["ann", "joe", "lou"]).prop_map(|by| Step::Withdraw { by }),
            (prop::sample::select(vec!["ann", "joe", "lou"]), any::<bool>())
                .prop_map(|(by, agree)| Step::Decide { by, agree }),
            (0_u8..3, any::<bool>(), prop::bool::weighted(0.8))
                .prop_map(|(objective, why, keep)| Step::Agree { objective, why, keep }),
            (1_i32..3, 0_i64..40).prop_map(|(number, value)| Step::Report { number, value }),
            (1_i32..3).prop_map(|number| Step::Rate { number }),
        ];
    prop::collection::vec(one, 1..25)
}

/// Invariants 7, 9, 12 and 13, after every step of random histories.
async fn holds(house: &House, id: &str) {
    let authority = &house.authority;
    let (_, one) = now(house, id).await;
    let paid: i64 = payments(authority, id).await.unwrap().iter().map(|one| one.amount.get()).sum();
    // 9: what is measured says what it is for, and everybody can read that objective; or why it is for none.
    let known = enough_plans::objectives(authority).await.unwrap();
    for measure in &one.agreed.measures {
        let is_for = measure.objective.as_ref().map(|key| known.contains_key(key));
        assert!(is_for.unwrap_or(!measure.no_objective.is_empty()), "{measure:?}");
    }
    let keys: Vec<ObjectiveKey> = known.into_keys().collect();
    for (key, of) in keys.iter().zip(serving(authority, &keys).await.unwrap()) {
        let there = of.agreements.iter().find(|(other, _)| other.id == id);
        assert_eq!(there.is_some(), one.objectives().contains(&key), "every objective shows what serves it");
        assert!(there.is_none_or(|(_, spent)| spent.get() == paid), "and what was paid for it");
    }
    let tender = one.tender.clone().unwrap().0;
    published(house, &publisher(), (What::Tender, &tender)).await;
    assert!(one.terms.value <= one.ceiling && one.terms.ends_on <= one.last_day, "{one:?}");
    assert!((0..=one.terms.value.get()).contains(&paid), "{paid} of {:?}", one.terms);
    let mut terms = one.first;
    for proposal in proposals(authority, id).await.unwrap() {
        let (Some(at), Some(_)) = (proposal.decided_at, proposal.decision.as_ref()) else { continue };
        if proposal.state != enough_commissioning::agreements::ProposalState::Agreed {
            continue;
        }
        assert_eq!(proposal.before, terms, "each follows the one before");
        let agrees = proposal.answer.as_ref().map(|answer| answer.agrees);
        let heard = agrees.is_some() || at >= proposal.at + Duration::days(13);
        let urgent = proposal.proposed.unsafe_now.is_some();
        assert!(
            agrees == Some(true) || proposal.is_cut() && (heard || urgent),
            "both sides agree, or who loses is heard: {proposal:?}"
        );
        terms = proposal.proposed.after;
        if proposal.is_cut() {
            let earliest = day_in_england(at).checked_add_months(Months::new(3)).unwrap();
            let reason = proposal.proposed.unsafe_now.as_deref().unwrap_or_default();
            assert!(proposal.proposed.effective_on >= earliest || !reason.is_empty(), "{proposal:?}");
            let all = (proposal.before.ends_on - proposal.before.starts_on).num_days() + 1;
            let run = (proposal.proposed.effective_on - proposal.before.starts_on).num_days().clamp(0, all);
            let kept = i128::from(proposal.proposed.after.value.get()) * i128::from(all)
                >= i128::from(proposal.before.value.get()) * i128::from(run);
            assert!(kept || !reason.is_empty(), "the money of the notice stays: {proposal:?}");
            assert!(!proposal.proposed.told.is_empty() && !proposal.proposed.instead.is_empty());
        }
    }
    assert_eq!(one.terms, terms, "the terms are those that were signed, with what was agreed since");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_history_breaks_the_ceiling_the_term_or_the_notice(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new(enough_store::testing::Empty::sqlite()).await;
            let tender = house.awarded().await;
            house.sign(&tender).await;
            let id = of_tender(&house, &tender).await.id;
            let authority = &house.authority;
            let measure = measures(&house).await.measures.remove(0);
            let unknown = ObjectiveKey { plan: "none".to_owned(), number: 1 };
            let objectives = [None, measure.objective.clone(), Some(unknown)];
            for step in steps {
                let (version, one) = now(&house, &id).await;
                let today = day_in_england(house.now());
                let words = |told: bool| if told { "So".to_owned() } else { String::new() };
                let result = match step {
                    Step::Pass(days) => {
                        house.clock.pass(Duration::days(days));
                        Ok(())
                    }
                    Step::Pay(pounds) => {
                        let amount = Pence::new(pounds * 100);
                        let payment = Payment { amount, what: "So".to_owned(), asked_on: today, paid_on: today };
                        pay(authority, house.actor("joe"), &id, &payment).await
                    }
                    Step::Vary { value, days, notice, told } => {
                        let ends_on = one.terms.ends_on + Duration::days(days);
                        let mut change = proposed(&one, value * 100, ends_on, today + Duration::days(notice));
                        (change.told, change.instead) = (words(told), words(told));
                        propose(authority, house.actor("ann"), (&id, version), &change).await.map(drop)
                    }
                    Step::End { days, told, unsafe_now } => {
                        let last = today + Duration::days(days);
                        let mut change = proposed(&one, one.terms.value.get(), last, last);
                        change.kind = ProposalKind::End;
                        change.ground = Some(Ground::Termination);
                        (change.told, change.instead) = (words(told), words(told));
                        change.unsafe_now = unsafe_now.then(|| "Fire".to_owned());
                        propose(authority, house.actor("ann"), (&id, version), &change).await.map(drop)
                    }
                    Step::Wish { value } => {
                        let change = proposed(&one, value * 100, one.terms.ends_on, today + Duration::days(120));
                        propose(authority, house.actor("lou"), (&id, version), &change).await.map(drop)
                    }
                    Step::Answer { by, agree } => {
                        let said = answer_proposal(authority, house.actor(by), (&id, version), (agree, "So")).await;
                        assert!(said.is_err() || by == "lou", "the provider answers");
                        said
                    }
                    Step::Withdraw { by } => withdraw_proposal(authority, house.actor(by), (&id, version)).await,
                    Step::Agree { objective, why, keep } => {
                        let objective = objectives[objective as usize].clone();
                        let no_objective = if why { "It is about safety".to_owned() } else { String::new() };
                        let new = Measure { title: format!("Measured {version}"), objective, no_objective, ..measure.clone() };
                        let kept = if keep { one.agreed.measures.clone() } else { Vec::new() };
                        let agreed = Agreed { measures: kept.into_iter().chain([new]).collect(), ..one.agreed.clone() };
                        let done = agree(authority, house.actor("ann"), (&id, version), &agreed, "So").await;
                        assert!(done.is_err() || keep || one.agreed.measures.is_empty(), "what was signed stays");
                        done
                    }
                    Step::Report { number, value } => report(authority, house.actor("lou"), (&id, number, 1), 0, reading(value), "So").await,
                    Step::Rate { number } => rate(authority, house.actor("ann"), (&id, number, 1), 1, (if number % 2 == 0 { Rating::Approaching } else { Rating::Other }, "So")).await,
                    Step::Decide { by, agree } => {
                        let decided = decide_proposal(authority, house.actor(by), (&id, version), (agree, "So")).await;
                        let theirs = proposals(authority, &id).await.unwrap().into_iter().rev();
                        let theirs = theirs.take(1).any(|one| one.is_theirs());
                        assert!(
                            decided.is_err() || by == "joe" || by == "ann" && theirs,
                            "nobody decides what they proposed, or for themselves"
                        );
                        decided
                    }
                };
                if let Err(error) = result {
                    let is_said = matches!(error, StoreError::Refused(_) | StoreError::NotFound(_) | StoreError::Conflict { .. });
                    assert!(is_said, "{error}");
                }
                holds(&house, &id).await;
            }
        });
    }
}
