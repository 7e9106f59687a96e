//! `enough audit`: is the log whole? What can others hold against us, and how do they check it?

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use enough_store::audit::{Checkpoint, InclusionProof, Verifier};

use super::{Place, authority, block_on};
use crate::failure::Failure;
use crate::output::write_json;
use crate::report::words::count;

/// Prove the audit log whole, sign it, and give out proofs
///
/// Every change, sign-in, export and read of a sensitive record is an entry of the log. Entries are hashed as in RFC 6962; the
/// service signs the size and root of the log from time to time. Give such a checkpoint to another party: with it they can tell
/// whether the log was ever rewritten.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, Args)]
struct Log {
    #[command(flatten)]
    place: Place,
    /// The authority whose log is meant, where the database has several
    #[arg(long, value_name = "CODE")]
    authority: Option<String>,
}

#[derive(Debug, Clone, Subcommand)]
enum Command {
    /// Prove the log whole, or name the first entry that is not as it was written (exit code 4)
    Verify {
        #[command(flatten)]
        log: Log,
        /// A checkpoint that was kept elsewhere; may be repeated
        #[arg(long, value_name = "FILE")]
        checkpoint: Vec<PathBuf>,
    },
    /// Sign the log as it is now, to be kept by another party
    Checkpoint {
        #[command(flatten)]
        log: Log,
        /// Where to write it [default: the terminal]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Print the key that checks this log's checkpoints; it may be given to everybody
    Key {
        #[command(flatten)]
        log: Log,
    },
    /// Prove that an entry is in the log
    Prove {
        #[command(flatten)]
        log: Log,
        /// Number of the entry, from 0
        #[arg(long, value_name = "N")]
        entry: u64,
        /// Where to write the proof (JSON)
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Check a proof that somebody gives, or all proofs of an evidence pack, without any database
    Check {
        /// The proof, or the evidence pack of a tender (JSON)
        #[arg(value_name = "FILE")]
        proof: PathBuf,
        /// The key of the log, as 'enough audit key' printed it
        #[arg(long, value_name = "KEY")]
        key: String,
    },
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::Input(format!("cannot read {}: {error}", file.display())))
}

/// The proofs of a file: one, or those under `log`.
fn proofs(text: &str) -> serde_json::Result<Vec<InclusionProof>> {
    let mut given: serde_json::Value = serde_json::from_str(text)?;
    match given.get_mut("log") {
        Some(log) => serde_json::from_value(log.take()),
        None => Ok(vec![serde_json::from_value(given)?]),
    }
}

#[allow(clippy::print_stdout)]
fn check(file: &Path, key: &str) -> Result<(), Failure> {
    let key: Verifier = key.parse().map_err(Failure::Usage)?;
    let no_proof = |why: &str| Failure::Input(format!("{} is not a proof: {why}", file.display()));
    let given = proofs(&read(file)?).map_err(|error| no_proof(&error.to_string()))?;
    let mut signed = None;
    for proof in &given {
        let found = proof.check(&key);
        signed = Some(found.map_err(|reason| Failure::Check(format!("not proven: {reason}")))?);
    }
    let signed = signed.ok_or_else(|| no_proof("its log has no entries"))?;
    let what = match given.as_slice() {
        [one] => format!("entry {} is", one.position),
        all => format!("{} entries are", count(all.len() as f64)),
    };
    println!(
        "proven: {what} in the log of {} entries signed by {}",
        count(signed.size as f64),
        signed.origin
    );
    for proof in &given {
        println!("{}", proof.entry);
    }
    Ok(())
}

#[allow(clippy::print_stdout)]
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let log = match &arguments.command {
        Command::Verify { log, .. }
        | Command::Checkpoint { log, .. }
        | Command::Key { log }
        | Command::Prove { log, .. } => log,
        Command::Check { proof, key } => return check(proof, key),
    };
    block_on(async {
        let store = log.place.open().await?;
        let authority = authority(&store, log.authority.as_deref()).await?;
        match &arguments.command {
            Command::Verify { checkpoint, .. } => {
                let outside = checkpoint.iter().map(|file| {
                    Checkpoint::read(&read(file)?, &authority.verifier())
                        .map_err(|reason| Failure::Check(format!("{}: {reason}", file.display())))
                });
                let outside = outside.collect::<Result<Vec<_>, _>>()?;
                let whole = authority.verify(&outside).await?;
                let whole = whole.map_err(|fault| {
                    Failure::Check(format!("the audit log of {} is not whole: {fault}", authority.code()))
                })?;
                println!(
                    "the audit log of {} is whole: {} entries, root {}, in agreement with {} checkpoints",
                    authority.code(),
                    count(whole.size as f64),
                    whole.root,
                    count(whole.checkpoints as f64)
                );
            }
            Command::Checkpoint { out, .. } => {
                let note = authority.checkpoint().await?;
                match out {
                    Some(file) => std::fs::write(file, note).map_err(|error| Failure::write(file, error))?,
                    None => print!("{note}"),
                }
            }
            Command::Key { .. } | Command::Check { .. } => println!("{}", authority.verifier()),
            Command::Prove { entry, out, .. } => {
                let proof = serde_json::to_value(authority.prove(*entry).await?);
                write_json(out, &proof.map_err(|error| Failure::write(out, error))?)?;
            }
        }
        store.close().await?;
        Ok(())
    })
}
