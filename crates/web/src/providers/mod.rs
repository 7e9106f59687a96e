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

impl Line {
    fn says(&self, offer: Offer) -> bool {
        self.is.profile.public && self.is.profile.offers.contains(&offer)
    }
}

/// A part of the market: who provides it.
struct Segment {
    offer: Offer,
    /// How many have an agreement that runs.
    now: usize,
    /// How many would: they say so, and have none.
    would: usize,
    /// How many of each sector, in the order of [`SECTORS`].
    by_sector: [usize; SECTORS.len()],
}

/// The sectors that provide.
const SECTORS: [OrganisationKind; 4] = [
    OrganisationKind::Provider,
    OrganisationKind::Voluntary,
    OrganisationKind::School,
    OrganisationKind::Health,
];

fn segment(offer: Offer, lines: &[Line]) -> Segment {
    let of: Vec<&Line> = lines.iter().filter(|line| line.says(offer)).collect();
    let now = of.iter().filter(|line| line.running > 0).count();
    let by_sector = SECTORS.map(|kind| of.iter().filter(|line| line.is.organisation.kind == kind).count());
    Segment { offer, now, would: of.len() - now, by_sector }
}

#[derive(Template)]
#[template(path = "providers/list.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    /// The market: each segment with how many provide in it now and would, of which sector.
    segments: Vec<Segment>,
    /// How many buy, too.
    buyers: usize,
    offers: Vec<Choice>,
    sectors: Vec<Choice>,
    /// Whether only those are shown who look for partners, or buy, too.
    only: [Choice; 2],
    /// Whether whoever looks keeps a profile.
    own: bool,
    manages: bool,
}

/// The register of providers.
pub async fn list(caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let sent = Sent::read(query.unwrap_or_default().as_bytes());
    let (offer, sector) = (sent.line("offer"), sent.line("sector"));
    let (partners, buys) = (sent.get("partners") == "yes", sent.get("buys") == "yes");
    let (authority, today) = (caller.app.authority(), today(&caller));
    let mut lines = Vec::new();
    for is in providers(authority).await? {
        if is.organisation.kind == OrganisationKind::Authority {
            continue;
        }
        let agreed = agreements_with(authority, &is.organisation.id).await?;
        if is_shown(&is, &agreed) {
            let running = agreed.iter().filter(|one| one.is_signed() && one.terms.ends_on >= today).count();
            lines.push(Line { is, running });
        }
    }
    let segments = Offer::ALL.iter().map(|offer| segment(*offer, &lines)).collect();
    let buyers = lines.iter().filter(|line| line.is.profile.public && line.is.profile.buys).count();
    let is_wanted = |line: &Line| {
        let profile = &line.is.profile;
        (offer.is_empty() || profile.public && profile.offers.iter().any(|one| one.key() == offer))
            && (sector.is_empty() || line.is.organisation.kind.key() == sector)
            && (!partners || profile.public && profile.partners)
            && (!buys || profile.public && profile.buys)
    };
    lines.retain(is_wanted);
    let kinds = options::<OrganisationKind>(&sector).into_iter();
    let kinds = kinds.filter(|one| SECTORS.iter().any(|kind| kind.key() == one.key));
    let any = |label: &str, all: Vec<Choice>| {
        let first = Choice { key: String::new(), label: label.to_owned(), on: false };
        std::iter::once(first).chain(all).collect::<Vec<_>>()
    };
    let page_of = List {
        frame: Frame::of_list(&caller, "Providers", &mut lines),
        lines,
        segments,
        buyers,
        sectors: any("Anybody", kinds.collect()),
        offers: any("Anything", options::<Offer>(&offer)),
        only: [
            Choice { key: "partners".to_owned(), label: "Looks for partners".to_owned(), on: partners },
            Choice { key: "buys".to_owned(), label: "Buys, too".to_owned(), on: buys },
        ],
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
