//! `enough backup` and `enough restore`.

use std::path::PathBuf;

use clap::Args;
use enough_assessments::AssessError;
use enough_store::audit::{Actor, Event};
use enough_store::backup::{self, Statement};
use enough_store::{Environment, StoreError};

use super::{Place, block_on};
use crate::failure::Failure;
use crate::progress::Phases;
use crate::report::words::count;

/// Take a backup while the service runs
///
/// One file with a snapshot of the database and a signed statement of its hash and of the audit logs in it. The keys are not in
/// it: keep a copy of their file somewhere else, or the backup cannot be restored.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The file to write, which must not be there yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Restore a backup into an empty database, and prove its audit logs whole
#[derive(Debug, Clone, Args)]
pub struct RestoreArguments {
    #[command(flatten)]
    place: Place,
    /// The backup
    #[arg(value_name = "FILE")]
    backup: PathBuf,
    /// Only check that the backup is whole and signed with the keys
    #[arg(long)]
    check: bool,
}

#[allow(clippy::print_stdout)]
fn tell(done: &str, made: &Statement) {
    println!(
        "{done}: {} of {}, {} bytes, SHA-256 {}, {} audit logs",
        made.kind,
        made.made_at.format("%Y-%m-%d %H:%M:%S UTC"),
        count(made.bytes as f64),
        made.hash,
        made.checkpoints.len()
    );
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut phases = Phases::new();
    phases.begin("taking a backup");
    let made = block_on(async {
        let store = arguments.place.open().await?;
        for (code, name) in store.authorities().await? {
            let authority = store.authority(&code, &name).await?;
            authority.note(&Actor::service("enough backup"), Event::new("backup.take", "database")).await?;
        }
        Ok(backup::backup(&store, &arguments.out).await?)
    })?;
    phases.end();
    tell("backed up", &made);
    Ok(())
}

pub fn restore(arguments: &RestoreArguments) -> Result<(), Failure> {
    let (place, file) = (&arguments.place, &arguments.backup);
    let keys = place.keys().map_err(|failure| match failure {
        Failure::Assess(AssessError::Store(StoreError::File { file, source })) => Failure::Input(format!(
            "{}: {source}; a backup is restored with the keys of the service that made it (--keys)",
            file.display()
        )),
        other => other,
    })?;
    let mut phases = Phases::new();
    phases.begin("restoring");
    let made = if arguments.check {
        backup::check(file, &keys)?
    } else {
        block_on(async { Ok(backup::restore(file, &place.address()?, keys, Environment::system()).await?) })?
    };
    phases.end();
    tell(if arguments.check { "whole and signed" } else { "restored, audit logs whole" }, &made);
    Ok(())
}
