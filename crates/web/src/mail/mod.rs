//! Sends the letters that were posted, by a mail server of the authority (SMTP, RFC 5321).

mod news;

pub use news::post_news;

use std::time::{Duration, SystemTime};

use enough_store::StoreError;
use enough_store::mail::Letter;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as MailTls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::sync::watch::Receiver;

use crate::app::App;

/// How often it is looked whether there is something to send.
const LOOK: Duration = Duration::from_secs(5);
/// How long to wait when the database does not answer.
const PAUSE: Duration = Duration::from_secs(30);
/// How often it is looked whether there is news.
const NEWS: Duration = Duration::from_mins(10);
/// How long the mail server may take for one letter.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many letters are taken at once: with the patience for each, and one more, sooner tried than the time for which they are taken ends.
const AT_ONCE: u64 = 5;

/// How the connection to the mail server is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// TLS after a greeting in clear (STARTTLS, RFC 3207), and nothing without it.
    StartTls,
    /// In clear: only for a mail server on the same machine.
    Clear,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept secret.
    pub secrecy: Secrecy,
    /// The name and the password of the service there, if it needs them.
    pub login: Option<(String, String)>,
    /// The certificate (PEM) of who vouches for it, if nobody known does.
    pub certificate: Option<Vec<u8>>,
    /// Whom letters come from, such as `Enough <enough@brindleford.example>`.
    pub from: String,
}

/// The way to a mail server.
#[derive(Debug, Clone)]
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mail {
    /// A way to a mail server; nothing is sent yet.
    ///
    /// # Errors
    /// With what is wrong with the sender or the certificate.
    pub fn new(server: &MailServer) -> Result<Self, String> {
        let from = server.from.parse().map_err(|error| format!("{:?} is no sender: {error}", server.from))?;
        let parameters = || {
            let mut tls = TlsParameters::builder(server.host.clone());
            if let Some(pem) = &server.certificate {
                let certificate = Certificate::from_pem(pem);
                tls = tls.add_root_certificate(
                    certificate.map_err(|error| format!("the mail server's certificate: {error}"))?,
                );
            }
            tls.build().map_err(|error| format!("no secret connection to a mail server: {error}"))
        };
        let tls = match server.secrecy {
            Secrecy::Tls => MailTls::Wrapper(parameters()?),
            Secrecy::StartTls => MailTls::Required(parameters()?),
            Secrecy::Clear => MailTls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((name, password)) = &server.login {
            transport = transport.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(Self { transport: transport.build(), from })
    }

    /// A letter as it goes on its way. Its number is the same however often it is tried, so that mail programs can see that it is one.
    fn message(&self, id: &str, letter: &Letter, at: SystemTime) -> Result<Message, String> {
        let header =
            |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        let wrong = |error: &dyn std::fmt::Display| format!("it is no letter: {error}");
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(letter.to.parse().map_err(|error: lettre::address::AddressError| wrong(&error))?)
            .subject(letter.subject.clone())
            .date(at)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            // No holiday notices in return (RFC 3834).
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(end) = &letter.end {
            // One click in the mail program ends them (RFC 2369 and RFC 8058).
            message = message
                .raw_header(header("List-Unsubscribe", format!("<{end}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        message.header(ContentType::TEXT_PLAIN).body(letter.text.clone()).map_err(|error| wrong(&error))
    }
}

/// What came of an attempt: what to keep of it, and whether it can never succeed.
struct Failed {
    what: String,
    for_good: bool,
}

impl Failed {
    fn later(what: impl ToString) -> Self {
        Self { what: what.to_string(), for_good: false }
    }
}

/// The enhanced status code of a reply (RFC 3463), such as `5.1.1`, if it has one.
fn enhanced(reply: &str) -> Option<&str> {
    let is_code = |word: &&str| {
        let parts: Vec<&str> = word.split('.').collect();
        parts.len() == 3
            && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    reply.split_whitespace().find(is_code)
}

/// Whether a reply says that nobody ever gets a letter at this address. What the mail server has against us (a password, a sender, a
/// policy) can be mended, and the letter waits for it.
fn is_final(code: u16, reply: &str) -> bool {
    match enhanced(reply) {
        // An address or a letter box that is not there; 5.1.7 and 5.1.8 are about the sender.
        Some("5.1.7" | "5.1.8") => false,
        Some(status) => status.starts_with("5.1.") || status.starts_with("5.2."),
        None => matches!(code, 550 | 551 | 553),
    }
}

/// What is kept of a failure: replies of mail servers without their words, which may name whom the letter is for.
fn failed(error: &lettre::transport::smtp::Error) -> Failed {
    let words = error.to_string();
    match error.status().map(|code| code.to_string().parse::<u16>().unwrap_or_default()) {
        Some(code) => {
            let status = enhanced(&words).map_or_else(String::new, |status| format!(" {status}"));
            Failed {
                what: format!("The mail server answered {code}{status}"),
                for_good: is_final(code, &words),
            }
        }
        None => Failed::later(words),
    }
}

async fn send(mail: &Mail, message: Message) -> Result<(), Failed> {
    // The time that lettre takes bounds the connection alone.
    match tokio::time::timeout(PATIENCE, mail.transport.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(failed(&error)),
        Err(_) => Err(Failed::later("The mail server did not answer in time")),
    }
}

/// Whether the mail server is there and takes our word: if not, that is no letter's fault.
async fn is_there(mail: &Mail) -> Result<(), Failed> {
    match tokio::time::timeout(PATIENCE, mail.transport.test_connection()).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(Failed::later("The mail server hung up")),
        Ok(Err(error)) => Err(Failed { for_good: false, ..failed(&error) }),
        Err(_) => Err(Failed::later("The mail server did not answer in time")),
    }
}

/// Sends what is due, some at a time; gives how many letters were tried.
///
/// # Errors
/// When the database fails. What the mail server does not take is tried again later.
pub async fn send_letters(app: &App) -> Result<usize, StoreError> {
    let Some(mail) = &app.settings().mail else { return Ok(0) };
    let authority = app.authority();
    let letters = authority.take_letters(AT_ONCE).await?;
    let there = if letters.is_empty() { Ok(()) } else { is_there(mail).await };
    let count = letters.len();
    for (id, letter) in letters {
        let at = SystemTime::from(authority.environment().now());
        let came = match (&there, mail.message(&id, &letter, at)) {
            (_, Err(what)) => Err(Failed { what, for_good: true }),
            (Err(away), _) => Err(Failed::later(&away.what)),
            (Ok(()), Ok(message)) => send(mail, message).await,
        };
        match came {
            Ok(()) => authority.letter_sent(&id).await?,
            Err(Failed { what, for_good }) => {
                tracing::warn!(letter = id, what, for_good, "a letter could not be sent");
                authority.letter_failed(&id, &what, for_good).await?;
            }
        }
    }
    Ok(count)
}

/// Sends letters as they become due.
async fn keep_sending(app: &App) {
    loop {
        let pause = match send_letters(app).await {
            Ok(0) => LOOK,
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::error!(%error, "letters cannot be sent");
                PAUSE
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Looks for news to tell.
async fn keep_telling(app: &App) {
    loop {
        if let Err(error) = post_news(app).await {
            tracing::error!(%error, "news cannot be told");
        }
        tokio::time::sleep(NEWS).await;
    }
}

/// Sends letters, and looks for news to tell, until the service ends: a letter under way then is tried again by the next process.
pub async fn work(app: App, mut ending: Receiver<bool>) {
    if app.settings().mail.is_none() {
        return;
    }
    tokio::select! {
        _ = ending.wait_for(|ending| *ending) => {}
        () = keep_sending(&app) => {}
        () = keep_telling(&app) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_that_nobody_is_there_is_final() {
        for (code, reply, is) in [
            (550, "5.1.1 <a@b.test>: nobody has this address", true),
            (550, "no such user", true),
            (552, "5.2.2 mailbox full", true),
            (550, "5.7.1 this sender may not", false),
            (553, "5.1.8 unknown sender", false),
            (535, "5.7.8 wrong password", false),
            (554, "no service here", false),
        ] {
            assert_eq!(is_final(code, reply), is, "{code} {reply}");
        }
    }
}
