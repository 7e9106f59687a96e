//! Notices that were published on the central platform.

use sea_orm_migration::prelude::*;

use super::{append_only, moment, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("notice_sent")
                    .col(text("authority"))
                    .col(text("key"))
                    .col(ColumnDef::new("on_day").date().not_null())
                    .col(text("reference"))
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("key"))
                    .foreign_key(
                        ForeignKey::create().from("notice_sent", "authority").to("authority", "code"),
                    )
                    .take(),
            )
            .await?;
        append_only(manager, "notice_sent").await
    }
}
