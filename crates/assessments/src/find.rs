//! Reads answers that were kept.

use futures_util::TryStreamExt;

use enough_store::sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use enough_store::{Authority, Result, StoreError};

use crate::records::{area, assessment, detail, market, setting};
use crate::{Found, InReach, Snapshot, parsed};

/// The id of the newest answer of an authority.
///
/// # Errors
/// When the database fails.
pub async fn newest(authority: &Authority) -> Result<Option<String>> {
    let find = assessment::Entity::find().filter(assessment::Column::Authority.eq(authority.code()));
    let find = find.order_by_desc(assessment::Column::Id).select_only().column(assessment::Column::Id);
    Ok(find.into_tuple().one(authority.store().read()).await?)
}

/// All of an answer but what is within reach of each area and its shape.
///
/// # Errors
/// When there is none with this id, or the database fails.
pub async fn load(authority: &Authority, id: &str) -> Result<Snapshot> {
    let db = authority.store().read();
    let code = authority.code();
    let answer = assessment::Entity::find_by_id((code.to_owned(), id.to_owned())).one(db).await?;
    macro_rules! all {
        ($table:ident) => {
            // Row by row: all rows of a country at once take several times the room of what is kept of them.
            $table::Entity::find()
                .filter($table::Column::Authority.eq(code))
                .filter($table::Column::Assessment.eq(id))
                .stream(db)
                .await?
                .try_collect()
                .await?
        };
    }
    Ok(Snapshot::from(Found {
        assessment: answer.ok_or_else(|| StoreError::NotFound(format!("assessment {id}")))?,
        areas: all!(area),
        details: Vec::new(),
        markets: all!(market),
        settings: all!(setting),
    }))
}

/// The settings within reach of an area, nearest first.
///
/// # Errors
/// When the area is not there, or the database fails.
pub async fn within_reach(authority: &Authority, id: &str, code: &str) -> Result<Vec<InReach>> {
    let key = (authority.code().to_owned(), id.to_owned(), code.to_owned());
    let row = detail::Entity::find_by_id(key).one(authority.store().read()).await?;
    parsed(&row.ok_or_else(|| StoreError::NotFound(format!("area {code}")))?.reach)
}

/// The codes and shapes of an answer's areas.
///
/// # Errors
/// When the database fails.
pub async fn shapes(authority: &Authority, id: &str) -> Result<Vec<(String, Vec<u8>)>> {
    use detail::Column;
    let find = detail::Entity::find()
        .filter(Column::Authority.eq(authority.code()))
        .filter(Column::Assessment.eq(id))
        .filter(Column::Shape.is_not_null())
        .order_by_asc(Column::Code);
    let find = find.select_only().columns([Column::Code, Column::Shape]);
    Ok(find.into_tuple().all(authority.store().read()).await?)
}
