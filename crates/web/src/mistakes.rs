//! What is wrong with what was typed, and where a page says so.

use enough_kernel::Field;
use enough_store::StoreError;

use crate::problem::Problem;

/// Where a page tells what is about none of its fields, and its forms may be gone: its main part, which every page has.
pub const PAGE: &str = "main-content";

/// What is wrong with a form: all of it at once, each with its field.
#[derive(Debug, Clone, Default)]
pub struct Mistakes(Vec<(Field, String)>);

impl Mistakes {
    /// None.
    pub fn none() -> Self {
        Self::default()
    }

    /// One.
    pub fn one(field: impl Into<Field>, what: impl Into<String>) -> Self {
        let mut one = Self::none();
        one.add(field, what);
        one
    }

    /// Adds one.
    pub fn add(&mut self, field: impl Into<Field>, what: impl Into<String>) {
        self.0.push((field.into(), what.into()));
    }

    /// Adds one, unless something is said of its field already.
    pub fn add_unless_said(&mut self, field: impl Into<Field>, what: impl Into<String>) {
        let field = field.into();
        if self.of(field.as_str()).is_none() {
            self.add(field, what);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, each with its field.
    pub fn iter(&self) -> impl Iterator<Item = &(Field, String)> {
        self.0.iter()
    }

    /// The same on a page that has these fields only: what is about another is said at `otherwise`.
    pub fn only(self, fields: &[&str], otherwise: &'static str) -> Self {
        self.moved(|field| if fields.contains(&field.as_str()) { field } else { otherwise.into() })
    }

    /// The same on a page without the fields that begin so: what is about them is said at `otherwise`.
    pub fn without(self, beginning: &str, otherwise: &'static str) -> Self {
        self.moved(|field| if field.as_str().starts_with(beginning) { otherwise.into() } else { field })
    }

    /// The same in the form of a part, whose own `title` is `prefix.title` in the whole: what is about none of its own fields is said at
    /// `otherwise`.
    pub fn within(self, prefix: &str, own: &[&'static str], otherwise: &'static str) -> Self {
        self.moved(|field| {
            let name = field.as_str().strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
            let own = own.iter().find(|own| name == Some(**own));
            Field::from(*own.unwrap_or(&otherwise))
        })
    }

    fn moved(self, to: impl Fn(Field) -> Field) -> Self {
        self.0.into_iter().map(|(field, what)| (to(field), what)).collect()
    }

    /// What is wrong with a field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.iter().find(|(name, _)| name.as_str() == field).map(|(_, what)| what.as_str())
    }

    /// What is wrong with a field that there is for each lot.
    pub fn of_lot(&self, part: &str, lot: i32) -> Option<&str> {
        self.of(Field::numbered(part, lot).as_str())
    }
}

impl FromIterator<(Field, String)> for Mistakes {
    fn from_iter<T: IntoIterator<Item = (Field, String)>>(list: T) -> Self {
        Self(list.into_iter().collect())
    }
}

/// What a refusal says, beside the field that it is about; `otherwise` is where the form says what is about none of its fields.
pub fn refused(error: StoreError, otherwise: &'static str) -> Result<Mistakes, Problem> {
    match error {
        StoreError::Refused(refusal) => {
            let words = refusal.to_string();
            Ok(Mistakes::one(refusal.at.unwrap_or(otherwise.into()), words))
        }
        other => Err(other.into()),
    }
}

/// What is said where somebody else was first.
pub const CHANGED: &str =
    "Somebody else changed this meanwhile. Read it again in another window, and do there what you still want";

/// What a refusal, or a conflict, is told as beside a field.
pub fn told(error: StoreError, otherwise: &'static str) -> Result<Mistakes, Problem> {
    match error {
        StoreError::Conflict { .. } => Ok(Mistakes::one(otherwise, CHANGED)),
        other => refused(other, otherwise),
    }
}

/// The title of a page; with a mistake it says so first.
pub fn titled(title: &str, mistakes: &Mistakes) -> String {
    if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") }
}
