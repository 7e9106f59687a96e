//! What somebody typed is not lost when a form is refused and gone, or when they are not signed in any more.

use crate::house::{PLAN, each};
use axum::http::StatusCode;
use chrono::Duration;
use enough_store::accounts::Role;

const LONG: &str = "Shifts+end+at+%3Csix%3E,%0D%0Aand+the+bus+goes+later";
const SHOWN: &str = "Shifts end at &#60;six&#62;,\r\nand the bus goes later";

#[tokio::test]
async fn whoever_is_not_signed_in_any_more_gets_back_what_they_wrote() {
    for house in each().await {
        let cookie = house.signed_in(&[Role::Commissioner]).await;
        house.pass(Duration::hours(2));
        let written = PLAN.replace("A+club+for+40", LONG);
        let answer = house.send("POST", "/intentions/new", Some(&cookie), &written).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        for part in
            [SHOWN, "action=\"/intentions/new\"", "name=\"most\" value=\"90,000\"", "href=\"/sign-in\""]
        {
            assert!(answer.body.contains(part), "{part}: {}", answer.body);
        }
        assert_eq!(answer.headers["cache-control"], "no-store");
        let from_elsewhere = [("sec-fetch-site", "cross-site")];
        let other =
            house.send_with("POST", "/intentions/new", Some(&cookie), &written, &from_elsewhere).await;
        assert!(!other.body.contains("bus goes"), "another site's words are not ours to show");
        let short = house.send("POST", "/intentions/1/step", Some(&cookie), "version=1&step=publish").await;
        assert!(short.to.starts_with("/sign-in?next="), "there is nothing to lose: {}", short.to);
        let secret =
            "old=four+cold+otters+sing+to+me&password=five+cold+otters+sing&again=five+cold+otters+sing";
        let secret = house.send("POST", "/account/password", Some(&cookie), secret).await;
        assert!(!secret.body.contains("otters"), "{}", secret.body);
        let nobody = house.send("POST", "/intentions/new", None, &written).await;
        assert!(nobody.to.starts_with("/sign-in?next="), "who was never here is not read: {}", nobody.to);
        // Signed in again it is as if nothing had been.
        let cookie = house.signed_in(&[Role::Commissioner]).await;
        let plan = house.send("POST", "/intentions/new", Some(&cookie), &written).await.to;
        assert!(house.send("GET", &plan, Some(&cookie), "").await.body.contains("bus goes later"));
    }
}

#[tokio::test]
async fn what_was_written_into_a_form_that_is_gone_comes_back() {
    for house in each().await {
        let commissioner = house.signed_in(&[Role::Commissioner]).await;
        let post = async |path: &str, body: &str| house.send("POST", path, Some(&commissioner), body).await;
        let plan = post("/intentions/new", PLAN).await.to;
        post(&format!("{plan}/step"), "version=1&step=publish").await;
        post(&format!("{plan}/specification/change"), "version=0&text=Until+five.&because=First").await;
        post(&format!("{plan}/step"), "version=2&step=design").await;
        let dates = "opens_on=2026-11-22&closes_on=2026-12-24&short=School+begins";
        let round = post(&format!("{plan}/rounds/new"), dates).await.to;
        let comment = format!("sector=voluntary&size=micro&name=Play+Here&text={LONG}");
        let say = async |body: &str| house.send("POST", &format!("{round}/comment"), None, body).await;
        let nobody = say(&comment.replace("voluntary", "")).await.body;
        assert_eq!(nobody.matches(SHOWN).count(), 1, "the form shows it: {nobody}");
        assert!(!nobody.contains("What you wrote"), "{nobody}");
        assert!(say(&comment).await.to.contains("?comment=1"));
        // The form of what has closed meanwhile still shows it.
        house.pass(Duration::days(40));
        let late = say(&comment).await.body;
        assert_eq!(late.matches(SHOWN).count(), 1, "{late}");
        // Whoever withdraws what another has withdrawn finds no form.
        let other = house.signed_in(&[Role::Commissioner]).await;
        let plan = house.send("POST", "/intentions/new", Some(&other), PLAN).await.to;
        let step = format!("{plan}/step");
        house.send("POST", &step, Some(&other), "version=1&step=publish").await;
        let withdraw = async |why: &str| {
            let body = format!("version=2&step=withdraw&reason={why}");
            house.send("POST", &step, Some(&other), &body).await
        };
        assert_eq!(withdraw("No+money+for+it").await.to, plan);
        let second = withdraw(LONG).await.body;
        assert!(second.contains("What you wrote") && second.contains(SHOWN), "{second}");
        assert!(second.find("error-summary") < second.find("What you wrote"), "what is wrong comes first");
        assert!(second.find("What you wrote") < second.find("<h1"), "{second}");
    }
}
