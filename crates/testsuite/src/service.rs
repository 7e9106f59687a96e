//! The built service, running, and asked over the network.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::{enough, run, words};

/// A port of this machine that nobody listens at, with the host.
///
/// # Panics
/// When there is none.
pub fn free_port() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A running service.
pub struct Service {
    child: Child,
    /// Where it listens: host and port.
    pub address: String,
    /// What it printed before it was ready.
    pub said: Vec<String>,
}

impl Service {
    /// Starts it on a port that is free.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(database: &str, keys: &Path, more: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", database, keys, more)
    }

    /// Starts it at an address.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_at(listen: &str, database: &str, keys: &Path, more: &[&str]) -> Self {
        let mut child = enough()
            .args(["serve", "--listen", listen, "--database", database, "--keys"])
            .arg(keys)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = Vec::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the service says when it is ready").unwrap();
            if let Some((_, address)) = line.split_once(" is ready at http://") {
                break address.to_owned();
            }
            said.push(line);
        };
        Self { child, address, said }
    }

    /// The id of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Head and body of an answer.
    ///
    /// # Panics
    /// When there is none.
    pub fn send(&self, method: &str, path: &str, cookie: &str, body: &str) -> (String, String) {
        let headers = [("Cookie", cookie), ("Content-Type", "application/x-www-form-urlencoded")];
        self.ask(method, path, &headers, body.as_bytes())
    }

    /// Head and body of an answer to a request with these headers.
    ///
    /// # Panics
    /// When there is none.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let headers: Vec<String> =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{}Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.address,
            headers.concat(),
            body.len()
        )
        .unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    /// The cookie of one of the demonstration's people, by role.
    ///
    /// # Panics
    /// When they cannot sign in.
    pub fn signed_in(&self, credentials: &Path, role: &str) -> String {
        let at = words(credentials, "role").iter().position(|known| known == role).unwrap();
        let (email, password) = (&words(credentials, "email")[at], &words(credentials, "password")[at]);
        let (head, _) = self.send("POST", "/sign-in", "", &format!("email={email}&password={password}"));
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// An access key of one of the demonstration's people, made on the page.
    ///
    /// # Panics
    /// When there is none on it.
    pub fn key(&self, credentials: &Path, role: &str) -> String {
        let cookie = self.signed_in(credentials, role);
        let form = "name=A+script&days=1&may_change=yes";
        let (_, page) = self.send("POST", "/account/access-keys", &cookie, form);
        page[page.find("enough_").unwrap()..].split('<').next().unwrap().to_owned()
    }

    /// The body of a page that must be there.
    ///
    /// # Panics
    /// When it is not.
    pub fn get(&self, path: &str) -> String {
        let (head, body) = self.send("GET", path, "", "");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
        body
    }

    /// Ends it as systemd does; it must end by itself and well.
    ///
    /// # Panics
    /// When it does not.
    pub fn stop(mut self) {
        run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]));
        assert!(self.child.wait().unwrap().success());
    }
}
