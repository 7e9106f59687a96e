//! The form of an assessment: of a new case, or of one that is not offered yet.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::direct_payments::{
    Assessment, Case, Every, Ground, State, Terms, add_case, case_head, change_assessment, may_keep_cases,
    open_case,
};
use enough_kernel::Pence;
use enough_store::need_to_know::Access;

use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{CHANGED, Mistakes, told};
use crate::names::Names;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "direct_payments/form.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    id: String,
    version: String,
    reference: String,
    initials: String,
    grounds: Vec<Choice>,
    payee: String,
    needs: String,
    plan: String,
    spending: String,
    support: String,
    amount: String,
    every: Vec<Choice>,
    once: String,
    from: String,
    until: String,
    readers: Vec<Choice>,
}

/// Those who can be named with a case, some of them chosen.
pub(super) async fn people(
    caller: &Caller,
    chosen: &BTreeSet<String>,
    oneself: bool,
) -> Result<Vec<Choice>, Problem> {
    let (names, own) = (Names::all(caller).await?, &caller.session()?.person.id);
    let people = caller.app.authority().people().await?.into_iter();
    let may = people.filter(|one| may_keep_cases(one) || chosen.contains(&one.id));
    let choice = |one: enough_store::accounts::Person| Choice {
        label: names.of(&one.id) + if may_keep_cases(&one) { "" } else { " (cannot read it now)" },
        on: chosen.contains(&one.id),
        key: one.id,
    };
    Ok(may.filter(|one| oneself || one.id != *own).map(choice).collect())
}

fn plain(amount: Pence) -> String {
    amount.to_string().trim_start_matches('£').to_owned()
}

async fn form(
    caller: &Caller,
    of: Option<(&str, i32, &Assessment)>,
    sent: Option<&Sent>,
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let is = of.map(|(.., is)| is);
    let or = |field: &str, is: Option<String>| {
        sent.map_or_else(|| is.unwrap_or_default(), |sent| sent.get(field).to_owned())
    };
    let title = if of.is_some() { "Change the assessment" } else { "Assess for a direct payment" };
    let chosen = sent.into_iter().flat_map(|sent| sent.all("reader")).map(str::to_owned).collect();
    let page_of = Form {
        frame: Frame::new(
            caller,
            if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") },
        ),
        mistakes,
        id: of.map_or_else(String::new, |(id, ..)| id.to_owned()),
        version: or("version", of.map(|(_, version, _)| version.to_string())),
        reference: or("reference", is.map(|is| is.reference.clone())),
        initials: or("initials", is.map(|is| is.initials.clone())),
        grounds: options::<Ground>(&or("ground", is.map(|is| is.ground.to_string()))),
        payee: or("payee", is.map(|is| is.payee.clone())),
        needs: or("needs", is.map(|is| is.needs.clone())),
        plan: or("plan", is.map(|is| is.plan.clone())),
        spending: or("spending", is.map(|is| is.spending.clone())),
        support: or("support", is.map(|is| is.support.clone())),
        amount: or("amount", is.map(|is| plain(is.terms.amount))),
        every: options::<Every>(&or("every", is.map(|is| is.terms.every.to_string()))),
        once: or("once", is.map(|is| plain(is.terms.once)).filter(|once| once != "0")),
        from: or("from", is.map(|is| is.terms.from.to_string())),
        until: or("until", is.map(|is| is.terms.until.to_string())),
        readers: if of.is_some() { Vec::new() } else { people(caller, &chosen, false).await? },
    };
    Ok(page(page_of)?.into_response())
}

fn read(sent: &Sent) -> Result<Assessment, Mistakes> {
    let mut mistakes = Mistakes::none();
    let ground = sent.get("ground").parse::<Ground>();
    let ground = ground.map_err(|_| mistakes.add("ground", "Choose why the family may ask".to_owned()));
    let amount = sent.line("amount").parse::<Pence>();
    let amount = amount.map_err(|wrong| mistakes.add("amount", wrong.to_string()));
    let every = sent.get("every").parse::<Every>();
    let every = every.map_err(|_| mistakes.add("every", "Choose how often it is paid".to_owned()));
    let once = Some(sent.line("once")).filter(|text| !text.is_empty()).map(|text| text.parse::<Pence>());
    let once = once.transpose().map_err(|wrong| mistakes.add("once", wrong.to_string()));
    let mut day = |field: &'static str| {
        let day = sent.line(field).parse::<NaiveDate>();
        day.map_err(|_| mistakes.add(field, "Write a date, such as 2027-04-01".to_owned()))
    };
    let (from, until) = (day("from"), day("until"));
    let (Ok(ground), Ok(amount), Ok(every), Ok(once), Ok(from), Ok(until)) =
        (ground, amount, every, once, from, until)
    else {
        return Err(mistakes);
    };
    let text = |field: &str| sent.get(field).trim().to_owned();
    Ok(Assessment {
        reference: sent.line("reference"),
        initials: sent.line("initials"),
        ground,
        payee: sent.line("payee"),
        needs: text("needs"),
        plan: text("plan"),
        spending: text("spending"),
        support: text("support"),
        terms: Terms { amount, every, once: once.unwrap_or_default(), from, until },
    })
}

/// The empty form.
pub async fn new(caller: Caller) -> Result<Response, Problem> {
    form(&caller, None, None, Mistakes::none()).await
}

/// The form was sent.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let assessment = match read(&sent) {
        Ok(assessment) => assessment,
        Err(mistakes) => return form(&caller, None, Some(&sent), mistakes).await,
    };
    let readers = sent.all("reader").map(str::to_owned).collect();
    match add_case(caller.app.authority(), &caller.actor(), &assessment, &readers).await {
        Ok(id) => Ok(Redirect::to(&format!("/direct-payments/cases/{id}")).into_response()),
        Err(error) => form(&caller, None, Some(&sent), told(error, "needs")?).await,
    }
}

/// The assessment of a case that whoever asks is named with, its version, and whether it can be changed still; nothing where they are not.
async fn changeable(caller: &Caller, id: &str) -> Result<Option<(i32, Assessment, bool)>, Problem> {
    let authority = caller.app.authority();
    case_head(authority, id).await?;
    let person = &caller.session()?.person.id;
    let (access, case) = open_case(authority, &caller.actor(), (id, person)).await?;
    let case = case.filter(|_| access == Access::Named);
    let is_open = |case: &Case| case.head.state == State::Assessed;
    Ok(case.and_then(|case| Some((case.head.version, case.assessment()?.clone(), is_open(&case)))))
}

/// The form of one that is not offered yet.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    match changeable(&caller, &id).await? {
        Some((version, is, true)) => form(&caller, Some((&id, version, &is)), None, Mistakes::none()).await,
        _ => Ok(Redirect::to(&format!("/direct-payments/cases/{id}")).into_response()),
    }
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let to = format!("/direct-payments/cases/{id}");
    let Some((version, is, is_open)) = changeable(&caller, &id).await? else {
        return Ok(Redirect::to(&to).into_response());
    };
    let of = Some((id.as_str(), version, &is));
    if !is_open {
        // What was typed stays to be copied.
        return form(&caller, of, Some(&sent), Mistakes::one("needs", CHANGED)).await;
    }
    let assessment = match read(&sent) {
        Ok(assessment) => assessment,
        Err(mistakes) => return form(&caller, of, Some(&sent), mistakes).await,
    };
    let place = (id.as_str(), sent.number("version")?);
    match change_assessment(caller.app.authority(), &caller.actor(), place, &assessment).await {
        Ok(()) => Ok(Redirect::to(&to).into_response()),
        Err(error) => form(&caller, of, Some(&sent), told(error, "needs")?).await,
    }
}
