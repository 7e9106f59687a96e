//! Forbidden sequences against trying all walks.

use proptest::prelude::*;

use super::super::network::{NEVER, Street};
use super::*;

/// Two-way streets between the given junctions; way numbers are street numbers.
fn streets(ends: &[(u32, u32)]) -> (Vec<Street>, Vec<u32>, Vec<u32>) {
    let junctions = ends.iter().map(|&(a, b)| a.max(b)).max().unwrap_or(0) as usize + 1;
    let streets: Vec<Street> = ends
        .iter()
        .map(|&(from, to)| Street { from, to, forward: 1, backward: 1, no_stop: 0, part: 0 })
        .collect();
    let mut leaving: Vec<(u32, u32)> = streets
        .iter()
        .enumerate()
        .flat_map(|(k, street)| [(street.from, (k as u32) << 1), (street.to, (k as u32) << 1 | 1)])
        .collect();
    leaving.sort_unstable();
    let first = (0..=junctions as u32).map(|j| leaving.partition_point(|side| side.0 < j) as u32).collect();
    (streets, first, leaving.into_iter().map(|(_, side)| side).collect())
}

/// All walks of a number of sides from a junction, as the sides driven.
fn walks(from: u32, steps: usize, sides: &Sides<'_>) -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new()];
    for _ in 0..steps {
        all = all
            .into_iter()
            .flat_map(|walk: Vec<u32>| {
                let at = walk.last().map_or(from, |&side| sides.head(side));
                let on: Vec<Vec<u32>> =
                    sides.leaving(at).iter().map(|&side| [&walk[..], &[side]].concat()).collect();
                on
            })
            .collect();
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_walk_is_allowed_exactly_if_it_contains_no_forbidden_sequence(
        ends in prop::collection::vec((0..5u32, 0..5u32), 2..7),
        picks in prop::collection::vec((0..5u32, 2..4usize, any::<prop::sample::Index>()), 1..5),
    ) {
        let (streets, first, leaving) = streets(&ends);
        let way = |side: u32, _: bool| i64::from(side >> 1);
        let sides = Sides { streets: &streets, first: &first, leaving: &leaving, way: &way };
        let junctions = first.len() as u32 - 1;
        let sequences: Vec<Vec<u32>> = picks
            .iter()
            .filter(|pick| pick.0 < junctions)
            .filter_map(|(from, length, index)| {
                let all = walks(*from, *length, &sides);
                (!all.is_empty()).then(|| index.get(&all).clone())
            })
            .collect();
        let memory = memories(&sequences, &sides);
        for from in 0..junctions {
            for walk in walks(from, 4, &sides) {
                let driven = walk.iter().try_fold(from, |state, &side| memory.step(state, side, &sides));
                let forbidden = sequences.iter().any(|sequence| walk.windows(sequence.len()).any(|part| part == sequence));
                prop_assert_eq!(driven.is_none(), forbidden, "{:?} of {:?}", walk, sequences);
                if let Some(state) = driven {
                    let place = state.checked_sub(junctions).map_or(state, |k| memory.places[k as usize]);
                    prop_assert_eq!(place, sides.head(walk[walk.len() - 1]));
                }
            }
        }
    }
}

/// A crossing: junction 0 in the middle, streets 0 to 3 to junctions 1 (south), 2 (west), 3 (north), 4 (east); 5 beyond 3.
fn crossing(restriction: &Restriction) -> Vec<Vec<u32>> {
    let (streets, first, leaving) = streets(&[(1, 0), (0, 2), (0, 3), (0, 4), (3, 5)]);
    let way = |side: u32, _: bool| i64::from(side >> 1);
    let sides = Sides { streets: &streets, first: &first, leaving: &leaving, way: &way };
    assert!(streets.iter().all(|street| street.forward != NEVER));
    let (sequences, used, not_used) =
        forbidden(std::slice::from_ref(restriction), &sides, |point| vec![point]);
    assert_eq!((used, not_used), (1, 0));
    sequences
}

#[test]
fn a_forbidden_turn_is_not_made_by_turning_round_behind_the_crossing() {
    let no_left = Restriction { only: false, u_turn: false, from: vec![0], via: Via::Point(0), to: vec![1] };
    // From south to west; and on to the north, where the road goes on, and back. East is a dead end: turning there is allowed.
    assert_eq!(crossing(&no_left), [vec![0, 2], vec![0, 4, 5]]);
}

#[test]
fn an_only_turn_forbids_all_others() {
    let only_ahead =
        Restriction { only: true, u_turn: false, from: vec![0], via: Via::Point(0), to: vec![2] };
    assert_eq!(crossing(&only_ahead), [vec![0, 1], vec![0, 2], vec![0, 4, 5], vec![0, 6]]);
}

#[test]
fn a_turn_along_a_way_is_forbidden_as_a_whole() {
    // From south over the way to the north and on beyond.
    let no_through =
        Restriction { only: false, u_turn: false, from: vec![0], via: Via::Ways(vec![2]), to: vec![4] };
    assert_eq!(crossing(&no_through), [vec![0, 4, 8]]);
}

#[test]
fn no_entry_forbids_the_turn_from_each_of_its_ways() {
    // Into the north, from the south and from the west.
    let no_entry =
        Restriction { only: false, u_turn: false, from: vec![0, 1], via: Via::Point(0), to: vec![2] };
    let all = crossing(&no_entry);
    assert!(all.contains(&vec![0, 4]) && all.contains(&vec![3, 4]) && !all.contains(&vec![7, 4]), "{all:?}");
    // From the south, into the west and the east: `no_exit`.
    let no_exit =
        Restriction { only: false, u_turn: false, from: vec![0], via: Via::Point(0), to: vec![1, 3] };
    let all = crossing(&no_exit);
    assert!(all.contains(&vec![0, 2]) && all.contains(&vec![0, 6]) && !all.contains(&vec![0, 4]), "{all:?}");
}

#[test]
fn an_only_turn_into_several_ways_leaves_each_of_them() {
    let only = Restriction { only: true, u_turn: false, from: vec![0], via: Via::Point(0), to: vec![1, 2] };
    let all = crossing(&only);
    assert!(all.contains(&vec![0, 1]) && all.contains(&vec![0, 6]), "{all:?}");
    assert!(!all.contains(&vec![0, 2]) && !all.contains(&vec![0, 4]), "{all:?}");
}

#[test]
fn a_restriction_whose_streets_are_not_here_is_counted() {
    let (streets, first, leaving) = streets(&[(0, 1), (1, 2)]);
    let way = |side: u32, _: bool| i64::from(side >> 1);
    let sides = Sides { streets: &streets, first: &first, leaving: &leaving, way: &way };
    let gone = Restriction { only: false, u_turn: false, from: vec![0], via: Via::Point(1), to: vec![99] };
    assert_eq!(forbidden(&[gone], &sides, |point| vec![point]).1, 0);
}
