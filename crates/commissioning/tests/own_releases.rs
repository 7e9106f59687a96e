//! Our tenders as open data: after every step, what the releases make of the process is what the database says, and no release changes.

#![allow(clippy::unwrap_used)]

mod house;

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use enough_commissioning::agreements::{
    Agreed, Asks, Every, Ground, Measure, Payment, ProposalKind, Proposed, Rating, Terms, agree, agreement,
    agreements_of_tender, answer_proposal, decide_proposal, pay, propose, rate, report,
};
use enough_commissioning::codesign::Size;
use enough_commissioning::providers::{Profile, Scheme, change_profile};
use enough_commissioning::publication::ocds::{Given, release_package};
use enough_commissioning::publication::transparency::{HEADINGS, lines};
use enough_commissioning::publication::{Publisher, Release, contract, publish_own};
use enough_commissioning::tenders::{
    Place, add_score, answer_question, ask_question, change_tender, complete, decide, declare, give_share,
    lock_scores, moderate, notify, publish, publish_award, recommend, submissions, submit, tender,
};
use enough_plans::{Better, Figure, Reading, Unit};
use enough_store::StoreError;
use house::{House, passphrase};
use serde_json::{Value, json};

/// Takes away what a release says is nothing any more: what was taken back.
fn without_nothing(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(without_nothing);
            fields.retain(|_, one| !one.is_null() && one.as_object().is_none_or(|one| !one.is_empty()));
        }
        Value::Array(list) => list.iter_mut().for_each(without_nothing),
        _ => {}
    }
}

/// Publishes what is new; gives the tags of the newest release, or nothing where nothing was new.
async fn published(house: &House, publisher: &Publisher, id: &str) -> Option<Vec<String>> {
    let (authority, actor) = (&house.authority, house.actor("ann"));
    let ocid = format!("ocds-zzzzzz-e06999001-{id}");
    let before: Vec<Release> = match contract(authority, &ocid).await {
        Ok((_, releases)) => releases,
        Err(StoreError::NotFound(_)) => Vec::new(),
        Err(other) => panic!("{other}"),
    };
    let made = usize::from(publish_own(authority, actor, publisher, id).await.unwrap());
    assert!(
        !publish_own(authority, actor, publisher, id).await.unwrap(),
        "what did not change is not published again"
    );
    let (process, releases) = contract(authority, &ocid).await.unwrap();
    assert_eq!(releases[..before.len()], before[..], "releases do not change");
    assert_eq!(releases.len(), before.len() + made);
    let last: Value = serde_json::from_str(&releases.last().unwrap().content).unwrap();
    let mut compiled: Value = serde_json::from_str(&process.compiled).unwrap();
    let mut projection = last.clone();
    for value in [&mut compiled, &mut projection] {
        for field in ["id", "date", "tag"] {
            value.as_object_mut().unwrap().remove(field);
        }
    }
    without_nothing(&mut projection);
    without_nothing(&mut compiled);
    assert_eq!(compiled, projection, "the releases make what the database says");
    house.clock.pass(Duration::minutes(1));
    (made > 0).then(|| serde_json::from_value(last["tag"].clone()).unwrap())
}

/// What happens after the signature: measured, reported, rated, paid, changed, ended.
async fn go_on(house: &House, publisher: &Publisher, id: &str) {
    let (authority, ann, joe, lou) =
        (&house.authority, house.actor("ann"), house.actor("joe"), house.actor("lou"));
    let publish_now = async || published(house, publisher, id).await;
    let one = agreements_of_tender(authority, id).await.unwrap().remove(0);
    let version = async || agreement(authority, &one.id).await.unwrap().version;
    let compiled = async || {
        let (process, _) = contract(authority, &format!("ocds-zzzzzz-e06999001-{id}")).await.unwrap();
        serde_json::from_str::<Value>(&process.compiled).unwrap()
    };
    assert!(compiled().await.pointer("/contracts/0/noAgreedMetricsRationale").is_some());
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
    let agreed = Agreed { measures: vec![measure], expected: None };
    agree(authority, ann, (&one.id, version().await), &agreed, "We forgot").await.unwrap();
    assert_eq!(publish_now().await.unwrap(), ["contractUpdate"]);
    assert!(compiled().await.pointer("/contracts/0/noAgreedMetricsRationale").is_none(), "it was taken back");
    house.clock.pass(Duration::days(300));
    let figure = |children: i64| Reading { value: Figure::whole(children), out_of: None };
    report(authority, lou, (&one.id, 1, 1), 0, figure(34), "Two left").await.unwrap();
    assert_eq!(publish_now().await.unwrap(), ["implementation"]);
    rate(authority, ann, (&one.id, 1, 1), 1, (Rating::Approaching, "Nearly")).await.unwrap();
    assert_eq!(publish_now().await.unwrap(), ["implementation"]);
    // A corrected figure about few children is taken back, as far as a merge can: what was published once is known.
    report(authority, lou, (&one.id, 1, 1), 1, figure(3), "Most moved away").await.unwrap();
    assert_eq!(publish_now().await.unwrap(), ["implementation"]);
    let seen =
        compiled().await.pointer("/contracts/0/implementation/metrics/0/observations/0").unwrap().clone();
    assert!(
        seen.get("measure").is_none() && seen["notes"].as_str().unwrap().contains("few children"),
        "{seen}"
    );
    assert!(
        !compiled().await.to_string().contains("Two left"),
        "what the provider says stays between the two"
    );
    let paid_on = house.now().date_naive();
    for pounds in [40_000, -500] {
        let amount = enough_kernel::Pence::new(pounds * 100);
        let payment = Payment { amount, what: "Quarter 1".to_owned(), asked_on: paid_on, paid_on };
        pay(authority, joe, &one.id, &payment).await.unwrap();
    }
    assert_eq!(publish_now().await.unwrap(), ["implementation"]);
    let now = agreement(authority, &one.id).await.unwrap();
    let mut change = Proposed {
        kind: ProposalKind::Vary,
        after: Terms { value: enough_kernel::Pence::new(25_000_000), ..now.terms },
        effective_on: paid_on + Duration::days(9),
        ground: None,
        why: "More come".to_owned(),
        told: String::new(),
        instead: String::new(),
        unsafe_now: None,
    };
    propose(authority, ann, (&one.id, version().await), &change).await.unwrap();
    assert_eq!(publish_now().await, None, "what is only proposed is not public");
    answer_proposal(authority, lou, (&one.id, version().await), (true, "")).await.unwrap();
    decide_proposal(authority, joe, (&one.id, version().await), (true, "Yes")).await.unwrap();
    assert_eq!(publish_now().await.unwrap(), ["contractAmendment"]);
    let last = "2028-07-31".parse().unwrap();
    change.kind = ProposalKind::End;
    change.ground = Some(Ground::Termination);
    change.after.ends_on = last;
    change.effective_on = last;
    (change.told, change.instead) = ("By letter".to_owned(), "The school".to_owned());
    propose(authority, ann, (&one.id, version().await), &change).await.unwrap();
    answer_proposal(authority, lou, (&one.id, version().await), (true, "")).await.unwrap();
    decide_proposal(authority, joe, (&one.id, version().await), (true, "Yes")).await.unwrap();
    assert_eq!(publish_now().await.unwrap(), ["contractAmendment"]);
    house.clock.pass(Duration::days(400));
    assert_eq!(
        publish_now().await.unwrap(),
        ["implementation", "contractTermination"],
        "the calendar ends it"
    );
}

#[tokio::test]
async fn what_the_releases_make_is_what_the_database_says() {
    for house in House::each().await {
        let authority = &house.authority;
        let publisher = Publisher {
            prefix: "ocds-zzzzzz".to_owned(),
            buyer: Some(("GB-LAE".to_owned(), "BSS".to_owned())),
            site: "https://example.org".to_owned(),
        };
        let id = house.approved().await;
        let ann = house.actor("ann");
        let profile = Profile {
            numbers: vec![
                (Scheme::Charity, "1099999".to_owned()),
                (Scheme::Ppon, "PABC-1234-DEFG".to_owned()),
            ],
            size: Some(Size::Micro),
            ..Profile::default()
        };
        change_profile(authority, house.actor("lou"), 0, &profile).await.unwrap();
        assert!(!publish_own(authority, ann, &publisher, &id).await.unwrap(), "a draft is nobody's business");
        publish(authority, ann, (&id, 3), &house.named()).await.unwrap();
        let publish_now = async || published(&house, &publisher, &id).await;
        assert_eq!(publish_now().await.unwrap(), ["planning", "tender"]);
        let kim = (id.as_str(), house.organisation("kim"));
        ask_question(authority, house.actor("kim"), kim, "Is rent included?").await.unwrap();
        assert_eq!(publish_now().await, None, "a question without an answer is not public");
        answer_question(authority, ann, (&id, 1), "Yes").await.unwrap();
        assert_eq!(publish_now().await.unwrap(), ["tenderUpdate"]);
        let mut text = house.text();
        text.closes_at = house.now() + Duration::days(60);
        change_tender(authority, ann, (&id, house.version(&id).await), &text, "As asked").await.unwrap();
        assert_eq!(publish_now().await.unwrap(), ["tenderUpdate"]);
        for (name, pounds) in [("kim", 300_000), ("lou", 240_000)] {
            let of = (id.as_str(), house.organisation(name));
            submit(authority, house.actor(name), of, &house.bid(&id, &[1], pounds, "Known").await)
                .await
                .unwrap();
        }
        assert_eq!(publish_now().await, None, "nobody learns that somebody bids");
        house.clock.pass(Duration::days(61));
        for name in ["cat", "dan"] {
            give_share(authority, house.actor(name), &id, &passphrase(name)).await.unwrap();
        }
        let (one, _) = tender(authority, &id).await.unwrap();
        let bids: Vec<String> =
            submissions(authority, &one).await.unwrap().into_iter().map(|bid| bid.id).collect();
        let places = || {
            bids.iter()
                .flat_map(|bid| [1, 2].map(|criterion| Place { submission: bid.clone(), lot: 1, criterion }))
        };
        for name in ["fay", "gus"] {
            declare(authority, house.actor(name), &id, &BTreeSet::new()).await.unwrap();
            for place in places() {
                add_score(authority, house.actor(name), (&id, &place), (4, "As it says")).await.unwrap();
            }
            lock_scores(authority, house.actor(name), &id).await.unwrap();
        }
        for place in places() {
            moderate(authority, house.actor("ida"), (&id, &place), (4, "We agreed")).await.unwrap();
        }
        let version = async || house.version(&id).await;
        let (one, _) = tender(authority, &id).await.unwrap();
        let first =
            enough_commissioning::tenders::compare(authority, &one).await.unwrap()[&1][0].submission.clone();
        let picks =
            BTreeMap::from([(1, (Some(first), "Best".to_owned())), (2, (None, "Nobody bid".to_owned()))]);
        recommend(authority, house.actor("ida"), (&id, version().await), &picks).await.unwrap();
        decide(authority, house.actor("joe"), (&id, version().await), None).await.unwrap();
        notify(authority, ann, (&id, version().await)).await.unwrap();
        assert_eq!(publish_now().await, None, "nobody learns of it before the award is published");
        publish_award(authority, ann, (&id, version().await)).await.unwrap();
        assert_eq!(publish_now().await.unwrap(), ["award", "contract"]);
        house.clock.pass(Duration::days(20));
        complete(authority, ann, (&id, version().await), house.now().date_naive()).await.unwrap();
        assert_eq!(publish_now().await.unwrap(), ["awardUpdate", "contractUpdate"]);
        go_on(&house, &publisher, &id).await;

        let (process, releases) = contract(authority, &format!("ocds-zzzzzz-e06999001-{id}")).await.unwrap();
        assert_eq!((process.status.as_str(), process.pence), ("Contract ended", Some(25_000_000)));
        assert_eq!(process.suppliers(), ["Play lou"]);
        let compiled: Value = serde_json::from_str(&process.compiled).unwrap();
        let status: Vec<_> =
            compiled["tender"]["lots"].as_array().unwrap().iter().map(|lot| lot["status"].clone()).collect();
        assert_eq!(status, [json!("complete"), json!("unsuccessful")]);
        assert!(!process.compiled.contains("Play kim"), "who did not win is not published");
        let supplier = &compiled["parties"][1];
        assert_eq!(
            (supplier["identifier"]["id"].as_str(), supplier["details"]["scale"].as_str()),
            (Some("1099999"), Some("micro"))
        );
        // The contracts register of the Transparency Code: one line, over the value it names.
        let table = lines(&process, house.now().date_naive());
        assert_eq!(table.len(), 1);
        let of = |heading: &str| table[0][HEADINGS.iter().position(|one| *one == heading).unwrap()].as_str();
        assert_eq!(
            (of("title"), of("value_gbp"), of("value_includes_vat")),
            ("After-school club: Lot 1", "250000.00", "yes")
        );
        assert_eq!(
            (of("supplier"), of("supplier_is_vcse"), of("process")),
            ("Play lou", "yes", "published tender")
        );
        assert_eq!(
            (of("start_date"), of("end_date"), of("status")),
            ("2027-09-01", "2028-07-31", "terminated")
        );
        for (was, is, what) in
            [("250000", "5000", "not over £5,000"), ("\"terminated\"", "\"pending\"", "not signed")]
        {
            let mut other = process.clone();
            other.compiled = other.compiled.replace(was, is);
            assert!(lines(&other, house.now().date_naive()).is_empty(), "{what}");
        }
        let given =
            Given { uri: "https://example.org/releases", at: "2027-03-01T00:00:00Z", by: authority.name() };
        let package = release_package(&given, &releases).unwrap();
        // For validators: ../shared/validate/validate ocds target/tmp/own_releases.json
        std::fs::write(
            std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("own_releases.json"),
            package.to_string(),
        )
        .unwrap();
    }
}
