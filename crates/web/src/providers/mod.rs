//! Providers: who provides and who would; what one says of oneself, once; readiness, interest in plans, and events.

mod events;
mod form;
mod interests;
mod readiness;
mod workforce;

pub use events::{add, book, change, edit, event, follow_up, give_back, list as events, new};
pub use form::{edit as profile, save};
pub use interests::{say, take_back};
pub use readiness::{answered, ask};
pub use workforce::{edit as edit_workforce, list as workforce, save as save_workforce};

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use enough_commissioning::agreements::{Agreement, agreements_with};
use enough_commissioning::providers::{Offer, Provider, Side, profile as kept, providers, questions};
use enough_kernel::day_in_england;
use enough_store::accounts::{Action, OrganisationKind};

use crate::administration::{Choice, options};
use crate::caller::Caller;
use crate::form::Sent;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

fn today(caller: &Caller) -> NaiveDate {
    day_in_england(caller.app.authority().environment().now())
}

/// Whether everybody may see that an organisation provides: it said so, or has an agreement that everybody sees.
fn is_shown(one: &Provider, agreements: &[Agreement]) -> bool {
    one.profile.public || agreements.iter().any(Agreement::is_signed)
}

/// A provider in the register.
struct Line {
    is: Provider,
    /// How many agreements run.
    running: usize,
}

#[derive(Template)]
#[template(path = "providers/list.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    offers: Vec<Choice>,
    partners: bool,
    own: bool,
    manages: bool,
}

/// The register of providers.
pub async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let (offer, partners) = (sent.line("offer"), sent.get("partners") == "yes");
    let (authority, today) = (caller.app.authority(), today(&caller));
    let mut lines = Vec::new();
    for is in providers(authority).await? {
        if is.organisation.kind == OrganisationKind::Authority {
            continue;
        }
        let agreed = agreements_with(authority, &is.organisation.id).await?;
        let wanted = (offer.is_empty()
            || is.profile.public && is.profile.offers.iter().any(|one| one.key() == offer))
            && (!partners || is.profile.public && is.profile.partners);
        if wanted && is_shown(&is, &agreed) {
            let running = agreed.iter().filter(|one| one.is_signed() && one.terms.ends_on >= today).count();
            lines.push(Line { is, running });
        }
    }
    let page_of = List {
        frame: Frame::new(&caller, "Providers"),
        lines,
        offers: options::<Offer>(&offer),
        partners,
        own: caller.may(Action::KeepProfile),
        manages: caller.may(Action::ManageIntentions),
    };
    Ok(page(page_of)?.into_response())
}

#[derive(Template)]
#[template(path = "providers/one.html")]
struct One {
    frame: Frame,
    is: Provider,
    /// What it has agreed, as far as everybody sees it.
    agreements: Vec<Agreement>,
    /// The names of the areas that it works in.
    areas: Vec<(String, String)>,
    today: NaiveDate,
    /// Whether its papers and its readiness may be seen.
    inside: bool,
    /// Its answers about readiness, for those who plan and itself.
    ready: Vec<(String, &'static str)>,
}

/// One provider.
pub async fn show(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let is = kept(authority, &id).await?;
    let mut agreements = agreements_with(authority, &id).await?;
    agreements.retain(Agreement::is_public);
    let own =
        caller.person().is_some_and(|person| person.organisation == id) && caller.may(Action::KeepProfile);
    let inside = own || caller.may(Action::ManageIntentions);
    if !inside && !is_shown(&is, &agreements) {
        return Err(Problem::NotFound);
    }
    let snapshot = caller.app.shown().await?;
    let name = |code: &String| {
        let known = snapshot.as_ref().and_then(|shown| Some(shown.snapshot.area(code)?.name.clone()));
        (code.clone(), known.unwrap_or_else(|| code.clone()))
    };
    let answer = |one: enough_commissioning::providers::Question| {
        (one.question, is.readiness.get(&one.key).map_or("Not answered", |answer| answer.label()))
    };
    let ready = if inside { questions(Side::Provide).into_iter().map(answer).collect() } else { Vec::new() };
    let page_of = One {
        frame: Frame::new(&caller, is.organisation.name.clone()),
        agreements,
        areas: is.profile.areas.iter().map(name).collect(),
        today: today(&caller),
        inside,
        ready,
        is,
    };
    Ok(page(page_of)?.into_response())
}
