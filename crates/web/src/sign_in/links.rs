//! Links that open once: the first set-up, an invitation, a reset.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_store::accounts::{Link, Person, Purpose};
use enough_store::mail::{Letter, is_address};

use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, moment, page};

#[derive(Template)]
#[template(path = "sign_in/link.html")]
struct Choose {
    frame: Frame,
    mistakes: Mistakes,
    /// Whether the service is set up, and not a password chosen.
    set_up: bool,
    organisation: String,
    name: String,
    email: String,
    until: String,
}

fn form(caller: &Caller, link: &Link, mistakes: Mistakes, sent: &Sent) -> Result<Response, Problem> {
    let set_up = link.purpose == Purpose::SetUp;
    let title = if set_up { "Set up the service" } else { "Choose a password" };
    let title = if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") };
    let of_person = |field: fn(&enough_store::accounts::Person) -> &String, sent: String| {
        link.person.as_ref().map_or(sent, |person| field(person).clone())
    };
    let organisation = sent.line("organisation");
    let choose = Choose {
        frame: Frame::new(caller, title),
        mistakes,
        set_up,
        organisation: if organisation.is_empty() { caller.app.settings().name.clone() } else { organisation },
        name: of_person(|person| &person.name, sent.line("name")),
        email: of_person(|person| &person.email, sent.line("email")),
        until: moment(&link.expires_at),
    };
    Ok(page(choose)?.into_response())
}

/// Why the passwords sent are not one.
fn unlike(sent: &Sent) -> Option<Mistakes> {
    (sent.get("password") != sent.get("again"))
        .then(|| Mistakes::one("again", "The two passwords are not the same. Type the same one twice"))
}

/// The form to set the service up.
pub async fn set_up(caller: Caller, Path(token): Path<String>) -> Result<Response, Problem> {
    let link = caller.app.authority().look_at_link(&token).await?;
    form(&caller, &link, Mistakes::none(), &Sent::default())
}

/// The form was sent.
pub async fn set_up_done(caller: Caller, Path(token): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let link = authority.look_at_link(&token).await?;
    if let Some(mistakes) = unlike(&sent) {
        return form(&caller, &link, mistakes, &sent);
    }
    let who = (sent.get("organisation"), sent.get("name"), sent.get("email"));
    match authority.set_up(&caller.client.nobody(), &token, who, sent.get("password")).await {
        Ok(_) => Ok(Redirect::to("/sign-in?next=/administration").into_response()),
        Err(error) => form(&caller, &link, refused(error, "password")?, &sent),
    }
}

/// The form to choose a password.
pub async fn choose(caller: Caller, Path(token): Path<String>) -> Result<Response, Problem> {
    let link = caller.app.authority().look_at_link(&token).await?;
    form(&caller, &link, Mistakes::none(), &Sent::default())
}

/// The form was sent.
pub async fn chosen(caller: Caller, Path(token): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let link = authority.look_at_link(&token).await?;
    if let Some(mistakes) = unlike(&sent) {
        return form(&caller, &link, mistakes, &sent);
    }
    match authority.choose_password(&caller.client.nobody(), &token, sent.get("password")).await {
        Ok(_) => Ok(Redirect::to("/sign-in").into_response()),
        Err(error) => form(&caller, &link, refused(error, "password")?, &sent),
    }
}

#[derive(Template)]
#[template(path = "sign_in/forgot.html")]
struct Forgot {
    frame: Frame,
    mistakes: Mistakes,
    email: String,
    /// Whether a link was sent there, if there is an account.
    sent: bool,
}

fn forgot_page(caller: &Caller, email: String, sent: bool, mistakes: Mistakes) -> Result<Response, Problem> {
    let title = match (sent, mistakes.is_empty()) {
        (true, _) => "Look into your letters",
        (false, true) => "Get a link",
        (false, false) => "Error: Get a link",
    };
    Ok(page(Forgot { frame: Frame::new(caller, title), mistakes, email, sent })?.into_response())
}

/// The form of somebody who forgot their password.
pub async fn forgot(caller: Caller) -> Result<Response, Problem> {
    if !caller.app.settings().sends_mail() {
        return Err(Problem::NotFound);
    }
    forgot_page(&caller, String::new(), false, Mistakes::none())
}

/// The letter with the link.
fn letter((name, here): (&str, &str), person: &Person, token: &str) -> Letter {
    Letter {
        to: person.email.clone(),
        subject: format!("{name}: choose a new password"),
        text: format!(
            "Somebody asked for a link to choose a new password for your account. It opens once, within an hour:\n\n{here}/link/{token}\n\nIf it was not you, you need do nothing: your password stays as it is."
        ),
        end: None,
        until: None,
    }
}

/// The form was sent. The answer is the same whether or not there is an account, and takes as long: the work is done after it.
pub async fn send(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let settings = caller.app.settings();
    // Never the address that the request names: whoever asks could name their own.
    let Some(site) = settings.site.as_ref().filter(|_| settings.sends_mail()) else {
        return Err(Problem::NotFound);
    };
    let email = sent.line("email");
    let Some(address) = is_address(&email) else {
        let what = "Give an e-mail address, such as name@example.org";
        return forgot_page(&caller, email, false, Mistakes::one("email", what));
    };
    let here = site.origin.trim_end_matches('/').to_owned();
    let (app, nobody) = (caller.app.clone(), caller.client.nobody());
    tokio::spawn(async move {
        let write = |person: &Person, token: &str| letter((&app.settings().name, &here), person, token);
        if let Err(error) = app.authority().forgot_password(&nobody, &address, write).await {
            tracing::error!(%error, "a link to choose a password could not be sent");
        }
    });
    forgot_page(&caller, email, true, Mistakes::none())
}
