//! Long lists in pages: as many rows as one reads, and where those before and after them are.

use crate::caller::Caller;
use crate::form::Sent;
use crate::problem::encoded;

/// Rows of a page.
const ROWS: usize = 100;

/// Where the rows before and after those of a page are.
#[derive(Debug, Default)]
pub struct Pages {
    /// The first row, from 1.
    pub first: usize,
    /// The last.
    pub last: usize,
    /// How many there are in all.
    pub all: usize,
    /// The address of the page before.
    pub before: Option<String>,
    /// The address of the page after.
    pub next: Option<String>,
}

/// Leaves of a list the rows of the page that is asked for: those after `from`.
pub fn cut<T>(caller: &Caller, list: &mut Vec<T>) -> Pages {
    let (path, query) = caller.path.split_once('?').unwrap_or((&caller.path, ""));
    let sent = Sent::read(query.as_bytes());
    let all = list.len();
    let from = sent.get("from").parse::<usize>().unwrap_or(0).min(all.saturating_sub(1));
    list.drain(..from);
    list.truncate(ROWS);
    let others: Vec<String> = sent
        .fields()
        .filter(|(name, _)| *name != "from")
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    let at =
        |from: usize| format!("{path}?{}", [others.clone(), vec![format!("from={from}")]].concat().join("&"));
    let last = from + list.len();
    Pages {
        first: from + 1,
        last,
        all,
        before: (from > 0).then(|| at(from.saturating_sub(ROWS))),
        next: (last < all).then(|| at(last)),
    }
}
