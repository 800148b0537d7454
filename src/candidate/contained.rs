//! Candidates for containment: small units that stand, nearly whole, in larger ones.
//!
//! In: shingle sets, which of them may be the small one, and the share that must be found. Out:
//! candidates that hold *every* pair in which at least that share of the smaller set is in the
//! larger. Which side is the smaller one is seen from their sizes.
//!
//! # The idea
//!
//! A set of `n` shingles of which `ceil(c x n)` are in another lacks at most `n - ceil(c x n)` there.
//! So of any `n - ceil(c x n) + 1` of its shingles one is in the other: the rarest are taken, and
//! all units are asked who holds them. Most small units have that many shingles that stand nowhere
//! else, and are done without asking.
//!
//! # Limits
//!
//! For each shingle asked for, a unit is compared with at most [`CHECKS`] of its holders, the largest
//! first, and [`EMITS`] of them become candidates; where more were left, the holder that stands first
//! becomes one too. This happens only to units made of stock phrases alone; [`Found::cut`] counts it.
//!
//! # Source
//!
//! The prefix filter of [`prefix`](super::prefix), asked in one direction.

use super::{
    Found, Heap, Rarity, Sets, high, low, outline::Outline, pack, packed_id, prefix::bucket_of, settle,
};
use crate::{hash, settings::Ratio};
use rayon::prelude::*;

/// Most holders of one shingle that a unit is compared with.
pub const CHECKS: usize = 256;
/// Most candidates that a unit gets by one shingle.
pub const EMITS: usize = 32;
/// Bits of the filter for every shingle asked for: 1 of 16 strangers gets through.
const FILTER_BITS: usize = 16;

/// Finds all pairs where at least `containment` of the smaller set is in the larger one.
///
/// `eligible` says of each unit whether it may be the smaller side (whether it is long enough);
/// units past its end may not. Cost: one visit to every shingle and a sort of those asked for.
pub fn candidates(sets: &Sets, rarity: &Rarity, eligible: &[bool], containment: Ratio) -> Found {
    let outlines = Outline::all(sets);
    let mut asked = gather(sets, |unit, set, out| {
        if eligible.get(unit).copied().unwrap_or(false) {
            rarity.rarest(set, missing(set.len(), containment) + 1, out);
        }
    });
    asked.par_sort_unstable();
    let filter = Filter::of(&asked);
    let mut holders = gather(sets, |_, set, out| {
        let mixed = set.iter().map(|&shingle| hash::mix(shingle));
        out.extend(mixed.filter(|&m| filter.may_hold(high(bucket_of(m)))).map(|m| (0, m)));
    });
    holders.par_sort_unstable();
    let heaps: Vec<Heap> = asked
        .par_chunk_by(|&a, &b| high(a) == high(b))
        .fold(Work::default, |mut work, bucket| {
            let key = bucket.first().map_or(0, |&entry| high(entry));
            let from = holders.partition_point(|&entry| high(entry) < key);
            let rest = holders.get(from..).unwrap_or(&[]);
            let held = rest.iter().take_while(|&&entry| high(entry) == key).count();
            work.join(bucket, rest.get(..held).unwrap_or(&[]), &outlines, containment);
            work
        })
        .map(|work| work.found)
        .collect();
    let Heap { packed, cut } = Heap::join(heaps);
    settle(packed, cut)
}

/// The buckets that one set asks for, for whoever gathers buckets elsewhere.
pub(crate) fn asks(set: &[u64], rarity: &Rarity, containment: Ratio, out: &mut Vec<u32>) {
    let mut rarest = Vec::new();
    rarity.rarest(set, missing(set.len(), containment) + 1, &mut rarest);
    out.extend(rarest.iter().map(|&(_, mixed)| high(bucket_of(mixed))));
}

/// The bucket of a shingle.
pub(crate) const fn bucket_of_shingle(shingle: u64) -> u32 {
    high(bucket_of(hash::mix(shingle)))
}

/// The candidates of one bucket, by the positions of those that hold its shingle, which ascend; `asks` says who asks.
pub(crate) fn bucket(holders: &[Outline], asks: &[bool], containment: Ratio) -> Found {
    let mut work = Work::default();
    let holding: Vec<u64> = (0..packed_id(holders.len())).map(u64::from).collect();
    let asking = holding.iter().zip(asks).filter(|(_, asks)| **asks).map(|(entry, _)| *entry);
    work.join(&asking.collect::<Vec<u64>>(), &holding, holders, containment);
    settle(work.found.packed, work.found.cut)
}

/// How many of `n` shingles may be missing in the larger set.
pub(super) fn missing(n: usize, containment: Ratio) -> usize {
    let n_wide = n as u64;
    usize::try_from(n_wide - containment.ceil_of(n_wide).min(n_wide)).unwrap_or(n)
}

/// Runs over all sets and lists the shingles that `choose` picks as `shingle << 32 | unit`.
fn gather(sets: &Sets, choose: impl Fn(usize, &[u64], &mut Vec<(u16, u64)>) + Sync) -> Vec<u64> {
    let parts: Vec<Vec<u64>> = (0..sets.len())
        .into_par_iter()
        .with_min_len(1 << 8)
        .fold(<(Vec<u64>, Vec<(u16, u64)>)>::default, |(mut out, mut chosen), unit| {
            chosen.clear();
            choose(unit, sets.at(unit), &mut chosen);
            let unit = u64::from(packed_id(unit));
            out.extend(chosen.iter().map(|&(_, mixed)| bucket_of(mixed) | unit));
            (out, chosen)
        })
        .map(|(out, _)| out)
        .collect();
    parts.concat()
}

/// Which buckets are asked for, with few mistakes and only to one side.
#[derive(Debug)]
pub(super) struct Filter {
    words: Vec<u64>,
    shift: u32,
}

impl Filter {
    fn of(asked: &[u64]) -> Self {
        let mut filter = Self::of_bits(asked.len() * FILTER_BITS);
        asked.iter().for_each(|&entry| filter.add(high(entry)));
        filter
    }

    /// Nothing is asked for yet; about so many bits. However few there are, nothing that is asked for is lost.
    pub(super) fn of_bits(bits: usize) -> Self {
        let bits = bits.next_power_of_two().clamp(64, 1 << 31);
        Self { words: vec![0; bits / 64], shift: 32 - bits.trailing_zeros() }
    }

    #[inline]
    pub(super) fn add(&mut self, key: u32) {
        let bit = key >> self.shift;
        if let Some(word) = self.words.get_mut(bit as usize / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    pub(super) fn may_hold(&self, key: u32) -> bool {
        let bit = key >> self.shift;
        self.words.get(bit as usize / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }
}

/// One thread's finds, and room that is used again for every bucket.
#[derive(Default)]
pub(super) struct Work {
    pub(super) found: Heap,
    holders: Vec<(Outline, u32)>,
}

impl Work {
    fn join(&mut self, asking: &[u64], holding: &[u64], outlines: &[Outline], containment: Ratio) {
        if holding.len() < 2 {
            return;
        }
        let with_outline = |entry: &u64| outlines.get(low(*entry) as usize).map(|&o| (o, low(*entry)));
        self.holders.clear();
        self.holders.extend(holding.iter().filter_map(with_outline));
        let first = self.holders.first().copied();
        self.holders.sort_unstable_by_key(|&(outline, unit)| (std::cmp::Reverse(outline.size), unit));
        self.answer(asking.iter().filter_map(with_outline), first, containment);
    }

    /// The same for holders that come the largest first and by unit; of more than one more than [`CHECKS`] the others are not looked
    /// at. `first` is the holder that stands first of all.
    pub(super) fn join_sorted(
        &mut self,
        asking: impl Iterator<Item = (Outline, u32)>,
        holders: impl Iterator<Item = (Outline, u32)>,
        first: Option<(Outline, u32)>,
        containment: Ratio,
    ) {
        self.holders.clear();
        self.holders.extend(holders);
        self.answer(asking, first, containment);
    }

    fn answer(
        &mut self,
        asking: impl Iterator<Item = (Outline, u32)>,
        first: Option<(Outline, u32)>,
        containment: Ratio,
    ) {
        for (outline, unit) in asking {
            let missing = packed_id(missing(outline.size as usize, containment));
            let fits = |other: &(Outline, u32)| {
                outline.size <= other.0.size && unit != other.1 && outline.may_stand_in(other.0, missing)
            };
            let mut emitted = 0;
            let mut cut = false;
            let larger = self.holders.iter().take_while(|other| outline.size <= other.0.size);
            for (looked, other) in larger.enumerate() {
                if looked == CHECKS || emitted == EMITS {
                    cut = true;
                    break;
                }
                if fits(other) {
                    self.found.packed.push(pack(unit, other.1));
                    emitted += 1;
                }
            }
            if cut {
                self.found.cut += 1;
                let front = first.filter(fits);
                self.found.packed.extend(front.map(|other| pack(unit, other.1)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::candidate::made::{Numbers, brute_force, has_all, is_tidy, make, pair, recipe};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_contained_unit_is_missed(recipe in recipe(), hundredths in 50_u32..=100, least in 1_u64..12) {
            let sets = make(recipe);
            let c = Ratio::parse(&format!("{hundredths}%")).unwrap();
            let eligible: Vec<bool> = (0..sets.len()).map(|n| least <= sets.at(n).len() as u64).collect();
            let found = candidates(&sets, &Rarity::of(&sets), &eligible, c);
            let truth = brute_force(&sets, |shared, a, b| {
                least <= a.min(b) && c.met_by(shared, a.min(b))
            });
            prop_assert_eq!(found.cut, 0);
            prop_assert!(is_tidy(&found.pairs));
            prop_assert!(has_all(&found.pairs, &truth));
        }
    }

    #[test]
    fn only_eligible_units_are_looked_for() {
        let mut sets = Sets::default();
        sets.push(&[1, 2, 3]);
        sets.push(&[1, 2, 3, 4, 5, 6, 7, 8]);
        let found = |eligible: &[bool]| candidates(&sets, &Rarity::of(&sets), eligible, Ratio::ONE).pairs;
        assert_eq!(found(&[true]), [pair(0, 1)]);
        assert_eq!(found(&[false, true]), []);
    }

    #[test]
    fn a_stock_phrase_in_every_unit_does_not_grow_with_the_square() {
        let mut numbers = Numbers(2);
        let mut sets = Sets::default();
        let mut stock: Vec<u64> = (0..20).map(|_| numbers.next()).collect();
        stock.sort_unstable();
        for n in 0..4000 {
            let mut set = stock.clone();
            // Half of the units are the bare phrase but for one shingle of their own.
            set.extend((0..if n % 2 == 0 { 1 } else { 30 }).map(|_| numbers.next()));
            set.sort_unstable();
            sets.push(&set);
        }
        let c = Ratio::parse("0.9").unwrap();
        let found = candidates(&sets, &Rarity::of(&sets), &vec![true; 4000], c);
        let asked = missing(50, c) + 1;
        assert!(0 < found.cut);
        assert!(found.pairs.len() <= 4000 * asked * (EMITS + 1));
        // Every bare phrase is still seen to be contained.
        let is_found = |n: usize| found.pairs.iter().any(|p| p.left.index() == n || p.right.index() == n);
        assert!((0..4000).step_by(2).all(is_found));
    }
}
