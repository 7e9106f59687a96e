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
        /// The time of the last entry: none is earlier than the one before it.
        pub log_at: DateTimeUtc,
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

table! {
    /// Entries that are withheld: they come into the log when what they tell may be known.
    withheld_entry = "withheld_entry" {
        /// Whose log.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// What they are about, such as a tender.
        #[sea_orm(primary_key, auto_increment = false)]
        pub about: String,
        /// From 0.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// The entry, as JSON.
        pub entry: String,
    }
}

table! {
    /// What binds entries that are withheld: the hash is in the log, what it is of is here.
    withheld_binding = "withheld_binding" {
        /// Whose log.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// What they are about.
        #[sea_orm(primary_key, auto_increment = false)]
        pub about: String,
        /// The hash.
        #[sea_orm(primary_key, auto_increment = false)]
        pub sha256: String,
        /// How many entries it is of.
        pub entries: i32,
        /// The random bytes that it is of too.
        pub blind: String,
    }
}

table! {
    /// One row that is written to see whether writing works.
    pulse = "pulse" {
        /// Always the same.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        /// When it was written last.
        pub at: DateTimeUtc,
    }
}
