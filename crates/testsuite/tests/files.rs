//! A newer register is brought over the API by a program, looked at, used and put back.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use enough_testsuite::service::Service;
use enough_testsuite::{enough, run};
use serde_json::Value;

struct Program<'a> {
    service: &'a Service,
    key: String,
}

impl Program<'_> {
    fn ask(&self, method: &str, path: &str, body: &[u8]) -> (String, Value) {
        let bearer = format!("Bearer {}", self.key);
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/octet-stream")];
        let (head, body) = self.service.ask(method, path, &headers, body);
        let status = head.split(' ').nth(1).unwrap().to_owned();
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    /// Asks until something is so.
    fn wait(&self, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let (_, value) = self.ask("GET", path, b"");
            if is_so(&value) {
                return value;
            }
            assert!(begun.elapsed() < Duration::from_mins(2), "{path}: {value}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn bring(&self, kind: &str, name: &str, content: &[u8]) -> Value {
        let (status, file) =
            self.ask("POST", &format!("/api/v1/data-files?kind={kind}&name={name}"), content);
        assert_eq!(status, "202", "{file}");
        let path = format!("/api/v1/data-files/{}", file["id"].as_str().unwrap());
        self.wait(&path, |file| file["state"] != "looking")
    }

    /// Does something after which the answer is worked out anew; gives the new answer.
    fn answer_after(&self, path: &str) -> Value {
        let (status, job) = self.ask("POST", path, b"");
        assert_eq!(status, "202", "{job}");
        let path = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
        let job = self.wait(&path, |job| ["done", "failed"].contains(&job["state"].as_str().unwrap()));
        assert_eq!(job["state"], "done", "{job}");
        // An answer is shown from memory for a second.
        self.wait("/api/v1/answer", |answer| answer["sentence"] == job["result"])
    }
}

#[test]
fn a_newer_register_is_looked_at_used_and_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let data = here.join("data");
    let (keys, credentials) = (here.join("enough.keys"), here.join("people.csv"));
    let database = format!("sqlite:{}", here.join("enough.db").display());
    run(enough().arg("example").arg("--out").arg(&data));
    run(enough()
        .args(["assess", "--authority", "E06999001", "--database", &database, "--data"])
        .arg(&data)
        .arg("--keys")
        .arg(&keys)
        .arg("--out")
        .arg(here.join("out")));
    let more = ["--demonstration", "--credentials", credentials.to_str().unwrap(), "--data"];
    let service = Service::start(&database, &keys, &[&more[..], &[data.to_str().unwrap()]].concat());
    let program = Program { service: &service, key: service.key(&credentials, "commissioner") };
    let (_, before) = program.ask("GET", "/api/v1/answer", b"");

    // A register in which two large nurseries have closed, and a row is no row.
    let register = data.join(
        "Management_information_-_childcare_providers_and_inspections_-_childcare_provider_data_as_at_30_June_2026.csv",
    );
    let text = std::fs::read_to_string(&register).unwrap();
    let (heading, rows) = text.split_once('\n').unwrap();
    let places = heading.split(',').position(|name| name.contains("Places")).unwrap();
    let number = |row: &str| row.split(',').nth(places).and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(number(row)));
    let cells: Vec<&str> = rows[2].split(',').collect();
    let odd: Vec<&str> =
        cells.iter().enumerate().map(|(at, cell)| if at == places { "many" } else { cell }).collect();
    let newer = format!("{heading}\n{}\n{}\n", odd.join(","), rows[3..].join("\n"));
    let name = "Childcare_providers_and_inspections_2026-08-31.csv";
    let file = program.bring("ofsted", name, newer.as_bytes());
    assert_eq!(file["state"], "ready", "{file}");
    let changes = &file["changes"];
    assert_eq!(changes["answer_before"], before["sentence"]);
    assert!(changes["settings_gone"].as_u64().unwrap() >= 2, "{changes}");
    assert_eq!(changes["settings_new"], 0);
    assert_eq!(changes["unused"][0]["rows"], 1, "{changes}");
    assert_eq!(program.ask("GET", "/api/v1/answer", b"").1, before, "nothing changes yet");

    let id = file["id"].as_str().unwrap();
    let after = program.answer_after(&format!("/api/v1/data-files/{id}/use"));
    assert_eq!(after["sentence"], changes["answer_after"]);
    assert_eq!(after["supply_date"], "2026-08-31");
    assert_ne!(after["sentence"], before["sentence"]);
    let (status, refusal) = program.ask("DELETE", &format!("/api/v1/data-files/{id}"), b"");
    assert_eq!(status, "409", "what is used is not thrown away: {refusal}");
    let again = program.answer_after(&format!("/api/v1/data-files/{id}/put-back"));
    assert_eq!(again["sentence"], before["sentence"]);

    // Used again, replaced by a newer one, which is put back: what was used before it is used again.
    program.answer_after(&format!("/api/v1/data-files/{id}/use"));
    let newest = newer.replacen(&format!("{}\n", rows[3]), "", 1);
    let name = "Childcare_providers_and_inspections_2026-10-31.csv";
    let other = program.bring("ofsted", name, newest.as_bytes());
    let other_id = other["id"].as_str().unwrap();
    assert_ne!(other["changes"]["answer_after"], after["sentence"], "{other}");
    // Looked at while the first is used; it must be looked at again when that is not so any more.
    let deciles = std::fs::read(data.join("File_7_IoD2025.csv")).unwrap();
    let third = program.bring("deprivation", "File_7_IoD2026.csv", &deciles);
    let third_id = third["id"].as_str().unwrap();
    program.answer_after(&format!("/api/v1/data-files/{other_id}/use"));
    let first = format!("/api/v1/data-files/{id}");
    assert_eq!(program.ask("GET", &first, b"").1["state"], "replaced");
    assert_eq!(program.ask("POST", &format!("/api/v1/data-files/{third_id}/use"), b"").0, "409");
    assert_eq!(program.ask("POST", &format!("/api/v1/data-files/{third_id}/look"), b"").0, "202");
    program.wait(&format!("/api/v1/data-files/{third_id}"), |file| file["state"] == "ready");
    let as_before = program.answer_after(&format!("/api/v1/data-files/{other_id}/put-back"));
    assert_eq!(as_before["sentence"], after["sentence"]);
    assert_eq!(program.ask("GET", &first, b"").1["state"], "used");
    program.answer_after(&format!("{first}/put-back"));
    assert_eq!(program.ask("DELETE", &first, b"").0, "204");
    assert_eq!(program.ask("POST", &format!("{first}/use"), b"").0, "409");

    // What is no register says so, without telling where it lies on the machine.
    let wrong = program.bring("ofsted", "letters.csv", b"a,b\n1,2\n");
    let reason = wrong["reason"].as_str().unwrap();
    assert!(reason.starts_with("letters.csv is not") && !reason.contains("/tmp"), "{reason}");
    // Thrown away, it harms nothing.
    let path = format!("/api/v1/data-files/{}", wrong["id"].as_str().unwrap());
    assert_eq!(program.ask("DELETE", &path, b"").0, "204");
    let (status, list) = program.ask("GET", "/api/v1/data-files", b"");
    assert_eq!((status.as_str(), &list["total"]), ("200", &Value::from(4)), "{list}");
    let shapes = program.bring(
        "boundaries",
        "LSOA21_BGC_2026.geojson",
        b"{\"type\":\"FeatureCollection\",\"features\":[]}",
    );
    assert_eq!(shapes["state"], "failed", "{shapes}");
    for (kind, name) in [("king", "a.csv"), ("ofsted", "a.exe"), ("ofsted", "..%2F..%2Fa")] {
        let (status, _) = program.ask("POST", &format!("/api/v1/data-files?kind={kind}&name={name}"), b"x");
        assert_eq!(status, "409", "{kind} {name}");
    }
    service.stop();
}
