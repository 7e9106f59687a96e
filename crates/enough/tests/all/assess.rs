//! The whole way of a figure on the made-up example: published files in, answer out, the same bytes every time.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

fn enough(words: &[&str], threads: &str) -> (i32, String, String) {
    let mut command = Command::cargo_bin("enough").unwrap();
    let output =
        command.args(words).env("RAYON_NUM_THREADS", threads).env_remove("ENOUGH_DATA").output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn example(folder: &Path) -> String {
    let data = folder.join("data").to_string_lossy().into_owned();
    assert_eq!(enough(&["example", "--out", &data], "2").0, 0);
    data
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap()))
        .collect()
}

/// The example's register, under Ofsted's name.
const REGISTER: &str = "Management_information_-_childcare_providers_and_inspections_-_childcare_provider_data_as_at_30_June_2026.csv";

#[test]
fn the_example_has_an_answer_that_says_it_is_made_up() {
    let folder = TempDir::new().unwrap();
    let (data, out) = (example(folder.path()), folder.path().join("out"));
    let words = ["assess", "--data", &data, "--authority", "E06999001", "--out", out.to_str().unwrap()];
    let (code, text, error) = enough(&words, "2");
    assert_eq!((code, error.as_str()), (0, ""));
    assert!(text.starts_with("MADE UP."), "{text}");
    assert!(text.contains("places for every 100") || text.contains("for every 100 children"), "{text}");
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("Made up.") && page.contains("<svg") && !page.contains("<script"));
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    assert!(summary["relative_residual"].as_f64().unwrap() < 1e-12);
    let number = |key: &str| summary[key].as_f64().unwrap();
    // Level times children is the places, and the gap is that of the areas.
    assert!((number("level") * number("children") - number("places")).abs() < 1e-6);
    let mut short = 0.0;
    for row in csv::Reader::from_path(out.join("areas.csv")).unwrap().records() {
        short += row.unwrap()[7].parse::<f64>().unwrap();
    }
    assert!((short - number("shortfall")).abs() < 0.5, "{short}");
}

#[test]
fn results_are_the_same_bytes_whatever_the_number_of_threads() {
    let folder = TempDir::new().unwrap();
    let data = example(folder.path());
    let run = |threads: &str| {
        let out = folder.path().join(threads);
        let words = [
            "assess",
            "--data",
            &data,
            "--authority",
            "E06999001",
            "--by",
            "lsoa",
            "--out",
            out.to_str().unwrap(),
        ];
        assert_eq!(enough(&words, threads).0, 0);
        files(&out)
    };
    assert!(run("1") == run("3"), "one thread and three give different files");
}

#[test]
fn patches_are_profiled_and_unknown_areas_rejected_with_their_line() {
    let folder = TempDir::new().unwrap();
    let (data, out) = (example(folder.path()), folder.path().join("out"));
    let patches = folder.path().join("patches.csv");
    fs::write(
        &patches,
        "patch,area\nCanal cluster,E05999001\nCanal cluster,E01999020\nElsewhere,E05123456\n",
    )
    .unwrap();
    let words = [
        "assess",
        "--data",
        &data,
        "--authority",
        "E06999001",
        "--by",
        "patch",
        "--patches",
        patches.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    assert_eq!(enough(&words, "2").0, 0);
    assert!(fs::read_to_string(out.join("areas.csv")).unwrap().contains("Canal cluster"));
    let rejects = fs::read_to_string(out.join("rejects.csv")).unwrap();
    assert!(rejects.contains("patches.csv,4,the area is not known in England,E05123456"), "{rejects}");
}

#[test]
fn wrong_files_and_codes_are_named() {
    let folder = TempDir::new().unwrap();
    let (data, out) = (example(folder.path()), folder.path().join("out"));
    let assess = |data: &str, code: &str| {
        enough(&["assess", "--data", data, "--authority", code, "--out", out.to_str().unwrap()], "2")
    };
    let (code, _, error) = assess(&data, "Manchester");
    assert!(code == 2 && error.contains("'Manchester' is not an area code"), "{error}");
    let (code, _, error) = assess(&data, "E08000003");
    assert!(code == 3 && error.contains("E08000003"), "{error}");
    let register = Path::new(&data).join(REGISTER);
    fs::write(&register, "URN,Name\n1,x\n").unwrap();
    let (code, _, error) = assess(&data, "E06999001");
    assert!(code == 3 && error.contains("Ofsted's register") && error.contains("Provider URN"), "{error}");
    fs::remove_file(&register).unwrap();
    let (code, _, error) = assess(&data, "E06999001");
    assert!(code == 3 && error.contains("Ofsted register of childcare providers"), "{error}");
    assert!(!out.join("areas.csv").exists());
}

#[test]
fn rows_that_cannot_be_used_are_counted_and_kept() {
    let folder = TempDir::new().unwrap();
    let (data, out) = (example(folder.path()), folder.path().join("out"));
    let register = Path::new(&data).join(REGISTER);
    let mut text = fs::read(&register).unwrap();
    let lines = text.iter().filter(|&&byte| byte == b'\n').count();
    // Windows-1252, as Ofsted publishes: "Caf\xe9" is a name, not a damaged file.
    text.extend(b"EY1,Childcare on non-domestic premises,Full day care,Active,Y,Y,Y,Caf\xe9 Kids,,Brindleford (made up),many,,2,,,,,,,,,,\n");
    text.extend(b"EY2,Childcare on non-domestic premises,Full day care,Active,Y,Y,Y,Caf\xe9 Kids,,Brindleford (made up),30,,2,,,,,,,,,,\n");
    fs::write(&register, text).unwrap();
    let words = ["assess", "--data", &data, "--authority", "E06999001", "--out", out.to_str().unwrap()];
    let (code, text, _) = enough(&words, "2");
    assert_eq!(code, 0);
    let rejects = fs::read_to_string(out.join("rejects.csv")).unwrap();
    let expected = format!("{},the number of places is missing, negative or no number,many", lines + 1);
    assert!(rejects.replace('"', "").contains(&expected), "{rejects}");
    assert!(text.contains("1 row not used: the number of places"), "{text}");
}
