//! The steps that brought the database to its shape, in order; each is frozen once it was released.
//!
//! Every key begins with the authority, so that a distributed PostgreSQL can keep an authority's records together
//! (docs/decisions/0016).

mod m20261122_000001_audit_log;
mod m20261122_000002_accounts;
mod m20261122_000003_assessments;
mod m20261122_000004_jobs;
mod m20261122_000005_history;
mod m20261122_000006_access;
mod m20261122_000007_data_files;
mod m20261122_000008_need_to_know;
mod m20261122_000009_publication;
mod m20261122_000010_intentions;
mod m20261122_000011_codesign;
mod m20261122_000012_tenders;
mod m20261122_000013_plans;
mod m20261122_000014_agreements;
mod m20261122_000015_providers;
mod m20261122_000016_notices;
mod m20261122_000017_two_sides;
mod m20261122_000018_funds;
mod m20261122_000019_calls;
mod m20261122_000020_frameworks;
mod m20261123_000021_commitments;
mod m20261123_000022_direct_payments;
mod m20261123_000023_mail;
mod m20261123_000024_improvements;
mod m20261123_000025_framework_tenders;
mod m20261123_000026_workforce;
mod m20261123_000027_ways;
mod m20261123_000028_partners;
mod m20261123_000029_terms;
mod m20261201_000030_pulse;
mod m20261201_000031_sealed_log;
mod m20261201_000032_judgements;
mod m20261201_000033_law;
mod m20261201_000034_range;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, DbErr};

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_audit_log::Migration),
            Box::new(m20261122_000002_accounts::Migration),
            Box::new(m20261122_000003_assessments::Migration),
            Box::new(m20261122_000004_jobs::Migration),
            Box::new(m20261122_000005_history::Migration),
            Box::new(m20261122_000006_access::Migration),
            Box::new(m20261122_000007_data_files::Migration),
            Box::new(m20261122_000008_need_to_know::Migration),
            Box::new(m20261122_000009_publication::Migration),
            Box::new(m20261122_000010_intentions::Migration),
            Box::new(m20261122_000011_codesign::Migration),
            Box::new(m20261122_000012_tenders::Migration),
            Box::new(m20261122_000013_plans::Migration),
            Box::new(m20261122_000014_agreements::Migration),
            Box::new(m20261122_000015_providers::Migration),
            Box::new(m20261122_000016_notices::Migration),
            Box::new(m20261122_000017_two_sides::Migration),
            Box::new(m20261122_000018_funds::Migration),
            Box::new(m20261122_000019_calls::Migration),
            Box::new(m20261122_000020_frameworks::Migration),
            Box::new(m20261123_000021_commitments::Migration),
            Box::new(m20261123_000022_direct_payments::Migration),
            Box::new(m20261123_000023_mail::Migration),
            Box::new(m20261123_000024_improvements::Migration),
            Box::new(m20261123_000025_framework_tenders::Migration),
            Box::new(m20261123_000026_workforce::Migration),
            Box::new(m20261123_000027_ways::Migration),
            Box::new(m20261123_000028_partners::Migration),
            Box::new(m20261123_000029_terms::Migration),
            Box::new(m20261201_000030_pulse::Migration),
            Box::new(m20261201_000031_sealed_log::Migration),
            Box::new(m20261201_000032_judgements::Migration),
            Box::new(m20261201_000033_law::Migration),
            Box::new(m20261201_000034_range::Migration),
        ]
    }
}

/// Makes the database itself refuse to change or delete the rows of a table.
async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Sqlite {
        for act in ["UPDATE", "DELETE"] {
            db.execute_unprepared(&format!(
                "CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            ))
            .await?;
        }
        return Ok(());
    }
    db.execute_unprepared(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    )
    .await?;
    db.execute_unprepared(&format!(
        "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
         CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ))
    .await?;
    Ok(())
}

/// Makes the database itself refuse to change the rows of a table; they can go, with the record that they belong to.
async fn unchangeable(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let sql = if manager.get_database_backend() == DbBackend::Sqlite {
        format!(
            "CREATE TRIGGER {table}_no_UPDATE BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is not changed'); END"
        )
    } else {
        // The function is there: tables before this one are append-only.
        format!(
            "CREATE TRIGGER {table}_unchangeable BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    };
    db.execute_unprepared(&sql).await?;
    Ok(())
}

/// A table whose records belong to a record of another and go with it.
fn part_of(parent: &'static str, table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(text("authority"))
        .col(text(parent))
        .foreign_key(
            ForeignKey::create()
                .from(table, ("authority", parent))
                .to(parent, ("authority", "id"))
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

/// A column of text that must be there.
fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// A column of text that may be missing.
fn maybe_text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().null().take()
}

/// A whole number that must be there.
fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

/// A moment that must be there.
fn moment(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

/// A moment that may not have come.
fn maybe_moment(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().null().take()
}
