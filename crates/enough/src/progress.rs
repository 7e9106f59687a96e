//! A line that says what goes on, once it takes longer than a moment. Nothing where nobody watches.

use std::time::{Duration, Instant};

use enough_assessments::{AssessError, Progress};
use indicatif::{ProgressBar, ProgressStyle};

/// Times the phases of a command and shows the one that runs.
pub struct Phases {
    started: Instant,
    current: Option<(&'static str, Instant, ProgressBar)>,
    done: Vec<(&'static str, Duration)>,
}

impl Phases {
    pub fn new() -> Self {
        Self { started: Instant::now(), current: None, done: Vec::new() }
    }

    /// Ends the phase that runs and begins another.
    pub fn begin(&mut self, name: &'static str) {
        self.end();
        let bar = ProgressBar::new_spinner().with_message(name);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        self.current = Some((name, Instant::now(), bar));
    }

    /// Ends the phase that runs.
    pub fn end(&mut self) {
        if let Some((name, since, bar)) = self.current.take() {
            bar.finish_and_clear();
            self.done.push((name, since.elapsed()));
        }
    }

    /// Seconds by phase, and in all.
    pub fn seconds(&self) -> Vec<(&'static str, f64)> {
        let mut seconds: Vec<_> = self.done.iter().map(|(name, took)| (*name, took.as_secs_f64())).collect();
        seconds.push(("total", self.started.elapsed().as_secs_f64()));
        seconds
    }
}

impl Progress for Phases {
    fn begin(&mut self, phase: &'static str) -> Result<(), AssessError> {
        Self::begin(self, phase);
        Ok(())
    }

    /// Shows the share done.
    fn parts(&mut self, parts: usize) -> Box<dyn Fn() + Sync> {
        let Some((.., bar)) = &self.current else { return Box::new(|| {}) };
        bar.set_length(parts as u64);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {bar:30} {percent} % {elapsed}") {
            bar.set_style(style);
        }
        let bar = bar.clone();
        Box::new(move || bar.inc(1))
    }
}
