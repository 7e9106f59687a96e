//! Makes the styles: GOV.UK Frontend from npm without its fonts, which only GOV.UK may use, and the project's own after them.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

const FRONTEND: &str = "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css";

fn main() {
    for watched in [FRONTEND, "assets", "package-lock.json", "build.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let Ok(mut styles) = fs::read_to_string(FRONTEND) else {
        println!(
            "cargo::error=crates/web/{FRONTEND} is missing; ./run and ./test get it, or run: npm ci --ignore-scripts --prefix crates/web"
        );
        return;
    };
    // The fonts, and the only two uses of files that are not ours to show.
    while let Some(start) = styles.find("@font-face") {
        let end = styles[start..].find('}').map_or(styles.len(), |end| start + end + 1);
        styles.replace_range(start..end, "");
    }
    styles = styles.replace("GDS Transport,", "").replace("url(/assets/images/govuk-crest.svg)", "none");
    styles.push_str(&fs::read_to_string("assets/enough.css").unwrap_or_default());
    for forbidden in ["GDS Transport", "@font-face", "govuk-crest", "url("] {
        if styles.contains(forbidden) {
            println!("cargo::error=the styles still have {forbidden:?}");
        }
    }
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    // A name that changes with the content may be kept by browsers for good.
    let digest = Sha256::digest(&styles);
    let hash = digest.iter().take(8).fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
    let written = fs::write(Path::new(&out).join("styles.css"), &styles);
    if let Err(error) = written {
        println!("cargo::error=cannot write the styles: {error}");
    }
    println!("cargo::rustc-env=STYLES_NAME=styles-{hash:016x}.css");
}
