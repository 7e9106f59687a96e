//! Made-up people of every role: what one writes another approves and a third decides; bids are scored by several, and compete.

use enough_store::accounts::{OrganisationDraft, OrganisationKind, PersonDraft, Role};
use enough_store::audit::Actor;
use enough_store::{Authority, Result};

/// How the addresses of made-up people end.
pub const MADE_UP: &str = "@demonstration.example";

/// A made-up person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeUp {
    /// The role.
    pub role: Role,
    /// The name.
    pub name: &'static str,
    /// The address: the second of a role is `commissioner-2`.
    pub email: String,
    kind: OrganisationKind,
    /// None for the authority itself.
    organisation: &'static str,
}

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
    (Role::Commissioner, "Carl Commissioner", OrganisationKind::Authority, ""),
    (Role::Commissioner, "Cleo Commissioner", OrganisationKind::Authority, ""),
    (Role::Evaluator, "Eva Evaluator", OrganisationKind::Authority, ""),
    (Role::Evaluator, "Ed Evaluator", OrganisationKind::Authority, ""),
    (Role::Provider, "Petra Provider", OrganisationKind::Provider, "Made-up Playgroup"),
];

/// All of them.
pub fn people() -> Vec<MadeUp> {
    let made_up = |(at, (role, name, kind, organisation)): (
        usize,
        (Role, &'static str, OrganisationKind, &'static str),
    )| {
        let email = match PEOPLE[..at].iter().filter(|(before, ..)| *before == role).count() {
            0 => format!("{role}{MADE_UP}"),
            before => format!("{role}-{}{MADE_UP}", before + 1),
        };
        MadeUp { role, name, email, kind, organisation }
    };
    PEOPLE.into_iter().enumerate().map(made_up).collect()
}

impl MadeUp {
    /// Adds the person, and the organisation if it is not there; gives who acts when the person does.
    ///
    /// # Errors
    /// When the database fails, or somebody has the address already.
    pub async fn add(&self, authority: &Authority, actor: &Actor, password: &str) -> Result<Actor> {
        let name = if self.organisation.is_empty() { authority.name() } else { self.organisation };
        let known = authority.organisations().await?.into_iter().find(|known| known.name == name);
        let organisation = if let Some(known) = known {
            known.id
        } else {
            let draft = OrganisationDraft { name: name.to_owned(), kind: self.kind };
            authority.add_organisation(actor, &draft).await?
        };
        let draft = PersonDraft {
            name: self.name.to_owned(),
            email: self.email.clone(),
            organisation: organisation.clone(),
            roles: vec![self.role],
        };
        let id = authority.add_person(actor, &draft, password).await?;
        Ok(Actor { person: Some(id), organisation: Some(organisation), ..actor.clone() })
    }
}
