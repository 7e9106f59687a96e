//! Sessions: who is signed in, from where, since when; each can be seen and ended by its person.

use chrono::{DateTime, Duration, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};

use super::people::{Person, State};
use super::records::session;
use super::tokens;
use crate::audit::{Actor, Event};
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};
use crate::names;

/// A session that is not used for so long has ended.
pub const IDLE: Duration = Duration::hours(1);
/// No session lasts longer: a long shift.
pub const ABSOLUTE: Duration = Duration::hours(12);
/// How long after proving who they are somebody may do dangerous things.
pub const FRESH: Duration = Duration::minutes(15);
/// Whoever has not signed in for so long is disabled.
pub const DORMANT: Duration = Duration::days(90);
/// How exactly the last use is kept.
const GRAIN: Duration = Duration::minutes(1);

names! {
    /// What somebody still has to show before they are in.
    Stage {
        SecondFactor = "second-factor", "The code of the second factor";
        Enrol = "enrol", "A second factor must be set up";
        Full = "full", "Nothing";
    }
}

/// Where a request comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// The address.
    pub from: Option<String>,
    /// The browser, as it names itself.
    pub agent: String,
    /// Id of the request.
    pub request: Option<String>,
}

impl Client {
    /// Whoever acts from there, not signed in.
    pub fn nobody(&self) -> Actor {
        Actor { from: self.from.clone(), request: self.request.clone(), ..Actor::default() }
    }

    /// A person who acts from there.
    pub fn actor(&self, person: &Person) -> Actor {
        Actor {
            person: Some(person.id.clone()),
            organisation: Some(person.organisation.clone()),
            ..self.nobody()
        }
    }
}

/// A session that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// What is kept of its token; its id.
    pub id: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was used last, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When the person proved last who they are.
    pub proven_at: DateTime<Utc>,
    /// What they still have to show.
    pub stage: Stage,
    /// The browser.
    pub agent: String,
    /// The address it began from.
    pub origin: Option<String>,
}

impl Session {
    /// Whether the person proved who they are a short time ago. A form that was opened in that time may be sent for as long again.
    pub fn is_fresh(&self, now: DateTime<Utc>, is_form_sent: bool) -> bool {
        now - self.proven_at <= if is_form_sent { FRESH * 2 } else { FRESH }
    }
}

fn goes_on(row: &session::Model, now: DateTime<Utc>) -> bool {
    row.ended_at.is_none() && now - row.last_seen_at <= IDLE && now - row.created_at <= ABSOLUTE
}

fn read(row: session::Model, person: Person) -> Result<Session> {
    Ok(Session {
        person,
        id: row.token,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        proven_at: row.proven_at,
        stage: row.stage.parse().map_err(StoreError::Damaged)?,
        agent: row.agent,
        origin: row.origin,
    })
}

impl Authority {
    pub(super) async fn begin_session(
        &self,
        change: &mut Change,
        person: &Person,
        client: &Client,
        stage: Stage,
    ) -> Result<String> {
        let token = tokens::new(self.environment());
        let row = session::ActiveModel {
            authority: Set(self.code().to_owned()),
            person: Set(person.id.clone()),
            token: Set(tokens::kept(&token)),
            created_at: Set(change.now()),
            last_seen_at: Set(change.now()),
            proven_at: Set(change.now()),
            stage: Set(stage.to_string()),
            agent: Set(client.agent.chars().take(300).collect()),
            origin: Set(client.from.clone()),
            ended_at: Set(None),
        };
        row.insert(change.tx()).await?;
        change.log(Event::new("session.begin", format!("person:{}", person.id)).with("stage", stage.key()));
        Ok(token)
    }

    /// The session of a token, if it goes on. That it was used is kept to the minute, which is not a change of the record.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, token: &str) -> Result<Option<Session>> {
        let db = self.store().read();
        let key = (self.code().to_owned(), tokens::kept(token));
        let now = self.environment().now();
        let row = session::Entity::find_by_id(key).one(db).await?.filter(|row| goes_on(row, now));
        let Some(row) = row else { return Ok(None) };
        let person = self.find_person(db, &row.person).await?;
        if person.state != State::Active {
            return Ok(None);
        }
        // Not while something else is written: nobody waits to read because of this.
        if now - row.last_seen_at > GRAIN
            && let Some(turn) = self.store().free_turn()
        {
            session::Entity::update_many()
                .col_expr(session::Column::LastSeenAt, Expr::value(now))
                .filter(session::Column::Authority.eq(self.code()))
                .filter(session::Column::Token.eq(&row.token))
                .exec(turn.db)
                .await?;
        }
        read(row, person).map(Some)
    }

    /// Refuses if a session is not any more as it was when it was looked at: it may have ended, gone on a stage or been proven again
    /// while what it asks for was on its way.
    pub(super) async fn still(&self, change: &Change, session: &Session) -> Result<()> {
        let key = (self.code().to_owned(), session.id.clone());
        let row = session::Entity::find_by_id(key).one(change.tx()).await?;
        let same = row.filter(|row| {
            goes_on(row, change.now())
                && row.stage == session.stage.key()
                && row.proven_at == session.proven_at
        });
        let person = self.find_person(change.tx(), &session.person.id).await?;
        if same.is_some() && person.state == State::Active {
            return Ok(());
        }
        Err(StoreError::refused("Your session has ended or changed meanwhile. Open the page again"))
    }

    /// Whoever has this session has proven again who they are, and how.
    pub(super) async fn mark_proven(&self, change: &mut Change, session: &Session, how: &str) -> Result<()> {
        session::Entity::update_many()
            .col_expr(session::Column::ProvenAt, Expr::value(change.now()))
            .filter(session::Column::Authority.eq(self.code()))
            .filter(session::Column::Token.eq(&session.id))
            .exec(change.tx())
            .await?;
        change.log(Event::new("session.prove", format!("person:{}", session.person.id)).with("factor", how));
        Ok(())
    }

    /// After a second factor was added: whoever had none before gets recovery codes and a new token, and every session that began without
    /// one ends; otherwise the other sessions end, and this one goes on as it was.
    pub(super) async fn settle(
        &self,
        change: &mut Change,
        client: &Client,
        session: &Session,
        is_first: bool,
    ) -> Result<Option<(Vec<String>, String)>> {
        let person = &session.person;
        if !is_first {
            self.end_other_sessions(change, &person.id, &session.id).await?;
            return Ok(None);
        }
        let codes = self.new_recovery_codes(change, &person.id).await?;
        self.end_sessions(change, &person.id, None).await?;
        let token = self.begin_session(change, person, client, Stage::Full).await?;
        Ok(Some((codes, token)))
    }

    /// The sessions of a person that go on, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions(&self, person: &Person) -> Result<Vec<Session>> {
        let rows = session::Entity::find()
            .filter(session::Column::Authority.eq(self.code()))
            .filter(session::Column::Person.eq(&person.id))
            .filter(session::Column::EndedAt.is_null())
            .all(self.store().read())
            .await?;
        let now = self.environment().now();
        let list = rows.into_iter().filter(|row| goes_on(row, now)).map(|row| read(row, person.clone()));
        let mut list = list.collect::<Result<Vec<_>>>()?;
        list.sort_by(|a, b| b.created_at.cmp(&a.created_at).then(a.id.cmp(&b.id)));
        Ok(list)
    }

    /// Ends one session of a person, by its id; or all of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, actor: &Actor, person: &str, id: Option<&str>) -> Result<()> {
        let mut change = self.begin(actor).await?;
        self.end_sessions(&mut change, person, id).await?;
        change.commit().await
    }

    pub(super) async fn end_other_sessions(
        &self,
        change: &mut Change,
        person: &str,
        own: &str,
    ) -> Result<()> {
        let end = session::Entity::update_many()
            .col_expr(session::Column::EndedAt, Expr::value(change.now()))
            .filter(session::Column::Authority.eq(self.code()))
            .filter(session::Column::Person.eq(person))
            .filter(session::Column::Token.ne(own))
            .filter(session::Column::EndedAt.is_null());
        let ended = end.exec(change.tx()).await?.rows_affected;
        change.log(Event::new("session.end", format!("person:{person}")).with("sessions", ended));
        Ok(())
    }

    pub(super) async fn end_sessions(
        &self,
        change: &mut Change,
        person: &str,
        id: Option<&str>,
    ) -> Result<()> {
        let mut end = session::Entity::update_many()
            .col_expr(session::Column::EndedAt, Expr::value(change.now()))
            .filter(session::Column::Authority.eq(self.code()))
            .filter(session::Column::Person.eq(person))
            .filter(session::Column::EndedAt.is_null());
        if let Some(id) = id {
            end = end.filter(session::Column::Token.eq(id));
        }
        let ended = end.exec(change.tx()).await?.rows_affected;
        change.log(Event::new("session.end", format!("person:{person}")).with("sessions", ended));
        Ok(())
    }
}
