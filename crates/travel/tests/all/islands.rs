//! Several parts of a network: who is on which, and what is left out.

use crate::drawn::{Map, snaps};
use enough_travel::streets::{Mode, Origin, Profile, prepare};

/// A mainland of 3 km and, north of it by a number of metres, an isle with so many metres of street.
fn isle(apart: f64, long: f64, kind: &'static str) -> Map {
    let mut map = Map::default();
    for (id, east, north) in
        [(1, 0.0, 0.0), (2, 1000.0, 0.0), (4, 3000.0, 0.0), (11, 0.0, apart), (12, long, apart)]
    {
        map.points.insert(id, (east, north, ""));
    }
    map.ways = vec![(10, "highway=residential", vec![1, 2, 4]), (11, kind, vec![11, 12])];
    map
}

#[test]
fn people_on_an_island_stay_there() {
    for apart in [150.0, 400.0, 3000.0] {
        let map = isle(apart, 2000.0, "highway=residential");
        let minutes = map.minutes(Mode::Walk, &[(0.0, 0.0), (1000.0, 0.0), (0.0, apart), (1000.0, apart)]);
        // A kilometre of the isle is a little shorter, as its points are placed by degrees.
        let kilometre = |minutes: Option<f64>| (minutes.unwrap() - 12.5).abs() < 0.02;
        assert!(kilometre(minutes[0][1]) && kilometre(minutes[2][3]), "{apart}: {minutes:?}");
        assert_eq!((minutes[0][3], minutes[2][0], minutes[1][2]), (None, None, None), "{apart}");
        let network = map.network(Mode::Walk);
        assert_eq!((network.notes().parts, network.notes().parts_left_out), (2, 0));
        let parts: Vec<u32> =
            snaps(&network, &[(0.0, 0.0), (0.0, apart)]).iter().map(|snap| snap.unwrap().part).collect();
        assert_eq!(parts, [0, 1], "the longest is the first");
    }
}

#[test]
fn a_scrap_of_path_holds_nobody_and_a_longer_part_goes_first_if_nearly_as_near() {
    // A footway of 3 m, and one of 400 m, that hang on nothing.
    for long in [3.0, 400.0] {
        let network = isle(200.0, long, "highway=footway").network(Mode::Walk);
        assert_eq!((network.notes().parts, network.notes().parts_left_out), (1, 1));
        assert_eq!(snaps(&network, &[(0.0, 199.0)])[0].unwrap().off.get().round(), 199.0);
    }
    let network = isle(80.0, 2000.0, "highway=residential").network(Mode::Walk);
    let part = |north: f64| snaps(&network, &[(500.0, north)])[0].unwrap().part;
    // At 60 m the isle's street is 20 m away and the mainland's 60; at 75 m they are 5 and 75 m away.
    assert_eq!((part(10.0), part(60.0), part(75.0), part(200.0)), (0, 0, 1, 1));
}

#[test]
fn who_lives_behind_a_private_way_is_on_the_streets_beyond_it_if_these_are_near() {
    for (kind, passes) in [
        ("highway=residential access=Private", true),
        ("highway=residential access=no", false),
        ("highway=proposed", false),
        // Over water nobody walks, private or not.
        ("route=ferry access=private", false),
    ] {
        let mut map = isle(600.0, 2000.0, "highway=residential");
        map.ways.push((14, kind, vec![1, 11]));
        let network = map.network(Mode::Walk);
        assert_eq!(network.notes().parts, 2, "{kind}");
        let part = |north: f64| snaps(&network, &[(500.0, north)])[0].unwrap().part;
        assert_eq!((part(0.0), part(590.0), part(900.0)), (0, u32::from(!passes), 1), "{kind}");
    }
    // A gate is no water either.
    let mut map = isle(600.0, 2000.0, "highway=residential");
    map.points.insert(13, (0.0, 300.0, "barrier=gate access=private"));
    map.ways.push((14, "highway=residential", vec![1, 13, 11]));
    let network = map.network(Mode::Walk);
    let part = |north: f64| snaps(&network, &[(500.0, north)])[0].unwrap().part;
    assert_eq!((network.notes().parts, part(590.0), part(900.0)), (2, 0, 1));
}

#[test]
fn a_prepared_network_keeps_its_parts() {
    let mut map = isle(600.0, 2000.0, "highway=residential access:conditional=no+@+(08:00-09:00)");
    map.ways.push((14, "highway=residential access=private", vec![1, 11]));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("isle.osm.pbf");
    map.write(&path);
    let folders = [folder.path().to_owned()];
    let [(made, _), (loaded, origin)] =
        [(); 2].map(|()| prepare(&path, Profile::usual(Mode::Walk), &folders).unwrap());
    assert!(matches!(origin, Origin::Prepared(_)));
    assert_eq!((made.notes(), made.notes().parts, made.notes().at_times), (loaded.notes(), 2, 1));
    let places = [(500.0, 0.0), (500.0, 590.0), (500.0, 900.0)];
    assert_eq!(snaps(&made, &places), snaps(&loaded, &places));
}
