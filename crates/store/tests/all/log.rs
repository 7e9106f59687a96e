//! The audit log on both kinds of database: whole when it is whole, and the first bad entry named when it is not.

use enough_store::audit::merkle::grew;
use enough_store::audit::{Actor, Checkpoint, Event, Query};
use enough_store::testing::{AUTHORITY, Empty};
use enough_store::{Authority, StoreError};
use sea_orm::{ConnectionTrait, DbBackend};

async fn log_of(empty: &Empty, entries: usize) -> Authority {
    let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
    let ann = Actor { person: Some("ann".to_owned()), ..Actor::default() };
    for number in 0..entries {
        let event = Event::new("plan.read", format!("plan:{number}")).because("to answer a question");
        authority.note(&ann, event.with("number", number)).await.unwrap();
    }
    authority
}

/// Does what the database forbids, as somebody would who has it in his hands.
async fn tamper(authority: &Authority, sql: &str) {
    let db = authority.store().read();
    if db.get_database_backend() == DbBackend::Sqlite {
        for act in ["UPDATE", "DELETE"] {
            for table in ["audit_entry", "audit_checkpoint"] {
                db.execute_unprepared(&format!("DROP TRIGGER IF EXISTS {table}_no_{act}")).await.unwrap();
            }
        }
    } else {
        for table in ["audit_entry", "audit_checkpoint"] {
            db.execute_unprepared(&format!("ALTER TABLE {table} DISABLE TRIGGER ALL")).await.unwrap();
        }
    }
    db.execute_unprepared(sql).await.unwrap();
}

#[tokio::test]
async fn a_log_is_whole_and_its_proofs_hold() {
    for empty in Empty::each().await {
        let authority = log_of(&empty, 5).await;
        let early = Checkpoint::read(&authority.checkpoint().await.unwrap(), &authority.verifier()).unwrap();
        let authority = log_of(&empty, 8).await;
        let whole = authority.verify(&[]).await.unwrap().unwrap();
        assert_eq!((whole.size, whole.checkpoints), (13, 1));
        let late = Checkpoint::read(&authority.checkpoint().await.unwrap(), &authority.verifier()).unwrap();
        assert_eq!((late.size, late.root), (13, whole.root));
        let proof = authority.prove_growth(5, 13).await.unwrap();
        assert!(grew((early.size, early.root), (late.size, late.root), &proof));
        for position in 0..13 {
            let mut proof = authority.prove(position).await.unwrap();
            assert_eq!(proof.check(&authority.verifier()), Ok(late.clone()));
            proof.entry = proof.entry.replace("to answer a question", "to look");
            assert!(proof.check(&authority.verifier()).is_err());
        }
        assert!(matches!(authority.prove(13).await, Err(StoreError::NotFound(_))));
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_delete_entries() {
    for empty in Empty::each().await {
        let authority = log_of(&empty, 3).await;
        authority.checkpoint().await.unwrap();
        for table in ["audit_entry", "audit_checkpoint"] {
            for sql in [format!("UPDATE {table} SET authority = 'x'"), format!("DELETE FROM {table}")] {
                let refusal = authority.store().read().execute_unprepared(&sql).await.unwrap_err();
                assert!(refusal.to_string().contains("append-only"), "{refusal}");
            }
        }
        if authority.store().read().get_database_backend() == DbBackend::Postgres {
            let refusal =
                authority.store().read().execute_unprepared("TRUNCATE audit_entry").await.unwrap_err();
            assert!(refusal.to_string().contains("append-only"), "{refusal}");
        }
    }
}

#[tokio::test]
async fn the_first_bad_entry_is_named() {
    // What is done to the log, which entry is named, and why.
    let cases = [
        ("UPDATE audit_entry SET entry = replace(entry, 'plan:4', 'plan:9') WHERE position = 4", 4, "hash"),
        ("UPDATE audit_entry SET subject = 'plan:9' WHERE position = 2", 2, "columns"),
        ("UPDATE audit_entry SET person = NULL WHERE position = 6", 6, "columns"),
        ("DELETE FROM audit_entry WHERE position = 3", 3, "missing"),
        ("DELETE FROM audit_entry WHERE position >= 7", 7, "ends here"),
        ("UPDATE authority SET log_size = 0, log_frontier = ''", 0, "ends here"),
    ];
    for (sql, position, reason) in cases {
        for empty in Empty::each().await {
            let authority = log_of(&empty, 9).await;
            tamper(&authority, sql).await;
            let fault = authority.verify(&[]).await.unwrap().unwrap_err();
            assert_eq!(fault.position, position, "{sql}: {fault}");
            assert!(fault.reason.contains(reason), "{sql}: {fault}");
        }
    }
}

#[tokio::test]
async fn an_entry_rewritten_with_its_hash_is_named_by_the_next() {
    for empty in Empty::each().await {
        let authority = log_of(&empty, 9).await;
        for position in [4_u64, 8] {
            let proof = authority.prove(position).await.unwrap();
            let forged = proof.entry.replace("\"number\":", "\"n\":");
            let leaf = enough_store::audit::leaf_of(&forged);
            let sql = format!(
                "UPDATE audit_entry SET entry = '{forged}', leaf = '{leaf}' WHERE position = {position}"
            );
            tamper(&authority, &format!("DELETE FROM audit_checkpoint; {sql}")).await;
            let fault = authority.verify(&[]).await.unwrap().unwrap_err();
            assert_eq!(fault.position, position, "{fault}");
            let back = proof.entry.clone();
            let leaf = enough_store::audit::leaf_of(&back);
            let sql = format!(
                "UPDATE audit_entry SET entry = '{back}', leaf = '{leaf}' WHERE position = {position}"
            );
            tamper(&authority, &sql).await;
        }
        authority.verify(&[]).await.unwrap().unwrap();
    }
}

/// Whoever has the whole database can write another log with all its hashes; a checkpoint elsewhere shows it.
#[tokio::test]
async fn a_log_written_anew_contradicts_the_checkpoint_that_others_hold() {
    for empty in Empty::each().await {
        let authority = log_of(&empty, 4).await;
        let held = Checkpoint::read(&authority.checkpoint().await.unwrap(), &authority.verifier()).unwrap();
        tamper(
            &authority,
            "DELETE FROM audit_checkpoint; DELETE FROM audit_entry; UPDATE authority SET log_size = 0, log_frontier = ''",
        )
        .await;
        let shorter = authority.verify(std::slice::from_ref(&held)).await.unwrap().unwrap_err();
        assert!(shorter.reason.contains("speaks of 4 entries"), "{shorter}");
        let authority = log_of(&empty, 6).await;
        authority.verify(&[]).await.unwrap().unwrap();
        let fault = authority.verify(&[held]).await.unwrap().unwrap_err();
        assert!(fault.position == 3 && fault.reason.contains("rewritten"), "{fault}");
    }
}

#[tokio::test]
async fn a_change_without_an_entry_does_not_happen() {
    for empty in Empty::each().await {
        let authority = log_of(&empty, 1).await;
        let change = authority.begin(&Actor::default()).await.unwrap();
        let sql = "UPDATE authority SET name = 'Elsewhere'";
        change.tx().execute_unprepared(sql).await.unwrap();
        assert!(matches!(change.commit().await, Err(StoreError::Unlogged)));
        let mut change = authority.begin(&Actor::default()).await.unwrap();
        change.log(Event::new("plan.read", "plan:1"));
        drop(change);
        let names = authority.store().authorities().await.unwrap();
        assert_eq!(names, [(AUTHORITY.to_owned(), "Example".to_owned())]);
        assert_eq!(authority.verify(&[]).await.unwrap().unwrap().size, 1);
    }
}

#[tokio::test]
async fn entries_are_found_newest_first_page_by_page() {
    for empty in Empty::each().await {
        let authority = log_of(&empty, 7).await;
        authority.note(&Actor::service("test"), Event::new("planning.begin", "plan:1")).await.unwrap();
        let by_ann =
            Query { person: Some("ann".to_owned()), action: Some("plan".to_owned()), ..Query::default() };
        let first = authority.search(&by_ann, 5).await.unwrap();
        assert_eq!(first.entries.iter().map(|e| e.position).collect::<Vec<_>>(), [6, 5, 4, 3, 2]);
        let rest = authority.search(&Query { before: first.next, ..by_ann }, 5).await.unwrap();
        assert_eq!(rest.entries.iter().map(|e| e.position).collect::<Vec<_>>(), [1, 0]);
        assert_eq!(rest.next, None);
        let plan = Query { subject: Some("plan:1".to_owned()), ..Query::default() };
        assert_eq!(authority.search(&plan, 9).await.unwrap().entries.len(), 2);
        let later =
            Query { since: Some(chrono::Utc::now() + chrono::Duration::hours(1)), ..Query::default() };
        assert!(authority.search(&later, 9).await.unwrap().entries.is_empty());
    }
}
