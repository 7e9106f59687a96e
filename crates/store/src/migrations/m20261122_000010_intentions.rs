//! Intentions, and what happened to them since they were published.

use sea_orm_migration::prelude::*;

use super::{append_only, maybe_moment, maybe_text, moment, part_of, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let states = ["draft", "published", "in-codesign", "procuring", "fulfilled", "withdrawn"];
        manager
            .create_table(
                Table::create()
                    .table("intention")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("title"))
                    .col(text("why"))
                    .col(text("what"))
                    .col(text("areas"))
                    .col(ColumnDef::new("least").big_integer().not_null())
                    .col(ColumnDef::new("most").big_integer().not_null())
                    .col(maybe_text("route"))
                    .col(ColumnDef::new("opens_on").date().null())
                    .col(ColumnDef::new("starts_on").date().null())
                    .col(ColumnDef::new("months").integer().not_null())
                    .col(text("contact"))
                    .col(text("state"))
                    .col(ColumnDef::new("version").integer().not_null())
                    .col(maybe_moment("published_at"))
                    .col(maybe_moment("said_at"))
                    .col(moment("changed_at"))
                    .col(text("evidence"))
                    .col(maybe_text("assessment"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(ForeignKey::create().from("intention", "authority").to("authority", "code"))
                    .check(Expr::col("state").is_in(states))
                    .check(Expr::col("title").ne(""))
                    .check(Expr::col("least").gte(0).and(Expr::col("most").gte(Expr::col("least"))))
                    // A draft is what nobody has seen.
                    .check(Expr::col("published_at").is_null().eq(Expr::col("state").eq("draft")))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("intention", "intention_change")
                    .col(ColumnDef::new("version").integer().not_null())
                    .col(moment("at"))
                    .col(text("what"))
                    .col(maybe_text("before"))
                    .primary_key(Index::create().col("authority").col("intention").col("version"))
                    .take(),
            )
            .await?;
        append_only(manager, "intention_change").await
    }
}
