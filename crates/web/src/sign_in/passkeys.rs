//! What pages need to ask a browser for a passkey, and what it answers.

use enough_store::accounts::{Answer, Challenge, Second, Session};

use crate::caller::Caller;
use crate::form::Sent;
use crate::problem::Problem;

/// A challenge on a page, and the address that it is for.
pub struct Offer {
    /// The challenge.
    pub challenge: Challenge,
    /// The origin of the pages that may use it.
    pub origin: String,
}

/// Asks for a passkey that the session's person has; nothing where there are none.
pub async fn asked(caller: &Caller, session: &Session) -> Result<Option<Offer>, Problem> {
    let Some(site) = &caller.app.settings().site else { return Ok(None) };
    let challenge = caller.app.authority().ask_for_passkey(site, session).await?;
    Ok(challenge.map(|challenge| Offer { challenge, origin: site.origin.clone() }))
}

/// Offers to make a passkey; nothing where the service has no address for them.
pub async fn offered(caller: &Caller, session: &Session) -> Result<Option<Offer>, Problem> {
    let Some(site) = &caller.app.settings().site else { return Ok(None) };
    let challenge = caller.app.authority().offer_passkey(site, session).await?;
    Ok(Some(Offer { challenge, origin: site.origin.clone() }))
}

/// What the browser made of a challenge, if it was sent.
pub fn answer<'a>(caller: &'a Caller, sent: &'a Sent) -> Option<Answer<'a>> {
    let site = caller.app.settings().site.as_ref()?;
    let (credential, state) = (sent.get("credential"), sent.get("state"));
    (!credential.is_empty()).then_some(Answer { site, credential, state })
}

/// The second factor that was sent: the answer of a passkey, or a code.
pub fn second<'a>(caller: &'a Caller, sent: &'a Sent) -> Second<'a> {
    answer(caller, sent).map_or_else(|| Second::Code(sent.get("code")), Second::Passkey)
}
