//! Small maps drawn in a test and written as OpenStreetMap files (OpenStreetMap wiki: PBF Format), so that they are read as real ones.

use std::collections::BTreeMap;
use std::path::Path;

use enough_kernel::{LonLat, Metres, Minutes};
use enough_travel::search::many_to_many;
use enough_travel::streets::{Mode, Network, Profile, Snap, read_streets};

/// Metres a degree at the place of the maps, as the distances of the kernel have them there.
pub fn at(east: f64, north: f64) -> LonLat {
    let corner = LonLat { longitude: -1.3, latitude: 50.7 };
    let (per_east, per_north) = corner.metres_per_degree();
    LonLat { longitude: corner.longitude + east / per_east, latitude: corner.latitude + north / per_north }
}

/// The role, kind (`w` for a way, `n` for a point) and number of a member.
pub type Member = (&'static str, char, i64);

/// A map: points by number, ways, and relations with their members.
#[derive(Default, Clone)]
pub struct Map {
    pub points: BTreeMap<i64, (f64, f64, &'static str)>,
    pub ways: Vec<(i64, &'static str, Vec<i64>)>,
    pub relations: Vec<(&'static str, Vec<Member>)>,
}

impl Map {
    /// Two stubs of 100 m joined by a direct way of 1,000 m (way 13, point 7 in its middle) and by a detour of 4,000 m.
    pub fn two_routes(way: &'static str, middle: &'static str) -> Self {
        let mut map = Self::default();
        for (id, east, north) in [
            (1, -100.0, 0.0),
            (2, 0.0, 0.0),
            (3, 1000.0, 0.0),
            (4, 1100.0, 0.0),
            (5, 0.0, 1500.0),
            (6, 1000.0, 1500.0),
            (7, 500.0, 0.0),
        ] {
            map.points.insert(id, (east, north, if id == 7 { middle } else { "" }));
        }
        let street = "highway=residential";
        map.ways = vec![
            (10, street, vec![1, 2]),
            (11, street, vec![3, 4]),
            (12, street, vec![2, 5, 6, 3]),
            (13, way, vec![2, 7, 3]),
        ];
        map
    }

    pub fn network(&self, mode: Mode) -> Network {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drawn.osm.pbf");
        self.write(&path);
        Network::build(&read_streets(&path).unwrap(), Profile::usual(mode)).unwrap()
    }

    /// Minutes from each place to each other, to a hundredth; nothing where nobody can travel within 90.
    pub fn minutes(&self, mode: Mode, places: &[(f64, f64)]) -> Vec<Vec<Option<f64>>> {
        let network = self.network(mode);
        let snaps = snaps(&network, places);
        let mut minutes = vec![vec![None; places.len()]; places.len()];
        for journey in many_to_many(&network, &snaps, &snaps, Minutes::new(90.0)).list {
            let rounded = (journey.minutes().get() * 100.0).round() / 100.0;
            minutes[journey.from as usize][journey.to as usize] = Some(rounded);
        }
        minutes
    }

    /// Minutes there and back between the ends of the stubs of two routes.
    pub fn there_and_back(&self, mode: Mode) -> (Option<f64>, Option<f64>) {
        let minutes = self.minutes(mode, &[(-100.0, 0.0), (1100.0, 0.0)]);
        (minutes[0][1], minutes[1][0])
    }

    pub fn write(&self, path: &Path) {
        let mut words = vec![String::new()];
        let mut word = |text: &str| {
            let known = words.iter().position(|word| word == text);
            known.unwrap_or_else(|| {
                words.push(text.to_owned());
                words.len() - 1
            }) as u64
        };
        let mut groups = vec![Vec::new(); 3];
        for (&id, &(east, north, tags)) in &self.points {
            let place = at(east, north);
            let mut node = field(1, zigzag(id));
            node.extend(tagged(tags, &mut word));
            node.extend(field(8, zigzag((place.latitude * 1e7).round() as i64)));
            node.extend(field(9, zigzag((place.longitude * 1e7).round() as i64)));
            groups[0].extend(bytes(1, &node));
        }
        for (id, tags, nodes) in &self.ways {
            let mut way = field(1, *id as u64);
            way.extend(tagged(tags, &mut word));
            way.extend(bytes(8, &differences(nodes.iter().copied())));
            groups[1].extend(bytes(3, &way));
        }
        for (id, (tags, members)) in (100..).zip(&self.relations) {
            let mut relation = field(1, id);
            relation.extend(tagged(tags, &mut word));
            let roles: Vec<u8> = members.iter().flat_map(|member| varint(word(member.0))).collect();
            relation.extend(bytes(8, &roles));
            relation.extend(bytes(9, &differences(members.iter().map(|member| member.2))));
            let kinds: Vec<u8> = members.iter().map(|member| u8::from(member.1 == 'w')).collect();
            relation.extend(bytes(10, &kinds));
            groups[2].extend(bytes(4, &relation));
        }
        let table: Vec<u8> = words.iter().flat_map(|word| bytes(1, word.as_bytes())).collect();
        let header = [bytes(4, b"OsmSchema-V0.6"), bytes(4, b"DenseNodes")].concat();
        let mut file = blob("OSMHeader", &header);
        // A blob for each kind of element, as in real files.
        for group in groups {
            file.extend(blob("OSMData", &[bytes(1, &table), bytes(2, &group)].concat()));
        }
        std::fs::write(path, file).unwrap();
    }
}

/// Where places are on the streets, none farther than 750 metres.
pub fn snaps(network: &Network, places: &[(f64, f64)]) -> Vec<Option<Snap>> {
    let points: Vec<LonLat> = places.iter().map(|&(east, north)| at(east, north)).collect();
    network.snap(&points, Metres::new(750.0))
}

/// `key=value key=value`, with `+` for a space, as the two lists of words of an element.
fn tagged(text: &str, word: &mut impl FnMut(&str) -> u64) -> Vec<u8> {
    let pairs: Vec<(&str, &str)> = text.split_whitespace().filter_map(|tag| tag.split_once('=')).collect();
    let keys: Vec<u8> = pairs.iter().flat_map(|(key, _)| varint(word(key))).collect();
    let values: Vec<u8> =
        pairs.iter().flat_map(|(_, value)| varint(word(&value.replace('+', " ")))).collect();
    [bytes(2, &keys), bytes(3, &values)].concat()
}

fn blob(kind: &str, block: &[u8]) -> Vec<u8> {
    let content = bytes(1, block);
    let header = [bytes(1, kind.as_bytes()), field(3, content.len() as u64)].concat();
    [&(header.len() as u32).to_be_bytes()[..], &header, &content].concat()
}

fn differences(numbers: impl Iterator<Item = i64>) -> Vec<u8> {
    let mut before = 0;
    numbers.flat_map(|number| varint(zigzag(number - std::mem::replace(&mut before, number)))).collect()
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
    out
}

fn field(number: u64, value: u64) -> Vec<u8> {
    [varint(number << 3), varint(value)].concat()
}

fn bytes(number: u64, content: &[u8]) -> Vec<u8> {
    [varint(number << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
}
