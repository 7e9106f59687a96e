//! The worked round holds by all the rules, on both databases, and its story is true.

#![allow(clippy::unwrap_used)]

use enough_commissioning::agreements::{
    Kind, Phase, agreements, effect, payments, performance, reviews, serving, spent, visits,
};
use enough_commissioning::calls::{Phase as CallPhase, calls};
use enough_commissioning::codesign::codesign;
use enough_commissioning::funds::funds;
use enough_commissioning::intentions::{State, intention, intentions};
use enough_commissioning::notices::notices;
use enough_commissioning::publication::{contracts, releases};
use enough_commissioning::tenders::tenders;
use enough_example::round::{clock, lay_down};
use enough_kernel::{Pence, day_in_england};
use enough_plans::commitments::{Side, State as Promised, commitments};
use enough_store::testing::Empty;

#[tokio::test]
async fn the_round_goes_from_the_gap_to_the_measured_effect() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("round");
    enough_example::write(&folder, enough_example::SEED).unwrap();
    for empty in Empty::each().await {
        let clock = clock();
        let store = empty.store_at(clock.environment()).await;
        let place = ("https://example.org", "ocds-000000");
        lay_down(&store, &clock, &folder, place).await.unwrap();
        let again = lay_down(&store, &clock, &folder, place).await.unwrap_err();
        assert!(again.to_string().contains("needs an empty one"), "{again}");
        let (code, name) = store.authorities().await.unwrap().remove(0);
        let authority = store.authority(&code, &name).await.unwrap();
        let today = day_in_england(clock.now());

        let all = agreements(&authority).await.unwrap();
        let one = all.iter().find(|one| one.kind == Kind::Contract).unwrap();
        assert_eq!((one.phase(today), one.terms.value), (Phase::Running, Pence::new(32_800_000)));
        let (plan, _) = intention(&authority, &one.intention).await.unwrap();
        assert_eq!(plan.state, State::Fulfilled);
        let design = codesign(&authority, &plan.id).await.unwrap();
        assert_eq!((design.rounds[0].comments.len(), design.last.unwrap().version), (5, 2));
        assert_eq!(
            tenders(&authority).await.unwrap()[0].outcome.as_ref().unwrap().lots[0].winners[0].price,
            Some(Pence::new(31_800_000))
        );

        // The effect is measured, and is what the story says it is: less than expected, for neighbours share it.
        let effect = effect(&plan, one, &reviews(&authority, &one.id).await.unwrap()).unwrap();
        let share = effect.share().unwrap();
        assert!((20..100).contains(&share), "{effect:?}");

        let reported = performance(&authority, one).await.unwrap();
        assert!(
            reported.values().all(|periods| periods[..4].iter().all(|one| one
                .report
                .as_ref()
                .unwrap()
                .rated
                .is_some()))
        );
        assert_eq!(payments(&authority, &one.id).await.unwrap().len(), 4);
        assert_eq!(visits(&authority, &one.id).await.unwrap().len(), 1);
        let key = one.agreed.measures[0].objective.clone().unwrap();
        let serves = &serving(&authority, &[key]).await.unwrap()[0];
        assert_eq!(
            (serves.agreements.len(), serves.agreements[0].1),
            (1, spent(&authority, &one.id).await.unwrap())
        );
        // Every payment came from the fund, and is borne by those who put money in.
        let fund = &funds(&authority).await.unwrap()[0];
        assert!(fund.books().are_right());
        assert_eq!(fund.books().paid_in_all(), spent(&authority, &one.id).await.unwrap());
        assert_eq!(calls(&authority).await.unwrap()[0].phase(clock.now()), CallPhase::Open);
        let late = notices(&authority).await.unwrap();
        let late = late.iter().filter(|(due, sent)| sent.is_none() && due.by.is_some_and(|by| by < today));
        assert_eq!(late.count(), 0, "all that was due was published");
        assert_eq!(intentions(&authority).await.unwrap().len(), 2);
        assert!(all.iter().any(|one| one.kind == Kind::Grant && one.is_signed()));

        // A promise was claimed by who made it, and verified by the other side, which sees it differently.
        let promises = commitments(&authority).await.unwrap();
        assert_eq!(promises.len(), 1);
        assert_eq!(
            (promises[0].state, promises[0].rated(Side::Maker), promises[0].rated(Side::Receiver)),
            (Promised::Verified, "Met", "Partly met")
        );

        let (count, _) = contracts(&authority, "", (0, 10)).await.unwrap();
        assert_eq!(count, 3, "the plan, the tender and the market");
        let list = releases(&authority, None, 100).await.unwrap();
        assert!(list.len() >= 8, "{}", list.len());
        store.close().await.unwrap();
    }
}
