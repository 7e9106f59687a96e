//! Keeps the answer in a database, for the service to show.

use enough_assessments::study::{Assessment, Question, found_with_maps};
use enough_assessments::{Data, keep};
use enough_store::audit::Actor;

use super::Arguments;
use crate::database::{Place, block_on};
use crate::failure::Failure;

/// The database to keep the answer in, if one was given; what is wrong with it is said before anything is computed.
pub fn place(arguments: &Arguments) -> Result<Option<Place>, Failure> {
    let Some(database) = arguments.database.clone() else { return Ok(None) };
    if arguments.question.authority.len() > 1 {
        return Err(Failure::Usage("--database keeps the answer of one --authority at a time".to_owned()));
    }
    let place = Place { database, keys: arguments.keys.clone() };
    place.address()?;
    Ok(Some(place))
}

/// Keeps the answer; the authority is made if the database does not have it.
pub fn run(question: &Question, assessment: &Assessment, data: &Data, place: &Place) -> Result<(), Failure> {
    let found = found_with_maps(question, assessment, data)?;
    block_on(async {
        let store = place.create().await?;
        let authority = store.authority(&question.authority[0], &assessment.title).await?;
        keep(&authority, &Actor::service("enough assess"), found).await?;
        store.close().await?;
        Ok(())
    })
}
