//! A tender in the service, from its draft to what bidders are told: each person sees and does what is theirs, and nothing else.

use crate::house::{House, PASSWORD, each, mistakes};
use axum::http::StatusCode;
use chrono::Duration;
use enough_commissioning::frameworks::frameworks_of_tender;
use enough_commissioning::tenders::{submissions, tender};
use enough_store::accounts::{PersonDraft, Role};
use enough_store::audit::Actor;
use enough_store::audit::merkle::Hash;

const PLAN: &str = "title=Club&why=120+children+have+no+place&what=A+club+for+40&area=W1&most=90,000&route=contract&reason=It+fits+best&others_willing=no\
    &opens_on=2026-12-22&starts_on=2027-09-01&months=36&contact=team%40example.test";
const LOT: &str = "version=1&title=Play&ceiling=90,000&formula=relative&kind-1=quality&asks-1=How+%3Cgood%3E%3F&weight-1=60&words-1=20&least-1=2\
    &kind-2=social-value&asks-2=Who+gains%3F&weight-2=10&words-2=20&kind-3=price&asks-3=All+costs&weight-3=30";
const DATES: &str = "title=Club&what=A+club+for+40&scale=5&questions_until=2027-01-10T12:00&closes_at=2027-01-20T12:00&starts_on=2027-09-01&months=36&contact=team%40example.test";
const BID: &str = "lot=1&answer-1-1=Warm%0D%0Asoup&answer-1-2=Young+people&about=Charity+12";

#[tokio::test]
async fn a_tender_goes_from_draft_to_award_in_the_service() {
    for house in each().await {
        goes_to_award(&house, "", "90,000").await;
    }
}

#[tokio::test]
async fn a_public_contract_goes_to_its_award_with_the_notices_of_the_law() {
    for house in each().await {
        goes_to_award(&house, "", "663,540").await;
    }
}

#[tokio::test]
async fn a_tender_for_a_framework_has_several_winners() {
    for house in each().await {
        let id = goes_to_award(&house, "&places=2", "90,000").await;
        let of = frameworks_of_tender(&house.authority, &id).await.unwrap().remove(0);
        let public = house.send("GET", &format!("/tenders/{id}"), None, "").await.body;
        assert!(public.contains(&format!("/frameworks/{}", of.id)), "{public}");
        let won = ["Play kim", "Play moe", "Play lou"].iter().all(|name| public.contains(name));
        assert!(won && public.contains("with at most 2 members") && !public.contains("£70,000"), "{public}");
        let page = house.send("GET", &format!("/frameworks/{}", of.id), None, "").await.body;
        for part in
            ["2 members", "£90,000", "Members compete for each call-off", "Read the tender", "Play kim"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}

/// A tender from its draft to its signature, worth so many pounds; with the fields of a framework, if there are any. Gives its id.
async fn goes_to_award(house: &House, framework: &str, worth: &str) -> String {
    use sha2::{Digest, Sha256};
    let is_public_contract = worth == "663,540";
    let (_, ann) = house.person("ann", Role::Commissioner).await;
    let (ben_id, ben) = house.person("ben", Role::Commissioner).await;
    let mut opener_fields = Vec::new();
    for name in ["cat", "dan", "eve"] {
        let (id, cookie) = house.person(name, Role::Finance).await;
        let words = format!("passphrase=nine+cold+otters+sing+for+{name}");
        let unlike = house.send("POST", "/opening-key", Some(&cookie), &format!("{words}&again=x")).await;
        assert!(unlike.body.contains("not the same"), "{}", unlike.body);
        let again = words.replace("passphrase", "again");
        let set = house.send("POST", "/opening-key", Some(&cookie), &format!("{words}&{again}")).await;
        assert_eq!(set.to, "/tenders", "{}", set.body);
        opener_fields.push(format!("&opener={id}"));
    }
    let openers = opener_fields.concat();
    let (fay_id, _) = house.person("fay", Role::Evaluator).await;
    let (gus_id, _) = house.person("gus", Role::Evaluator).await;
    house.person("kim", Role::Provider).await;
    house.person("lou", Role::Provider).await;

    let post =
        async |cookie: &str, path: &str, body: &str| house.send("POST", path, Some(cookie), body).await;
    let get = async |cookie: Option<&str>, path: &str| house.send("GET", path, cookie, "").await;
    let plan = post(&ann, "/intentions/new", &PLAN.replace("90,000", worth)).await.to;
    post(&ann, &format!("{plan}/step"), "version=1&step=publish").await;
    // What may be published and need not is never late, and below the threshold there is nothing to publish.
    let calendar = get(Some(&ann), "/notices").await.body;
    let optional = calendar.contains("May be published, and need not be") && calendar.contains("UK3 Planned");
    assert_eq!(optional, is_public_contract, "{calendar}");
    assert!(
        !get(Some(&ann), "/commissioning").await.body.contains("2 not published yet"),
        "only UK17 is due"
    );
    let path = post(&ann, &format!("{plan}/tender"), "").await.to;
    let id = path.trim_start_matches("/tenders/").to_owned();
    assert_eq!(get(None, &path).await.status, StatusCode::NOT_FOUND, "a draft");
    let lost = get(None, "/tenders/one").await;
    assert_eq!(lost.status, StatusCode::NOT_FOUND, "a word for a number");
    assert!(lost.body.contains("Page not found"), "{}", lost.body);
    let lot = LOT.replace("90,000", worth);
    let wrong =
        post(&ann, &format!("{path}/lots/1"), &lot.replace("weight-1=60", "weight-1=sixty")).await.body;
    assert!(
        wrong.contains("is no weight")
            && wrong.contains("value=\"sixty\"")
            && wrong.contains("How &#60;good&#62;?"),
        "{wrong}"
    );
    assert_eq!(post(&ann, &format!("{path}/lots/1"), &lot).await.to, format!("{path}#lot-1"));
    let own = post(&ann, &format!("{path}/step"), "version=2&step=approve").await.body;
    assert!(own.contains("Somebody else than who wrote it"), "{own}");
    assert_eq!(post(&ben, &format!("{path}/step"), "version=2&step=approve").await.to, path);
    house.pass(Duration::days(31));
    let (ann, ben, kim, lou) = (
        house.cookie("ann").await,
        house.cookie("ben").await,
        house.cookie("kim").await,
        house.cookie("lou").await,
    );
    post(&ann, &format!("{plan}/step"), "version=2&step=open").await;
    let dates = format!("{DATES}{framework}");
    let grounds =
        post(&ann, &format!("{path}/change"), &format!("version=3&{DATES}&direct=Small")).await.body;
    assert!(grounds.contains("Say how many bids win each lot"), "{grounds}");
    let typed = post(
        &ann,
        &format!("{path}/change"),
        &format!("version=3&{}", dates.replace("2027-01-20T12:00", "noon")),
    )
    .await
    .body;
    assert!(typed.contains("Write a date and a time") && typed.contains("value=\"noon\""), "{typed}");
    assert_eq!(post(&ann, &format!("{path}/change"), &format!("version=3&{dates}")).await.to, path);
    post(&ben, &format!("{path}/step"), "version=4&step=approve").await;
    let named = format!("version=5{openers}&evaluator={fay_id}&evaluator={gus_id}&moderator={ben_id}");
    let few = post(&ann, &format!("{path}/publish"), &format!("version=5&unspecified=x&evaluator={fay_id}"))
        .await
        .body;
    assert!(few.contains("Name 3 people") && few.contains(&format!("value=\"{fay_id}\" checked")), "{few}");
    // No specification is final: somebody says why, for everybody to read.
    let unsaid = post(&ann, &format!("{path}/publish"), &named).await.body;
    assert!(
        unsaid.contains("The specification is final before bids are asked for")
            && unsaid.contains("id=\"unspecified-error\"")
            && unsaid.contains(&format!("value=\"{fay_id}\" checked")),
        "{unsaid}"
    );
    let named = format!("{named}&unspecified=A+club+%3Clike%3E+last+year");
    assert_eq!(post(&ann, &format!("{path}/publish"), &named).await.to, path);

    // The calendar asks for its notice, and takes the number as its page sends it.
    let calendar = get(Some(&ann), "/notices").await.body;
    let key = calendar
        .split("value=\"")
        .find_map(|rest| rest.split('"').next().filter(|key| key.starts_with("UK4 ")));
    let said = format!("key={}&on=2026-11-22&reference=012345-2026", key.unwrap());
    assert_eq!(post(&ann, "/notices", &said).await.to, "/notices");
    assert!(get(Some(&ann), "/notices").await.body.contains("012345-2026"));

    let public = get(None, &path).await.body;
    for said in [
        "How &#60;good&#62;?",
        "60%",
        "20 January 2027, 12:00",
        &format!("£{worth}"),
        "40 words for all lots",
        "None was final when bids were asked for. A club &#60;like&#62; last year",
        "Published, without a final specification: A club &#60;like&#62; last year",
    ] {
        assert!(public.contains(said), "{said}: {public}");
    }
    assert!(!public.contains("Next step") && !public.contains("Your question"), "{public}");
    assert!(get(None, "/tenders").await.body.contains(&path));
    assert!(get(None, &plan).await.body.contains(&path));

    // Each refusal is told beside the field that it is about, whatever words it has.
    let changed = format!("version=6&because=x&{dates}");
    for (sent, field) in [
        (format!("{changed}&extension=121"), "extension"),
        (format!("{changed}&reserved=mutual"), "reserved"),
        (changed.replace("2027-09-01", "2027-01-19"), "starts_on"),
        (changed.replace("2027-01-10T12", "2027-01-21T12"), "questions_until"),
        (changed.replace("because=x", "because="), "because"),
    ] {
        let refused = post(&ann, &format!("{path}/change"), &sent).await.body;
        assert_eq!(
            mistakes(&refused).into_iter().map(|(at, _)| at).collect::<Vec<_>>(),
            [field],
            "{sent}: {refused}"
        );
    }
    let changed = lot.replace("version=1", "version=6&because=x");
    for (sent, field) in [
        (changed.replace(worth, "9,000,000"), "ceiling"),
        (changed.replace("title=Play", "title="), "title"),
        (changed.replace("weight-1=60", "weight-1=59"), "criteria"),
        (changed.replace("because=x", "because="), "because"),
    ] {
        let refused = post(&ann, &format!("{path}/lots/1"), &sent).await.body;
        assert_eq!(
            mistakes(&refused).into_iter().map(|(at, _)| at).collect::<Vec<_>>(),
            [field],
            "{sent}: {refused}"
        );
    }

    post(&kim, &format!("{path}/questions"), "question=Is+rent+included%3F").await;
    assert!(!get(None, &path).await.body.contains("Is rent included"), "not before it is answered");
    assert!(!get(Some(&lou), &path).await.body.contains("Is rent included"));
    assert!(get(Some(&kim), &path).await.body.contains("Is rent included"));
    post(&ann, &format!("{path}/questions/1"), "answer=Yes").await;
    let public = get(None, &path).await.body;
    assert!(public.contains("Is rent included") && !public.contains("Play kim"), "{public}");

    let form = get(Some(&kim), &format!("{path}/bid")).await.body;
    let asked = form.split("name=\"asked\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let bid_fields = format!("asked={asked}&{BID}");
    let bid = bid_fields.as_str();
    let long = post(
        &kim,
        &format!("{path}/bid"),
        &format!("{}&price-1=80,000", bid.replace("Warm", &"warm+".repeat(20))),
    )
    .await
    .body;
    assert!(long.contains("has 21 words") && long.contains("80,000"), "{long}");
    let stale = post(&kim, &format!("{path}/bid"), &format!("{}&price-1=80,000", bid.replace(&asked, "old")))
        .await
        .body;
    assert!(stale.contains("The tender changed since") && stale.contains("Warm"), "{stale}");
    let unticked =
        post(&kim, &format!("{path}/bid"), &format!("{}&price-1=80,000", bid.replace("lot=1&", "")))
            .await
            .body;
    assert!(
        unticked.contains("Lot 1 has answers and is not ticked") && unticked.contains("Warm"),
        "{unticked}"
    );
    // All that is wrong is said at once, each beside its field.
    let bare =
        format!("asked={asked}&lot=1&answer-1-1={}&answer-1-2=&price-1=99,000,000", "warm+".repeat(21));
    let bare = post(&kim, &format!("{path}/bid"), &bare).await.body;
    for field in ["answer-1-1", "answer-1-2", "price-1"] {
        let link = format!("href=\"#{field}\"");
        assert!(bare.contains(&link) && bare.contains(&format!("id=\"{field}-error\"")), "{field}: {bare}");
    }
    // Moe's organisation agrees to be named in a bid of Kim's, by a code.
    let (_, moe) = house.person("moe", Role::Provider).await;
    let known = house.authority.organisations().await.unwrap();
    let of = |name: &str| known.iter().find(|one| one.name == name).unwrap().id.clone();
    let nobody = post(&moe, &format!("{path}/together"), "lead=").await.body;
    assert!(nobody.contains("Choose another organisation") && nobody.contains("href=\"#lead\""), "{nobody}");
    let agreed = post(&moe, &format!("{path}/together"), &format!("lead={}", of("Play kim"))).await.body;
    let code = agreed.split("<code>").nth(1).unwrap().split('<').next().unwrap();
    let wrong = post(&kim, &format!("{path}/bid"), &format!("{bid}&price-1=80,000&codes=00-00")).await.body;
    assert!(wrong.contains("is no code of an organisation") && wrong.contains(">00-00<"), "{wrong}");
    let together = format!("{bid}&price-1=80,000&codes={code}%0D%0A");
    let saved = post(&kim, &format!("{path}/bid/copy"), &together).await.body;
    assert!(saved.contains(&format!("\"codes\":[\"{code}\"]")), "{saved}");
    let unread = post(&kim, &format!("{path}/bid"), &format!("{bid}&price-1=cheap")).await.body;
    assert!(unread.contains("Write an amount of pounds") && unread.contains("Warm"), "{unread}");
    let receipt = post(&kim, &format!("{path}/bid"), &together).await.body;
    assert!(receipt.contains("Your bid is sealed"), "{receipt}");
    let random = receipt.split("name=\"random\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let copy = post(&kim, &format!("{path}/bid/copy"), &format!("{together}&random={random}")).await;
    assert!(copy.headers["content-disposition"].to_str().unwrap().contains("bid.json"));
    let hash = Hash(Sha256::digest(copy.body.as_bytes()).into()).to_string();
    assert!(receipt.contains(&hash), "the copy is what the receipt says");
    let parts = format!(
        "--x\r\ncontent-disposition: form-data; name=\"copy\"; filename=\"bid.json\"\r\n\r\n{}\r\n--x--\r\n",
        copy.body
    );
    let headers = [("content-type", "multipart/form-data; boundary=x")];
    let back =
        house.send_with("POST", &format!("{path}/bid/from-copy"), Some(&kim), &parts, &headers).await.body;
    assert!(back.contains("Warm\nsoup") && back.contains("80,000"), "{back}");
    post(&lou, &format!("{path}/bid"), &format!("{bid}&price-1=60,000")).await;
    for cookie in [&ann, &ben] {
        let page = get(Some(cookie), &path).await.body;
        assert!(!page.contains("Play kim"), "nobody knows who has bid: {page}");
    }

    house.pass(Duration::days(30));
    let kim = house.cookie("kim").await;
    let late = post(&kim, &format!("{path}/bid"), &format!("{bid}&price-1=70,000")).await.body;
    assert!(
        late.contains("Bids are not taken any more")
            && late.contains("Warm")
            && !late.contains("Send it, sealed"),
        "{late}"
    );
    let signed_out =
        house.send("POST", &format!("{path}/bid/copy"), None, &format!("{together}&random={random}")).await;
    assert_eq!(signed_out.body, copy.body, "whoever was signed out while they wrote saves it still");
    for (name, second) in [("cat", false), ("dan", true)] {
        let cookie = house.cookie(name).await;
        for page in ["/tenders", "/commissioning"] {
            assert!(get(Some(&cookie), page).await.body.contains("Open your half of the bids"));
        }
        let wrong = post(&cookie, &format!("{path}/open"), "passphrase=wrong").await.body;
        assert!(wrong.contains("not the passphrase"), "{wrong}");
        let words = format!("passphrase=nine+cold+otters+sing+for+{name}");
        let to = post(&cookie, &format!("{path}/open"), &words).await.to;
        assert_eq!(to, if second { path.clone() } else { format!("{path}/open") });
    }
    let (one, _) = tender(&house.authority, &id).await.unwrap();
    let bids: Vec<String> =
        submissions(&house.authority, &one).await.unwrap().into_iter().map(|bid| bid.id).collect();
    assert_eq!(bids.len(), 2);
    for (name, points) in [("fay", 4), ("gus", 3)] {
        let cookie = house.cookie(name).await;
        let closed = get(Some(&cookie), &format!("{path}/scores/{}", bids[0])).await;
        assert!(closed.body.contains("once they have said what ties them"), "{}", closed.body);
        post(&cookie, &format!("{path}/scores"), "").await;
        for bid in &bids {
            let page = get(Some(&cookie), &format!("{path}/scores/{bid}")).await.body;
            assert!(
                page.contains("Warm\nsoup") && !page.contains("Price:"),
                "who scores quality sees no price: {page}"
            );
            let scores = format!("points-1-1={points}&reason-1-1=Clear&points-1-2=5&reason-1-2=Many");
            let silent =
                post(&cookie, &format!("{path}/scores/{bid}"), &scores.replace("Clear", "")).await.body;
            assert!(silent.contains("Question 1.1: Say why") && silent.contains("Many"), "{silent}");
            assert_eq!(
                post(&cookie, &format!("{path}/scores/{bid}"), &scores).await.to,
                format!("{path}/scores")
            );
        }
        assert!(get(Some(&cookie), "/tenders").await.body.contains("Score the bids"));
        assert_eq!(post(&cookie, &format!("{path}/scores/lock"), "").await.to, format!("{path}/scores"));
        assert!(!get(Some(&cookie), "/tenders").await.body.contains("Score the bids"));
    }
    let (ann, ben) = (house.cookie("ann").await, house.cookie("ben").await);
    let other = get(Some(&ann), &format!("{path}/moderation/{}", bids[0])).await;
    assert!(!other.body.contains("Warm"), "ben moderates: {}", other.body);
    for (bid, points) in bids.iter().zip([5, 3]) {
        let page = get(Some(&ben), &format!("{path}/moderation/{bid}")).await.body;
        assert!(page.contains("fay, Example: 4") && page.contains("gus, Example: 3"), "{page}");
        let scores = format!("points-1-1={points}&reason-1-1=We+agreed&points-1-2=5&reason-1-2=Both");
        assert_eq!(
            post(&ben, &format!("{path}/moderation/{bid}"), &scores).await.to,
            format!("{path}/moderation")
        );
    }
    let version = async || tender(&house.authority, &id).await.unwrap().0.version;
    let page = get(Some(&ben), &format!("{path}/award")).await.body;
    let nobody =
        post(&ben, &format!("{path}/award"), &format!("version={}&winner-1=-&reason-1=x", version().await))
            .await
            .body;
    assert!(nobody.contains("Choose who wins lot 1"), "{nobody}");
    let winner = bids.iter().find(|bid| page.contains(&format!("<option value=\"{bid}\""))).unwrap();
    let silent =
        post(&ben, &format!("{path}/award"), &format!("version={}&winner-1={winner}", version().await))
            .await
            .body;
    assert!(silent.contains("Say why, for lot 1"), "{silent}");
    assert_eq!(
        post(
            &ben,
            &format!("{path}/award"),
            &format!("version={}&winner-1={winner}&reason-1=Best", version().await)
        )
        .await
        .to,
        path
    );
    let cat = house.cookie("cat").await;
    assert!(get(Some(&cat), "/tenders").await.body.contains("Decide what is recommended"));
    // Somebody with the same role who works for a bidder reads nothing of what others offered.
    let known = house.authority.organisations().await.unwrap();
    let draft = PersonDraft {
        name: "Una".to_owned(),
        email: "una@example.test".to_owned(),
        organisation: known.iter().find(|one| one.name == "Play kim").unwrap().id.clone(),
        roles: vec![Role::Commissioner, Role::Finance],
    };
    house.authority.add_person(&Actor::service("test"), &draft, PASSWORD).await.unwrap();
    let una = house.cookie("una").await;
    assert!(!get(Some(&una), "/commissioning").await.body.contains("Decide what is recommended"));
    assert!(!get(Some(&una), &path).await.body.contains("Play lou"), "nor who else has bid");
    for page in ["decide", "award"] {
        let closed = get(Some(&una), &format!("{path}/{page}")).await.body;
        assert!(closed.contains("Whoever works for a bidder") && !closed.contains("Play lou"), "{closed}");
    }
    assert!(
        !get(Some(&ben), "/tenders").await.body.contains("Decide what is recommended"),
        "ben recommended it"
    );
    assert!(get(Some(&cat), &format!("{path}/decide")).await.body.contains("Recommended by ben, Example"));
    assert_eq!(
        post(&cat, &format!("{path}/decide"), &format!("version={}&step=decide", version().await)).await.to,
        path
    );
    let kim = house.cookie("kim").await;
    assert!(!get(Some(&kim), &format!("{path}/bid")).await.body.contains("Your total"));
    assert!(!get(None, &path).await.body.contains("Play lou"), "nobody is told before the bidders");
    for step in ["notify", "award"] {
        assert_eq!(
            post(&ann, &format!("{path}/step"), &format!("version={}&step={step}", version().await)).await.to,
            path
        );
    }
    let told = get(Some(&kim), &format!("{path}/bid")).await.body;
    assert!(told.contains("Your total") && told.contains("We agreed"), "{told}");
    let public = get(None, &path).await.body;
    assert!(public.contains("Lot 1: <strong>Play "), "{public}");
    if is_public_contract {
        // The standstill counts from the award notice as published, and until then no page says when it ends.
        assert!(
            public.contains("The standstill begins on the day on which the contract award notice (UK6)")
                && !public.contains("Standstill until the end of"),
            "{public}"
        );
        let waits = get(Some(&ann), "/commissioning").await.body;
        assert!(waits.contains("Say when its award notice (UK6) was published"), "{waits}");
        let (_, pat) = house.person("pat", Role::Auditor).await;
        let pack = get(Some(&pat), &format!("{path}/evidence")).await.body;
        assert!(pack.contains("Not known here yet: it counts from the award notice"), "{pack}");
        let said = format!("key=UK6+{path}&on=2027-01-22&reference=012346-2027");
        assert_eq!(post(&ann, "/notices", &said).await.to, "/notices");
    }
    let public = get(None, &path).await.body;
    let from = if is_public_contract { "the contract award notice (UK6)" } else { "the award" };
    let counts = format!("It counts from 22 January 2027, when {from} was published");
    assert!(
        public.contains("Standstill until the end of 2 February 2027") && public.contains(&counts),
        "{public}"
    );
    assert!(is_public_contract || !get(Some(&ann), "/notices").await.body.contains("UK6"));
    // One lot cannot be left unsigned where it is the only one.
    assert!(!get(Some(&ann), &path).await.body.contains("Do not sign this lot"));
    let only = format!("version={}&step=leave-lot&lot=1&reason=It+gave+up", version().await);
    let only = post(&ann, &format!("{path}/step"), &only).await.body;
    assert!(only.contains("the only lot that stands"), "{only}");
    let early = post(
        &ann,
        &format!("{path}/step"),
        &format!("version={}&step=sign&signed_on=2027-01-22", version().await),
    )
    .await
    .body;
    assert!(early.contains("before the standstill has ended"), "{early}");
    house.pass(Duration::days(14));
    let ann = house.cookie("ann").await;
    assert_eq!(
        post(
            &ann,
            &format!("{path}/step"),
            &format!("version={}&step=sign&signed_on=2027-02-04", version().await)
        )
        .await
        .to,
        path
    );
    assert!(get(None, &path).await.body.contains("Signed on 4 February 2027"));
    // Whoever audits reads how it was run, as a page and as a file; nobody else does.
    let (_, pam) = house.person("pam", Role::Auditor).await;
    assert!(get(Some(&pam), &path).await.body.contains("How it was run: the evidence"));
    let page = get(Some(&pam), &format!("{path}/evidence")).await.body;
    for part in [
        "Bids and scores were checked again",
        "Moderated: it counts",
        "tender.moderate",
        "Recommended by",
        "None was final when bids were asked for. A club &#60;like&#62; last year",
        "2 February 2027",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let file = get(Some(&pam), &format!("{path}/evidence.json")).await.body;
    let file: serde_json::Value = serde_json::from_str(&file).unwrap();
    assert_eq!(
        (file["tender"].as_str(), file["bids"].as_array().map(Vec::len)),
        (path.split('/').next_back(), Some(bids.len()))
    );
    assert_eq!(get(Some(&ann), &format!("{path}/evidence")).await.status, 403);
    assert!(house.authority.verify(&[]).await.unwrap().is_ok());
    id
}
