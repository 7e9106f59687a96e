//! The command `enough`: reads arguments, wires the rooms, shows progress and tables. Computes nothing itself.

mod assess;
mod data;
mod database;
mod example;
mod failure;
mod isochrone;
mod measure;
mod network;
mod ocds;
mod output;
mod progress;
mod quantities;
mod report;
mod serve;
mod travel;
mod unused;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Is there enough, for every child, within reach - and if not, where, how short, and what would close the gap?
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 110, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  a result could not be written, or the program itself failed
  2  the arguments are wrong
  3  a file is missing, damaged, of the wrong kind, or says something impossible
  4  a check found something wrong: an audit log, a proof or a backup that is not as it was written";

#[derive(Debug, Subcommand)]
enum Command {
    Assess(Box<assess::Arguments>),
    Measure(Box<measure::Arguments>),
    Travel(Box<travel::Arguments>),
    Isochrone(Box<isochrone::Arguments>),
    Network(Box<network::Arguments>),
    Data(data::Arguments),
    Example(example::Arguments),
    Ocds(ocds::Arguments),
    Import(ocds::import::Arguments),
    Export(ocds::export::Arguments),
    Serve(Box<serve::Arguments>),
    Audit(database::audit::Arguments),
    Backup(database::backup::Arguments),
    Restore(database::backup::RestoreArguments),
}

fn main() -> ExitCode {
    let given = Arguments::command().get_matches();
    let arguments = Arguments::from_arg_matches(&given).unwrap_or_else(|error| error.exit());
    if let Some((command, given)) = given.subcommand()
        && let Err(failure) = unused::refuse(command, given)
    {
        return failure.report();
    }
    let done = match arguments.command {
        Command::Assess(arguments) => assess::run(&arguments),
        Command::Measure(arguments) => measure::run(&arguments),
        Command::Travel(arguments) => travel::run(&arguments),
        Command::Isochrone(arguments) => isochrone::run(&arguments),
        Command::Network(arguments) => network::run(&arguments),
        Command::Data(arguments) => data::run(&arguments),
        Command::Example(arguments) => example::run(&arguments),
        Command::Ocds(arguments) => ocds::run(&arguments),
        Command::Import(arguments) => ocds::import::run(&arguments),
        Command::Export(arguments) => ocds::export::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Audit(arguments) => database::audit::run(&arguments),
        Command::Backup(arguments) => database::backup::run(&arguments),
        Command::Restore(arguments) => database::backup::restore(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
