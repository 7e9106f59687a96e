//! The tables.

use enough_store::table;

table! {
    /// Versions of specifications.
    specification = "specification" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The intention that it specifies.
        #[sea_orm(primary_key, auto_increment = false)]
        pub intention: String,
        /// Which version.
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i32,
        /// Its paragraphs, as JSON.
        pub paragraphs: String,
        /// What changed and why.
        pub said: String,
        /// When it was saved.
        pub at: DateTimeUtc,
    }
}

table! {
    /// Specifications that are final.
    specification_final = "specification_final" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The intention that it specifies.
        #[sea_orm(primary_key, auto_increment = false)]
        pub intention: String,
        /// Which version.
        pub version: i32,
        /// SHA-256 of its text.
        pub hash: String,
        /// Why nobody was asked, if nobody was.
        pub unasked: Option<String>,
        /// Since when.
        pub at: DateTimeUtc,
    }
}

table! {
    /// Rounds of comments.
    codesign_round = "codesign_round" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The intention.
        #[sea_orm(primary_key, auto_increment = false)]
        pub intention: String,
        /// Which round.
        #[sea_orm(primary_key, auto_increment = false)]
        pub round: i32,
        /// The version that it is about.
        pub version: i32,
        /// Its first day.
        pub opens_on: Date,
        /// Its last day.
        pub closes_on: Date,
        /// Why it is shorter than the rule says.
        pub short: Option<String>,
        /// What the comments changed.
        pub response: Option<String>,
        /// When that was published.
        pub responded_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Comments in rounds.
    codesign_comment = "codesign_comment" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The intention.
        #[sea_orm(primary_key, auto_increment = false)]
        pub intention: String,
        /// The round.
        #[sea_orm(primary_key, auto_increment = false)]
        pub round: i32,
        /// Which comment of it.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// The paragraph; none for the whole.
        pub paragraph: Option<i32>,
        /// What was said.
        pub text: String,
        /// For whom.
        pub sector: String,
        /// How large the organisation is.
        pub size: Option<String>,
        /// The area they speak about.
        pub area: Option<String>,
        /// The name that everybody may read.
        pub name: Option<String>,
        /// When.
        pub at: DateTimeUtc,
        /// What became of it.
        pub outcome: Option<String>,
        /// Why.
        pub reason: Option<String>,
        /// When that was said.
        pub answered_at: Option<DateTimeUtc>,
    }
}
