//! The audit log: entries, the edge of its hash tree, signed checkpoints.

use sea_orm_migration::prelude::*;

use super::{append_only, maybe_text, moment, text};

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
                    .table("authority")
                    .col(text("code"))
                    .col(text("name"))
                    .col(moment("created_at"))
                    .col(ColumnDef::new("log_size").big_integer().not_null())
                    .col(text("log_frontier"))
                    .col(text("log_key"))
                    .primary_key(Index::create().col("code"))
                    .check(Expr::col("log_size").gte(0))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("audit_entry")
                    .col(text("authority"))
                    .col(ColumnDef::new("position").big_integer().not_null())
                    .col(moment("at"))
                    .col(maybe_text("person"))
                    .col(maybe_text("organisation"))
                    .col(text("action"))
                    .col(text("subject"))
                    .col(text("entry"))
                    .col(text("leaf"))
                    .primary_key(Index::create().col("authority").col("position"))
                    .foreign_key(
                        ForeignKey::create().from("audit_entry", "authority").to("authority", "code"),
                    )
                    .check(Expr::col("position").gte(0))
                    .to_owned(),
            )
            .await?;
        for column in ["at", "person", "action", "subject"] {
            manager
                .create_index(
                    Index::create()
                        .name(format!("audit_entry_{column}"))
                        .table("audit_entry")
                        .col("authority")
                        .col(column)
                        .col("position")
                        .to_owned(),
                )
                .await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("audit_checkpoint")
                    .col(text("authority"))
                    .col(ColumnDef::new("size").big_integer().not_null())
                    .col(moment("at"))
                    .col(text("note"))
                    .primary_key(Index::create().col("authority").col("size"))
                    .foreign_key(
                        ForeignKey::create().from("audit_checkpoint", "authority").to("authority", "code"),
                    )
                    .to_owned(),
            )
            .await?;
        append_only(manager, "audit_entry").await?;
        append_only(manager, "audit_checkpoint").await
    }
}
