//! The answer as tables, maps and a page.

pub mod map;
mod page;
pub mod tables;
mod terminal;
pub mod words;

pub use terminal::terminal;

use serde_json::{Map, Value, json};

use enough_assessments::study::{Assessment, Shapes, notes};

use crate::assess::Arguments;
use crate::failure::Failure;
use crate::output;
use enough_assessments::Data;

/// Writes all files of an assessment into `--out`.
pub fn write(arguments: &Arguments, assessment: &Assessment, data: &Data) -> Result<(), Failure> {
    let out = &arguments.out;
    std::fs::create_dir_all(out).map_err(|error| Failure::write(out, error))?;
    let boundaries = Shapes::read(data, assessment)?;
    tables::areas(arguments, assessment)?;
    tables::markets(arguments, assessment)?;
    tables::settings(arguments, assessment, &boundaries)?;
    let rejects = out.join("rejects.csv");
    assessment.rejects.write(&rejects).map_err(|error| Failure::write(&rejects, error))?;
    let shapes = boundaries.of_groups(assessment);
    map::geojson(arguments, assessment, &shapes)?;
    map::geoparquet(arguments, assessment, &shapes)?;
    page::write(arguments, assessment, &boundaries)?;
    output::write_json(&out.join("summary.json"), &summary(arguments, assessment))
}

fn summary(arguments: &Arguments, assessment: &Assessment) -> Value {
    let (whole, study) = (&assessment.whole, &assessment.study);
    let name = |file: &std::path::Path| file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let rejects: Vec<Value> = assessment
        .rejects
        .counts()
        .into_iter()
        .map(|((file, reason, is_part), rows)| json!({"file": name(file), "reason": reason, "rows": rows, "used_otherwise": is_part}))
        .collect();
    let told: Vec<Value> =
        assessment.rejects.told().map(|(file, what)| json!({"file": name(file), "what": what})).collect();
    let sources: Vec<Value> = assessment
        .inputs
        .sources
        .iter()
        .map(|source| json!({"what": source.what, "file": source.file, "date": source.date}))
        .collect();
    let mut ladder = Map::new();
    for (limit, level) in assessment.ladder.limits.iter().zip(&whole.ladder) {
        ladder.insert(words::minutes(*limit), json!(level.map(enough_kernel::Level::get)));
    }
    json!({
        "answer": words::answer(&arguments.question, assessment),
        "made_up": assessment.made_up,
        "authorities": arguments.question.authority,
        "ages": arguments.question.ages().to_string(),
        "minutes": arguments.question.minutes.get(),
        "travel": &assessment.study.travel,
        "target": arguments.question.target.get(),
        "children": whole.children.get(),
        "places": whole.places.get(),
        "level": whole.level.map(enough_kernel::Level::get),
        "shortfall": whole.shortfall.get(),
        "overlap": whole.overlap.get(),
        "short_by": words::whole_places(whole.shortfall.get()),
        "spare": words::whole_places(whole.overlap.get()),
        "children_without_reach": whole.without_reach.get(),
        "markets": whole.markets.len(),
        "level_by_minutes": ladder,
        "areas_in_study": study.areas.len(),
        "settings_in_study": study.supplies.len(),
        "pairs_within_limit": study.reach.within(arguments.question.minutes).pairs(),
        "settings_not_placed": study.not_placed.settings,
        "places_not_placed": study.not_placed.places,
        "relative_residual": assessment.certificate.relative_residual,
        "fit": {
            "rounds": assessment.inputs.fit.rounds,
            "largest_error": assessment.inputs.fit.largest_error,
            "children_before": assessment.inputs.fit.before,
            "children_after": assessment.inputs.fit.after,
        },
        "caveats": notes::caveats(&arguments.question, assessment),
        "how_we_know": notes::how_we_know(&arguments.question, assessment),
        "rejects": rejects,
        "told": told,
        "sources": sources,
        "attribution": notes::attribution(assessment.made_up, &arguments.question.model.options),
    })
}
