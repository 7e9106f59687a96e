//! `enough ocds`: releases of the Open Contracting Data Standard on files, without a database.

pub mod export;
pub mod import;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use enough_commissioning::publication::ocds::{Package, compile, packages, processes, repeated_ids};

use enough_tables::Budget;

use crate::failure::Failure;
use crate::progress::Phases;

/// Work on Open Contracting (OCDS 1.1) releases in files
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Merge releases into compiled releases, one a line, by ocid
    Compile {
        /// Release packages, record packages with their releases, or releases; JSON, one or one a line, gzip or not; - for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Where to write them [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// The most that a file of releases may have when it is unpacked, in bytes.
const LARGEST: u64 = 4 << 30;

/// The packages of a file.
pub fn read(path: &Path) -> Result<Vec<Package>, Failure> {
    let wrong = |problem: String| Failure::Input(format!("{}: {problem}", path.display()));
    let text = if path == Path::new("-") {
        std::io::read_to_string(std::io::stdin()).map_err(|error| wrong(error.to_string()))?
    } else {
        enough_tables::read_whole_text(path, &mut Budget::new(LARGEST))?
    };
    packages(&text).map_err(|error| wrong(error.to_string()))
}

/// Warns that an id stands twice in a list of a release.
#[allow(clippy::print_stderr)]
pub fn warn_of_twice(ocid: &str, release: &str, (list, id): (&str, &str)) {
    eprintln!(
        "warning: release {release} of {ocid}: the id {id} stands twice in {list}; the last one counts"
    );
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Command::Compile { files, out } = &arguments.command;
    let mut phases = Phases::new();
    phases.begin("reading releases");
    let mut list = Vec::new();
    for file in files {
        list.extend(read(file)?);
    }
    phases.begin("merging releases");
    let (processes, rules) = processes(&list).map_err(|error| Failure::Input(error.to_string()))?;
    let mut text = Vec::new();
    for (ocid, releases) in &processes {
        for release in releases {
            let id = release.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
            for (list, twice) in repeated_ids(release, &rules) {
                warn_of_twice(ocid, id, (&list, &twice));
            }
        }
        let compiled = compile(releases, &rules).map_err(|error| Failure::Input(error.to_string()))?;
        serde_json::to_writer(&mut text, &compiled).map_err(|error| Failure::Input(error.to_string()))?;
        text.push(b'\n');
    }
    phases.end();
    match out {
        Some(path) => std::fs::write(path, &text).map_err(|error| Failure::write(path, error)),
        None => match std::io::stdout().write_all(&text) {
            // Whoever reads has enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            done => done.map_err(|error| Failure::write(Path::new("standard output"), error)),
        },
    }
}
