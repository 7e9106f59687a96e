//! Who may pass where, which way, and how fast: one rule a mode, from the tags of the map alone. Knows no geometry.
//!
//! The meaning of tags is that of the OpenStreetMap wiki (Key:highway, Key:access, Key:oneway, Key:barrier, Key:maxspeed); what
//! English law says stands beside each rule; speeds are assumptions of this project, said in `docs/travel.md`.

mod access;
mod barriers;
mod bicycle;
mod car;
mod ferry;
mod foot;

use enough_kernel::{KilometresPerHour, Minutes};

use super::tags::Tags;
pub(crate) use barriers::may_stop;
pub(super) use ferry::duration_is_not_read;

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
    /// What kind of way it is.
    pub kind: Kind,
    /// A way on which no trip begins or ends: a ferry, a motorway.
    pub no_stop: bool,
}

impl Passage {
    /// Whether it can be passed at all.
    pub fn is_open(&self) -> bool {
        self.forward.is_some() || self.backward.is_some()
    }

    /// What both allow, at the slower pace.
    fn narrowed(self, other: Self) -> Self {
        let slower = |one: Option<Pace>, other: Option<Pace>| match (one?, other?) {
            (Pace::Speed(one), Pace::Speed(other)) => {
                Some(Pace::Speed(if one < other { one } else { other }))
            }
            (crossing, _) => Some(crossing),
        };
        Self {
            forward: slower(self.forward, other.forward),
            backward: slower(self.backward, other.backward),
            kind: self.kind,
            no_stop: self.no_stop || other.no_stop,
        }
    }
}

/// What kind of way it is, whoever may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// A road along which homes and settings stand.
    Road,
    /// A way to a house or field, a motorway.
    #[default]
    Other,
    /// A way for people on foot, by bicycle or on horseback.
    Path,
    /// A ferry.
    Ferry,
}

impl Kind {
    fn of(highway: &str) -> Self {
        match highway {
            "trunk" | "primary" | "secondary" | "tertiary" | "unclassified" | "residential"
            | "living_street" | "road" => Self::Road,
            "pedestrian" | "footway" | "path" | "bridleway" | "cycleway" | "steps" | "corridor" => Self::Path,
            _ => Self::Other,
        }
    }
}

/// Whom a node on a way stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Nobody.
    Nobody,
    /// Who comes on a path: the kerb at a crossing.
    OnPaths,
    /// Everybody of the mode.
    Everybody,
}

impl Stop {
    /// Whether it stops who comes on a way of this kind.
    pub fn holds_on(self, kind: Kind) -> bool {
        match self {
            Self::Nobody => false,
            Self::OnPaths => kind == Kind::Path,
            Self::Everybody => true,
        }
    }
}

impl Profile {
    /// What a way with these tags is to the mode. One of several kinds of street is what all of them allow.
    pub fn passage(&self, tags: &Tags) -> Passage {
        if tags.has("route", "ferry") {
            return ferry::sail(self.mode, tags);
        }
        let kinds = tags.values("highway").map(|highway| {
            let passage = self.of_one_kind(&tags.with("highway", highway));
            Passage { kind: Kind::of(highway), ..passage }
        });
        kinds.reduce(Passage::narrowed).unwrap_or_default()
    }

    /// What it is to those who live on it: private ways are open to them.
    pub(crate) fn passage_of_residents(&self, tags: &Tags) -> Passage {
        self.passage(&tags.without(&["private", "residents", "permit", ""]))
    }

    fn of_one_kind(&self, tags: &Tags) -> Passage {
        match self.mode {
            Mode::Walk => foot::walk(tags, self.speed),
            Mode::Wheel => foot::wheel(tags, self.speed),
            Mode::Cycle => bicycle::cycle(tags, self.speed),
            Mode::Car => car::drive(tags),
        }
    }

    /// Whether the map says that the way is open or closed to the mode at some times only. The times are not known here.
    pub fn depends_on_time(&self, tags: &Tags) -> bool {
        let keys: &[&str] = match self.mode {
            Mode::Walk | Mode::Wheel => &["foot", "access"],
            Mode::Cycle => &["bicycle", "vehicle", "access", "oneway"],
            Mode::Car => &["motorcar", "motor_vehicle", "vehicle", "access", "oneway"],
        };
        access::depends_on_time(tags, keys)
    }

    /// Whom of the mode a node with these tags stops.
    pub fn stop(&self, tags: &Tags) -> Stop {
        barriers::stop(self.mode, tags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn school_streets_depend_on_the_time_for_cars() {
        let street = Tags::from("highway=residential motor_vehicle:conditional=no@(08:15-09:00)");
        let depends = |mode| Profile::usual(mode).depends_on_time(&street);
        assert_eq!([Mode::Walk, Mode::Cycle, Mode::Car].map(depends), [false, false, true]);
    }

    #[test]
    fn a_way_of_several_kinds_is_what_all_of_them_allow() {
        let passage = |mode, tags: &str| Profile::usual(mode).passage(&Tags::from(tags));
        let speed = |kmh| Some(Pace::Speed(KilometresPerHour::new(kmh)));
        assert_eq!(passage(Mode::Car, "highway=Residential;service").forward, speed(15.0));
        assert!(!passage(Mode::Car, "highway=residential;footway").is_open());
        assert_eq!(passage(Mode::Walk, "highway=residential;footway").backward, speed(4.8));
        assert!(!passage(Mode::Wheel, "highway=footway;steps").is_open());
    }
}
