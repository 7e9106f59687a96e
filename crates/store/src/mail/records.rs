//! The tables of letters and of who wants news.

use crate::table;

table! {
    /// Letters.
    letter = "letter" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// To whom and what, sealed; nothing once it was sent or given up.
        pub sealed: Option<String>,
        /// When it was posted.
        pub posted_at: DateTimeUtc,
        /// How often it was tried.
        pub attempts: i32,
        /// When it is tried next.
        pub next_at: DateTimeUtc,
        /// After which it is of no use; those that have such a moment go first.
        pub until: Option<DateTimeUtc>,
        /// When it was sent or given up.
        pub ended_at: Option<DateTimeUtc>,
        /// Whether it was sent.
        pub sent: bool,
        /// What the mail server said last, without the address.
        pub trouble: String,
    }
}

table! {
    /// Who wants news.
    subscription = "subscription" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Of what.
        pub topic: String,
        /// By which the same address is found again.
        pub mark: String,
        /// What is kept of the token.
        pub token: String,
        /// Address and token, sealed.
        pub sealed: String,
        /// When it was asked for first; once it is confirmed, when they were told last that they have it already.
        pub asked_at: DateTimeUtc,
        /// When whoever has the address confirmed it.
        pub confirmed_at: Option<DateTimeUtc>,
        /// Until when they were told everything; when they were written to last, before they confirmed it.
        pub told_at: DateTimeUtc,
        /// How often they were written to before they confirmed it.
        pub letters: i32,
    }
}
