//! What waits for whoever looks, of everything that commissioning is made of.

use crate::caller::Caller;
use crate::problem::Problem;
use crate::{agreements, calls, codesign, commitments, direct_payments, funds, notices, tenders};

/// Something that waits for whoever looks.
pub struct Waits {
    /// What it is about.
    pub title: String,
    /// Where it is done.
    pub to: String,
    /// What is to be done.
    pub what: String,
}

/// One of them.
pub fn waits(title: &str, to: String, what: impl Into<String>) -> Waits {
    Waits { title: title.to_owned(), to, what: what.into() }
}

/// All of it: nothing for whoever is not signed in.
pub async fn of(caller: &Caller) -> Result<Vec<Waits>, Problem> {
    if caller.person().is_none() {
        return Ok(Vec::new());
    }
    let mut list = direct_payments::waiting(caller).await?;
    list.extend(codesign::waiting(caller).await?);
    list.extend(tenders::waiting(caller).await?);
    list.extend(calls::waiting(caller).await?);
    list.extend(funds::waiting(caller).await?);
    list.extend(agreements::waiting(caller).await?);
    list.extend(notices::waiting(caller).await?);
    list.extend(commitments::waiting(caller).await?);
    Ok(list)
}
