//! What was promised, and what happened: measures, signature, reports, ratings, visits, payments, an improvement, a change, a grant, and the review.

use enough_assessments::Snapshot;
use enough_commissioning::agreements::{
    Agreed, Asked, Asks, Cause, Every, Expected, ImprovementState, Measure, Next, Payment, ProposalKind,
    Proposed, Rating, Said, Terms, Verdict, Visit, Without, add_agreement, add_review, agree, agreement,
    agreements_of_tender, answer_improvement, answer_proposal, ask_to_improve, decide_improvement,
    decide_proposal, note_visit, pay, propose, rate, report, sign_agreement,
};
use enough_commissioning::intentions::{
    Circumstances, Draft, Move, Route, add_intention, intention, move_intention, short,
};
use enough_commissioning::tenders::{complete, tender};
use enough_kernel::Pence;
use enough_plans::{Better, Figure, ObjectiveKey, Reading, Unit};
use enough_store::StoreError;

use super::designed::day;
use super::found::evidence;
use super::{Done, Round, words};

impl Round<'_> {
    async fn now(&self, id: &str) -> Done<i32> {
        Ok(agreement(&self.authority, id).await?.version)
    }

    /// Agrees what is measured and what should change, and signs after the standstill; gives the id of the agreement.
    pub(super) async fn agree(&self, of: &str, objective: &ObjectiveKey, places: i64) -> Done<String> {
        let (authority, cora) = (&self.authority, self.actor("commissioner"));
        let one = agreements_of_tender(authority, of).await?.remove(0);
        let (plan, _) = intention(authority, &one.intention).await?;
        let measure = |title: &str, asks, unit, target: i64| Measure {
            title: title.to_owned(),
            asks,
            unit,
            better: Better::More,
            target: Figure::whole(target),
            every: Every::Quarter,
            objective: Some(objective.clone()),
            no_objective: String::new(),
        };
        let before = short(&plan.evidence).unwrap_or_default();
        let agreed = Agreed {
            measures: vec![
                measure("Children who come each week", Asks::HowMuch, Unit::Children, 44),
                measure(
                    "Children who are two-year-olds with free hours",
                    Asks::BetterOff,
                    Unit::ShareOfChildren,
                    25,
                ),
            ],
            expected: Some(Expected {
                short: Figure::new((before.get() - places * 100).max(0)),
                how: format!("{places} places that were not there, each of which closes one that is missing"),
            }),
        };
        self.at("2025-09-01T10:00");
        agree(authority, cora, (&one.id, self.now(&one.id).await?), &agreed, "").await?;
        self.at("2025-09-08T10:00");
        let version = tender(authority, of).await?.0.version;
        complete(authority, cora, (of, version), day("2025-09-08")).await?;
        self.publish(of).await?;
        let (plan, _) = intention(authority, &one.intention).await?;
        move_intention(authority, cora, (&plan.id, plan.version), &Move::Fulfil, (None, &[])).await?;
        self.publish_plan(&plan.id).await?;
        Ok(one.id)
    }

    /// A year of reports, ratings, payments, a visit, and more money within what was announced.
    pub(super) async fn monitor(&self, id: &str, fund: &str) -> Done<()> {
        let (authority, cora, vera, fay) = (
            &self.authority,
            self.actor("commissioner"),
            self.actor("community-organisation"),
            self.actor("finance"),
        );
        let quarters = [
            ("2025-11-03", "2026-02-09", "2026-02-16"),
            ("2026-02-03", "2026-05-11", "2026-05-18"),
            ("2026-05-05", "2026-08-10", "2026-08-24"),
            ("2026-08-03", "2026-11-03", "2026-11-03"),
        ];
        let damaged = |text: &str| StoreError::Damaged(format!("{text} in the example's reports"));
        for (period, ((asked, reported, rated), (all, twos, note, rating, why))) in
            (1..).zip(quarters.into_iter().zip(words::REPORTS))
        {
            // Paid at the beginning of each quarter: a small charity cannot lend the authority money.
            let asked_on = day(asked);
            self.at(&format!("{}T12:00", asked_on + chrono::Days::new(9)));
            let paid_on = asked_on + chrono::Days::new(9);
            let what = format!("Quarter {period}");
            pay(authority, fay, id, &Payment { amount: Pence::new(3_975_000), what, asked_on, paid_on })
                .await?;
            if period == 2 {
                self.visit(id).await?;
            }
            self.at(&format!("{reported}T15:00"));
            let children = Reading { value: Figure::whole(i64::from(all)), out_of: None };
            let share = Reading { value: Figure::whole(i64::from(twos)), out_of: Some(all) };
            report(authority, vera, (id, 1, period), 0, children, note).await?;
            report(authority, vera, (id, 2, period), 0, share, "").await?;
            self.at(&format!("{rated}T16:00"));
            let rating: Rating = rating.parse().map_err(|_| damaged(rating))?;
            let many = (Rating::Good, "More than one child in four, as was agreed.");
            for (measure, rated) in [(1, (rating, why)), (2, many)] {
                rate(authority, cora, (id, measure, period), 1, rated).await?;
            }
            if period == 2 {
                self.vary(id).await?;
                self.commit_more(fund, id).await?;
            }
            if let Some((of, _)) = agreement(authority, id).await?.tender {
                self.publish(&of).await?;
            }
        }
        Ok(())
    }

    async fn visit(&self, id: &str) -> Done<()> {
        self.at("2026-03-12T11:00");
        let visit = Visit {
            on: day("2026-03-12"),
            announced: false,
            seen: "Calm and busy; every child had a worker near. The garden gate stuck.".to_owned(),
            follows: "The gate is mended by the end of the month; we look again in May.".to_owned(),
        };
        note_visit(&self.authority, self.actor("commissioner"), id, &visit).await?;
        self.improve(id).await
    }

    /// What the visit found is asked for, and mended in time.
    async fn improve(&self, id: &str) -> Done<()> {
        let (authority, cora) = (&self.authority, self.actor("commissioner"));
        let version = async || Ok::<_, StoreError>(agreement(authority, id).await?.version);
        let asked = Asked {
            cause: Cause::Unsatisfied,
            agreed: "The garden is fenced, and its gate shuts by itself.".to_owned(),
            happened: "Since February the gate sticks and stays open. No child has left the garden; a worker stands there meanwhile.".to_owned(),
            until: day("2026-03-31"),
            sooner: String::new(),
        };
        let of = ask_to_improve(authority, cora, (id, version().await?), &asked).await?;
        self.at("2026-03-16T10:00");
        let said = "A joiner comes on 24 March. Until then the garden is used with two workers.";
        let vera = self.actor("community-organisation");
        answer_improvement(authority, vera, (id, version().await?), (of, said)).await?;
        self.at("2026-04-01T09:30");
        let verdict = Verdict {
            state: ImprovementState::Improved,
            why: "We looked on 1 April: the gate shuts.".to_owned(),
            followed: None,
        };
        Ok(decide_improvement(authority, cora, (id, version().await?), (of, &verdict)).await?)
    }

    async fn vary(&self, id: &str) -> Done<()> {
        self.at("2026-05-20T10:00");
        let one = agreement(&self.authority, id).await?;
        let change = Proposed {
            kind: ProposalKind::Vary,
            after: Terms { value: Pence::new(32_800_000), ..one.terms },
            effective_on: day("2026-06-15"),
            ground: None,
            why: "A worker who signs, so that children who are deaf can come.".to_owned(),
            told: String::new(),
            instead: String::new(),
            unsafe_now: None,
        };
        propose(&self.authority, self.actor("commissioner"), (id, one.version), &change).await?;
        self.at("2026-05-21T10:00");
        let words = "We have somebody who could begin in June.";
        answer_proposal(
            &self.authority,
            self.actor("community-organisation"),
            (id, one.version + 1),
            (true, words),
        )
        .await?;
        self.at("2026-05-22T10:00");
        let why = "Within what was announced, and the money is there.";
        Ok(decide_proposal(&self.authority, self.actor("finance"), (id, one.version + 2), (true, why))
            .await?)
    }

    /// Small grants to those whom families know, beside the contract. Gives the id of their plan.
    pub(super) async fn grant(&self, objective: &ObjectiveKey) -> Done<String> {
        let (authority, cora) = (&self.authority, self.actor("commissioner"));
        self.at("2026-11-03T08:00");
        self.tell(&objective.plan).await?;
        let text = Draft {
            title: "Small grants for play in the holidays".to_owned(),
            why: "In the holidays children of the flats have nowhere to go.".to_owned(),
            what: "Grants to groups whom families know already, for play and food in the holidays."
                .to_owned(),
            areas: vec![crate::AUTHORITY.to_owned()],
            least: Pence::default(),
            most: Pence::new(2_000_000),
            route: Some(Route::Grant),
            case: Circumstances { enforceable: Some(false), ..Circumstances::because(words::WHY_GRANT) },
            opens_on: Some(day("2026-11-03")),
            starts_on: Some(day("2026-12-01")),
            months: 12,
            contact: "early.help@brindleford.example".to_owned(),
            objectives: vec![ObjectiveKey { plan: objective.plan.clone(), number: 2 }],
        };
        let id = add_intention(authority, cora, &text).await?;
        move_intention(authority, cora, (&id, 1), &Move::Publish, (None, &[])).await?;
        let sooner =
            Move::Open { sooner: Some("The money came late, and the Christmas holidays do not.".to_owned()) };
        move_intention(authority, cora, (&id, 2), &sooner, (None, &[])).await?;
        let terms =
            Terms { value: Pence::new(600_000), starts_on: day("2026-12-01"), ends_on: day("2027-08-31") };
        let new = Without {
            direct: None,
            organisation: self.organisation("provider-2"),
            title: "Holiday play in the flats".to_owned(),
            terms,
            how:
                "A panel of six parents and four young people chose three of nine groups; this one was first."
                    .to_owned(),
            framework: None,
        };
        let grant = add_agreement(authority, cora, &id, &new).await?;
        sign_agreement(authority, self.actor("finance"), (&grant, 1), day("2026-11-03")).await?;
        Ok(id)
    }

    /// Sets the measured effect beside the expected one.
    pub(super) async fn review(&self, id: &str, answer: &Snapshot, nursery: &str) -> Done<()> {
        self.at("2026-11-10T10:00");
        let one = agreement(&self.authority, id).await?;
        let (plan, _) = intention(&self.authority, &one.intention).await?;
        let said = Said {
            story: format!("{nursery}: {}", words::STORY),
            lessons: words::LESSONS.to_owned(),
            next: Next::GoOn,
        };
        let measured = evidence(answer, &plan.text.areas);
        let known = (Some(answer.answer.id.as_str()), &measured[..]);
        Ok(add_review(&self.authority, self.actor("commissioner"), (id, self.now(id).await?), &said, known)
            .await?)
    }
}
