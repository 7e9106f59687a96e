//! Frameworks and dynamic markets with their members, and the agreements that are called off from them.

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
                    .table("framework")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("kind"))
                    .col(text("state"))
                    .col(number("version"))
                    .col(text("text"))
                    .col(text("written_by"))
                    .col(maybe_moment("published_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(ForeignKey::create().from("framework", "authority").to("authority", "code"))
                    .check(Expr::col("published_at").is_null().eq(Expr::col("state").eq("draft")))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("framework", "framework_change")
                    .col(number("version"))
                    .col(moment("at"))
                    .col(text("what"))
                    .primary_key(Index::create().col("authority").col("framework").col("version"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("framework", "framework_member")
                    .col(text("organisation"))
                    .col(number("number"))
                    .col(text("standing"))
                    .col(text("words"))
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(
                        Index::create().col("authority").col("framework").col("organisation").col("number"),
                    )
                    .check(Expr::col("words").ne(""))
                    .take(),
            )
            .await?;
        let framework = maybe_text("framework");
        manager.alter_table(Table::alter().table("agreement").add_column(framework).take()).await?;
        append_only(manager, "framework_change").await?;
        append_only(manager, "framework_member").await
    }
}
