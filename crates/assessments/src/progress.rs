//! Telling what goes on, and being told to stop.

use crate::AssessError;

/// Is told what goes on.
pub trait Progress {
    /// Ends the phase that runs and begins another.
    ///
    /// # Errors
    /// When the work is to stop.
    fn begin(&mut self, phase: &'static str) -> Result<(), AssessError>;

    /// Takes note that the phase has so many equal parts; what it gives is to be called when one is done, from any thread.
    fn parts(&mut self, parts: usize) -> Box<dyn Fn() + Sync>;
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn begin(&mut self, _: &'static str) -> Result<(), AssessError> {
        Ok(())
    }

    fn parts(&mut self, _: usize) -> Box<dyn Fn() + Sync> {
        Box::new(|| {})
    }
}
