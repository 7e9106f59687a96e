//! Checks of the built command against software the project did not write, and on real published data.
//!
//! `./test` sets up what they need and sets `ENOUGH_REQUIRE=1`, so that a check that cannot run fails there; without it a
//! check that lacks its peer says so and passes.

pub mod service;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The built command, beside the test that runs.
///
/// # Panics
/// When it was not built: `cargo build -p enough` does.
pub fn enough() -> Command {
    let test = std::env::current_exe().unwrap_or_default();
    let command = test.ancestors().nth(2).map(|folder| folder.join("enough")).unwrap_or_default();
    assert!(command.exists(), "{} is not built: run cargo build -p enough first", command.display());
    let mut command = Command::new(command);
    command.env_remove("ENOUGH_DATA");
    command
}

/// Whether checks that cannot run must fail: in `./test`, and so in CI.
fn required(what: &str) -> bool {
    let required = std::env::var_os("ENOUGH_REQUIRE").is_some();
    assert!(!required, "{what}, and ENOUGH_REQUIRE is set");
    false
}

/// A Python with the peers in it, or nothing where checks may be left out.
pub fn python() -> Option<Command> {
    match std::env::var_os("ENOUGH_PYTHON") {
        Some(path) => Some(Command::new(path)),
        None => required("ENOUGH_PYTHON does not name a Python with the peers").then(|| Command::new("")),
    }
}

/// A browser, and what drives it beside it; or nothing where checks may be left out.
pub fn browser() -> Option<PathBuf> {
    match std::env::var_os("ENOUGH_TEST_BROWSER") {
        Some(path) => Some(path.into()),
        None => required("ENOUGH_TEST_BROWSER does not name a browser").then(PathBuf::new),
    }
}

/// The open data, or nothing where checks may be left out. `ENOUGH_NO_OPEN_DATA` says that this machine has none.
pub fn open_data() -> Option<PathBuf> {
    let folder = root().join("../shared/open-data");
    if folder.is_dir() {
        return Some(folder);
    }
    if std::env::var_os("ENOUGH_NO_OPEN_DATA").is_none() {
        required("../shared/open-data is not there");
    }
    None
}

/// The small inputs on which the program was once wrong, or nothing where they do not lie beside the project.
pub fn cases() -> Option<PathBuf> {
    let folder = root().join("../shared/cases");
    (folder.is_dir() || required("../shared/cases is not there")).then_some(folder)
}

/// Runs a command that must succeed.
///
/// # Panics
/// When it cannot be started or fails; says what it printed.
pub fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {said}{}", String::from_utf8_lossy(&output.stdout));
    output
}

/// The column of a CSV file by heading, as numbers.
///
/// # Panics
/// When the file, the heading or a number is not there.
pub fn column(path: &Path, heading: &str) -> Vec<f64> {
    words(path, heading)
        .iter()
        .map(|cell| cell.parse().unwrap_or_else(|_| panic!("'{cell}' is no number")))
        .collect()
}

/// The column of a CSV file by heading.
///
/// # Panics
/// When the file or the heading is not there.
pub fn words(path: &Path, heading: &str) -> Vec<String> {
    let mut reader =
        csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let headings = reader.headers().unwrap_or_else(|error| panic!("{}: {error}", path.display())).clone();
    let at = headings
        .iter()
        .position(|name| name == heading)
        .unwrap_or_else(|| panic!("no {heading} in {headings:?}"));
    reader.records().map(|row| row.unwrap_or_else(|error| panic!("{error}"))[at].to_owned()).collect()
}
