//! Maps as people draw them, read from files: who may travel where, and how long it takes.

use crate::drawn::{Map, Member};
use enough_travel::streets::Mode;

/// There and back between the stubs of two routes, in minutes: on the direct way and on the detour.
const CAR: (f64, f64) = (2.88, 10.08);
const WALK: (f64, f64) = (15.0, 52.5);
const CYCLE: (f64, f64) = (4.8, 16.8);

/// What a way or its middle point does to a mode: `(there, back)`, true where the direct way is open.
fn opens(mode: Mode, way: &'static str, middle: &'static str) -> (bool, bool) {
    let (direct, detour) = match mode {
        Mode::Walk | Mode::Wheel => WALK,
        Mode::Cycle => CYCLE,
        Mode::Car => CAR,
    };
    let (there, back) = Map::two_routes(way, middle).there_and_back(mode);
    let open = |minutes: f64| {
        // The detour is the same in every mode's time; the direct way may be of another class, and slower or faster.
        let long = (minutes - detour).abs() < 0.03;
        assert!(long || minutes < direct * 1.8, "{way} {middle}: {minutes}");
        !long
    };
    (open(there.unwrap()), open(back.unwrap()))
}

#[test]
fn access_holds_in_the_direction_it_names() {
    let (open, there, back, closed) = ((true, true), (true, false), (false, true), (false, false));
    for (mode, way, expected) in [
        (Mode::Car, "highway=residential", open),
        (Mode::Car, "highway=residential motor_vehicle:forward=no", back),
        (Mode::Car, "highway=residential motorcar:backward=private", there),
        (Mode::Car, "highway=residential vehicle:forward=no", back),
        (Mode::Car, "highway=residential access:backward=no", there),
        (Mode::Car, "highway=residential access:forward=no motorcar=yes", open),
        (Mode::Cycle, "highway=residential bicycle:forward=no", back),
        (Mode::Cycle, "highway=residential oneway=yes cycleway:right:oneway=no", open),
        (Mode::Cycle, "highway=residential oneway=yes", there),
        (Mode::Walk, "highway=footway foot:backward=no", there),
        (Mode::Walk, "highway=footway oneway:foot=-1", back),
        (Mode::Walk, "highway=footway foot:oneway=yes", there),
        (Mode::Walk, "highway=footway oneway=yes", open),
        (Mode::Car, "highway=service motor_vehicle=agricultural;forestry", closed),
        (Mode::Walk, "highway=footway access=Private", closed),
        (Mode::Walk, "Highway=footway", closed),
        (Mode::Walk, "highway=Footway", open),
    ] {
        assert_eq!(opens(mode, way, ""), expected, "{mode:?} {way}");
    }
}

#[test]
fn the_lowest_of_several_limits_counts() {
    let minutes = |way| Map::two_routes(way, "").there_and_back(Mode::Car).0.unwrap();
    // 1,000 m at four fifths of 20 mph, and 200 m at 25 km/h.
    let expected = 60.0 / (20.0 * 1.609_344 * 0.8) + 0.2 / 25.0 * 60.0;
    for way in [
        "highway=primary maxspeed=30+mph;20+mph",
        "highway=primary maxspeed=20+MPH",
        "highway=primary maxspeed=GB:20",
    ] {
        assert!((minutes(way) - expected).abs() < 0.01, "{way}: {} {expected}", minutes(way));
    }
}

#[test]
fn points_on_a_way_stop_those_they_forbid() {
    let (street, path) = ("highway=residential", "highway=footway footway=crossing surface=asphalt");
    for (mode, way, middle, open) in [
        (Mode::Car, street, "motor_vehicle=no", false),
        (Mode::Walk, street, "motor_vehicle=no", true),
        (Mode::Car, street, "access=Private", false),
        (Mode::Cycle, street, "vehicle=no", false),
        (Mode::Cycle, street, "highway=crossing bicycle=no", true),
        (Mode::Wheel, path, "kerb=raised", false),
        (Mode::Wheel, path, "highway=crossing kerb=Raised", false),
        (Mode::Wheel, path, "kerb=lowered", true),
        (Mode::Walk, path, "kerb=raised", true),
        // Along the road the kerb of the crossing is beside.
        (Mode::Wheel, street, "highway=crossing kerb=raised", true),
    ] {
        assert_eq!(opens(mode, way, middle), (open, open), "{mode:?} {way}, {middle}");
    }
}

#[test]
fn gradients_and_ramps_decide_for_wheels() {
    for (way, open) in [
        ("highway=footway incline=1:6", false),
        ("highway=footway incline=10°", false),
        ("highway=footway incline=1:20", true),
        ("highway=steps", false),
        ("highway=steps ramp:stroller=yes incline=up", true),
        ("highway=steps ramp=yes", true),
    ] {
        assert_eq!(opens(Mode::Wheel, way, ""), (open, open), "{way}");
    }
}

/// A crossing: west 1, south 7 and north 4 meet at 2; a long way round from 3, east of it, to the north.
fn crossing(tags: &'static str, members: Vec<Member>) -> Vec<Vec<Option<f64>>> {
    let mut map = Map::default();
    for (id, east, north) in [
        (1, -500.0, 0.0),
        (2, 0.0, 0.0),
        (3, 500.0, 0.0),
        (4, 0.0, 500.0),
        (5, 500.0, 3000.0),
        (6, 0.0, 3000.0),
        (7, 0.0, -500.0),
    ] {
        map.points.insert(id, (east, north, ""));
    }
    let street = "highway=residential";
    map.ways = vec![
        (10, street, vec![1, 2]),
        (11, street, vec![2, 3]),
        (12, street, vec![2, 4]),
        (13, street, vec![3, 5, 6, 4]),
        (14, street, vec![2, 7]),
    ];
    map.relations = vec![(tags, members)];
    map.minutes(Mode::Car, &[(-500.0, 0.0), (0.0, -500.0), (0.0, 500.0)])
}

#[test]
fn no_entry_and_no_exit_hold_for_all_their_ways() {
    let no_entry = crossing(
        "type=restriction restriction=no_entry",
        vec![("from", 'w', 10), ("from", 'w', 14), ("via", 'n', 2), ("to", 'w', 12)],
    );
    let (direct, round) = (Some(2.4), Some(16.8));
    assert_eq!(
        (no_entry[0][2], no_entry[1][2], no_entry[2][0], no_entry[0][1]),
        (round, round, direct, direct)
    );
    let no_exit = crossing(
        "type=Restriction restriction=No_Exit",
        vec![("from", 'w', 12), ("via", 'n', 2), ("to", 'w', 10), ("to", 'w', 14)],
    );
    assert_eq!((no_exit[2][0], no_exit[2][1], no_exit[0][2], no_exit[1][0]), (round, round, direct, direct));
}

#[test]
fn restrictions_that_cannot_be_used_are_counted() {
    for (tags, members) in [
        ("type=restriction restriction=no_entry", vec![("from", 'w', 10), ("via", 'n', 2)]),
        (
            "type=restriction restriction:conditional=no_left_turn+@+(Mo-Fr)",
            vec![("from", 'w', 10), ("via", 'n', 2), ("to", 'w', 12)],
        ),
        (
            "type=restriction restriction=no_left_turn day_on=Monday day_off=Friday hour_on=07:30 hour_off=09:30",
            vec![("from", 'w', 10), ("via", 'n', 2), ("to", 'w', 12)],
        ),
        ("type=restriction restriction=noleft", vec![("from", 'w', 10), ("via", 'n', 2), ("to", 'w', 12)]),
        (
            "type=restriction restriction=no_left_turn",
            vec![("from", 'w', 10), ("via", 'n', 99), ("to", 'w', 12)],
        ),
    ] {
        let mut map = Map::two_routes("highway=residential", "");
        map.relations = vec![(tags, members)];
        let notes = map.network(Mode::Car).notes();
        assert_eq!((notes.restrictions, notes.restrictions_not_used), (0, 1), "{tags}");
    }
    let mut map = Map::two_routes("highway=residential", "");
    map.relations = vec![("type=restriction restriction:hgv=no_entry", vec![("from", 'w', 10)])];
    assert_eq!(map.network(Mode::Car).notes().restrictions_not_used, 0, "it does not hold for cars");
}

#[test]
fn a_square_drawn_as_a_relation_is_walked_around() {
    let street = "highway=residential";
    let mut map = Map::default();
    for (id, east, north) in [
        (1, -500.0, 0.0),
        (2, 0.0, 0.0),
        (3, 100.0, 0.0),
        (4, 600.0, 0.0),
        (5, 100.0, 100.0),
        (6, 0.0, 100.0),
        (7, 0.0, 2000.0),
        (8, 600.0, 2000.0),
    ] {
        map.points.insert(id, (east, north, ""));
    }
    map.ways = vec![
        (10, street, vec![1, 2]),
        (11, street, vec![3, 4]),
        (13, street, vec![1, 7, 8, 4]),
        (12, "", vec![2, 3, 5]),
        (14, "", vec![2, 6, 5]),
    ];
    let tags = "type=multipolygon highway=pedestrian area=yes";
    map.relations = vec![(tags, vec![("outer", 'w', 12), ("outer", 'w', 14), ("outer", 'w', 99)])];
    let places = [(-500.0, 0.0), (600.0, 0.0)];
    assert_eq!(map.minutes(Mode::Walk, &places)[0][1], Some(13.75));
    // The same as for one drawn as a closed way.
    map.relations.clear();
    map.ways.splice(3..5, [(12, "highway=pedestrian area=yes", vec![2, 3, 5, 6, 2])]);
    assert_eq!(map.minutes(Mode::Walk, &places)[0][1], Some(13.75));
}

#[test]
fn a_ferry_drawn_as_a_relation_sails_in_its_duration() {
    let mut map = Map::default();
    for (id, east) in [(1, 0.0), (2, 1000.0), (3, 2000.0), (4, 3000.0), (5, 4000.0)] {
        map.points.insert(id, (east, 0.0, ""));
    }
    let street = "highway=residential";
    // The second half is drawn the other way about, and is a ferry by itself.
    map.ways = vec![
        (10, street, vec![1, 2]),
        (11, "", vec![2, 3]),
        (12, "route=ferry", vec![4, 3]),
        (13, street, vec![4, 5]),
    ];
    let members = vec![("", 'w', 11), ("", 'w', 12)];
    let places = [(0.0, 0.0), (4000.0, 0.0)];
    // 2 km of walking, and 45 minutes.
    map.relations = vec![("type=route route=ferry duration=PT45M", members.clone())];
    assert_eq!(map.minutes(Mode::Walk, &places)[0][1], Some(70.0));
    map.relations = vec![("type=route route=Ferry duration=45+min oneway=-1", members)];
    let minutes = map.minutes(Mode::Walk, &places);
    assert_eq!((minutes[0][1], map.network(Mode::Walk).notes().parts), (None, 2));
}
