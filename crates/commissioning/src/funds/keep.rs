//! Funds in the database.

use enough_kernel::{Pence, Refusal};
use enough_store::audit::{Actor, Event};
use enough_store::sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};
use enough_store::{Authority, Result, StoreError};

use super::panels::panels_in;
use super::records::{fund as table, fund_contribution, fund_entry};
use super::rules::{COVERED, DUTIES, openable, well_formed};
use super::{Account, Contribution, Entry, Fund, Kind, State, Text, split};

pub(super) fn damaged(error: impl ToString) -> StoreError {
    StoreError::Damaged(format!("a fund: {}", error.to_string()))
}

pub(super) fn subject(id: &str) -> String {
    format!("fund:{id}")
}

async fn contributions_in(
    db: &impl ConnectionTrait,
    authority: &str,
    id: &str,
) -> Result<Vec<fund_contribution::Model>> {
    let find = fund_contribution::Entity::find()
        .filter(fund_contribution::Column::Authority.eq(authority))
        .filter(fund_contribution::Column::Fund.eq(id));
    Ok(find.order_by_asc(fund_contribution::Column::Number).all(db).await?)
}

fn read_entry(row: fund_entry::Model) -> Result<Entry> {
    Ok(Entry {
        number: row.number,
        at: row.at,
        gives: row.gives.parse().map_err(damaged)?,
        takes: row.takes.parse().map_err(damaged)?,
        amount: Pence::new(row.amount),
        what: row.what,
        payment: row.payment,
    })
}

async fn read(db: &impl ConnectionTrait, row: table::Model) -> Result<Fund> {
    let contribution = |one: fund_contribution::Model| Contribution {
        number: one.number,
        organisation: one.organisation,
        amount: Pence::new(one.amount),
        written_by: one.written_by,
        agreed: one.agreed_by.zip(one.agreed_at),
    };
    let contributions = contributions_in(db, &row.authority, &row.id).await?;
    let entries = fund_entry::Entity::find()
        .filter(fund_entry::Column::Authority.eq(&row.authority))
        .filter(fund_entry::Column::Fund.eq(&row.id))
        .order_by_asc(fund_entry::Column::Number)
        .all(db)
        .await?;
    Ok(Fund {
        text: serde_json::from_str(&row.text).map_err(damaged)?,
        state: row.state.parse().map_err(damaged)?,
        version: row.version,
        contributions: contributions.into_iter().map(contribution).collect(),
        entries: entries.into_iter().map(read_entry).collect::<Result<_>>()?,
        panels: panels_in(db, &row.authority, &row.id).await?,
        id: row.id,
    })
}

async fn find(db: &impl ConnectionTrait, authority: &str, id: &str) -> Result<table::Model> {
    let row = table::Entity::find_by_id((authority.to_owned(), id.to_owned())).one(db).await?;
    row.ok_or_else(|| StoreError::NotFound(format!("fund {id}")))
}

pub(super) async fn funds_in(db: &impl ConnectionTrait, authority: &str) -> Result<Vec<Fund>> {
    let find = table::Entity::find().filter(table::Column::Authority.eq(authority));
    let mut list = Vec::new();
    for row in find.order_by_asc(table::Column::Id).all(db).await? {
        list.push(read(db, row).await?);
    }
    Ok(list)
}

/// All funds with their books: those that end last come first.
///
/// # Errors
/// When the database fails.
pub async fn funds(authority: &Authority) -> Result<Vec<Fund>> {
    let mut list = funds_in(authority.store().read(), authority.code()).await?;
    list.sort_by_key(|one| std::cmp::Reverse(one.text.until));
    Ok(list)
}

/// A fund with its books.
///
/// # Errors
/// When there is none, or the database fails.
pub async fn fund(authority: &Authority, id: &str) -> Result<Fund> {
    let db = authority.store().read();
    read(db, find(db, authority.code(), id).await?).await
}

/// Begins a change of a fund; whatever is done then, it has the next version.
pub(super) async fn begin_any(
    authority: &Authority,
    actor: &Actor,
    id: &str,
) -> Result<(enough_store::Change, Fund, table::ActiveModel)> {
    let change = authority.begin(actor).await?;
    let row = find(change.tx(), authority.code(), id).await?;
    let mut model = row.clone().into_active_model();
    model.version = Set(row.version + 1);
    model.changed_at = Set(change.now());
    let one = read(change.tx(), row).await?;
    Ok((change, one, model))
}

/// Begins a change of a fund that was seen in a version.
pub(super) async fn begin(
    authority: &Authority,
    actor: &Actor,
    (id, seen): (&str, i32),
) -> Result<(enough_store::Change, Fund, table::ActiveModel)> {
    let (change, one, model) = begin_any(authority, actor, id).await?;
    if one.version != seen {
        return Err(StoreError::Conflict { what: subject(id), seen, now: one.version });
    }
    Ok((change, one, model))
}

pub(super) fn must_be_open(one: &Fund) -> std::result::Result<(), Refusal> {
    if one.state == State::Open {
        return Ok(());
    }
    Err(Refusal::of_form(format!("The fund is now: {}", one.state.label())))
}

/// What an entry is about: what for, the agreement, and the number of the payment under it.
pub(super) type About<'a> = (&'a str, Option<&'a str>, Option<i32>);

/// Enters that one account gives what another takes; of nothing, nothing is entered. The books that follow must be right.
pub(super) async fn enter(
    change: &enough_store::Change,
    one: &mut Fund,
    (gives, takes): (Account, Account),
    amount: Pence,
    (what, agreement, payment): About<'_>,
) -> Result<()> {
    if amount == Pence::default() {
        return Ok(());
    }
    let number = one.entries.len() as i32 + 1;
    let entry =
        Entry { number, at: change.now(), gives, takes, amount, what: what.trim().to_owned(), payment };
    let row = fund_entry::ActiveModel {
        authority: Set(change.authority().to_owned()),
        fund: Set(one.id.clone()),
        number: Set(number),
        gives: Set(entry.gives.to_string()),
        takes: Set(entry.takes.to_string()),
        amount: Set(amount.get()),
        what: Set(entry.what.clone()),
        agreement: Set(agreement.map(str::to_owned)),
        payment: Set(payment),
        person: Set(change.actor().person.clone().unwrap_or_default()),
        at: Set(entry.at),
    };
    one.entries.push(entry);
    if amount < Pence::default() || !one.books().are_right() {
        return Err(Refusal::new("There is not so much on that account", COVERED).into());
    }
    row.insert(change.tx()).await?;
    Ok(())
}

async fn is_known(authority: &Authority, organisation: &str, at: &'static str) -> Result<()> {
    if authority.organisations().await?.iter().any(|one| one.id == organisation) {
        return Ok(());
    }
    Err(Refusal::of_form("Choose the organisation").at(at).into())
}

/// Keeps the draft of a fund; gives its id.
///
/// # Errors
/// Refused when it is no fund.
pub async fn add_fund(authority: &Authority, actor: &Actor, text: &Text) -> Result<String> {
    well_formed(text)?;
    is_known(authority, &text.host, "host").await?;
    let mut change = authority.begin(actor).await?;
    let id = authority.environment().id();
    let row = table::ActiveModel {
        authority: Set(authority.code().to_owned()),
        id: Set(id.clone()),
        text: Set(serde_json::to_string(text).map_err(damaged)?),
        state: Set(State::Draft.to_string()),
        version: Set(1),
        changed_at: Set(change.now()),
    };
    row.insert(change.tx()).await?;
    change.log(Event::new("fund.add", subject(&id)).with("name", text.name.trim()));
    change.commit().await?;
    Ok(id)
}

/// Changes the draft of a fund. Who agreed to put money in agreed to what it said: they are asked again.
///
/// # Errors
/// A conflict when somebody has changed it since; refused once it is open.
pub async fn change_fund(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    text: &Text,
) -> Result<()> {
    well_formed(text)?;
    is_known(authority, &text.host, "host").await?;
    let (mut change, one, mut row) = begin(authority, actor, place).await?;
    if one.state != State::Draft {
        return Err(Refusal::of_form("An open fund stays what was agreed: close it and begin another").into());
    }
    if one.text != *text {
        fund_contribution::Entity::update_many()
            .col_expr(fund_contribution::Column::AgreedBy, Option::<String>::None.into())
            .col_expr(
                fund_contribution::Column::AgreedAt,
                Option::<chrono::DateTime<chrono::Utc>>::None.into(),
            )
            .filter(fund_contribution::Column::Authority.eq(authority.code()))
            .filter(fund_contribution::Column::Fund.eq(place.0))
            .exec(change.tx())
            .await?;
    }
    row.text = Set(serde_json::to_string(text).map_err(damaged)?);
    row.update(change.tx()).await?;
    change.log(Event::new("fund.change", subject(place.0)));
    change.commit().await
}

/// Writes down what an organisation is to put in. Gives its number.
///
/// # Errors
/// Refused in a closed fund, and for nothing.
pub async fn add_contribution(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    (organisation, amount): (&str, Pence),
) -> Result<i32> {
    let person = actor.somebody()?.to_owned();
    is_known(authority, organisation, "organisation").await?;
    let (mut change, one, row) = begin(authority, actor, place).await?;
    if one.state == State::Closed {
        return Err(Refusal::of_form("The fund is closed").into());
    }
    if amount <= Pence::default() {
        return Err(Refusal::of_form("Say how much").at("amount").into());
    }
    let is_other = one.contributions.iter().any(|of| of.organisation != organisation);
    if one.text.kind == Kind::Single && is_other {
        let rule =
            "One body puts money into its own budget: of several, write down a pooled or an aligned fund";
        return Err(Refusal::of_form(rule).at("organisation").into());
    }
    let number = one.contributions.iter().map(|one| one.number).max().unwrap_or(0) + 1;
    let contribution = fund_contribution::ActiveModel {
        authority: Set(authority.code().to_owned()),
        fund: Set(place.0.to_owned()),
        number: Set(number),
        organisation: Set(organisation.to_owned()),
        amount: Set(amount.get()),
        written_by: Set(person),
        agreed_by: Set(None),
        agreed_at: Set(None),
    };
    contribution.insert(change.tx()).await?;
    row.update(change.tx()).await?;
    change.log(
        Event::new("fund.add-contribution", subject(place.0))
            .with("number", number)
            .with("pence", amount.get()),
    );
    change.commit().await?;
    Ok(number)
}

/// Takes away a contribution that nobody agreed to.
///
/// # Errors
/// Refused once it is agreed.
pub async fn remove_contribution(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    number: i32,
) -> Result<()> {
    let (mut change, one, row) = begin(authority, actor, place).await?;
    let of = contribution(&one, number)?;
    if of.agreed.is_some() {
        return Err(Refusal::new("What is agreed stays", COVERED).into());
    }
    let key = (authority.code().to_owned(), place.0.to_owned(), number);
    fund_contribution::Entity::delete_by_id(key).exec(change.tx()).await?;
    row.update(change.tx()).await?;
    change.log(Event::new("fund.remove-contribution", subject(place.0)).with("number", number));
    change.commit().await
}

fn contribution(one: &Fund, number: i32) -> Result<&Contribution> {
    let of = one.contributions.iter().find(|of| of.number == number);
    of.ok_or_else(|| StoreError::NotFound(format!("contribution {number}")))
}

/// Agrees to put money in: somebody of the organisation whose money it is, who did not write it down. Into an open fund it goes at once.
///
/// # Errors
/// Refused to others, and twice.
pub async fn agree_contribution(
    authority: &Authority,
    actor: &Actor,
    place: (&str, i32),
    number: i32,
) -> Result<()> {
    let person = actor.somebody()?.to_owned();
    let (mut change, mut one, row) = begin(authority, actor, place).await?;
    let of = contribution(&one, number)?.clone();
    if actor.organisation.as_ref() != Some(&of.organisation) {
        return Err(Refusal::new("Whoever's money it is agrees", DUTIES).into());
    }
    if of.written_by == person {
        return Err(Refusal::new("Somebody agrees who did not write it down", DUTIES).into());
    }
    if of.agreed.is_some() || one.state == State::Closed {
        return Err(Refusal::of_form("It is agreed already, or the fund is closed").into());
    }
    let key = (authority.code().to_owned(), place.0.to_owned(), number);
    let found = fund_contribution::Entity::find_by_id(key).one(change.tx()).await?;
    let found = found.ok_or_else(|| StoreError::NotFound(format!("contribution {number}")))?;
    let mut found = found.into_active_model();
    found.agreed_by = Set(Some(person));
    found.agreed_at = Set(Some(change.now()));
    found.update(change.tx()).await?;
    if one.state == State::Open {
        put_in(&change, &mut one, &of).await?;
    }
    row.update(change.tx()).await?;
    change.log(Event::new("fund.agree-contribution", subject(place.0)).with("number", number));
    change.commit().await
}

async fn put_in(change: &enough_store::Change, one: &mut Fund, of: &Contribution) -> Result<()> {
    let accounts = (Account::Contribution(of.number), Account::Free);
    enter(change, one, accounts, of.amount, ("Put in", None, None)).await
}

/// Opens a fund: what everybody agreed to is in it from then on, and everybody reads its books.
///
/// # Errors
/// Refused before everybody agreed.
pub async fn open_fund(authority: &Authority, actor: &Actor, place: (&str, i32)) -> Result<()> {
    actor.somebody()?;
    let (mut change, mut one, mut row) = begin(authority, actor, place).await?;
    openable(one.state, one.text.kind, &one.contributions)?;
    for of in one.contributions.clone() {
        put_in(&change, &mut one, &of).await?;
    }
    row.state = Set(State::Open.to_string());
    row.update(change.tx()).await?;
    change.log(Event::new("fund.open", subject(place.0)).with("pence", one.books().contributed().get()));
    change.commit().await
}

/// Hands what is free back to those who put it in, in proportion.
pub(super) async fn hand_back(change: &enough_store::Change, one: &mut Fund) -> Result<()> {
    let books = one.books();
    let numbers: Vec<i32> = one.contributions.iter().map(|of| of.number).collect();
    let in_it = |number: &i32| Pence::new(-books.on(&Account::Contribution(*number)).get());
    let can: Vec<Pence> = numbers.iter().map(in_it).collect();
    let parts =
        split(books.on(&Account::Free), &can).ok_or_else(|| damaged("more is free than was put in"))?;
    for (number, part) in numbers.into_iter().zip(parts) {
        let accounts = (Account::Free, Account::Contribution(number));
        enter(change, one, accounts, part, ("Handed back", None, None)).await?;
    }
    Ok(())
}

/// Closes a fund: what is left goes back to those who put it in.
///
/// # Errors
/// Refused while money is committed, or a panel decides over some.
pub async fn close_fund(authority: &Authority, actor: &Actor, place: (&str, i32)) -> Result<()> {
    actor.somebody()?;
    let (mut change, mut one, mut row) = begin(authority, actor, place).await?;
    must_be_open(&one)?;
    let (committed, panels) = (one.books().committed_in_all(), one.books().with_panels());
    if committed > Pence::default() || panels > Pence::default() {
        return Err(Refusal::new(
            format!("{committed} are committed and not paid, {panels} are with panels: release them first"),
            COVERED,
        )
        .into());
    }
    hand_back(&change, &mut one).await?;
    row.state = Set(State::Closed.to_string());
    row.update(change.tx()).await?;
    change.log(Event::new("fund.close", subject(place.0)));
    change.commit().await
}
