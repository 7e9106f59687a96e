//! People: who they are, what they may do, whether they may come in.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use enough_store::StoreError;
use enough_store::accounts::{Organisation, Person, PersonDraft, Role};

use super::{Choice, Difference, differences, role_choices};
use crate::caller::Caller;
use crate::form::Sent;
use crate::mistakes::{Mistakes, refused};
use crate::path::Path;
use crate::problem::Problem;
use crate::view::{Frame, page};

#[derive(Template)]
#[template(path = "administration/people.html")]
struct List {
    frame: Frame,
    people: Vec<(Person, String)>,
}

/// All people.
pub async fn list(caller: Caller) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let organisations = authority.organisations().await?;
    let name = |id: &str| {
        organisations.iter().find(|one| one.id == id).map_or("", |one| one.name.as_str()).to_owned()
    };
    let mut people = authority.people().await?;
    let frame = Frame::of_list(&caller, "People", &mut people);
    let people = people.into_iter().map(|person| (name(&person.organisation), person));
    let people = people.map(|(organisation, person)| (person, organisation)).collect();
    Ok(page(List { frame, people })?.into_response())
}

#[derive(Template)]
#[template(path = "administration/person.html")]
struct Form {
    frame: Frame,
    mistakes: Mistakes,
    /// The person, when there is one already.
    person: Option<Person>,
    second_factor: bool,
    name: String,
    email: String,
    organisations: Vec<Choice>,
    roles: Vec<Choice>,
    version: i32,
    /// What somebody else changed meanwhile.
    changed: Vec<Difference>,
}

#[derive(Template)]
#[template(path = "administration/link.html")]
struct GivenLink {
    frame: Frame,
    name: String,
    link: String,
    lasts: &'static str,
}

fn draft(sent: &Sent) -> Result<PersonDraft, Problem> {
    let roles = sent.all("roles").map(str::parse).collect::<Result<Vec<Role>, String>>();
    Ok(PersonDraft {
        name: sent.line("name"),
        email: sent.line("email"),
        organisation: sent.line("organisation"),
        roles: roles.map_err(Problem::Wrong)?,
    })
}

fn choices(organisations: &[Organisation], chosen: &str) -> Vec<Choice> {
    let open = organisations.iter().filter(|one| one.closed_at.is_none());
    open.map(|one| Choice { key: one.id.clone(), label: one.name.clone(), on: one.id == chosen }).collect()
}

async fn form(
    caller: &Caller,
    person: Option<Person>,
    draft: &PersonDraft,
    mistakes: Mistakes,
    changed: Vec<Difference>,
) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let title = person.as_ref().map_or("Add a person", |person| person.name.as_str());
    let title = if mistakes.is_empty() { title.to_owned() } else { format!("Error: {title}") };
    let form = Form {
        frame: Frame::new(caller, title),
        mistakes,
        second_factor: match &person {
            Some(person) => authority.second_factor(&person.id).await?,
            None => false,
        },
        name: draft.name.clone(),
        email: draft.email.clone(),
        organisations: choices(&authority.organisations().await?, &draft.organisation),
        roles: role_choices(&draft.roles),
        version: person.as_ref().map_or(0, |person| person.version),
        changed,
        person,
    };
    Ok(page(form)?.into_response())
}

fn link_page(caller: &Caller, name: &str, token: &str, lasts: &'static str) -> Result<Response, Problem> {
    let frame = Frame::new(caller, "Send this link");
    Ok(page(GivenLink { frame, name: name.to_owned(), link: format!("/link/{token}"), lasts })?
        .into_response())
}

/// The empty form.
pub async fn new(caller: Caller) -> Result<Response, Problem> {
    let draft = PersonDraft {
        name: String::new(),
        email: String::new(),
        organisation: String::new(),
        roles: Vec::new(),
    };
    form(&caller, None, &draft, Mistakes::none(), Vec::new()).await
}

/// The form was sent.
pub async fn add(caller: Caller, sent: Sent) -> Result<Response, Problem> {
    let draft = draft(&sent)?;
    match caller.app.authority().invite(&caller.actor(), &draft).await {
        Ok((_, token)) => link_page(&caller, &draft.name, &token, "7 days"),
        Err(StoreError::NotFound(_)) => {
            form(&caller, None, &draft, Mistakes::one("organisation", "Choose an organisation"), Vec::new())
                .await
        }
        Err(error) => form(&caller, None, &draft, refused(error, "name")?, Vec::new()).await,
    }
}

fn draft_of(person: &Person) -> PersonDraft {
    PersonDraft {
        name: person.name.clone(),
        email: person.email.clone(),
        organisation: person.organisation.clone(),
        roles: person.roles.clone(),
    }
}

/// The form of a person.
pub async fn edit(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let person = caller.app.authority().person(&id).await?;
    let draft = draft_of(&person);
    form(&caller, Some(person), &draft, Mistakes::none(), Vec::new()).await
}

/// The form was sent.
pub async fn change(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let authority = caller.app.authority();
    let draft = draft(&sent)?;
    let seen = sent.number("version")?;
    let (mistakes, changed) = match authority.change_person(&caller.actor(), &id, seen, &draft).await {
        Ok(()) => return Ok(Redirect::to("/administration/people").into_response()),
        Err(StoreError::Conflict { .. }) => {
            let now = authority.person(&id).await?;
            let organisations = authority.organisations().await?;
            let name = |id: &str| {
                organisations.iter().find(|one| one.id == id).map_or("", |one| &one.name).to_owned()
            };
            let roles = |roles: &[Role]| roles.iter().map(|role| role.label()).collect::<Vec<_>>().join(", ");
            let changed = differences([
                ("Name", now.name, draft.name.clone()),
                ("E-mail address", now.email, draft.email.to_lowercase()),
                ("Organisation", name(&now.organisation), name(&draft.organisation)),
                ("Roles", roles(&now.roles), roles(&draft.roles)),
            ]);
            let what = "Somebody else changed this person while you were typing. Compare, then save again";
            (Mistakes::one("changed", what), changed)
        }
        Err(StoreError::NotFound(_)) => (Mistakes::one("organisation", "Choose an organisation"), Vec::new()),
        Err(error) => (refused(error, "name")?, Vec::new()),
    };
    let mut person = authority.person(&id).await?;
    if changed.is_empty() && mistakes.of("changed").is_none() {
        // A mistake of the form's own does not make the version newer.
        person.version = seen;
    }
    form(&caller, Some(person), &draft, mistakes, changed).await
}

/// The longest reason, in characters: it stays in the audit log for good.
const LONGEST_WHY: usize = 500;

/// Disables, enables or resets.
pub async fn set_state(caller: Caller, Path(id): Path<String>, sent: Sent) -> Result<Response, Problem> {
    let (authority, actor, why) = (caller.app.authority(), caller.actor(), sent.line("why"));
    let person = authority.person(&id).await?;
    let again = async |mistakes: Mistakes| {
        form(&caller, Some(person.clone()), &draft_of(&person), mistakes, Vec::new()).await
    };
    if why.is_empty() {
        return again(Mistakes::one("why", "Say why: it is kept in the audit log")).await;
    }
    if why.chars().count() > LONGEST_WHY {
        return again(Mistakes::one("why", format!("Say why in at most {LONGEST_WHY} characters"))).await;
    }
    let done = match sent.get("act") {
        "disable" => authority.disable(&actor, &id, &why).await.map(|()| None),
        "enable" => authority.enable(&actor, &id, &why).await.map(|token| Some((token, "7 days"))),
        "reset" => authority.reset(&actor, &id, false, &why).await.map(|token| Some((token, "1 hour"))),
        "reset-all" => authority.reset(&actor, &id, true, &why).await.map(|token| Some((token, "1 hour"))),
        _ => return again(Mistakes::one("act", "Choose what to do")).await,
    };
    match done {
        Ok(None) => Ok(Redirect::to("/administration/people").into_response()),
        Ok(Some((token, lasts))) => link_page(&caller, &person.name, &token, lasts),
        // What is about roles has its place in the other form of the page.
        Err(error) => again(refused(error, "act")?.only(&[], "act")).await,
    }
}
