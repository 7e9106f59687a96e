//! How bids stand, what is recommended, and what is decided.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_commissioning::tenders::{
    Standing, State, Tender, Winner, compare, decide as keep_decision, evaluation, percent, recommend,
    send_back, submissions, winners,
};
use enough_store::StoreError;

use super::{organisation_names, people, seen, together, works_for_bidder};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// A lot: how the bids stand, and what is typed.
struct LotRows {
    number: i32,
    title: String,
    criteria: Vec<String>,
    rows: Vec<Row>,
    /// The bids in the first place.
    first: Vec<(String, String)>,
    pick: String,
    reason: String,
}

struct Row {
    who: String,
    price: String,
    parts: Vec<String>,
    total: String,
    place: String,
}

/// How the bids stand; why they cannot be compared yet, if they cannot.
async fn lots(
    caller: &Caller,
    tender: &Tender,
    sent: &Sent,
) -> Result<Result<Vec<LotRows>, String>, Problem> {
    let authority = caller.app.authority();
    let standings = match compare(authority, tender).await {
        Ok(standings) => standings,
        Err(StoreError::Refused(why)) => return Ok(Err(why.to_string())),
        Err(other) => return Err(other.into()),
    };
    let (name, bids) = (organisation_names(caller).await?, submissions(authority, tender).await?);
    let who = |one: &Standing| {
        bids.iter()
            .find(|bid| bid.id == one.submission)
            .map_or_else(String::new, |bid| together(&name, &bid.organisation, &bid.partners))
    };
    let row = |one: &Standing| Row {
        who: who(one),
        price: one.price.map_or_else(String::new, |price| price.to_string()),
        parts: one.parts.iter().map(percent).collect(),
        total: percent(&one.total),
        place: match (&one.out, one.place) {
            (Some(why), _) => format!("Cannot win: {why}"),
            (None, place) => place.map_or_else(String::new, |place| place.to_string()),
        },
    };
    let mut list = Vec::new();
    for (number, all) in standings {
        let Some(lot) = tender.text.lot(number) else { continue };
        let setup = tender.text.framework.as_ref();
        let first = if let Some(setup) = setup {
            // All of them win together, named by the first.
            let best = winners(&all, setup.places);
            let names = best.iter().map(|one| who(one)).collect::<Vec<_>>().join("; ");
            best.first().map(|one| (one.submission.clone(), names)).into_iter().collect()
        } else {
            let first = all.iter().filter(|one| one.place == Some(1));
            first.map(|one| (one.submission.clone(), who(one))).collect()
        };
        list.push(LotRows {
            number,
            title: lot.title.clone(),
            criteria: (1..)
                .zip(&lot.criteria)
                .map(|(at, one)| format!("{number}.{at} ({})", one.weight))
                .collect(),
            rows: all.iter().map(row).collect(),
            first,
            pick: sent.all(&format!("winner-{number}")).next().unwrap_or("-").to_owned(),
            reason: sent.get(&format!("reason-{number}")).to_owned(),
        });
    }
    Ok(Ok(list))
}

/// Refuses whoever works for a bidder: what others offered is not theirs to read, whatever their role.
async fn not_for_bidders(caller: &Caller, tender: &Tender) -> Result<(), Problem> {
    if works_for_bidder(caller, tender).await? {
        let what = "Whoever works for a bidder does not read how the bids stand. What became of your own is on the page of the tender.";
        return Err(Problem::Wrong(what.to_owned()));
    }
    Ok(())
}

#[derive(Template)]
#[template(path = "tenders/award.html")]
struct Award {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    lots: Vec<LotRows>,
    why_not: Option<String>,
}

async fn award_page(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    if tender.opened_at.is_none() {
        return Err(Problem::NotFound);
    }
    not_for_bidders(caller, &tender).await?;
    let judged = evaluation(caller.app.authority(), id).await?;
    let own = caller.person().and_then(|person| judged.evaluators.iter().find(|one| one.person == person.id));
    if own.is_some_and(|own| own.locked_at.is_none()) {
        return Err(Problem::Wrong(
            "Lock your scores first: whoever scores does not see prices before.".to_owned(),
        ));
    }
    let (lots, why_not) = match lots(caller, &tender, sent).await? {
        Ok(lots) => (lots, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    let title = if mistakes.is_empty() { "How the bids stand" } else { "Error: How the bids stand" };
    Ok(page(Award { frame: Frame::new(caller, title), mistakes, tender, lots, why_not })?.into_response())
}

/// How the bids stand, with the form that recommends.
pub async fn award(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    award_page(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// The form was sent.
pub async fn recommended(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (tender, _) = seen(&caller, &id).await?;
    let pick = |lot: &enough_commissioning::tenders::Lot| {
        let winner = Some(sent.line(&format!("winner-{}", lot.number))).filter(|winner| !winner.is_empty());
        (lot.number, (winner, sent.get(&format!("reason-{}", lot.number)).to_owned()))
    };
    let picks: BTreeMap<_, _> = tender.text.lots.iter().map(pick).collect();
    let place = (id.as_str(), sent.number("version")?);
    let is_open = |lot: &enough_commissioning::tenders::Lot| {
        matches!(sent.all(&format!("winner-{}", lot.number)).next(), None | Some("-"))
    };
    if let Some(lot) = tender.text.lots.iter().find(|lot| is_open(lot)) {
        let what = format!("Choose who wins lot {}, or nobody", lot.number);
        return award_page(&caller, &id, &sent, Mistakes::one("picks", what)).await;
    }
    match recommend(caller.app.authority(), &caller.actor(), place, &picks).await {
        Ok(()) => Ok(Redirect::to(&format!("/tenders/{id}")).into_response()),
        Err(error) => award_page(&caller, &id, &sent, told(error, "picks")?).await,
    }
}

#[derive(Template)]
#[template(path = "tenders/decide.html")]
struct Decide {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    by: String,
    /// Lot by lot: who wins, and why.
    lots: Vec<(i32, Vec<String>, String)>,
    /// How the bids stand, and those that are left out: who, and why.
    stand: Vec<LotRows>,
    left_out: Vec<(String, String)>,
    no_standstill: String,
    back: String,
}

async fn decide_page(
    caller: &Caller,
    id: &str,
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    not_for_bidders(caller, &tender).await?;
    let name = organisation_names(caller).await?;
    let outcome = tender.outcome.clone().ok_or(Problem::NotFound)?;
    let stand = lots(caller, &tender, sent).await?.unwrap_or_default();
    let left_out = submissions(caller.app.authority(), &tender).await?.into_iter();
    let left_out = left_out
        .filter_map(|bid| Some((together(&name, &bid.organisation, &bid.partners), bid.excluded?)))
        .collect();
    let lots = outcome.lots.into_iter().map(|lot| {
        let who = |one: &Winner| {
            let price = one.price.map_or_else(String::new, |price| format!(", {price}"));
            format!("{}{price}, total {}", together(&name, &one.organisation, &one.partners), one.total)
        };
        let all: Vec<String> = lot.winners.iter().map(who).collect();
        (lot.lot, if all.is_empty() { vec!["Nobody".to_owned()] } else { all }, lot.reason)
    });
    let by = match tender.recommended_by.as_deref() {
        Some(id) => people(caller).await?.of(id),
        None => String::new(),
    };
    let title = if mistakes.is_empty() { "Decide" } else { "Error: Decide" };
    let page_of = Decide {
        frame: Frame::new(caller, title),
        mistakes,
        by,
        lots: lots.collect(),
        stand,
        left_out,
        no_standstill: sent.get("no_standstill").to_owned(),
        back: sent.get("back").to_owned(),
        tender,
    };
    Ok(page(page_of)?.into_response())
}

/// What was recommended, to be decided.
pub async fn decide(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    decide_page(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// It was decided, or goes back.
pub async fn decided(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, actor) = (caller.app.authority(), caller.actor());
    let place = (id.as_str(), sent.number("version")?);
    let (done, field) = if sent.get("step") == "back" {
        (send_back(authority, &actor, place, sent.get("back")).await, "back")
    } else {
        (keep_decision(authority, &actor, place, Some(sent.get("no_standstill"))).await, "step")
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/tenders/{id}")).into_response()),
        Err(error) => decide_page(&caller, &id, &sent, told(error, field)?).await,
    }
}
