//! The clock and the source of randomness, passed in so that tests choose them.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

type Now = dyn Fn() -> DateTime<Utc> + Send + Sync;
type Random = dyn Fn(&mut [u8]) + Send + Sync;

/// Where time and random bytes come from.
#[derive(Clone)]
pub struct Environment {
    clock: Arc<Now>,
    random: Arc<Random>,
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
        Self { clock: Arc::new(Utc::now), random: Arc::new(fill) }
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The time, to the microsecond, which is what both kinds of database keep.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)().trunc_subsecs(6)
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
