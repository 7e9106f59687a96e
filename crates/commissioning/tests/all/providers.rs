//! Providers: what they say once is as the registers write it, seen by whom they let, and used where it is needed; places of events are not
//! given twice.

use std::collections::BTreeMap;

use crate::house::{House, refused};
use chrono::Duration;
use enough_commissioning::agreements::{Terms, Without, add_agreement, sign_agreement};
use enough_commissioning::codesign::Size;
use enough_commissioning::intentions::{Circumstances, Draft, Move, Route, add_intention, move_intention};
use enough_commissioning::providers::{
    Answer, EventText, Offer, Paper, Profile, Scheme, Staff, Workforce, add_event, book, change_event,
    change_profile, event, follow_up, give_back, interests, profile, providers, say_interest, set_readiness,
    set_workforce, take_back, workforce,
};
use enough_commissioning::publication::{Funder, grants};
use enough_kernel::Pence;
use enough_store::StoreError;
use enough_store::testing::Empty;
use proptest::prelude::*;

fn whole() -> Profile {
    Profile {
        about: "We play".to_owned(),
        numbers: vec![(Scheme::Charity, "1099999".to_owned()), (Scheme::Company, "123456".to_owned())],
        size: Some(Size::Micro),
        postcode: "m1 1aa".to_owned(),
        contact: "play@example.test".to_owned(),
        offers: vec![Offer::AfterSchool],
        areas: vec!["W1".to_owned()],
        partners: true,
        papers: vec![(Paper::Safeguarding, "2027-01-31".parse().unwrap())],
        public: true,
        ..Profile::default()
    }
}

#[tokio::test]
async fn a_profile_is_answered_once_and_used() {
    for house in House::each().await {
        let (authority, ann, kim, lou) =
            (&house.authority, house.actor("ann"), house.actor("kim"), house.actor("lou"));
        let mut wrong = whole();
        wrong.numbers[0].1 = "12".to_owned();
        assert!(refused(change_profile(authority, lou, 0, &wrong).await).contains("is no charity number"));
        let hidden = Profile { public: true, ..Profile::default() };
        assert!(refused(change_profile(authority, lou, 0, &hidden).await).contains("for everybody to read"));
        change_profile(authority, lou, 0, &whole()).await.unwrap();
        assert!(matches!(
            change_profile(authority, lou, 0, &whole()).await,
            Err(StoreError::Conflict { .. })
        ));
        let known = profile(authority, house.organisation("lou")).await.unwrap();
        assert_eq!((known.profile.postcode.as_str(), known.version), ("M1 1AA", 1));
        assert_eq!(known.profile.numbers[1], (Scheme::Company, "00123456".to_owned()));
        assert_eq!(known.profile.runs_out("2027-01-01".parse().unwrap(), 30).count(), 1);
        set_readiness(authority, lou, 1, &BTreeMap::from([("money".to_owned(), Answer::Partly)]))
            .await
            .unwrap();
        let other = BTreeMap::from([("luck".to_owned(), Answer::Yes)]);
        assert!(refused(set_readiness(authority, lou, 2, &other).await).contains("no question luck"));
        let stale = set_readiness(authority, lou, 1, &BTreeMap::new()).await;
        assert!(matches!(stale, Err(StoreError::Conflict { seen: 1, now: 2, .. })), "{stale:?}");

        // A grant to it is published with its numbers, its areas and its objective.
        let objective = house.objective().await;
        let text = Draft {
            title: "Small grants".to_owned(),
            why: "Groups know families".to_owned(),
            what: "Play in the holidays".to_owned(),
            areas: vec!["E05011368".to_owned(), "W1".to_owned()],
            most: Pence::new(1_000_000),
            route: Some(Route::Grant),
            case: Circumstances::because("It fits best"),
            opens_on: Some(house.now().date_naive()),
            starts_on: "2027-06-01".parse().ok(),
            months: 12,
            contact: "team@example.test".to_owned(),
            objectives: vec![objective.clone()],
            ..Draft::default()
        };
        let plan = add_intention(authority, ann, &text).await.unwrap();
        assert!(refused(say_interest(authority, lou, &plan, ("", false)).await).contains("public"));
        move_intention(authority, ann, (&plan, 1), &Move::Publish, (None, &[])).await.unwrap();
        say_interest(authority, lou, &plan, ("Play", true)).await.unwrap();
        house.clock.pass(Duration::seconds(1));
        say_interest(authority, kim, &plan, ("", false)).await.unwrap();
        say_interest(authority, kim, &plan, ("More play", false)).await.unwrap();
        let said: Vec<_> = interests(authority, &plan)
            .await
            .unwrap()
            .into_iter()
            .map(|one| (one.note, one.partners))
            .collect();
        assert_eq!(said, [("Play".to_owned(), true), ("More play".to_owned(), false)]);
        take_back(authority, kim, &plan).await.unwrap();
        assert_eq!(interests(authority, &plan).await.unwrap().len(), 1);
        let sooner = Move::Open { sooner: Some("Summer".to_owned()) };
        move_intention(authority, ann, (&plan, 2), &sooner, (None, &[])).await.unwrap();
        let new = Without {
            direct: None,
            organisation: house.organisation("lou").to_owned(),
            title: "Holiday play".to_owned(),
            terms: Terms {
                value: Pence::new(600_050),
                starts_on: "2027-06-01".parse().unwrap(),
                ends_on: "2027-08-31".parse().unwrap(),
            },
            how: "The panel of parents chose it".to_owned(),
            framework: None,
        };
        let id = add_agreement(authority, ann, &plan, &new).await.unwrap();
        let funder =
            Funder { prefix: "360G-test".to_owned(), id: None, site: "https://example.org".to_owned() };
        assert!(grants(authority, &funder).await.unwrap().is_empty(), "what is not signed is no grant");
        sign_agreement(authority, house.actor("ben"), (&id, 1), house.now().date_naive()).await.unwrap();
        let list = grants(authority, &funder).await.unwrap();
        assert_eq!(list[0]["amountAwarded"], 6000.5);
        assert_eq!(list[0]["recipientOrganization"][0]["id"], "GB-CHC-1099999");
        assert_eq!(list[0]["beneficiaryLocation"][0]["geoCodeType"], "WD");
        assert_eq!(list[0]["classifications"][0]["code"], objective.to_string());
        // For validators: ../shared/validate/validate 360 target/tmp/grants.json
        std::fs::write(
            std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("grants.json"),
            serde_json::json!({ "grants": list }).to_string(),
        )
        .unwrap();
    }
}

fn workshop(house: &House, places: u32) -> EventText {
    EventText {
        title: "How to write a bid".to_owned(),
        what: "For small organisations".to_owned(),
        place: "Library, no steps".to_owned(),
        begins_at: house.now() + Duration::days(3),
        ends_at: house.now() + Duration::days(3) + Duration::hours(2),
        places,
        intention: None,
    }
}

#[tokio::test]
async fn what_people_can_is_summed_and_nobody_alone_is_told() {
    for house in House::each().await {
        let authority = &house.authority;
        let said = |key: &str, have, want| Workforce::from([(key.to_owned(), Staff { have, want })]);
        let (kim, lou, moe) = (house.actor("kim"), house.actor("lou"), house.actor("moe"));
        assert!(
            refused(set_workforce(authority, kim, 0, &said("juggling", 1, 0)).await).contains("no skill")
        );
        assert!(
            refused(set_workforce(authority, kim, 0, &said("signs", 10_001, 0)).await).contains("0 to 10000")
        );
        set_workforce(authority, kim, 0, &said("signs", 2, 1)).await.unwrap();
        let stale = set_workforce(authority, kim, 0, &said("signs", 9, 9)).await;
        assert!(matches!(stale, Err(StoreError::Conflict { .. })), "{stale:?}");
        set_workforce(authority, lou, 0, &said("signs", 0, 4)).await.unwrap();
        let total = async || {
            let all = workforce(&providers(authority).await.unwrap());
            all.into_iter().find(|total| total.skill.key == "signs").unwrap()
        };
        let few = total().await;
        assert_eq!((few.staff, few.is_public()), (Staff { have: 2, want: 5 }, false));
        let wanted: Vec<_> = few.wanted_by.iter().map(|(id, want)| (id.as_str(), *want)).collect();
        assert_eq!(wanted, [(house.organisation("lou"), 4), (house.organisation("kim"), 1)]);
        set_workforce(authority, moe, 0, &said("signs", 1, 0)).await.unwrap();
        let all = total().await;
        assert_eq!((all.organisations, all.staff, all.is_public()), (3, Staff { have: 3, want: 5 }, true));
        // The profile stays as it is, and what is not said is no zero.
        change_profile(authority, lou, 1, &whole()).await.unwrap();
        let known = profile(authority, house.organisation("lou")).await.unwrap();
        assert_eq!((known.workforce.len(), known.version), (1, 2));
    }
}

#[tokio::test]
async fn an_event_has_its_places_and_its_follow_up() {
    for house in House::each().await {
        let (authority, ann, kim, lou) =
            (&house.authority, house.actor("ann"), house.actor("kim"), house.actor("lou"));
        let mut past = workshop(&house, 3);
        past.begins_at = house.now();
        assert!(refused(add_event(authority, ann, &past).await).contains("to come"));
        let id = add_event(authority, ann, &workshop(&house, 3)).await.unwrap();
        book(authority, kim, &id, (2, "A ramp")).await.unwrap();
        assert!(refused(book(authority, lou, &id, (2, "")).await).contains("1 to 1 places"));
        book(authority, kim, &id, (3, "")).await.unwrap();
        assert!(
            refused(change_event(authority, ann, (&id, 1), &workshop(&house, 2)).await)
                .contains("3 places are taken")
        );
        give_back(authority, kim, &id).await.unwrap();
        book(authority, lou, &id, (1, "")).await.unwrap();
        assert_eq!(event(authority, &id).await.unwrap().free(), 2);
        assert!(refused(follow_up(authority, ann, &id, "Slides").await).contains("once it is over"));
        house.clock.pass(Duration::days(4));
        assert!(refused(book(authority, kim, &id, (1, "")).await).contains("begun"));
        follow_up(authority, ann, &id, "Slides").await.unwrap();
        assert_eq!(event(authority, &id).await.unwrap().follow_up.as_deref(), Some("Slides"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Whoever books, changes and gives back in whatever order: no place is given twice.
    #[test]
    fn no_place_is_given_twice(places in 1_u32..12, steps in prop::collection::vec((any::<bool>(), 0_u32..8), 1..20)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new(Empty::sqlite()).await;
            let id = add_event(&house.authority, house.actor("ann"), &workshop(&house, places)).await.unwrap();
            for (is_kim, people) in steps {
                let actor = house.actor(if is_kim { "kim" } else { "lou" });
                let before = event(&house.authority, &id).await.unwrap();
                let own: u32 = before.bookings.iter().filter(|one| Some(&one.organisation) == actor.organisation.as_ref()).map(|one| one.people).sum();
                let result = match people {
                    0 => give_back(&house.authority, actor, &id).await,
                    people => book(&house.authority, actor, &id, (people, "")).await,
                };
                assert_eq!(result.is_ok(), people == 0 || people <= before.free() + own);
                let taken: u32 = event(&house.authority, &id).await.unwrap().bookings.iter().map(|one| one.people).sum();
                assert!(taken <= places);
            }
        });
    }
}
