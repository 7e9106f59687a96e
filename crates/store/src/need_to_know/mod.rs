//! Need to know: a sensitive record opens for the people who are named with it, and for nobody else. Breaking the glass opens one
//! in an emergency: for a short time, with a reason, in the audit log, and the privacy officer is told and reviews it.
//!
//! The rules are those of HL7's EHR System Functional Model TI.2.1.2.8 (emergency access: who, for which organisation, from where,
//! when and why, each time) with a review by somebody else.

mod records;

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use enough_kernel::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::accounts::{Person, State};
use crate::audit::{Actor, Event};
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};
use crate::names;
use records::{opening, record_reader};

/// How long a record that was opened in an emergency stays open for whoever opened it.
pub const EMERGENCY: Duration = Duration::hours(1);
/// The shortest reason, in characters: a word is none.
pub const SHORTEST_REASON: usize = 20;
/// The longest reason or remark, in characters.
pub const LONGEST_REASON: usize = 2000;

names! {
    /// What the review of an opening found.
    Finding {
        Justified = "justified", "There was reason to";
        NotJustified = "not-justified", "There was no reason to";
    }
}

/// How a record stands to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// They are named with it.
    Named,
    /// They opened it in an emergency, until then.
    Emergency(DateTime<Utc>),
    /// It is closed to them.
    Closed,
}

/// A record that somebody opened in an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its id.
    pub id: String,
    /// The record: kind and id.
    pub record: String,
    /// The id of who opened it.
    pub person: String,
    /// Why.
    pub reason: String,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// Until when it stays open for them.
    pub ends_at: DateTime<Utc>,
    /// The review.
    pub review: Option<Review>,
}

/// The review of an opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// What it found.
    pub finding: Finding,
    /// In words.
    pub remark: String,
    /// The id of who reviewed it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

fn read(row: opening::Model) -> Result<Opening> {
    let review = match (row.finding, row.reviewed_by, row.reviewed_at) {
        (Some(finding), Some(by), Some(at)) => {
            let finding = finding.parse().map_err(StoreError::Damaged)?;
            Some(Review { finding, remark: row.remark.unwrap_or_default(), by, at })
        }
        _ => None,
    };
    Ok(Opening {
        id: row.id,
        record: row.record,
        person: row.person,
        reason: row.reason,
        opened_at: row.opened_at,
        ends_at: row.ends_at,
        review,
    })
}

impl Change {
    /// Names the people who need to know a record, and nobody else.
    ///
    /// # Errors
    /// Refused when nobody is named, or somebody who may not come in.
    pub async fn name_readers(&mut self, record: &str, people: &BTreeSet<String>) -> Result<()> {
        if people.is_empty() {
            return Err(Refusal::of_form("Name at least one person who needs to know").at("reader").into());
        }
        let before = readers(self.tx(), self.authority(), record).await?;
        for person in people.difference(&before) {
            let known = self.records().find_person(self.tx(), person).await?;
            if known.state == State::Disabled {
                return Err(Refusal::of_form(format!("{} may not come in any more", known.name))
                    .at("reader")
                    .into());
            }
            let row = record_reader::ActiveModel {
                authority: Set(self.authority().to_owned()),
                record: Set(record.to_owned()),
                person: Set(person.clone()),
            };
            row.insert(self.tx()).await?;
            self.log(Event::new("reader.add", record).with("reader", person.as_str()));
        }
        for person in before.difference(people) {
            let key = (self.authority().to_owned(), record.to_owned(), person.clone());
            record_reader::Entity::delete_by_id(key).exec(self.tx()).await?;
            self.log(Event::new("reader.remove", record).with("reader", person.as_str()));
        }
        Ok(())
    }

    /// Ids of those who need to know a record, as far as this change.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn readers(&self, record: &str) -> Result<BTreeSet<String>> {
        readers(self.tx(), self.authority(), record).await
    }

    /// Nobody needs to know a record any more: it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_readers(&self, record: &str) -> Result<()> {
        record_reader::Entity::delete_many()
            .filter(record_reader::Column::Authority.eq(self.authority()))
            .filter(record_reader::Column::Record.eq(record))
            .exec(self.tx())
            .await?;
        Ok(())
    }

    /// Opens a record to be read, and says so in the log; it must not be shown before the change has ended.
    ///
    /// # Errors
    /// When it is closed to the person: nothing is logged then but by whoever asks.
    pub async fn open_record(&mut self, record: &str, person: &str) -> Result<Access> {
        let access = access(self.tx(), (self.authority(), record, person), self.now()).await?;
        let how = match access {
            Access::Named => "named",
            Access::Emergency(_) => "emergency",
            Access::Closed => return Ok(access),
        };
        self.log(Event::new("record.read", record).with("as", how));
        Ok(access)
    }
}

async fn readers(db: &impl ConnectionTrait, authority: &str, record: &str) -> Result<BTreeSet<String>> {
    let find = record_reader::Entity::find()
        .select_only()
        .column(record_reader::Column::Person)
        .filter(record_reader::Column::Authority.eq(authority))
        .filter(record_reader::Column::Record.eq(record));
    Ok(find.into_tuple::<String>().all(db).await?.into_iter().collect())
}

async fn access(
    db: &impl ConnectionTrait,
    (authority, record, person): (&str, &str, &str),
    now: DateTime<Utc>,
) -> Result<Access> {
    if readers(db, authority, record).await?.contains(person) {
        return Ok(Access::Named);
    }
    let open = opening::Entity::find()
        .filter(opening::Column::Authority.eq(authority))
        .filter(opening::Column::Record.eq(record))
        .filter(opening::Column::Person.eq(person))
        .filter(opening::Column::EndsAt.gt(now))
        .order_by_desc(opening::Column::EndsAt)
        .one(db)
        .await?;
    Ok(open.map_or(Access::Closed, |row| Access::Emergency(row.ends_at)))
}

impl Authority {
    /// Ids of those who need to know a record.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn readers(&self, record: &str) -> Result<BTreeSet<String>> {
        readers(self.store().read(), self.code(), record).await
    }

    /// The records that a person is named with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn records_of(&self, person: &str) -> Result<BTreeSet<String>> {
        let find = record_reader::Entity::find()
            .select_only()
            .column(record_reader::Column::Record)
            .filter(record_reader::Column::Authority.eq(self.code()))
            .filter(record_reader::Column::Person.eq(person));
        Ok(find.into_tuple::<String>().all(self.store().read()).await?.into_iter().collect())
    }

    /// How a record stands to a person now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn access(&self, record: &str, person: &str) -> Result<Access> {
        access(self.store().read(), (self.code(), record, person), self.environment().now()).await
    }

    /// Opens a record in an emergency; gives the moment at which it closes again.
    ///
    /// # Errors
    /// Refused without a reason in words, and where the record is open to them anyway.
    pub async fn break_glass(
        &self,
        actor: &Actor,
        person: &Person,
        record: &str,
        reason: &str,
    ) -> Result<DateTime<Utc>> {
        let reason = reason.trim();
        let length = reason.chars().count();
        if !(SHORTEST_REASON..=LONGEST_REASON).contains(&length) {
            let what = format!(
                "Say why you must know this now, in {SHORTEST_REASON} to {LONGEST_REASON} characters"
            );
            return Err(Refusal::of_form(what).at("reason").into());
        }
        let mut change = self.begin(actor).await?;
        let now = change.now();
        if access(change.tx(), (self.code(), record, &person.id), now).await? != Access::Closed {
            return Err(StoreError::refused("This record is open to you already"));
        }
        let (id, ends_at) = (self.environment().id(), now + EMERGENCY);
        let row = opening::ActiveModel {
            authority: Set(self.code().to_owned()),
            id: Set(id.clone()),
            record: Set(record.to_owned()),
            person: Set(person.id.clone()),
            reason: Set(reason.to_owned()),
            opened_at: Set(now),
            ends_at: Set(ends_at),
            finding: Set(None),
            remark: Set(None),
            reviewed_by: Set(None),
            reviewed_at: Set(None),
        };
        row.insert(change.tx()).await?;
        change.log(Event::new("record.break-glass", record).because(reason).with("opening", id));
        change.commit().await?;
        Ok(ends_at)
    }

    /// Records that were opened in an emergency: those that wait for their review first, then the newest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn openings(&self) -> Result<Vec<Opening>> {
        let find = opening::Entity::find().filter(opening::Column::Authority.eq(self.code()));
        let rows = find.order_by_desc(opening::Column::OpenedAt).order_by_desc(opening::Column::Id);
        let mut list: Vec<Opening> =
            rows.all(self.store().read()).await?.into_iter().map(read).collect::<Result<_>>()?;
        list.sort_by_key(|opening| opening.review.is_some());
        Ok(list)
    }

    /// How many openings wait for a review that this person can make.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn openings_to_review(&self, person: &str) -> Result<u64> {
        let find = opening::Entity::find()
            .filter(opening::Column::Authority.eq(self.code()))
            .filter(opening::Column::ReviewedAt.is_null())
            .filter(opening::Column::Person.ne(person));
        Ok(find.count(self.store().read()).await?)
    }

    /// Says what the review of an opening found.
    ///
    /// # Errors
    /// Refused without a remark, for one's own opening, and for one that was reviewed.
    pub async fn review_opening(
        &self,
        actor: &Actor,
        reviewer: &Person,
        id: &str,
        finding: Finding,
        remark: &str,
    ) -> Result<()> {
        let refuse = |reason: &str| Err(StoreError::refused(reason));
        let remark = remark.trim();
        if remark.is_empty() || remark.chars().count() > LONGEST_REASON {
            let what = "Say in words what you found, in at most 2000 characters";
            return Err(Refusal::of_form(what).at("remark").into());
        }
        let mut change = self.begin(actor).await?;
        let row =
            opening::Entity::find_by_id((self.code().to_owned(), id.to_owned())).one(change.tx()).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("opening {id}")))?;
        if row.person == reviewer.id {
            return refuse("You opened this record yourself: somebody else must review it");
        }
        if row.reviewed_at.is_some() {
            return refuse("Somebody has reviewed this opening already");
        }
        opening::Entity::update_many()
            .col_expr(opening::Column::Finding, Expr::value(finding.key()))
            .col_expr(opening::Column::Remark, Expr::value(remark))
            .col_expr(opening::Column::ReviewedBy, Expr::value(reviewer.id.as_str()))
            .col_expr(opening::Column::ReviewedAt, Expr::value(change.now()))
            .filter(opening::Column::Authority.eq(self.code()))
            .filter(opening::Column::Id.eq(id))
            .exec(change.tx())
            .await?;
        change.log(
            Event::new("opening.review", format!("opening:{id}"))
                .because(remark)
                .with("record", row.record)
                .with("finding", finding.key()),
        );
        change.commit().await
    }
}
