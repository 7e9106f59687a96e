//! Keeps an assessment: all of it in one change, in the audit log.

use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{EntityTrait, IntoActiveModel};
use enough_store::{Authority, Result};

use crate::imports::Turn;
use crate::records::{area, assessment, detail, district, market, setting};

/// Rows of an insert: SQLite and PostgreSQL take at most 32,766 values in one statement.
const ROWS: usize = 500;

/// What an assessment found. Authority, ids and the time are filled in when it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The answer.
    pub assessment: assessment::Model,
    /// Its areas, of every kind.
    pub areas: Vec<area::Model>,
    /// What is large about them.
    pub details: Vec<detail::Model>,
    /// Its markets.
    pub markets: Vec<market::Model>,
    /// Its settings.
    pub settings: Vec<setting::Model>,
    /// Where the postcodes of each postcode district lie.
    pub districts: Vec<district::Model>,
}

/// Keeps an assessment; gives its id.
///
/// # Errors
/// When the database fails; nothing is kept then.
pub async fn keep(authority: &Authority, actor: &Actor, found: Found) -> Result<String> {
    keep_and_turn(authority, actor, found, None).await
}

/// Keeps an assessment, and changes which files are used as it was made: both or neither.
///
/// # Errors
/// When the database fails, or the file cannot be used or put back any more; nothing is kept then.
pub async fn keep_and_turn(
    authority: &Authority,
    actor: &Actor,
    mut found: Found,
    turn: Option<&Turn>,
) -> Result<String> {
    let mut change = authority.begin(actor).await?;
    if let Some(turn) = turn {
        turn.make(&mut change).await?;
    }
    let id = authority.environment().id();
    let code = authority.code().to_owned();
    found.assessment.id.clone_from(&id);
    found.assessment.authority.clone_from(&code);
    found.assessment.made_at = change.now();
    let event = Event::new("assessment.keep", format!("assessment:{id}"))
        .with("areas", found.areas.len())
        .with("markets", found.markets.len())
        .with("settings", found.settings.len())
        .with("journey", found.assessment.journey.as_str())
        .with("ages", found.assessment.ages.as_str());
    let row = found.assessment.into_active_model();
    assessment::Entity::insert(row).exec_without_returning(change.tx()).await?;
    macro_rules! insert {
        ($table:ident, $rows:expr) => {
            let mut rows = $rows.into_iter().map(|mut row| {
                row.authority.clone_from(&code);
                row.assessment.clone_from(&id);
                row.into_active_model()
            });
            loop {
                let some: Vec<$table::ActiveModel> = rows.by_ref().take(ROWS).collect();
                if some.is_empty() {
                    break;
                }
                $table::Entity::insert_many(some).exec_without_returning(change.tx()).await?;
            }
        };
    }
    insert!(area, found.areas);
    insert!(detail, found.details);
    insert!(market, found.markets);
    insert!(setting, found.settings);
    insert!(district, found.districts);
    change.log(event);
    change.commit().await?;
    Ok(id)
}
