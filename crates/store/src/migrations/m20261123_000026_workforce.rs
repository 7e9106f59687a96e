//! What the people of organisations can, and want to learn.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let workforce = ColumnDef::new("workforce").text().not_null().default("{}").take();
        manager.alter_table(Table::alter().table("provider").add_column(workforce).take()).await
    }
}
