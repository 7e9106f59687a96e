//! How often one may try to show who one is: from one address, and in all. Each attempt fills memory and takes time to hash, and strangers
//! decide how many there are.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use enough_store::accounts::SignIn;

use crate::problem::Problem;
use crate::watch::network;

/// Attempts of one address that are looked at or wait for it at the same time: an office behind one address signs in at nine.
const OF_ONE: usize = 16;
/// Attempts in all that are looked at or wait for it. The last of them waits about a second.
const IN_ALL: usize = 64;
/// Attempts of one address that may fail in the time of [`WINDOW`]: an office behind one address mistypes that often.
const FAILURES: u32 = 60;
/// For how long failures are counted.
const WINDOW: Duration = Duration::from_mins(10);

/// The attempts of late.
#[derive(Debug, Clone, Default)]
pub struct Attempts(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    under_way: usize,
    by: HashMap<Option<IpAddr>, Count>,
}

#[derive(Debug, Default)]
struct Count {
    under_way: usize,
    failed: u32,
    since: Option<Instant>,
}

impl Count {
    fn failures(&self, now: Instant) -> u32 {
        if self.since.is_some_and(|since| now.duration_since(since) < WINDOW) { self.failed } else { 0 }
    }
}

/// An attempt that is under way.
#[derive(Debug)]
pub struct Attempt {
    of: Attempts,
    network: Option<IpAddr>,
}

impl Attempts {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an attempt from an address; all whose address is not known are one.
    ///
    /// # Errors
    /// When the address has tried too often, or too many try at once.
    pub fn begin(&self, address: Option<IpAddr>) -> Result<Attempt, Problem> {
        let (network, now) = (address.map(network), Instant::now());
        let mut counts = self.counts();
        if counts.under_way >= IN_ALL {
            return Err(Problem::Crowded);
        }
        let of_this = counts.by.entry(network).or_default();
        if of_this.under_way >= OF_ONE {
            return Err(Problem::Crowded);
        }
        if of_this.failures(now) >= FAILURES {
            return Err(Problem::TooOften);
        }
        of_this.under_way += 1;
        counts.under_way += 1;
        Ok(Attempt { of: self.clone(), network })
    }

    /// Forgets addresses of which nothing is counted any more.
    pub fn sweep(&self) {
        let now = Instant::now();
        self.counts().by.retain(|_, count| count.under_way > 0 || count.failures(now) > 0);
    }
}

impl Attempt {
    /// It came to this.
    pub fn ended(&self, outcome: &SignIn) {
        if !matches!(outcome, SignIn::Begun(..)) {
            self.failed();
        }
    }

    fn failed(&self) {
        let now = Instant::now();
        let mut counts = self.of.counts();
        let count = counts.by.entry(self.network).or_default();
        count.failed = count.failures(now) + 1;
        if count.failed == 1 {
            count.since = Some(now);
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let mut counts = self.of.counts();
        counts.under_way -= 1;
        if let Some(count) = counts.by.get_mut(&self.network) {
            count.under_way -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_tries_a_few_at_a_time_and_others_are_not_kept_out() {
        let attempts = Attempts::default();
        let at = |last: u8| attempts.begin(Some(IpAddr::from([192, 0, 2, last])));
        let held: Vec<_> = (0..OF_ONE).map(|_| at(1).unwrap()).collect();
        assert!(matches!(at(1), Err(Problem::Crowded)));
        assert!(at(2).is_ok());
        drop(held);
        assert!(at(1).is_ok());
        attempts.sweep();
        assert!(attempts.counts().by.is_empty());
    }

    #[test]
    fn whoever_fails_too_often_waits_and_others_do_not() {
        let attempts = Attempts::default();
        let at = |last: u8| attempts.begin(Some(IpAddr::from([192, 0, 2, last])));
        for _ in 0..FAILURES {
            at(1).unwrap().failed();
        }
        assert!(matches!(at(1), Err(Problem::TooOften)));
        assert!(at(2).is_ok());
        attempts.sweep();
        assert!(matches!(at(1), Err(Problem::TooOften)), "it is not forgotten before its time");
        attempts.counts().by.values_mut().for_each(|count| count.since = Instant::now().checked_sub(WINDOW));
        assert!(at(1).is_ok());
    }
}
