//! What an assessment found: the answer, its areas, markets and settings.

use sea_orm_migration::prelude::*;

use super::{maybe_text, moment, part_of, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).double().not_null().take()
}

fn maybe_number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).double().null().take()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            Table::create()
                .table("assessment")
                .col(text("authority"))
                .col(text("id"))
                .col(moment("made_at"))
                .col(text("title"))
                .col(text("answer"))
                .col(ColumnDef::new("made_up").boolean().not_null())
                .col(text("ages"))
                .col(text("mode"))
                .col(number("minutes"))
                .col(number("target"))
                .col(text("journey"))
                .col(text("travel"))
                .col(number("children"))
                .col(number("places"))
                .col(maybe_number("level"))
                .col(number("shortfall"))
                .col(number("least_short"))
                .col(number("overlap"))
                .col(number("without_reach"))
                .col(maybe_text("supply_date"))
                .col(text("ladder"))
                .col(text("caveats"))
                .col(text("how_we_know"))
                .col(text("sources"))
                .col(text("attribution"))
                .primary_key(Index::create().col("authority").col("id"))
                .foreign_key(ForeignKey::create().from("assessment", "authority").to("authority", "code"))
                .take(),
            part_of("assessment", "area")
                .col(text("code"))
                .col(text("kind"))
                .col(text("name"))
                .col(text("parent"))
                .col(number("children"))
                .col(number("places"))
                .col(maybe_number("level"))
                .col(number("shortfall"))
                .col(number("overlap"))
                .col(number("without_reach"))
                .col(maybe_number("minutes_to_enough"))
                .col(maybe_number("decile"))
                .col(text("ladder"))
                .col(text("ages"))
                .col(ColumnDef::new("market").integer().null().take())
                .col(maybe_text("ward"))
                .col(maybe_text("msoa"))
                .primary_key(Index::create().col("authority").col("assessment").col("code"))
                .check(Expr::col("kind").is_in(["ward", "lsoa", "msoa", "authority", "patch"]))
                .take(),
            part_of("assessment", "area_detail")
                .col(text("code"))
                .col(text("reach"))
                .col(ColumnDef::new("shape").binary().null().take())
                .primary_key(Index::create().col("authority").col("assessment").col("code"))
                .take(),
            part_of("assessment", "market")
                .col(ColumnDef::new("number").integer().not_null().take())
                .col(text("name"))
                .col(text("sentence"))
                .col(number("level"))
                .col(number("children"))
                .col(number("places"))
                .col(number("shortfall"))
                .col(number("overlap"))
                .col(text("areas"))
                .primary_key(Index::create().col("authority").col("assessment").col("number"))
                .take(),
            part_of("assessment", "setting")
                .col(text("id"))
                .col(text("name"))
                .col(text("kind"))
                .col(text("sector"))
                .col(number("places"))
                .col(maybe_text("quality"))
                .col(maybe_text("inspected"))
                .col(text("postcode"))
                .col(maybe_number("longitude"))
                .col(maybe_number("latitude"))
                .col(maybe_text("lsoa"))
                .col(maybe_text("ward"))
                .col(text("parent"))
                .col(ColumnDef::new("here").boolean().not_null())
                .col(ColumnDef::new("market").integer().null().take())
                .col(number("helps"))
                .primary_key(Index::create().col("authority").col("assessment").col("id"))
                .take(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        Ok(())
    }
}
