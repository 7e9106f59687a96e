//! The process that writes is killed again and again: what was acknowledged is there, nothing is there by half, the log is whole.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use enough_store::audit::Actor;
use enough_store::testing::{AUTHORITY, Empty};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

#[derive(FromQueryResult)]
struct Row {
    name: String,
}

fn address_of(empty: &Empty) -> String {
    match &empty.address {
        enough_store::Address::Sqlite(file) => format!("sqlite:{}", file.display()),
        enough_store::Address::Postgres(_, text) => text.clone(),
    }
}

/// Lets the writer acknowledge some records, kills it, and gives what it acknowledged.
fn write_and_kill(address: &str, run: usize) -> Vec<String> {
    let mut writer = std::env::current_exe().unwrap();
    writer.pop();
    writer.pop();
    let mut child = Command::new(writer.join("examples/writer"))
        .args([address, &run.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut acknowledged = Vec::new();
    // Each run ends at another place; the wait lands it between acknowledgements.
    let most = 40 + 23 * run;
    for line in out.lines() {
        let line = line.unwrap();
        acknowledged.push(line);
        if acknowledged.len() == most {
            std::thread::sleep(Duration::from_micros(137 * run as u64));
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(acknowledged.len() >= most, "the writer was killed while it wrote");
    acknowledged
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    for empty in Empty::each().await {
        let store = empty.store().await;
        store.authority(AUTHORITY, "Example").await.unwrap();
        store.read().execute_unprepared("CREATE TABLE drill (name TEXT PRIMARY KEY)").await.unwrap();
        store.close().await.unwrap();
        let mut acknowledged = HashSet::new();
        for run in 0..12 {
            acknowledged.extend(write_and_kill(&address_of(&empty), run));
            let store = empty.store().await;
            let authority = store.authority(AUTHORITY, "Example").await.unwrap();
            // A commit that the server has received from the one that was killed may still be under way: it is waited for.
            drop(authority.begin(&Actor::default()).await.unwrap());
            let whole = authority.verify(&[]).await.unwrap().unwrap();
            let backend = store.read().get_database_backend();
            let rows = Statement::from_string(backend, "SELECT name FROM drill");
            let rows = Row::find_by_statement(rows).all(store.read()).await.unwrap();
            let names: HashSet<String> = rows.into_iter().map(|row| row.name).collect();
            assert_eq!(names.len() as u64, 2 * whole.size, "two records for each entry, {}", empty.address);
            for name in &acknowledged {
                assert!(names.contains(&format!("{name}a")) && names.contains(&format!("{name}b")), "{name}");
            }
            authority.checkpoint().await.unwrap();
            store.close().await.unwrap();
        }
        assert!(acknowledged.len() > 1000, "{}", acknowledged.len());
    }
}
