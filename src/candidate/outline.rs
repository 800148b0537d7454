//! A unit's shingles boiled down to 128 bits: enough to refuse most pairs in a few nanoseconds.
//!
//! Every shingle sets one bit. A bit that one outline has and another lacks stands for at least one
//! shingle that is in the first set and not in the second, so counting such bits bounds from below
//! how much two sets differ. The bound only refuses pairs that a count would refuse as well.

use super::Sets;
use crate::{hash, settings::Ratio};
use rayon::prelude::*;

/// The outline of one unit's set.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outline {
    pub(super) bits: u128,
    /// How many shingles the set has.
    pub(super) size: u32,
}

impl Outline {
    /// The outlines of all units: 32 bytes a unit.
    pub(super) fn all(sets: &Sets) -> Vec<Self> {
        (0..sets.len()).into_par_iter().with_min_len(1 << 10).map(|n| Self::of(sets.at(n))).collect()
    }

    pub(super) fn of(set: &[u64]) -> Self {
        Self::of_numbers(set.iter().copied())
    }

    /// The outline of distinct numbers that stand for shingles.
    pub(super) fn of_numbers(numbers: impl Iterator<Item = u64>) -> Self {
        let add = |Self { bits, size }: Self, number| Self {
            bits: bits | 1_u128 << (hash::mix(number) & 127),
            size: size.saturating_add(1),
        };
        numbers.fold(Self::default(), add)
    }

    /// Whether the Jaccard similarity could be as high as the threshold.
    pub(super) fn may_resemble(self, other: Self, threshold: Ratio) -> bool {
        let total = u64::from(self.size) + u64::from(other.size);
        let apart = u64::from((self.bits ^ other.bits).count_ones());
        let shared = (total.saturating_sub(apart) / 2).min(u64::from(self.size.min(other.size)));
        threshold.met_by(shared, total - shared)
    }

    /// Whether all but `missing` of this set's shingles could be in `larger`.
    pub(super) fn may_stand_in(self, larger: Self, missing: u32) -> bool {
        (self.bits & !larger.bits).count_ones() <= missing
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_outline_never_refuses_a_match(
            a in prop::collection::btree_set(0_u64..90, 1..60),
            b in prop::collection::btree_set(0_u64..90, 1..60),
        ) {
            let outline = |set: &std::collections::BTreeSet<u64>| {
                Outline::of(&set.iter().copied().collect::<Vec<_>>())
            };
            let (left, right) = (outline(&a), outline(&b));
            let shared = a.intersection(&b).count();
            for hundredths in [5, 30, 50, 70, 80, 90, 100] {
                let t = Ratio::parse(&format!("{hundredths}%")).unwrap();
                let alike = t.met_by(shared as u64, (a.len() + b.len() - shared) as u64);
                prop_assert!(!alike || left.may_resemble(right, t));
            }
            let missing = u32::try_from(a.len() - shared).unwrap();
            prop_assert!(left.may_stand_in(right, missing));
        }
    }

    #[test]
    fn strangers_are_refused() {
        let left = Outline::of(&(0..15).collect::<Vec<_>>());
        let right = Outline::of(&(100..115).collect::<Vec<_>>());
        assert!(!left.may_resemble(right, Ratio::parse("0.7").unwrap()));
        assert!(!left.may_stand_in(right, 2));
    }
}
