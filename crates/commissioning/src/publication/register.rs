//! The register of contracting processes: releases are kept as they were published, and each process as what its releases make of it.

use std::collections::{BTreeMap, BTreeSet};

use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::sea_query::{LikeExpr, OnConflict};
use enough_store::sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use enough_store::{Authority, Change, Result, StoreError};
use serde_json::Value;

use super::ocds::{OcdsError, Package, Rules, compile, in_utc, order, repeated_ids, say_the_same};
use super::records::{contract_process, contract_release};

pub use super::records::contract_process::Model as Process;
pub use super::records::contract_release::Model as Release;

/// Rows of one statement: SQLite and PostgreSQL take at most 32,766 values.
const ROWS: usize = 500;

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Releases that are new here.
    pub new: usize,
    /// Releases that were here already, the same.
    pub known: usize,
    /// Processes that they belong to.
    pub processes: usize,
    /// Releases that were not taken: ocid, id, and why.
    pub refused: Vec<(String, String, String)>,
    /// Ids that stand twice in one list of a new release: ocid, release, list, id.
    pub repeated: Vec<[String; 4]>,
}

/// Keeps the releases of packages and merges the processes they belong to. A release that is here already stays as it is; one with the same
/// id and another content is refused, for what is published does not change.
///
/// # Errors
/// When a release has no ocid, id or date, releases of a process cannot be merged, or the database fails; nothing is kept then.
pub async fn import(authority: &Authority, actor: &Actor, what: (&str, &[Package])) -> Result<Imported> {
    let mut change = authority.begin(actor).await?;
    let done = import_in(&mut change, authority, what).await?;
    change.commit().await?;
    Ok(done)
}

/// The same within a change.
pub(super) async fn import_in(
    change: &mut Change,
    authority: &Authority,
    (source, packages): (&str, &[Package]),
) -> Result<Imported> {
    let (mut done, mut rows) = (Imported::default(), BTreeMap::new());
    let mut at = 0;
    for package in packages {
        let rules = Rules::for_extensions(package.extensions.iter().map(String::as_str));
        for release in &package.releases {
            at += 1;
            let row = row(authority, package, release, at).map_err(refused)?;
            let key = (row.ocid.clone(), row.id.clone());
            match rows.get(&key) {
                None => {
                    let twice = repeated_ids(release, &rules);
                    let of = |(list, id)| [key.0.clone(), key.1.clone(), list, id];
                    done.repeated.extend(twice.into_iter().map(of));
                    rows.insert(key, row);
                }
                Some(same) => count_again(&mut done, same, &row),
            }
        }
    }
    let ocids: BTreeSet<String> = rows.keys().map(|(ocid, _)| ocid.clone()).collect();
    let mut all: BTreeMap<String, Vec<Release>> = BTreeMap::new();
    for some in ocids.iter().collect::<Vec<_>>().chunks(ROWS) {
        for known in releases_of(change.tx(), authority.code(), some).await? {
            if let Some(row) = rows.remove(&(known.ocid.clone(), known.id.clone())) {
                count_again(&mut done, &known, &row);
            }
            all.entry(known.ocid.clone()).or_default().push(known);
        }
    }
    done.new = rows.len();
    done.repeated.retain(|[ocid, id, ..]| rows.contains_key(&(ocid.clone(), id.clone())));
    // Only processes with something new are merged anew.
    let touched: BTreeSet<String> = rows.keys().map(|(ocid, _)| ocid.clone()).collect();
    let mut new: Vec<Release> = rows.into_values().collect();
    for row in &mut new {
        row.kept_at = change.now();
        all.entry(row.ocid.clone()).or_default().push(row.clone());
    }
    let mut processes = Vec::with_capacity(touched.len());
    for ocid in &touched {
        processes.push(process(&all[ocid]).map_err(refused)?.into_active_model());
    }
    for some in new.chunks(ROWS) {
        let some = some.iter().cloned().map(IntoActiveModel::into_active_model);
        contract_release::Entity::insert_many(some).exec_without_returning(change.tx()).await?;
    }
    for some in processes.chunks(ROWS) {
        contract_process::Entity::insert_many(some.to_vec())
            .on_conflict(as_it_is_now())
            .exec_without_returning(change.tx())
            .await?;
    }
    done.processes = ocids.len();
    change.log(
        Event::new("contract-release.import", "contract-register")
            .with("source", source)
            .with("new", done.new)
            .with("known", done.known)
            .with("refused", done.refused.len()),
    );
    Ok(done)
}

/// A process that is there becomes what it is now.
fn as_it_is_now() -> OnConflict {
    use contract_process::Column;
    OnConflict::columns([Column::Authority, Column::Ocid])
        .update_columns([
            Column::Title,
            Column::Buyer,
            Column::Suppliers,
            Column::Status,
            Column::Pence,
            Column::Currency,
            Column::Date,
            Column::Releases,
            Column::Words,
            Column::Compiled,
        ])
        .to_owned()
}

fn refused(error: OcdsError) -> StoreError {
    StoreError::refused(error.to_string())
}

/// A release that is there twice: the same, or not.
fn count_again(done: &mut Imported, known: &Release, again: &Release) {
    // The order of fields says nothing.
    let content = |one: &Release| serde_json::from_str::<Value>(&one.content).ok();
    let is_same =
        || content(known).zip(content(again)).is_some_and(|(known, again)| say_the_same(&known, &again));
    if known.content == again.content || is_same() {
        done.known += 1;
    } else {
        let why =
            "a release with this id is here with another content, and what was published does not change";
        done.refused.push((again.ocid.clone(), again.id.clone(), why.to_owned()));
    }
}

fn row(
    authority: &Authority,
    package: &Package,
    release: &Value,
    at: usize,
) -> std::result::Result<Release, OcdsError> {
    let text = |field: &'static str| {
        let text = release.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| OcdsError::Field { place: at.to_string(), field })
    };
    let (ocid, id, date) = (text("ocid")?, text("id")?, text("date")?);
    if ocid.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(OcdsError::Other(format!(
            "release {at}: {ocid:?} is no ocid: it has spaces or control characters"
        )));
    }
    // PostgreSQL keeps no NUL in text.
    let known = [Some(&id), Some(&date), package.publisher.as_ref(), package.license.as_ref()];
    if known.into_iter().flatten().any(|text| text.contains('\0')) {
        return Err(OcdsError::Other(format!(
            "release {at} of {ocid}: there is a NUL in its id, date, publisher or licence"
        )));
    }
    Ok(Release {
        authority: authority.code().to_owned(),
        ocid,
        id,
        date,
        publisher: package.publisher.clone().unwrap_or_default(),
        license: package.license.clone().unwrap_or_default(),
        extensions: Value::from(package.extensions.clone()).to_string(),
        content: release.to_string(),
        kept_at: authority.environment().now(),
    })
}

/// What the releases of a process make of it.
fn process(releases: &[Release]) -> std::result::Result<Process, OcdsError> {
    let wrong =
        |error: serde_json::Error| OcdsError::Other(format!("a release that was kept is no JSON: {error}"));
    let (mut values, mut extensions) = (Vec::new(), BTreeSet::new());
    for release in releases {
        values.push(serde_json::from_str::<Value>(&release.content).map_err(wrong)?);
        extensions.extend(serde_json::from_str::<Vec<String>>(&release.extensions).map_err(wrong)?);
    }
    let rules = Rules::for_extensions(extensions.iter().map(String::as_str));
    // Those with the same date in the order of their ids, whatever the order they came in.
    let mut in_order: Vec<usize> = (0..releases.len()).collect();
    in_order.sort_by(|a, b| releases[*a].id.cmp(&releases[*b].id));
    let list: Vec<&Value> = in_order.into_iter().map(|at| &values[at]).collect();
    let compiled = compile(&list, &rules)?;
    let text = |pointer: &str| compiled.pointer(pointer).and_then(Value::as_str);
    // PostgreSQL keeps no NUL in text.
    let first =
        |pointers: &[&str]| pointers.iter().find_map(|at| text(at)).unwrap_or_default().replace('\0', "");
    let title = first(&["/tender/title", "/contracts/0/title", "/awards/0/title", "/planning/project/title"]);
    let buyer = first(&["/buyer/name", "/tender/procuringEntity/name"]);
    let suppliers = suppliers(&compiled);
    let (pence, currency) = value(&compiled);
    let description = first(&["/tender/description"]);
    Ok(Process {
        authority: releases[0].authority.clone(),
        ocid: releases[0].ocid.clone(),
        words: [&title, &buyer, &suppliers, &description, &releases[0].ocid]
            .map(|one| one.to_lowercase())
            .join("\n"),
        title,
        buyer,
        suppliers,
        status: status(&compiled).to_owned(),
        pence,
        currency,
        date: in_utc(text("/date").unwrap_or_default()),
        releases: releases.len() as i32,
        compiled: compiled.to_string(),
    })
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value.get(field).and_then(Value::as_array).into_iter().flatten()
}

/// The awards or contracts of a process that were not given up.
fn standing<'a>(compiled: &'a Value, field: &str) -> Vec<&'a Value> {
    let status = |one: &Value| one.get("status").and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_over = |one: &&Value| ["cancelled", "unsuccessful"].contains(&status(one).as_str());
    list(compiled, field).filter(|one| !is_over(one)).collect()
}

/// The names of those who were awarded something, once each, as JSON.
fn suppliers(compiled: &Value) -> String {
    let mut names: Vec<String> = Vec::new();
    for supplier in standing(compiled, "awards").into_iter().flat_map(|award| list(award, "suppliers")) {
        let name = supplier.get("name").and_then(Value::as_str).unwrap_or_default().replace('\0', "");
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    Value::from(names).to_string()
}

impl Process {
    /// The names of those who were awarded something.
    pub fn suppliers(&self) -> Vec<String> {
        serde_json::from_str(&self.suppliers).unwrap_or_default()
    }
}

/// How far the process is: the status of its contracts, else of its awards, else of its tender.
fn status(compiled: &Value) -> &'static str {
    let has = |field: &str, status: &str| {
        list(compiled, field).any(|one| one.get("status").and_then(Value::as_str) == Some(status))
    };
    match compiled.pointer("/tender/status").and_then(Value::as_str) {
        _ if has("contracts", "active") => "Contract running",
        _ if has("contracts", "pending") => "Contract to be signed",
        _ if has("contracts", "terminated") || has("contracts", "cancelled") => "Contract ended",
        _ if has("awards", "active") => "Awarded",
        Some("planning" | "planned") => "Planned",
        Some("active") => "Open",
        Some("cancelled" | "unsuccessful" | "withdrawn") => "Ended without award",
        Some("complete") => "Complete",
        _ if !standing(compiled, "awards").is_empty() => "Awarded",
        _ if list(compiled, "awards").next().is_some() => "Ended without award",
        _ if compiled.get("tender").is_some() => "Published",
        _ => "Planned",
    }
}

/// What it is worth, in hundredths of a currency: the sum of its contracts, else of its awards, else the tender's value; nothing where an
/// amount has no currency, currencies differ, or the sum is beyond all measure.
fn value(compiled: &Value) -> (Option<i64>, Option<String>) {
    let tender: Vec<&Value> = compiled.get("tender").into_iter().collect();
    for list in [standing(compiled, "contracts"), standing(compiled, "awards"), tender] {
        let amounts: Vec<(&Value, &str)> = list
            .into_iter()
            .filter_map(|one| {
                let currency = one.pointer("/value/currency").and_then(Value::as_str).unwrap_or_default();
                // With tax where that is all that is said.
                let amount = one.pointer("/value/amount").or_else(|| one.pointer("/value/amountGross"))?;
                Some((amount, currency))
            })
            .collect();
        let Some((_, first)) = amounts.first() else { continue };
        let mut sum = Some(0_i64);
        for (amount, currency) in &amounts {
            let pence = amount.as_f64().map(|amount| (amount * 100.0).round());
            let pence = pence.filter(|pence| pence.abs() < 1e17 && currency == first && !first.is_empty());
            sum = sum.zip(pence).and_then(|(sum, pence)| sum.checked_add(pence as i64));
        }
        return (sum, sum.map(|_| first.replace('\0', "")));
    }
    (None, None)
}

async fn releases_of(db: &impl ConnectionTrait, authority: &str, ocids: &[&String]) -> Result<Vec<Release>> {
    use contract_release::Column;
    let find = contract_release::Entity::find()
        .filter(Column::Authority.eq(authority))
        .filter(Column::Ocid.is_in(ocids.iter().map(|ocid| ocid.as_str())));
    let mut list = find.all(db).await?;
    list.sort_by(|a, b| order(&a.date).cmp(&order(&b.date)).then_with(|| a.id.cmp(&b.id)));
    Ok(list)
}

/// Processes whose title, buyer, supplier, description or ocid has a text in it, newest first: how many there are, and some of them.
///
/// # Errors
/// When the database fails.
pub async fn contracts(
    authority: &Authority,
    text: &str,
    (from, limit): (u64, u64),
) -> Result<(u64, Vec<Process>)> {
    use contract_process::Column;
    let mut find = contract_process::Entity::find().filter(Column::Authority.eq(authority.code()));
    let text = text.trim().to_lowercase();
    if !text.is_empty() {
        let literal = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        find =
            find.filter(Column::Words.into_expr().like(LikeExpr::new(format!("%{literal}%")).escape('\\')));
    }
    let db = authority.store().read();
    let all = find.clone().count(db).await?;
    let find = find.order_by_desc(Column::Date).order_by_asc(Column::Ocid);
    Ok((all, find.offset(from).limit(limit).all(db).await?))
}

/// A process with its releases, oldest first.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn contract(authority: &Authority, ocid: &str) -> Result<(Process, Vec<Release>)> {
    let db = authority.store().read();
    let key = (authority.code().to_owned(), ocid.to_owned());
    let row = contract_process::Entity::find_by_id(key).one(db).await?;
    let row = row.ok_or_else(|| StoreError::NotFound(format!("contract {ocid}")))?;
    let releases = releases_of(db, authority.code(), &[&row.ocid]).await?;
    Ok((row, releases))
}

/// Releases in the order of ocid and id, after one of them: for those who copy all of it.
///
/// # Errors
/// When the database fails.
pub async fn releases(
    authority: &Authority,
    after: Option<(&str, &str)>,
    limit: u64,
) -> Result<Vec<Release>> {
    use contract_release::Column;
    let mut find = contract_release::Entity::find().filter(Column::Authority.eq(authority.code()));
    if let Some((ocid, id)) = after {
        let later = Column::Ocid.eq(ocid).and(Column::Id.gt(id));
        find = find.filter(Column::Ocid.gt(ocid).or(later));
    }
    let find = find.order_by_asc(Column::Ocid).order_by_asc(Column::Id).limit(limit);
    Ok(find.all(authority.store().read()).await?)
}
