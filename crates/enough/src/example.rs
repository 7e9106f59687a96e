//! `enough example`: writes the made-up example authority, and a worked round of commissioning in it.

use std::path::PathBuf;

use clap::Args;
use enough_example::round::{RoundError, clock, lay_down};

use crate::database::{Place, block_on};
use crate::failure::Failure;
use crate::serve::OCID_PREFIX;

/// Write the made-up example authority as published files, to try the command or to see which headings it reads
#[derive(Debug, Args)]
pub struct Arguments {
    /// Where to write it
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The same seed writes the same bytes
    #[arg(long, default_value_t = enough_example::SEED)]
    seed: u64,
    /// Lay a worked round of commissioning down in this empty database, too: sqlite:FILE or postgres://user:password@host/name
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The file of the service's keys, never kept with its backups [default: beside a SQLite file, ending in .keys; else enough.keys]
    #[arg(long, value_name = "FILE", requires = "database")]
    keys: Option<PathBuf>,
    /// Where the releases of the round say that the service is
    #[arg(long, value_name = "URL", requires = "database", default_value = "http://127.0.0.1:8080")]
    public_url: String,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    enough_example::write(&arguments.out, arguments.seed)
        .map_err(|error| Failure::write(&arguments.out, error))?;
    let (code, out) = (enough_example::AUTHORITY, arguments.out.display());
    let next = format!("enough assess --data {out} --authority {code} --out result");
    crate::output::print(&format!("{out}: the example authority {code}, made up. Try: {next}\n"));
    let Some(database) = arguments.database.clone() else { return Ok(()) };
    let place = Place { database, keys: arguments.keys.clone() };
    let clock = clock();
    block_on(async {
        let store = place.create_with(clock.environment()).await?;
        let site = arguments.public_url.trim_end_matches('/');
        lay_down(&store, &clock, &arguments.out, (site, OCID_PREFIX)).await.map_err(told)?;
        store.close().await?;
        Ok(())
    })?;
    crate::output::print(
        "The worked round of commissioning is in the database: see /agreements of the service.\n",
    );
    Ok(())
}

fn told(error: RoundError) -> Failure {
    match error {
        RoundError::Assess(error) => error.into(),
        RoundError::Store(error) => error.into(),
        other => Failure::Input(other.to_string()),
    }
}
