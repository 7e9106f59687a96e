//! The tables of the audit log.

use crate::table;

table! {
    /// An authority with the edge of its log: the one row that every change of the authority locks.
    authority = "authority" {
        /// Its code.
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        /// Its name.
        pub name: String,
        /// When its log began.
        pub created_at: DateTimeUtc,
        /// Number of entries.
        pub log_size: i64,
        /// Roots of the complete parts of the tree, largest first.
        pub log_frontier: String,
        /// The key that checks its signatures: with other keys its records do not open.
        pub log_key: String,
    }
}

table! {
    /// Entries: the text that is hashed, its hash, and what is searched for.
    audit_entry = "audit_entry" {
        /// Whose log.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// From 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        /// When.
        pub at: DateTimeUtc,
        /// Who.
        pub person: Option<String>,
        /// For whom.
        pub organisation: Option<String>,
        /// What was done.
        pub action: String,
        /// To what.
        pub subject: String,
        /// The whole entry as it is hashed.
        pub entry: String,
        /// Its leaf.
        pub leaf: String,
    }
}

table! {
    /// Checkpoints.
    audit_checkpoint = "audit_checkpoint" {
        /// Whose log.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Number of entries it speaks for.
        #[sea_orm(primary_key, auto_increment = false)]
        pub size: i64,
        /// When it was signed.
        pub at: DateTimeUtc,
        /// The signed note.
        pub note: String,
    }
}
