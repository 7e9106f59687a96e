//! The made-up town's streets, as an OpenStreetMap extract, and its buses, as a GTFS feed.
//!
//! Streets are a grid. A canal runs north to south with two bridges and a towpath, so that what is near as the crow flies may
//! be far on foot; there are steps, a one-way street, a forbidden turn, bollards, and a chain ferry.

mod buses;
mod pbf;

use std::io;
use std::path::Path;

use pbf::{Map, Tags};

use crate::random::Random;
use crate::town::{COLUMNS, CORNER, ROWS, SIDE};
use enough_geography::GridPoint;

/// Streets a side of an area.
const STREETS: usize = 4;
const ACROSS: usize = COLUMNS * STREETS + 1;
const UP: usize = ROWS * STREETS + 1;
/// The canal is east of this column of junctions; bridges cross it in these rows, the ferry in this one.
const CANAL: usize = 26;
const BRIDGES: [usize; 2] = [9, 30];
const FERRY: usize = 20;
/// The row of the main road, and the column of the other.
const MAIN_ROW: usize = 9;
const MAIN_COLUMN: usize = 16;

pub fn write(folder: &Path, seed: u64) -> io::Result<()> {
    let mut random = Random::new(seed ^ 0x5EED);
    let mut map = Map::default();
    for row in 0..UP {
        for column in 0..ACROSS {
            let bend = |random: &mut Random| random.between(-0.2, 0.2);
            let (east, north) = (column as f64 + bend(&mut random), row as f64 + bend(&mut random));
            let (longitude, latitude) = degrees(east, north)?;
            let gate = row == 33 && column % 12 == 5;
            map.nodes.push((longitude, latitude, if gate { tags("barrier=bollard") } else { Vec::new() }));
        }
    }
    let at = |column: usize, row: usize| row * ACROSS + column;
    for row in 0..UP {
        for column in 0..ACROSS {
            if column + 1 < ACROSS && (column != CANAL || BRIDGES.contains(&row)) {
                let kind = if row == MAIN_ROW {
                    "highway=primary maxspeed=30_mph"
                } else if row == 33 {
                    "highway=residential maxspeed=20_mph"
                } else if row == 15 && column < 8 {
                    "highway=residential oneway=yes"
                } else if row % 7 == 3 {
                    "highway=footway"
                } else {
                    "highway=residential"
                };
                map.ways.push((vec![at(column, row), at(column + 1, row)], tags(kind)));
            }
            if row + 1 < UP {
                let kind = if column == MAIN_COLUMN {
                    "highway=primary maxspeed=40_mph"
                } else if column == CANAL {
                    "highway=path"
                } else if column % 9 == 7 && row % 5 == 2 {
                    "highway=steps"
                } else {
                    "highway=residential"
                };
                map.ways.push((vec![at(column, row), at(column, row + 1)], tags(kind)));
            }
        }
    }
    map.ways
        .push((vec![at(CANAL, FERRY), at(CANAL + 1, FERRY)], tags("route=ferry duration=0:05 bicycle=yes")));
    // From the main road northwards one may not turn left into the other main road.
    let way = |from: usize, to: usize| map.ways.iter().position(|(nodes, _)| nodes[..] == [from, to]);
    let before = way(at(MAIN_COLUMN, MAIN_ROW - 1), at(MAIN_COLUMN, MAIN_ROW));
    let after = way(at(MAIN_COLUMN - 1, MAIN_ROW), at(MAIN_COLUMN, MAIN_ROW));
    if let (Some(before), Some(after)) = (before, after) {
        map.restrictions.push(("no_left_turn", before, at(MAIN_COLUMN, MAIN_ROW), after));
    }
    map.write(&folder.join("streets.osm.pbf"))?;
    buses::write(&folder.join("buses.gtfs.zip"))
}

/// A place of the grid of streets, counted in streets from the south-west corner.
fn degrees(east: f64, north: f64) -> io::Result<(f64, f64)> {
    let step = SIDE / STREETS as f64;
    let point = GridPoint { easting: CORNER.easting + east * step, northing: CORNER.northing + north * step };
    let degrees = point.degrees().ok_or_else(|| io::Error::other("the town is not in Great Britain"))?;
    Ok((degrees.longitude, degrees.latitude))
}

/// `key=value key=value`, with `_` for a space.
fn tags(text: &str) -> Tags {
    let pairs = text.split(' ').filter_map(|tag| tag.split_once('='));
    pairs.map(|(key, value)| (key.to_owned(), value.replace('_', " "))).collect()
}
