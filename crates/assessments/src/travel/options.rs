//! The options of travel on real streets, the same for every command that travels.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use enough_kernel::{KilometresPerHour, Metres, Minutes};
use enough_travel::streets::{Profile, WALKING};
use enough_travel::timetables::{Limits, Window, parse_date};

use crate::AssessError;
use crate::quantities::{minutes, positive_minutes};

/// How families travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Mode {
    /// On foot
    Walk,
    /// On foot with a wheelchair or pushchair: no steps, no stiles, firm ground (needs --streets)
    Wheel,
    /// By bicycle
    Cycle,
    /// By car
    Car,
    /// By bus, train and ferry, walking to and from them (needs --streets and --timetable)
    Transit,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Walk, Self::Wheel, Self::Cycle, Self::Car, Self::Transit];

    /// Its name in records and addresses, as on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Wheel => "wheel",
            Self::Cycle => "cycle",
            Self::Car => "car",
            Self::Transit => "transit",
        }
    }

    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Walk => "on foot",
            Self::Wheel => "on foot without steps (wheelchair, pushchair)",
            Self::Cycle => "by bicycle",
            Self::Car => "by car",
            Self::Transit => "by bus and train",
        }
    }

    /// The mode on the street network.
    pub fn on_streets(self) -> enough_travel::streets::Mode {
        use enough_travel::streets::Mode as Street;
        match self {
            Self::Walk | Self::Transit => Street::Walk,
            Self::Wheel => Street::Wheel,
            Self::Cycle => Street::Cycle,
            Self::Car => Street::Car,
        }
    }
}

/// Streets, and how points are put on them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Travel on real streets")]
pub struct MapOptions {
    /// Streets: an OpenStreetMap extract of the area and its surroundings
    #[arg(long, value_name = "MAP.osm.pbf")]
    pub streets: Option<PathBuf>,
    /// Farthest that a point may be from a street, in metres; a point farther off is refused and counted
    #[arg(long, value_name = "METRES", default_value = "750", value_parser = metres)]
    pub snap: Metres,
    /// Where prepared networks are kept [default: beside the map; where that cannot be written, the user's cache folder]
    #[arg(long, value_name = "DIR", requires = "streets")]
    pub networks: Option<PathBuf>,
}

/// Streets, timetables, and how they are travelled.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Travel on real streets")]
pub struct StreetOptions {
    /// Streets.
    #[command(flatten)]
    pub map: MapOptions,
    /// Timetable of buses, trains or ferries (GTFS); may be repeated
    #[arg(long, value_name = "GTFS.zip", requires = "streets")]
    pub timetable: Vec<PathBuf>,
    /// Day on which people travel by timetable: an ordinary Tuesday in term, say
    #[arg(long, value_name = "YYYY-MM-DD", requires = "timetable")]
    pub date: Option<String>,
    /// When people leave: departures are sampled from the first time until before the second
    #[arg(long, value_name = "HH:MM-HH:MM", default_value = "07:30-09:00", value_parser = window)]
    pub depart: (Minutes, Minutes),
    /// Minutes between sampled departures
    #[arg(long, value_name = "MINUTES", default_value = "1", value_parser = step)]
    pub every: Minutes,
    /// Count the longest time of all departures instead of the median
    #[arg(long)]
    pub worst: bool,
    /// Longest walk to a stop, between stops, from a stop, or all the way, by timetable
    #[arg(long, value_name = "MINUTES", default_value = "15", value_parser = positive_minutes)]
    pub max_walk: Minutes,
    /// Time to change from one vehicle to the next, on top of the walk between stops
    #[arg(long, value_name = "MINUTES", default_value = "1", value_parser = minutes)]
    pub change: Minutes,
    /// Most vehicles ridden in one journey
    #[arg(long, value_name = "N", default_value = "4", value_parser = clap::value_parser!(u8).range(1..=8))]
    pub rides: u8,
}

fn metres(text: &str) -> Result<Metres, String> {
    let number: f64 = text.parse().map_err(|_| "metres are a number, such as 750".to_owned())?;
    Metres::checked(number)
        .ok()
        .filter(|metres| (1.0..=5000.0).contains(&metres.get()))
        .ok_or_else(|| "must be from 1 to 5000".to_owned())
}

fn step(text: &str) -> Result<Minutes, String> {
    positive_minutes(text).and_then(|step| {
        if (0.5..=60.0).contains(&step.get()) { Ok(step) } else { Err("must be from 0.5 to 60".to_owned()) }
    })
}

fn window(text: &str) -> Result<(Minutes, Minutes), String> {
    let wrong = || format!("'{text}' is not two times of a day such as 07:30-09:00");
    let time = |text: &str| {
        let (hours, minutes) = text.trim().split_once(':')?;
        let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours <= 24 && minutes < 60 && hours * 60 + minutes <= 1440).then(|| f64::from(hours * 60 + minutes))
    };
    let (from, until) = text.split_once('-').ok_or_else(wrong)?;
    let (from, until) = (time(from).ok_or_else(wrong)?, time(until).ok_or_else(wrong)?);
    if from >= until {
        return Err(format!("'{text}': the second time must be later than the first, on the same day"));
    }
    Ok((Minutes::new(from), Minutes::new(until)))
}

impl StreetOptions {
    /// The departures to sample.
    pub fn window(&self) -> Window {
        Window { from: self.depart.0, until: self.depart.1, every: self.every }
    }

    /// What a journey by timetable may be.
    pub fn limits(&self, whole: Minutes) -> Limits {
        Limits { whole, walk: self.max_walk, change: self.change, rides: usize::from(self.rides) }
    }

    /// The day of travel.
    ///
    /// # Errors
    /// When there is none, or it is no day.
    pub fn day(&self) -> Result<jiff::civil::Date, AssessError> {
        let text = self
            .date
            .as_deref()
            .ok_or_else(|| AssessError::Usage("--mode transit needs a day: --date 2020-05-19".to_owned()))?;
        parse_date(text).map_err(|error| AssessError::Usage(format!("--date: {error}")))
    }

    /// The options for one way of travelling among others: timetables are for buses and trains alone.
    #[must_use]
    pub fn for_mode(&self, mode: Mode) -> Self {
        let mut options = self.clone();
        if mode != Mode::Transit {
            options.timetable.clear();
        }
        options
    }

    /// Refuses what does not go together.
    ///
    /// # Errors
    /// When something does not go together.
    pub fn check(&self, mode: Mode, speed: Option<f64>, limit: Minutes) -> Result<(), AssessError> {
        let usage = |text: &str| Err(AssessError::Usage(text.to_owned()));
        if self.map.streets.is_none() && matches!(mode, Mode::Wheel | Mode::Transit) {
            return usage("--mode wheel and --mode transit need a street network: add --streets MAP.osm.pbf");
        }
        if mode == Mode::Transit {
            if self.timetable.is_empty() {
                return usage("--mode transit needs a timetable: add --timetable GTFS.zip");
            }
            self.day()?;
        } else if !self.timetable.is_empty() {
            return usage("--timetable is for --mode transit only");
        }
        self.map.check(mode, speed, limit)
    }
}

impl MapOptions {
    /// Refuses what streets do not allow.
    ///
    /// # Errors
    /// When something does not go together.
    pub fn check(&self, mode: Mode, speed: Option<f64>, limit: Minutes) -> Result<(), AssessError> {
        let usage = |text: &str| Err(AssessError::Usage(text.to_owned()));
        if self.streets.is_some() && mode == Mode::Car && speed.is_some() {
            return usage(
                "--speed is not for --mode car on streets: cars drive as the road and its limit allow",
            );
        }
        if self.streets.is_some() && limit.get() > enough_travel::search::LONGEST.get() {
            return usage("--minutes: 90 is the most on streets");
        }
        if speed.is_some_and(|speed| !(0.5..=60.0).contains(&speed)) && self.streets.is_some() {
            return usage("--speed must be from 0.5 to 60 km/h");
        }
        Ok(())
    }

    /// The profile of a mode, at the speed given or its usual one.
    pub fn profile(mode: Mode, speed: Option<f64>) -> Profile {
        let usual = Profile::usual(mode.on_streets());
        match speed {
            Some(speed) if mode != Mode::Car => Profile { speed: KilometresPerHour::new(speed), ..usual },
            _ => usual,
        }
    }
}

/// The mode and its speed in words.
pub fn moving(mode: Mode, profile: Profile) -> String {
    let speed = profile.speed.get();
    match mode {
        Mode::Walk | Mode::Transit => format!("walking at {speed} km/h"),
        Mode::Wheel => {
            format!("with wheelchair or pushchair at {speed} km/h, without steps, stiles and soft ground")
        }
        Mode::Cycle => format!("cycling at {speed} km/h, slower on rough ground"),
        Mode::Car => format!(
            "driving as road and limit allow, and walking between door and street at {} km/h",
            WALKING.get()
        ),
    }
}
