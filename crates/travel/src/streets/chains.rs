//! Joins pieces of streets that meet where nothing else does, so that the search meets only real junctions.

/// A line between two points of the map, passed in one or both directions.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub a: u32,
    pub b: u32,
    /// Seconds from a to b; infinite where it is not allowed.
    pub forward: f64,
    /// Seconds from b to a.
    pub backward: f64,
    pub metres: f64,
    /// Metres of it along which homes and settings stand.
    pub road: f64,
    /// The part of the network it belongs to, the largest first, once that is known.
    pub part: u32,
    pub no_stop: bool,
    /// Positions of the ways at a and at b.
    pub way_a: u32,
    pub way_b: u32,
    /// Where its points begin and end in the list of points.
    pub shape: (u32, u32),
}

impl Piece {
    fn end(&self, side: u32) -> u32 {
        if side == 0 { self.a } else { self.b }
    }

    /// Seconds for leaving it through this side, and for entering it there.
    fn seconds(&self, side: u32) -> (f64, f64) {
        if side == 0 { (self.backward, self.forward) } else { (self.forward, self.backward) }
    }

    /// Whether the way goes on through `side` into the side `entered` of the other as if they were one: as fast in either
    /// direction, so that a share of the length is a share of the time.
    fn goes_on(&self, side: u32, other: &Self, entered: u32) -> bool {
        let alike = |seconds: f64, other_seconds: f64| {
            let (one, two) = (seconds * other.metres, other_seconds * self.metres);
            seconds.is_finite() == other_seconds.is_finite()
                && (one == two || (one - two).abs() <= 1e-9 * one.abs())
        };
        let (leave, enter) = self.seconds(side);
        let (other_leave, other_enter) = other.seconds(entered);
        self.no_stop == other.no_stop && alike(leave, other_enter) && alike(enter, other_leave)
    }
}

const NONE: u32 = u32::MAX;

/// Joins pieces at points with exactly two ends that are not in `keep`; returns the chains and their points.
pub(super) fn join(pieces: &[Piece], points: &[u32], nodes: usize, keep: &[bool]) -> (Vec<Piece>, Vec<u32>) {
    // The first two ends at each point, as piece * 2 + side, and whether there are more.
    let mut ends = vec![[NONE; 2]; nodes];
    let mut crowded = keep.to_vec();
    for (index, piece) in pieces.iter().enumerate() {
        for side in 0..2 {
            let node = piece.end(side) as usize;
            match ends[node].iter().position(|&end| end == NONE) {
                Some(free) => ends[node][free] = index as u32 * 2 + side,
                None => crowded[node] = true,
            }
        }
    }
    // The end that goes on from this end, if the two may be joined.
    let next = |end: u32| -> Option<u32> {
        let (piece, side) = (&pieces[(end / 2) as usize], end % 2);
        let node = piece.end(side) as usize;
        let [one, two] = ends[node];
        if crowded[node] || two == NONE || one / 2 == two / 2 {
            return None;
        }
        let other = if one == end { two } else { one };
        piece.goes_on(side, &pieces[(other / 2) as usize], other % 2).then_some(other)
    };
    let mut seen = vec![false; pieces.len()];
    let (mut chains, mut shapes) = (Vec::new(), Vec::new());
    for start in 0..pieces.len() as u32 {
        if seen[start as usize] {
            continue;
        }
        seen[start as usize] = true;
        // Each entry is the end at which the piece is entered.
        let mut before = Vec::new();
        let mut after = vec![start * 2];
        let mut follow = |mut end: u32, list: &mut Vec<u32>| {
            while let Some(entered) = next(end) {
                if std::mem::replace(&mut seen[(entered / 2) as usize], true) {
                    break;
                }
                list.push(entered);
                end = entered ^ 1;
            }
        };
        follow(start * 2 + 1, &mut after);
        follow(start * 2, &mut before);
        let order: Vec<u32> = before.iter().rev().map(|end| end ^ 1).chain(after).collect();
        chains.push(chain(pieces, points, &order, &mut shapes));
    }
    (chains, shapes)
}

fn chain(pieces: &[Piece], points: &[u32], order: &[u32], shapes: &mut Vec<u32>) -> Piece {
    let begin = shapes.len() as u32;
    let (mut forward, mut backward, mut metres, mut road) = (0.0, 0.0, 0.0, 0.0);
    for &entered in order {
        let piece = &pieces[(entered / 2) as usize];
        let along = &points[piece.shape.0 as usize..piece.shape.1 as usize];
        // The point where two pieces meet stands once.
        let skip = usize::from(shapes.len() as u32 > begin);
        if entered.is_multiple_of(2) {
            forward += piece.forward;
            backward += piece.backward;
            shapes.extend(along.iter().skip(skip));
        } else {
            forward += piece.backward;
            backward += piece.forward;
            shapes.extend(along.iter().rev().skip(skip));
        }
        metres += piece.metres;
        road += piece.road;
    }
    let (first, last) = (order[0], order[order.len() - 1]);
    let way = |end: u32| {
        let piece = &pieces[(end / 2) as usize];
        if end.is_multiple_of(2) { piece.way_a } else { piece.way_b }
    };
    Piece {
        a: pieces[(first / 2) as usize].end(first % 2),
        b: pieces[(last / 2) as usize].end((last ^ 1) % 2),
        forward,
        backward,
        metres,
        road,
        part: 0,
        no_stop: pieces[(first / 2) as usize].no_stop,
        way_a: way(first),
        way_b: way(last ^ 1),
        shape: (begin, shapes.len() as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(a: u32, b: u32, forward: f64, backward: f64, shape: (u32, u32), way: u32) -> Piece {
        let (way_a, way_b) = (way, way);
        Piece {
            a,
            b,
            forward,
            backward,
            metres: 1.0,
            road: 0.0,
            part: 0,
            no_stop: false,
            way_a,
            way_b,
            shape,
        }
    }

    #[test]
    fn pieces_drawn_in_different_directions_are_joined_with_their_times() {
        // 0 - 1 - 2, the second piece drawn from 2 to 1; 3 hangs at 2 with another one.
        let points = [0, 10, 1, 2, 11, 1, 2, 3, 2, 4];
        let pieces = [
            piece(0, 1, 5.0, 6.0, (0, 3), 7),
            piece(2, 1, 6.0, 5.0, (3, 6), 8),
            piece(2, 3, 1.0, 1.0, (6, 8), 9),
            piece(2, 4, 1.0, 1.0, (8, 10), 9),
        ];
        let (chains, shapes) = join(&pieces, &points, 12, &[false; 12]);
        assert_eq!(chains.len(), 3);
        let long = &chains[0];
        assert_eq!(
            (long.a, long.b, long.forward, long.backward, long.way_a, long.way_b),
            (0, 2, 10.0, 12.0, 7, 8)
        );
        assert_eq!(shapes[long.shape.0 as usize..long.shape.1 as usize], [0, 10, 1, 11, 2]);
    }

    #[test]
    fn a_one_way_or_faster_piece_is_not_joined_and_rings_end() {
        let points = [0, 1, 1, 2, 2, 0];
        let infinite = f64::INFINITY;
        let ring = [
            piece(0, 1, 1.0, 1.0, (0, 2), 1),
            piece(1, 2, 1.0, infinite, (2, 4), 1),
            piece(2, 0, 1.0, infinite, (4, 6), 1),
        ];
        let (chains, _) = join(&ring, &points, 3, &[false; 3]);
        assert_eq!(chains.len(), 2);
        let two_way = [ring[0].clone(), piece(1, 2, 1.0, 1.0, (2, 4), 1), piece(2, 0, 1.0, 1.0, (4, 6), 1)];
        let (chains, shapes) = join(&two_way, &points, 3, &[false; 3]);
        assert_eq!((chains.len(), chains[0].a, chains[0].b, shapes.len()), (1, 0, 0, 4));
        let faster = [ring[0].clone(), piece(1, 2, 1.0, 1.0, (2, 4), 1), piece(2, 0, 0.5, 0.5, (4, 6), 1)];
        assert_eq!(join(&faster, &points, 3, &[false; 3]).0.len(), 2);
        let (kept, _) = join(&two_way, &points, 3, &[true; 3]);
        assert_eq!(kept.len(), 3);
    }
}
