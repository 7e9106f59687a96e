//! What funds and panels must be. Pure.

use enough_kernel::{Pence, Refusal, given, is_plausible};

use super::{Contribution, Kind, PanelText, State, Text};

pub(super) const COVERED: &str = "a rule of Enough: no more is committed than was agreed to be put in";
pub(super) const DUTIES: &str = "separation of duties";
const POOLED: &str = "NHS Act 2006 s75; Children Act 2004 s10";

/// What any fund, also a draft, must be.
pub(super) fn well_formed(text: &Text) -> Result<(), Refusal> {
    given("name", &text.name, "what it is called", 150)?;
    given("purpose", &text.purpose, "what it is for", 2000)?;
    if text.kind == Kind::Pooled && text.basis.trim().is_empty() {
        return Err(Refusal::new("Say which agreement a pooled fund rests on", POOLED).at("basis"));
    }
    if text.kind == Kind::Pooled && text.risk.trim().is_empty() {
        return Err(
            Refusal::new("Say who bears what is spent too much, and who has what is left", POOLED).at("risk")
        );
    }
    if text.basis.chars().count() > 500 {
        return Err(Refusal::of_form("Say the basis in at most 500 characters").at("basis"));
    }
    if text.risk.chars().count() > 2000 {
        return Err(Refusal::of_form("Say who bears the risk in at most 2000 characters").at("risk"));
    }
    if !is_plausible(text.from) || !is_plausible(text.until) || text.until < text.from {
        let at = if is_plausible(text.from) { "until" } else { "from" };
        return Err(Refusal::of_form("The last day is after the first, both between 2000 and 2200").at(at));
    }
    given("contact", &text.contact, "where to ask: the e-mail address of a team", 254)
}

/// Whether a fund can be opened with these contributions.
pub(super) fn openable(state: State, kind: Kind, list: &[Contribution]) -> Result<(), Refusal> {
    if state != State::Draft {
        return Err(Refusal::of_form("A fund is opened once"));
    }
    if list.is_empty() || list.iter().any(|one| one.agreed.is_none()) {
        return Err(Refusal::new("Everybody who puts money in agrees first", COVERED));
    }
    let mut bodies: Vec<_> = list.iter().map(|one| &one.organisation).collect();
    bodies.sort();
    bodies.dedup();
    match kind {
        Kind::Single if bodies.len() > 1 => {
            Err(Refusal::of_form("Several put money in: it is a pooled or an aligned fund"))
        }
        Kind::Pooled | Kind::Aligned if bodies.len() < 2 => {
            Err(Refusal::of_form("Two or more put money into a pooled or an aligned fund"))
        }
        _ => Ok(()),
    }
}

/// What a panel must be.
pub(super) fn a_panel(text: &PanelText) -> Result<(), Refusal> {
    given("name", &text.name, "what the panel is called", 150)?;
    if text.limit <= Pence::default() {
        return Err(Refusal::of_form("Say how much the panel decides over").at("limit"));
    }
    let mut members = text.members.clone();
    members.sort();
    members.dedup();
    if !(3..=30).contains(&members.len()) || members.len() != text.members.len() {
        return Err(Refusal::of_form("A panel has 3 to 30 members").at("member"));
    }
    Ok(())
}

/// What a panel has decided with so many votes for and against, of so many who may vote: nothing until the majority of all who may is
/// for it, or cannot be any more.
///
/// As it is counted, who does not vote is not for it.
pub(super) fn decided((yes, no): (usize, usize), voters: usize) -> Option<bool> {
    if yes * 2 > voters {
        return Some(true);
    }
    (no * 2 >= voters).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_majority_of_all_decides() {
        assert_eq!(decided((2, 0), 3), Some(true));
        assert_eq!(decided((1, 1), 3), None);
        assert_eq!(decided((1, 2), 3), Some(false));
        assert_eq!(
            decided((2, 2), 4),
            Some(false),
            "two of four are no majority, and it cannot come any more"
        );
    }
}
