//! Letters by e-mail. A letter is posted in the change that it tells of: it is written with it, or not at all. Whoever sends it takes
//! what is due, and says what came of it; until then its content is sealed, afterwards it is gone.

mod news;
mod organisations;
pub(crate) mod records;

pub(crate) use news::UNCONFIRMED;
pub use news::{Reader, Topic, is_address};
pub use organisations::Told;

use chrono::{DateTime, Duration, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};
use records::letter;

/// Whoever took a letter and was not heard of for so long has gone: somebody else takes it.
const TAKEN: Duration = Duration::minutes(5);
/// How long to wait after each attempt that failed (RFC 5321 section 4.5.4.1 asks for half an hour between attempts and to try for
/// four to five days; the first come sooner, for what passes soon).
const WAITS: [Duration; 6] = [
    Duration::minutes(1),
    Duration::minutes(10),
    Duration::minutes(30),
    Duration::hours(3),
    Duration::hours(24),
    Duration::hours(72),
];

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The address of whom it is for.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
    /// The address of a page that ends letters of this kind, if they come again.
    pub end: Option<String>,
    /// After which moment it is of no use, such as that of a link in it.
    pub until: Option<DateTime<Utc>>,
}

/// How letters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How many wait to be sent.
    pub waiting: u64,
    /// How many of them were tried in vain.
    pub in_trouble: u64,
    /// How many were sent within the term of letters.
    pub sent: u64,
    /// How many could not be sent within the term of letters.
    pub given_up: u64,
}

/// A letter that could not be sent, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// When it was posted.
    pub posted_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried again; never, if it was given up.
    pub next_at: Option<DateTime<Utc>>,
    /// What the mail server said, without the address.
    pub what: String,
}

fn owner(id: &str) -> String {
    format!("letter:{id}")
}

impl Change {
    /// Posts a letter with this change; gives its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn post(&self, one: &Letter) -> Result<String> {
        let id = self.environment().id();
        let content = serde_json::to_vec(one).map_err(|error| StoreError::Damaged(error.to_string()))?;
        let sealed = self.records().store().keys().seal(&content, &owner(&id), self.environment());
        let row = letter::ActiveModel {
            authority: Set(self.authority().to_owned()),
            id: Set(id.clone()),
            sealed: Set(Some(sealed)),
            posted_at: Set(self.now()),
            attempts: Set(0),
            next_at: Set(self.now()),
            until: Set(one.until),
            ended_at: Set(None),
            sent: Set(false),
            trouble: Set(String::new()),
        };
        row.insert(self.tx()).await?;
        Ok(id)
    }
}

impl Authority {
    /// Takes up to so many letters that are due, by id: for a while nobody else takes them. Those that are of no use later come first.
    ///
    /// # Errors
    /// When the database fails, or a letter was sealed with other keys.
    pub async fn take_letters(&self, most: u64) -> Result<Vec<(String, Letter)>> {
        let now = self.environment().now();
        let due = letter::Entity::find()
            .filter(letter::Column::Authority.eq(self.code()))
            .filter(letter::Column::EndedAt.is_null())
            .filter(letter::Column::NextAt.lte(now))
            .order_by_asc(letter::Column::Until.is_null())
            .order_by_asc(letter::Column::NextAt)
            .order_by_asc(letter::Column::Id)
            .limit(most);
        let mut list = Vec::new();
        for row in due.all(self.store().read()).await? {
            if row.until.is_some_and(|until| now >= until) {
                self.end_letter(&row.id, false, "It was of no use any more").await?;
                continue;
            }
            // Only one of two who take it at the same time finds it as it was.
            let taken = letter::Entity::update_many()
                .col_expr(letter::Column::NextAt, Expr::value(now + TAKEN))
                .filter(letter::Column::Authority.eq(self.code()))
                .filter(letter::Column::Id.eq(&row.id))
                .filter(letter::Column::EndedAt.is_null())
                .filter(letter::Column::NextAt.eq(row.next_at))
                .exec(self.store().turn().await.db)
                .await?;
            let Some(sealed) = row.sealed.filter(|_| taken.rows_affected == 1) else { continue };
            let content = self.store().keys().unseal(&sealed, &owner(&row.id))?;
            let letter =
                serde_json::from_slice(&content).map_err(|error| StoreError::Damaged(error.to_string()))?;
            list.push((row.id, letter));
        }
        Ok(list)
    }

    /// A letter was sent: what it said is removed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn letter_sent(&self, id: &str) -> Result<()> {
        self.end_letter(id, true, "").await
    }

    async fn end_letter(&self, id: &str, sent: bool, trouble: &str) -> Result<()> {
        letter::Entity::update_many()
            .col_expr(letter::Column::Sealed, Expr::value(None::<String>))
            .col_expr(letter::Column::EndedAt, Expr::value(self.environment().now()))
            .col_expr(letter::Column::Sent, Expr::value(sent))
            .col_expr(letter::Column::Trouble, Expr::value(trouble))
            .filter(letter::Column::Authority.eq(self.code()))
            .filter(letter::Column::Id.eq(id))
            // What somebody else has ended stays as it ended.
            .filter(letter::Column::EndedAt.is_null())
            .exec(self.store().turn().await.db)
            .await?;
        Ok(())
    }

    /// A letter could not be sent: it is tried again later, or given up if it never can be or was tried often enough.
    ///
    /// # Errors
    /// When there is no such letter, or the database fails.
    pub async fn letter_failed(&self, id: &str, what: &str, for_good: bool) -> Result<()> {
        let key = (self.code().to_owned(), id.to_owned());
        let row = letter::Entity::find_by_id(key).one(self.store().read()).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(owner(id)))?;
        let next = usize::try_from(row.attempts).ok().and_then(|at| WAITS.get(at));
        let next = next.map(|wait| self.environment().now() + *wait).filter(|_| !for_good);
        let in_time = next.filter(|next| row.until.is_none_or(|until| *next < until));
        let Some(next) = in_time else { return self.end_letter(id, false, what).await };
        letter::Entity::update_many()
            .col_expr(letter::Column::Attempts, Expr::value(row.attempts + 1))
            .col_expr(letter::Column::NextAt, Expr::value(next))
            .col_expr(letter::Column::Trouble, Expr::value(what))
            .filter(letter::Column::Authority.eq(self.code()))
            .filter(letter::Column::Id.eq(id))
            .filter(letter::Column::EndedAt.is_null())
            .exec(self.store().turn().await.db)
            .await?;
        Ok(())
    }

    /// How letters stand, and those that are in trouble, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn letters(&self) -> Result<(Standing, Vec<Trouble>)> {
        let db = self.store().read();
        let all = || letter::Entity::find().filter(letter::Column::Authority.eq(self.code()));
        let waiting = || all().filter(letter::Column::EndedAt.is_null());
        let ended = |sent: bool| {
            all().filter(letter::Column::EndedAt.is_not_null()).filter(letter::Column::Sent.eq(sent))
        };
        let standing = Standing {
            waiting: waiting().count(db).await?,
            in_trouble: waiting().filter(letter::Column::Attempts.gt(0)).count(db).await?,
            sent: ended(true).count(db).await?,
            given_up: ended(false).count(db).await?,
        };
        let rows = all()
            .filter(letter::Column::Trouble.ne(""))
            .order_by_desc(letter::Column::PostedAt)
            .order_by_desc(letter::Column::Id)
            .limit(100);
        let trouble = |row: letter::Model| Trouble {
            posted_at: row.posted_at,
            attempts: row.attempts,
            next_at: row.ended_at.is_none().then_some(row.next_at),
            what: row.trouble,
        };
        Ok((standing, rows.all(db).await?.into_iter().map(trouble).collect()))
    }
}
