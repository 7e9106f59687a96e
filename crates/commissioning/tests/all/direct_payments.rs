//! Direct payments: whoever is not named reads nothing, no two duties are one person's, no more is paid than was agreed, and nothing of a
//! single case is open in the database, the log or what is published.

use std::collections::BTreeSet;

use crate::house::{House, refused};
use chrono::{Duration, NaiveDate};
use enough_commissioning::direct_payments::{
    Act, Answer, Assessment, Case, Ending, Every, Ground, KEPT_YEARS, Payment, Review, State, Stop, Terms,
    What, accept_offer, add_case, agree_amount, case_head, cases, change_assessment, decline_offer,
    name_people, next_state, next_step, offer, open_case, pay_family, record, resume, review_case, stop,
    suspend, sweep_cases, totals, withdraw_notice,
};
use enough_commissioning::publication::transparency::lines;
use enough_commissioning::publication::{Funder, Publisher, contracts, grants, publish_tender, releases};
use enough_kernel::{Pence, day_in_england, is_few};
use enough_store::audit::Actor;
use enough_store::need_to_know::Access;
use enough_store::sea_orm::{ConnectionTrait, Statement};
use enough_store::{Result, StoreError};
use proptest::prelude::*;

/// In every text that is sealed, and nowhere else.
const MARK: &str = "Quokka";

fn today(house: &House) -> NaiveDate {
    day_in_england(house.now())
}

fn marked(what: &str) -> String {
    format!("{MARK} {what}")
}

fn assessment(house: &House) -> Assessment {
    Assessment {
        reference: marked("17"),
        initials: "Quokka".to_owned(),
        ground: Ground::Parent,
        payee: marked("parent"),
        needs: marked("needs somebody at night"),
        plan: marked("pays a carer"),
        spending: marked("carer"),
        support: marked("support group"),
        terms: Terms {
            amount: Pence::new(12_345),
            every: Every::Weekly,
            once: Pence::new(50_000),
            from: today(house),
            until: today(house) + Duration::days(300),
        },
    }
}

/// A case that `ann` assessed; `ben` and `eve`, `joe` and `cat` of finance are named with it, too.
async fn new(house: &House) -> String {
    let readers = ["ben", "eve", "joe", "cat"].map(|name| house.id(name).to_owned()).into();
    add_case(&house.authority, house.actor("ann"), &assessment(house), &readers).await.unwrap()
}

async fn opened(house: &House, id: &str) -> Case {
    open_case(&house.authority, house.actor("ann"), (id, house.id("ann"))).await.unwrap().1.unwrap()
}

async fn at<'a>(house: &House, id: &'a str) -> (&'a str, i32) {
    (id, case_head(&house.authority, id).await.unwrap().version)
}

fn answer(on: NaiveDate) -> Answer {
    Answer { by: marked("mother"), on, words: marked("we would like it") }
}

fn payment(pence: i64, on: NaiveDate) -> Payment {
    Payment { amount: Pence::new(pence), paid_on: on, reference: marked("BACS"), undelivered: false }
}

fn review(house: &House, amount: Option<i64>, goes_on: bool) -> Review {
    let again_on = today(house) + Duration::days(if goes_on { 200 } else { 28 });
    Review { found: marked("it helps"), amount: amount.map(Pence::new), goes_on, again_on }
}

fn ending(house: &House, ground: Stop, last_day: NaiveDate) -> Ending {
    let asked = (ground == Stop::FamilyAsks).then(|| (marked("mother"), today(house)));
    Ending { ground, why: marked("grown up"), asked, last_day }
}

async fn accepted(house: &House) -> String {
    let id = new(house).await;
    offer(&house.authority, house.actor("ben"), (&id, 1)).await.unwrap();
    accept_offer(&house.authority, house.actor("ann"), (&id, 2), &answer(today(house))).await.unwrap();
    id
}

async fn paid(house: &House, who: &str, id: &str, pence: i64) -> Result<()> {
    let place = at(house, id).await;
    pay_family(&house.authority, house.actor(who), place, &payment(pence, today(house))).await
}

/// All that a table has, as text.
async fn text_of(house: &House, table: &str) -> String {
    let db = house.authority.store().read();
    let ask = Statement::from_string(db.get_database_backend(), format!("SELECT * FROM {table}"));
    let mut all = String::new();
    for row in db.query_all_raw(ask).await.unwrap() {
        for column in row.column_names() {
            if let Ok(Some(text)) = row.try_get::<Option<String>>("", &column) {
                all.push_str(&text);
                all.push('\n');
            }
        }
    }
    all
}

async fn nothing_is_open(house: &House) {
    for table in ["direct_payment", "direct_payment_entry", "audit_entry", "record_reader"] {
        let text = text_of(house, table).await;
        assert!(text.contains(house.id("ann")) || table == "direct_payment_entry", "{table} was read");
        assert!(!text.contains(MARK), "{table} has what is sealed");
        for amount in [":12345", "\"12345\"", "123.45", ":50000", "\"50000\""] {
            assert!(!text.contains(amount), "{table} has an amount");
        }
    }
    assert!(text_of(house, "direct_payment_entry").await.len() > 200, "there is something sealed");
}

#[tokio::test]
async fn a_case_goes_its_way_and_no_two_duties_are_one_persons() {
    for house in House::each().await {
        let (authority, ann, ben) = (&house.authority, house.actor("ann"), house.actor("ben"));
        let bare = Assessment { needs: String::new(), ..assessment(&house) };
        assert!(refused(add_case(authority, ann, &bare, &BTreeSet::new()).await).contains("needs"));
        let outside = BTreeSet::from([house.id("kim").to_owned()]);
        let named = add_case(authority, ann, &assessment(&house), &outside).await;
        assert!(refused(named).contains("no case"), "a provider is named with none");
        let id = new(&house).await;
        assert!(refused(offer(authority, ann, (&id, 1)).await).contains("did not assess"));
        assert!(refused(paid(&house, "joe", &id, 1).await).contains("does not follow"));
        let second = Assessment { payee: marked("father"), ..assessment(&house) };
        change_assessment(authority, house.actor("eve"), (&id, 1), &second).await.unwrap();
        let both = refused(offer(authority, house.actor("eve"), (&id, 2)).await);
        assert!(both.contains("did not assess"), "who changed it assessed, too: {both}");
        offer(authority, ben, (&id, 2)).await.unwrap();
        let before = answer(today(&house) - Duration::days(1));
        assert!(
            refused(accept_offer(authority, ann, (&id, 3), &before).await).contains("not before the offer")
        );
        let nobody = Answer { by: " ".to_owned(), ..answer(today(&house)) };
        assert!(refused(accept_offer(authority, ann, (&id, 3), &nobody).await).contains("who in the family"));
        accept_offer(authority, ann, (&id, 3), &answer(today(&house))).await.unwrap();
        let stale = suspend(authority, ann, (&id, 3), "Late").await.unwrap_err();
        assert!(matches!(stale, StoreError::Conflict { seen: 3, now: 4, .. }), "{stale}");

        assert!(refused(paid(&house, "ben", &id, 1).await).contains("of finance"));
        assert!(refused(paid(&house, "joe", &id, 62_346).await).contains("£623.45"));
        paid(&house, "joe", &id, 62_345).await.unwrap();
        assert!(refused(paid(&house, "joe", &id, 1).await).contains("due on that day is £0"));
        let head = case_head(authority, &id).await.unwrap();
        assert_eq!(head.state, State::Paying);
        assert_eq!(head.next_review_on, today(&house).checked_add_months(chrono::Months::new(3)));
        assert_eq!(next_step(&head).unwrap().due, head.next_review_on.unwrap());
        house.clock.pass(Duration::days(7));
        paid(&house, "cat", &id, 12_345).await.unwrap();
        paid(&house, "cat", &id, -345).await.unwrap();
        assert!(refused(paid(&house, "cat", &id, -90_000).await).contains("at most £743.45"));
        assert_eq!(opened(&house, &id).await.paid(), Pence::new(74_345));
        // What the family gave back is not paid again; what the bank could not deliver is, and somebody else says so.
        assert!(refused(paid(&house, "joe", &id, 345).await).contains("is £0"));
        let bank = Payment { undelivered: true, ..payment(-12_345, today(&house)) };
        let own = pay_family(authority, house.actor("cat"), at(&house, &id).await, &bank).await;
        assert!(refused(own).contains("who did not pay"));
        let other = Payment { undelivered: true, ..payment(-12_000, today(&house)) };
        let other = pay_family(authority, ann, at(&house, &id).await, &other).await;
        assert!(refused(other).contains("those of a payment"));
        pay_family(authority, ann, at(&house, &id).await, &bank).await.unwrap();
        let twice = pay_family(authority, ann, at(&house, &id).await, &bank).await;
        assert!(refused(twice).contains("has not come back"));
        paid(&house, "joe", &id, 12_345).await.unwrap();
        assert!(refused(paid(&house, "joe", &id, 1).await).contains("is £0"));

        suspend(authority, ben, at(&house, &id).await, &marked("nobody answers")).await.unwrap();
        house.clock.pass(Duration::days(14));
        assert!(refused(paid(&house, "joe", &id, 1).await).contains("were suspended"));
        paid(&house, "joe", &id, -1).await.unwrap();
        // Who keeps it going does not pay, whichever comes first.
        let own = resume(authority, house.actor("joe"), at(&house, &id).await, "I know them").await;
        assert!(refused(own).contains("Whoever pays"));
        resume(authority, ben, at(&house, &id).await, &marked("they were away")).await.unwrap();
        let due = opened(&house, &id).await.agreed_by(today(&house));
        assert_eq!(due, Pence::new(50_000 + 3 * 12_345), "the week in between is not paid, that of today is");

        let more = review(&house, Some(20_000), true);
        for (name, says) in [("ben", "who agreed to none"), ("joe", "Whoever pays")] {
            let own = review_case(authority, house.actor(name), at(&house, &id).await, &more).await;
            assert!(refused(own).contains(says), "{name}");
        }
        let nothing = Review { amount: Some(Pence::default()), ..more.clone() };
        let nothing = review_case(authority, ann, at(&house, &id).await, &nothing).await;
        assert!(refused(nothing).contains("stop it if nothing"));
        let long = Review { goes_on: false, ..more.clone() };
        assert!(refused(review_case(authority, ann, at(&house, &id).await, &long).await).contains("28 days"));
        let far = Review { again_on: today(&house) + Duration::days(400), ..more.clone() };
        assert!(
            refused(review_case(authority, ben, at(&house, &id).await, &far).await).contains("12 months")
        );
        review_case(authority, ann, at(&house, &id).await, &more).await.unwrap();
        // One proposes another amount, and it holds once another has agreed to it.
        assert_eq!(opened(&house, &id).await.proposed(), Some((Pence::new(20_000), today(&house))));
        for name in ["ann", "eve", "joe"] {
            let (place, told) = (at(&house, &id).await, answer(today(&house)));
            let own = agree_amount(authority, house.actor(name), place, &told).await;
            assert!(refused(own).contains("did not assess, propose or pay"), "{name}");
        }
        let early = answer(today(&house) - Duration::days(1));
        let early = agree_amount(authority, ben, at(&house, &id).await, &early).await;
        assert!(refused(early).contains("not before the review"));
        agree_amount(authority, ben, at(&house, &id).await, &answer(today(&house))).await.unwrap();
        let again = agree_amount(authority, ben, at(&house, &id).await, &answer(today(&house))).await;
        assert!(refused(again).contains("No other amount"));
        assert_eq!(case_head(authority, &id).await.unwrap().state, State::Reviewed);
        house.clock.pass(Duration::days(7));
        paid(&house, "joe", &id, 20_000).await.unwrap();

        let soon = ending(&house, Stop::Other, today(&house) + Duration::days(27));
        assert!(refused(stop(authority, ben, at(&house, &id).await, &soon).await).contains("28 days"));
        let early = ending(&house, Stop::AsAgreed, today(&house));
        assert!(refused(stop(authority, ben, at(&house, &id).await, &early).await).contains("has not come"));
        let last_day = today(&house) + Duration::days(28);
        stop(authority, ben, at(&house, &id).await, &ending(&house, Stop::Other, last_day)).await.unwrap();
        let head = case_head(authority, &id).await.unwrap();
        assert_eq!((head.state, head.ended_on), (State::Paying, Some(last_day)), "told, not ended");
        let now = ending(&house, Stop::Other, today(&house));
        assert!(refused(stop(authority, ben, at(&house, &id).await, &now).await).contains("soonest"));
        // It does not stop after all: what was told before counts no more.
        withdraw_notice(authority, ben, at(&house, &id).await, &marked("we were wrong")).await.unwrap();
        assert_eq!(case_head(authority, &id).await.unwrap().ended_on, None);
        let twice = withdraw_notice(authority, ben, at(&house, &id).await, "Again").await;
        assert!(refused(twice).contains("not told that it stops"));
        house.clock.pass(Duration::days(28));
        let sudden = ending(&house, Stop::Other, today(&house));
        assert!(refused(stop(authority, ben, at(&house, &id).await, &sudden).await).contains("soonest"));
        let last_day = today(&house) + Duration::days(28);
        stop(authority, ben, at(&house, &id).await, &ending(&house, Stop::Other, last_day)).await.unwrap();
        let own = ending(&house, Stop::Misused, today(&house));
        let own = stop(authority, house.actor("joe"), at(&house, &id).await, &own).await;
        assert!(refused(own).contains("Whoever pays"));
        let nobody = Ending { asked: None, ..ending(&house, Stop::FamilyAsks, today(&house)) };
        let nobody = stop(authority, ben, at(&house, &id).await, &nobody).await;
        assert!(refused(nobody).contains("who in the family"));
        house.clock.pass(Duration::days(28));
        stop(authority, ben, at(&house, &id).await, &ending(&house, Stop::Other, today(&house)))
            .await
            .unwrap();
        assert_eq!(case_head(authority, &id).await.unwrap().state, State::Ended);
        // What was due before it ended is still entered, and what comes back; no more.
        let left = opened(&house, &id).await;
        let left = left.agreed_by(today(&house)).get() - left.paid_out().get();
        assert!(left > 0 && refused(paid(&house, "joe", &id, left + 1).await).contains("due on that day"));
        paid(&house, "joe", &id, left).await.unwrap();
        house.clock.pass(Duration::days(7));
        assert!(refused(paid(&house, "joe", &id, 1).await).contains("is £0"));
        paid(&house, "joe", &id, -1).await.unwrap();
        house.clock.pass(Duration::days(100));
        assert!(refused(paid(&house, "joe", &id, -1).await).contains("3 months after its end"));
        assert_eq!(case_head(authority, &id).await.unwrap().state, State::Ended);

        // A family that does not want it: the case ends, with why.
        let other = new(&house).await;
        offer(authority, ben, (&other, 1)).await.unwrap();
        let silent = Answer { words: String::new(), ..answer(today(&house)) };
        assert!(refused(decline_offer(authority, ann, (&other, 2), &silent).await).contains("why"));
        decline_offer(authority, ann, (&other, 2), &answer(today(&house))).await.unwrap();
        assert_eq!(case_head(authority, &other).await.unwrap().state, State::Ended);
        nothing_is_open(&house).await;
    }
}

#[tokio::test]
async fn only_those_who_are_named_read_or_change_a_case() {
    for house in House::each().await {
        let (authority, ida) = (&house.authority, house.actor("ida"));
        let id = accepted(&house).await;
        let closed = open_case(authority, ida, (&id, house.id("ida"))).await.unwrap();
        assert_eq!(closed, (Access::Closed, None));
        assert!(cases(authority, house.id("ida")).await.unwrap().is_empty());
        assert_eq!(cases(authority, house.id("joe")).await.unwrap().len(), 1);
        let theirs = suspend(authority, ida, at(&house, &id).await, "So").await;
        assert!(refused(theirs).contains("Only those who are named"));
        let own = BTreeSet::from([house.id("ida").to_owned()]);
        let theirs = name_people(authority, ida, at(&house, &id).await, &own).await;
        assert!(refused(theirs).contains("Only those who are named"));

        // Broken glass lets them read, and change nothing.
        let person = authority.person(house.id("ida")).await.unwrap();
        let why = "Somebody must know it before tonight";
        authority.break_glass(ida, &person, &record(&id), why).await.unwrap();
        let (access, case) = open_case(authority, ida, (&id, house.id("ida"))).await.unwrap();
        assert!(matches!(access, Access::Emergency(_)) && case.is_some());
        let place = at(&house, &id).await;
        let theirs = stop(authority, ida, place, &ending(&house, Stop::FamilyAsks, today(&house))).await;
        assert!(refused(theirs).contains("Only those who are named"));
        let theirs = name_people(authority, ida, at(&house, &id).await, &own).await;
        assert!(refused(theirs).contains("Only those who are named"));
        // A line is sealed for its own case and number.
        let other = new(&house).await;
        let db = authority.store().read();
        let swap = format!(
            "INSERT INTO direct_payment_entry (authority, direct_payment, number, sealed)
             SELECT authority, '{other}', 2, sealed FROM direct_payment_entry WHERE direct_payment = '{id}' AND number = 1"
        );
        db.execute_unprepared(&swap).await.unwrap();
        let moved = open_case(authority, house.actor("ann"), (&other, house.id("ann"))).await;
        assert!(matches!(moved, Err(StoreError::Damaged(_))), "{moved:?}");
        let change = "UPDATE direct_payment_entry SET sealed = ''";
        assert!(db.execute_unprepared(change).await.is_err(), "the database refuses to change a line");
    }
}

#[tokio::test]
async fn nothing_of_a_case_is_published() {
    let house = House::new(enough_store::testing::Empty::sqlite()).await;
    let (authority, ann) = (&house.authority, house.actor("ann"));
    let tender = house.awarded().await;
    house.sign(&tender).await;
    let publisher =
        Publisher { prefix: "ocds-zzzzzz".to_owned(), buyer: None, site: "https://example.test".to_owned() };
    publish_tender(authority, ann, &publisher, &tender).await.unwrap();
    let before = releases(authority, None, 1000).await.unwrap().len();
    assert!(before > 0, "there is something published to look through");
    let id = accepted(&house).await;
    paid(&house, "joe", &id, 62_345).await.unwrap();
    publish_tender(authority, ann, &publisher, &tender).await.unwrap();
    let mut all = String::new();
    for release in releases(authority, None, 1000).await.unwrap() {
        all.push_str(&release.content);
    }
    let (count, register) = contracts(authority, "", (0, 1000)).await.unwrap();
    assert_eq!(count, 1, "the contract, and no family");
    for process in &register {
        all.push_str(&process.compiled);
        all.push_str(&serde_json::to_string(&lines(process, today(&house)).unwrap().concat()).unwrap());
    }
    let funder = Funder { prefix: "360G-test".to_owned(), id: None, site: "https://example.test".to_owned() };
    all.push_str(&serde_json::to_string(&grants(authority, &funder).await.unwrap()).unwrap());
    for word in [MARK, id.as_str(), "623.45", "direct-payment"] {
        assert!(!all.contains(word), "{word}");
    }
    let told = totals(authority).await.unwrap();
    assert_eq!(told, [], "this year is not over");
    house.clock.pass(Duration::days(365));
    let told = totals(authority).await.unwrap();
    assert_eq!((told[0].with, told[0].thousands), (None, None), "one child is few");
}

#[tokio::test]
async fn what_ended_long_ago_goes_with_all_that_was_sealed() {
    for house in House::each().await {
        let authority = &house.authority;
        let (id, kept) = (accepted(&house).await, accepted(&house).await);
        let place = at(&house, &id).await;
        stop(authority, house.actor("ben"), place, &ending(&house, Stop::FamilyAsks, today(&house)))
            .await
            .unwrap();
        let service = Actor::service("test");
        house.clock.pass(Duration::days(365 * i64::from(KEPT_YEARS)));
        assert_eq!(sweep_cases(authority, &service).await.unwrap(), 0, "leap days are still to come");
        house.clock.pass(Duration::days(4));
        assert_eq!(sweep_cases(authority, &service).await.unwrap(), 1);
        assert_eq!(sweep_cases(authority, &service).await.unwrap(), 0);
        assert!(matches!(case_head(authority, &id).await, Err(StoreError::NotFound(_))));
        assert!(authority.readers(&record(&id)).await.unwrap().is_empty());
        assert!(!text_of(&house, "direct_payment_entry").await.contains(&id));
        assert_eq!(opened(&house, &kept).await.entries.len(), 3, "what has not ended stays");
        // What nobody ever offered, agreed to, or looked at when it was to be paid does not stay for ever.
        let forgotten = new(&house).await;
        let offered = new(&house).await;
        offer(authority, house.actor("ben"), (&offered, 1)).await.unwrap();
        house.clock.pass(Duration::days(366 * i64::from(KEPT_YEARS)));
        assert_eq!(sweep_cases(authority, &service).await.unwrap(), 3);
        assert!(matches!(case_head(authority, &forgotten).await, Err(StoreError::NotFound(_))));
    }
}

#[derive(Debug, Clone)]
enum Step {
    Change { who: &'static str },
    Offer { who: &'static str },
    Answer { agrees: bool },
    Pay { who: &'static str, pence: i64 },
    Suspend,
    Resume,
    Review { who: &'static str, amount: Option<i64>, goes_on: bool },
    Agree { who: &'static str },
    Undelivered { who: &'static str, pence: i64 },
    Withdraw,
    Stop { ground: Stop, days: i64 },
    Days(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = || prop::sample::select(vec!["ann", "ben", "eve", "joe", "cat", "ida"]);
    let ground = prop::sample::select(Stop::ALL.to_vec());
    let one = prop_oneof![
        1 => who().prop_map(|who| Step::Change { who }),
        3 => who().prop_map(|who| Step::Offer { who }),
        3 => (0..10).prop_map(|n| Step::Answer { agrees: n > 0 }),
        6 => (who(), -20_000_i64..70_000).prop_map(|(who, pence)| Step::Pay { who, pence }),
        1 => Just(Step::Suspend),
        1 => Just(Step::Resume),
        2 => (who(), prop::option::of(0_i64..30_000), any::<bool>())
            .prop_map(|(who, amount, goes_on)| Step::Review { who, amount, goes_on }),
        2 => who().prop_map(|who| Step::Agree { who }),
        1 => (who(), 1_i64..20_000).prop_map(|(who, pence)| Step::Undelivered { who, pence }),
        1 => Just(Step::Withdraw),
        1 => (ground, 0_i64..60).prop_map(|(ground, days)| Step::Stop { ground, days }),
        4 => (0_i64..15).prop_map(Step::Days),
    ];
    prop::collection::vec(one, 1..40)
}

/// Does a step; gives what the machine calls it.
async fn go(house: &House, id: &str, step: &Step) -> (Option<Act>, Result<()>) {
    let (authority, now) = (&house.authority, today(house));
    let place = at(house, id).await;
    let ben = house.actor("ben");
    match step {
        Step::Change { who } => {
            let done = change_assessment(authority, house.actor(who), place, &assessment(house)).await;
            (Some(Act::Assess), done)
        }
        Step::Offer { who } => (Some(Act::Offer), offer(authority, house.actor(who), place).await),
        Step::Answer { agrees: true } => {
            (Some(Act::Accept), accept_offer(authority, ben, place, &answer(now)).await)
        }
        Step::Answer { agrees: false } => {
            (Some(Act::Decline), decline_offer(authority, ben, place, &answer(now)).await)
        }
        Step::Pay { who, pence } => {
            (Some(Act::Pay), pay_family(authority, house.actor(who), place, &payment(*pence, now)).await)
        }
        Step::Suspend => (Some(Act::Suspend), suspend(authority, ben, place, &marked("why")).await),
        Step::Resume => (Some(Act::Resume), resume(authority, ben, place, &marked("why")).await),
        Step::Review { who, amount, goes_on } => {
            let review = review(house, *amount, *goes_on);
            let done = review_case(authority, house.actor(who), place, &review).await;
            (Some(Act::Review { goes_on: *goes_on }), done)
        }
        Step::Agree { who } => {
            (Some(Act::Agree), agree_amount(authority, house.actor(who), place, &answer(now)).await)
        }
        Step::Undelivered { who, pence } => {
            let back = Payment { undelivered: true, ..payment(-pence, now) };
            (Some(Act::Pay), pay_family(authority, house.actor(who), place, &back).await)
        }
        Step::Withdraw => (Some(Act::Withdraw), withdraw_notice(authority, ben, place, &marked("why")).await),
        Step::Stop { ground, days } => {
            let act = if *days > 0 { Act::Notice } else { Act::End };
            let ending = ending(house, *ground, now + Duration::days(*days));
            (Some(act), stop(authority, ben, place, &ending).await)
        }
        Step::Days(days) => {
            house.clock.pass(Duration::days(*days));
            (None, Ok(()))
        }
    }
}

/// What is true of every case at every time.
fn holds(house: &House, case: &Case) {
    let (paid, out, agreed) = (case.paid(), case.paid_out(), case.agreed_by(today(house)));
    assert!(Pence::default() <= paid && paid <= out && out <= agreed, "{paid}, {out} of {agreed}: {case:?}");
    let (assessed, approved, payers) = (case.assessed_by(), case.approved_by(), case.paid_by());
    assert!(assessed.is_disjoint(&approved), "who assessed or proposed agrees to no amount");
    assert!(payers.is_disjoint(&case.kept_going_by()), "who pays does not keep it going");
    assert!(payers.is_disjoint(&case.accepted_by()), "who pays writes down no answer of the family");
    assert!(payers.is_disjoint(&assessed) && payers.is_disjoint(&approved), "who pays did neither");
    let finance = [house.id("joe"), house.id("cat")];
    assert!(payers.iter().all(|payer| finance.contains(payer)));
    assert!(case.entries.iter().all(|entry| entry.by != house.id("ida")), "who is not named does nothing");
    let agreed_to = |what: &What| matches!(what, What::Accept(_));
    let first = case.entries.iter().position(|entry| matches!(entry.what, What::Pay(_)));
    assert!(first.is_none_or(|first| case.entries[..first].iter().any(|entry| agreed_to(&entry.what))));
}

async fn history(house: House, steps: Vec<Step>) {
    let id = new(&house).await;
    for step in steps {
        let before = opened(&house, &id).await;
        let (act, done) = go(&house, &id, &step).await;
        let after = opened(&house, &id).await;
        match (act, done) {
            (None, _) => {}
            (Some(act), Ok(())) => {
                assert_eq!(after.head.state, next_state(before.head.state, act).unwrap(), "{step:?}");
                assert_eq!(after.entries.len(), before.entries.len() + 1);
                assert_eq!(after.entries[..before.entries.len()], before.entries[..], "lines stay");
            }
            (Some(_), Err(StoreError::Refused(_))) => assert_eq!(after, before, "{step:?}"),
            (_, Err(other)) => panic!("{step:?}: {other}"),
        }
        holds(&house, &after);
    }
    nothing_is_open(&house).await;
    for one in totals(&house.authority).await.unwrap() {
        for count in [one.with, one.began, one.ended].into_iter().flatten() {
            assert!(!is_few(count));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn no_history_breaks_the_rules(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for house in House::each().await {
                history(house, steps.clone()).await;
            }
        });
    }
}
