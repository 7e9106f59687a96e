//! The time of the last entry of a log, before which no other is written; and the row that is written to see whether writing works.

use sea_orm::ConnectionTrait;
use sea_orm_migration::prelude::*;

use super::{moment, number};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut at = moment("log_at");
        // The beginning of time, until the next statement.
        at.default("1970-01-01T00:00:00+00:00");
        manager.alter_table(Table::alter().table("authority").add_column(at).take()).await?;
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE authority SET log_at = COALESCE((SELECT at FROM audit_entry WHERE audit_entry.authority = authority.code AND position = authority.log_size - 1), created_at)",
            )
            .await?;
        let pulse = Table::create()
            .table("pulse")
            .col(number("id"))
            .col(moment("at"))
            .primary_key(Index::create().col("id"))
            .take();
        manager.create_table(pulse).await
    }
}
