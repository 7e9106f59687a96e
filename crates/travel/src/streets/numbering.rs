//! Numbers junctions and streets so that neighbours in space are neighbours in memory.

use enough_kernel::LonLat;

use super::chains::Piece;
use super::network::{BuildNotes, Derived, Fixed, NEVER, Network, Street, fixed};
use super::rules::Profile;

/// Numbers junctions so that neighbours in space are neighbours in memory, and sorts the streets the same way.
pub(super) fn number(
    chains: &[Piece],
    shapes: &[u32],
    profile: Profile,
    place: impl Fn(u32) -> LonLat,
    points: &[LonLat],
) -> Network {
    let mut nodes: Vec<u32> = chains.iter().flat_map(|chain| [chain.a, chain.b]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let mut order: Vec<(u64, u32, Fixed)> = nodes
        .iter()
        .map(|&node| {
            let at = fixed(place(node));
            (interleave(at), node, at)
        })
        .collect();
    order.sort_unstable();
    let mut position = vec![0u32; nodes.len()];
    for (new, (_, node, _)) in order.iter().enumerate() {
        if let Ok(old) = nodes.binary_search(node) {
            position[old] = new as u32;
        }
    }
    let at = |node: u32| nodes.binary_search(&node).map_or(0, |old| position[old]);
    let milliseconds = |seconds: f64| {
        if seconds.is_finite() { (seconds * 1000.0).round().min(f64::from(NEVER - 1)) as u32 } else { NEVER }
    };
    let mut sorted: Vec<(u32, usize)> =
        chains.iter().map(|chain| at(chain.a).min(at(chain.b))).zip(0..).collect();
    sorted.sort_unstable();
    let (mut streets, mut shape, mut shape_start) = (Vec::new(), Vec::new(), vec![0u32]);
    for &(_, index) in &sorted {
        let chain = &chains[index];
        streets.push(Street {
            from: at(chain.a),
            to: at(chain.b),
            forward: milliseconds(chain.forward),
            backward: milliseconds(chain.backward),
            no_stop: u32::from(chain.no_stop),
            part: chain.part,
        });
        let along = &shapes[chain.shape.0 as usize..chain.shape.1 as usize];
        shape.extend(along.iter().map(|&point| fixed(points[point as usize])));
        shape_start.push(shape.len() as u32);
    }
    Network {
        profile,
        notes: BuildNotes::default(),
        junctions: order.into_iter().map(|(_, _, at)| at).collect(),
        streets,
        shape_start,
        shape,
        joined: Vec::new(),
        memories: Vec::new(),
        first: Vec::new(),
        arcs: Vec::new(),
        // The chain of each street, until `connect` needs it no more.
        arc_street: sorted.into_iter().map(|(_, index)| index as u32).collect(),
        derived: Derived::default(),
    }
}

/// Position along a curve that stays near itself (Morton 1966): the bits of both coordinates in turn.
pub(super) fn interleave(at: Fixed) -> u64 {
    let spread = |value: i32| {
        // Shifted so that order is kept across zero.
        let mut bits = u64::from((value as u32) ^ 0x8000_0000);
        bits = (bits | (bits << 16)) & 0x0000_FFFF_0000_FFFF;
        bits = (bits | (bits << 8)) & 0x00FF_00FF_00FF_00FF;
        bits = (bits | (bits << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        bits = (bits | (bits << 2)) & 0x3333_3333_3333_3333;
        (bits | (bits << 1)) & 0x5555_5555_5555_5555
    };
    spread(at[0]) | (spread(at[1]) << 1)
}
