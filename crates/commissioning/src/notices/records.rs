//! The table.

use enough_store::table;

table! {
    /// Notices that were published on the central platform.
    notice_sent = "notice_sent" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Which: notice, subject and part.
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        /// When it was published.
        pub on_day: Date,
        /// Its number there.
        pub reference: String,
        /// Who says so.
        pub person: String,
        /// When it was said.
        pub at: DateTimeUtc,
    }
}
