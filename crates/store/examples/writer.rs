//! Writes records as fast as it can and says each one that was acknowledged: what the drills kill.

use std::io::Write;

use enough_store::audit::{Actor, Event};
use enough_store::testing::{AUTHORITY, Empty};
use enough_store::{Address, Environment, Store};
use sea_orm::ConnectionTrait;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
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
                    let mut change = authority.begin(&Actor::service("drill")).await?;
                    // Two rows, so that half a change could be seen.
                    for half in ["a", "b"] {
                        let sql = format!("INSERT INTO drill (name) VALUES ('{name}{half}')");
                        change.tx().execute_unprepared(&sql).await?;
                    }
                    change.log(Event::new("drill.write", format!("drill:{name}")));
                    change.commit().await?;
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "{name}").and_then(|()| out.flush()).ok();
                }
                Ok::<(), enough_store::StoreError>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    Ok(())
}
