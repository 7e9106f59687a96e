//! The partners of bids, once they are opened.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let partners = ColumnDef::new("partners").text().not_null().default("[]").take();
        manager.alter_table(Table::alter().table("submission").add_column(partners).take()).await
    }
}
