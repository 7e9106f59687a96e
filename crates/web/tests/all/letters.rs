//! Letters by a real mail server (aiosmtpd): news that somebody asked for, confirmed, got and ended; a new password; and what cannot be
//! sent.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::house::House;
use axum::http::StatusCode;
use chrono::Duration;
use enough_store::accounts::{Role, Site};
use enough_store::audit::{Actor, Query};
use enough_store::mail::{Letter, Topic};
use enough_store::sea_orm::{ConnectionTrait, Statement};
use enough_store::testing::Empty;
use enough_web::{Mail, MailServer, Secrecy, post_news, send_letters};

/// A mail server on this machine.
struct Server {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
    certificate: Vec<u8>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts one; none where no Python is, which `./test` does not let pass.
    fn start(secrecy: &str, login: Option<&str>) -> Option<Self> {
        let Some(python) = std::env::var_os("ENOUGH_PYTHON") else {
            assert!(
                std::env::var_os("ENOUGH_REQUIRE").is_none(),
                "ENOUGH_PYTHON names no Python with aiosmtpd"
            );
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let mut command = Command::new(python);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/house/mail_server.py"));
        command.arg("--folder").arg(folder.path()).args(["--secrecy", secrecy]);
        command.arg("--certificate").arg(&certificate).arg("--key").arg(&key);
        if let Some(login) = login {
            command.args(["--login", login]);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the mail server says its port");
        Some(Self { child, port, folder, certificate: made.cert.pem().into_bytes() })
    }

    fn way(&self, secrecy: Secrecy, login: Option<(&str, &str)>) -> Mail {
        let server = MailServer {
            host: "localhost".to_owned(),
            port: self.port,
            secrecy,
            login: login.map(|(name, password)| (name.to_owned(), password.to_owned())),
            certificate: (secrecy != Secrecy::Clear).then(|| self.certificate.clone()),
            from: "Example <enough@example.test>".to_owned(),
        };
        Mail::new(&server).unwrap()
    }

    /// What it took, in order, with lines that were broken put together again.
    fn taken(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|end| end == "eml"));
        files.sort();
        let text = |file: &PathBuf| {
            let text = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
            text.replace("=\n", "").replace("=3D", "=").replace("\n ", " ")
        };
        files.iter().map(text).collect()
    }
}

async fn house(empty: Empty, mail: Mail) -> House {
    House::with(empty, |settings| {
        settings.mail = Some(mail);
        settings.site = Some(Site::new("https://enough.example.test").unwrap());
        settings.demonstration = true;
    })
    .await
}

/// The paths of pages that a letter names.
fn links(letter: &str) -> impl Iterator<Item = &str> {
    let parts = letter.split("https://enough.example.test").skip(1);
    parts.map(|rest| &rest[..rest.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(rest.len())])
}

/// The path of the page that confirms or opens something.
fn link(letter: &str) -> &str {
    links(letter).find(|path| !path.ends_with("/end")).expect("the letter names the page")
}

fn plan(title: &str) -> String {
    format!(
        "title={title}&why=Children+wait&what=A+club&area=W1&least=10,000&most=20,000&route=grant&reason=It+fits+best&others_willing=no&opens_on=2027-03-01&starts_on=2027-09-01&months=12&contact=a%40example.test"
    )
}

/// A commissioner writes a plan and publishes it.
async fn publish(house: &House, cookie: &str, title: &str) {
    let added = house.send("POST", "/intentions/new", Some(cookie), &plan(title)).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let step =
        house.send("POST", &format!("{}/step", added.to), Some(cookie), "version=1&step=publish").await;
    assert_eq!(step.status, StatusCode::SEE_OTHER, "{}", step.body);
}

async fn entries(house: &House, action: &str) -> usize {
    let query = Query { action: Some(action.to_owned()), ..Query::default() };
    house.authority.search(&query, 1000).await.unwrap().entries.len()
}

#[tokio::test]
async fn who_asked_and_confirmed_gets_news_until_they_end_them() {
    for empty in Empty::each().await {
        let Some(server) = Server::start("clear", None) else { return };
        let house = house(empty, server.way(Secrecy::Clear, None)).await;
        house.person("cora", Role::Commissioner).await;
        let ask = async |email: &str| house.send("POST", "/news", None, &format!("email={email}")).await;
        for wrong in ["nobody", "a%40b", "a%40b.test%0AX-Evil%3A+1", "%40b.test", "a%40b..test"] {
            let answer = ask(wrong).await;
            assert!(answer.body.contains("Give an e-mail address"), "{wrong}");
        }
        let first = ask("Pat%40Home.test").await;
        assert!(first.body.contains("Look into your letters"));
        assert_eq!(ask("pat%40home.test").await.body, first.body.replace("Pat@Home.test", "pat@home.test"));
        // Asking again and again fills nobody's letter box: two letters at most before it is confirmed.
        for _ in 0..5 {
            house.pass(Duration::minutes(20));
            ask("sal%40home.test").await;
        }
        assert_eq!(send_letters(&house.app).await.unwrap(), 3);
        assert_eq!(server.taken().iter().filter(|letter| letter.contains("X-To: sal@")).count(), 2);
        let first_letter = server.taken().into_iter().find(|letter| letter.contains("X-To: pat@")).unwrap();
        for file in std::fs::read_dir(server.folder.path()).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|end| end == "eml") {
                std::fs::remove_file(file).unwrap();
            }
        }
        let letter = first_letter;
        assert!(letter.contains("X-To: pat@home.test") && letter.contains("Auto-Submitted: auto-generated"));

        // Unconfirmed is no consent, and to look at the page confirms nothing.
        let cora = house.cookie("cora").await;
        publish(&house, &cora, "Aster").await;
        house.pass(Duration::days(2));
        let way = link(&letter).to_owned();
        assert!(house.send("GET", &way, None, "").await.body.contains("Yes, send me news"));
        assert_eq!(post_news(&house.app).await.unwrap(), 0);
        house.send("POST", &way, None, "").await;
        assert!(house.send("GET", &way, None, "").await.body.contains("You get news by e-mail"));
        let cora = house.cookie("cora").await;
        house.pass(Duration::minutes(1));
        publish(&house, &cora, "Birch").await;
        house.pass(Duration::days(2));
        assert_eq!(post_news(&house.app).await.unwrap(), 1);
        assert_eq!(post_news(&house.app).await.unwrap(), 0, "nothing is told twice");
        assert_eq!(send_letters(&house.app).await.unwrap(), 1);
        let letter = server.taken().remove(0);
        assert!(
            letter.contains("Birch") && !letter.contains("Aster"),
            "only what came after they confirmed: {letter}"
        );
        assert!(letter.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
        // At most one letter a day, and then all that came meanwhile.
        let cora = house.cookie("cora").await;
        house.pass(Duration::minutes(1));
        publish(&house, &cora, "Clover").await;
        house.pass(Duration::hours(1));
        assert_eq!(post_news(&house.app).await.unwrap(), 0);
        let cora = house.cookie("cora").await;
        publish(&house, &cora, "Dahlia").await;
        house.pass(Duration::hours(23));
        assert_eq!(post_news(&house.app).await.unwrap(), 1);
        assert_eq!(send_letters(&house.app).await.unwrap(), 1);
        let letter = server.taken().remove(1);
        assert!(letter.contains("Clover") && letter.contains("Dahlia") && letter.contains("news of 2 plans"));

        // One click in a mail program, which has no cookie and says no site, ends them.
        let end = links(&letter).find(|path| path.ends_with("/end")).unwrap().to_owned();
        let ended = house.send("POST", &end, None, "List-Unsubscribe=One-Click").await;
        assert_eq!(ended.status, StatusCode::OK);
        assert_eq!(house.send("GET", &end, None, "").await.status, StatusCode::GONE);
        let cora = house.cookie("cora").await;
        house.pass(Duration::minutes(1));
        publish(&house, &cora, "Elder").await;
        house.pass(Duration::days(3));
        assert_eq!((post_news(&house.app).await.unwrap(), server.taken().len()), (0, 2));
        assert_eq!((entries(&house, "news.tell").await, entries(&house, "news.end").await), (2, 1));
        // Who never confirms is forgotten.
        ask("sam%40home.test").await;
        house.pass(Duration::days(8));
        house.authority.sweep(&Actor::service("test")).await.unwrap();
        send_letters(&house.app).await.unwrap();
        let letter = server.taken().remove(2);
        assert_eq!(house.send("POST", link(&letter), None, "").await.status, StatusCode::GONE);
        assert_eq!(house.authority.count_readers(Topic::Plans).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_letter_and_nobody_learns_who_has_an_account() {
    let Some(server) = Server::start("clear", None) else { return };
    let house = house(Empty::sqlite(), server.way(Secrecy::Clear, None)).await;
    house.person("pat", Role::Provider).await;
    let ask = async |email: &str| {
        // The address of the pages is the one that was configured, whatever the request says.
        let host = [("host", "evil.test")];
        house.send_with("POST", "/sign-in/forgot", None, &format!("email={email}"), &host).await.body
    };
    // The work is done after the answer, so that nobody can tell by the time it takes.
    let waits = async |count: u64| {
        for _ in 0..500 {
            if house.authority.letters().await.unwrap().0.waiting == count {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        false
    };
    assert!(ask("").await.contains("Give an e-mail address") && ask("pat").await.contains("Give an e-mail"));
    let (known, unknown) = (ask("pat%40example.test").await, ask("sam%40example.test").await);
    assert_eq!(known.replace("pat@", "sam@"), unknown);
    assert!(waits(1).await);
    // Each is answered, and done, in turn: the one for somebody else ends after both of Pat's.
    house.person("sue", Role::Provider).await;
    ask("pat%40example.test").await;
    ask("sue%40example.test").await;
    assert!(waits(2).await, "one letter to each, however often it is asked for");
    // News that wait do not keep a link waiting that opens for an hour.
    post(&house, "later@home.test").await;
    assert_eq!(send_letters(&house.app).await.unwrap(), 3);
    assert!(server.taken().iter().all(|letter| letter.contains("/link/")));
    let standing = house.authority.letters().await.unwrap().0;
    assert_eq!((standing.sent, standing.in_trouble), (2, 1));
    let letter = server.taken().into_iter().find(|letter| letter.contains("X-To: pat@")).unwrap();
    let way = link(&letter);
    let chosen =
        house.send("POST", way, None, "password=nine+warm+badgers+dance&again=nine+warm+badgers+dance").await;
    assert_eq!((chosen.status, chosen.to.as_str()), (StatusCode::SEE_OTHER, "/sign-in"), "{}", chosen.body);
    let old =
        house.send("POST", "/sign-in", None, "email=pat%40example.test&password=four+cold+otters+sing").await;
    assert!(old.body.contains("not right"));
    let new = house
        .send("POST", "/sign-in", None, "email=pat%40example.test&password=nine+warm+badgers+dance")
        .await;
    assert_eq!(new.status, StatusCode::SEE_OTHER);
    // A service that sends no letters offers none.
    let other = House::new(Empty::sqlite(), true).await;
    assert_eq!(other.send("GET", "/sign-in/forgot", None, "").await.status, StatusCode::NOT_FOUND);
    assert!(!other.send("GET", "/sign-in", None, "").await.body.contains("/sign-in/forgot"));
    assert!(other.send("GET", "/news", None, "").await.body.contains("This service sends no e-mail"));
}

async fn post(house: &House, to: &str) {
    let letter = Letter {
        to: to.to_owned(),
        subject: "Grüße".to_owned(),
        text: "Hello".to_owned(),
        end: None,
        until: None,
    };
    let mut change = house.authority.begin(&Actor::service("test")).await.unwrap();
    change.post(&letter).await.unwrap();
    change.log(enough_store::audit::Event::new("test", "letter"));
    change.commit().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_sent_is_tried_again_or_given_up_and_said() {
    for empty in Empty::each().await {
        let Some(server) = Server::start("clear", None) else { return };
        let house = house(empty, server.way(Secrecy::Clear, None)).await;
        for to in ["refused@home.test", "later@home.test", "pat@home.test"] {
            post(&house, to).await;
        }
        assert_eq!(send_letters(&house.app).await.unwrap(), 3);
        let standing = async || house.authority.letters().await.unwrap();
        let (now, trouble) = standing().await;
        assert_eq!((now.waiting, now.in_trouble, now.sent, now.given_up), (1, 1, 1, 1));
        assert!(trouble.iter().all(|one| !one.what.contains("@home.test")), "{trouble:?}");
        assert_eq!(send_letters(&house.app).await.unwrap(), 0, "not before its time");
        house.pass(Duration::minutes(2));
        assert_eq!(send_letters(&house.app).await.unwrap(), 1);
        assert_eq!((standing().await.0.sent, server.taken().len()), (2, 2));
        let (_, admin) = house.person("adi", Role::Administrator).await;
        let page = house.send("GET", "/administration/letters", Some(&admin), "").await.body;
        assert!(
            page.contains("fewer than 10 sent; fewer than 10 that could not be")
                && !page.contains("@home.test"),
            "{page}"
        );

        // A mail server that is away for five days: then it is given up, and nothing of the letter stays.
        post(&house, "pat@home.test").await;
        drop(server);
        let mut tried = 0;
        for _ in 0..200 {
            tried += send_letters(&house.app).await.unwrap();
            house.pass(Duration::hours(1));
        }
        assert_eq!(tried, 7);
        assert_eq!(standing().await.0.given_up, 2);
        let letters = "SELECT count(*) AS n FROM letter WHERE sealed IS NOT NULL";
        let db = house.authority.store().read();
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), letters)).await.unwrap();
        assert_eq!(row.unwrap().try_get::<i64>("", "n").unwrap(), 0);
    }
}

#[tokio::test]
async fn letters_go_by_secret_ways_with_a_password_and_never_in_clear_instead() {
    for (started, secrecy) in [("start-tls", Secrecy::StartTls), ("tls", Secrecy::Tls)] {
        let Some(server) = Server::start(started, (started == "start-tls").then_some("enough:top secret"))
        else {
            return;
        };
        let login = (started == "start-tls").then_some(("enough", "top secret"));
        let house = self::house(Empty::sqlite(), server.way(secrecy, login)).await;
        post(&house, "pat@home.test").await;
        send_letters(&house.app).await.unwrap();
        assert_eq!(server.taken().len(), 1, "{started}: {:?}", house.authority.letters().await.unwrap());
        assert!(server.taken()[0].contains("X-Secret: True"), "{started}");
    }
    // A password that is not right any more is mended one day: the letter waits.
    let Some(server) = Server::start("start-tls", Some("enough:top secret")) else { return };
    let house =
        self::house(Empty::sqlite(), server.way(Secrecy::StartTls, Some(("enough", "old secret")))).await;
    post(&house, "pat@home.test").await;
    send_letters(&house.app).await.unwrap();
    let (standing, trouble) = house.authority.letters().await.unwrap();
    assert_eq!((standing.in_trouble, standing.given_up), (1, 0), "{trouble:?}");
    assert!(trouble[0].what.contains("535"), "{trouble:?}");
    // A mail server without TLS, or whose certificate nobody vouches for, gets nothing.
    let Some(clear) = Server::start("clear", None) else { return };
    let house = self::house(Empty::sqlite(), clear.way(Secrecy::StartTls, None)).await;
    post(&house, "pat@home.test").await;
    send_letters(&house.app).await.unwrap();
    assert_eq!((clear.taken().len(), house.authority.letters().await.unwrap().0.in_trouble), (0, 1));
}
