//! The answer as one self-contained page: sentence, map drawn as SVG, table, how we know. No scripts, nothing from elsewhere.

use std::fmt::Write as _;
use std::io::Write as _;

use enough_kernel::Level;
use geo::{BoundingRect, MultiPolygon};

use super::words;
use enough_assessments::study::{Assessment, Shapes, notes};

use crate::assess::Arguments;
use crate::failure::Failure;
use crate::output;

const STYLE: &str = include_str!("page.css");
/// Rows of the table on the page; all areas are in areas.csv.
const MOST_ROWS: usize = 400;
const SENTENCES: usize = 5;

pub fn write(arguments: &Arguments, assessment: &Assessment, shapes: &Shapes) -> Result<(), Failure> {
    let page = page(arguments, assessment, shapes);
    output::write(&arguments.out.join("report.html"), |out| Ok(out.write_all(page.as_bytes())?))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn items(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().fold(String::from("<ul>\n"), |list, line| list + "<li>" + &escape(&line) + "</li>\n")
        + "</ul>\n"
}

fn page(arguments: &Arguments, assessment: &Assessment, shapes: &Shapes) -> String {
    let title = format!("Is there enough childcare in {}?", assessment.title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header><p>Enough</p></header>\n<main>\n<h1>{0}</h1>\n",
        escape(&title)
    );
    if assessment.made_up {
        let _ = writeln!(page, "<p class=\"made-up\"><strong>Made up.</strong> {}</p>", notes::MADE_UP);
    }
    let _ =
        writeln!(page, "<p class=\"answer\">{}</p>", escape(&words::answer(&arguments.question, assessment)));
    let _ = writeln!(
        page,
        "<p>Ages {}. Travel {}. Register of {}. Enough is taken to be {} places for every 100 children.</p>",
        arguments.question.ages(),
        escape(&assessment.study.travel),
        assessment.inputs.supply_date.as_deref().unwrap_or("unknown date"),
        words::per_hundred(arguments.question.target)
    );
    if shapes.file.is_some() {
        map(&mut page, arguments, assessment, shapes);
    }
    table(&mut page, arguments, assessment);
    let short = words::short_markets(&arguments.question, assessment);
    if !short.is_empty() {
        page.push_str("<h2>Where and why</h2>\n");
        page.push_str(&items(
            short
                .iter()
                .take(SENTENCES)
                .map(|(index, ..)| words::bottleneck(&arguments.question, assessment, *index)),
        ));
    }
    let helps = words::where_places_help(assessment, SENTENCES);
    if !helps.is_empty() {
        page.push_str("<h2>Where places would help most</h2>\n<p>One or another: the counts overlap.</p>\n");
        page.push_str(&items(helps));
    }
    page.push_str("<h2>What to know</h2>\n");
    page.push_str(&items(
        notes::caveats(&arguments.question, assessment).into_iter().chain(shapes.missing()),
    ));
    page.push_str("<h2>How we know this</h2>\n");
    page.push_str(&items(notes::how_we_know(&arguments.question, assessment)));
    page.push_str("<h3>Sources</h3>\n");
    page.push_str(&items(assessment.inputs.sources.iter().map(|source| {
        let date = source.date.as_deref().map_or_else(String::new, |date| format!(", {date}"));
        format!("{}: {}{date}", source.what, source.file)
    })));
    let attribution = notes::attribution(assessment.made_up, &arguments.question.model.options);
    let _ = writeln!(page, "<p class=\"small\">{}</p>\n</main>\n</body>\n</html>", escape(&attribution));
    page
}

/// Five classes around the target: name, upper bound as a share of the target.
const CLASSES: [(&str, f64); 5] = [
    ("less than half of enough", 0.5),
    ("half to three quarters", 0.75),
    ("three quarters to enough", 1.0),
    ("enough to one and a half times", 1.5),
    ("more than that", f64::INFINITY),
];

fn class(level: Option<Level>, target: Level) -> usize {
    let share = level.map(|level| level.get() / target.get().max(1e-9));
    share.map_or(CLASSES.len(), |share| {
        CLASSES.iter().position(|(_, bound)| share < *bound - 1e-9).unwrap_or(CLASSES.len() - 1)
    })
}

fn map(page: &mut String, arguments: &Arguments, assessment: &Assessment, shapes: &Shapes) {
    let lsoas = &assessment.inputs.hierarchy.lsoas;
    let mut drawn: Vec<(&MultiPolygon, usize, String)> = Vec::new();
    for (group, profile) in &assessment.groups {
        let level = profile.level.map_or_else(
            || "no children".to_owned(),
            |level| format!("{} places for every 100 children", words::per_hundred(level)),
        );
        let label = format!("{}: {level}", group.name);
        for &(area, _) in &group.members {
            if let Some(shape) = shapes.lsoas.of(lsoas[assessment.study.areas[area]].code) {
                drawn.push((shape, class(profile.level, arguments.question.target), label.clone()));
            }
        }
    }
    let Some(bounds) = drawn.iter().filter_map(|(shape, ..)| shape.bounding_rect()).reduce(|a, b| {
        geo::Rect::new(
            (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
            (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
        )
    }) else {
        return;
    };
    // Longitudes are drawn shorter by the cosine of the latitude, so that shapes look as on the ground.
    let narrow = bounds.center().y.to_radians().cos();
    let scale = 900.0 / (bounds.width() * narrow).max(bounds.height()).max(1e-9);
    let (width, height) = (bounds.width() * narrow * scale, bounds.height() * scale);
    page.push_str(
        "<h2 id=\"map\">Map</h2>\n<p>The same figures are in the table below.</p>\n<ul class=\"legend\">\n",
    );
    for (index, (name, _)) in CLASSES.iter().enumerate() {
        let _ = writeln!(page, "<li><span class=\"key c{index}\"></span>{name}</li>");
    }
    page.push_str("<li><span class=\"key c5\"></span>no children</li>\n</ul>\n");
    let _ = writeln!(
        page,
        "<svg viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-label=\"Map of places for every 100 children by area\">"
    );
    page.push_str("<defs><pattern id=\"none\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><path d=\"M0 6L6 0\" stroke=\"#505a5f\" stroke-width=\"1\"/></pattern></defs>\n");
    for (shape, class, label) in drawn {
        let mut path = String::new();
        for polygon in shape {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                let mut last = (f64::NAN, f64::NAN);
                for (index, at) in ring.coords().enumerate() {
                    let (x, y) = ((at.x - bounds.min().x) * narrow * scale, (bounds.max().y - at.y) * scale);
                    // Points nearer than half a unit cannot be told apart on the page.
                    if index == 0 || (x - last.0).abs() + (y - last.1).abs() >= 0.7 {
                        let _ = write!(path, "{}{x:.1} {y:.1}", if index == 0 { "M" } else { "L" });
                        last = (x, y);
                    }
                }
                path.push('Z');
            }
        }
        let _ =
            writeln!(page, "<path class=\"c{class}\" d=\"{path}\"><title>{}</title></path>", escape(&label));
    }
    page.push_str("</svg>\n");
}

fn table(page: &mut String, arguments: &Arguments, assessment: &Assessment) {
    page.push_str("<h2>Areas, worst off first</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Areas, worst off first\">\n<table>\n<thead><tr><th scope=\"col\">Area</th><th scope=\"col\">Authority</th>");
    let heads =
        ["Children", "Places", "Places for every 100", "Short by", "Spare", "Enough within (minutes)"];
    for head in heads {
        let _ = write!(page, "<th scope=\"col\" class=\"n\">{head}</th>");
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for (group, profile) in assessment.groups.iter().take(MOST_ROWS) {
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            escape(&group.name),
            escape(&assessment.inputs.hierarchy.name(group.authority)),
            words::count(profile.children.get()),
            words::count(profile.places.get()),
            profile.level.map_or_else(|| "-".to_owned(), words::per_hundred),
            words::at_least(profile.shortfall),
            words::at_least(profile.overlap),
            profile.minutes_to_enough.map_or_else(|| "none".to_owned(), words::minutes),
        );
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
    let more = assessment.groups.len().saturating_sub(MOST_ROWS);
    if more > 0 {
        let _ = writeln!(page, "<p>And {more} areas that are better off; all are in areas.csv.</p>");
    }
    let _ = writeln!(
        page,
        "<p class=\"small\">Figures are within a {}; travel {}.</p>",
        words::journey(&arguments.question),
        escape(&assessment.study.travel)
    );
}
