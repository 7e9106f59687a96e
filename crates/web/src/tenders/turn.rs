//! Whose turn it is: what a tender waits for, and whether that is whoever asks.

use chrono::{DateTime, Utc};
use enough_commissioning::tenders::{
    Phase, Standstill, State, Tender, drafts_of_others, evaluation, openers, tenders_that_are,
};
use enough_kernel::day_in_england;
use enough_store::accounts::Action;

use super::{now, works_for_bidder};
use crate::caller::Caller;
use crate::commissioning::{Waits, waits};
use crate::problem::Problem;
use crate::view::MOST_WAITING;

/// The states in which a public tender may wait for somebody.
const LIVE: [State; 6] =
    [State::Published, State::Opened, State::Recommended, State::Decided, State::Notified, State::Standstill];

/// The tenders that wait for whoever asks; of drafts as many as are shown, and one.
pub async fn waiting(caller: &Caller) -> Result<Vec<Waits>, Problem> {
    let (now, mut list) = (now(caller), Vec::new());
    let authority = caller.app.authority();
    let mut live = LIVE.to_vec();
    let mut all = Vec::new();
    if caller.may(Action::PrepareTenders)
        && let Some(person) = caller.person()
    {
        live.push(State::Approved);
        all = drafts_of_others(authority, &person.id, MOST_WAITING as u64 + 1).await?;
    }
    all.extend(tenders_that_are(authority, &live).await?);
    for one in all {
        if let Some((to, what)) = turn(caller, &one, now).await? {
            list.push(waits(&one.text.title, to, what));
        }
    }
    Ok(list)
}

/// What a tender waits for from whoever asks: where it is done, and what it is; nothing if it is somebody else's turn.
pub(super) async fn turn(
    caller: &Caller,
    one: &Tender,
    now: DateTime<Utc>,
) -> Result<Option<(String, &'static str)>, Problem> {
    let Some(person) = caller.person() else { return Ok(None) };
    let (authority, prepares) = (caller.app.authority(), caller.may(Action::PrepareTenders));
    let at = |part: &str| format!("/tenders/{}{part}", one.id);
    Ok(match one.phase(now) {
        Phase::Kept(State::Draft) if prepares && !one.written_by.contains(&person.id) => {
            Some((at("#step"), "Approve it"))
        }
        Phase::Kept(State::Approved) if prepares => Some((at("/publish"), "Publish it")),
        Phase::Closed => {
            let all = openers(authority, &one.id).await?;
            let is_mine = all.iter().any(|opener| opener.person == person.id && opener.given_at.is_none());
            is_mine.then(|| (at("/open"), "Open your half of the bids"))
        }
        Phase::Kept(State::Opened) => {
            let judged = evaluation(authority, &one.id).await?;
            let scores =
                judged.evaluators.iter().any(|own| own.person == person.id && own.locked_at.is_none());
            let moderates = one.moderator.as_ref() == Some(&person.id) && judged.is_locked();
            match (scores, moderates) {
                (true, _) => Some((at("/scores"), "Score the bids")),
                (_, true) => Some((at("/moderation"), "Moderate the scores, then recommend")),
                _ => None,
            }
        }
        Phase::Kept(State::Recommended) if caller.may(Action::DecideAwards) => {
            let judged = evaluation(authority, &one.id).await?;
            let took_part = judged.evaluators.iter().any(|own| own.person == person.id)
                || [&one.moderator, &one.recommended_by].contains(&&Some(person.id.clone()));
            let may = !took_part && !works_for_bidder(caller, one).await?;
            may.then(|| (at("/decide"), "Decide what is recommended"))
        }
        Phase::Kept(State::Decided) if prepares => Some((at("#step"), "Tell the bidders")),
        Phase::Kept(State::Notified) if prepares => Some((at("#step"), "Publish the award, or end it")),
        Phase::Kept(State::Standstill) if prepares => {
            if one.awaits_award_notice() {
                return Ok(Some(("/notices".to_owned(), "Say when its award notice (UK6) was published")));
            }
            let is_over = match one.standstill() {
                Standstill::Runs { until, .. } => until < day_in_england(now),
                Standstill::None => true,
                Standstill::Awaited | Standstill::Unknown => false,
            };
            is_over.then(|| (at("#step"), "Sign it: the standstill has ended"))
        }
        _ => None,
    })
}
