//! Plans in the service: a draft that nobody else sees, published with its reasons, told by feeds and a calendar.

use crate::house::{each, mistakes};
use axum::http::StatusCode;
use enough_store::accounts::Role;

const WHOLE: &str = "title=Club+%26+%3Cb%3Eplay%3C%2Fb%3E&why=120+children+have+no+place&what=A+club%0Dfor+40&area=W1&least=60,000&most=%C2%A390,000.50&route=grant&reason=It+fits+best&others_willing=no\
    &opens_on=2027-02-01&starts_on=2027-09-01&months=36&contact=team%40example.test";

#[tokio::test]
async fn a_plan_is_seen_by_everybody_once_it_is_published() {
    for house in each().await {
        let commissioner = house.signed_in(&[Role::Commissioner]).await;
        let finance = house.signed_in(&[Role::Finance]).await;
        let post = async |path: &str, body: &str| house.send("POST", path, Some(&commissioner), body).await;
        let wrong = post("/intentions/new", "title=Club&least=many&opens_on=soon&months=long").await.body;
        for said in
            ["Write an amount of pounds", "is not a date", "Enter months", "value=\"many\"", "value=\"soon\""]
        {
            assert!(wrong.contains(said), "{said}: {wrong}");
        }
        for (sent, field) in [
            ("title=Club&starts_on=1999-09-01", "starts_on"),
            ("title=Club&opens_on=1999-09-01", "opens_on"),
            ("title=Club&least=2&most=1", "least"),
            ("title=Club&months=241", "months"),
        ] {
            let refused = mistakes(&post("/intentions/new", sent).await.body);
            assert_eq!(refused.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), [field], "{refused:?}");
        }
        let made = post("/intentions/new", "title=Club").await;
        assert!(made.to.starts_with("/intentions/"), "{}", made.body);
        let path = made.to;
        for nobody in [None, Some(finance.as_str())] {
            assert_eq!(house.send("GET", &path, nobody, "").await.status, StatusCode::NOT_FOUND, "a draft");
        }
        let refused = post(&format!("{path}/step"), "version=1&step=publish").await.body;
        assert!(
            refused.contains("Say why it is needed")
                && refused.contains("Error: Check what everybody will read"),
            "{refused}"
        );
        assert_eq!(post(&format!("{path}/change"), &format!("version=1&{WHOLE}")).await.to, path);
        let bought = post("/intentions/new", &format!("enforceable=yes&{WHOLE}")).await.to;
        let refused = post(&format!("{bought}/step"), "version=1&step=publish").await.body;
        assert!(refused.contains("is bought, and no grant (Procurement Act 2023 s3"), "{refused}");
        // It is checked first: all that everybody will read, and one button.
        let draft = house.send("GET", &path, Some(&commissioner), "").await.body;
        let check = format!("{path}/publish");
        assert!(
            draft.contains(&format!("href=\"{check}\"")) && !draft.contains("value=\"publish\""),
            "{draft}"
        );
        let shown = house.send("GET", &check, Some(&commissioner), "").await.body;
        for said in [
            "Nothing is published yet",
            "Club &#38; &#60;b&#62;play",
            "120 children have no place",
            "£60,000 to £90,000",
            "It fits best",
            "1 February 2027",
            "for 36 months, until 31 August 2030",
            "team@example.test",
            "public for 28 days",
        ] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        assert_eq!(shown.split("<main").nth(1).unwrap().matches("<button").count(), 1, "{shown}");
        assert_eq!(house.send("GET", &check, Some(&finance), "").await.status, StatusCode::FORBIDDEN);
        let stale = post(&format!("{path}/step"), "version=1&step=publish").await.body;
        assert!(
            stale.contains("Somebody else changed this plan") && stale.contains("Nothing is published yet"),
            "{stale}"
        );
        assert_eq!(house.send("GET", &path, None, "").await.status, StatusCode::NOT_FOUND, "not yet");
        assert_eq!(post(&format!("{path}/step"), "version=2&step=publish").await.to, path);
        assert_eq!(house.send("GET", &check, Some(&commissioner), "").await.to, path, "it is published");

        let public = house.send("GET", &path, None, "").await.body;
        for said in [
            "Club &#38; &#60;b&#62;play",
            "£60,000 to £90,000",
            "1 February 2027",
            "31 August 2030",
            "Grant",
            "Transparency Code",
            "It fits best",
            "How every way would fit",
            "Nobody else is willing to provide it",
        ] {
            assert!(public.contains(said), "{said}: {public}");
        }
        assert!(!public.contains("Withdraw it"), "only those who plan have the buttons");
        let list = house.send("GET", "/intentions", None, "").await.body;
        assert!(list.contains(&path) && !list.contains("Plan something"));
        let atom = house.send("GET", "/intentions/feed.atom", None, "").await;
        assert_eq!(atom.headers["content-type"], "application/atom+xml; charset=utf-8");
        assert!(atom.body.contains("&#60;b&#62;play") && atom.body.contains("urn:uuid:"), "{}", atom.body);
        let json: serde_json::Value =
            serde_json::from_str(&house.send("GET", "/intentions/feed.json", None, "").await.body).unwrap();
        assert_eq!(json["items"][0]["title"], "Club & <b>play</b>");
        let calendar = house.send("GET", "/intentions/calendar.ics", None, "").await.body;
        assert!(
            calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.contains("DTSTART;VALUE=DATE:20270201"),
            "{calendar}"
        );

        assert!(
            !calendar.replace("\r\n", "").contains('\r'),
            "a carriage return ends a line only: {calendar:?}"
        );
        let late = post(&format!("{path}/change"), &format!("version=2&{WHOLE}")).await.body;
        assert!(
            late.contains("Somebody else changed this plan") && late.contains("name=\"version\" value=\"3\""),
            "{late}"
        );
        let silent = post(&format!("{path}/change"), &format!("version=3&{WHOLE}")).await.body;
        assert!(silent.contains("Say what changed and why"), "{silent}");
        let early = post(&format!("{path}/step"), "version=3&step=open").await.body;
        assert!(early.contains("opens later than today"), "{early}");
        assert_eq!(
            post(&format!("{path}/step"), "version=3&step=withdraw&reason=The+school+does+it").await.to,
            path
        );
        let public = house.send("GET", &path, None, "").await.body;
        assert!(public.contains("Withdrawn: The school does it"), "{public}");
        let calendar = house.send("GET", "/intentions/calendar.ics", None, "").await.body;
        assert!(!calendar.contains("BEGIN:VEVENT"), "{calendar}");
    }
}

#[tokio::test]
async fn skills_are_said_once_and_shown_as_sums() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::Commissioner).await;
        let (_, kim) = house.person("kim", Role::Provider).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
        let save = async |body: &str| house.send("POST", "/profile/workforce", Some(&kim), body).await;
        let wrong = save("version=0&have-signs=two&want-signs=1").await.body;
        assert!(wrong.contains("Signs and pictures, such as Makaton: enter a whole number"), "{wrong}");
        assert!(wrong.contains("value=\"two\"") && wrong.contains("id=\"have-signs\""), "{wrong}");
        for (sent, field) in
            [("have-signs=10001", "have-signs"), ("have-signs=1&want-signs=10001", "want-signs")]
        {
            let refused = mistakes(&save(&format!("version=0&{sent}")).await.body);
            assert_eq!(refused.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), [field], "{refused:?}");
        }
        assert_eq!(save("version=0&have-signs=2&want-signs=7").await.to, "/workforce");
        let stale = save("version=0&have-signs=3").await.body;
        assert!(
            stale.contains("A colleague changed your profile") && stale.contains("value=\"3\""),
            "{stale}"
        );
        let public = get(None, "/workforce").await.body;
        assert!(public.contains("Fewer than 3 said something") && !public.contains(">7<"), "{public}");
        let planners = get(Some(&ann), "/workforce").await.body;
        assert!(planners.contains(">7<") && planners.contains("Play kim</a> 7"), "{planners}");
        assert_eq!(get(Some(&ann), "/profile/workforce").await.status, 403);
    }
}
