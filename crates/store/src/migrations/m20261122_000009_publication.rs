//! Releases of contracting processes, ours and those of other publishers, and what each process is now.

use sea_orm_migration::prelude::*;

use super::{append_only, maybe_text, moment, text};

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
                    .table("contract_release")
                    .col(text("authority"))
                    .col(text("ocid"))
                    .col(text("id"))
                    .col(text("date"))
                    .col(text("publisher"))
                    .col(text("license"))
                    .col(text("extensions"))
                    .col(text("content"))
                    .col(moment("kept_at"))
                    .primary_key(Index::create().col("authority").col("ocid").col("id"))
                    .foreign_key(
                        ForeignKey::create().from("contract_release", "authority").to("authority", "code"),
                    )
                    .take(),
            )
            .await?;
        // What is published stays as it was published.
        append_only(manager, "contract_release").await?;
        manager
            .create_table(
                Table::create()
                    .table("contract_process")
                    .col(text("authority"))
                    .col(text("ocid"))
                    .col(text("title"))
                    .col(text("buyer"))
                    .col(text("suppliers"))
                    .col(text("status"))
                    .col(ColumnDef::new("pence").big_integer().null())
                    .col(maybe_text("currency"))
                    .col(text("date"))
                    .col(ColumnDef::new("releases").integer().not_null())
                    .col(text("words"))
                    .col(text("compiled"))
                    .primary_key(Index::create().col("authority").col("ocid"))
                    .foreign_key(
                        ForeignKey::create().from("contract_process", "authority").to("authority", "code"),
                    )
                    .take(),
            )
            .await?;
        let by_date = Index::create()
            .name("contract_process_by_date")
            .table("contract_process")
            .col("authority")
            .col("date")
            .take();
        manager.create_index(by_date).await
    }
}
