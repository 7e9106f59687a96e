//! Calls for applications: nobody reads one before the closing time, views are given alone, and no more is given than was said.

use std::collections::BTreeMap;

use crate::house::{House, refused};
use chrono::{Duration, NaiveDate};
use enough_commissioning::agreements::{State as AgreementState, agreement, agreements_for, sign_agreement};
use enough_commissioning::calls::{
    Answers, Call, Given, Phase, Question, Text, VIEWS, add_call, applications, apply, call, call_changes,
    cancel_call, change_call, decide_call, decisions, extend_call, give_view, own_applications, publish_call,
    remove_call, sweep_applications, views, withdraw_application,
};
use enough_commissioning::intentions::{
    Circumstances, Draft, Move, Route, add_intention, intention, move_intention,
};
use enough_kernel::Pence;
use enough_store::StoreError;
use enough_store::audit::Actor;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn pounds(pounds: i64) -> Pence {
    Pence::new(pounds * 100)
}

type Spoil = fn(&mut Text);

/// A plan that gives grants of £10,000, and is open.
async fn plan(house: &House) -> String {
    let text = Draft {
        title: "Small grants".to_owned(),
        why: "Groups know families".to_owned(),
        what: "Play in the holidays".to_owned(),
        areas: vec!["W1".to_owned()],
        most: pounds(10_000),
        route: Some(Route::Grant),
        case: Circumstances::because("It fits best"),
        opens_on: Some(house.now().date_naive()),
        starts_on: Some(day("2027-06-01")),
        months: 12,
        contact: "team@example.test".to_owned(),
        ..Draft::default()
    };
    let ann = house.actor("ann");
    let plan = add_intention(&house.authority, ann, &text).await.unwrap();
    move_intention(&house.authority, ann, (&plan, 1), &Move::Publish, (None, &[])).await.unwrap();
    let sooner = Move::Open { sooner: Some("Summer".to_owned()) };
    move_intention(&house.authority, ann, (&plan, 2), &sooner, (None, &[])).await.unwrap();
    plan
}

fn text(house: &House) -> Text {
    Text {
        title: "Holiday play".to_owned(),
        what: "Play for children who have nowhere to go".to_owned(),
        who: "Groups of the wards".to_owned(),
        total: pounds(8_000),
        most: pounds(5_000),
        questions: vec![
            Question { asks: "What would you do?".to_owned(), words: 10 },
            Question { asks: "Who asked for it?".to_owned(), words: 5 },
        ],
        closes_at: house.now() + Duration::days(30),
        heard_by: house.now().date_naive() + Duration::days(60),
        starts_on: day("2027-06-01"),
        ends_on: day("2027-09-01"),
        contact: "team@example.test".to_owned(),
    }
}

fn says(amount: i64) -> Answers {
    Answers {
        title: "Den building".to_owned(),
        amount: pounds(amount),
        answers: vec!["Build dens in the wood".to_owned(), "The children".to_owned()],
        partners: String::new(),
    }
}

async fn at<'a>(house: &House, id: &'a str) -> (&'a str, i32) {
    (id, call(&house.authority, id).await.unwrap().version)
}

async fn published(house: &House) -> String {
    let (authority, ann) = (&house.authority, house.actor("ann"));
    let plan = plan(house).await;
    let id = add_call(authority, ann, (&plan, None), &text(house)).await.unwrap();
    publish_call(authority, house.actor("ben"), (&id, 1)).await.unwrap();
    id
}

fn given(list: &[(&str, i64)]) -> Given {
    list.iter()
        .map(|(id, amount)| ((*id).to_owned(), (pounds(*amount), "Near to families".to_owned())))
        .collect()
}

#[tokio::test]
async fn a_call_is_published_by_another_within_its_plan() {
    for house in House::each().await {
        let (authority, ann, ben) = (&house.authority, house.actor("ann"), house.actor("ben"));
        let bought = house.plan().await;
        assert!(
            refused(add_call(authority, ann, (&bought, None), &text(&house)).await)
                .contains("that gives grants")
        );
        let plan = plan(&house).await;
        let wrong: [(&str, Spoil); 6] = [
            ("£10,000 are left", |text| text.total = pounds(10_001)),
            ("to one at most", |text| text.most = pounds(8_001)),
            ("28 days", |text| text.closes_at -= Duration::days(3)),
            ("hear after it closes", |text| text.heard_by = day("2027-06-02")),
            ("when the plan said", |text| text.starts_on = day("2027-05-01")),
            ("at least one question", |text| text.questions.clear()),
        ];
        for (rule, spoil) in wrong {
            let mut text = text(&house);
            spoil(&mut text);
            let id = add_call(authority, ann, (&plan, None), &text).await.unwrap();
            let why = refused(publish_call(authority, ben, (&id, 1)).await);
            assert!(why.contains(rule), "{rule}: {why}");
            remove_call(authority, ann, (&id, 1)).await.unwrap();
        }
        let id = add_call(authority, ann, (&plan, None), &text(&house)).await.unwrap();
        assert!(refused(publish_call(authority, ann, (&id, 1)).await).contains("did not write it"));
        publish_call(authority, ben, (&id, 1)).await.unwrap();
        assert!(refused(change_call(authority, ann, (&id, 2), &text(&house)).await).contains("stays"));
        // What one call gives, another cannot; and the plan waits for it.
        let second = add_call(authority, ann, (&plan, None), &text(&house)).await.unwrap();
        assert!(refused(publish_call(authority, ben, (&second, 1)).await).contains("£2,000 are left"));
        let version = intention(authority, &plan).await.unwrap().0.version;
        let done = move_intention(authority, ann, (&plan, version), &Move::Fulfil, (None, &[])).await;
        assert!(refused(done).contains("a call or an agreement"));
        let later = house.now() + Duration::days(40);
        assert!(refused(extend_call(authority, ann, (&id, 2), later, " ").await).contains("why"));
        let sooner = house.now() + Duration::days(20);
        assert!(refused(extend_call(authority, ann, (&id, 2), sooner, "So").await).contains("only be later"));
        extend_call(authority, ann, (&id, 2), later, "Half term").await.unwrap();
        cancel_call(authority, ann, (&id, 3), "No money").await.unwrap();
        let told: Vec<_> =
            call_changes(authority, &id).await.unwrap().into_iter().map(|one| one.what).collect();
        assert_eq!(told, ["Published", "It closes later: Half term", "Cancelled: No money"]);
        publish_call(authority, ben, (&second, 1)).await.unwrap();
    }
}

#[tokio::test]
async fn applications_are_read_after_the_end_seen_alone_and_decided_by_a_third() {
    for house in House::each().await {
        let (authority, joe) = (&house.authority, house.actor("joe"));
        let (kim, lou) = (house.actor("kim"), house.actor("lou"));
        let id = published(&house).await;
        assert!(
            refused(apply(authority, house.actor("ann"), &id, &says(1)).await).contains("not the authority")
        );
        assert!(refused(apply(authority, kim, &id, &says(5_001)).await).contains("at most £5,000"));
        let mut long = says(1);
        long.answers[1] = "one two three four five six".to_owned();
        assert!(refused(apply(authority, kim, &id, &long).await).contains("has 6 words, and may have 5"));
        assert!(refused(withdraw_application(authority, kim, &id).await).contains("no application"));
        let first = apply(authority, kim, &id, &says(4_000)).await.unwrap();
        let second = apply(authority, kim, &id, &says(5_000)).await.unwrap();
        assert_ne!(first, second, "a receipt is of what came");
        apply(authority, lou, &id, &says(3_500)).await.unwrap();
        apply(authority, house.actor("moe"), &id, &says(100)).await.unwrap();
        withdraw_application(authority, house.actor("moe"), &id).await.unwrap();
        assert!(refused(applications(authority, &id).await).contains("before the closing time"));
        let own = own_applications(authority, &id, house.organisation("kim")).await.unwrap();
        assert_eq!((own.len(), own[0].hash.as_str()), (2, second.as_str()));
        let (kims, lous) = (house.organisation("kim"), house.organisation("lou"));
        let early = give_view(authority, house.actor("fay"), (&id, kims), (Some(3), "Good")).await;
        assert!(refused(early).contains("Open for applications"));

        house.clock.pass(Duration::days(30));
        assert!(refused(apply(authority, lou, &id, &says(1)).await).contains("late"));
        assert!(refused(withdraw_application(authority, lou, &id).await).contains("late"));
        let all = applications(authority, &id).await.unwrap();
        let mut asked: Vec<_> = all.iter().filter_map(|one| Some(one.says.as_ref()?.amount)).collect();
        asked.sort();
        assert_eq!(asked, [pounds(3_500), pounds(5_000)], "the newest counts, what was withdrawn does not");

        let view = async |name: &str, of: &str, points: Option<u32>, why: &str| {
            give_view(authority, house.actor(name), (&id, of), (points, why)).await
        };
        assert!(refused(view("fay", kims, Some(6), "So").await).contains("0 to 5"));
        assert!(refused(view("fay", kims, Some(4), " ").await).contains("why"));
        assert!(refused(view("kim", kims, Some(5), "We are good").await).contains("has a tie"));
        assert!(
            refused(view("kim", lous, Some(0), "They are bad").await).contains("has a tie"),
            "nor of a rival"
        );
        assert!(refused(view("fay", house.organisation("moe"), Some(1), "So").await).contains("no such"));
        view("fay", kims, Some(4), "Children asked for it").await.unwrap();
        assert!(refused(view("fay", kims, Some(1), "Other").await).contains("it stays"));
        view("gus", kims, None, "My sister works there").await.unwrap();
        let seen = views(authority, &id, Some(house.id("gus"))).await.unwrap();
        assert_eq!(seen.len(), 1, "who has a tie reads no view");
        assert!(views(authority, &id, Some(house.id("hal"))).await.unwrap().is_empty(), "nor who gave none");
        let both = given(&[(kims, 5_000), (lous, 3_000)]);
        let few = refused(decide_call(authority, joe, at(&house, &id).await, &both).await);
        assert!(few.contains(&format!("{VIEWS} people without a tie")), "{few}");
        view("hal", kims, Some(3), "Far for some").await.unwrap();
        assert_eq!(views(authority, &id, Some(house.id("hal"))).await.unwrap().len(), 3);
        for name in ["fay", "gus"] {
            view(name, lous, Some(2), "Small, and good").await.unwrap();
        }
        let place = at(&house, &id).await;
        let partial = refused(decide_call(authority, joe, place, &given(&[(kims, 1)])).await);
        assert!(partial.contains("every application"), "{partial}");
        let more = refused(decide_call(authority, joe, place, &given(&[(kims, 1), (lous, 3_501)])).await);
        assert!(more.contains("£3,500 at most"), "{more}");
        let over = refused(decide_call(authority, joe, place, &given(&[(kims, 5_000), (lous, 3_001)])).await);
        assert!(over.contains("gives £8,000"), "{over}");
        let own = refused(decide_call(authority, house.actor("fay"), place, &both).await);
        assert!(own.contains("gave no view"), "{own}");
        let tied = refused(decide_call(authority, lou, place, &both).await);
        assert!(tied.contains("works for who applied"), "{tied}");
        decide_call(authority, joe, place, &given(&[(kims, 5_000), (lous, 0)])).await.unwrap();
        let told = decisions(authority, &id).await.unwrap();
        let lost = told.iter().find(|one| one.organisation == lous).unwrap();
        assert_eq!((lost.amount, &lost.agreement), (Pence::default(), &None));
        let made = told.iter().find_map(|one| one.agreement.clone()).unwrap();
        let made = agreement(authority, &made).await.unwrap();
        assert_eq!((made.state, made.terms.value), (AgreementState::Pending, pounds(5_000)));
        let today = house.now().date_naive();
        let own = refused(sign_agreement(authority, joe, (&made.id, 1), today).await);
        assert!(own.contains("did not write it"), "who decided does not sign: {own}");
        sign_agreement(authority, house.actor("ann"), (&made.id, 1), today).await.unwrap();
        let plan = call(authority, &id).await.unwrap().intention;
        assert_eq!(agreements_for(authority, &plan).await.unwrap().len(), 1);

        // Three years later what did not win is gone, word for word; six years after its end what did.
        let service = Actor::service("test");
        assert_eq!(sweep_applications(authority, &service).await.unwrap(), 0);
        house.clock.pass(Duration::days(3 * 366 + 30));
        // Lou's, and both lines of Moe, who withdrew.
        assert_eq!(sweep_applications(authority, &service).await.unwrap(), 3);
        let all = applications(authority, &id).await.unwrap();
        let words = |of: &str| {
            let one = all.iter().find(|one| one.organisation == of).unwrap();
            (one.cleared_at.is_some(), one.says.clone().unwrap())
        };
        let (gone, left) = words(lous);
        assert!(gone && left.title.is_empty() && left.answers.iter().all(String::is_empty), "{left:?}");
        assert_eq!((left.amount, words(kims)), (pounds(3_500), (false, says(5_000))));
        house.clock.pass(Duration::days(6 * 366));
        assert_eq!(sweep_applications(authority, &service).await.unwrap(), 2, "also what Kim had replaced");
        assert_eq!(sweep_applications(authority, &service).await.unwrap(), 0);
        assert_eq!(views(authority, &id, None).await.unwrap().len(), 5, "views stay");
    }
}

#[derive(Debug, Clone)]
enum Step {
    Pass(i64),
    Apply { who: &'static str, amount: i64 },
    Withdraw { who: &'static str },
    Extend { days: i64 },
    View { who: &'static str, of: &'static str, points: Option<u32> },
    Decide { by: &'static str, kim: i64, lou: i64, moe: i64 },
    Cancel,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let applicant = || prop::sample::select(vec!["kim", "lou", "moe"]);
    let one = prop_oneof![
        (1_i64..15).prop_map(Step::Pass),
        (applicant(), 1_i64..6_000).prop_map(|(who, amount)| Step::Apply { who, amount }),
        (applicant(), 1_i64..6_000).prop_map(|(who, amount)| Step::Apply { who, amount }),
        applicant().prop_map(|who| Step::Withdraw { who }),
        (0_i64..40).prop_map(|days| Step::Extend { days }),
        (prop::sample::select(vec!["fay", "gus", "hal", "kim"]), applicant(), prop::option::of(0_u32..7))
            .prop_map(|(who, of, points)| Step::View { who, of, points }),
        (prop::sample::select(vec!["fay", "gus", "hal"]), applicant(), prop::option::weighted(0.9, 0_u32..6))
            .prop_map(|(who, of, points)| Step::View { who, of, points }),
        (prop::sample::select(vec!["joe", "fay", "kim"]), 0_i64..5_000, 0_i64..5_000, 0_i64..3_000)
            .prop_map(|(by, kim, lou, moe)| Step::Decide { by, kim, lou, moe }),
        Just(Step::Cancel),
    ];
    // Cancelling is rare, or nothing else is reached.
    prop::collection::vec(one, 1..60).prop_map(|steps| {
        let is_rare = |(at, step): &(usize, Step)| !matches!(step, Step::Cancel) || at % 7 == 0;
        steps.into_iter().enumerate().filter(is_rare).map(|(_, step)| step).collect()
    })
}

async fn holds(house: &House, one: &Call) {
    let authority = &house.authority;
    let is = call(authority, &one.id).await.unwrap();
    let phase = is.phase(house.now());
    let readable = applications(authority, &one.id).await;
    assert_eq!(readable.is_ok(), matches!(phase, Phase::Closed | Phase::Decided), "{phase:?}");
    for name in ["kim", "lou", "moe"] {
        let sent = own_applications(authority, &one.id, house.organisation(name)).await.unwrap();
        assert!(sent.iter().all(|sent| sent.at < is.text.closes_at), "nothing came late");
    }
    let told = decisions(authority, &one.id).await.unwrap();
    assert!(told.is_empty() || phase == Phase::Decided);
    let sum: i64 = told.iter().map(|one| one.amount.get()).sum();
    assert!(sum <= is.text.total.get());
    let made = agreements_for(authority, &one.intention).await.unwrap();
    assert_eq!(made.iter().map(|one| one.terms.value.get()).sum::<i64>(), sum, "what is given is agreed");
    let all = views(authority, &one.id, None).await.unwrap();
    for one in &told {
        let seen = all.iter().filter(|view| view.organisation == one.organisation && view.points.is_some());
        assert!(seen.count() >= VIEWS && !one.reason.is_empty());
    }
    for reader in ["fay", "gus", "hal"] {
        let own = |of: &str| {
            all.iter().any(|view| {
                view.person == house.id(reader) && view.organisation == of && view.points.is_some()
            })
        };
        for view in views(authority, &one.id, Some(house.id(reader))).await.unwrap() {
            assert!(view.person == house.id(reader) || own(&view.organisation), "views are given alone");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn no_history_reads_early_gives_more_or_decides_unseen(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new(enough_store::testing::Empty::sqlite()).await;
            let authority = &house.authority;
            let id = published(&house).await;
            let one = call(authority, &id).await.unwrap();
            for step in steps {
                let place = at(&house, &id).await;
                let result = match step {
                    Step::Pass(days) => {
                        house.clock.pass(Duration::days(days));
                        Ok(())
                    }
                    Step::Apply { who, amount } => {
                        apply(authority, house.actor(who), &id, &says(amount)).await.map(drop)
                    }
                    Step::Withdraw { who } => withdraw_application(authority, house.actor(who), &id).await,
                    Step::Extend { days } => {
                        let later = one.text.closes_at + Duration::days(days);
                        extend_call(authority, house.actor("ann"), place, later, "So").await
                    }
                    Step::View { who, of, points } => {
                        let of = house.organisation(of);
                        give_view(authority, house.actor(who), (&id, of), (points, "So")).await
                    }
                    Step::Decide { by, kim, lou, moe } => {
                        let list = applications(authority, &id).await.unwrap_or_default();
                        let amounts: BTreeMap<_, _> = [("kim", kim), ("lou", lou), ("moe", moe)]
                            .map(|(name, amount)| (house.organisation(name), amount))
                            .into();
                        let pairs: Vec<_> =
                            list.iter().map(|one| (one.organisation.as_str(), amounts[one.organisation.as_str()])).collect();
                        decide_call(authority, house.actor(by), place, &given(&pairs)).await
                    }
                    Step::Cancel => cancel_call(authority, house.actor("ann"), place, "So").await,
                };
                if let Err(error) = result {
                    assert!(matches!(error, StoreError::Refused(_)), "{error}");
                }
                holds(&house, &one).await;
            }
            // Whatever was tried, what is not cancelled comes to an end.
            if call(authority, &id).await.unwrap().phase(house.now()) == Phase::Open {
                house.clock.pass(Duration::days(80));
            }
            if call(authority, &id).await.unwrap().phase(house.now()) == Phase::Closed {
                let (mut left, mut list) = (one.text.total.get(), Given::new());
                for application in applications(authority, &id).await.unwrap() {
                    for name in ["fay", "gus", "hal", "ida", "eve"] {
                        drop(give_view(authority, house.actor(name), (&id, &application.organisation), (Some(3), "So")).await);
                    }
                    let amount = application.says.unwrap().amount.get().min(left);
                    left -= amount;
                    list.insert(application.organisation, (Pence::new(amount), "So".to_owned()));
                }
                decide_call(authority, house.actor("joe"), at(&house, &id).await, &list).await.unwrap();
                holds(&house, &one).await;
            }
        });
    }
}
