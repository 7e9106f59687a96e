//! Interest in a plan: said on its page.

use axum::response::{IntoResponse, Redirect, Response};
use enough_commissioning::providers::{say_interest, take_back as keep};

use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::refused;
use crate::path::Path;
use crate::problem::Problem;

/// Somebody's organisation is interested.
pub async fn say(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let said = (sent.get("note"), sent.get("partners") == "yes");
    match say_interest(caller.app.authority(), &caller.actor(), &id, said).await {
        Ok(()) => Ok(Redirect::to(&format!("/intentions/{id}#interest")).into_response()),
        Err(error) => crate::intentions::shown(&caller, &id, &sent, refused(error, "main-content")?).await,
    }
}

/// It is not any more.
pub async fn take_back(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    keep(caller.app.authority(), &caller.actor(), &id).await?;
    Ok(Redirect::to(&format!("/intentions/{id}#interest")).into_response())
}
