//! Why a process is: the need, the objectives of plans that it serves, the money that is meant for it, and whose money it is.

use chrono::NaiveDate;
use enough_kernel::Pence;
use enough_plans::{Figure, Indicator, Objective, ObjectiveKey, Plan, Reading, Unit, plans};
use enough_store::accounts::{Organisation, OrganisationKind};
use enough_store::{Authority, Result};
use serde_json::{Value, json};

use super::contract::{first_moment, plain, value};
use super::release::{Publisher, party_id, supplier};
use crate::funds::{Account, Fund, funds, split};
use crate::intentions::Intention;
use crate::providers::Provider;

/// An objective that a process serves.
struct Served {
    key: ObjectiveKey,
    /// What its plan is called.
    plan: String,
    is: Objective,
}

/// What somebody puts into an agreement of the process.
struct Share {
    /// The fund, and the contribution to it.
    id: String,
    /// What the fund is called.
    fund: String,
    /// The id of the organisation.
    organisation: String,
    amount: Pence,
}

/// Why a process is, as everybody may know it.
pub(super) struct Purpose {
    served: Vec<Served>,
    shares: Vec<Share>,
}

/// What each that put money into a fund bears of what the fund commits to an agreement: in proportion to what it put in, to the penny.
fn shares(one: &Fund, agreement: &str) -> Vec<Share> {
    let books = one.books();
    let (committed, paid) = (Account::Committed(agreement.to_owned()), Account::Paid(agreement.to_owned()));
    let has_backed = one.entries.iter().any(|entry| entry.takes == committed);
    let agreed: Vec<_> = one.contributions.iter().filter(|one| one.agreed.is_some()).collect();
    let amounts: Vec<Pence> = agreed.iter().map(|one| one.amount).collect();
    let all = Pence::new(books.on(&committed).get() + books.on(&paid).get());
    // A fund that took all of it back bears nothing; what was published once is said to be nothing now.
    let parts = if has_backed { split(all, &amounts).unwrap_or_default() } else { Vec::new() };
    let share = |(of, amount): (&&crate::funds::Contribution, Pence)| Share {
        id: format!("{}-{}-{agreement}", one.id, of.number),
        fund: one.text.name.clone(),
        organisation: of.organisation.clone(),
        amount,
    };
    agreed.iter().zip(parts).map(share).collect()
}

impl Purpose {
    /// Why a plan is, and whose money pays these agreements that came from it.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn of(authority: &Authority, plan: &Intention, agreements: &[&str]) -> Result<Self> {
        let known: Vec<Plan> = plans(authority).await?.into_iter().filter(Plan::is_public).collect();
        let served = plan.text.objectives.iter().filter_map(|key| {
            let of = known.iter().find(|one| one.id == key.plan)?;
            let is = of.text.objectives.get(key.number.checked_sub(1)?)?.clone();
            Some(Served { key: key.clone(), plan: of.text.title.clone(), is })
        });
        let funds = if agreements.is_empty() { Vec::new() } else { funds(authority).await? };
        let funds = funds.iter().filter(|one| one.is_public());
        let shares = funds.flat_map(|one| agreements.iter().flat_map(|id| shares(one, id))).collect();
        Ok(Self { served: served.collect(), shares })
    }

    /// How a release refers to whoever puts money in: the authority is the buyer.
    fn source(share: &Share, buyer: &Value, organisations: &[Organisation]) -> Option<Value> {
        let of = organisations.iter().find(|of| of.id == share.organisation)?;
        Some(match of.kind {
            OrganisationKind::Authority => buyer.clone(),
            _ => json!({ "id": party_id(&of.id), "name": of.name }),
        })
    }

    /// The part of a release that says why.
    pub(super) fn planning(
        &self,
        plan: &Intention,
        (authority, publisher): (&Authority, &Publisher),
        organisations: &[Organisation],
    ) -> Value {
        let mut planning = json!({ "rationale": plan.text.why });
        let objective = |one: &Served| {
            json!({
                "id": one.key.to_string(), "plan": one.plan, "title": one.is.title,
                "outcome": one.is.outcome.label(), "uri": format!("{}/objectives/{}", publisher.site, one.key),
            })
        };
        let mut budget = json!({ "amount": value(plan.text.most) });
        if let Some(first) = self.served.first() {
            planning["objectives"] = json!(self.served.iter().map(objective).collect::<Vec<_>>());
            budget["project"] = json!(first.is.title);
            budget["projectID"] = json!(first.key.to_string());
        }
        let buyer = json!({ "id": publisher.buyer_id(authority), "name": authority.name() });
        let line = |share: &Share| {
            Some(json!({
                "id": share.id, "description": share.fund, "amount": value(share.amount),
                "sourceParty": Self::source(share, &buyer, organisations)?,
            }))
        };
        let lines: Vec<Value> = self.shares.iter().filter_map(line).collect();
        if !lines.is_empty() {
            budget["budgetBreakdown"] = json!(lines);
        }
        planning["budget"] = budget;
        planning
    }

    /// Adds whoever puts money in to the parties, or the role to those who are there.
    pub(super) fn add_funders(
        &self,
        parties: &mut Vec<Value>,
        (authority, publisher): (&Authority, &Publisher),
        (organisations, providers): (&[Organisation], &[Provider]),
    ) {
        let buyer = json!({ "id": publisher.buyer_id(authority) });
        for share in &self.shares {
            let Some(source) = Self::source(share, &buyer, organisations) else { continue };
            if parties.iter().all(|party| party["id"] != source["id"])
                && let Some(of) = organisations.iter().find(|of| of.id == share.organisation)
            {
                parties.push(supplier(of, &[], providers));
            }
            let party = parties.iter_mut().find(|party| party["id"] == source["id"]);
            if let Some(Value::Array(roles)) = party.and_then(|party| party.get_mut("roles")) {
                let new = ["funder", "sourceParty"].into_iter().filter(|role| !roles.contains(&json!(role)));
                let new: Vec<Value> = new.map(Value::from).collect();
                roles.extend(new);
            }
        }
    }

    /// What is foreseen for all children of the authority: each indicator of the objectives from its baseline to its target.
    pub(super) fn indicators(&self) -> Vec<Value> {
        let of = |one: &Served| {
            let key = one.key.to_string();
            (1..)
                .zip(&one.is.indicators)
                .map(|(number, is): (usize, _)| indicator(&format!("{key}/{number}"), &key, is))
                .collect::<Vec<_>>()
        };
        self.served.iter().flat_map(of).collect()
    }

    /// The objectives that it serves, as what is measured refers to them.
    pub(super) fn keys(&self) -> Vec<String> {
        self.served.iter().map(|one| one.key.to_string()).collect()
    }
}

/// A figure of a day.
pub(super) fn observation(id: &str, on: NaiveDate, measure: &str, unit: &str) -> Value {
    json!({
        "id": id, "period": { "startDate": first_moment(on), "endDate": first_moment(on) },
        "measure": measure, "unit": { "name": unit },
    })
}

fn indicator(id: &str, objective: &str, is: &Indicator) -> Value {
    let said = |name: &str, on, figure: Figure| observation(name, on, &plain(figure), is.unit.key());
    let mut seen = Vec::new();
    // Of a share of children nobody knows how many they were.
    let few = Reading { value: is.baseline, out_of: None };
    if is.unit != Unit::Children || !is.unit.is_kept_back(few) {
        seen.push(said("baseline", is.baseline_on, is.baseline));
    }
    seen.push(said("target", is.target_on, is.target));
    json!({
        "id": id, "title": is.title, "description": is.source, "accountability": "population",
        "relatedObjectives": [objective], "observations": seen,
    })
}
