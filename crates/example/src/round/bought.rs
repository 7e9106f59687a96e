//! The tender: published, asked about, bid for, opened by two, scored alone, moderated, decided by another, awarded and signed.

use std::collections::{BTreeMap, BTreeSet};

use enough_commissioning::intentions::{Move, intention, move_intention};
use enough_commissioning::tenders::{
    Content, Cost, Costs, Criterion, Formula, Kind, Lot, LotContent, Named, Place, Text, Weight, add_score,
    add_tender, answer_question, approve, ask_question, change_tender, compare, decide, declare, give_share,
    keep_opener_key, lock_scores, moderate, notify, publish, publish_award, recommend, submissions, submit,
    tender,
};
use enough_kernel::Pence;

use super::designed::day;
use super::{Done, Round, moment, words};

/// The passphrase with which a made-up opener opens. It protects nothing: these bids are in this file.
fn passphrase(name: &str) -> String {
    format!("seven made-up herons fish for {name}")
}

fn criterion(kind: Kind, asks: &str, percent: u32, least: u32) -> Criterion {
    let words = if kind == Kind::Price { 0 } else { 250 };
    Criterion { kind, asks: asks.to_owned(), weight: Weight::new(percent * 100), words, least }
}

/// What a price is made up of: shares of it in percent, and pay for the rest.
fn costs(price: Pence) -> Costs {
    let part = |(cost, percent): (Cost, i64)| (cost, Pence::new(price.get() * percent / 100));
    let shares = [
        (Cost::Running, 12),
        (Cost::Training, 4),
        (Cost::Monitoring, 2),
        (Cost::Premises, 7),
        (Cost::Central, 8),
    ];
    let mut costs: Costs = shares.into_iter().map(part).collect();
    let rest = price.get() - costs.values().map(|part| part.get()).sum::<i64>();
    costs.insert(Cost::Staff, Pence::new(rest));
    costs
}

fn text() -> Text {
    let lot = Lot {
        number: 1,
        title: "A day nursery".to_owned(),
        ceiling: Pence::new(36_000_000),
        formula: Formula::Relative,
        criteria: vec![
            criterion(Kind::Quality, words::QUALITY, 35, 2),
            criterion(Kind::Quality, words::REACH, 25, 2),
            criterion(Kind::SocialValue, words::SOCIAL, 10, 0),
            criterion(Kind::Price, words::PRICE, 30, 0),
        ],
        costs: true,
    };
    Text {
        title: "A day nursery where places are missing".to_owned(),
        what: words::WHAT.to_owned(),
        lots: vec![lot],
        scale: 5,
        questions_until: moment("2025-07-28T12:00:00Z"),
        closes_at: moment("2025-08-11T12:00:00Z"),
        starts_on: day("2025-11-03"),
        months: 24,
        extension: 12,
        framework: None,
        reserved: None,
        contact: "early.years@brindleford.example".to_owned(),
    }
}

impl Round<'_> {
    async fn version(&self, id: &str) -> Done<i32> {
        Ok(tender(&self.authority, id).await?.0.version)
    }

    /// Goes from the final specification to the published award; gives the id of the tender.
    pub(super) async fn buy(&self, plan: &str) -> Done<String> {
        let authority = &self.authority;
        let (cora, carl, cleo) =
            (self.actor("commissioner"), self.actor("commissioner-2"), self.actor("commissioner-3"));
        for name in ["finance", "auditor", "commissioner-3"] {
            keep_opener_key(authority, self.actor(name), &passphrase(name)).await?;
        }
        self.at("2025-07-03T10:00");
        let id = add_tender(authority, cora, plan).await?;
        change_tender(authority, cora, (&id, 1), &text(), "").await?;
        approve(authority, carl, (&id, 2)).await?;
        self.at("2025-07-07T09:00");
        let (now, _) = intention(authority, plan).await?;
        move_intention(authority, cora, (plan, now.version), &Move::Open { sooner: None }, (None, &[]))
            .await?;
        self.publish_plan(plan).await?;
        let ids = |names: [&str; 3]| names.iter().map(|name| self.id(name)).collect();
        let named = Named {
            openers: ids(["finance", "auditor", "commissioner-3"]),
            evaluators: ids(["evaluator", "evaluator-2", "evaluator-3"]),
            moderator: self.id("commissioner-2"),
            unspecified: String::new(),
        };
        publish(authority, cora, (&id, 3), &named).await?;
        self.publish(&id).await?;
        self.at("2025-07-15T11:00");
        let of = self.organisation("community-organisation");
        let question = "May several organisations share the building with the nursery?";
        ask_question(authority, self.actor("community-organisation"), (&id, &of), question).await?;
        self.at("2025-07-17T09:30");
        answer_question(
            authority,
            cora,
            (&id, 1),
            "Yes, as long as the children have rooms and a garden of their own.",
        )
        .await?;
        self.publish(&id).await?;
        self.bid(&id).await?;
        self.judge(&id).await?;
        recommend(authority, carl, (&id, self.version(&id).await?), &self.first(&id).await?).await?;
        self.at("2025-08-22T10:00");
        decide(authority, self.actor("finance"), (&id, self.version(&id).await?), None).await?;
        self.at("2025-08-26T10:00");
        notify(authority, cleo, (&id, self.version(&id).await?)).await?;
        self.at("2025-08-26T11:00");
        publish_award(authority, cleo, (&id, self.version(&id).await?)).await?;
        self.publish(&id).await?;
        Ok(id)
    }

    async fn bid(&self, id: &str) -> Done<()> {
        let asked = tender(&self.authority, id).await?.0.text.asked();
        for (at, (name, pounds, answers)) in words::BIDS.into_iter().enumerate() {
            self.at(&format!("2025-08-{:02}T16:00", 6 + at));
            let answers: BTreeMap<i32, String> =
                (1..).zip(answers).map(|(number, text)| (number, text.to_owned())).collect();
            let price = Pence::new(pounds * 100);
            let lot = LotContent { lot: 1, answers, price: Some(price), costs: costs(price) };
            let content = Content {
                asked: asked.clone(),
                lots: vec![lot],
                codes: Vec::new(),
                consortium: String::new(),
                about: "Made up".to_owned(),
                random: String::new(),
            };
            submit(&self.authority, self.actor(name), (id, &self.organisation(name)), &content).await?;
        }
        Ok(())
    }

    /// The bids in the order of the example's words.
    async fn bids(&self, id: &str) -> Done<Vec<String>> {
        let (one, _) = tender(&self.authority, id).await?;
        let all = submissions(&self.authority, &one).await?;
        let of = |name: &str| {
            let of = self.organisation(name);
            all.iter().find(|bid| bid.organisation == of).map_or_else(String::new, |bid| bid.id.clone())
        };
        Ok(words::BIDS.iter().map(|(name, ..)| of(name)).collect())
    }

    /// Two open, three score alone, and one moderates.
    async fn judge(&self, id: &str) -> Done<()> {
        let authority = &self.authority;
        self.at("2025-08-12T09:00");
        for name in ["finance", "auditor"] {
            give_share(authority, self.actor(name), id, &passphrase(name)).await?;
        }
        let bids = self.bids(id).await?;
        let place = |bid: usize, criterion: usize| Place {
            submission: bids[bid].clone(),
            lot: 1,
            criterion: criterion as i32 + 1,
        };
        self.at("2025-08-15T14:00");
        for (name, scores) in words::SCORES {
            declare(authority, self.actor(name), id, &BTreeSet::new()).await?;
            for (bid, row) in scores.iter().enumerate() {
                for (criterion, (points, reason)) in row.iter().enumerate() {
                    add_score(authority, self.actor(name), (id, &place(bid, criterion)), (*points, reason))
                        .await?;
                }
            }
            lock_scores(authority, self.actor(name), id).await?;
        }
        self.at("2025-08-19T10:00");
        for (bid, row) in words::AGREED.iter().enumerate() {
            for (criterion, (points, reason)) in row.iter().enumerate() {
                let of = self.actor("commissioner-2");
                moderate(authority, of, (id, &place(bid, criterion)), (*points, reason)).await?;
            }
        }
        Ok(())
    }

    /// Whoever is first, with the reason.
    async fn first(&self, id: &str) -> Done<BTreeMap<i32, (Option<String>, String)>> {
        let (one, _) = tender(&self.authority, id).await?;
        let standings = compare(&self.authority, &one).await?;
        let first = standings[&1].iter().find(|one| one.place == Some(1)).map(|one| one.submission.clone());
        let why = "The best on finding families who do not ask, at a price within the plan.".to_owned();
        Ok(BTreeMap::from([(1, (first, why))]))
    }
}
