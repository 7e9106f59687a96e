//! Made-up people of every role, for trying the service out.

use std::path::Path;

use enough_store::accounts::{OrganisationDraft, OrganisationKind, PersonDraft, Role, State, new_password};
use enough_store::audit::Actor;
use enough_store::{Authority, StoreError, write_private};

use crate::failure::Failure;

/// The people: role, name, kind and name of the organisation (none: the authority itself).
const PEOPLE: [(Role, &str, OrganisationKind, &str); 16] = [
    (Role::Commissioner, "Cora Commissioner", OrganisationKind::Authority, ""),
    (Role::Evaluator, "Evan Evaluator", OrganisationKind::Authority, ""),
    (Role::Finance, "Fay Finance", OrganisationKind::Authority, ""),
    (Role::Provider, "Paul Provider", OrganisationKind::Provider, "Made-up Nursery"),
    (Role::Community, "Vera Volunteer", OrganisationKind::Voluntary, "Made-up Families Together"),
    (Role::FrontDoorWorker, "Will Worker", OrganisationKind::Authority, ""),
    (Role::FrontDoorManager, "Mara Manager", OrganisationKind::Authority, ""),
    (Role::Auditor, "Audrey Auditor", OrganisationKind::Health, "Made-up Health Trust"),
    (Role::BoardMember, "Ben Board", OrganisationKind::School, "Made-up Primary School"),
    (Role::PrivacyOfficer, "Priya Privacy", OrganisationKind::Authority, ""),
    (Role::Administrator, "Ada Administrator", OrganisationKind::Authority, ""),
    // What one writes another approves and a third decides; bids are scored by two and compete.
    (Role::Commissioner, "Carl Commissioner", OrganisationKind::Authority, ""),
    (Role::Commissioner, "Cleo Commissioner", OrganisationKind::Authority, ""),
    (Role::Evaluator, "Eva Evaluator", OrganisationKind::Authority, ""),
    (Role::Evaluator, "Ed Evaluator", OrganisationKind::Authority, ""),
    (Role::Provider, "Petra Provider", OrganisationKind::Provider, "Made-up Playgroup"),
];

/// How the addresses of made-up people end.
const MADE_UP: &str = "@demonstration.example";

/// Adds the people where nobody is, and prints their passwords, once. Where they are already, they get new ones if a file is
/// named for them.
#[allow(clippy::print_stdout)]
pub async fn people(authority: &Authority, name: &str, file: Option<&Path>) -> Result<(), Failure> {
    let actor = Actor::service("enough serve --demonstration");
    let there = authority.people().await?;
    if there.iter().any(|person| !person.email.ends_with(MADE_UP)) {
        return Err(Failure::Input(
            "this database has people who are not made up: start without --demonstration".to_owned(),
        ));
    }
    if !there.is_empty() && file.is_none() {
        return Ok(());
    }
    let mut list = vec!["role,email,password".to_owned()];
    for (at, (role, person, kind, organisation)) in PEOPLE.into_iter().enumerate() {
        // The second of a role is commissioner-2.
        let email = match PEOPLE[..at].iter().filter(|(before, ..)| *before == role).count() {
            0 => format!("{role}{MADE_UP}"),
            before => format!("{role}-{}{MADE_UP}", before + 1),
        };
        let password = new_password(authority.environment());
        if let Some(known) = there.iter().find(|known| known.email == email) {
            let why = "a new demonstration";
            let token = match known.state {
                State::Disabled => authority.enable(&actor, &known.id, why).await?,
                _ => authority.reset(&actor, &known.id, true, why).await?,
            };
            authority.choose_password(&actor, &token, &password).await?;
        } else if there.is_empty() {
            let organisation = if organisation.is_empty() { name } else { organisation };
            let organisation = organisation_named(authority, &actor, organisation, kind).await?;
            let draft = PersonDraft {
                name: person.to_owned(),
                email: email.clone(),
                organisation,
                roles: vec![role],
            };
            authority.add_person(&actor, &draft, &password).await?;
        } else {
            continue;
        }
        list.push(format!("{role},{email},{password}"));
    }
    println!("People for trying it out; their passwords are not shown again:");
    for line in &list {
        println!("{line}");
    }
    if let Some(file) = file {
        // Passwords of before are of no use any more.
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::write(file, error));
            }
            _ => {}
        }
        write_private(file, format!("{}\n", list.join("\n")).as_bytes())
            .map_err(|error| Failure::write(file, error))?;
    }
    Ok(())
}

async fn organisation_named(
    authority: &Authority,
    actor: &Actor,
    name: &str,
    kind: OrganisationKind,
) -> Result<String, StoreError> {
    if let Some(known) = authority.organisations().await?.into_iter().find(|known| known.name == name) {
        return Ok(known.id);
    }
    authority.add_organisation(actor, &OrganisationDraft { name: name.to_owned(), kind }).await
}
