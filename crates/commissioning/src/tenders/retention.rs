//! What bidders wrote goes when its term has passed. That they bid, their prices, points, the reasons and the receipts stay.

use chrono::{Months, NaiveDate};
use enough_kernel::day_in_england;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result};

use super::records::submission;
use super::submissions::{Content, record, unsealed};
use super::{State, Tender, public_tenders};
use crate::agreements::agreements_of_tender;
use crate::frameworks::frameworks_of_tender;

/// How many years what a bid says is kept after its tender ended, if it did not win: as long as an authority keeps the records of a
/// procurement (Procurement Act 2023 s98).
pub const LOST_YEARS: u32 = 3;
/// How many years what a bid that won says is kept after the last day of what it won: as long as claims can be made (Limitation Act 1980 s5).
pub const WON_YEARS: u32 = 6;

/// The same day so many years later.
pub(crate) fn years_after(day: NaiveDate, years: u32) -> NaiveDate {
    day.checked_add_months(Months::new(12 * years)).unwrap_or(NaiveDate::MAX)
}

/// What of a bid stays.
fn without_words(says: Content) -> Content {
    let mut left = Content { consortium: String::new(), about: String::new(), ..says };
    for lot in &mut left.lots {
        lot.answers.values_mut().for_each(String::clear);
    }
    left
}

/// The last day of what an organisation won in a tender.
async fn last_day(authority: &Authority, tender: &Tender, organisation: &str) -> Result<Option<NaiveDate>> {
    let agreed = agreements_of_tender(authority, &tender.id).await?.into_iter();
    let agreed =
        agreed.filter(|one| one.organisation == organisation && one.is_signed()).map(|one| one.terms.ends_on);
    let members = frameworks_of_tender(authority, &tender.id).await?.into_iter();
    let members =
        members.filter(|one| one.members.contains_key(organisation)).filter_map(|one| one.text.until);
    Ok(agreed.chain(members).max())
}

/// Removes what bids say whose term has passed; gives of how many. Nothing is logged when there was none.
///
/// # Errors
/// When the database fails; nothing is removed then.
pub async fn sweep_bids(authority: &Authority, actor: &Actor) -> Result<u64> {
    let today = day_in_england(authority.environment().now());
    let is_over = |one: &Tender| {
        let ended = matches!(one.state, State::Complete | State::Unsuccessful | State::Cancelled);
        ended && years_after(day_in_england(one.changed_at), LOST_YEARS) < today
    };
    let over: Vec<Tender> = public_tenders(authority).await?.into_iter().filter(is_over).collect();
    if over.is_empty() {
        return Ok(0);
    }
    let mut change = authority.begin(actor).await?;
    let mut removed = 0;
    for tender in &over {
        let find = submission::Entity::find()
            .filter(submission::Column::Authority.eq(authority.code()))
            .filter(submission::Column::Tender.eq(tender.id.as_str()))
            .filter(submission::Column::ClearedAt.is_null());
        for row in find.order_by_asc(submission::Column::Id).all(change.tx()).await? {
            let won = last_day(authority, tender, &row.organisation).await?;
            if won.is_some_and(|last| years_after(last, WON_YEARS) >= today) {
                continue;
            }
            let says = if row.content.is_some() { Some(unsealed(authority, &row)?) } else { None };
            let id = row.id.clone();
            let mut row = row.into_active_model();
            if let Some(says) = says {
                let keys = authority.store().keys();
                let left = without_words(says).bytes()?;
                row.content = Set(Some(keys.seal(&left, &record(&id), authority.environment())));
            }
            row.sealed = Set(String::new());
            row.cleared_at = Set(Some(change.now()));
            row.update(change.tx()).await?;
            change.log(Event::new("submission.clear", record(&id)).with("tender", tender.id.as_str()));
            removed += 1;
        }
    }
    if removed > 0 {
        change.log(Event::new("retention.sweep", "authority").with("bids", removed));
        change.commit().await?;
    }
    Ok(removed)
}
