//! What providers were asked to improve.

use sea_orm_migration::prelude::*;

use super::{maybe_moment, maybe_text, moment, number, part_of, text};

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
                part_of("agreement", "agreement_improvement")
                    .col(number("number"))
                    .col(text("asked"))
                    .col(text("asked_by"))
                    .col(moment("asked_at"))
                    .col(maybe_text("answer"))
                    .col(maybe_text("answered_by"))
                    .col(maybe_moment("answered_at"))
                    .col(maybe_text("verdict"))
                    .col(maybe_text("decided_by"))
                    .col(maybe_moment("decided_at"))
                    .primary_key(Index::create().col("authority").col("agreement").col("number"))
                    .check(Expr::col("answer").is_null().eq(Expr::col("answered_at").is_null()))
                    .check(Expr::col("verdict").is_null().eq(Expr::col("decided_at").is_null()))
                    .take(),
            )
            .await
    }
}
