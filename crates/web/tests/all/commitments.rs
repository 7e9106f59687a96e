//! Commitments in the service: two organisations keep one, everybody reads it, and nobody else acts.

use crate::house::{House, each};
use axum::http::StatusCode;
use chrono::Duration;
use enough_store::accounts::Role;

const TEXT: &str = "&promise=We+pay+%3Csmall%3E+organisations+within+ten+days&source=Board&source_on=2026-11-20&maker_lead=Head+of+finance\
    &receiver_lead=Chair&due_on=2027-03-31&measure=Nine+of+ten+bills&objective=";

/// The id of the organisation of somebody who has one of their own.
async fn own(house: &House, name: &str) -> String {
    let known = house.authority.organisations().await.unwrap();
    known.into_iter().find(|one| one.name == format!("Play {name}")).unwrap().id
}

#[tokio::test]
async fn a_promise_is_agreed_claimed_and_verified_in_public_by_the_other_side() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::Commissioner).await;
        let (_, amy) = house.person("amy", Role::Commissioner).await;
        let (_, kim) = house.person("kim", Role::Community).await;
        let (_, lou) = house.person("lou", Role::Provider).await;
        let (_, fay) = house.person("fay", Role::Finance).await;
        let (kims, lous) = (own(&house, "kim").await, own(&house, "lou").await);
        let post =
            async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;

        assert_eq!(get(Some(&fay), "/commitments/new").await.status, StatusCode::FORBIDDEN);
        let sides = format!("made_by={}&made_to={kims}", house.organisation);
        let wrong = format!("{sides}{TEXT}").replace("due_on=2027-03-31", "due_on=soon");
        let wrong = post(&ann, "/commitments/new", &wrong).await.body;
        for said in ["Write a date", "value=\"soon\"", "href=\"#due_on\"", "We pay &#60;small&#62;"] {
            assert!(wrong.contains(said), "{said}: {wrong}");
        }
        let others = format!("made_by={lous}&made_to={kims}{TEXT}");
        let others = post(&ann, "/commitments/new", &others).await.body;
        assert!(others.contains("One of the two organisations is your own"), "{others}");
        let one = post(&ann, "/commitments/new", &format!("{sides}{TEXT}")).await.to;

        // Before both have agreed the two sides see it, and nobody else.
        for cookie in [None, Some(&*lou)] {
            assert_eq!(get(cookie, &one).await.status, StatusCode::NOT_FOUND);
            let list = get(cookie, "/commitments").await.body;
            assert!(list.contains("No promise is public yet") && !list.contains("We pay"), "{list}");
        }
        let agree = format!("{one}/steps/agree");
        assert_eq!(post(&lou, &agree, "version=1").await.status, StatusCode::NOT_FOUND);
        assert_eq!(get(Some(&amy), &agree).await.to, one, "nothing to agree to for the side that wrote it");
        let again = post(&amy, &agree, "version=1").await.body;
        assert!(again.contains("the other side agrees"), "{again}");
        for (cookie, said) in [(&ann, "It waits for the other side"), (&kim, "agree to it or change it")] {
            let list = get(Some(cookie), "/commitments").await.body;
            assert!(list.contains("For your organisation to do") && list.contains(said), "{list}");
        }
        let silent = post(&kim, &format!("{one}/change"), &format!("version=1{TEXT}&why=")).await.body;
        assert!(silent.contains("href=\"#why\"") && silent.contains("what changed and why"), "{silent}");
        let less = TEXT.replace("ten+days", "5+days");
        assert_eq!(
            post(&kim, &format!("{one}/change"), &format!("version=1{less}&why=Sooner")).await.to,
            one
        );
        let late = post(&ann, &agree, "version=1").await.body;
        assert!(late.contains("Somebody else changed this meanwhile"), "{late}");
        assert_eq!(post(&ann, &agree, "version=2").await.to, one);
        let gone = get(Some(&kim), &format!("{one}/change")).await.status;
        assert_eq!(gone, StatusCode::NOT_FOUND, "what both agreed to stays");

        // Now everybody reads it, but not what the two said before.
        let public = get(None, &one).await.body;
        assert!(public.contains("within 5 days") && public.contains("Both agreed to it"), "{public}");
        assert!(!public.contains("Sooner") && !public.contains("Next step"), "{public}");
        assert!(get(Some(&kim), &one).await.body.contains("Sooner"), "the two sides do");
        assert!(get(Some(&kim), &one).await.body.contains("ann, Example"), "who acted");
        assert!(!public.contains("ann, Example"), "no person is named to everybody");

        assert_eq!(post(&ann, &format!("{one}/steps/begin"), "version=3&words=So").await.to, one);
        let claim = format!("{one}/steps/claim");
        let bare = post(&ann, &claim, "version=4&words=Paid&rating=met&link-1=http%3A%2F%2Fx").await.body;
        assert!(bare.contains("href=\"#evidence\"") && bare.contains("value=\"http://x\""), "{bare}");
        let claimed = "version=4&words=Paid&rating=met&what-1=List&link-1=https%3A%2F%2Fexample.org%2Flist";
        assert_eq!(post(&ann, &claim, claimed).await.to, one);
        let waiting = get(None, "/commitments").await.body;
        assert!(waiting.contains("Of 1 promise: 0 kept and verified, 1 claimed and waiting, 0 overdue."));

        // Only the other side verifies.
        let verify = format!("{one}/steps/verify");
        let body = "version=5&words=Some+came+late&rating=partly-met";
        for cookie in [&ann, &amy] {
            let refused = post(cookie, &verify, body).await.body;
            assert!(refused.contains("Your side claimed that it is kept"), "{refused}");
            assert!(refused.contains("Some came late"), "what was typed stays");
        }
        let outside = post(&lou, &verify, body).await.body;
        assert!(outside.contains("not one of the two sides"), "{outside}");
        assert_eq!(post(&fay, &verify, body).await.status, StatusCode::FORBIDDEN);
        let unrated = post(&kim, &verify, "version=5&words=Some+came+late").await.body;
        assert!(unrated.contains("href=\"#rating\"") && unrated.contains("your rating"), "{unrated}");
        assert!(get(Some(&kim), "/commitments").await.body.contains("verify or dispute it"));
        assert_eq!(post(&kim, &verify, body).await.to, one);
        let public = get(None, &one).await.body;
        for said in ["Play kim verified it", "Partly met", "Some came late", "https://example.org/list"] {
            assert!(public.contains(said), "{said}: {public}");
        }
        let list = get(None, "/commitments").await.body;
        assert!(list.contains("Of 1 promise: 1 kept and verified, 0 claimed and waiting, 0 overdue."));
        let met = list.find("<td class=\"govuk-table__cell\">Met</td>").unwrap();
        assert!(list[met..].contains("Partly met"), "both ratings, side by side");
        let filtered = get(None, &format!("/commitments?state=disputed&organisation={kims}")).await.body;
        assert!(filtered.contains("No commitment is like this"), "{filtered}");
        let found = get(None, &format!("/commitments?state=verified&organisation={kims}")).await.body;
        assert!(found.contains("within 5 days"));

        let json = get(None, "/commitments.json").await.body;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let of = &json["commitments"][0];
        assert_eq!((&of["state"], &of["made_to"]["rating"]), (&"verified".into(), &"partly-met".into()));
        let acts: Vec<_> = of["history"].as_array().unwrap().iter().map(|step| step["act"].clone()).collect();
        assert_eq!(acts, ["agree", "begin", "claim", "verify"]);
        assert_eq!(of["history"][2]["evidence"][0]["link"], "https://example.org/list");
        assert!(!json.to_string().contains("Sooner"), "what they said before both agreed is theirs");
        let csv = get(None, "/commitments.csv").await.body;
        assert!(csv.lines().nth(1).unwrap().ends_with(",verified,false,met,partly-met"), "{csv}");
    }
}

#[tokio::test]
async fn a_late_promise_is_overdue_missed_and_on_the_page_of_its_objective() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::Commissioner).await;
        let (_, kim) = house.person("kim", Role::Community).await;
        let kims = own(&house, "kim").await;
        let post =
            async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
        let plan = "title=Plan&kind=cypp&from=2026-04-01&until=2029-03-31";
        let plan = post(&ann, "/objectives/new", plan).await.to;
        let objective = "version=1&title=Play&outcome=health&lead=Head&title-1=Children&unit-1=number&better-1=more&baseline-1=1\
            &baseline_on-1=2026-01-31&target-1=2&target_on-1=2028-01-31&source-1=Count";
        assert_eq!(post(&ann, &format!("{plan}/1/change"), objective).await.to, format!("{plan}/1"));
        assert_eq!(post(&ann, &format!("{plan}/step"), "version=2&step=publish").await.to, plan);
        let page = get(None, &format!("{plan}/1")).await.body;
        assert!(page.contains("Of 1 indicator, 0 have a figure from the last 12 months."), "{page}");
        assert!(page.contains("None: no <a"), "{page}");
        let figure = "indicator=1&on=2026-10-01&value=1&out_of=&note=";
        post(&ann, &format!("{plan}/1/figures"), figure).await;
        assert!(get(None, &format!("{plan}/1")).await.body.contains("Of 1 indicator, 1 has a figure"));

        let key = plan.trim_start_matches("/objectives/").to_owned() + "%2F1";
        let text = TEXT.replace("2027-03-31", "2026-11-22").replace("%3Csmall%3E+organisations", "you");
        let text = text.replace("We+pay", "%3DWe+pay");
        let body = format!("made_by={}&made_to={kims}{text}{key}", house.organisation);
        let one = post(&ann, "/commitments/new", &body).await.to;
        post(&kim, &format!("{one}/steps/agree"), "version=1").await;
        assert!(get(None, &format!("{plan}/1")).await.body.contains("Agreed by both"), "it is on its page");
        assert!(get(None, "/commitments.csv").await.body.contains(",'=We pay you"), "no formula");
        let early = post(&kim, &format!("{one}/steps/miss"), "version=2&words=Nothing+came").await.body;
        assert!(early.contains("Its day has not passed yet"), "{early}");

        house.pass(Duration::days(1));
        let (ann, kim) = (house.cookie("ann").await, house.cookie("kim").await);
        let list = get(None, "/commitments?state=overdue").await.body;
        assert!(list.contains("0 claimed and waiting, 1 overdue.") && list.contains("We pay you"), "{list}");
        assert!(get(Some(&kim), "/commitments").await.body.contains("say whether it was missed"));
        assert_eq!(post(&kim, &format!("{one}/steps/miss"), "version=2&words=Nothing+came").await.to, one);
        let answer = "version=3&words=A+new+system&rating=not-met";
        assert_eq!(post(&ann, &format!("{one}/steps/answer"), answer).await.to, one);
        let page = get(None, &format!("{plan}/1")).await.body;
        assert!(page.contains("<td class=\"govuk-table__cell\">Missed</td>"), "{page}");
        assert_eq!(page.matches("<td class=\"govuk-table__cell\">Not met</td>").count(), 2, "both agree");
        let page = get(None, &one).await.body;
        assert!(page.contains("A new system") && page.contains("says that it was missed"), "{page}");
    }
}

#[tokio::test]
async fn another_promise_takes_the_place_of_one_when_both_agree() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::Commissioner).await;
        let (_, kim) = house.person("kim", Role::Community).await;
        let kims = own(&house, "kim").await;
        let post =
            async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
        let body = format!("made_by={}&made_to={kims}{TEXT}", house.organisation);
        let old = post(&ann, "/commitments/new", &body).await.to;
        let new = post(&ann, "/commitments/new", &body.replace("ten+days", "two+days")).await.to;
        for one in [&old, &new] {
            assert_eq!(post(&kim, &format!("{one}/steps/agree"), "version=1").await.to, *one);
        }
        let form = get(Some(&kim), &format!("{old}/steps/propose")).await.body;
        assert!(form.contains("within two days"), "{form}");
        let propose = format!("{old}/steps/propose");
        let none = post(&kim, &propose, "version=2&words=Better&successor=").await.body;
        assert!(none.contains("href=\"#successor\"") && none.contains("Better"), "{none}");
        let id = new.trim_start_matches("/commitments/");
        let body = format!("version=2&words=Better&successor={id}");
        assert_eq!(post(&kim, &propose, &body).await.to, old);
        let own = post(&kim, &format!("{old}/steps/supersede"), "version=3").await.body;
        assert!(own.contains("the other side agrees to it"), "{own}");
        assert!(get(Some(&ann), &old).await.body.contains("Agree that another takes its place"));
        assert_eq!(post(&ann, &format!("{old}/steps/supersede"), "version=3").await.to, old);
        let page = get(None, &old).await.body;
        assert!(
            page.contains(&format!("href=\"{new}\"")) && page.contains("Another took its place"),
            "{page}"
        );
    }
}
