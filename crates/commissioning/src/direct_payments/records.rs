//! The tables.

use enough_store::table;

table! {
    /// Cases: what clocks need, and nothing else that is open.
    direct_payment = "direct_payment" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// How far it is.
        pub state: String,
        /// Counts its changes.
        pub version: i32,
        /// Who began it.
        pub author: String,
        /// When it was assessed.
        pub assessed_on: Date,
        /// When it was offered.
        pub offered_on: Option<Date>,
        /// When the family agreed.
        pub accepted_on: Option<Date>,
        /// When the first money was paid.
        pub first_paid_on: Option<Date>,
        /// By when it is reviewed.
        pub next_review_on: Option<Date>,
        /// When it ended, or ends.
        pub ended_on: Option<Date>,
    }
}

table! {
    /// Lines of cases, each sealed for its case and its number.
    direct_payment_entry = "direct_payment_entry" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Of which case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub direct_payment: String,
        /// Which: 1, 2, ...
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// Who, when and what, sealed.
        pub sealed: String,
    }
}
