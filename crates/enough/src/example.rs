//! `enough example`: writes the made-up example authority.

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;

/// Write the made-up example authority as published files, to try the command or to see which headings it reads
#[derive(Debug, Args)]
pub struct Arguments {
    /// Where to write it
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The same seed writes the same bytes
    #[arg(long, default_value_t = enough_example::SEED)]
    seed: u64,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    enough_example::write(&arguments.out, arguments.seed)
        .map_err(|error| Failure::write(&arguments.out, error))?;
    let (code, out) = (enough_example::AUTHORITY, arguments.out.display());
    let next = format!("enough assess --data {out} --authority {code} --out result");
    crate::output::print(&format!("{out}: the example authority {code}, made up. Try: {next}\n"));
    Ok(())
}
