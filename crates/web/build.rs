//! Makes the files that pages need: GOV.UK Frontend from npm without its fonts, which only GOV.UK may use, and the project's own
//! styles after them; MapLibre from npm, and the script that draws the map with it. Each under a name that changes with its
//! content, as it is and compressed.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

const FRONTEND: &str = "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css";
const MAP: &str = "node_modules/maplibre-gl/dist/maplibre-gl";

fn main() -> Result<(), Box<dyn Error>> {
    for watched in [FRONTEND, "assets", "package-lock.json", "build.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let missing = |path: &str| {
        format!(
            "crates/web/{path} is missing; ./run and ./test get it, or run: npm ci --ignore-scripts --prefix crates/web"
        )
    };
    let read = |path: &str| fs::read_to_string(path).map_err(|_| missing(path));
    let own = |name: &str| fs::read_to_string(format!("assets/{name}"));
    let files = [
        ("STYLES", "styles", "css", styles(read(FRONTEND)?, &own("enough.css")?)?),
        ("MAP_STYLES", "map", "css", read(&format!("{MAP}.css"))?),
        ("MAP_LIBRARY", "maplibre", "mjs", without_source_map(&read(&format!("{MAP}.mjs"))?)),
        ("MAP_WORKER", "maplibre-worker", "mjs", without_source_map(&read(&format!("{MAP}-worker.mjs"))?)),
        ("MAP_SCRIPT", "map", "js", own("map.js")?),
        ("PASSKEY_SCRIPT", "passkey", "js", own("passkey.js")?),
    ];
    let out = std::env::var("OUT_DIR")?;
    for (key, stem, ending, content) in files {
        let digest = Sha256::digest(&content);
        let hash = digest.iter().take(8).fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
        let mut small = GzEncoder::new(Vec::new(), Compression::best());
        small.write_all(content.as_bytes())?;
        fs::write(Path::new(&out).join(key), &content)?;
        fs::write(Path::new(&out).join(format!("{key}.gz")), small.finish()?)?;
        println!("cargo::rustc-env={key}=/assets/{stem}-{hash:016x}.{ending}");
    }
    Ok(())
}

/// The styles without fonts, crest and anything from elsewhere.
fn styles(mut styles: String, own: &str) -> Result<String, String> {
    while let Some(start) = styles.find("@font-face") {
        let end = styles[start..].find('}').map_or(styles.len(), |end| start + end + 1);
        styles.replace_range(start..end, "");
    }
    styles = styles.replace("GDS Transport,", "").replace("url(/assets/images/govuk-crest.svg)", "none");
    styles.push_str(own);
    match ["GDS Transport", "@font-face", "govuk-crest", "url("].iter().find(|part| styles.contains(**part)) {
        Some(forbidden) => Err(format!("the styles still have {forbidden:?}")),
        None => Ok(styles),
    }
}

/// Browsers would ask for it in vain.
fn without_source_map(script: &str) -> String {
    script.lines().filter(|line| !line.starts_with("//# sourceMappingURL=")).collect::<Vec<_>>().join("\n")
}
