//! Funds: who puts money in agrees, no more is committed than was put in, payments are split to the penny, and panels decide over a part.

use crate::house::{House, refused};
use chrono::{Duration, NaiveDate};
use enough_commissioning::agreements::{
    Agreement, Payment, State as AgreementState, Terms, Without, add_agreement, agreement,
    agreements_of_tender, give_up_agreement, pay, payments, sign_agreement,
};
use enough_commissioning::funds::{
    Account, CaseState, Fund, Kind, PanelState, PanelText, State, Text, add_contribution, add_fund,
    add_panel, agree_contribution, agree_panel, backing, change_fund, close_fund, commit, end_panel, fund,
    open_fund, put_to_panel, release, remove_contribution, split, take_from_panel, vote,
};
use enough_commissioning::intentions::{Circumstances, Draft, Move, Route, add_intention, move_intention};
use enough_kernel::Pence;
use enough_store::StoreError;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn pounds(pounds: i64) -> Pence {
    Pence::new(pounds * 100)
}

fn text(house: &House, kind: Kind) -> Text {
    Text {
        name: "Early help".to_owned(),
        kind,
        purpose: "Help before things go wrong".to_owned(),
        basis: "Agreement of 1 April 2026".to_owned(),
        host: house.organisation("ann").to_owned(),
        risk: "Each in proportion".to_owned(),
        from: day("2026-04-01"),
        until: day("2029-03-31"),
        contact: "team@example.test".to_owned(),
    }
}

async fn now(house: &House, id: &str) -> Fund {
    fund(&house.authority, id).await.unwrap()
}

async fn at<'a>(house: &House, id: &'a str) -> (&'a str, i32) {
    (id, now(house, id).await.version)
}

/// An open fund that the authority and the health body put money into.
async fn open(house: &House, own: i64, health: i64) -> String {
    let (authority, ann) = (&house.authority, house.actor("ann"));
    let id = add_fund(authority, ann, &text(house, Kind::Pooled)).await.unwrap();
    for (who, amount) in [("joe", own), ("moe", health)] {
        let place = at(house, &id).await;
        let number =
            add_contribution(authority, ann, place, (house.organisation(who), pounds(amount))).await.unwrap();
        agree_contribution(authority, house.actor(who), at(house, &id).await, number).await.unwrap();
    }
    open_fund(authority, ann, at(house, &id).await).await.unwrap();
    id
}

async fn signed(house: &House) -> Agreement {
    let tender = house.awarded().await;
    house.sign(&tender).await;
    agreements_of_tender(&house.authority, &tender).await.unwrap().remove(0)
}

async fn paid(house: &House, id: &str, pence: i64, what: &str) -> enough_store::Result<()> {
    let on = house.now().date_naive();
    let payment = Payment { amount: Pence::new(pence), what: what.to_owned(), asked_on: on, paid_on: on };
    pay(&house.authority, house.actor("joe"), id, &payment).await
}

#[tokio::test]
async fn who_puts_money_in_agrees_and_no_more_is_committed() {
    for house in House::each().await {
        let (authority, ann, moe) = (&house.authority, house.actor("ann"), house.actor("moe"));
        let bare = Text { basis: String::new(), ..text(&house, Kind::Pooled) };
        assert!(refused(add_fund(authority, ann, &bare).await).contains("s75"));
        let id = add_fund(authority, ann, &text(&house, Kind::Pooled)).await.unwrap();
        let early = refused(open_fund(authority, ann, (&id, 1)).await);
        assert!(early.contains("agrees first"), "{early}");
        let health = house.organisation("moe");
        let number = add_contribution(authority, ann, (&id, 1), (health, pounds(60_000))).await.unwrap();
        let slip = add_contribution(authority, ann, (&id, 2), (health, pounds(6))).await.unwrap();
        remove_contribution(authority, ann, (&id, 3), slip).await.unwrap();
        assert!(refused(agree_contribution(authority, ann, (&id, 4), number).await).contains("money it is"));
        agree_contribution(authority, moe, (&id, 4), number).await.unwrap();
        let alone = refused(open_fund(authority, ann, (&id, 5)).await);
        assert!(alone.contains("Two or more"), "{alone}");
        let own = house.organisation("ann");
        let second = add_contribution(authority, ann, (&id, 5), (own, pounds(40_000))).await.unwrap();
        let self_made = refused(agree_contribution(authority, ann, (&id, 6), second).await);
        assert!(self_made.contains("did not write it down"), "{self_made}");
        agree_contribution(authority, house.actor("joe"), (&id, 6), second).await.unwrap();
        // What it says changed: they are asked again.
        let other = Text { purpose: "Something else".to_owned(), ..text(&house, Kind::Pooled) };
        change_fund(authority, ann, (&id, 7), &other).await.unwrap();
        assert!(refused(open_fund(authority, ann, (&id, 8)).await).contains("agrees first"));
        agree_contribution(authority, moe, (&id, 8), number).await.unwrap();
        agree_contribution(authority, house.actor("joe"), (&id, 9), second).await.unwrap();
        open_fund(authority, ann, (&id, 10)).await.unwrap();
        assert_eq!(now(&house, &id).await.books().contributed(), pounds(100_000));
        let stale = change_fund(authority, ann, (&id, 3), &other).await.unwrap_err();
        assert!(matches!(stale, StoreError::Conflict { seen: 3, now: 11, .. }));

        let one = signed(&house).await;
        let over = refused(commit(authority, ann, at(&house, &id).await, (&one.id, pounds(100_001))).await);
        assert!(over.contains("£100,000 are free"), "{over}");
        let theirs = commit(authority, house.actor("lou"), at(&house, &id).await, (&one.id, pounds(1))).await;
        assert!(refused(theirs).contains("the other side"));
        commit(authority, ann, at(&house, &id).await, (&one.id, pounds(90_000))).await.unwrap();
        let second = open(&house, 100_000, 100_000).await;
        let worth =
            refused(commit(authority, ann, at(&house, &second).await, (&one.id, pounds(150_001))).await);
        assert!(worth.contains("worth £240,000") && worth.contains("£150,000 of it"), "{worth}");
        commit(authority, ann, at(&house, &second).await, (&one.id, pounds(30_000))).await.unwrap();

        // Three to one, to the penny.
        paid(&house, &one.id, 1_000_001, "First").await.unwrap();
        let left = backing(authority, &one.id).await.unwrap();
        let mut parts: Vec<i64> = left.iter().map(|one| one.paid.get()).collect();
        parts.sort_unstable();
        assert_eq!(parts, [250_000, 750_001]);
        let borne = now(&house, &id).await;
        let borne: Vec<i64> = borne.borne().iter().map(|(.., part)| part.get()).collect();
        assert_eq!(borne, [450_001, 300_000], "six to four");
        let short = refused(paid(&house, &one.id, 11_000_000, "All").await);
        assert!(short.contains("£109,999.99 of what funds committed"), "{short}");
        assert_eq!(payments(authority, &one.id).await.unwrap().len(), 1, "what is refused is not entered");
        paid(&house, &one.id, -500_000, "Back").await.unwrap();
        let still = refused(close_fund(authority, ann, at(&house, &id).await).await);
        assert!(still.contains("release them first"), "{still}");
        let far = release(authority, ann, at(&house, &id).await, (&one.id, pounds(90_001)), "No").await;
        assert!(refused(far).contains("are committed to it"));
        let left = now(&house, &id).await.books().on(&Account::Committed(one.id.clone()));
        release(authority, ann, at(&house, &id).await, (&one.id, left), "Cheaper").await.unwrap();
        close_fund(authority, ann, at(&house, &id).await).await.unwrap();
        let closed = now(&house, &id).await;
        assert_eq!(
            (closed.state, closed.books().contributed()),
            (State::Closed, closed.books().paid_in_all())
        );
        // What comes back later goes to those who put it in.
        paid(&house, &one.id, -100_000, "Back again").await.unwrap();
        let closed = now(&house, &id).await.books();
        assert!(closed.are_right() && closed.on(&Account::Free) == Pence::default());
        assert_eq!(closed.committed_in_all(), Pence::default());
    }
}

async fn grant(house: &House, value: i64) -> (String, String) {
    let text = Draft {
        title: "Small grants".to_owned(),
        why: "Groups know families".to_owned(),
        what: "Play in the holidays".to_owned(),
        areas: vec!["W1".to_owned()],
        most: pounds(20_000),
        route: Some(Route::Grant),
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
    let id = write(house, &plan, value).await;
    (plan, id)
}

async fn write(house: &House, plan: &str, value: i64) -> String {
    try_write(house, plan, value).await.unwrap()
}

async fn try_write(house: &House, plan: &str, value: i64) -> enough_store::Result<String> {
    let new = Without {
        direct: None,
        organisation: house.organisation("lou").to_owned(),
        title: "Holiday play".to_owned(),
        terms: Terms { value: pounds(value), starts_on: day("2027-06-01"), ends_on: day("2027-09-01") },
        how: "It asked".to_owned(),
        framework: None,
    };
    add_agreement(&house.authority, house.actor("ann"), plan, &new).await
}

fn panel(house: &House, limit: i64, members: &[&str]) -> PanelText {
    PanelText {
        name: "Youth panel".to_owned(),
        patch: None,
        limit: pounds(limit),
        members: members.iter().map(|name| house.id(name).to_owned()).collect(),
    }
}

#[tokio::test]
async fn a_panel_decides_over_its_part_and_nobody_with_a_tie_votes() {
    for house in House::each().await {
        let (authority, ann, joe) = (&house.authority, house.actor("ann"), house.actor("joe"));
        let id = open(&house, 10_000, 10_000).await;
        let few = panel(&house, 8_000, &["kim", "lou"]);
        assert!(refused(add_panel(authority, ann, at(&house, &id).await, &few).await).contains("3 to 30"));
        let text = panel(&house, 8_000, &["kim", "lou", "moe", "ann", "fay"]);
        let number = add_panel(authority, ann, at(&house, &id).await, &text).await.unwrap();
        let own = refused(agree_panel(authority, ann, at(&house, &id).await, number).await);
        assert!(own.contains("did not propose"), "{own}");
        agree_panel(authority, joe, at(&house, &id).await, number).await.unwrap();
        assert_eq!(now(&house, &id).await.books().on(&Account::Free), pounds(12_000));

        let (plan, first) = grant(&house, 5_000).await;
        let second = write(&house, &plan, 5_000).await;
        put_to_panel(authority, ann, at(&house, &id).await, (number, &first)).await.unwrap();
        let again = put_to_panel(authority, ann, at(&house, &id).await, (number, &first)).await;
        assert!(refused(again).contains("has or had"));
        let beside = commit(authority, ann, at(&house, &id).await, (&first, pounds(1))).await;
        assert!(refused(beside).contains("wait for its votes"));
        let more = put_to_panel(authority, ann, at(&house, &id).await, (number, &second)).await;
        assert!(refused(more).contains("£3,000 left"), "what waits for votes is counted");
        let wait = refused(sign_agreement(authority, joe, (&first, 1), house.now().date_naive()).await);
        assert!(wait.contains("wait for its votes"), "{wait}");
        // lou is the other side, ann wrote it: three may vote, and two of them decide.
        for name in ["lou", "ann", "joe"] {
            let tie = vote(authority, house.actor(name), &id, (number, &first), (true, "Yes")).await;
            assert!(refused(tie).contains("no tie"), "{name}");
        }
        vote(authority, house.actor("kim"), &id, (number, &first), (true, "Good for us")).await.unwrap();
        let again = vote(authority, house.actor("kim"), &id, (number, &first), (false, "No")).await;
        assert!(refused(again).contains("a vote stays"));
        vote(authority, house.actor("moe"), &id, (number, &first), (true, "Near")).await.unwrap();
        let after = now(&house, &id).await;
        assert_eq!(after.panels[0].cases[0].state, CaseState::Adopted);
        assert_eq!(after.books().on(&Account::Committed(first.clone())), pounds(5_000));
        sign_agreement(authority, joe, (&first, 1), house.now().date_naive()).await.unwrap();
        assert_eq!(agreement(authority, &first).await.unwrap().state, AgreementState::Active);

        // What is turned down is not signed; what is given up is free again.
        let small = write(&house, &plan, 3_000).await;
        put_to_panel(authority, ann, at(&house, &id).await, (number, &small)).await.unwrap();
        for name in ["kim", "fay"] {
            vote(authority, house.actor(name), &id, (number, &small), (false, "Too far")).await.unwrap();
        }
        let no = refused(sign_agreement(authority, joe, (&small, 1), house.now().date_naive()).await);
        assert!(no.contains("turned this agreement down"), "{no}");
        // What cannot be decided is taken back, with a reason, and what a panel gave goes back to it.
        let stuck = write(&house, &plan, 100).await;
        put_to_panel(authority, ann, at(&house, &id).await, (number, &stuck)).await.unwrap();
        vote(authority, house.actor("kim"), &id, (number, &stuck), (true, "Good")).await.unwrap();
        let silent = take_from_panel(authority, ann, at(&house, &id).await, (number, &stuck), " ").await;
        assert!(refused(silent).contains("why"));
        take_from_panel(authority, ann, at(&house, &id).await, (number, &stuck), "Two are ill")
            .await
            .unwrap();
        let lost = write(&house, &plan, 200).await;
        put_to_panel(authority, ann, at(&house, &id).await, (number, &lost)).await.unwrap();
        for name in ["kim", "fay"] {
            vote(authority, house.actor(name), &id, (number, &lost), (true, "Near")).await.unwrap();
        }
        let before = now(&house, &id).await.books().on(&Account::Panel(number));
        give_up_agreement(authority, ann, (&lost, 1), "It cannot begin").await.unwrap();
        let after = now(&house, &id).await.books().on(&Account::Panel(number));
        assert_eq!(after.get() - before.get(), pounds(200).get());
        commit(authority, ann, at(&house, &id).await, (&second, pounds(2_000))).await.unwrap();
        give_up_agreement(authority, ann, (&second, 1), "No").await.unwrap();
        assert_eq!(now(&house, &id).await.books().on(&Account::Committed(second)), Pence::default());
        end_panel(authority, ann, at(&house, &id).await, number).await.unwrap();
        let after = now(&house, &id).await;
        assert_eq!(
            (after.panels[0].state, after.books().on(&Account::Free)),
            (PanelState::Ended, pounds(15_000))
        );
    }
}

#[derive(Debug, Clone)]
enum Step {
    Put { fund: usize, who: &'static str, pounds: i64, agree: bool },
    Commit { fund: usize, pence: i64 },
    Release { fund: usize, pence: i64 },
    Pay { pence: i64 },
    Panel { fund: usize, pounds: i64 },
    End { fund: usize },
    Close { fund: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let fund = || 0_usize..3;
    let one = prop_oneof![
        (fund(), prop::sample::select(vec!["joe", "moe", "kim"]), 1_i64..90_000, any::<bool>())
            .prop_map(|(fund, who, pounds, agree)| Step::Put { fund, who, pounds, agree }),
        (fund(), 1_i64..9_000_000).prop_map(|(fund, pence)| Step::Commit { fund, pence }),
        (fund(), 1_i64..4_000_000).prop_map(|(fund, pence)| Step::Release { fund, pence }),
        (-1_000_000_i64..4_000_000).prop_map(|pence| Step::Pay { pence }),
        (-1_000_000_i64..4_000_000).prop_map(|pence| Step::Pay { pence }),
        (fund(), 1_i64..20_000).prop_map(|(fund, pounds)| Step::Panel { fund, pounds }),
        fund().prop_map(|fund| Step::End { fund }),
        fund().prop_map(|fund| Step::Close { fund }),
    ];
    prop::collection::vec(one, 1..30)
}

/// Invariant 8, after every step of random histories.
async fn holds(house: &House, funds: &[String], of: &str) {
    let mut split = std::collections::BTreeMap::<i32, i64>::new();
    for id in funds {
        let one = now(house, id).await;
        assert!(one.books().are_right(), "{one:?}");
        let agreed: i64 =
            one.contributions.iter().filter(|of| of.agreed.is_some()).map(|of| of.amount.get()).sum();
        let books = one.books();
        let used = books.committed_in_all().get() + books.paid_in_all().get() + books.with_panels().get();
        assert!(one.state == State::Draft || used <= agreed, "{used} of {agreed}");
        assert!(books.contributed().get() <= agreed);
        let borne: i64 = one.borne().iter().map(|(.., part)| part.get()).sum();
        assert_eq!(borne, books.paid_in_all().get(), "what was paid is borne, to the penny");
        for entry in &one.entries {
            let Some(number) = entry.payment else { continue };
            let sign = if matches!(entry.takes, Account::Paid(_)) { 1 } else { -1 };
            *split.entry(number).or_default() += sign * entry.amount.get();
        }
    }
    let paid = payments(&house.authority, of).await.unwrap();
    let known: Vec<i64> = paid.iter().map(|one| one.amount.get()).collect();
    for (number, sum) in &split {
        let amount = known[*number as usize - 1];
        // Of what comes back, they have at most what they paid: the rest was paid from elsewhere.
        assert!(
            *sum == amount || amount < 0 && (amount..0).contains(sum),
            "payment {number}: {sum} of {amount}"
        );
    }
    let by_funds: i64 = split.values().sum();
    assert!((0..=known.iter().sum()).contains(&by_funds), "{by_funds} of {known:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_history_breaks_the_books(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new(enough_store::testing::Empty::sqlite()).await;
            let (authority, ann) = (&house.authority, house.actor("ann"));
            let one = signed(&house).await;
            let mut funds = vec![open(&house, 50_000, 30_001).await, open(&house, 7, 90_000).await];
            funds.push(add_fund(authority, ann, &text(&house, Kind::Aligned)).await.unwrap());
            for step in steps {
                let result = match step {
                    Step::Put { fund, who, pounds: amount, agree } => {
                        let place = at(&house, &funds[fund]).await;
                        let put = (house.organisation(who), pounds(amount));
                        match add_contribution(authority, ann, place, put).await {
                            Ok(number) if agree => {
                                let place = at(&house, &funds[fund]).await;
                                agree_contribution(authority, house.actor(who), place, number).await
                            }
                            other => other.map(drop),
                        }
                    }
                    Step::Commit { fund, pence } => {
                        let place = at(&house, &funds[fund]).await;
                        commit(authority, ann, place, (&one.id, Pence::new(pence))).await
                    }
                    Step::Release { fund, pence } => {
                        let place = at(&house, &funds[fund]).await;
                        release(authority, ann, place, (&one.id, Pence::new(pence)), "So").await
                    }
                    Step::Pay { pence } => {
                        // Each is for something else, so that none is taken for one that was entered.
                        house.clock.pass(Duration::seconds(1));
                        paid(&house, &one.id, pence, &house.now().to_string()).await
                    }
                    Step::Panel { fund, pounds } => {
                        let text = panel(&house, pounds, &["kim", "fay", "moe"]);
                        match add_panel(authority, ann, at(&house, &funds[fund]).await, &text).await {
                            Ok(number) => {
                                let place = at(&house, &funds[fund]).await;
                                agree_panel(authority, house.actor("joe"), place, number).await
                            }
                            Err(error) => Err(error),
                        }
                    }
                    Step::End { fund } => {
                        let number = now(&house, &funds[fund]).await.panels.len() as i32;
                        match end_panel(authority, ann, at(&house, &funds[fund]).await, number).await {
                            Err(StoreError::NotFound(_)) => Ok(()),
                            other => other,
                        }
                    }
                    Step::Close { fund } => close_fund(authority, ann, at(&house, &funds[fund]).await).await,
                };
                if let Err(error) = result {
                    assert!(matches!(error, StoreError::Refused(_)), "{error}");
                }
                holds(&house, &funds, &one.id).await;
            }
        });
    }

    #[test]
    fn parts_sum_are_covered_and_near_their_shares(
        can in prop::collection::vec(0_i64..1_000_000_000_000, 1..9),
        far in 0.0_f64..=1.0,
    ) {
        let all: i64 = can.iter().sum();
        let amount = ((all as f64 * far) as i64).min(all);
        let list: Vec<Pence> = can.iter().copied().map(Pence::new).collect();
        let parts = split(Pence::new(amount), &list).unwrap();
        prop_assert_eq!(parts.iter().map(|part| part.get()).sum::<i64>(), amount);
        for (part, can) in parts.iter().zip(&can) {
            prop_assert!((0..=*can).contains(&part.get()));
            let exact = i128::from(amount) * i128::from(*can);
            let off = (i128::from(part.get()) * i128::from(all) - exact).abs();
            prop_assert!(all == 0 || off < i128::from(all), "less than a penny from its share");
        }
        prop_assert_eq!(split(Pence::new(all + 1), &list), None);
    }
}

/// What is tried with a panel; numbers choose which agreement.
#[derive(Debug, Clone)]
enum Try {
    Write(i64),
    Put(usize),
    Vote { who: &'static str, which: usize, yes: bool },
    Take(usize),
    Commit { which: usize, pounds: i64 },
    Sign(usize),
    GiveUp(usize),
    End,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let which = || 0_usize..4;
    let one = prop_oneof![
        3 => (1_i64..5_000).prop_map(Try::Write),
        4 => which().prop_map(Try::Put),
        8 => (prop::sample::select(vec!["kim", "lou", "moe", "fay", "gus"]), which(), any::<bool>())
            .prop_map(|(who, which, yes)| Try::Vote { who, which, yes }),
        1 => which().prop_map(Try::Take),
        1 => (which(), 1_i64..2_000).prop_map(|(which, pounds)| Try::Commit { which, pounds }),
        2 => which().prop_map(Try::Sign),
        1 => which().prop_map(Try::GiveUp),
        1 => Just(Try::End),
    ];
    prop::collection::vec(one, 1..40)
}

/// What a panel gives is within its limit, decided by the majority of those without a tie, each once; and what it has not agreed to is not
/// signed.
async fn panel_holds(house: &House, fund: &str, limit: Pence) {
    let one = now(house, fund).await;
    assert!(one.books().are_right(), "{one:?}");
    let panel = &one.panels[0];
    let mut given = 0;
    for case in &panel.cases {
        let of = agreement(&house.authority, &case.agreement).await.unwrap();
        let yes = case.votes.iter().filter(|vote| vote.yes).count();
        let no = case.votes.len() - yes;
        for vote in &case.votes {
            assert_eq!(case.votes.iter().filter(|other| other.person == vote.person).count(), 1, "{case:?}");
            assert!(case.voters.contains(&vote.person) && vote.person != house.id("lou"), "{case:?}");
        }
        let most = yes * 2 > case.voters.len();
        match case.state {
            CaseState::Open => assert!(!most && no * 2 < case.voters.len(), "{case:?}"),
            CaseState::Adopted => assert!(most, "{case:?}"),
            CaseState::TurnedDown => assert!(no * 2 >= case.voters.len(), "{case:?}"),
            CaseState::Withdrawn => assert!(!most, "{case:?}"),
        }
        let is_decided = matches!(case.state, CaseState::Adopted | CaseState::Withdrawn);
        assert!(is_decided || of.state != AgreementState::Active, "{case:?}: {of:?}");
        if case.state == CaseState::Adopted && of.state != AgreementState::Cancelled {
            given += of.terms.value.get();
        }
    }
    let left = one.books().on(&Account::Panel(1)).get();
    assert!(given <= limit.get() && left >= 0, "{given}: {one:?}");
    if panel.state == PanelState::Delegated {
        assert_eq!(left, limit.get() - given, "{one:?}");
    } else {
        assert_eq!(left, 0, "{one:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_history_of_a_panel_gives_too_much_or_without_its_votes(tries in tries()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new(enough_store::testing::Empty::sqlite()).await;
            let (authority, ann, joe) = (&house.authority, house.actor("ann"), house.actor("joe"));
            let id = open(&house, 10_000, 10_000).await;
            let limit = pounds(6_000);
            let text = panel(&house, 6_000, &["kim", "lou", "moe", "fay"]);
            add_panel(authority, ann, at(&house, &id).await, &text).await.unwrap();
            agree_panel(authority, joe, at(&house, &id).await, 1).await.unwrap();
            let (plan, first) = grant(&house, 4_000).await;
            let mut written = vec![first];
            for step in tries {
                let of = |which: usize| written[which % written.len()].clone();
                let place = at(&house, &id).await;
                let result = match step {
                    Try::Write(value) => try_write(&house, &plan, value).await.map(|id| written.push(id)),
                    Try::Put(which) => put_to_panel(authority, ann, place, (1, &of(which))).await,
                    Try::Vote { who, which, yes } => vote(authority, house.actor(who), &id, (1, &of(which)), (yes, "So")).await,
                    Try::Take(which) => take_from_panel(authority, ann, place, (1, &of(which)), "So").await,
                    Try::Commit { which, pounds: amount } => commit(authority, ann, place, (&of(which), pounds(amount))).await,
                    Try::Sign(which) => {
                        let one = agreement(authority, &of(which)).await.unwrap();
                        sign_agreement(authority, joe, (&one.id, one.version), house.now().date_naive()).await
                    }
                    Try::GiveUp(which) => {
                        let one = agreement(authority, &of(which)).await.unwrap();
                        give_up_agreement(authority, ann, (&one.id, one.version), "So").await
                    }
                    Try::End => end_panel(authority, ann, place, 1).await,
                };
                if let Err(error) = result {
                    assert!(matches!(error, StoreError::Refused(_)), "{error}");
                }
                panel_holds(&house, &id, limit).await;
            }
        });
    }
}
