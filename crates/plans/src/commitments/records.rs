//! The tables.

use enough_store::table;

table! {
    /// Commitments.
    commitment = "commitment" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The organisation that promised.
        pub made_by: String,
        /// The organisation to which it promised.
        pub made_to: String,
        /// How far it is.
        pub state: String,
        /// Counts its changes.
        pub version: i32,
        /// What it says, as JSON.
        pub text: String,
        /// When both had agreed.
        pub agreed_at: Option<DateTimeUtc>,
    }
}

table! {
    /// What happened to them.
    commitment_event = "commitment_event" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Which.
        #[sea_orm(primary_key, auto_increment = false)]
        pub commitment: String,
        /// Which event of it, from 1.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// When.
        pub at: DateTimeUtc,
        /// The organisation that did it.
        pub organisation: String,
        /// The person who did it.
        pub person: String,
        /// What was done.
        pub kind: String,
        /// What was said.
        pub words: String,
        /// How well it was kept, as that side sees it.
        pub rating: Option<String>,
        /// What shows it, as JSON.
        pub evidence: String,
        /// The commitment that is to take its place.
        pub successor: Option<String>,
        /// What it said from then on, as JSON.
        pub text: Option<String>,
    }
}
