//! `enough serve`: the service on an address.

mod demonstration;
mod mail;

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use enough_assessments::study::{Model, Question};
use enough_assessments::travel::Mode;
use enough_kernel::AreaCode;
use enough_store::accounts::Site;
use enough_store::audit::Actor;
use enough_store::{Authority, Store};
use enough_web::{App, Desk, Provider, Settings, Tls};
use tracing_subscriber::EnvFilter;

use crate::database::{Place, authority, block_on};
use crate::failure::Failure;

/// The prefix of ocids that is nobody's.
pub const OCID_PREFIX: &str = "ocds-000000";

/// Start the service
///
/// Makes the database and its keys if they are not there. While nobody has an account, a link to set the service up is printed: it
/// opens once, for a day. The address is printed when the service is ready; it stops on Ctrl-C and SIGTERM.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The authority that the service is for [default: the only one in the database]
    #[arg(long, value_name = "CODE")]
    authority: Option<AreaCode>,
    /// Its name, for a database that does not have it yet
    #[arg(long, value_name = "NAME", requires = "authority")]
    name: Option<String>,
    /// Folder of published files, to answer other questions than the one that was kept: other ages, modes, minutes, targets
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(flatten)]
    model: Model,
    /// How families travel that --speed is for
    #[arg(long, value_enum, default_value = "walk")]
    mode: Mode,
    /// Folder for backups that are asked for in the service; it must be there
    #[arg(long, value_name = "DIR")]
    backups: Option<PathBuf>,
    /// Certificate for HTTPS (PEM), with those between it and a known one; without it a proxy in front speaks HTTPS
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Its key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Provider of accounts that people can sign in with (OpenID Connect): its address as its tokens name it
    #[arg(long, value_name = "URL", requires_all = ["oidc_client", "oidc_secret_file", "public_url"])]
    oidc_issuer: Option<String>,
    /// The name of this service there (client id)
    #[arg(long, value_name = "ID", requires = "oidc_issuer")]
    oidc_client: Option<String>,
    /// File with its password there (client secret)
    #[arg(long, value_name = "FILE", requires = "oidc_issuer")]
    oidc_secret_file: Option<PathBuf>,
    /// The provider is the authority's own and gives nobody an address that is not theirs: take addresses that it does not call verified
    #[arg(long, requires = "oidc_issuer")]
    oidc_trust_email: bool,
    /// What people call their accounts there
    #[arg(long, value_name = "TEXT", default_value = "your work account", requires = "oidc_issuer")]
    oidc_label: String,
    /// The address of this service as browsers know it, with https:// before it
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    #[command(flatten)]
    mail: mail::ByMail,
    /// Prefix of ocids under which contracting is published; the Open Contracting Partnership gives one out, this one is nobody's
    #[arg(long, value_name = "PREFIX", default_value = OCID_PREFIX)]
    ocid_prefix: String,
    /// Scheme and id of the authority in a register of organisations, as its releases name the buyer, such as GB-LAE-MAN
    #[arg(long, value_name = "ID", value_parser = buyer)]
    buyer: Option<(String, String)>,
    /// Requests a second that one address may send, and four times as many at once; 0 is no limit
    #[arg(long, value_name = "N", default_value = "50")]
    rate: u32,
    /// Browsers reach the service by HTTPS only, through a proxy in front: cookies are never sent in clear
    #[arg(long)]
    https: bool,
    /// Header in which the proxy in front gives the address of whoever asks, such as x-forwarded-for; believed only if named here
    #[arg(long, value_name = "HEADER")]
    trust_header: Option<String>,
    /// For trying it out: made-up people of every role, and a password alone lets them in. Never with real records
    #[arg(long)]
    demonstration: bool,
    /// Write the made-up people's new passwords to this file, as role,email,password
    #[arg(long, value_name = "FILE", requires = "demonstration")]
    credentials: Option<PathBuf>,
}

/// The scheme and the id of a buyer.
fn buyer(text: &str) -> Result<(String, String), String> {
    let parts: Vec<&str> = text.splitn(3, '-').collect();
    match parts[..] {
        [country, list, id] if !id.is_empty() => Ok((format!("{country}-{list}"), id.to_owned())),
        _ => Err(format!("{text:?} is no scheme and id; write it as GB-LAE-MAN")),
    }
}

/// The authority asked for; makes it when it is named and not there.
async fn named(arguments: &Arguments, store: &Store) -> Result<Authority, Failure> {
    let code = arguments.authority.map(|code| code.to_string());
    match (&code, &arguments.name) {
        (Some(code), Some(name)) => Ok(store.authority(code, name).await?),
        _ => authority(store, code.as_deref()).await,
    }
}

impl Arguments {
    /// The provider of accounts elsewhere, if there is one.
    fn provider(&self) -> Result<Option<Provider>, Failure> {
        let (Some(issuer), Some(client), Some(file), Some(public)) =
            (&self.oidc_issuer, &self.oidc_client, &self.oidc_secret_file, &self.public_url)
        else {
            return Ok(None);
        };
        let is_safe = |url: &str| {
            let here = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
            url.starts_with("https://") || here.iter().any(|here| url.starts_with(here))
        };
        if let Some(url) = [issuer, public].into_iter().find(|url| !is_safe(url)) {
            return Err(Failure::Usage(format!(
                "{url}: others could read along; it must begin with https://"
            )));
        }
        let secret = std::fs::read_to_string(file)
            .map_err(|error| Failure::Input(format!("{}: {error}", file.display())))?;
        Ok(Some(Provider {
            issuer: issuer.clone(),
            client: client.clone(),
            secret: secret.trim().to_owned(),
            trust_email: self.oidc_trust_email,
            public: public.trim_end_matches('/').to_owned(),
            label: self.oidc_label.clone(),
        }))
    }

    /// The address that passkeys are for: the public one, or this machine's by its name, which browsers take for safe.
    fn site(&self, here: &str) -> Option<Site> {
        let named = here.replace("127.0.0.1", "localhost").replace("[::1]", "localhost");
        let address = self.public_url.as_ref().unwrap_or(&named);
        Site::new(address)
            .inspect_err(|reason| tracing::warn!(address, reason, "there are no passkeys at this address"))
            .ok()
    }

    /// Certificate and key, if the service itself speaks HTTPS.
    async fn tls(&self) -> Result<Option<Tls>, Failure> {
        let (Some(certificate), Some(key)) = (&self.tls_certificate, &self.tls_key) else { return Ok(None) };
        let tls = Tls::read(certificate, key).await;
        tls.map(Some).map_err(|error| {
            Failure::Input(format!("{} and {}: {error}", certificate.display(), key.display()))
        })
    }

    /// Where other questions are answered, with the folder given.
    fn desk(&self, authority: &Authority) -> Result<Option<Desk>, Failure> {
        let Some(folder) = self.data.as_deref() else { return Ok(None) };
        let data = crate::data::find(Some(folder))?;
        let code = authority.code().parse().map_err(|error| Failure::Input(format!("{error}")))?;
        let question = Question { model: self.model.clone(), mode: self.mode, ..Question::about(code)? };
        Ok(Some(Desk::new(data, question)))
    }
}

#[allow(clippy::print_stdout)]
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn"));
    // Another part of the process may have set one already; then that one is used.
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    if let Some(folder) = arguments.backups.as_deref().filter(|folder| !folder.is_dir()) {
        return Err(Failure::Usage(format!("--backups {}: there is no such folder", folder.display())));
    }
    if let Some(folder) = &arguments.backups {
        enough_store::backup::sweep(folder);
    }
    let in_clear = arguments.tls_certificate.is_none() && !arguments.https;
    if in_clear && !arguments.demonstration && !arguments.listen.ip().is_loopback() {
        return Err(Failure::Usage(format!(
            "--listen {}: others could read along; give --tls-certificate and --tls-key, or --https with a proxy in front",
            arguments.listen
        )));
    }
    let (mail, provider) = (arguments.mail.mail()?, arguments.provider()?);
    if let Some(public) = arguments.public_url.as_ref().filter(|_| mail.is_some()) {
        Site::new(public).map_err(|reason| {
            Failure::Usage(format!("--public-url {public}: letters name pages by it, and {reason}"))
        })?;
    }
    // What can fail is tried before anything is made.
    if !arguments.place.is_there()? && arguments.name.is_none() {
        return Err(Failure::Usage(
            "there is no such database yet; to make one, give --authority CODE and --name NAME, or keep an answer in it with enough assess --database".to_owned(),
        ));
    }
    if let Some(folder) = &arguments.data {
        crate::data::find(Some(folder))?;
        arguments.model.assumptions()?;
    }
    block_on(async {
        // Bound before anything is promised to anybody.
        let listener = TcpListener::bind(arguments.listen)
            .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
            .map_err(|error| Failure::Input(format!("cannot listen on {}: {error}", arguments.listen)))?;
        let tls = arguments.tls().await?;
        let store = arguments.place.create().await?;
        let authority = named(arguments, &store).await?;
        let name = authority.name().to_owned();
        let address = listener.local_addr().map_err(|error| Failure::Input(error.to_string()))?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        if arguments.demonstration {
            demonstration::sign_in(&authority, arguments.credentials.as_deref()).await?;
        } else if let Some(token) = authority.set_up_link(&Actor::service("enough serve")).await? {
            println!("Nobody has an account yet. Open this link, once, within a day, to set the service up:");
            println!("{scheme}://{address}/set-up/{token}");
        }
        let stop =
            stopped().map_err(|error| Failure::Input(format!("signals cannot be waited for: {error}")))?;
        println!("Enough for {name} is ready at {scheme}://{address}");
        let settings = Settings {
            name,
            https: arguments.https || tls.is_some(),
            site: arguments.site(&format!("{scheme}://{address}")),
            ocid_prefix: arguments.ocid_prefix.clone(),
            buyer: arguments.buyer.clone(),
            mail,
            provider,
            rate: NonZeroU32::new(arguments.rate),
            demonstration: arguments.demonstration,
            backups: arguments.backups.clone(),
            trusted_header: arguments.trust_header.clone(),
        };
        let desk = arguments.desk(&authority)?;
        let app = App::new(authority, settings, desk);
        let served = enough_web::serve(listener, tls, app, stop).await;
        served.map_err(|error| Failure::Input(format!("the service stopped: {error}")))?;
        store.close().await?;
        Ok(())
    })
}

/// What is done when Ctrl-C or SIGTERM comes; both are waited for from now on.
#[cfg(unix)]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupted, mut terminated) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// What is done when Ctrl-C comes.
#[cfg(not(unix))]
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
