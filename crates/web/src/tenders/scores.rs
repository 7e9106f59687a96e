//! Scoring a bid alone, and moderating the scores of all.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_commissioning::tenders::{
    Content, Declared, Place, Score, State, Submission, SubmissionState, Tender, Weight, add_score, declare,
    evaluation, exclude, indirect_share, lock_scores, moderate as keep_moderation, read_submission,
    scores_for, submissions,
};
use enough_kernel::words::whole;
use enough_store::StoreError;

use super::{organisation_names, people, seen, together};
use crate::administration::Choice;
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// The bids that were opened: who made each.
async fn opened(caller: &Caller, tender: &Tender) -> Result<Vec<(String, Submission)>, Problem> {
    let name = organisation_names(caller).await?;
    let all = submissions(caller.app.authority(), tender).await?;
    let all = all.into_iter().filter(|bid| bid.state == SubmissionState::Opened);
    Ok(all.map(|bid| (together(&name, &bid.organisation, &bid.partners), bid)).collect())
}

#[derive(Template)]
#[template(path = "tenders/scores.html")]
struct Own {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    me: Declared,
    bids: Vec<(String, Submission)>,
    organisations: Vec<Choice>,
}

async fn own_page(caller: &Caller, id: &str, mistakes: Mistakes) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    let judged = evaluation(caller.app.authority(), id).await?;
    let person = &caller.session()?.person.id;
    let me = judged.evaluators.into_iter().find(|one| one.person == *person);
    let me =
        me.ok_or_else(|| Problem::Wrong("You were not named to score the bids for this tender.".to_owned()))?;
    let all = opened(caller, &tender).await?;
    let name = organisation_names(caller).await?;
    let bidders: BTreeSet<&String> = all.iter().flat_map(|(_, bid)| bid.bidders()).collect();
    let choice = |id: &String| Choice { key: id.clone(), label: name(id), on: me.conflicts.contains(id) };
    let mut organisations: Vec<Choice> = bidders.into_iter().map(choice).collect();
    organisations.sort_by(|a, b| a.label.cmp(&b.label));
    let is_tied = |bid: &Submission| bid.bidders().any(|one| me.conflicts.contains(one));
    let bids = all.into_iter().filter(|(_, bid)| !is_tied(bid)).collect();
    let title = if mistakes.is_empty() { "Score the bids" } else { "Error: Score the bids" };
    Ok(page(Own { frame: Frame::new(caller, title), mistakes, tender, me, bids, organisations })?
        .into_response())
}

/// What somebody has to score.
pub async fn own(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    own_page(&caller, &id, Mistakes::none()).await
}

/// Somebody says what ties them to bidders.
pub async fn declared(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let conflicts: BTreeSet<String> = sent.all("organisation").map(str::to_owned).collect();
    match declare(caller.app.authority(), &caller.actor(), &id, &conflicts).await {
        Ok(()) => Ok(Redirect::to(&format!("/tenders/{id}/scores")).into_response()),
        Err(error) => own_page(&caller, &id, told(error, "organisation")?).await,
    }
}

/// Somebody is done.
pub async fn lock(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    match lock_scores(caller.app.authority(), &caller.actor(), &id).await {
        Ok(()) => Ok(Redirect::to(&format!("/tenders/{id}/scores")).into_response()),
        Err(error) => own_page(&caller, &id, told(error, "lock")?).await,
    }
}

/// A question of a bid with what was answered, what others scored, and what is typed.
struct Line {
    field: String,
    label: String,
    asks: String,
    weight: String,
    answer: String,
    others: Vec<(String, u32, String)>,
    points: String,
    reason: String,
}

/// A lot of a bid.
struct LotLines {
    number: i32,
    title: String,
    price: Option<String>,
    /// What the price is made up of, and the share of what the organisation needs to exist, if it was asked.
    costs: Vec<(&'static str, String)>,
    indirect: Option<String>,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "tenders/score.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    submission: String,
    who: String,
    content: Content,
    lots: Vec<LotLines>,
    /// Why it is left out of the comparison, if it is.
    excluded: Option<String>,
    /// Whether this moderates.
    moderates: bool,
    /// Whether scores can be given still.
    open: bool,
}

fn lots_of(
    tender: &Tender,
    content: &Content,
    submission: &str,
    sent: Option<&Sent>,
    is: impl Fn(&Place) -> Option<(u32, String)>,
    others: impl Fn(&Place) -> Vec<(String, u32, String)>,
) -> Vec<LotLines> {
    let mut list = Vec::new();
    for bid in &content.lots {
        let Some(lot) = tender.text.lot(bid.lot) else { continue };
        let line = |(number, one): (i32, &enough_commissioning::tenders::Criterion)| {
            let place = Place { submission: submission.to_owned(), lot: lot.number, criterion: number };
            let (points, reason) =
                is(&place).map_or_else(Default::default, |(points, reason)| (points.to_string(), reason));
            let field = format!("{}-{number}", lot.number);
            let or = |name: &str, is: String| {
                sent.map_or(is, |sent| sent.get(&format!("{name}-{field}")).to_owned())
            };
            Line {
                label: format!("{}.{number}", lot.number),
                asks: one.asks.clone(),
                weight: one.weight.to_string(),
                answer: bid.answers.get(&number).cloned().unwrap_or_default(),
                others: others(&place),
                points: or("points", points),
                reason: or("reason", reason),
                field,
            }
        };
        list.push(LotLines {
            number: lot.number,
            title: lot.title.clone(),
            price: bid.price.map(|price| price.to_string()),
            costs: bid.costs.iter().map(|(cost, part)| (cost.label(), part.to_string())).collect(),
            indirect: indirect_share(&bid.costs).map(|share| Weight::new(share).to_string()),
            lines: lot.scored().map(line).collect(),
        });
    }
    list
}

async fn one(
    caller: &Caller,
    (id, submission): (&str, &str),
    (sent, moderates): (Option<&Sent>, bool),
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let (tender, _) = seen(caller, id).await?;
    let bids = opened(caller, &tender).await?;
    let (who, bid) = bids.into_iter().find(|(_, bid)| bid.id == submission).ok_or(Problem::NotFound)?;
    let person = &caller.session()?.person.id;
    let judged = evaluation(authority, id).await?;
    let own = judged.evaluators.iter().find(|one| one.person == *person);
    if moderates && (tender.moderator.as_deref() != Some(person) || !judged.is_locked()) {
        return Err(Problem::Wrong(
            "Whoever was named to moderate reads the bids here, once every evaluator is done.".to_owned(),
        ));
    }
    if own.is_some_and(|own| bid.bidders().any(|one| own.conflicts.contains(one))) {
        return Err(Problem::Wrong("You said that you have a tie to this bidder.".to_owned()));
    }
    if !moderates && own.is_none_or(|own| own.declared_at.is_none()) {
        return Err(Problem::Wrong(
            "Those who were named to score read the bids, once they have said what ties them to bidders."
                .to_owned(),
        ));
    }
    let content =
        read_submission(authority, &caller.actor(), (submission, person)).await?.ok_or(Problem::Forbidden)?;
    let (names, scores) = (people(caller).await?, scores_for(authority, &tender, person).await?);
    let locked = judged.evaluators.iter().any(|one| one.person == *person && one.locked_at.is_some());
    let is = |place: &Place| {
        if moderates {
            judged.moderated.get(place).map(|one| (one.points, one.reason.clone()))
        } else {
            let own = scores.iter().find(|score| score.place == *place && score.person == *person);
            own.map(|score| (score.points, score.reason.clone()))
        }
    };
    let others = |place: &Place| {
        let of = |score: &&Score| score.place == *place && (moderates || score.person != *person);
        scores
            .iter()
            .filter(of)
            .map(|score| (names.of(&score.person), score.points, score.reason.clone()))
            .collect()
    };
    let lots = lots_of(&tender, &content, submission, sent, is, others);
    let open = tender.state == State::Opened && if moderates { judged.is_locked() } else { !locked };
    let title = format!("{}{who}", if mistakes.is_empty() { "" } else { "Error: " });
    let frame = Frame::new(caller, title);
    Ok(page(One {
        frame,
        mistakes,
        tender,
        submission: bid.id,
        excluded: bid.excluded,
        who,
        content,
        lots,
        moderates,
        open,
    })?
    .into_response())
}

/// Every score that a form gives: what of, how many points, why. What is empty is left out.
fn given(
    sent: &Sent,
    content: &Content,
    tender: &Tender,
    submission: &str,
) -> Result<Vec<(Place, u32, String)>, Mistakes> {
    let (mut list, mut mistakes) = (Vec::new(), Mistakes::none());
    for lot in content.lots.iter().filter_map(|bid| tender.text.lot(bid.lot)) {
        for (criterion, _) in lot.scored() {
            let field = |name: &str| sent.line(&format!("{name}-{}-{criterion}", lot.number));
            let (points, reason) = (field("points"), field("reason"));
            if points.is_empty() && reason.is_empty() {
                continue;
            }
            let place = Place { submission: submission.to_owned(), lot: lot.number, criterion };
            match whole(&points) {
                Some(points) => list.push((place, points, reason)),
                None => {
                    mistakes.add("scores", format!("Question {}.{criterion}: give whole points", lot.number));
                }
            }
        }
    }
    if mistakes.is_empty() { Ok(list) } else { Err(mistakes) }
}

async fn keep(
    caller: &Caller,
    (id, submission): (&str, &str),
    sent: &Sent,
    moderates: bool,
) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let (tender, _) = seen(caller, id).await?;
    let person = &caller.session()?.person.id;
    let content =
        read_submission(authority, &caller.actor(), (submission, person)).await?.ok_or(Problem::Forbidden)?;
    let list = match given(sent, &content, &tender, submission) {
        Ok(list) => list,
        Err(mistakes) => return one(caller, (id, submission), (Some(sent), moderates), mistakes).await,
    };
    for (place, points, reason) in list {
        let score = (points, reason.as_str());
        let done = if moderates {
            keep_moderation(authority, &caller.actor(), (id, &place), score).await
        } else {
            add_score(authority, &caller.actor(), (id, &place), score).await
        };
        if let Err(error) = done {
            let said = match error {
                StoreError::Refused(why) => format!("Question {}.{}: {why}", place.lot, place.criterion),
                other => return Err(other.into()),
            };
            return one(caller, (id, submission), (Some(sent), moderates), Mistakes::one("scores", said))
                .await;
        }
    }
    let back = if moderates { "moderation" } else { "scores" };
    Ok(Redirect::to(&format!("/tenders/{id}/{back}")).into_response())
}

/// A bid to be scored.
pub async fn score(
    caller: Caller,
    Path((id, submission)): Path<(String, String)>,
) -> Result<Response, Problem> {
    one(&caller, (&id, &submission), (None, false), Mistakes::none()).await
}

/// The scores were sent.
pub async fn save(
    caller: Caller,
    Path((id, submission)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Problem> {
    keep(&caller, (&id, &submission), &sent, false).await
}

#[derive(Template)]
#[template(path = "tenders/moderation.html")]
struct Moderation {
    frame: Frame,
    tender: Tender,
    evaluators: Vec<(String, Declared)>,
    bids: Vec<(String, Submission, usize)>,
    locked: bool,
    mine: bool,
}

/// How far everybody is, and the bids to be moderated.
pub async fn moderation(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let (tender, _) = seen(&caller, &id).await?;
    let judged = evaluation(caller.app.authority(), &id).await?;
    let (names, bids) = (people(&caller).await?, opened(&caller, &tender).await?);
    let count = |bid: &Submission| judged.moderated.keys().filter(|place| place.submission == bid.id).count();
    let bids = bids
        .into_iter()
        .map(|(who, bid)| (count(&bid), who, bid))
        .map(|(count, who, bid)| (who, bid, count))
        .collect();
    let locked = judged.is_locked();
    let evaluators = judged.evaluators.into_iter().map(|one| (names.of(&one.person), one)).collect();
    let mine = tender.moderator.as_deref() == Some(caller.session()?.person.id.as_str());
    let frame = Frame::new(&caller, "Moderate the scores");
    Ok(page(Moderation { frame, tender, evaluators, bids, locked, mine })?.into_response())
}

/// A bid whose scores are moderated.
pub async fn moderate(
    caller: Caller,
    Path((id, submission)): Path<(String, String)>,
) -> Result<Response, Problem> {
    one(&caller, (&id, &submission), (None, true), Mistakes::none()).await
}

/// A bid is taken out of the comparison, or back into it.
pub async fn leave_out(
    caller: Caller,
    Path((id, submission)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let why = sent.get("why").trim();
    let why = if sent.get("step") == "back" { None } else { Some(why) };
    match exclude(caller.app.authority(), &caller.actor(), (&id, &submission), why).await {
        Ok(()) => Ok(Redirect::to(&format!("/tenders/{id}/moderation")).into_response()),
        Err(error) => {
            let mistakes = told(error, "why")?;
            one(&caller, (&id, &submission), (None, true), mistakes).await
        }
    }
}

/// The moderated scores were sent.
pub async fn scores_of(
    caller: Caller,
    Path((id, submission)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Problem> {
    keep(&caller, (&id, &submission), &sent, true).await
}
