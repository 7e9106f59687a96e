//! What Ofsted said of a setting, each on its own scale, in the place of one grade and its date.

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
        manager.alter_table(Table::alter().table("setting").add_column(judgements).take()).await?;
        // Answers that were kept have single grades; a date that is none stays away.
        let sql = "UPDATE setting SET judgements = '{\"grade\":{\"is\":\"' || replace(quality, ' ', '-') || '\",\"on\":' \
            || CASE WHEN inspected LIKE '____-__-__' THEN '\"' || inspected || '\"' ELSE 'null' END || '}}' \
            WHERE quality IN ('outstanding', 'good', 'requires improvement', 'inadequate')";
        manager.get_connection().execute_unprepared(sql).await?;
        for column in ["quality", "inspected"] {
            manager.alter_table(Table::alter().table("setting").drop_column(column).take()).await?;
        }
        Ok(())
    }
}
