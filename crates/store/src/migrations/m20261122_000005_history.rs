//! Areas remember how many children there were in earlier years.

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
        // Answers that were kept before know of no earlier years.
        let history = text("history").default("[]").take();
        manager.alter_table(Table::alter().table("area").add_column(history).take()).await
    }
}
