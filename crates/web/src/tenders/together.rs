//! An organisation agrees to bid together with another: it gets a code for the one that sends the bid.

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_commissioning::providers::providers;
use enough_commissioning::tenders::{Tender, partner_code};
use enough_store::accounts::OrganisationKind;

use super::{now, own_organisation, seen};
use crate::administration::Choice;
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, titled, told};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "tenders/together.html")]
struct Together {
    frame: Frame,
    mistakes: Mistakes,
    tender: Tender,
    open: bool,
    /// The organisations that let themselves be found.
    leads: Vec<Choice>,
    /// Who the code is for, and the code, once it was asked for.
    code: Option<(String, String)>,
}

async fn form(
    caller: &Caller,
    id: &str,
    (chosen, code): (&str, Option<String>),
    mistakes: Mistakes,
) -> Result<Response, Problem> {
    let (tender, _) = seen(caller, id).await?;
    let own = own_organisation(caller)?;
    let all = providers(caller.app.authority()).await?.into_iter();
    let can = all.filter(|one| one.profile.public && one.organisation.kind != OrganisationKind::Authority);
    let nobody = Choice { key: String::new(), label: "Choose".to_owned(), on: chosen.is_empty() };
    let others = can.map(|one| one.organisation).filter(|of| of.id != own).map(|of| Choice {
        on: of.id == chosen,
        key: of.id,
        label: of.name,
    });
    let leads: Vec<Choice> = std::iter::once(nobody).chain(others).collect();
    let name = leads.iter().find(|one| one.on).map_or_else(String::new, |one| one.label.clone());
    let page_of = Together {
        frame: Frame::new(caller, titled("Bid together with another", &mistakes)),
        open: tender.takes_bids(now(caller)),
        code: code.map(|code| (name, code)),
        mistakes,
        tender,
        leads,
    };
    Ok(page(page_of)?.into_response())
}

/// The form.
pub async fn together(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    form(&caller, &id, ("", None), Mistakes::none()).await
}

/// Somebody agrees: the page that answers has the code.
pub async fn give_code(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let lead = sent.line("lead");
    match partner_code(caller.app.authority(), &caller.actor(), &id, &lead).await {
        Ok(code) => form(&caller, &id, (&lead, Some(code)), Mistakes::none()).await,
        Err(error) => form(&caller, &id, (&lead, None), told(error, "lead")?).await,
    }
}
