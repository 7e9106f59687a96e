//! Direct payments: of a case nothing but its state and its days is open; everything about people and money is sealed.

use sea_orm_migration::prelude::*;

use super::{number, part_of, text, unchangeable};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A day that may not have come.
fn maybe_day(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().null().take()
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
                    .table("direct_payment")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("state"))
                    .col(number("version"))
                    .col(text("author"))
                    .col(ColumnDef::new("assessed_on").date().not_null())
                    .col(maybe_day("offered_on"))
                    .col(maybe_day("accepted_on"))
                    .col(maybe_day("first_paid_on"))
                    .col(maybe_day("next_review_on"))
                    .col(maybe_day("ended_on"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("direct_payment", ("authority", "author"))
                            .to("person", ("authority", "id")),
                    )
                    .check(Expr::col("state").is_in([
                        "assessed",
                        "offered",
                        "accepted",
                        "paying",
                        "suspended",
                        "reviewed",
                        "ended",
                    ]))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("direct_payment", "direct_payment_entry")
                    .col(number("number"))
                    .col(text("sealed"))
                    .primary_key(Index::create().col("authority").col("direct_payment").col("number"))
                    .take(),
            )
            .await?;
        // It goes as a whole, when its term has passed; nobody changes a line of it.
        unchangeable(manager, "direct_payment_entry").await
    }
}
