//! The way into commissioning: what is open to everybody, what changed lately, and what waits for whoever looks.

use crate::house::{PLAN, each};
use chrono::Duration;
use enough_store::accounts::Role;

#[tokio::test]
async fn everybody_finds_what_is_open_and_each_what_waits_for_them() {
    for house in each().await {
        let commissioner = house.signed_in(&[Role::Commissioner]).await;
        let post = async |path: &str, body: &str| house.send("POST", path, Some(&commissioner), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await.body;
        let empty = get(None, "/commissioning").await;
        assert!(empty.contains("Nothing is open") && empty.contains("0 agreements run"), "{empty}");
        let plan = post("/intentions/new", PLAN).await.to;
        assert!(!get(None, "/").await.contains("Club"), "a draft is nobody's news");
        post(&format!("{plan}/step"), "version=1&step=publish").await;
        post(&format!("{plan}/specification/change"), "version=0&text=Until+five.&because=First").await;
        post(&format!("{plan}/step"), "version=2&step=design").await;
        let dates = "opens_on=2026-11-23&closes_on=2026-12-24&short=School+begins";
        let round = post(&format!("{plan}/rounds/new"), dates).await.to;
        house.pass(Duration::minutes(1));
        let first = get(None, "/").await;
        assert!(first.contains("What changed lately") && first.contains("22 November 2026: <a"), "{first}");
        assert!(!first.contains("Open now"), "the round opens tomorrow: {first}");
        house.pass(Duration::days(1));
        for page in ["/", "/commissioning"] {
            let open = get(None, page).await;
            assert!(open.contains("Comment on what is to be bought") && open.contains(&round), "{open}");
            assert!(open.contains("24 December 2026"), "{open}");
        }
        let kim = house.person("kim", Role::Provider).await.1;
        let event =
            "title=Morning&what=Bids&place=Hall&begins_at=2026-12-01T10:00&ends_at=2026-12-01T12:00&places=1";
        let commissioner = house.signed_in(&[Role::Commissioner]).await;
        let event = house.send("POST", "/events/new", Some(&commissioner), event).await.to;
        assert!(get(None, "/commissioning").await.contains("Book a place"));
        house.send("POST", &format!("{event}/book"), Some(&kim), "people=1&needs=").await;
        assert!(!get(None, "/commissioning").await.contains("Book a place"), "it is full");
        house.pass(Duration::days(40));
        let commissioner = house.signed_in(&[Role::Commissioner]).await;
        let kim = house.cookie("kim").await;
        assert!(get(Some(&commissioner), "/commissioning").await.contains("Answer the comments"));
        for other in [None, Some(&kim[..])] {
            let page = get(other, "/commissioning").await;
            assert!(!page.contains("Answer the comments") && page.contains("Nothing is open"), "{page}");
        }
        house.pass(Duration::days(40));
        assert!(!get(None, "/").await.contains("Club"), "it is no news any more");
    }
}
