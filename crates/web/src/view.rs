//! What every page has round its content: title, who is signed in, where one can go.

use askama::Template;
use axum::response::Html;
use chrono::{DateTime, NaiveDateTime, Utc};
use enough_kernel::{clocks_in_england, moment_in_england};
use enough_store::accounts::Action;

use crate::assets;
use crate::caller::Caller;
use crate::pages::{Pages, cut};
use crate::problem::Problem;

/// A link in the navigation.
pub struct Way {
    /// Where it leads.
    pub to: &'static str,
    /// What it says.
    pub label: &'static str,
    /// Whether this page is under it.
    pub here: bool,
}

/// What the layout needs.
pub struct Frame {
    /// The title of the page.
    pub title: String,
    /// The name of the authority.
    pub service: String,
    /// The name of the styles.
    pub styles: &'static str,
    /// Whether all this is a demonstration.
    pub demonstration: bool,
    /// The name of whoever is signed in.
    pub name: Option<String>,
    /// The navigation.
    pub ways: Vec<Way>,
    /// How many records that were opened in an emergency wait for a review by whoever asks.
    pub waiting: u64,
    /// Where the rows before and after those of a list are.
    pub pages: Pages,
}

impl Frame {
    /// The frame of a page for a caller.
    pub fn new(caller: &Caller, title: impl Into<String>) -> Self {
        let settings = caller.app.settings();
        let mut ways = vec![
            ("/sufficiency", "Sufficiency"),
            ("/areas", "Areas"),
            ("/settings", "Settings"),
            ("/markets", "Markets"),
            ("/intentions", "Plans"),
            ("/commissioning", "Commissioning"),
            ("/objectives", "Objectives"),
            ("/commitments", "Commitments"),
        ];
        if caller.person().is_some() {
            ways.push(("/patches", "Patches"));
            if caller.may(Action::KeepNotes) {
                ways.push(("/notes", "Notes"));
            }
            if caller.may(Action::KeepDirectPayments) {
                ways.push(("/direct-payments/cases", "Direct payments"));
            }
            if [Action::ManagePeople, Action::ReadAuditLog, Action::SeeJobs]
                .iter()
                .any(|action| caller.may(*action))
            {
                ways.push(("/administration", "Administration"));
            }
            ways.push(("/account", "Your account"));
        }
        let ways = ways.into_iter().map(|(to, label)| Way {
            to,
            label,
            here: is_under(&caller.path, to)
                || to == "/commissioning" && STEPS.iter().any(|step| is_under(&caller.path, step)),
        });
        Self {
            title: title.into(),
            service: settings.name.clone(),
            styles: assets::STYLES,
            demonstration: settings.demonstration,
            name: caller.person().map(|person| person.name.clone()),
            ways: ways.collect(),
            waiting: caller.waiting,
            pages: Pages::default(),
        }
    }

    /// The frame of a list, of which it leaves the rows of the page that is asked for.
    pub fn of_list<T>(caller: &Caller, title: impl Into<String>, list: &mut Vec<T>) -> Self {
        Self { pages: cut(caller, list), ..Self::new(caller, title) }
    }
}

/// As many of what waits for somebody are shown; done, they make room for others.
pub const MOST_WAITING: usize = 50;

/// The pages that are under commissioning.
const STEPS: [&str; 13] = [
    "/agreements",
    "/calls",
    "/contracts",
    "/direct-payments",
    "/events",
    "/flags",
    "/frameworks",
    "/funds",
    "/notices",
    "/profile",
    "/providers",
    "/readiness",
    "/tenders",
];

fn is_under(path: &str, way: &str) -> bool {
    path.strip_prefix(way).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A page.
pub fn page(template: impl Template) -> Result<Html<String>, Problem> {
    Ok(Html(template.render()?))
}

/// A moment as people read it, by the clocks of the United Kingdom; the foot of each page says so.
pub fn moment(at: &chrono::DateTime<chrono::Utc>) -> String {
    clocks_in_england(*at).format("%-d %B %Y, %H:%M").to_string()
}

const FIELD: &str = "%Y-%m-%dT%H:%M";

/// A moment as a field of a form has it, by the clocks of the United Kingdom.
pub fn typed_moment(at: DateTime<Utc>) -> String {
    clocks_in_england(at).format(FIELD).to_string()
}

/// The moment that a field of a form says.
pub fn read_moment(text: &str) -> Option<DateTime<Utc>> {
    moment_in_england(NaiveDateTime::parse_from_str(text.get(..16)?, FIELD).ok()?)
}
