//! The measures beside `access` (PySAL) and HiGHS on the same random cases, in one run.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use enough_testsuite::{enough, python, root, run};

const CASES: u64 = 6;

fn measure(folder: &std::path::Path, name: &str, words: &[&str]) {
    let mut command: Command = enough();
    command.arg("measure");
    for (flag, file) in [("--demand", "demand.csv"), ("--supply", "supply.csv"), ("--pairs", "pairs.csv")] {
        command.arg(flag).arg(folder.join(file));
    }
    run(command
        .args(words)
        .args(["--limit", "30", "--target", "0.5", "--out"])
        .arg(folder.join(format!("{name}.csv"))));
}

#[test]
fn every_measure_agrees_with_its_peer() {
    if python().is_none() {
        return;
    }
    let script = root().join("crates/testsuite/python/peers.py");
    for seed in 0..CASES {
        let folder = tempfile::tempdir().unwrap();
        let peers = |words: &[&str]| {
            let mut command = python().unwrap();
            run(command.arg(&script).arg(words[0]).arg(folder.path()).args(&words[1..]));
        };
        peers(&["make", &seed.to_string()]);
        for (name, words) in [
            ("fair-share", &["--method", "fair-share"][..]),
            ("2sfca", &["--method", "2sfca"]),
            ("e2sfca", &["--method", "e2sfca", "--steps", "10:1,20:0.68,30:0.22"]),
            ("gaussian", &["--method", "e2sfca", "--decay", "gaussian:10"]),
            ("3sfca", &["--method", "3sfca"]),
            ("gravity", &["--method", "gravity", "--decay", "power:10,-1.5,1"]),
            ("raam", &["--method", "raam"]),
        ] {
            measure(folder.path(), name, words);
            peers(&["check", name]);
        }
    }
}
