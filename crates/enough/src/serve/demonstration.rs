//! Made-up people of every role, for trying the service out.

use std::path::Path;

use enough_example::people::{MADE_UP, people};
use enough_store::accounts::{State, new_password};
use enough_store::audit::Actor;
use enough_store::{Authority, write_private};

use crate::failure::Failure;

/// Adds the people where nobody is, and prints their passwords, once. Where they are already, they get new ones if a file is
/// named for them.
#[allow(clippy::print_stdout)]
pub async fn sign_in(authority: &Authority, file: Option<&Path>) -> Result<(), Failure> {
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
    for one in people() {
        let password = new_password(authority.environment());
        if let Some(known) = there.iter().find(|known| known.email == one.email) {
            let why = "a new demonstration";
            let token = match known.state {
                State::Disabled => authority.enable(&actor, &known.id, why).await?,
                _ => authority.reset(&actor, &known.id, true, why).await?,
            };
            authority.choose_password(&actor, &token, &password).await?;
        } else if there.is_empty() {
            one.add(authority, &actor, &password).await?;
        } else {
            continue;
        }
        list.push(format!("{},{},{password}", one.role, one.email));
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
