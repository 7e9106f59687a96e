//! Where in a file a feed's tables are. A feed has them in one place (GTFS reference, Dataset files: at the top of the file, not in
//! folders); a file may hold an old copy or another feed beside it, whose tables must never stand in for missing ones.

use std::collections::BTreeMap;

/// Tables without which there is no feed; either calendar will do.
const NEEDED: [&[&str]; 4] =
    [&["stops.txt"], &["trips.txt"], &["stop_times.txt"], &["calendar.txt", "calendar_dates.txt"]];

/// The folder of the feed, and what else is in the file that could be one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Folders {
    /// With its slash at the end; empty at the top of the file.
    pub chosen: String,
    /// Other folders with tables, and files packed inside the file.
    pub others: Vec<String>,
}

/// The folder with most of the needed tables; of equals the one nearest to the top, then the first by name.
pub(super) fn choose<'a>(names: impl Iterator<Item = &'a str>) -> Folders {
    let mut folders: BTreeMap<String, [bool; NEEDED.len()]> = BTreeMap::new();
    let mut packed = Vec::new();
    for name in names {
        let name = plain(name);
        let at = name.rfind('/').map_or(0, |slash| slash + 1);
        let (folder, table) = name.split_at(at);
        // The Macintosh keeps notes of its own beside every file.
        if folder.starts_with("__MACOSX/") {
            continue;
        }
        if table.to_lowercase().ends_with(".zip") {
            packed.push(name.clone());
        }
        if let Some(kind) = NEEDED.iter().position(|tables| tables.contains(&table)) {
            folders.entry(folder.to_owned()).or_default()[kind] = true;
        }
    }
    let tables = |there: &[bool; NEEDED.len()]| there.iter().filter(|there| !**there).count();
    let best = folders.iter().min_by_key(|(folder, there)| (tables(there), folder.matches('/').count()));
    let chosen = best.map(|(folder, _)| folder.clone()).unwrap_or_default();
    let others = folders.into_keys().filter(|folder| *folder != chosen);
    let others =
        others.map(|folder| if folder.is_empty() { "the top of the file".to_owned() } else { folder });
    Folders { others: others.chain(packed).collect(), chosen }
}

/// A name with slashes as they should be: some programs write backslashes.
pub(super) fn plain(name: &str) -> String {
    name.replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_a_feed_are_in_one_folder_and_others_are_told() {
        let feed = |folder: &str| {
            ["stops.txt", "trips.txt", "stop_times.txt", "calendar.txt"]
                .map(|table| format!("{folder}{table}"))
                .to_vec()
        };
        let found = |names: Vec<String>| {
            let Folders { chosen, others } = choose(names.iter().map(String::as_str));
            (chosen, others.join(" "))
        };
        let expect = |chosen: &str, others: &str| (chosen.to_owned(), others.to_owned());
        let text = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(found(feed("")), expect("", ""));
        assert_eq!(found(feed("bus/2026/")), expect("bus/2026/", ""));
        assert_eq!(found([feed("old/"), feed("")].concat()), expect("", "old/"));
        assert_eq!(found([feed("new/old/"), feed("new/")].concat()), expect("new/", "new/old/"));
        assert_eq!(found([feed("south/"), feed("north/")].concat()), expect("north/", "south/"));
        assert_eq!(
            found([text(&["stops.txt"]), feed("gtfs/")].concat()),
            expect("gtfs/", "the top of the file")
        );
        assert_eq!(found([feed("__MACOSX/"), feed("a\\")].concat()), expect("a/", ""));
        assert_eq!(found([text(&["rail.ZIP"]), feed("")].concat()), expect("", "rail.ZIP"));
        assert_eq!(found(text(&["read.me"])), expect("", ""));
    }
}
