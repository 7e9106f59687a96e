//! What the command says of wrong files: a clear error, the right exit code, and no result that looks like one.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use assert_cmd::Command;
use tempfile::TempDir;

struct Tables {
    folder: TempDir,
}

impl Tables {
    fn new() -> Self {
        let tables = Self { folder: TempDir::new().unwrap() };
        tables.put("demand.csv", b"id,need\nA,10\nB,20\n");
        tables.put("supply.csv", b"id,capacity\nS,6\nT,9\n");
        tables.put("pairs.csv", b"area,setting,minutes\nA,S,5\nB,S,10\nB,T,15\n");
        tables
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    fn measure(&self, more: &[&str]) -> (i32, String) {
        let mut command = Command::cargo_bin("enough").unwrap();
        command.arg("measure");
        for (flag, name) in [
            ("--demand", "demand.csv"),
            ("--supply", "supply.csv"),
            ("--pairs", "pairs.csv"),
            ("--out", "levels.csv"),
        ] {
            if !more.contains(&flag) {
                command.arg(flag).arg(self.path(name));
            }
        }
        let more: Vec<String> =
            more.iter().map(|word| word.replace("DIR", &self.folder.path().to_string_lossy())).collect();
        let output = command.args(more).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!error.contains("panicked"), "{error}");
        (output.status.code().unwrap(), error)
    }

    fn levels(&self) -> String {
        fs::read_to_string(self.path("levels.csv")).unwrap()
    }

    /// Replaces one table and expects exit code 3, the words, and no levels.
    fn refuses(name: &str, bytes: &[u8], words: &[&str]) {
        let tables = Self::new();
        tables.put(name, bytes);
        let (code, error) = tables.measure(&[]);
        assert_eq!(code, 3, "{error}");
        for word in words.iter().chain(&[name]) {
            assert!(error.contains(word), "'{word}' is not in: {error}");
        }
        assert!(!tables.path("levels.csv").exists(), "no result may be left");
    }
}

#[test]
fn a_good_case_gives_levels_by_id() {
    let tables = Tables::new();
    assert_eq!(tables.measure(&["--target", "0.5"]), (0, String::new()));
    assert_eq!(tables.levels(), "id,level,market,shortfall,overlap\nA,0.5,1,0,0\nB,0.5,1,0,0\n");
}

#[test]
fn columns_in_another_order_bom_and_crlf_change_nothing() {
    let tables = Tables::new();
    tables.measure(&[]);
    let before = tables.levels();
    tables.put("demand.csv", b"\xef\xbb\xbfneed,note,id\r\n20,,B\r\n10,x,A\r\n");
    tables.put("pairs.csv", b"minutes,setting,area\r\n15,T,B\r\n10,S,B\r\n5,S,A\r\n");
    assert_eq!(tables.measure(&[]), (0, String::new()));
    assert_eq!(tables.levels(), before);
}

#[test]
fn gzip_is_read_whatever_its_name_and_a_cut_one_is_refused() {
    let tables = Tables::new();
    tables.measure(&[]);
    let before = tables.levels();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(b"area,setting,minutes\nA,S,5\nB,S,10\nB,T,15\n").unwrap();
    let packed = packed.finish().unwrap();
    tables.put("pairs.csv", &packed);
    assert_eq!(tables.measure(&[]).0, 0);
    assert_eq!(tables.levels(), before);
    Tables::refuses("pairs.csv", &packed[..packed.len() - 9], &["cut off"]);
}

#[test]
fn wrong_tables_are_refused_with_file_line_and_cause() {
    Tables::refuses("demand.csv", b"id,need\nA,10\nB,20\nA,3\n", &["line 4", "'A' is given again", "line 2"]);
    Tables::refuses("demand.csv", b"id,need\nA,-1\n", &["line 2", "negative", "-1"]);
    Tables::refuses("demand.csv", b"id,need\nA,1e-300\n", &["line 2", "1e-9"]);
    Tables::refuses("demand.csv", b"id,need\nA,ten\n", &["line 2", "not a number", "ten"]);
    Tables::refuses("supply.csv", b"id,capacity\nS,NaN\n", &["line 2", "NaN"]);
    Tables::refuses("supply.csv", b"id,capacity\nS,inf\n", &["line 2", "inf"]);
    Tables::refuses("supply.csv", b"id,capacity\n,5\n", &["line 2", "empty"]);
    Tables::refuses("supply.csv", b"id,places\nS,5\n", &["'capacity'", "id, places"]);
    Tables::refuses("supply.csv", b"id,capacity,Capacity\nS,5,7\n", &["line 1", "twice"]);
    Tables::refuses("supply.csv", b"", &["empty"]);
    Tables::refuses("supply.csv", b"id,capacity\n", &["empty"]);
    Tables::refuses("supply.csv", b"id,capacity\nS,5,7\n", &["line 2", "cells"]);
    Tables::refuses("supply.csv", b"id,capacity\nS\xe9,5\n", &["line 2", "UTF-8"]);
    Tables::refuses("supply.csv", b"\xff\xfei\0d\0", &["UTF-16"]);
    Tables::refuses("pairs.csv", b"area,setting,minutes\nA,S,5\nA,S,5\n", &["'A'", "'S'", "more than once"]);
    Tables::refuses("pairs.csv", b"area,setting,minutes\nA,S,-5\n", &["line 2", "-5"]);
    Tables::refuses("pairs.csv", b"area,setting,minutes\nA,S,\n", &["line 2", "minutes"]);
    Tables::refuses("pairs.csv", b"area,setting,minutes\nZ,S,5\n", &["line 2", "demand table", "'Z'"]);
    Tables::refuses("pairs.csv", b"area,setting,minutes\nA,Z,5\n", &["line 2", "supply table", "'Z'"]);
    Tables::refuses("pairs.csv", b"PAR1 is not the beginning of a table\n", &["headings"]);
}

#[test]
fn a_line_without_end_is_refused_before_it_fills_the_memory() {
    let mut bytes = b"id,need\nA,".to_vec();
    bytes.resize(3 << 20, b'9');
    Tables::refuses("demand.csv", &bytes, &["line 2", "longer than"]);
}

#[test]
fn a_damaged_parquet_file_is_refused() {
    let tables = Tables::new();
    tables.put("pairs.parquet", b"PAR1 and then nothing of the kind");
    let (code, error) = tables.measure(&["--pairs", "DIR/pairs.parquet"]);
    assert_eq!(code, 3);
    assert!(error.contains("pairs.parquet") && error.contains("Parquet"), "{error}");
}

#[test]
fn wrong_arguments_have_their_own_exit_code() {
    let tables = Tables::new();
    for wrong in [
        &["--method", "best"][..],
        &["--limit", "-3"],
        &["--target", "many"],
        &["--method", "e2sfca", "--steps", "20:1,10:0.5"],
        &["--method", "2sfca", "--decay", "gaussian:10"],
        &["--method", "2sfca", "--flows", "DIR/flows.parquet"],
        &["--method", "e2sfca", "--steps", "10:1", "--decay", "gaussian:10"],
    ] {
        assert_eq!(tables.measure(wrong).0, 2, "{wrong:?}");
    }
}

#[test]
fn a_place_that_cannot_be_written_has_its_own_exit_code() {
    let tables = Tables::new();
    let (code, error) = tables.measure(&["--out", "DIR/no/such/folder/levels.csv"]);
    assert_eq!(code, 1);
    assert!(error.contains("cannot write"), "{error}");
}

#[test]
fn a_pair_given_twice_is_refused_even_if_the_limit_hides_one() {
    let tables = Tables::new();
    tables.put("pairs.csv", b"area,setting,minutes\nA,S,10\nA,S,40\n");
    let (code, error) = tables.measure(&["--limit", "30"]);
    assert!(code == 3 && error.contains("more than once"), "{error}");
}

#[test]
fn a_quote_that_is_not_closed_does_not_swallow_the_lines_below() {
    let mut text = b"id,need\nA,\"10\n".to_vec();
    for id in 0..50 {
        text.extend(format!("B{id},2\n").into_bytes());
    }
    Tables::refuses("demand.csv", &text, &["line 2", "quote"]);
}

#[test]
fn a_pair_at_the_limit_counts_and_one_beyond_does_not() {
    let tables = Tables::new();
    tables.measure(&["--limit", "10"]);
    assert!(tables.levels().contains("B,0.2,1,"), "B shares S alone: {}", tables.levels());
    let summary = tables.path("summary.json");
    tables.measure(&["--limit", "10", "--summary", summary.to_str().unwrap()]);
    let summary: serde_json::Value = serde_json::from_str(&fs::read_to_string(summary).unwrap()).unwrap();
    assert_eq!((summary["unreachable_capacity"].as_f64(), summary["pairs"].as_u64()), (Some(9.0), Some(2)));
}

#[test]
fn the_published_method_averages_two_tables_of_pairs() {
    let tables = Tables::new();
    tables.put("bus.csv", b"area,setting,minutes\nA,S,25\nB,S,26\n");
    tables.put("cars.csv", b"id,with_car\nA,0.5\nelsewhere,0.1\n");
    let method = ["--method", "ofsted-ons", "--transit-pairs", "DIR/bus.csv", "--with-car", "DIR/cars.csv"];
    assert_eq!(tables.measure(&[&method[..], &["--car-share", "0.8"]].concat()), (0, String::new()));
    // By car S has 6 places for 30 children, T 9 for 20; by bus within 25 minutes S has 6 for the 10 of A.
    let levels: Vec<f64> = tables
        .levels()
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap().parse().unwrap())
        .collect();
    assert!((levels[0] - (0.5 * 0.2 + 0.5 * 0.6)).abs() < 1e-12, "{levels:?}");
    assert!((levels[1] - 0.8 * (0.2 + 0.45)).abs() < 1e-12, "{levels:?}");
    for wrong in [
        &["--method", "ofsted-ons"][..],
        &[&method[..], &["--limit", "15"]].concat(),
        &["--method", "2sfca", "--transit-pairs", "DIR/bus.csv"],
        &[&method[..], &["--car-share", "1.1"]].concat(),
    ] {
        assert_eq!(tables.measure(wrong).0, 2, "{wrong:?}");
    }
    tables.put("cars.csv", b"id,with_car\nA,50\n");
    let (code, error) = tables.measure(&method);
    assert!(code == 3 && error.contains("'A'") && error.contains("from 0 to 1"), "{error}");
}
