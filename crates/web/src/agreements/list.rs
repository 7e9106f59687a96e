//! The list of agreements: those that run and those that do not, found by name and by when they end; and what waits for whoever looks.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use chrono::{Months, NaiveDate};
use enough_commissioning::agreements::{
    Agreement, Improvement, ImprovementState, Kind, Notes, Phase, Proposal, ProposalState, Reported, State,
    agreements, all_improvements, all_payments, all_proposals, all_reported, reviewed,
};
use enough_kernel::Pence;
use enough_store::accounts::Action;

use super::{NEAR, is_party, today};
use crate::administration::Choice;
use crate::caller::Caller;
use crate::commissioning::{Waits, waits};
use crate::form::Sent;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// How many of a list are shown at once.
const MOST: usize = 200;

/// An agreement in a list.
struct Line {
    is: Agreement,
    with: String,
    phase: Phase,
    paid: Pence,
}

#[derive(Template)]
#[template(path = "agreements/list.html")]
struct List {
    frame: Frame,
    running: Vec<Line>,
    others: Vec<Line>,
    waiting: Vec<Waits>,
    /// How many more there are.
    more: usize,
    near: NaiveDate,
    flags: bool,
    is_filtered: bool,
    text: String,
    ends: Vec<Choice>,
}

/// The agreements that wait for whoever asks.
pub async fn waiting(caller: &Caller) -> Result<Vec<Waits>, Problem> {
    let (authority, today, mut list) = (caller.app.authority(), today(caller), Vec::new());
    let noted = Noted {
        reported: all_reported(authority).await?,
        proposals: all_proposals(authority).await?,
        improvements: all_improvements(authority).await?,
        reviewed: reviewed(authority).await?,
    };
    for one in agreements(authority).await? {
        if is_party(caller, &one) {
            let turns = turns(caller, &one, &noted, today)?;
            list.extend(turns.into_iter().map(|(to, what)| waits(&one.title, to, what)));
        }
    }
    Ok(list)
}

/// What was noted of all agreements, as far as something may wait for it.
struct Noted {
    reported: Reported,
    proposals: Notes<Proposal>,
    improvements: Notes<Improvement>,
    reviewed: BTreeSet<String>,
}

/// What an agreement waits for from whoever asks.
fn turns(
    caller: &Caller,
    one: &Agreement,
    noted: &Noted,
    today: NaiveDate,
) -> Result<Vec<(String, String)>, Problem> {
    let at = |part: &str| format!("/agreements/{}{part}", one.id);
    let manages = caller.may(Action::ManageAgreements);
    let mut list = Vec::new();
    let own = caller.person().is_some_and(|person| person.organisation == one.organisation);
    if one.state == State::Pending && manages && one.agreed.measures.is_empty() {
        list.push((at("/measures"), "Agree what is measured, before it is signed".to_owned()));
    }
    for (measure, periods) in noted.reported.performance(one)? {
        for period in periods.iter().filter(|period| one.is_signed() && period.is_over(today)) {
            let part = format!("/{measure}/{}", period.number);
            match &period.report {
                None if own && caller.may(Action::ReportPerformance) => {
                    let due = crate::intentions::day(&period.due_on);
                    list.push((
                        at(&format!("/reports{part}")),
                        format!("Report indicator {measure} by {due}"),
                    ));
                }
                None if manages && period.is_late(today) => {
                    let since = crate::intentions::day(&period.due_on);
                    list.push((
                        at("#measures"),
                        format!("The report of indicator {measure} is late since {since}"),
                    ));
                }
                Some(report) if manages && report.rated.is_none() => {
                    list.push((
                        at(&format!("/ratings{part}")),
                        format!("Rate the report of indicator {measure}"),
                    ));
                }
                _ => {}
            }
        }
    }
    let open = noted.proposals.about(&one.id).iter().find(|one| one.state == ProposalState::Open);
    if let Some(open) = open {
        let is_mine = caller.person().is_some_and(|person| person.id == open.by);
        if own && open.answer.is_none() && one.kind != Kind::InHouse && caller.may(Action::ReportPerformance)
        {
            let what = open.proposed.kind.label().to_lowercase();
            list.push((at("#proposal"), format!("Say what you think of a proposal: {what}")));
        }
        let is_theirs = own && one.kind != Kind::InHouse;
        if caller.may(Action::DecideAwards) && !is_mine && !is_theirs {
            list.push((at("#proposal"), format!("Decide: {}", open.proposed.kind.label().to_lowercase())));
        }
    }
    for of in noted.improvements.about(&one.id) {
        let to = at(&format!("/improvements/{}", of.number));
        let day = crate::intentions::day(&of.asked.until);
        match of.state() {
            ImprovementState::Open if own && of.answer.is_none() && caller.may(Action::ReportPerformance) => {
                list.push((to, format!("Say what you do to improve by {day}")));
            }
            ImprovementState::Open if manages && !own && today > of.asked.until => {
                list.push((to, format!("Say whether it has improved: it had to by {day}")));
            }
            _ => {}
        }
    }
    if manages && one.phase(today) == Phase::Ended && !noted.reviewed.contains(&one.id) {
        list.push((at("/review"), "Review it: it has ended".to_owned()));
    }
    Ok(list)
}

/// All agreements.
pub async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let (authority, today) = (caller.app.authority(), today(&caller));
    let asked = Sent::read(query.unwrap_or_default().as_bytes());
    let (text, months) = (asked.line("q"), asked.line("ends"));
    let by = months.parse().ok().and_then(|months| today.checked_add_months(Months::new(months)));
    let known = authority.organisations().await?;
    let payments = all_payments(authority).await?;
    let (mut running, mut others) = (Vec::new(), Vec::new());
    for is in agreements(authority).await? {
        if !is.is_public() && !is_party(&caller, &is) {
            continue;
        }
        let with = known.iter().find(|one| one.id == is.organisation).map_or("", |one| &one.name).to_owned();
        let has = |of: &str| of.to_lowercase().contains(&text.to_lowercase());
        let runs = matches!(is.phase(today), Phase::Running | Phase::Ending);
        if !has(&is.title) && !has(&with) || by.is_some_and(|by| !runs || is.terms.ends_on > by) {
            continue;
        }
        let line = Line { with, phase: is.phase(today), paid: payments.spent(&is.id), is };
        if runs { running.push(line) } else { others.push(line) }
    }
    let more = running.len().saturating_sub(MOST) + others.len().saturating_sub(MOST);
    running.truncate(MOST);
    others.truncate(MOST);
    let option =
        |key: &str, label: &str| Choice { key: key.to_owned(), label: label.to_owned(), on: key == months };
    let ends =
        [("", "At any time"), ("3", "Within 3 months"), ("6", "Within 6 months"), ("12", "Within a year")];
    let page_of = List {
        frame: Frame::new(&caller, "Agreements"),
        running,
        others,
        more,
        waiting: waiting(&caller).await?,
        near: today + chrono::TimeDelta::days(NEAR),
        flags: caller.may(Action::SeeFlags),
        is_filtered: !text.is_empty() || by.is_some(),
        text,
        ends: ends.map(|(key, label)| option(key, label)).into(),
    };
    Ok(page(page_of)?.into_response())
}
