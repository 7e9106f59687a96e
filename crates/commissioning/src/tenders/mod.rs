//! Tenders: from a specification to an award. Criteria and weights are published and stay; questions are answered to all; submissions are
//! sealed until two openers open them; evaluators score alone before they see each other's scores; whoever decides has not recommended.

mod award;
mod costs;
mod criteria;
mod evaluation;
mod evidence;
mod keep;
mod lists;
mod marks;
mod opening;
mod partners;
mod questions;
mod records;
mod reserved;
mod retention;
mod rules;
mod score;
pub mod seal;
mod standstill;
mod submissions;
mod summaries;

pub(crate) use award::award_noticed;
pub use award::{
    LotOutcome, Outcome, Winner, compare, complete, decide, give_up, leave_unsigned, publish_award,
    recommend, send_back,
};
pub use costs::{Cost, Costs, indirect_share};
pub use criteria::{Criterion, Formula, Kind, Lot, NotAWeight, Weight, effort, words_asked};
pub use evaluation::{
    Declared, Evaluation, Moderation, Place, Score, add_score, declare, evaluation, exclude, lock_scores,
    moderate, name_judges, read_submission, scores_for,
};
pub use evidence::{BidEvidence, EvaluatorEvidence, Evidence, ScoreEvidence, StandingEvidence, evidence};
pub use keep::{
    Change, FEWEST_EVALUATORS, FEWEST_OPENERS, Named, add_tender, approve, cancel, change_tender, publish,
    remove_tender, tender,
};
pub use lists::{drafts_of_others, public_tenders, tender_of, tenders, tenders_that_are};
pub(crate) use lists::{is_under_way, tenders_of};
pub use marks::fingerprint;
pub use opening::{OpenerState, give_share, has_opener_key, keep_opener_key, openers};
pub use partners::partner_code;
pub use questions::{Enquiry, answer_question, ask_question, questions};
pub use reserved::Reserved;
pub(crate) use retention::years_after;
pub use retention::{LOST_YEARS, WON_YEARS, sweep_bids};
pub(crate) use rules::words;
pub use rules::{At, Phase, faults, is_material};
pub use score::{Bid, Standing, percent, standings, winners};
pub use standstill::Standstill;
pub use submissions::{
    Content, LotContent, Receipt, Submission, SubmissionState, bind_boxes, own_submissions, reconfirm,
    submissions, submit, withdraw,
};
pub use summaries::{Line, LotSummary, Registered, Summary, notify};

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use enough_kernel::Pence;
use enough_store::audit::merkle::Hash;
use enough_store::names;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

names! {
    /// How far a tender is, as it is kept; what the clock alone changes, [`Phase`] says.
    State {
        Draft = "draft", "Draft";
        Approved = "approved", "Approved, not published yet";
        Published = "published", "Published";
        Opened = "opened", "Being evaluated";
        Recommended = "recommended", "Recommended, not decided yet";
        Decided = "decided", "Decided, bidders not told yet";
        Notified = "notified", "Bidders told";
        Standstill = "standstill", "Award published";
        Complete = "complete", "Signed";
        Unsuccessful = "unsuccessful", "Ended without an award";
        Cancelled = "cancelled", "Cancelled";
    }
}

/// What a tender says that makes no contracts: each of its lots sets up a framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// How many bids win each lot at most; more only where nothing tells them apart.
    pub places: u32,
    /// On which grounds one member may be chosen later without the others; empty where members always compete.
    pub direct: String,
}

/// What a tender says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// What it is called.
    pub title: String,
    /// What is bought, in short; the specification says the rest.
    pub what: String,
    /// Its lots.
    pub lots: Vec<Lot>,
    /// The most points of a score.
    pub scale: u32,
    /// Until when questions are taken.
    pub questions_until: DateTime<Utc>,
    /// When bids must have come: what comes at this moment is late.
    pub closes_at: DateTime<Utc>,
    /// When the service starts.
    pub starts_on: NaiveDate,
    /// For how many months.
    pub months: u32,
    /// For how many months more it may go on, if both sides agree later.
    #[serde(default)]
    pub extension: u32,
    /// What it says if it sets up frameworks.
    #[serde(default)]
    pub framework: Option<Setup>,
    /// Who alone may bid, if not everybody.
    #[serde(default)]
    pub reserved: Option<Reserved>,
    /// Where to ask: an address of a team.
    pub contact: String,
}

impl Text {
    /// At most so much in all.
    pub fn worth(&self) -> Pence {
        Pence::new(self.lots.iter().map(|lot| lot.ceiling.get()).sum())
    }

    /// What names all that bidders count on: SHA-256 of what is bought, lots, scale, dates and whether it is a framework. A bid is sent for
    /// this and nothing else; see [`is_material`].
    pub fn asked(&self) -> String {
        let said = serde_json::to_vec(&rules::material(self)).unwrap_or_default();
        Hash(Sha256::digest(said).into()).to_string()
    }

    /// What names the questions of the tender: SHA-256 of its lots. A bid that was sent can be confirmed as long as they stay.
    pub fn questions(&self) -> String {
        let lots = serde_json::to_vec(&self.lots).unwrap_or_default();
        Hash(Sha256::digest(lots).into()).to_string()
    }

    /// What comes of a lot is called.
    pub fn title_of(&self, lot: &Lot) -> String {
        if self.lots.len() == 1 { self.title.clone() } else { format!("{}: {}", self.title, lot.title) }
    }

    /// A lot.
    pub fn lot(&self, number: i32) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.number == number)
    }
}

/// A tender.
#[derive(Debug, Clone, PartialEq)]
pub struct Tender {
    /// Its id.
    pub id: String,
    /// The intention that it answers.
    pub intention: String,
    /// The version of the final specification, and SHA-256 of its text.
    pub specification: Option<(i32, String)>,
    /// Why bids were asked for without a final specification, if they were.
    pub unspecified: Option<String>,
    /// How far it is.
    pub state: State,
    /// Counts its changes.
    pub version: i32,
    /// What it says.
    pub text: Text,
    /// The ids of those who wrote it since it was approved last.
    pub written_by: BTreeSet<String>,
    /// The id of whoever approved it.
    pub approved_by: Option<String>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// The key that bids are sealed to.
    pub key: Option<String>,
    /// The id of whoever moderates.
    pub moderator: Option<String>,
    /// When the bids were opened.
    pub opened_at: Option<DateTime<Utc>>,
    /// What is recommended or decided, lot by lot.
    pub outcome: Option<Outcome>,
    /// The id of whoever recommended it.
    pub recommended_by: Option<String>,
    /// When every bidder who was assessed had a summary.
    pub notified_at: Option<DateTime<Utc>>,
    /// When the award was published here.
    pub award_at: Option<DateTime<Utc>>,
    /// The day on which its contract award notice (UK6) was published on the central platform, once that was said.
    pub award_noticed_on: Option<NaiveDate>,
    /// The day on which it was signed.
    pub signed_on: Option<NaiveDate>,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
}

impl Tender {
    /// Whether everybody sees it.
    pub fn is_public(&self) -> bool {
        self.published_at.is_some()
    }

    /// At most so much of the money of its plan: once it is awarded, the lots that stand.
    pub fn binds(&self) -> Pence {
        let outcome = self.outcome.as_ref().filter(|_| self.award_at.is_some());
        let stands = |lot: &&Lot| {
            outcome.is_none_or(|outcome| outcome.lots.iter().any(|of| of.lot == lot.number && of.stands()))
        };
        Pence::new(self.text.lots.iter().filter(stands).map(|lot| lot.ceiling.get()).sum())
    }

    /// Whether auditors can read how it was run: bidders were told, or it is over.
    pub fn has_evidence(&self) -> bool {
        self.notified_at.is_some() || matches!(self.state, State::Cancelled | State::Unsuccessful)
    }
}
