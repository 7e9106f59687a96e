//! Entries of the log that are withheld, and what binds them; marks on the keys of tenders and of those who open bids, and on bids, that
//! only the service can make; and when somebody began to open the bids of a tender.

use sea_orm_migration::prelude::*;

use super::{append_only, maybe_moment, maybe_text, number, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let entry = Table::create()
            .table("withheld_entry")
            .col(text("authority"))
            .col(text("about"))
            .col(number("number"))
            .col(text("entry"))
            .primary_key(Index::create().col("authority").col("about").col("number"))
            .take();
        let binding = Table::create()
            .table("withheld_binding")
            .col(text("authority"))
            .col(text("about"))
            .col(text("sha256"))
            .col(number("entries"))
            .col(text("blind"))
            .primary_key(Index::create().col("authority").col("about").col("sha256"))
            .take();
        for (mut table, name) in [(entry, "withheld_entry"), (binding, "withheld_binding")] {
            table.foreign_key(ForeignKey::create().from(name, "authority").to("authority", "code"));
            manager.create_table(table).await?;
            append_only(manager, name).await?;
        }
        for table in ["tender", "submission", "opener_key"] {
            manager.alter_table(Table::alter().table(table).add_column(maybe_text("mark")).take()).await?;
        }
        let opening = maybe_moment("opening_at");
        manager.alter_table(Table::alter().table("tender").add_column(opening).take()).await
    }
}
