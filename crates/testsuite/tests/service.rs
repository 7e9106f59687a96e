//! The service as it is run: the example authority assessed, kept and served on each kind of database; asked over the network.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use enough_testsuite::service::Service;
use enough_testsuite::{enough, python, root, run, words};

/// Databases to try: a new file, and a new database of the server if there is one.
fn databases(folder: &Path) -> Vec<String> {
    let mut list = vec![format!("sqlite:{}", folder.join("enough.db").display())];
    if let Ok(server) = std::env::var("ENOUGH_TEST_POSTGRES") {
        let name = format!(
            "service_{}_{}",
            std::process::id(),
            folder
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .replace(|c: char| !c.is_ascii_alphanumeric(), "")
                .to_lowercase()
        );
        run(Command::new("psql").arg(&server).args(["-qc", &format!("CREATE DATABASE {name}")]));
        list.push(format!("{}/{name}", server.rsplit_once('/').unwrap().0));
    } else {
        assert!(std::env::var_os("ENOUGH_REQUIRE").is_none(), "./test starts a PostgreSQL server");
    }
    list
}

#[test]
fn the_answer_is_kept_served_signed_backed_up_and_restored() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    run(enough().arg("example").arg("--out").arg(here.join("data")));
    for (number, database) in databases(here).iter().enumerate() {
        let keys = here.join(format!("{number}.keys"));
        let out = here.join(format!("out{number}"));
        run(enough()
            .args(["assess", "--authority", "E06999001", "--database", database, "--data"])
            .arg(here.join("data"))
            .arg("--keys")
            .arg(&keys)
            .arg("--out")
            .arg(&out));
        let credentials = here.join(format!("{number}.csv"));
        let more = ["--demonstration", "--credentials", credentials.to_str().unwrap()];
        let service = Service::start(database, &keys, &more);

        let summary = std::fs::read_to_string(out.join("summary.json")).unwrap();
        let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
        let answer = summary["answer"].as_str().unwrap();
        assert!(service.get("/").contains(answer), "the page says what the command said: {answer}");
        let table = service.get("/sufficiency/areas.csv");
        for (code, level) in
            words(&out.join("areas.csv"), "code").iter().zip(words(&out.join("areas.csv"), "level"))
        {
            let row = table.lines().find(|line| line.starts_with(&format!("{code},"))).unwrap();
            assert!(row.contains(&format!(",{level},")), "{row} has the level {level}");
            assert!(service.get(&format!("/areas/{code}")).contains("How we know this"));
        }
        for id in words(&out.join("settings.csv"), "id").iter().filter(|id| !id.is_empty()).take(5) {
            assert!(service.get(&format!("/settings/{id}")).contains(id), "{id}");
        }
        assert!(service.get("/sufficiency?kind=lsoa&sort=name").contains("neighbourhoods (LSOA)"));
        assert!(service.get("/sufficiency/map.svg").contains("<path fill="));
        assert!(service.get("/markets/1").contains("Who shares the places"));
        assert!(service.get("/search?q=%25").contains("Nothing here is called"));
        assert!(service.get("/health").contains("well"));

        let cookie = service.signed_in(&credentials, "auditor");
        let (_, log) = service.send("GET", "/administration/audit", &cookie, "");
        assert!(log.contains("assessment.keep") && log.contains("session.begin"));

        let place = |command: &mut Command| {
            command.args(["--database", database, "--keys"]).arg(&keys);
            String::from_utf8(run(command).stdout).unwrap()
        };
        let file = here.join(format!("{number}.backup"));
        place(enough().arg("backup").arg("--out").arg(&file));
        service.stop();
        let checkpoint = here.join(format!("{number}.txt"));
        place(enough().args(["audit", "checkpoint", "--out"]).arg(&checkpoint));
        let whole = place(enough().args(["audit", "verify", "--checkpoint"]).arg(&checkpoint));
        assert!(whole.contains("is whole"), "{whole}");
        let key = place(enough().args(["audit", "key"]));
        let proof = here.join(format!("{number}.json"));
        place(enough().args(["audit", "prove", "--entry", "1", "--out"]).arg(&proof));
        run(enough().args(["audit", "check", "--key", key.trim()]).arg(&proof));
        assert!(place(enough().arg("restore").arg(&file).arg("--check")).contains("whole and signed"));
        if let Some(path) = database.strip_prefix("sqlite:") {
            let restored = format!("sqlite:{}", here.join("restored.db").display());
            run(enough().arg("restore").arg(&file).args(["--database", &restored, "--keys"]).arg(&keys));
            Service::start(&restored, &keys, &[]).stop();
            by_others(Path::new(path), &checkpoint, key.trim(), &whole);
        }
    }
}

/// The log's root and signature, by software that we did not write.
fn by_others(database: &Path, checkpoint: &Path, key: &str, whole: &str) {
    let Some(mut python) = python() else { return };
    let script = root().join("crates/testsuite/python/audit_log.py");
    let said = run(python.arg(script).arg(database).arg(checkpoint).arg(key)).stdout;
    let root = String::from_utf8(said).unwrap();
    assert!(whole.contains(root.trim()), "{whole}\n{root}");
}

#[test]
fn without_accounts_a_link_to_set_the_service_up_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("enough.db").display());
    let keys = folder.path().join("enough.keys");
    let service = Service::start(&database, &keys, &["--authority", "E06999001", "--name", "Example"]);
    let link = service.said.iter().find_map(|line| line.split_once(&service.address)).unwrap().1;
    assert!(service.get(link).contains("Set up the service"));
    let (head, _) = service.send("GET", "/areas", "", "");
    assert!(head.starts_with("HTTP/1.1 404"), "nothing is shown before something is assessed: {head}");
    service.stop();
    let output = enough().args(["audit", "verify", "--database", &database]).output().unwrap();
    assert!(output.status.success(), "the keys beside the file are found");
}

/// Where an answer sends the browser.
fn sent_to(head: &str) -> String {
    head.lines()
        .find_map(|line| line.strip_prefix("location: "))
        .unwrap_or_else(|| panic!("{head}"))
        .to_owned()
}

/// The page of a job once it is over.
fn over(service: &Service, cookie: &str, job: &str) -> String {
    for _ in 0..600 {
        let (_, page) = service.send("GET", job, cookie, "");
        if !page.contains("Stop it") {
            return page;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("{job} does not end");
}

#[test]
fn other_questions_are_answered_kept_worked_by_and_backed_up() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let data = here.join("data");
    run(enough().arg("example").arg("--out").arg(&data));
    let assess = |minutes: &str, more: &[&str]| {
        let out = here.join(format!("out{minutes}"));
        run(enough()
            .args(["assess", "--authority", "E06999001", "--minutes", minutes, "--data"])
            .args([&data, Path::new("--out"), &out])
            .args(more));
        let summary = std::fs::read_to_string(out.join("summary.json")).unwrap();
        let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
        summary["answer"].as_str().unwrap().to_owned()
    };
    let answer_at_10 = assess("10", &[]);
    for (number, database) in databases(here).iter().enumerate() {
        let keys = here.join(format!("{number}.keys"));
        let answer_at_15 = assess("15", &["--database", database, "--keys", keys.to_str().unwrap()]);
        assert_ne!(answer_at_10, answer_at_15);
        let (credentials, backups) = (here.join(format!("{number}.csv")), here.join(format!("b{number}")));
        std::fs::create_dir(&backups).unwrap();
        let mut more = vec!["--data", data.to_str().unwrap(), "--backups", backups.to_str().unwrap()];
        more.extend(["--demonstration", "--credentials", credentials.to_str().unwrap()]);
        let service = Service::start(database, &keys, &more);

        // Another question is answered as the command answers it, on the page, as files, and by the API.
        assert!(service.get("/sufficiency?minutes=10").contains(&answer_at_10));
        let rows = |path: &str| service.get(path).lines().map(str::to_owned).collect::<Vec<_>>();
        for (code, level) in words(&here.join("out10/areas.csv"), "code")
            .iter()
            .zip(words(&here.join("out10/areas.csv"), "level"))
        {
            let table = rows("/sufficiency/areas.csv?minutes=10");
            let row = table.iter().find(|row| row.starts_with(&format!("{code},"))).unwrap();
            assert!(row.contains(&format!(",{level},")), "{row} has the level {level}");
        }
        let api: serde_json::Value = serde_json::from_str(&service.get("/api/v1/answer?minutes=10")).unwrap();
        assert_eq!(api["sentence"], answer_at_10.as_str());
        let (head, wrong) = service.send("GET", "/api/v1/answer?minutes=ten", "", "");
        assert!(head.starts_with("HTTP/1.1 400") && head.contains("application/problem+json"), "{head}");
        assert!(wrong.contains("\"status\":400"), "{wrong}");
        let (head, page) = service.send("GET", "/sufficiency?minutes=ten", "", "");
        assert!(head.starts_with("HTTP/1.1 400") && page.contains("value=\"ten\""), "what was typed stays");
        let page = service.get("/data");
        assert!(page.contains("How old") && page.contains("What was not used"), "{page}");
        let (head, _) = service.send("GET", "/sufficiency?mode=transit", "", "");
        assert!(head.starts_with("HTTP/1.1 409"), "there are no timetables: {head}");
        let catchments = service.get("/sufficiency?measure=catchments");
        assert!(catchments.contains("this measure proves nothing"));

        // A commissioner makes it the answer for everybody; a service that ends meanwhile goes on with it when it starts again.
        let commissioner = service.signed_in(&credentials, "commissioner");
        let ask = "minutes=10";
        let (head, _) = service.send("POST", "/administration/jobs/assess", &commissioner, ask);
        let job = sent_to(&head);
        service.stop();
        let service = Service::start(database, &keys, &more[..5]);
        let page = over(&service, &commissioner, &job);
        assert!(page.contains("<strong>Done</strong>") && page.contains(&answer_at_10), "{page}");
        std::thread::sleep(std::time::Duration::from_millis(1100));
        assert!(service.get("/").contains(&answer_at_10), "everybody sees it");

        // A patch of one ward has the figures of the ward.
        let ward = &words(&here.join("out10/areas.csv"), "code")[0];
        let form = format!("name=Round+of+Ann&ward={ward}");
        let (head, _) = service.send("POST", "/patches/new", &commissioner, &form);
        let patch = sent_to(&head);
        let (_, page) = service.send("GET", &patch, &commissioner, "");
        let of_ward = service.get(&format!("/areas/{ward}"));
        let said = |page: &str| {
            let (_, rest) = page.split_once("<p class=\"govuk-body-l\">").unwrap();
            rest.split_once("</p>").unwrap().0.split_once(": ").unwrap().1.to_owned()
        };
        assert_eq!(said(&page), said(&of_ward));
        let change = format!("{patch}/change");
        let form = format!("name=Round+of+Bea&version=1&codes={ward}");
        assert_eq!(sent_to(&service.send("POST", &change, &commissioner, &form).0), patch);
        let (_, page) = service.send("POST", &change, &commissioner, &form.replace("Bea", "Cas"));
        assert!(page.contains("Somebody else changed this patch") && page.contains("value=\"Round of Cas\""));
        let (_, page) = service.send("POST", "/patches/new", &commissioner, "name=X&codes=E99");
        assert!(page.contains("E99 is no LSOA, MSOA or ward"), "{page}");
        let board = service.signed_in(&credentials, "board-member");
        assert!(service.send("GET", &patch, &board, "").1.contains("Round of Bea"));
        assert!(service.send("POST", &format!("{patch}/remove"), &board, "").0.starts_with("HTTP/1.1 403"));
        service.send("POST", &format!("{patch}/remove"), &commissioner, "");
        assert!(service.send("GET", &patch, &commissioner, "").0.starts_with("HTTP/1.1 404"));

        // A backup taken in the service is whole.
        let administrator = service.signed_in(&credentials, "administrator");
        let (head, _) = service.send("POST", "/administration/jobs/backup", &administrator, "");
        let page = over(&service, &administrator, &sent_to(&head));
        assert!(page.contains("SHA-256"), "{page}");
        let file = std::fs::read_dir(&backups).unwrap().next().unwrap().unwrap().path();
        let (_, list) = service.send("GET", "/administration/backups", &administrator, "");
        assert!(list.contains(file.file_name().unwrap().to_str().unwrap()));
        run(enough().args(["restore", "--check", "--database", database, "--keys"]).arg(&keys).arg(&file));
        service.stop();
    }
}

#[test]
fn too_many_requests_of_one_address_are_refused_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("enough.db").display());
    let keys = folder.path().join("enough.keys");
    let credentials = folder.path().join("people.csv");
    let people = ["--demonstration", "--credentials", credentials.to_str().unwrap()];
    let new = ["--authority", "E06999001", "--name", "Example", "--rate", "2"];
    let service = Service::start(&database, &keys, &[&new[..], &people].concat());
    let bearer = format!("Bearer {}", service.key(&credentials, "administrator"));
    let heads: Vec<String> = (0..30).map(|_| service.send("GET", "/api/v1/answer", "", "").0).collect();
    let refused =
        heads.iter().find(|head| head.starts_with("HTTP/1.1 429")).expect("30 at once are too many");
    assert!(refused.contains("retry-after: 1") && refused.contains("application/problem+json"), "{refused}");
    let ids: std::collections::BTreeSet<&str> = heads
        .iter()
        .map(|head| head.split_once("x-request-id: ").unwrap().1.lines().next().unwrap())
        .collect();
    assert_eq!(ids.len(), heads.len(), "every answer has an id of its own");
    std::thread::sleep(std::time::Duration::from_secs(2));
    let (head, metrics) = service.ask("GET", "/metrics", &[("Authorization", &bearer)], b"");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(metrics.contains("enough_requests_total{method=\"GET\",status=\"429\"}"), "{metrics}");
    assert!(metrics.contains("enough_request_seconds_bucket") && metrics.ends_with("# EOF\n"), "{metrics}");
    service.stop();
}

#[test]
fn it_speaks_https_itself() {
    let Some(mut python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (here.join("certificate.pem"), here.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let database = format!("sqlite:{}", here.join("enough.db").display());
    let mut command = enough();
    command.args(["serve", "--listen", "127.0.0.1:0", "--database", &database, "--authority", "E06999001"]);
    command.args(["--name", "Example", "--tls-certificate"]).arg(&certificate).arg("--tls-key").arg(&key);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().expect("the service says when it is ready").unwrap();
        if let Some((_, address)) = line.split_once(" is ready at https://127.0.0.1:") {
            break address.to_owned();
        }
    };
    let ask = "import ssl, sys, urllib.request\n\
        with urllib.request.urlopen(f'https://localhost:{sys.argv[1]}/', context=ssl.create_default_context(cafile=sys.argv[2])) as answer:\n\
        \x20   print(answer.status, answer.headers['strict-transport-security'])";
    let said = run(python.arg("-c").arg(ask).arg(&address).arg(&certificate)).stdout;
    assert!(String::from_utf8(said).unwrap().starts_with("200 max-age=63072000"));
    run(Command::new("kill").args(["-TERM", &child.id().to_string()]));
    assert!(child.wait().unwrap().success());
    // A key that is none is refused before anything is promised.
    std::fs::write(&key, "no key").unwrap();
    let refused = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("key.pem"));
}
