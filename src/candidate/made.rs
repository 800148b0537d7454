//! Sets for tests: clusters of similar sets, sizes from 1 up, and shingles that are everywhere.

#![allow(clippy::unwrap_used)]

use super::{Candidate, Sets, packed_id};
use crate::{hash, id::UnitId};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A stream of numbers that is the same on every machine.
pub(super) struct Numbers(pub(super) u64);

impl Numbers {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        hash::mix(self.0)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// How a family of sets is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipe {
    pub(super) seed: u64,
    pub(super) clusters: u64,
    /// Most sets in a cluster.
    pub(super) crowd: u64,
    /// Most shingles in a set.
    pub(super) size: u64,
    /// Of 100 shingles, how many come from a small common stock.
    pub(super) stock: u64,
    /// Of 100 shingles of a later member, how many are changed, at most.
    pub(super) edits: u64,
}

pub(super) fn recipe() -> impl Strategy<Value = Recipe> {
    (any::<u64>(), 1_u64..12, 1_u64..8, 1_u64..60, 0_u64..90, 0_u64..50).prop_map(
        |(seed, clusters, crowd, size, stock, edits)| Recipe { seed, clusters, crowd, size, stock, edits },
    )
}

pub(super) fn make(recipe: Recipe) -> Sets {
    let mut numbers = Numbers(recipe.seed);
    let mut lists: Vec<BTreeSet<u64>> = Vec::new();
    let shingle = |numbers: &mut Numbers| {
        if numbers.below(100) < recipe.stock { numbers.below(40) } else { numbers.next() }
    };
    for _ in 0..recipe.clusters {
        let n = 1 + numbers.below(recipe.size);
        let first: Vec<u64> = (0..n).map(|_| shingle(&mut numbers)).collect();
        for _ in 0..=numbers.below(recipe.crowd) {
            let edits = numbers.below(recipe.edits + 1);
            let mut set: BTreeSet<u64> = BTreeSet::new();
            for &old in &first {
                set.insert(if numbers.below(100) < edits { shingle(&mut numbers) } else { old });
            }
            // Now and then a short piece of it, or much more around it.
            match numbers.below(6) {
                0 => set = set.iter().take(1 + set.len() / 3).copied().collect(),
                1 => set.extend((0..n).map(|_| shingle(&mut numbers))),
                _ => {}
            }
            lists.push(set);
        }
        if numbers.below(5) == 0 {
            lists.push(BTreeSet::new());
        }
    }
    // Spread the clusters over the corpus.
    for n in (1..lists.len()).rev() {
        lists.swap(n, usize::try_from(numbers.below(n as u64 + 1)).unwrap());
    }
    let mut sets = Sets::default();
    for list in lists {
        sets.push(&list.into_iter().collect::<Vec<_>>());
    }
    sets
}

/// Every pair of units that `alike` accepts by shared shingles and both sizes.
pub(super) fn brute_force(sets: &Sets, alike: impl Fn(u64, u64, u64) -> bool) -> Vec<Candidate> {
    let lists: Vec<BTreeSet<u64>> = (0..sets.len()).map(|n| sets.at(n).iter().copied().collect()).collect();
    let mut pairs = Vec::new();
    for (right, b) in lists.iter().enumerate() {
        for (left, a) in lists.iter().enumerate().take(right) {
            if alike(a.intersection(b).count() as u64, a.len() as u64, b.len() as u64) {
                pairs.push(pair(left, right));
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

pub(super) fn pair(left: usize, right: usize) -> Candidate {
    let id = |n| UnitId::from_packed(packed_id(n));
    Candidate { left: id(left), right: id(right) }
}

/// Whether `all` has every one of `wanted`; both ascending.
pub(super) fn has_all(all: &[Candidate], wanted: &[Candidate]) -> bool {
    wanted.iter().all(|pair| all.binary_search(pair).is_ok())
}

/// Whether pairs are as promised: smaller id left, ascending, once each.
pub(super) fn is_tidy(pairs: &[Candidate]) -> bool {
    pairs.is_sorted_by(|a, b| a < b) && pairs.iter().all(|pair| pair.left < pair.right)
}
