//! A round: everybody reads and comments, those who plan answer.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};
use enough_commissioning::codesign::{
    CommentDraft, Design, Outcome, Round, RoundState, Sector, Size, Voice, add_comment, add_round,
    answer as answer_comment, extend_round, respond as publish_response,
};
use enough_commissioning::facts::fact;
use enough_commissioning::intentions::Intention;

use super::{Said, about, said_by, seen, today};
use crate::administration::Choice;
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::publishing::{Process, publish};
use crate::view::{Frame, page};

fn round_of(design: &Design, number: i32) -> Result<&Round, Problem> {
    design.rounds.iter().find(|round| round.number == number).ok_or(Problem::NotFound)
}

/// A date that was typed; a mistake if it is none.
fn date(sent: &Sent, field: &'static str, mistakes: &mut Mistakes) -> NaiveDate {
    sent.line(field).parse().unwrap_or_else(|_| {
        mistakes.add(field, format!("{:?} is not a date; write it as 2027-04-01", sent.line(field)));
        NaiveDate::default()
    })
}

#[derive(Template)]
#[template(path = "codesign/new_round.html")]
struct New {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    opens_on: String,
    closes_on: String,
    short: String,
    days: i64,
}

async fn new_form(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let (plan, _, _) = seen(caller, id).await?;
    let on = today(caller);
    let days = fact("consultation", on).map_or(0, |rule| rule.value);
    let or = |field: &str, after: i64| match sent.line(field) {
        none if none.is_empty() => on
            .checked_add_days(Days::new(after.unsigned_abs()))
            .map_or_else(String::new, |day| day.to_string()),
        typed => typed,
    };
    let title = if mistakes.is_empty() { "Ask for comments" } else { "Error: Ask for comments" };
    let (opens_on, closes_on, short) =
        (or("opens_on", 1), or("closes_on", 1 + days), sent.get("short").to_owned());
    let frame = Frame::new(caller, title);
    Ok(page(New { frame, mistakes, plan, opens_on, closes_on, short, days })?.into_response())
}

/// The form of a new round.
pub async fn new(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    new_form(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// A round is another now: the release of the plan says so.
async fn changed(caller: &Caller, id: &str, number: i32) -> Response {
    publish(caller, Process::Plan(id)).await;
    Redirect::to(&format!("/intentions/{id}/rounds/{number}")).into_response()
}

/// The form was sent.
pub async fn add(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::none();
    let (opens_on, closes_on) =
        (date(&sent, "opens_on", &mut mistakes), date(&sent, "closes_on", &mut mistakes));
    if !mistakes.is_empty() {
        return new_form(&caller, &id, &sent, mistakes).await;
    }
    let when = (opens_on, closes_on, sent.get("short"));
    match add_round(caller.app.authority(), &caller.actor(), &id, when).await {
        Ok(number) => Ok(changed(&caller, &id, number).await),
        Err(error) => new_form(&caller, &id, &sent, refused(error, "opens_on")?).await,
    }
}

#[derive(Template)]
#[template(path = "codesign/round.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    round: Round,
    /// What is said of each paragraph.
    paragraphs: Vec<(i32, bool, String, Vec<Said>)>,
    of_all: Vec<Said>,
    today: NaiveDate,
    /// How many comments wait for an answer.
    waiting: usize,
    plans: bool,
    /// The number of the comment that was just made.
    thanks: Option<i32>,
    closes_on: String,
    response: String,
}

async fn shown(
    caller: &Caller,
    (id, number): (&str, i32),
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (plan, design, plans) = seen(caller, id).await?;
    let round = round_of(&design, number)?.clone();
    let rounds = std::slice::from_ref(&round);
    let paragraph = |one: &enough_commissioning::codesign::Paragraph| {
        let text = one.text.strip_prefix("# ");
        let said = about(rounds, Some(one.id), plans);
        (one.id, text.is_some(), text.unwrap_or(&one.text).to_owned(), said)
    };
    let paragraphs = design.paragraphs(round.version).unwrap_or_default().iter().map(paragraph).collect();
    let title = if mistakes.is_empty() { "Comments" } else { "Error: Comments" };
    let page_of = One {
        frame: Frame::new(caller, format!("{title}: {}", plan.text.title)),
        mistakes,
        paragraphs,
        of_all: about(rounds, None, plans),
        today: today(caller),
        waiting: round.comments.iter().filter(|one| one.answer.is_none()).count(),
        plans,
        thanks: sent.line("comment").parse().ok(),
        closes_on: sent.line("closes_on"),
        response: sent.get("response").to_owned(),
        plan,
        round,
    };
    Ok(page(page_of)?.into_response())
}

/// One round.
pub async fn show(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    shown(&caller, (&id, number), &sent, Mistakes::none()).await
}

#[derive(Template)]
#[template(path = "codesign/comment.html")]
struct CommentForm {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    round: Round,
    paragraph: Option<(i32, String)>,
    text: String,
    sectors: Vec<Choice>,
    sizes: Vec<Choice>,
    areas: Vec<Choice>,
    name: String,
}

async fn comment_form(
    caller: &Caller,
    (id, number): (&str, i32),
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (plan, design, _) = seen(caller, id).await?;
    let round = round_of(&design, number)?.clone();
    let wanted = sent.line("paragraph").parse::<i32>().ok();
    let all = design.paragraphs(round.version).unwrap_or_default();
    let paragraph = all.iter().find(|one| Some(one.id) == wanted);
    let paragraph = paragraph.map(|one| (one.id, one.text.trim_start_matches("# ").to_owned()));
    let choice = |key: &str, label: &str, field: &str| Choice {
        key: key.to_owned(),
        label: label.to_owned(),
        on: sent.get(field) == key,
    };
    let snapshot = caller.app.shown().await?;
    let wards = snapshot.iter().flat_map(|shown| shown.snapshot.areas("ward"));
    let mut areas: Vec<Choice> =
        wards.map(|area| choice(&area.code, &format!("{}, {}", area.name, area.parent), "area")).collect();
    areas.sort_by(|a, b| a.label.cmp(&b.label));
    let title = if mistakes.is_empty() { "Say what you think" } else { "Error: Say what you think" };
    let page_of = CommentForm {
        frame: Frame::new(caller, title),
        mistakes,
        plan,
        round,
        paragraph,
        text: sent.get("text").to_owned(),
        sectors: Sector::ALL.iter().map(|one| choice(one.key(), one.label(), "sector")).collect(),
        sizes: Size::ALL.iter().map(|one| choice(one.key(), one.label(), "size")).collect(),
        areas,
        name: sent.line("name"),
    };
    Ok(page(page_of)?.into_response())
}

/// The form of a comment; about a paragraph, if the address names one.
pub async fn ask(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    comment_form(&caller, (&id, number), &sent, Mistakes::none()).await
}

/// The form was sent.
pub async fn comment(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    seen(&caller, &id).await?;
    let Ok(sector) = sent.get("sector").parse::<Sector>() else {
        let mistakes = Mistakes::one("sector", "Say for whom you speak");
        return comment_form(&caller, (&id, number), &sent, mistakes).await;
    };
    let given = |field: &str| Some(sent.line(field)).filter(|text| !text.is_empty());
    let snapshot = caller.app.shown().await?;
    let is_known = |code: &String| snapshot.as_ref().is_some_and(|shown| shown.snapshot.area(code).is_some());
    let voice = Voice {
        sector,
        size: sent.get("size").parse::<Size>().ok(),
        area: given("area").filter(is_known),
        name: given("name"),
    };
    let paragraph = given("paragraph").map(|text| text.parse::<i32>()).transpose();
    let paragraph = paragraph.map_err(|_| Problem::NotFound)?;
    let draft = CommentDraft { paragraph, text: sent.get("text").to_owned(), voice };
    match add_comment(caller.app.authority(), &caller.actor(), (&id, number), &draft).await {
        Ok(comment) => {
            Ok(Redirect::to(&format!("/intentions/{id}/rounds/{number}?comment={comment}")).into_response())
        }
        Err(error) => {
            let mistakes = refused(error, "text")?;
            comment_form(&caller, (&id, number), &sent, mistakes).await
        }
    }
}

#[derive(Template)]
#[template(path = "codesign/answer.html")]
struct AnswerForm {
    frame: Frame,
    mistakes: Mistakes,
    plan: Intention,
    round: i32,
    said: Said,
    outcomes: Vec<Choice>,
    reason: String,
}

async fn answer_form(
    caller: &Caller,
    (id, number, comment): (&str, i32, i32),
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (plan, design, _) = seen(caller, id).await?;
    let one = round_of(&design, number)?.comments.iter().find(|one| one.number == comment);
    let one = one.ok_or(Problem::NotFound)?.clone();
    let was = one.answer.as_ref().map(|answer| (answer.outcome.key(), answer.reason.as_str()));
    let (outcome, reason) =
        sent.map(|sent| (sent.get("outcome"), sent.get("reason"))).or(was).unwrap_or_default();
    let choice = |one: &Outcome| Choice {
        key: one.key().to_owned(),
        label: one.label().to_owned(),
        on: outcome == one.key(),
    };
    let title = if mistakes.is_empty() { "Answer a comment" } else { "Error: Answer a comment" };
    let page_of = AnswerForm {
        frame: Frame::new(caller, title),
        mistakes,
        plan,
        round: number,
        outcomes: Outcome::ALL.iter().map(choice).collect(),
        reason: reason.to_owned(),
        said: Said { round: number, who: said_by(&one), comment: one },
    };
    Ok(page(page_of)?.into_response())
}

/// The form that answers a comment.
pub async fn reply(
    caller: Caller,
    Path((id, number, comment)): Path<(String, i32, i32)>,
) -> Result<Response, Problem> {
    answer_form(&caller, (&id, number, comment), None, Mistakes::none()).await
}

/// The form was sent.
pub async fn answer(
    caller: Caller,
    Path((id, number, comment)): Path<(String, i32, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let place = (id.as_str(), number, comment);
    let Ok(outcome) = sent.get("outcome").parse::<Outcome>() else {
        let mistakes = Mistakes::one("outcome", "Say what becomes of it");
        return answer_form(&caller, place, Some(&sent), mistakes).await;
    };
    match answer_comment(caller.app.authority(), &caller.actor(), place, outcome, sent.get("reason")).await {
        Ok(()) => Ok(Redirect::to(&format!("/intentions/{id}/rounds/{number}#comment-{number}-{comment}"))
            .into_response()),
        Err(error) => {
            let mistakes = refused(error, "reason")?;
            answer_form(&caller, place, Some(&sent), mistakes).await
        }
    }
}

/// The last day of a round is to be a later one.
pub async fn extend(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::none();
    let closes_on = date(&sent, "closes_on", &mut mistakes);
    if !mistakes.is_empty() {
        return shown(&caller, (&id, number), &sent, mistakes).await;
    }
    match extend_round(caller.app.authority(), &caller.actor(), (&id, number), closes_on).await {
        Ok(()) => Ok(changed(&caller, &id, number).await),
        Err(error) => shown(&caller, (&id, number), &sent, refused(error, "closes_on")?).await,
    }
}

/// What came of a round is to be published.
pub async fn respond(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    match publish_response(caller.app.authority(), &caller.actor(), (&id, number), sent.get("response")).await
    {
        Ok(()) => Ok(changed(&caller, &id, number).await),
        Err(error) => shown(&caller, (&id, number), &sent, refused(error, "response")?).await,
    }
}
