//! Direct payments through the pages: a case from the assessment to its end by three people, closed to all others; and what families read.

use crate::house::each;
use axum::http::{StatusCode, header};
use chrono::Duration;
use enough_store::accounts::Role;

const ASSESSED: &str = "reference=C-4711&initials=QX&ground=parent-of-disabled-child&payee=Pat+Quokka&needs=Needs+%3Csomebody%3E+at+night\
    &plan=A+carer+comes&spending=The+carer&support=A+parents%27+group&amount=100.50&every=weekly&once=&from=2026-11-22&until=2027-11-21";

#[tokio::test]
async fn a_case_goes_from_the_assessment_to_its_end() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::FrontDoorWorker).await;
        let (ben_id, ben) = house.person("ben", Role::FrontDoorManager).await;
        let (fay_id, fay) = house.person("fay", Role::Finance).await;
        let (_, gus) = house.person("gus", Role::Commissioner).await;
        let post =
            async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
        let wrong =
            ASSESSED.replace("amount=100.50", "amount=92,5").replace("until=2027-11-21", "until=soon");
        let wrong = post(&ann, "/direct-payments/cases/new", &wrong).await.body;
        for said in ["Write an amount of pounds", "value=\"92,5\"", "Write a date", "Pat Quokka"] {
            assert!(wrong.contains(said), "{said}: {wrong}");
        }
        let bare = ASSESSED.replace("payee=Pat+Quokka", "payee=");
        let bare = post(&ann, "/direct-payments/cases/new", &bare).await.body;
        assert!(bare.contains("<a href=\"#payee\">Say who is paid</a>"), "{bare}");
        let named = format!("{ASSESSED}&reader={ben_id}&reader={fay_id}");
        let case = post(&ann, "/direct-payments/cases/new", &named).await.to;
        assert!(case.starts_with("/direct-payments/cases/"), "{case}");

        // Closed to whoever is not named, whatever their role; the list does not have it.
        let closed = get(Some(&gus), &case).await;
        assert!(closed.body.contains("closed to you") && !closed.body.contains("Quokka"), "{}", closed.body);
        assert_eq!(closed.headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
        assert!(!get(Some(&gus), "/direct-payments/cases").await.body.contains(&case));
        let list = get(Some(&ben), "/direct-payments/cases").await.body;
        assert!(list.contains(&case) && list.contains("Offer it, or tell the family why not"), "{list}");
        assert!(!list.contains("QX") && !list.contains("Quokka"), "and the list has nobody's name");
        for step in ["offer", "pay", "people", "change"] {
            let answer = get(Some(&gus), &format!("{case}/{step}")).await;
            assert_eq!((answer.status, answer.to.as_str()), (StatusCode::SEE_OTHER, case.as_str()), "{step}");
        }
        let theirs = post(&gus, &format!("{case}/offer"), "version=1").await;
        assert_eq!(theirs.to, case);
        assert_eq!(get(Some(&gus), "/direct-payments/cases/none").await.status, StatusCode::NOT_FOUND);
        assert!(get(None, &case).await.to.starts_with("/sign-in"));

        let seen = get(Some(&ann), &case).await.body;
        assert!(seen.contains("Needs &#60;somebody&#62; at night") && seen.contains("Change the assessment"));
        assert!(!seen.contains(&format!("{case}/offer")), "who assessed is not asked to offer");
        let own = post(&ann, &format!("{case}/offer"), "version=1").await.body;
        assert!(own.contains("did not assess"), "{own}");
        assert!(get(Some(&ben), &format!("{case}/offer")).await.body.contains("£100.50 every week"));
        assert_eq!(post(&ben, &format!("{case}/offer"), "version=1").await.to, case);
        let silent = post(&ann, &format!("{case}/accept"), "version=2&by=&on=2026-11-22&words=").await.body;
        assert!(silent.contains("<a href=\"#by\">Say who in the family said it"), "{silent}");
        let yes = "version=2&by=Pat+Quokka&on=2026-11-22&words=Gladly";
        assert_eq!(post(&ann, &format!("{case}/accept"), yes).await.to, case);
        let much = "version=3&amount=100.51&on=2026-11-22&reference=BACS+1";
        let much = post(&fay, &format!("{case}/pay"), much).await.body;
        assert!(much.contains("due on that day is £100.50") && much.contains("value=\"100.51\""), "{much}");
        let pay = "version=3&amount=100.50&on=2026-11-22&reference=BACS+1";
        assert!(post(&ben, &format!("{case}/pay"), pay).await.body.contains("Somebody of finance"));
        assert_eq!(post(&fay, &format!("{case}/pay"), pay).await.to, case);
        let seen = get(Some(&fay), &case).await.body;
        assert!(seen.contains("£100.50 paid of £100.50") && seen.contains("22 February 2027"), "{seen}");
        let stale = post(&ben, &format!("{case}/suspend"), "version=3&words=Nobody+answers").await.body;
        assert!(stale.contains("Somebody else changed this meanwhile") && stale.contains("Nobody answers"));
        let again = "version=4&words=It+helps&goes_on=yes&amount=&on=2027-11-01";
        let open =
            post(&ben, &format!("{case}/review"), &again.replace("goes_on=yes", "goes_on=")).await.body;
        assert!(open.contains("Choose whether payments go on") && open.contains("It helps"), "{open}");
        assert_eq!(post(&ben, &format!("{case}/review"), again).await.to, case);
        assert!(get(Some(&ann), &case).await.body.contains("Reviewed, goes on"));
        let soon = "version=5&ground=other&words=Moved&on=2026-11-30";
        let soon = post(&ben, &format!("{case}/stop"), soon).await.body;
        assert!(soon.contains("soonest last day is 20 December 2026"), "{soon}");
        let end = "version=5&ground=family-asks&words=They+moved+away&on=2026-11-22";
        let who = post(&ben, &format!("{case}/stop"), &format!("{end}&said_on=2026-11-22")).await.body;
        assert!(who.contains("href=\"#by\"") && who.contains("who in the family asked"), "{who}");
        let end = format!("{end}&by=Pat&said_on=2026-11-22");
        let end = end.as_str();
        assert_eq!(post(&ben, &format!("{case}/stop"), end).await.to, case);
        let ended = get(Some(&ann), &case).await.body;
        assert!(
            ended.contains("They moved away") && ended.contains("family asks for it (Pat, 22 November 2026)"),
            "{ended}"
        );

        // Everybody reads what it is and totals, and nothing of this case, not even in the year in which it is one of few.
        for _ in 0..2 {
            let public = get(None, "/direct-payments").await;
            assert_eq!(public.status, StatusCode::OK);
            assert!(public.body.contains("Who may ask") && !public.body.contains("Quokka"));
            assert!(!public.body.contains("Your cases"));
            house.pass(Duration::days(365));
        }
        let public = get(None, "/direct-payments").await.body;
        assert!(!public.contains("April 2025 to"), "nothing was kept then: {public}");
        let row = public.split("April 2026 to March 2027").nth(1).unwrap().split("</tr>").next().unwrap();
        assert_eq!(row.matches("kept back").count(), 4, "{row}");
    }
}

#[tokio::test]
async fn a_closed_case_opens_in_an_emergency_to_be_read() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::FrontDoorWorker).await;
        let (_, gus) = house.person("gus", Role::Commissioner).await;
        let (_, fay) = house.person("fay", Role::Finance).await;
        let officer = house.signed_in(&[Role::PrivacyOfficer]).await;
        let case = house.send("POST", "/direct-payments/cases/new", Some(&ann), ASSESSED).await.to;
        let glass = format!("{case}/break-glass");
        assert!(!house.send("GET", &case, Some(&fay), "").await.body.contains(&glass), "finance opens none");
        let denied = house.send("POST", &glass, Some(&fay), "reason=x").await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN);
        let short = house.send("POST", &glass, Some(&gus), "reason=curious").await.body;
        assert!(short.contains("Say why you must know this now") && short.contains("curious"), "{short}");
        let reason = "reason=The+carer+did+not+come+tonight";
        assert_eq!(house.send("POST", &glass, Some(&gus), reason).await.to, case);
        let open = house.send("GET", &case, Some(&gus), "").await.body;
        assert!(open.contains("Pat Quokka") && open.contains("in an emergency"), "{open}");
        assert!(!open.contains(&format!("{case}/stop")), "to read only");
        assert_eq!(house.send("POST", &format!("{case}/stop"), Some(&gus), "version=1").await.to, case);
        let report = house.send("GET", "/administration/openings", Some(&officer), "").await.body;
        assert!(report.contains("Case of a direct payment") && !report.contains("Quokka"), "{report}");
        house.pass(Duration::minutes(61));
        let gus = house.cookie("gus").await;
        assert!(house.send("GET", &case, Some(&gus), "").await.body.contains("closed to you"));
    }
}
