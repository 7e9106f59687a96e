//! A report of a period by the provider, and its rating by the commissioner.

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_commissioning::agreements::{
    Agreement, Measure, Period, Rating, performance as measured, rate as keep_rating, report as keep_report,
};
use enough_plans::{Better, Unit};

use super::{done, seen, today};
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, titled, told};
use crate::objectives::read_figure;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

type Place = (String, i32, i32);

/// The measure and the period that an address names.
async fn find(
    caller: &Caller,
    (id, measure, period): &Place,
) -> Result<(Agreement, Measure, Period), Problem> {
    let one = seen(caller, id).await?;
    let of = one.measure(*measure).ok_or(Problem::NotFound)?.clone();
    let mut all = measured(caller.app.authority(), &one).await?;
    let list = all.remove(measure).unwrap_or_default();
    let period = list.into_iter().find(|one| one.number == *period).ok_or(Problem::NotFound)?;
    Ok((one, of, period))
}

#[derive(Template)]
#[template(path = "agreements/report.html")]
struct ReportForm {
    frame: Frame,
    mistakes: Mistakes,
    one: Agreement,
    measure: Measure,
    period: Period,
    hint: &'static str,
    /// The number of the newest report that whoever reports has seen.
    seen: String,
    value: String,
    out_of: String,
    note: String,
}

async fn report_form(
    caller: &Caller,
    place: &Place,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (one, measure, period) = find(caller, place).await?;
    let own = caller.person().is_some_and(|person| person.organisation == one.organisation);
    if !own || !one.is_signed() || !period.is_over(today(caller)) {
        return Err(Problem::NotFound);
    }
    let last = period.report.as_ref();
    let or = |field: &str, is: Option<String>| {
        sent.map_or_else(|| is.unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let page_of = ReportForm {
        frame: Frame::new(caller, titled("Report what was measured", &mistakes)),
        mistakes,
        hint: match measure.unit {
            Unit::ShareOfChildren => "How many children",
            unit => unit.label(),
        },
        seen: or("seen", Some(last.map_or(0, |last| last.number).to_string())),
        value: or("value", last.map(|last| last.reading.value.to_string())),
        out_of: or("out_of", last.and_then(|last| last.reading.out_of).map(|all| all.to_string())),
        // What there is to say of a correction is something else.
        note: or("note", None),
        one,
        measure,
        period,
    };
    Ok(page(page_of)?.into_response())
}

/// The form of a report.
pub async fn report(caller: Caller, Path(place): Path<Place>) -> Result<Response, Problem> {
    report_form(&caller, &place, None, Mistakes::none()).await
}

/// A report was sent.
pub async fn reported(caller: Caller, Path(place): Path<Place>, sent: Sent) -> Result<Response, Problem> {
    let reading = match read_figure(&sent, ("value", "out_of")) {
        Ok(reading) => reading,
        Err(mistakes) => return report_form(&caller, &place, Some(&sent), mistakes).await,
    };
    let (authority, actor) = (caller.app.authority(), caller.actor());
    let of = (place.0.as_str(), place.1, place.2);
    match keep_report(authority, &actor, of, sent.number("seen")?, reading, sent.get("note")).await {
        Ok(()) => done(&caller, &place.0, "#measures").await,
        Err(error) => report_form(&caller, &place, Some(&sent), told(error, "value")?).await,
    }
}

#[derive(Template)]
#[template(path = "agreements/rating.html")]
struct RatingForm {
    frame: Frame,
    mistakes: Mistakes,
    one: Agreement,
    measure: Measure,
    period: Period,
    /// What was reported, and in which report.
    said: String,
    seen: i32,
    reached: bool,
    ratings: Vec<Choice>,
    reason: String,
}

async fn rating_form(
    caller: &Caller,
    place: &Place,
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (one, measure, period) = find(caller, place).await?;
    let report = period.report.clone().ok_or(Problem::NotFound)?;
    let unit: Unit = measure.unit;
    let page_of = RatingForm {
        frame: Frame::new(caller, titled("Rate a report", &mistakes)),
        mistakes,
        said: unit.tell(report.reading),
        seen: report.number,
        reached: measure.better.is_reached(unit.figure(report.reading), measure.target),
        ratings: options::<Rating>(&sent.line("rating")),
        reason: sent.get("reason").to_owned(),
        one,
        measure,
        period,
    };
    Ok(page(page_of)?.into_response())
}

/// The form of a rating.
pub async fn rating(caller: Caller, Path(place): Path<Place>) -> Result<Response, Problem> {
    rating_form(&caller, &place, &Sent::default(), Mistakes::none()).await
}

/// A rating was sent.
pub async fn rate(caller: Caller, Path(place): Path<Place>, sent: Sent) -> Result<Response, Problem> {
    let Ok(rating) = sent.line("rating").parse::<Rating>() else {
        let mistakes = Mistakes::one("rating", "Choose how well it was done");
        return rating_form(&caller, &place, &sent, mistakes).await;
    };
    let of = (place.0.as_str(), place.1, place.2);
    let rated = (rating, sent.get("reason"));
    match keep_rating(caller.app.authority(), &caller.actor(), of, sent.number("seen")?, rated).await {
        Ok(()) => done(&caller, &place.0, "#measures").await,
        Err(error) => rating_form(&caller, &place, &sent, told(error, "rating")?).await,
    }
}
