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
/// How many letters are taken at once: less than a mail server takes in the time for which they are taken.
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

    /// A letter as it goes on its way. Its number is the same however often it is tried, so that nobody reads it twice.
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

/// Sends what is due, some at a time; gives how many letters were tried.
///
/// # Errors
/// When the database fails. What the mail server does not take is tried again later.
pub async fn send_letters(app: &App) -> Result<usize, StoreError> {
    let Some(mail) = &app.settings().mail else { return Ok(0) };
    let authority = app.authority();
    let letters = authority.take_letters(AT_ONCE).await?;
    let count = letters.len();
    for (id, letter) in letters {
        let at = SystemTime::from(authority.environment().now());
        let (what, for_good) = match mail.message(&id, &letter, at) {
            Err(what) => (what, true),
            Ok(message) => match mail.transport.send(message).await {
                Ok(_) => {
                    authority.letter_sent(&id).await?;
                    continue;
                }
                Err(error) => (error.to_string(), error.is_permanent()),
            },
        };
        // What is kept of a letter that was given up says nothing of whom it was for.
        let what = what.replace(&letter.to, "the address");
        tracing::warn!(letter = id, what, for_good, "a letter could not be sent");
        authority.letter_failed(&id, &what, for_good).await?;
    }
    Ok(count)
}

/// Sends letters, and looks for news to tell, until the service ends.
pub async fn work(app: App, mut ending: Receiver<bool>) {
    if app.settings().mail.is_none() {
        return;
    }
    let mut looked = None::<tokio::time::Instant>;
    loop {
        if looked.is_none_or(|at| at.elapsed() >= NEWS) {
            looked = Some(tokio::time::Instant::now());
            if let Err(error) = post_news(&app).await {
                tracing::error!(%error, "news cannot be told");
            }
        }
        let pause = match send_letters(&app).await {
            Ok(0) => LOOK,
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::error!(%error, "letters cannot be sent");
                PAUSE
            }
        };
        tokio::select! {
            _ = ending.wait_for(|ending| *ending) => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}
