//! The made-up town in a folder, for the tests of travel.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use enough_geography::GridPoint;
use tempfile::TempDir;

/// The made-up town in a folder, with tables of points.
pub struct Town {
    folder: TempDir,
}

pub type Pairs = BTreeMap<(String, String), f64>;

impl Town {
    pub fn new() -> Self {
        let town = Self { folder: TempDir::new().unwrap() };
        assert_eq!(town.run(&["example", "--out", "DIR/data"]).0, 0);
        // Places by column and row of the grid of streets, 155 m apart, from the south-west corner.
        town.points(
            "from.csv",
            &[
                ("west", 26.0, 20.0),
                ("one-way-start", 0.0, 15.0),
                ("one-way-end", 8.0, 15.0),
                ("stop", 0.0, 9.0),
            ],
        );
        town.points(
            "to.csv",
            &[
                ("east", 27.0, 20.0),
                ("one-way-start", 0.0, 15.0),
                ("one-way-end", 8.0, 15.0),
                ("far", 48.0, 9.0),
            ],
        );
        town
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn points(&self, name: &str, places: &[(&str, f64, f64)]) {
        let mut text = String::from("id,longitude,latitude\n");
        for (id, column, row) in places {
            let point = GridPoint { easting: 396_000.0 + column * 155.0, northing: 276_000.0 + row * 155.0 };
            let at = point.degrees().unwrap();
            let _ = writeln!(text, "{id},{},{}", at.longitude, at.latitude);
        }
        fs::write(self.path(name), text).unwrap();
    }

    pub fn run_with(&self, words: &[&str], threads: &str) -> (i32, String, String) {
        let folder = self.folder.path().to_string_lossy().into_owned();
        let mut command = Command::cargo_bin("enough").unwrap();
        command.args(words.iter().map(|word| word.replace("DIR", &folder)));
        let output = command.env("RAYON_NUM_THREADS", threads).env_remove("ENOUGH_DATA").output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let error = text(output.stderr);
        assert!(!error.contains("panicked"), "{error}");
        (output.status.code().unwrap(), text(output.stdout), error)
    }

    pub fn run(&self, words: &[&str]) -> (i32, String, String) {
        self.run_with(words, "2")
    }

    pub fn travel(&self, more: &[&str]) -> (i32, String, String) {
        let mut words = vec!["travel", "--streets", "DIR/data/streets.osm.pbf"];
        for (flag, value) in [
            ("--from", "DIR/from.csv"),
            ("--to", "DIR/to.csv"),
            ("--out", "DIR/pairs.csv"),
            ("--minutes", "60"),
        ] {
            if !more.contains(&flag) {
                words.extend([flag, value]);
            }
        }
        self.run(&[&words[..], more].concat())
    }

    pub fn pairs(&self, more: &[&str]) -> Pairs {
        let (code, _, error) = self.travel(more);
        assert_eq!((code, error.as_str()), (0, ""));
        let mut reader = csv::Reader::from_path(self.path("pairs.csv")).unwrap();
        let rows = reader.records().map(|row| row.unwrap());
        rows.map(|row| ((row[0].to_owned(), row[1].to_owned()), row[2].parse().unwrap())).collect()
    }

    pub fn network_files(&self) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.path("data"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "network"))
            .collect();
        files.sort();
        files
    }
}

pub fn minutes(pairs: &Pairs, from: &str, to: &str) -> f64 {
    *pairs.get(&(from.to_owned(), to.to_owned())).unwrap_or_else(|| panic!("{from} to {to} is not there"))
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}
