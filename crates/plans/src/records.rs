//! The tables.

use enough_store::table;

table! {
    /// Plans.
    plan = "plan" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// What it says, as JSON.
        pub text: String,
        /// Counts its changes.
        pub version: i32,
        /// When it was published.
        pub published_at: Option<DateTimeUtc>,
        /// When it was changed last.
        pub changed_at: DateTimeUtc,
    }
}

table! {
    /// What changed in plans since they were published, for everybody.
    plan_change = "plan_change" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The plan.
        #[sea_orm(primary_key, auto_increment = false)]
        pub plan: String,
        /// The version that it made.
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i32,
        /// When.
        pub at: DateTimeUtc,
        /// What, and why.
        pub what: String,
        /// What it said before, as JSON.
        pub before: Option<String>,
    }
}

table! {
    /// Figures of indicators, as they were told; of one day the newest counts.
    plan_figure = "plan_figure" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id, in the order of time.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The plan.
        pub plan: String,
        /// The number of the objective.
        pub objective: i32,
        /// The number of the indicator.
        pub indicator: i32,
        /// Of which day.
        pub on_day: Date,
        /// How much, in hundredths; of a share of children, how many of them.
        pub value: i64,
        /// Of how many children, for a share of them.
        pub out_of: Option<i32>,
        /// What there is to say about it.
        pub note: String,
        /// When it was told.
        pub at: DateTimeUtc,
        /// Whether the figure of the day is taken back.
        pub taken_back: bool,
    }
}
