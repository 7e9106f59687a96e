//! Why a rule says no: in words, with where the rule comes from, and which field of what was typed it is about.

use std::borrow::Cow;
use std::fmt;

/// The name of a field that somebody fills in. Where there are several of a kind it ends with the number of this one, as in `price-2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field(Cow<'static, str>);

impl Field {
    /// One of several of a kind.
    ///
    /// ```
    /// use enough_kernel::Field;
    /// assert_eq!(Field::numbered("price", 2).as_str(), "price-2");
    /// ```
    pub fn numbered(kind: &str, number: impl fmt::Display) -> Self {
        Self(Cow::Owned(format!("{kind}-{number}")))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for Field {
    fn from(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }
}

impl From<String> for Field {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A rule says no.
///
/// ```
/// use enough_kernel::Refusal;
/// let refusal = Refusal::new("Bids close after questions", "a rule of Enough").at("closes_at");
/// assert_eq!(refusal.to_string(), "Bids close after questions (a rule of Enough)");
/// assert_eq!(refusal.at.unwrap().as_str(), "closes_at");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What the rule asks for.
    pub rule: String,
    /// Where it comes from: statute, guidance or the house's own rules. The bounds of a form need none.
    pub source: Option<&'static str>,
    /// The field that it is about; nothing where it is about the step as a whole.
    pub at: Option<Field>,
}

impl Refusal {
    /// A refusal by a rule.
    pub fn new(rule: impl Into<String>, source: &'static str) -> Self {
        Self { rule: rule.into(), source: Some(source), at: None }
    }

    /// A refusal by the bounds of a form.
    pub fn of_form(rule: impl Into<String>) -> Self {
        Self { rule: rule.into(), source: None, at: None }
    }

    /// The same, about this field.
    #[must_use]
    pub fn at(self, field: impl Into<Field>) -> Self {
        Self { at: Some(field.into()), ..self }
    }
}

/// Refuses a text that says nothing, or more than so many characters. `what` is what it must say, as in "Say what it is called".
///
/// # Errors
/// When it is empty but for spaces, or too long.
///
/// ```
/// use enough_kernel::given;
/// let refusal = given("title", "  ", "what it is called", 150).unwrap_err();
/// assert_eq!(refusal.to_string(), "Say what it is called");
/// ```
pub fn given(at: impl Into<Field>, text: &str, what: &str, most: usize) -> Result<(), Refusal> {
    match text.trim().chars().count() {
        0 => Err(Refusal::of_form(format!("Say {what}")).at(at)),
        length if length > most => {
            Err(Refusal::of_form(format!("Say {what} in at most {most} characters")).at(at))
        }
        _ => Ok(()),
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            None => f.write_str(&self.rule),
            Some(source) => write!(f, "{} ({source})", self.rule),
        }
    }
}
