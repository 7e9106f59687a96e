//! `enough export`: writes what is published of the database as open data.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::SecondsFormat;
use clap::{Args, Subcommand};
use enough_commissioning::publication::ocds::{Given, record_package, release_package};
use enough_commissioning::publication::transparency::{HEADINGS, lines};
use enough_commissioning::publication::{Funder, contract, contracts, grants, releases};
use enough_kernel::day_in_england;
use enough_store::Authority;
use enough_tables::CsvTable;
use serde_json::Value;

use crate::database::{Place, authority, block_on};
use crate::failure::Failure;
use crate::progress::Phases;

/// Write what is published as open data
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Which records.
#[derive(Debug, Args)]
struct Of {
    /// Whose register [default: the only authority of the database]
    #[arg(long, value_name = "CODE")]
    authority: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The contracts register of the Local Government Transparency Code 2015 as a table (CSV): a line for each contract over £5,000
    ContractsRegister {
        /// Where to write it
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Whose contracts, by the name of the buyer [default: the authority's]
        #[arg(long, value_name = "NAME")]
        buyer: Option<String>,
        #[command(flatten)]
        of: Of,
    },
    /// Grants that are signed, as 360Giving data (JSON)
    #[command(name = "360giving")]
    Grants {
        /// Where to write it
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Prefix of ids; 360Giving gives one out, this one is nobody's
        #[arg(long, value_name = "PREFIX", default_value = "360G-nobody")]
        prefix: String,
        /// The id of the authority in a register of organisations, such as GB-LAE-MAN
        #[arg(long, value_name = "ID")]
        funder: Option<String>,
        /// Where the service is: what grants name as their page
        #[arg(long, value_name = "URL")]
        site: String,
        #[command(flatten)]
        of: Of,
    },
    /// The register of contracts as Open Contracting (OCDS 1.1) packages, one JSON value a line
    Ocds {
        /// Where to write it
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Record packages, one a process, with what its releases make of it; else release packages of up to 1,000 releases
        #[arg(long)]
        records: bool,
        /// The address under which the file is published: what packages name as their own
        #[arg(long, value_name = "URL")]
        uri: String,
        #[command(flatten)]
        of: Of,
    },
}

/// Releases of a package, processes of a page.
const PAGE: u64 = 1000;

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (of, out) = match &arguments.command {
        Command::Ocds { of, out, .. }
        | Command::Grants { of, out, .. }
        | Command::ContractsRegister { of, out, .. } => (of, out),
    };
    of.place.address()?;
    let mut phases = Phases::new();
    phases.begin("writing");
    let said = block_on(async {
        let store = of.place.open().await?;
        let authority = authority(&store, of.authority.as_deref()).await?;
        let said = match &arguments.command {
            Command::Ocds { records, uri, .. } => {
                let count = write(&authority, (uri, *records), out).await?;
                format!("{count} {}", if *records { "processes" } else { "releases" })
            }
            Command::Grants { prefix, funder, site, .. } => {
                let site = site.trim_end_matches('/').to_owned();
                let funder = Funder { prefix: prefix.clone(), id: funder.clone(), site };
                let list = grants(&authority, &funder).await?;
                let text = serde_json::to_vec_pretty(&serde_json::json!({ "grants": list }));
                let text = text.map_err(|error| Failure::write(out, error))?;
                std::fs::write(out, text).map_err(|error| Failure::write(out, error))?;
                format!("{} grants", list.len())
            }
            Command::ContractsRegister { buyer, .. } => {
                let buyer = buyer.as_deref().unwrap_or_else(|| authority.name());
                format!(
                    "{} lines, contracts and invitations to tender of {buyer}",
                    register(&authority, buyer, out).await?
                )
            }
        };
        store.close().await?;
        Ok(said)
    })?;
    phases.end();
    crate::output::print(&format!("{}: {said}\n", out.display()));
    Ok(())
}

/// Writes the contracts of a buyer as a table.
async fn register(authority: &Authority, buyer: &str, out: &Path) -> Result<usize, Failure> {
    let failed = |error: std::io::Error| Failure::write(out, error);
    let today = day_in_england(authority.environment().now());
    let file = std::io::BufWriter::new(std::fs::File::create(out).map_err(failed)?);
    let mut file = CsvTable::new(file, HEADINGS).map_err(failed)?;
    let (mut from, mut count) = (0, 0);
    loop {
        let (_, list) = contracts(authority, buyer, (from, PAGE)).await?;
        for process in list.iter().filter(|process| process.buyer.eq_ignore_ascii_case(buyer)) {
            for line in lines(process, today)? {
                file.row(line).map_err(failed)?;
                count += 1;
            }
        }
        from += PAGE;
        if (list.len() as u64) < PAGE {
            break;
        }
    }
    file.end().and_then(|mut file| file.flush()).map_err(failed)?;
    Ok(count)
}

async fn write(authority: &Authority, (uri, records): (&str, bool), out: &Path) -> Result<usize, Failure> {
    let failed = |error: std::io::Error| Failure::write(out, error);
    let wrong = |error: enough_commissioning::publication::ocds::OcdsError| Failure::Input(error.to_string());
    let at = authority.environment().now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let given = Given { uri, at: &at, by: authority.name() };
    let mut file = BufWriter::new(File::create(out).map_err(failed)?);
    let mut line = |package: &Value| -> Result<(), Failure> {
        serde_json::to_writer(&mut file, package).map_err(|error| Failure::write(out, error))?;
        file.write_all(b"\n").map_err(failed)
    };
    let mut count = 0;
    if records {
        loop {
            let (_, list) = contracts(authority, "", (count as u64, PAGE)).await?;
            for process in &list {
                let (process, releases) = contract(authority, &process.ocid).await?;
                line(&record_package(&given, &process, &releases).map_err(wrong)?)?;
            }
            count += list.len();
            if (list.len() as u64) < PAGE {
                break;
            }
        }
    } else {
        let mut after: Option<(String, String)> = None;
        loop {
            let from = after.as_ref().map(|(ocid, id)| (ocid.as_str(), id.as_str()));
            let list = releases(authority, from, PAGE).await?;
            let Some(last) = list.last() else { break };
            line(&release_package(&given, &list).map_err(wrong)?)?;
            count += list.len();
            after = Some((last.ocid.clone(), last.id.clone()));
        }
    }
    file.flush().map_err(failed)?;
    Ok(count)
}
