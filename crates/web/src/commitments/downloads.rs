//! Commitments for programs: as JSON with what happened since both agreed, and as a table.

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use enough_plans::commitments::{Commitment, Rating, Side, Step, commitments};
use serde_json::{Value, json};

use super::{Organisations, today};
use crate::answer::csv_of;
use crate::caller::Caller;
use crate::problem::Problem;

/// What everybody sees.
async fn public(caller: &Caller) -> Result<Vec<Commitment>, Problem> {
    let mut all = commitments(caller.app.authority()).await?;
    all.retain(Commitment::is_public);
    Ok(all)
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The key of the rating of a side.
fn rating(one: &Commitment, side: Side) -> Option<&'static str> {
    one.rating(side).and_then(|step| step.said.rating).map(Rating::key)
}

fn step(one: &Commitment, step: &Step, names: &Organisations) -> Value {
    json!({
        "at": moment(step.at),
        "side": step.side,
        "organisation": names.of(one.organisation(step.side)),
        "act": step.act,
        "words": step.said.words,
        "rating": step.said.rating,
        "evidence": step.said.evidence,
        "successor": step.said.successor,
    })
}

/// All public ones with what happened to them since both agreed. People are not named.
pub async fn json(caller: Caller) -> Result<Response, Problem> {
    let (names, today) = (Organisations::all(&caller).await?, today(&caller));
    let side = |one: &Commitment, side: Side, lead: &str| json!({ "organisation": names.of(one.organisation(side)), "lead": lead, "rating": rating(one, side) });
    let write = |one: Commitment| {
        json!({
            "id": one.id,
            "address": format!("{}/commitments/{}", caller.here, one.id),
            "promise": one.text.promise,
            "source": one.text.source,
            "source_on": one.text.source_on.to_string(),
            "made_by": side(&one, Side::Maker, &one.text.maker_lead),
            "made_to": side(&one, Side::Receiver, &one.text.receiver_lead),
            "due_on": one.text.due_on.to_string(),
            "measure": one.text.measure,
            "objective": one.text.objective,
            "state": one.state,
            "is_overdue": one.is_overdue(today),
            "agreed_at": one.agreed_at.map(moment),
            "history": one.since_agreed().iter().map(|of| step(&one, of, &names)).collect::<Vec<_>>(),
        })
    };
    let all: Vec<Value> = public(&caller).await?.into_iter().map(write).collect();
    Ok(Json(json!({ "commitments": all })).into_response())
}

/// All public ones as a table.
pub async fn csv(caller: Caller) -> Result<Response, Problem> {
    let (names, today) = (Organisations::all(&caller).await?, today(&caller));
    let headings = [
        "id",
        "promise",
        "made_by",
        "made_by_lead",
        "made_to",
        "made_to_lead",
        "source",
        "source_on",
        "due_on",
        "measure",
        "objective",
        "state",
        "is_overdue",
        "rating_of_maker",
        "rating_of_receiver",
    ];
    let row = |one: Commitment| {
        [
            one.id.clone(),
            one.text.promise.clone(),
            names.of(&one.made_by),
            one.text.maker_lead.clone(),
            names.of(&one.made_to),
            one.text.receiver_lead.clone(),
            one.text.source.clone(),
            one.text.source_on.to_string(),
            one.text.due_on.to_string(),
            one.text.measure.clone(),
            one.text.objective.as_ref().map_or_else(String::new, ToString::to_string),
            one.state.to_string(),
            one.is_overdue(today).to_string(),
            rating(&one, Side::Maker).unwrap_or_default().to_owned(),
            rating(&one, Side::Receiver).unwrap_or_default().to_owned(),
        ]
    };
    let text = csv_of(headings, public(&caller).await?.into_iter().map(row))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"commitments.csv\""),
    ];
    Ok((headers, text).into_response())
}
