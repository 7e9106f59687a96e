//! What cannot be opened is refused with a reason, and nothing is changed.

use enough_store::testing::{AUTHORITY, Empty};
use enough_store::{Address, Environment, Keys, Store, StoreError};
use sea_orm::ConnectionTrait;

async fn open(address: &Address, keys: Keys) -> Result<Store, StoreError> {
    Store::open(address, keys, Environment::system()).await
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made_by_opening() {
    let empty = Empty::sqlite();
    assert!(matches!(open(&empty.address, Empty::keys()).await, Err(StoreError::Missing(_))));
    assert!(!empty.address.file().unwrap().exists());
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    for empty in Empty::each().await {
        let store = empty.store().await;
        let newer =
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20990101_000001_flying_cars', 0)";
        store.read().execute_unprepared(newer).await.unwrap();
        store.close().await.unwrap();
        let refusal = open(&empty.address, Empty::keys()).await.unwrap_err();
        assert!(
            matches!(&refusal, StoreError::Newer(version) if version.contains("flying_cars")),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn records_begun_with_other_keys_are_refused() {
    for empty in Empty::each().await {
        empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
        let store = open(&empty.address, Keys::new([9; 32])).await.unwrap();
        let refusal = store.authority(AUTHORITY, "Example").await.unwrap_err();
        assert!(refusal.to_string().contains("other keys"), "{refusal}");
    }
}

#[tokio::test]
async fn a_damaged_file_is_refused() {
    let empty = Empty::sqlite();
    let store = empty.store().await;
    store.authority(AUTHORITY, "Example").await.unwrap();
    store.close().await.unwrap();
    let file = empty.address.file().unwrap();
    let mut bytes = std::fs::read(file).unwrap();
    // The pages of tables and indexes come after the first, which has the shape of the database.
    bytes[4096 * 3..4096 * 12].fill(0xa5);
    std::fs::write(file, &bytes).unwrap();
    let refusal = open(&empty.address, Empty::keys()).await.unwrap_err();
    assert!(matches!(refusal, StoreError::Damaged(_) | StoreError::Database(_)), "{refusal}");
    std::fs::write(file, "code,children\n1,2\n").unwrap();
    let refusal = open(&empty.address, Empty::keys()).await.unwrap_err();
    assert!(refusal.to_string().contains("not a database"), "{refusal}");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let empty = Empty::sqlite();
    let store = empty.store().await;
    store.authority(AUTHORITY, "Example").await.unwrap();
    let folder = empty.address.file().unwrap().parent().unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{} has the mode {mode:o}", entry.path().display());
    }
}
