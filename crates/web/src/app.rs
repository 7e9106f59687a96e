//! What all requests share: the records, and how the service was started.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;
use enough_commissioning::direct_payments::Line;
use enough_store::Authority;
use enough_store::accounts::Site;
use tokio::sync::Mutex;

use crate::attempts::Attempts;
use crate::desk::Desk;
use crate::mail::Mail;
use crate::presence::Presence;
use crate::shown::Last;
use crate::sign_in::elsewhere::Provider;
use crate::watch::Watch;

/// How the service was started.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name of the authority, in the header of every page.
    pub name: String,
    /// Whether browsers reach the service by HTTPS only: cookies are then never sent in clear.
    pub https: bool,
    /// Whether people and figures are there to be shown: every page says so, and a password alone lets people in.
    pub demonstration: bool,
    /// The address that passkeys are made for; there are none without it.
    pub site: Option<Site>,
    /// The prefix of ocids under which contracting is published, which the Open Contracting Partnership gives out.
    pub ocid_prefix: String,
    /// The scheme and id of the authority in a register of organisations, such as `GB-LAE` and `MAN`.
    pub buyer: Option<(String, String)>,
    /// The mail server that letters are sent by; none are sent without it, or without an address that they can name pages by.
    pub mail: Option<Mail>,
    /// The provider whose accounts people can sign in with.
    pub provider: Option<Provider>,
    /// Requests a second that an address may send, kept pages aside; as many as it likes if none is said.
    pub rate: Option<NonZeroU32>,
    /// The folder that backups are written to.
    pub backups: Option<PathBuf>,
    /// Names of headers that the proxy in front sets, such as `x-forwarded-for`; none is believed otherwise.
    pub trusted_header: Option<String>,
}

impl Settings {
    /// Whether the service can send letters that name its pages.
    pub fn sends_mail(&self) -> bool {
        self.mail.is_some() && self.site.is_some()
    }
}

#[derive(Debug)]
struct Shared {
    authority: Authority,
    settings: Settings,
    desk: Option<Arc<Desk>>,
    last: Last,
    totals: Mutex<Option<(NaiveDate, Vec<Line>)>>,
    watch: Arc<Watch>,
    presence: Presence,
    attempts: Attempts,
}

/// What all requests share. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    shared: Arc<Shared>,
}

impl App {
    /// A service on the records of an authority; with a desk it answers other questions than the one that was kept.
    pub fn new(authority: Authority, settings: Settings, desk: Option<Desk>) -> Self {
        let desk = desk.map(Arc::new);
        let authority = match settings.site.as_ref().filter(|_| settings.mail.is_some()) {
            Some(site) => authority.writing_letters(&site.origin),
            None => authority,
        };
        let watch = Arc::new(Watch::new(settings.rate));
        let (last, totals) = (Last::default(), Mutex::default());
        let (presence, attempts) = (Presence::default(), Attempts::default());
        let shared = Shared { authority, settings, desk, last, totals, watch, presence, attempts };
        Self { shared: Arc::new(shared) }
    }

    /// The records.
    pub fn authority(&self) -> &Authority {
        &self.shared.authority
    }

    /// How it was started.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Where other questions are answered, if the service was given published files.
    pub(crate) fn desk(&self) -> Option<&Arc<Desk>> {
        self.shared.desk.as_ref()
    }

    /// Counts, times and limits.
    pub(crate) fn watch(&self) -> &Arc<Watch> {
        &self.shared.watch
    }

    /// Whether the database is there.
    pub(crate) fn presence(&self) -> &Presence {
        &self.shared.presence
    }

    /// Attempts to show who one is.
    pub(crate) fn attempts(&self) -> &Attempts {
        &self.shared.attempts
    }

    /// The totals of direct payments as everybody reads them on a day: they do not change within it, so they are made once.
    pub(crate) fn totals(&self) -> &Mutex<Option<(NaiveDate, Vec<Line>)>> {
        &self.shared.totals
    }

    /// The answer that was shown last.
    pub(crate) fn last(&self) -> &Last {
        &self.shared.last
    }
}
