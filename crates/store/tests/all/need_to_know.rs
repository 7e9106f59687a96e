//! Need-to-know on both kinds of database, over random histories: a record is open to whoever is named, to whoever opened it in an
//! emergency for an hour, and to nobody else; and every opening and reading is in the log.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, TimeZone, Utc};
use enough_store::accounts::{OrganisationDraft, OrganisationKind, Person, PersonDraft, Role};
use enough_store::audit::{Actor, Query};
use enough_store::need_to_know::{Access, EMERGENCY, Finding};
use enough_store::testing::{AUTHORITY, Clock, Empty};
use enough_store::{Authority, StoreError};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

const REASON: &str = "The nursery closes today and 40 families must be told";
const RECORDS: [&str; 2] = ["note:a", "note:b"];

async fn people(authority: &Authority) -> Vec<Person> {
    let actor = Actor::service("test");
    let draft = OrganisationDraft { name: "Example".to_owned(), kind: OrganisationKind::Authority };
    let organisation = authority.add_organisation(&actor, &draft).await.unwrap();
    let mut list = Vec::new();
    for name in ["ann", "bo", "cy"] {
        let draft = PersonDraft {
            name: name.to_owned(),
            email: format!("{name}@example.test"),
            organisation: organisation.clone(),
            roles: vec![Role::Commissioner],
        };
        let id = authority.add_person(&actor, &draft, "four cold otters sing").await.unwrap();
        list.push(authority.person(&id).await.unwrap());
    }
    list
}

async fn name(authority: &Authority, record: &str, who: &BTreeSet<String>) -> Result<(), StoreError> {
    let mut change = authority.begin(&Actor::service("test")).await?;
    change.name_readers(record, who).await?;
    change.log(enough_store::audit::Event::new("test", record));
    change.commit().await
}

async fn read(authority: &Authority, record: &str, person: &str) -> Access {
    let mut change = authority.begin(&Actor::service("test")).await.unwrap();
    let access = change.open_record(record, person).await.unwrap();
    if access != Access::Closed {
        change.commit().await.unwrap();
    }
    access
}

async fn entries(authority: &Authority, action: &str) -> usize {
    let query = Query { action: Some(action.to_owned()), ..Query::default() };
    authority.search(&query, 10_000).await.unwrap().entries.len()
}

type Named = BTreeMap<&'static str, BTreeSet<String>>;
type Opened = BTreeMap<(&'static str, String), DateTime<Utc>>;

/// The rule, written as plainly as it can be.
fn expected(
    named: &Named,
    opened: &Opened,
    (record, person): (&'static str, &str),
    now: DateTime<Utc>,
) -> Access {
    if named.get(record).is_some_and(|who| who.contains(person)) {
        return Access::Named;
    }
    match opened.get(&(record, person.to_owned())) {
        Some(until) if *until > now => Access::Emergency(*until),
        _ => Access::Closed,
    }
}

#[tokio::test]
async fn a_record_is_open_to_whom_it_must_be_and_to_nobody_else() {
    for (seed, empty) in Empty::each().await.into_iter().enumerate() {
        let clock = Clock::new(Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap());
        let authority =
            empty.store_at(clock.environment()).await.authority(AUTHORITY, "Example").await.unwrap();
        let people = people(&authority).await;
        let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed as u8; 32]);
        let mut pick = |below: usize| rng.next_u32() as usize % below;
        let mut named = Named::new();
        let mut opened = Opened::new();
        let (mut reads, mut glass) = (0, 0);
        for _ in 0..120 {
            let record = RECORDS[pick(RECORDS.len())];
            let person = &people[pick(people.len())];
            let now = authority.environment().now();
            let before = expected(&named, &opened, (record, &person.id), now);
            match pick(4) {
                0 => {
                    let who: BTreeSet<String> =
                        people.iter().filter(|_| pick(5) < 2).map(|one| one.id.clone()).collect();
                    let done = name(&authority, record, &who).await;
                    assert_eq!(done.is_ok(), !who.is_empty(), "nobody is no name");
                    if done.is_ok() {
                        named.insert(record, who);
                    }
                }
                1 => {
                    let done = authority.break_glass(&Actor::service("test"), person, record, REASON).await;
                    assert_eq!(done.is_ok(), before == Access::Closed, "{done:?}");
                    if let Ok(until) = done {
                        assert_eq!(until, now + EMERGENCY);
                        opened.insert((record, person.id.clone()), until);
                        glass += 1;
                    }
                }
                2 => clock.pass(Duration::minutes(1 + pick(49) as i64)),
                _ => {
                    let access = read(&authority, record, &person.id).await;
                    assert_eq!(access, before);
                    reads += usize::from(access != Access::Closed);
                }
            }
            let now = authority.environment().now();
            for record in RECORDS {
                for person in &people {
                    let expected = expected(&named, &opened, (record, &person.id), now);
                    assert_eq!(authority.access(record, &person.id).await.unwrap(), expected);
                }
            }
        }
        assert!(reads > 3 && glass > 3, "{reads} {glass}");
        assert_eq!(entries(&authority, "record.read").await, reads);
        assert_eq!(entries(&authority, "record.break-glass").await, glass);
        assert_eq!(authority.openings().await.unwrap().len(), glass);
    }
}

#[tokio::test]
async fn an_opening_needs_a_reason_and_is_reviewed_once_by_somebody_else() {
    for empty in Empty::each().await {
        let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
        let (people, actor) = (people(&authority).await, Actor::service("test"));
        let refused = |outcome: Result<(), StoreError>| matches!(outcome, Err(StoreError::Refused(_)));
        let short = authority.break_glass(&actor, &people[0], "note:a", "  because     ").await;
        assert!(refused(short.map(|_| ())));
        authority.break_glass(&actor, &people[0], "note:a", REASON).await.unwrap();
        let opening = authority.openings().await.unwrap().remove(0);
        assert_eq!((opening.reason.as_str(), &opening.review), (REASON, &None));
        assert_eq!(authority.openings_to_review(&people[0].id).await.unwrap(), 0, "not by oneself");
        assert_eq!(authority.openings_to_review(&people[1].id).await.unwrap(), 1);
        let review = async |who: &Person, remark: &str| {
            authority.review_opening(&actor, who, &opening.id, Finding::Justified, remark).await
        };
        assert!(refused(review(&people[0], "I was right").await));
        assert!(refused(review(&people[1], " ").await));
        review(&people[1], "Families were told in time").await.unwrap();
        assert!(refused(review(&people[2], "Not so").await));
        let review = authority.openings().await.unwrap().remove(0).review.unwrap();
        assert_eq!((review.finding, review.by.as_str()), (Finding::Justified, people[1].id.as_str()));
        assert_eq!(authority.openings_to_review(&people[1].id).await.unwrap(), 0);
        let why = Query { action: Some("record.break-glass".to_owned()), ..Query::default() };
        assert_eq!(authority.search(&why, 1).await.unwrap().entries[0].why.as_deref(), Some(REASON));
    }
}
