//! What providers say of themselves, who is interested in which plan, and events.

use sea_orm_migration::prelude::*;

use super::{maybe_text, moment, number, part_of, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn to_organisation(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, ("authority", "organisation"))
        .to("organisation", ("authority", "id"))
        .take()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("provider")
                    .col(text("authority"))
                    .col(text("organisation"))
                    .col(text("profile"))
                    .col(text("readiness"))
                    .col(number("version"))
                    .col(moment("changed_at"))
                    .primary_key(Index::create().col("authority").col("organisation"))
                    .foreign_key(&mut to_organisation("provider"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("intention", "interest")
                    .col(text("organisation"))
                    .col(text("note"))
                    .col(ColumnDef::new("partners").boolean().not_null())
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("intention").col("organisation"))
                    .foreign_key(&mut to_organisation("interest"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("event")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("text"))
                    .col(maybe_text("follow_up"))
                    .col(number("version"))
                    .col(moment("changed_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(ForeignKey::create().from("event", "authority").to("authority", "code"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("event", "event_booking")
                    .col(text("organisation"))
                    .col(number("people"))
                    .col(text("needs"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("event").col("organisation"))
                    .foreign_key(&mut to_organisation("event_booking"))
                    .check(Expr::col("people").gt(0))
                    .take(),
            )
            .await
    }
}
