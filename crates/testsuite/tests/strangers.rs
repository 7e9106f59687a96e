//! What strangers can do to the service, and what it does when its database goes away. `bench/strangers.py` measures how long that takes.

#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use enough_testsuite::run;
use enough_testsuite::service::Service;

const AUTHORITY: [&str; 4] = ["--authority", "E06999001", "--name", "Example"];

fn service(folder: &std::path::Path, database: &str, more: &[&str]) -> Service {
    Service::start(database, &folder.join("enough.keys"), &[&AUTHORITY, more].concat())
}

fn sqlite(folder: &std::path::Path) -> String {
    format!("sqlite:{}", folder.join("enough.db").display())
}

/// Memory of a process, in KiB.
fn memory(service: &Service) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", service.process())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn wrong_sign_ins_do_not_fill_the_memory_and_are_refused_after_some() {
    let folder = tempfile::tempdir().unwrap();
    // Without a limit to requests: that of attempts is another. Each visitor is said to come from an address of its own.
    let more = ["--rate", "0", "--trust-header", "x-forwarded-for"];
    let service = service(folder.path(), &sqlite(folder.path()), &more);
    let attempt = |from: &str, number: usize| {
        let form = format!("email=stranger{number}%40example.test&password=four+cold+otters+sing");
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Forwarded-For", from)];
        service.ask("POST", "/sign-in", &headers, form.as_bytes()).0
    };
    for number in 0..8 {
        assert!(attempt("192.0.2.1", number).starts_with("HTTP/1.1 200"));
    }
    let before = memory(&service);
    std::thread::scope(|scope| {
        for thread in 0..40 {
            let attempt = &attempt;
            scope.spawn(move || {
                for number in 0..25 {
                    attempt(&format!("198.51.{thread}.{number}"), 1000 * thread + number);
                }
            });
        }
    });
    let after = memory(&service);
    assert!(after * 5 <= before * 6, "{after} KiB after a thousand sign-ins, {before} before");
    // One address: 60 that fail, and then none is looked at any more; others are.
    let refused =
        (0..60).map(|number| attempt("203.0.113.9", number)).filter(|head| head.contains(" 429 ")).count();
    assert_eq!(refused, 0);
    assert!(attempt("203.0.113.9", 0).starts_with("HTTP/1.1 429"));
    assert!(attempt("203.0.113.10", 0).starts_with("HTTP/1.1 200"));
    service.stop();
}

#[test]
fn one_address_does_not_take_all_connections() {
    let folder = tempfile::tempdir().unwrap();
    let service = service(folder.path(), &sqlite(folder.path()), &[]);
    let mut held = Vec::new();
    for _ in 0..1100 {
        let mut one = TcpStream::connect(&service.address).unwrap();
        // Whoever is turned away may not hear it at once.
        let _ = one.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n");
        held.push(one);
    }
    // Those above the limit were closed.
    let is_closed = |one: &mut TcpStream| {
        one.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        match one.read(&mut [0]) {
            Ok(0) => true,
            Err(error) => {
                !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
            }
            Ok(_) => false,
        }
    };
    let open = held.iter_mut().map(is_closed).filter(|closed| !closed).count();
    assert!(open <= 256, "{open} are open");
    // Another address of this machine.
    let page = run(Command::new("python3").args(["-c", ELSEWHERE, &service.address])).stdout;
    assert_eq!(String::from_utf8(page).unwrap().trim(), "200");
    drop(held);
    service.stop();
}

/// Asks for a page from another address of this machine.
const ELSEWHERE: &str = "import http.client, sys
host, port = sys.argv[1].split(':')
connection = http.client.HTTPConnection(host, int(port), timeout=30, source_address=('127.0.0.2', 0))
connection.request('GET', '/sign-in')
print(connection.getresponse().status)";

/// What stands between the service and its database, and can go away.
struct Between {
    port: u16,
    to: String,
    held: Arc<Mutex<Vec<TcpStream>>>,
    stop: Option<Arc<TcpListener>>,
}

impl Between {
    fn new(to: String) -> Self {
        let mut between = Self { port: 0, to, held: Arc::default(), stop: None };
        between.open();
        between
    }

    fn open(&mut self) {
        let listener = Arc::new(TcpListener::bind(("127.0.0.1", self.port)).unwrap());
        self.port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        self.stop = Some(Arc::clone(&listener));
        let (to, held, listener) = (self.to.clone(), Arc::clone(&self.held), Arc::downgrade(&listener));
        std::thread::spawn(move || {
            while let Some(listener) = listener.upgrade() {
                let Ok((near, _)) = listener.accept() else {
                    drop(listener);
                    std::thread::sleep(Duration::from_millis(5));
                    continue;
                };
                near.set_nonblocking(false).unwrap();
                let far = TcpStream::connect(&to).unwrap();
                for (mut a, mut b) in [
                    (near.try_clone().unwrap(), far.try_clone().unwrap()),
                    (far.try_clone().unwrap(), near.try_clone().unwrap()),
                ] {
                    std::thread::spawn(move || std::io::copy(&mut a, &mut b));
                }
                held.lock().unwrap().extend([near, far]);
            }
        });
    }

    fn go_away(&mut self) {
        self.stop = None;
        // Until the one that listens has seen it.
        std::thread::sleep(Duration::from_millis(50));
        for one in self.held.lock().unwrap().drain(..) {
            let _ = one.shutdown(Shutdown::Both);
        }
    }
}

#[test]
fn while_the_database_is_away_it_is_said_and_afterwards_all_is_as_before() {
    let Ok(server) = std::env::var("ENOUGH_TEST_POSTGRES") else {
        assert!(std::env::var_os("ENOUGH_REQUIRE").is_none(), "./test starts a PostgreSQL server");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let name = format!("away_{}", std::process::id());
    run(Command::new("psql").arg(&server).args(["-qc", &format!("CREATE DATABASE {name}")]));
    let (user, host) = server.rsplit_once('/').unwrap().0.rsplit_once('@').unwrap();
    let mut between = Between::new(host.to_owned());
    let database = format!("{user}@127.0.0.1:{}/{name}", between.port);
    let service = service(folder.path(), &database, &[]);
    let status = |path: &str| service.send("GET", path, "", "").0[9..12].to_owned();
    let until = |path: &str, wanted: &str| {
        let mut said = String::new();
        for _ in 0..200 {
            said = status(path);
            if said == wanted {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{path}: {said}, not {wanted}");
    };
    assert_eq!((status("/health").as_str(), status("/tenders").as_str()), ("200", "200"));
    between.go_away();
    until("/health", "503");
    for path in ["/tenders", "/commissioning", "/sign-in?next=/", "/api/v1/contracts"] {
        assert!(["503", "200"].contains(&status(path).as_str()), "{path}");
    }
    assert_eq!(status("/tenders"), "503");
    between.open();
    until("/health", "200");
    until("/tenders", "200");
    service.stop();
}
