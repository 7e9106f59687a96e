//! Jobs, and patches.

use sea_orm_migration::prelude::*;

use super::{maybe_moment, moment, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of = |table: &'static str| {
            ForeignKey::create().from(table, "authority").to("authority", "code").take()
        };
        let number = |name: &'static str| ColumnDef::new(name).big_integer().not_null().take();
        manager
            .create_table(
                Table::create()
                    .table("job")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("kind"))
                    .col(text("order"))
                    .col(text("title"))
                    .col(text("asked_by"))
                    .col(moment("asked_at"))
                    .col(text("state"))
                    .col(number("attempts"))
                    .col(maybe_moment("started_at"))
                    .col(maybe_moment("heard_at"))
                    .col(text("phase"))
                    .col(number("done"))
                    .col(number("parts"))
                    .col(maybe_moment("ended_at"))
                    .col(text("result"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(&mut of("job"))
                    .check(
                        Expr::col("state")
                            .is_in(["waiting", "running", "stopping", "done", "failed", "stopped"]),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("patch")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("name"))
                    .col(text("areas"))
                    .col(ColumnDef::new("version").integer().not_null().take())
                    .col(moment("changed_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(&mut of("patch"))
                    .take(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("patch_name")
                    .table("patch")
                    .col("authority")
                    .col("name")
                    .unique()
                    .take(),
            )
            .await
    }
}
