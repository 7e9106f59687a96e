//! Reads answers that were kept.

use std::collections::BTreeMap;

use enough_geography::postcodes::plain;
use futures_util::TryStreamExt;

use enough_store::sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use enough_store::{Authority, Result, StoreError};

use crate::records::{area, assessment, detail, district, market, setting};
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
        districts: Vec::new(),
    }))
}

/// The characters of the inward part of a postcode: a digit and two letters.
pub(crate) const INWARD: usize = 3;

/// The code of the LSOA that a postcode lies in; nothing if it is no postcode, or none of the areas of the answer.
///
/// # Errors
/// When the database fails.
pub async fn area_of_postcode(authority: &Authority, id: &str, text: &str) -> Result<Option<String>> {
    let postcode = plain(text);
    let is_longer = text.chars().any(|c| !c.is_ascii_alphanumeric() && c != ' ');
    // From M1 1AA to SW1A 1AA.
    if !(5..=7).contains(&postcode.len()) || is_longer {
        return Ok(None);
    }
    let (outward, inward) = postcode.split_at(postcode.len() - INWARD);
    let key = (authority.code().to_owned(), id.to_owned(), outward.to_owned());
    let Some(row) = district::Entity::find_by_id(key).one(authority.store().read()).await? else {
        return Ok(None);
    };
    let areas: BTreeMap<String, String> = parsed(&row.areas)?;
    let has = |list: &str| list.as_bytes().chunks(INWARD).any(|one| one == inward.as_bytes());
    Ok(areas.into_iter().find(|(_, list)| has(list)).map(|(code, _)| code))
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
