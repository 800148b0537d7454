//! Locality-sensitive hashing: units that agree in one whole band of their signatures are candidates.
//!
//! In: signatures, cut into bands as [`Bands`] says; only one 32-bit key a band is kept, 128 bytes a
//! unit at 32 bands. Out: candidates. A pair of Jaccard similarity `s` is among them with chance
//! `1 - (1 - s^rows)^bands`.
//!
//! # The idea
//!
//! One band after the other: units whose key stands alone in the band are dropped by two bits for
//! each possible key; the rest are sorted by key, and equal keys make a bucket.
//!
//! # Limits
//!
//! A bucket of at most [`ALL_PAIRS`] units makes all its pairs. In a larger one every unit is paired
//! with the first; and, for the first [`HOT_BANDS`] such buckets it lies in, with the [`WINDOW`]
//! units before it and with [`SPREAD`] units spread evenly over the bucket. So a unit adds at most
//! `bands x ALL_PAIRS + HOT_BANDS x (SPREAD + WINDOW)` pairs, whatever the corpus, and a bucket is
//! never cut into parts. [`Found::cut`] counts the members of larger buckets. (Ordering a bucket by
//! the keys of other bands, so that similar units become neighbours, found no more on news.)
//!
//! Keys of 32 bits meet by chance: 116 needless pairs a band for a million units.
//!
//! # Source
//!
//! P. Indyk, R. Motwani, *Approximate nearest neighbors*, STOC 1998; J. Leskovec, A. Rajaraman,
//! J. Ullman, *Mining of Massive Datasets*, section 3.4.

use std::borrow::Cow;

use super::{Found, high, low, pack, packed_id, settle};
use crate::{
    error::Error,
    hash,
    id::UnitId,
    settings::Bands,
    spill::{Column, Space},
};
use rayon::prelude::*;

/// Largest bucket of which all pairs are made.
pub const ALL_PAIRS: usize = 32;
/// Units of a larger bucket that all others are paired with.
pub const SPREAD: usize = 16;
/// Neighbours that a unit of a larger bucket is paired with.
pub const WINDOW: usize = 16;
/// In how many larger buckets a unit is paired with more than the first.
pub const HOT_BANDS: u8 = 4;
/// Bands that are looked at at a time, at most.
const AT_A_TIME: usize = 8;
/// Bytes of memory that one unit takes in a band that is looked at: its key, four bytes of bits and half an entry.
const UNIT_BYTES: usize = 12;
/// Bits for each unit in the table that drops lone keys.
const BITS_PER_UNIT: usize = 8;

/// Hashes each band of a signature to one key and adds `cut.bands` keys to `out`.
///
/// A key depends on the numbers of its band, their order, and the band's number; it is part of the
/// archive's format. Bands past the end of a too short signature are hashed as empty.
pub fn band_keys(signature: &[u32], cut: Bands, out: &mut Vec<u32>) {
    out.extend(keys(signature, cut));
}

fn keys(signature: &[u32], cut: Bands) -> impl Iterator<Item = u32> + '_ {
    let rows = cut.rows.max(1) as usize;
    (0..cut.bands).map(move |band| {
        let lanes = signature.iter().skip(band as usize * rows).take(rows);
        let state = lanes.fold(u64::from(band) + 1, |state, &lane| hash::push(state, u64::from(lane)));
        high(hash::mix(state))
    })
}

/// The keys of many units, numbered as they are added, band by band; in files where they take too much.
#[derive(Debug)]
pub struct BandKeys {
    cut: Bands,
    units: usize,
    /// One list a band, one key a unit in each.
    bands: Vec<Column<u32>>,
}

impl BandKeys {
    /// No units, with room for so many.
    pub fn with_capacity(cut: Bands, units: usize) -> Self {
        let mut bands: Vec<Column<u32>> = (0..cut.bands).map(|_| Column::default()).collect();
        bands.iter_mut().for_each(|band| band.reserve(units));
        Self { cut, units: 0, bands }
    }

    /// Adds one unit. One with an empty signature agrees with all others of its kind: leave it out before.
    pub fn push(&mut self, signature: &[u32]) {
        self.units += 1;
        for (band, key) in self.bands.iter_mut().zip(keys(signature, self.cut)) {
            band.push(key);
        }
    }

    /// Adds all units of `later`, which must be cut alike and lie in memory, after these.
    pub fn append(&mut self, later: &Self) {
        debug_assert_eq!(self.cut, later.cut, "keys of different cuts never meet");
        self.units += later.units;
        for (band, more) in self.bands.iter_mut().zip(&later.bands) {
            band.extend(&more.load());
        }
    }

    /// The keys band by band.
    pub fn parts(&self) -> impl Iterator<Item = Cow<'_, [u32]>> {
        self.bands.iter().map(Column::load)
    }

    /// Takes back [`parts`](Self::parts).
    pub fn of_parts(cut: Bands, bands: Vec<Vec<u32>>) -> Self {
        let units = bands.first().map_or(0, Vec::len);
        Self { cut, units, bands: bands.into_iter().map(Column::from).collect() }
    }

    /// Bytes of memory.
    pub fn bytes(&self) -> usize {
        self.bands.iter().map(Column::bytes).sum()
    }

    /// Leaves memory.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where the files cannot be written.
    pub fn spill(&mut self, space: &Space) -> Result<(), Error> {
        self.bands.iter_mut().try_for_each(|band| band.spill(space))
    }

    /// Must be called when all units are there, before any pair is looked for.
    ///
    /// # Errors
    ///
    /// As [`spill`](Self::spill).
    pub fn finish(&mut self) -> Result<(), Error> {
        self.bands.iter_mut().try_for_each(Column::finish)
    }

    /// How the signatures were cut.
    pub const fn cut(&self) -> Bands {
        self.cut
    }

    /// How many units.
    pub const fn len(&self) -> usize {
        self.units
    }

    /// Whether there are no units.
    pub const fn is_empty(&self) -> bool {
        self.units == 0
    }
}

/// Finds the pairs of units that agree in a band.
///
/// Cost: a visit to every key and a sort of those that are not alone. Memory: some 12 bytes a unit
/// in 8 bands at a time, or in fewer where that is more than `memory`, and 8 bytes a pair.
pub fn pairs(keys: &BandKeys, memory: usize) -> Found {
    of_bands(&keys.bands, keys.len(), memory, |band| band.load())
}

/// The same among some units, which are numbered anew in that order.
pub fn pairs_among(keys: &BandKeys, units: &[UnitId], memory: usize) -> Found {
    of_bands(&keys.bands, units.len(), memory, |band| {
        let keys = band.load();
        let pick = |unit: &UnitId| keys.get(unit.index()).copied().unwrap_or_default();
        Cow::Owned(units.iter().map(pick).collect())
    })
}

fn of_bands<'k>(
    bands: &'k [Column<u32>],
    units: usize,
    memory: usize,
    load: impl Fn(&'k Column<u32>) -> Cow<'k, [u32]> + Sync,
) -> Found {
    let mut all: Vec<u64> = Vec::new();
    let mut cut = 0;
    let mut hot_bands = vec![0_u8; units];
    let at_a_time = (memory / (units * UNIT_BYTES).max(1)).clamp(1, AT_A_TIME);
    for group in bands.chunks(at_a_time) {
        let buckets: Vec<Buckets> = group.par_iter().map(|band| Buckets::of(&load(band))).collect();
        let mut pairs: Vec<u64> = Vec::with_capacity(buckets.iter().map(|found| found.pairs.len()).sum());
        for found in &buckets {
            pairs.extend_from_slice(&found.pairs);
            for hot in &found.hot {
                cut += hot.len() as u64;
                thin(hot, &mut hot_bands, &mut pairs);
            }
        }
        drop(buckets);
        pairs.par_sort_unstable();
        pairs.dedup();
        all.extend_from_slice(&pairs);
        if all.capacity() * size_of::<u64>() > memory {
            all.par_sort_unstable();
            all.dedup();
        }
    }
    settle(all, cut)
}

/// What one band gives; units are named by their position in the store.
#[derive(Default)]
struct Buckets {
    /// All pairs of small buckets.
    pairs: Vec<u64>,
    /// The large buckets, each ascending.
    hot: Vec<Vec<u32>>,
}

impl Buckets {
    fn of(keys: &[u32]) -> Self {
        let mut entries = shared(keys);
        entries.sort_unstable();
        let mut found = Self::default();
        for bucket in entries.chunk_by(|&a, &b| high(a) == high(b)) {
            if ALL_PAIRS < bucket.len() {
                found.hot.push(bucket.iter().copied().map(low).collect());
                continue;
            }
            for (n, &right) in bucket.iter().enumerate() {
                found.pairs.extend(bucket.iter().take(n).map(|&left| pack(low(left), low(right))));
            }
        }
        found
    }
}

/// Lists `key << 32 | position` for all keys that occur twice, and a few that do not.
fn shared(keys: &[u32]) -> Vec<u64> {
    let bits = (keys.len() * BITS_PER_UNIT).next_power_of_two().clamp(64, 1 << 28);
    let shift = 32 - bits.trailing_zeros();
    let mut once = vec![0_u64; bits / 64];
    let mut again = vec![0_u64; bits / 64];
    let place = |key: u32| ((key >> shift) as usize / 64, 1_u64 << ((key >> shift) % 64));
    for &key in keys {
        let (word, bit) = place(key);
        if let (Some(once), Some(again)) = (once.get_mut(word), again.get_mut(word)) {
            *again |= *once & bit;
            *once |= bit;
        }
    }
    let is_shared = |key: u32| {
        let (word, bit) = place(key);
        again.get(word).is_some_and(|again| again & bit != 0)
    };
    let numbered = keys.iter().enumerate().filter(|&(_, &key)| is_shared(key));
    numbered.map(|(n, &key)| u64::from(key) << 32 | u64::from(packed_id(n))).collect()
}

/// Pairs the members of a large bucket with a bounded number of others each.
pub(crate) fn thin(members: &[u32], hot_bands: &mut [u8], pairs: &mut Vec<u64>) {
    let Some(&first) = members.first() else { return };
    pairs.extend(members.iter().skip(1).map(|&member| pack(first, member)));
    let spread = || (1..SPREAD).filter_map(|n| members.get(n * members.len() / SPREAD));
    for (n, &member) in members.iter().enumerate() {
        match hot_bands.get_mut(member as usize) {
            Some(used) if *used < HOT_BANDS => *used += 1,
            _ => continue,
        }
        let before = members.get(n.saturating_sub(WINDOW)..n).unwrap_or(&[]);
        let others = before.iter().chain(spread()).filter(|&&other| other != member);
        pairs.extend(others.map(|&other| pack(member, other)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{
        Candidate,
        made::{Numbers, is_tidy, pair},
    };
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const CUT: Bands = Bands { bands: 32, rows: 4 };

    fn store(cut: Bands, signatures: &[Vec<u32>]) -> BandKeys {
        let mut keys = BandKeys::with_capacity(cut, signatures.len());
        for signature in signatures {
            keys.push(signature);
        }
        keys
    }

    /// A signature of so many random lanes.
    fn random(lanes: usize, numbers: &mut Numbers) -> Vec<u32> {
        (0..lanes).map(|_| high(numbers.next())).collect()
    }

    /// The same with each lane redrawn with chance `1 - millionths / 10^6`: what MinHash does to
    /// sets of that similarity.
    fn similar(to: &[u32], millionths: u64, numbers: &mut Numbers) -> Vec<u32> {
        to.iter()
            .map(|&lane| if numbers.below(1_000_000) < millionths { lane } else { high(numbers.next()) })
            .collect()
    }

    proptest! {
        #[test]
        fn pairs_are_those_that_agree_in_a_band(
            signatures in prop::collection::vec(prop::collection::vec(0_u32..3, 6), 0..30),
        ) {
            let cut = Bands { bands: 3, rows: 2 };
            let found = pairs(&store(cut, &signatures), usize::MAX);
            let mut truth = BTreeSet::new();
            for (right, b) in signatures.iter().enumerate() {
                for (left, a) in signatures.iter().enumerate().take(right) {
                    if a.chunks(2).zip(b.chunks(2)).any(|(x, y)| x == y) {
                        truth.insert(pair(left, right));
                    }
                }
            }
            prop_assert_eq!(found.cut, 0);
            prop_assert!(is_tidy(&found.pairs));
            prop_assert_eq!(found.pairs, truth.into_iter().collect::<Vec<_>>());
        }

        #[test]
        fn keys_tell_bands_and_order_apart(a in any::<u32>(), b in any::<u32>()) {
            prop_assume!(a != b);
            let mut keys = Vec::new();
            band_keys(&[a, b, b, a, a, b], Bands { bands: 3, rows: 2 }, &mut keys);
            let distinct: BTreeSet<_> = keys.iter().collect();
            prop_assert_eq!(distinct.len(), 3);
        }
    }

    #[test]
    fn keys_are_part_of_the_format() {
        let mut keys = Vec::new();
        band_keys(&[1, 2, 3, 4, 5, 6, 7, 8], Bands { bands: 2, rows: 4 }, &mut keys);
        assert_eq!(keys, GOLDEN);
    }

    /// Computed apart from this code, from the definitions in `hash`.
    const GOLDEN: [u32; 2] = [2_783_739_934, 2_735_317_492];

    #[test]
    fn recall_is_what_bands_and_rows_promise() {
        let mut numbers = Numbers(7);
        for millionths in [500_000, 600_000, 700_000, 800_000] {
            let n = 5000;
            let mut signatures = Vec::new();
            for _ in 0..n {
                let first = random(128, &mut numbers);
                signatures.push(similar(&first, millionths, &mut numbers));
                signatures.push(first);
            }
            let found = pairs(&store(CUT, &signatures), usize::MAX);
            let hits = (0..n).filter(|&n| found.pairs.binary_search(&pair(2 * n, 2 * n + 1)).is_ok()).count();
            let share = f64::from(packed_id(hits)) / 5000.0;
            let promised = CUT.chance(f64::from(packed_id(usize::try_from(millionths).unwrap_or(0))) / 1e6);
            // Three standard errors of 5,000 draws.
            let error = 3.0 * (promised * (1.0 - promised) / 5000.0).sqrt();
            assert!(0.999 * promised - error <= share, "{millionths}: {share} of {promised}");
            // Keys of 32 bits meet by chance a few times among the other pairs.
            assert!(found.pairs.len() - hits < 4 * 32, "{}", found.pairs.len() - hits);
        }
    }

    #[test]
    fn a_bucket_of_everyone_does_not_grow_with_the_square() {
        let n = 100_000;
        let cut = Bands { bands: 3, rows: 2 };
        let mut numbers = Numbers(9);
        // Every unit shares its first band with all others and nothing else.
        let one_band = (0..n).map(|_| {
            let mut signature = random(6, &mut numbers);
            signature.splice(0..2, [1, 2]);
            signature
        });
        let found = pairs(&store(cut, &one_band.collect::<Vec<_>>()), usize::MAX);
        assert_eq!(found.cut, n as u64);
        assert!(found.pairs.len() <= n * (1 + SPREAD + WINDOW) + 4000);
        assert!(connected(&found.pairs, n));

        // Every unit shares all bands: different texts that no sketch can tell apart.
        let n = 10_000;
        let all_bands = vec![vec![5; 6]; n];
        let found = pairs(&store(cut, &all_bands), usize::MAX);
        assert!(found.pairs.len() <= n * (1 + SPREAD + WINDOW));
        assert!(connected(&found.pairs, n));
    }

    #[test]
    fn neighbours_in_a_large_bucket_are_paired() {
        let n = 500;
        let signatures = vec![vec![5; 8]; n];
        let found = pairs(&store(Bands { bands: 2, rows: 4 }, &signatures), usize::MAX);
        for right in 0..n {
            for left in right.saturating_sub(WINDOW)..right {
                assert!(found.pairs.binary_search(&pair(left, right)).is_ok(), "{left} {right}");
            }
        }
    }

    #[test]
    fn many_large_buckets_of_one_unit_do_not_add_up() {
        let n = 4000;
        let mut numbers = Numbers(13);
        // In each of 32 bands a unit lies in another crowd of about 100.
        let crowd = |numbers: &mut Numbers| high(numbers.below(40) << 32);
        let signatures: Vec<Vec<u32>> =
            (0..n).map(|_| (0..32).map(|_| crowd(&mut numbers)).collect()).collect();
        let found = pairs(&store(Bands { bands: 32, rows: 1 }, &signatures), usize::MAX);
        assert!(n as u64 * 31 < found.cut);
        assert!(found.pairs.len() <= n * (32 + usize::from(HOT_BANDS) * (SPREAD + WINDOW)));
    }

    fn connected(pairs: &[Candidate], n: usize) -> bool {
        let to_first = pairs.iter().filter(|pair| pair.left.index() == 0).count();
        to_first == n - 1
    }
}
