//! What the other side says to a proposal, and figures that are taken back.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let answer = ColumnDef::new("answer").text().null().take();
        manager.alter_table(Table::alter().table("agreement_proposal").add_column(answer).take()).await?;
        let taken_back = ColumnDef::new("taken_back").boolean().not_null().default(false).take();
        manager.alter_table(Table::alter().table("plan_figure").add_column(taken_back).take()).await
    }
}
