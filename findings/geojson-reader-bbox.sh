#!/usr/bin/env bash
# geojson 1.0.0 (georust): FeatureReader::features() takes the first "[" of a collection for its features. RFC 7946 lets a collection have a
# bbox, and GDAL and others write it before the features: then the reader gives an error for a number of the bbox and not one feature, while
# FeatureCollection's own parser reads the same text.
# Expected: both read one feature. Seen: the parser reads 1 feature, the reader 0 and an error. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "bbox"
version = "0.1.0"
edition = "2024"
[dependencies]
geojson = { version = "=1.0.0", default-features = false }
TOML
cat >src/main.rs <<'RUST'
use geojson::{FeatureCollection, FeatureReader};

const TEXT: &str = r#"{"type":"FeatureCollection","bbox":[-2.0,53.0,-1.0,54.0],"features":[
    {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[-1.5,53.5]}}]}"#;

fn main() {
    let parsed: FeatureCollection = TEXT.parse().expect("the parser reads it");
    let read: Vec<_> = FeatureReader::from_reader(TEXT.as_bytes()).features().take(3).collect();
    let error = read.iter().find_map(|one| one.as_ref().err()).map(ToString::to_string).unwrap_or_default();
    println!("{error}");
    println!("parser {}, reader {}", parsed.features.len(), read.iter().filter(|one| one.is_ok()).count());
}
RUST
cargo run --quiet | tee said.txt
grep -qx 'parser 1, reader 0' said.txt
echo "as it was found: geojson 1.0.0, $(rustc --version)"
