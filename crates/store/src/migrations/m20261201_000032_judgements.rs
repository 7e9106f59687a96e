//! What Ofsted said of a setting, each on its own scale, in the place of one grade and its date; what its places are, and how many count for
//! the ages asked for; and all markets of an area, in the place of the largest.

use sea_orm_migration::prelude::*;

use super::text;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let judgements = text("judgements").default("{}").take();
        let counted = ColumnDef::new("counted").double().not_null().default(0.0).take();
        let places_are = text("places_are").default("registered").take();
        for column in [judgements, counted, places_are] {
            manager.alter_table(Table::alter().table("setting").add_column(column).take()).await?;
        }
        let markets = text("markets").default("[]").take();
        manager.alter_table(Table::alter().table("area").add_column(markets).take()).await?;
        // Answers that were kept have single grades; a date that is none stays away.
        let sql = "UPDATE setting SET judgements = '{\"grade\":{\"is\":\"' || replace(quality, ' ', '-') || '\",\"on\":' \
            || CASE WHEN inspected LIKE '____-__-__%' THEN '\"' || substr(inspected, 1, 10) || '\"' \
            WHEN inspected LIKE '__/__/____%' THEN '\"' || substr(inspected, 7, 4) || '-' || substr(inspected, 4, 2) || '-' || substr(inspected, 1, 2) || '\"' \
            ELSE 'null' END || '}}' \
            WHERE quality IN ('outstanding', 'good', 'requires improvement', 'inadequate')";
        // Classes were assumed to have 26 places unless another number was given; nursery schools have their pupils.
        let school = "UPDATE setting SET places_are = CASE WHEN places = 26 THEN 'assumed' ELSE 'number of pupils' END \
            WHERE kind = 'school nursery'";
        let market = "UPDATE area SET markets = '[{\"number\":' || market || ',\"children\":' || children || ',\"shortfall\":' \
            || shortfall || '}]' WHERE market IS NOT NULL";
        for sql in [sql, school, market, "UPDATE setting SET counted = places"] {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        for column in ["quality", "inspected"] {
            manager.alter_table(Table::alter().table("setting").drop_column(column).take()).await?;
        }
        Ok(())
    }
}
