//! Agreements, and what happened under them.

use sea_orm_migration::prelude::*;

use super::{append_only, maybe_moment, maybe_text, moment, number, part_of, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn day(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).date().not_null().take()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let to_tender = ForeignKey::create()
            .from("agreement", ("authority", "tender"))
            .to("tender", ("authority", "id"))
            .take();
        manager
            .create_table(
                part_of("intention", "agreement")
                    .col(text("id"))
                    .col(maybe_text("tender"))
                    .col(ColumnDef::new("lot").integer().null())
                    .col(text("kind"))
                    .col(text("organisation"))
                    .col(text("title"))
                    .col(text("state"))
                    .col(number("version"))
                    .col(text("terms"))
                    .col(text("first_terms"))
                    .col(ColumnDef::new("ceiling").big_integer().not_null())
                    .col(day("last_day"))
                    .col(text("contact"))
                    .col(text("without"))
                    .col(text("agreed"))
                    .col(text("written_by"))
                    .col(ColumnDef::new("signed_on").date().null())
                    .col(moment("changed_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(&mut to_tender.clone())
                    .check(Expr::col("state").is_in(["pending", "active", "ending", "cancelled"]))
                    // What was signed has a day on which it was, and nothing else has.
                    .check(
                        Expr::col("signed_on")
                            .is_null()
                            .eq(Expr::col("state").is_in(["pending", "cancelled"])),
                    )
                    .check(Expr::col("tender").is_null().eq(Expr::col("lot").is_null()))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("agreement", "agreement_change")
                    .col(number("version"))
                    .col(moment("at"))
                    .col(text("what"))
                    .col(maybe_text("before"))
                    .primary_key(Index::create().col("authority").col("agreement").col("version"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("agreement", "agreement_report")
                    .col(number("measure"))
                    .col(number("period"))
                    .col(number("number"))
                    .col(ColumnDef::new("value").big_integer().not_null())
                    .col(ColumnDef::new("out_of").integer().null())
                    .col(text("note"))
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(
                        Index::create()
                            .col("authority")
                            .col("agreement")
                            .col("measure")
                            .col("period")
                            .col("number"),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("agreement", "agreement_rating")
                    .col(number("measure"))
                    .col(number("period"))
                    .col(number("number"))
                    .col(text("rating"))
                    .col(text("reason"))
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(
                        Index::create()
                            .col("authority")
                            .col("agreement")
                            .col("measure")
                            .col("period")
                            .col("number"),
                    )
                    .check(Expr::col("reason").ne(""))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("agreement", "agreement_visit")
                    .col(number("number"))
                    .col(day("on_day"))
                    .col(ColumnDef::new("announced").boolean().not_null())
                    .col(text("seen"))
                    .col(text("follows"))
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("agreement").col("number"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("agreement", "agreement_payment")
                    .col(number("number"))
                    .col(ColumnDef::new("amount").big_integer().not_null())
                    .col(text("what"))
                    .col(day("asked_on"))
                    .col(day("paid_on"))
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("agreement").col("number"))
                    .check(Expr::col("amount").ne(0))
                    .check(Expr::col("paid_on").gte(Expr::col("asked_on")))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("agreement", "agreement_proposal")
                    .col(number("number"))
                    .col(text("proposed"))
                    .col(text("before"))
                    .col(text("state"))
                    .col(text("proposed_by"))
                    .col(moment("proposed_at"))
                    .col(maybe_text("decided_by"))
                    .col(maybe_moment("decided_at"))
                    .col(maybe_text("decision"))
                    .primary_key(Index::create().col("authority").col("agreement").col("number"))
                    .check(
                        Expr::col("decided_by")
                            .is_null()
                            .or(Expr::col("decided_by").ne(Expr::col("proposed_by"))),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("agreement", "agreement_review")
                    .col(number("number"))
                    .col(text("story"))
                    .col(text("lessons"))
                    .col(text("next_step"))
                    .col(maybe_text("assessment"))
                    .col(text("measured"))
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("agreement").col("number"))
                    .take(),
            )
            .await?;
        for table in [
            "agreement_change",
            "agreement_report",
            "agreement_rating",
            "agreement_visit",
            "agreement_payment",
            "agreement_review",
        ] {
            append_only(manager, table).await?;
        }
        Ok(())
    }
}
