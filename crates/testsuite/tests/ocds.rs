//! Compiled releases are those that OCDS Merge, which we did not write, makes: of published releases, of the standard's examples, and of
//! thousands of random ones with every way of saying nothing.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use enough_testsuite::{enough, open_data, python, root, run};
use serde_json::{Map, Value, json};

/// The lines of compiled releases that we make of a file, and those that the peer makes.
fn both(file: &Path, standards: &Path) -> Option<(Vec<Value>, Vec<Value>)> {
    let lines = |bytes: &[u8]| -> Vec<Value> {
        let text = std::str::from_utf8(bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let ours = lines(&run(enough().args(["ocds", "compile"]).arg(file)).stdout);
    let mut peer = python()?;
    let script = root().join("crates/testsuite/python/ocds_peer.py");
    Some((ours, lines(&run(peer.arg(script).arg(standards).arg(file)).stdout)))
}

/// Whether two values are the same; numbers are as far as the peer reads them, who writes 90000.0 for 90000.00.
fn says_the_same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Number(ours), Value::Number(theirs)) => ours.as_f64() == theirs.as_f64(),
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|(ours, theirs)| says_the_same(ours, theirs))
        }
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours
                    .iter()
                    .all(|(name, ours)| theirs.get(name).is_some_and(|theirs| says_the_same(ours, theirs)))
        }
        _ => ours == theirs,
    }
}

fn check(file: &Path, standards: &Path) -> Option<usize> {
    let (ours, theirs) = both(file, standards)?;
    assert_eq!(ours.len(), theirs.len(), "{}", file.display());
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert!(says_the_same(ours, theirs), "{}: {ours}\n{theirs}", file.display());
    }
    Some(ours.len())
}

#[test]
fn published_releases_compile_as_with_the_peer() {
    let Some(data) = open_data() else { return };
    let standards = root().join("../shared/standards/ocds");
    // Without the peer there is nothing to compare with; ./test has it.
    let Some(mut compiled) = check(&standards.join("example/all.json"), &standards) else { return };
    for name in ["contracts_finder_releases.json.gz", "children_related_releases.json.gz"] {
        compiled += check(&data.join("ocds_contracts_finder_2025-03").join(name), &standards).unwrap();
    }
    assert!(compiled > 150, "{compiled}");
}

/// What makes a field.
type Make = fn(&mut Choices) -> Value;

/// A small source of choices that is the same every time.
struct Choices(u64);

impl Choices {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn word(&mut self) -> Value {
        ["a", "b", "", "é", "2026-01-01"][self.below(5) as usize].into()
    }

    fn value(&mut self) -> Value {
        match self.below(5) {
            0 => Value::Null,
            1 => json!(self.below(9)),
            2 => json!(self.below(2) == 0),
            _ => self.word(),
        }
    }

    fn list(&mut self, most: u64, item: impl Fn(&mut Self) -> Value) -> Value {
        let length = self.below(most + 1);
        (0..length).map(|_| item(self)).collect()
    }

    fn object(&mut self, fields: &[(&str, Make)]) -> Value {
        let mut object = Map::new();
        for (name, make) in fields {
            if self.below(3) > 0 {
                object.insert((*name).to_owned(), make(self));
            }
        }
        Value::Object(object)
    }

    fn id(&mut self) -> Value {
        format!("i{}", self.below(3)).into()
    }

    fn money(&mut self) -> Value {
        self.object(&[("amount", Self::value), ("currency", Self::value)])
    }

    fn classification(&mut self) -> Value {
        self.object(&[("scheme", Self::word), ("id", Self::id), ("description", Self::value)])
    }

    fn item(&mut self) -> Value {
        self.object(&[
            ("id", Self::id),
            ("description", Self::value),
            ("unit", |c| c.object(&[("name", Self::value), ("value", Self::money)])),
            ("additionalClassifications", |c| c.list(2, Self::classification)),
            // Without an id in the schema: replaced as a whole, where the extension is declared.
            ("deliveryAddresses", |c| {
                c.list(2, |c| c.object(&[("region", Self::word), ("locality", Self::value)]))
            }),
            ("own", |c| c.list(2, |c| c.object(&[("id", Self::id), ("text", Self::value)]))),
        ])
    }

    fn party(&mut self) -> Value {
        self.object(&[
            ("id", Self::id),
            ("name", Self::value),
            ("roles", |c| c.list(2, Self::word)),
            ("additionalIdentifiers", |c| c.list(2, Self::classification)),
            ("details", |c| {
                c.object(&[("scale", Self::value), ("classifications", |c| c.list(2, Self::classification))])
            }),
        ])
    }

    fn tender(&mut self) -> Value {
        self.object(&[
            ("id", Self::id),
            ("title", Self::value),
            ("value", Self::money),
            ("items", |c| c.list(3, Self::item)),
            ("submissionMethod", |c| c.list(2, Self::word)),
            ("lots", |c| {
                c.list(3, |c| c.object(&[("id", Self::id), ("title", Self::value), ("value", Self::money)]))
            }),
            ("nothing", |c| if c.below(2) == 0 { json!({}) } else { json!([]) }),
        ])
    }

    fn release(&mut self, ocid: u64) -> Value {
        let date = format!("2026-0{}-01T00:00:00Z", 1 + self.below(9));
        let mut release =
            json!({ "ocid": format!("ocds-{ocid:04}"), "id": "r", "date": date, "tag": ["tender"] });
        let more = self.object(&[
            ("tender", Self::tender),
            ("parties", |c| c.list(3, Self::party)),
            ("awards", |c| {
                c.list(2, |c| {
                    c.object(&[
                        ("id", Self::id),
                        ("suppliers", |c| c.list(2, Self::party)),
                        ("items", |c| c.list(2, Self::item)),
                    ])
                })
            }),
            ("buyer", |c| c.object(&[("id", Self::id), ("name", Self::value)])),
            ("language", Self::value),
            ("unknown", |c| {
                c.object(&[
                    ("deep", |c| c.object(&[("deeper", Self::value)])),
                    ("list", |c| c.list(2, Self::value)),
                ])
            }),
        ]);
        release.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        release
    }
}

#[test]
fn random_releases_compile_as_with_the_peer() {
    if open_data().is_none() {
        return;
    }
    let standards = root().join("../shared/standards/ocds");
    let folder = tempfile::tempdir().unwrap();
    let eu = "https://standard.open-contracting.org/profiles/eu/latest/en/extension.json";
    for (seed, extensions) in [vec![], vec![eu]].into_iter().enumerate() {
        let mut choices = Choices(seed as u64 + 20061);
        let releases: Vec<Value> = (0..4000).map(|at| choices.release(at / 4)).collect();
        let file = folder.path().join("random.json");
        let package = json!({ "uri": "x", "version": "1.1", "extensions": extensions, "releases": releases });
        std::fs::write(&file, package.to_string()).unwrap();
        let Some(compiled) = check(&file, &standards) else { return };
        assert_eq!(compiled, 1000);
    }
}

#[test]
fn what_cannot_be_merged_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |text: &str| {
        let file = folder.path().join("a.json");
        std::fs::write(&file, text).unwrap();
        let output = enough().args(["ocds", "compile"]).arg(&file).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{text}");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    for (text, said) in [
        ("", "the file is empty"),
        ("{\"releases\": [", "line 1, column 14"),
        ("{\"a\": 1}", "no ocid, releases or records"),
        ("7", "neither a release"),
        ("{\"version\": \"1.0\", \"releases\": []}", "version 1.0 of the standard: only 1.1 is read"),
        ("{\"releases\": [{\"ocid\": \"o\"}]}", "release 1 has no date"),
        ("{\"releases\": [{\"date\": \"2026\"}]}", "release 1 has no ocid"),
        ("{\"releases\": [7]}", "release 1 has no ocid"),
        (
            "{\"records\": [{\"ocid\": \"o\", \"releases\": [{\"url\": \"https://host\"}]}]}",
            "links to releases",
        ),
        (
            "[{\"ocid\": \"o\", \"date\": \"1\", \"tender\": {\"value\": 1}}, {\"ocid\": \"o\", \"date\": \"2\", \"tender\": {\"value\": {\"amount\": 1}}}]",
            "o: tender/value is a value in one release and an object in a later one",
        ),
    ] {
        let error = refused(text);
        assert!(error.contains(said), "{text}: {error}");
    }
}

#[test]
fn what_is_imported_is_given_out_as_it_was() {
    if open_data().is_none() {
        return;
    }
    let published = root().join("../shared/standards/ocds/example/all.json");
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let database = format!("sqlite:{}", here.join("enough.db").display());
    run(enough().arg("example").arg("--out").arg(here.join("data")));
    run(enough()
        .args(["assess", "--authority", "E06999001", "--database", &database, "--data"])
        .arg(here.join("data"))
        .arg("--out")
        .arg(here.join("out")));
    let import = || {
        let output = run(enough().args(["import", "ocds", "--database", &database]).arg(&published));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(import().contains("9 new releases and 0 that were there, of 1 processes"));
    assert!(import().contains("0 new releases and 9 that were there"), "again is nothing new");
    let export = |name: &str, more: &[&str]| -> Value {
        let file = here.join(name);
        let uri = ["--uri", "https://brindleford.example/contracts.json"];
        run(enough()
            .args(["export", "ocds", "--database", &database])
            .args(uri)
            .args(more)
            .arg("--out")
            .arg(&file));
        serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap()
    };
    let before: Value = serde_json::from_str(&std::fs::read_to_string(&published).unwrap()).unwrap();
    let after = export("releases.json", &[]);
    assert_eq!(after["releases"], before["releases"], "in the order of their ids, which is theirs too");
    let record = &export("records.json", &["--records"])["records"][0];
    let compiled = run(enough().args(["ocds", "compile"]).arg(here.join("releases.json"))).stdout;
    assert_eq!(record["compiledRelease"], serde_json::from_slice::<Value>(&compiled).unwrap());
    let missing = format!("sqlite:{}", here.join("no.db").display());
    let mut none = enough();
    assert_eq!(
        none.args(["import", "ocds", "--database", &missing]).arg(&published).output().unwrap().status.code(),
        Some(3),
        "no database is made by the way"
    );
}
