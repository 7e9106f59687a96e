//! The steps of a case: a form each, for those who are named with it.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::direct_payments::{
    Act, Answer, Case, Ending, Payment, Review, State, Stop, accept_offer, agree_amount, case_head,
    decline_offer, is_left, name_people, next_state, offer, open_case, pay_family, record, resume,
    review_case, stop, suspend, withdraw_notice,
};
use enough_kernel::{Pence, day_in_england};
use enough_store::accounts::{Person, Role};
use enough_store::need_to_know::Access;
use enough_store::{StoreError, names};

use super::form::people;
use super::number;
use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::intentions::day;
use crate::mistakes::{Mistakes, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

names! {
    /// What can be done with a case, those that lead on first.
    Step {
        Offer = "offer", "Offer it to the family";
        Accept = "accept", "The family agrees";
        Decline = "decline", "The family does not want it";
        Pay = "pay", "Enter a payment";
        Agree = "agree", "Agree to the other amount";
        Review = "review", "Review it";
        Resume = "resume", "Let payments go on";
        Suspend = "suspend", "Suspend payments";
        Undelivered = "undelivered", "The bank sent a payment back";
        Stop = "stop", "Stop or end it";
        Withdraw = "withdraw", "It does not stop after all";
        People = "people", "Say who needs to know";
    }
}

impl Step {
    fn acts(self) -> &'static [Act] {
        match self {
            Self::Offer => &[Act::Offer],
            Self::Accept => &[Act::Accept],
            Self::Decline => &[Act::Decline],
            Self::Pay | Self::Undelivered => &[Act::Pay],
            Self::Agree => &[Act::Agree],
            Self::Withdraw => &[Act::Withdraw],
            Self::Review => &[Act::Review { goes_on: true }],
            Self::Resume => &[Act::Resume],
            Self::Suspend => &[Act::Suspend],
            Self::Stop => &[Act::End],
            Self::People => &[],
        }
    }

    /// Whether it is what the case waits for.
    pub(super) fn leads(self, case: &Case, today: NaiveDate) -> bool {
        match self {
            Self::Offer | Self::Accept | Self::Agree | Self::Review => true,
            Self::Pay => !matches!(case.head.state, State::Suspended | State::Ended),
            Self::Stop => case.head.ended_on.is_some_and(|on| on <= today),
            _ => false,
        }
    }
}

/// What somebody who is named with a case can do now: what their duties forbid is not offered to them.
pub(super) fn ways(case: &Case, person: &Person, today: NaiveDate) -> Vec<Step> {
    let assessed = case.assessed_by().contains(person.id.as_str());
    let approved = case.approved_by().contains(person.id.as_str());
    let accepted = case.accepted_by().contains(person.id.as_str());
    let keeps_going = case.kept_going_by().contains(person.id.as_str());
    let pays = case.paid_by().contains(person.id.as_str());
    let may = |step: &Step| match step {
        Step::People => true,
        Step::Offer if assessed => false,
        Step::Pay
            if assessed || approved || accepted || keeps_going || !person.roles.contains(&Role::Finance) =>
        {
            false
        }
        Step::Agree if assessed || pays || case.proposed().is_none() => false,
        Step::Review | Step::Resume | Step::Withdraw if pays => false,
        Step::Undelivered if pays || case.paid() == Pence::default() => false,
        Step::Stop if assessed && case.head.state == State::Assessed => false,
        Step::Withdraw if case.head.ended_on.is_none() => false,
        step => step.acts().iter().any(|act| next_state(case.head.state, *act).is_ok()),
    };
    let mut list: Vec<Step> = Step::ALL.iter().copied().filter(may).collect();
    let ends = case.head.state != State::Ended && case.head.ended_on.is_some_and(|on| on <= today);
    if ends {
        list.sort_by_key(|step| *step != Step::Stop);
    }
    list
}

#[derive(Template)]
#[template(path = "direct_payments/step.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    step: Step,
    id: String,
    /// The case by what tells nothing of the family.
    number: String,
    version: String,
    /// What was paid, and what is agreed by today.
    paid: Pence,
    agreed: Pence,
    /// What is offered.
    terms: String,
    /// The other amount that waits for somebody who agrees to it.
    proposed: String,
    by: String,
    on: String,
    said_on: String,
    words: String,
    amount: String,
    back: bool,
    reference: String,
    goes_on: Vec<Choice>,
    grounds: Vec<Choice>,
    readers: Vec<Choice>,
}

fn offered(case: &Case) -> String {
    let Some(is) = case.assessment() else { return String::new() };
    let terms = &is.terms;
    let once =
        if terms.once > Pence::default() { format!(", and {} once", terms.once) } else { String::new() };
    let every = terms.every.label().to_lowercase();
    format!("{} {every}{once}, from {} to {}", terms.amount, day(&terms.from), day(&terms.until))
}

async fn form(
    caller: &Caller,
    (case, step): (&Case, Step),
    sent: &Sent,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let is_empty = sent.get("version").is_empty();
    let title = step.label();
    let mut readers: BTreeSet<String> = sent.all("reader").map(str::to_owned).collect();
    if is_empty {
        readers = authority.readers(&record(&case.head.id)).await?;
    }
    let on = if is_empty
        && matches!(step, Step::Pay | Step::Undelivered | Step::Accept | Step::Decline | Step::Agree)
    {
        day_in_england(authority.environment().now()).to_string()
    } else {
        sent.get("on").to_owned()
    };
    let goes_on = [("yes", "Payments go on"), ("no", "Payments are suspended")];
    let choice = |(key, label): (&str, &str)| Choice {
        key: key.to_owned(),
        label: label.to_owned(),
        on: sent.get("goes_on") == key,
    };
    let mut grounds = options::<Stop>(sent.get("ground"));
    grounds.retain(|one| one.key != Stop::Declined.key());
    let page_of = Form {
        frame: Frame::new(
            caller,
            if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") },
        ),
        mistakes,
        step,
        id: case.head.id.clone(),
        number: number(&case.head.id).to_owned(),
        version: if is_empty { case.head.version.to_string() } else { sent.get("version").to_owned() },
        paid: case.paid(),
        agreed: case.agreed_by(day_in_england(authority.environment().now())),
        terms: offered(case),
        proposed: case.proposed().map_or_else(String::new, |(amount, _)| amount.to_string()),
        by: sent.get("by").to_owned(),
        said_on: sent.get("said_on").to_owned(),
        on,
        words: sent.get("words").to_owned(),
        amount: sent.get("amount").to_owned(),
        back: !sent.get("back").is_empty(),
        reference: sent.get("reference").to_owned(),
        goes_on: goes_on.into_iter().map(choice).collect(),
        grounds,
        readers: if step == Step::People { people(caller, &readers, true).await? } else { Vec::new() },
    };
    Ok(page(page_of)?.into_response())
}

/// The case, if whoever asks is named with it, or opened one that is left and names others.
async fn mine(caller: &Caller, id: &str, step: Step) -> Result<Option<Case>, Problem> {
    let authority = caller.app.authority();
    case_head(authority, id).await?;
    let person = &caller.session()?.person.id;
    let may = match authority.access(&record(id), person).await? {
        Access::Named => true,
        Access::Emergency(_) => step == Step::People && is_left(authority, id).await?,
        Access::Closed => false,
    };
    if !may {
        return Ok(None);
    }
    Ok(open_case(authority, &caller.actor(), (id, person)).await?.1)
}

/// The form of a step.
pub async fn step(caller: Caller, Path((id, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let step: Step = name.parse().map_err(|_| Problem::NotFound)?;
    match mine(&caller, &id, step).await? {
        Some(case) => form(&caller, (&case, step), &Sent::default(), Mistakes::none()).await,
        None => Ok(Redirect::to(&format!("/direct-payments/cases/{id}")).into_response()),
    }
}

/// Why a step was not done: what was typed cannot be meant, or a rule says no.
enum Failed {
    Typed(Mistakes),
    Store(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn typed_day(sent: &Sent, field: &'static str) -> Result<NaiveDate, Failed> {
    let wrong = |_| Failed::Typed(Mistakes::one(field, "Write a date, such as 2027-04-01"));
    sent.line(field).parse().map_err(wrong)
}

fn typed_ending(sent: &Sent) -> Result<Ending, Failed> {
    let ground = sent.get("ground").parse::<Stop>();
    let ground = ground.map_err(|_| Failed::Typed(Mistakes::one("ground", "Choose why it stops")))?;
    let asked = match ground {
        Stop::FamilyAsks => Some((sent.line("by"), typed_day(sent, "said_on")?)),
        _ => None,
    };
    Ok(Ending { ground, why: sent.line("words"), asked, last_day: typed_day(sent, "on")? })
}

fn typed_amount(sent: &Sent) -> Result<Pence, Failed> {
    sent.line("amount").parse().map_err(|wrong: enough_kernel::money::NotPounds| {
        Failed::Typed(Mistakes::one("amount", wrong.to_string()))
    })
}

fn typed_review(sent: &Sent) -> Result<Review, Failed> {
    let goes_on = match sent.get("goes_on") {
        "yes" => true,
        "no" => false,
        _ => return Err(Failed::Typed(Mistakes::one("goes_on", "Choose whether payments go on"))),
    };
    let amount = if sent.line("amount").is_empty() { None } else { Some(typed_amount(sent)?) };
    Ok(Review { found: sent.line("words"), amount, goes_on, again_on: typed_day(sent, "on")? })
}

async fn act(caller: &Caller, (id, step): (&str, Step), sent: &Sent, version: i32) -> Result<(), Failed> {
    let (authority, actor, place) = (caller.app.authority(), &caller.actor(), (id, version));
    let words = sent.line("words");
    match step {
        Step::Offer => offer(authority, actor, place).await?,
        Step::Accept | Step::Decline | Step::Agree => {
            let answer = Answer { by: sent.line("by"), on: typed_day(sent, "on")?, words };
            match step {
                Step::Accept => accept_offer(authority, actor, place, &answer).await?,
                Step::Decline => decline_offer(authority, actor, place, &answer).await?,
                _ => agree_amount(authority, actor, place, &answer).await?,
            }
        }
        Step::Pay | Step::Undelivered => {
            let (undelivered, amount) = (step == Step::Undelivered, typed_amount(sent)?);
            let is_back = undelivered || !sent.get("back").is_empty();
            let amount = if is_back { Pence::new(-amount.get()) } else { amount };
            let (paid_on, reference) = (typed_day(sent, "on")?, sent.line("reference"));
            pay_family(authority, actor, place, &Payment { amount, paid_on, reference, undelivered }).await?;
        }
        Step::Withdraw => withdraw_notice(authority, actor, place, &words).await?,
        Step::Review => review_case(authority, actor, place, &typed_review(sent)?).await?,
        Step::Resume => resume(authority, actor, place, &words).await?,
        Step::Suspend => suspend(authority, actor, place, &words).await?,
        Step::Stop => stop(authority, actor, place, &typed_ending(sent)?).await?,
        Step::People => {
            let readers = sent.all("reader").map(str::to_owned).collect();
            name_people(authority, actor, place, &readers).await?;
        }
    }
    Ok(())
}

/// Where else a refusal of a step is told.
fn otherwise(step: Step) -> &'static str {
    match step {
        Step::Offer => "offer",
        Step::People => "reader",
        Step::Pay | Step::Undelivered => "amount",
        _ => "words",
    }
}

/// The form was sent.
pub async fn stepped(
    caller: Caller,
    Path((id, name)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Problem> {
    let step: Step = name.parse().map_err(|_| Problem::NotFound)?;
    let to = format!("/direct-payments/cases/{id}");
    let Some(case) = mine(&caller, &id, step).await? else {
        return Ok(Redirect::to(&to).into_response());
    };
    let mistakes = match act(&caller, (&id, step), &sent, sent.number("version")?).await {
        Ok(()) => return Ok(Redirect::to(&to).into_response()),
        Err(Failed::Typed(mistakes)) => mistakes,
        Err(Failed::Store(error)) => {
            let mistakes = told(error, otherwise(step))?;
            // What is assessed stands in another form.
            if step == Step::Offer { mistakes.only(&[], otherwise(step)) } else { mistakes }
        }
    };
    form(&caller, (&case, step), &sent, mistakes).await
}
