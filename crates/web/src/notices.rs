//! The calendar of notices: which is due when, its draft, and which was published on the central platform.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use enough_commissioning::notices::{
    Compliance, Due, Sent as Published, compliance, half_year, notices, sent as keep,
};
use enough_kernel::day_in_england;
use enough_store::accounts::Action;

use crate::caller::Caller;
use crate::commissioning::{Waits, waits};
use crate::form::Sent;
use crate::intentions::day;
use crate::mistakes::{Mistakes, refused};
use crate::problem::Problem;
use crate::publishing::{Process, publish};
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "notices/list.html")]
struct List {
    frame: Frame,
    mistakes: Mistakes,
    /// Not published yet, the first due first.
    due: Vec<Due>,
    /// What may be published and need not.
    optional: Vec<Due>,
    done: Vec<(Due, Published)>,
    /// The half year before this one, and how soon was paid in it.
    half: Option<(NaiveDate, NaiveDate, Compliance)>,
    today: NaiveDate,
    /// The address of the record of a process, without its id.
    records: String,
    manages: bool,
    key: String,
    on: String,
    reference: String,
}

async fn shown(caller: &Caller, typed: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let today = day_in_england(authority.environment().now());
    let mut all = notices(authority).await?;
    all.sort_by_key(|(_, sent)| sent.is_some());
    let title = if mistakes.is_empty() { "Notices" } else { "Error: Notices" };
    let frame = Frame::of_list(caller, title, &mut all);
    let (mut due, mut optional, mut done) = (Vec::new(), Vec::new(), Vec::new());
    for (one, sent) in all {
        match sent {
            Some(sent) => done.push((one, sent)),
            None if one.optional => optional.push(one),
            None => due.push(one),
        }
    }
    let before = half_year(today).and_then(|(first, _)| first.pred_opt()).and_then(half_year);
    let half = match before {
        Some(half) => Some((half.0, half.1, compliance(authority, half).await?)),
        None => None,
    };
    let prefix = &caller.app.settings().ocid_prefix;
    let page_of = List {
        frame,
        mistakes,
        due,
        optional,
        done,
        half,
        today,
        records: format!("/api/v1/ocds/records/{prefix}-{}-", authority.code().to_lowercase()),
        manages: caller.may(Action::PrepareTenders),
        key: typed.line("key"),
        on: typed.line("on"),
        reference: typed.line("reference"),
    };
    Ok(page(page_of)?.into_response())
}

/// The calendar.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    shown(&caller, &Sent::default(), Mistakes::none()).await
}

/// One was published on the central platform.
pub async fn sent(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let Ok(on) = sent.line("on").parse::<NaiveDate>() else {
        return shown(
            &caller,
            &sent,
            Mistakes::one("on", "Write the day on which it was published as 2027-04-01"),
        )
        .await;
    };
    let said = Published { on, reference: sent.line("reference") };
    let key = sent.line("key");
    match keep(caller.app.authority(), &caller.actor(), &key, &said).await {
        Ok(()) => {
            // Releases name the notices that were published.
            let path = key.split_whitespace().nth(1).unwrap_or_default();
            if let Some(id) = path.strip_prefix("/agreements/") {
                publish(&caller, Process::Agreement(id)).await;
            }
            if let Some(id) = path.strip_prefix("/tenders/") {
                publish(&caller, Process::Tender(id)).await;
            }
            if let Some(id) = path.strip_prefix("/intentions/") {
                publish(&caller, Process::Plan(id)).await;
            }
            Ok(Redirect::to("/notices").into_response())
        }
        Err(error) => shown(&caller, &sent, refused(error, "key")?).await,
    }
}

/// That notices are due, for those who publish them.
pub async fn waiting(caller: &Caller) -> Result<Vec<Waits>, Problem> {
    if !caller.may(Action::PrepareTenders) {
        return Ok(Vec::new());
    }
    let all = notices(caller.app.authority()).await?;
    let is_due = |(due, sent): (Due, Option<Published>)| (sent.is_none() && !due.optional).then_some(due);
    let due: Vec<_> = all.into_iter().filter_map(is_due).collect();
    let first = due.iter().filter_map(|one| one.by).min();
    let by = first.map_or_else(String::new, |by| format!(", the first by {}", day(&by)));
    let what = format!("{} not published yet{by}", due.len());
    Ok(if due.is_empty() { Vec::new() } else { vec![waits("Notices", "/notices".to_owned(), what)] })
}
