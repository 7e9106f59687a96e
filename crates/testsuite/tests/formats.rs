//! The published formats, written by software the project did not write, give the same answer as CSV.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use enough_testsuite::{enough, python, root, run};

fn assess(data: &Path, out: &Path) -> String {
    run(enough().args(["assess", "--authority", "E06999001", "--data"]).arg(data).arg("--out").arg(out));
    std::fs::read_to_string(out.join("areas.csv")).unwrap()
        + &std::fs::read_to_string(out.join("settings.csv")).unwrap()
}

#[test]
fn xlsx_ods_parquet_and_gzip_give_the_answer_of_csv() {
    if python().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("csv");
    run(enough().arg("example").arg("--out").arg(&data));
    let expected = assess(&data, &folder.path().join("out"));
    for format in ["xlsx", "ods", "parquet", "csv.gz"] {
        let other = folder.path().join(format);
        let script = root().join("crates/testsuite/python/formats.py");
        run(python().unwrap().arg(script).arg(&data).arg(&other).arg(format));
        assert!(
            assess(&other, &folder.path().join(format!("out-{format}"))) == expected,
            "{format} gives another answer"
        );
    }
}
