//! The clock and the source of randomness, passed in so that tests choose them.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};

type Clock = dyn Fn() -> DateTime<Utc> + Send + Sync;
type Random = dyn Fn(&mut [u8]) + Send + Sync;

/// Where time and random bytes come from.
#[derive(Clone)]
pub struct Environment {
    clock: Arc<Clock>,
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
