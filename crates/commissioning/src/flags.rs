//! Red flags in our own register: signs that somebody should look, as the Open Contracting Partnership lists them ("Red flags in public
//! procurement", 2024; OCDS Cardinal). A flag is no finding. Only of tenders whose award is published.

use std::collections::BTreeMap;

use enough_kernel::Pence;
use enough_store::audit::Query;
use enough_store::{Authority, Result, StoreError, names};

use crate::agreements::{
    Agreement, Payment, Proposal, ProposalKind, ProposalState, agreements, all_payments, all_proposals,
};
use crate::intentions::{SOONER, intention};
use crate::tenders::{Standing, Tender, compare, public_tenders};

names! {
    /// What stands out.
    Sign {
        ShortPeriod = "R003", "Bidders had less than 30 days";
        LateBids = "late-bids", "Bids came late and were refused";
        SingleBid = "R018", "Only one bid";
        PriceClose = "R024", "The two lowest prices are within 1 %";
        IdenticalPrices = "R028", "Two bids have the same price";
        OthersLeftOut = "R035", "All bids but the winner's were left out";
        LowestLeftOut = "R036", "The lowest price was left out";
        AwardedDirectly = "direct-award", "Awarded without a tender";
        NoStandstill = "no-standstill", "Awarded without a standstill";
        OpenedSooner = "opened-sooner", "The plan was public for less time than the rule";
        ChangedOften = "changed-often", "Changed twice or more, or worth a fifth more";
        PaidLate = "paid-late", "Payments later than the law allows";
    }
}

/// A flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// What stands out.
    pub sign: Sign,
    /// The path of the page that it is about.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Which lot, or how much.
    pub detail: String,
}

/// The days that bidders have usually.
const USUAL_DAYS: i64 = 30;

/// What the bids for a lot show. Pure.
fn of_bids(all: &[Standing]) -> Vec<Sign> {
    let mut signs = Vec::new();
    let (inside, outside): (Vec<&Standing>, Vec<&Standing>) = all.iter().partition(|one| one.place.is_some());
    if all.len() == 1 {
        signs.push(Sign::SingleBid);
    }
    if inside.len() == 1 && !outside.is_empty() {
        signs.push(Sign::OthersLeftOut);
    }
    let mut prices: Vec<Pence> = inside.iter().filter_map(|one| one.price).collect();
    prices.sort_unstable();
    let dropped = outside.iter().filter_map(|one| one.price).min();
    if dropped.zip(prices.first()).is_some_and(|(dropped, least)| dropped < *least) {
        signs.push(Sign::LowestLeftOut);
    }
    let is_close = |two: &[Pence]| (two[1].get() - two[0].get()) * 100 <= two[0].get();
    if prices.windows(2).any(|two| two[0] == two[1]) {
        signs.push(Sign::IdenticalPrices);
    } else if prices.get(..2).is_some_and(is_close) {
        signs.push(Sign::PriceClose);
    }
    signs
}

async fn of_tender(authority: &Authority, one: &Tender) -> Result<Vec<Flag>> {
    let flag = |sign: Sign, detail: String| Flag {
        sign,
        path: format!("/tenders/{}", one.id),
        title: one.text.title.clone(),
        detail,
    };
    let mut list = Vec::new();
    let standings: BTreeMap<i32, Vec<Standing>> = match compare(authority, one).await {
        Ok(standings) => standings,
        Err(StoreError::Refused(_)) => BTreeMap::new(),
        Err(other) => return Err(other),
    };
    for (lot, all) in &standings {
        list.extend(of_bids(all).into_iter().map(|sign| flag(sign, format!("lot {lot}"))));
    }
    if let Some(at) = one.published_at {
        let days = (one.text.closes_at - at).num_days();
        // The law asks for 25 where everything can be had and sent electronically, and for more where not (Procurement Act 2023 s54).
        if days < USUAL_DAYS {
            list.push(flag(Sign::ShortPeriod, format!("{days} days")));
        }
    }
    if let Some(why) = one.outcome.as_ref().and_then(|outcome| outcome.no_standstill.clone()) {
        list.push(flag(Sign::NoStandstill, why));
    }
    let late = Query {
        action: Some("submission.late".to_owned()),
        subject: Some(format!("tender:{}", one.id)),
        ..Query::default()
    };
    let late = authority.search(&late, 100).await?.entries.len();
    if late > 0 {
        list.push(flag(Sign::LateBids, late.to_string()));
    }
    let (_, changes) = intention(authority, &one.intention).await?;
    if let Some(sooner) = changes.iter().find(|change| change.what.contains(SOONER)) {
        list.push(flag(Sign::OpenedSooner, sooner.what.clone()));
    }
    Ok(list)
}

fn of_agreement(one: &Agreement, agreed: &[Proposal], paid: &[Payment]) -> Vec<Flag> {
    let flag = |sign: Sign, detail: String| Flag {
        sign,
        path: format!("/agreements/{}", one.id),
        title: one.title.clone(),
        detail,
    };
    let mut list = Vec::new();
    if let Some(direct) = one.direct {
        list.push(flag(Sign::AwardedDirectly, direct.why.label().to_owned()));
    }
    let is_change =
        |one: &&Proposal| one.state == ProposalState::Agreed && one.proposed.kind != ProposalKind::End;
    let changed = agreed.iter().filter(is_change).count();
    let more = one.terms.value.get() - one.first.value.get();
    if changed >= 2 || more * 5 >= one.first.value.get() {
        list.push(flag(
            Sign::ChangedOften,
            format!("{changed} times, from {} to {}", one.first.value, one.terms.value),
        ));
    }
    let late = paid.iter().filter(|one| !one.is_in_time()).count();
    if late > 0 {
        list.push(flag(Sign::PaidLate, format!("{late} of {}", paid.len())));
    }
    list
}

/// The flags of all tenders whose award is published, and of all agreements that are signed.
///
/// # Errors
/// When the database fails.
pub async fn flags(authority: &Authority) -> Result<Vec<Flag>> {
    let mut list = Vec::new();
    for one in public_tenders(authority).await?.iter().filter(|one| one.award_at.is_some()) {
        list.extend(of_tender(authority, one).await?);
    }
    let (proposals, payments) = (all_proposals(authority).await?, all_payments(authority).await?);
    for one in agreements(authority).await?.iter().filter(|one| one.is_signed()) {
        list.extend(of_agreement(one, proposals.about(&one.id), payments.about(&one.id)));
    }
    list.sort_by(|a, b| (&a.title, a.sign).cmp(&(&b.title, b.sign)));
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bids(list: &[(i64, bool)]) -> Vec<Sign> {
        let standing = |(at, (pounds, inside)): (usize, &(i64, bool))| Standing {
            submission: at.to_string(),
            price: Some(Pence::new(pounds * 100)),
            place: inside.then_some(at + 1),
            ..Standing::default()
        };
        of_bids(&list.iter().enumerate().map(standing).collect::<Vec<_>>())
    }

    #[test]
    fn bids_show_what_stands_out() {
        assert_eq!(bids(&[(100, true)]), [Sign::SingleBid]);
        assert_eq!(bids(&[(100, true), (120, true)]), []);
        assert_eq!(bids(&[(1000, true), (1010, true)]), [Sign::PriceClose]);
        assert_eq!(bids(&[(1000, true), (1011, true)]), []);
        assert_eq!(bids(&[(100, true), (90, true), (100, true)]), [Sign::IdenticalPrices]);
        assert_eq!(bids(&[(100, true), (90, false)]), [Sign::OthersLeftOut, Sign::LowestLeftOut]);
        assert_eq!(bids(&[(100, true), (130, true), (120, false)]), []);
        assert_eq!(bids(&[]), []);
    }
}
