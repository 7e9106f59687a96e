//! Who may pass where, which way, and how fast: one rule a mode, from the tags of the map alone. Knows no geometry.
//!
//! The meaning of tags is that of the OpenStreetMap wiki (Key:highway, Key:access, Key:oneway, Key:barrier, Key:maxspeed); what
//! English law says stands beside each rule; speeds are assumptions of this project, said in `docs/travel.md`.

mod barriers;
mod bicycle;
mod car;
mod ferry;
mod foot;

use enough_kernel::{KilometresPerHour, Minutes};

use super::tags::Tags;

/// How people travel on streets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// On foot.
    Walk,
    /// On foot with a wheelchair or pushchair: no steps, no stiles, no soft ground, nothing steeper than 1 in 12.
    Wheel,
    /// By bicycle.
    Cycle,
    /// By car.
    Car,
}

impl Mode {
    /// Its name in commands and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Wheel => "wheel",
            Self::Cycle => "cycle",
            Self::Car => "car",
        }
    }
}

/// A mode and its speed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// How people travel.
    pub mode: Mode,
    /// Speed on an ordinary street; for cars, whose speed is that of the road, the speed between door and street.
    pub speed: KilometresPerHour,
}

/// Walking speed unless told otherwise: 4.8 km/h, 80 metres a minute, as in English councils' studies of access (Thurrock Council,
/// Study of travel access in and around Thurrock, 2015).
pub const WALKING: KilometresPerHour = KilometresPerHour::new(4.8);

impl Profile {
    /// The profile of a mode at its usual speed: walking 4.8 km/h, cycling 15 km/h, cars as the road allows.
    pub fn usual(mode: Mode) -> Self {
        Self { mode, speed: if mode == Mode::Cycle { KilometresPerHour::new(15.0) } else { WALKING } }
    }

    /// Speed between a door and the street: of the walker, or of someone who walks to the bicycle or car.
    pub fn off_street(&self) -> KilometresPerHour {
        match self.mode {
            Mode::Walk | Mode::Wheel => self.speed,
            Mode::Cycle | Mode::Car => WALKING,
        }
    }
}

/// How fast a way is passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// At this speed.
    Speed(KilometresPerHour),
    /// In so many minutes from end to end: a ferry with its duration.
    Crossing(Minutes),
}

/// What a way is to a mode.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Passage {
    /// In the direction in which the way is drawn; `None` is not allowed.
    pub forward: Option<Pace>,
    /// Against it.
    pub backward: Option<Pace>,
    /// A ferry.
    pub ferry: bool,
    /// A way on which no trip begins or ends: a ferry, a motorway.
    pub no_stop: bool,
}

impl Passage {
    /// Whether it can be passed at all.
    pub fn is_open(&self) -> bool {
        self.forward.is_some() || self.backward.is_some()
    }

    fn both(speed: KilometresPerHour) -> Self {
        let pace = Some(Pace::Speed(speed));
        Self { forward: pace, backward: pace, ..Self::default() }
    }
}

/// What access tags say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Yes,
    No,
    /// Nothing, or something that is no rule: the kind of way decides.
    Unsaid,
}

fn access(tags: &Tags, keys: &[&str]) -> Access {
    for key in keys {
        match tags.get(key) {
            "yes" | "designated" | "permissive" | "destination" | "customers" | "official" | "public" => {
                return Access::Yes;
            }
            "no" | "private" | "agricultural" | "forestry" | "delivery" | "military" | "emergency"
            | "permit" | "residents" => return Access::No,
            _ => {}
        }
    }
    Access::Unsaid
}

impl Profile {
    /// What a way with these tags is to the mode.
    pub fn passage(&self, tags: &Tags) -> Passage {
        if tags.get("route") == "ferry" {
            return ferry::passage(self.mode, tags);
        }
        match self.mode {
            Mode::Walk => foot::walk(tags, self.speed),
            Mode::Wheel => foot::wheel(tags, self.speed),
            Mode::Cycle => bicycle::cycle(tags, self.speed),
            Mode::Car => car::drive(tags),
        }
    }

    /// Whether a node with these tags stops the mode.
    pub fn is_blocked_by(&self, tags: &Tags) -> bool {
        barriers::blocks(self.mode, tags)
    }
}
