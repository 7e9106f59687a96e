//! `enough data`: which published tables a folder holds.

use std::path::PathBuf;

use clap::Args;
use comfy_table::Table;
use comfy_table::presets::NOTHING;

use enough_assessments::data::date_of;

use super::find;
use crate::failure::Failure;
use crate::output;

/// List the published tables in a data folder, and which file of each would be read
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder of published files [default: $ENOUGH_DATA, ./open-data, ../shared/open-data, else a made-up example]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let data = find(arguments.data.as_deref())?;
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["table", "file", "date"]);
    for (kind, path) in data.found() {
        let file = path.map_or_else(
            || format!("none (looked for {}*)", kind.prefixes.join("*, ")),
            |path| path.strip_prefix(&data.folder).unwrap_or(path).display().to_string(),
        );
        table.add_row([kind.what.to_owned(), file, path.and_then(date_of).unwrap_or_default()]);
    }
    let label = if data.made_up { " (made up by this program)" } else { "" };
    output::print(&format!("{}{label}\n{table}\n", data.folder.display()));
    Ok(())
}
