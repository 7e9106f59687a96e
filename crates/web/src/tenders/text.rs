//! The forms of what a tender says: the whole, and each lot.

use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use enough_commissioning::tenders::{
    Criterion, Formula, Kind, Lot, Reserved, Setup, Tender, Text, Weight, change_tender, tender,
};
use enough_kernel::Pence;
use enough_kernel::words::whole;

use super::{done, seen};
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page, read_moment, typed_moment};

/// How many criteria the form of a lot has room for: those that are there and some more.
const SPARE: usize = 4;

#[derive(Template)]
#[template(path = "tenders/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    /// The version that was seen: whoever did not see a later one does not write over it.
    version: String,
    title: String,
    what: String,
    scale: String,
    questions_until: String,
    closes_at: String,
    starts_on: String,
    months: String,
    extension: String,
    places: String,
    direct: String,
    reserved: Vec<Choice>,
    contact: String,
    because: String,
}

/// Everybody, or some.
fn who_may_bid(chosen: &str) -> Vec<Choice> {
    let all = Choice { key: String::new(), label: "Everybody".to_owned(), on: chosen.is_empty() };
    std::iter::once(all).chain(options::<Reserved>(chosen)).collect()
}

async fn form(
    caller: &Caller,
    id: &str,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    let text = &tender.text;
    let setup = text.framework.as_ref();
    let or = |field: &str, is: String| sent.map_or(is, |sent| sent.get(field).to_owned());
    let title = if mistakes.is_empty() { "Change a tender" } else { "Error: Change a tender" };
    let page_of = Form {
        frame: Frame::new(caller, title),
        mistakes,
        version: or("version", tender.version.to_string()),
        title: or("title", text.title.clone()),
        what: or("what", text.what.clone()),
        scale: or("scale", text.scale.to_string()),
        questions_until: or("questions_until", typed_moment(text.questions_until)),
        closes_at: or("closes_at", typed_moment(text.closes_at)),
        starts_on: or("starts_on", text.starts_on.to_string()),
        months: or("months", text.months.to_string()),
        extension: or("extension", text.extension.to_string()),
        places: or("places", setup.map_or_else(String::new, |setup| setup.places.to_string())),
        direct: or("direct", setup.map_or_else(String::new, |setup| setup.direct.clone())),
        reserved: who_may_bid(&or("reserved", text.reserved.map_or("", Reserved::key).to_owned())),
        contact: or("contact", text.contact.clone()),
        because: or("because", String::new()),
        tender,
    };
    Ok(page(page_of)?.into_response())
}

/// The form.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    form(&caller, &id, None, Mistakes::none()).await
}

/// What the form says, with the lots as they are.
fn read(sent: &Sent, before: &Text) -> Result<Text, Mistakes> {
    let mut mistakes = Mistakes::none();
    let mut wrong = |field: &'static str, what: &str| mistakes.add(field, what);
    let scale = whole(&sent.line("scale")).ok_or_else(|| wrong("scale", "Enter a whole number, such as 5"));
    let months = whole(&sent.line("months"))
        .ok_or_else(|| wrong("months", "Enter months as a whole number, such as 36"));
    let extension = match sent.line("extension").as_str() {
        "" => Ok(0),
        text => whole(text)
            .ok_or_else(|| wrong("extension", "Enter months as a whole number, such as 12, or nothing")),
    };
    let direct = sent.get("direct").trim().to_owned();
    let framework = match sent.line("places").as_str() {
        "" if direct.is_empty() => Ok(None),
        "" => {
            wrong("places", "Say how many bids win each lot at most, or leave the grounds empty, too");
            Err(())
        }
        text => whole(text)
            .map(|places| Some(Setup { places, direct }))
            .ok_or_else(|| wrong("places", "Enter a whole number, such as 6, or nothing")),
    };
    let starts_on = sent
        .line("starts_on")
        .parse::<NaiveDate>()
        .map_err(|_| wrong("starts_on", "Write a date, such as 2027-09-01"));
    let mut at = |field: &'static str| {
        read_moment(&sent.line(field))
            .ok_or_else(|| wrong(field, "Write a date and a time, such as 2027-04-01T12:00"))
    };
    let (questions_until, closes_at) = (at("questions_until"), at("closes_at"));
    let (Ok(scale), Ok(months), Ok(extension), Ok(framework)) = (scale, months, extension, framework) else {
        return Err(mistakes);
    };
    let (Ok(starts_on), Ok(questions_until), Ok(closes_at)) = (starts_on, questions_until, closes_at) else {
        return Err(mistakes);
    };
    Ok(Text {
        title: sent.line("title"),
        what: sent.get("what").trim().to_owned(),
        lots: before.lots.clone(),
        scale,
        // A time that is shown to the minute and was not changed stays what it was to the microsecond.
        questions_until: if typed_moment(before.questions_until) == typed_moment(questions_until) {
            before.questions_until
        } else {
            questions_until
        },
        closes_at: if typed_moment(before.closes_at) == typed_moment(closes_at) {
            before.closes_at
        } else {
            closes_at
        },
        starts_on,
        months,
        extension,
        framework,
        reserved: sent.line("reserved").parse::<Reserved>().ok(),
        contact: sent.line("contact"),
    })
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let (now, _) = tender(authority, &id).await?;
    let text = match read(&sent, &now.text) {
        Ok(text) => text,
        Err(mistakes) => return form(&caller, &id, Some(&sent), mistakes).await,
    };
    let place = (id.as_str(), sent.number("version")?);
    match change_tender(authority, &caller.actor(), place, &text, sent.get("because")).await {
        Ok(()) => done(&caller, &id, "").await,
        Err(error) => {
            let mistakes = told(error, "closes_at")?.without("lot-", "closes_at");
            form(&caller, &id, Some(&sent), mistakes).await
        }
    }
}

/// A row of the form of a lot, as it was typed.
struct Row {
    number: usize,
    kinds: Vec<Choice>,
    asks: String,
    weight: String,
    words: String,
    least: String,
}

#[derive(Template)]
#[template(path = "tenders/lot.html")]
struct LotForm {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    version: String,
    number: i32,
    new: bool,
    title: String,
    ceiling: String,
    formulas: Vec<Choice>,
    costs: bool,
    rows: Vec<Row>,
    because: String,
}

fn rows(sent: Option<&Sent>, lot: Option<&Lot>) -> Vec<Row> {
    let there = lot.map_or(0, |lot| lot.criteria.len());
    let count = sent.map_or(there + SPARE, |sent| {
        (1..=30).filter(|at| !sent.line(&format!("asks-{at}")).is_empty()).max().unwrap_or(0) + SPARE
    });
    let row = |number: usize| {
        let is = lot.and_then(|lot| lot.criteria.get(number - 1));
        let or = |field: &str, is: Option<String>| {
            sent.map_or_else(
                || is.unwrap_or_default(),
                |sent| sent.get(&format!("{field}-{number}")).to_owned(),
            )
        };
        let kind = or("kind", is.map(|one| one.kind.key().to_owned()));
        let count = |count: u32| if count == 0 { String::new() } else { count.to_string() };
        Row {
            number,
            kinds: options::<Kind>(&kind),
            asks: or("asks", is.map(|one| one.asks.clone())),
            weight: or("weight", is.map(|one| one.weight.to_string().trim_end_matches('%').to_owned())),
            words: or("words", is.map(|one| count(one.words))),
            least: or("least", is.map(|one| count(one.least))),
        }
    };
    (1..=count.min(30)).map(row).collect()
}

async fn lot_form(
    caller: &Caller,
    (id, number): (&str, i32),
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    let lot = tender.text.lot(number);
    let new = lot.is_none();
    if new && number != tender.text.lots.len() as i32 + 1 {
        return Err(Problem::NotFound);
    }
    let or = |field: &str, is: String| sent.map_or(is, |sent| sent.get(field).to_owned());
    let money = |amount: Pence| {
        if amount == Pence::default() {
            String::new()
        } else {
            amount.to_string().trim_start_matches('£').to_owned()
        }
    };
    let formula = or("formula", lot.map_or(Formula::Relative, |lot| lot.formula).key().to_owned());
    let title = if mistakes.is_empty() { format!("Lot {number}") } else { format!("Error: Lot {number}") };
    let page_of = LotForm {
        frame: Frame::new(caller, title),
        mistakes,
        version: or("version", tender.version.to_string()),
        number,
        new,
        title: or("title", lot.map_or_else(String::new, |lot| lot.title.clone())),
        ceiling: or("ceiling", lot.map_or_else(String::new, |lot| money(lot.ceiling))),
        formulas: options::<Formula>(&formula),
        costs: sent.map_or_else(|| lot.is_some_and(|lot| lot.costs), |sent| sent.get("costs") == "yes"),
        rows: rows(sent, lot),
        because: or("because", String::new()),
        tender,
    };
    Ok(page(page_of)?.into_response())
}

/// The form of a lot; of a new one under the next number.
pub async fn edit_lot(caller: Caller, Path((id, number)): Path<(String, i32)>) -> Result<Response, Problem> {
    lot_form(&caller, (&id, number), None, Mistakes::none()).await
}

fn read_lot(sent: &Sent, number: i32) -> Result<Lot, Mistakes> {
    let mut mistakes = Mistakes::none();
    let ceiling = sent.line("ceiling").parse::<Pence>().unwrap_or_else(|wrong| {
        mistakes.add("ceiling", wrong.to_string());
        Pence::default()
    });
    let mut criteria = Vec::new();
    for row in 1..=30 {
        let field = |name: &str| sent.line(&format!("{name}-{row}"));
        if field("asks").is_empty() && field("weight").is_empty() {
            continue;
        }
        let count = |text: String| if text.is_empty() { Some(0) } else { whole(&text) };
        let read = (
            field("kind").parse::<Kind>(),
            field("weight").parse::<Weight>(),
            count(field("words")),
            count(field("least")),
        );
        match read {
            (Ok(kind), Ok(weight), Some(words), Some(least)) => {
                criteria.push(Criterion { kind, asks: field("asks"), weight, words, least });
            }
            (_, Err(wrong), ..) => mistakes.add("criteria", format!("Criterion {row}: {wrong}")),
            _ => mistakes.add(
                "criteria",
                format!(
                    "Criterion {row}: choose what it is about, and give words and points as whole numbers"
                ),
            ),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let formula = sent.get("formula").parse().unwrap_or(Formula::Relative);
    let costs = sent.get("costs") == "yes";
    Ok(Lot { number, title: sent.line("title"), ceiling, formula, criteria, costs })
}

/// The form was sent.
pub async fn save_lot(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let lot = match read_lot(&sent, number) {
        Ok(lot) => lot,
        Err(mistakes) => return lot_form(&caller, (&id, number), Some(&sent), mistakes).await,
    };
    let mut text = tender(authority, &id).await?.0.text;
    match text.lots.iter_mut().find(|one| one.number == number) {
        Some(one) => *one = lot,
        None => text.lots.push(lot),
    }
    let place = (id.as_str(), sent.number("version")?);
    match change_tender(authority, &caller.actor(), place, &text, sent.get("because")).await {
        Ok(()) => done(&caller, &id, &format!("#lot-{number}")).await,
        Err(error) => {
            let mut mistakes = told(error, "criteria")?;
            // Why it changes is asked once, for the whole.
            if mistakes.of("because").is_none() {
                let own = ["title", "ceiling", "criteria"];
                mistakes = mistakes.within(&format!("lot-{number}"), &own, "criteria");
            }
            lot_form(&caller, (&id, number), Some(&sent), mistakes).await
        }
    }
}

/// A lot is to be taken away; those after it move up.
pub async fn remove_lot(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let mut text = tender(authority, &id).await?.0.text;
    text.lots.retain(|lot| lot.number != number);
    for (number, lot) in (1..).zip(&mut text.lots) {
        lot.number = number;
    }
    let place = (id.as_str(), sent.number("version")?);
    match change_tender(authority, &caller.actor(), place, &text, sent.get("because")).await {
        Ok(()) => done(&caller, &id, "").await,
        Err(error) => {
            let mistakes = told(error, "criteria")?.only(&["because"], "criteria");
            lot_form(&caller, (&id, number), None, mistakes).await
        }
    }
}
