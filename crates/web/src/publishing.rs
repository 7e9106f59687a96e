//! What everybody may know is published as open data: after each step, and every hour what the calendar alone has changed.

use enough_commissioning::agreements::agreements;
use enough_commissioning::frameworks::frameworks;
use enough_commissioning::intentions::intentions;
use enough_commissioning::publication::{
    Publisher, publish_agreement, publish_intention, publish_members, publish_tender,
};
use enough_commissioning::tenders::public_tenders;
use enough_store::StoreError;
use enough_store::audit::Actor;

use crate::app::App;
use crate::caller::Caller;

/// What is published: the id of it.
#[derive(Debug, Clone, Copy)]
pub enum Process<'a> {
    /// A plan to buy.
    Plan(&'a str),
    /// A tender, with the agreements that came from it.
    Tender(&'a str),
    /// An agreement; the tender that it came from, if it did.
    Agreement(&'a str),
    /// A framework or a dynamic market.
    Framework(&'a str),
}

fn publisher(app: &App, site: &str) -> Publisher {
    let settings = app.settings();
    Publisher {
        prefix: settings.ocid_prefix.clone(),
        buyer: settings.buyer.clone(),
        site: site.trim_end_matches('/').to_owned(),
    }
}

async fn release(
    app: &App,
    actor: &Actor,
    publisher: &Publisher,
    what: Process<'_>,
) -> Result<bool, StoreError> {
    let authority = app.authority();
    match what {
        Process::Plan(id) => publish_intention(authority, actor, publisher, id).await,
        Process::Tender(id) => publish_tender(authority, actor, publisher, id).await,
        Process::Agreement(id) => publish_agreement(authority, actor, publisher, id).await,
        Process::Framework(id) => publish_members(authority, actor, publisher, id).await,
    }
}

/// Publishes what everybody may see of something, after a step.
pub async fn publish(caller: &Caller, what: Process<'_>) {
    let publisher = publisher(&caller.app, &caller.here);
    // What was done is done: if it cannot be published now, the next step publishes it.
    if let Err(error) = release(&caller.app, &caller.actor(), &publisher, what).await {
        tracing::error!(%error, ?what, "the release could not be published");
    }
}

/// Publishes what the calendar alone has changed: an agreement that begins or has run out. Only where the service knows its own public
/// address, which releases name. What cannot be published now keeps nothing else back.
pub async fn publish_all(app: &App) -> Result<(), StoreError> {
    let Some(site) = &app.settings().site else { return Ok(()) };
    let (authority, publisher) = (app.authority(), publisher(app, &site.origin));
    let actor = Actor::service("enough serve");
    let (tenders, agreements) = (public_tenders(authority).await?, agreements(authority).await?);
    let (frameworks, plans) = (frameworks(authority).await?, intentions(authority).await?);
    let plans = plans.iter().filter(|one| one.is_public()).map(|one| Process::Plan(&one.id));
    let tenders = tenders.iter().filter(|one| one.is_public()).map(|one| Process::Tender(&one.id));
    let agreements = agreements.iter().filter(|one| one.tender.is_none() && one.is_public());
    let frameworks = frameworks.iter().filter(|one| one.tender.is_none() && one.is_public());
    let all = plans
        .chain(tenders)
        .chain(agreements.map(|one| Process::Agreement(&one.id)))
        .chain(frameworks.map(|one| Process::Framework(&one.id)));
    for what in all {
        if let Err(error) = release(app, &actor, &publisher, what).await {
            tracing::error!(%error, ?what, "the release could not be published");
        }
    }
    Ok(())
}
