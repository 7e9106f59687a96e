//! Funds: what is put in, the books, and panels that decide over a part.

use sea_orm_migration::prelude::*;

use super::{append_only, maybe_moment, maybe_text, moment, number, part_of, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn pence(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
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
                    .table("fund")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("text"))
                    .col(text("state"))
                    .col(number("version"))
                    .col(moment("changed_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(ForeignKey::create().from("fund", "authority").to("authority", "code"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("fund", "fund_contribution")
                    .col(number("number"))
                    .col(text("organisation"))
                    .col(pence("amount"))
                    .col(text("written_by"))
                    .col(maybe_text("agreed_by"))
                    .col(maybe_moment("agreed_at"))
                    .primary_key(Index::create().col("authority").col("fund").col("number"))
                    .check(Expr::col("amount").gt(0))
                    .check(
                        Expr::col("agreed_by")
                            .is_null()
                            .or(Expr::col("agreed_by").ne(Expr::col("written_by"))),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("fund", "fund_entry")
                    .col(number("number"))
                    .col(text("gives"))
                    .col(text("takes"))
                    .col(pence("amount"))
                    .col(text("what"))
                    .col(maybe_text("agreement"))
                    .col(ColumnDef::new("payment").integer().null())
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("fund").col("number"))
                    .check(Expr::col("amount").gt(0))
                    .check(Expr::col("gives").ne(Expr::col("takes")))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("fund", "fund_panel")
                    .col(number("number"))
                    .col(text("text"))
                    .col(text("state"))
                    .col(text("written_by"))
                    .col(maybe_text("agreed_by"))
                    .col(moment("changed_at"))
                    .primary_key(Index::create().col("authority").col("fund").col("number"))
                    .check(
                        Expr::col("agreed_by")
                            .is_null()
                            .or(Expr::col("agreed_by").ne(Expr::col("written_by"))),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("fund", "panel_case")
                    .col(number("panel"))
                    .col(text("agreement"))
                    .col(text("state"))
                    .col(text("voters"))
                    .col(maybe_text("why"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("fund").col("panel").col("agreement"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("fund", "panel_vote")
                    .col(number("panel"))
                    .col(text("agreement"))
                    .col(text("person"))
                    .col(ColumnDef::new("yes").boolean().not_null())
                    .col(text("reason"))
                    .col(moment("at"))
                    .primary_key(
                        Index::create()
                            .col("authority")
                            .col("fund")
                            .col("panel")
                            .col("agreement")
                            .col("person"),
                    )
                    .take(),
            )
            .await?;
        append_only(manager, "fund_entry").await?;
        append_only(manager, "panel_vote").await
    }
}
