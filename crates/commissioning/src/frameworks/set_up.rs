//! A tender sets up frameworks: one for each lot that somebody won, with all who won it.

use chrono::NaiveDate;
use enough_store::Result;
use enough_store::audit::Event;
use enough_store::sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::keep::{damaged, framework_in, subject, tell};
use super::members::step;
use super::records::framework as table;
use super::{Framework, Kind, Standing, State, Text};
use crate::agreements::{last_day, read_day};
use crate::tenders::{Setup, Tender};

/// Sets up the frameworks of a tender that was signed: open at once, for what and whom was published with the award.
pub(crate) async fn set_up(
    change: &mut enough_store::Change,
    tender: &Tender,
    setup: &Setup,
    on: NaiveDate,
) -> Result<()> {
    let person = change.actor().somebody()?.to_owned();
    let said = &tender.text;
    for won in tender.outcome.iter().flat_map(|outcome| &outcome.lots).filter(|lot| lot.stands()) {
        let Some(lot) = said.lot(won.lot) else { continue };
        let text = Text {
            title: said.title_of(lot),
            what: said.what.clone(),
            basis: format!("The tender “{}”, signed on {}", said.title, read_day(on)),
            ceiling: Some(lot.ceiling),
            from: said.starts_on,
            until: Some(last_day(said.starts_on, said.months)),
            direct: setup.direct.clone(),
            conditions: String::new(),
            contact: said.contact.clone(),
        };
        let id = change.environment().id();
        let row = table::ActiveModel {
            authority: Set(change.authority().to_owned()),
            id: Set(id.clone()),
            kind: Set(Kind::Framework.to_string()),
            // Members are written down while it is a draft, as those of any other.
            state: Set(State::Draft.to_string()),
            version: Set(0),
            text: Set(serde_json::to_string(&text).map_err(damaged)?),
            written_by: Set(person.clone()),
            published_at: Set(None),
            tender: Set(Some(tender.id.clone())),
            lot: Set(Some(lot.number)),
        };
        row.insert(change.tx()).await?;
        let one = framework_in(change, &id).await?;
        for winner in &won.winners {
            let words = format!("Won with {}", winner.total);
            step(change, &one, (&winner.organisation, Standing::Admitted, &words), person.clone()).await?;
        }
        let open = table::ActiveModel {
            authority: Set(change.authority().to_owned()),
            id: Set(id.clone()),
            state: Set(State::Open.to_string()),
            version: Set(1),
            published_at: Set(Some(change.now())),
            ..Default::default()
        };
        open.update(change.tx()).await?;
        // Its members are told, who are in it now.
        let one = Framework { members: framework_in(change, &id).await?.members, ..one };
        tell(change, &one, "Published".to_owned()).await?;
        change.log(Event::new("framework.publish", subject(&id)).with("tender", tender.id.as_str()));
    }
    Ok(())
}
