//! How many units hold a shingle, near enough: the order in which shingles are asked for.

use super::Sets;
use crate::hash;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};

/// Most slots: 64 MiB of counts, 4 % of the shingles of ten million sentences.
const MOST_SLOTS: usize = 1 << 25;
/// Fewest slots, so that a handful of units does not collide all the time.
const FEWEST_SLOTS: usize = 1 << 12;

/// A table of counts, one slot for every few shingles, each the units that hold any of them.
///
/// A slot never counts too few, so a count of 1 proves that no other unit holds the shingle; a count
/// too large only spoils the order a little. The order depends on the shingle alone,
/// which is all that the exact methods need.
#[derive(Clone, Debug)]
pub struct Rarity {
    counts: Vec<u16>,
    shift: u32,
}

impl Rarity {
    /// Counts the units of every shingle. Cost: one visit a shingle; 2 to 4 bytes a shingle, at most
    /// 64 MiB.
    pub fn of(sets: &Sets) -> Self {
        let counting = Counting::of_at_most(sets.shingles.len());
        sets.shingles.par_iter().with_min_len(1 << 14).for_each(|&shingle| counting.add(shingle));
        Self {
            shift: counting.shift,
            counts: counting.counts.into_iter().map(AtomicU16::into_inner).collect(),
        }
    }

    /// Takes counts that were made elsewhere: [`slots`] of them, each the units of [`slot_of`] there.
    pub(crate) fn of_counts(counts: Vec<u16>) -> Self {
        let shift = 64 - counts.len().max(1).trailing_zeros();
        Self { counts, shift }
    }

    /// At least as many units as hold the shingle, up to 65,535; `mixed` is [`hash::mix`] of it.
    pub(super) fn count(&self, mixed: u64) -> u16 {
        self.counts.get(slot(mixed, self.shift)).copied().unwrap_or(0)
    }

    /// Puts the `wanted` rarest shingles of a set that another unit may hold into `out`, mixed.
    ///
    /// Rarest first among *all* shingles of the set; those that provably stand in this unit alone
    /// use up their place but are left out, since nothing can be found by them. Equal counts are
    /// ordered by the mixed shingle, so that all units agree on one order.
    pub(super) fn rarest(&self, set: &[u64], wanted: usize, out: &mut Vec<(u16, u64)>) {
        // Written without a branch on the count, which nobody could predict: a shingle that stands
        // alone is written over by the next.
        out.clear();
        out.resize(set.len(), (0, 0));
        let mut held = 0;
        for &shingle in set {
            let mixed = hash::mix(shingle);
            let count = self.count(mixed);
            if let Some(slot) = out.get_mut(held) {
                *slot = (count, mixed);
            }
            held += usize::from(1 < count);
        }
        out.truncate(held);
        let alone = set.len() - out.len();
        let keep = wanted.saturating_sub(alone);
        if keep < out.len() {
            if 0 < keep {
                out.select_nth_unstable(keep - 1);
            }
            out.truncate(keep);
        }
    }
}

/// A [`Rarity`] on its way, of sets that come one after the other, from any thread.
#[derive(Debug)]
pub struct Counting {
    counts: Vec<AtomicU16>,
    shift: u32,
    shingles: AtomicUsize,
}

impl Counting {
    /// Nothing counted yet; there will be no more than so many shingles.
    pub fn of_at_most(shingles: usize) -> Self {
        let slots = slots(shingles);
        let counts = (0..slots).map(|_| AtomicU16::new(0)).collect();
        Self { counts, shift: 64 - slots.trailing_zeros(), shingles: AtomicUsize::new(0) }
    }

    /// Counts the shingles of one unit.
    pub fn count(&self, set: &[u64]) {
        self.shingles.fetch_add(set.len(), Ordering::Relaxed);
        set.iter().for_each(|shingle| self.add(*shingle));
    }

    #[inline]
    fn add(&self, shingle: u64) {
        if let Some(count) = self.counts.get(slot(hash::mix(shingle), self.shift)) {
            // Adding 1 commutes and so does stopping at the top: any order gives the same count.
            let _ = count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_add(1));
        }
    }

    /// What [`Rarity::of`] makes of the same sets, and how many shingles they have: where there were fewer than had to be
    /// feared, slots that stand side by side become one.
    pub fn finish(self) -> (Rarity, usize) {
        let shingles = self.shingles.into_inner();
        let mut counts: Vec<u16> = self.counts.into_iter().map(AtomicU16::into_inner).collect();
        let wanted = slots(shingles).min(counts.len());
        let each = counts.len() / wanted;
        for slot in 0..wanted {
            let parts = counts.get(slot * each..(slot + 1) * each).unwrap_or_default();
            let sum = parts.iter().fold(0, |sum: u16, part| sum.saturating_add(*part));
            if let Some(count) = counts.get_mut(slot) {
                *count = sum;
            }
        }
        counts.truncate(wanted);
        counts.shrink_to_fit();
        (Rarity { counts, shift: 64 - wanted.trailing_zeros() }, shingles)
    }
}

/// How many counts there are for so many shingles.
pub(crate) fn slots(shingles: usize) -> usize {
    shingles.next_power_of_two().clamp(FEWEST_SLOTS, MOST_SLOTS)
}

/// The place of a shingle among so many counts.
pub(crate) fn slot_of(shingle: u64, slots: usize) -> usize {
    slot(hash::mix(shingle), 64 - slots.max(1).trailing_zeros())
}

fn slot(mixed: u64, shift: u32) -> usize {
    usize::try_from(mixed >> shift).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn counts_are_never_too_small_and_the_rarest_are_the_rarest(
            sets in prop::collection::vec(prop::collection::btree_set(0_u64..60, 0..20), 0..40),
            wanted in 0_usize..8,
        ) {
            let mut all = Sets::default();
            for set in &sets {
                all.push(&set.iter().copied().collect::<Vec<_>>());
            }
            let rarity = Rarity::of(&all);
            for more in [0, 40_000] {
                let counting = Counting::of_at_most(all.shingles.len() + more);
                (0..all.len()).for_each(|n| counting.count(all.at(n)));
                let (counted, shingles) = counting.finish();
                prop_assert_eq!((counted.shift, shingles), (rarity.shift, all.shingles.len()));
                prop_assert_eq!(&counted.counts, &rarity.counts);
            }
            for shingle in 0..60 {
                let holders = sets.iter().filter(|set| set.contains(&shingle)).count();
                prop_assert!(holders <= usize::from(rarity.count(hash::mix(shingle))));
            }
            let mut out = Vec::new();
            for set in &sets {
                let set: Vec<u64> = set.iter().copied().collect();
                let mut order: Vec<(u16, u64)> =
                    set.iter().map(|&s| (rarity.count(hash::mix(s)), hash::mix(s))).collect();
                order.sort_unstable();
                order.truncate(wanted);
                order.retain(|&(count, _)| 1 < count);
                rarity.rarest(&set, wanted, &mut out);
                prop_assert_eq!(out.iter().collect::<BTreeSet<_>>(), order.iter().collect::<BTreeSet<_>>());
            }
        }
    }
}
