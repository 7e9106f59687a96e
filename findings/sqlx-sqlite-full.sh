#!/usr/bin/env bash
# sqlx 0.9.0 with SQLite: after one statement failed with "database or disk is full", and one ordinary rollback after it, every commit on that
# pooled connection says that it is done and none of them is. SQLite ends the transaction by itself when it is full; the driver's ROLLBACK
# then fails, and it goes on counting one transaction. So the next begin() is a SAVEPOINT, its rollback leaves that savepoint open, and each
# later "commit" releases a savepoint within it. The same connection reads what it wrote; whoever opens the file reads nothing.
# Expected: a connection on which a rollback failed is not given out again, or its count is right.
# Seen: acknowledged 5, on the connection 5, in the file 0. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "full"
version = "0.1.0"
edition = "2024"
[dependencies]
sqlx = { version = "=0.9.0", default-features = false, features = ["runtime-tokio", "sqlite"] }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
TOML
cat >src/main.rs <<'RUST'
use sqlx::{Connection, sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions}};

#[tokio::main]
async fn main() -> Result<(), sqlx::Error> {
    let options = SqliteConnectOptions::new().filename("full.db").create_if_missing(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    sqlx::raw_sql("CREATE TABLE note (text TEXT); PRAGMA max_page_count = 20").execute(&pool).await?;
    let mut full = pool.begin().await?;
    let error = sqlx::query("INSERT INTO note VALUES (hex(zeroblob(200000)))").execute(&mut *full).await.unwrap_err();
    println!("refused: {error}");
    drop(full);
    sqlx::raw_sql("PRAGMA max_page_count = 100000").execute(&pool).await?; // There is room again.
    pool.begin().await?.rollback().await?; // Somebody changes their mind.
    for _ in 0..5 {
        let mut note = pool.begin().await?;
        sqlx::query("INSERT INTO note VALUES ('kept')").execute(&mut *note).await?;
        note.commit().await?;
    }
    let count = "SELECT count(*) FROM note";
    let (here,): (i64,) = sqlx::query_as(count).fetch_one(&pool).await?;
    let mut other = SqliteConnection::connect_with(&options).await?;
    let (there,): (i64,) = sqlx::query_as(count).fetch_one(&mut other).await?;
    println!("acknowledged 5, on the connection {here}, in the file {there}");
    Ok(())
}
RUST
cargo run --quiet | tee said.txt
grep -qx 'acknowledged 5, on the connection 5, in the file 0' said.txt
echo "as it was found: sqlx 0.9.0, $(rustc --version)"
