//! How ready somebody is, to provide or to commission: questions that one answers for oneself. `reference/readiness.csv`.

use enough_store::names;
use serde::{Deserialize, Serialize};

const TABLE: &str = include_str!("../../../../reference/readiness.csv");

names! {
    /// Which side of an agreement.
    Side {
        Provide = "provide", "Ready to provide";
        Commission = "commission", "Ready to commission";
    }
}

names! {
    /// An answer.
    Answer {
        Yes = "yes", "Yes";
        Partly = "partly", "Partly";
        No = "no", "No";
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What names it.
    pub key: String,
    /// The question.
    pub question: String,
    /// Why it is asked.
    pub why: String,
}

/// The questions of a side, in order.
///
/// ```
/// use enough_commissioning::providers::{Side, questions};
/// assert_eq!((questions(Side::Provide).len(), questions(Side::Commission).len()), (10, 8));
/// ```
pub fn questions(side: Side) -> Vec<Question> {
    let rows = csv::Reader::from_reader(TABLE.as_bytes()).into_records().filter_map(Result::ok);
    let of_side = rows.filter(|row| row.get(1) == Some(side.key()));
    let question = |row: csv::StringRecord| Question {
        key: row[0].to_owned(),
        question: row[2].to_owned(),
        why: row[3].to_owned(),
    };
    of_side.map(question).collect()
}
