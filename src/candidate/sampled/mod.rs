//! Candidates for containment among long units: by samples of their shingles.
//!
//! In: of every unit the shingles that fall into one [`SHARE`]th of all numbers, and those up to half of them. Out: candidates for "nearly all of this unit stands in that one".
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

mod asked;
mod filter;
pub(crate) mod one;
mod samples;
#[cfg(test)]
mod tests;

use super::{Found, Heap, high, low, pack, packed_id, settle};
use std::ops::Range;

use crate::{
    error::Error,
    id::UnitId,
    settings::Ratio,
    spill::{Sorter, Space},
};
use filter::Filter;
use rayon::prelude::*;

pub use asked::Asked;
pub use samples::{ListParts, Reader, Samples};

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
/// Bytes of memory for a pair that is looked at, beside both samples.
const PAIR_BYTES: usize = 128;
/// Pairs that are looked at at a time, at least and at most.
const AT_A_TIME: (usize, usize) = (1 << 12, 1 << 20);
/// Bytes of memory for each key that may be asked for: its bits in three filters, twice, and what answers it.
const KEY_BYTES: usize = 10;
/// No part of the keys is made smaller than what has room here.
const LEAST_PART: usize = 1 << 12;
/// How often a contained unit may be missed, for one whose similarity is just the threshold.
const MISSES: f64 = 1e-5;

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
    pub fn is_answered(&self, reader: &mut Reader<'_>, unit: u32) -> bool {
        self.asks(unit) <= self.held(reader, unit).len()
    }

    /// The keys of its sample that a unit may ask for; none where it may not be contained, or the sample is too small.
    fn asked_of_sample<'r>(&self, reader: &'r mut Reader<'_>, unit: u32) -> &'r [u32] {
        let sample = self.sample(reader, unit);
        if !self.is_eligible(unit) || sample.len() < self.asks(unit) {
            return &[];
        }
        sample.get(..(LOOKED_AT * asks(self.containment)).min(sample.len())).unwrap_or_default()
    }

    /// All keys of a unit that are held, ascending, no repeats.
    fn held(&self, reader: &mut Reader<'_>, unit: u32) -> Vec<u32> {
        let id = self.units.get(unit as usize);
        let mut keys: Vec<u32> = id.map(|id| reader.keys(*id).collect()).unwrap_or_default();
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

    fn sample<'r>(&self, reader: &'r mut Reader<'_>, unit: u32) -> &'r [u32] {
        self.units.get(unit as usize).map_or(&[], |unit| reader.sample(*unit))
    }
}

/// The questions of one unit, and how they were answered so far. Of no more than [`LOOKED_AT`] times [`asks`] keys, 192 at most.
#[derive(Clone, Copy, Debug, Default)]
struct Asking {
    /// The largest key it may ask for.
    last: u32,
    /// How many keys it may ask for; 0 for one that does not ask.
    keys: u8,
    /// Keys that some others hold.
    by_some: u8,
    /// Keys that a crowd holds.
    by_crowds: u8,
}

/// Finds candidates by samples; and, ascending, the eligible units that are short: whose samples are too small for
/// it, or whose questions none but crowds would answer.
///
/// Cost: two visits to every key, a sort of those asked for and answered, and some 50 ns a pair that is looked at; the visits again
/// for each part of the keys that has room in `memory` bytes. What goes wrong in `space` is [blamed](Space::blame).
pub fn candidates(samples: &Samples, units: &Units<'_>, space: &Space, memory: usize) -> (Found, Vec<u32>) {
    let wanted = asks(units.containment);
    let mut reader = samples.reader();
    let mut question = |unit: u32| {
        let keys = units.asked_of_sample(&mut reader, unit);
        keys.last().map_or_else(Asking::default, |&last| Asking {
            last,
            keys: u8::try_from(keys.len()).unwrap_or(u8::MAX),
            ..Asking::default()
        })
    };
    let mut asking: Vec<Asking> = (0..packed_id(units.units.len())).map(&mut question).collect();
    // Who asks in the high half, who answers in the low one.
    let mut met: Sorter<u64> = Sorter::new(space, memory);
    // Buckets come in the order of their keys, so every unit's keys come in their order.
    for part in parts(&asking, memory) {
        let mut entries = answered(samples, units, &asking, &part);
        entries.par_sort_unstable();
        for bucket in entries.chunk_by(|&a, &b| high(a) == high(b)).filter(|bucket| 1 < bucket.len()) {
            let key = bucket.first().map_or(0, |&entry| high(entry));
            for small in bucket.iter().map(|&entry| low(entry)) {
                let Some(answers) = asking.get_mut(small as usize) else { continue };
                if answers.keys == 0 || answers.last < key {
                    continue;
                }
                if CROWD < bucket.len() {
                    answers.by_crowds += 1;
                    continue;
                }
                answers.by_some += 1;
                if usize::from(answers.by_some) <= wanted {
                    let others = bucket.iter().map(|&entry| low(entry)).filter(|&other| other != small);
                    let pairs = others.map(|large| u64::from(small) << 32 | u64::from(large));
                    met.extend(pairs).unwrap_or_else(|error| space.blame(error));
                }
            }
        }
    }
    let packed = each_fitting(met, memory / (PAIR_BYTES + 8 * samples.mean().0), |pairs| {
        fitting(pairs, samples, units)
    })
    .unwrap_or_else(|error| {
        space.blame(error);
        Vec::new()
    });
    let is_short = |&(unit, answers): &(u32, &Asking)| match *answers {
        Asking { keys: 0, .. } => units.is_eligible(unit),
        Asking { keys, by_some, by_crowds, .. } => {
            let (by_some, by_crowds) = (usize::from(by_some), usize::from(by_crowds));
            by_some < wanted && 0 < by_crowds && is_shared(by_some + by_crowds, usize::from(keys))
        }
    };
    let short = (0..).zip(&asking).filter(is_short).map(|(unit, _)| unit);
    (settle(packed, 0), short.collect())
}

/// Whether a unit may be contained of which so many of some keys are held by others. One that is contained shares
/// nearly all; of eight keys or more it shares half but for 1 time in 2,000, of fifteen for 1 in 30,000, at
/// a containment of 0.9.
const fn is_shared(shared: usize, keys: usize) -> bool {
    keys < 8 || keys <= 2 * shared
}

/// Cuts all keys into parts whose filters and answers have room.
fn parts(asking: &[Asking], memory: usize) -> impl Iterator<Item = Range<u32>> + use<> {
    let keys: usize = asking.iter().map(|asking| usize::from(asking.keys)).sum();
    let last = asking.iter().map(|asking| asking.last).max().unwrap_or(0);
    let n = packed_id((keys * KEY_BYTES).div_ceil(memory.max(LEAST_PART))).max(1);
    let step = (last / n).saturating_add(1);
    (0..n).map(move |part| {
        part.saturating_mul(step)..(part + 1).saturating_mul(step).min(last.saturating_add(1))
    })
}

/// The pairs that fit of all that met, each once and so many at a time.
fn each_fitting(
    met: Sorter<u64>,
    at_a_time: usize,
    fitting: impl Fn(&[u64]) -> Vec<u64>,
) -> Result<Vec<u64>, Error> {
    let at_a_time = at_a_time.clamp(AT_A_TIME.0, AT_A_TIME.1);
    let mut packed = Vec::new();
    let mut some: Vec<u64> = Vec::new();
    for pair in met.sorted()? {
        let pair = pair?;
        if some.last() == Some(&pair) {
            continue;
        }
        if at_a_time <= some.len() {
            packed.extend(fitting(&some));
            some.clear();
        }
        some.push(pair);
    }
    packed.extend(fitting(&some));
    Ok(packed)
}

/// Of pairs, the smaller one in the high half, those of which one unit may hold the other by their samples. Samples that lie in a
/// file are brought back in their order first: one by one, each would cost a read.
fn fitting(met: &[u64], samples: &Samples, units: &Units<'_>) -> Vec<u64> {
    let unit = |n: u32| units.units.get(n as usize).copied();
    let mut others: Vec<UnitId> = Vec::new();
    if samples.is_filed() {
        others = met.par_iter().filter_map(|&pair| unit(low(pair))).collect();
        others.par_sort_unstable();
        others.dedup();
    }
    let others = samples.gather(others);
    let fits = |readers: &mut (Reader<'_>, Reader<'_>), &pair: &u64| {
        let (small, large) = (high(pair), low(pair));
        let sample = units.sample(&mut readers.0, small);
        let other = unit(large).and_then(|unit| others.sample(unit));
        let other = other.unwrap_or_else(|| units.sample(&mut readers.1, large));
        (missing(sample, other) <= units.sample_may_miss(small, sample.len())).then(|| pack(small, large))
    };
    let readers = || (samples.reader(), samples.reader());
    met.par_iter().map_init(readers, fits).flatten_iter().collect()
}

/// Whether one unit may hold another, by their samples.
fn may_stand(readers: &mut (Reader<'_>, Reader<'_>), units: &Units<'_>, small: u32, large: u32) -> bool {
    let (sample, other) = (units.sample(&mut readers.0, small), units.sample(&mut readers.1, large));
    missing(sample, other) <= units.sample_may_miss(small, sample.len())
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

/// Lists `key << 32 | unit` for all keys of a part that a unit may ask for and that are held by two units, and a few others.
fn answered(samples: &Samples, units: &Units<'_>, asking: &[Asking], part: &Range<u32>) -> Vec<u64> {
    /// Of ascending keys those of the part.
    fn of<'k>(keys: &'k [u32], part: &Range<u32>) -> &'k [u32] {
        let place = |key: u32| keys.partition_point(|&other| other < key);
        keys.get(place(part.start)..place(part.end)).unwrap_or_default()
    }
    let mut reader = samples.reader();
    let mut asked_of = |unit: u32, keys: u8, each: &mut dyn FnMut(u32)| {
        let sample = units.sample(&mut reader, unit);
        let keys = sample.get(..usize::from(keys).min(sample.len())).unwrap_or_default();
        of(keys, part).iter().copied().for_each(each);
    };
    let asking =
        || (0..).zip(asking).filter(|(_, asking)| asking.keys != 0).map(|(unit, asking)| (unit, asking.keys));
    let mut n_asked = 0;
    asking().for_each(|(unit, keys)| asked_of(unit, keys, &mut |_| n_asked += 1));
    let mut asked = Filter::of(n_asked);
    asking().for_each(|(unit, keys)| {
        asked_of(unit, keys, &mut |key| {
            asked.put(key);
        });
    });
    let all = || 0..packed_id(units.units.len());
    let (mut once, mut again) = (Filter::of(n_asked), Filter::of(n_asked));
    let mut reader = samples.reader();
    for unit in all() {
        for &key in of(units.sample(&mut reader, unit), part) {
            if asked.holds(key) && once.put(key) {
                again.put(key);
            }
        }
    }
    drop((asked, once));
    let mut entries = Vec::new();
    for unit in all() {
        let held = of(units.sample(&mut reader, unit), part).iter().filter(|&&key| again.holds(key));
        entries.extend(held.map(|&key| u64::from(key) << 32 | u64::from(unit)));
    }
    entries
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
