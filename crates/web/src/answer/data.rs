//! What the figures are made from: files, how old they are, what is missing, and what of them was not used.

use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike, Utc};
use enough_assessments::{Assessment, Source, parsed};
use enough_kernel::words::{count, plural};
use enough_store::accounts::Action;

use super::newest;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::shown::same_for_all;
use crate::view::{Frame, page};

/// A file of the answer, and how old what is in it is.
struct Row {
    what: String,
    file: String,
    date: String,
    age: String,
}

#[derive(Template)]
#[template(path = "answer/data.html")]
struct Data {
    frame: Frame,
    answer: Assessment,
    files: Vec<Row>,
    /// What could be used and is not there, if the service was given a folder.
    missing: Vec<&'static str>,
    /// Rows that were not used: file, reason, how many; if the service was given a folder.
    rejects: Option<Vec<(String, String, String)>>,
    manage: bool,
}

/// How long ago a date was that says at least its year: `2021-08-31`, `2025-11`, `mid-2020`, `2021`.
fn age(date: &str, now: DateTime<Utc>) -> Option<String> {
    let (text, month) = date.strip_prefix("mid-").map_or((date, None), |rest| (rest, Some(6)));
    let mut parts = text.split('-');
    let year: i32 = parts.next()?.parse().ok()?;
    let month = month.or_else(|| parts.next().and_then(|month| month.parse().ok())).unwrap_or(6);
    let months = (now.year() - year) * 12 + now.month() as i32 - month;
    let (years, months) = (months.max(0) / 12, months.max(0) % 12);
    let years_in_words = plural(years as usize, "year", "years");
    let months_in_words = plural(months as usize, "month", "months");
    Some(match (years, months) {
        (0, 0) => "new".to_owned(),
        (0, _) => months_in_words,
        (_, 0) => years_in_words,
        _ => format!("{years_in_words} and {months_in_words}"),
    })
}

/// The page.
pub async fn show(caller: Caller) -> Result<Response, Problem> {
    let shown = newest(&caller).await?;
    let answer = shown.snapshot.answer.clone();
    let now = caller.app.authority().environment().now();
    let sources: Vec<Source> = parsed(&answer.sources)?;
    let file = |source: Source| {
        let date = source.date.unwrap_or_default();
        Row { what: source.what, file: source.file, age: age(&date, now).unwrap_or_default(), date }
    };
    let (mut missing, mut rejects) = (Vec::new(), None);
    if let Some(desk) = caller.app.desk() {
        let read = desk.read(caller.app.authority()).await?;
        missing = read.data.found().filter(|(_, path)| path.is_none()).map(|(kind, _)| kind.what).collect();
        let name =
            |file: &std::path::Path| file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let told =
            read.inputs.rejects.told().map(|(file, what)| (name(file), what.to_owned(), String::new()));
        let counts = read.inputs.rejects.counts();
        let reject = |((file, reason, is_part), rows): ((&std::path::Path, &str, bool), usize)| {
            let rest = if is_part { " (the rest of the row is used)" } else { "" };
            (name(file), format!("{reason}{rest}"), count(rows as f64))
        };
        rejects = Some(told.chain(counts.into_iter().map(reject)).collect());
    }
    let data = Data {
        frame: Frame::new(&caller, "Data"),
        files: sources.into_iter().map(file).collect(),
        manage: caller.may(Action::ManageData) && caller.app.desk().is_some(),
        missing,
        rejects,
        answer,
    };
    Ok(same_for_all(&shown, page(data)?.into_response()))
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn ages_are_said_in_years_and_months() {
        let now = Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap();
        for (date, words) in [
            ("2021-08-31", "5 years and 3 months"),
            ("2025-11", "1 year"),
            ("mid-2020", "6 years and 5 months"),
            ("2026-11-01", "new"),
            ("2026-10-01", "1 month"),
        ] {
            assert_eq!(age(date, now).as_deref(), Some(words), "{date}");
        }
        assert_eq!(age("", now), None);
    }
}
