//! Frameworks and dynamic markets: who is in one, who competes, and no more is called off than was said.

use crate::house::released::{What, published, publisher};
use crate::house::{House, refused};
use chrono::{Duration, NaiveDate};
use enough_commissioning::agreements::{
    ProposalKind, Proposed, Terms, Without, add_agreement, agreement, agreements_for, decide_proposal,
    give_up_agreement, propose, sign_agreement,
};
use enough_commissioning::calls::{
    Answers, Given, Question, Text as CallText, add_call, apply, call, decide_call, give_view, publish_call,
};
use enough_commissioning::frameworks::{
    Framework, Kind, Standing, Text, add_framework, change_framework, close_framework, decide_member,
    framework, framework_changes, join, publish_framework,
};
use enough_commissioning::intentions::{Circumstances, Draft, Move, Route, add_intention, move_intention};
use enough_commissioning::notices::notices;
use enough_kernel::Pence;
use enough_store::StoreError;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn pounds(pounds: i64) -> Pence {
    Pence::new(pounds * 100)
}

fn text() -> Text {
    Text {
        title: "Short breaks".to_owned(),
        what: "Days out for children with disabilities".to_owned(),
        basis: "Tender of 2025, notice 012345-2025".to_owned(),
        ceiling: Some(pounds(100_000)),
        from: day("2026-04-01"),
        until: Some(day("2028-03-31")),
        direct: String::new(),
        conditions: "Good or better with Ofsted".to_owned(),
        contact: "team@example.test".to_owned(),
    }
}

async fn now(house: &House, id: &str) -> Framework {
    framework(&house.authority, id).await.unwrap()
}

async fn at<'a>(house: &House, id: &'a str) -> (&'a str, i32) {
    (id, now(house, id).await.version)
}

async fn stand(house: &House, id: &str, who: &str, standing: Standing) -> enough_store::Result<()> {
    let (place, of) = (at(house, id).await, (house.organisation(who), standing));
    decide_member(&house.authority, house.actor("ann"), place, of, "So").await
}

/// An open framework with `kim` and `lou`.
async fn open(house: &House, text: &Text) -> String {
    let id = add_framework(&house.authority, house.actor("ann"), Kind::Framework, text).await.unwrap();
    for who in ["kim", "lou"] {
        stand(house, &id, who, Standing::Admitted).await.unwrap();
    }
    publish_framework(&house.authority, house.actor("ben"), at(house, &id).await).await.unwrap();
    id
}

/// A plan of £200,000 with this way that is open.
async fn plan(house: &House, route: Route) -> String {
    let text = Draft {
        title: "Days out".to_owned(),
        why: "Families asked".to_owned(),
        what: "Days out".to_owned(),
        areas: vec!["W1".to_owned()],
        most: pounds(200_000),
        route: Some(route),
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

fn new(house: &House, who: &str, value: i64, from: &str) -> Without {
    Without {
        direct: None,
        organisation: house.organisation(who).to_owned(),
        title: "Days out".to_owned(),
        terms: Terms { value: pounds(value), starts_on: day("2027-06-01"), ends_on: day("2027-09-01") },
        how: "By its place".to_owned(),
        framework: Some(from.to_owned()),
    }
}

#[tokio::test]
async fn a_framework_is_for_those_it_was_made_with_and_has_a_limit() {
    for house in House::each().await {
        let (authority, ann) = (&house.authority, house.actor("ann"));
        let bare = Text { ceiling: None, ..text() };
        let id = add_framework(authority, ann, Kind::Framework, &bare).await.unwrap();
        let ben = house.actor("ben");
        assert!(refused(publish_framework(authority, ben, (&id, 1)).await).contains("its last day"));
        let direct = Text { direct: "Below £20,000, by place".to_owned(), ..text() };
        change_framework(authority, ann, (&id, 1), &direct, "").await.unwrap();
        assert!(refused(publish_framework(authority, ben, (&id, 2)).await).contains("with whom"));
        assert!(refused(join(authority, house.actor("kim"), &id, "We do").await).contains("not open"));
        for who in ["kim", "lou"] {
            stand(&house, &id, who, Standing::Admitted).await.unwrap();
        }
        let own = refused(publish_framework(authority, ann, at(&house, &id).await).await);
        assert!(own.contains("did not write it"), "{own}");
        publish_framework(authority, ben, at(&house, &id).await).await.unwrap();
        let late = refused(join(authority, house.actor("moe"), &id, "We do").await);
        assert!(late.contains("s45"), "{late}");
        assert!(refused(stand(&house, &id, "moe", Standing::Admitted).await).contains("Nobody joins"));
        let stays = refused(change_framework(authority, ann, at(&house, &id).await, &text(), "So").await);
        assert!(stays.contains("members count on it"), "{stays}");

        let plan = plan(&house, Route::CallOff).await;
        let without = Without { framework: None, ..new(&house, "kim", 1, &id) };
        assert!(refused(add_agreement(authority, ann, &plan, &without).await).contains("called off from"));
        let other = refused(add_agreement(authority, ann, &plan, &new(&house, "moe", 1, &id)).await);
        assert!(other.contains("with a member"), "{other}");
        let over = refused(add_agreement(authority, ann, &plan, &new(&house, "kim", 100_001, &id)).await);
        assert!(over.contains("£100,000 are left"), "{over}");
        let first = add_agreement(authority, ann, &plan, &new(&house, "kim", 60_000, &id)).await.unwrap();
        let second = refused(add_agreement(authority, ann, &plan, &new(&house, "lou", 40_001, &id)).await);
        assert!(second.contains("£40,000 are left"), "{second}");
        // Who is suspended is not signed with.
        stand(&house, &id, "kim", Standing::Suspended).await.unwrap();
        let today = house.now().date_naive();
        let joe = house.actor("joe");
        assert!(refused(sign_agreement(authority, joe, (&first, 1), today).await).contains("with a member"));
        stand(&house, &id, "kim", Standing::Admitted).await.unwrap();
        sign_agreement(authority, joe, (&first, 1), today).await.unwrap();
        assert_eq!(agreement(authority, &first).await.unwrap().framework.as_deref(), Some(id.as_str()));
        close_framework(authority, ann, at(&house, &id).await, "A new one begins").await.unwrap();
        let closed = refused(add_agreement(authority, ann, &plan, &new(&house, "lou", 1, &id)).await);
        assert!(closed.contains("not open on this day"), "{closed}");
        let told: Vec<_> =
            framework_changes(authority, &id).await.unwrap().into_iter().map(|one| one.what).collect();
        let told: Vec<_> = told.iter().map(String::as_str).collect();
        assert_eq!(
            told,
            ["Published", "Play kim: Suspended", "Play kim: Member", "Closed: A new one begins"]
        );
    }
}

#[tokio::test]
async fn a_dynamic_market_takes_applications_and_its_members_compete() {
    for house in House::each().await {
        let (authority, ann, kim) = (&house.authority, house.actor("ann"), house.actor("kim"));
        let market = Text { ceiling: None, until: None, ..text() };
        let direct = Text { direct: "Small ones".to_owned(), ..market.clone() };
        let id = add_framework(authority, ann, Kind::Market, &direct).await.unwrap();
        let ben = house.actor("ben");
        assert!(refused(publish_framework(authority, ben, (&id, 1)).await).contains("always compete"));
        change_framework(authority, ann, (&id, 1), &market, "").await.unwrap();
        publish_framework(authority, ben, (&id, 2)).await.unwrap();
        assert!(refused(join(authority, ann, &id, "We").await).contains("not the authority"));
        assert!(refused(join(authority, kim, &id, " ").await).contains("how you meet"));
        for who in ["kim", "lou"] {
            join(authority, house.actor(who), &id, "We are good").await.unwrap();
        }
        assert!(refused(join(authority, kim, &id, "Again").await).contains("Applied"));
        stand(&house, &id, "kim", Standing::Admitted).await.unwrap();
        stand(&house, &id, "lou", Standing::TurnedDown).await.unwrap();
        join(authority, house.actor("lou"), &id, "Better now").await.unwrap();
        let softer = Text { conditions: "Requires improvement, with a plan".to_owned(), ..market.clone() };
        let silent = refused(change_framework(authority, ann, at(&house, &id).await, &softer, "").await);
        assert!(silent.contains("what changed"), "{silent}");
        change_framework(authority, ann, at(&house, &id).await, &softer, "Too few could join").await.unwrap();
        let due = notices(authority).await.unwrap();
        let due = due.iter().filter(|(one, _)| one.subject.path == format!("/frameworks/{id}"));
        let due: Vec<_> = due.map(|(one, _)| one.notice.key()).collect();
        assert_eq!(due, ["UK13", "UK14", "UK15"]);

        let plan = plan(&house, Route::DynamicMarket).await;
        let alone = refused(add_agreement(authority, ann, &plan, &new(&house, "kim", 1, &id)).await);
        assert!(alone.contains("call for their offers"), "{alone}");
        let asks = CallText {
            title: "Days out".to_owned(),
            what: "Ten days".to_owned(),
            who: "Members".to_owned(),
            total: pounds(20_000),
            most: pounds(20_000),
            questions: vec![Question { asks: "How?".to_owned(), words: 50 }],
            closes_at: house.now() + Duration::days(30),
            heard_by: house.now().date_naive() + Duration::days(60),
            starts_on: day("2027-06-01"),
            ends_on: day("2027-09-01"),
            contact: "team@example.test".to_owned(),
        };
        assert!(refused(add_call(authority, ann, (&plan, None), &asks).await).contains("its members apply"));
        let called = add_call(authority, ann, (&plan, Some(&id)), &asks).await.unwrap();
        publish_call(authority, ben, (&called, 1)).await.unwrap();
        let says = Answers {
            title: "Ten days".to_owned(),
            amount: pounds(18_000),
            answers: vec!["With care".to_owned()],
            partners: String::new(),
        };
        let outside = refused(apply(authority, house.actor("lou"), &called, &says).await);
        assert!(outside.contains("Its members apply"), "{outside}");
        apply(authority, kim, &called, &says).await.unwrap();
        house.clock.pass(Duration::days(30));
        let kims = house.organisation("kim");
        for name in ["fay", "gus"] {
            give_view(authority, house.actor(name), (&called, kims), (Some(4), "Good")).await.unwrap();
        }
        let given = Given::from([(kims.to_owned(), (pounds(18_000), "The best".to_owned()))]);
        let version = call(authority, &called).await.unwrap().version;
        decide_call(authority, house.actor("joe"), (&called, version), &given).await.unwrap();
        let made = agreements_for(authority, &plan).await.unwrap().remove(0);
        sign_agreement(authority, ann, (&made.id, 1), house.now().date_naive()).await.unwrap();
    }
}

/// The provider wishes for another value, and the authority agrees.
async fn vary(house: &House, id: &str, value: i64) -> enough_store::Result<()> {
    let one = agreement(&house.authority, id).await.unwrap();
    let who = ["kim", "lou"].into_iter().find(|who| house.organisation(who) == one.organisation).unwrap();
    let proposed = Proposed {
        kind: ProposalKind::Vary,
        after: Terms { value: pounds(value), ..one.terms },
        effective_on: house.now().date_naive() + Duration::days(120),
        why: "More families".to_owned(),
        told: "By letter".to_owned(),
        instead: "The club next door".to_owned(),
        unsafe_now: None,
        ground: None,
    };
    propose(&house.authority, house.actor(who), (id, one.version), &proposed).await?;
    decide_proposal(&house.authority, house.actor("joe"), (id, one.version + 1), (true, "So")).await
}

#[derive(Debug, Clone)]
enum Step {
    Stand { who: &'static str, standing: Standing },
    Join { who: &'static str },
    CallOff { who: &'static str, value: i64 },
    GiveUp,
    Sign,
    Vary(i64),
    Pass(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = || prop::sample::select(vec!["kim", "lou", "moe"]);
    let one = prop_oneof![
        (who(), prop::sample::select(Standing::ALL.to_vec()))
            .prop_map(|(who, standing)| Step::Stand { who, standing }),
        who().prop_map(|who| Step::Join { who }),
        (who(), 1_i64..60_000).prop_map(|(who, value)| Step::CallOff { who, value }),
        (who(), 1_i64..60_000).prop_map(|(who, value)| Step::CallOff { who, value }),
        Just(Step::GiveUp),
        Just(Step::Sign),
        (1_i64..120_000).prop_map(Step::Vary),
        (1_i64..120).prop_map(Step::Pass),
    ];
    prop::collection::vec(one, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Invariant 7 for call-offs, after every step.
    #[test]
    fn no_history_calls_off_too_much_or_with_others(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new(enough_store::testing::Empty::sqlite()).await;
            let (authority, ann) = (&house.authority, house.actor("ann"));
            let direct = Text { direct: "By place".to_owned(), ..text() };
            let id = open(&house, &direct).await;
            let plan = plan(&house, Route::CallOff).await;
            let mut written = Vec::new();
            for step in steps {
                let result = match step {
                    Step::Stand { who, standing } => stand(&house, &id, who, standing).await,
                    Step::Join { who } => join(authority, house.actor(who), &id, "So").await,
                    Step::CallOff { who, value } => {
                        let was = now(&house, &id).await;
                        let made = add_agreement(authority, ann, &plan, &new(&house, who, value, &id)).await;
                        let in_time = house.now().date_naive() <= day("2028-03-31");
                        assert!(made.is_err() || was.has(house.organisation(who)) && in_time);
                        made.map(|id| written.push(id))
                    }
                    Step::GiveUp => match written.last() {
                        Some(one) => {
                            let seen = agreement(authority, one).await.unwrap().version;
                            let given_up = give_up_agreement(authority, ann, (one, seen), "So").await;
                            if given_up.is_ok() {
                                written.pop();
                            }
                            given_up
                        }
                        None => Ok(()),
                    },
                    Step::Sign => match written.last() {
                        Some(one) => {
                            let seen = agreement(authority, one).await.unwrap().version;
                            sign_agreement(authority, house.actor("ben"), (one, seen), house.now().date_naive()).await
                        }
                        None => Ok(()),
                    },
                    Step::Vary(value) => match written.last() {
                        Some(one) => vary(&house, one, value).await,
                        None => Ok(()),
                    },
                    Step::Pass(days) => {
                        house.clock.pass(Duration::days(days));
                        Ok(())
                    }
                };
                if let Err(error) = result {
                    assert!(matches!(error, StoreError::Refused(_)), "{error}");
                }
                let mut sum = 0;
                for one in &written {
                    sum += agreement(authority, one).await.unwrap().terms.value.get();
                }
                assert!(sum <= pounds(100_000).get(), "{sum}");
                // 13: what the releases make is what the database says.
                published(&house, &publisher(), (What::Framework, &id)).await;
                if let Some(one) = written.last() {
                    published(&house, &publisher(), (What::Agreement, one)).await;
                }
                assert!(!now(&house, &id).await.has(house.organisation("moe")), "nobody joins a framework later");
            }
        });
    }
}
