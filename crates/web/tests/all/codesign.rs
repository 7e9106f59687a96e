//! Co-design in the service: anybody comments, each comment is answered, then the text is final; what is not answered nobody else reads.

use crate::house::{PLAN, each};
use axum::http::StatusCode;
use chrono::Duration;
use enough_store::accounts::Role;

#[tokio::test]
async fn a_specification_is_written_with_everybody() {
    for house in each().await {
        let commissioner = house.signed_in(&[Role::Commissioner]).await;
        let post = async |path: &str, body: &str| house.send("POST", path, Some(&commissioner), body).await;
        let public = async |path: &str| house.send("GET", path, None, "").await;
        let plan = post("/intentions/new", PLAN).await.to;
        let (text, rounds) = (format!("{plan}/specification"), format!("{plan}/rounds"));
        post(&format!("{plan}/step"), "version=1&step=publish").await;
        let empty = post(&format!("{text}/change"), "version=0&text=&because=").await.body;
        assert!(empty.contains("Write the specification"), "{empty}");
        let written =
            "version=0&text=%23+Who%0D%0A%0D%0AChildren+%3Cof%3E+five.%0D%0A%0D%0AUntil+five.&because=First";
        assert_eq!(post(&format!("{text}/change"), written).await.to, text);
        assert_eq!(public(&text).await.status, StatusCode::NOT_FOUND, "nobody is asked yet");
        post(&format!("{plan}/step"), "version=2&step=design").await;
        let shown = public(&text).await.body;
        assert!(shown.contains("Children &#60;of&#62; five.") && !shown.contains("Write another"), "{shown}");

        let late = post(&format!("{text}/change"), "version=0&text=Mine&because=x").await.body;
        assert!(
            late.contains("saved version 1") && late.contains(">Mine<") && late.contains("value=\"1\""),
            "{late}"
        );
        let wrong = post(&format!("{rounds}/new"), "opens_on=soon&closes_on=2026-12-24").await.body;
        assert!(wrong.contains("is not a date") && wrong.contains("value=\"soon\""), "{wrong}");
        let short = post(&format!("{rounds}/new"), "opens_on=2026-11-22&closes_on=2026-12-24").await.body;
        assert!(short.contains("84 days"), "{short}");
        let round =
            post(&format!("{rounds}/new"), "opens_on=2026-11-22&closes_on=2026-12-24&short=School+begins")
                .await
                .to;
        assert_eq!(round, format!("{rounds}/1"));
        assert!(public(&round).await.body.contains("School begins"));

        let form = public(&format!("{round}/comment?paragraph=3")).await.body;
        assert!(form.contains("Until five.") && form.contains("value=\"3\""), "{form}");
        let say = async |body: &str| house.send("POST", &format!("{round}/comment"), None, body).await;
        let nobody = say("paragraph=3&text=Until+six").await.body;
        assert!(nobody.contains("Say for whom you speak") && nobody.contains("Until six"), "{nobody}");
        let said =
            say("paragraph=3&text=Until+%3Cb%3Esix&sector=voluntary&size=micro&name=Play+Here").await.to;
        assert_eq!(said, format!("{round}?comment=1"));
        assert!(public(&said).await.body.contains("has the number 1.1"));
        say("text=Tom+Smith+is+alone&sector=young&name=Ann").await;
        let body = public(&round).await.body;
        assert!(!body.contains("Until &#60;b&#62;six") && body.contains("2 comments were made"), "{body}");
        assert!(!body.contains("Make it longer") && !body.contains("/comments/1"), "those are for planners");
        let own = house.send("GET", &round, Some(&commissioner), "").await.body;
        assert!(own.contains("Until &#60;b&#62;six") && own.contains("Play Here (Voluntary"), "{own}");

        house.pass(Duration::days(33));
        let commissioner = house.signed_in(&[Role::Commissioner]).await;
        let post = async |path: &str, body: &str| house.send("POST", path, Some(&commissioner), body).await;
        let waiting = post(&format!("{round}/respond"), "response=Longer").await.body;
        assert!(waiting.contains("without an answer: 1, 2") && waiting.contains(">Longer<"), "{waiting}");
        let silent = post(&format!("{round}/comments/1"), "outcome=taken&reason=").await.body;
        assert!(silent.contains("Say why"), "{silent}");
        assert_eq!(
            post(&format!("{round}/comments/1"), "outcome=taken&reason=Shifts+end+late").await.to,
            format!("{round}#comment-1-1")
        );
        post(&format!("{round}/comments/2"), "outcome=withheld&reason=It+names+a+child").await;
        post(
            &format!("{text}/change"),
            "version=1&text=%23+Who%0A%0AChildren+%3Cof%3E+five.%0A%0AUntil+six.&because=Asked+for",
        )
        .await;
        assert_eq!(post(&format!("{round}/respond"), "response=Open+longer").await.to, round);
        let body = public(&text).await.body;
        for said in [
            "Until &#60;b&#62;six",
            "The text says so now",
            "Shifts end late",
            "It names a child",
            "fewer than 5",
            "1 to 9 paid workers",
        ] {
            assert!(body.contains(said), "{said}: {body}");
        }
        assert!(!body.contains("Tom Smith"), "{body}");
        let changed = public(&format!("{text}?version=2&against=1")).await.body;
        assert!(changed.contains("five.</del>"), "{changed}");
        for lost in ["?version=9", "?against=x", "?version=1&against=-1"] {
            assert_eq!(public(&format!("{text}{lost}")).await.status, StatusCode::NOT_FOUND, "{lost}");
        }
        assert_eq!(post(&format!("{text}/final"), "seen=2").await.to, text);
        let body = public(&text).await.body;
        assert!(body.contains("Final since") && body.contains("SHA-256"), "{body}");
        assert!(public(&plan).await.body.contains("The specification is final, in version 2"));
        let calendar = public("/intentions/calendar.ics").await.body;
        assert!(calendar.contains("Last day for comments: Club"), "{calendar}");
    }
}
