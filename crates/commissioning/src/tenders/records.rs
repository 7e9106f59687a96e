//! The tables.

use enough_store::table;

table! {
    /// Tenders.
    tender = "tender" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The intention that it answers.
        pub intention: String,
        /// The version of the specification.
        pub specification: Option<i32>,
        /// SHA-256 of its text.
        pub hash: Option<String>,
        /// Why bids were asked for without a final one.
        pub unspecified: Option<String>,
        /// How far it is.
        pub state: String,
        /// Counts its changes.
        pub version: i32,
        /// What it says, as JSON.
        pub text: String,
        /// Ids of those who wrote it since it was approved last.
        pub written_by: String,
        /// Who approved it.
        pub approved_by: Option<String>,
        /// When it was published.
        pub published_at: Option<DateTimeUtc>,
        /// The key that bids are sealed to.
        pub key: Option<String>,
        /// The mark of the service on it.
        pub mark: Option<String>,
        /// Who moderates.
        pub moderator: Option<String>,
        /// When the first opener gave their half of the key.
        pub opening_at: Option<DateTimeUtc>,
        /// When the bids were opened.
        pub opened_at: Option<DateTimeUtc>,
        /// What is recommended or decided, as JSON.
        pub outcome: Option<String>,
        /// Who recommended it.
        pub recommended_by: Option<String>,
        /// Who decided it.
        pub decided_by: Option<String>,
        /// When every bidder had a summary.
        pub notified_at: Option<DateTimeUtc>,
        /// When the award was published.
        pub award_at: Option<DateTimeUtc>,
        /// When its contract award notice was published on the central platform.
        pub award_noticed_on: Option<Date>,
        /// The day on which it was signed.
        pub signed_on: Option<Date>,
        /// When it was changed last.
        pub changed_at: DateTimeUtc,
    }
}

table! {
    /// What happened to tenders since they were published, for everybody.
    tender_change = "tender_change" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The tender.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tender: String,
        /// The version that it made.
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i32,
        /// When.
        pub at: DateTimeUtc,
        /// What, and why.
        pub what: String,
        /// What it said before, as JSON, if that changed.
        pub before: Option<String>,
    }
}

table! {
    /// Questions of bidders.
    tender_question = "tender_question" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The tender.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tender: String,
        /// Which question.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// Who asked: nobody is told.
        pub organisation: String,
        /// What was asked.
        pub question: String,
        /// When.
        pub asked_at: DateTimeUtc,
        /// The answer, for everybody.
        pub answer: Option<String>,
        /// When it was answered.
        pub answered_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Keys of those who open bids.
    opener_key = "opener_key" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        /// The public half.
        pub public: String,
        /// The private half, locked with their passphrase.
        pub locked: String,
        /// When it was made.
        pub at: DateTimeUtc,
        /// The mark of the service on it.
        pub mark: Option<String>,
    }
}

table! {
    /// The openers of a tender and their shares of its key.
    tender_opener = "tender_opener" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The tender.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tender: String,
        /// Who.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        /// The public half of their key.
        pub public: String,
        /// The private half of their key, locked with the passphrase that they had then.
        pub locked: String,
        /// Their share, sealed to their key.
        pub share: String,
        /// Their share once they gave it, sealed by the service; gone once the bids are open.
        pub given: Option<String>,
        /// When they gave it.
        pub given_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Bids.
    submission = "submission" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The tender.
        pub tender: String,
        /// Whose.
        pub organisation: String,
        /// The ids of who bids with it, as JSON: none before it is opened.
        pub partners: String,
        /// What became of it.
        pub state: String,
        /// What it says, sealed to the key of the tender.
        pub sealed: String,
        /// SHA-256 of what it says.
        pub hash: String,
        /// The questions that it answers: SHA-256 of the lots.
        pub asked: String,
        /// How many bytes that is.
        pub size: i32,
        /// Who sent it.
        pub sent_by: String,
        /// When it came.
        pub sent_at: DateTimeUtc,
        /// When its state changed last.
        pub changed_at: DateTimeUtc,
        /// What it says, sealed by the service once two openers opened it.
        pub content: Option<String>,
        /// Why it is not compared with the others, if it is not.
        pub excluded: Option<String>,
        /// The summary of its assessment, as JSON.
        pub summary: Option<String>,
        /// When what it says went, because its term had passed.
        pub cleared_at: Option<DateTimeUtc>,
        /// The mark of the service on it as it was sealed.
        pub mark: Option<String>,
    }
}

table! {
    /// Who scores the bids for a tender.
    tender_evaluator = "tender_evaluator" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The tender.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tender: String,
        /// Who.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        /// When they said what ties them to bidders.
        pub declared_at: Option<DateTimeUtc>,
        /// The ids of the organisations they are tied to, as JSON.
        pub conflicts: String,
        /// When they had scored everything.
        pub locked_at: Option<DateTimeUtc>,
        /// SHA-256 of their scores then.
        pub hash: Option<String>,
    }
}

table! {
    /// What evaluators score.
    tender_score = "tender_score" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The tender.
        pub tender: String,
        /// The bid.
        #[sea_orm(primary_key, auto_increment = false)]
        pub submission: String,
        /// The lot.
        #[sea_orm(primary_key, auto_increment = false)]
        pub lot: i32,
        /// The criterion.
        #[sea_orm(primary_key, auto_increment = false)]
        pub criterion: i32,
        /// Who.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        /// How many points.
        pub points: i32,
        /// Why.
        pub reason: String,
        /// When.
        pub at: DateTimeUtc,
    }
}

table! {
    /// What scores were moderated to.
    tender_moderation = "tender_moderation" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The tender.
        pub tender: String,
        /// The bid.
        #[sea_orm(primary_key, auto_increment = false)]
        pub submission: String,
        /// The lot.
        #[sea_orm(primary_key, auto_increment = false)]
        pub lot: i32,
        /// The criterion.
        #[sea_orm(primary_key, auto_increment = false)]
        pub criterion: i32,
        /// How many points.
        pub points: i32,
        /// Why.
        pub reason: String,
        /// Who moderated.
        pub person: String,
        /// When.
        pub at: DateTimeUtc,
    }
}
