//! The clock and the source of randomness, passed in so that tests choose them.
//!
//! Time never runs backwards here, whatever the clock of the machine does: what has closed stays closed, and a session that is over
//! stays over. A clock that jumps is not followed but told ([`Environment::jump`]), and nothing is changed until it is right again.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

type Now = dyn Fn() -> DateTime<Utc> + Send + Sync;
type Steady = dyn Fn() -> Duration + Send + Sync;
type Random = dyn Fn(&mut [u8]) + Send + Sync;

/// How far a clock may go back before that is a jump: what setting it by a time server takes.
const BACK: TimeDelta = TimeDelta::minutes(1);
/// How far a clock may go ahead of the time that has passed before that is a jump: what a machine that was paused takes.
const AHEAD: TimeDelta = TimeDelta::hours(1);

/// Where time and random bytes come from.
#[derive(Clone)]
pub struct Environment {
    clock: Arc<Now>,
    /// The time that has passed since some moment, whatever the clock was set to; none where the clock is not a machine's.
    steady: Option<Arc<Steady>>,
    random: Arc<Random>,
    seen: Arc<Mutex<Option<Seen>>>,
}

/// The time that was told last.
#[derive(Clone, Copy)]
struct Seen {
    now: DateTime<Utc>,
    steady: Duration,
    jump: Option<TimeDelta>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}

impl Environment {
    /// The machine's clock and the operating system's randomness.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing secret can be made then.
    pub fn system() -> Self {
        let fill =
            |bytes: &mut [u8]| getrandom::fill(bytes).expect("the operating system gives random bytes");
        Self {
            clock: Arc::new(Utc::now),
            steady: Some(Arc::new(since_boot)),
            random: Arc::new(fill),
            seen: Arc::default(),
        }
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self.steady = None;
        self.seen = Arc::default();
        self
    }

    /// The same with another measure of the time that has passed.
    #[cfg(test)]
    fn with_steady(mut self, steady: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        self.steady = Some(Arc::new(steady));
        self.seen = Arc::default();
        self
    }

    /// The time, to the microsecond, which is what both kinds of database keep. Never before a time that was told already; while the
    /// clock is wrong, time goes on from the last one that was right.
    pub fn now(&self) -> DateTime<Utc> {
        self.look().now
    }

    /// How far the clock has jumped from the time that it should show, while it has: forwards, or backwards (negative).
    pub fn jump(&self) -> Option<TimeDelta> {
        self.look().jump
    }

    /// It is at least this late: the database has seen that time.
    pub(crate) fn is_at_least(&self, time: DateTime<Utc>) {
        self.look_from(Some(time));
    }

    fn look(&self) -> Seen {
        self.look_from(None)
    }

    /// Looks at the clock, in one go: nobody else can put what was seen back meanwhile.
    fn look_from(&self, least: Option<DateTime<Utc>>) -> Seen {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let clock = (self.clock)().trunc_subsecs(6);
        let steady = self.steady.as_ref().map(|steady| steady());
        let mut next = next(*seen, clock, steady);
        next.now = least.map_or(next.now, |least| next.now.max(least));
        *seen = Some(next);
        next
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    /// A new id: a UUID of version 7, whose order is that of time.
    pub fn id(&self) -> String {
        let milliseconds = self.now().timestamp_millis().max(0) as u64;
        uuid::Builder::from_unix_timestamp_millis(milliseconds, &self.random()).into_uuid().to_string()
    }
}

/// The time since the machine was started, also that in which it slept.
#[cfg(target_os = "linux")]
fn since_boot() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(time.tv_sec.max(0).cast_unsigned(), time.tv_nsec as u32)
}

/// The time since this was asked first.
#[cfg(not(target_os = "linux"))]
fn since_boot() -> Duration {
    static BEGUN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    BEGUN.get_or_init(std::time::Instant::now).elapsed()
}

/// The time after one that was told, by the clock and by the time that has passed.
fn next(seen: Option<Seen>, clock: DateTime<Utc>, steady: Option<Duration>) -> Seen {
    let now_steady = steady.unwrap_or_default();
    let Some(seen) = seen else { return Seen { now: clock, steady: now_steady, jump: None } };
    let passed = now_steady.saturating_sub(seen.steady);
    let expected = seen.now + TimeDelta::from_std(passed).unwrap_or_default().max(TimeDelta::zero());
    let expected = expected.trunc_subsecs(6);
    let jump = clock - expected;
    let is_ahead = steady.is_some() && jump > AHEAD;
    if is_ahead || jump < -BACK {
        return Seen { now: expected, steady: now_steady, jump: Some(jump) };
    }
    Seen { now: clock.max(seen.now), steady: now_steady, jump: None }
}

/// A clock that stands still until it is moved: for tests, and for histories that are made up.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Mutex<DateTime<Utc>>>);

impl Clock {
    /// A clock that shows the time given.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// The time that it shows. Nothing can fail while it is held, so what another thread left is right.
    pub fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves it on.
    pub fn pass(&self, time: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += time;
    }

    /// The environment with this clock.
    pub fn environment(&self) -> Environment {
        let clock = self.clone();
        Environment::system().with_clock(move || clock.now())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A clock to be set, the seconds that have passed, and an environment with both.
    fn machine() -> (Clock, Arc<AtomicU64>, Environment) {
        let clock = Clock::new("2026-12-01T12:00:00Z".parse().unwrap());
        let passed = Arc::new(AtomicU64::new(0));
        let seconds = Arc::clone(&passed);
        let environment =
            clock.environment().with_steady(move || Duration::from_secs(seconds.load(Ordering::Relaxed)));
        (clock, passed, environment)
    }

    #[test]
    fn time_never_runs_backwards_and_goes_on_while_the_clock_is_wrong() {
        for set in [TimeDelta::days(-3), TimeDelta::days(400)] {
            let (clock, passed, environment) = machine();
            let noon = environment.now();
            clock.pass(set);
            assert_eq!((environment.now(), environment.jump()), (noon, Some(set)));
            passed.fetch_add(60, Ordering::Relaxed);
            assert_eq!(environment.now(), noon + TimeDelta::minutes(1), "time goes on all the same");
            clock.pass(-set + TimeDelta::minutes(1));
            assert_eq!((environment.now(), environment.jump()), (noon + TimeDelta::minutes(1), None));
        }
    }

    #[test]
    fn a_time_server_sets_the_clock_and_a_machine_may_be_paused() {
        let (clock, _, environment) = machine();
        let noon = environment.now();
        clock.pass(TimeDelta::seconds(-40));
        assert_eq!((environment.now(), environment.jump()), (noon, None), "it stands still");
        clock.pass(TimeDelta::minutes(50));
        assert_eq!((environment.now(), environment.jump()), (clock.now(), None));
    }

    #[test]
    fn what_the_database_has_seen_is_past() {
        let (clock, _, environment) = machine();
        let later = clock.now() + TimeDelta::days(1);
        environment.is_at_least(later);
        assert_eq!((environment.now(), environment.jump()), (later, Some(TimeDelta::days(-1))));
        // A database that was last written long ago says nothing of the clock.
        let (clock, _, environment) = machine();
        environment.is_at_least(clock.now() - TimeDelta::days(400));
        assert_eq!((environment.now(), environment.jump()), (clock.now(), None));
    }
}
