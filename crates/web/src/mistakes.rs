//! What is wrong with what was typed, and where a page says so.

use enough_store::StoreError;

use crate::problem::Problem;

/// A mistake in a form: the field, and what is wrong.
#[derive(Debug, Clone, Default)]
pub struct Mistakes(pub Vec<(&'static str, String)>);

impl Mistakes {
    /// None.
    pub fn none() -> Self {
        Self::default()
    }

    /// One.
    pub fn one(field: &'static str, what: impl Into<String>) -> Self {
        Self(vec![(field, what.into())])
    }

    /// What is wrong with a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, what)| what.as_str())
    }
}

/// What is wrong with a form whose fields are counted: the id of the field, and what. All of it at once, however many fields there are.
#[derive(Default)]
pub struct Faults(pub Vec<(String, String)>);

impl Faults {
    /// What is wrong with a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, what)| what.as_str())
    }

    /// What is wrong with a field that there is for each lot.
    pub fn of_lot(&self, part: &str, lot: i32) -> Option<&str> {
        self.of(&format!("{part}-{lot}"))
    }

    /// Adds what is wrong with a field, unless something is said of it already.
    pub fn add(&mut self, field: String, what: String) {
        if self.of(&field).is_none() {
            self.0.push((field, what));
        }
    }
}

impl From<Mistakes> for Faults {
    fn from(mistakes: Mistakes) -> Self {
        Self(mistakes.0.into_iter().map(|(field, what)| (field.to_owned(), what)).collect())
    }
}

/// The field of a form that a refusal is about.
pub fn refused(
    error: StoreError,
    fields: &[(&str, &'static str)],
    otherwise: &'static str,
) -> Result<Mistakes, Problem> {
    match error {
        StoreError::Refused(reason) => {
            let field =
                fields.iter().find(|(word, _)| reason.contains(word)).map_or(otherwise, |(_, field)| field);
            Ok(Mistakes::one(field, reason))
        }
        other => Err(other.into()),
    }
}

/// What is said where somebody else was first.
pub const CHANGED: &str =
    "Somebody else changed this meanwhile. Read it again in another window, and do there what you still want";

/// What a refusal, or a conflict, is told as beside a field.
pub fn told(
    error: StoreError,
    fields: &[(&str, &'static str)],
    otherwise: &'static str,
) -> Result<Mistakes, Problem> {
    match error {
        StoreError::Conflict { .. } => Ok(Mistakes::one(otherwise, CHANGED)),
        other => refused(other, fields, otherwise),
    }
}

/// The title of a page; with a mistake it says so first.
pub fn titled(title: &str, mistakes: &Mistakes) -> String {
    if mistakes.0.is_empty() { title.to_owned() } else { format!("Error: {title}") }
}
