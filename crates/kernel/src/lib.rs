//! The words and units every other room speaks in. Knows no file, no database, no clock.

pub mod ages;
pub mod codes;
pub mod degrees;
pub mod disclosure;
pub mod money;
pub mod refusal;
pub mod units;
pub mod words;
pub mod working_days;

pub use ages::AgeRange;
pub use codes::{AreaCode, AreaKind};
pub use degrees::LonLat;
pub use disclosure::is_few;
pub use money::Pence;
pub use refusal::{Field, Refusal, given};
pub use units::{
    Children, Kilometres, KilometresPerHour, Level, MOST, Metres, Minutes, NotAQuantity, Places,
};
pub use working_days::{
    clocks_in_england, day_in_england, is_plausible, is_working_day, last_working_day, moment_in_england,
};
