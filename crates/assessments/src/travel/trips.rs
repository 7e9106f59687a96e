//! Travel from many points to many others: prepares what is needed, searches, and says how.

use std::path::{Path, PathBuf};

use enough_kernel::{LonLat, Metres, Minutes};
use enough_travel::search::many_to_many_telling;
use enough_travel::streets::{Network, Origin, Profile, Snap, prepare};
use enough_travel::timetables::{Feed, Timetable, read_feed, ride_many_to_many};

use super::options::{MapOptions, Mode, StreetOptions, moving};
use crate::AssessError;
use crate::Progress;
use enough_kernel::words::{count, plural};

/// A pair within the limit.
#[derive(Debug, Clone, Copy)]
pub struct Trip {
    /// The number of the point it begins at.
    pub from: u32,
    /// The number of the point it ends at.
    pub to: u32,
    /// How long it takes; by timetable the median, or the longest if that was asked for.
    pub minutes: Minutes,
    /// By timetable: the longest time of all departures, if all arrive within the limit.
    pub worst: Option<Minutes>,
}

/// The points of one side on the streets.
#[derive(Debug, Default)]
pub struct Snapped {
    /// Where each point is on the streets.
    pub snaps: Vec<Option<Snap>>,
    /// Points farther from any street than the limit, though the map is of their surroundings.
    pub refused: usize,
    /// Points beyond the edge of the map, how many and which.
    pub outside: usize,
    /// Which points lie beyond the edge of the map.
    pub is_outside: Vec<bool>,
    /// Points on another part of the network than the largest, such as an island.
    pub elsewhere: usize,
    /// Median and largest distance of those taken.
    pub distances: Option<(Metres, Metres)>,
}

impl Snapped {
    /// Puts points on the streets.
    pub fn new(network: &Network, points: &[Option<LonLat>], limit: Metres) -> Self {
        let known: Vec<LonLat> = points.iter().flatten().copied().collect();
        let mut found = network.snap(&known, limit).into_iter();
        let snaps: Vec<Option<Snap>> =
            points.iter().map(|point| point.and_then(|_| found.next().flatten())).collect();
        let mut metres: Vec<f64> = snaps.iter().flatten().map(|snap| snap.off.get()).collect();
        metres.sort_by(f64::total_cmp);
        let distances = metres.last().map(|&most| (Metres::new(metres[metres.len() / 2]), Metres::new(most)));
        let beyond = |point: &Option<LonLat>| point.is_some_and(|point| !network.covers(point, limit));
        let is_outside: Vec<bool> =
            points.iter().zip(&snaps).map(|(point, snap)| snap.is_none() && beyond(point)).collect();
        let outside = is_outside.iter().filter(|outside| **outside).count();
        let elsewhere = snaps.iter().flatten().filter(|snap| snap.part != 0).count();
        let refused = known.len() - metres.len() - outside;
        Self { snaps, refused, outside, is_outside, elsewhere, distances }
    }

    fn sentence(&self, what: &str, limit: Metres) -> String {
        let taken = self.snaps.iter().flatten().count();
        let far = self.distances.map_or_else(String::new, |(median, most)| {
            format!(", {:.0} m from a street at the median and {:.0} m at most", median.get(), most.get())
        });
        let refused = if self.refused > 0 {
            format!(
                "; {} refused, farther than {:.0} m from any street",
                count(self.refused as f64),
                limit.get()
            )
        } else {
            String::new()
        };
        let outside = if self.outside > 0 {
            format!("; {} beyond the edge of the map", count(self.outside as f64))
        } else {
            String::new()
        };
        let elsewhere = if self.elsewhere > 0 {
            format!("; {} on another part of the network than the largest", count(self.elsewhere as f64))
        } else {
            String::new()
        };
        format!("{what}: {} on the network{far}{elsewhere}{refused}{outside}", count(taken as f64))
    }
}

/// What was found, and how.
pub struct Trips {
    /// The pairs.
    pub list: Vec<Trip>,
    /// Where trips begin.
    pub from: Snapped,
    /// Where trips end.
    pub to: Snapped,
    /// Which travel model made the minutes, in words.
    pub label: String,
    /// What was read, used and left out, a sentence each.
    pub notes: Vec<String>,
    /// Where the network came from: for the screen, not for results, which are the same wherever it came from.
    pub origin: String,
    /// Searches that were made.
    pub searches: usize,
    /// States met by all searches; by timetable they are not counted.
    pub settled: Option<usize>,
}

/// Points of one side, perhaps unknown, and what they are.
pub type Side<'a> = (&'a str, &'a [Option<LonLat>]);

/// Travels from every point to every other within the limit.
///
/// # Errors
/// When the map or a timetable cannot be read, or somebody stops it.
pub fn travel(
    options: &StreetOptions,
    mode: Mode,
    speed: Option<f64>,
    limit: Minutes,
    (from, to): (Side<'_>, Side<'_>),
    progress: &mut dyn Progress,
) -> Result<Trips, AssessError> {
    let profile = MapOptions::profile(mode, speed);
    let Prepared { network, map, mut notes, origin } = network(&options.map, profile, progress)?;
    progress.begin("finding the nearest streets")?;
    let (starts, ends) =
        (Snapped::new(&network, from.1, options.map.snap), Snapped::new(&network, to.1, options.map.snap));
    notes.push(format!("{}.", starts.sentence(from.0, options.map.snap)));
    notes.push(format!("{}.", ends.sentence(to.0, options.map.snap)));
    let mut label = format!("on real streets: OpenStreetMap ({map}), {}", moving(mode, profile));
    if mode != Mode::Transit {
        progress.begin("searching the streets")?;
        let part = progress.parts(starts.snaps.len().min(ends.snaps.len()));
        let found = many_to_many_telling(&network, &starts.snaps, &ends.snaps, limit, &*part);
        let list = found
            .list
            .iter()
            .map(|journey| Trip {
                from: journey.from,
                to: journey.to,
                minutes: journey.minutes(),
                worst: None,
            })
            .collect();
        return Ok(Trips {
            list,
            from: starts,
            to: ends,
            label,
            notes,
            searches: found.searches,
            settled: Some(found.settled),
            origin,
        });
    }
    progress.begin("reading timetables")?;
    let (timetable, names) = timetable(options, &mut notes)?;
    let window = options.window();
    progress.begin("riding")?;
    let stops: Vec<Option<LonLat>> = timetable.stops().iter().copied().map(Some).collect();
    let stops = Snapped::new(&network, &stops, options.map.snap);
    notes.push(format!("{}.", stops.sentence("Stops", options.map.snap)));
    let part = progress.parts(starts.snaps.len());
    let rides = ride_many_to_many(
        &network,
        (&starts.snaps, &ends.snaps),
        &stops.snaps,
        &timetable,
        window,
        options.limits(limit),
        &*part,
    );
    let list = rides
        .list
        .iter()
        .filter_map(|ride| {
            let minutes = if options.worst { ride.worst()? } else { ride.usual() };
            Some(Trip { from: ride.from, to: ride.to, minutes, worst: ride.worst() })
        })
        .collect();
    let clock =
        |minutes: Minutes| format!("{:02.0}:{:02.0}", (minutes.get() / 60.0).floor(), minutes.get() % 60.0);
    label = format!(
        "by timetable ({}) on {}, {} of {} departures from {} until {}, and {label}; walks of at most {} minutes each",
        names.join(", "),
        options.day()?,
        if options.worst { "the longest time" } else { "the median" },
        rides.departures,
        clock(window.from),
        clock(window.until),
        options.max_walk.get(),
    );
    let searches = starts.snaps.iter().flatten().count() * rides.departures;
    Ok(Trips { list, from: starts, to: ends, label, notes, origin, searches, settled: None })
}

/// A network, the map's name, what was used of it, and where the network came from.
pub struct Prepared {
    /// The network.
    pub network: Network,
    /// The name of the map.
    pub map: String,
    /// What was used, a sentence each.
    pub notes: Vec<String>,
    /// Where it came from.
    pub origin: String,
}

/// The prepared network of the options' map.
///
/// # Errors
/// When the map cannot be read, or somebody stops it.
pub fn network(
    options: &MapOptions,
    profile: Profile,
    progress: &mut dyn Progress,
) -> Result<Prepared, AssessError> {
    let map =
        options.streets.as_deref().ok_or_else(|| AssessError::Usage("--streets is missing".to_owned()))?;
    progress.begin("preparing streets")?;
    let (network, origin) = prepare(map, profile, &folders(options, map))?;
    let used = network.notes();
    let parts = if used.parts > 1 {
        format!(
            " in {} parts that no street or ferry of the map joins there and back",
            count(used.parts as f64)
        )
    } else {
        String::new()
    };
    let turns = used.restrictions + used.restrictions_not_used;
    let turns = if turns > 0 {
        format!(
            ", {} for cars ({} not used)",
            plural(turns, "turn restriction", "turn restrictions"),
            used.restrictions_not_used
        )
    } else {
        String::new()
    };
    let mut notes = vec![format!(
        "Network for {}: {} and {} of {} km{parts}, cut at {}{turns}; left out as too small to be places of their own: {} with {} km.",
        profile.mode.name(),
        plural(used.junctions, "junction", "junctions"),
        plural(used.streets, "street", "streets"),
        count(used.kilometres.get()),
        plural(used.barriers, "barrier", "barriers"),
        plural(used.parts_left_out, "part", "parts"),
        count(used.kilometres_left_out.get()),
    )];
    if used.at_times > 0 {
        notes.push(format!(
            "{} open or closed at some times only (school streets, say): which is not known here, so they are taken as at all other times.",
            plural(used.at_times, "way of the map is", "ways of the map are")
        ));
    }
    if used.ferries_guessed > 0 {
        notes.push(format!(
            "{} a duration that cannot be read: the crossing is taken at 15 km an hour.",
            plural(used.ferries_guessed, "ferry of the map has", "ferries of the map have")
        ));
    }
    let origin = match origin {
        Origin::Prepared(path) => format!("The network was prepared before: {}.", path.display()),
        Origin::Made(path) => format!("The network was prepared and kept: {}.", path.display()),
        Origin::Mended(path) => {
            format!("The prepared network was damaged and made anew: {}.", path.display())
        }
        Origin::NotKept(problem) => format!("The network was prepared but could not be kept: {problem}."),
    };
    let map = map.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Prepared { network, map, notes, origin })
}

/// Where prepared networks are kept: the folder given; or beside the map, and where that cannot be written in the user's cache.
fn folders(options: &MapOptions, map: &Path) -> Vec<PathBuf> {
    if let Some(folder) = &options.networks {
        return vec![folder.clone()];
    }
    let beside = match map.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // A folder marked read-only is left alone, also by an administrator who could write there.
    let read_only = std::fs::metadata(beside).is_ok_and(|folder| folder.permissions().readonly());
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir)
        .join("enough");
    if read_only { vec![cache] } else { vec![beside.to_owned(), cache] }
}

/// The trips of the day, and the names of the timetables.
fn timetable(
    options: &StreetOptions,
    notes: &mut Vec<String>,
) -> Result<(Timetable, Vec<String>), AssessError> {
    let mut names = Vec::new();
    let mut feeds: Vec<Feed> = Vec::new();
    for path in &options.timetable {
        let feed = read_feed(path)?;
        let name = feed.name.clone();
        let days = feed
            .report
            .days
            .as_ref()
            .map_or_else(String::new, |(first, last)| format!(", from {first} to {last}"));
        notes.push(format!(
            "{name}: {} and {}{days}.",
            plural(feed.report.trips, "trip", "trips"),
            plural(feed.report.stops, "stop", "stops")
        ));
        notes.extend(feed.report.sentences().into_iter().map(|problem| format!("{name}: {problem}.")));
        names.push(name);
        feeds.push(feed);
    }
    let timetable = Timetable::of_day(&feeds, options.day()?)?;
    notes.push(format!("{} on the day.", plural(timetable.trips(), "trip runs", "trips run")));
    Ok((timetable, names))
}
