//! What those who applied wrote goes when its term has passed. That they applied, for how much, the views, the decision and the receipts
//! stay.

use enough_kernel::day_in_england;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result};

use super::applications::Answers;
use super::keep::{damaged, subject};
use super::records::call_application as table;
use super::{Call, State, calls, decisions};
use crate::agreements::agreements;
use crate::tenders::{LOST_YEARS, WON_YEARS, years_after};

/// What of an application stays.
fn without_words(says: &str) -> Result<String> {
    let says: Answers = serde_json::from_str(says).map_err(damaged)?;
    let answers = says.answers.iter().map(|_| String::new()).collect();
    let left = Answers { title: String::new(), answers, partners: String::new(), ..says };
    serde_json::to_string(&left).map_err(damaged)
}

/// Removes what applications say whose term has passed, as for bids; gives of how many. Nothing is logged when there was none.
///
/// # Errors
/// When the database fails; nothing is removed then.
pub async fn sweep_applications(authority: &Authority, actor: &Actor) -> Result<u64> {
    let today = day_in_england(authority.environment().now());
    let is_over = |one: &Call| {
        let closed = day_in_england(one.text.closes_at).max(one.text.heard_by);
        matches!(one.state, State::Decided | State::Cancelled) && years_after(closed, LOST_YEARS) < today
    };
    let over: Vec<Call> = calls(authority).await?.into_iter().filter(is_over).collect();
    if over.is_empty() {
        return Ok(0);
    }
    let agreed = agreements(authority).await?;
    let mut change = authority.begin(actor).await?;
    let mut removed = 0;
    for call in &over {
        let (decided, before) = (decisions(authority, &call.id).await?, removed);
        let find = table::Entity::find()
            .filter(table::Column::Authority.eq(authority.code()))
            .filter(table::Column::Call.eq(call.id.as_str()))
            .filter(table::Column::ClearedAt.is_null());
        let rows = find.order_by_asc(table::Column::Organisation).order_by_asc(table::Column::Number);
        for row in rows.all(change.tx()).await? {
            let decision = decided.iter().find(|one| one.organisation == row.organisation);
            let made = decision.and_then(|one| one.agreement.as_ref());
            let won = made.and_then(|id| agreed.iter().find(|one| one.id == *id && one.is_signed()));
            if won.is_some_and(|one| years_after(one.terms.ends_on, WON_YEARS) >= today) {
                continue;
            }
            let left = row.text.as_deref().map(without_words).transpose()?;
            let mut row = row.into_active_model();
            row.text = Set(left);
            row.cleared_at = Set(Some(change.now()));
            row.update(change.tx()).await?;
            removed += 1;
        }
        if removed > before {
            change.log(Event::new("call.clear", subject(&call.id)).with("applications", removed - before));
        }
    }
    if removed > 0 {
        change.log(Event::new("retention.sweep", "authority").with("applications", removed));
        change.commit().await?;
    }
    Ok(removed)
}
