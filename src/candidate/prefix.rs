//! The exact join: all pairs of units at least as alike as the threshold, without signatures.
//!
//! In: shingle sets and a threshold. Out: candidates that hold *every* pair whose Jaccard similarity
//! meets it, and a few that do not.
//!
//! # The idea
//!
//! Put all shingles into one order, rarest first. Two sets with similarity `t` share at least
//! `ceil(t x n)` shingles, `n` the size of either. So if a set's first `n - ceil(t x n) + 1`
//! shingles in that order, its *prefix*, held none of the other's prefix, too few would be left to
//! share. Only prefixes are put into buckets by shingle and compared inside them, and being rare
//! these have few members: most have none, since a shingle that stands in one unit only is never
//! put anywhere. Inside a bucket, sizes further apart than the threshold allows and outlines that
//! differ too much are refused without a look at the sets.
//!
//! # Limits
//!
//! In a bucket each unit is compared with at most [`CHECKS`] units of the nearest smaller or equal
//! sizes, and [`EMITS`] of them become candidates ([`HOT_EMITS`] in a bucket of more than
//! [`CHECKS`]); where more were left, the first [`STAR`] that fit
//! become candidates too, so that the unit stays connected to the rest. This happens only where
//! more than [`EMITS`] *different* wordings of one stock text exist, or more than [`CHECKS`] units
//! of like size have nothing rarer than one stock phrase; [`Found::cut`] counts such units.
//!
//! # Source
//!
//! S. Chaudhuri, V. Ganti, R. Kaushik, *A primitive operator for similarity joins*, ICDE 2006;
//! R. Bayardo, Y. Ma, R. Srikant, *Scaling up all pairs similarity search*, WWW 2007; C. Xiao et al.,
//! *Efficient similarity joins for near duplicate detection*, WWW 2008. We differ in sorting the
//! prefixes instead of keeping an index, which runs on all cores, and in the bounds above.

use super::{Found, Heap, Rarity, Sets, high, low, outline::Outline, pack, packed_id, settle};
use crate::{hash, settings::Ratio};
use rayon::prelude::*;

/// Most members of a bucket that one unit is compared with: 512 looks at an outline take about 2 us.
pub const CHECKS: usize = 512;
/// Most candidates that a unit gets out of one bucket.
pub const EMITS: usize = 64;
/// The same in a bucket of more than [`CHECKS`] members: each of a stock text's shingles makes the
/// same bucket again, so that 64 would cost half a gigabyte for 100,000 wordings.
pub const HOT_EMITS: usize = 16;
/// Candidates beyond that, from the front of the bucket.
pub const STAR: usize = 4;

/// Finds all pairs of sets with Jaccard similarity of at least `threshold`, and some below.
///
/// Cost: a selection in every set, a sort of the prefixes, some nanoseconds for each pair in a
/// bucket. Memory: 32 bytes a unit and 8 bytes a prefix shingle that stands in two units.
///
/// `threshold` must be above 0: sets that share nothing are never found.
pub fn candidates(sets: &Sets, rarity: &Rarity, threshold: Ratio) -> Found {
    let outlines = Outline::all(sets);
    let mut entries = entries(sets, rarity, threshold);
    entries.par_sort_unstable();
    let heaps: Vec<Heap> = entries
        .par_chunk_by(|&a, &b| high(a) == high(b))
        .fold(Work::default, |mut work, bucket| {
            if 1 < bucket.len() {
                work.join(bucket, &outlines, threshold);
            }
            work
        })
        .map(|work| work.found)
        .collect();
    let Heap { packed, cut } = Heap::join(heaps);
    settle(packed, cut)
}

/// The buckets of one set's prefix, for whoever gathers buckets elsewhere.
pub(crate) fn keys(set: &[u64], rarity: &Rarity, threshold: Ratio, out: &mut Vec<u32>) {
    let mut rarest = Vec::new();
    rarity.rarest(set, length(set.len(), threshold), &mut rarest);
    out.extend(rarest.iter().map(|&(_, mixed)| high(bucket_of(mixed))));
}

/// The candidates of one bucket, by the positions of its members, which ascend; and how often one had to stop early.
pub(crate) fn bucket(members: &[Outline], threshold: Ratio) -> Found {
    let mut work = Work::default();
    let entries: Vec<u64> = (0..packed_id(members.len())).map(u64::from).collect();
    work.join(&entries, members, threshold);
    settle(work.found.packed, work.found.cut)
}

/// The prefix of every set as `shingle << 32 | unit`. Two shingles that meet in 32 bits only make a
/// bucket larger.
fn entries(sets: &Sets, rarity: &Rarity, threshold: Ratio) -> Vec<u64> {
    let parts: Vec<Vec<u64>> = (0..sets.len())
        .into_par_iter()
        .with_min_len(1 << 10)
        .fold(<(Vec<u64>, Vec<(u16, u64)>)>::default, |(mut out, mut rarest), unit| {
            let set = sets.at(unit);
            rarity.rarest(set, length(set.len(), threshold), &mut rarest);
            let unit = u64::from(packed_id(unit));
            out.extend(rarest.iter().map(|&(_, mixed)| bucket_of(mixed) | unit));
            (out, rarest)
        })
        .map(|(out, _)| out)
        .collect();
    parts.concat()
}

/// The bucket of a mixed shingle, in the high half. [`Rarity`] goes by the high bits and
/// [`Outline`] by the low ones, so they are turned once more.
pub(super) const fn bucket_of(mixed: u64) -> u64 {
    hash::mix(mixed) & 0xFFFF_FFFF_0000_0000
}

/// How long the prefix of a set of `n` shingles is.
pub(super) fn length(n: usize, threshold: Ratio) -> usize {
    let n_wide = n as u64;
    let least_shared = threshold.ceil_of(n_wide);
    usize::try_from(n_wide + 1 - least_shared.min(n_wide)).unwrap_or(n).min(n)
}

/// One thread's finds, and room that is used again for every bucket.
#[derive(Default)]
pub(super) struct Work {
    pub(super) found: Heap,
    members: Vec<(Outline, u32)>,
}

impl Work {
    fn join(&mut self, bucket: &[u64], outlines: &[Outline], threshold: Ratio) {
        self.members.clear();
        let with_outline = |&entry: &u64| outlines.get(low(entry) as usize).map(|&o| (o, low(entry)));
        self.members.extend(bucket.iter().filter_map(with_outline));
        self.members.sort_unstable_by_key(|&(outline, unit)| (outline.size, unit));
        self.pair_members(threshold);
    }

    /// The same for a bucket whose members ascend by size and unit.
    pub(super) fn join_sorted(&mut self, members: impl Iterator<Item = (Outline, u32)>, threshold: Ratio) {
        self.members.clear();
        self.members.extend(members);
        self.pair_members(threshold);
    }

    fn pair_members(&mut self, threshold: Ratio) {
        let most = if self.members.len() <= CHECKS { EMITS } else { HOT_EMITS };
        for (n, &(outline, unit)) in self.members.iter().enumerate() {
            let smallest = threshold.ceil_of(u64::from(outline.size));
            let smaller = self.members.get(..n).unwrap_or(&[]);
            let fits = |other: &(Outline, u32)| smallest <= u64::from(other.0.size);
            let mut emitted = 0;
            let mut cut = false;
            for (looked, other) in smaller.iter().rev().take_while(|other| fits(other)).enumerate() {
                if looked == CHECKS || emitted == most {
                    cut = true;
                    break;
                }
                if outline.may_resemble(other.0, threshold) {
                    self.found.packed.push(pack(unit, other.1));
                    emitted += 1;
                }
            }
            if cut {
                self.found.cut += 1;
                let front = smaller.partition_point(|other| !fits(other));
                let first = smaller.get(front..).unwrap_or(&[]).iter().take(CHECKS);
                let alike = first.filter(|other| outline.may_resemble(other.0, threshold));
                self.found.packed.extend(alike.take(STAR).map(|other| pack(unit, other.1)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::candidate::made::{Numbers, brute_force, has_all, is_tidy, make, recipe};
    use proptest::prelude::*;

    fn join(sets: &Sets, threshold: Ratio) -> Found {
        candidates(sets, &Rarity::of(sets), threshold)
    }

    proptest! {
        #[test]
        fn no_pair_is_missed(recipe in recipe(), hundredths in 30_u32..=100) {
            let sets = make(recipe);
            let t = Ratio::parse(&format!("{hundredths}%")).unwrap();
            let found = join(&sets, t);
            let truth = brute_force(&sets, |shared, a, b| t.met_by(shared, a + b - shared));
            prop_assert_eq!(found.cut, 0);
            prop_assert!(is_tidy(&found.pairs));
            prop_assert!(has_all(&found.pairs, &truth));
        }
    }

    #[test]
    fn bucket_bounds_are_said_and_keep_units_connected() {
        // 5,000 wordings of one stock text: 30 common shingles and one of their own.
        let mut numbers = Numbers(1);
        let mut sets = Sets::default();
        let stock: Vec<u64> = (0..30).map(|_| numbers.next()).collect();
        for _ in 0..5000 {
            let mut set = stock.clone();
            set.push(numbers.next());
            set.sort_unstable();
            sets.push(&set);
        }
        let t = Ratio::parse("0.8").unwrap();
        let found = join(&sets, t);
        let prefix = length(31, t) as u64;
        assert!(0 < found.cut);
        assert!(found.pairs.len() as u64 <= 5000 * prefix * (HOT_EMITS + STAR) as u64);
        // The first unit is within one step of everyone.
        let with_first = found.pairs.iter().filter(|pair| pair.left.index() == 0).count();
        assert_eq!(with_first, 4999);
        assert!(is_tidy(&found.pairs));
    }

    #[test]
    fn threads_do_not_change_the_pairs() {
        let recipe = crate::candidate::made::Recipe {
            seed: 3,
            clusters: 900,
            crowd: 6,
            size: 40,
            stock: 60,
            edits: 30,
        };
        let sets = make(recipe);
        let t = Ratio::parse("0.7").unwrap();
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| join(&sets, t))
        };
        assert_eq!(with(1), with(5));
    }
}
