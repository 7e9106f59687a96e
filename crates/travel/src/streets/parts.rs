//! Strongly connected parts: places from which each other can be reached and come back from. Tarjan 1972,
//! doi:10.1137/0201010, without recursion, because a long road would overflow the stack.

/// The part of each node, numbered as they are found, and how many there are. `first` and `heads` are the arcs by node.
pub(super) fn parts(first: &[u32], heads: &[u32]) -> (Vec<u32>, usize) {
    const UNSEEN: u32 = u32::MAX;
    let nodes = first.len() - 1;
    let (mut index, mut low) = (vec![UNSEEN; nodes], vec![0u32; nodes]);
    let mut part = vec![UNSEEN; nodes];
    let (mut count, mut clock) = (0u32, 0u32);
    let (mut open, mut path) = (Vec::new(), Vec::new());
    for root in 0..nodes as u32 {
        if index[root as usize] != UNSEEN {
            continue;
        }
        path.push((root, first[root as usize]));
        while let Some((node, arc)) = path.pop() {
            let at = node as usize;
            if arc == first[at] && index[at] == UNSEEN {
                index[at] = clock;
                low[at] = clock;
                clock += 1;
                open.push(node);
            }
            if arc < first[at + 1] {
                path.push((node, arc + 1));
                let head = heads[arc as usize] as usize;
                if index[head] == UNSEEN {
                    path.push((head as u32, first[head]));
                } else if part[head] == UNSEEN {
                    low[at] = low[at].min(index[head]);
                }
                continue;
            }
            if low[at] == index[at] {
                while let Some(member) = open.pop() {
                    part[member as usize] = count;
                    if member == node {
                        break;
                    }
                }
                count += 1;
            }
            if let Some(&(parent, _)) = path.last() {
                low[parent as usize] = low[parent as usize].min(low[at]);
            }
        }
    }
    (part, count as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_node(nodes: usize, arcs: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
        let mut sorted = arcs.to_vec();
        sorted.sort_unstable();
        let first =
            (0..=nodes as u32).map(|node| sorted.partition_point(|arc| arc.0 < node) as u32).collect();
        (first, sorted.iter().map(|arc| arc.1).collect())
    }

    proptest! {
        #[test]
        fn two_nodes_share_a_part_exactly_if_each_reaches_the_other(
            nodes in 1..12usize, arcs in prop::collection::vec((0..12u32, 0..12u32), 0..30)
        ) {
            let arcs: Vec<(u32, u32)> = arcs.into_iter().map(|(a, b)| (a % nodes as u32, b % nodes as u32)).collect();
            let (first, heads) = by_node(nodes, &arcs);
            let (part, count) = parts(&first, &heads);
            let mut reach = vec![vec![false; nodes]; nodes];
            for (node, row) in reach.iter_mut().enumerate() {
                row[node] = true;
            }
            for &(a, b) in &arcs {
                reach[a as usize][b as usize] = true;
            }
            for k in 0..nodes {
                for i in 0..nodes {
                    for j in 0..nodes {
                        reach[i][j] |= reach[i][k] && reach[k][j];
                    }
                }
            }
            for i in 0..nodes {
                prop_assert!((part[i] as usize) < count);
                for j in 0..nodes {
                    prop_assert_eq!(part[i] == part[j], reach[i][j] && reach[j][i]);
                }
            }
        }
    }
}
