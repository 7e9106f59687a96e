//! The tables.

use enough_store::table;

table! {
    /// Answers.
    assessment = "assessment" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// When it was made.
        pub made_at: DateTimeUtc,
        /// What was asked about.
        pub title: String,
        /// The answer in a sentence.
        pub answer: String,
        /// Whether all of it is made up.
        pub made_up: bool,
        /// The ages of the children.
        pub ages: String,
        /// How families travel.
        pub mode: String,
        /// Within how many minutes.
        pub minutes: f64,
        /// Places per child that count as enough.
        pub target: f64,
        /// The journey, as in "15-minute walk".
        pub journey: String,
        /// Which travel model made the minutes.
        pub travel: String,
        /// Children.
        pub children: f64,
        /// Places that the fair share gives them.
        pub places: f64,
        /// Places per child.
        pub level: Option<f64>,
        /// Places short of the target.
        pub shortfall: f64,
        /// Places short however they are shared.
        pub least_short: f64,
        /// Places beyond the target.
        pub overlap: f64,
        /// Children with no setting in reach.
        pub without_reach: f64,
        /// The date of the register of provision.
        pub supply_date: Option<String>,
        /// Minutes and level of each rung, as JSON.
        pub ladder: String,
        /// What to know, as a JSON list of sentences.
        pub caveats: String,
        /// How it is known, as a JSON list of sentences.
        pub how_we_know: String,
        /// What, file and date of each source, as JSON.
        pub sources: String,
        /// The attribution that the sources ask for.
        pub attribution: String,
    }
}

table! {
    /// Areas.
    area = "area" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Of which assessment.
        #[sea_orm(primary_key, auto_increment = false)]
        pub assessment: String,
        /// Its code.
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        /// ward, lsoa, msoa, authority or patch.
        pub kind: String,
        /// Its name.
        pub name: String,
        /// The name of its authority.
        pub parent: String,
        /// Children.
        pub children: f64,
        /// By how many children estimates of areas of this kind and size are off on average, where some were counted since.
        pub children_off: Option<f64>,
        /// Places that the fair share gives them.
        pub places: f64,
        /// Places per child.
        pub level: Option<f64>,
        /// Places short of the target.
        pub shortfall: f64,
        /// Places beyond the target.
        pub overlap: f64,
        /// Children with no setting in reach.
        pub without_reach: f64,
        /// The smallest limit at which there is enough.
        pub minutes_to_enough: Option<f64>,
        /// Average decile of deprivation; 1 is most deprived.
        pub decile: Option<f64>,
        /// Minutes and level of each rung, as JSON.
        pub ladder: String,
        /// Children by single year of age from 0, as JSON.
        pub ages: String,
        /// Children of the ages asked for in the published estimates of one series, oldest first, as JSON.
        pub history: String,
        /// The market that most of its children belong to.
        pub market: Option<i32>,
        /// All its markets with its children in each and what they are short of, the shortest first, as JSON.
        pub markets: String,
        /// The ward that an LSOA is counted to.
        pub ward: Option<String>,
        /// The MSOA that an LSOA is counted to.
        pub msoa: Option<String>,
    }
}

table! {
    /// Patches.
    patch = "patch" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Its name.
        pub name: String,
        /// The codes of its LSOAs, as JSON.
        pub areas: String,
        /// How often it was changed.
        pub version: i32,
        /// When it was changed last.
        pub changed_at: DateTimeUtc,
    }
}

table! {
    /// Confidential notes.
    note = "note" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// The id of the setting that it is about.
        pub setting: String,
        /// The name that the setting had.
        pub setting_name: String,
        /// What it says, sealed.
        pub sealed: String,
        /// The id of who wrote it.
        pub author: String,
        /// When it was written.
        pub written_at: DateTimeUtc,
        /// When it was changed last.
        pub changed_at: DateTimeUtc,
        /// Counts its changes.
        pub version: i32,
    }
}

table! {
    /// Published files that people brought.
    data_file = "data_file" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Its id.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Which table it is, as the catalogue names it.
        pub kind: String,
        /// The name it had.
        pub name: String,
        /// SHA-256 of its content.
        pub hash: String,
        /// How long it is.
        pub bytes: i64,
        /// Its content, as long as it may be used.
        pub content: Option<Vec<u8>>,
        /// looking, ready, failed, used, replaced, put-back or removed.
        pub state: String,
        /// The name of who brought it.
        pub brought_by: String,
        /// When.
        pub brought_at: DateTimeUtc,
        /// What would change, as JSON; or why it cannot be used.
        pub report: Option<String>,
        /// Which file is used in its place.
        pub replaced_by: Option<String>,
    }
}

table! {
    /// What is large about an area and seldom needed.
    detail = "area_detail" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Of which assessment.
        #[sea_orm(primary_key, auto_increment = false)]
        pub assessment: String,
        /// The code of the area.
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        /// Settings within reach and the minutes from the nearest of its neighbourhoods, as JSON.
        pub reach: String,
        /// Its shape in degrees, as well-known binary.
        pub shape: Option<Vec<u8>>,
    }
}

table! {
    /// Postcode districts.
    district = "postcode_district" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Of which assessment.
        #[sea_orm(primary_key, auto_increment = false)]
        pub assessment: String,
        /// The first part of its postcodes, as in M14.
        #[sea_orm(primary_key, auto_increment = false)]
        pub outward: String,
        /// For each LSOA the last three characters of its postcodes, one behind the other, as JSON.
        pub areas: String,
    }
}

table! {
    /// Markets.
    market = "market" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Of which assessment.
        #[sea_orm(primary_key, auto_increment = false)]
        pub assessment: String,
        /// Its number.
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        /// The names of its largest wards.
        pub name: String,
        /// The bottleneck in a sentence.
        pub sentence: String,
        /// Places per child.
        pub level: f64,
        /// Children.
        pub children: f64,
        /// Places.
        pub places: f64,
        /// Places short of the target.
        pub shortfall: f64,
        /// Places beyond the target.
        pub overlap: f64,
        /// Codes and names of its wards, most children first, as JSON.
        pub areas: String,
    }
}

table! {
    /// Settings with an address.
    setting = "setting" {
        /// Whose.
        #[sea_orm(primary_key, auto_increment = false)]
        pub authority: String,
        /// Of which assessment.
        #[sea_orm(primary_key, auto_increment = false)]
        pub assessment: String,
        /// Its id: Ofsted's reference number, or `school-` and the school's.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        /// Its name.
        pub name: String,
        /// What it is.
        pub kind: String,
        /// Who runs it.
        pub sector: String,
        /// Places, for all ages.
        pub places: f64,
        /// What that number is: registered, number of pupils, or assumed.
        pub places_are: String,
        /// Places that count for the ages asked for.
        pub counted: f64,
        /// What Ofsted said of it, as JSON.
        pub judgements: String,
        /// Postcode.
        pub postcode: String,
        /// Longitude in degrees.
        pub longitude: Option<f64>,
        /// Latitude in degrees.
        pub latitude: Option<f64>,
        /// The LSOA it lies in.
        pub lsoa: Option<String>,
        /// The ward it lies in.
        pub ward: Option<String>,
        /// The name of its authority.
        pub parent: String,
        /// Whether it lies in the areas asked for, and not around them.
        pub here: bool,
        /// Its market.
        pub market: Option<i32>,
        /// How many places added there would each close a missing one.
        pub helps: f64,
    }
}

impl setting::Model {
    /// Whether it is a school's, which Ofsted's register of childcare does not have.
    pub fn is_school(&self) -> bool {
        self.kind == enough_market::Kind::SchoolNursery.label()
    }

    /// What Ofsted said of it, each on its own scale.
    pub fn said(&self) -> enough_market::Judgements {
        serde_json::from_str(&self.judgements).unwrap_or_default()
    }
}
