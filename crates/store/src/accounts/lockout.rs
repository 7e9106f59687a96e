//! How long the next sign-in must wait after some that failed.

use chrono::Duration;

/// Failures that have no consequence: people mistype.
const FREE: i32 = 4;
/// The longest wait.
const LONGEST: Duration = Duration::hours(1);

/// The wait after so many failures one after another: none up to four, then one minute, doubling up to an hour. No account is
/// locked for good; an hour for each guess leaves no chance to guess. Whoever is kept out by somebody else's guesses asks an administrator
/// for a link to choose another password, which forgets the failures.
///
/// ```
/// use chrono::Duration;
/// use enough_store::accounts::wait_after;
/// assert_eq!(wait_after(4), None);
/// assert_eq!(wait_after(5), Some(Duration::minutes(1)));
/// assert_eq!(wait_after(7), Some(Duration::minutes(4)));
/// assert_eq!(wait_after(1000), Some(Duration::hours(1)));
/// ```
pub fn wait_after(failures: i32) -> Option<Duration> {
    let over = failures - FREE;
    (over > 0).then(|| Duration::minutes(1 << (over - 1).min(10)).min(LONGEST))
}
