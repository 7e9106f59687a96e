//! Objectives and an agreement in the service: from a plan to a review, each side sees and does what is theirs.

use crate::house::{House, each, mistakes};
use axum::http::StatusCode;
use chrono::Duration;
use enough_commissioning::agreements::{agreement, agreements};
use enough_store::accounts::Role;

const OBJECTIVE: &str = "version=1&title=Every+child+plays&outcome=health&lead=Head+of+play&title-1=Children+in+activities\
    &unit-1=children&better-1=more&baseline-1=140&baseline_on-1=2026-01-31&target-1=400&target_on-1=2028-01-31&source-1=Count";
const PLAN: &str = "title=Grants&why=Nowhere+to+play&what=Small+grants&area=W1&most=20,000&route=grant&reason=It+fits+best&others_willing=no\
    &opens_on=2026-12-22&starts_on=2027-01-04&months=12&contact=team%40example.test";
const MEASURE: &str = "version=1&title-1=Children+who+come&asks-1=how-much&unit-1=children&better-1=more&target-1=20&every-1=quarter";

#[tokio::test]
async fn an_objective_is_published_measured_and_shows_what_serves_it() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::Commissioner).await;
        let post = async |path: &str, body: &str| house.send("POST", path, Some(&ann), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
        let wrong = post("/objectives/new", "title=Plan&kind=cypp&from=2026-04-01&until=soon").await.body;
        assert!(wrong.contains("Write a date") && wrong.contains("value=\"soon\""), "{wrong}");
        let plan = post("/objectives/new", "title=Plan&kind=cypp&from=2026-04-01&until=2029-03-31").await.to;
        assert_eq!(get(None, &plan).await.status, StatusCode::NOT_FOUND, "a draft");
        let early = post(&format!("{plan}/step"), "version=1&step=publish").await.body;
        assert!(early.contains("Add an objective"), "{early}");
        let one = format!("{plan}/1");
        let many = post(&format!("{one}/change"), &OBJECTIVE.replace("baseline-1=140", "baseline-1=many"))
            .await
            .body;
        assert!(many.contains("Indicator 1") && many.contains("value=\"many\""), "{many}");
        assert_eq!(post(&format!("{one}/change"), OBJECTIVE).await.to, one);
        let stale = post(&format!("{one}/change"), OBJECTIVE).await.body;
        assert!(stale.contains("Somebody else changed this meanwhile"), "{stale}");
        let check = format!("{plan}/publish");
        assert_eq!(get(None, &check).await.status, StatusCode::SEE_OTHER, "only for those who write plans");
        let checked = get(Some(&ann), &check).await.body;
        for said in ["Nothing is published yet", "Every child plays", "140 children", "Publish it"] {
            assert!(checked.contains(said), "{said}: {checked}");
        }
        let stale = post(&format!("{plan}/step"), "version=1&step=publish").await.body;
        assert!(
            stale.contains("Error: Check what everybody will read") && stale.contains("400 children"),
            "{stale}"
        );
        assert_eq!(post(&format!("{plan}/step"), "version=2&step=publish").await.to, plan);
        assert_eq!(get(Some(&ann), &check).await.to, plan, "it is public");
        let figures = format!("{one}/figures");
        let later = post(&figures, "indicator=1&on=2027-06-30&value=200").await.body;
        assert!(later.contains("a day that has come") && later.contains("value=\"200\""), "{later}");
        assert_eq!(post(&figures, "indicator=1&on=2026-06-30&value=200&note=More+%3Cplay%3E").await.to, one);
        let public = get(None, &one).await.body;
        for said in
            ["On the way: 200 children on 30 June 2026", "No agreement serves it yet", "More &#60;play&#62;"]
        {
            assert!(public.contains(said), "{said}: {public}");
        }
        let few = OBJECTIVE.replace("version=1", "version=3").replace("baseline-1=140", "baseline-1=140&title-2=Excluded&unit-2=children&better-2=less&baseline-2=4&baseline_on-2=2026-01-31&target-2=0&target_on-2=2028-01-31&source-2=Count&because=More");
        assert_eq!(post(&format!("{one}/change"), &few).await.to, one);
        let public = get(None, &one).await.body;
        assert!(
            public.contains("Excluded") && !public.contains("4 children"),
            "a baseline about few is kept back: {public}"
        );
        post(&figures, "indicator=1&on=2026-09-30&value=3").await;
        let few = get(None, &one).await.body;
        assert!(few.contains("kept back") && !few.contains("3 children on"), "{few}");
        assert!(get(None, "/objectives").await.body.contains("Every child plays"));
    }
}

/// The provider is asked to improve, answers, and improves; nobody else reads it.
async fn to_improve(house: &House, path: &str, (ann, kim, lou): (&str, &str, &str)) {
    let post =
        async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
    let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
    let id = path.trim_start_matches("/agreements/");
    let version = async || agreement(&house.authority, id).await.unwrap().version;
    let asked = format!(
        "version={}&cause=not-satisfied&agreed=Two+workers&happened=One+%3Cworker%3E&until=2027-04-25&sooner=",
        version().await
    );
    let form = format!("{path}/improve");
    let bare =
        post(ann, &form, &asked.replace("cause=not-satisfied", "cause=").replace("2027", "soon")).await.body;
    assert!(bare.contains("Say what is wrong") && bare.contains("Write a date"), "{bare}");
    let soon = post(ann, &form, &asked).await.body;
    assert!(soon.contains("14 days at least") && soon.contains("One &#60;worker&#62;"), "{soon}");
    let one = post(ann, &form, &asked.replace("04-25", "05-10")).await.to;
    assert_eq!(one, format!("{path}/improvements/1"));
    for nobody in [None, Some(lou)] {
        assert_eq!(get(nobody, &one).await.status, StatusCode::NOT_FOUND);
        assert!(!get(nobody, path).await.body.contains("What had to improve"));
    }
    let title = get(None, "/agreements").await.body;
    assert!(title.contains(&format!("href=\"{path}\"")), "{title}");
    for (asked, found) in
        [("q=PLAY+k", true), ("q=nobody", false), ("ends=3", false), ("ends=120&q=kim", true)]
    {
        let list = get(None, &format!("/agreements?{asked}")).await.body;
        assert_eq!(list.contains(&format!("href=\"{path}\"")), found, "{asked}: {list}");
    }
    let turns = get(Some(kim), "/agreements").await.body;
    assert!(turns.contains("Say what you do to improve by 10 May 2027"), "{turns}");
    let theirs = get(Some(kim), &one).await.body;
    assert!(theirs.contains("Your answer") && !theirs.contains("Decide"), "{theirs}");
    let answer = format!("version={}&words=", version().await);
    assert!(post(kim, &format!("{one}/answer"), &answer).await.body.contains("Say what you do about it"));
    assert_eq!(post(kim, &format!("{one}/answer"), &format!("{answer}Somebody+comes")).await.to, one);
    let decide = format!("{one}/decision");
    let typed = format!("version={}&why=Two+again", version().await);
    let none = post(ann, &decide, &typed).await.body;
    assert!(none.contains("Say what is so now") && none.contains("Two again"), "{none}");
    let own = post(ann, &decide, &format!("{typed}&state=failed")).await.body;
    assert!(own.contains("did not ask"), "{own}");
    assert_eq!(post(ann, &decide, &format!("{typed}&state=improved")).await.to, one);
    assert!(get(Some(kim), &one).await.body.contains("It has improved"));
    assert_eq!(get(None, &one).await.status, StatusCode::NOT_FOUND, "it stays between the two");
}

#[tokio::test]
async fn a_grant_goes_from_its_plan_to_its_review_in_the_service() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::Commissioner).await;
        let (_, fay) = house.person("fay", Role::Finance).await;
        house.person("kim", Role::Community).await;
        let (_, lou) = house.person("lou", Role::Provider).await;
        let known = house.authority.organisations().await.unwrap();
        let of_kim = known.into_iter().find(|one| one.name == "Play kim").unwrap().id;
        let post =
            async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;

        let objectives =
            post(&ann, "/objectives/new", "title=Plan&kind=cypp&from=2026-04-01&until=2029-03-31").await.to;
        post(&ann, &format!("{objectives}/1/change"), OBJECTIVE).await;
        post(&ann, &format!("{objectives}/step"), "version=2&step=publish").await;
        let key = format!("{}/1", objectives.trim_start_matches("/objectives/"));
        let plan = post(&ann, "/intentions/new", &format!("{PLAN}&objective={key}")).await.to;
        post(&ann, &format!("{plan}/step"), "version=1&step=publish").await;
        assert!(get(None, &plan).await.body.contains("Every child plays"));
        post(&ann, &format!("{plan}/step"), "version=2&step=open&reason=Christmas").await;
        let whole = format!(
            "title=Holiday+play&organisation={of_kim}&value=6,000&starts_on=2027-01-04&ends_on=2027-12-31&how=A+panel+of+parents"
        );
        let dear = post(&ann, &format!("{plan}/agreement"), &whole.replace("6,000", "20,001")).await.body;
        assert!(dear.contains("£20,000 are left") && dear.contains("value=\"20,001\""), "{dear}");
        let path = post(&ann, &format!("{plan}/agreement"), &whole).await.to;
        let id = path.trim_start_matches("/agreements/").to_owned();
        assert_eq!(get(None, &path).await.status, StatusCode::NOT_FOUND, "it is not signed");
        assert!(
            !get(None, &format!("/objectives/{key}")).await.body.contains("Holiday play"),
            "nor elsewhere"
        );
        assert_eq!(get(Some(&lou), &path).await.status, StatusCode::NOT_FOUND);

        let none = post(&ann, &format!("{path}/measures"), MEASURE).await.body;
        assert!(none.contains("which objective"), "{none}");
        let measure = format!("{MEASURE}&objective-1={key}");
        assert_eq!(post(&ann, &format!("{path}/measures"), &measure).await.to, format!("{path}#measures"));
        assert_eq!(
            post(&ann, &format!("{path}/sign"), "version=2&signed_on=2026-11-22").await.status,
            StatusCode::OK,
            "who wrote it"
        );
        assert_eq!(post(&fay, &format!("{path}/sign"), "version=2&signed_on=2026-11-22").await.to, path);
        let public = get(None, &path).await.body;
        for said in ["A panel of parents", "Every child plays", "£6,000", "Signed, not begun yet"] {
            assert!(public.contains(said), "{said}: {public}");
        }

        // Accounts that nobody uses for ninety days are closed.
        for _ in 0..2 {
            house.pass(Duration::days(75));
            for name in ["ann", "fay", "kim", "lou"] {
                house.cookie(name).await;
            }
        }
        let (ann, fay, kim, lou) = (
            house.cookie("ann").await,
            house.cookie("fay").await,
            house.cookie("kim").await,
            house.cookie("lou").await,
        );
        let late = get(Some(&ann), "/agreements").await.body;
        assert!(!late.contains("is late since"), "28 days are left: {late}");
        assert!(get(Some(&kim), "/agreements").await.body.contains("Report indicator 1 by 1 May 2027"));
        let report = format!("{path}/reports/1/1");
        assert_eq!(get(Some(&lou), &report).await.status, StatusCode::NOT_FOUND, "another's");
        let words = post(&kim, &report, "seen=0&value=four&note=Two+%3Cleft%3E").await.body;
        assert!(words.contains("Write a figure") && words.contains("Two &#60;left&#62;"), "{words}");
        assert_eq!(
            post(&kim, &report, "seen=0&value=4&note=Two+%3Cleft%3E").await.to,
            format!("{path}#measures")
        );
        let public = get(None, &path).await.body;
        assert!(
            public.contains("kept back") && !public.contains("4 children") && !public.contains("left"),
            "{public}"
        );
        assert!(get(Some(&kim), &path).await.body.contains("4 children (not published: few children)"));
        assert!(!get(Some(&lou), &path).await.body.contains("4 children"), "another provider is everybody");
        let rating = format!("{path}/ratings/1/1");
        assert!(
            post(&ann, &rating, "seen=1&rating=good&reason=").await.body.contains("the provider reads it")
        );
        // What is corrected meanwhile is not rated by what was read before.
        post(&kim, &report, "seen=1&value=3&note=One+was+counted+twice").await;
        let old = post(&ann, &rating, "seen=1&rating=good&reason=Good").await.body;
        assert!(old.contains("Somebody else changed"), "{old}");
        post(&ann, &rating, "seen=2&rating=approachingTarget&reason=Nearly+there").await;
        let both = get(Some(&ann), &path).await.body;
        assert!(both.contains("Before: 4 children") && both.contains("3 children"), "{both}");
        assert!(get(None, &path).await.body.contains("corrected "), "everybody knows that it was corrected");
        let (seen, public) = (get(Some(&kim), &path).await.body, get(None, &path).await.body);
        assert!(
            seen.contains("Nearly there")
                && !public.contains("Nearly there")
                && public.contains("Approaching target")
        );

        let visit = format!("{path}/visit");
        post(&ann, &visit, "on=2027-04-01&seen=A+calm+room&follows=").await;
        assert!(get(Some(&kim), &path).await.body.contains("A calm room"));
        assert!(!get(None, &path).await.body.contains("A calm room"));
        to_improve(&house, &path, (&ann, &kim, &lou)).await;
        let payment = format!("{path}/payment");
        let much =
            post(&fay, &payment, "amount=6,001&what=Start&asked_on=2027-01-04&paid_on=2027-01-10").await.body;
        assert!(much.contains("£6,000 are left"), "{much}");
        post(&fay, &payment, "amount=3,000&what=Start&asked_on=2027-01-04&paid_on=2027-02-10").await;
        let public = get(None, &path).await.body;
        assert!(public.contains("37, late") && public.contains("£3,000 of £6,000"), "{public}");

        let version = async || agreement(&house.authority, &id).await.unwrap().version;
        let less = "kind=vary&value=5,000&ends_on=2027-12-31&effective_on=2027-05-01&why=Less+money&told=Letter&instead=The+library";
        let soon = post(&ann, &format!("{path}/proposal"), &format!("version={}&{less}", version().await))
            .await
            .body;
        assert!(soon.contains("three months") && soon.contains("The library"), "{soon}");
        let less = less.replace("2027-05-01", "2027-08-01");
        post(&ann, &format!("{path}/proposal"), &format!("version={}&{less}", version().await)).await;
        assert!(!get(None, &path).await.body.contains("The library"), "only proposed");
        assert!(get(Some(&fay), "/agreements").await.body.contains("Decide: another value or last day"));
        // The other side is asked; nobody else answers, withdraws or proposes for it.
        let form = format!("{path}/proposal");
        assert_eq!(get(Some(&lou), &form).await.status, StatusCode::NOT_FOUND);
        assert!(get(Some(&kim), &form).await.body.contains("The authority decides"));
        assert!(get(Some(&kim), "/agreements").await.body.contains("Say what you think of a proposal"));
        let shown = get(Some(&ann), &path).await.body;
        assert!(shown.contains("Withdraw it") && !shown.contains("Turn it down"), "who proposed it: {shown}");
        let unheard = format!("version={}&step=agree&reason=Yes", version().await);
        let unheard = post(&fay, &format!("{path}/decision"), &unheard).await.body;
        assert!(unheard.contains("14 days to say"), "{unheard}");
        let silent = format!("version={}&step=disagree&words=", version().await);
        assert!(post(&kim, &format!("{path}/answer"), &silent).await.body.contains("what would be better"));
        let said = format!("version={}&step=disagree&words=Families+count+on+it", version().await);
        post(&kim, &format!("{path}/answer"), &said).await;
        assert!(get(Some(&fay), &path).await.body.contains("Families count on it"));
        let why = post(
            &fay,
            &format!("{path}/decision"),
            &format!("version={}&step=agree&reason=", version().await),
        )
        .await
        .body;
        assert!(why.contains("Say why"), "{why}");
        post(
            &fay,
            &format!("{path}/decision"),
            &format!("version={}&step=agree&reason=The+budget", version().await),
        )
        .await;
        assert!(
            get(None, &path)
                .await
                .body
                .contains("£5,000 instead of £6,000. Less money\nHow families are told: Letter\nWhat children have instead: The library\nThe provider does not agree: Families count on it")
        );
        let review =
            format!("version={}&story=It+filled&lessons=Begin+sooner&next=buy-again", version().await);
        assert_eq!(post(&ann, &format!("{path}/review"), &review).await.to, format!("{path}#reviews"));
        let next = post(&ann, "/intentions/new", PLAN).await.to;
        assert!(
            get(Some(&ann), &next).await.body.contains("What was learned before"),
            "the next plan starts from it"
        );
        assert!(get(None, &path).await.body.contains("Begin sooner"));
        let objective = get(None, &format!("/objectives/{key}")).await.body;
        assert!(
            objective.contains("£3,000 paid so far") && objective.contains("Holiday play"),
            "{objective}"
        );
        assert_eq!(agreements(&house.authority).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_provider_says_who_it_is_once_is_interested_and_comes_to_an_event() {
    for house in each().await {
        let (_, ann) = house.person("ann", Role::Commissioner).await;
        let (_, kim) = house.person("kim", Role::Community).await;
        let post =
            async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
        let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
        let whole = "version=0&about=We+%3Cplay%3E&offer=after-school&size=micro&contact=play%40example.test&number-GB-CHC=1099999\
            &paper-safeguarding=2026-01-31&partners=yes&public=yes";
        let wrong = post(&kim, "/profile", &whole.replace("1099999", "12")).await.body;
        assert!(
            wrong.contains("is no charity number")
                && wrong.contains("value=\"12\"")
                && wrong.contains("We &#60;play&#62;"),
            "{wrong}"
        );
        let own = post(&kim, "/profile", whole).await.to;
        let public = get(None, &own).await.body;
        for said in ["We &#60;play&#62;", "1099999", "looks for others to bid with"] {
            assert!(public.contains(said), "{said}: {public}");
        }
        assert!(!public.contains("Safeguarding policy"), "papers are for those who plan");
        assert!(get(Some(&ann), &own).await.body.contains("has run out"));
        assert!(get(None, "/providers?offer=after-school").await.body.contains("Play kim"));
        for none in ["offer=youth", "sector=school", "buys=yes"] {
            assert!(!get(None, &format!("/providers?{none}")).await.body.contains("Play kim"), "{none}");
        }
        let market = get(None, "/providers?sector=voluntary&offer=&partners=yes").await.body;
        assert!(market.contains("Play kim") && market.contains("The market by what is provided"), "{market}");
        post(&kim, "/profile", &whole.replace("version=0", "version=1").replace("&public=yes", "")).await;
        assert_eq!(get(None, &own).await.status, StatusCode::NOT_FOUND, "as it asked");

        let late = post(&kim, "/readiness/provide", "version=1&money=partly&safeguarding=yes").await.body;
        assert!(late.contains("A colleague answered meanwhile"), "{late}");
        post(&kim, "/readiness/provide", "version=2&money=partly&safeguarding=yes").await;
        assert!(get(Some(&kim), "/readiness/provide").await.body.contains("Yes to 1 of 10"));
        assert_eq!(get(Some(&kim), "/readiness/commission").await.status, StatusCode::NOT_FOUND);
        let plan = post(&ann, "/intentions/new", PLAN).await.to;
        post(&ann, &format!("{plan}/step"), "version=1&step=publish").await;
        post(&kim, &format!("{plan}/interest"), "note=Holiday+%3Cplay%3E&partners=yes").await;
        let public = get(None, &plan).await.body;
        assert!(
            public.contains("1 organisation")
                && public.contains("Play kim")
                && !public.contains("Holiday &#60;play"),
            "{public}"
        );
        assert!(get(Some(&ann), &plan).await.body.contains("Holiday &#60;play&#62;"));

        let event = "title=How+to+bid&what=For+small+ones&place=Library&begins_at=2026-12-01T10:00&ends_at=2026-12-01T12:00&places=2";
        let late = post(&ann, "/events/new", &event.replace("begins_at=2026", "begins_at=2025")).await.body;
        assert!(late.contains("at a time to come") && late.contains("value=\"Library\""), "{late}");
        let draft = post(&ann, "/intentions/new", "title=Draft").await.to;
        for (sent, field) in [
            (event.replace("places=2", "places=0"), "places"),
            (format!("{event}&intention={}", draft.trim_start_matches("/intentions/")), "intention"),
            (event.replace("ends_at=2026-12-01T12", "ends_at=2026-12-01T09"), "ends_at"),
        ] {
            let refused = mistakes(&post(&ann, "/events/new", &sent).await.body);
            assert_eq!(refused.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), [field], "{refused:?}");
        }
        let path = post(&ann, "/events/new", event).await.to;
        let many = post(&kim, &format!("{path}/book"), "people=3&needs=A+ramp").await.body;
        assert!(many.contains("1 to 2 places") && many.contains("A ramp"), "{many}");
        post(&kim, &format!("{path}/book"), "people=2&needs=A+ramp").await;
        assert!(get(None, &path).await.body.contains("0 of 2 are free"));
        assert!(get(Some(&ann), &path).await.body.contains("needs: A ramp"));
        assert!(!get(None, &path).await.body.contains("A ramp"));
    }
}
