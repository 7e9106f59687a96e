//! What the choice of a way to buy or fund rests on.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Plans that were made before say no reason; those that are public are not asked for one, drafts are.
        let known = r#"{"enforceable":null,"families_choose":null,"others_willing":null,"health_body":null,"reason":""}"#;
        let circumstances = ColumnDef::new("circumstances").text().not_null().default(known).take();
        manager.alter_table(Table::alter().table("intention").add_column(circumstances).take()).await
    }
}
