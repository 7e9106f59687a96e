//! What the provider is asked to improve: asked, answered, decided.

use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use enough_commissioning::agreements::{
    Agreement, Asked, Cause, Consequence, Followed, IMPROVE_WITHIN, Improvement, ImprovementState, Kind,
    Verdict, answer_improvement, ask_to_improve, decide_improvement, improvements,
};
use enough_commissioning::tenders::tender;
use enough_kernel::Pence;
use enough_store::accounts::Action;

use super::{done, is_party, seen};
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

const WRITE_A_DATE: &str = "Write a date, such as 2027-04-01";

#[derive(Template)]
#[template(path = "agreements/improvement_new.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    one: Agreement,
    version: String,
    causes: Vec<Choice>,
    agreed: String,
    happened: String,
    until: String,
    sooner: String,
}

async fn form(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let one = seen(caller, id).await?;
    let version = Some(sent.line("version")).filter(|version| !version.is_empty());
    let page_of = Form {
        frame: Frame::new(caller, titled("Ask to improve", &mistakes)),
        mistakes,
        version: version.unwrap_or_else(|| one.version.to_string()),
        causes: options::<Cause>(sent.get("cause")),
        agreed: sent.get("agreed").to_owned(),
        happened: sent.get("happened").to_owned(),
        until: sent.line("until"),
        sooner: sent.get("sooner").to_owned(),
        one,
    };
    Ok(page(page_of)?.into_response())
}

/// The form.
pub async fn asking(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    form(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// The provider is asked.
pub async fn ask(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let mut mistakes = Mistakes::none();
    let cause = sent.line("cause").parse::<Cause>();
    let cause = cause.map_err(|_| mistakes.add("cause", "Say what is wrong".to_owned()));
    let until = sent.line("until").parse::<NaiveDate>();
    let until = until.map_err(|_| mistakes.add("until", WRITE_A_DATE.to_owned()));
    let (Ok(cause), Ok(until)) = (cause, until) else { return form(&caller, &id, &sent, mistakes).await };
    let asked = Asked {
        cause,
        agreed: sent.get("agreed").trim().to_owned(),
        happened: sent.get("happened").trim().to_owned(),
        until,
        sooner: sent.get("sooner").trim().to_owned(),
    };
    let place = (id.as_str(), sent.number("version")?);
    match ask_to_improve(caller.app.authority(), &caller.actor(), place, &asked).await {
        Ok(number) => done(&caller, &id, &format!("/improvements/{number}")).await,
        Err(error) => form(&caller, &id, &sent, told(error, "cause")?).await,
    }
}

/// What the authority can do with it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Nothing, or whoever asks may not.
    Nothing,
    /// Decide whether it has improved.
    Decide,
    /// Add what followed from a breach.
    Add,
}

#[derive(Template)]
#[template(path = "agreements/improvement.html")]
struct Shown {
    frame: Frame,
    mistakes: Mistakes,
    one: Agreement,
    is: Improvement,
    version: String,
    /// Whether everybody sees it.
    public: bool,
    /// Whether whoever asks answers for the provider.
    answers: bool,
    turn: Turn,
    /// What was typed into a form that is not there any more.
    lost: String,
    words: String,
    states: Vec<Choice>,
    why: String,
    consequences: Vec<Choice>,
    followed_on: String,
    amount: String,
}

/// Whether the law tells everybody what a provider did not improve: of a public contract.
pub(super) async fn is_public_contract(caller: &Caller, one: &Agreement) -> Result<bool, Problem> {
    let Some(signed) = one.signed_on else { return Ok(false) };
    let tender = match &one.tender {
        Some((id, _)) => Some(tender(caller.app.authority(), id).await?.0),
        None => None,
    };
    Ok(one.is_public_contract(tender.as_ref(), signed))
}

/// Whether it came so far with something to improve that everybody is told, where they are.
pub(super) fn is_told(is: &Improvement) -> bool {
    !is.noticed_on().is_empty()
}

async fn shown(
    caller: &Caller,
    (id, number): (&str, i32),
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let one = seen(caller, id).await?;
    let all = improvements(caller.app.authority(), id).await?;
    let is = all.into_iter().find(|is| is.number == number).ok_or(Problem::NotFound)?;
    let public = is_told(&is) && is_public_contract(caller, &one).await?;
    if !public && !is_party(caller, &one) {
        return Err(Problem::NotFound);
    }
    let own = caller.person().is_some_and(|person| person.organisation == one.organisation);
    let theirs = own && one.kind != Kind::InHouse;
    let keeps = caller.may(Action::ManageAgreements) && !theirs;
    let is_open = is.state() == ImprovementState::Open;
    let version = Some(sent.line("version")).filter(|version| !version.is_empty());
    let states = options::<ImprovementState>(sent.get("state"));
    let page_of = Shown {
        frame: Frame::new(caller, titled("What has to improve", &mistakes)),
        mistakes,
        version: version.unwrap_or_else(|| one.version.to_string()),
        public,
        answers: theirs && is_open && caller.may(Action::ReportPerformance),
        turn: match () {
            () if keeps && is_open => Turn::Decide,
            () if keeps && is.may_follow() => Turn::Add,
            () => Turn::Nothing,
        },
        lost: match () {
            // Somebody has decided meanwhile: what was typed can still be copied.
            () if is_open || is.may_follow() => String::new(),
            () => [sent.get("words"), sent.get("why")].concat(),
        },
        words: match &is.answer {
            Some((words, _)) if sent.get("words").is_empty() => words.clone(),
            _ => sent.get("words").to_owned(),
        },
        states: states.into_iter().filter(|one| one.key != ImprovementState::Open.key()).collect(),
        why: sent.get("why").to_owned(),
        consequences: options::<Consequence>(sent.get("followed")),
        followed_on: sent.line("followed_on"),
        amount: sent.line("amount"),
        one,
        is,
    };
    Ok(page(page_of)?.into_response())
}

/// One of them.
pub async fn improvement(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
) -> Result<Response, Problem> {
    shown(&caller, (&id, number), &Sent::default(), Mistakes::none()).await
}

/// The provider says what it does about it.
pub async fn answer_it(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let place = (id.as_str(), sent.number("version")?);
    let said = (number, sent.get("words"));
    match answer_improvement(caller.app.authority(), &caller.actor(), place, said).await {
        Ok(()) => done(&caller, &id, &format!("/improvements/{number}")).await,
        Err(error) => shown(&caller, (&id, number), &sent, told(error, "words")?).await,
    }
}

fn verdict(sent: &Sent) -> Result<Verdict, Mistakes> {
    let mut mistakes = Mistakes::none();
    let state = sent.line("state").parse::<ImprovementState>();
    let state = state.map_err(|_| mistakes.add("state", "Say what is so now".to_owned()));
    let mut followed = None;
    let is_typed = ["followed_on", "amount"].iter().any(|field| !sent.line(field).is_empty());
    let what = sent.line("followed").parse::<Consequence>();
    if what.is_err() && (is_typed || sent.get("adds") == "yes") {
        mistakes.add("followed", "Say what followed from the breach".to_owned());
    }
    if let Ok(what) = what {
        let on = sent.line("followed_on").parse::<NaiveDate>();
        let on = on.map_err(|_| mistakes.add("followed_on", WRITE_A_DATE.to_owned()));
        let amount = match sent.line("amount").as_str() {
            "" => Ok(Pence::default()),
            text => text.parse::<Pence>().map_err(|wrong| mistakes.add("amount", wrong.to_string())),
        };
        if let (Ok(on), Ok(amount)) = (on, amount) {
            followed = Some(Followed { what, on, amount, added: None });
        }
    }
    match state {
        Ok(state) if mistakes.is_empty() => {
            Ok(Verdict { state, why: sent.get("why").trim().to_owned(), followed })
        }
        _ => Err(mistakes),
    }
}

/// It is decided.
pub async fn decide_it(
    caller: Caller,
    Path((id, number)): Path<(String, i32)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let verdict = match verdict(&sent) {
        Ok(verdict) => verdict,
        Err(mistakes) => return shown(&caller, (&id, number), &sent, mistakes).await,
    };
    let place = (id.as_str(), sent.number("version")?);
    match decide_improvement(caller.app.authority(), &caller.actor(), place, (number, &verdict)).await {
        Ok(()) => done(&caller, &id, &format!("/improvements/{number}")).await,
        Err(error) => {
            let otherwise = if sent.get("adds") == "yes" { "why" } else { "state" };
            shown(&caller, (&id, number), &sent, told(error, otherwise)?).await
        }
    }
}
