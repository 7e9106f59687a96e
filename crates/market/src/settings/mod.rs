//! A setting in the words of the field, and how home-based places without an address are spread over their area.

mod spread;

pub use spread::{Share, spread};

use enough_geography::GridPoint;
use enough_kernel::{AgeRange, AreaCode, Places};

use crate::quality::Judgements;

/// What kind of provision a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A childminder: up to six children under eight at home.
    Childminder,
    /// A home childcarer (nanny), in the family's home.
    HomeChildcarer,
    /// Four or more people who look after children in a home.
    DomesticPremises,
    /// Full day care on non-domestic premises.
    DayNursery,
    /// Sessional care: a playgroup or pre-school.
    Playgroup,
    /// Care before and after school.
    OutOfSchool,
    /// Care in school holidays.
    HolidayClub,
    /// A nursery school, or the nursery class of a school.
    SchoolNursery,
    /// On a register without saying what kind.
    NotStated,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Childminder,
        Self::HomeChildcarer,
        Self::DomesticPremises,
        Self::DayNursery,
        Self::Playgroup,
        Self::OutOfSchool,
        Self::HolidayClub,
        Self::SchoolNursery,
        Self::NotStated,
    ];

    /// The kind that is called so.
    pub fn labelled(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label() == label.trim().to_lowercase())
    }

    /// In the words that people use.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Childminder => "childminder",
            Self::HomeChildcarer => "home childcarer",
            Self::DomesticPremises => "childcare on domestic premises",
            Self::DayNursery => "day nursery",
            Self::Playgroup => "playgroup or sessional",
            Self::OutOfSchool => "out-of-school club",
            Self::HolidayClub => "holiday club",
            Self::SchoolNursery => "school nursery",
            Self::NotStated => "kind not stated",
        }
    }
}

/// Who runs a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sector {
    /// A school kept by the local authority, or a voluntary school it funds.
    Maintained,
    /// An academy or free school.
    Academy,
    /// An independent school.
    Independent,
    /// A business or a self-employed person.
    Private,
    /// A charity or committee.
    Voluntary,
    /// A community body.
    Community,
    /// The register does not say; Ofsted publishes no sector.
    NotStated,
}

impl Sector {
    /// In the words that people use.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Maintained => "maintained",
            Self::Academy => "academy",
            Self::Independent => "independent",
            Self::Private => "private",
            Self::Voluntary => "voluntary",
            Self::Community => "community",
            Self::NotStated => "not stated",
        }
    }
}

/// Which of Ofsted's registers a setting is on. Source: Childcare Act 2006, Part 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Register {
    /// Early Years Register: birth to 31 August after the fifth birthday.
    pub early_years: bool,
    /// Compulsory part of the Childcare Register: from then until the eighth birthday.
    pub compulsory: bool,
    /// Voluntary part: from the eighth birthday, and care that needs no other registration.
    pub voluntary: bool,
}

impl Register {
    /// Whether it is on the register for children of this age.
    pub const fn has(self, age: u8) -> bool {
        match age {
            // A five-year-old before 1 September counts as early years, but a request for school ages is not about that.
            0..=4 => self.early_years,
            5..=7 => self.compulsory,
            _ => self.voluntary,
        }
    }
}

/// What the number of places of a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlacesAre {
    /// Places on a register.
    Registered,
    /// Pupils, of a nursery school.
    Pupils,
    /// Assumed, of a nursery class of a school.
    Assumed,
}

impl PlacesAre {
    /// In the words that people use.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Pupils => "number of pupils",
            Self::Assumed => "assumed",
        }
    }
}

/// Where a setting is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Location {
    /// At an address.
    At(GridPoint),
    /// Somewhere in its authority: its address is not published or not known.
    Somewhere,
}

/// A setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Unique reference number of the register.
    pub urn: String,
    /// Its name; empty for people who work at home, whose names are not published.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Who runs it.
    pub sector: Sector,
    /// Ofsted's registers; none for schools.
    pub register: Register,
    /// Ages it takes where the source says so (schools); registered settings take the ages of their registers.
    pub ages: Option<AgeRange>,
    /// Places, for all ages.
    pub places: Places,
    /// What that number is.
    pub places_are: PlacesAre,
    /// What Ofsted said of it.
    pub judgements: Judgements,
    /// Postcode in plain form; empty where it is not published.
    pub postcode: String,
    /// Name of the local authority as the source writes it.
    pub authority_name: String,
    /// Where it is.
    pub location: Location,
    /// The district or unitary authority it is in, once known.
    pub authority: Option<AreaCode>,
}

impl Setting {
    /// Whether it is a home without a published address.
    pub const fn is_home_based(&self) -> bool {
        matches!(self.kind, Kind::Childminder | Kind::HomeChildcarer | Kind::DomesticPremises)
    }
}
