//! The gap: the answer for the example without one of its nurseries, and with it.

use std::path::Path;
use std::sync::Arc;

use enough_assessments::study::{Inputs, Question, assess, found_with_maps};
use enough_assessments::{AssessError, Data, Found, Snapshot, Unwatched, asked, keep, load, sentence};
use enough_commissioning::intentions::Evidence;

use super::{Done, Round, RoundError};
use crate::AUTHORITY;

/// The answers without and with the nursery.
pub struct Answers {
    /// Of the authority.
    pub name: String,
    pub before: Found,
    pub after: Found,
    /// The name of the nursery, and its places.
    pub nursery: String,
    pub places: i64,
}

/// The register without its last day nursery of 40 to 60 places in the authority: the name and the places of that, and all other lines.
fn without_one(register: &Path, authority: &str) -> Done<(String, i64, Vec<csv::StringRecord>)> {
    let mut reader = csv::Reader::from_path(register).map_err(std::io::Error::other)?;
    let headings = reader.headers().map_err(std::io::Error::other)?.clone();
    let column = |name: &str| headings.iter().position(|heading| heading == name).unwrap_or_default();
    let (kind, name, of, places) =
        (column("Provider subtype"), column("Provider name"), column("Local authority"), column("Places"));
    let rows: Vec<csv::StringRecord> =
        reader.records().collect::<Result<_, _>>().map_err(std::io::Error::other)?;
    let count = |row: &csv::StringRecord| row[places].parse::<i64>().unwrap_or_default();
    let fits = |row: &csv::StringRecord| {
        &row[kind] == "Full day care" && &row[of] == authority && (40..=60).contains(&count(row))
    };
    let at = rows.iter().rposition(fits).ok_or(RoundError::NoNursery)?;
    let mut left = vec![headings];
    let (name, places) = (rows[at][name].to_owned(), count(&rows[at]));
    left.extend(rows.into_iter().enumerate().filter(|(row, _)| *row != at).map(|(_, row)| row));
    Ok((name, places, left))
}

fn answer(question: &Question, data: &Data) -> Done<(String, Found)> {
    let assumed = question.model.assumptions()?;
    let inputs = Arc::new(Inputs::read(data, assumed, &mut Unwatched)?);
    let answer = assess(question, &inputs, &mut Unwatched)?;
    Ok((answer.title.clone(), found_with_maps(question, &answer, data)?))
}

/// Works both answers out.
pub fn answers(folder: &Path) -> Done<Answers> {
    let code = AUTHORITY.parse().map_err(|error| AssessError::Input(format!("{error}")))?;
    let question = Question::about(code)?;
    let data = Data::open(folder, true)?;
    let (name, after) = answer(&question, &data)?;
    let register = data.needed("ofsted")?;
    let (nursery, places, rows) = without_one(register, &name)?;
    let rest = tempfile::tempdir()?;
    let file = rest.path().join(register.file_name().unwrap_or_default());
    crate::table(&file, &rows[0], &rows[1..])?;
    let (_, before) = answer(&question, &data.with(&[("ofsted", file)]))?;
    Ok(Answers { name, before, after, nursery, places })
}

impl Round<'_> {
    /// Keeps an answer; gives it as it is shown.
    pub(super) async fn keep(&self, found: Found) -> Done<Snapshot> {
        let id = keep(&self.authority, self.actor("commissioner"), found).await?;
        Ok(load(&self.authority, &id).await?)
    }
}

/// What an answer says of areas.
pub fn evidence(answer: &Snapshot, codes: &[String]) -> Vec<Evidence> {
    let known = codes.iter().filter_map(|code| answer.area(code));
    let one = known.map(|area| {
        let said = sentence(&answer.answer, area);
        Evidence {
            code: area.code.clone(),
            name: area.name.clone(),
            sentence: said.strip_prefix(&format!("{}: ", area.name)).unwrap_or(&said).to_owned(),
            short: Some(area.shortfall),
            asked: asked(&answer.answer),
        }
    });
    one.collect()
}
