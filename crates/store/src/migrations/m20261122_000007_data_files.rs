//! Published files that people brought.

use sea_orm_migration::prelude::*;

use super::{maybe_text, moment, text};

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
                    .table("data_file")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("kind"))
                    .col(text("name"))
                    .col(text("hash"))
                    .col(ColumnDef::new("bytes").big_integer().not_null())
                    // What is not used any more is not kept.
                    .col(ColumnDef::new("content").binary().null())
                    .col(text("state"))
                    .col(text("brought_by"))
                    .col(moment("brought_at"))
                    .col(maybe_text("report"))
                    .col(maybe_text("replaced_by"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(ForeignKey::create().from("data_file", "authority").to("authority", "code"))
                    .check(Expr::col("name").ne(""))
                    .check(
                        Expr::col("state")
                            .is_in(["looking", "ready", "failed", "used", "replaced", "put-back", "removed"]),
                    )
                    .take(),
            )
            .await
    }
}
