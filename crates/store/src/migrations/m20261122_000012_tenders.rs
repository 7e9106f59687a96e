//! Tenders, questions, the keys and shares of openers, sealed bids, and how bids are judged.

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
                part_of("intention", "tender")
                    .col(text("id"))
                    .col(ColumnDef::new("specification").integer().null())
                    .col(maybe_text("hash"))
                    .col(text("state"))
                    .col(number("version"))
                    .col(text("text"))
                    .col(text("written_by"))
                    .col(maybe_text("approved_by"))
                    .col(maybe_moment("published_at"))
                    .col(maybe_text("key"))
                    .col(maybe_text("moderator"))
                    .col(maybe_moment("opened_at"))
                    .col(maybe_text("outcome"))
                    .col(maybe_text("recommended_by"))
                    .col(maybe_text("decided_by"))
                    .col(maybe_moment("notified_at"))
                    .col(maybe_moment("award_at"))
                    .col(ColumnDef::new("standstill_until").date().null())
                    .col(ColumnDef::new("signed_on").date().null())
                    .col(moment("changed_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .check(
                        Expr::col("decided_by")
                            .is_null()
                            .or(Expr::col("decided_by").ne(Expr::col("recommended_by"))),
                    )
                    .check(Expr::col("published_at").is_null().eq(Expr::col("key").is_null()))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("tender", "tender_change")
                    .col(number("version"))
                    .col(moment("at"))
                    .col(text("what"))
                    .col(maybe_text("before"))
                    .primary_key(Index::create().col("authority").col("tender").col("version"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("tender", "tender_question")
                    .col(number("number"))
                    .col(text("organisation"))
                    .col(text("question"))
                    .col(moment("asked_at"))
                    .col(maybe_text("answer"))
                    .col(maybe_moment("answered_at"))
                    .primary_key(Index::create().col("authority").col("tender").col("number"))
                    .check(Expr::col("answer").is_null().eq(Expr::col("answered_at").is_null()))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("opener_key")
                    .col(text("authority"))
                    .col(text("person"))
                    .col(text("public"))
                    .col(text("locked"))
                    .col(moment("at"))
                    .primary_key(Index::create().col("authority").col("person"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("opener_key", ("authority", "person"))
                            .to("person", ("authority", "id")),
                    )
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("tender", "tender_opener")
                    .col(text("person"))
                    .col(text("public"))
                    .col(text("locked"))
                    .col(text("share"))
                    .col(maybe_text("given"))
                    .col(maybe_moment("given_at"))
                    .primary_key(Index::create().col("authority").col("tender").col("person"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("tender", "submission")
                    .col(text("id"))
                    .col(text("organisation"))
                    .col(text("state"))
                    .col(text("sealed"))
                    .col(text("hash"))
                    .col(text("asked"))
                    .col(number("size"))
                    .col(text("sent_by"))
                    .col(moment("sent_at"))
                    .col(moment("changed_at"))
                    .col(maybe_text("content"))
                    .col(maybe_text("excluded"))
                    .col(maybe_text("summary"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .check(Expr::col("state").eq("opened").or(Expr::col("content").is_null()))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("tender", "tender_evaluator")
                    .col(text("person"))
                    .col(maybe_moment("declared_at"))
                    .col(text("conflicts"))
                    .col(maybe_moment("locked_at"))
                    .col(maybe_text("hash"))
                    .primary_key(Index::create().col("authority").col("tender").col("person"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("tender", "tender_score")
                    .col(text("submission"))
                    .col(number("lot"))
                    .col(number("criterion"))
                    .col(text("person"))
                    .col(number("points"))
                    .col(text("reason"))
                    .col(moment("at"))
                    .primary_key(
                        Index::create()
                            .col("authority")
                            .col("submission")
                            .col("lot")
                            .col("criterion")
                            .col("person"),
                    )
                    .check(Expr::col("reason").ne(""))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("tender", "tender_moderation")
                    .col(text("submission"))
                    .col(number("lot"))
                    .col(number("criterion"))
                    .col(number("points"))
                    .col(text("reason"))
                    .col(text("person"))
                    .col(moment("at"))
                    .primary_key(
                        Index::create().col("authority").col("submission").col("lot").col("criterion"),
                    )
                    .check(Expr::col("reason").ne(""))
                    .take(),
            )
            .await?;
        let by_tender = Index::create()
            .name("submission_by_tender")
            .table("submission")
            .col("authority")
            .col("tender")
            .take();
        manager.create_index(by_tender).await?;
        append_only(manager, "tender_change").await
    }
}
