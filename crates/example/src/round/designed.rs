//! The plan, the published priority, and the specification written with those who know.

use chrono::NaiveDate;
use enough_assessments::Snapshot;
use enough_commissioning::codesign::{
    CommentDraft, Outcome, Voice, add_comment, add_round, answer, codesign, freeze, respond, save_text,
};
use enough_commissioning::intentions::{Circumstances, Draft, Move, Route, add_intention, move_intention};
use enough_commissioning::providers::{
    EventText, Offer, Profile, Scheme, Staff, add_event, book, change_profile, events, follow_up,
    say_interest, set_workforce,
};
use enough_kernel::Pence;
use enough_plans::{
    Better, Figure, Indicator, Kind, Objective, ObjectiveKey, Outcome as PlanOutcome, Reading, Text, Unit,
    add_plan, publish_plan, tell_figure,
};
use enough_store::StoreError;

use super::found::evidence;
use super::{Done, Round, moment, words};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_default()
}

/// A share of children.
fn share(children: i64, all: u32) -> Reading {
    Reading { value: Figure::whole(children), out_of: Some(all) }
}

impl Round<'_> {
    /// Publishes a plan with two objectives, and tells the figures of the first year as they come; gives the first objective.
    pub(super) async fn plan(&self) -> Done<ObjectiveKey> {
        let (authority, cora) = (&self.authority, self.actor("commissioner"));
        let indicator = |title: &str, unit, baseline: i64, target: i64| Indicator {
            title: title.to_owned(),
            unit,
            better: Better::More,
            baseline: Figure::whole(baseline),
            baseline_on: day("2025-01-31"),
            target: Figure::whole(target),
            target_on: day("2028-01-31"),
            source: "Early years census (made up)".to_owned(),
        };
        let first = Objective {
            title: "Every family reaches a nursery place on foot".to_owned(),
            outcome: PlanOutcome::Education,
            lead: "Head of early years".to_owned(),
            story: "Where rents are low nurseries close first: three did in two years.".to_owned(),
            partners: "Health visitors, schools, the voluntary sector, the job centre".to_owned(),
            works: "Places that are bought where they are missing; families who are visited and not only written to.".to_owned(),
            indicators: vec![indicator("Two-year-olds who take up their free hours", Unit::ShareOfChildren, 61, 75)],
        };
        let second = Objective {
            title: "Children play in the holidays, too".to_owned(),
            outcome: PlanOutcome::Health,
            lead: "Head of early help".to_owned(),
            story: String::new(),
            partners: "Sports clubs, churches and mosques, the library".to_owned(),
            works: "Small grants to those whom families know.".to_owned(),
            indicators: vec![indicator("Children in holiday activities", Unit::Children, 140, 400)],
        };
        let text = Text {
            title: "Brindleford Children's Plan (made up)".to_owned(),
            kind: Kind::ChildrenAndYoungPeople,
            from: day("2025-04-01"),
            until: day("2028-03-31"),
            objectives: vec![first, second],
        };
        self.at("2025-03-04T10:00");
        let plan = add_plan(authority, cora, &text).await?;
        publish_plan(authority, cora, (&plan, 1)).await?;
        Ok(ObjectiveKey { plan, number: 1 })
    }

    /// Those who provide say who they are, and one is interested early.
    pub(super) async fn profiles(&self) -> Done<()> {
        for (name, about, charity, size, partners) in words::PROFILES {
            let profile = Profile {
                about: about.to_owned(),
                numbers: if charity.is_empty() {
                    Vec::new()
                } else {
                    vec![(Scheme::Charity, charity.to_owned())]
                },
                size: size.parse().ok(),
                contact: format!("{name}@brindleford.example"),
                offers: vec![Offer::DayCare, Offer::Holidays],
                partners,
                public: true,
                ..Profile::default()
            };
            change_profile(&self.authority, self.actor(name), 0, &profile).await?;
            let staff = |(key, have, want): &(&str, u32, u32)| {
                ((*key).to_owned(), Staff { have: *have, want: *want })
            };
            let workforce = words::WORKFORCE.iter().map(staff).collect();
            set_workforce(&self.authority, self.actor(name), 1, &workforce).await?;
        }
        Ok(())
    }

    /// Tells how the indicators are, a year on.
    pub(super) async fn tell(&self, plan: &str) -> Done<()> {
        let cora = self.actor("commissioner");
        for (at, on, reading) in [
            ((1, 1), "2026-01-31", share(418, 640)),
            ((2, 1), "2026-08-31", Reading { value: Figure::whole(310), out_of: None }),
        ] {
            tell_figure(&self.authority, cora, (plan, at), (day(on), reading), "").await?;
        }
        Ok(())
    }

    /// Publishes what is to be bought for the wards that are short.
    pub(super) async fn announce(&self, answer: &Snapshot, objective: &ObjectiveKey) -> Done<String> {
        let (authority, cora) = (&self.authority, self.actor("commissioner"));
        let short =
            answer.areas("ward").filter(|ward| ward.shortfall >= 1.0 && ward.parent == self.authority.name());
        let areas: Vec<String> = short.map(|ward| ward.code.clone()).collect();
        let text = Draft {
            title: "A day nursery where places are missing".to_owned(),
            why: words::WHY.to_owned(),
            what: words::WHAT.to_owned(),
            areas: areas.clone(),
            least: Pence::new(25_000_000),
            most: Pence::new(36_000_000),
            route: Some(Route::Contract),
            case: Circumstances {
                enforceable: Some(true),
                others_willing: Some(true),
                ..Circumstances::because(words::WHY_CONTRACT)
            },
            opens_on: Some(day("2025-07-07")),
            starts_on: Some(day("2025-11-03")),
            months: 24,
            contact: "early.years@brindleford.example".to_owned(),
            objectives: vec![objective.clone()],
        };
        self.at("2025-03-10T10:00");
        let id = add_intention(authority, cora, &text).await?;
        let known = evidence(answer, &areas);
        move_intention(authority, cora, (&id, 1), &Move::Publish, (Some(&answer.answer.id), &known)).await?;
        self.publish_plan(&id).await?;
        self.at("2025-03-12T20:00");
        let note = "We have rooms and know the families. We have never run a nursery of this size.";
        say_interest(authority, self.actor("community-organisation"), &id, (note, true)).await?;
        self.at("2025-03-13T09:00");
        let workshop = EventText {
            title: "From playgroup to nursery: how to bid".to_owned(),
            what: "For small organisations that would run a nursery: what it costs, what a bid asks, who bids with whom.".to_owned(),
            place: "Central library, ground floor, no steps".to_owned(),
            begins_at: moment("2025-04-29T17:30:00Z"),
            ends_at: moment("2025-04-29T19:30:00Z"),
            places: 20,
            intention: Some(id.clone()),
        };
        let event = add_event(authority, cora, &workshop).await?;
        self.at("2025-03-20T20:00");
        for (name, people, needs) in
            [("community-organisation", 3, "Somebody to look after a child"), ("provider-2", 2, "")]
        {
            book(authority, self.actor(name), &event, (people, needs)).await?;
        }
        Ok(id)
    }

    /// Writes the specification with those who know: twelve weeks, five comments, each answered, three of which change it.
    pub(super) async fn design(&self, intention: &str) -> Done<()> {
        let (authority, cora) = (&self.authority, self.actor("commissioner"));
        self.at("2025-03-24T10:00");
        move_intention(authority, cora, (intention, 2), &Move::Design, (None, &[])).await?;
        save_text(authority, cora, (intention, 0), (words::FIRST, "The first draft")).await?;
        add_round(authority, cora, intention, (day("2025-03-31"), day("2025-06-29"), "")).await?;
        self.publish_plan(intention).await?;
        let design = codesign(authority, intention).await?;
        let paragraphs = design.paragraphs(1).unwrap_or_default().to_vec();
        let name = |text: &str| StoreError::Damaged(format!("{text} in the example's comments"));
        for (at, (paragraph, sector, size, text, ..)) in words::COMMENTS.iter().enumerate() {
            self.at(&format!("2025-04-{:02}T18:30", 7 + 3 * at));
            let voice = Voice {
                sector: sector.parse().map_err(|_| name(sector))?,
                size: if size.is_empty() { None } else { Some(size.parse().map_err(|_| name(size))?) },
                area: None,
                name: None,
            };
            let paragraph = paragraphs.get(paragraph - 1).map(|one| one.id);
            let draft = CommentDraft { paragraph, text: (*text).to_owned(), voice };
            add_comment(authority, cora, (intention, 1), &draft).await?;
        }
        self.at("2025-05-02T10:00");
        for event in events(authority).await? {
            let came = "Five people came. Most asked about the building, as a comment on the specification does, too.";
            follow_up(authority, cora, &event.id, came).await?;
        }
        self.at("2025-07-01T10:00");
        save_text(authority, cora, (intention, 1), (words::FINAL, "What those who commented asked for"))
            .await?;
        for (number, (.., outcome, reason)) in (1..).zip(words::COMMENTS) {
            let outcome: Outcome = outcome.parse().map_err(|_| name(outcome))?;
            answer(authority, cora, (intention, 1, number), outcome, reason).await?;
        }
        let response = "It opens earlier and all year, no building is needed before the award, and the first year's training is paid.";
        respond(authority, cora, (intention, 1), response).await?;
        freeze(authority, cora, (intention, 2), "").await?;
        self.publish_plan(intention).await
    }
}
