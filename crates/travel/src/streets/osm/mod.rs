//! Reads the streets of an OpenStreetMap extract (`.osm.pbf`). The file is read twice, ways and relations first, then points; where
//! relations name ways that are no streets by themselves, these are looked for in between.

mod blobs;
mod lines;
mod relations;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use enough_kernel::LonLat;
use osmpbf::PrimitiveBlock;

use self::blobs::{Holds, each};
use self::lines::GAP;
use self::relations::{Lines, Meaning, RawRestriction, meaning};
use super::error::StreetsError;
use super::map::{MISSING, MapNotes, Restriction, StreetMap, Via, Way};
use super::rules::may_stop;
use super::tags::Tags;

/// A way with the numbers its points have in the map.
#[derive(Debug, Clone)]
struct RawWay {
    id: i64,
    tags: Tags,
    nodes: Vec<i64>,
}

/// Points that are wanted, by position, and the tags of those that may stop somebody.
type Points = (Vec<(usize, LonLat)>, Vec<(usize, Tags)>);

/// What the first reading gives of a blob.
#[derive(Default)]
struct Drawn {
    holds: Holds,
    ways: Vec<RawWay>,
    meanings: Vec<Meaning>,
}

/// Ways as they are gathered: each set of tags once.
#[derive(Default)]
struct Streets {
    ways: Vec<(i64, u32, Vec<i64>)>,
    tags: Vec<Tags>,
    known: HashMap<Tags, u32>,
}

impl Streets {
    fn add(&mut self, RawWay { id, tags, nodes }: RawWay) {
        let at = *self.known.entry(tags).or_insert_with_key(|tags| {
            self.tags.push(tags.clone());
            self.tags.len() as u32 - 1
        });
        self.ways.push((id, at, nodes));
    }
}

/// Reads the streets of a map.
///
/// # Errors
/// [`StreetsError::Read`] when the file is missing, damaged or of another format.
pub fn read_streets(path: &Path) -> Result<StreetMap, StreetsError> {
    let (mut streets, mut holds) = (Streets::default(), Vec::new());
    let (mut restrictions, mut squares, mut ferries) = (Vec::new(), Vec::new(), Vec::new());
    each(
        path,
        |_| true,
        ways_and_relations,
        |one: Drawn| {
            holds.push(one.holds);
            one.ways.into_iter().for_each(|way| streets.add(way));
            for meaning in one.meanings {
                match meaning {
                    Meaning::Restriction(restriction) => restrictions.push(restriction),
                    Meaning::Square(lines) => squares.push(lines),
                    Meaning::Ferry(lines) => ferries.push(lines),
                }
            }
        },
    )?;
    add_relations(path, &holds, &mut streets, squares, ferries)?;

    let nodes = streets.ways.iter().flat_map(|(.., nodes)| nodes.iter().copied());
    let mut wanted: Vec<i64> = nodes.filter(|&node| node != GAP).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let (found, stops) = points(path, &holds, &wanted)?;

    // Points that are there are numbered in the order of their numbers in the map.
    let mut map = StreetMap::default();
    let mut number = Vec::with_capacity(found.len());
    for point in &found {
        number.push(point.map_or(MISSING, |point| {
            map.points.push(point);
            map.points.len() as u32 - 1
        }));
    }
    if map.points.len() >= (MISSING / 4) as usize {
        return Err(StreetsError::TooLarge { path: path.to_owned() });
    }
    let position = |id: i64| wanted.binary_search(&id).ok().map(|at| number[at]).filter(|&at| at != MISSING);
    map.barriers = stops
        .into_iter()
        .filter(|(at, _)| number[*at] != MISSING)
        .map(|(at, tags)| (number[at], tags))
        .collect();
    map.tags = streets.tags;
    map.ways = streets
        .ways
        .into_iter()
        .map(|(id, tags, nodes)| {
            let points = nodes.into_iter().map(|node| position(node).unwrap_or(MISSING)).collect();
            Way { id, tags, points }
        })
        .collect();
    map.notes = MapNotes {
        ways: map.ways.len(),
        points: map.points.len(),
        missing_points: found.iter().filter(|point| point.is_none()).count(),
        restrictions: restrictions.len(),
        restrictions_not_used: 0,
    };
    for raw in restrictions {
        let via = match (&raw.nodes[..], raw.ways.is_empty()) {
            (&[node], true) => position(node).map(Via::Point),
            (&[], false) => Some(Via::Ways(raw.ways)),
            _ => None,
        };
        match via {
            Some(via) if raw.understood && !raw.from.is_empty() && !raw.to.is_empty() => {
                let RawRestriction { only, u_turn, from, to, .. } = raw;
                map.restrictions.push(Restriction { only, u_turn, from, via, to });
            }
            _ => map.notes.restrictions_not_used += 1,
        }
    }
    Ok(map)
}

fn ways_and_relations(block: &PrimitiveBlock, out: &mut Drawn) {
    for group in block.groups() {
        out.holds.points |= group.nodes().next().is_some() || group.dense_nodes().next().is_some();
        for way in group.ways() {
            out.holds.ways = true;
            let tags = Tags::new(way.tags());
            if !tags.get("highway").is_empty() || tags.has("route", "ferry") {
                out.ways.push(RawWay { id: way.id(), tags, nodes: way.refs().collect() });
            }
        }
        out.meanings.extend(group.relations().filter_map(|relation| meaning(&relation)));
    }
}

/// Adds the ways of squares and ferries that are drawn as relations.
fn add_relations(
    path: &Path,
    holds: &[Holds],
    streets: &mut Streets,
    squares: Vec<Lines>,
    ferries: Vec<Lines>,
) -> Result<(), StreetsError> {
    let lines = squares.iter().chain(&ferries);
    let named: BTreeSet<i64> = lines.flat_map(|lines| lines.ways.iter().copied()).collect();
    if named.is_empty() {
        return Ok(());
    }
    let mut known = BTreeMap::new();
    for (id, tags, nodes) in streets.ways.iter().filter(|(id, ..)| named.contains(id)) {
        let tags = streets.tags[*tags as usize].clone();
        known.insert(*id, RawWay { id: *id, tags, nodes: nodes.clone() });
    }
    if known.len() < named.len() {
        each(
            path,
            |blob| holds[blob].ways,
            |block, found: &mut Vec<RawWay>| {
                for group in block.groups() {
                    for way in group.ways().filter(|way| named.contains(&way.id())) {
                        let tags = Tags::new(way.tags());
                        found.push(RawWay { id: way.id(), tags, nodes: way.refs().collect() });
                    }
                }
            },
            |found| known.extend(found.into_iter().map(|way| (way.id, way))),
        )?;
    }
    let (ferries, replaced) = lines::ferries(ferries, &known);
    if !replaced.is_empty() {
        streets.ways.retain(|(id, ..)| !replaced.contains(id));
    }
    lines::squares(squares, &known).into_iter().chain(ferries).for_each(|way| streets.add(way));
    Ok(())
}

/// The wanted points that the map has, by position, and the tags of those that may stop somebody.
type Found = (Vec<Option<LonLat>>, BTreeMap<usize, Tags>);

fn points(path: &Path, holds: &[Holds], wanted: &[i64]) -> Result<Found, StreetsError> {
    let mut found = vec![None; wanted.len()];
    let mut stops: BTreeMap<usize, Tags> = BTreeMap::new();
    each(
        path,
        |blob| holds[blob].points,
        |block, (points, tagged): &mut Points| {
            let mut take = |id: i64, longitude: f64, latitude: f64, tags: Tags| {
                if let Ok(at) = wanted.binary_search(&id) {
                    points.push((at, LonLat { longitude, latitude }));
                    if may_stop(&tags) {
                        tagged.push((at, tags));
                    }
                }
            };
            for group in block.groups() {
                for node in group.nodes() {
                    take(node.id(), node.lon(), node.lat(), Tags::new(node.tags()));
                }
                for node in group.dense_nodes() {
                    take(node.id(), node.lon(), node.lat(), Tags::new(node.tags()));
                }
            }
        },
        |(points, tagged)| {
            for (at, point) in points {
                found[at] = point.is_on_earth().then_some(point);
            }
            stops.extend(tagged);
        },
    )?;
    Ok((found, stops))
}
