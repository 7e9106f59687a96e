//! Assessments: from published files and a question to an answer ([`study`]), the answer as records ([`Found`]), kept in the
//! database ([`keep`]) and in memory for those who ask ([`Snapshot`]).
//!
//! The newest answer that was kept is the one that is shown; those before it stay.

pub mod data;
mod error;
mod find;
pub mod imports;
mod keep;
mod notes;
mod patches;
mod progress;
pub mod quantities;
pub mod records;
mod sentence;
mod snapshot;
pub mod study;
pub mod travel;
pub mod wkb;

pub use data::Data;
pub use error::AssessError;

pub use find::{area_of_postcode, load, newest, shapes, within_reach};
pub use keep::{Found, keep, keep_and_turn};
pub use notes::{
    LONGEST_NOTE, NoteDraft, NoteHead, add_note, change_note, is_left, may_read_notes, note, notes,
    read_note, remove_note,
};
pub use patches::{Patch, PatchDraft, add_patch, change_patch, patch, patches, remove_patch};
pub use progress::{Progress, Unwatched};
pub use records::area::Model as Area;
pub use records::assessment::Model as Assessment;
pub use records::detail::Model as Detail;
pub use records::district::Model as District;
pub use records::market::Model as Market;
pub use records::setting::Model as Setting;
pub use sentence::{about, asked, sentence};
pub use snapshot::{SettingQuery, Settings, Snapshot};

use serde::{Deserialize, Serialize};

/// A rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rung {
    /// Minutes.
    pub minutes: f64,
    /// Places per child within them; none without children.
    pub level: Option<f64>,
    /// Settings with an address within reach, and places of the ages asked for; they only grow with the minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<(usize, f64)>,
}

/// A market of an area.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MarketShare {
    /// Its number.
    pub number: i32,
    /// Children of the area in it.
    pub children: f64,
    /// Places that they are short of.
    pub shortfall: f64,
}

/// Children in a year, as they were estimated then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// Which year, as in "mid-2020".
    pub when: String,
    /// Children of the ages asked for.
    pub children: f64,
}

/// A setting within reach of an area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InReach {
    /// Its id.
    pub id: String,
    /// Minutes from the nearest neighbourhood of the area.
    pub minutes: f64,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What.
    pub what: String,
    /// In which file.
    pub file: String,
    /// Of when.
    pub date: Option<String>,
}

/// A ward of a market.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// What a column of JSON holds; nothing of it if it holds something else.
///
/// # Errors
/// When the column was not written by this crate.
pub fn parsed<'a, T: Deserialize<'a>>(json: &'a str) -> enough_store::Result<T> {
    serde_json::from_str(json)
        .map_err(|error| enough_store::StoreError::Damaged(format!("a record of an assessment: {error}")))
}
