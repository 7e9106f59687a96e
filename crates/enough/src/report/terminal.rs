//! The answer on the terminal.

use std::fmt::Write as _;

use super::words;
use enough_assessments::study::{Assessment, notes};

use crate::assess::Arguments;
use crate::output;
use crate::progress::Phases;

/// Short markets that are told as sentences.
const SENTENCES: usize = 3;

/// Prints the answer.
pub fn terminal(arguments: &Arguments, assessment: &Assessment, phases: &Phases) {
    let total = phases.seconds().last().map_or(0.0, |(_, seconds)| *seconds);
    let files = "areas.csv, areas.geojson, areas.parquet, markets.csv, settings.csv, rejects.csv, summary.json, report.html";
    let text = text(arguments, assessment);
    output::print(&format!("{text}\n{}: {files} ({total:.1} s)\n", arguments.out.display()));
}

fn text(arguments: &Arguments, assessment: &Assessment) -> String {
    let mut text = String::new();
    if assessment.made_up {
        let _ = writeln!(text, "MADE UP. {}\n", notes::MADE_UP);
    }
    let _ = writeln!(text, "{}", words::answer(&arguments.question, assessment));
    let _ = writeln!(text, "Travel {}.\n", assessment.study.travel);
    let headings =
        ["area", "authority", "children", "places", "per 100", "short by", "spare", "enough within"];
    let mut table = words::table(&headings, 2);
    for (group, profile) in assessment.groups.iter().take(arguments.rows) {
        table.add_row([
            group.name.clone(),
            assessment.inputs.hierarchy.name(group.authority),
            words::count(profile.children.get()),
            words::count(profile.places.get()),
            profile.level.map_or_else(|| "-".to_owned(), words::per_hundred),
            words::at_least(profile.shortfall),
            words::at_least(profile.overlap),
            profile
                .minutes_to_enough
                .map_or_else(|| "none".to_owned(), |limit| format!("{} min", words::minutes(limit))),
        ]);
    }
    let _ = writeln!(text, "{table}");
    let more = assessment.groups.len().saturating_sub(arguments.rows);
    if more > 0 {
        let _ = writeln!(text, "and {more} areas that are better off; all are in areas.csv");
    }
    let short = words::short_markets(&arguments.question, assessment);
    if !short.is_empty() {
        let _ = writeln!(text, "\nWhere and why ({} markets are short, the largest gap first):", short.len());
        for (index, ..) in short.iter().take(SENTENCES) {
            let _ = writeln!(text, "- {}", words::bottleneck(&arguments.question, assessment, *index));
        }
    }
    let helps = words::where_places_help(assessment, SENTENCES);
    if !helps.is_empty() {
        let _ = writeln!(text, "\nWhere places would help most (one or another: the counts overlap):");
        for line in helps {
            let _ = writeln!(text, "- {line}");
        }
    }
    let _ = writeln!(text, "\nWhat to know:");
    for line in notes::caveats(&arguments.question, assessment) {
        let _ = writeln!(text, "- {line}");
    }
    let _ = writeln!(text, "\nHow we know this:");
    for line in notes::how_we_know(&arguments.question, assessment) {
        let _ = writeln!(text, "- {line}");
    }
    let _ = writeln!(text, "- {}", notes::attribution(assessment.made_up, &arguments.question.model.options));
    text
}
