//! Reads the streets of an OpenStreetMap extract (`.osm.pbf`). The file is read twice: ways first, then their points.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use enough_kernel::LonLat;
use osmpbf::{Blob, BlobDecode, BlobReader, Element, RelMemberType, Relation};
use rayon::prelude::*;

use super::error::StreetsError;
use super::map::{MISSING, MapNotes, Restriction, StreetMap, Via, Way};
use super::tags::Tags;

/// Blobs that are decoded at a time: enough for all cores, few enough to stay small in memory.
const BLOBS_AT_A_TIME: usize = 64;

/// A way with the numbers its points have in the map.
struct RawWay {
    id: i64,
    tags: Tags,
    nodes: Vec<i64>,
}

/// Points that are wanted, by position, and the tags of those that are barriers.
type Points = (Vec<(usize, LonLat)>, Vec<(usize, Tags)>);

/// A restriction whose point is still a number of the map.
struct RawRestriction {
    only: bool,
    u_turn: bool,
    from: Option<i64>,
    node: Option<i64>,
    ways: Vec<i64>,
    to: Option<i64>,
}

/// Reads the streets of a map.
///
/// # Errors
/// [`StreetsError::Read`] when the file is missing, damaged or of another format.
pub fn read_streets(path: &Path) -> Result<StreetMap, StreetsError> {
    let mut map = StreetMap::default();
    let mut known: HashMap<Tags, u32> = HashMap::new();
    let mut raw_ways: Vec<(i64, u32, Vec<i64>)> = Vec::new();
    let mut raw_restrictions = Vec::new();
    each_blob(path, ways_and_restrictions, |(ways, restrictions)| {
        for RawWay { id, tags, nodes } in ways {
            let next = known.len() as u32;
            let tags = *known.entry(tags).or_insert(next);
            raw_ways.push((id, tags, nodes));
        }
        raw_restrictions.extend(restrictions);
    })?;
    map.tags = vec![Tags::default(); known.len()];
    for (tags, at) in known {
        map.tags[at as usize] = tags;
    }

    let mut wanted: Vec<i64> = raw_ways.iter().flat_map(|(_, _, nodes)| nodes.iter().copied()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut found = vec![None; wanted.len()];
    let mut barriers: BTreeMap<usize, Tags> = BTreeMap::new();
    each_blob(
        path,
        |element, (nodes, tagged): &mut Points| {
            let (id, point, tags) = match element {
                Element::Node(node) => (node.id(), lonlat(node.lon(), node.lat()), Tags::new(node.tags())),
                Element::DenseNode(node) => {
                    (node.id(), lonlat(node.lon(), node.lat()), Tags::new(node.tags()))
                }
                _ => return,
            };
            if let Ok(at) = wanted.binary_search(&id) {
                nodes.push((at, point));
                if !tags.get("barrier").is_empty() {
                    tagged.push((at, tags));
                }
            }
        },
        |(nodes, tagged)| {
            for (at, point) in nodes {
                found[at] = point.is_on_earth().then_some(point);
            }
            barriers.extend(tagged);
        },
    )?;

    // Points that are there are numbered in the order of their numbers in the map.
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
    map.barriers = barriers
        .into_iter()
        .filter(|(at, _)| number[*at] != MISSING)
        .map(|(at, tags)| (number[at], tags))
        .collect();
    map.ways = raw_ways
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
        restrictions: raw_restrictions.len(),
        restrictions_not_used: 0,
    };
    for raw in raw_restrictions {
        let via = match (raw.node.and_then(position), raw.ways) {
            (Some(point), ways) if ways.is_empty() => Some(Via::Point(point)),
            (None, ways) if !ways.is_empty() => Some(Via::Ways(ways)),
            _ => None,
        };
        if let (Some(from), Some(via), Some(to)) = (raw.from, via, raw.to) {
            map.restrictions.push(Restriction { only: raw.only, u_turn: raw.u_turn, from, via, to });
        } else {
            map.notes.restrictions_not_used += 1;
        }
    }
    Ok(map)
}

fn lonlat(longitude: f64, latitude: f64) -> LonLat {
    LonLat { longitude, latitude }
}

fn ways_and_restrictions(element: Element<'_>, out: &mut (Vec<RawWay>, Vec<RawRestriction>)) {
    match element {
        Element::Way(way) => {
            let tags = Tags::new(way.tags());
            if !tags.get("highway").is_empty() || tags.get("route") == "ferry" {
                out.0.push(RawWay { id: way.id(), tags, nodes: way.refs().collect() });
            }
        }
        Element::Relation(relation) => out.1.extend(restriction(&relation)),
        _ => {}
    }
}

/// The restriction of a relation, if it is one and holds for cars.
fn restriction(relation: &Relation<'_>) -> Option<RawRestriction> {
    let (mut kind, mut for_cars, mut is_restriction, mut excepted) = ("", "", false, false);
    for (key, value) in relation.tags() {
        match key {
            "type" => is_restriction = value == "restriction",
            "restriction" => kind = value,
            "restriction:motorcar" | "restriction:motor_vehicle" => for_cars = value,
            "except" => {
                excepted = value.split(';').any(|mode| matches!(mode.trim(), "motorcar" | "motor_vehicle"));
            }
            _ => {}
        }
    }
    let kind = if for_cars.is_empty() { kind } else { for_cars };
    let only = kind.starts_with("only_");
    if !is_restriction || excepted || !(only || kind.starts_with("no_")) {
        return None;
    }
    let mut raw = RawRestriction {
        only,
        u_turn: kind == "no_u_turn",
        from: None,
        node: None,
        ways: Vec::new(),
        to: None,
    };
    let mut repeated = false;
    for member in relation.members() {
        let once = |slot: &mut Option<i64>| slot.replace(member.member_id).is_some();
        repeated |= match (member.role().unwrap_or_default(), member.member_type) {
            ("from", RelMemberType::Way) => once(&mut raw.from),
            ("to", RelMemberType::Way) => once(&mut raw.to),
            ("via", RelMemberType::Node) => once(&mut raw.node),
            ("via", RelMemberType::Way) => {
                raw.ways.push(member.member_id);
                false
            }
            _ => false,
        };
    }
    if repeated {
        // More than one way before or after (no_entry, no_exit): which turn is meant is not one turn.
        raw.from = None;
    }
    Some(raw)
}

/// Decodes the blobs of a file in parallel and takes them in the order of the file.
fn each_blob<T: Default + Send>(
    path: &Path,
    gather: impl Fn(Element<'_>, &mut T) + Sync,
    mut take: impl FnMut(T),
) -> Result<(), StreetsError> {
    let wrong =
        |problem: &dyn ToString| StreetsError::Read { path: path.to_owned(), problem: problem.to_string() };
    let file = File::open(path).map_err(|error| wrong(&error))?;
    let mut reader = BlobReader::new(BufReader::with_capacity(1 << 20, file));
    loop {
        let blobs: Vec<Blob> =
            reader.by_ref().take(BLOBS_AT_A_TIME).collect::<Result<_, _>>().map_err(|error| wrong(&error))?;
        if blobs.is_empty() {
            return Ok(());
        }
        let decoded: Vec<Result<T, osmpbf::Error>> = blobs
            .par_iter()
            .map(|blob| {
                let mut out = T::default();
                if let BlobDecode::OsmData(block) = blob.decode()? {
                    block.for_each_element(|element| gather(element, &mut out));
                }
                Ok(out)
            })
            .collect();
        for out in decoded {
            take(out.map_err(|error| wrong(&error))?);
        }
    }
}
