//! Commitments between organisations, and what happened to them.

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
                Table::create()
                    .table("commitment")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("made_by"))
                    .col(text("made_to"))
                    .col(text("state"))
                    .col(number("version"))
                    .col(text("text"))
                    .col(maybe_moment("agreed_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(ForeignKey::create().from("commitment", "authority").to("authority", "code"))
                    .check(Expr::col("made_by").ne(Expr::col("made_to")))
                    .check(Expr::col("agreed_at").is_null().eq(Expr::col("state").eq("recorded")))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("commitment", "commitment_event")
                    .col(number("number"))
                    .col(moment("at"))
                    .col(text("organisation"))
                    .col(text("person"))
                    .col(text("kind"))
                    .col(text("words"))
                    .col(maybe_text("rating"))
                    .col(text("evidence"))
                    .col(maybe_text("successor"))
                    .col(maybe_text("text"))
                    .primary_key(Index::create().col("authority").col("commitment").col("number"))
                    .take(),
            )
            .await?;
        append_only(manager, "commitment_event").await
    }
}
