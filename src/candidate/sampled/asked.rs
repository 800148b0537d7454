//! Short units: what they ask for, and who may answer.

use std::cell::RefCell;

use super::{CROWD, Reader, Samples, Units, asks, filter::Filter, is_shared, may_stand, missing};
use crate::candidate::{Found, Heap, high, low, outline::Outline, settle};
use rayon::prelude::*;

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
        let outlines = Outlines::default();
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
            for bucket in some.into_iter().chain(crowds) {
                found.ask(small, bucket.iter().map(|&entry| low(entry)), units, fits);
            }
        }
        settle(found.packed, found.cut)
    }
}

/// Outlines of all that is held of units, each made when it is first asked for: a crowd meets the same ones again
/// and again. Room is made for neighbours only.
#[derive(Default)]
struct Outlines(RefCell<Vec<Vec<Option<Outline>>>>);

/// Units that room is made for at once.
const NEIGHBOURS: usize = 1024;

impl Outlines {
    fn of(&self, unit: u32, reader: &mut Reader<'_>, units: &Units<'_>) -> Outline {
        let mut known = self.0.borrow_mut();
        let (shelf, place) = (unit as usize / NEIGHBOURS, unit as usize % NEIGHBOURS);
        if known.len() <= shelf {
            known.resize_with(shelf + 1, Vec::new);
        }
        let make = || Outline::of_numbers(units.held(reader, unit).into_iter().map(u64::from));
        let shelf = known.get_mut(shelf);
        let known = shelf.and_then(|shelf| {
            shelf.resize(NEIGHBOURS, None);
            shelf.get_mut(place)
        });
        match known {
            Some(known) => *known.get_or_insert_with(make),
            None => Outline::default(),
        }
    }
}
