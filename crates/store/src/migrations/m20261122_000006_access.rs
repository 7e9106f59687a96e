//! Keys with which programs act for a person, and passkeys.

use sea_orm_migration::prelude::*;

use super::{maybe_moment, moment, part_of, text};

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
                part_of("person", "access_key")
                    .col(text("token"))
                    .col(text("name"))
                    .col(ColumnDef::new("may_change").boolean().not_null())
                    .col(moment("created_at"))
                    .col(moment("expires_at"))
                    .col(maybe_moment("last_used_at"))
                    .col(maybe_moment("ended_at"))
                    .primary_key(Index::create().col("authority").col("token"))
                    .check(Expr::col("name").ne(""))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                part_of("person", "passkey")
                    .col(text("id"))
                    .col(text("name"))
                    .col(text("passkey"))
                    .col(moment("created_at"))
                    .col(maybe_moment("last_used_at"))
                    .primary_key(Index::create().col("authority").col("id"))
                    .check(Expr::col("name").ne(""))
                    .take(),
            )
            .await?;
        for (name, table) in [("access_key_person", "access_key"), ("passkey_person", "passkey")] {
            let mut index = Index::create();
            index.name(name).table(table).col("authority").col("person");
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }
}
