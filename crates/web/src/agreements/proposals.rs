//! Another value or last day, or an ending: proposed by one, decided by another.

use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use enough_commissioning::agreements::{
    Agreement, Ground, Kind, ProposalKind, Proposed, Terms, answer_proposal, decide_proposal,
    propose as keep, withdraw_proposal,
};
use enough_kernel::Pence;
use enough_store::accounts::Action;

use super::{Typed, done, seen, shown};
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, PAGE, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "agreements/proposal.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    one: Agreement,
    version: String,
    /// Whether the provider proposes it.
    theirs: bool,
    kinds: Vec<Choice>,
    value: String,
    ends_on: String,
    effective_on: String,
    grounds: Vec<Choice>,
    why: String,
    told: String,
    instead: String,
    unsafe_now: String,
}

async fn form(
    caller: &Caller,
    id: &str,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let one = seen(caller, id).await?;
    let own = caller.person().is_some_and(|person| person.organisation == one.organisation);
    if !own && !caller.may(Action::ManageAgreements) {
        return Err(Problem::NotFound);
    }
    let or = |field: &str, is: String| sent.map_or(is, |sent| sent.get(field).to_owned());
    let nothing = String::new;
    let page_of = Form {
        frame: Frame::new(caller, titled("Propose a change or an ending", &mistakes)),
        mistakes,
        version: or("version", one.version.to_string()),
        theirs: own && one.kind != Kind::InHouse,
        kinds: options::<ProposalKind>(&or("kind", ProposalKind::Vary.to_string())),
        value: or("value", one.terms.value.to_string().trim_start_matches('£').to_owned()),
        ends_on: or("ends_on", one.terms.ends_on.to_string()),
        effective_on: or("effective_on", nothing()),
        grounds: options::<Ground>(&or("ground", nothing())),
        why: or("why", nothing()),
        told: or("told", nothing()),
        instead: or("instead", nothing()),
        unsafe_now: or("unsafe_now", nothing()),
        one,
    };
    Ok(page(page_of)?.into_response())
}

/// The form.
pub async fn propose(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    form(&caller, &id, None, Mistakes::none()).await
}

fn read(sent: &Sent, before: &Terms) -> Result<Proposed, Mistakes> {
    let mut mistakes = Mistakes::none();
    let kind = sent.line("kind").parse::<ProposalKind>().unwrap_or(ProposalKind::Vary);
    let value = sent.line("value").parse::<Pence>().map_err(|wrong| mistakes.add("value", wrong.to_string()));
    let mut day = |field: &'static str| {
        let day = sent.line(field).parse::<NaiveDate>();
        day.map_err(|_| mistakes.add(field, "Write a date, such as 2027-04-01".to_owned()))
    };
    let ends_on = day("ends_on");
    // What ends changes on its last day.
    let from = if kind == ProposalKind::End { ends_on } else { day("effective_on") };
    let (Ok(value), Ok(ends_on), Ok(effective_on)) = (value, ends_on, from) else { return Err(mistakes) };
    Ok(Proposed {
        kind,
        after: Terms { value, ends_on, ..*before },
        effective_on,
        ground: sent.line("ground").parse::<Ground>().ok().filter(|_| kind == ProposalKind::End),
        why: sent.get("why").to_owned(),
        told: sent.get("told").to_owned(),
        instead: sent.get("instead").to_owned(),
        unsafe_now: Some(sent.get("unsafe_now").to_owned()).filter(|why| !why.trim().is_empty()),
    })
}

/// The form was sent.
pub async fn proposed(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let one = seen(&caller, &id).await?;
    let proposed = match read(&sent, &one.terms) {
        Ok(proposed) => proposed,
        Err(mistakes) => return form(&caller, &id, Some(&sent), mistakes).await,
    };
    let place = (id.as_str(), sent.number("version")?);
    match keep(caller.app.authority(), &caller.actor(), place, &proposed).await {
        Ok(_) => done(&caller, &id, "#proposal").await,
        Err(error) => form(&caller, &id, Some(&sent), told(error, "value")?).await,
    }
}

/// A proposal is decided.
pub async fn decide(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let agree = match sent.get("step") {
        "agree" => true,
        "turn-down" => false,
        _ => return Err(Problem::Wrong("The form is not complete.".to_owned())),
    };
    let place = (id.as_str(), sent.number("version")?);
    let reason = sent.get("reason");
    match decide_proposal(caller.app.authority(), &caller.actor(), place, (agree, reason)).await {
        Ok(()) => done(&caller, &id, "").await,
        Err(error) => {
            let typed = Typed { reason: reason.to_owned(), ..Typed::default() };
            shown(&caller, &id, typed, told(error, PAGE)?).await
        }
    }
}

/// The provider says what it thinks of a proposal.
pub async fn answer(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let agrees = match sent.get("step") {
        "agree" => true,
        "disagree" => false,
        _ => return Err(Problem::Wrong("The form is not complete.".to_owned())),
    };
    let (place, words) = ((id.as_str(), sent.number("version")?), sent.get("words"));
    match answer_proposal(caller.app.authority(), &caller.actor(), place, (agrees, words)).await {
        Ok(()) => done(&caller, &id, "#proposal").await,
        Err(error) => {
            let typed = Typed { words: words.to_owned(), ..Typed::default() };
            shown(&caller, &id, typed, told(error, PAGE)?).await
        }
    }
}

/// Who proposed it takes it back.
pub async fn withdraw(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let place = (id.as_str(), sent.number("version")?);
    match withdraw_proposal(caller.app.authority(), &caller.actor(), place).await {
        Ok(()) => done(&caller, &id, "").await,
        Err(error) => shown(&caller, &id, Typed::default(), told(error, PAGE)?).await,
    }
}
