//! What each bidder is told of the assessment of its bid, made of the scores and their reasons (The Procurement Regulations 2024,
//! regulation 31).

use std::collections::BTreeSet;

use enough_store::accounts::{Action, OrganisationKind};
use enough_store::audit::{Actor, Event};
use enough_store::mail::Told;
use enough_store::sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use enough_store::{Authority, Result};
use serde::{Deserialize, Serialize};

use super::award::{Judged, Outcome, judge};
use super::evaluation::{Moderation, Place};
use super::keep::{begin, damaged, subject};
use super::records::submission;
use super::score::{Standing, percent};
use super::submissions::bidders_of;
use super::{Content, State, Tender};
use crate::providers::{Provider, providers};

/// What a bidder is told of a criterion: their own points and why, and the winner's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What was asked.
    pub asks: String,
    /// The bidder's points and the reason, or what the price brought.
    pub own: (String, String),
    /// The winner's, if somebody else won.
    pub winner: Option<(String, String)>,
}

/// The assessment summary of a bid for a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotSummary {
    /// The lot.
    pub lot: i32,
    /// Its name.
    pub title: String,
    /// Criterion by criterion.
    pub lines: Vec<Line>,
    /// The bidder's total.
    pub total: String,
    /// The winner's total.
    pub winner_total: Option<String>,
    /// Their place; none if the bid could not win.
    pub place: Option<usize>,
    /// Why it could not win.
    pub out: Option<String>,
    /// Whether it won.
    pub won: bool,
}

/// The assessment summary of a bid (The Procurement Regulations 2024, regulation 31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Lot by lot.
    pub lots: Vec<LotSummary>,
    /// What the register said of who sent the bid when bidders were told: what is counted of it stays, whatever they say later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered: Option<Registered>,
}

/// What the register says of an organisation, as far as bids are counted by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Whether it is a voluntary, community or social enterprise.
    pub voluntary: bool,
    /// Whether it is small or medium-sized; none if it did not say.
    pub small: Option<bool>,
}

impl Registered {
    /// What it says now.
    pub fn of(provider: &Provider) -> Self {
        Self {
            voluntary: provider.organisation.kind == OrganisationKind::Voluntary,
            small: provider.profile.scale().map(|scale| scale != "large"),
        }
    }
}

fn told(moderation: Option<&Moderation>, scale: u32) -> (String, String) {
    moderation.map_or_else(Default::default, |one| (format!("{} of {scale}", one.points), one.reason.clone()))
}

fn summary(one: &Tender, judged: &Judged, outcome: &Outcome, bid: &(submission::Model, Content)) -> Summary {
    let mut lots = Vec::new();
    for lot in bid.1.lots.iter().filter_map(|bid| one.text.lot(bid.lot)) {
        let all = &judged.lots[&lot.number];
        let Some(own) = all.iter().find(|one| one.submission == bid.0.id) else { continue };
        let winners = outcome.lots.iter().filter(|one| one.lot == lot.number).flat_map(|one| &one.winners);
        let winners: Vec<&str> = winners.map(|one| one.submission.as_str()).collect();
        let won = winners.contains(&bid.0.id.as_str());
        let other = winners.first().filter(|_| !won);
        let first = other.and_then(|winner| all.iter().find(|one| one.submission == *winner));
        let line = |(at, criterion): (usize, &super::Criterion)| {
            let of = |standing: &Standing| {
                let place = Place {
                    submission: standing.submission.clone(),
                    lot: lot.number,
                    criterion: at as i32 + 1,
                };
                match judged.scores.moderated.get(&place) {
                    Some(moderation) => told(Some(moderation), one.text.scale),
                    None => (
                        percent(&standing.parts[at]),
                        "what the published formula makes of the price".to_owned(),
                    ),
                }
            };
            Line { asks: criterion.asks.clone(), own: of(own), winner: first.map(of) }
        };
        lots.push(LotSummary {
            lot: lot.number,
            title: lot.title.clone(),
            lines: lot.criteria.iter().enumerate().map(line).collect(),
            total: percent(&own.total),
            winner_total: first.map(|one| percent(&one.total)),
            place: own.place,
            out: own.out.clone(),
            won,
        });
    }
    Summary { lots, registered: None }
}

/// Gives every bidder whose bid was assessed its summary, made of the scores and their reasons.
///
/// # Errors
/// Refused before it is decided.
pub async fn notify(authority: &Authority, actor: &Actor, (id, seen): (&str, i32)) -> Result<()> {
    actor.somebody()?;
    let (mut change, one, mut row) = begin(authority, actor, id, Some(seen)).await?;
    one.in_state(State::Decided)?;
    let judged = judge(authority, change.tx(), &one).await?;
    let outcome = one.outcome.clone().unwrap_or_default();
    let known = providers(authority).await?;
    for bid in &judged.bids {
        let of = known.iter().find(|of| of.organisation.id == bid.0.organisation);
        let summary = Summary { registered: of.map(Registered::of), ..summary(&one, &judged, &outcome, bid) };
        let text = serde_json::to_string(&summary).map_err(damaged)?;
        let mut bid = bid.0.clone().into_active_model();
        bid.summary = Set(Some(text));
        bid.update(change.tx()).await?;
    }
    row.state = Set(State::Notified.to_string());
    row.notified_at = Set(Some(change.now()));
    row.update(change.tx()).await?;
    let told = Told {
        about: &one.text.title,
        what: "Your bid was assessed. The summary, with points and reasons, is on the page of the tender once you have signed in.",
        page: &format!("/tenders/{id}"),
        because: "You get this letter because your organisation has bid.",
    };
    let mut bidders = BTreeSet::new();
    for (row, _) in &judged.bids {
        bidders.extend(bidders_of(row)?);
    }
    change.write_to(&bidders, Action::Bid, &told).await?;
    change.log(Event::new("tender.notify", subject(id)).with("bidders", judged.bids.len()));
    change.commit().await
}
