//! What tenders rest on, beside software we did not write: seals open with another implementation of RFC 9180, and working days are those
//! of another table of bank holidays.

#![allow(clippy::unwrap_used)]

use chrono::NaiveDate;
use enough_commissioning::tenders::seal;
use enough_kernel::is_working_day;
use enough_store::{Environment, Memory};
use enough_testsuite::{python, root, run};
use serde_json::json;

#[test]
fn a_sealed_bid_opens_with_another_implementation_and_two_shares() {
    let Some(mut peer) = python() else { return };
    let environment = Environment::system();
    let people = ["ann", "bob", "cem"];
    let (mut memory, words) = (Memory::default(), "four cold otters sing");
    let keys: Vec<_> =
        people.iter().map(|person| seal::new_opener(person, words, &mut memory, &environment)).collect();
    let openers: Vec<_> =
        people.iter().zip(&keys).map(|(person, key)| ((*person).to_owned(), key.public.clone())).collect();
    let (public, shares) = seal::new_tender("t", &openers, &environment).unwrap();
    let mut take = |at: usize| {
        let own = (&keys[at], words, &mut memory);
        seal::take_share(("t", people[at]), own, &shares[at].1).unwrap().unwrap()
    };
    let text = "Our price is £280,000, for forty children".repeat(100);
    let sealed = seal::seal(&public, text.as_bytes(), "submission:1", &environment).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sealed.json");
    let ask = json!({
        "shares": [take(0), take(2)], "public": public, "sealed": sealed, "info": "enough sealed submission 1 submission:1",
    });
    std::fs::write(&file, ask.to_string()).unwrap();
    let output = run(peer.arg(root().join("crates/testsuite/python/seal_peer.py")).arg(&file));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
}

#[test]
fn working_days_are_those_of_another_table() {
    let Some(mut peer) = python() else { return };
    let script = "import datetime, holidays\n\
        table = holidays.country_holidays('GB', subdiv='ENG', years=range(2022, 2029))\n\
        day = datetime.date(2022, 1, 1)\n\
        while day.year < 2029:\n    \
        print(day, int(day.weekday() < 5 and day not in table))\n    \
        day += datetime.timedelta(1)";
    let output = run(peer.args(["-c", script]));
    let lines = String::from_utf8(output.stdout).unwrap();
    for line in lines.lines() {
        let (day, works) = line.split_once(' ').unwrap();
        let ours = is_working_day(day.parse::<NaiveDate>().unwrap());
        assert_eq!(ours, Some(works == "1"), "{day}");
    }
    assert_eq!(lines.lines().count(), 2557);
}
