//! Squares and ferries that are drawn as relations become ways: a square the line around it, as for one drawn as a closed way; a
//! ferry one way along all its lines, so that its duration is that of the whole crossing.

use std::collections::{BTreeMap, BTreeSet};

use super::RawWay;
use super::relations::Lines;

/// Stands between lines that do not meet: no point has this number, so the way is cut there.
pub(super) const GAP: i64 = i64::MIN;

/// The ways of squares. `known` are the ways of the map that any relation names.
pub(super) fn squares(squares: Vec<Lines>, known: &BTreeMap<i64, RawWay>) -> Vec<RawWay> {
    let mut ways = Vec::new();
    for square in squares {
        for way in square.ways.iter().filter_map(|way| known.get(way)) {
            // A line that is itself such a street is there already.
            if way.tags.get("highway") != square.tags.get("highway") {
                ways.push(RawWay { id: -square.id, tags: square.tags.clone(), nodes: way.nodes.clone() });
            }
        }
    }
    ways
}

/// The ways of ferries, and the ways of the map for which they stand.
pub(super) fn ferries(ferries: Vec<Lines>, known: &BTreeMap<i64, RawWay>) -> (Vec<RawWay>, BTreeSet<i64>) {
    let (mut ways, mut replaced) = (Vec::new(), BTreeSet::new());
    for ferry in ferries {
        let mut tags = ferry.tags.clone();
        let mut lines = Vec::new();
        for id in &ferry.ways {
            let Some(way) = known.get(id) else { continue };
            let sails = way.tags.has("route", "ferry");
            // Roads to the pier are streets of their own.
            if !sails && !way.tags.get("highway").is_empty() {
                continue;
            }
            if sails {
                replaced.insert(*id);
            }
            let says = |key: &str| !way.tags.get(key).is_empty();
            if says("duration") || says("oneway") {
                // What a line says of itself holds for it as it is drawn. The time of the route is then not spread over the others.
                tags = tags.with("duration", "");
                let route = ferry.tags.with("oneway", "");
                let route = if ferry.ways.len() > 1 { route.with("duration", "") } else { route };
                ways.push(RawWay { id: *id, tags: way.tags.or(&route), nodes: way.nodes.clone() });
                continue;
            }
            tags = tags.or(&way.tags);
            lines.push(&way.nodes[..]);
        }
        if !lines.is_empty() {
            ways.push(RawWay { id: -ferry.id, tags, nodes: joined(&lines) });
        }
    }
    (ways, replaced)
}

/// Lines end to end, each turned so that it goes on from the one before where they meet.
fn joined(lines: &[&[i64]]) -> Vec<i64> {
    let mut nodes: Vec<i64> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let (Some(first), Some(last)) = (line.first(), line.last()) else { continue };
        let turned = match (nodes.last(), lines.get(at + 1)) {
            (Some(end), _) => end == last,
            (None, Some(next)) => next.contains(first) && !next.contains(last),
            (None, None) => false,
        };
        let begin = if turned { last } else { first };
        let meets = nodes.last() == Some(begin);
        if !meets && !nodes.is_empty() {
            nodes.push(GAP);
        }
        let skip = usize::from(meets);
        if turned {
            nodes.extend(line.iter().rev().skip(skip));
        } else {
            nodes.extend(line.iter().skip(skip));
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streets::tags::Tags;

    fn known(ways: &[(i64, &str, &[i64])]) -> BTreeMap<i64, RawWay> {
        ways.iter()
            .map(|&(id, tags, nodes)| (id, RawWay { id, tags: Tags::from(tags), nodes: nodes.to_vec() }))
            .collect()
    }

    #[test]
    fn lines_are_turned_to_follow_each_other_and_gaps_are_kept() {
        assert_eq!(joined(&[&[1, 2], &[2, 3]]), [1, 2, 3]);
        assert_eq!(joined(&[&[2, 1], &[3, 2]]), [1, 2, 3]);
        assert_eq!(joined(&[&[1, 2], &[7, 8]]), [1, 2, GAP, 7, 8]);
        assert!(joined(&[]).is_empty());
    }

    #[test]
    fn a_ferry_of_several_lines_is_one_way_with_the_duration_of_the_whole() {
        let known = known(&[
            (1, "", &[1, 2]),
            (2, "route=ferry motor_vehicle=no", &[2, 3]),
            (3, "highway=service", &[3, 4]),
        ]);
        let route = Lines { id: 9, tags: Tags::from("route=ferry duration=0:45"), ways: vec![1, 2, 3, 99] };
        let (ways, replaced) = ferries(vec![route], &known);
        assert_eq!(replaced, BTreeSet::from([2]));
        assert_eq!(ways.len(), 1);
        assert_eq!((ways[0].id, &ways[0].nodes[..]), (-9, &[1, 2, 3][..]));
        assert_eq!(ways[0].tags, Tags::from("route=ferry duration=0:45 motor_vehicle=no"));
    }

    #[test]
    fn lines_with_durations_of_their_own_keep_them() {
        let known = self::known(&[(1, "route=ferry duration=0:10", &[1, 2]), (2, "route=ferry", &[2, 3])]);
        let route = Lines { id: 9, tags: Tags::from("route=ferry duration=0:45 foot=yes"), ways: vec![1, 2] };
        let (ways, replaced) = ferries(vec![route], &known);
        assert_eq!(replaced, BTreeSet::from([1, 2]));
        assert_eq!(ways[0].tags, Tags::from("route=ferry duration=0:10 foot=yes"));
        assert_eq!(ways[1].tags, Tags::from("route=ferry foot=yes"));
        let one_way = self::known(&[(1, "route=ferry oneway=-1", &[1, 2])]);
        let route = Lines { id: 9, tags: Tags::from("route=ferry duration=0:45 oneway=yes"), ways: vec![1] };
        let tags = &ferries(vec![route], &one_way).0[0].tags;
        assert_eq!(*tags, Tags::from("route=ferry duration=0:45 oneway=-1"));
    }

    #[test]
    fn the_line_around_a_square_is_a_street_unless_it_is_one_already() {
        let known = known(&[(1, "", &[1, 2, 3, 1]), (2, "highway=pedestrian", &[4, 5, 4])]);
        let square = Lines { id: 9, tags: Tags::from("highway=pedestrian"), ways: vec![1, 2] };
        let ways = squares(vec![square], &known);
        assert_eq!(ways.len(), 1);
        assert_eq!((ways[0].id, ways[0].nodes.len()), (-9, 4));
    }
}
