//! By how many children estimates of an area are off, where some were counted since; not known of answers that were kept before.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let off = ColumnDef::new("children_off").double().null().take();
        manager.alter_table(Table::alter().table("area").add_column(off).take()).await
    }
}
