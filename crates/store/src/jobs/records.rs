//! The table of jobs.

use crate::table;

table! {
    /// Jobs.
    job = "job" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id; later ones are greater.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// What is to be done, as whoever does it names it.
        pub kind: String,
        /// With what, as whoever does it writes it.
        pub order: String,
        /// The same for people.
        pub title: String,
        /// The name of who asked for it.
        pub asked_by: String,
        /// When.
        pub asked_at: DateTimeUtc,
        /// How it stands.
        pub state: String,
        /// How often it was begun.
        pub attempts: i64,
        /// When it was taken up last.
        pub started_at: Option<DateTimeUtc>,
        /// When whoever does it was heard of last.
        pub heard_at: Option<DateTimeUtc>,
        /// What is being done.
        pub phase: String,
        /// Parts of the phase that are done.
        pub done: i64,
        /// Parts of the phase; 0 if it has none.
        pub parts: i64,
        /// When it ended.
        pub ended_at: Option<DateTimeUtc>,
        /// What came of it, for people.
        pub result: String,
    }
}
