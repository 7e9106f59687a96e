//! Writes records as fast as it can and says each one that was acknowledged, and each that was refused with a "!" before it: what the
//! drills kill, and take the room from.

use std::io::Write;
use std::time::Duration;

use enough_store::audit::{Actor, Event};
use enough_store::testing::{AUTHORITY, Empty};
use enough_store::{Address, Authority, Environment, Result, Store};
use sea_orm::ConnectionTrait;

/// How long to wait after a refusal.
const PAUSE: Duration = Duration::from_millis(2);

async fn write(authority: &Authority, name: &str) -> Result<()> {
    let mut change = authority.begin(&Actor::service("drill")).await?;
    // Two rows, so that half a change could be seen.
    for half in ["a", "b"] {
        let sql = format!("INSERT INTO drill (name) VALUES ('{name}{half}')");
        change.tx().execute_unprepared(&sql).await?;
    }
    change.log(Event::new("drill.write", format!("drill:{name}")));
    change.commit().await
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).ok();
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let address: Address = arguments.next().ok_or("the address of a database is needed")?.parse()?;
    let run = arguments.next().ok_or("a name for the run is needed")?;
    let store = Store::open(&address, Empty::keys(), Environment::system()).await?;
    let authority = store.authority(AUTHORITY, "Example").await?;
    let tasks: Vec<_> = (0..4)
        .map(|task| {
            let (authority, run) = (authority.clone(), run.clone());
            tokio::spawn(async move {
                for number in 0..100_000 {
                    let name = format!("{run}.{task}.{number}");
                    let refused = write(&authority, &name).await.err();
                    let mark = if refused.is_some() { "!" } else { "" };
                    let reason = refused.map_or(String::new(), |error| format!(" {error}"));
                    say(&format!("{mark}{name}{reason}"));
                    if mark == "!" {
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await?;
    }
    Ok(())
}
