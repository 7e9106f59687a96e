//! The tables.

use enough_store::table;

table! {
    /// Releases, as they were published.
    contract_release = "contract_release" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Of which contracting process.
        #[sea_orm(primary_key, auto_increment = false)]
        pub ocid: String,
        /// Its id, which no other of the process has.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// When it was published, as it says.
        pub date: String,
        /// Who published it.
        pub publisher: String,
        /// Under which licence.
        pub license: String,
        /// The extensions that its package declares, as JSON.
        pub extensions: String,
        /// All of it, as JSON.
        pub content: String,
        /// When it was kept here.
        pub kept_at: DateTimeUtc,
    }
}

table! {
    /// What a contracting process is now.
    contract_process = "contract_process" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub ocid: String,
        /// What is bought.
        pub title: String,
        /// Who buys.
        pub buyer: String,
        /// Who supplies: their names, as JSON.
        pub suppliers: String,
        /// How it stands.
        pub status: String,
        /// What it is worth, in hundredths of its currency.
        pub pence: Option<i64>,
        /// The currency.
        pub currency: Option<String>,
        /// The date of its newest release.
        pub date: String,
        /// How many releases it has.
        pub releases: i32,
        /// What it is found by, in lower case.
        pub words: String,
        /// The compiled release, as JSON.
        pub compiled: String,
    }
}
