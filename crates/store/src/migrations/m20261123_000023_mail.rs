//! Contracts that are awarded directly; letters that wait to be sent by e-mail, and who wants news.

use sea_orm_migration::prelude::*;

use super::{maybe_moment, maybe_text, moment, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A table of its own that belongs to an authority.
fn of_authority(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(text("authority"))
        .col(text("id"))
        .primary_key(Index::create().col("authority").col("id"))
        .foreign_key(ForeignKey::create().from(table, "authority").to("authority", "code"))
        .take()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let direct = maybe_text("direct");
        manager.alter_table(Table::alter().table("agreement").add_column(direct).take()).await?;
        manager
            .create_table(
                of_authority("letter")
                    // Gone once the letter is.
                    .col(maybe_text("sealed"))
                    .col(moment("posted_at"))
                    .col(number("attempts"))
                    .col(moment("next_at"))
                    .col(maybe_moment("until"))
                    .col(maybe_moment("ended_at"))
                    .col(ColumnDef::new("sent").boolean().not_null())
                    .col(text("trouble"))
                    .check(Expr::col("sealed").is_null().eq(Expr::col("ended_at").is_not_null()))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create().name("letter_next").table("letter").col("authority").col("next_at").take(),
            )
            .await?;
        manager
            .create_table(
                of_authority("subscription")
                    .col(text("topic"))
                    .col(text("mark"))
                    .col(text("token"))
                    .col(text("sealed"))
                    .col(moment("asked_at"))
                    .col(maybe_moment("confirmed_at"))
                    .col(moment("told_at"))
                    .col(number("letters"))
                    .index(
                        Index::create()
                            .unique()
                            .name("subscription_once")
                            .col("authority")
                            .col("topic")
                            .col("mark"),
                    )
                    .index(Index::create().unique().name("subscription_token").col("authority").col("token"))
                    .take(),
            )
            .await
    }
}
