//! What the authority promised those who know the families: kept late, and seen differently by the two sides.

use enough_plans::ObjectiveKey;
use enough_plans::commitments::{Act, Evidence, Rating, Said, Text, add_commitment, commitment, take_step};

use super::designed::day;
use super::{Done, Round};

/// What is said with a step: why, the rating, and what shows it.
fn said(words: &str, rating: Option<Rating>, shown: &str) -> Said {
    let piece = |what: &str| Evidence { what: what.to_owned(), link: String::new() };
    let evidence = Some(shown).filter(|what| !what.is_empty()).map(piece).into_iter().collect();
    Said { words: words.to_owned(), rating, evidence, successor: None }
}

impl Round<'_> {
    /// The authority promises to pay people for their time; both agree to the words, and it begins. Gives the id of the commitment.
    pub(super) async fn promise(&self, objective: &ObjectiveKey) -> Done<String> {
        let (authority, vera) = (&self.authority, self.actor("community-organisation"));
        let text = Text {
            promise: "Two people from voluntary organisations sit on every group that designs a service for children under five, and \
                they are paid for their time."
                .to_owned(),
            source: "Children's Board, item 6 of the minutes (made up)".to_owned(),
            source_on: day("2025-09-08"),
            maker_lead: "Head of commissioning".to_owned(),
            receiver_lead: "Chair of the trustees".to_owned(),
            due_on: day("2026-10-31"),
            measure: "Their names are in the minutes of each group, and the payments in the accounts.".to_owned(),
            objective: Some(objective.clone()),
        };
        self.at("2025-09-10T10:00");
        let sides = (self.organisation("commissioner"), self.organisation("community-organisation"));
        let id = add_commitment(authority, vera, (&sides.0, &sides.1), &text).await?;
        self.at("2025-09-12T10:00");
        self.say("commissioner", &id, (Act::Agree, &Said::default())).await?;
        self.at("2025-10-01T10:00");
        let begun = said("The first group met, with two people of Families Together.", None, "");
        self.say("commissioner", &id, (Act::Begin, &begun)).await?;
        Ok(id)
    }

    /// The authority says that it is kept; the other side disputes it, and verifies it once it has seen more, with another rating.
    pub(super) async fn keep_promise(&self, id: &str) -> Done<()> {
        let (authority, vera) = ("commissioner", "community-organisation");
        self.at("2026-11-04T10:00");
        let kept = "Two people sat on each of the four groups of the year.";
        let kept = said(kept, Some(Rating::Met), "Minutes of the four groups");
        self.say(authority, id, (Act::Claim, &kept)).await?;
        self.at("2026-11-05T10:00");
        let unpaid = "We sat on all four. Of our eleven days three were paid.";
        self.say(vera, id, (Act::Dispute, &said(unpaid, Some(Rating::PartlyMet), "Our list of days")))
            .await?;
        self.at("2026-11-06T10:00");
        let paid = "The other eight days are paid now: our form had no line for them.";
        let paid = said(paid, Some(Rating::Met), "Payments of 6 November 2026");
        self.say(authority, id, (Act::Claim, &paid)).await?;
        self.at("2026-11-09T10:00");
        let late = "It is kept. The money came up to ten months late, which a small charity cannot lend.";
        self.say(vera, id, (Act::Verify, &said(late, Some(Rating::PartlyMet), ""))).await
    }

    async fn say(&self, who: &str, id: &str, (act, said): (Act, &Said)) -> Done<()> {
        let version = commitment(&self.authority, id).await?.version;
        Ok(take_step(&self.authority, self.actor(who), (id, version), act, said).await?)
    }
}
