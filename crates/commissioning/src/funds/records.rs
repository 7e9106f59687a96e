//! The tables.

use enough_store::table;

table! {
    /// Funds.
    fund = "fund" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// What it is, as JSON.
        pub text: String,
        /// How far it is.
        pub state: String,
        /// Counts its changes.
        pub version: i32,
        /// When it was changed last.
        pub changed_at: DateTimeUtc,
    }
}

table! {
    /// What is put in.
    fund_contribution = "fund_contribution" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The fund.
        #[sea_orm(primary_key, auto_increment = false)]
        pub fund: String,
        /// Which contribution.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// By whom.
        pub organisation: String,
        /// How much, in pence.
        pub amount: i64,
        /// Who wrote it down.
        pub written_by: String,
        /// Who of the organisation agreed to it.
        pub agreed_by: Option<String>,
        /// When.
        pub agreed_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Entries of the books: one account gives, another takes.
    fund_entry = "fund_entry" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The fund.
        #[sea_orm(primary_key, auto_increment = false)]
        pub fund: String,
        /// Which entry.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// The account that is credited.
        pub gives: String,
        /// The account that is debited.
        pub takes: String,
        /// How much, in pence.
        pub amount: i64,
        /// What for.
        pub what: String,
        /// The agreement, where it is about one.
        pub agreement: Option<String>,
        /// The number of the payment under it, where it is one.
        pub payment: Option<i32>,
        /// Who entered it.
        pub person: String,
        /// When.
        pub at: DateTimeUtc,
    }
}

table! {
    /// Panels that decide over a part of a fund.
    fund_panel = "fund_panel" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The fund.
        #[sea_orm(primary_key, auto_increment = false)]
        pub fund: String,
        /// Which panel.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// What it is, as JSON.
        pub text: String,
        /// How far it is.
        pub state: String,
        /// Who wrote it down.
        pub written_by: String,
        /// Who agreed to it.
        pub agreed_by: Option<String>,
        /// When it was changed last.
        pub changed_at: DateTimeUtc,
    }
}

table! {
    /// Agreements that were put to panels.
    panel_case = "panel_case" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The fund.
        #[sea_orm(primary_key, auto_increment = false)]
        pub fund: String,
        /// The panel.
        #[sea_orm(primary_key, auto_increment = false)]
        pub panel: i32,
        /// The agreement.
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement: String,
        /// What was decided.
        pub state: String,
        /// Ids of the members who may vote.
        pub voters: String,
        /// Why it was taken back, if it was.
        pub why: Option<String>,
        /// When it was put to the panel.
        pub at: DateTimeUtc,
    }
}

table! {
    /// Votes of members of panels.
    panel_vote = "panel_vote" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The fund.
        #[sea_orm(primary_key, auto_increment = false)]
        pub fund: String,
        /// The panel.
        #[sea_orm(primary_key, auto_increment = false)]
        pub panel: i32,
        /// The agreement.
        #[sea_orm(primary_key, auto_increment = false)]
        pub agreement: String,
        /// Who votes.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        /// Whether for it.
        pub yes: bool,
        /// Why.
        pub reason: String,
        /// When.
        pub at: DateTimeUtc,
    }
}
