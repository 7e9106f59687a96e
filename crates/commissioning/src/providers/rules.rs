//! What a profile, an interest and an event must be. Pure.

use chrono::{DateTime, Utc};
use enough_kernel::{Refusal, day_in_england, given, is_plausible};

use super::{EventText, Profile, Scheme};

fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn letters(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

impl Scheme {
    /// A number of the register as the register writes it.
    ///
    /// ```
    /// use enough_commissioning::providers::Scheme;
    /// assert_eq!(Scheme::Company.number("123456").unwrap(), "00123456");
    /// assert_eq!(Scheme::Ppon.number("pabc-1234-defg").unwrap(), "PABC-1234-DEFG");
    /// assert!(Scheme::Charity.number("12").is_err() && Scheme::Ukprn.number("20000000").is_err());
    /// ```
    ///
    /// # Errors
    /// When it cannot be one.
    pub fn number(self, text: &str) -> Result<String, Refusal> {
        let text = text.trim().to_uppercase().replace(' ', "");
        let good = match self {
            Self::Charity => {
                let (number, part) = text.split_once('-').unwrap_or((&text, "0"));
                digits(number, 6, 7) && digits(part, 1, 3)
            }
            // Two letters and six digits, or eight digits, of which people leave out zeros at the beginning.
            Self::Company if digits(&text, 1, 8) => return Ok(format!("{text:0>8}")),
            Self::Company => {
                let (head, rest) = text.split_at_checked(2).unwrap_or_default();
                head.bytes().all(|byte| byte.is_ascii_uppercase()) && digits(rest, 6, 6)
            }
            Self::Ppon => {
                let parts: Vec<&str> = text.split('-').collect();
                matches!(parts[..], [a, b, c] if letters(a) && digits(b, 4, 4) && letters(c))
            }
            Self::Ukprn => digits(&text, 8, 8) && text.starts_with('1'),
            Self::Ofsted => {
                let number =
                    ["EY", "VC", "CA"].iter().find_map(|head| text.strip_prefix(head)).unwrap_or(&text);
                digits(number, 6, 8)
            }
        };
        if good {
            return Ok(text);
        }
        Err(Refusal::of_form(format!("“{text}” is no {}", self.label().to_lowercase())).at("numbers"))
    }
}

/// A postcode as it is written, if it can be one: two to four letters and digits, a space, a digit and two letters.
fn postcode(text: &str) -> Option<String> {
    let plain: String = text.split_whitespace().collect::<String>().to_uppercase();
    let (head, tail) = plain.split_at_checked(plain.len().checked_sub(3)?)?;
    let is_tail = matches!(tail.as_bytes(), [digit, rest @ ..] if digit.is_ascii_digit() && rest.iter().all(u8::is_ascii_uppercase));
    let is_head = (2..=4).contains(&head.len())
        && head.starts_with(|first: char| first.is_ascii_uppercase())
        && head.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && head.bytes().any(|byte| byte.is_ascii_digit());
    (is_head && is_tail).then(|| format!("{head} {tail}"))
}

/// What a profile must be; the numbers as the registers write them.
pub(super) fn tidy(profile: &Profile) -> Result<Profile, Refusal> {
    let mut tidy = profile.clone();
    if profile.about.chars().count() > 20_000 {
        return Err(Refusal::of_form("Say who you are in at most 20000 characters").at("about"));
    }
    for (scheme, number) in &mut tidy.numbers {
        *number = scheme.number(number)?;
    }
    if !profile.postcode.trim().is_empty() {
        let wrong = || Refusal::of_form("Write the postcode as M14 5RT, or nothing").at("postcode");
        tidy.postcode = postcode(&profile.postcode).ok_or_else(wrong)?;
    }
    tidy.contact = profile.contact.trim().to_owned();
    if tidy.contact.chars().count() > 254 {
        return Err(Refusal::of_form("Say where to reach you in at most 254 characters").at("contact"));
    }
    if tidy.areas.len() > 300 {
        return Err(Refusal::of_form("Choose at most 300 areas").at("area"));
    }
    if profile.papers.iter().any(|(_, until)| !is_plausible(*until)) {
        return Err(Refusal::of_form("Give dates between 2000 and 2200").at("papers"));
    }
    if profile.public {
        given("about", &profile.about, "who you are, for everybody to read", 20_000)?;
        given("contact", &profile.contact, "where to reach you: the e-mail address of a team", 254)?;
        if profile.offers.is_empty() {
            return Err(Refusal::of_form("Choose what you provide, or would").at("offer"));
        }
    }
    if !tidy.contact.is_empty() && !tidy.contact.contains('@') {
        return Err(Refusal::of_form("Say where to reach you: the e-mail address of a team").at("contact"));
    }
    Ok(tidy)
}

/// What an event must be.
pub(super) fn well_formed(text: &EventText, now: DateTime<Utc>) -> Result<(), Refusal> {
    given("title", &text.title, "what it is called", 150)?;
    given("what", &text.what, "what it is about", 5000)?;
    given("place", &text.place, "where it is", 500)?;
    if !is_plausible(day_in_england(text.ends_at)) {
        return Err(Refusal::of_form("It ends in this century or the next").at("ends_at"));
    }
    if text.begins_at <= now {
        return Err(Refusal::of_form("It begins at a time to come").at("begins_at"));
    }
    if text.ends_at <= text.begins_at || (text.ends_at - text.begins_at).num_days() > 14 {
        return Err(Refusal::of_form("It ends after it begins, within two weeks").at("ends_at"));
    }
    if !(1..=5000).contains(&text.places) {
        return Err(Refusal::of_form("Say for how many people there is room, 1 to 5000").at("places"));
    }
    Ok(())
}
