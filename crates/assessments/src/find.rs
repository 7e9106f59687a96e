//! What is asked of the assessments that are kept.

use enough_store::sea_orm::sea_query::{Expr, ExprTrait, Func};
use enough_store::sea_orm::{
    ColumnTrait, Condition, EntityTrait, Iterable, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use enough_store::{Authority, Result, StoreError};

use crate::records::{area, assessment, market, setting};

/// What is looked for among settings; what is empty does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingQuery {
    /// A part of the name, or the beginning of the postcode.
    pub text: String,
    /// What it is.
    pub kind: String,
    /// The last grade.
    pub quality: String,
    /// The name of its authority.
    pub parent: String,
    /// How many to pass over.
    pub from: u64,
}

/// Some settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How many there are in all.
    pub all: u64,
    /// These.
    pub list: Vec<setting::Model>,
}

/// Text as it is looked for: `%` and `_` are letters like others.
fn pattern(text: &str, before: &str) -> enough_store::sea_orm::sea_query::LikeExpr {
    let text = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    enough_store::sea_orm::sea_query::LikeExpr::new(format!("{before}{text}%")).escape('\\')
}

fn same(a: area::Column, b: area::Column) -> bool {
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
}

fn worst_first(mut list: Vec<area::Model>) -> Vec<area::Model> {
    let level = |area: &area::Model| area.level.unwrap_or(f64::INFINITY);
    list.sort_by(|a, b| level(a).total_cmp(&level(b)).then_with(|| a.code.cmp(&b.code)));
    list
}

impl assessment::Model {
    /// The newest of an authority.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest(authority: &Authority) -> Result<Option<Self>> {
        let find = assessment::Entity::find().filter(assessment::Column::Authority.eq(authority.code()));
        Ok(find.order_by_desc(assessment::Column::Id).one(authority.store().read()).await?)
    }

    /// Its areas of a kind, worst off first, without shapes and settings within reach.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn areas(&self, authority: &Authority, kind: &str) -> Result<Vec<area::Model>> {
        use area::Column;
        let large = [Column::Shape, Column::Reach];
        let find = self.find_areas(kind).select_only();
        let find =
            find.columns(Column::iter().filter(|column| large.iter().all(|other| !same(*other, *column))));
        let find = find.expr_as(Expr::value("[]"), "reach").expr_as(Expr::value(None::<Vec<u8>>), "shape");
        Ok(worst_first(find.all(authority.store().read()).await?))
    }

    /// The same with their shapes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn areas_with_shapes(&self, authority: &Authority, kind: &str) -> Result<Vec<area::Model>> {
        Ok(worst_first(self.find_areas(kind).all(authority.store().read()).await?))
    }

    fn find_areas(&self, kind: &str) -> enough_store::sea_orm::Select<area::Entity> {
        area::Entity::find()
            .filter(area::Column::Authority.eq(&self.authority))
            .filter(area::Column::Assessment.eq(&self.id))
            .filter(area::Column::Kind.eq(kind))
    }

    /// One of its areas.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn area(&self, authority: &Authority, code: &str) -> Result<area::Model> {
        let key = (self.authority.clone(), self.id.clone(), code.to_owned());
        let row = area::Entity::find_by_id(key).one(authority.store().read()).await?;
        row.ok_or_else(|| StoreError::NotFound(format!("area {code}")))
    }

    /// Areas whose name has a text in it, larger kinds first; or the one with this code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn areas_named(&self, authority: &Authority, text: &str) -> Result<Vec<area::Model>> {
        let name = Expr::expr(Func::lower(Expr::col(area::Column::Name))).like(pattern(text, "%"));
        let find = area::Entity::find()
            .filter(area::Column::Authority.eq(&self.authority))
            .filter(area::Column::Assessment.eq(&self.id))
            .filter(Condition::any().add(name).add(area::Column::Code.eq(text.to_uppercase())));
        let mut list = find.limit(500).all(authority.store().read()).await?;
        let rank = |kind: &str| {
            ["authority", "ward", "msoa", "patch", "lsoa"].iter().position(|known| *known == kind)
        };
        list.sort_by(|a, b| rank(&a.kind).cmp(&rank(&b.kind)).then_with(|| a.name.cmp(&b.name)));
        Ok(list)
    }

    /// Its markets, the largest shortfall first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn markets(&self, authority: &Authority) -> Result<Vec<market::Model>> {
        let find = market::Entity::find()
            .filter(market::Column::Authority.eq(&self.authority))
            .filter(market::Column::Assessment.eq(&self.id));
        let mut list = find.all(authority.store().read()).await?;
        list.sort_by(|a, b| b.shortfall.total_cmp(&a.shortfall).then(a.number.cmp(&b.number)));
        Ok(list)
    }

    /// One of its markets.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn market(&self, authority: &Authority, number: i32) -> Result<market::Model> {
        let key = (self.authority.clone(), self.id.clone(), number);
        let row = market::Entity::find_by_id(key).one(authority.store().read()).await?;
        row.ok_or_else(|| StoreError::NotFound(format!("market {number}")))
    }

    fn find_settings(&self) -> enough_store::sea_orm::Select<setting::Entity> {
        setting::Entity::find()
            .filter(setting::Column::Authority.eq(&self.authority))
            .filter(setting::Column::Assessment.eq(&self.id))
    }

    /// Settings in the areas asked for, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settings(
        &self,
        authority: &Authority,
        query: &SettingQuery,
        limit: u64,
    ) -> Result<Settings> {
        use setting::Column;
        let mut find = self.find_settings().filter(Column::Here.eq(true));
        let text = query.text.trim();
        if !text.is_empty() {
            let name = Expr::expr(Func::lower(Expr::col(Column::Name))).like(pattern(text, "%"));
            // Postcodes are kept without the space.
            let postcode = text.replace(' ', "");
            let postcode = Expr::expr(Func::lower(Expr::col(Column::Postcode))).like(pattern(&postcode, ""));
            find = find.filter(Condition::any().add(name).add(postcode));
        }
        for (column, value) in
            [(Column::Kind, &query.kind), (Column::Quality, &query.quality), (Column::Parent, &query.parent)]
        {
            if !value.is_empty() {
                find = find.filter(column.eq(value));
            }
        }
        let db = authority.store().read();
        let all = find.clone().count(db).await?;
        let find = find.order_by_asc(Column::Name).order_by_asc(Column::Id).offset(query.from).limit(limit);
        Ok(Settings { all, list: find.all(db).await? })
    }

    /// One setting.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn setting(&self, authority: &Authority, id: &str) -> Result<setting::Model> {
        let key = (self.authority.clone(), self.id.clone(), id.to_owned());
        let row = setting::Entity::find_by_id(key).one(authority.store().read()).await?;
        row.ok_or_else(|| StoreError::NotFound(format!("setting {id}")))
    }

    /// The settings with these ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settings_with(&self, authority: &Authority, ids: &[String]) -> Result<Vec<setting::Model>> {
        let find = self.find_settings().filter(setting::Column::Id.is_in(ids));
        Ok(find.all(authority.store().read()).await?)
    }

    /// The settings of a market, most places first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settings_of(&self, authority: &Authority, market: i32) -> Result<Vec<setting::Model>> {
        let find = self.find_settings().filter(setting::Column::Market.eq(market));
        let mut list = find.all(authority.store().read()).await?;
        list.sort_by(|a, b| b.places.total_cmp(&a.places).then_with(|| a.id.cmp(&b.id)));
        Ok(list)
    }

    /// The values that settings have of what they can be filtered by: kinds, grades, authorities.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn filters(&self, authority: &Authority) -> Result<[Vec<String>; 3]> {
        use setting::Column;
        let mut found: [Vec<String>; 3] = Default::default();
        for (list, column) in found.iter_mut().zip([Column::Kind, Column::Quality, Column::Parent]) {
            let values =
                self.find_settings().filter(Column::Here.eq(true)).select_only().column(column).distinct();
            let values: Vec<Option<String>> = values.into_tuple().all(authority.store().read()).await?;
            *list = values.into_iter().flatten().filter(|value| !value.is_empty()).collect();
            list.sort();
        }
        Ok(found)
    }
}
