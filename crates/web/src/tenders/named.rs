//! Who opens, who scores, who moderates: named when a tender is published; who scores can be named again.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_commissioning::codesign::codesign;
use enough_commissioning::tenders::{
    FEWEST_EVALUATORS, FEWEST_OPENERS, Named, Tender, evaluation, has_opener_key, name_judges, publish,
};
use enough_store::accounts::{Action, Person, State};

use super::{done, people, seen};
use crate::administration::Choice;
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "tenders/named.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    openers: Vec<Choice>,
    evaluators: Vec<Choice>,
    moderators: Vec<Choice>,
    fewest: (usize, usize),
    /// The version of the specification that is final, if one is; and why bids are asked for without.
    last: Option<i32>,
    unspecified: String,
}

/// Active people who may do something, as choices.
async fn choices(
    caller: &Caller,
    may: Action,
    chosen: &BTreeSet<String>,
) -> Result<Vec<(Person, Choice)>, Problem> {
    let names = people(caller).await?;
    let all = caller.app.authority().people().await?;
    let all = all.into_iter().filter(|one| one.state == State::Active && may.allows(&one.roles));
    Ok(all
        .map(|one| {
            let choice =
                Choice { key: one.id.clone(), label: names.of(&one.id), on: chosen.contains(&one.id) };
            (one, choice)
        })
        .collect())
}

fn ids(sent: &Sent, field: &str) -> BTreeSet<String> {
    sent.all(field).map(str::to_owned).collect()
}

async fn form(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    let mut openers = Vec::new();
    for (person, mut choice) in choices(caller, Action::OpenBids, &ids(sent, "opener")).await? {
        if !has_opener_key(caller.app.authority(), &person.id).await? {
            choice.label += " (has set no passphrase yet)";
        }
        openers.push(choice);
    }
    let only = |list: Vec<(Person, Choice)>| list.into_iter().map(|(_, choice)| choice).collect();
    let title = if mistakes.is_empty() { "Publish a tender" } else { "Error: Publish a tender" };
    let page_of = Form {
        frame: Frame::new(caller, title),
        mistakes,
        openers,
        evaluators: only(choices(caller, Action::ScoreBids, &ids(sent, "evaluator")).await?),
        moderators: only(choices(caller, Action::PrepareTenders, &ids(sent, "moderator")).await?),
        fewest: (FEWEST_OPENERS, FEWEST_EVALUATORS),
        last: codesign(caller.app.authority(), &tender.intention).await?.last.map(|last| last.version),
        unspecified: sent.get("unspecified").to_owned(),
        tender,
    };
    Ok(page(page_of)?.into_response())
}

/// The form.
pub async fn name(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    form(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// The form was sent: the tender is published.
pub async fn named(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let named = Named {
        openers: ids(&sent, "opener"),
        evaluators: ids(&sent, "evaluator"),
        moderator: sent.line("moderator"),
        unspecified: sent.get("unspecified").to_owned(),
    };
    let place = (id.as_str(), sent.number("version")?);
    match publish(caller.app.authority(), &caller.actor(), place, &named).await {
        Ok(()) => done(&caller, &id, "").await,
        Err(error) => {
            // What the tender itself says is on other pages.
            let own = ["opener", "evaluator", "moderator", "unspecified"];
            form(&caller, &id, &sent, told(error, "opener")?.only(&own, "opener")).await
        }
    }
}

#[derive(Template)]
#[template(path = "tenders/judges.html")]
struct Again {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    evaluators: Vec<Choice>,
    moderators: Vec<Choice>,
    why: String,
}

/// Choices with those who are chosen and may not be any more, marked: they stay until somebody takes them away.
async fn with_chosen(caller: &Caller, may: Action, chosen: BTreeSet<String>) -> Result<Vec<Choice>, Problem> {
    let mut list: Vec<Choice> =
        choices(caller, may, &chosen).await?.into_iter().map(|(_, choice)| choice).collect();
    let names = people(caller).await?;
    for id in chosen {
        if list.iter().all(|choice| choice.key != id) {
            list.push(Choice {
                label: format!("{} (cannot do it any more)", names.of(&id)),
                key: id,
                on: true,
            });
        }
    }
    Ok(list)
}

async fn again(
    caller: &Caller,
    id: &str,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    let judged = evaluation(caller.app.authority(), id).await?;
    let is = judged.evaluators.iter().map(|one| one.person.clone()).collect();
    let evaluators =
        with_chosen(caller, Action::ScoreBids, sent.map_or(is, |sent| ids(sent, "evaluator"))).await?;
    let is = tender.moderator.iter().cloned().collect();
    let moderators =
        with_chosen(caller, Action::PrepareTenders, sent.map_or(is, |sent| ids(sent, "moderator"))).await?;
    let title = if mistakes.is_empty() { "Who judges the bids" } else { "Error: Who judges the bids" };
    let why = sent.map_or_else(String::new, |sent| sent.get("why").to_owned());
    let frame = Frame::new(caller, title);
    Ok(page(Again { frame, mistakes, tender, evaluators, moderators, why })?.into_response())
}

/// The form of who judges.
pub async fn name_again(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    again(&caller, &id, None, Mistakes::none()).await
}

/// The form was sent.
pub async fn named_again(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let place = (id.as_str(), sent.number("version")?);
    let (people, moderator) = (ids(&sent, "evaluator"), sent.line("moderator"));
    let named = (&people, moderator.as_str());
    match name_judges(caller.app.authority(), &caller.actor(), place, named, sent.get("why")).await {
        Ok(()) => done(&caller, &id, "").await,
        Err(error) => again(&caller, &id, Some(&sent), told(error, "evaluator")?).await,
    }
}
