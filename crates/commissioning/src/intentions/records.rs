//! The tables.

use enough_store::table;

table! {
    /// Intentions.
    intention = "intention" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// What it is called.
        pub title: String,
        /// The need that it answers.
        pub why: String,
        /// What is to be bought or funded.
        pub what: String,
        /// The codes of the areas that it is for, as JSON.
        pub areas: String,
        /// At least so many pence.
        pub least: i64,
        /// At most so many pence.
        pub most: i64,
        /// How.
        pub route: Option<String>,
        /// What the choice of this way rests on, as JSON.
        pub circumstances: String,
        /// When bids or applications are asked for.
        pub opens_on: Option<Date>,
        /// When it starts.
        pub starts_on: Option<Date>,
        /// For how many months.
        pub months: i32,
        /// Where to ask.
        pub contact: String,
        /// The objectives that it serves, as JSON.
        pub objectives: String,
        /// How far it is.
        pub state: String,
        /// Counts its changes.
        pub version: i32,
        /// When it was published.
        pub published_at: Option<DateTimeUtc>,
        /// Since when everybody reads what it says now.
        pub said_at: Option<DateTimeUtc>,
        /// When it was changed last.
        pub changed_at: DateTimeUtc,
        /// The areas as they were known when what it says was published, as JSON.
        pub evidence: String,
        /// The id of the answer that they were known from.
        pub assessment: Option<String>,
    }
}

table! {
    /// What happened to intentions since they were published, for everybody.
    intention_change = "intention_change" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The intention.
        #[sea_orm(primary_key, auto_increment = false)]
        pub intention: String,
        /// Which change of it: the version that it made.
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
