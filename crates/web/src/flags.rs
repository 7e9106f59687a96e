//! Red flags: signs that somebody should look.

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_commissioning::flags::{Flag, flags};

use crate::caller::Caller;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "notices/flags.html")]
struct List {
    frame: Frame,
    flags: Vec<Flag>,
}

/// All flags.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let mut flags = flags(caller.app.authority()).await?;
    Ok(page(List { frame: Frame::of_list(&caller, "Red flags", &mut flags), flags })?.into_response())
}
