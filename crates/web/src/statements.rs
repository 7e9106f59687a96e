//! What the law asks every public service to say.

use askama::Template;
use axum::response::Html;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Accessibility {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct Privacy {
    frame: Frame,
}

/// The accessibility statement.
pub async fn accessibility(caller: Caller) -> Result<Html<String>, Problem> {
    page(Accessibility { frame: Frame::new(&caller, "Accessibility statement") })
}

/// What is kept about visitors.
pub async fn privacy(caller: Caller) -> Result<Html<String>, Problem> {
    page(Privacy { frame: Frame::new(&caller, "Privacy and cookies") })
}
