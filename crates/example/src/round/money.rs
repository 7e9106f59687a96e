//! Where the money came from, an open call for the next grants, a dynamic market to join, and the notices that were published.

use enough_commissioning::agreements::agreement;
use enough_commissioning::calls::{Question, Text as CallText, add_call, publish_call};
use enough_commissioning::frameworks::{
    Kind as MarketKind, Standing, Text as MarketText, add_framework, decide_member, join, publish_framework,
};
use enough_commissioning::funds::{
    Kind, Text, add_contribution, add_fund, agree_contribution, commit, open_fund,
};
use enough_commissioning::notices::{Sent, notices, sent};
use enough_commissioning::publication::publish_members;
use enough_kernel::{Pence, day_in_england};

use super::designed::day;
use super::{Done, Round, moment};

const CONTACT: &str = "early.help@brindleford.example";

impl Round<'_> {
    /// The authority and a school put their money side by side, and commit it to the agreement. Gives the id of the fund.
    pub(super) async fn put_together(&self, agreement: &str) -> Done<String> {
        let (authority, cora) = (&self.authority, self.actor("commissioner"));
        self.at("2025-09-09T10:00");
        let text = Text {
            name: "Early years places in the flats".to_owned(),
            kind: Kind::Aligned,
            purpose: "A nursery and play for children of the flats, whoever's budget it comes from."
                .to_owned(),
            basis: "Letter of the school of 1 September 2025".to_owned(),
            host: self.organisation("commissioner"),
            risk: "Each bears what is spent too much, and has what is left, in proportion to what it put in."
                .to_owned(),
            from: day("2025-09-01"),
            until: day("2028-08-31"),
            contact: CONTACT.to_owned(),
        };
        let id = add_fund(authority, cora, &text).await?;
        for (at, (who, pounds)) in [("finance", 320_000), ("board-member", 20_000)].into_iter().enumerate() {
            let version = 1 + 2 * at as i32;
            let (organisation, amount) = (self.organisation(who), Pence::new(pounds * 100));
            let number = add_contribution(authority, cora, (&id, version), (&organisation, amount)).await?;
            agree_contribution(authority, self.actor(who), (&id, version + 1), number).await?;
        }
        open_fund(authority, cora, (&id, 5)).await?;
        let value = self::agreement(authority, agreement).await?.terms.value;
        commit(authority, cora, (&id, 6), (agreement, value)).await?;
        Ok(id)
    }

    /// What more was agreed comes from the same fund.
    pub(super) async fn commit_more(&self, fund: &str, agreement: &str) -> Done<()> {
        let one = self::agreement(&self.authority, agreement).await?;
        let more = Pence::new(one.terms.value.get() - one.first.value.get());
        let place = enough_commissioning::funds::fund(&self.authority, fund).await?.version;
        Ok(commit(&self.authority, self.actor("commissioner"), (fund, place), (agreement, more)).await?)
    }

    /// A call for the next grants of a plan, which is open on the day on which the round ends.
    pub(super) async fn call(&self, plan: &str) -> Done<()> {
        let question = |asks: &str, words| Question { asks: asks.to_owned(), words };
        let text = CallText {
            title: "Small grants for play in the holidays, second round".to_owned(),
            what: "Play and food in the holidays of 2027, for children who have nowhere to go.".to_owned(),
            who: "Groups whom families of the flats know. We look for: that children had a say in it, and that it is near."
                .to_owned(),
            total: Pence::new(1_000_000),
            most: Pence::new(300_000),
            questions: vec![
                question("What would you do, where, and for how many children?", 200),
                question("Which children asked for it, and how do you know?", 100),
            ],
            closes_at: moment("2027-01-15T12:00:00Z"),
            heard_by: day("2027-02-15"),
            starts_on: day("2027-03-01"),
            ends_on: day("2027-11-30"),
            contact: CONTACT.to_owned(),
        };
        let id = add_call(&self.authority, self.actor("commissioner"), (plan, None), &text).await?;
        Ok(publish_call(&self.authority, self.actor("commissioner-2"), (&id, 1)).await?)
    }

    /// A dynamic market that one organisation has joined.
    pub(super) async fn market(&self) -> Done<()> {
        let authority = &self.authority;
        let text = MarketText {
            title: "Short breaks for children with disabilities".to_owned(),
            what: "Days out and evenings with a worker whom the child knows.".to_owned(),
            basis: "Set up by the authority under sections 34 to 40 of the Procurement Act 2023.".to_owned(),
            ceiling: None,
            from: day("2026-11-10"),
            until: None,
            direct: String::new(),
            conditions: "Good or better with Ofsted where you are registered; a named lead for safeguarding; insurance."
                .to_owned(),
            contact: CONTACT.to_owned(),
        };
        let id = add_framework(authority, self.actor("commissioner"), MarketKind::Market, &text).await?;
        publish_framework(authority, self.actor("commissioner-2"), (&id, 1)).await?;
        join(authority, self.actor("community-organisation"), &id, "Our workers know the families already.")
            .await?;
        let of = self.organisation("community-organisation");
        let why = "All that is asked for is shown.";
        decide_member(authority, self.actor("commissioner"), (&id, 3), (&of, Standing::Admitted), why)
            .await?;
        publish_members(authority, self.actor("commissioner"), &self.publisher, &id).await?;
        Ok(())
    }

    /// The notices that were due in the round were published on their last day.
    pub(super) async fn notices(&self) -> Done<()> {
        let today = day_in_england(self.clock.now());
        for (number, (due, _)) in (1..).zip(notices(&self.authority).await?) {
            let Some(on) = due.by.filter(|by| *by <= today) else { continue };
            let reference = format!("{number:06}-{}", on.format("%Y"));
            sent(&self.authority, self.actor("commissioner"), &due.key(), &Sent { on, reference }).await?;
        }
        Ok(())
    }
}
