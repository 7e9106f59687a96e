//! Asking for news by e-mail, confirming it, and ending it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use enough_store::StoreError;
use enough_store::mail::{Letter, Topic};

use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "news/ask.html")]
struct Ask {
    frame: Frame,
    mistakes: Mistakes,
    email: String,
    /// Whether the service sends e-mail at all.
    sends: bool,
}

fn ask_page(caller: &Caller, email: String, mistakes: Mistakes) -> Result<Response, Problem> {
    let title = if mistakes.is_empty() { "News by e-mail" } else { "Error: News by e-mail" };
    let sends = caller.app.settings().sends_mail();
    Ok(page(Ask { frame: Frame::new(caller, title), mistakes, email, sends })?.into_response())
}

#[derive(Template)]
#[template(path = "news/said.html")]
struct Said {
    frame: Frame,
    title: &'static str,
    text: String,
}

fn said(caller: &Caller, title: &'static str, text: impl Into<String>) -> Result<Response, Problem> {
    Ok(page(Said { frame: Frame::new(caller, title), title, text: text.into() })?.into_response())
}

/// The form.
pub async fn ask(caller: Caller) -> Result<Response, Problem> {
    ask_page(&caller, String::new(), Mistakes::none())
}

/// The letter that goes to an address when news are asked for.
fn letter((name, here): (&str, &str), (email, token): (&str, &str), has_them: bool) -> Letter {
    let (confirm, end) = (format!("{here}/news/{token}"), format!("{here}/news/{token}/end"));
    let text = if has_them {
        format!(
            "Somebody asked for news of what {name} plans to buy or fund to be sent here. You get them already.\n\nTo get no more: {end}"
        )
    } else {
        format!(
            "Somebody asked for news of what {name} plans to buy or fund to be sent here, at most once a day.\n\nIf it was you, say so here within 7 days: {confirm}\n\nIf it was not, you need do nothing: you get no more letters, and this address is forgotten."
        )
    };
    Letter {
        to: email.to_owned(),
        subject: format!("{name}: news of what we plan"),
        text,
        end: Some(end),
        until: None,
    }
}

/// The form was sent. Whether the address was known is told to nobody but its owner.
pub async fn asked(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let settings = caller.app.settings();
    let Some(site) = settings.site.as_ref().filter(|_| settings.sends_mail()) else {
        return Err(Problem::NotFound);
    };
    let (email, here) = (sent.line("email"), site.origin.trim_end_matches('/'));
    let write =
        |email: &str, token: &str, has_them: bool| letter((&settings.name, here), (email, token), has_them);
    let nobody = caller.client.nobody();
    let from = caller.client.from.as_deref().and_then(|from| from.parse().ok());
    if !caller.app.watch().lets_write(from) {
        let what = "From your network, letters were asked for at many addresses. Try again in an hour";
        return ask_page(&caller, email, Mistakes::one("email", what));
    }
    match caller.app.authority().ask_for_news(&nobody, (Topic::Plans, &email), write).await {
        Ok(()) => said(
            &caller,
            "Look into your letters",
            format!(
                "We have sent a letter to {email}. News come only once you have said there that you want them. If none comes, look where unwanted letters go, or ask again in a quarter of an hour."
            ),
        ),
        Err(error) => ask_page(&caller, email, refused(error, "email")?),
    }
}

#[derive(Template)]
#[template(path = "news/confirm.html")]
struct Confirm {
    frame: Frame,
    token: String,
    /// Whether they are ended, and not confirmed.
    ends: bool,
}

/// Programs that look at links in letters confirm nothing: somebody must press the button.
async fn button(caller: &Caller, token: String, ends: bool) -> Result<Response, Problem> {
    let wants = match caller.app.authority().wants_news(&token).await {
        Ok(wants) => wants,
        Err(StoreError::NotFound(_)) => return gone(caller),
        Err(other) => return Err(other.into()),
    };
    if wants && !ends {
        return said(caller, "You get news by e-mail", "Each letter says how to end them.");
    }
    let title = if ends { "Get no more news" } else { "Get news by e-mail" };
    Ok(page(Confirm { frame: Frame::new(caller, title), token, ends })?.into_response())
}

/// A link whose subscription has ended, or was never confirmed in time.
fn gone(caller: &Caller) -> Result<Response, Problem> {
    let page = said(
        caller,
        "You get no news by e-mail",
        "News were ended with this link, or never confirmed within 7 days. You can ask for them again.",
    )?;
    Ok((StatusCode::GONE, page).into_response())
}

/// The page of the link in the first letter.
pub async fn look(caller: Caller, Path(token): Path<String>) -> Result<Response, Problem> {
    button(&caller, token, false).await
}

/// They want news.
pub async fn confirm(caller: Caller, Path(token): Path<String>) -> Result<Response, Problem> {
    match caller.app.authority().confirm_news(&caller.client.nobody(), &token).await {
        Ok(()) => Ok(Redirect::to(&format!("/news/{token}")).into_response()),
        Err(StoreError::NotFound(_)) => gone(&caller),
        Err(other) => Err(other.into()),
    }
}

/// The page of the link in every letter.
pub async fn leave(caller: Caller, Path(token): Path<String>) -> Result<Response, Problem> {
    button(&caller, token, true).await
}

/// They want no more news: by the button, or by one click in a mail program (RFC 8058).
pub async fn end(caller: Caller, Path(token): Path<String>) -> Result<Response, Problem> {
    match caller.app.authority().end_news(&caller.client.nobody(), &token).await {
        Ok(()) | Err(StoreError::NotFound(_)) => {
            said(&caller, "You get no more news by e-mail", "Your address is forgotten.")
        }
        Err(other) => Err(other.into()),
    }
}
