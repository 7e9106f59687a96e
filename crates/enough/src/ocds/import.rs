//! `enough import`: brings what others published into the database.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use enough_commissioning::publication::{Imported, import};
use enough_store::audit::Actor;

use crate::database::{Place, authority, block_on};
use crate::failure::Failure;
use crate::progress::Phases;

/// Bring what others published into the database
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open Contracting (OCDS 1.1) releases, merged with those that are there already by ocid
    Ocds {
        /// Release packages, record packages with their releases, or releases; JSON, one or one a line, gzip or not; - for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Into whose register [default: the only authority of the database]
        #[arg(long, value_name = "CODE")]
        authority: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Command::Ocds { files, authority: code, place } = &arguments.command;
    place.address()?;
    let mut phases = Phases::new();
    for file in files {
        phases.begin("reading releases");
        let packages = super::read(file)?;
        phases.begin("merging and keeping them");
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let done = block_on(async {
            let store = place.open().await?;
            let authority = authority(&store, code.as_deref()).await?;
            let done = import(&authority, &Actor::service("enough import"), (&name, &packages)).await?;
            store.close().await?;
            Ok(done)
        })?;
        phases.end();
        tell(&name, &done);
    }
    Ok(())
}

fn tell(name: &str, done: &Imported) {
    let Imported { new, known, processes, refused, repeated } = done;
    let refused: String = refused
        .iter()
        .flat_map(|(ocid, id, why)| ["not taken: release ", id, " of ", ocid, ": ", why, "\n"])
        .collect();
    for [ocid, release, list, id] in repeated {
        super::warn_of_twice(ocid, release, (list, id));
    }
    crate::output::print(&format!(
        "{name}: {new} new releases and {known} that were there, of {processes} processes\n{refused}"
    ));
}
