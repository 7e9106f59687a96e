//! What may happen to a tender, and when. Pure.

use chrono::{DateTime, Days, Utc};
use enough_kernel::{Field, Pence, Refusal, day_in_england, given};

use super::costs::make_up;
use super::criteria::{Kind, Lot, Weight, words_asked};
use super::{Content, LotContent, State, Tender, Text};
use crate::facts::fact;
use serde::Serialize;

pub(super) const STATES: &str = "states of a tender: draft, approved, published, opened, recommended, decided, bidders told, award published, signed";
const WEIGHTS: &str = "a rule of Enough: the weights of a lot sum to exactly 100";
pub(super) const LATE: &str = "a rule of Enough: what comes at the closing time or later is late";

/// The longest text about a bidder, in characters.
const LONGEST: usize = 20_000;
/// The most words that a tender may ask: what one form can carry.
const MOST_WORDS: u64 = 60_000;

/// How far a tender is when the clock is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Questions and bids are taken.
    Open,
    /// Bids are taken, questions no more.
    QuestionsClosed,
    /// Bids wait for two openers.
    Closed,
    /// The state says it.
    Kept(State),
}

impl Phase {
    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Open: questions and bids are taken",
            Self::QuestionsClosed => "Open: bids are taken, questions no more",
            Self::Closed => "Closed, waiting for two openers",
            Self::Kept(state) => state.label(),
        }
    }
}

impl Tender {
    /// How far it is at a moment.
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        match self.state {
            State::Published if now >= self.text.closes_at => Phase::Closed,
            State::Published if now >= self.text.questions_until => Phase::QuestionsClosed,
            State::Published => Phase::Open,
            state => Phase::Kept(state),
        }
    }

    /// Whether bids are taken at a moment.
    pub fn takes_bids(&self, now: DateTime<Utc>) -> bool {
        matches!(self.phase(now), Phase::Open | Phase::QuestionsClosed)
    }

    pub(super) fn in_state(&self, state: State) -> Result<(), Refusal> {
        if self.state == state {
            return Ok(());
        }
        Err(Refusal::new(
            format!("The tender is now: {}. That step does not follow from there", self.state.label()),
            STATES,
        ))
    }
}

/// What bidders count on: what is bought, lots, scale, framework, start and length.
pub(super) fn material(text: &Text) -> impl Serialize + PartialEq {
    (
        (text.what.clone(), text.lots.clone(), text.scale, text.framework.clone()),
        (text.starts_on, text.months, text.extension),
    )
}

/// Whether what changed may change what bids say: then those that are here wait for their bidders to confirm them.
pub fn is_material(before: &Text, after: &Text) -> bool {
    material(before) != material(after)
}

/// A field of a lot, by its name in the whole tender: the form of the lot has it without its number.
pub(super) fn of_lot(lot: &Lot, part: &str) -> Field {
    Field::numbered("lot", format!("{}.{part}", lot.number))
}

/// What any tender, also a draft, must be.
pub(super) fn well_formed(text: &Text) -> Result<(), Refusal> {
    given("title", &text.title, "what it is called", 150)?;
    if text.what.chars().count() > 5000 {
        return Err(Refusal::of_form(
            "Say what is bought in at most 5000 characters; the specification says the rest",
        )
        .at("what"));
    }
    if text.lots.len() > 20 || text.lots.iter().any(|lot| lot.criteria.len() > 30) {
        return Err(Refusal::of_form("A tender has at most 20 lots, a lot at most 30 criteria"));
    }
    if (1..).zip(&text.lots).any(|(number, lot)| lot.number != number) {
        return Err(Refusal::of_form("Lots are numbered 1, 2, 3"));
    }
    if !(2..=100).contains(&text.scale) {
        return Err(Refusal::of_form("Scores go from 0 to a most of 2 to 100 points").at("scale"));
    }
    if text.lots.iter().flat_map(|lot| &lot.criteria).any(|one| one.words > 5000)
        || words_asked(&text.lots) > MOST_WORDS
    {
        return Err(Refusal::of_form(format!(
            "A question asks for at most 5000 words, a tender for {MOST_WORDS} in all: nobody could send more"
        )));
    }
    if text.framework.as_ref().is_some_and(|setup| setup.direct.chars().count() > 5000) {
        return Err(Refusal::of_form("Say the grounds in at most 5000 characters").at("direct"));
    }
    let costs_too_much = |lot: &&Lot| !(0..=100_000_000_000).contains(&lot.ceiling.get());
    if let Some(lot) = text.lots.iter().find(costs_too_much) {
        let rule = "The most that a lot may cost is up to £1,000,000,000";
        return Err(Refusal::of_form(rule).at(of_lot(lot, "ceiling")));
    }
    Ok(())
}

fn lot_complete(lot: &Lot, scale: u32) -> Result<(), Refusal> {
    let of = format!("lot {}", lot.number);
    let criteria = || of_lot(lot, "criteria");
    given(of_lot(lot, "title"), &lot.title, &format!("what {of} is called"), 150)?;
    if lot.ceiling <= Pence::default() {
        return Err(Refusal::of_form(format!("Say what {of} may cost at most")).at(of_lot(lot, "ceiling")));
    }
    for (number, one) in (1..).zip(&lot.criteria) {
        given(criteria(), &one.asks, &format!("what criterion {number} of {of} asks"), 2000)?;
        if (one.kind == Kind::Price) != (one.words == 0) || one.words > 5000 {
            return Err(Refusal::of_form(format!(
                "Criterion {number} of {of} needs a limit of 1 to 5000 words, or none if it is the price"
            ))
            .at(criteria()));
        }
        if one.weight == Weight::default() {
            return Err(
                Refusal::new(format!("Criterion {number} of {of} has no weight"), WEIGHTS).at(criteria())
            );
        }
        if one.least > scale || (one.kind == Kind::Price && one.least > 0) {
            return Err(Refusal::of_form(format!(
                "The least points of criterion {number} of {of} cannot be reached"
            ))
            .at(criteria()));
        }
    }
    if lot.criteria.iter().filter(|one| one.kind == Kind::Price).count() > 1 {
        return Err(Refusal::of_form(format!("Of {of}, the price counts once")).at(criteria()));
    }
    if lot.scored().next().is_none() {
        return Err(Refusal::new(
            format!("Ask for some quality in {of}: price alone does not buy what is best for children"),
            "Procurement Act 2023 s19: the most advantageous tender",
        )
        .at(criteria()));
    }
    let sum: u64 = lot.criteria.iter().map(|one| u64::from(one.weight.get())).sum();
    if sum != u64::from(Weight::WHOLE) {
        let is = format!("{}.{:02}", sum / 100, sum % 100);
        return Err(Refusal::new(
            format!("The weights of {of} sum to {is} %, and must sum to exactly 100 %"),
            WEIGHTS,
        )
        .at(criteria()));
    }
    Ok(())
}

/// What a tender must say before it is approved or published, or when it is changed after that.
pub(super) fn complete(text: &Text) -> Result<(), Refusal> {
    well_formed(text)?;
    given("what", &text.what, "what is bought", 5000)?;
    given("contact", &text.contact, "where to ask", 254)?;
    if !text.contact.contains('@') {
        return Err(Refusal::of_form("Give the e-mail address of a team to ask").at("contact"));
    }
    if text.lots.is_empty() {
        return Err(Refusal::of_form("Add a lot"));
    }
    if !(1..=240).contains(&text.months) {
        return Err(Refusal::of_form("Say for how many months, 1 to 240").at("months"));
    }
    if text.extension > 120 {
        return Err(Refusal::of_form("It may go on for at most 120 months more").at("extension"));
    }
    if let Some(setup) = &text.framework {
        if !(1..=200).contains(&setup.places) {
            return Err(Refusal::of_form("Say how many bids win each lot at most, 1 to 200").at("places"));
        }
        if text.extension > 0 {
            return Err(Refusal::new(
                "A framework has one length: say it in months, and no more months later",
                "Procurement Act 2023 s45 and s47",
            )
            .at("extension"));
        }
    }
    for lot in &text.lots {
        lot_complete(lot, text.scale)?;
    }
    if text.questions_until >= text.closes_at {
        return Err(Refusal::of_form("Questions end before bids do, so that the answers can be used")
            .at("questions_until"));
    }
    if text.starts_on <= day_in_england(text.closes_at) {
        return Err(Refusal::of_form("It starts after bids have closed").at("starts_on"));
    }
    Ok(())
}

/// Whether bidders have time enough, counted from now.
pub(super) fn long_enough(text: &Text, now: DateTime<Utc>) -> Result<(), Refusal> {
    let Some(rule) = fact("tender-period", day_in_england(now)) else { return Ok(()) };
    let earliest = now.checked_add_days(Days::new(rule.value.unsigned_abs()));
    if earliest.is_some_and(|earliest| text.closes_at < earliest) {
        return Err(Refusal::new(
            format!(
                "Bidders have {} days from now, when a tender is published and again when it changes materially",
                rule.value
            ),
            "a rule of Enough, after Procurement Act 2023 s54",
        )
        .at("closes_at"));
    }
    if text.questions_until <= now {
        return Err(Refusal::of_form("The time for questions has passed").at("questions_until"));
    }
    Ok(())
}

/// Whether a published tender may be changed so. Gives whether that is material.
pub(super) fn amendable(
    tender: &Tender,
    after: &Text,
    why: &str,
    now: DateTime<Utc>,
) -> Result<bool, Refusal> {
    if !tender.takes_bids(now) {
        return Err(Refusal::new("A tender changes before it closes, not after", LATE));
    }
    complete(after)?;
    if after.closes_at < tender.text.closes_at {
        return Err(Refusal::new("The closing time is made later, never sooner: bidders count on it", LATE)
            .at("closes_at"));
    }
    if after.reserved != tender.text.reserved {
        return Err(Refusal::new("Who may bid stays as it was published: others have not read on", STATES)
            .at("reserved"));
    }
    if after.lots.len() < tender.text.lots.len() {
        return Err(Refusal::new(
            "A lot that was published stays: bids name it. If it is not bought any more, nobody wins it",
            STATES,
        ));
    }
    if after.questions_until < tender.text.questions_until {
        return Err(
            Refusal::new("The time for questions is made longer, never shorter", LATE).at("questions_until")
        );
    }
    given("because", why, "what changed and why: every bidder reads it", 2000)?;
    let material = is_material(&tender.text, after);
    if material {
        long_enough(after, now)?;
    }
    Ok(material)
}

/// The words of a text, as bidders are counted.
pub(crate) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// Where in a bid something is wrong: a question or a price by the number of its lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// In the bid as a whole, or its lots.
    Bid,
    /// What the organisation says of itself.
    About,
    /// Who bids together.
    Consortium,
    /// The answer to a question of a lot.
    Answer(i32, i32),
    /// The price of a lot.
    Price(i32),
    /// What the price of a lot is made up of.
    Costs(i32),
}

pub(super) const ASKED: &str = "what the tender asks of every bid";

/// All that keeps a bid from being taken, in the order of the form.
pub fn faults(text: &Text, content: &Content) -> Vec<(At, Refusal)> {
    if content.asked != text.asked() {
        let rule = "The tender changed since this bid was begun: read what changed, look at each answer again, then send it";
        return vec![(At::Bid, Refusal::new(rule, ASKED))];
    }
    let mut list = Vec::new();
    if content.lots.is_empty() {
        list.push((At::Bid, Refusal::new("Bid for at least one lot", ASKED)));
    }
    for (at, bid) in content.lots.iter().enumerate() {
        let Some(lot) = text.lot(bid.lot) else {
            list.push((At::Bid, Refusal::new(format!("There is no lot {}", bid.lot), ASKED)));
            continue;
        };
        if content.lots[..at].iter().any(|before| before.lot == bid.lot) {
            list.push((At::Bid, Refusal::new(format!("Bid for lot {} once", bid.lot), ASKED)));
        }
        list.extend(faults_of_answers(lot, bid));
        list.extend(faults_of_price(lot, bid));
    }
    for (at, said, what) in [
        (At::Consortium, &content.consortium, "who bids together, and who does what,"),
        (At::About, &content.about, "who you are"),
    ] {
        if said.chars().count() > LONGEST {
            list.push((at, Refusal::of_form(format!("Say {what} in at most {LONGEST} characters"))));
        }
    }
    list
}

fn faults_of_answers(lot: &Lot, bid: &LotContent) -> Vec<(At, Refusal)> {
    let mut list = Vec::new();
    for (number, one) in lot.scored() {
        let at = At::Answer(bid.lot, number);
        match words(bid.answers.get(&number).map_or("", String::as_str)) {
            0 => list.push((at, Refusal::new(format!("Answer question {}.{number}", bid.lot), ASKED))),
            many if many > one.words as usize => {
                let rule = format!(
                    "The answer to question {}.{number} has {many} words, and may have {}",
                    bid.lot, one.words
                );
                list.push((at, Refusal::new(rule, ASKED)));
            }
            _ => {}
        }
    }
    if bid.answers.keys().any(|number| lot.scored().all(|(known, _)| known != *number)) {
        list.push((At::Bid, Refusal::new(format!("Lot {} has no such question", bid.lot), ASKED)));
    }
    list
}

fn faults_of_price(lot: &Lot, bid: &LotContent) -> Vec<(At, Refusal)> {
    let mut list = Vec::new();
    let price = |rule: String| (At::Price(bid.lot), Refusal::new(rule, ASKED));
    match bid.price {
        None if lot.price().is_some() => list.push(price(format!("Give a price for lot {}", bid.lot))),
        Some(amount) if amount <= Pence::default() => {
            list.push(price(format!("Give a price for lot {}", bid.lot)));
        }
        Some(amount) if amount > lot.ceiling => {
            list.push(price(format!("Lot {} may cost {} at most", bid.lot, lot.ceiling)));
        }
        Some(amount) if lot.costs => {
            list.extend(make_up(&bid.costs, amount, bid.lot).err().map(|wrong| (At::Costs(bid.lot), wrong)));
        }
        _ => {}
    }
    if !lot.costs && !bid.costs.is_empty() {
        let rule = format!("Lot {} does not ask what its price is made up of", bid.lot);
        list.push((At::Costs(bid.lot), Refusal::new(rule, ASKED)));
    }
    list
}
