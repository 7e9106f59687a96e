//! A tender from its draft to its signature: nobody reads a bid too soon, nobody scores what they are tied to, nobody decides what they
//! recommended, and every total can be made again from the log.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::{House, passphrase, refused, start};
use chrono::{Duration, NaiveDate};
use enough_commissioning::codesign::{Size, codesign, freeze, save_text};
use enough_commissioning::intentions::{Move, intention, move_intention};
use enough_commissioning::providers::{Profile, change_profile, say_interest};
use enough_commissioning::tenders::{
    Content, Cost, FEWEST_OPENERS, Phase, Place, Reserved, Standstill, State, SubmissionState, Weight,
    add_score, add_tender, answer_question, approve, ask_question, cancel, change_tender, compare, complete,
    decide, declare, exclude, give_share, give_up, keep_opener_key, leave_unsigned, lock_scores, moderate,
    name_judges, notify, openers, own_submissions, partner_code, publish, publish_award, questions,
    read_submission, recommend, reconfirm, scores_for, send_back, standings, submissions, submit, tender,
    withdraw,
};
use enough_kernel::{Pence, last_working_day};
use enough_store::StoreError;
use enough_store::accounts::PersonDraft;
use enough_store::audit::{Actor, Query, merkle::Hash};
use enough_store::testing::Empty;
use sha2::{Digest, Sha256};

const SECRET: &str = "Zanzibar marmalade lighthouse";

#[tokio::test]
async fn a_price_is_made_up_of_its_parts_where_the_tender_asks() {
    for house in House::each().await {
        let (authority, ann, kim) = (&house.authority, house.actor("ann"), house.actor("kim"));
        let id = add_tender(authority, ann, &house.plan().await).await.unwrap();
        let mut text = house.text();
        text.lots[0].costs = true;
        change_tender(authority, ann, (&id, 1), &text, "").await.unwrap();
        approve(authority, house.actor("ben"), (&id, 2)).await.unwrap();
        publish(authority, ann, (&id, 3), &house.named()).await.unwrap();
        let of = (id.as_str(), house.organisation("kim"));
        let bid = async |lots: &[i32], parts: &[(Cost, i64)]| {
            let mut content = house.bid(&id, lots, 300_000, "Known").await;
            content.lots[0].costs = parts.iter().map(|(cost, pence)| (*cost, Pence::new(*pence))).collect();
            submit(authority, kim, of, &content).await
        };
        let missing = refused(bid(&[1], &[]).await);
        assert!(missing.contains("sum to £0") && missing.contains("£300,000"), "{missing}");
        let short = [(Cost::Staff, 25_000_000), (Cost::Central, 4_999_999)];
        assert!(refused(bid(&[1], &short).await).contains("£299,999.99"));
        let less = [(Cost::Staff, 31_000_000), (Cost::Central, -1_000_000)];
        assert!(refused(bid(&[1], &less).await).contains("less than nothing"));
        let whole = [(Cost::Staff, 25_000_000), (Cost::Central, 5_000_000)];
        assert!(refused(bid(&[2], &whole).await).contains("does not ask"));
        bid(&[1], &whole).await.unwrap();
        // Whether it is asked is part of the questions: bids of before wait to be confirmed.
        text.lots[0].costs = false;
        change_tender(authority, ann, (&id, house.version(&id).await), &text, "Not needed").await.unwrap();
        let own = own_submissions(authority, house.organisation("kim")).await.unwrap();
        assert_eq!(own[0].state, SubmissionState::NeedsReconfirm);
    }
}

#[tokio::test]
async fn a_tender_is_published_by_the_rules_or_not_at_all() {
    for house in House::each().await {
        let (authority, ann, ben) = (&house.authority, house.actor("ann"), house.actor("ben"));
        let plan = house.plan().await;
        let id = add_tender(authority, ann, &plan).await.unwrap();
        assert!(
            refused(approve(authority, ben, (&id, 1)).await).contains("price alone"),
            "it has no criteria"
        );
        let mut text = house.text();
        text.lots[0].criteria[0].weight = Weight::new(4999);
        change_tender(authority, ann, (&id, 1), &text, "").await.unwrap();
        let sum = refused(approve(authority, ben, (&id, 2)).await);
        assert!(sum.contains("sum to 99.99 %") && sum.contains("sum to exactly 100"), "{sum}");
        change_tender(authority, ann, (&id, 2), &house.text(), "").await.unwrap();
        assert!(refused(approve(authority, ann, (&id, 3)).await).contains("Somebody else"));
        let draft = refused(publish(authority, ann, (&id, 3), &house.named()).await);
        assert!(draft.contains("does not follow"), "{draft}");
        approve(authority, ben, (&id, 3)).await.unwrap();

        let mut two = house.named();
        two.openers.pop_last();
        assert!(
            refused(publish(authority, ann, (&id, 4), &two).await)
                .contains(&format!("Name {FEWEST_OPENERS}"))
        );
        let mut keyless = house.named();
        keyless.openers.insert(house.id("joe").to_owned());
        assert!(refused(publish(authority, ann, (&id, 4), &keyless).await).contains("sets a passphrase"));
        let mut both = house.named();
        both.moderator = house.id("fay").to_owned();
        assert!(refused(publish(authority, ann, (&id, 4), &both).await).contains("gives none"));
        house.clock.pass(Duration::days(6));
        let short = refused(publish(authority, ann, (&id, 4), &house.named()).await);
        assert!(short.contains("25 days") && short.contains("s54"), "{short}");
        change_tender(authority, ann, (&id, 4), &house.text(), "").await.unwrap();
        assert_eq!(
            tender(authority, &id).await.unwrap().0.state,
            State::Draft,
            "what changes is approved anew"
        );
        approve(authority, ben, (&id, 5)).await.unwrap();
        publish(authority, ann, (&id, 6), &house.named()).await.unwrap();
        let (one, changes) = tender(authority, &id).await.unwrap();
        assert_eq!((one.state, one.phase(house.now()), changes.len()), (State::Published, Phase::Open, 1));
        assert!(one.key.is_some());

        // What is published changes with a reason, later and never sooner.
        let mut sooner = one.text.clone();
        sooner.closes_at -= Duration::days(1);
        assert!(
            refused(change_tender(authority, ann, (&id, 7), &sooner, "x").await).contains("never sooner")
        );
        let mut wrong = one.text.clone();
        wrong.lots[0].criteria[0].weight = Weight::new(5001);
        assert!(refused(change_tender(authority, ann, (&id, 7), &wrong, "x").await).contains("exactly 100"));
        let mut fewer = one.text.clone();
        fewer.lots.pop();
        assert!(
            refused(change_tender(authority, ann, (&id, 7), &fewer, "x").await)
                .contains("A lot that was published stays")
        );
        let mut dear = one.text.clone();
        dear.lots[0].ceiling = enough_kernel::Pence::new(90_000_000);
        assert!(
            refused(change_tender(authority, ann, (&id, 7), &dear, "x").await)
                .contains("about £700,000 at most")
        );
        let mut later = one.text.clone();
        later.closes_at += Duration::days(1);
        assert!(
            refused(change_tender(authority, ann, (&id, 7), &later, " ").await)
                .contains("what changed and why")
        );
        change_tender(authority, ann, (&id, 7), &later, "Asked for").await.unwrap();
        assert!(matches!(
            change_tender(authority, ann, (&id, 7), &later, "x").await,
            Err(StoreError::Conflict { .. })
        ));
        assert_eq!(tender(authority, &id).await.unwrap().1[1].before.as_ref(), Some(&one.text));

        // Questions are answered to all; who asked is told to nobody who must not know.
        let kim = (id.as_str(), house.organisation("kim"));
        assert_eq!(ask_question(authority, house.actor("kim"), kim, "Is rent included?").await.unwrap(), 1);
        answer_question(authority, ann, (&id, 1), "Yes").await.unwrap();
        assert!(refused(answer_question(authority, ann, (&id, 1), "No").await).contains("is answered"));
        assert_eq!(questions(authority, &id).await.unwrap()[0].answer.as_ref().unwrap().0, "Yes");
        house.clock.pass(Duration::days(15));
        assert!(
            refused(ask_question(authority, house.actor("kim"), kim, "And heating?").await)
                .contains("not taken")
        );

        assert!(refused(cancel(authority, ann, (&id, 9), "").await).contains("Say why"));
        cancel(authority, ann, (&id, 9), "The school does it").await.unwrap();
        let late =
            refused(submit(authority, house.actor("kim"), kim, &house.bid(&id, &[1], 1000, "x").await).await);
        assert!(late.contains("Cancelled"), "{late}");
    }
}

/// Every byte of a database of SQLite's.
fn bytes_of(folder: &std::path::Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|some| some == text.as_bytes())
}

#[tokio::test]
async fn nobody_reads_a_bid_before_the_closing_time_and_two_openers() {
    let empty = Empty::sqlite();
    let enough_store::Address::Sqlite(file) = &empty.address else { panic!("{:?}", empty.address) };
    let folder = file.parent().unwrap().to_owned();
    let house = House::new(empty).await;
    let authority = &house.authority;
    let id = house.approved().await;
    publish(authority, house.actor("ann"), (&id, 3), &house.named()).await.unwrap();
    let kim = (id.as_str(), house.organisation("kim"));
    let lou = (id.as_str(), house.organisation("lou"));
    let (by_kim, by_lou) = (house.actor("kim"), house.actor("lou"));

    for (content, wanted) in [
        (house.bid(&id, &[], 1, "x").await, "at least one lot"),
        (house.bid(&id, &[3], 1, "x").await, "no lot 3"),
        (house.bid(&id, &[1, 1], 1, "x").await, "lot 1 once"),
        (house.bid(&id, &[1], 0, "x").await, "Give a price"),
        (house.bid(&id, &[1], 350_001, "x").await, "at most"),
        (house.bid(&id, &[1], 1, "  ").await, "Answer question 1.1"),
        (house.bid(&id, &[1], 1, &"word ".repeat(301)).await, "301 words"),
    ] {
        let why = refused(submit(authority, by_kim, kim, &content).await);
        assert!(why.contains(wanted), "{wanted}: {why}");
    }
    let first =
        submit(authority, by_kim, kim, &house.bid(&id, &[1], 300_000, "First thoughts").await).await.unwrap();
    let content = house.bid(&id, &[1, 2], 280_000, SECRET).await;
    let second = submit(authority, by_kim, kim, &content).await.unwrap();
    let hash_of = |content: &Content| Hash(Sha256::digest(content.bytes().unwrap()).into()).to_string();
    assert_eq!(second.hash, hash_of(&second.content));
    assert_ne!(second.hash, hash_of(&content), "who knows all that it says does not know its hash");
    assert_eq!(Content { random: String::new(), ..second.content.clone() }, content);
    submit(authority, by_lou, lou, &house.bid(&id, &[1], 290_000, "We know the children").await)
        .await
        .unwrap();
    let states: Vec<_> =
        own_submissions(authority, kim.1).await.unwrap().into_iter().map(|one| (one.id, one.state)).collect();
    assert_eq!(
        states,
        [(second.id.clone(), SubmissionState::Sealed), (first.id, SubmissionState::Superseded)]
    );
    let (one, _) = tender(authority, &id).await.unwrap();
    assert!(submissions(authority, &one).await.unwrap().is_empty(), "nor how many there are");
    for name in ["ann", "cat", "dan", "fay", "ida", "kim"] {
        let read = read_submission(authority, house.actor(name), (&second.id, house.id(name))).await;
        assert!(matches!(read, Ok(None)), "{name}");
    }
    let sealed = bytes_of(&folder);
    assert!(has(&sealed, &second.hash), "what is in the database can be found there");
    assert!(!has(&sealed, SECRET) && !has(&sealed, "\"price\":28000000"));
    for action in ["submission", "tender"] {
        let query = Query { action: Some(action.to_owned()), ..Query::default() };
        for entry in authority.search(&query, 100).await.unwrap().entries {
            let by = [by_kim.person.clone(), by_lou.person.clone()];
            assert!(
                entry.person.is_none() || !by.contains(&entry.person),
                "the log says who bids: {entry:?}"
            );
        }
    }
    for name in ["cat", "dan", "eve"] {
        let early = refused(give_share(authority, house.actor(name), &id, &passphrase(name)).await);
        assert!(early.contains("after the closing time") && early.contains("two openers"), "{early}");
    }

    // A material change: bids wait to be confirmed, and the time is long enough again.
    house.clock.pass(Duration::days(20));
    let mut text = one.text.clone();
    text.what = "A club for 45 children".to_owned();
    let version = house.version(&id).await;
    let short =
        refused(change_tender(authority, house.actor("ann"), (&id, version), &text, "More children").await);
    assert!(short.contains("25 days from now"), "{short}");
    text.closes_at = house.now() + Duration::days(26);
    text.questions_until = house.now() + Duration::days(10);
    change_tender(authority, house.actor("ann"), (&id, version), &text, "More children").await.unwrap();
    assert_eq!(own_submissions(authority, lou.1).await.unwrap()[0].state, SubmissionState::NeedsReconfirm);
    let seen = house.version(&id).await;
    let unread = reconfirm(authority, by_kim, kim, seen - 1).await;
    assert!(
        matches!(unread, Err(StoreError::Conflict { .. })),
        "what was not read is not confirmed: {unread:?}"
    );
    reconfirm(authority, by_kim, kim, seen).await.unwrap();
    assert!(refused(reconfirm(authority, by_kim, kim, seen).await).contains("no bid that waits"));

    // At the closing time, to the microsecond, it is late.
    house.clock.pass(Duration::days(26) - Duration::microseconds(1));
    withdraw(authority, by_lou, lou).await.unwrap();
    submit(authority, by_lou, lou, &house.bid(&id, &[1], 270_000, "At the last moment").await).await.unwrap();
    let version = house.version(&id).await;
    house.clock.pass(Duration::microseconds(1));
    for late in [
        refused(submit(authority, by_lou, lou, &house.bid(&id, &[1], 1, "Late").await).await),
        refused(withdraw(authority, by_lou, lou).await),
        refused(change_tender(authority, house.actor("ann"), (&id, version), &text, "Later").await),
    ] {
        assert!(late.contains("is late"), "{late}");
    }

    let stranger = refused(give_share(authority, house.actor("joe"), &id, "x").await);
    assert!(stranger.contains("not named"), "{stranger}");
    let wrong = refused(give_share(authority, house.actor("cat"), &id, &passphrase("dan")).await);
    assert!(wrong.contains("not the passphrase"), "{wrong}");
    // Somebody who makes a new key has still to know the passphrase of before.
    keep_opener_key(authority, house.actor("cat"), "quiet lamps under nine bridges").await.unwrap();
    assert!(!give_share(authority, house.actor("cat"), &id, &passphrase("cat")).await.unwrap());
    assert!(
        refused(give_share(authority, house.actor("cat"), &id, &passphrase("cat")).await)
            .contains("somebody else")
    );
    assert!(
        matches!(
            read_submission(authority, house.actor("ida"), (&second.id, house.id("ida"))).await,
            Ok(None)
        ),
        "one is not enough"
    );
    assert!(!has(&bytes_of(&folder), SECRET));
    assert!(give_share(authority, house.actor("eve"), &id, &passphrase("eve")).await.unwrap());
    assert_eq!(openers(authority, &id).await.unwrap().iter().filter(|one| one.given_at.is_some()).count(), 2);

    let (one, _) = tender(authority, &id).await.unwrap();
    let all = submissions(authority, &one).await.unwrap();
    let opened: BTreeSet<_> = all
        .iter()
        .filter(|one| one.state == SubmissionState::Opened)
        .map(|one| one.organisation.as_str())
        .collect();
    assert_eq!(opened, BTreeSet::from([kim.1, lou.1]), "what was replaced or withdrawn is never opened");
    assert!(!has(&bytes_of(&folder), SECRET), "opened bids are sealed for those who need to know");
    let read = read_submission(authority, house.actor("ida"), (&second.id, house.id("ida"))).await.unwrap();
    assert_eq!(read.as_ref(), Some(&second.content), "what is opened is what the receipt says");
    for name in ["ann", "cat", "fay", "joe", "kim"] {
        let read = read_submission(authority, house.actor(name), (&second.id, house.id(name))).await;
        assert!(matches!(read, Ok(None)), "{name} is not named");
    }
    let reads = authority
        .search(&Query { action: Some("record.read".to_owned()), ..Query::default() }, 100)
        .await
        .unwrap();
    assert_eq!(reads.entries.len(), 1, "every reading is in the log");
    let refused_share = Query { action: Some("tender.share-refused".to_owned()), ..Query::default() };
    assert_eq!(authority.search(&refused_share, 100).await.unwrap().entries.len(), 1);
}

/// A tender with two bids that are open: by kim for both lots, by lou for the first.
async fn opened(house: &House) -> (String, String, String) {
    let authority = &house.authority;
    let id = house.approved().await;
    publish(authority, house.actor("ann"), (&id, 3), &house.named()).await.unwrap();
    let mut ids = Vec::new();
    for (name, content) in [
        ("kim", house.bid(&id, &[1, 2], 300_000, "Known").await),
        ("lou", house.bid(&id, &[1], 240_000, "New").await),
    ] {
        let of = (id.as_str(), house.organisation(name));
        ids.push(submit(authority, house.actor(name), of, &content).await.unwrap().id);
    }
    house.clock.pass(Duration::days(30));
    for name in ["cat", "dan"] {
        give_share(authority, house.actor(name), &id, &passphrase(name)).await.unwrap();
    }
    (id, ids[0].clone(), ids[1].clone())
}

fn place(submission: &str, lot: i32, criterion: i32) -> Place {
    Place { submission: submission.to_owned(), lot, criterion }
}

#[tokio::test]
async fn bids_are_judged_alone_then_together_and_awarded_by_the_rules() {
    for house in House::each().await {
        let authority = &house.authority;
        let (id, by_kim, by_lou) = opened(&house).await;
        let (fay, gus, hal, ida) =
            (house.actor("fay"), house.actor("gus"), house.actor("hal"), house.actor("ida"));
        let none = BTreeSet::new();
        let places = [
            place(&by_kim, 1, 1),
            place(&by_kim, 1, 2),
            place(&by_kim, 2, 1),
            place(&by_kim, 2, 2),
            place(&by_lou, 1, 1),
            place(&by_lou, 1, 2),
        ];
        assert!(
            refused(add_score(authority, fay, (&id, &places[0]), (4, "Good")).await).contains("Say first")
        );
        assert!(refused(declare(authority, hal, &id, &none).await).contains("not named"));
        declare(authority, fay, &id, &none).await.unwrap();
        assert!(read_submission(authority, fay, (&by_lou, house.id("fay"))).await.unwrap().is_some());
        let tied = BTreeSet::from([house.organisation("lou").to_owned()]);
        declare(authority, gus, &id, &tied).await.unwrap();
        assert!(read_submission(authority, gus, (&by_lou, house.id("gus"))).await.unwrap().is_none());
        assert!(
            refused(add_score(authority, gus, (&id, &places[4]), (5, "My friend")).await).contains("tie")
        );
        assert!(refused(add_score(authority, fay, (&id, &places[0]), (6, "Great")).await).contains("0 to 5"));
        assert!(refused(add_score(authority, fay, (&id, &places[0]), (5, " ")).await).contains("Say why"));
        let lost = add_score(authority, fay, (&id, &place(&by_lou, 2, 1)), (5, "x")).await;
        assert!(matches!(lost, Err(StoreError::NotFound(_))), "lou did not bid for lot 2: {lost:?}");
        assert!(
            matches!(
                add_score(authority, fay, (&id, &place(&by_lou, 1, 3)), (5, "x")).await,
                Err(StoreError::NotFound(_))
            ),
            "a price"
        );
        for one in &places {
            add_score(authority, fay, (&id, one), (3, "As it says on page two")).await.unwrap();
        }
        add_score(authority, fay, (&id, &places[0]), (4, "Better than I thought")).await.unwrap();
        assert!(refused(lock_scores(authority, gus, &id).await).contains("4 scores are missing"));
        for one in &places[..4] {
            add_score(authority, gus, (&id, one), (2, "Little detail")).await.unwrap();
        }
        lock_scores(authority, gus, &id).await.unwrap();
        let (one, _) = tender(authority, &id).await.unwrap();
        let count = async |name: &str| scores_for(authority, &one, house.id(name)).await.unwrap().len();
        assert_eq!(
            (count("gus").await, count("fay").await, count("ida").await, count("ann").await),
            (4, 6, 0, 0),
            "each their own"
        );
        assert!(
            refused(moderate(authority, ida, (&id, &places[0]), (3, "Between")).await).contains("done first")
        );
        lock_scores(authority, fay, &id).await.unwrap();
        assert_eq!((count("gus").await, count("fay").await, count("ida").await), (10, 10, 10));
        assert!(refused(add_score(authority, fay, (&id, &places[0]), (1, "No")).await).contains("locked"));
        let few = refused(moderate(authority, ida, (&id, &places[4]), (3, "One only")).await);
        assert!(few.contains("name another"), "{few}");
        let version = house.version(&id).await;
        let ids =
            |names: &[&str]| names.iter().map(|name| house.id(name).to_owned()).collect::<BTreeSet<String>>();
        let (ann, seen) = (house.actor("ann"), (id.as_str(), version));
        let judges = async |names: &[&str], moderator: &str, why: &str| {
            name_judges(authority, ann, seen, (&ids(names), house.id(moderator)), why).await
        };
        assert!(refused(judges(&["gus", "hal"], "ida", "x").await).contains("locked their scores"));
        assert!(
            refused(judges(&["fay", "gus", "hal"], "fay", "x").await).contains("somebody else who moderates")
        );
        assert!(refused(judges(&["fay", "gus", "ann"], "ida", "x").await).contains("ann may not"));
        assert!(refused(judges(&["fay", "gus", "hal"], "ida", " ").await).contains("Say why"));
        judges(&["fay", "gus", "hal"], "ida", "gus knows lou").await.unwrap();
        declare(authority, hal, &id, &none).await.unwrap();
        for one in &places {
            add_score(authority, hal, (&id, one), (5, "Convincing")).await.unwrap();
        }
        lock_scores(authority, hal, &id).await.unwrap();
        let mut version = house.version(&id).await;
        let pick = |one: Option<&str>| {
            BTreeMap::from([
                (1, (one.map(str::to_owned), "Best by the criteria".to_owned())),
                (2, (Some(by_kim.clone()), "The only one".to_owned())),
            ])
        };
        assert!(
            refused(recommend(authority, ida, (&id, version), &pick(None)).await)
                .contains("6 scores are not moderated")
        );
        assert!(
            refused(moderate(authority, house.actor("ann"), (&id, &places[0]), (3, "I")).await)
                .contains("named to moderate")
        );
        // kim: lot 1: 4 and 3 of 5, £300,000; lou: 3 and 5 of 5, £240,000.
        for (one, points) in places.iter().zip([4, 3, 4, 4, 3, 5]) {
            moderate(authority, ida, (&id, one), (points, "After we talked")).await.unwrap();
        }
        let (one, _) = tender(authority, &id).await.unwrap();
        let lots = compare(authority, &one).await.unwrap();
        let totals: Vec<_> = lots[&1]
            .iter()
            .map(|one| {
                (one.submission.clone(), enough_commissioning::tenders::percent(&one.total), one.place)
            })
            .collect();
        // 30 + 12.5 + 37.5 = 80; 40 + 7.5 + 37.5 × 240/300 = 77.5.
        assert_eq!(
            totals,
            [(by_lou.clone(), "80.00%".to_owned(), Some(1)), (by_kim.clone(), "77.50%".to_owned(), Some(2))]
        );
        assert!(
            refused(
                name_judges(authority, ann, (&id, version), (&ids(&["fay", "gus"]), house.id("ida")), "x")
                    .await
            )
            .contains("once scores are moderated")
        );
        // A bid that is left out is not compared, and its price is not the lowest.
        exclude(authority, ida, (&id, &by_lou), Some("It gave up")).await.unwrap();
        assert!(refused(exclude(authority, ann, (&id, &by_lou), None).await).contains("named to moderate"));
        let without = compare(authority, &one).await.unwrap();
        assert_eq!(
            (without[&1][0].submission.as_str(), without[&1][1].out.as_deref()),
            (by_kim.as_str(), Some("It gave up"))
        );
        assert_eq!(enough_commissioning::tenders::percent(&without[&1][0].total), "85.00%");
        exclude(authority, ida, (&id, &by_lou), None).await.unwrap();
        let second = refused(recommend(authority, ida, (&id, version), &pick(Some(&by_kim))).await);
        assert!(second.contains("first place"), "{second}");
        recommend(authority, ida, (&id, version), &pick(Some(&by_lou))).await.unwrap();
        version += 1;
        for name in ["ida", "fay"] {
            assert!(
                refused(decide(authority, house.actor(name), (&id, version), None).await)
                    .contains("separation of duties")
            );
        }
        send_back(authority, house.actor("joe"), (&id, version), "Say more of lot 1").await.unwrap();
        recommend(authority, ida, (&id, version + 1), &pick(Some(&by_lou))).await.unwrap();
        version += 2;

        // Every total can be made again from the log alone.
        let log = async |action: &str| {
            let query = Query { action: Some(action.to_owned()), ..Query::default() };
            let mut list = authority.search(&query, 1000).await.unwrap().entries;
            list.reverse();
            list
        };
        let number = |entry: &enough_store::audit::Entry, key: &str| entry.detail[key].as_i64().unwrap();
        let mut points = BTreeMap::new();
        for entry in log("tender.moderate").await {
            points.insert(
                (entry.subject.clone(), number(&entry, "lot"), number(&entry, "criterion")),
                number(&entry, "points") as u32,
            );
        }
        let stood = log("tender.stand").await;
        for lot in &one.text.lots {
            let of_lot: Vec<_> =
                stood.iter().filter(|entry| number(entry, "lot") == i64::from(lot.number)).collect();
            let bids: Vec<_> = of_lot[..of_lot.len() / 2]
                .iter()
                .map(|entry| enough_commissioning::tenders::Bid {
                    submission: entry.subject.trim_start_matches("submission:").to_owned(),
                    price: Some(enough_kernel::Pence::new(number(entry, "price"))),
                    excluded: None,
                    points: (1..=3)
                        .map(|criterion| {
                            points.get(&(entry.subject.clone(), i64::from(lot.number), criterion)).copied()
                        })
                        .collect(),
                })
                .collect();
            assert_eq!(standings(lot, one.text.scale, &bids), lots[&lot.number]);
        }

        let early = refused(publish_award(authority, ida, (&id, version)).await);
        assert!(early.contains("has a summary") && early.contains("standstill"), "{early}");
        decide(authority, house.actor("joe"), (&id, version), None).await.unwrap();
        let early = refused(publish_award(authority, ida, (&id, version + 1)).await);
        assert!(early.contains("has a summary"), "{early}");
        notify(authority, ida, (&id, version + 1)).await.unwrap();
        let told =
            own_submissions(authority, house.organisation("kim")).await.unwrap()[0].summary.clone().unwrap();
        let lot = &told.lots[0];
        assert_eq!(
            (lot.total.as_str(), lot.winner_total.as_deref(), lot.place, lot.won),
            ("77.50%", Some("80.00%"), Some(2), false)
        );
        assert_eq!(lot.lines[0].own, ("4 of 5".to_owned(), "After we talked".to_owned()));
        assert_eq!(lot.lines[2].winner.as_ref().unwrap().0, "37.50%");
        assert!(told.lots[1].won);

        // Friday 22 January 2027: eight working days from then end on Tuesday 2 February, and nobody counts from then.
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(house.now().date_naive(), day("2027-01-22"), "{}", start());
        let standstill = publish_award(authority, ida, (&id, version + 2)).await.unwrap();
        assert_eq!(standstill, Standstill::Awaited);
        house.clock.pass(Duration::days(11));
        // Its notice on the central platform comes later than its page here: the standstill is counted from the notice.
        let unsaid = refused(complete(authority, ida, (&id, version + 3), day("2027-02-02")).await);
        assert!(unsaid.contains("UK6"), "{unsaid}");
        house.notice_award(&id).await.unwrap();
        let (from, until) = (day("2027-02-02"), day("2027-02-11"));
        let (one, changes) = tender(authority, &id).await.unwrap();
        assert_eq!(one.standstill(), Standstill::Runs { from, until });
        assert_eq!(
            changes.last().unwrap().what,
            "The contract award notice (UK6) was published on 2 February 2027, number 012345-2027. Standstill until the end of 11 February 2027"
        );
        let still = refused(complete(authority, ida, (&id, version + 4), from).await);
        assert!(still.contains("before the standstill has ended, at the end of 11 February 2027"), "{still}");
        house.clock.pass(Duration::days(9));
        let today = house.now().date_naive();
        assert!(refused(complete(authority, ida, (&id, version + 4), today).await).contains("standstill"));
        house.clock.pass(Duration::days(1));
        complete(authority, ida, (&id, version + 4), house.now().date_naive()).await.unwrap();
        let (one, changes) = tender(authority, &id).await.unwrap();
        assert_eq!(one.state, State::Complete);
        let said: Vec<_> = changes.into_iter().map(|change| change.what).collect();
        assert_eq!(said.len(), 5, "{said:?}");
        assert!(!said.iter().any(|what| what.contains("end of 2 February 2027")), "{said:?}");
        assert!(refused(give_up(authority, ida, (&id, version + 5), "x").await).contains("without an award"));
        assert!(authority.verify(&[]).await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn whom_it_concerns_gets_a_letter_and_none_tells_who_has_bid() {
    for mut house in House::each().await {
        house.authority = house.authority.clone().writing_letters("https://enough.example.test/");
        let (authority, ann, kim, lou) =
            (&house.authority, house.actor("ann"), house.actor("kim"), house.actor("lou"));
        let letters = async || -> Vec<(String, String)> {
            let all = authority.take_letters(100).await.unwrap();
            for (id, _) in &all {
                authority.letter_sent(id).await.unwrap();
            }
            let mut all: Vec<_> = all.into_iter().map(|(_, letter)| (letter.to, letter.text)).collect();
            all.sort();
            all
        };
        let id = house.approved().await;
        let plan = tender(authority, &id).await.unwrap().0.intention;
        assert_eq!(letters().await, [], "nobody is interested yet");
        say_interest(authority, kim, &plan, ("A club", false)).await.unwrap();
        publish(authority, ann, (&id, 3), &house.named()).await.unwrap();
        let told = letters().await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, "kim@example.test");
        assert!(told[0].1.contains(&format!("https://enough.example.test/tenders/{id}\n")), "{}", told[0].1);

        // One is interested, the other has bid: both get the same letter.
        let of = (id.as_str(), house.organisation("lou"));
        submit(authority, lou, of, &house.bid(&id, &[1], 240_000, "Known").await).await.unwrap();
        assert_eq!(letters().await, [], "a bid is nobody's business");
        let mut text = house.text();
        text.what = "A club for 50 children".to_owned();
        text.closes_at = house.now() + Duration::days(40);
        change_tender(authority, ann, (&id, house.version(&id).await), &text, "Ten more").await.unwrap();
        let told = letters().await;
        assert_eq!(
            told.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(),
            ["kim@example.test", "lou@example.test"]
        );
        assert_eq!(told[0].1, told[1].1);
        assert!(told[0].1.contains("Ten more") && told[0].1.contains("confirms or replaces it"), "{told:?}");
        ask_question(authority, kim, (&id, house.organisation("kim")), "Which rooms?").await.unwrap();
        assert_eq!(letters().await, []);
        answer_question(authority, ann, (&id, 1), "All of them").await.unwrap();
        let told = letters().await;
        assert!(told.len() == 2 && told[0].1.contains("Question 1 is answered"), "{told:?}");
        cancel(authority, ann, (&id, house.version(&id).await), "No money").await.unwrap();
        let told = letters().await;
        assert!(told.len() == 2 && told[1].1.contains("Cancelled: No money"), "{told:?}");

        // Each bidder learns that its summary is there; nobody else does.
        let id = house.awarded().await;
        let all = letters().await;
        let with = |all: &[(String, String)], part: &str| {
            all.iter().filter(|(_, text)| text.replace('\n', " ").contains(part)).count()
        };
        assert_eq!(with(&all, "The summary"), 2, "{all:?}");
        // When the standstill ends nobody knows before its notice is published, and no letter says so.
        assert_eq!(with(&all, "You will be told when that was"), 2, "{all:?}");
        assert_eq!(with(&all, "Standstill until"), 0, "{all:?}");
        house.clock.pass(Duration::days(3));
        house.notice_award(&id).await.unwrap();
        let until = tender(authority, &id).await.unwrap().0.standstill().until().unwrap();
        let all = letters().await;
        let said = format!("Standstill until the end of {}", until.format("%-d %B %Y"));
        assert_eq!((with(&all, &said), all.len()), (2, 2), "{all:?}");
    }
}

#[tokio::test]
async fn whoever_works_for_a_partner_of_a_bid_judges_nothing() {
    for house in House::each().await {
        let (authority, ann, kim) = (&house.authority, house.actor("ann"), house.actor("kim"));
        let id = house.approved().await;
        publish(authority, ann, (&id, 3), &house.named()).await.unwrap();
        let of = (id.as_str(), house.organisation("kim"));
        let mut bid = house.bid(&id, &[1], 300_000, "Together").await;
        // A partner agrees by the code that it gives: to this bidder, for this tender.
        let lou = house.actor("lou");
        for wrong in [house.organisation("lou"), house.organisation("ann"), "nobody"] {
            let none = refused(partner_code(authority, lou, &id, wrong).await);
            assert!(none.contains("Choose another organisation"), "{none}");
        }
        let none = refused(partner_code(authority, ann, &id, house.organisation("kim")).await);
        assert!(none.contains("Choose another organisation"), "the authority bids with nobody: {none}");
        let code = partner_code(authority, lou, &id, house.organisation("kim")).await.unwrap();
        let to_moe = partner_code(authority, lou, &id, house.organisation("moe")).await.unwrap();
        let of_moe =
            partner_code(authority, house.actor("moe"), &id, house.organisation("lou")).await.unwrap();
        for wrong in [house.organisation("lou"), &to_moe, &of_moe, "", "0000-0000-0000-0000"] {
            bid.codes = vec![code.clone(), wrong.to_owned()];
            let none = refused(submit(authority, kim, of, &bid).await);
            assert!(none.contains("is no code of an organisation"), "{wrong}: {none}");
        }
        bid.codes = vec![code.to_uppercase().replace('-', " "), code];
        submit(authority, kim, of, &bid).await.unwrap();
        let own = own_submissions(authority, house.organisation("kim")).await.unwrap();
        assert!(own[0].partners.is_empty(), "nobody knows them before the opening");
        assert_eq!(own_submissions(authority, house.organisation("lou")).await.unwrap(), []);
        // One of those who score goes to work for the partner meanwhile.
        let fay = authority.person(house.id("fay")).await.unwrap();
        let moved = PersonDraft {
            name: fay.name,
            email: fay.email,
            organisation: house.organisation("lou").to_owned(),
            roles: fay.roles,
        };
        authority.change_person(&Actor::service("test"), house.id("fay"), fay.version, &moved).await.unwrap();
        house.clock.pass(Duration::days(31));
        for name in ["cat", "dan"] {
            give_share(authority, house.actor(name), &id, &passphrase(name)).await.unwrap();
        }
        let (one, _) = tender(authority, &id).await.unwrap();
        let bids = submissions(authority, &one).await.unwrap();
        assert_eq!(bids[0].partners, [house.organisation("lou")]);
        let own = own_submissions(authority, house.organisation("lou")).await.unwrap();
        assert_eq!(own.len(), 1, "and the partner sees what becomes of it");
        let tied = refused(declare(authority, house.actor("fay"), &id, &BTreeSet::new()).await);
        assert!(tied.contains("Whoever works for a bidder"), "{tied}");
        // And who says that they are tied to the partner does not score the bid.
        let lou = BTreeSet::from([house.organisation("lou").to_owned()]);
        declare(authority, house.actor("gus"), &id, &lou).await.unwrap();
        let place = Place { submission: bids[0].id.clone(), lot: 1, criterion: 1 };
        let tied = refused(add_score(authority, house.actor("gus"), (&id, &place), (4, "Good")).await);
        assert!(tied.contains("whoever has a tie"), "{tied}");
        let closed =
            read_submission(authority, house.actor("gus"), (&bids[0].id, house.id("gus"))).await.unwrap();
        assert!(closed.is_none(), "nor reads it");
    }
}

#[tokio::test]
async fn without_a_standstill_the_notice_comes_before_the_signature_all_the_same() {
    for house in House::each().await {
        let (authority, ann, kim) = (&house.authority, house.actor("ann"), house.actor("kim"));
        let id = house.recommended_for(None).await;
        house.award(&id, Some("Families wait for it")).await;
        let today = house.now().date_naive();
        let place = async || (id.as_str(), house.version(&id).await);
        let early = refused(complete(authority, ann, place().await, today).await);
        assert!(early.contains("nothing is signed before") && early.contains("s50"), "{early}");
        house.clock.pass(Duration::days(1));
        house.notice_award(&id).await.unwrap();
        let before = refused(complete(authority, ann, place().await, today).await);
        assert!(before.contains("it is signed after that"), "{before}");
        // Whoever works for a bidder undoes nothing, whatever their role.
        let left = refused(leave_unsigned(authority, kim, place().await, (1, "We lost")).await);
        let ended = refused(cancel(authority, kim, place().await, "We lost").await);
        assert!(
            left.contains("works for a bidder") && ended.contains("works for a bidder"),
            "{left} {ended}"
        );
        complete(authority, ann, place().await, house.now().date_naive()).await.unwrap();
    }
}

#[tokio::test]
async fn who_has_a_tie_after_all_reads_nothing_any_more() {
    for house in House::each().await {
        let (authority, id) = (&house.authority, house.approved().await);
        publish(authority, house.actor("ann"), (&id, 3), &house.named()).await.unwrap();
        // The moderator goes to work for a bidder: at the opening nobody is named to read.
        let of = (id.as_str(), house.organisation("kim"));
        submit(authority, house.actor("kim"), of, &house.bid(&id, &[1], 300_000, "Known").await)
            .await
            .unwrap();
        let ida = authority.person(house.id("ida")).await.unwrap();
        let organisation = house.organisation("kim").to_owned();
        let moved = PersonDraft { name: ida.name, email: ida.email, organisation, roles: ida.roles };
        authority.change_person(&Actor::service("test"), house.id("ida"), ida.version, &moved).await.unwrap();
        house.clock.pass(Duration::days(31));
        for name in ["cat", "dan"] {
            give_share(authority, house.actor(name), &id, &passphrase(name)).await.unwrap();
        }
        let (one, _) = tender(authority, &id).await.unwrap();
        let bid = submissions(authority, &one).await.unwrap().remove(0).id;
        let (gus, reader) = (house.actor("gus"), (bid.as_str(), house.id("gus")));
        declare(authority, gus, &id, &BTreeSet::new()).await.unwrap();
        assert!(read_submission(authority, gus, reader).await.unwrap().is_some());
        let tie = BTreeSet::from([house.organisation("kim").to_owned()]);
        declare(authority, gus, &id, &tie).await.unwrap();
        assert!(
            read_submission(authority, gus, reader).await.unwrap().is_none(),
            "they were the only reader"
        );
    }
}

#[tokio::test]
async fn a_tender_is_reserved_as_far_as_the_law_allows() {
    for house in House::each().await {
        let (authority, ann, ben) = (&house.authority, house.actor("ann"), house.actor("ben"));
        let large = add_tender(authority, ann, &house.plan().await).await.unwrap();
        let less = house.published_plan(Pence::new(66_353_900)).await;
        house.clock.pass(Duration::days(31));
        move_intention(authority, ann, (&less, 2), &Move::Open { sooner: None }, (None, &[])).await.unwrap();
        let id = add_tender(authority, ann, &less).await.unwrap();
        let tried = async |id: &str, reserved: Reserved, months: u32| {
            let mut text = house.text();
            (text.reserved, text.months) = (Some(reserved), months);
            text.lots.iter_mut().for_each(|lot| lot.ceiling = Pence::new(30_000_000));
            change_tender(authority, ann, (id, house.version(id).await), &text, "").await.unwrap();
            approve(authority, ben, (id, house.version(id).await)).await.unwrap();
            publish(authority, ann, (id, house.version(id).await), &house.named()).await
        };
        let small = Reserved::SmallOrVoluntary;
        let large = refused(tried(&large, small, 36).await);
        assert!(large.contains("Below £663,540") && large.contains("Order 2026"), "{large}");
        // With the year that it may go on it is longer than five.
        assert!(refused(tried(&id, Reserved::Mutual, 49).await).contains("60 months at most"));
        tried(&id, small, 36).await.unwrap();

        let (kim, own) = (house.actor("kim"), house.organisation("kim"));
        let bid = house.bid(&id, &[1], 100_000, "Known").await;
        submit(authority, kim, (&id, own), &bid).await.expect("a voluntary organisation may");
        let (moe, of) = (house.actor("moe"), house.organisation("moe"));
        let unknown = refused(submit(authority, moe, (&id, of), &bid).await);
        assert!(unknown.contains("Health says first in its profile how large it is"), "{unknown}");
        let mut with = bid.clone();
        with.codes = vec![partner_code(authority, moe, &id, own).await.unwrap()];
        assert!(refused(submit(authority, kim, (&id, own), &with).await).contains("how large it is"));
        let large =
            Profile { size: Some(Size::Large), contact: "a@example.test".to_owned(), ..Profile::default() };
        change_profile(authority, moe, 0, &large).await.unwrap();
        assert!(refused(submit(authority, moe, (&id, of), &bid).await).contains("Only these may bid"));
        let micro = Profile { size: Some(Size::Micro), ..large };
        change_profile(authority, moe, 1, &micro).await.unwrap();
        submit(authority, moe, (&id, of), &bid).await.unwrap();
        let mut open = tender(authority, &id).await.unwrap().0.text;
        open.reserved = None;
        let stays =
            refused(change_tender(authority, ann, (&id, house.version(&id).await), &open, "So").await);
        assert!(stays.contains("Who may bid stays"), "{stays}");
        let other = house.published_plan(Pence::new(66_353_900)).await;
        house.clock.pass(Duration::days(31));
        move_intention(authority, ann, (&other, 2), &Move::Open { sooner: None }, (None, &[])).await.unwrap();
        let mutual = add_tender(authority, ann, &other).await.unwrap();
        tried(&mutual, Reserved::Mutual, 48).await.unwrap();
        let mut longer = tender(authority, &mutual).await.unwrap().0.text;
        longer.months = 84;
        let place = (mutual.as_str(), house.version(&mutual).await);
        let longer = refused(change_tender(authority, ann, place, &longer, "It takes longer").await);
        assert!(longer.contains("60 months at most"), "{longer}");
    }
}

#[tokio::test]
async fn no_tender_is_published_without_a_final_specification_or_why_there_is_none() {
    for house in House::each().await {
        let (authority, ann) = (&house.authority, house.actor("ann"));
        let id = house.approved().await;
        let mut named = house.named();
        for nothing in ["", "  "] {
            named.unspecified = nothing.to_owned();
            let why = refused(publish(authority, ann, (&id, 3), &named).await);
            assert!(why.contains("The specification is final before bids are asked for"), "{why}");
        }
        named.unspecified = " The school needs it <now> ".to_owned();
        publish(authority, ann, (&id, 3), &named).await.unwrap();
        let (one, changes) = tender(authority, &id).await.unwrap();
        assert_eq!(one.specification, None);
        assert_eq!(one.unspecified.as_deref(), Some("The school needs it <now>"));
        assert_eq!(changes[0].what, "Published, without a final specification: The school needs it <now>");
        let log = authority.search(&Query::default(), 1000).await.unwrap();
        let entry = log.entries.iter().find(|entry| entry.action == "tender.publish").unwrap();
        assert_eq!(entry.why.as_deref(), Some("The school needs it <now>"));
    }
}

#[tokio::test]
async fn a_tender_is_published_with_the_text_that_is_final() {
    for house in House::each().await {
        let (authority, ann) = (&house.authority, house.actor("ann"));
        let plan = house.published_plan(Pence::new(70_000_000)).await;
        move_intention(authority, ann, (&plan, 2), &Move::Design, (None, &[])).await.unwrap();
        save_text(authority, ann, (&plan, 0), ("A club for 40 children.", "First")).await.unwrap();
        freeze(authority, ann, (&plan, 1), "It is as last year").await.unwrap();
        house.clock.pass(Duration::days(31));
        let version = intention(authority, &plan).await.unwrap().0.version;
        move_intention(authority, ann, (&plan, version), &Move::Open { sooner: None }, (None, &[]))
            .await
            .unwrap();
        let id = add_tender(authority, ann, &plan).await.unwrap();
        change_tender(authority, ann, (&id, 1), &house.text(), "").await.unwrap();
        approve(authority, house.actor("ben"), (&id, 2)).await.unwrap();
        // A reason that is typed all the same says nothing.
        publish(authority, ann, (&id, 3), &house.named()).await.unwrap();
        let (one, changes) = tender(authority, &id).await.unwrap();
        let last = codesign(authority, &plan).await.unwrap().last.unwrap();
        assert_eq!(one.specification, Some((1, last.hash)));
        assert_eq!((one.unspecified, changes[0].what.as_str()), (None, "Published"));
    }
}

#[tokio::test]
async fn below_the_threshold_the_standstill_is_our_own_and_counts_from_the_award() {
    let house = House::new(enough_store::testing::Empty::sqlite()).await;
    let (id, authority) = (house.recommended_worth(Pence::new(3_000_000)).await, &house.authority);
    house.award(&id, None).await;
    let (one, changes) = tender(authority, &id).await.unwrap();
    let today = house.now().date_naive();
    let Standstill::Runs { from, until } = one.standstill() else { panic!("{:?}", one.standstill()) };
    assert_eq!((from, one.awaits_award_notice()), (today, false));
    let said = format!("Award published. Standstill until the end of {}", until.format("%-d %B %Y"));
    assert_eq!(changes.last().unwrap().what, said);
    let place = async || (id.as_str(), house.version(&id).await);
    let early = refused(complete(authority, house.actor("ann"), place().await, today).await);
    assert!(early.contains("before the standstill has ended"), "{early}");
    house.clock.pass(Duration::days(20));
    complete(authority, house.actor("ann"), place().await, house.now().date_naive()).await.unwrap();
}

#[tokio::test]
async fn a_notice_that_is_published_before_the_award_is_here_begins_the_standstill() {
    for house in House::each().await {
        let (id, authority) = (house.recommended_for(None).await, &house.authority);
        let place = async || (id.as_str(), house.version(&id).await);
        decide(authority, house.actor("joe"), place().await, None).await.unwrap();
        notify(authority, house.actor("ann"), place().await).await.unwrap();
        house.notice_award(&id).await.unwrap();
        let noticed = house.now().date_naive();
        let until = last_working_day(noticed, 8).unwrap();
        let asked = Query { action: Some("tender.award-noticed".to_owned()), ..Query::default() };
        let logged = authority.search(&asked, 2).await.unwrap().entries;
        assert_eq!(logged[0].detail["standstill"], until.to_string());
        house.clock.pass(Duration::days(3));
        let standstill = publish_award(authority, house.actor("ann"), place().await).await.unwrap();
        assert_eq!(standstill, Standstill::Runs { from: noticed, until });
    }
}
