//! The tables of the audit log.

/// An authority with the edge of its log: the one row that every change of the authority locks.
pub mod authority {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "authority")]
    pub struct Model {
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
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Entries.
pub mod audit_entry {
    use sea_orm::entity::prelude::*;

    /// A row: the text that is hashed, its hash, and what is searched for.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_entry")]
    pub struct Model {
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

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Checkpoints.
pub mod audit_checkpoint {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_checkpoint")]
    pub struct Model {
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

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
