//! PostgreSQL's own programs: `pg_dump` and `pg_restore`.

use std::path::Path;
use std::process::Stdio;

use sea_orm::sqlx::postgres::PgSslMode;
use tokio::process::Command;

use crate::address::Address;
use crate::error::{Result, StoreError};

/// A program with the connection in its environment: neither address nor password is seen in the list of processes.
fn program(name: &str, address: &Address) -> Result<Command> {
    let Address::Postgres(options, text) = address else {
        return Err(StoreError::Program(format!("{name} is for PostgreSQL")));
    };
    let mut command = Command::new(name);
    let host = options
        .get_socket()
        .map_or_else(|| options.get_host().into(), |socket| socket.as_os_str().to_owned());
    command
        .env("PGHOST", host)
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .env("PGDATABASE", options.get_database().unwrap_or_else(|| options.get_username()))
        .env("PGSSLMODE", ssl_mode(options.get_ssl_mode()))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let address = url::Url::parse(text).ok();
    if let Some(password) = address.as_ref().and_then(url::Url::password) {
        command
            .env("PGPASSWORD", percent_encoding::percent_decode_str(password).decode_utf8_lossy().as_ref());
    }
    Ok(command)
}

fn ssl_mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

async fn run(name: &str, mut command: Command) -> Result<()> {
    let output = command.output().await.map_err(|error| {
        StoreError::Program(format!(
            "{name} cannot be run ({error}). Get it with: apt-get install postgresql-client"
        ))
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(StoreError::Program(format!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim())))
}

/// A snapshot in PostgreSQL's custom format.
pub async fn dump(address: &Address, out: &Path) -> Result<()> {
    let mut command = program("pg_dump", address)?;
    // The archive compresses; and a table of another program in the same database is not ours to copy.
    command
        .args([
            "--format=custom",
            "--compress=0",
            "--no-owner",
            "--no-privileges",
            "--schema=public",
            "--file",
        ])
        .arg(out);
    run("pg_dump", command).await
}

/// All of a snapshot, or nothing.
pub async fn restore(address: &Address, snapshot: &Path) -> Result<()> {
    let mut ask = program("psql", address)?;
    ask.args(["--no-psqlrc", "--tuples-only", "--no-align", "--command"])
        .arg("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'");
    let output = ask.output().await.map_err(|error| {
        StoreError::Program(format!(
            "psql cannot be run ({error}). Get it with: apt-get install postgresql-client"
        ))
    })?;
    if String::from_utf8_lossy(&output.stdout).trim() != "0" {
        return Err(StoreError::refused(if output.status.success() {
            format!("{address} is not empty; restore into a new database")
        } else {
            format!("{address} cannot be reached: {}", String::from_utf8_lossy(&output.stderr).trim())
        }));
    }
    let mut command = program("pg_restore", address)?;
    let name = address.database_name();
    // The schema of that name is there in every new database.
    command
        .args([
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            "--clean",
            "--if-exists",
        ])
        .arg(format!("--dbname={name}"))
        .arg(snapshot);
    run("pg_restore", command).await
}
