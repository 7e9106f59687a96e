//! The evidence pack of a tender, for auditors: as a page, and as the file that others check.

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use enough_commissioning::tenders::{
    BidEvidence, Evidence, Lot, ScoreEvidence, StandingEvidence, Standstill, evidence as keep_evidence,
};
use enough_store::audit::Entry;

use crate::caller::Caller;
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "tenders/evidence.html")]
struct Shown {
    frame: Frame,
    pack: Evidence,
    /// What the log says: the entry, and who acted.
    log: Vec<(Entry, String)>,
}

impl Shown {
    /// Who made a bid.
    fn bidder(&self, id: &str) -> &str {
        let bid = self.pack.bids.iter().find(|one| one.bid.id == id);
        bid.map_or("a bid that is not there any more", |one| self.pack.name(&one.bid.organisation))
    }

    /// Who did something that may not be done yet.
    fn who(&self, id: Option<&String>) -> &str {
        id.map_or("nobody", |id| self.pack.name(id))
    }

    /// The prices of a bid, lot by lot.
    fn prices(bid: &BidEvidence) -> String {
        let prices = bid.prices.iter().filter_map(|(lot, price)| Some(format!("lot {lot}: {}", (*price)?)));
        prices.collect::<Vec<_>>().join(", ")
    }

    /// All scores of a lot, those that count last of each criterion and bid.
    fn scores(&self, lot: &Lot) -> Vec<&ScoreEvidence> {
        let all = self.pack.scores.iter().chain(&self.pack.moderated);
        let mut list: Vec<_> = all.filter(|one| one.lot == lot.number).collect();
        list.sort_by_key(|one| (one.criterion, self.bidder(&one.submission), one.person.is_none()));
        list
    }

    /// How the bids for a lot came out, the best first.
    fn stand(&self, lot: &Lot) -> Vec<&StandingEvidence> {
        let mut list: Vec<_> = self.pack.standings.iter().filter(|one| one.lot == lot.number).collect();
        list.sort_by_key(|one| (one.place.unwrap_or(usize::MAX), self.bidder(&one.submission)));
        list
    }
}

/// The page.
pub async fn evidence(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let pack = keep_evidence(caller.app.authority(), &caller.actor(), &id).await?;
    let log = pack.entries()?.into_iter().map(|entry| {
        let who = entry.person.as_deref().map_or("the service, or nobody signed in", |id| pack.name(id));
        let who = who.to_owned();
        (entry, who)
    });
    let log = log.collect();
    let frame = Frame::new(&caller, format!("How it was run: {}", pack.text.title));
    Ok(page(Shown { frame, pack, log })?.into_response())
}

/// The file.
pub async fn evidence_file(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let pack = keep_evidence(caller.app.authority(), &caller.actor(), &id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"evidence.json\""),
    ];
    Ok((headers, pack.file()?).into_response())
}
