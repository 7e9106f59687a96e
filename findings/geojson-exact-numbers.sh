#!/usr/bin/env bash
# geojson 1.0.0 (georust) with serde_json's feature arbitrary_precision, which any other crate of a program can turn on, as cargo gives it to
# all: coordinates with decimals cannot be read as GeoJSON any more, though serde_json itself reads the same numbers. The reason: with that
# feature a number is handed over as a map with a private key, which the crate's own reader of coordinates does not know.
# Expected: one polygon either way. Seen: one without the feature; with it "invalid type: map, expected a coordinate element". Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "exact"
version = "0.1.0"
edition = "2024"
[features]
exact = ["serde_json/arbitrary_precision"]
[dependencies]
geojson = { version = "=1.0.0", default-features = false }
serde_json = "=1.0.154"
TOML
cat >src/main.rs <<'RUST'
const TEXT: &str = r#"{"type":"Polygon","coordinates":[[[-1.5,53.5],[-1.4,53.5],[-1.4,53.6],[-1.5,53.5]]]}"#;

fn main() {
    let value: serde_json::Value = serde_json::from_str(TEXT).expect("JSON");
    assert_eq!(value["coordinates"][0][0][0].as_f64(), Some(-1.5));
    match serde_json::from_str::<geojson::Geometry>(TEXT) {
        Ok(_) => println!("read"),
        Err(error) => println!("{error}"),
    }
}
RUST
cargo run --quiet | tee plain.txt
cargo run --quiet --features exact | tee exact.txt
grep -qx 'read' plain.txt
grep -q '^invalid type: map, expected a coordinate element' exact.txt
echo "as it was found: geojson 1.0.0, serde_json 1.0.154, $(rustc --version)"
