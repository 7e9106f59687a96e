//! Who needs to know a sensitive record, who opened one in an emergency, and confidential notes; when a sign-in failed last; where
//! postcodes lie.

use sea_orm_migration::prelude::*;

use super::{maybe_moment, maybe_text, moment, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A reference to a person.
fn to_person(table: &'static str, column: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, ("authority", column)).to("person", ("authority", "id")).take()
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
                    .table("record_reader")
                    .col(text("authority"))
                    .col(text("record"))
                    .col(text("person"))
                    .primary_key(Index::create().col("authority").col("record").col("person"))
                    .foreign_key(&mut to_person("record_reader", "person"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("opening")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("record"))
                    .col(text("person"))
                    .col(text("reason"))
                    .col(moment("opened_at"))
                    .col(moment("ends_at"))
                    .col(maybe_text("finding"))
                    .col(maybe_text("remark"))
                    .col(maybe_text("reviewed_by"))
                    .col(maybe_moment("reviewed_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(&mut to_person("opening", "person"))
                    .foreign_key(&mut to_person("opening", "reviewed_by"))
                    .check(Expr::col("reason").ne(""))
                    .check(
                        Expr::col("finding")
                            .is_null()
                            .or(Expr::col("finding").is_in(["justified", "not-justified"])),
                    )
                    // Nobody looks at what they opened themselves; whoever looks says what they found.
                    .check(
                        Expr::col("reviewed_by")
                            .is_null()
                            .or(Expr::col("reviewed_by").ne(Expr::col("person"))),
                    )
                    .check(Expr::col("reviewed_by").is_null().eq(Expr::col("finding").is_null()))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("note")
                    .col(text("authority"))
                    .col(text("id"))
                    .col(text("setting"))
                    .col(text("setting_name"))
                    .col(text("sealed"))
                    .col(text("author"))
                    .col(moment("written_at"))
                    .col(moment("changed_at"))
                    .col(ColumnDef::new("version").integer().not_null())
                    .primary_key(Index::create().col("authority").col("id"))
                    .foreign_key(&mut to_person("note", "author"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("postcode_district")
                    .col(text("authority"))
                    .col(text("assessment"))
                    .col(text("outward"))
                    .col(text("areas"))
                    .primary_key(Index::create().col("authority").col("assessment").col("outward"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("postcode_district", ("authority", "assessment"))
                            .to("assessment", ("authority", "id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .take(),
            )
            .await?;
        // Failures of before are counted from when nobody failed yet, and so forgotten at the next sweep.
        let failed_at = moment("failed_at").default("2026-01-01T00:00:00+00:00").take();
        manager.alter_table(Table::alter().table("attempt").add_column(failed_at).take()).await?;
        let by_setting =
            Index::create().name("note_by_setting").table("note").col("authority").col("setting").take();
        manager.create_index(by_setting).await
    }
}
