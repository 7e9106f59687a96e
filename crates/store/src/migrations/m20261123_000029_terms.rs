//! When the words of bids and applications went, because their term had passed.

use sea_orm_migration::prelude::*;

use super::maybe_moment;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["submission", "call_application"] {
            manager
                .alter_table(Table::alter().table(table).add_column(maybe_moment("cleared_at")).take())
                .await?;
        }
        Ok(())
    }
}
