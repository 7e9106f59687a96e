//! Whether people may come in: disabled, enabled, given a new password; and who must stay.

use enough_kernel::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::links::Purpose;
use super::passwords;
use super::people::{Person, State};
use super::records::{password, person, person_role, totp};
use super::roles::Role;
use crate::audit::{Actor, Event};
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};

impl Authority {
    pub(super) async fn refuse_last_administrator(
        &self,
        db: &impl ConnectionTrait,
        leaving: &Person,
    ) -> Result<()> {
        if leaving.state != State::Active || !leaving.roles.contains(&Role::Administrator) {
            return Ok(());
        }
        let administrators = person_role::Entity::find()
            .filter(person_role::Column::Authority.eq(self.code()))
            .filter(person_role::Column::Role.eq(Role::Administrator.key()))
            .filter(person_role::Column::Person.ne(&leaving.id))
            .all(db)
            .await?;
        for other in administrators {
            if self.find_person(db, &other.person).await?.state == State::Active {
                return Ok(());
            }
        }
        Err(Refusal::of_form("This is the last administrator; make somebody else one first")
            .at("roles")
            .into())
    }

    /// Lets a person in no more, and ends their sessions.
    ///
    /// # Errors
    /// Refused for oneself and for the last administrator.
    pub async fn disable(&self, actor: &Actor, id: &str, why: &str) -> Result<()> {
        let mut change = self.begin(actor).await?;
        let before = self.find_person(change.tx(), id).await?;
        if actor.person.as_deref() == Some(id) {
            return Err(StoreError::refused("Nobody may disable themselves; ask another administrator"));
        }
        self.refuse_last_administrator(change.tx(), &before).await?;
        self.set_state(&mut change, &before, State::Disabled, why).await?;
        change.commit().await
    }

    /// Lets a person in again; they need a new password, which the link that is returned lets them choose.
    ///
    /// # Errors
    /// When there is no such person, or the database fails.
    pub async fn enable(&self, actor: &Actor, id: &str, why: &str) -> Result<String> {
        let mut change = self.begin(actor).await?;
        let before = self.find_person(change.tx(), id).await?;
        if before.state != State::Disabled {
            return Err(StoreError::refused(format!("{} is not disabled", before.name)));
        }
        self.set_state(&mut change, &before, State::Invited, why).await?;
        self.forget_password(&change, id).await?;
        let token = self.make_link(&mut change, Some(id), Purpose::Invitation).await?;
        change.commit().await?;
        Ok(token)
    }

    pub(super) async fn set_state(
        &self,
        change: &mut Change,
        before: &Person,
        state: State,
        why: &str,
    ) -> Result<()> {
        self.next_version(before)
            .col_expr(person::Column::State, Expr::value(state.key()))
            .exec(change.tx())
            .await?;
        if state == State::Disabled {
            self.end_sessions(change, &before.id, None).await?;
            self.end_access_keys(change, &before.id, None).await?;
        }
        let event = Event::new("person.state", format!("person:{}", before.id)).because(why);
        change.log(event.with("before", before.state.key()).with("state", state.key()));
        Ok(())
    }

    /// A link with which a person chooses a new password; their sessions end, and a second factor they lost is taken away.
    ///
    /// # Errors
    /// When there is no such person or they are disabled, or the database fails.
    pub async fn reset(
        &self,
        actor: &Actor,
        id: &str,
        with_second_factor: bool,
        why: &str,
    ) -> Result<String> {
        let mut change = self.begin(actor).await?;
        let person = self.find_person(change.tx(), id).await?;
        if person.state == State::Disabled {
            return Err(StoreError::refused(format!("{} is disabled", person.name)));
        }
        self.end_sessions(&mut change, id, None).await?;
        self.end_access_keys(&mut change, id, None).await?;
        // The old password may be why a new one is needed.
        self.forget_password(&change, id).await?;
        if with_second_factor {
            self.part(&change, id).await?;
            totp::Entity::delete_by_id((self.code().to_owned(), id.to_owned())).exec(change.tx()).await?;
            self.forget_recovery_codes(&change, id).await?;
            self.forget_passkeys(&change, id).await?;
        }
        let event = Event::new("person.reset", format!("person:{id}")).because(why);
        change.log(event.with("second_factor", with_second_factor));
        let token = self.make_link(&mut change, Some(id), Purpose::Reset).await?;
        change.commit().await?;
        Ok(token)
    }

    /// The hash of a password that is good enough for a person; made beside the threads that serve.
    pub(super) async fn hash_password(&self, password: &str, name: &str, email: &str) -> Result<String> {
        let enough = passwords::good_enough(password, &[name, email, self.name()]);
        enough.map_err(|what| Refusal::of_form(what).at("password"))?;
        let (password, environment) = (password.to_owned(), self.environment().clone());
        self.store().hashing(move |memory| passwords::hash(&password, memory, &environment)).await
    }

    async fn forget_password(&self, change: &Change, id: &str) -> Result<()> {
        password::Entity::delete_by_id((self.code().to_owned(), id.to_owned())).exec(change.tx()).await?;
        Ok(())
    }

    pub(super) async fn keep_password(&self, change: &mut Change, id: &str, hash: String) -> Result<()> {
        self.forget_password(change, id).await?;
        let row = password::ActiveModel {
            authority: Set(self.code().to_owned()),
            person: Set(id.to_owned()),
            hash: Set(hash),
            changed_at: Set(change.now()),
        };
        row.insert(change.tx()).await?;
        change.log(Event::new("password.set", format!("person:{id}")));
        Ok(())
    }
}
