//! Our tenders as open data: after every step, what the releases make of the process is what the database says, and no release changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::released::{What, published, publisher};
use crate::house::{House, passphrase};
use chrono::Duration;
use enough_commissioning::agreements::{
    Agreed, Asked, Asks, Cause, Consequence, Every, Followed, Ground,
    ImprovementState::{Failed, Improved},
    Justification, Measure, Payment, ProposalKind, Proposed, Rating, Terms, Verdict, Without, add_agreement,
    agree, agreement, agreements_of_tender, answer_improvement, answer_proposal, ask_to_improve,
    decide_improvement, decide_proposal, pay, propose, rate, report, sign_agreement,
};
use enough_commissioning::codesign::{Size, add_round, save_text};
use enough_commissioning::frameworks::{
    Kind as FrameworkKind, Standing, Text as FrameworkText, add_framework, close_framework, decide_member,
    framework, framework_changes, frameworks_of_tender, join, publish_framework,
};
use enough_commissioning::funds::{
    Kind as FundKind, Text as FundText, add_contribution, add_fund, agree_contribution, commit, fund,
    open_fund, release as take_back,
};
use enough_commissioning::intentions::{
    Circumstances, Draft, Evidence, Move, Route, add_intention, change_intention, intention, move_intention,
};
use enough_commissioning::notices::{Due, Sent, notices, sent};
use enough_commissioning::providers::{Profile, Scheme, change_profile};
use enough_commissioning::publication::ocds::{Given, release_package};
use enough_commissioning::publication::transparency::{HEADINGS, lines};
use enough_commissioning::publication::{Publisher, Release, contract, publish_members, publish_tender};
use enough_commissioning::tenders::{
    Place, add_score, add_tender, answer_question, approve, ask_question, change_tender, complete, decide,
    declare, give_share, lock_scores, moderate, notify, publish, publish_award, recommend, submissions,
    submit, tender,
};
use enough_kernel::Pence;
use enough_plans::{Better, Figure, ObjectiveKey, Reading, Unit};
use serde_json::{Value, json};

/// What happens after the signature: measured, reported, rated, paid, changed, ended.
async fn go_on(house: &House, publisher: &Publisher, id: &str) {
    let (authority, ann, joe, lou) =
        (&house.authority, house.actor("ann"), house.actor("joe"), house.actor("lou"));
    let publish_now = async || published(house, publisher, (What::Tender, id)).await;
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
    assert_eq!(publish_now().await.unwrap(), ["contractTermination"], "the calendar ends it");
}

/// Writes releases down for validators: `../shared/validate/validate ocds target/tmp/NAME.json`.
fn write_down(house: &House, releases: &[Release], name: &str) {
    let given =
        Given { uri: "https://example.org/releases", at: "2027-03-01T00:00:00Z", by: house.authority.name() };
    let package = release_package(&given, releases).unwrap();
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.json"));
    std::fs::write(file, package.to_string()).unwrap();
}

#[tokio::test]
async fn what_the_releases_make_is_what_the_database_says() {
    for house in House::each().await {
        let authority = &house.authority;
        let publisher = publisher();
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
        assert!(
            !publish_tender(authority, ann, &publisher, &id).await.unwrap(),
            "a draft is nobody's business"
        );
        publish(authority, ann, (&id, 3), &house.named()).await.unwrap();
        let publish_now = async || published(&house, &publisher, (What::Tender, &id)).await;
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
        house.notice_award(&id).await.unwrap();
        assert_eq!(
            publish_now().await.unwrap(),
            ["awardUpdate"],
            "its notice is named once it was published"
        );
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
        // The contracts register of the Transparency Code: the invitation and the contract, over the value it names.
        let table = lines(&process, house.now().date_naive()).unwrap();
        assert_eq!(
            table.iter().map(|line| &line[0]).collect::<Vec<_>>(),
            ["invitation to tender", "contract"]
        );
        let of = |heading: &str| table[1][HEADINGS.iter().position(|one| *one == heading).unwrap()].as_str();
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
            assert_eq!(
                lines(&other, house.now().date_naive()).unwrap().len(),
                1,
                "the invitation stays: {what}"
            );
        }
        write_down(&house, &releases, "own_releases");
    }
}

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

/// An open plan of so many pounds with a way.
async fn plan(house: &House, route: Route, pounds: i64) -> String {
    plan_from(house, route, (pounds, "2027-06-01")).await
}

/// The same, from a day on.
async fn plan_from(house: &House, route: Route, (pounds, from): (i64, &str)) -> String {
    let text = Draft {
        title: "Days out".to_owned(),
        why: "Families asked".to_owned(),
        what: "Days out".to_owned(),
        areas: vec!["W1".to_owned()],
        most: Pence::new(pounds * 100),
        route: Some(route),
        case: Circumstances { others_willing: Some(false), ..Circumstances::because("It fits best") },
        opens_on: Some(house.now().date_naive()),
        starts_on: Some(day(from)),
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

fn without(house: &House, pounds: i64) -> Without {
    Without {
        organisation: house.organisation("lou").to_owned(),
        title: "Days out".to_owned(),
        terms: Terms {
            value: Pence::new(pounds * 100),
            starts_on: day("2027-06-01"),
            ends_on: day("2027-09-01"),
        },
        how: "Nobody else has workers whom the children know".to_owned(),
        framework: None,
        direct: None,
    }
}

fn measured() -> Agreed {
    let measure = Measure {
        title: "Children who come".to_owned(),
        asks: Asks::HowMuch,
        unit: Unit::Children,
        better: Better::More,
        target: Figure::whole(30),
        every: Every::Quarter,
        objective: None,
        no_objective: "No plan yet".to_owned(),
    };
    Agreed { measures: vec![measure], expected: None }
}

/// The contracts register: title and way of each line of a process.
async fn register(house: &House, id: &str) -> Vec<(String, String)> {
    let (process, _) = contract(&house.authority, &format!("ocds-zzzzzz-e06999001-{id}")).await.unwrap();
    let at = |heading: &str| HEADINGS.iter().position(|one| *one == heading).unwrap();
    let table = lines(&process, house.now().date_naive()).unwrap();
    let signed = table.iter().filter(|line| line[at("what")] == "contract");
    signed.map(|line| (line[at("title")].clone(), line[at("process")].clone())).collect()
}

#[tokio::test]
async fn frameworks_and_what_is_called_off_from_them_are_released() {
    for house in House::each().await {
        let (authority, ann, ben) = (&house.authority, house.actor("ann"), house.actor("ben"));
        let publisher = publisher();
        let text = FrameworkText {
            title: "Short breaks".to_owned(),
            what: "Days out for children with disabilities".to_owned(),
            basis: "Tender of 2025, notice 012345-2025".to_owned(),
            ceiling: Some(Pence::new(10_000_000)),
            from: day("2026-04-01"),
            until: Some(day("2028-03-31")),
            direct: "Below £20,000, by place".to_owned(),
            conditions: "Good or better with Ofsted".to_owned(),
            contact: "team@example.test".to_owned(),
        };
        let id = add_framework(authority, ann, FrameworkKind::Framework, &text).await.unwrap();
        let version = async || framework(authority, &id).await.unwrap().version;
        // Somebody who was written down by mistake was never a member for anybody.
        for (who, standing) in [
            ("kim", Standing::Admitted),
            ("moe", Standing::Admitted),
            ("lou", Standing::Admitted),
            ("moe", Standing::Removed),
        ] {
            let of = (house.organisation(who), standing);
            decide_member(authority, ann, (&id, version().await), of, "So").await.unwrap();
            house.clock.pass(Duration::minutes(1));
        }
        let released = async || published(&house, &publisher, (What::Framework, &id)).await;
        assert_eq!(released().await, None, "a draft is nobody's business");
        publish_framework(authority, ben, (&id, version().await)).await.unwrap();
        assert_eq!(released().await.unwrap(), ["tender", "award"]);
        let line = ("Short breaks".to_owned(), "framework".to_owned());
        assert_eq!(register(&house, &id).await, [line.clone(), line.clone()]);
        let of = (house.organisation("kim"), Standing::Suspended);
        decide_member(authority, ann, (&id, version().await), of, "Its insurance ran out").await.unwrap();
        assert_eq!(released().await.unwrap(), ["awardUpdate"]);
        assert_eq!(register(&house, &id).await, [line], "who is suspended cannot be called");
        let of = (house.organisation("kim"), Standing::Admitted);
        decide_member(authority, ann, (&id, version().await), of, "It is insured again").await.unwrap();
        assert_eq!(released().await.unwrap(), ["awardUpdate"]);
        let (process, releases) = contract(authority, &format!("ocds-zzzzzz-e06999001-{id}")).await.unwrap();
        assert!(!process.compiled.contains("Health"), "{}", process.compiled);
        write_down(&house, &releases, "own_framework");

        let plan = plan(&house, Route::CallOff, 200_000).await;
        let new = Without { framework: Some(id.clone()), ..without(&house, 15_000) };
        let off = add_agreement(authority, ann, &plan, &new).await.unwrap();
        let released = async || published(&house, &publisher, (What::Agreement, &off)).await;
        assert_eq!(released().await, None, "what is only written is not public");
        agree(authority, ann, (&off, 1), &measured(), "").await.unwrap();
        sign_agreement(authority, ben, (&off, 2), house.now().date_naive()).await.unwrap();
        assert_eq!(released().await.unwrap(), ["award", "contract"]);
        let line = ("Days out".to_owned(), "call-off from a framework".to_owned());
        assert_eq!(register(&house, &off).await, [line]);
        let paid_on = house.now().date_naive();
        let payment = Payment {
            amount: Pence::new(100_000),
            what: "First quarter".to_owned(),
            asked_on: paid_on,
            paid_on,
        };
        pay(authority, house.actor("joe"), &off, &payment).await.unwrap();
        assert_eq!(released().await.unwrap(), ["implementation"]);
        let (process, releases) = contract(authority, &format!("ocds-zzzzzz-e06999001-{off}")).await.unwrap();
        let compiled: Value = serde_json::from_str(&process.compiled).unwrap();
        let related = &compiled["relatedProcesses"][0];
        assert_eq!(related["identifier"], json!(format!("ocds-zzzzzz-e06999001-{id}")));
        assert_eq!(process.suppliers(), ["Play lou"]);
        write_down(&house, &releases, "own_call_off");
    }
}

#[tokio::test]
async fn the_order_in_which_things_were_said_makes_no_release() {
    for house in House::each().await {
        let (authority, ann) = (&house.authority, house.actor("ann"));
        let publisher = publisher();
        // A question that came second is answered first.
        let id = house.approved().await;
        publish(authority, ann, (&id, 3), &house.named()).await.unwrap();
        let kim = (id.as_str(), house.organisation("kim"));
        for question in ["Is rent included?", "Is there a kitchen?"] {
            ask_question(authority, house.actor("kim"), kim, question).await.unwrap();
        }
        let released = async || published(&house, &publisher, (What::Tender, &id)).await;
        answer_question(authority, ann, (&id, 2), "Yes").await.unwrap();
        assert!(released().await.is_some());
        answer_question(authority, ann, (&id, 1), "No").await.unwrap();
        assert_eq!(released().await.unwrap(), ["tenderUpdate"], "once: `published` tries twice");
        // A member that joins a market later is before the others by name.
        let text = FrameworkText {
            title: "Short breaks".to_owned(),
            what: "Days out".to_owned(),
            basis: "Sections 34 to 40 of the Procurement Act 2023".to_owned(),
            ceiling: None,
            from: house.now().date_naive(),
            until: None,
            direct: String::new(),
            conditions: "Insurance".to_owned(),
            contact: "team@example.test".to_owned(),
        };
        let id = add_framework(authority, ann, FrameworkKind::Market, &text).await.unwrap();
        publish_framework(authority, house.actor("ben"), (&id, 1)).await.unwrap();
        let released = async || published(&house, &publisher, (What::Framework, &id)).await;
        assert_eq!(released().await.unwrap(), ["tender"]);
        for (who, tag) in [("lou", "award"), ("kim", "awardUpdate")] {
            join(authority, house.actor(who), &id, "We do").await.unwrap();
            assert_eq!(released().await, None, "who applies is not public");
            let version = framework(authority, &id).await.unwrap().version;
            let of = (house.organisation(who), Standing::Admitted);
            decide_member(authority, ann, (&id, version), of, "So").await.unwrap();
            assert_eq!(released().await.unwrap(), [tag]);
        }
    }
}

#[tokio::test]
async fn a_direct_award_has_grounds_and_is_announced_before_it_is_signed() {
    for house in House::each().await {
        let (authority, ann, ben) = (&house.authority, house.actor("ann"), house.actor("ben"));
        let publisher = publisher();
        let large = plan(&house, Route::Contract, 700_000).await;
        let add = async |plan: &str, direct: Option<Justification>| {
            let new = Without { direct, ..without(&house, 60_000) };
            add_agreement(authority, ann, plan, &new).await
        };
        for (why, says) in [
            (None, "say why it is awarded without one"),
            (Some(Justification::BelowThreshold), "the threshold is £663,540"),
            (Some(Justification::NoSuitableTenders), "s43"),
        ] {
            let refusal = crate::house::refused(add(&large, why).await);
            assert!(refusal.contains(says), "{refusal}");
        }
        let grant = plan(&house, Route::Grant, 700_000).await;
        let refusal = crate::house::refused(add(&grant, Some(Justification::Urgency)).await);
        assert!(refusal.contains("Only a contract"), "{refusal}");

        // Everybody can read it from the moment on which it is written, and it is signed after its notices.
        let id = add(&large, Some(Justification::OneSupplier)).await.unwrap();
        let released = async || published(&house, &publisher, (What::Agreement, &id)).await;
        assert_eq!(released().await.unwrap(), ["award", "contract"]);
        assert!(register(&house, &id).await.is_empty(), "it is no contract yet");
        agree(authority, ann, (&id, 1), &measured(), "").await.unwrap();
        assert_eq!(released().await, None, "what is measured is public once it is signed");
        let today = house.now().date_naive();
        let path = format!("/agreements/{id}");
        for notice in ["UK5", "UK6"] {
            let refusal = crate::house::refused(sign_agreement(authority, ben, (&id, 2), today).await);
            assert!(refusal.contains(notice), "{refusal}");
            let all = notices(authority).await.unwrap();
            let (due, _) = all
                .iter()
                .find(|(due, _)| due.notice.key() == notice && due.subject.path == path)
                .expect("the calendar asks for it");
            let early = Sent { on: today - Duration::days(1), reference: "0".to_owned() };
            let refusal = crate::house::refused(sent(authority, ann, &due.key(), &early).await);
            assert!(refusal.contains("written here"), "{refusal}");
            let said = Sent { on: today, reference: format!("{notice}-1") };
            if notice == "UK5" {
                let other = all.iter().find(|(due, _)| due.notice.key() == "UK6" && due.subject.path == path);
                let refusal =
                    crate::house::refused(sent(authority, ann, &other.unwrap().0.key(), &said).await);
                assert!(refusal.contains("comes before"), "{refusal}");
            }
            sent(authority, ann, &due.key(), &said).await.unwrap();
            assert_eq!(released().await.unwrap(), ["awardUpdate"], "the release names the notice");
        }
        let early =
            crate::house::refused(sign_agreement(authority, ben, (&id, 2), today - Duration::days(1)).await);
        assert!(early.contains("UK5") || early.contains("has come"), "{early}");
        sign_agreement(authority, ben, (&id, 2), today).await.unwrap();
        assert_eq!(released().await.unwrap(), ["awardUpdate", "contractUpdate"]);
        assert_eq!(register(&house, &id).await, [("Days out".to_owned(), "direct award".to_owned())]);
        let (process, releases) = contract(authority, &format!("ocds-zzzzzz-e06999001-{id}")).await.unwrap();
        assert!(process.compiled.contains("UK5") && process.compiled.contains("\"direct\""));
        write_down(&house, &releases, "own_direct_award");

        // What a tender and a direct award together would spend is no more than the plan.
        let tender = add_tender(authority, ann, &large).await.unwrap();
        change_tender(authority, ann, (&tender, 1), &house.text(), "").await.unwrap();
        approve(authority, ben, (&tender, 2)).await.unwrap();
        let refusal = crate::house::refused(publish(authority, ann, (&tender, 3), &house.named()).await);
        assert!(refusal.contains("£60,000 of other tenders and agreements"), "{refusal}");

        // Below the threshold no notice comes before it.
        let small = plan(&house, Route::Contract, 80_000).await;
        let id = add(&small, Some(Justification::BelowThreshold)).await.unwrap();
        agree(authority, ann, (&id, 1), &measured(), "").await.unwrap();
        sign_agreement(authority, ben, (&id, 2), today).await.unwrap();
        // What is left of the plan bounds the next, however it is called.
        let more = crate::house::refused(add(&small, Some(Justification::Repeat)).await);
        assert!(more.contains("are left"), "{more}");
    }
}

/// What a round changed, once it is over.
async fn heard(house: &House, plan: &str) {
    let (authority, ann) = (&house.authority, house.actor("ann"));
    save_text(authority, ann, (plan, 0), ("A club for 40 children.", "The first draft")).await.unwrap();
    let first = house.now().date_naive() + Duration::days(1);
    add_round(authority, ann, plan, (first, first + Duration::days(84), "")).await.unwrap();
}

fn in_objective(house: &House, objectives: Vec<ObjectiveKey>, route: Route) -> Draft {
    Draft {
        title: "After-school clubs".to_owned(),
        why: "120 children have no place after three".to_owned(),
        what: "Clubs for 40 children".to_owned(),
        areas: vec!["W1".to_owned()],
        least: Pence::new(10_000_000),
        most: Pence::new(70_000_000),
        route: Some(route),
        case: Circumstances { others_willing: Some(false), ..Circumstances::because("It fits best") },
        opens_on: Some(house.now().date_naive() + Duration::days(200)),
        starts_on: Some(day("2028-09-01")),
        months: 36,
        contact: "team@example.test".to_owned(),
        objectives,
    }
}

#[tokio::test]
async fn a_plan_is_released_from_the_day_on_which_everybody_reads_it() {
    for house in House::each().await {
        let (authority, ann) = (&house.authority, house.actor("ann"));
        let publisher = publisher();
        let objective = house.objective().await;
        let text = in_objective(&house, vec![objective.clone()], Route::Contract);
        let id = add_intention(authority, ann, &text).await.unwrap();
        let released = async || published(&house, &publisher, (What::Plan, &id)).await;
        assert_eq!(released().await, None, "a draft is nobody's business");
        let short = |short| Evidence {
            code: "W1".to_owned(),
            name: "Abbey".to_owned(),
            sentence: "Abbey is short of places".to_owned(),
            short: Some(short),
            asked: "Ages 5 to 10, on foot".to_owned(),
        };
        let known = [short(31.26)];
        move_intention(authority, ann, (&id, 1), &Move::Publish, (None, &known)).await.unwrap();
        assert_eq!(released().await.unwrap(), ["planning"]);
        let compiled = async || {
            let (process, _) = contract(authority, &format!("ocds-zzzzzz-e06999001-{id}")).await.unwrap();
            serde_json::from_str::<Value>(&process.compiled).unwrap()
        };
        let is = compiled().await;
        let at = |pointer: &str| is.pointer(pointer).cloned().unwrap_or_default();
        assert_eq!(at("/planning/objectives/0/id"), json!(objective.to_string()));
        assert_eq!(at("/planning/budget/projectID"), json!(objective.to_string()));
        assert_eq!(at("/planning/forecasts/0/observations/1/measure"), json!("31.3"));
        assert_eq!(at("/planning/forecasts/0/relatedObjectives"), json!([objective.to_string()]));
        assert_eq!(at("/planning/forecasts/1/observations/0/measure"), json!("120"));
        assert_eq!(
            (at("/tender/status"), at("/tender/minValue/amountGross")),
            (json!("planned"), json!(100_000))
        );
        assert_eq!(at("/tender/contractPeriod/endDate"), json!("2031-08-31T23:59:59Z"));

        // Who was asked: the calendar says when it was over.
        let version = async || intention(authority, &id).await.unwrap().0.version;
        move_intention(authority, ann, (&id, version().await), &Move::Design, (None, &[])).await.unwrap();
        heard(&house, &id).await;
        assert_eq!(released().await.unwrap(), ["planningUpdate"]);
        assert_eq!(compiled().await.pointer("/planning/milestones/0/status"), Some(&json!("scheduled")));
        house.clock.pass(Duration::days(90));
        assert_eq!(released().await.unwrap(), ["planningUpdate"]);
        let is = compiled().await;
        let round = is.pointer("/planning/milestones/0").unwrap();
        assert_eq!((&round["status"], &round["dateMet"]), (&json!("met"), &round["dueDate"]));
        // A notice that was published is named.
        let all = notices(authority).await.unwrap();
        let due = all.iter().find(|(due, _)| due.notice.key() == "UK2").expect("the calendar asks for it");
        let said = Sent { on: house.now().date_naive(), reference: "012345-2027".to_owned() };
        sent(authority, ann, &due.0.key(), &said).await.unwrap();
        assert_eq!(released().await.unwrap(), ["planningUpdate"]);
        assert!(compiled().await.to_string().contains("marketEngagementNotice"));
        let (_, releases) = contract(authority, &format!("ocds-zzzzzz-e06999001-{id}")).await.unwrap();
        write_down(&house, &releases, "own_plan");

        // What it does not serve any more is taken back, once: of what was in a list, its id stays.
        let other =
            Draft { most: Pence::new(60_000_000), ..in_objective(&house, Vec::new(), Route::Contract) };
        change_intention(authority, ann, (&id, version().await), (&other, "Another plan"), (None, &[]))
            .await
            .unwrap();
        assert_eq!(released().await.unwrap(), ["planningUpdate"]);
        let is = compiled().await;
        assert_eq!(is.pointer("/planning/objectives"), Some(&json!([{ "id": objective.to_string() }])));
        assert!(!is.to_string().contains("Every child has somewhere"), "{is}");
        // A plan for a grant is none for a contract.
        let grant = in_objective(&house, Vec::new(), Route::Grant);
        change_intention(authority, ann, (&id, version().await), (&grant, "A grant does"), (None, &[]))
            .await
            .unwrap();
        assert_eq!(released().await.unwrap(), ["planningUpdate"]);
        assert_eq!(compiled().await.pointer("/tender/status"), Some(&json!("withdrawn")));
        let (_, releases) = contract(authority, &format!("ocds-zzzzzz-e06999001-{id}")).await.unwrap();
        write_down(&house, &releases, "own_plan_taken_back");

        let text = in_objective(&house, vec![objective.clone()], Route::Grant);
        let id = add_intention(authority, ann, &text).await.unwrap();
        move_intention(authority, ann, (&id, 1), &Move::Publish, (None, &[])).await.unwrap();
        assert_eq!(published(&house, &publisher, (What::Plan, &id)).await, None, "grants are told elsewhere");
    }
}

#[tokio::test]
async fn what_a_bidder_says_later_changes_no_count() {
    for house in House::each().await {
        let (authority, publisher) = (&house.authority, publisher());
        let small = Profile { size: Some(Size::Small), ..Profile::default() };
        for name in ["kim", "lou"] {
            change_profile(authority, house.actor(name), 0, &small).await.unwrap();
        }
        let tender = house.awarded().await;
        published(&house, &publisher, (What::Tender, &tender)).await.unwrap();
        let (process, _) = contract(authority, &format!("ocds-zzzzzz-e06999001-{tender}")).await.unwrap();
        let is: Value = serde_json::from_str(&process.compiled).unwrap();
        let counts = is.pointer("/bids/statistics").unwrap().as_array().unwrap();
        let small = counts.iter().find(|one| one["id"] == "L1-smeFinalStageBids").unwrap();
        assert_eq!(small["value"], 2, "{counts:?}");
        // Kim lost, and does not say any more how large it is: a merge takes nothing out of a list.
        change_profile(authority, house.actor("kim"), 1, &Profile::default()).await.unwrap();
        assert_eq!(published(&house, &publisher, (What::Tender, &tender)).await, None);
    }
}

#[tokio::test]
async fn a_tender_sets_up_a_framework_and_its_process_is_that_of_the_tender() {
    for house in House::each().await {
        let (authority, ann, ben) = (&house.authority, house.actor("ann"), house.actor("ben"));
        let publisher = publisher();
        let tender = house.awarded_for(Some(2)).await;
        let released = async || published(&house, &publisher, (What::Tender, &tender)).await;
        let compiled = async || {
            let (process, _) = contract(authority, &format!("ocds-zzzzzz-e06999001-{tender}")).await.unwrap();
            serde_json::from_str::<Value>(&process.compiled).unwrap()
        };
        assert_eq!(released().await.unwrap(), ["planning", "tender", "award"]);
        let is = compiled().await;
        let of = is.pointer("/tender/lots/0/techniques/frameworkAgreement").unwrap();
        assert_eq!(
            (&of["maximumParticipants"], &of["method"], &of["value"]["amountGross"]),
            (&json!(2), &json!("withAndWithoutReopeningCompetition"), &json!(350_000))
        );
        let statuses = |is: &Value, what: &str| -> Vec<String> {
            let list = is[what].as_array().cloned().unwrap_or_default();
            list.iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(statuses(&is, "awards"), ["pending", "pending"]);
        assert!(frameworks_of_tender(authority, &tender).await.unwrap().is_empty(), "nothing is signed yet");

        house.sign(&tender).await;
        assert!(agreements_of_tender(authority, &tender).await.unwrap().is_empty());
        let one = frameworks_of_tender(authority, &tender).await.unwrap().remove(0);
        let (text, last) = (&one.text, Some(day("2030-08-31")));
        assert_eq!((text.title.as_str(), text.until), ("After-school club: Lot 1", last));
        assert_eq!((text.ceiling, one.published_at.is_some()), (Some(Pence::new(35_000_000)), true));
        assert!(one.has(house.organisation("kim")) && one.has(house.organisation("lou")));
        assert_eq!(framework_changes(authority, &one.id).await.unwrap()[0].what, "Published");
        assert_eq!(released().await.unwrap(), ["awardUpdate", "contract"]);
        let is = compiled().await;
        assert_eq!(
            (statuses(&is, "awards"), statuses(&is, "contracts")),
            (vec!["active".into(); 2], vec!["active".into(); 2])
        );
        let line = ("Lot 1".to_owned(), "framework".to_owned());
        assert_eq!(register(&house, &tender).await, [line.clone(), line]);
        let (process, _) =
            contract(&house.authority, &format!("ocds-zzzzzz-e06999001-{tender}")).await.unwrap();
        let asked = lines(&process, house.now().date_naive()).unwrap().remove(0);
        let said = ["what", "title", "start_date", "value_gbp", "value_includes_vat", "supplier", "status"]
            .map(|heading| asked[HEADINGS.iter().position(|one| *one == heading).unwrap()].as_str());
        let wanted =
            ["invitation to tender", "After-school club", "2027-09-01", "700000.00", "yes", "", "complete"];
        assert_eq!(said, wanted);
        let asked = notices(authority).await.unwrap();
        let of = format!("/tenders/{tender}");
        assert!(
            asked.iter().any(|(due, _)| due.notice.key() == "UK7" && due.subject.path == of),
            "{asked:?}"
        );

        // Who leaves is told with the process of the tender; nobody joins.
        let place = (one.id.as_str(), one.version);
        let gone = (house.organisation("kim"), Standing::Removed);
        decide_member(authority, ann, place, gone, "It closed").await.unwrap();
        let back = (house.organisation("kim"), Standing::Admitted);
        let late = decide_member(authority, ann, (&one.id, one.version + 1), back, "It opened").await;
        assert!(crate::house::refused(late).contains("Nobody joins a framework"));
        assert!(publish_members(authority, ann, &publisher, &one.id).await.unwrap());
        let is = compiled().await;
        let ended =
            |what: &str| statuses(&is, what).into_iter().filter(|one| one != "active").collect::<Vec<_>>();
        assert_eq!(
            (ended("awards"), ended("contracts")),
            (vec!["cancelled".to_owned()], vec!["terminated".to_owned()])
        );
        let (_, releases) = contract(authority, &format!("ocds-zzzzzz-e06999001-{tender}")).await.unwrap();
        write_down(&house, &releases, "own_framework_tender");

        // What is called off names the process of the tender; an amount that was never promised is not owed.
        house.clock.pass(Duration::days(200));
        let plan = plan_from(&house, Route::CallOff, (20_000, "2027-10-01")).await;
        let mut new = Without { framework: Some(one.id.clone()), ..without(&house, 15_000) };
        (new.terms.starts_on, new.terms.ends_on) = (day("2027-10-01"), day("2027-12-31"));
        let off = add_agreement(authority, ann, &plan, &new).await.unwrap();
        agree(authority, ann, (&off, 1), &measured(), "").await.unwrap();
        sign_agreement(authority, ben, (&off, 2), house.now().date_naive()).await.unwrap();
        published(&house, &publisher, (What::Agreement, &off)).await.unwrap();
        let (process, _) = contract(authority, &format!("ocds-zzzzzz-e06999001-{off}")).await.unwrap();
        let is: Value = serde_json::from_str(&process.compiled).unwrap();
        let related = is.pointer("/relatedProcesses/0/identifier").unwrap();
        assert_eq!(related, &json!(format!("ocds-zzzzzz-e06999001-{tender}")));

        // A framework is a contract itself: that it ended is a notice, by the thirtieth day.
        let now = framework(authority, &one.id).await.unwrap();
        let ended = async || {
            let all = notices(authority).await.unwrap();
            let is_it =
                |due: &Due| due.notice.key() == "UK11" && due.subject.path == of && due.part == "lot 1";
            all.into_iter().map(|(due, _)| due).find(is_it).map(|due| due.by)
        };
        assert_eq!(ended().await, None);
        close_framework(authority, ann, (&one.id, now.version), "Nobody needs it").await.unwrap();
        let by = house.now().date_naive() + Duration::days(29);
        assert_eq!(ended().await, Some(Some(by)));
    }
}

#[tokio::test]
async fn whose_money_it_is_is_released_to_the_penny() {
    for house in House::each().await {
        let (authority, ann) = (&house.authority, house.actor("ann"));
        let publisher = publisher();
        let tender = house.awarded().await;
        house.sign(&tender).await;
        let one = agreements_of_tender(authority, &tender).await.unwrap().remove(0);
        let released = async || published(&house, &publisher, (What::Tender, &tender)).await;
        released().await.unwrap();
        let text = FundText {
            name: "Early help".to_owned(),
            kind: FundKind::Pooled,
            purpose: "Help before things go wrong".to_owned(),
            basis: "Agreement of 1 April 2026".to_owned(),
            host: house.organisation("ann").to_owned(),
            risk: "Each in proportion".to_owned(),
            from: day("2026-04-01"),
            until: day("2029-03-31"),
            contact: "team@example.test".to_owned(),
        };
        let id = add_fund(authority, ann, &text).await.unwrap();
        let version = async || fund(authority, &id).await.unwrap().version;
        for (who, pence) in [("joe", 7_000_000), ("moe", 3_000_000)] {
            let of = (house.organisation(who), Pence::new(pence));
            let number = add_contribution(authority, ann, (&id, version().await), of).await.unwrap();
            agree_contribution(authority, house.actor(who), (&id, version().await), number).await.unwrap();
        }
        open_fund(authority, ann, (&id, version().await)).await.unwrap();
        assert_eq!(released().await, None, "it pays for nothing yet");
        let of = (one.id.as_str(), Pence::new(1_000_001));
        commit(authority, ann, (&id, version().await), of).await.unwrap();
        assert_eq!(released().await.unwrap(), ["tenderUpdate"]);
        let (process, releases) =
            contract(authority, &format!("ocds-zzzzzz-e06999001-{tender}")).await.unwrap();
        let is: Value = serde_json::from_str(&process.compiled).unwrap();
        let lines = is.pointer("/planning/budget/budgetBreakdown").and_then(Value::as_array).unwrap();
        let parts: Vec<_> = lines.iter().map(|line| line["amount"]["amountGross"].clone()).collect();
        assert_eq!(parts, [json!(7000.01), json!(3000)]);
        assert_eq!(lines[0]["sourceParty"]["id"], json!("GB-LAE-BSS"), "the authority is the buyer");
        let parties = is["parties"].as_array().unwrap();
        let funders = parties.iter().filter(|one| one["roles"].to_string().contains("funder")).count();
        assert_eq!(funders, 2, "{parties:?}");
        write_down(&house, &releases, "own_funded");
        // What a fund takes back is nothing any more, and stays in the list.
        take_back(authority, ann, (&id, version().await), of, "It is paid from elsewhere").await.unwrap();
        assert_eq!(released().await.unwrap(), ["tenderUpdate"]);
        let (process, _) = contract(authority, &format!("ocds-zzzzzz-e06999001-{tender}")).await.unwrap();
        let is: Value = serde_json::from_str(&process.compiled).unwrap();
        assert_eq!(is.pointer("/planning/budget/budgetBreakdown/0/amount/amountGross"), Some(&json!(0)));
    }
}

#[tokio::test]
async fn a_provider_is_asked_to_improve_and_a_failure_is_told_to_everybody() {
    for house in House::each().await {
        let (authority, ann, ben, lou) =
            (&house.authority, house.actor("ann"), house.actor("ben"), house.actor("lou"));
        let publisher = publisher();
        let tender = house.awarded().await;
        let one = agreements_of_tender(authority, &tender).await.unwrap().remove(0);
        let id = one.id.as_str();
        let version = async || agreement(authority, id).await.unwrap().version;
        let today = || house.now().date_naive();
        let asked = |cause, days| Asked {
            cause,
            agreed: "Two workers in each group".to_owned(),
            happened: "One worker on five days".to_owned(),
            until: today() + Duration::days(days),
            sooner: String::new(),
        };
        let ask =
            async |actor, asked: Asked| ask_to_improve(authority, actor, (id, version().await), &asked).await;
        let early = crate::house::refused(ask(ann, asked(Cause::Unsatisfied, 20)).await);
        assert!(early.contains("does not follow"), "it is not signed: {early}");
        house.sign(&tender).await;
        let released = async || published(&house, &publisher, (What::Tender, &tender)).await;
        released().await.unwrap();
        let theirs = crate::house::refused(ask(lou, asked(Cause::Unsatisfied, 20)).await);
        assert!(theirs.contains("other side"), "{theirs}");
        let soon = crate::house::refused(ask(ann, asked(Cause::Unsatisfied, 13)).await);
        assert!(soon.contains("s71") && soon.contains("harmed"), "{soon}");
        assert_eq!(ask(ann, asked(Cause::Unsatisfied, 14)).await.unwrap(), 1);
        let asked_on = today();
        let decide = async |actor, number, state, followed| {
            let verdict = Verdict { state, why: "Still one worker".to_owned(), followed };
            decide_improvement(authority, actor, (id, version().await), (number, &verdict)).await
        };
        let first = crate::house::refused(decide(ben, 1, Failed, None).await);
        assert!(first.contains("until the day"), "{first}");
        let said = (1, "We have found somebody");
        let other = answer_improvement(authority, ann, (id, version().await), said).await;
        assert!(crate::house::refused(other).contains("provider answers"));
        answer_improvement(authority, lou, (id, version().await), said).await.unwrap();
        assert_eq!(released().await, None, "it stays between the two");
        house.clock.pass(Duration::days(14));
        let day_itself = crate::house::refused(decide(ben, 1, Failed, None).await);
        assert!(day_itself.contains("until the day"), "{day_itself}");
        house.clock.pass(Duration::days(1));
        let own = crate::house::refused(decide(ann, 1, Failed, None).await);
        assert!(own.contains("did not ask"), "{own}");
        let damages =
            Followed { what: Consequence::Damages, on: today(), amount: Pence::new(500_000), added: None };
        let no_breach = crate::house::refused(decide(ben, 1, Failed, Some(damages.clone())).await);
        assert!(no_breach.contains("breach only"), "{no_breach}");
        decide(ben, 1, Failed, None).await.unwrap();
        let late = answer_improvement(authority, lou, (id, version().await), said).await;
        assert!(crate::house::refused(late).contains("decided already"));
        assert!(crate::house::refused(decide(ben, 1, Improved, None).await).contains("decided already"));
        assert_eq!(released().await.unwrap(), ["implementation"]);

        // The calendar asks for the notice, the day of the decision counted.
        let due = async |part: &str| {
            let all = notices(authority).await.unwrap();
            let of = |due: &enough_commissioning::notices::Due| due.notice.key() == "UK9" && due.part == part;
            all.into_iter().map(|(due, _)| due).find(of).map(|due| due.by.unwrap())
        };
        assert_eq!(due("failure 1").await, Some(asked_on + Duration::days(15 + 29)));
        let compiled = async || {
            let (process, _) = contract(authority, &format!("ocds-zzzzzz-e06999001-{tender}")).await.unwrap();
            serde_json::from_str::<Value>(&process.compiled).unwrap()
        };
        let failure = |is: &Value, number: usize| {
            is.pointer(&format!("/contracts/0/implementation/performanceFailures/{number}")).cloned()
        };
        let is = failure(&compiled().await, 0).unwrap();
        assert_eq!(is["requirement"], json!("Two workers in each group"));
        assert!(is["decisionDate"].is_string() && is.get("penaltyDate").is_none(), "{is}");

        // What has improved is nobody's business; what follows later from a breach has a notice of its own.
        assert_eq!(ask(ann, asked(Cause::Unsatisfied, 14)).await.unwrap(), 2);
        decide(ann, 2, Improved, None).await.unwrap();
        assert_eq!(ask(ann, asked(Cause::Breach, 14)).await.unwrap(), 3);
        let unheard = crate::house::refused(decide(ben, 3, Failed, Some(damages.clone())).await);
        assert!(unheard.contains("once it has answered"), "{unheard}");
        house.clock.pass(Duration::days(15));
        decide(ben, 3, Failed, None).await.unwrap();
        let decided_on = today();
        assert_eq!(released().await.unwrap(), ["implementation"]);
        assert_eq!(due("failure 3").await, Some(decided_on + Duration::days(29)));
        house.clock.pass(Duration::days(100));
        let nothing = Followed { amount: Pence::default(), ..damages.clone() };
        assert!(crate::house::refused(decide(ben, 3, Failed, Some(nothing)).await).contains("how much"));
        decide(ben, 3, Failed, Some(Followed { on: today(), ..damages.clone() })).await.unwrap();
        assert!(
            crate::house::refused(decide(ben, 3, Failed, Some(damages)).await).contains("decided already")
        );
        assert_eq!(released().await.unwrap(), ["implementation"]);
        assert_eq!(due("failure 3").await, Some(decided_on + Duration::days(29)), "as it was");
        assert_eq!(due("consequence 3").await, Some(today() + Duration::days(29)));
        let is = failure(&compiled().await, 1).unwrap();
        assert_eq!((&is["id"], &is["penaltyType"]), (&json!("F3"), &json!("imposed")));
        assert_eq!(is.pointer("/penaltyValue/amountGross"), Some(&json!(5000)));
        let (_, releases) = contract(authority, &format!("ocds-zzzzzz-e06999001-{tender}")).await.unwrap();
        write_down(&house, &releases, "own_failures");
    }
}
