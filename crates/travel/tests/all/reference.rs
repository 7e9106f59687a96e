//! Networks and searches against plain references that share no code with them.

use std::collections::BTreeMap;

use enough_kernel::{LonLat, Metres, Minutes};
use enough_travel::search::{Direction, isochrones, many_to_many};
use enough_travel::streets::{MISSING, Mode, Network, Pace, Profile, Snap, Stop, StreetMap, Tags, Way};
use proptest::prelude::*;

/// A small town: points on a bent grid, ways that wander over it.
#[derive(Debug, Clone)]
struct Town {
    map: StreetMap,
}

const STREETS: [&[(&str, &str)]; 7] = [
    &[("highway", "residential")],
    &[("highway", "residential"), ("oneway", "yes")],
    &[("highway", "primary"), ("maxspeed", "30 mph")],
    &[("highway", "footway")],
    &[("highway", "steps")],
    &[("highway", "residential"), ("oneway", "-1")],
    &[("route", "ferry"), ("duration", "0:07"), ("motor_vehicle", "yes")],
];

/// A number from 0 to 1 that looks random (splitmix64).
fn noise(seed: u64) -> f64 {
    let mut bits = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

fn town() -> impl Strategy<Value = Town> {
    let ways = prop::collection::vec(
        (0..STREETS.len(), prop::collection::vec(0..30u32, 2..7), any::<bool>()),
        4..25,
    );
    let barriers = prop::collection::btree_map(0..30u32, 0..3usize, 0..4);
    (ways, barriers, any::<u64>()).prop_map(|(ways, barriers, seed)| {
        let tags: Vec<Tags> = STREETS.iter().map(|tags| Tags::new(tags.iter().copied())).collect();
        let kinds = ["bollard", "fence", "stile"].map(|kind| Tags::new([("barrier", kind)].into_iter()));
        let points = (0..30u32)
            .map(|k| {
                let bent = |salt: u64| noise(seed ^ (salt << 32) ^ u64::from(k));
                LonLat {
                    longitude: -1.3 + 0.002 * (f64::from(k % 6) + 0.6 * bent(1)),
                    latitude: 50.7 + 0.0015 * (f64::from(k / 6) + 0.6 * bent(2)),
                }
            })
            .collect();
        let ways = ways
            .into_iter()
            .enumerate()
            .map(|(id, (kind, mut points, gap))| {
                points.dedup();
                if gap && points.len() > 3 {
                    points[1] = MISSING;
                }
                Way { id: id as i64, tags: kind as u32, points }
            })
            .collect();
        let barriers = barriers.into_iter().map(|(point, kind)| (point, kinds[kind].clone())).collect();
        Town { map: StreetMap { points, ways, tags, barriers, ..StreetMap::default() } }
    })
}

/// Seconds between neighbouring points, by plain rules; a blocked point is left and entered by nobody.
fn steps(town: &Town, profile: Profile) -> BTreeMap<(u32, u32), f64> {
    let map = &town.map;
    let mut steps = BTreeMap::new();
    let blocked =
        |point: u32| map.barriers.get(&point).is_some_and(|tags| profile.stop(tags) == Stop::Everybody);
    for way in &map.ways {
        let passage = profile.passage(&map.tags[way.tags as usize]);
        let length = |a: u32, b: u32| {
            if a == MISSING || b == MISSING {
                0.0
            } else {
                map.points[a as usize].to(map.points[b as usize]).get()
            }
        };
        let whole: f64 = way.points.windows(2).map(|two| length(two[0], two[1])).sum();
        for two in way.points.windows(2) {
            let (a, b) = (two[0], two[1]);
            if a == MISSING || b == MISSING || blocked(a) || blocked(b) {
                continue;
            }
            let seconds = |pace| match pace {
                Pace::Speed(speed) => {
                    length(a, b) / 1000.0 / enough_kernel::KilometresPerHour::get(speed) * 3600.0
                }
                Pace::Crossing(minutes) => minutes.get() * 60.0 * length(a, b) / whole,
            };
            for (from, to, pace) in [(a, b, passage.forward), (b, a, passage.backward)] {
                if let Some(pace) = pace {
                    let time = steps.entry((from, to)).or_insert(f64::INFINITY);
                    *time = f64::min(*time, seconds(pace));
                }
            }
        }
    }
    steps
}

/// Shortest seconds from a point to all by trying every step again and again (Bellman and Ford).
fn from_point(start: u32, points: usize, steps: &BTreeMap<(u32, u32), f64>) -> Vec<f64> {
    let mut time = vec![f64::INFINITY; points];
    time[start as usize] = 0.0;
    for _ in 0..points {
        for (&(from, to), &seconds) in steps {
            time[to as usize] = time[to as usize].min(time[from as usize] + seconds);
        }
    }
    time
}

/// Metres from a point to a straight line between two others.
fn to_line(point: LonLat, a: LonLat, b: LonLat) -> f64 {
    let (east, north) = point.metres_per_degree();
    let flat = |at: LonLat| ((at.longitude - point.longitude) * east, (at.latitude - point.latitude) * north);
    let ((ax, ay), (bx, by)) = (flat(a), flat(b));
    let (dx, dy) = (bx - ax, by - ay);
    let share = (-(ax * dx + ay * dy) / (dx * dx + dy * dy).max(1e-12)).clamp(0.0, 1.0);
    (ax + share * dx).hypot(ay + share * dy)
}

fn exact(snaps: &[Option<Snap>]) -> Vec<Option<Snap>> {
    snaps.iter().map(|snap| snap.filter(|snap| snap.off.get() < 0.02)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn times_between_points_of_the_map_are_those_of_trying_everything(
        town in town(), mode in prop::sample::select(vec![Mode::Walk, Mode::Wheel, Mode::Cycle, Mode::Car]), limit in 2.0..12.0f64
    ) {
        let profile = Profile::usual(mode);
        let Some(network) = Network::build(&town.map, profile) else { return Ok(()) };
        let steps = steps(&town, profile);
        // A point may lie by chance on a street that does not pass it, and be taken for a point of that one: it is not asked.
        let lines: Vec<(u32, u32)> = town.map.ways.iter().flat_map(|way| way.points.windows(2).map(|two| (two[0], two[1]))).collect();
        let clear = |point: u32| {
            let place = |at: u32| town.map.points[at as usize];
            let beside = |&(from, to): &(u32, u32)| {
                from == point || to == point || from == MISSING || to == MISSING
                    || to_line(place(point), place(from), place(to)) > 1.0
            };
            steps.keys().any(|&(from, to)| from == point || to == point) && lines.iter().all(beside)
        };
        let mut snaps = exact(&network.snap(&town.map.points, Metres::new(50.0)));
        for (point, snap) in snaps.iter_mut().enumerate() {
            *snap = snap.filter(|_| clear(point as u32));
        }
        let blocked = |point: usize| town.map.barriers.get(&(point as u32)).is_some_and(|tags| profile.stop(tags) == Stop::Everybody);
        let journeys = many_to_many(&network, &snaps, &snaps, Minutes::new(limit));
        let found: BTreeMap<(u32, u32), f64> =
            journeys.list.iter().map(|journey| ((journey.from, journey.to), journey.minutes().get() * 60.0)).collect();
        // From the other side, with fewer starts than ends and the other way about, the list is the same.
        let some: Vec<Option<Snap>> = snaps.iter().enumerate().map(|(k, snap)| snap.filter(|_| k % 3 == 0)).collect();
        for (few_from, few_to) in [(true, false), (false, true)] {
            let part = many_to_many(
                &network, if few_from { &some } else { &snaps }, if few_to { &some } else { &snaps }, Minutes::new(limit),
            );
            let expected: Vec<_> = journeys.list.iter().copied()
                .filter(|journey| !few_from || journey.from % 3 == 0).filter(|journey| !few_to || journey.to % 3 == 0).collect();
            prop_assert_eq!(part.list, expected);
        }
        for from in (0..town.map.points.len()).filter(|&k| snaps[k].is_some() && !blocked(k)) {
            let times = from_point(from as u32, town.map.points.len(), &steps);
            for to in (0..town.map.points.len()).filter(|&k| snaps[k].is_some() && !blocked(k)) {
                // Between parts of the network nobody travels, not even where a street leads from one to the other without a way back.
                let together = snaps[from].map(|snap| snap.part) == snaps[to].map(|snap| snap.part);
                let expected = if together { times[to] } else { f64::INFINITY };
                // Half a millisecond for each street, and the two ends.
                let tolerance = 0.05;
                match found.get(&(from as u32, to as u32)) {
                    Some(seconds) => prop_assert!((seconds - expected).abs() < tolerance, "{from} {to}: {seconds} {expected}"),
                    None => prop_assert!(expected > limit * 60.0 - tolerance, "{from} {to}: none, {expected}"),
                }
            }
        }
    }

    #[test]
    fn the_nearest_street_is_the_nearest_of_all(
        town in town(), at in prop::collection::vec((-1.305..-1.285f64, 50.697..50.71f64), 1..8)
    ) {
        let profile = Profile::usual(Mode::Walk);
        let Some(network) = Network::build(&town.map, profile) else { return Ok(()) };
        let points: Vec<LonLat> = at.iter().map(|&(longitude, latitude)| LonLat { longitude, latitude }).collect();
        // Which streets each part has is asked of points of the map; only maps that are whole are compared.
        let notes = network.notes();
        let whole = notes.parts == 1 && notes.parts_left_out == 0 && notes.barriers == 0;
        for (point, snap) in points.iter().zip(network.snap(&points, Metres::new(300.0))) {
            let mut nearest = f64::INFINITY;
            for way in town.map.ways.iter().filter(|way| way.tags != 6) {
                for two in way.points.windows(2).filter(|two| !two.contains(&MISSING)) {
                    let (a, b) = (town.map.points[two[0] as usize], town.map.points[two[1] as usize]);
                    for k in 0..=1000 {
                        let share = f64::from(k) / 1000.0;
                        let on = LonLat {
                            longitude: a.longitude + share * (b.longitude - a.longitude),
                            latitude: a.latitude + share * (b.latitude - a.latitude),
                        };
                        nearest = nearest.min(point.to(on).get());
                    }
                }
            }
            match snap {
                Some(snap) => {
                    prop_assert!((snap.off.get() - point.to(snap.at).get()).abs() < 0.01);
                    if whole { prop_assert!((snap.off.get() - nearest).abs() < 1.0, "{} {nearest}", snap.off.get()); }
                }
                None => prop_assert!(!whole || nearest > 299.0, "{nearest}"),
            }
        }
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let runner = &mut proptest::test_runner::TestRunner::deterministic();
    let town = proptest::strategy::ValueTree::current(&town().new_tree(runner).unwrap());
    let network = Network::build(&town.map, Profile::usual(Mode::Walk)).unwrap();
    let snaps = network.snap(&town.map.points, Metres::new(100.0));
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| many_to_many(&network, &snaps, &snaps, Minutes::new(20.0)))
    };
    assert!(!run(1).list.is_empty());
    assert_eq!(run(1), run(7));
}

#[test]
fn land_within_fewer_minutes_is_smaller_and_holds_what_is_reached() {
    use geo::{Area, Contains};
    let runner = &mut proptest::test_runner::TestRunner::deterministic();
    let town = proptest::strategy::ValueTree::current(&town().new_tree(runner).unwrap());
    let network = Network::build(&town.map, Profile::usual(Mode::Walk)).unwrap();
    let snaps = network.snap(&town.map.points, Metres::new(30.0));
    let start = snaps.iter().position(Option::is_some).unwrap();
    let limits = [3.0, 6.0, 12.0].map(Minutes::new);
    for direction in [Direction::From, Direction::To] {
        let land = isochrones(&network, &snaps[start].unwrap(), &limits, direction);
        let sizes: Vec<f64> = land.iter().map(Area::unsigned_area).collect();
        assert!(sizes[0] > 0.0 && sizes.is_sorted(), "{sizes:?}");
        let only: Vec<Option<Snap>> = vec![snaps[start]];
        let journeys = match direction {
            Direction::From => many_to_many(&network, &only, &snaps, limits[2]),
            Direction::To => many_to_many(&network, &snaps, &only, limits[2]),
        };
        for journey in journeys.list {
            let other = if direction == Direction::From { journey.to } else { journey.from } as usize;
            let on_street = snaps[other].unwrap().at;
            let point = geo::Point::new(on_street.longitude, on_street.latitude);
            for (limit, land) in limits.iter().zip(&land) {
                // Half a minute on either side is the width of a cell and more.
                let minutes = journey.minutes().get();
                if minutes < limit.get() - 0.5 {
                    assert!(land.contains(&point), "{minutes} is within {limit:?}");
                }
                if minutes > limit.get() + 1.5 {
                    assert!(!land.contains(&point), "{minutes} is not within {limit:?}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn short_distances_are_those_of_geodesics(
        longitude in -7.0..2.0f64, latitude in 49.8..61.0f64, east in -0.1..0.1f64, north in -0.06..0.06f64
    ) {
        use geo::{Distance, Geodesic, Point};
        let (one, other) = (LonLat { longitude, latitude }, LonLat { longitude: longitude + east, latitude: latitude + north });
        let exact = Geodesic.distance(Point::new(one.longitude, one.latitude), Point::new(other.longitude, other.latitude));
        prop_assert!((one.to(other).get() - exact).abs() <= 2e-6 * exact + 1e-6, "{} {exact}", one.to(other).get());
    }
}
