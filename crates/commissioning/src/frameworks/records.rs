//! The tables.

use enough_store::table;

table! {
    /// Frameworks and dynamic markets.
    framework = "framework" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// What it is.
        pub kind: String,
        /// How far it is.
        pub state: String,
        /// Counts its changes.
        pub version: i32,
        /// What it says, as JSON.
        pub text: String,
        /// Ids of those who wrote it.
        pub written_by: String,
        /// When it was published.
        pub published_at: Option<DateTimeUtc>,
        /// The tender that set it up, if one did.
        pub tender: Option<String>,
        /// The lot of that tender.
        pub lot: Option<i32>,
    }
}

table! {
    /// What happened to them, for everybody.
    framework_change = "framework_change" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Which.
        #[sea_orm(primary_key, auto_increment = false)]
        pub framework: String,
        /// The version that it made.
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i32,
        /// When.
        pub at: DateTimeUtc,
        /// What, and why.
        pub what: String,
    }
}

table! {
    /// How members came and went: the newest step of each counts.
    framework_member = "framework_member" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Which.
        #[sea_orm(primary_key, auto_increment = false)]
        pub framework: String,
        /// Who.
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation: String,
        /// Which step of theirs.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// How they stand from then on.
        pub standing: String,
        /// What they say of themselves, or why it was decided so.
        pub words: String,
        /// Who did it.
        pub person: String,
        /// When.
        pub at: DateTimeUtc,
    }
}
