//! The drill: a backup taken while others write, restored elsewhere, is whole; one that was changed is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use enough_store::audit::{Actor, Event};
use enough_store::backup::{backup, check, restore, sweep};
use enough_store::testing::{AUTHORITY, Empty};
use enough_store::{Environment, Keys, Store};

async fn another(empty: &Empty) -> Empty {
    if empty.address.file().is_some() { Empty::sqlite() } else { Empty::postgres().await.unwrap() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_taken_while_others_write_restores_whole() {
    for empty in Empty::each().await {
        let store = empty.store().await;
        let authority = store.authority(AUTHORITY, "Example").await.unwrap();
        let (stop, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let writer = tokio::spawn({
            let (authority, stop, written) = (authority.clone(), stop.clone(), written.clone());
            async move {
                while !stop.load(Ordering::Relaxed) {
                    authority.note(&Actor::service("test"), Event::new("plan.read", "plan:1")).await.unwrap();
                    written.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        while written.load(Ordering::Relaxed) < 50 {
            tokio::task::yield_now().await;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("today.backup");
        let before = written.load(Ordering::Relaxed);
        let made = backup(&store, &file).await.unwrap();
        stop.store(true, Ordering::Relaxed);
        writer.await.unwrap();
        assert!(backup(&store, &file).await.unwrap_err().to_string().contains("there already"));
        assert_eq!(check(&file, &Empty::keys()).unwrap(), made);

        let place = another(&empty).await;
        let restored = restore(&file, &place.address, Empty::keys(), Environment::system()).await.unwrap();
        assert_eq!(restored, made);
        let store = Store::open(&place.address, Empty::keys(), Environment::system()).await.unwrap();
        let log = store.authority(AUTHORITY, "Example").await.unwrap();
        let whole = log.verify(&[]).await.unwrap().unwrap();
        assert!(whole.size >= before && whole.checkpoints == 1, "{whole:?}");
        log.note(&Actor::service("test"), Event::new("plan.read", "plan:1")).await.unwrap();
        let refusal = log.store().read();
        assert!(
            sea_orm::ConnectionTrait::execute_unprepared(refusal, "DELETE FROM audit_entry").await.is_err(),
            "what was restored is append-only too"
        );
        let again = restore(&file, &place.address, Empty::keys(), Environment::system()).await.unwrap_err();
        assert!(again.to_string().contains("not empty"), "{again}");
    }
}

#[tokio::test]
async fn a_backup_that_was_changed_is_refused() {
    for empty in Empty::each().await {
        let store = empty.store().await;
        store.authority(AUTHORITY, "Example").await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("today.backup");
        backup(&store, &file).await.unwrap();
        let other = check(&file, &Keys::new([9; 32])).unwrap_err();
        assert!(other.to_string().contains("other keys"), "{other}");
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        assert!(check(&file, &Empty::keys()).is_err());
        let place = another(&empty).await;
        assert!(restore(&file, &place.address, Empty::keys(), Environment::system()).await.is_err());
        assert!(!place.address.file().is_some_and(std::path::Path::exists), "nothing is left of it");
        std::fs::write(&file, &bytes[..middle]).unwrap();
        let cut = check(&file, &Empty::keys()).unwrap_err();
        assert!(cut.to_string().contains("not a backup"), "{cut}");
    }
}

#[tokio::test]
async fn what_a_backup_that_was_killed_left_goes_and_what_is_being_written_stays() {
    let empty = Empty::sqlite();
    let store = empty.store().await;
    store.authority(AUTHORITY, "Example").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (killed, writing) = ("01a2027b-d680-777e-960b-fb08819d4644", "01a2027b-d680-7c10-967d-c234b0203513");
    for name in [
        &format!("a.backup.{killed}.part"),
        &format!("a.backup.{killed}.part.lock"),
        &format!("b.backup.{writing}.part"),
        &format!("b.backup.{writing}.part.lock"),
        "film.part",
        "c.backup",
    ] {
        std::fs::write(at(name), "x").unwrap();
    }
    let held = std::fs::File::open(at(&format!("b.backup.{writing}.part.lock"))).unwrap();
    held.lock().unwrap();
    backup(&store, &at("d.backup")).await.unwrap();
    let left = || {
        let names = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    };
    let parts = [format!("b.backup.{writing}.part"), format!("b.backup.{writing}.part.lock")];
    assert_eq!(left(), [&parts[0], &parts[1], "c.backup", "d.backup", "film.part"]);
    drop(held);
    sweep(folder.path());
    assert_eq!(left(), ["c.backup", "d.backup", "film.part"]);
}
