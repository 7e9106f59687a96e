//! What is older than its term goes, and nothing else; on both kinds of database.

use chrono::{Duration, TimeZone, Utc};
use enough_store::accounts::{Client, OrganisationDraft, OrganisationKind, PersonDraft, Role, SignIn, State};
use enough_store::audit::{Actor, Query};
use enough_store::retention::{ACCESS, FAILURES, JOBS};
use enough_store::testing::{AUTHORITY, Clock, Empty};
use sea_orm::{ConnectionTrait, Statement};

const PASSWORD: &str = "four cold otters sing";

#[tokio::test]
async fn what_is_older_than_its_term_goes() {
    for empty in Empty::each().await {
        let clock = Clock::new(Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap());
        let store = empty.store_at(clock.environment()).await;
        let authority = store.authority(AUTHORITY, "Example").await.unwrap();
        let (actor, client) = (Actor::service("test"), Client::default());
        let draft = OrganisationDraft { name: "Example".to_owned(), kind: OrganisationKind::Authority };
        let organisation = authority.add_organisation(&actor, &draft).await.unwrap();
        let draft = PersonDraft {
            name: "Ann".to_owned(),
            email: "ann@example.test".to_owned(),
            organisation,
            roles: vec![Role::Commissioner],
        };
        let id = authority.add_person(&actor, &draft, PASSWORD).await.unwrap();
        let sign_in = async |password: &str| {
            authority.sign_in(&client, "ann@example.test", password, false).await.unwrap()
        };
        assert!(matches!(sign_in(PASSWORD).await, SignIn::Begun(..)));
        assert_eq!(sign_in("wrong").await, SignIn::Refused);
        let job = authority.ask_for_job(&actor, "Ann", ("test", "{}", "A test")).await.unwrap();
        authority.stop_job(&actor, &job).await.unwrap();
        let rows = async || {
            let mut counts = Vec::new();
            for table in ["session", "attempt", "job", "person", "password"] {
                let ask = format!("SELECT count(*) AS n FROM {table}");
                let ask = Statement::from_string(store.read().get_database_backend(), ask);
                let row = store.read().query_one_raw(ask).await.unwrap().unwrap();
                counts.push(row.try_get::<i64>("", "n").unwrap());
            }
            counts
        };
        let sweep = async || authority.sweep(&actor).await.unwrap();
        assert_eq!((sweep().await, rows().await), (0, vec![1, 1, 1, 1, 1]));
        let minute = Duration::minutes(1);
        clock.pass(FAILURES - minute);
        assert_eq!(sweep().await, 0);
        clock.pass(minute + minute);
        assert_eq!((sweep().await, rows().await), (1, vec![1, 0, 1, 1, 1]));
        clock.pass(ACCESS - FAILURES);
        assert_eq!((sweep().await, rows().await), (1, vec![0, 0, 1, 1, 1]));
        clock.pass(JOBS - ACCESS);
        assert_eq!((sweep().await, rows().await), (1, vec![0, 0, 0, 1, 1]));
        assert_eq!(authority.person(&id).await.unwrap().state, State::Active);
        let swept = Query { action: Some("retention.sweep".to_owned()), ..Query::default() };
        assert_eq!(authority.search(&swept, 10).await.unwrap().entries.len(), 3, "and the log says so");
    }
}
