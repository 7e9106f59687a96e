//! What was noted of all agreements, for lists: a query for each kind of note, not one for each agreement.

use std::collections::{BTreeSet, HashMap};

use enough_kernel::Pence;
use enough_store::sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use enough_store::{Authority, Result};

use super::Agreement;
use super::improvements::{self, Improvement};
use super::payments::{self, Payment, paid};
use super::performance::{Performance, periods_of, read_reports};
use super::proposals::{self, Proposal};
use super::records::{
    agreement_improvement, agreement_payment, agreement_proposal, agreement_rating, agreement_report,
    agreement_review,
};

/// Notes by the id of the agreement that they are about, in their order.
#[derive(Debug, Clone)]
pub struct Notes<T>(HashMap<String, Vec<T>>);

impl<T> Notes<T> {
    /// Those about an agreement.
    pub fn about(&self, id: &str) -> &[T] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }

    fn of(list: impl Iterator<Item = Result<(String, T)>>) -> Result<Self> {
        let mut all = HashMap::<String, Vec<T>>::new();
        for one in list {
            let (id, note) = one?;
            all.entry(id).or_default().push(note);
        }
        Ok(Self(all))
    }
}

impl Notes<Payment> {
    /// What was paid under an agreement, less what came back.
    pub fn spent(&self, id: &str) -> Pence {
        paid(self.about(id))
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Payment> {
        self.0.values().flatten()
    }
}

/// The payments under all agreements.
///
/// # Errors
/// When the database fails.
pub async fn all_payments(authority: &Authority) -> Result<Notes<Payment>> {
    use agreement_payment::{Column, Entity};
    let find = Entity::find().filter(Column::Authority.eq(authority.code())).order_by_asc(Column::Number);
    let rows = find.all(authority.store().read()).await?;
    Notes::of(rows.into_iter().map(|row| Ok((row.agreement.clone(), payments::read(row)))))
}

/// The proposals for all agreements.
///
/// # Errors
/// When the database fails.
pub async fn all_proposals(authority: &Authority) -> Result<Notes<Proposal>> {
    use agreement_proposal::{Column, Entity};
    let find = Entity::find().filter(Column::Authority.eq(authority.code())).order_by_asc(Column::Number);
    let rows = find.all(authority.store().read()).await?;
    Notes::of(rows.into_iter().map(|row| Ok((row.agreement.clone(), proposals::read(row)?))))
}

/// What the providers of all agreements were asked to improve.
///
/// # Errors
/// When the database fails.
pub async fn all_improvements(authority: &Authority) -> Result<Notes<Improvement>> {
    use agreement_improvement::{Column, Entity};
    let find = Entity::find().filter(Column::Authority.eq(authority.code())).order_by_asc(Column::Number);
    let rows = find.all(authority.store().read()).await?;
    Notes::of(rows.into_iter().map(|row| Ok((row.agreement.clone(), improvements::read(row)?))))
}

/// The agreements that were reviewed.
///
/// # Errors
/// When the database fails.
pub async fn reviewed(authority: &Authority) -> Result<BTreeSet<String>> {
    use agreement_review::{Column, Entity};
    let find = Entity::find().select_only().column(Column::Agreement).distinct();
    let find = find.filter(Column::Authority.eq(authority.code()));
    Ok(find.into_tuple().all(authority.store().read()).await?.into_iter().collect())
}

/// What was reported and rated of all agreements.
#[derive(Debug, Clone)]
pub struct Reported {
    reports: Notes<agreement_report::Model>,
    ratings: Notes<agreement_rating::Model>,
}

impl Reported {
    /// What was reported and rated of an agreement.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn performance(&self, one: &Agreement) -> Result<Performance> {
        let reports = self.reports.about(&one.id).to_vec();
        Ok(periods_of(one, read_reports(reports, self.ratings.about(&one.id))?))
    }
}

/// What was reported and rated of all agreements.
///
/// # Errors
/// When the database fails.
pub async fn all_reported(authority: &Authority) -> Result<Reported> {
    let (code, db) = (authority.code(), authority.store().read());
    let reports = agreement_report::Entity::find()
        .filter(agreement_report::Column::Authority.eq(code))
        .order_by_asc(agreement_report::Column::Number);
    let ratings = agreement_rating::Entity::find().filter(agreement_rating::Column::Authority.eq(code));
    let reports = reports.all(db).await?.into_iter().map(|row| Ok((row.agreement.clone(), row)));
    let ratings = ratings.all(db).await?.into_iter().map(|row| Ok((row.agreement.clone(), row)));
    Ok(Reported { reports: Notes::of(reports)?, ratings: Notes::of(ratings)? })
}
