//! Short units: what they ask for, and who may answer.

use std::{borrow::Cow, cell::RefCell};

use super::{
    CROWD, Reader, Samples, Units, asks, each_fitting, filter::Filter, is_shared, may_stand, missing,
    samples::SAMPLED,
};
use crate::{
    candidate::{Found, Heap, high, low, outline::Outline, pack, settle},
    id::UnitId,
    spill::{Sorter, Space},
};
use rayon::prelude::*;

/// Bytes of memory for a pair that is looked at, beside all that is held of both.
const PAIR_BYTES: usize = 128;

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

    /// Joins questions and answers. Pairs that met take `memory` bytes or go to `space`, where what goes wrong is
    /// [blamed](Space::blame).
    pub fn candidates(
        &self,
        mut answers: Vec<u64>,
        samples: &Samples,
        units: &Units<'_>,
        (space, memory): (&Space, usize),
    ) -> Found {
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
        drop(questions);
        let mut found = Heap::default();
        let mut met: Sorter<u64> = Sorter::new(space, memory - memory / 4);
        let outlines = Outlines::new(units.units.len(), memory);
        let mut reader = samples.reader();
        let readers = RefCell::new((samples.reader(), samples.reader()));
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
            let is_small = units.sample(&mut reader, small).len() < 2 * asks(units.containment);
            let held = if is_small { units.held(&mut reader, small) } else { Vec::new() };
            let may_miss = units.may_miss(small);
            let outline = Outline::of_numbers(held.iter().map(|&key| u64::from(key)));
            let may_lack = u32::try_from(may_miss).unwrap_or(u32::MAX);
            let fits = |large: u32| {
                let readers = &mut *readers.borrow_mut();
                // Of most of a crowd the outline tells.
                (!is_small || outline.may_stand_in(outlines.of(large, &mut readers.1, units), may_lack))
                    && may_stand(readers, units, small, large)
                    && (!is_small || missing(&held, &units.held(&mut readers.1, large)) <= may_miss)
            };
            // Of few all that fit are candidates, so they may be looked at later.
            let least = units.size(small) - units.may_miss(small);
            for large in some.into_iter().flatten().map(|&entry| low(entry)) {
                if large != small && least <= units.size(large) {
                    let pair = u64::from(small) << 32 | u64::from(large);
                    met.push(pair).unwrap_or_else(|error| space.blame(error));
                }
            }
            for crowd in crowds {
                found.ask(small, crowd.iter().map(|&entry| low(entry)), units, fits);
            }
        }
        let fitting = each_fitting(met, memory / (PAIR_BYTES + 16 * samples.mean().1), |pairs| {
            fitting(pairs, samples, units)
        });
        found.packed.extend(fitting.unwrap_or_else(|error| {
            space.blame(error);
            Vec::new()
        }));
        settle(found.packed, found.cut)
    }
}

/// Of pairs, the smaller one in the high half, those of which one unit may hold the other by all that is held of them where the
/// sample is small, else by their samples.
pub(super) fn fitting(met: &[u64], samples: &Samples, units: &Units<'_>) -> Vec<u64> {
    let unit = |n: u32| units.units.get(n as usize).copied();
    let mut all: Vec<UnitId> = Vec::new();
    if samples.is_filed() {
        all = met
            .par_iter()
            .flat_map_iter(|&pair| [unit(high(pair)), unit(low(pair))])
            .flatten_iter()
            .collect();
        all.par_sort_unstable();
        all.dedup();
    }
    let gathered = samples.gather_held(all);
    let fits = |readers: &mut (Reader<'_>, Reader<'_>), &pair: &u64| {
        let (small, large) = (high(pair), low(pair));
        let known = |n: u32| unit(n).and_then(|unit| gathered.sample(unit));
        let (held, other) = match (known(small), known(large)) {
            (Some(held), Some(other)) => (Cow::Borrowed(held), Cow::Borrowed(other)),
            // Samples in memory are looked at first: most pairs go no further.
            _ if !may_stand(readers, units, small, large) => return None,
            _ => {
                (Cow::Owned(units.held(&mut readers.0, small)), Cow::Owned(units.held(&mut readers.1, large)))
            }
        };
        let of_sample = |keys: &[u32]| keys.partition_point(|&key| key < SAMPLED);
        let sampled = of_sample(&held);
        let is_small = sampled < 2 * asks(units.containment);
        let (sample, others) = (held.get(..sampled)?, other.get(..of_sample(&other))?);
        let fits = missing(sample, others) <= units.sample_may_miss(small, sampled)
            && (!is_small || missing(&held, &other) <= units.may_miss(small));
        fits.then(|| pack(small, large))
    };
    let readers = || (samples.reader(), samples.reader());
    met.par_iter().map_init(readers, fits).flatten_iter().collect()
}

/// Outlines that are kept, at least and at most.
const LEAST_KEPT: usize = 1 << 14;
const MOST_KEPT: usize = 1 << 24;

/// Outlines of all that is held of units: a crowd meets the same ones again and again, and each would cost a read where that lies in
/// a file. A new one takes the place of an older one.
struct Outlines(RefCell<Vec<Option<(u32, Outline)>>>);

impl Outlines {
    /// For so many units, in a fourth of so many bytes.
    fn new(units: usize, memory: usize) -> Self {
        let room = memory / (4 * size_of::<Option<(u32, Outline)>>());
        Self(RefCell::new(vec![None; room.clamp(LEAST_KEPT, MOST_KEPT).min(units.max(1))]))
    }

    fn of(&self, unit: u32, reader: &mut Reader<'_>, units: &Units<'_>) -> Outline {
        let make = |reader: &mut Reader<'_>| {
            Outline::of_numbers(units.held(reader, unit).into_iter().map(u64::from))
        };
        let mut known = self.0.borrow_mut();
        let n = known.len();
        let Some(place) = known.get_mut(unit as usize % n) else { return make(reader) };
        match place {
            Some((known, outline)) if *known == unit => *outline,
            _ => place.insert((unit, make(reader))).1,
        }
    }
}
