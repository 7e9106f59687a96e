//! A round of commissioning that an earlier program kept is there, proven whole, and can be gone on with.

use std::path::Path;

use chrono::{TimeZone, Utc};
use enough_commissioning::agreements::{Phase, agreements, performance, reviews};
use enough_commissioning::calls::calls;
use enough_commissioning::codesign::codesign;
use enough_commissioning::frameworks::frameworks;
use enough_commissioning::funds::{Account, funds};
use enough_commissioning::intentions::intentions;
use enough_commissioning::tenders::{evidence, submissions, sweep_bids, tenders};
use enough_kernel::last_working_day;
use enough_store::Environment;
use enough_store::accounts::{Client, Role};
use enough_store::audit::Actor;
use enough_store::backup::restore;
use enough_store::testing::{Clock, Empty};

#[tokio::test]
async fn a_round_that_an_earlier_program_kept_is_whole() {
    for (empty, name) in Empty::each().await.into_iter().zip(["sqlite", "postgres"]) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/tests/previous");
        let backup = folder.join(format!("round-{name}.backup"));
        restore(&backup, &empty.address, Empty::keys(), Environment::system()).await.unwrap();
        let then = Clock::new(Utc.with_ymd_and_hms(2026, 11, 23, 17, 0, 0).unwrap());
        let store = empty.store_at(then.environment()).await;
        let (code, title) = store.authorities().await.unwrap().remove(0);
        let authority = &store.authority(&code, &title).await.unwrap();
        let is_auditor = |one: &enough_store::accounts::Person| one.roles.contains(&Role::Auditor);
        let auditor = authority.people().await.unwrap().into_iter().find(is_auditor).unwrap();
        let auditor = Client::default().actor(&auditor);

        let tender = tenders(authority).await.unwrap().remove(0);
        // When its award notice was published is known from the calendar that was kept, and the standstill counts from it.
        let noticed = tender.award_noticed_on.unwrap();
        assert_eq!(tender.standstill().until(), last_working_day(noticed, 8));
        assert_eq!((tender.specification.is_some(), &tender.unspecified), (true, &None));
        let bids = submissions(authority, &tender).await.unwrap();
        assert_eq!((bids.len(), bids.iter().filter(|one| one.cleared_at.is_some()).count()), (3, 0));
        // Bids are unsealed and compared with their receipts, scores with their hashes, totals worked out again.
        let pack = evidence(authority, &auditor, &tender.id).await.unwrap();
        assert!(pack.is_whole() && pack.bids.iter().all(|one| one.is_as_sent == Some(true)));
        assert_eq!(pack.standings.iter().filter(|one| one.place == Some(1)).count(), 1);

        let all = agreements(authority).await.unwrap();
        let bought = all.iter().find(|one| one.tender.is_some()).unwrap();
        assert_eq!(bought.phase("2026-11-23".parse().unwrap()), Phase::Running);
        let reported = performance(authority, bought).await.unwrap();
        assert!(reported.values().flatten().filter(|one| one.report.is_some()).count() > 3);
        assert_eq!(reviews(authority, &bought.id).await.unwrap().len(), 1);
        let fund = funds(authority).await.unwrap().remove(0);
        assert!(fund.books().on(&Account::Paid(bought.id.clone())).get() > 0);
        let plans = intentions(authority).await.unwrap();
        let plan = plans.iter().find(|one| one.id == bought.intention).unwrap();
        assert!(codesign(authority, &plan.id).await.unwrap().last.is_some(), "the text has its hash");
        assert_eq!(
            (calls(authority).await.unwrap().len(), frameworks(authority).await.unwrap().len()),
            (1, 1)
        );
        assert_eq!(sweep_bids(authority, &Actor::service("test")).await.unwrap(), 0);
        assert!(authority.verify(&[]).await.unwrap().is_ok());
    }
}
