//! The mail server that the service sends letters by.

use std::path::{Path, PathBuf};

use clap::Args;
use enough_web::{Mail, MailServer, Secrecy};

use crate::failure::Failure;

/// How letters are sent.
#[derive(Debug, Clone, Args)]
pub struct ByMail {
    /// Mail server to send letters by: smtps://HOST (TLS), or smtp://HOST (STARTTLS; in clear only on this machine); with :PORT if it is
    /// not 465 or 587. Without it nothing is sent, and nobody is offered news by e-mail
    #[arg(long, value_name = "URL", requires_all = ["mail_from", "public_url"])]
    smtp: Option<String>,
    /// The name of the service there
    #[arg(long, value_name = "NAME", requires_all = ["smtp", "smtp_password_file"])]
    smtp_user: Option<String>,
    /// File with its password there
    #[arg(long, value_name = "FILE", requires = "smtp_user")]
    smtp_password_file: Option<PathBuf>,
    /// Certificate (PEM) of who vouches for the mail server, if nobody known does
    #[arg(long, value_name = "FILE", requires = "smtp")]
    smtp_certificate: Option<PathBuf>,
    /// Whom letters come from, such as "Enough <enough@brindleford.example>"
    #[arg(long, value_name = "ADDRESS", requires = "smtp")]
    mail_from: Option<String>,
}

/// Host, port and secrecy of an address.
fn read(url: &str) -> Option<(String, u16, Secrecy)> {
    let (scheme, rest) = url.split_once("://")?;
    let rest = rest.trim_end_matches('/');
    let (host, port) = match rest.rsplit_once(':') {
        // The colons of an address of version 6 are within brackets.
        Some((host, port)) if !port.contains(']') => (host, Some(port.parse::<u16>().ok()?)),
        _ => (rest, None),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || host.contains(['@', '/', '?', ' ']) {
        return None;
    }
    let (secrecy, usual) = match scheme {
        "smtps" => (Secrecy::Tls, 465),
        "smtp" if ["localhost", "127.0.0.1", "::1"].contains(&host) => (Secrecy::Clear, 25),
        "smtp" => (Secrecy::StartTls, 587),
        _ => return None,
    };
    Some((host.to_owned(), port.unwrap_or(usual), secrecy))
}

fn file(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::Input(format!("{}: {error}", path.display())))
}

impl ByMail {
    /// The way to the mail server, if there is one.
    pub fn mail(&self) -> Result<Option<Mail>, Failure> {
        let (Some(url), Some(from)) = (&self.smtp, &self.mail_from) else { return Ok(None) };
        let Some((host, port, secrecy)) = read(url) else {
            return Err(Failure::Usage(format!(
                "--smtp {url}: write it as smtps://mail.example.org or smtp://mail.example.org:587"
            )));
        };
        let login = match (&self.smtp_user, &self.smtp_password_file) {
            (Some(name), Some(path)) => {
                let password = String::from_utf8(file(path)?)
                    .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
                Some((name.clone(), password.trim().to_owned()))
            }
            _ => None,
        };
        let certificate = self.smtp_certificate.as_deref().map(file).transpose()?;
        let server = MailServer { host, port, secrecy, login, certificate, from: from.clone() };
        Mail::new(&server).map(Some).map_err(Failure::Usage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_how_secret_the_way_is() {
        let told = |url| read(url).map(|(host, port, secrecy)| format!("{host} {port} {secrecy:?}"));
        for (url, is) in [
            ("smtps://mail.example.org", "mail.example.org 465 Tls"),
            ("smtp://mail.example.org/", "mail.example.org 587 StartTls"),
            ("smtp://mail.example.org:25", "mail.example.org 25 StartTls"),
            ("smtp://[::1]:2525", "::1 2525 Clear"),
            ("smtp://localhost", "localhost 25 Clear"),
        ] {
            assert_eq!(told(url).as_deref(), Some(is), "{url}");
        }
        for wrong in
            ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://me:secret@mail.example.org"]
        {
            assert_eq!(told(wrong), None, "{wrong}");
        }
    }
}
