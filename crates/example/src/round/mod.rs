//! A worked round of commissioning in the example authority: from a gap that the assessment finds over plan, co-design, tender, award
//! and monitoring to a review that sets the measured effect beside the expected one. Everything is done by the rules that hold for
//! everybody, on a clock of its own; nothing is written past them.

mod bought;
mod designed;
mod found;
mod kept;
mod money;
mod promised;
mod words;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use enough_assessments::AssessError;
use enough_commissioning::publication::{Publisher, publish_intention, publish_tender};
use enough_store::accounts::{Role, new_password};
use enough_store::audit::Actor;
use enough_store::{Authority, Clock, Store, StoreError};
use thiserror::Error;

use crate::people::people;

/// When the round begins.
const START: &str = "2025-03-03T09:00:00Z";

/// Why the round could not be laid down.
#[derive(Debug, Error)]
pub enum RoundError {
    /// An answer could not be worked out.
    #[error(transparent)]
    Assess(#[from] AssessError),
    /// The database failed, or a rule says no: then the round is wrong, and not the rule.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file could not be written.
    #[error("the example without the nursery cannot be written: {0}")]
    File(#[from] std::io::Error),
    /// The example has no nursery that could have been bought.
    #[error("this example has no day nursery of 40 to 60 places in its authority: take another --seed")]
    NoNursery,
}

pub(crate) type Done<T> = std::result::Result<T, RoundError>;

/// The clock that a round needs its store to have.
pub fn clock() -> Clock {
    Clock::new(moment(START))
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_default()
}

/// What the round goes on with.
struct Round<'a> {
    authority: Authority,
    clock: &'a Clock,
    people: BTreeMap<String, Actor>,
    publisher: Publisher,
}

impl Round<'_> {
    /// Goes the whole way.
    async fn run(&self, answers: found::Answers) -> Done<()> {
        self.profiles().await?;
        let before = self.keep(answers.before).await?;
        let objective = self.plan().await?;
        let intention = self.announce(&before, &objective).await?;
        self.design(&intention).await?;
        let tender = self.buy(&intention).await?;
        let agreement = self.agree(&tender, &objective, answers.places).await?;
        let fund = self.put_together(&agreement).await?;
        let promise = self.promise(&objective).await?;
        self.monitor(&agreement, &fund).await?;
        let grants = self.grant(&objective).await?;
        self.at("2026-11-03T09:00");
        let after = self.keep(answers.after).await?;
        self.keep_promise(&promise).await?;
        self.review(&agreement, &after, &answers.nursery).await?;
        self.call(&grants).await?;
        self.market().await?;
        self.notices().await
    }

    /// Somebody, by the beginning of the address.
    fn actor(&self, name: &str) -> &Actor {
        &self.people[name]
    }

    fn id(&self, name: &str) -> String {
        self.people[name].person.clone().unwrap_or_default()
    }

    fn organisation(&self, name: &str) -> String {
        self.people[name].organisation.clone().unwrap_or_default()
    }

    /// Moves the clock on to a moment, such as `2025-03-10T10:00`.
    fn at(&self, text: &str) {
        let then = moment(&format!("{text}:00Z"));
        self.clock.pass((then - self.clock.now()).max(chrono::TimeDelta::zero()));
    }

    async fn publish_plan(&self, id: &str) -> Done<()> {
        publish_intention(&self.authority, self.actor("commissioner"), &self.publisher, id).await?;
        Ok(())
    }

    async fn publish(&self, tender: &str) -> Done<()> {
        publish_tender(&self.authority, self.actor("commissioner"), &self.publisher, tender).await?;
        Ok(())
    }
}

/// Lays the round down in an empty store whose clock is [`clock`], from the example's files in a folder. `site` is where releases say
/// that the service is, `prefix` that of their ocids.
///
/// # Errors
/// When somebody is in the database already, or it fails.
pub async fn lay_down(store: &Store, clock: &Clock, folder: &Path, (site, prefix): (&str, &str)) -> Done<()> {
    let answers = found::answers(folder)?;
    let authority = store.authority(crate::AUTHORITY, &answers.name).await?;
    if !authority.people().await?.is_empty() {
        return Err(StoreError::refused(
            "somebody is in this database already: the worked round needs an empty one",
        )
        .into());
    }
    let service = Actor::service("enough example");
    let mut actors = BTreeMap::new();
    for one in people() {
        // Nobody knows these: 'enough serve --demonstration' gives new ones.
        let password = new_password(authority.environment());
        let actor = one.add(&authority, &service, &password).await?;
        let name = one.email.split('@').next().unwrap_or_default().to_owned();
        actors.insert(name, actor);
    }
    debug_assert!(actors.contains_key(Role::Commissioner.key()));
    let publisher = Publisher { prefix: prefix.to_owned(), buyer: None, site: site.to_owned() };
    let round = Round { authority, clock, people: actors, publisher };
    // On the heap: it is long.
    Box::pin(round.run(answers)).await
}
