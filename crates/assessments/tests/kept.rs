//! What was kept is found again, on both kinds of database.

#![allow(clippy::unwrap_used)]

use enough_assessments::{
    Area, Assessment, Detail, District, Found, Setting, SettingQuery, Snapshot, area_of_postcode, keep, load,
    newest, shapes, within_reach,
};
use enough_store::audit::{Actor, Query};
use enough_store::testing::{AUTHORITY, Empty};

fn area(code: &str, kind: &str, name: &str, level: Option<f64>) -> Area {
    Area {
        authority: String::new(),
        assessment: String::new(),
        code: code.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        parent: "Example".to_owned(),
        children: 10.0,
        children_off: None,
        places: 4.0,
        level,
        shortfall: 0.0,
        overlap: 0.0,
        without_reach: 0.0,
        minutes_to_enough: None,
        decile: None,
        ladder: "[]".to_owned(),
        ages: "[]".to_owned(),
        history: "[]".to_owned(),
        market: None,
        markets: "[]".to_owned(),
        ward: None,
        msoa: None,
    }
}

fn detail(code: &str) -> Detail {
    Detail {
        authority: String::new(),
        assessment: String::new(),
        code: code.to_owned(),
        reach: "[{\"id\":\"1\",\"minutes\":2.5}]".to_owned(),
        shape: (code != "L1").then(|| vec![1, 2, 3]),
    }
}

fn setting(id: &str, name: &str, postcode: &str, here: bool) -> Setting {
    Setting {
        authority: String::new(),
        assessment: String::new(),
        id: id.to_owned(),
        name: name.to_owned(),
        kind: "nursery".to_owned(),
        sector: "private".to_owned(),
        places: 20.0,
        places_are: "registered".to_owned(),
        counted: 20.0,
        judgements: if id == "3" { "{}" } else { "{\"grade\":{\"is\":\"good\",\"on\":null}}" }.to_owned(),
        postcode: postcode.to_owned(),
        longitude: None,
        latitude: None,
        lsoa: None,
        ward: None,
        parent: "Example".to_owned(),
        here,
        market: None,
        helps: 0.0,
    }
}

fn found(answer: &str) -> Found {
    let assessment = Assessment {
        authority: String::new(),
        id: String::new(),
        made_at: enough_store::sea_orm::prelude::DateTimeUtc::default(),
        title: "Example".to_owned(),
        answer: answer.to_owned(),
        made_up: true,
        ages: "0-4".to_owned(),
        mode: "walk".to_owned(),
        minutes: 15.0,
        target: 0.4,
        journey: "15-minute walk".to_owned(),
        travel: "modelled".to_owned(),
        children: 30.0,
        places: 12.0,
        level: Some(0.4),
        shortfall: 0.0,
        least_short: 0.0,
        overlap: 0.0,
        without_reach: 0.0,
        supply_date: None,
        ladder: "[]".to_owned(),
        caveats: "[]".to_owned(),
        how_we_know: "[]".to_owned(),
        sources: "[]".to_owned(),
        attribution: String::new(),
    };
    Found {
        assessment,
        areas: vec![
            area("W1", "ward", "Brook Vale", Some(0.5)),
            area("W2", "ward", "High Brook", Some(0.3)),
            area("W3", "ward", "Empty Moor", None),
            area("L1", "lsoa", "Brook 001A", Some(0.2)),
        ],
        details: ["W1", "W2", "W3", "L1"].map(detail).to_vec(),
        markets: Vec::new(),
        settings: vec![
            setting("1", "Little Acorns", "SK71GX", true),
            setting("2", "100% Play_time", "M13QW", true),
            setting("3", "Acorn Street School", "M11AA", true),
            setting("4", "Acorns over the border", "SK81AA", false),
        ],
        districts: vec![District {
            authority: String::new(),
            assessment: String::new(),
            outward: "M14".to_owned(),
            areas: r#"{"L1":"5RT6AA","L2":"5RU"}"#.to_owned(),
        }],
    }
}

#[tokio::test]
async fn what_was_kept_last_is_shown_and_found() {
    for empty in Empty::each().await {
        let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
        assert_eq!(newest(&authority).await.unwrap(), None);
        keep(&authority, &Actor::service("test"), found("before")).await.unwrap();
        keep(&authority, &Actor::service("test"), found("now")).await.unwrap();
        let id = newest(&authority).await.unwrap().unwrap();
        let snapshot = load(&authority, &id).await.unwrap();
        assert_eq!(snapshot.answer.answer, "now");
        let log = authority.search(&Query::default(), 9).await.unwrap();
        assert_eq!(log.entries.len(), 2, "keeping is in the log");

        let wards: Vec<&str> = snapshot.areas("ward").map(|area| area.code.as_str()).collect();
        assert_eq!(wards, ["W2", "W1", "W3"], "worst off first, without children last");
        assert_eq!(within_reach(&authority, &id, "W1").await.unwrap()[0].minutes, 2.5);
        assert!(within_reach(&authority, &id, "W9").await.is_err());
        let shapes = shapes(&authority, &id).await.unwrap();
        assert_eq!(shapes.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["W1", "W2", "W3"]);
        assert!(load(&authority, "none").await.is_err());
        let lsoa = async |text: &str| area_of_postcode(&authority, &id, text).await.unwrap();
        assert_eq!(lsoa("m14 5rt").await.as_deref(), Some("L1"));
        assert_eq!(lsoa("M145RU").await.as_deref(), Some("L2"));
        for none in ["M14 5RA", "M15 5RT", "M14", "M14 RT6", "5RT", "St Ann's", "M14-5RT", "ééééé", ""] {
            assert_eq!(lsoa(none).await, None, "{none}");
        }
    }
}

#[test]
fn areas_are_found_by_a_part_of_the_name_or_by_code() {
    let snapshot = Snapshot::from(found("now"));
    let codes = |text: &str| {
        let list = snapshot.areas_named(text);
        list.iter().map(|area| area.code.as_str()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(codes("BROOK"), "W1 W2 L1", "larger kinds first, then by name");
    assert_eq!(codes("w2"), "W2");
    assert_eq!(codes("moor"), "W3", "the end of a name too");
    assert_eq!(codes("brook\nbrook"), "", "names do not run into each other");
    assert!(snapshot.area("W9").is_none());
}

/// Short texts and long, at the beginning, in the middle and at the end: as looking at every name does.
#[test]
fn every_part_of_every_name_finds_it() {
    let names = ["Ashbrook Lane", "éclair École", "aaaa", "aa", "Brook Vale", "Bro", "x"];
    let mut found = found("now");
    found.areas = names.iter().map(|name| area(name, "ward", name, None)).collect();
    let snapshot = Snapshot::from(found);
    for name in names {
        let lower: Vec<char> = name.to_lowercase().chars().collect();
        for from in 0..lower.len() {
            for to in from + 1..=lower.len() {
                let part: String = lower[from..to].iter().collect();
                let codes: Vec<&str> =
                    snapshot.areas_named(&part).iter().map(|area| area.code.as_str()).collect();
                let mut expected: Vec<&str> =
                    names.into_iter().filter(|name| name.to_lowercase().contains(&part)).collect();
                expected.sort_unstable();
                assert_eq!(codes, expected, "{part:?}");
            }
        }
    }
}

#[test]
fn settings_are_found_by_a_part_of_the_name_or_the_start_of_the_postcode() {
    let snapshot = Snapshot::from(found("now"));
    let ids = |text: &str, quality: &str, from: usize| {
        let query = SettingQuery {
            text: text.to_owned(),
            quality: quality.to_owned(),
            from,
            ..SettingQuery::default()
        };
        let found = snapshot.settings(&query, 2);
        let ids: Vec<&str> = found.list.iter().map(|setting| setting.id.as_str()).collect();
        format!("{} of {}", ids.join(" "), found.all)
    };
    assert_eq!(ids("acorn", "", 0), "3 1 of 2", "by name; not those over the border");
    assert_eq!(ids("acorn", "good", 0), "1 of 1");
    assert_eq!(ids("", "", 0), "2 3 of 3");
    assert_eq!(ids("", "", 2), "1 of 3");
    assert_eq!(ids("sk7 1g", "", 0), "1 of 1");
    assert_eq!(ids("1gx", "", 0), " of 0", "not the end of a postcode");
    assert_eq!(ids("%", "", 0), "2 of 1", "a sign and not a wildcard");
    assert_eq!(ids("y_t", "", 0), "2 of 1");
    assert_eq!(ids("\\", "", 0), " of 0");
    let [kinds, grades, parents] = snapshot.filters();
    assert_eq!(
        (&kinds[..], &grades[..], &parents[..]),
        (&["nursery".into()][..], &["good".into(), "nothing published".into()][..], &["Example".into()][..])
    );
}
