//! Calls for applications: what was sent, how it was seen, what was decided.

use sea_orm_migration::prelude::*;

use super::{append_only, maybe_moment, maybe_text, moment, number, part_of, text};

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
                part_of("intention", "call")
                    .col(text("id"))
                    .col(maybe_text("framework"))
                    .col(text("state"))
                    .col(number("version"))
                    .col(text("text"))
                    .col(text("written_by"))
                    .col(maybe_moment("published_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .check(Expr::col("published_at").is_null().eq(Expr::col("state").eq("draft")))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("call", "call_change")
                    .col(number("version"))
                    .col(moment("at"))
                    .col(text("what"))
                    .primary_key(Index::create().col("authority").col("call").col("version"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("call", "call_application")
                    .col(text("organisation"))
                    .col(number("number"))
                    .col(maybe_text("text"))
                    .col(text("hash"))
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(
                        Index::create().col("authority").col("call").col("organisation").col("number"),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("call", "call_view")
                    .col(text("organisation"))
                    .col(text("person"))
                    .col(ColumnDef::new("points").integer().null())
                    .col(text("reason"))
                    .col(moment("at"))
                    .primary_key(
                        Index::create().col("authority").col("call").col("organisation").col("person"),
                    )
                    .check(Expr::col("reason").ne(""))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("call", "call_decision")
                    .col(text("organisation"))
                    .col(ColumnDef::new("amount").big_integer().not_null())
                    .col(text("reason"))
                    .col(maybe_text("agreement"))
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("call").col("organisation"))
                    .check(Expr::col("reason").ne(""))
                    .check(Expr::col("agreement").is_null().eq(Expr::col("amount").eq(0)))
                    .take(),
            )
            .await?;
        append_only(manager, "call_change").await?;
        append_only(manager, "call_view").await?;
        append_only(manager, "call_decision").await
    }
}
