//! The process that writes is killed again and again, its disk is full, whoever asked goes away: what was acknowledged is there, nothing is
//! there by half, the log is whole.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Lines, Write};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use enough_store::audit::{Actor, Event};
use enough_store::testing::{AUTHORITY, Empty};
use enough_store::{Address, Environment, Store};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

#[derive(FromQueryResult)]
struct Row {
    name: String,
}

fn address_of(address: &Address) -> String {
    match address {
        Address::Sqlite(file) => format!("sqlite:{}", file.display()),
        Address::Postgres(_, text) => text.clone(),
    }
}

/// A process that writes, and what it said.
struct Writer {
    process: Child,
    out: Lines<BufReader<ChildStdout>>,
    acknowledged: Vec<String>,
    refused: usize,
}

impl Writer {
    fn start(address: &str, run: usize) -> Self {
        let mut writer = std::env::current_exe().unwrap();
        writer.pop();
        writer.pop();
        let mut process = Command::new(writer.join("examples/writer"))
            .args([address, &run.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, out, acknowledged: Vec::new(), refused: 0 }
    }

    /// Hears what it says until so many more records were acknowledged and refused; gives whether it came to that, before it was refused
    /// without end.
    fn hear(&mut self, acknowledged: usize, refused: usize) -> bool {
        let (acknowledged, refused) = (self.acknowledged.len() + acknowledged, self.refused + refused);
        let without_end = self.refused + 3000;
        while self.acknowledged.len() < acknowledged || self.refused < refused {
            if self.refused > without_end {
                return false;
            }
            let Some(line) = self.out.next() else { return false };
            self.take(line.unwrap());
        }
        true
    }

    fn take(&mut self, line: String) {
        match line.strip_prefix('!') {
            Some(_) => self.refused += 1,
            None => self.acknowledged.push(line),
        }
    }

    /// Kills it in the middle of whatever it does, and hears what it had still said.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        while let Some(line) = self.out.next() {
            // The last word may be cut short.
            if let Ok(line) = line
                && line.trim_start_matches('!').split(' ').next().unwrap().split('.').count() == 3
            {
                self.take(line);
            }
        }
        self.process.wait().unwrap();
    }
}

/// What is in the database: all that was acknowledged, nothing by half, and a whole log. Records that were not acknowledged may be there:
/// they were being kept when the process was killed.
async fn compare(store: &Store, acknowledged: &HashSet<String>) {
    let authority = store.authority(AUTHORITY, "Example").await.unwrap();
    // A commit that the server has received from the one that was killed may still be under way: it is waited for.
    drop(authority.begin(&Actor::default()).await.unwrap());
    let whole = authority.verify(&[]).await.unwrap().unwrap();
    let rows = Statement::from_string(store.read().get_database_backend(), "SELECT name FROM drill");
    let rows = Row::find_by_statement(rows).all(store.read()).await.unwrap();
    let names: HashSet<String> = rows.into_iter().map(|row| row.name).collect();
    assert_eq!(names.len() as u64, 2 * whole.size, "two records for each entry, {}", store.address());
    let is_there =
        |name: &&String| names.contains(&format!("{name}a")) && names.contains(&format!("{name}b"));
    let missing: Vec<&String> = acknowledged.iter().filter(|name| !is_there(name)).collect();
    assert!(
        missing.is_empty(),
        "{} of {} acknowledged are missing: {missing:?}",
        missing.len(),
        acknowledged.len()
    );
}

async fn drill_table(store: &Store) {
    store.authority(AUTHORITY, "Example").await.unwrap();
    store.read().execute_unprepared("CREATE TABLE drill (name TEXT PRIMARY KEY)").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    for empty in Empty::each().await {
        let store = empty.store().await;
        drill_table(&store).await;
        store.close().await.unwrap();
        let mut acknowledged = HashSet::new();
        for run in 0..12 {
            let mut writer = Writer::start(&address_of(&empty.address), run);
            // Each run ends at another place; the wait lands it between acknowledgements.
            assert!(writer.hear(40 + 23 * run, 0), "it was killed while it wrote");
            std::thread::sleep(Duration::from_micros(137 * run as u64));
            writer.kill();
            assert_eq!(writer.refused, 0);
            acknowledged.extend(writer.acknowledged);
            let store = empty.store().await;
            compare(&store, &acknowledged).await;
            store.authority(AUTHORITY, "Example").await.unwrap().checkpoint().await.unwrap();
            store.close().await.unwrap();
        }
        assert!(acknowledged.len() > 1000, "{}", acknowledged.len());
    }
}

/// A small disk that is filled to the last byte, and has room again.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// One of those that `scripts/with-small-disk` gives.
    fn find(name: &str) -> Option<Self> {
        let folder = std::env::var_os("ENOUGH_TEST_SMALL_DISKS");
        assert!(
            folder.is_some() || std::env::var_os("ENOUGH_REQUIRE").is_none(),
            "ENOUGH_TEST_SMALL_DISKS must name small disks; ./test makes them"
        );
        folder.map(|folder| Self(PathBuf::from(folder).join(name)))
    }

    /// Takes all the room but so many bytes.
    fn fill(&self, left: u64) {
        let mut filler = File::create(self.0.join("filler")).unwrap();
        for part in [1 << 20, 1 << 12] {
            while filler.write_all(&vec![1; part]).is_ok() {}
        }
        let bytes = filler.metadata().unwrap().len();
        filler.set_len(bytes.saturating_sub(left)).unwrap();
    }

    fn give_room(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }

    /// A hundred times the room is taken while records are written, given again, and the process killed. `recover` does what whoever runs
    /// the database would do then.
    async fn drill(&self, address: &Address, recover: impl Fn()) {
        let open = || Store::create(address, Empty::keys(), Environment::system());
        let store = open().await.unwrap();
        drill_table(&store).await;
        store.close().await.unwrap();
        let mut acknowledged = HashSet::new();
        for run in 0..100 {
            let mut writer = Writer::start(&address_of(address), run);
            assert!(writer.hear(10 + run % 7, 0), "round {run}: it writes");
            // Each round runs out of room at another place.
            self.fill(4096 * (run as u64 % 11));
            assert!(writer.hear(0, 10), "round {run}: it is refused and goes on");
            self.give_room();
            recover();
            assert!(writer.hear(20, 0), "round {run}: there is room again, and nothing can be written");
            std::thread::sleep(Duration::from_micros(97 * run as u64));
            writer.kill();
            acknowledged.extend(writer.acknowledged);
            if run % 10 == 9 {
                let store = open().await.unwrap();
                compare(&store, &acknowledged).await;
                store.close().await.unwrap();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_disk_of_a_file_is_full() {
    let Some(disk) = SmallDisk::find("sqlite") else { return };
    disk.drill(&Address::Sqlite(disk.0.join("enough.db")), || ()).await;
}

/// A server of its own on a small disk.
struct Server {
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// A program of PostgreSQL's, which refuses to run as root.
    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        let as_postgres = std::fs::metadata("/proc/self").unwrap().uid() == 0;
        let mut command = Command::new(if as_postgres { "runuser" } else { program });
        if as_postgres {
            let place = std::env::split_paths(&std::env::var_os("PATH").unwrap())
                .map(|folder| folder.join(program))
                .find(|file| file.exists());
            command
                .args(["-u", "postgres", "--"])
                .arg(place.expect("./test puts PostgreSQL's programs into PATH"));
        }
        command.arg("-D").arg(self.folder.join("data")).args(arguments);
        command
            .current_dir(&self.folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    }

    fn start(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_wal_size=48MB -c min_wal_size=32MB",
            self.port
        );
        let log = self.folder.join("log");
        assert!(self.run("pg_ctl", &["-w", "-s", "-l", log.to_str().unwrap(), "-o", &options, "start"]));
    }

    /// A server that cannot go on ends itself: it is started again.
    fn recover(&self) {
        if !self.run("pg_ctl", &["status"]) {
            self.start();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("pg_ctl", &["-m", "immediate", "stop"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_disk_of_a_server_is_full() {
    let Some(disk) = SmallDisk::find("postgres") else { return };
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = Server { folder: disk.0.clone(), port };
    assert!(server.run("initdb", &["-U", "enough", "--auth", "trust", "--encoding", "UTF8", "--no-sync"]));
    server.start();
    let address = format!("postgres://enough@127.0.0.1:{port}/postgres").parse().unwrap();
    disk.drill(&address, || server.recover()).await;
}

/// Whoever asked goes away in the middle of a change, at any place; what was said to be kept is there.
#[tokio::test(flavor = "multi_thread")]
async fn changes_that_are_given_up_in_the_middle_take_nothing_with_them() {
    for empty in Empty::each().await {
        let store = empty.store().await;
        drill_table(&store).await;
        let authority = store.authority(AUTHORITY, "Example").await.unwrap();
        let mut acknowledged = HashSet::new();
        for number in 0..300_u64 {
            let name = format!("0.0.{number}");
            let (of, written) = (authority.clone(), name.clone());
            let task = tokio::spawn(async move {
                let mut change = of.begin(&Actor::service("drill")).await?;
                for half in ["a", "b"] {
                    let sql = format!("INSERT INTO drill (name) VALUES ('{written}{half}')");
                    change.tx().execute_unprepared(&sql).await?;
                }
                change.log(Event::new("drill.write", format!("drill:{written}")));
                change.commit().await
            });
            // A few are given a second, so that some are kept on any machine.
            let given = if number % 50 == 49 { 1_000_000 } else { number * 37 % 3000 };
            tokio::time::sleep(Duration::from_micros(given)).await;
            task.abort();
            if let Ok(done) = task.await {
                done.unwrap();
                acknowledged.insert(name);
            }
        }
        assert!(!acknowledged.is_empty() && acknowledged.len() < 300, "{}", acknowledged.len());
        // The next one is kept, and nothing that was given up is open still.
        authority.note(&Actor::default(), Event::new("drill.end", "drill")).await.unwrap();
        store.close().await.unwrap();
        let store = empty.store().await;
        store.read().execute_unprepared("INSERT INTO drill (name) VALUES ('a'), ('b')").await.unwrap();
        compare(&store, &acknowledged).await;
    }
}

/// SQLite ends a transaction by itself when the disk is full or a file cannot be written: the driver does not know.
#[tokio::test]
async fn after_a_transaction_that_the_database_ended_by_itself_changes_are_kept() {
    for empty in Empty::each().await {
        let store = empty.store().await;
        let authority = store.authority(AUTHORITY, "Example").await.unwrap();
        for is_committed in [true, false, true, false] {
            let mut change = authority.begin(&Actor::default()).await.unwrap();
            change.log(Event::new("drill.write", "drill"));
            change.tx().execute_unprepared("ROLLBACK").await.unwrap();
            if is_committed {
                assert!(change.commit().await.is_err());
            } else {
                drop(change);
            }
        }
        for _ in 0..3 {
            authority.note(&Actor::default(), Event::new("drill.end", "drill")).await.unwrap();
            store.is_well().await.unwrap();
        }
        store.close().await.unwrap();
        let store = empty.store().await;
        let whole = store.authority(AUTHORITY, "Example").await.unwrap().verify(&[]).await.unwrap().unwrap();
        assert_eq!(whole.size, 3, "{}", empty.address);
    }
}

/// PostgreSQL answers `COMMIT` of a transaction in which something failed with a rollback, and with no error.
#[tokio::test]
async fn a_commit_that_was_none_is_told() {
    for empty in Empty::each().await {
        let store = empty.store().await;
        let authority = store.authority(AUTHORITY, "Example").await.unwrap();
        let mut change = authority.begin(&Actor::default()).await.unwrap();
        change.log(Event::new("drill.write", "drill"));
        change.tx().execute_unprepared("SELECT * FROM nothing_of_this_name").await.unwrap_err();
        let is_kept = change.commit().await.is_ok();
        store.close().await.unwrap();
        let store = empty.store().await;
        let size =
            store.authority(AUTHORITY, "Example").await.unwrap().verify(&[]).await.unwrap().unwrap().size;
        assert_eq!(is_kept, size == 1, "{}", empty.address);
    }
}
