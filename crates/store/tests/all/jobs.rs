//! Jobs on both kinds of database: one process takes one up, it is watched and stopped; which are begun again, and which are not.

use chrono::{Duration, TimeZone, Utc};
use enough_store::audit::{Actor, Query};
use enough_store::jobs::{GONE, JobState};
use enough_store::testing::{AUTHORITY, Clock, Empty};

const WORK: (&str, &str, &str) = ("assess", "{}", "An answer for ages 0 to 4");

#[tokio::test]
async fn a_job_is_taken_up_once_watched_and_ended() {
    for empty in Empty::each().await {
        let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
        let actor = Actor::service("test");
        assert_eq!(authority.take_up_job().await.unwrap(), None);
        let first = authority.ask_for_job(&actor, "Ann", WORK).await.unwrap();
        let second = authority.ask_for_job(&actor, "Ann", WORK).await.unwrap();
        let (a, b) = tokio::join!(authority.take_up_job(), authority.take_up_job());
        let taken: Vec<String> =
            [a, b].into_iter().filter_map(|job| job.unwrap()).map(|job| job.id).collect();
        assert!(taken.contains(&first), "the first is taken");
        assert_eq!(taken.iter().filter(|id| **id == first).count(), 1, "by one");
        assert!(authority.tell_of_job(&first, "sharing", (3, 9)).await.unwrap());
        let job = authority.job(&first).await.unwrap();
        assert_eq!((job.state, job.phase.as_str(), job.parts), (JobState::Running, "sharing", Some((3, 9))));
        authority.end_job(&actor, &first, JobState::Done, "kept").await.unwrap();
        assert_eq!(authority.job(&first).await.unwrap().result, "kept");
        let list: Vec<String> = authority.jobs(0, 9).await.unwrap().1.into_iter().map(|job| job.id).collect();
        assert_eq!(list, [second, first], "newest first");
        let log = authority.search(&Query::default(), 9).await.unwrap();
        assert_eq!(log.entries.len(), 3, "two asked for, one ended; how far it was is in no log");
    }
}

#[tokio::test]
async fn a_job_is_stopped_while_it_waits_and_while_it_runs_and_not_afterwards() {
    for empty in Empty::each().await {
        let authority = empty.store().await.authority(AUTHORITY, "Example").await.unwrap();
        let actor = Actor::service("test");
        let waits = authority.ask_for_job(&actor, "Ann", WORK).await.unwrap();
        authority.stop_job(&actor, &waits).await.unwrap();
        assert_eq!(authority.job(&waits).await.unwrap().state, JobState::Stopped);
        assert_eq!(authority.take_up_job().await.unwrap(), None);
        let runs = authority.ask_for_job(&actor, "Ann", WORK).await.unwrap();
        authority.take_up_job().await.unwrap().unwrap();
        authority.stop_job(&actor, &runs).await.unwrap();
        assert!(!authority.tell_of_job(&runs, "sharing", (0, 0)).await.unwrap(), "its process hears of it");
        authority.end_job(&actor, &runs, JobState::Stopped, "").await.unwrap();
        assert!(authority.stop_job(&actor, &runs).await.is_err());
        assert!(authority.stop_job(&actor, "none").await.is_err());
    }
}

#[tokio::test]
async fn a_job_is_begun_again_after_an_orderly_end_and_not_when_its_process_went_away() {
    for empty in Empty::each().await {
        let clock = Clock::new(Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap());
        let store = empty.store_at(clock.environment()).await;
        let authority = store.authority(AUTHORITY, "Example").await.unwrap();
        let actor = Actor::service("test");
        let ask = async || authority.ask_for_job(&actor, "Ann", WORK).await.unwrap();
        let take = async || authority.take_up_job().await.unwrap().map(|job| job.id);
        let state = async |id: &str| authority.job(id).await.unwrap().state;

        let id = ask().await;
        assert_eq!(take().await, Some(id.clone()));
        clock.pass(GONE);
        authority.tell_of_job(&id, "sharing", (0, 0)).await.unwrap();
        clock.pass(GONE);
        assert_eq!(take().await, None, "it was heard of");
        clock.pass(Duration::seconds(1));
        assert_eq!(take().await, None, "its process has gone, perhaps because of it");
        assert_eq!(state(&id).await, JobState::Failed);
        assert!(authority.job(&id).await.unwrap().result.contains("Ask for it again"));

        let stopped = ask().await;
        take().await;
        authority.stop_job(&actor, &stopped).await.unwrap();
        clock.pass(GONE + GONE);
        assert_eq!((take().await, state(&stopped).await), (None, JobState::Stopped));

        let id = ask().await;
        for _ in 0..3 {
            assert_eq!(take().await, Some(id.clone()), "a process that ends says so");
            authority.put_back_job(&id).await.unwrap();
            assert_eq!(state(&id).await, JobState::Waiting);
        }
        assert_eq!(take().await, None, "whoever ends the service three times may do so because of it");
        assert_eq!(state(&id).await, JobState::Failed);
    }
}
