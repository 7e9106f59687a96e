//! Why a rule says no: in words, with where the rule comes from.

use std::fmt;

use crate::error::StoreError;

/// A rule says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What the rule asks for.
    pub rule: String,
    /// Where it comes from: statute, guidance or the house's own rules; empty for the bounds of a form, which need none.
    pub source: &'static str,
}

impl Refusal {
    /// A refusal by a rule.
    pub fn new(rule: impl Into<String>, source: &'static str) -> Self {
        Self { rule: rule.into(), source }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            "" => f.write_str(&self.rule),
            source => write!(f, "{} ({source})", self.rule),
        }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}
