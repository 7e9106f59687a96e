//! Organisations, people, what they may do, how they prove who they are, and their sessions.

use sea_orm_migration::prelude::*;

use super::{maybe_moment, maybe_text, moment, part_of, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let version = || ColumnDef::new("version").integer().not_null().take();
        let tables = [
            Table::create()
                .table("organisation")
                .col(text("authority"))
                .col(text("id"))
                .col(text("name"))
                .col(text("kind"))
                .col(version())
                .col(moment("created_at"))
                .col(maybe_moment("closed_at"))
                .primary_key(Index::create().col("authority").col("id"))
                .foreign_key(ForeignKey::create().from("organisation", "authority").to("authority", "code"))
                .check(Expr::col("name").ne(""))
                .check(Expr::col("kind").is_in([
                    "authority",
                    "school",
                    "health",
                    "police",
                    "provider",
                    "voluntary",
                ]))
                .take(),
            Table::create()
                .table("person")
                .col(text("authority"))
                .col(text("id"))
                .col(text("organisation"))
                .col(text("name"))
                .col(text("email"))
                .col(text("state"))
                .col(version())
                .col(moment("created_at"))
                .col(maybe_moment("last_seen_at"))
                .primary_key(Index::create().col("authority").col("id"))
                .foreign_key(
                    ForeignKey::create()
                        .from("person", ("authority", "organisation"))
                        .to("organisation", ("authority", "id")),
                )
                .check(Expr::col("name").ne(""))
                .check(Expr::col("email").like("%_@_%"))
                .check(Expr::col("state").is_in(["invited", "active", "disabled"]))
                .take(),
            part_of("person", "person_role")
                .col(text("role"))
                .primary_key(Index::create().col("authority").col("person").col("role"))
                .take(),
            part_of("person", "password")
                .col(text("hash"))
                .col(moment("changed_at"))
                .primary_key(Index::create().col("authority").col("person"))
                .take(),
            part_of("person", "identity")
                .col(text("issuer"))
                .col(text("subject"))
                .col(moment("linked_at"))
                .primary_key(Index::create().col("authority").col("issuer").col("subject"))
                .take(),
            part_of("person", "totp")
                .col(text("secret"))
                .col(maybe_moment("confirmed_at"))
                // The last time step that was used, so that a code opens once only.
                .col(ColumnDef::new("last_step").big_integer().not_null())
                .primary_key(Index::create().col("authority").col("person"))
                .take(),
            part_of("person", "recovery_code")
                .col(text("hash"))
                .col(maybe_moment("used_at"))
                .primary_key(Index::create().col("authority").col("person").col("hash"))
                .take(),
            part_of("person", "session")
                .col(text("token"))
                .col(moment("created_at"))
                .col(moment("last_seen_at"))
                .col(moment("proven_at"))
                .col(text("stage"))
                .col(text("agent"))
                .col(maybe_text("origin"))
                .col(maybe_moment("ended_at"))
                .primary_key(Index::create().col("authority").col("token"))
                .check(Expr::col("stage").is_in(["second-factor", "enrol", "full"]))
                .take(),
            // The set-up link belongs to nobody yet: there is no person when it is made.
            Table::create()
                .table("link")
                .col(text("authority"))
                .col(text("token"))
                .col(maybe_text("person"))
                .col(text("purpose"))
                .col(moment("expires_at"))
                .col(maybe_moment("used_at"))
                .primary_key(Index::create().col("authority").col("token"))
                .foreign_key(ForeignKey::create().from("link", "authority").to("authority", "code"))
                .foreign_key(
                    ForeignKey::create()
                        .from("link", ("authority", "person"))
                        .to("person", ("authority", "id"))
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .check(Expr::col("purpose").is_in(["set-up", "invitation", "reset"]))
                .check(Expr::col("purpose").eq("set-up").or(Expr::col("person").is_not_null()))
                .take(),
            // By e-mail address and not by person, so that strangers learn nothing from what is locked.
            Table::create()
                .table("attempt")
                .col(text("authority"))
                .col(text("email"))
                .col(ColumnDef::new("failures").integer().not_null())
                .col(maybe_moment("locked_until"))
                .primary_key(Index::create().col("authority").col("email"))
                .foreign_key(ForeignKey::create().from("attempt", "authority").to("authority", "code"))
                .take(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        for (table, column, unique) in
            [("person", "email", true), ("person", "organisation", false), ("session", "person", false)]
        {
            let mut index = Index::create();
            index.name(format!("{table}_{column}")).table(table).col("authority").col(column);
            if unique {
                index.unique();
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }
}
