//! Specifications, the rounds in which everybody comments on them, and what was said and answered.

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
                part_of("intention", "specification")
                    .col(number("version"))
                    .col(text("paragraphs"))
                    .col(text("said"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("intention").col("version"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("intention", "specification_final")
                    .col(number("version"))
                    .col(text("hash"))
                    .col(maybe_text("unasked"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("intention"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("intention", "codesign_round")
                    .col(number("round"))
                    .col(number("version"))
                    .col(ColumnDef::new("opens_on").date().not_null())
                    .col(ColumnDef::new("closes_on").date().not_null())
                    .col(maybe_text("short"))
                    .col(maybe_text("response"))
                    .col(maybe_moment("responded_at"))
                    .primary_key(Index::create().col("authority").col("intention").col("round"))
                    .check(Expr::col("closes_on").gt(Expr::col("opens_on")))
                    .check(Expr::col("response").is_null().eq(Expr::col("responded_at").is_null()))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("codesign_comment")
                    .col(text("authority"))
                    .col(text("intention"))
                    .col(number("round"))
                    .col(number("number"))
                    .col(ColumnDef::new("paragraph").integer().null())
                    .col(text("text"))
                    .col(text("sector"))
                    .col(maybe_text("size"))
                    .col(maybe_text("area"))
                    .col(maybe_text("name"))
                    .col(moment("at"))
                    .col(maybe_text("outcome"))
                    .col(maybe_text("reason"))
                    .col(maybe_moment("answered_at"))
                    .primary_key(Index::create().col("authority").col("intention").col("round").col("number"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("codesign_comment", ("authority", "intention", "round"))
                            .to("codesign_round", ("authority", "intention", "round")),
                    )
                    // An answer has a reason, and a reason is one of an answer.
                    .check(Expr::col("outcome").is_null().eq(Expr::col("reason").is_null()))
                    .check(Expr::col("reason").is_null().or(Expr::col("reason").ne("")))
                    .check(Expr::col("name").is_null().or(Expr::col("sector").ne("young")))
                    .take(),
            )
            .await?;
        append_only(manager, "specification_final").await
    }
}
