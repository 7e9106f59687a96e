//! Providers: who provides now and who would, what they say of themselves once and use again, how ready they are, what they are interested
//! in and with whom, and events that help.

mod events;
mod interests;
mod keep;
mod readiness;
mod records;
mod rules;
mod workforce;

pub use events::{
    Booking, Event, EventText, add_event, book, change_event, event, events, follow_up, give_back,
};
pub(crate) use interests::interested;
pub use interests::{Interest, interests, say_interest, take_back};
pub use keep::{Provider, change_profile, profile, providers, set_readiness, set_workforce};
pub use readiness::{Answer, Question, Side, questions};
pub use workforce::{FEWEST_ORGANISATIONS, Skill, Staff, Total, Workforce, skills, workforce};

use chrono::NaiveDate;
use enough_store::names;
use serde::{Deserialize, Serialize};

use crate::codesign::Size;

names! {
    /// Registers that organisations are in, by their codes in the register of such lists (org-id.guide; PPON: Central Digital Platform).
    Scheme {
        Charity = "GB-CHC", "Charity number (England and Wales)";
        Company = "GB-COH", "Company number";
        Ppon = "GB-PPON", "Public procurement organisation number";
        Ukprn = "GB-UKPRN", "UK provider reference number";
        Ofsted = "GB-OFSTED", "Ofsted unique reference number";
    }
}

names! {
    /// What is provided.
    Offer {
        DayCare = "day-care", "Day nursery or playgroup";
        Childminding = "childminding", "Childminding";
        AfterSchool = "after-school", "Before and after school";
        Holidays = "holidays", "In the holidays";
        Send = "send", "For children with special educational needs or disabilities";
        Families = "families", "Help for families";
        Youth = "youth", "Youth work";
        Advice = "advice", "Advice and training for others";
    }
}

names! {
    /// Papers that are asked for again and again.
    Paper {
        Safeguarding = "safeguarding", "Safeguarding policy";
        Liability = "liability", "Public liability insurance";
        Employer = "employer", "Employer's liability insurance";
        Accounts = "accounts", "Accounts of the last year";
        Data = "data", "Registration with the Information Commissioner";
    }
}

/// What an organisation says of itself, once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// Who it is: goes into each bid as it is here, to be changed there.
    pub about: String,
    /// Its numbers in registers.
    pub numbers: Vec<(Scheme, String)>,
    /// How many paid workers it has.
    pub size: Option<Size>,
    /// Its postcode.
    pub postcode: String,
    /// Where to reach it: an address of a team.
    pub contact: String,
    /// What it provides, or would.
    pub offers: Vec<Offer>,
    /// The codes of the areas that it works in, or would.
    pub areas: Vec<String>,
    /// Whether it buys or funds services, too: schools and health bodies do both.
    pub buys: bool,
    /// Whether it looks for partners to bid with.
    pub partners: bool,
    /// Until when its papers are valid.
    pub papers: Vec<(Paper, NaiveDate)>,
    /// Whether everybody may see it; its papers never.
    pub public: bool,
}

impl Profile {
    /// Its papers that have run out on a day, or will within the days given.
    pub fn runs_out(&self, on: NaiveDate, within: i64) -> impl Iterator<Item = &(Paper, NaiveDate)> {
        self.papers.iter().filter(move |(_, until)| (*until - on).num_days() <= within)
    }

    /// Its size as the Open Contracting Data Standard for the EU has it.
    pub fn scale(&self) -> Option<&'static str> {
        self.size.map(|size| match size {
            Size::Nobody | Size::Micro => "micro",
            Size::Small => "small",
            Size::Medium => "medium",
            Size::Large => "large",
        })
    }
}
