//! Hash trees as in RFC 6962, section 2: leaves, roots, and proofs that an entry is in a log and that a log only grew.
//!
//! Knows bytes and hashes only. A leaf is SHA-256 of `0x00` and the data, a node of `0x01` and its two children, so that no leaf
//! can be passed off as a node. Proofs are checked as in RFC 9162, sections 2.1.3.2 and 2.1.4.2.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// A hash of 32 bytes, written in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// SHA-256 of some bytes as they are: of a file, not of a leaf.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Hash {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a hash of 64 hexadecimal digits");
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

/// The hash of a leaf.
pub fn leaf(data: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(data).finalize().into())
}

/// The hash of a node with two children.
pub fn node(left: Hash, right: Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The root of a tree without leaves: SHA-256 of nothing.
pub fn empty() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// The right edge of a tree: the roots of its complete parts, largest first. All that is needed to append.
///
/// ```
/// use enough_store::audit::merkle::{Frontier, leaf, root};
/// let leaves = [leaf(b"Levenshulme"), leaf(b"Abram"), leaf(b"Leigh West")];
/// let mut frontier = Frontier::default();
/// leaves.iter().for_each(|&hash| frontier.push(hash));
/// assert_eq!(frontier.root(), root(&leaves));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    parts: Vec<Hash>,
}

impl Frontier {
    /// The edge of a tree of a size, from its parts; `None` if a tree of that size has another number of parts.
    pub fn new(size: u64, parts: Vec<Hash>) -> Option<Self> {
        (size.count_ones() as usize == parts.len()).then_some(Self { size, parts })
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete parts, largest first.
    pub fn parts(&self) -> &[Hash] {
        &self.parts
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // Each trailing one bit of the size is a complete part of the same height as what is carried.
        for _ in 0..self.size.trailing_ones() {
            hash = self.parts.pop().map_or(hash, |left| node(left, hash));
        }
        self.parts.push(hash);
        self.size += 1;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        self.parts.iter().rev().copied().reduce(|right, left| node(left, right)).unwrap_or_else(empty)
    }
}

/// The root of a tree with these leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty(),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
            node(root(left), root(right))
        }
    }
}

/// The largest power of two below a size of two or more: where the tree divides.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The paths that prove leaves to be in the tree, each with its lowest sibling first. `indices` rise; every part of the tree is hashed once
/// for all of them.
///
/// # Panics
/// If they do not rise, or there is no such leaf.
pub fn inclusions(leaves: &[Hash], indices: &[u64]) -> Vec<Vec<Hash>> {
    assert!(indices.is_sorted_by(|a, b| a < b), "leaves are proven in their order");
    let size = leaves.len() as u64;
    assert!(indices.last().is_none_or(|last| *last < size), "there is no such leaf among {size}");
    let mut wanted: Vec<(u64, Vec<Hash>)> = indices.iter().map(|index| (*index, Vec::new())).collect();
    if !wanted.is_empty() {
        walk(leaves, 0, &mut wanted);
    }
    wanted.into_iter().map(|(_, path)| path).collect()
}

/// The root of a part of the tree that begins with a leaf, and on the way the siblings of what is wanted there.
fn walk(leaves: &[Hash], first: u64, wanted: &mut [(u64, Vec<Hash>)]) -> Hash {
    if wanted.is_empty() || leaves.len() == 1 {
        return root(leaves);
    }
    let at = split(leaves.len() as u64);
    let (left, right) = leaves.split_at(at as usize);
    let cut = wanted.partition_point(|(index, _)| *index < first + at);
    let (in_left, in_right) = wanted.split_at_mut(cut);
    let (of_left, of_right) = (walk(left, first, in_left), walk(right, first + at, in_right));
    for (part, sibling) in [(in_left, of_right), (in_right, of_left)] {
        for (_, path) in part {
            path.push(sibling);
        }
    }
    node(of_left, of_right)
}

/// Whether a path proves that a leaf is in the tree of a size and root.
pub fn includes(root: Hash, size: u64, index: u64, leaf: Hash, path: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for &sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(sibling, hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

/// The proof that the tree of the first `old` leaves is a beginning of the tree.
///
/// # Panics
/// If the tree has fewer leaves than `old`.
pub fn consistency(leaves: &[Hash], old: u64) -> Vec<Hash> {
    assert!(old <= leaves.len() as u64, "a tree of {} leaves has no beginning of {old}", leaves.len());
    if old == 0 || old == leaves.len() as u64 { Vec::new() } else { subproof(leaves, old, true) }
}

fn subproof(leaves: &[Hash], old: u64, whole: bool) -> Vec<Hash> {
    let size = leaves.len() as u64;
    if old == size {
        return if whole { Vec::new() } else { vec![root(leaves)] };
    }
    let at = split(size);
    let (left, right) = leaves.split_at(at as usize);
    let (mut proof, sibling) = if old <= at {
        (subproof(left, old, whole), root(right))
    } else {
        (subproof(right, old - at, false), root(left))
    };
    proof.push(sibling);
    proof
}

/// Whether a proof shows that a tree of `old` leaves and one root grew into a tree of `new` leaves and another.
pub fn grew(old: (u64, Hash), new: (u64, Hash), proof: &[Hash]) -> bool {
    let ((old, old_root), (new, new_root)) = (old, new);
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && old_root == empty();
    }
    let mut hashes = proof.iter().copied();
    let (mut at, mut last) = (old - 1, new - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    // Where the old tree is a whole part of the new one, its root starts the path and is not sent.
    let start = if old.is_power_of_two() { Some(old_root) } else { hashes.next() };
    let Some(start) = start else { return false };
    let (mut of_old, mut of_new) = (start, start);
    for sibling in hashes {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            of_old = node(sibling, of_old);
            of_new = node(sibling, of_new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            of_new = node(of_new, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && of_old == old_root && of_new == new_root
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Leaves and roots that Certificate Transparency's implementations test each other with.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn the_published_vectors_pass() {
        let leaves: Vec<Hash> = LEAVES.iter().map(|data| leaf(data)).collect();
        let mut frontier = Frontier::default();
        for size in 0..=leaves.len() {
            assert_eq!(root(&leaves[..size]).to_string(), ROOTS[size], "{size} leaves");
            assert_eq!(frontier.root().to_string(), ROOTS[size], "{size} leaves appended");
            if let Some(&next) = leaves.get(size) {
                frontier.push(next);
            }
        }
    }

    /// RFC 6962, section 2.1.3, draws a tree of seven leaves and writes out these proofs.
    #[test]
    fn the_proofs_of_the_standard_pass() {
        let d: Vec<Hash> = LEAVES[..7].iter().map(|data| leaf(data)).collect();
        let (g, h, i, j) = (node(d[0], d[1]), node(d[2], d[3]), node(d[4], d[5]), d[6]);
        let (k, l) = (node(g, h), node(i, j));
        let paths = [vec![d[1], h, l], vec![d[2], g, l], vec![d[5], j, k], vec![i, k]];
        assert_eq!(inclusions(&d, &[0, 3, 4, 6]), paths);
        for (index, path) in [0, 3, 4, 6].into_iter().zip(paths) {
            assert_eq!(inclusions(&d, &[index]), [path]);
        }
        assert_eq!(consistency(&d, 3), [d[2], d[3], g, l]);
        assert_eq!(consistency(&d, 4), [l]);
        assert_eq!(consistency(&d, 6), [i, j, k]);
    }

    fn some_leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|n| leaf(&n.to_be_bytes())).collect()
    }

    proptest! {
        #[test]
        fn every_leaf_is_proven_and_nothing_else_is(count in 1_usize..80, at: u16, other: u16, flip: u8) {
            let leaves = some_leaves(count);
            let (at, other) = (u64::from(at) % count as u64, u64::from(other) % count as u64);
            let mut both = vec![at.min(other), at.max(other)];
            both.dedup();
            let (whole, paths) = (root(&leaves), inclusions(&leaves, &both));
            let path = paths[both.iter().position(|one| *one == at).unwrap()].clone();
            prop_assert!(includes(whole, count as u64, at, leaves[at as usize], &path));
            prop_assert!(at == other || !includes(whole, count as u64, at, leaves[other as usize], &path));
            prop_assert!(!includes(whole, count as u64, count as u64, leaves[at as usize], &path));
            if !path.is_empty() {
                let mut wrong = path.clone();
                let last = wrong.len() - 1;
                wrong[usize::from(flip) % (last + 1)].0[usize::from(flip) % 32] ^= 1;
                prop_assert!(!includes(whole, count as u64, at, leaves[at as usize], &wrong));
                prop_assert!(!includes(whole, count as u64, at, leaves[at as usize], &path[..last]));
            }
        }

        #[test]
        fn growth_is_proven_and_rewriting_is_not(count in 1_usize..80, old: u16, changed: u16) {
            let leaves = some_leaves(count);
            let old = u64::from(old) % (count as u64 + 1);
            let proof = consistency(&leaves, old);
            let (before, now) = ((old, root(&leaves[..old as usize])), (count as u64, root(&leaves)));
            prop_assert!(grew(before, now, &proof));
            if old > 0 {
                let mut rewritten = leaves.clone();
                rewritten[(u64::from(changed) % old) as usize] = leaf(b"rewritten");
                let now = (count as u64, root(&rewritten));
                prop_assert!(!grew(before, now, &consistency(&rewritten, old)));
            }
            if !proof.is_empty() {
                prop_assert!(!grew(before, now, &proof[1..]));
            }
        }

        #[test]
        fn appending_one_by_one_gives_the_root_of_all(count in 0_usize..200) {
            let leaves = some_leaves(count);
            let mut frontier = Frontier::default();
            for &leaf in &leaves {
                frontier.push(leaf);
            }
            prop_assert_eq!(frontier.root(), root(&leaves));
            prop_assert_eq!(Frontier::new(frontier.size(), frontier.parts().to_vec()), Some(frontier));
        }
    }
}
