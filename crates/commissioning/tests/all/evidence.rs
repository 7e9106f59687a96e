//! The evidence pack of a tender: complete, checked again, proven entry by entry, and for nobody before its time.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::{House, refused};
use chrono::Duration;
use enough_commissioning::agreements::agreements_of_tender;
use enough_commissioning::tenders::{
    BidEvidence, WON_YEARS, cancel, evidence, publish, read_submission, submit, sweep_bids,
};
use enough_store::audit::Actor;
use enough_store::audit::merkle::Hash;
use enough_store::audit::{Event, Query};
use enough_store::sea_orm::{ConnectionTrait, Statement};
use sha2::{Digest, Sha256};

#[tokio::test]
async fn an_auditor_follows_a_tender_to_its_last_score() {
    for house in House::each().await {
        let authority = &house.authority;
        let id = house.awarded().await;
        let dan = house.actor("dan");
        assert!(refused(evidence(authority, house.actor("kim"), &id).await).contains("works for a bidder"));
        let pack = evidence(authority, dan, &id).await.unwrap();
        assert!(pack.is_whole());
        let of_lot =
            |one: &BidEvidence| (pack.name(&one.bid.organisation).to_owned(), one.prices[&1].unwrap());
        let bidders: BTreeMap<_, _> = pack.bids.iter().map(of_lot).collect();
        let bidders: Vec<_> = bidders.iter().map(|(name, price)| format!("{name} {price}")).collect();
        assert_eq!(bidders, ["Play kim £300,000", "Play lou £240,000"]);
        assert!(pack.bids.iter().all(|one| one.is_as_sent == Some(true) && one.bid.summary.is_some()));
        let given: Vec<_> = pack.openers.iter().map(|one| (pack.name(&one.person), one.given_at)).collect();
        assert_eq!(given.iter().filter(|(_, at)| at.is_some()).count(), 2, "{given:?}");
        assert_eq!((pack.scores.len(), pack.moderated.len()), (8, 4));
        // Both have 4 of 5 everywhere, 50 × 0.8 + 12.5 × 0.8; the lower price has all of 37.5.
        let totals: Vec<_> = pack.standings.iter().map(|one| (one.total.as_str(), one.place)).collect();
        assert_eq!(totals, [("87.50%", Some(1)), ("80.00%", Some(2))]);
        assert_eq!(pack.name(pack.decided_by.as_deref().unwrap()), "joe, Example");

        // What bidders answered is not in it, and nobody who has nothing to do with it.
        let file = String::from_utf8(pack.file().unwrap()).unwrap();
        assert!(!file.contains("We train young people") && !file.contains("moe, Health"), "{file}");
        // Every entry is proven, and the receipts of the log are those of the bids.
        let mut receipts = BTreeSet::new();
        let entries = pack.entries().unwrap();
        for (proof, entry) in pack.log.iter().zip(&entries) {
            proof.check(&authority.verifier()).unwrap();
            if entry.action == "submission.seal" {
                receipts.insert(entry.detail["sha256"].as_str().unwrap().to_owned());
            }
        }
        assert_eq!(receipts, pack.bids.iter().map(|one| one.bid.hash.clone()).collect());
        for action in ["intention.add", "tender.open", "tender.score", "tender.moderate", "tender.decide"] {
            assert!(entries.iter().any(|entry| entry.action == action), "{action}");
        }
        let mut forged = pack.log[0].clone();
        forged.entry = forged.entry.replace("intention.add", "intention.buy");
        assert!(forged.check(&authority.verifier()).is_err());
        // That it was given out is in the log, with what was given out.
        let query = Query { action: Some("tender.evidence".to_owned()), ..Query::default() };
        let read = authority.search(&query, 10).await.unwrap().entries;
        let hash = Hash(Sha256::digest(file.as_bytes()).into()).to_string();
        assert_eq!((read.len(), read[0].detail["sha256"].as_str()), (1, Some(hash.as_str())));

        // A score that was changed behind the back of the service is told, and whose.
        let mut change = authority.begin(dan).await.unwrap();
        let changed = format!("UPDATE tender_score SET points = 5 WHERE person = '{}'", house.id("fay"));
        change.tx().execute_unprepared(&changed).await.unwrap();
        change.log(Event::new("test.change", "tender_score"));
        change.commit().await.unwrap();
        let pack = evidence(authority, dan, &id).await.unwrap();
        assert!(!pack.is_whole());
        for one in &pack.evaluators {
            assert_eq!(one.is_as_locked, Some(one.person != house.id("fay")));
        }
    }
}

#[tokio::test]
async fn what_was_never_opened_stays_secret() {
    for house in House::each().await {
        let (authority, id) = (&house.authority, house.approved().await);
        let (ann, dan) = (house.actor("ann"), house.actor("dan"));
        publish(authority, ann, (&id, 3), &house.named()).await.unwrap();
        let of = (id.as_str(), house.organisation("kim"));
        submit(authority, house.actor("kim"), of, &house.bid(&id, &[1], 300_000, "Known").await)
            .await
            .unwrap();
        assert!(refused(evidence(authority, dan, &id).await).contains("once bidders are told"));
        cancel(authority, ann, (&id, house.version(&id).await), "No money any more").await.unwrap();
        let pack = evidence(authority, dan, &id).await.unwrap();
        assert!(pack.bids.is_empty() && pack.standings.is_empty() && pack.is_whole());
        let file = String::from_utf8(pack.file().unwrap()).unwrap();
        assert!(!file.contains("Play kim") && !file.contains("submission."), "{file}");
        assert!(pack.entries().unwrap().iter().any(|entry| entry.action == "tender.cancel"));
    }
}

#[tokio::test]
async fn what_bidders_wrote_goes_when_its_term_has_passed() {
    for house in House::each().await {
        let (authority, id, service) = (&house.authority, house.awarded().await, Actor::service("test"));
        let (dan, never) = (house.actor("dan"), house.approved().await);
        publish(authority, house.actor("ann"), (&never, 3), &house.named()).await.unwrap();
        let bid = house.bid(&never, &[1], 300_000, "Known").await;
        submit(authority, house.actor("kim"), (&never, house.organisation("kim")), &bid).await.unwrap();
        cancel(authority, house.actor("ann"), (&never, house.version(&never).await), "No money")
            .await
            .unwrap();
        house.sign(&id).await;
        let last = agreements_of_tender(authority, &id).await.unwrap()[0].terms.ends_on;
        let before = evidence(authority, dan, &id).await.unwrap();
        house.clock.pass(Duration::days(3 * 365));
        assert_eq!(
            sweep_bids(authority, &service).await.unwrap(),
            1,
            "what nobody opened, for it ended before"
        );
        house.clock.pass(Duration::days(30));
        assert_eq!(sweep_bids(authority, &service).await.unwrap(), 1, "what did not win");
        assert_eq!(sweep_bids(authority, &service).await.unwrap(), 0);
        let after = evidence(authority, dan, &id).await.unwrap();
        assert!(after.is_whole());
        let gone = |of: &BidEvidence| (of.is_as_sent, of.bid.cleared_at.is_some());
        let states: Vec<_> = after.bids.iter().map(gone).collect();
        assert!(states.contains(&(None, true)) && states.contains(&(Some(true), false)), "{states:?}");
        // All that was decided can be worked out again.
        assert_eq!((&after.standings, &after.scores), (&before.standings, &before.scores));
        let prices = |pack: &[BidEvidence]| pack.iter().map(|one| one.prices.clone()).collect::<Vec<_>>();
        assert_eq!(prices(&after.bids), prices(&before.bids));
        let lost = &after.bids.iter().find(|one| one.is_as_sent.is_none()).unwrap().bid.id;
        let reader = (lost.as_str(), house.id("ida"));
        let says = read_submission(authority, house.actor("ida"), reader).await.unwrap().unwrap();
        assert!(says.about.is_empty() && says.lots[0].answers.values().all(String::is_empty), "{says:?}");
        // No ciphertext is left that two openers could still open.
        let left = "SELECT COUNT(*) AS left FROM submission WHERE sealed <> '' AND cleared_at IS NOT NULL";
        let db = authority.store().read();
        let ask = Statement::from_string(db.get_database_backend(), left);
        let row = db.query_one_raw(ask).await.unwrap().unwrap();
        assert_eq!(row.try_get::<i64>("", "left").unwrap(), 0);
        let years = i64::from(WON_YEARS) * 366 + (last - house.now().date_naive()).num_days();
        house.clock.pass(Duration::days(years));
        assert_eq!(sweep_bids(authority, &service).await.unwrap(), 1, "the winner's, in the end");
    }
}
