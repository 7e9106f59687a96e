//! Funds, panels, calls and frameworks in the service: each does what is theirs, and everybody reads what everybody may.

use crate::house::{House, each};
use axum::http::StatusCode;
use chrono::Duration;
use enough_commissioning::calls::calls;
use enough_store::accounts::Role;

const PLAN: &str = "title=Grants&why=Nowhere+to+play&what=Small+grants&area=W1&most=20,000&route=grant&reason=It+fits+best&others_willing=no\
    &opens_on=2026-12-22&starts_on=2027-02-01&months=12&contact=team%40example.test";
const FUND: &str = "name=Early+help&kind=single&purpose=Help+%3Cearly%3E&from=2026-04-01&until=2029-03-31&contact=team%40example.test";
const CALL: &str = "title=Holiday+play&what=Play&who=Groups&total=8,000&most=5,000&asks-1=What+would+you+do%3F&words-1=20\
    &closes_at=2026-12-22T12:00&heard_by=2027-01-20&starts_on=2027-02-01&ends_on=2027-09-01&contact=team%40example.test";

/// A plan that is open.
async fn plan(house: &House, ann: &str, route: &str) -> String {
    let post = async |path: &str, body: &str| house.send("POST", path, Some(ann), body).await;
    let plan = post("/intentions/new", &PLAN.replace("route=grant", &format!("route={route}"))).await.to;
    post(&format!("{plan}/step"), "version=1&step=publish").await;
    post(&format!("{plan}/step"), "version=2&step=open&reason=Winter").await;
    plan
}

#[tokio::test]
async fn a_fund_is_agreed_committed_and_read_by_everybody() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::Commissioner).await;
        let (_, fay) = house.person("fay", Role::Finance).await;
        let (kim_id, kim) = house.person("kim", Role::Community).await;
        let (lou_id, lou) = house.person("lou", Role::Community).await;
        let (moe_id, moe) = house.person("moe", Role::BoardMember).await;
        let post =
            async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
        let host = format!("&host={}", house.organisation);
        let bare =
            post(&ann, "/funds/new", &format!("{}{host}", FUND.replace("single", "pooled"))).await.body;
        assert!(bare.contains("NHS Act 2006 s75") && bare.contains("Help &#60;early&#62;"), "{bare}");
        let fund = post(&ann, "/funds/new", &format!("{FUND}{host}")).await.to;
        assert_eq!(get(None, &fund).await.status, StatusCode::NOT_FOUND, "a draft");
        let comma = format!("version=1&organisation={}&amount=92,5", house.organisation);
        let comma = post(&ann, &format!("{fund}/contributions"), &comma).await.body;
        assert!(comma.contains("Write an amount of pounds") && comma.contains("value=\"92,5\""), "{comma}");
        let put = format!("version=1&organisation={}&amount=15,000", house.organisation);
        assert_eq!(post(&ann, &format!("{fund}/contributions"), &put).await.to, fund);
        let own = post(&ann, &format!("{fund}/contributions/1/agree"), "version=2").await.body;
        assert!(own.contains("did not write it down"), "{own}");
        assert!(
            !get(Some(&ann), &fund).await.body.contains("Agree for"),
            "who wrote it is not asked to agree"
        );
        post(&fay, &format!("{fund}/contributions/1/agree"), "version=2").await;
        assert_eq!(post(&ann, &format!("{fund}/step"), "version=3&step=open").await.to, fund);
        assert!(get(None, &fund).await.body.contains("£15,000 are in it: £0 paid"), "everybody reads it");

        let plan = plan(&house, &ann, "grant").await;
        let grant = format!(
            "organisation={}&title=Den+building&value=6,000&starts_on=2027-02-01&ends_on=2027-09-01&how=It+asked",
            house
                .authority
                .organisations()
                .await
                .unwrap()
                .iter()
                .find(|one| one.name == "Play kim")
                .unwrap()
                .id
        );
        let agreement = post(&ann, &format!("{plan}/agreement"), &grant).await.to;
        let id = agreement.trim_start_matches("/agreements/").to_owned();
        let panel = format!(
            "version=4&name=Youth+panel&limit=10,000&member={kim_id}&member={lou_id}&member={moe_id}"
        );
        let few = post(&ann, &format!("{fund}/panel"), "version=4&name=Youth+panel&limit=10,000").await.body;
        assert!(few.contains("3 to 30 members") && few.contains("value=\"Youth panel\""), "{few}");
        let panel = post(&ann, &format!("{fund}/panel"), &panel).await.to;
        assert_eq!(get(None, &panel).await.status, StatusCode::NOT_FOUND, "only proposed");
        post(&fay, &format!("{panel}/agree"), "version=5").await;
        post(&ann, &format!("{panel}/put"), &format!("version=6&agreement={id}")).await;
        let public = get(None, &panel).await.body;
        assert!(!public.contains("Den building") && public.contains("Nothing was put to it yet"), "{public}");
        assert!(
            !get(Some(&kim), &panel).await.body.contains("For it"),
            "who asks for the money does not vote"
        );
        for (name, votes) in [(&kim, false), (&lou, true)] {
            let waiting = get(Some(name), "/commissioning").await.body;
            assert_eq!(waiting.contains(&format!("href=\"{panel}\">Vote")), votes, "{waiting}");
        }
        let tie = post(&kim, &format!("{panel}/vote"), &format!("of={id}&step=yes&reason=Ours")).await.body;
        assert!(tie.contains("no tie"), "{tie}");
        post(&lou, &format!("{panel}/vote"), &format!("of={id}&step=yes&reason=They+know+us")).await;
        post(&moe, &format!("{panel}/vote"), &format!("of={id}&step=yes&reason=Near")).await;
        assert!(get(Some(&moe), &panel).await.body.contains("They know us"));
        assert!(
            !get(Some(&kim), &panel).await.body.contains("They know us"),
            "who has a tie reads no votes there"
        );
        let told = get(Some(&kim), &agreement).await.body;
        assert!(
            told.contains("They know us") && !told.contains("lou"),
            "but is told why, without names: {told}"
        );
        for page in [fund.clone(), format!("{fund}/ledger.csv")] {
            assert!(!get(None, &page).await.body.contains("Den building"), "it is not signed yet");
        }
        assert!(
            get(None, &fund)
                .await
                .body
                .contains("£6,000 are reserved for agreements that are not signed yet")
        );
        post(&fay, &format!("{agreement}/sign"), "version=1&signed_on=2026-11-22").await;
        let public = get(None, &panel).await.body;
        assert!(public.contains("2 for it, 0 against") && !public.contains("They know us"), "{public}");
        let paid = "amount=1,000.01&what=Start&asked_on=2026-11-22&paid_on=2026-11-22";
        post(&fay, &format!("{agreement}/payment"), paid).await;
        let public = get(None, &fund).await.body;
        assert!(public.contains("£1,000.01 paid, £4,999.99 committed and not paid, £5,000 free"), "{public}");
        assert!(public.contains("£1,000.01 more"), "it begins in February: {public}");
        assert!(public.contains("With what is committed") && public.contains(">£6,000</td>"), "{public}");
        assert!(get(None, &agreement).await.body.contains("£1,000.01 of £6,000"), "and where it came from");
        let ledger = get(None, &format!("{fund}/ledger.csv"))
            .await
            .body
            .replace("\"Example, contribution 1\"", "Example");
        let sum = |column: usize, account: &str| -> f64 {
            let rows = ledger.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
            rows.filter(|row| row[column] == account).map(|row| row[4].parse::<f64>().unwrap()).sum()
        };
        assert_eq!(sum(3, "Free") - sum(2, "Free"), 5000.0, "{ledger}");
        let close = post(&ann, &format!("{fund}/step"), "version=9&step=close").await.body;
        assert!(
            close.contains("Somebody else changed this meanwhile") || close.contains("release them first"),
            "{close}"
        );
    }
}

#[tokio::test]
async fn a_call_is_applied_to_read_late_and_decided() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::Commissioner).await;
        let (_, ben) = house.person("ben", Role::Commissioner).await;
        let (_, kim) = house.person("kim", Role::Community).await;
        let (_, lou) = house.person("lou", Role::Provider).await;
        house.person("gus", Role::Evaluator).await;
        house.person("hal", Role::Evaluator).await;
        house.person("joe", Role::Finance).await;
        let post =
            async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
        let plan = plan(&house, &ann, "grant").await;
        let wrong = CALL.replace("words-1=20", "words-1=many").replace("total=8,000", "total=8,00");
        let wrong = post(&ann, &format!("{plan}/call"), &wrong).await.body;
        for said in ["Question 1: enter the most words", "value=\"many\"", "value=\"8,00\"", "12,500"] {
            assert!(wrong.contains(said), "{said}: {wrong}");
        }
        let call = post(&ann, &format!("{plan}/call"), CALL).await.to;
        assert_eq!(get(None, &call).await.status, StatusCode::NOT_FOUND, "a draft");
        let own = post(&ann, &format!("{call}/step"), "version=1&step=publish").await.body;
        assert!(own.contains("did not write it"), "{own}");
        assert_eq!(post(&ben, &format!("{call}/step"), "version=1&step=publish").await.to, call);
        let public = get(None, &call).await.body;
        assert!(public.contains("Apply before 22 December 2026, 12:00 for up to £5,000"), "{public}");
        assert!(get(None, &plan).await.body.contains("Call: Holiday play"));
        let form = format!("{call}/application");
        let long = "title=Den&amount=4,000&answer-1=".to_owned() + &"word+".repeat(21);
        let long = post(&kim, &form, &long).await.body;
        assert!(long.contains("has 21 words, and may have 20") && long.contains("word word"), "{long}");
        assert_eq!(
            post(&kim, &form, "title=Den&amount=4,000&answer-1=Build").await.to,
            format!("{form}#sent")
        );
        post(&lou, &form, "title=Club&amount=5,000&answer-1=Sing").await;
        assert!(get(Some(&kim), &form).await.body.contains("Receipt: SHA-256"));
        let all = format!("{call}/applications");
        assert_eq!(get(Some(&kim), &all).await.status, StatusCode::FORBIDDEN);
        let early = get(Some(&ann), &all).await.body;
        assert!(early.contains("Nobody reads them before") && !early.contains("Build"), "{early}");

        house.pass(Duration::days(31));
        let mut cookies = Vec::new();
        for name in ["kim", "lou", "gus", "hal", "joe"] {
            cookies.push(house.cookie(name).await);
        }
        let [kim, lou, gus, hal, joe] = cookies.try_into().unwrap();
        let late = post(&kim, &form, "title=Den&amount=1&answer-1=Build+more").await.body;
        assert!(
            late.contains("not taken now") && late.contains("Build more"),
            "nothing that was typed is lost: {late}"
        );
        let known = house.authority.organisations().await.unwrap();
        let of = |name: &str| known.iter().find(|one| one.name == name).unwrap().id.clone();
        let (kims, lous) = (of("Play kim"), of("Play lou"));
        for (name, reads) in [(&gus, true), (&kim, false), (&joe, false)] {
            let waiting = get(Some(name), "/commissioning").await.body;
            assert_eq!(waiting.contains("Read the applications"), reads, "{waiting}");
            assert!(!waiting.contains("Decide on the applications"), "{waiting}");
        }
        for of in [&kims, &lous] {
            let bare =
                post(&gus, &format!("{call}/views"), &format!("of={of}&points=4&why=&step=view")).await.body;
            assert!(bare.contains("who applied reads it"), "{bare}");
            post(&gus, &format!("{call}/views"), &format!("of={of}&points=4&why=Warm+{of}&step=view")).await;
            let seen = get(Some(&hal), &all).await.body;
            assert!(!seen.contains(&format!("Warm {of}")), "views are given alone");
            post(&hal, &format!("{call}/views"), &format!("of={of}&points=2&why=Thin&step=view")).await;
        }
        assert!(get(Some(&hal), &all).await.body.contains("Warm"));
        for (name, decides) in [(&gus, false), (&joe, true)] {
            let waiting = get(Some(name), "/commissioning").await.body;
            assert_eq!(waiting.contains("Decide on the applications"), decides, "{waiting}");
        }
        let version = calls(&house.authority).await.unwrap()[0].version;
        let decide = |amount: &str| {
            format!(
                "version={version}&of={kims}&amount-{kims}={amount}&reason-{kims}=Near&of={lous}&amount-{lous}=0&reason-{lous}=Far"
            )
        };
        let much = post(&joe, &format!("{call}/decision"), &decide("4,001")).await.body;
        assert!(much.contains("£4,000 at most") && much.contains("value=\"4,001\""), "{much}");
        assert_eq!(post(&joe, &format!("{call}/decision"), &decide("3,500")).await.to, all);
        let (won, lost) = (get(Some(&kim), &form).await.body, get(Some(&lou), &form).await.body);
        assert!(won.contains("You have £3,500") && won.contains("4 of 5"), "{won}");
        assert!(
            lost.contains("You have no money") && lost.contains("Far") && lost.contains("Thin"),
            "{lost}"
        );
        assert!(!won.contains("gus") && !lost.contains("hal"), "without names");
        let public = get(None, &call).await.body;
        assert!(public.contains("1 of 2 applications have money") && !public.contains("Den"), "{public}");
    }
}

#[tokio::test]
async fn a_dynamic_market_is_joined() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::Commissioner).await;
        let (_, ben) = house.person("ben", Role::Commissioner).await;
        let (_, kim) = house.person("kim", Role::Community).await;
        let post =
            async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
        let text = "kind=dynamic-market&title=Short+breaks&what=Days+out&basis=Notice+012345-2026&from=2026-11-01&until=&ceiling=\
            &conditions=Good+or+better&contact=team%40example.test";
        let wrong = post(&ann, "/frameworks/new", &text.replace("until=", "until=soon")).await.body;
        assert!(wrong.contains("Write a date") && wrong.contains("value=\"soon\""), "{wrong}");
        let market = post(&ann, "/frameworks/new", text).await.to;
        assert_eq!(get(None, &market).await.status, StatusCode::NOT_FOUND, "a draft");
        assert_eq!(post(&ben, &format!("{market}/step"), "version=1&step=publish").await.to, market);
        assert!(get(None, &market).await.body.contains("Organisations can join at any time"));
        let silent = post(&kim, &format!("{market}/join"), "says=").await.body;
        assert!(silent.contains("how you meet the conditions"), "{silent}");
        post(&kim, &format!("{market}/join"), "says=We+are+good").await;
        assert!(get(Some(&kim), &market).await.body.contains("Applied, not decided yet"));
        assert!(!get(None, &market).await.body.contains("We are good"));
        assert!(get(Some(&ann), &market).await.body.contains("We are good"));
        let known = house.authority.organisations().await.unwrap();
        let kims = &known.iter().find(|one| one.name == "Play kim").unwrap().id;
        let admit = format!("version=3&organisation={kims}&standing=admitted&why=They+are");
        assert_eq!(post(&ann, &format!("{market}/members"), &admit).await.to, market);
        assert!(get(None, &market).await.body.contains("Play kim: Member"));
        let plan = plan(&house, &ann, "dynamic-market").await;
        let form = get(Some(&ann), &format!("{plan}/call")).await.body;
        assert!(form.contains("Whose members apply") && form.contains("Short breaks"), "{form}");
        let none = post(&ann, &format!("{plan}/call"), CALL).await.body;
        assert!(none.contains("Choose what it is called off from"), "{none}");
        let id = market.trim_start_matches("/frameworks/");
        let call = post(&ann, &format!("{plan}/call"), &format!("{CALL}&framework={id}")).await.to;
        post(&ben, &format!("{call}/step"), "version=1&step=publish").await;
        assert!(get(None, &call).await.body.contains("Only members apply"));
    }
}
