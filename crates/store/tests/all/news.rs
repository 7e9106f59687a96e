//! News: strangers cannot make the service write to very many addresses.

use chrono::{Duration, TimeZone, Utc};
use enough_store::audit::Actor;
use enough_store::mail::{Letter, Topic};
use enough_store::testing::{AUTHORITY, Clock, Empty};

fn letter(to: &str, _: &str, _: bool) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "News".to_owned(),
        text: "Confirm".to_owned(),
        end: None,
        until: None,
    }
}

#[tokio::test]
async fn a_hundred_strangers_in_an_hour_get_a_letter_and_no_more() {
    for empty in Empty::each().await {
        let clock = Clock::new(Utc.with_ymd_and_hms(2026, 12, 1, 9, 0, 0).unwrap());
        let authority =
            empty.store_at(clock.environment()).await.authority(AUTHORITY, "Example").await.unwrap();
        let ask = async |number: usize| {
            let email = format!("stranger{number}@example.test");
            authority.ask_for_news(&Actor::default(), (Topic::Plans, &email), letter).await
        };
        for number in 0..100 {
            ask(number).await.unwrap();
        }
        assert!(ask(100).await.unwrap_err().to_string().contains("Try again in an hour"));
        assert_eq!(authority.letters().await.unwrap().0.waiting, 100);
        clock.pass(Duration::minutes(61));
        ask(100).await.unwrap();
        assert_eq!(authority.letters().await.unwrap().0.waiting, 101);
    }
}
