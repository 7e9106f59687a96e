//! The main journeys in real Chromium: with and without JavaScript, on a screen and on a phone, by keyboard.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use enough_testsuite::service::{Service, free_port};
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

#[test]
fn people_sign_in_with_accounts_of_a_real_provider() {
    let Some(chromium) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let (keys, credentials, secret) =
        (here.join("enough.keys"), here.join("people.csv"), here.join("secret"));
    std::fs::write(&secret, "only for this test, and long enough\n").unwrap();
    let database = format!("sqlite:{}", here.join("enough.db").display());
    let listen = free_port();
    let public = format!("http://{listen}");
    let e2e = root().join("crates/testsuite/e2e");
    let mut provider = Command::new("node")
        .arg(e2e.join("provider.mjs"))
        .arg(format!("{public}/sign-in/elsewhere/back"))
        .arg("only for this test, and long enough")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(provider.stdout.take().unwrap()).lines();
    let issuer = lines.next().unwrap().unwrap();
    let more = ["--demonstration", "--credentials", credentials.to_str().unwrap(), "--rate", "0"];
    let who = [
        "--authority",
        "E06999001",
        "--name",
        "Example",
        "--oidc-issuer",
        &issuer,
        "--oidc-client",
        "enough",
    ];
    let place = ["--oidc-secret-file", secret.to_str().unwrap(), "--public-url", &public];
    let service = Service::start_at(&listen, &database, &keys, &[&more[..], &who[..], &place[..]].concat());
    // An account that no roles table knows of stays outside; a commissioner comes in.
    let at = words(&credentials, "role").iter().position(|role| role == "commissioner").unwrap();
    let done = Command::new("node")
        .arg(e2e.join("elsewhere.mjs"))
        .arg(chromium)
        .arg(&public)
        .arg(&words(&credentials, "email")[at])
        .output()
        .unwrap();
    provider.kill().unwrap();
    provider.wait().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    // The provider has gone: that is said, and a password does as well.
    let (head, page) = service.send("GET", "/sign-in/elsewhere", "", "");
    assert!(head.starts_with("HTTP/1.1 502") && page.contains("sign in with a password"), "{head}");
    service.stop();
    let log = run(enough().args(["audit", "verify", "--database", &database, "--keys"]).arg(&keys)).stdout;
    assert!(String::from_utf8_lossy(&log).contains("is whole"));
}

#[test]
fn a_passkey_is_made_used_and_of_no_use_again() {
    let Some(chromium) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (database, keys) = (folder.path().join("enough.db"), folder.path().join("enough.keys"));
    let database = format!("sqlite:{}", database.display());
    let service =
        Service::start(&database, &keys, &["--authority", "E06999001", "--name", "Example", "--rate", "0"]);
    let link = service.said.iter().find_map(|line| line.split_once(&service.address)).unwrap().1;
    let named = service.address.replace("127.0.0.1", "localhost");
    run(Command::new("node")
        .arg(root().join("crates/testsuite/e2e/passkeys.mjs"))
        .arg(chromium)
        .arg(format!("http://{named}"))
        .arg(link));
    service.stop();
    let log = run(enough().args(["audit", "verify", "--database", &database, "--keys"]).arg(&keys)).stdout;
    assert!(String::from_utf8_lossy(&log).contains("is whole"));
}
