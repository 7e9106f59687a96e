//! Organisations: who works with the authority.

use chrono::{DateTime, Utc};
use enough_kernel::Refusal;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::records::organisation::{ActiveModel, Column, Entity, Model};
use super::roles::OrganisationKind;
use crate::audit::{Actor, Event};
use crate::change::{Authority, Change};
use crate::error::{Result, StoreError};
use crate::records::met;

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Counts its changes.
    pub version: i32,
    /// When it was closed, if it was.
    pub closed_at: Option<DateTime<Utc>>,
}

/// What can be written about an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationDraft {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: OrganisationKind,
}

impl OrganisationDraft {
    fn checked(&self) -> Result<String> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 200 {
            let what = "Give the organisation a name of at most 200 characters";
            return Err(Refusal::of_form(what).at("name").into());
        }
        Ok(name.to_owned())
    }
}

fn read(row: Model) -> Result<Organisation> {
    let kind = row.kind.parse().map_err(StoreError::Damaged)?;
    Ok(Organisation { id: row.id, name: row.name, kind, version: row.version, closed_at: row.closed_at })
}

impl Authority {
    /// All organisations by name, closed ones too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn organisations(&self) -> Result<Vec<Organisation>> {
        let rows = Entity::find().filter(Column::Authority.eq(self.code())).all(self.store().read()).await?;
        let mut list = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        list.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then(a.id.cmp(&b.id)));
        Ok(list)
    }

    /// One organisation.
    ///
    /// # Errors
    /// When there is none, or the database fails.
    pub async fn organisation(&self, id: &str) -> Result<Organisation> {
        self.find_organisation(self.store().read(), id).await
    }

    pub(super) async fn find_organisation(
        &self,
        db: &impl ConnectionTrait,
        id: &str,
    ) -> Result<Organisation> {
        let row = Entity::find_by_id((self.code().to_owned(), id.to_owned())).one(db).await?;
        read(row.ok_or_else(|| StoreError::NotFound(format!("organisation {id}")))?)
    }

    /// Adds one; gives its id.
    ///
    /// # Errors
    /// When the draft is not complete, or the database fails.
    pub async fn add_organisation(&self, actor: &Actor, draft: &OrganisationDraft) -> Result<String> {
        let mut change = self.begin(actor).await?;
        let id = self.insert_organisation(&mut change, draft).await?;
        change.commit().await?;
        Ok(id)
    }

    pub(super) async fn insert_organisation(
        &self,
        change: &mut Change,
        draft: &OrganisationDraft,
    ) -> Result<String> {
        let (name, id) = (draft.checked()?, self.environment().id());
        let row = ActiveModel {
            authority: Set(self.code().to_owned()),
            id: Set(id.clone()),
            name: Set(name),
            kind: Set(draft.kind.to_string()),
            version: Set(1),
            created_at: Set(change.now()),
            closed_at: Set(None),
        };
        row.insert(change.tx()).await?;
        change
            .log(Event::new("organisation.add", format!("organisation:{id}")).with("kind", draft.kind.key()));
        Ok(id)
    }

    /// Changes one that was seen at a version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else changed it meanwhile.
    pub async fn change_organisation(
        &self,
        actor: &Actor,
        id: &str,
        seen: i32,
        draft: &OrganisationDraft,
    ) -> Result<()> {
        let name = draft.checked()?;
        let mut change = self.begin(actor).await?;
        let before = self.find_organisation(change.tx(), id).await?;
        let done = Entity::update_many()
            .col_expr(Column::Name, Expr::value(name.clone()))
            .col_expr(Column::Kind, Expr::value(draft.kind.key()))
            .col_expr(Column::Version, Expr::value(seen + 1))
            .filter(Column::Authority.eq(self.code()))
            .filter(Column::Id.eq(id))
            .filter(Column::Version.eq(seen))
            .exec(change.tx())
            .await?;
        met(done.rows_affected, format!("organisation {}", before.name), seen, Some(before.version))?;
        let mut fields = Vec::new();
        fields.extend((before.name != name).then_some("name"));
        fields.extend((before.kind != draft.kind).then_some("kind"));
        change.log(Event::new("organisation.change", format!("organisation:{id}")).with("fields", fields));
        change.commit().await
    }
}
