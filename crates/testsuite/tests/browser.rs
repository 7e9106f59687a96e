//! The main journeys in real Chromium: with and without JavaScript, on a screen and on a phone, by keyboard.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use enough_testsuite::service::Service;
use enough_testsuite::{browser, enough, root, run, words};

#[test]
fn families_and_commissioners_get_where_they_want_to() {
    let Some(chromium) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let (data, keys, credentials) = (here.join("data"), here.join("enough.keys"), here.join("people.csv"));
    let database = format!("sqlite:{}", here.join("enough.db").display());
    run(enough().arg("example").arg("--out").arg(&data));
    run(enough()
        .args(["assess", "--authority", "E06999001", "--database", &database, "--data"])
        .arg(&data)
        .arg("--out")
        .arg(here.join("out")));
    let more = ["--data", data.to_str().unwrap(), "--demonstration", "--rate", "0", "--credentials"];
    let service = Service::start(&database, &keys, &[&more[..], &[credentials.to_str().unwrap()]].concat());
    let at = words(&credentials, "role").iter().position(|role| role == "commissioner").unwrap();
    run(Command::new("node")
        .arg(root().join("crates/testsuite/e2e/journeys.mjs"))
        .arg(chromium)
        .arg(format!("http://{}", service.address))
        .arg(&words(&credentials, "email")[at])
        .arg(&words(&credentials, "password")[at]));
    service.stop();
}
