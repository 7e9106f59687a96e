//! The tables of need-to-know.

use crate::table;

table! {
    /// Who needs to know a record.
    record_reader = "record_reader" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The record: kind and id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub record: String,
        /// The person.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
    }
}

table! {
    /// Records that were opened in an emergency.
    opening = "opening" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The record: kind and id.
        pub record: String,
        /// Who opened it.
        pub person: String,
        /// Why.
        pub reason: String,
        /// When.
        pub opened_at: DateTimeUtc,
        /// Until when it stays open for them.
        pub ends_at: DateTimeUtc,
        /// What the review found.
        pub finding: Option<String>,
        /// In words.
        pub remark: Option<String>,
        /// Who reviewed it.
        pub reviewed_by: Option<String>,
        /// When.
        pub reviewed_at: Option<DateTimeUtc>,
    }
}
