//! The tables.

use enough_store::table;

table! {
    /// Agreements.
    agreement = "agreement" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The intention that it answers.
        pub intention: String,
        /// The tender that it came from.
        pub tender: Option<String>,
        /// The lot of it.
        pub lot: Option<i32>,
        /// What it is.
        pub kind: String,
        /// With whom.
        pub organisation: String,
        /// What it is called.
        pub title: String,
        /// How far it is.
        pub state: String,
        /// Counts its changes.
        pub version: i32,
        /// How much, from when to when, as JSON.
        pub terms: String,
        /// The same as it was signed.
        pub first_terms: String,
        /// What its value can never be more than, in pence.
        pub ceiling: i64,
        /// What its last day can never be after.
        pub last_day: Date,
        /// Where to ask.
        pub contact: String,
        /// Why there was no tender.
        pub without: String,
        /// Measures and the expected effect, as JSON.
        pub agreed: String,
        /// Ids of those who wrote it.
        pub written_by: String,
        /// The day on which it was signed.
        pub signed_on: Option<Date>,
        /// When it was changed last.
        pub changed_at: DateTimeUtc,
        /// The framework or dynamic market that it is called off from.
        pub framework: Option<String>,
        /// Why and since when it is awarded directly, as JSON.
        pub direct: Option<String>,
    }
}

table! {
    /// What happened to agreements, for everybody.
    agreement_change = "agreement_change" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The agreement.
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement: String,
        /// The version that it made.
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i32,
        /// When.
        pub at: DateTimeUtc,
        /// What, and why.
        pub what: String,
        /// Measures and the expected effect before, as JSON, if those changed.
        pub before: Option<String>,
    }
}

table! {
    /// Reports of providers; of one period the newest counts.
    agreement_report = "agreement_report" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The agreement.
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement: String,
        /// The number of the measure.
        #[sea_orm(primary_key, auto_increment = false)]
        pub measure: i32,
        /// The number of the period.
        #[sea_orm(primary_key, auto_increment = false)]
        pub period: i32,
        /// Which report of the period.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// How much, in hundredths; of a share of children, how many of them.
        pub value: i64,
        /// Of how many children, for a share of them.
        pub out_of: Option<i32>,
        /// What the provider says about it.
        pub note: String,
        /// Who reported.
        pub person: String,
        /// When.
        pub at: DateTimeUtc,
    }
}

table! {
    /// Ratings of reports.
    agreement_rating = "agreement_rating" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The agreement.
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement: String,
        /// The number of the measure.
        #[sea_orm(primary_key, auto_increment = false)]
        pub measure: i32,
        /// The number of the period.
        #[sea_orm(primary_key, auto_increment = false)]
        pub period: i32,
        /// Which report of the period.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// How well.
        pub rating: String,
        /// Why.
        pub reason: String,
        /// Who rated.
        pub person: String,
        /// When.
        pub at: DateTimeUtc,
    }
}

table! {
    /// Visits.
    agreement_visit = "agreement_visit" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The agreement.
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement: String,
        /// Which visit.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// On which day.
        pub on_day: Date,
        /// Whether it was announced.
        pub announced: bool,
        /// What was seen.
        pub seen: String,
        /// What follows.
        pub follows: String,
        /// Who noted it.
        pub person: String,
        /// When it was noted.
        pub at: DateTimeUtc,
    }
}

table! {
    /// What the provider was asked to improve.
    agreement_improvement = "agreement_improvement" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The agreement.
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement: String,
        /// Which.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// What is asked, as JSON.
        pub asked: String,
        /// Who asked.
        pub asked_by: String,
        /// When.
        pub asked_at: DateTimeUtc,
        /// What the provider says it does.
        pub answer: Option<String>,
        /// Who said so.
        pub answered_by: Option<String>,
        /// When.
        pub answered_at: Option<DateTimeUtc>,
        /// What was decided, as JSON.
        pub verdict: Option<String>,
        /// Who decided it.
        pub decided_by: Option<String>,
        /// When.
        pub decided_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Payments, and what came back.
    agreement_payment = "agreement_payment" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The agreement.
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement: String,
        /// Which payment.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// How much, in pence; less than nothing for what came back.
        pub amount: i64,
        /// What for.
        pub what: String,
        /// When a valid invoice, or what stands for one, was there.
        pub asked_on: Date,
        /// When it was paid.
        pub paid_on: Date,
        /// Who entered it.
        pub person: String,
        /// When it was entered.
        pub at: DateTimeUtc,
    }
}

table! {
    /// Changes and endings that were proposed, and what was decided.
    agreement_proposal = "agreement_proposal" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The agreement.
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement: String,
        /// Which proposal.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// What is proposed, as JSON.
        pub proposed: String,
        /// How much, from when to when before, as JSON.
        pub before: String,
        /// How far it is.
        pub state: String,
        /// Who proposed it.
        pub proposed_by: String,
        /// When.
        pub proposed_at: DateTimeUtc,
        /// Who decided it.
        pub decided_by: Option<String>,
        /// When.
        pub decided_at: Option<DateTimeUtc>,
        /// Why it was decided so.
        pub decision: Option<String>,
        /// What the provider says to it, as JSON.
        pub answer: Option<String>,
    }
}

table! {
    /// Reviews.
    agreement_review = "agreement_review" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The agreement.
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement: String,
        /// Which review.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// What happened and why.
        pub story: String,
        /// What is learned for the next time.
        pub lessons: String,
        /// What follows.
        pub next_step: String,
        /// The id of the answer that the measured effect is from.
        pub assessment: Option<String>,
        /// What is known of the areas by that answer, as JSON.
        pub measured: String,
        /// Who wrote it.
        pub person: String,
        /// When.
        pub at: DateTimeUtc,
    }
}
