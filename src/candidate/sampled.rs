//! Candidates for containment among long units: by samples of their shingles.
//!
//! In: of every unit the shingles that fall into one [`SHARE`]th of all numbers. Out: candidates
//! for "nearly all of this unit stands in that one", and the units whose samples are too small to tell.
//!
//! # The idea
//!
//! Whether a shingle is in the sample depends on the shingle alone, so two units that share
//! shingles share those of the sample. If the share `c` of a unit is in another, each of the unit's shingles is
//! missing there with a chance of at most `1 - c`: of [`asks`] of them, picked by their numbers, at least one
//! is found but for 1 time in 100,000. A unit with fewer in its sample is [`Asked`] with shingles
//! outside of it, which takes a second walk over all texts. So a long corpus costs 4 bytes for every eighth
//! word, and the second walk only where there are short texts.
//!
//! Before a pair is named, the samples are compared: more missing than the whole unit may lack is a proof.
//!
//! # Limits
//!
//! A shingle held by more than [`CROWD`] units is asked for last, and then only among the [`CHECKS`] longest
//! of them; at most [`EMITS`] become candidates. [`Found::cut`] counts where more were left.
//!
//! # Source
//!
//! A. Z. Broder, *On the resemblance and containment of documents*, SEQUENCES 1997, section 4 (sampling modulo a
//! number); the number of questions is ours.

use super::{Found, Heap, high, low, pack, packed_id, settle};
use crate::{id::UnitId, settings::Ratio};
use rayon::prelude::*;

/// One shingle in so many is in the sample.
pub const SHARE: u32 = 8;
/// The largest crowd in which everyone is compared with all others.
pub const CROWD: usize = 32;
/// Most members of a larger crowd that a unit is compared with.
pub const CHECKS: usize = 64;
/// Most candidates that a unit gets out of a larger crowd.
pub const EMITS: usize = 16;
/// Most that a unit gets for one shingle outside of the samples.
const EMITS_OF_SHORT: usize = 32;
/// How often a contained unit may be missed, for one whose similarity is just the threshold.
const MISSES: f64 = 1e-5;
/// Bits of a filter for every key.
const FILTER_BITS: usize = 16;

/// How many shingles a unit asks for, so that one is answered.
///
/// ```
/// use twicetold::{candidate::sampled::asks, settings::Ratio};
///
/// assert_eq!(asks(Ratio::parse("0.9").unwrap()), 5);
/// assert_eq!(asks(Ratio::ONE), 1);
/// ```
pub fn asks(containment: Ratio) -> usize {
    let missing = 1.0 - containment.as_f64();
    let mut chance = missing;
    let mut asks = 1;
    while MISSES < chance && asks < 64 {
        chance *= missing;
        asks += 1;
    }
    asks
}

/// The key of a shingle: numbers in the sample and outside of it.
const fn key(shingle: u64) -> u32 {
    low(shingle)
}

const fn is_sampled(shingle: u64) -> bool {
    high(shingle) < u32::MAX / SHARE
}

/// Samples of units numbered from 0: each its keys, ascending, no repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    ends: Vec<usize>,
    keys: Vec<u32>,
}

impl Samples {
    /// Adds the next unit. `shingles` may be in any order and repeat themselves.
    pub fn push(&mut self, shingles: &[u64]) {
        let start = self.keys.len();
        // Written without a branch on what is sampled, which nobody could predict.
        self.keys.resize(start + shingles.len(), 0);
        let mut held = start;
        for &shingle in shingles {
            if let Some(slot) = self.keys.get_mut(held) {
                *slot = key(shingle);
            }
            held += usize::from(is_sampled(shingle));
        }
        self.keys.truncate(held);
        let sample = self.keys.get_mut(start..).unwrap_or_default();
        sample.sort_unstable();
        let mut kept = start;
        for at in start..held {
            let key = self.keys.get(at).copied();
            if at == start || kept.checked_sub(1).and_then(|last| self.keys.get(last).copied()) != key {
                if let (Some(slot), Some(key)) = (self.keys.get_mut(kept), key) {
                    *slot = key;
                }
                kept += 1;
            }
        }
        self.keys.truncate(kept);
        self.ends.push(kept);
    }

    /// Adds all units of `later` after these.
    pub fn append(&mut self, later: &Self) {
        let base = self.keys.len();
        self.keys.extend_from_slice(&later.keys);
        self.ends.extend(later.ends.iter().map(|end| base + end));
    }

    /// Those of some units, in that order.
    pub fn only(&self, units: &[UnitId]) -> Self {
        let mut some = Self::default();
        for unit in units {
            some.keys.extend_from_slice(self.at(unit.index()));
            some.ends.push(some.keys.len());
        }
        some
    }

    /// How many units.
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no units.
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn at(&self, unit: usize) -> &[u32] {
        let start = unit.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(unit).and_then(|end| self.keys.get(start..*end)).unwrap_or_default()
    }
}

/// What is known of the units beside their samples.
#[derive(Clone, Copy, Debug)]
pub struct Sizes<'a> {
    /// For each unit its shingles, repeats counted too.
    pub shingles: &'a [u32],
    /// For each whether it may be the one that is contained.
    pub eligible: &'a [bool],
    /// Least share of it that must be found.
    pub containment: Ratio,
}

impl Sizes<'_> {
    fn is_eligible(&self, unit: u32) -> bool {
        self.eligible.get(unit as usize).copied().unwrap_or(false)
    }

    fn size(&self, unit: u32) -> u64 {
        self.shingles.get(unit as usize).map_or(0, |&n| u64::from(n))
    }

    /// How many of its distinct shingles may be missing, or more.
    fn may_miss(&self, unit: u32) -> u64 {
        let size = self.size(unit);
        size - self.containment.ceil_of(size).min(size)
    }
}

/// Finds candidates by samples; and, ascending, the eligible units whose samples are too small for it.
///
/// Cost: two bits set for each key, a sort of those that two units share, and some 50 ns a pair that is looked at.
pub fn candidates(samples: &Samples, sizes: &Sizes<'_>) -> (Found, Vec<u32>) {
    let wanted = asks(sizes.containment);
    let mut used: Vec<usize> = (0..samples.len())
        .map(|unit| {
            let sample = samples.at(unit);
            let asks = sizes.is_eligible(packed_id(unit)) && wanted <= sample.len();
            if asks { 0 } else { wanted }
        })
        .collect();
    let unresolved = (0..packed_id(samples.len()))
        .filter(|&unit| sizes.is_eligible(unit) && samples.at(unit as usize).len() < wanted)
        .collect();
    let mut entries = shared(samples);
    entries.par_sort_unstable();
    let mut found = Heap::default();
    let mut crowds = Vec::new();
    let may_stand = |small: u32, large: u32| {
        let missing = missing(samples.at(small as usize), samples.at(large as usize));
        missing <= sizes.may_miss(small)
    };
    // Buckets come in the order of their keys, so a unit's first questions are its smallest keys.
    for bucket in entries.chunk_by(|&a, &b| high(a) == high(b)).filter(|bucket| 1 < bucket.len()) {
        if CROWD < bucket.len() {
            crowds.push(bucket);
            continue;
        }
        for small in bucket.iter().map(|&entry| low(entry)) {
            if !ask(&mut used, small, wanted) {
                continue;
            }
            let others = bucket.iter().map(|&entry| low(entry)).filter(|&other| other != small);
            let pairs = others.filter(|&large| may_stand(small, large)).map(|large| pack(small, large));
            found.packed.extend(pairs);
        }
    }
    for crowd in crowds {
        let mut members: Vec<u32> = crowd.iter().map(|&entry| low(entry)).collect();
        members.sort_unstable_by_key(|&unit| (std::cmp::Reverse(sizes.size(unit)), unit));
        for &small in &members {
            if !ask(&mut used, small, wanted) {
                continue;
            }
            let others = members.iter().filter(|&&other| other != small).take(CHECKS);
            let fitting = others.filter(|&&large| may_stand(small, large)).take(EMITS);
            found.packed.extend(fitting.map(|&large| pack(small, large)));
            found.cut += u64::from(CHECKS < members.len());
        }
    }
    (settle(found.packed, found.cut), unresolved)
}

/// Whether a unit has a question left, which is then asked.
fn ask(used: &mut [usize], unit: u32, wanted: usize) -> bool {
    match used.get_mut(unit as usize) {
        Some(used) if *used < wanted => {
            *used += 1;
            true
        }
        _ => false,
    }
}

/// How many keys of one sample are not in the other.
fn missing(small: &[u32], large: &[u32]) -> u64 {
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while let (Some(&a), Some(&b)) = (small.get(i), large.get(j)) {
        i += usize::from(a <= b);
        j += usize::from(b <= a);
        shared += usize::from(a == b);
    }
    (small.len() - shared) as u64
}

/// Lists `key << 32 | unit` for all keys that two units hold, and a few others.
fn shared(samples: &Samples) -> Vec<u64> {
    let (mut once, mut again) = (Filter::of(samples.keys.len()), Filter::of(samples.keys.len()));
    for &key in &samples.keys {
        if once.put(key) {
            again.put(key);
        }
    }
    let mut entries = Vec::new();
    for unit in 0..samples.len() {
        let held = samples.at(unit).iter().filter(|&&key| again.holds(key));
        entries.extend(held.map(|&key| u64::from(key) << 32 | u64::from(packed_id(unit))));
    }
    entries
}

/// A set of keys that now and then holds one too many.
#[derive(Clone, Debug, Default)]
struct Filter {
    words: Vec<u64>,
}

impl Filter {
    /// Room for so many keys.
    fn of(keys: usize) -> Self {
        let bits = (keys * FILTER_BITS / 2).next_power_of_two().clamp(64, 1 << 32);
        Self { words: vec![0; bits / 64] }
    }

    fn place(&self, key: u32) -> (usize, u64) {
        // Keys are evenly spread over all their bits.
        ((key as usize / 64) & (self.words.len() - 1), 1 << (key % 64))
    }

    /// Puts a key in; says whether it was in before.
    fn put(&mut self, key: u32) -> bool {
        let (word, bit) = self.place(key);
        let Some(word) = self.words.get_mut(word) else { return false };
        let was = *word & bit != 0;
        *word |= bit;
        was
    }

    fn holds(&self, key: u32) -> bool {
        let (word, bit) = self.place(key);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// What short units ask for; answered by a walk over the shingles of all.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `key << 32 | unit`, ascending.
    asked: Vec<u64>,
    filter: Filter,
}

impl Asked {
    /// Takes the distinct shingles of each short unit. A unit of few shingles asks for so many that one must be
    /// answered.
    pub fn new<'s>(units: impl IntoIterator<Item = (u32, &'s [u64])>, containment: Ratio) -> Self {
        let mut asked = Vec::new();
        for (unit, set) in units {
            let n = set.len() as u64;
            let certain = usize::try_from(n - containment.ceil_of(n).min(n)).map_or(usize::MAX, |n| n + 1);
            let mut keys: Vec<u32> = set.iter().map(|&shingle| key(shingle)).collect();
            keys.sort_unstable();
            let wanted = keys.into_iter().take(certain.min(asks(containment)));
            asked.extend(wanted.map(|key| u64::from(key) << 32 | u64::from(unit)));
        }
        asked.sort_unstable();
        let mut filter = Filter::of(2 * asked.len());
        for &entry in &asked {
            filter.put(high(entry));
        }
        Self { asked, filter }
    }

    /// Adds what a unit can answer: `key << 32 | unit`.
    pub fn answers(&self, unit: u32, shingles: &[u64], out: &mut Vec<u64>) {
        let keys = shingles.iter().map(|&shingle| key(shingle)).filter(|&key| self.filter.holds(key));
        out.extend(keys.map(|key| u64::from(key) << 32 | u64::from(unit)));
    }

    /// Joins questions and answers.
    pub fn candidates(&self, mut answers: Vec<u64>, sizes: &Sizes<'_>) -> Found {
        answers.par_sort_unstable();
        answers.dedup();
        let mut found = Heap::default();
        for bucket in self.asked.chunk_by(|&a, &b| high(a) == high(b)) {
            let key = bucket.first().map_or(0, |&entry| high(entry));
            let from = answers.partition_point(|&entry| high(entry) < key);
            let rest = answers.get(from..).unwrap_or_default();
            let end = rest.partition_point(|&entry| high(entry) == key);
            let mut holders: Vec<u32> = rest.iter().take(end).map(|&entry| low(entry)).collect();
            holders.sort_unstable_by_key(|&unit| (std::cmp::Reverse(sizes.size(unit)), unit));
            for small in bucket.iter().map(|&entry| low(entry)) {
                let least = sizes.size(small) - sizes.may_miss(small);
                let mut large = holders.iter().filter(|&&other| other != small && least <= sizes.size(other));
                let named = large.clone().take(EMITS_OF_SHORT);
                found.packed.extend(named.map(|&large| pack(small, large)));
                found.cut += u64::from(large.nth(EMITS_OF_SHORT).is_some());
            }
        }
        settle(found.packed, found.cut)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::candidate::{
        Sets,
        made::{Numbers, brute_force, has_all, is_tidy, make, recipe},
    };
    use proptest::prelude::*;

    fn both(sets: &Sets, eligible: &[bool], containment: Ratio) -> (Found, Found) {
        let mut samples = Samples::default();
        for n in 0..sets.len() {
            samples.push(sets.at(n));
        }
        let shingles: Vec<u32> = (0..sets.len()).map(|n| packed_id(sets.at(n).len())).collect();
        let sizes = Sizes { shingles: &shingles, eligible, containment };
        let (found, short) = candidates(&samples, &sizes);
        let asked = Asked::new(short.iter().map(|&unit| (unit, sets.at(unit as usize))), containment);
        let mut answers = Vec::new();
        for n in 0..sets.len() {
            asked.answers(packed_id(n), sets.at(n), &mut answers);
        }
        (found, asked.candidates(answers, &sizes))
    }

    proptest! {
        #[test]
        fn no_short_unit_is_missed(recipe in recipe(), hundredths in 50_u32..=100, least in 1_u64..12) {
            let sets = make(recipe);
            let c = Ratio::parse(&format!("{hundredths}%")).unwrap();
            let eligible: Vec<bool> = (0..sets.len()).map(|n| least <= sets.at(n).len() as u64).collect();
            let (by_sample, by_walk) = both(&sets, &eligible, c);
            let truth = brute_force(&sets, |shared, a, b| least <= a.min(b) && c.met_by(shared, a.min(b)));
            prop_assert_eq!(by_sample.cut + by_walk.cut, 0);
            prop_assert!(is_tidy(&by_sample.pairs) && is_tidy(&by_walk.pairs));
            let mut all = [by_sample.pairs, by_walk.pairs].concat();
            all.sort_unstable();
            all.dedup();
            prop_assert!(has_all(&all, &truth));
        }

        #[test]
        fn samples_are_sets(shingles in prop::collection::vec((0_u64..8).prop_map(|n| n << 59 | n), 0..40)) {
            let mut samples = Samples::default();
            samples.push(&[1, 2]);
            samples.push(&shingles);
            let mut expected: Vec<u32> = shingles.iter().filter(|&&s| is_sampled(s)).map(|&s| key(s)).collect();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(samples.at(1), expected);
            let second = samples.only(&[UnitId::from_packed(1)]);
            prop_assert_eq!(second.at(0), samples.at(1));
        }
    }

    #[test]
    fn contained_units_are_missed_as_seldom_as_promised() {
        let mut numbers = Numbers(3);
        let c = Ratio::parse("0.9").unwrap();
        let mut sets = Sets::default();
        let n = 2000;
        let mut set = |mut set: Vec<u64>| {
            set.sort_unstable();
            sets.push(&set);
        };
        for _ in 0..n {
            let small: Vec<u64> = (0..200).map(|_| numbers.next()).collect();
            // Nine tenths of the small one, which is the threshold, in one of 600.
            let large = small.iter().copied().take(180).chain((0..420).map(|_| numbers.next())).collect();
            set(small);
            set(large);
        }
        let (found, short) = both(&sets, &vec![true; 2 * n], c);
        let hit = |n: usize| {
            let pair = crate::candidate::made::pair(2 * n, 2 * n + 1);
            found.pairs.binary_search(&pair).is_ok() || short.pairs.binary_search(&pair).is_ok()
        };
        assert!((0..n).all(hit));
        assert_eq!(short.pairs.len(), 0, "long units need no walk");
        assert!(found.pairs.len() < n + 20, "strangers are refused: {}", found.pairs.len());
    }

    #[test]
    fn boilerplate_does_not_grow_with_the_square() {
        let mut numbers = Numbers(5);
        let stock: Vec<u64> = (0..200).map(|_| numbers.next()).collect();
        let n = 3000;
        let mut sets = Sets::default();
        for unit in 0..n {
            let mut set = stock.clone();
            set.extend((0..unit % 50).map(|_| numbers.next()));
            set.sort_unstable();
            sets.push(&set);
        }
        let c = Ratio::parse("0.9").unwrap();
        let (found, _) = both(&sets, &vec![true; n], c);
        assert!(0 < found.cut);
        assert!(found.pairs.len() <= n * asks(c) * EMITS);
        assert!(
            (0..n).all(|unit| found.pairs.iter().any(|p| p.left.index() == unit || p.right.index() == unit))
        );
    }
}
