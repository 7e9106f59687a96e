//! The evidence pack of a tender: complete, checked again, proven entry by entry, and for nobody before its time.

#![allow(clippy::unwrap_used)]

mod house;

use std::collections::{BTreeMap, BTreeSet};

use enough_commissioning::tenders::{BidEvidence, cancel, evidence, publish, submit};
use enough_store::audit::merkle::Hash;
use enough_store::audit::{Event, Query};
use enough_store::sea_orm::ConnectionTrait;
use house::{House, refused};
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
