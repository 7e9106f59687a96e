//! Who bids together: an organisation gives a code to the one that sends the bid, and so agrees to be named. Nothing is kept of it, so that
//! nobody knows before the bids are opened.

use enough_kernel::Refusal;
use enough_store::accounts::{Organisation, OrganisationKind};
use enough_store::audit::Actor;
use enough_store::{Authority, Result};
use sha2::{Digest, Sha256};

use super::rules::{ASKED, STATES};
use super::tender;

/// A code as it is compared: people write it with other signs between its parts.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_ascii_lowercase()
}

/// The code with which an organisation agrees to be named in another's bid for a tender: 64 bits that only the service's keys make.
fn code(authority: &Authority, tender: &str, (partner, lead): (&str, &str)) -> String {
    let mark = authority.store().keys().mark(&format!("partner {tender} {partner} {lead}"));
    let digits: Vec<String> = Sha256::digest(mark.as_bytes())
        .chunks(2)
        .take(4)
        .map(|two| format!("{:02x}{:02x}", two[0], two[1]))
        .collect();
    digits.join("-")
}

fn can_bid(one: &Organisation, own: &str) -> bool {
    one.id != own && one.kind != OrganisationKind::Authority
}

/// Gives the code with which whoever asks agrees, for their organisation, to bid together with another. It can be given again: it stays
/// the same. Nothing is kept and nothing logged, for the log would tell who bids.
///
/// # Errors
/// Refused while the tender takes no bids, and for what is no other organisation that could bid.
pub async fn partner_code(authority: &Authority, actor: &Actor, id: &str, lead: &str) -> Result<String> {
    actor.somebody()?;
    let (one, _) = tender(authority, id).await?;
    if !one.takes_bids(authority.environment().now()) {
        return Err(Refusal::new("Bids are not taken now", STATES).into());
    }
    let own = actor.organisation.as_deref().unwrap_or_default();
    let known = authority.organisations().await?;
    let is_bidder = known.iter().any(|one| one.id == own && one.kind != OrganisationKind::Authority);
    if !is_bidder || !known.iter().any(|one| one.id == lead && can_bid(one, own)) {
        return Err(Refusal::new("Choose another organisation, which sends the bid", ASKED)
            .at("lead")
            .into());
    }
    Ok(code(authority, id, (own, lead)))
}

/// The ids of the organisations whose codes are in a bid; the first code that is of none, if there is one.
pub(super) async fn partners_of(
    authority: &Authority,
    tender: &str,
    lead: &str,
    codes: &[String],
) -> Result<(Vec<String>, Option<String>)> {
    if codes.is_empty() {
        return Ok((Vec::new(), None));
    }
    let known = authority.organisations().await?;
    let by_code: Vec<(String, &str)> = known
        .iter()
        .filter(|one| can_bid(one, lead))
        .map(|one| (plain(&code(authority, tender, (&one.id, lead))), one.id.as_str()))
        .collect();
    let (mut list, mut wrong) = (Vec::<String>::new(), None);
    for typed in codes {
        match by_code.iter().find(|(code, _)| *code == plain(typed)) {
            Some((_, id)) if !list.iter().any(|one| one == id) => list.push((*id).to_owned()),
            Some(_) => {}
            None => wrong = wrong.or_else(|| Some(typed.clone())),
        }
    }
    Ok((list, wrong))
}
