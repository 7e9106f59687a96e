//! The specification: what it says, what it said, and the form in which it is written.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::codesign::{
    Change, Design, Difference as Changed, Paragraph, Round, Sector, codesign, differences,
    freeze as make_final, heard, save_text, whole,
};
use enough_commissioning::intentions::{Intention, State};
use enough_store::StoreError;

use super::{Said, about, seen, today};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// The fewest young people whose number is said.
const FEWEST: usize = 5;

#[derive(Template)]
#[template(path = "codesign/specification.html")]
struct Specification {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    design: Design,
    /// The version that is shown, and the one it is compared with.
    version: i32,
    against: i32,
    paragraphs: Vec<(Shown, Vec<Said>)>,
    of_all: Vec<Said>,
    today: NaiveDate,
    heard: Vec<(String, String)>,
    plans: bool,
    unasked: String,
}

/// A paragraph as it is shown: its words, changed or not.
pub struct Shown {
    /// Its number.
    pub id: i32,
    /// Whether it is a heading.
    pub heading: bool,
    /// Its words.
    pub words: Vec<Change>,
}

fn unmarked(text: &str) -> (bool, String) {
    text.strip_prefix("# ").map_or_else(|| (false, text.to_owned()), |text| (true, text.to_owned()))
}

fn plain(one: &Paragraph) -> Shown {
    let (heading, text) = unmarked(&one.text);
    Shown { id: one.id, heading, words: vec![Change::Kept(text)] }
}

fn compared(one: Changed) -> Shown {
    Shown { id: one.id, heading: false, words: one.words }
}

/// Who was heard, in words: so many of each. Of fewer than five young people it is not said how many.
fn who(rounds: &[Round], area: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let (sectors, sizes, areas) = heard(rounds);
    let count = |sector: Sector, count: usize| match sector {
        Sector::Young if count < FEWEST => format!("fewer than {FEWEST}"),
        _ => count.to_string(),
    };
    let mut list: Vec<_> =
        sectors.into_iter().map(|(sector, n)| (sector.label().to_owned(), count(sector, n))).collect();
    list.extend(
        sizes
            .into_iter()
            .map(|(size, n)| (format!("Organisations: {}", size.label().to_lowercase()), n.to_string())),
    );
    list.extend(areas.into_iter().map(|(code, n)| (format!("About {}", area(&code)), n.to_string())));
    list
}

async fn shown(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let (plan, design, plans) = seen(caller, id).await?;
    let number = |name: &str, otherwise: i32| match sent.line(name) {
        none if none.is_empty() => Ok(otherwise),
        text => text.parse::<i32>().map_err(|_| Problem::NotFound),
    };
    let (version, against) = (number("version", design.version())?, number("against", 0)?);
    let empty: &[Paragraph] = &[];
    let of = |number: i32| match number {
        0 => Ok(empty),
        number => design.paragraphs(number).ok_or(Problem::NotFound),
    };
    let shown: Vec<Shown> = if against == 0 {
        of(version)?.iter().map(plain).collect()
    } else {
        differences(of(against)?, of(version)?).into_iter().map(compared).collect()
    };
    let paragraphs = shown
        .into_iter()
        .map(|one| (about(&design.rounds, Some(one.id), plans), one))
        .map(|(said, one)| (one, said));
    let paragraphs = paragraphs.collect();
    let of_all = about(&design.rounds, None, plans);
    let snapshot = caller.app.shown().await?;
    let area = |code: &str| {
        let known = snapshot.as_ref().and_then(|shown| Some(shown.snapshot.area(code)?.name.clone()));
        known.unwrap_or_else(|| code.to_owned())
    };
    let heard = who(&design.rounds, area);
    let title = if mistakes.is_empty() { "Specification" } else { "Error: Specification" };
    let frame = Frame::new(caller, format!("{title}: {}", plan.text.title));
    let unasked = sent.get("unasked").to_owned();
    let today = today(caller);
    let page_of = Specification {
        frame,
        mistakes,
        plan,
        design,
        version,
        against,
        paragraphs,
        of_all,
        today,
        heard,
        plans,
        unasked,
    };
    Ok(page(page_of)?.into_response())
}

/// The specification of a plan.
pub async fn specification(
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    shown(&caller, &id, &Sent::read(query.unwrap_or_default().as_bytes()), Mistakes::none()).await
}

#[derive(Template)]
#[template(path = "codesign/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    version: i32,
    text: String,
    because: String,
}

async fn form(
    caller: &Caller,
    id: &str,
    (version, text, because): (i32, String, String),
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (plan, _, _) = seen(caller, id).await?;
    let title =
        if mistakes.is_empty() { "Write the specification" } else { "Error: Write the specification" };
    let frame = Frame::new(caller, title);
    Ok(page(Form { frame, mistakes, plan, version, text, because })?.into_response())
}

/// The form with the newest version.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let (_, design, _) = seen(&caller, &id).await?;
    let text = design.versions.last().map_or_else(String::new, |version| whole(&version.paragraphs));
    form(&caller, &id, (design.version(), text, String::new()), Mistakes::none()).await
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let seen: i32 = sent.number("version")?;
    let (text, because) = (sent.get("text"), sent.get("because"));
    match save_text(authority, &caller.actor(), (&id, seen), (text, because)).await {
        Ok(_) => Ok(Redirect::to(&format!("/intentions/{id}/specification")).into_response()),
        Err(StoreError::Conflict { now, .. }) => {
            let what = format!(
                "Somebody else saved version {now} while you were typing. Compare with it in another window, then save again"
            );
            form(&caller, &id, (now, text.to_owned(), because.to_owned()), Mistakes::one("text", what)).await
        }
        Err(error) => {
            let mistakes = refused(error, "text")?;
            form(&caller, &id, (seen, text.to_owned(), because.to_owned()), mistakes).await
        }
    }
}

/// The newest version is to be final.
pub async fn freeze(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let seen: i32 = sent.number("seen")?;
    match make_final(authority, &caller.actor(), (&id, seen), sent.get("unasked")).await {
        Ok(()) => Ok(Redirect::to(&format!("/intentions/{id}/specification")).into_response()),
        Err(StoreError::Conflict { .. }) => {
            let now = codesign(authority, &id).await?.version();
            let what = format!("Somebody else saved version {now} meanwhile. Read it first");
            shown(&caller, &id, &sent, Mistakes::one("unasked", what)).await
        }
        Err(error) => shown(&caller, &id, &sent, refused(error, "unasked")?).await,
    }
}
