//! Patches: areas that an authority works by, such as the round of a health visitor or the surroundings of a school. A patch is a
//! name and a set of LSOAs; its figures are those of its LSOAs together.

use std::collections::{BTreeMap, BTreeSet};

use enough_kernel::Refusal;
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::sea_query::Expr;
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use enough_store::{Authority, Change, Result, StoreError};

use crate::records::patch;
use crate::{Area, MarketShare, Past, Rung, Snapshot, parsed};

/// The longest name, in characters.
const LONGEST: usize = 100;

/// A patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The codes of its LSOAs, in order.
    pub areas: BTreeSet<String>,
    /// How often it was changed: whoever changes it says which version they saw.
    pub version: i32,
}

/// A patch as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatchDraft {
    /// Its name.
    pub name: String,
    /// The codes of its LSOAs.
    pub areas: BTreeSet<String>,
}

fn read(row: patch::Model) -> Result<Patch> {
    Ok(Patch { id: row.id, name: row.name, areas: parsed(&row.areas)?, version: row.version })
}

fn json(areas: &BTreeSet<String>) -> Result<String> {
    serde_json::to_string(areas).map_err(|error| StoreError::Damaged(error.to_string()))
}

impl PatchDraft {
    /// The LSOAs that codes stand for: LSOAs themselves, and those of wards and MSOAs.
    ///
    /// # Errors
    /// When a code is none of the answer's.
    pub fn areas_of<'a>(
        snapshot: &Snapshot,
        codes: impl IntoIterator<Item = &'a str>,
    ) -> std::result::Result<BTreeSet<String>, String> {
        let mut within: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for lsoa in snapshot.areas("lsoa") {
            within.entry(&lsoa.code).or_default().push(&lsoa.code);
            for larger in [&lsoa.ward, &lsoa.msoa].into_iter().flatten() {
                within.entry(larger).or_default().push(&lsoa.code);
            }
        }
        let mut areas = BTreeSet::new();
        for code in codes {
            let code = code.to_uppercase();
            let members = within.get(code.as_str());
            let members = members.ok_or_else(|| format!("{code} is no LSOA, MSOA or ward of this answer"))?;
            areas.extend(members.iter().map(|code| (*code).to_owned()));
        }
        Ok(areas)
    }

    async fn check(&self, change: &Change, own: Option<&str>) -> Result<()> {
        let refuse = |at: &'static str, reason: &str| Err(Refusal::of_form(reason).at(at).into());
        if self.name.trim().is_empty() || self.name.chars().count() > LONGEST {
            return refuse("name", "enter a name of at most 100 characters");
        }
        if self.areas.is_empty() {
            return refuse("codes", "choose at least one area");
        }
        let same = patch::Entity::find()
            .filter(patch::Column::Authority.eq(change.authority()))
            .filter(patch::Column::Name.eq(self.name.trim()));
        let same = same.one(change.tx()).await?;
        if same.is_some_and(|same| Some(same.id.as_str()) != own) {
            return refuse("name", "there is a patch with this name already");
        }
        Ok(())
    }
}

async fn find(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<Patch> {
    let row = patch::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    read(row.ok_or_else(|| StoreError::NotFound(format!("patch {id}")))?)
}

/// All patches, by name.
///
/// # Errors
/// When the database fails.
pub async fn patches(authority: &Authority) -> Result<Vec<Patch>> {
    let find = patch::Entity::find().filter(patch::Column::Authority.eq(authority.code()));
    let rows = find.order_by_asc(patch::Column::Name).all(authority.store().read()).await?;
    rows.into_iter().map(read).collect()
}

/// One patch.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn patch(authority: &Authority, id: &str) -> Result<Patch> {
    find(authority.store().read(), authority.code(), id).await
}

/// Adds a patch; gives its id.
///
/// # Errors
/// When it is not complete or its name is taken, or the database fails.
pub async fn add_patch(authority: &Authority, actor: &Actor, draft: &PatchDraft) -> Result<String> {
    let mut change = authority.begin(actor).await?;
    draft.check(&change, None).await?;
    let id = authority.environment().id();
    let row = patch::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        name: Set(draft.name.trim().to_owned()),
        areas: Set(json(&draft.areas)?),
        version: Set(1),
        changed_at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(
        Event::new("patch.add", format!("patch:{id}"))
            .with("name", draft.name.trim())
            .with("areas", draft.areas.len()),
    );
    change.commit().await?;
    Ok(id)
}

/// Changes a patch that was seen in a version.
///
/// # Errors
/// When somebody else has changed it since, it is not complete or its name is taken, or the database fails.
pub async fn change_patch(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
    draft: &PatchDraft,
) -> Result<()> {
    let mut change = authority.begin(actor).await?;
    let now = find(change.tx(), authority.code(), id).await?;
    if now.version != seen {
        return Err(StoreError::Conflict { what: format!("patch {id}"), seen, now: now.version });
    }
    draft.check(&change, Some(id)).await?;
    patch::Entity::update_many()
        .filter(patch::Column::Authority.eq(authority.code()))
        .filter(patch::Column::Id.eq(id))
        .col_expr(patch::Column::Name, Expr::value(draft.name.trim()))
        .col_expr(patch::Column::Areas, Expr::value(json(&draft.areas)?))
        .col_expr(patch::Column::Version, Expr::value(seen + 1))
        .col_expr(patch::Column::ChangedAt, Expr::value(change.now()))
        .exec(change.tx())
        .await?;
    change.log(
        Event::new("patch.change", format!("patch:{id}"))
            .with("name_before", now.name.as_str())
            .with("name", draft.name.trim())
            .with("areas_before", now.areas.len())
            .with("areas", draft.areas.len()),
    );
    change.commit().await
}

/// Removes a patch.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn remove_patch(authority: &Authority, actor: &Actor, id: &str) -> Result<()> {
    let mut change = authority.begin(actor).await?;
    let now = find(change.tx(), authority.code(), id).await?;
    patch::Entity::delete_by_id((authority.code().to_owned(), id.to_owned())).exec(change.tx()).await?;
    change.log(
        Event::new("patch.remove", format!("patch:{id}"))
            .with("name", now.name.as_str())
            .with("areas", json(&now.areas)?),
    );
    change.commit().await
}

impl Snapshot {
    /// The LSOAs of a patch that the answer has, worst off first.
    pub fn areas_of_patch(&self, patch: &Patch) -> Vec<&Area> {
        self.areas("lsoa").filter(|area| patch.areas.contains(&area.code)).collect()
    }

    /// A patch as an area: the sums of its LSOAs, and the levels of all their children together. There is enough at a limit where
    /// its LSOAs are together short of less than half a place, as everywhere.
    ///
    /// # Errors
    /// When a record was not written by this crate.
    pub fn of_patch(&self, patch: &Patch) -> Result<Area> {
        let members = self.areas_of_patch(patch);
        let sum = |of: fn(&Area) -> f64| members.iter().map(|area| of(area)).sum::<f64>();
        let children = sum(|area| area.children);
        let mut ages: Vec<f64> = Vec::new();
        let mut history: Vec<Past> = Vec::new();
        let mut rungs: Vec<(f64, f64, f64)> = Vec::new();
        let mut of_market: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
        let (mut decile, mut with_decile) = (0.0, 0.0);
        for area in &members {
            for (at, number) in parsed::<Vec<f64>>(&area.ages)?.into_iter().enumerate() {
                ages.resize(ages.len().max(at + 1), 0.0);
                ages[at] += number;
            }
            for past in parsed::<Vec<Past>>(&area.history)? {
                match history.iter_mut().find(|known| known.when == past.when) {
                    Some(known) => known.children += past.children,
                    None => history.push(past),
                }
            }
            for (at, rung) in parsed::<Vec<Rung>>(&area.ladder)?.into_iter().enumerate() {
                rungs.resize(rungs.len().max(at + 1), (rung.minutes, 0.0, 0.0));
                let level = rung.level.unwrap_or(0.0);
                rungs[at].1 += level * area.children;
                rungs[at].2 += (self.answer.target - level).max(0.0) * area.children;
            }
            for share in parsed::<Vec<MarketShare>>(&area.markets)? {
                let known = of_market.entry(share.number).or_insert((0.0, 0.0));
                *known = (known.0 + share.children, known.1 + share.shortfall);
            }
            if let Some(of_area) = area.decile {
                decile += of_area * area.children;
                with_decile += area.children;
            }
        }
        let level = |places: f64| (children > 0.0).then(|| places / children);
        let ladder: Vec<Rung> = rungs
            .iter()
            .map(|&(minutes, places, _)| Rung { minutes, level: level(places), reach: None })
            .collect();
        let mut markets: Vec<MarketShare> = of_market
            .into_iter()
            .map(|(number, (children, shortfall))| MarketShare { number, children, shortfall })
            .collect();
        let largest =
            markets.iter().max_by(|a, b| a.children.total_cmp(&b.children)).map(|market| market.number);
        markets.sort_by(|a, b| b.shortfall.total_cmp(&a.shortfall));
        let places = sum(|area| area.places);
        let text =
            |value: serde_json::Result<String>| value.map_err(|error| StoreError::Damaged(error.to_string()));
        Ok(Area {
            authority: self.answer.authority.clone(),
            assessment: self.answer.id.clone(),
            code: patch.id.clone(),
            kind: "patch".to_owned(),
            name: patch.name.clone(),
            parent: members.first().map_or_else(String::new, |area| area.parent.clone()),
            children,
            children_off: None,
            places,
            level: level(places),
            shortfall: sum(|area| area.shortfall),
            overlap: sum(|area| area.overlap),
            without_reach: sum(|area| area.without_reach),
            minutes_to_enough: rungs.iter().find(|(.., short)| *short < 0.5).map(|(minutes, ..)| *minutes),
            decile: (with_decile > 0.0).then(|| decile / with_decile),
            ladder: text(serde_json::to_string(&ladder))?,
            ages: text(serde_json::to_string(&ages))?,
            history: text(serde_json::to_string(&history))?,
            market: largest,
            markets: text(serde_json::to_string(&markets))?,
            ward: None,
            msoa: None,
        })
    }
}
