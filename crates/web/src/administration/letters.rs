//! Letters by e-mail: about how many wait, and what mail servers said. Not to whom; and only in tens, for letters about a tender that is
//! open go to its bidders, too, whose number nobody may learn.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::{IntoResponse, Response};
use enough_store::mail::{Standing, Topic, Trouble};

use crate::caller::Caller;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "administration/letters.html")]
struct List {
    frame: Frame,
    /// Whether the service sends letters.
    sends: bool,
    standing: Standing,
    /// What mail servers said: each once, of the newest letter.
    trouble: Vec<Trouble>,
    /// How many want news of plans.
    readers: u64,
}

/// A count, as far as it is told.
fn about(count: u64) -> String {
    match count {
        // Also none: otherwise it would tell that nobody has bid.
        0..10 => "fewer than 10".to_owned(),
        _ => format!("about {}", count / 10 * 10),
    }
}

/// How they stand.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let (standing, mut trouble) = authority.letters().await?;
    let mut said = BTreeSet::new();
    trouble.retain(|one| said.insert((one.what.clone(), one.next_at.is_some())));
    let readers = authority.count_readers(Topic::Plans).await?;
    let sends = caller.app.settings().sends_mail();
    let frame = Frame::new(&caller, "Letters by e-mail");
    Ok(page(List { frame, sends, standing, trouble, readers })?.into_response())
}
