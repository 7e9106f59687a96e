//! The tables.

use enough_store::table;

table! {
    /// What organisations say of themselves.
    provider = "provider" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The organisation.
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation: String,
        /// What it says, as JSON.
        pub profile: String,
        /// How ready it is: answers by key, as JSON.
        pub readiness: String,
        /// What its people can and want to learn: numbers by key, as JSON.
        pub workforce: String,
        /// Counts its changes.
        pub version: i32,
        /// When it was changed last.
        pub changed_at: DateTimeUtc,
    }
}

table! {
    /// Who is interested in which plan.
    interest = "interest" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The intention.
        #[sea_orm(primary_key, auto_increment = false)]
        pub intention: String,
        /// The organisation.
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation: String,
        /// What it would do.
        pub note: String,
        /// Whether it looks for partners, and lets others know.
        pub partners: bool,
        /// Since when.
        pub at: DateTimeUtc,
    }
}

table! {
    /// Events.
    event = "event" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// What it says, as JSON.
        pub text: String,
        /// What came of it.
        pub follow_up: Option<String>,
        /// Counts its changes.
        pub version: i32,
        /// When it was changed last.
        pub changed_at: DateTimeUtc,
    }
}

table! {
    /// Who comes to which event.
    event_booking = "event_booking" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The event.
        #[sea_orm(primary_key, auto_increment = false)]
        pub event: String,
        /// The organisation.
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation: String,
        /// How many people.
        pub people: i32,
        /// What they need, such as a ramp or an interpreter.
        pub needs: String,
        /// Since when.
        pub at: DateTimeUtc,
    }
}
