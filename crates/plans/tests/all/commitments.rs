//! Commitments: random histories on both databases never leave the machine, never let who claimed verify, and never rewrite anything.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use enough_kernel::day_in_england;
use enough_plans::commitments::{
    Act, Commitment, Evidence, Rating, Said, Side, State, Text, add_commitment, change_commitment,
    commitment, commitments, take_step,
};
use enough_store::accounts::{OrganisationDraft, OrganisationKind};
use enough_store::audit::Actor;
use enough_store::testing::{AUTHORITY, Clock, Empty};
use enough_store::{Authority, Result, StoreError};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap()
}

fn refused<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(StoreError::Refused(why)) => why.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

fn text(due: NaiveDate) -> Text {
    Text {
        promise: "We pay small organisations within ten days".to_owned(),
        source: "Children's Board".to_owned(),
        source_on: day("2026-11-20"),
        maker_lead: "Head of finance".to_owned(),
        receiver_lead: "Chair".to_owned(),
        due_on: due,
        measure: "Nine of ten bills are paid by then".to_owned(),
        objective: None,
    }
}

/// What is said with a step: words, a rating, and a piece of evidence by its name.
fn said(words: &str, rating: Option<Rating>, shown: &str) -> Said {
    let piece = |what: &str| Evidence { what: what.to_owned(), link: String::new() };
    let evidence = Some(shown).filter(|what| !what.is_empty()).map(piece);
    Said { words: words.to_owned(), rating, evidence: evidence.into_iter().collect(), successor: None }
}

/// The authority `a`, two voluntary organisations `b` and `c`, and who acts for them.
struct House {
    authority: Authority,
    clock: Clock,
    organisations: [String; 3],
    _empty: Empty,
}

impl House {
    async fn new(empty: Empty) -> Self {
        let clock = Clock::new(start());
        let authority =
            empty.store_at(clock.environment()).await.authority(AUTHORITY, "Example").await.unwrap();
        let mut organisations = Vec::new();
        let kinds = [OrganisationKind::Authority, OrganisationKind::Voluntary, OrganisationKind::Voluntary];
        for (name, kind) in ["a", "b", "c"].into_iter().zip(kinds) {
            let draft = OrganisationDraft { name: name.to_owned(), kind };
            organisations.push(authority.add_organisation(&Actor::service("test"), &draft).await.unwrap());
        }
        let organisations = organisations.try_into().unwrap();
        Self { authority, clock, organisations, _empty: empty }
    }

    /// Somebody who acts for one of the three.
    fn actor(&self, person: &str, organisation: usize) -> Actor {
        Actor {
            person: Some(person.to_owned()),
            organisation: Some(self.organisations[organisation].clone()),
            ..Actor::default()
        }
    }

    fn today(&self) -> NaiveDate {
        day_in_england(self.clock.now())
    }

    /// What `a` promises `b`, as somebody of `a` writes it down.
    async fn promise(&self, due: NaiveDate) -> String {
        let sides = (self.organisations[0].as_str(), self.organisations[1].as_str());
        add_commitment(&self.authority, &self.actor("ann", 0), sides, &text(due)).await.unwrap()
    }

    async fn now(&self, id: &str) -> Commitment {
        commitment(&self.authority, id).await.unwrap()
    }

    /// A step in the version that there is.
    async fn act(&self, actor: &Actor, id: &str, act: Act, said: &Said) -> Result<()> {
        self.clock.pass(Duration::seconds(1));
        let version = self.now(id).await.version;
        take_step(&self.authority, actor, (id, version), act, said).await
    }
}

#[tokio::test]
async fn a_promise_is_agreed_claimed_disputed_and_verified_by_the_other_side() {
    for empty in Empty::each().await {
        let house = House::new(empty).await;
        let (authority, ann, bob) = (&house.authority, house.actor("ann", 0), house.actor("bob", 1));
        let due = day("2027-03-31");
        let [a, b, c] = &house.organisations;
        let other = add_commitment(authority, &ann, (b, c), &text(due)).await;
        assert!(refused(other).contains("your own"), "nobody writes for others");
        assert!(
            refused(add_commitment(authority, &ann, (a, a), &text(due)).await).contains("two organisations")
        );
        let unknown = add_commitment(authority, &ann, (a, "nobody"), &text(due)).await;
        assert!(refused(unknown).contains("Choose the organisation"));
        let early = refused(add_commitment(authority, &ann, (a, b), &text(day("2026-11-19"))).await);
        assert!(early.contains("due on the day"), "{early}");
        let mut future = text(due);
        future.source_on = day("2026-11-23");
        assert!(refused(add_commitment(authority, &ann, (a, b), &future).await).contains("has come"));
        let mut aimless = text(due);
        aimless.objective = Some("none/1".parse().unwrap());
        assert!(refused(add_commitment(authority, &ann, (a, b), &aimless).await).contains("objective"));

        let id = house.promise(due).await;
        let one = house.now(&id).await;
        assert_eq!((one.state, one.is_public(), one.written_by()), (State::Recorded, false, Side::Maker));
        let empty = Said::default();
        let own = refused(house.act(&house.actor("amy", 0), &id, Act::Agree, &empty).await);
        assert!(own.contains("the other side agrees"), "{own}");
        let outside = refused(house.act(&house.actor("cal", 2), &id, Act::Agree, &empty).await);
        assert!(outside.contains("not one of the two sides"), "{outside}");
        let moved = refused(house.act(&house.actor("ann", 1), &id, Act::Agree, &empty).await);
        assert!(moved.contains("acted for the other side"), "{moved}");
        // Who changes it agrees to it as it is then; the other side is asked again.
        let mut shorter = text(due);
        shorter.promise = "We pay everybody within ten days".to_owned();
        let silent = change_commitment(authority, &bob, (&id, 1), &shorter, " ").await;
        assert!(refused(silent).contains("what changed"));
        change_commitment(authority, &bob, (&id, 1), &shorter, "Everybody").await.unwrap();
        assert!(matches!(
            take_step(authority, &ann, (&id, 1), Act::Agree, &empty).await,
            Err(StoreError::Conflict { seen: 1, now: 2, .. })
        ));
        let own = refused(house.act(&house.actor("bea", 1), &id, Act::Agree, &empty).await);
        assert!(own.contains("the other side agrees"), "{own}");
        house.act(&ann, &id, Act::Agree, &empty).await.unwrap();
        assert!(house.now(&id).await.is_public());
        let frozen = change_commitment(authority, &bob, (&id, 3), &text(due), "Less").await;
        assert!(refused(frozen).contains("stays as it was agreed"));

        let begun = said("The first bills", None, "");
        assert!(refused(house.act(&bob, &id, Act::Begin, &begun).await).contains("Who made it"));
        house.act(&ann, &id, Act::Begin, &begun).await.unwrap();
        house.act(&bob, &id, Act::Note, &said("Two came in time", None, "Bank")).await.unwrap();
        let bare = refused(house.act(&ann, &id, Act::Claim, &said("Done", Some(Rating::Met), "")).await);
        assert!(bare.contains("piece of evidence"), "{bare}");
        let unrated = refused(house.act(&ann, &id, Act::Claim, &said("Done", None, "List")).await);
        assert!(unrated.contains("your rating"), "{unrated}");
        let mut wrong = said("Done", Some(Rating::Met), "List");
        for link in ["http://example.org", "javascript:alert(1)", "https://", "https://a b"] {
            wrong.evidence[0].link = link.to_owned();
            assert!(refused(house.act(&ann, &id, Act::Claim, &wrong).await).contains("https://"), "{link}");
        }
        house.act(&ann, &id, Act::Claim, &said("Done", Some(Rating::Met), "List")).await.unwrap();
        let own = said("Yes", Some(Rating::Met), "");
        let by_claimant = refused(house.act(&house.actor("amy", 0), &id, Act::Verify, &own).await);
        assert!(by_claimant.contains("did not claim"), "{by_claimant}");
        let by_same = refused(house.act(&house.actor("ann", 1), &id, Act::Verify, &own).await);
        assert!(by_same.contains("acted for the other side"), "{by_same}");
        let none = refused(house.act(&bob, &id, Act::Verify, &said("No", Some(Rating::NotMet), "")).await);
        assert!(none.contains("dispute it"), "{none}");
        let same = refused(house.act(&bob, &id, Act::Dispute, &own).await);
        assert!(same.contains("no dispute"), "{same}");
        house.act(&bob, &id, Act::Dispute, &said("Late", Some(Rating::PartlyMet), "")).await.unwrap();
        let old = refused(house.act(&ann, &id, Act::Claim, &said("Done", Some(Rating::Met), "List")).await);
        assert!(old.contains("not given before"), "{old}");
        house.act(&ann, &id, Act::Claim, &said("Now", Some(Rating::Exceeded), "New list")).await.unwrap();
        house.act(&bob, &id, Act::Verify, &said("In the end", Some(Rating::PartlyMet), "")).await.unwrap();
        let one = house.now(&id).await;
        assert_eq!(
            (one.state, one.rated(Side::Maker), one.rated(Side::Receiver)),
            (State::Verified, "Exceeded", "Partly met"),
            "a difference stays to be read"
        );
        let acts: Vec<Act> = one.history.iter().map(|step| step.act).collect();
        assert_eq!(
            acts,
            [
                Act::Record,
                Act::Change,
                Act::Agree,
                Act::Begin,
                Act::Note,
                Act::Claim,
                Act::Dispute,
                Act::Claim,
                Act::Verify
            ]
        );
        assert!(refused(house.act(&ann, &id, Act::Note, &begun).await).contains("does not follow"));
    }
}

#[tokio::test]
async fn what_is_late_is_missed_only_if_nobody_claims_it_and_both_replace_it() {
    for empty in Empty::each().await {
        let house = House::new(empty).await;
        let (authority, ann, bob) = (&house.authority, house.actor("ann", 0), house.actor("bob", 1));
        let (late, claimed, old) = (
            house.promise(house.today()).await,
            house.promise(house.today()).await,
            house.promise(day("2027-12-31")).await,
        );
        let agreed = Said::default();
        let because = |why: &str| said(why, None, "");
        for id in [&late, &claimed, &old] {
            house.act(&bob, id, Act::Agree, &agreed).await.unwrap();
        }
        house.act(&ann, &claimed, Act::Begin, &because("So")).await.unwrap();
        house.act(&ann, &claimed, Act::Claim, &said("Done", Some(Rating::Met), "List")).await.unwrap();
        let early = refused(house.act(&bob, &late, Act::Miss, &because("Nothing came")).await);
        assert!(early.contains("not passed yet"), "{early}");
        assert!(!house.now(&late).await.is_overdue(house.today()), "the day itself still counts");
        house.clock.pass(Duration::days(1));
        assert!(house.now(&late).await.is_overdue(house.today()));
        assert!(!house.now(&claimed).await.is_overdue(house.today()), "it waits for the other side");
        let own = refused(house.act(&ann, &late, Act::Miss, &because("We had no money")).await);
        assert!(own.contains("to which it was made"), "{own}");
        let waits = refused(house.act(&bob, &claimed, Act::Miss, &because("Late")).await);
        assert!(waits.contains("claimed to be kept"), "{waits}");
        house.act(&bob, &late, Act::Miss, &because("Nothing came")).await.unwrap();
        house
            .act(&ann, &late, Act::Answer, &said("A new system", Some(Rating::PartlyMet), ""))
            .await
            .unwrap();
        let one = house.now(&late).await;
        let ratings = (one.rated(Side::Maker), one.rated(Side::Receiver));
        assert_eq!((one.state, ratings), (State::Missed, ("Partly met", "Not met")));

        let by = |id: &str| Said { successor: Some(id.to_owned()), ..because("It says it better") };
        for wrong in [old.as_str(), late.as_str(), "nothing"] {
            let no = refused(house.act(&ann, &old, Act::Propose, &by(wrong)).await);
            assert!(no.contains("Choose"), "{wrong}: {no}");
        }
        // What `b` promises `a` back may take its place, once both have agreed to it.
        let [a, b, _] = &house.organisations;
        let new = add_commitment(authority, &bob, (b, a), &text(day("2027-12-31"))).await.unwrap();
        let early = refused(house.act(&ann, &old, Act::Propose, &by(&new)).await);
        assert!(early.contains("both have agreed"), "{early}");
        house.act(&ann, &new, Act::Agree, &agreed).await.unwrap();
        let alone = refused(house.act(&bob, &old, Act::Supersede, &agreed).await);
        assert!(alone.contains("Nobody has proposed"), "{alone}");
        house.act(&ann, &old, Act::Propose, &by(&new)).await.unwrap();
        house.act(&bob, &new, Act::Propose, &by(&old)).await.unwrap();
        let own = refused(house.act(&ann, &old, Act::Supersede, &agreed).await);
        assert!(own.contains("the other side agrees"), "{own}");
        house.act(&bob, &old, Act::Supersede, &agreed).await.unwrap();
        assert_eq!(
            house.now(&old).await.last(Act::Supersede).unwrap().said.successor.as_deref(),
            Some(&*new)
        );
        let circle = refused(house.act(&ann, &new, Act::Supersede, &agreed).await);
        assert!(circle.contains("Choose another"), "what is replaced replaces nothing: {circle}");
    }
}

/// The states and what leads from one to the next, written down a second time.
const MACHINE: [(State, Act, State); 23] = [
    (State::Recorded, Act::Change, State::Recorded),
    (State::Recorded, Act::Agree, State::AgreedByBoth),
    (State::AgreedByBoth, Act::Begin, State::InProgress),
    (State::InProgress, Act::Note, State::InProgress),
    (State::Claimed, Act::Note, State::Claimed),
    (State::Disputed, Act::Note, State::Disputed),
    (State::InProgress, Act::Claim, State::Claimed),
    (State::Disputed, Act::Claim, State::Claimed),
    (State::Claimed, Act::Verify, State::Verified),
    (State::Disputed, Act::Verify, State::Verified),
    (State::Claimed, Act::Dispute, State::Disputed),
    (State::AgreedByBoth, Act::Miss, State::Missed),
    (State::InProgress, Act::Miss, State::Missed),
    (State::Disputed, Act::Miss, State::Missed),
    (State::Missed, Act::Answer, State::Missed),
    (State::AgreedByBoth, Act::Propose, State::AgreedByBoth),
    (State::InProgress, Act::Propose, State::InProgress),
    (State::Claimed, Act::Propose, State::Claimed),
    (State::Disputed, Act::Propose, State::Disputed),
    (State::AgreedByBoth, Act::Supersede, State::Superseded),
    (State::InProgress, Act::Supersede, State::Superseded),
    (State::Claimed, Act::Supersede, State::Superseded),
    (State::Disputed, Act::Supersede, State::Superseded),
];

fn leads(from: State, act: Act) -> Option<State> {
    MACHINE.iter().find(|(state, by, _)| (*state, *by) == (from, act)).map(|(.., to)| *to)
}

/// Something that somebody tries.
#[derive(Debug, Clone)]
struct Try {
    /// Who, for which organisation.
    who: (&'static str, usize),
    /// To which of three commitments.
    on: usize,
    act: Act,
    rating: Option<Rating>,
    words: bool,
    evidence: bool,
    /// Another of the three.
    other: usize,
    is_stale: bool,
    days: i64,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let who = prop::sample::select(vec![
        ("ann", 0),
        ("ann", 0),
        ("amy", 0),
        ("bob", 1),
        ("bob", 1),
        ("bea", 1),
        ("ann", 1),
        ("cal", 2),
    ]);
    // What goes on is tried more often, so that histories come far.
    let go_on =
        vec![Act::Agree, Act::Begin, Act::Claim, Act::Claim, Act::Verify, Act::Dispute, Act::Supersede];
    let act = prop::sample::select([Act::ALL.to_vec(), go_on.clone(), go_on].concat());
    let rating = prop::option::weighted(0.9, prop::sample::select(Rating::ALL.to_vec()));
    let flags = (prop::bool::weighted(0.9), prop::bool::weighted(0.8), prop::bool::weighted(0.05));
    let days = prop_oneof![4 => Just(0_i64), 1 => 1_i64..40];
    let one = (who, 0_usize..3, act, rating, flags, 0_usize..3, days);
    let one = one.prop_map(|(who, on, act, rating, (words, evidence, is_stale), other, days)| Try {
        who,
        on,
        act,
        rating,
        words,
        evidence,
        other,
        is_stale,
        days,
    });
    let far = prop::array::uniform3(0_usize..=4);
    (far, prop::collection::vec(one, 1..50)).prop_map(|(far, then)| {
        let begun = (0..3).flat_map(|on| STORY[..far[on]].iter().map(move |step| begins(on, *step)));
        begun.chain(then).collect()
    })
}

/// How most commitments begin: who does what.
const STORY: [((&str, usize), Act); 4] =
    [(("bob", 1), Act::Agree), (("ann", 0), Act::Begin), (("ann", 0), Act::Claim), (("bob", 1), Act::Verify)];

fn begins(on: usize, (who, act): ((&'static str, usize), Act)) -> Try {
    let rating = Some(Rating::Met);
    Try { who, on, act, rating, words: true, evidence: true, other: 0, is_stale: false, days: 0 }
}

/// What is said where a step takes it; a rating and evidence only where they can be.
fn words_of(one: &Try, at: usize, ids: &[String]) -> Said {
    let rates = matches!(one.act, Act::Claim | Act::Verify | Act::Dispute | Act::Answer);
    let shows = rates || matches!(one.act, Act::Note | Act::Miss);
    let what = if one.evidence && shows { format!("Paper {at}") } else { String::new() };
    let words = if one.words { "So it is" } else { " " };
    let successor = (one.act == Act::Propose).then(|| ids[one.other].clone());
    Said { successor, ..said(words, one.rating.filter(|_| rates), &what) }
}

/// Whether a step is allowed, worked out a second time from what everybody may know of the three.
fn is_allowed(one: &Try, said: &Said, all: &[Commitment], today: NaiveDate) -> bool {
    let of = &all[one.on];
    let side = match one.who.1 {
        0 => Side::Maker,
        1 => Side::Receiver,
        _ => return false,
    };
    let is_free = of.history.iter().all(|step| step.person != one.who.0 || step.side == side);
    if one.is_stale || !is_free || leads(of.state, one.act).is_none() || one.act == Act::Change && !one.words
    {
        return false;
    }
    let claimant = of.history.iter().rev().find(|step| step.act == Act::Claim).map(|step| step.side);
    let stands = |other: &Commitment| {
        other.id != of.id && other.is_public() && !matches!(other.state, State::Missed | State::Superseded)
    };
    let theirs = of.history.iter().rev().find(|step| step.side != side && step.said.rating.is_some());
    let theirs = theirs.and_then(|step| step.said.rating);
    let has_words = one.words || matches!(one.act, Act::Agree | Act::Supersede);
    has_words
        && match one.act {
            Act::Agree => of.written_by() != side,
            Act::Begin | Act::Answer => {
                side == Side::Maker && (one.act == Act::Begin || said.rating.is_some())
            }
            Act::Claim => !said.evidence.is_empty() && said.rating.is_some_and(|own| own != Rating::NotMet),
            Act::Verify => claimant != Some(side) && said.rating.is_some_and(|own| own != Rating::NotMet),
            Act::Dispute => claimant != Some(side) && said.rating.is_some() && said.rating != theirs,
            Act::Miss => side == Side::Receiver && today > of.text.due_on,
            Act::Propose => stands(&all[one.other]),
            Act::Supersede => of.proposal().is_some_and(|(by, id)| {
                by != side && all.iter().find(|other| other.id == id).is_some_and(stands)
            }),
            Act::Change | Act::Note => true,
            Act::Record => false,
        }
}

/// What holds of every commitment at any time.
fn holds(one: &Commitment) {
    let last = |act: Act| one.history.iter().rev().find(|step| step.act == act);
    if let (State::Verified, Some(verified)) = (one.state, last(Act::Verify)) {
        let claimed = last(Act::Claim).expect("what is verified was claimed");
        assert_ne!(claimed.side, verified.side, "{one:?}");
        assert_ne!(claimed.person, verified.person, "{one:?}");
        assert!(one.rating(Side::Maker).is_some() && one.rating(Side::Receiver).is_some());
    }
    assert_eq!(one.state == State::Verified, last(Act::Verify).is_some());
    assert_eq!(one.is_public(), one.state != State::Recorded);
    let written = one.history.iter().filter_map(|step| step.text.as_ref()).next_back();
    assert_eq!(written, Some(&one.text), "it says what was written last");
    let agreed = one.history.iter().position(|step| step.act == Act::Agree);
    let after = agreed.map_or(&[][..], |at| &one.history[at..]);
    assert!(after.iter().all(|step| step.text.is_none()), "nothing is written since both agreed");
    let people = |side: Side| -> BTreeSet<&str> {
        one.history.iter().filter(|step| step.side == side).map(|step| step.person.as_str()).collect()
    };
    assert!(people(Side::Maker).is_disjoint(&people(Side::Receiver)), "nobody acts for both");
    for side in Side::ALL {
        let newest = one.history.iter().rev().find(|step| step.side == *side && step.said.rating.is_some());
        assert_eq!(one.rating(*side), newest);
    }
}

async fn try_all(house: &House, tries: &[Try]) {
    let authority = &house.authority;
    let mut ids = Vec::new();
    for days in [0, 20, 400] {
        ids.push(house.promise(house.today() + Duration::days(days)).await);
    }
    let now = async || {
        let mut all = Vec::new();
        for id in &ids {
            all.push(house.now(id).await);
        }
        all
    };
    for (at, one) in tries.iter().enumerate() {
        house.clock.pass(Duration::days(one.days) + Duration::seconds(1));
        let before = now().await;
        let (id, said) = (&ids[one.on], words_of(one, at, &ids));
        let actor = house.actor(one.who.0, one.who.1);
        let place = (id.as_str(), before[one.on].version - i32::from(one.is_stale));
        let result = if one.act == Act::Change {
            let mut other = before[one.on].text.clone();
            other.promise = format!("Promise {at}");
            change_commitment(authority, &actor, place, &other, &said.words).await
        } else {
            take_step(authority, &actor, place, one.act, &said).await
        };
        let after = now().await;
        let allowed = is_allowed(one, &said, &before, house.today());
        assert_eq!(result.is_ok(), allowed, "{one:?} on {:?}: {result:?}", before[one.on]);
        if let Err(error) = result {
            assert!(matches!(error, StoreError::Refused(_) | StoreError::Conflict { .. }), "{error}");
            assert_eq!(before, after, "what is refused changes nothing");
            continue;
        }
        for (was, is) in before.iter().zip(&after) {
            holds(is);
            assert!(is.history.starts_with(&was.history), "history only grows");
            if was.is_public() {
                assert_eq!((&was.text, was.agreed_at), (&is.text, is.agreed_at), "frozen");
            }
            if was.id == *id {
                assert_eq!(Some(is.state), leads(was.state, one.act));
                assert_eq!((is.history.len(), is.version), (was.history.len() + 1, was.version + 1));
            } else {
                assert_eq!(was, is, "nothing else changes");
            }
        }
    }
}

#[test]
fn no_history_leaves_the_machine() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let empties = runtime.block_on(Empty::each());
    for empty in empties {
        let house = runtime.block_on(House::new(empty));
        let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
        let tried = TestRunner::new(config).run(&tries(), |tries| {
            runtime.block_on(try_all(&house, &tries));
            Ok(())
        });
        tried.unwrap();
        let all = runtime.block_on(commitments(&house.authority)).unwrap();
        assert!(all.iter().any(|one| one.state == State::Verified), "some came as far as that");
        assert!(all.is_sorted_by_key(|one| one.text.due_on));
        for one in &all {
            assert_eq!(*one, runtime.block_on(house.now(&one.id)), "the list says what the page says");
        }
    }
}
