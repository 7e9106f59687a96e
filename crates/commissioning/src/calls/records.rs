//! The tables.

use enough_store::table;

table! {
    /// Calls.
    call = "call" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The intention that it answers.
        pub intention: String,
        /// The framework whose members may apply, if it is for members.
        pub framework: Option<String>,
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
    }
}

table! {
    /// What happened to calls, for everybody.
    call_change = "call_change" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The call.
        #[sea_orm(primary_key, auto_increment = false)]
        pub call: String,
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
    /// Applications, as they came: of one organisation the newest counts.
    call_application = "call_application" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The call.
        #[sea_orm(primary_key, auto_increment = false)]
        pub call: String,
        /// Who applies.
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation: String,
        /// Which of theirs.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// What it says, as JSON; nothing where it was withdrawn.
        pub text: Option<String>,
        /// SHA-256 of it.
        pub hash: String,
        /// Who sent it.
        pub person: String,
        /// When.
        pub at: DateTimeUtc,
        /// When its words went, because their term had passed.
        pub cleared_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Views of applications.
    call_view = "call_view" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The call.
        #[sea_orm(primary_key, auto_increment = false)]
        pub call: String,
        /// Whose application.
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation: String,
        /// Who has the view.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        /// How good it is; nothing where they have a tie.
        pub points: Option<i32>,
        /// Why; or what the tie is.
        pub reason: String,
        /// When.
        pub at: DateTimeUtc,
    }
}

table! {
    /// Decisions on applications.
    call_decision = "call_decision" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The call.
        #[sea_orm(primary_key, auto_increment = false)]
        pub call: String,
        /// Whose application.
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation: String,
        /// How much, in pence; nothing where it is turned down.
        pub amount: i64,
        /// Why.
        pub reason: String,
        /// The agreement that it made.
        pub agreement: Option<String>,
        /// Who decided.
        pub person: String,
        /// When.
        pub at: DateTimeUtc,
    }
}
