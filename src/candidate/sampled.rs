//! Candidates for containment among long units: by samples of their shingles.
//!
//! In: of every unit the shingles that fall into one [`SHARE`]th of all numbers, and, while they are not too
//! many, the others. Out: candidates for "nearly all of this unit stands in that one".
//!
//! # The idea
//!
//! Whether a shingle is in the sample depends on the shingle alone, so two units that share
//! shingles share those of the sample. If the share `c` of a unit is in another, each of the unit's shingles is
//! missing there with a chance of at most `1 - c`: of [`asks`] of them, picked by their numbers, at least one
//! is found but for 1 time in 100,000. Those are asked that some others hold, in the order of their numbers. A unit with
//! fewer in its sample, or whose shingles only crowds hold, is *short*: it is [`Asked`] with shingles outside of the
//! sample too, of those held, or of all texts walked once more; where they do not suffice, with the rarest that crowds hold.
//!
//! Before a pair is named, the samples are compared. More missing than the whole unit may lack is a proof;
//! more than five standard errors above what the sample of such a unit may lack is as good as one.
//!
//! # Limits
//!
//! Of a crowd that holds a shingle (more than [`CROWD`] units) [`CHECKS`] are looked at, and at most [`EMITS`] become
//! candidates: one that verifies is enough. [`Found::cut`] counts where more were left and fewer found.
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
/// A unit looks at so many times the keys it asks for, to pass over those that nobody else or a crowd holds.
const LOOKED_AT: usize = 3;
/// Most members of a larger crowd that a unit is compared with.
pub const CHECKS: usize = 2048;
/// Most candidates that a unit gets out of a larger crowd.
pub const EMITS: usize = 32;
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

/// The key of a shingle: what of its number is held.
pub const fn key(shingle: u64) -> u32 {
    low(shingle)
}

/// Keys below this are in the sample.
const SAMPLED: u32 = u32::MAX / SHARE;
/// Keys below this are held, so that few short units ask for one that is not.
const HELD: u32 = u32::MAX / 2;
/// Most keys outside of the samples that are held: half a gigabyte.
const MOST_HELD: usize = 1 << 27;

/// Samples of units numbered from 0; and, while there are not too many, the keys outside of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// Each unit's sample, ascending, no repeats.
    sampled: Lists,
    /// Its keys up to the middle of all numbers that are not in the sample, in any order and with repeats.
    others: Lists,
    /// Whether there were too many of these.
    dropped: bool,
}

/// One list a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Lists {
    ends: Vec<usize>,
    keys: Vec<u32>,
}

impl Lists {
    fn at(&self, unit: usize) -> &[u32] {
        let start = unit.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(unit).and_then(|end| self.keys.get(start..*end)).unwrap_or_default()
    }

    fn append(&mut self, later: &Self) {
        let base = self.keys.len();
        self.keys.extend_from_slice(&later.keys);
        self.ends.extend(later.ends.iter().map(|end| base + end));
    }
}

impl Samples {
    /// Adds the next unit. `shingles` may be in any order and repeat themselves.
    pub fn push(&mut self, shingles: &[u64]) {
        let Self { sampled, others, dropped } = self;
        // All keys to both lists, each going on only past those that are its own: a branch on what is sampled
        // nobody could predict.
        let (start, start_of_others) = (sampled.keys.len(), others.keys.len());
        sampled.keys.resize(start + shingles.len(), 0);
        others.keys.resize(start_of_others + shingles.len(), 0);
        let (mut end, mut end_of_others) = (start, start_of_others);
        for &shingle in shingles {
            let key = key(shingle);
            if let (Some(one), Some(other)) = (sampled.keys.get_mut(end), others.keys.get_mut(end_of_others))
            {
                (*one, *other) = (key, key);
            }
            end += usize::from(key < SAMPLED);
            end_of_others += usize::from(key.wrapping_sub(SAMPLED) < HELD - SAMPLED);
        }
        sampled.keys.truncate(end);
        sampled.keys.get_mut(start..).unwrap_or_default().sort_unstable();
        let mut kept = start;
        for at in start..end {
            let key = sampled.keys.get(at).copied();
            let before = kept.checked_sub(1).and_then(|before| sampled.keys.get(before).copied());
            if (kept == start || before != key)
                && let (Some(slot), Some(key)) = (sampled.keys.get_mut(kept), key)
            {
                *slot = key;
                kept += 1;
            }
        }
        sampled.keys.truncate(kept);
        sampled.ends.push(kept);
        others.keys.truncate(if *dropped { start_of_others } else { end_of_others });
        others.ends.push(others.keys.len());
        self.bound(MOST_HELD);
    }

    /// Adds all units of `later` after these.
    pub fn append(&mut self, later: &Self) {
        self.sampled.append(&later.sampled);
        self.dropped |= later.dropped;
        if !self.dropped {
            self.others.append(&later.others);
        }
        self.bound(MOST_HELD);
    }

    fn bound(&mut self, most: usize) {
        self.dropped |= most < self.others.keys.len();
        if self.dropped {
            self.others = Lists::default();
        }
    }

    /// Gives the memory of all keys outside of the samples back, as if there were too many.
    pub fn drop_others(&mut self) {
        self.dropped = true;
        self.bound(0);
    }

    /// Every key of a unit that is held.
    pub fn keys(&self, unit: UnitId) -> impl Iterator<Item = u32> {
        self.sampled.at(unit.index()).iter().chain(self.others.at(unit.index())).copied()
    }

    /// How many units.
    pub const fn len(&self) -> usize {
        self.sampled.ends.len()
    }

    /// Whether there are no units.
    pub const fn is_empty(&self) -> bool {
        self.sampled.ends.is_empty()
    }
}

/// The units that are compared: one of each wording, numbered from 0.
#[derive(Clone, Copy, Debug)]
pub struct Units<'a> {
    /// For each the unit it is among all.
    pub units: &'a [UnitId],
    /// For each its shingles, repeats counted too.
    pub shingles: &'a [u32],
    /// For each whether it may be the one that is contained.
    pub eligible: &'a [bool],
    /// Least share of it that must be found.
    pub containment: Ratio,
}

impl Units<'_> {
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

    /// For how many shingles it asks: so many that one must be answered, where these are few.
    fn asks(&self, unit: u32) -> usize {
        let certain = usize::try_from(self.may_miss(unit)).map_or(usize::MAX, |n| n + 1);
        certain.min(asks(self.containment))
    }

    /// Whether so many keys of a unit are held as it asks for.
    pub fn is_answered(&self, samples: &Samples, unit: u32) -> bool {
        !samples.dropped && self.asks(unit) <= self.held(samples, unit).len()
    }

    /// All keys of a unit that are held, ascending, no repeats.
    fn held(&self, samples: &Samples, unit: u32) -> Vec<u32> {
        let id = self.units.get(unit as usize);
        let mut keys: Vec<u32> = id.map(|id| samples.keys(*id).collect()).unwrap_or_default();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// How many of its `sampled` keys may be missing: their share of those of the whole, and five standard errors
    /// of drawing them (hypergeometric), and one where these are too few to be normal; or all of the whole.
    fn sample_may_miss(&self, unit: u32, sampled: usize) -> u64 {
        let (whole, size, sampled) = (self.may_miss(unit), self.size(unit).max(1), sampled as u64);
        let expected = whole * sampled / size + 1;
        let left = size - whole.min(size);
        let variance = (25 * expected * left).div_ceil(size);
        (expected + variance.isqrt() + 1).min(whole)
    }

    fn sample<'s>(&self, samples: &'s Samples, unit: u32) -> &'s [u32] {
        self.units.get(unit as usize).map_or(&[], |unit| samples.sampled.at(unit.index()))
    }
}

/// How the questions of one unit were answered so far.
#[derive(Clone, Copy, Debug, Default)]
struct Answers {
    /// Keys that some others hold.
    by_some: usize,
    /// Keys that a crowd holds.
    by_crowds: usize,
}

/// Finds candidates by samples; and, ascending, the eligible units that are short: whose samples are too small for
/// it, or whose questions none but crowds would answer.
///
/// Cost: two visits to every key, a sort of those asked for and answered, and some 50 ns a pair that is looked at.
pub fn candidates(samples: &Samples, units: &Units<'_>) -> (Found, Vec<u32>) {
    let wanted = asks(units.containment);
    let looked_at = LOOKED_AT * wanted;
    let all = || 0..packed_id(units.units.len());
    let may_ask =
        |unit: u32| units.is_eligible(unit) && units.asks(unit) <= units.sample(samples, unit).len();
    let mut asking: Vec<Option<Answers>> = all().map(|unit| may_ask(unit).then(Answers::default)).collect();
    let mut entries = answered(samples, units, &asking, looked_at);
    entries.par_sort_unstable();
    // Who asks in the high half, who answers in the low one.
    let mut met: Vec<u64> = Vec::new();
    // Buckets come in the order of their keys, so every unit's keys come in their order.
    for bucket in entries.chunk_by(|&a, &b| high(a) == high(b)).filter(|bucket| 1 < bucket.len()) {
        let key = bucket.first().map_or(0, |&entry| high(entry));
        for small in bucket.iter().map(|&entry| low(entry)) {
            let Some(Some(answers)) = asking.get_mut(small as usize) else { continue };
            let looked_at = units.sample(samples, small).iter().take(looked_at);
            if looked_at.last().is_none_or(|&last| last < key) {
                continue;
            }
            if CROWD < bucket.len() {
                answers.by_crowds += 1;
                continue;
            }
            answers.by_some += 1;
            if answers.by_some <= wanted {
                let others = bucket.iter().map(|&entry| low(entry)).filter(|&other| other != small);
                met.extend(others.map(|large| u64::from(small) << 32 | u64::from(large)));
            }
        }
    }
    met.par_sort_unstable();
    met.dedup();
    let fitting = met.into_par_iter().filter(|&pair| may_stand(samples, units, high(pair), low(pair)));
    let packed = fitting.map(|pair| pack(high(pair), low(pair))).collect();
    let is_short = |unit: u32| match asking.get(unit as usize) {
        Some(Some(answers)) => {
            let looked_at = units.sample(samples, unit).len().min(looked_at);
            let Answers { by_some, by_crowds } = *answers;
            by_some < wanted && 0 < by_crowds && is_shared(by_some + by_crowds, looked_at)
        }
        _ => units.is_eligible(unit),
    };
    (settle(packed, 0), all().filter(|&unit| is_short(unit)).collect())
}

/// Whether a unit may be contained of which so many of some keys are held by others. One that is contained shares
/// nearly all; of eight keys or more it shares half but for 1 time in 2,000, of fifteen for 1 in 30,000, at
/// a containment of 0.9.
const fn is_shared(shared: usize, keys: usize) -> bool {
    keys < 8 || keys <= 2 * shared
}

/// Whether one unit may hold another, by their samples.
fn may_stand(samples: &Samples, units: &Units<'_>, small: u32, large: u32) -> bool {
    let (sample, other) = (units.sample(samples, small), units.sample(samples, large));
    missing(sample, other) <= units.sample_may_miss(small, sample.len())
}

impl Heap {
    /// Pairs a unit with those of a crowd that may hold it.
    fn ask(
        &mut self,
        small: u32,
        crowd: impl Iterator<Item = u32>,
        units: &Units<'_>,
        may_stand: impl Fn(u32) -> bool,
    ) {
        let least = units.size(small) - units.may_miss(small);
        let mut others = crowd.filter(|&other| other != small && least <= units.size(other));
        let fitting = others.by_ref().take(CHECKS).filter(|&large| may_stand(large)).take(EMITS);
        let before = self.packed.len();
        self.packed.extend(fitting.map(|large| pack(small, large)));
        // One that holds it is enough, and of so many that look as if they did one will.
        let is_enough = self.packed.len() == before + EMITS;
        self.cut += u64::from(!is_enough && others.next().is_some());
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

/// Lists `key << 32 | unit` for all keys that are among the `first` of a unit that asks and are held by two units, and
/// a few others.
fn answered(samples: &Samples, units: &Units<'_>, asks: &[Option<Answers>], first: usize) -> Vec<u64> {
    let asking = || (0..).zip(asks).filter(|(_, asks)| asks.is_some()).map(|(unit, _)| unit);
    let keys = |unit: u32| units.sample(samples, unit).iter().take(first);
    let n_asked = asking().map(|unit| keys(unit).len()).sum();
    let mut asked = Filter::of(n_asked);
    asking().flat_map(keys).for_each(|&key| {
        asked.put(key);
    });
    let all = || 0..packed_id(units.units.len());
    let (mut once, mut again) = (Filter::of(n_asked), Filter::of(n_asked));
    for unit in all() {
        for &key in units.sample(samples, unit) {
            if asked.holds(key) && once.put(key) {
                again.put(key);
            }
        }
    }
    let mut entries = Vec::new();
    for unit in all() {
        let held = units.sample(samples, unit).iter().filter(|&&key| again.holds(key));
        entries.extend(held.map(|&key| u64::from(key) << 32 | u64::from(unit)));
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

/// What short units ask for; answered from the keys of all.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `unit << 32 | key`, ascending.
    asked: Vec<u64>,
    filter: Filter,
}

impl Asked {
    /// Takes each short unit's keys, in any order and with repeats.
    pub fn new(short: impl IntoIterator<Item = (u32, impl Iterator<Item = u32>)>) -> Self {
        let mut asked = Vec::new();
        for (unit, keys) in short {
            let mut keys: Vec<u32> = keys.collect();
            keys.sort_unstable();
            keys.dedup();
            asked.extend(keys.into_iter().map(|key| u64::from(unit) << 32 | u64::from(key)));
        }
        asked.sort_unstable();
        let mut filter = Filter::of(2 * asked.len());
        for &entry in &asked {
            filter.put(low(entry));
        }
        Self { asked, filter }
    }

    /// Adds what a unit can answer: `key << 32 | unit`.
    pub fn answers(&self, unit: u32, keys: impl Iterator<Item = u32>, out: &mut Vec<u64>) {
        let held = keys.filter(|&key| self.filter.holds(key));
        out.extend(held.map(|key| u64::from(key) << 32 | u64::from(unit)));
    }

    /// Joins questions and answers.
    pub fn candidates(&self, mut answers: Vec<u64>, samples: &Samples, units: &Units<'_>) -> Found {
        answers.par_sort_unstable();
        answers.dedup();
        let mut questions: Vec<u64> = self.asked.iter().map(|entry| entry.rotate_left(32)).collect();
        questions.par_sort_unstable();
        // Who asked and got so many answers, from where in the list on; both lists are in the order of keys.
        let mut answered: Vec<(u32, usize, usize)> = Vec::new();
        let (mut next, mut from) = (0, 0);
        for bucket in answers.chunk_by(|&a, &b| high(a) == high(b)) {
            let key = bucket.first().map_or(0, |&entry| high(entry));
            while let Some(&question) = questions.get(next).filter(|&&question| high(question) <= key) {
                if high(question) == key && 1 < bucket.len() {
                    answered.push((low(question), from, bucket.len()));
                }
                next += 1;
            }
            from += bucket.len();
        }
        answered.par_sort_unstable();
        let mut found = Heap::default();
        let mut asked = self.asked.chunk_by(|&a, &b| high(a) == high(b));
        for answered in answered.chunk_by(|a, b| a.0 == b.0) {
            let small = answered.first().map_or(0, |&(small, ..)| small);
            let asked = asked.find(|asked| asked.first().is_some_and(|&entry| high(entry) == small));
            let bucket = |&(_, from, length): &(u32, usize, usize)| answers.get(from..from + length);
            let buckets: Vec<&[u64]> = answered.iter().filter_map(bucket).collect();
            let Some(asked) = asked else { continue };
            if !is_shared(buckets.len(), asked.len()) {
                continue;
            }
            let (mut crowds, mut some): (Vec<&[u64]>, Vec<&[u64]>) =
                buckets.into_iter().partition(|bucket| CROWD < bucket.len());
            some.truncate(units.asks(small));
            crowds.sort_by_key(|crowd| crowd.len());
            crowds.truncate(units.asks(small) - some.len());
            // A small sample says little, so all that is held is compared.
            let is_small =
                !samples.dropped && units.sample(samples, small).len() < 2 * asks(units.containment);
            let held = if is_small { units.held(samples, small) } else { Vec::new() };
            let fits = |large: u32| {
                may_stand(samples, units, small, large)
                    && (!is_small || missing(&held, &units.held(samples, large)) <= units.may_miss(small))
            };
            for bucket in some.into_iter().chain(crowds) {
                found.ask(small, bucket.iter().map(|&entry| low(entry)), units, fits);
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
        let ids: Vec<UnitId> = (0..packed_id(sets.len())).map(UnitId::from_packed).collect();
        let units = Units { units: &ids, shingles: &shingles, eligible, containment };
        let (found, short) = candidates(&samples, &units);
        let keys = |unit: u32| sets.at(unit as usize).iter().map(|&shingle| key(shingle));
        let asked = Asked::new(short.iter().map(|&unit| (unit, keys(unit))));
        let mut answers = Vec::new();
        for unit in 0..packed_id(sets.len()) {
            asked.answers(unit, keys(unit), &mut answers);
        }
        (found, asked.candidates(answers, &samples, &units))
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
        fn every_key_is_in_one_list(
            shingles in prop::collection::vec((0_u64..8, 0_u64..4).prop_map(|(top, n)| top << 29 | n), 0..20), dropped in any::<bool>(),
        ) {
            let mut samples = Samples::default();
            if dropped {
                samples.push(&[u64::MAX; 3]);
                samples.drop_others();
            } else {
                samples.push(&[1, 2]);
            }
            let mut later = Samples::default();
            later.push(&shingles);
            samples.append(&later);
            let is_sampled = |key: &u32| *key < SAMPLED;
            let held = shingles.iter().map(|&s| key(s)).filter(|&key| key < HELD);
            let (mut sampled, mut others): (Vec<u32>, Vec<u32>) = held.partition(is_sampled);
            sampled.sort_unstable();
            sampled.dedup();
            prop_assert_eq!(samples.sampled.at(1), &sampled[..]);
            let distinct: std::collections::BTreeSet<u32> = sampled.iter().chain(&others).copied().collect();
            let (ids, sizes) = ([UnitId::from_packed(1)], [100]);
            let containment = Ratio::parse("0.9").unwrap();
            let units = Units { units: &ids, shingles: &sizes, eligible: &[true], containment };
            prop_assert_eq!(units.is_answered(&samples, 0), !dropped && 5 <= distinct.len());
            if dropped {
                others.clear();
            }
            prop_assert_eq!(samples.keys(UnitId::from_packed(1)).collect::<Vec<_>>(), [sampled, others].concat());
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
        let (_, found) = both(&sets, &vec![true; n], c);
        assert!(found.pairs.len() <= n * asks(c) * EMITS);
        let paired: std::collections::BTreeSet<_> =
            found.pairs.iter().flat_map(|p| [p.left, p.right]).collect();
        // Nobody is left out who has no more than a tenth of their own.
        assert!(
            (0..n)
                .filter(|unit| unit % 50 < 20)
                .all(|unit| paired.contains(&UnitId::from_packed(packed_id(unit))))
        );
    }
}
