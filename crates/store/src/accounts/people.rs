//! People: who they are, whom they work for, what they may do.

use chrono::{DateTime, Utc};
use enough_kernel::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::links::Purpose;
use super::records::{person, person_role};
use super::roles::{Action, Role};
use crate::audit::{Actor, Event};
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};
use crate::names;
use crate::records::met;

names! {
    /// Whether a person may come in.
    State {
        Invited = "invited", "Invited, has no password yet";
        Active = "active", "Active";
        Disabled = "disabled", "Disabled";
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person's id.
    pub id: String,
    /// The id of the organisation they work for.
    pub organisation: String,
    /// Their name.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// Whether they may come in.
    pub state: State,
    /// What they are here for.
    pub roles: Vec<Role>,
    /// Counts the changes.
    pub version: i32,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When they signed in last.
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// What can be written about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonDraft {
    /// Their name.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// The id of the organisation they work for.
    pub organisation: String,
    /// What they are here for.
    pub roles: Vec<Role>,
}

impl PersonDraft {
    /// Name, e-mail address and roles as they are kept.
    fn checked(&self) -> Result<(String, String, Vec<Role>)> {
        let refuse = |at: &'static str, reason: &str| Err(Refusal::of_form(reason).at(at).into());
        let (name, email) = (self.name.trim(), self.email.trim().to_lowercase());
        if name.is_empty() || name.chars().count() > 200 {
            return refuse("name", "Give the person a name of at most 200 characters");
        }
        let parts: Vec<&str> = email.split('@').collect();
        let [local, domain] = parts[..] else {
            return refuse("email", "Give an e-mail address, such as name@example.org");
        };
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c);
        if local.is_empty() || domain.is_empty() || email.len() > 254 || email.contains(is_odd) {
            return refuse("email", "Give an e-mail address, such as name@example.org");
        }
        let mut roles = self.roles.clone();
        roles.sort_unstable();
        roles.dedup();
        if roles.is_empty() {
            return refuse("roles", "Choose at least one role");
        }
        // Whoever reviews what was opened in an emergency opens nothing.
        if Action::BreakGlass.allows(&roles) && Action::ReviewOpenings.allows(&roles) {
            return refuse("roles", "A privacy officer cannot have a role that opens closed records");
        }
        Ok((name.to_owned(), email, roles))
    }
}

impl Authority {
    /// All people by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people(&self) -> Result<Vec<Person>> {
        let db = self.store().read();
        let rows = person::Entity::find().filter(person::Column::Authority.eq(self.code())).all(db).await?;
        let mut roles = person_role::Entity::find()
            .filter(person_role::Column::Authority.eq(self.code()))
            .all(db)
            .await?;
        roles.sort_by(|a, b| a.person.cmp(&b.person));
        let mut list = Vec::new();
        for row in rows {
            let from = roles.partition_point(|role| role.person < row.id);
            let own: Vec<_> =
                roles[from..].iter().take_while(|role| role.person == row.id).cloned().collect();
            list.push(read(row, own)?);
        }
        list.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then(a.id.cmp(&b.id)));
        Ok(list)
    }

    /// One person.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn person(&self, id: &str) -> Result<Person> {
        self.find_person(self.store().read(), id).await
    }

    pub(crate) async fn find_person(&self, db: &impl ConnectionTrait, id: &str) -> Result<Person> {
        let row = person::Entity::find_by_id((self.code().to_owned(), id.to_owned())).one(db).await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("person {id}")))?;
        let roles = person_role::Entity::find()
            .filter(person_role::Column::Authority.eq(self.code()))
            .filter(person_role::Column::Person.eq(id))
            .all(db)
            .await?;
        read(row, roles)
    }

    pub(super) async fn find_email(&self, db: &impl ConnectionTrait, email: &str) -> Result<Option<Person>> {
        let row = person::Entity::find()
            .filter(person::Column::Authority.eq(self.code()))
            .filter(person::Column::Email.eq(email.trim().to_lowercase()))
            .one(db)
            .await?;
        match row {
            Some(row) => Ok(Some(self.find_person(db, &row.id).await?)),
            None => Ok(None),
        }
    }

    /// Adds a person who chooses a password with the link that is returned: their id, and what is in the link.
    ///
    /// # Errors
    /// When the draft is not complete, somebody has the address already, or the database fails.
    pub async fn invite(&self, actor: &Actor, draft: &PersonDraft) -> Result<(String, String)> {
        let mut change = self.begin(actor).await?;
        let id = self.insert_person(&mut change, draft, State::Invited).await?;
        let token = self.make_link(&mut change, Some(&id), Purpose::Invitation).await?;
        change.commit().await?;
        Ok((id, token))
    }

    /// Adds a person with a password: the first administrator, and people of a demonstration.
    ///
    /// # Errors
    /// As [`Authority::invite`]; and when the password is not good enough.
    pub async fn add_person(&self, actor: &Actor, draft: &PersonDraft, password: &str) -> Result<String> {
        let hash = self.hash_password(password, &draft.name, &draft.email).await?;
        let mut change = self.begin(actor).await?;
        let id = self.insert_person(&mut change, draft, State::Active).await?;
        self.keep_password(&mut change, &id, hash).await?;
        change.commit().await?;
        Ok(id)
    }

    pub(super) async fn insert_person(
        &self,
        change: &mut Change,
        draft: &PersonDraft,
        state: State,
    ) -> Result<String> {
        let (name, email, roles) = draft.checked()?;
        self.find_organisation(change.tx(), &draft.organisation).await?;
        self.refuse_twice(change.tx(), &email, None).await?;
        let id = self.environment().id();
        let row = person::ActiveModel {
            authority: Set(self.code().to_owned()),
            id: Set(id.clone()),
            organisation: Set(draft.organisation.clone()),
            name: Set(name),
            email: Set(email),
            state: Set(state.to_string()),
            version: Set(1),
            created_at: Set(change.now()),
            last_seen_at: Set(None),
        };
        row.insert(change.tx()).await?;
        self.write_roles(change, &id, &roles).await?;
        let keys: Vec<&str> = roles.iter().map(|role| role.key()).collect();
        change.log(
            Event::new("person.add", format!("person:{id}")).with("roles", keys).with("state", state.key()),
        );
        Ok(id)
    }

    async fn refuse_twice(&self, db: &impl ConnectionTrait, email: &str, own: Option<&str>) -> Result<()> {
        match self.find_email(db, email).await? {
            Some(other) if Some(other.id.as_str()) != own => {
                Err(Refusal::of_form(format!("{email} belongs to {} already", other.name)).at("email").into())
            }
            _ => Ok(()),
        }
    }

    async fn write_roles(&self, change: &Change, id: &str, roles: &[Role]) -> Result<()> {
        person_role::Entity::delete_many()
            .filter(person_role::Column::Authority.eq(self.code()))
            .filter(person_role::Column::Person.eq(id))
            .exec(change.tx())
            .await?;
        let rows = roles.iter().map(|role| person_role::ActiveModel {
            authority: Set(self.code().to_owned()),
            person: Set(id.to_owned()),
            role: Set(role.to_string()),
        });
        person_role::Entity::insert_many(rows).exec_without_returning(change.tx()).await?;
        Ok(())
    }

    /// Changes a person who was seen at a version. Their sessions end when their roles change.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else changed them meanwhile; refused when it is one's own role, or the last
    /// administrator's.
    pub async fn change_person(&self, actor: &Actor, id: &str, seen: i32, draft: &PersonDraft) -> Result<()> {
        let (name, email, roles) = draft.checked()?;
        let mut change = self.begin(actor).await?;
        let before = self.find_person(change.tx(), id).await?;
        met(
            u64::from(before.version == seen),
            format!("person {}", before.name),
            seen,
            Some(before.version),
        )?;
        if before.roles != roles && actor.person.as_deref() == Some(id) {
            let what = "Nobody may change their own roles; ask another administrator";
            return Err(Refusal::of_form(what).at("roles").into());
        }
        if !roles.contains(&Role::Administrator) {
            self.refuse_last_administrator(change.tx(), &before).await?;
        }
        self.find_organisation(change.tx(), &draft.organisation).await?;
        self.refuse_twice(change.tx(), &email, Some(id)).await?;
        if before.email != email {
            self.part(&change, id).await?;
        }
        self.next_version(&before)
            .col_expr(person::Column::Name, Expr::value(name.clone()))
            .col_expr(person::Column::Email, Expr::value(email.clone()))
            .col_expr(person::Column::Organisation, Expr::value(draft.organisation.clone()))
            .exec(change.tx())
            .await?;
        self.write_roles(&change, id, &roles).await?;
        let mut fields = Vec::new();
        fields.extend((before.name != name).then_some("name"));
        fields.extend((before.email != email).then_some("email"));
        fields.extend((before.organisation != draft.organisation).then_some("organisation"));
        let mut event = Event::new("person.change", format!("person:{id}"));
        if before.roles != roles {
            fields.push("roles");
            let keys = |roles: &[Role]| roles.iter().map(|role| role.key()).collect::<Vec<_>>();
            event = event.with("roles_before", keys(&before.roles)).with("roles", keys(&roles));
            self.end_sessions(&mut change, id, None).await?;
            self.end_access_keys(&mut change, id, None).await?;
        }
        change.log(event.with("fields", fields));
        change.commit().await
    }

    /// An update of the next version of a person.
    pub(super) fn next_version(&self, before: &Person) -> sea_orm::UpdateMany<person::Entity> {
        person::Entity::update_many()
            .col_expr(person::Column::Version, Expr::value(before.version + 1))
            .filter(person::Column::Authority.eq(self.code()))
            .filter(person::Column::Id.eq(&before.id))
    }
}

fn read(row: person::Model, roles: Vec<person_role::Model>) -> Result<Person> {
    let mut roles: Vec<Role> =
        roles.into_iter().map(|row| row.role.parse().map_err(StoreError::Damaged)).collect::<Result<_>>()?;
    roles.sort_unstable();
    Ok(Person {
        id: row.id,
        organisation: row.organisation,
        name: row.name,
        email: row.email,
        state: row.state.parse().map_err(StoreError::Damaged)?,
        roles,
        version: row.version,
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
    })
}
