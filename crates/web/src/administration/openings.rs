//! The privacy officer's report: records that were opened in an emergency, and the review of each.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_assessments::notes;
use enough_commissioning::direct_payments::case_head;
use enough_store::StoreError;
use enough_store::need_to_know::{Finding, Opening};

use super::Choice;
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::names::Names;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

/// An opening as it is shown.
struct Shown {
    opening: Opening,
    /// The name of who opened it, and whom they work for.
    who: String,
    /// What it is about.
    what: String,
}

#[derive(Template)]
#[template(path = "administration/openings.html")]
struct List {
    frame: Frame,
    openings: Vec<Shown>,
    waiting: usize,
}

/// All openings in words.
async fn shown(caller: &Caller) -> Result<Vec<Shown>, Problem> {
    let authority = caller.app.authority();
    let (openings, names) = (authority.openings().await?, Names::all(caller).await?);
    let heads = notes(authority, None).await?;
    let mut cases = BTreeSet::new();
    for one in openings.iter().filter(|one| one.record.starts_with("direct-payment:")) {
        let id = one.record.trim_start_matches("direct-payment:");
        match case_head(authority, id).await {
            Ok(_) => {
                cases.insert(one.record.clone());
            }
            Err(StoreError::NotFound(_)) => {}
            Err(other) => return Err(other.into()),
        }
    }
    let words = |opening: Opening| {
        let about = heads.iter().find(|head| head.record() == opening.record);
        Shown {
            who: names.of(&opening.person),
            what: match about {
                Some(head) => format!("Confidential note about {}", head.setting_name),
                None if cases.contains(&opening.record) => "Case of a direct payment".to_owned(),
                None => format!("A record that was removed since ({})", opening.record),
            },
            opening,
        }
    };
    Ok(openings.into_iter().map(words).collect())
}

/// The report.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let mut openings = shown(&caller).await?;
    let waiting = openings.iter().filter(|one| one.opening.review.is_none()).count();
    let frame = Frame::of_list(&caller, "Records opened in an emergency", &mut openings);
    Ok(page(List { frame, openings, waiting })?.into_response())
}

#[derive(Template)]
#[template(path = "administration/opening.html")]
struct One {
    frame: Frame,
    mistakes: Mistakes,
    shown: Shown,
    reviewer: String,
    findings: Vec<Choice>,
    remark: String,
}

async fn one(caller: &Caller, id: &str, sent: &Sent, mistakes: Mistakes) -> Result<Response, Problem> {
    let all = shown(caller).await?;
    let shown = all.into_iter().find(|one| one.opening.id == id).ok_or(Problem::NotFound)?;
    let reviewer = match &shown.opening.review {
        Some(review) => caller.app.authority().person(&review.by).await?.name,
        None => String::new(),
    };
    let choice = |finding: &Finding| Choice {
        key: finding.key().to_owned(),
        label: finding.label().to_owned(),
        on: sent.get("finding") == finding.key(),
    };
    let title = if mistakes.is_empty() { "A record opened in an emergency" } else { "Error: Your review" };
    let page_of = One {
        frame: Frame::new(caller, title),
        mistakes,
        shown,
        reviewer,
        findings: Finding::ALL.iter().map(choice).collect(),
        remark: sent.get("remark").to_owned(),
    };
    Ok(page(page_of)?.into_response())
}

/// One opening, with its review or the form for it.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    one(&caller, &id, &Sent::default(), Mistakes::none()).await
}

/// The review was sent.
pub async fn review(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, reviewer) = (caller.app.authority(), &caller.session()?.person);
    let Ok(finding) = sent.get("finding").parse::<Finding>() else {
        let mistakes = Mistakes::one("finding", "Say whether there was reason to open it");
        return one(&caller, &id, &sent, mistakes).await;
    };
    match authority.review_opening(&caller.actor(), reviewer, &id, finding, sent.get("remark")).await {
        Ok(()) => Ok(Redirect::to("/administration/openings").into_response()),
        Err(error) => one(&caller, &id, &sent, refused(error, "remark")?).await,
    }
}
