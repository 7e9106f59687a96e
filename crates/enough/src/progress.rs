//! A line that says what goes on, once it takes longer than a moment. Nothing where nobody watches.

use std::time::{Duration, Instant};

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

    /// Shows the share done of so many equal parts of the phase that runs; the bar returned is told of each.
    pub fn counted(&self, parts: usize) -> ProgressBar {
        let Some((.., bar)) = &self.current else { return ProgressBar::hidden() };
        bar.set_length(parts as u64);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {bar:30} {percent} % {elapsed}") {
            bar.set_style(style);
        }
        bar.clone()
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
