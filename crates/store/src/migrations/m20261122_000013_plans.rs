//! Plans, what changed in them since they were published, and the figures of their indicators; what an intention is for.

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
                    .table("plan")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("text"))
                    .col(number("version"))
                    .col(maybe_moment("published_at"))
                    .col(moment("changed_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(ForeignKey::create().from("plan", "authority").to("authority", "code"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("plan", "plan_change")
                    .col(number("version"))
                    .col(moment("at"))
                    .col(text("what"))
                    .col(maybe_text("before"))
                    .primary_key(Index::create().col("authority").col("plan").col("version"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("plan", "plan_figure")
                    .col(text("id"))
                    .col(number("objective"))
                    .col(number("indicator"))
                    .col(ColumnDef::new("on_day").date().not_null())
                    .col(ColumnDef::new("value").big_integer().not_null())
                    .col(ColumnDef::new("out_of").integer().null())
                    .col(text("note"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .take(),
            )
            .await?;
        let objectives = ColumnDef::new("objectives").text().not_null().default("[]").take();
        manager.alter_table(Table::alter().table("intention").add_column(objectives).take()).await?;
        append_only(manager, "plan_change").await?;
        append_only(manager, "plan_figure").await
    }
}
