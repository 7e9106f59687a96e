//! The house: a crate uses crates on lower floors only.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use enough_testsuite::{root, run};

const FLOORS: [(&str, u8); 15] = [
    ("enough-kernel", 0),
    ("enough-store", 1),
    ("enough-tables", 1),
    ("enough-travel", 1),
    ("enough-geography", 2),
    ("enough-needs", 3),
    ("enough-plans", 3),
    ("enough-market", 3),
    ("enough-sufficiency", 3),
    ("enough-assessments", 4),
    ("enough-commissioning", 4),
    ("enough-example", 5),
    ("enough-web", 6),
    ("enough", 7),
    ("enough-testsuite", 8),
];

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, floor)| *floor)
}

#[test]
fn arrows_point_down_only() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    let output = run(command
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root()));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert_eq!(packages.len(), FLOORS.len(), "every crate has a floor, and no floor is empty");
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let own = floor(name).unwrap_or_else(|| panic!("{name} has no floor"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let used = dependency["name"].as_str().unwrap();
            // Tests of a crate may ask for a feature of their own crate.
            if let Some(below) = floor(used).filter(|_| used != name) {
                assert!(below < own, "{name} (floor {own}) uses {used} (floor {below})");
            }
        }
    }
}

/// The engine knows no table and no file: it must not even be able to open one of ours.
#[test]
fn the_engine_depends_on_the_kernel_alone() {
    let manifest = std::fs::read_to_string(root().join("crates/sufficiency/Cargo.toml")).unwrap();
    let ours: Vec<&str> = manifest.lines().filter(|line| line.starts_with("enough-")).collect();
    assert_eq!(ours, ["enough-kernel.workspace = true"]);
}
