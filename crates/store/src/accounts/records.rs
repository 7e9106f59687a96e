//! The tables of the accounts.

use crate::table;

table! {
    /// Organisations.
    organisation = "organisation" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Its name.
        pub name: String,
        /// What kind it is.
        pub kind: String,
        /// Counts its changes.
        pub version: i32,
        /// Since when.
        pub created_at: DateTimeUtc,
        /// Until when.
        pub closed_at: Option<DateTimeUtc>,
    }
}

table! {
    /// People.
    person = "person" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The person's id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The organisation they work for.
        pub organisation: String,
        /// Their name.
        pub name: String,
        /// Where they get letters, in lower case; what they sign in with.
        pub email: String,
        /// invited, active or disabled.
        pub state: String,
        /// Counts the changes.
        pub version: i32,
        /// Since when.
        pub created_at: DateTimeUtc,
        /// When they signed in last.
        pub last_seen_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Who people are elsewhere.
    identity = "identity" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The provider.
        #[sea_orm(primary_key, auto_increment = false)]
        pub issuer: String,
        /// The provider's name for the person.
        #[sea_orm(primary_key, auto_increment = false)]
        pub subject: String,
        /// The person.
        pub person: String,
        /// Since when.
        pub linked_at: DateTimeUtc,
    }
}

table! {
    /// Which roles people have.
    person_role = "person_role" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The person.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        /// The role.
        #[sea_orm(primary_key, auto_increment = false)]
        pub role: String,
    }
}

table! {
    /// Passwords, as hashes.
    password = "password" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The person.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        /// Argon2id, in the form of PHC.
        pub hash: String,
        /// When it was chosen.
        pub changed_at: DateTimeUtc,
    }
}

table! {
    /// Secrets for codes that change with time (RFC 6238), sealed.
    totp = "totp" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The person.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        /// The secret, sealed for the person.
        pub secret: String,
        /// When the person showed that they have it.
        pub confirmed_at: Option<DateTimeUtc>,
        /// The last step of time whose code was used.
        pub last_step: i64,
    }
}

table! {
    /// Codes for the day on which the phone is lost; each opens once.
    recovery_code = "recovery_code" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The person.
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        /// SHA-256 of the code.
        #[sea_orm(primary_key, auto_increment = false)]
        pub hash: String,
        /// When it was used.
        pub used_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Sessions.
    session = "session" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The person.
        pub person: String,
        /// SHA-256 of what the browser keeps.
        #[sea_orm(primary_key, auto_increment = false)]
        pub token: String,
        /// Since when.
        pub created_at: DateTimeUtc,
        /// When it was used last, to the minute.
        pub last_seen_at: DateTimeUtc,
        /// When the person proved last who they are.
        pub proven_at: DateTimeUtc,
        /// What is still to be shown: second-factor, enrol, or nothing (full).
        pub stage: String,
        /// The browser, as it names itself.
        pub agent: String,
        /// The address it came from.
        pub origin: Option<String>,
        /// When it ended.
        pub ended_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Keys with which programs act for a person.
    access_key = "access_key" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The person.
        pub person: String,
        /// SHA-256 of the secret.
        #[sea_orm(primary_key, auto_increment = false)]
        pub token: String,
        /// What its person calls it.
        pub name: String,
        /// Whether it may change anything.
        pub may_change: bool,
        /// Since when.
        pub created_at: DateTimeUtc,
        /// Until when.
        pub expires_at: DateTimeUtc,
        /// When it was used last, to ten minutes.
        pub last_used_at: Option<DateTimeUtc>,
        /// When it was ended.
        pub ended_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Passkeys.
    passkey = "passkey" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// The person.
        pub person: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// What its person calls it.
        pub name: String,
        /// Its public key and counter, as JSON.
        pub passkey: String,
        /// Since when.
        pub created_at: DateTimeUtc,
        /// When it was used last.
        pub last_used_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Links that open once.
    link = "link" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// SHA-256 of what is in the link.
        #[sea_orm(primary_key, auto_increment = false)]
        pub token: String,
        /// For whom; nobody yet for the first set-up.
        pub person: Option<String>,
        /// set-up, invitation or reset.
        pub purpose: String,
        /// Until when.
        pub expires_at: DateTimeUtc,
        /// When it was used.
        pub used_at: Option<DateTimeUtc>,
    }
}

table! {
    /// Sign-ins that failed, one after another.
    attempt = "attempt" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// SHA-256 of the address that was given, whether anybody has it or not.
        #[sea_orm(primary_key, auto_increment = false)]
        pub email: String,
        /// How many.
        pub failures: i32,
        /// Until when the next is refused unseen.
        pub locked_until: Option<DateTimeUtc>,
        /// When the last was.
        pub failed_at: DateTimeUtc,
    }
}
