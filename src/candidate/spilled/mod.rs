//! The exact joins where what they sort does not fit in memory: the candidates of [`prefix`] and of
//! [`contained`], to the last one.
//!
//! Whoever has the sets walks over them, in any order and more than once, and asks for each what it puts into buckets
//! (`list_…`). An entry carries the size and the outline of its unit, so that nothing has to be looked up when all entries of a
//! bucket come out of the sorter one behind the other.
//!
//! In memory stay: what the sorters were allowed, and a bucket of prefixes at a time, 32 bytes a member. Of the holders of a
//! shingle no more are kept than are looked at.

#[cfg(test)]
mod tests;

use std::ops::Range;

use rayon::prelude::*;

use super::{
    Candidate, Found, Heap, Rarity,
    contained::{self, Filter, missing},
    high,
    outline::Outline,
    prefix::{self, bucket_of},
};
use crate::{
    error::Error,
    hash,
    id::UnitId,
    settings::Ratio,
    spill::{Column, Record, Sorter, Space},
};

/// So many entries are compared at a time, shared among the threads.
const BATCH: usize = 1 << 16;
/// Holders of one shingle of which [`contained`] would see no more.
const HOLDERS: usize = contained::CHECKS + 1;

/// A shingle's bucket, and a unit that stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    bucket: u32,
    /// The unit's size; of holders, which come the largest first, what is left to the largest number.
    order: u32,
    unit: u32,
    bits: u128,
}

impl Record for Entry {
    const BYTES: usize = <(u32, u32, u32, u128)>::BYTES;

    fn put(&self, bytes: &mut [u8]) {
        (self.bucket, self.order, self.unit, self.bits).put(bytes);
    }

    fn take(bytes: &[u8]) -> Self {
        let (bucket, order, unit, bits) = Record::take(bytes);
        Self { bucket, order, unit, bits }
    }
}

impl Entry {
    const fn outlined(&self) -> (Outline, u32) {
        (Outline { bits: self.bits, size: self.order }, self.unit)
    }

    const fn holding(&self) -> (Outline, u32) {
        (Outline { bits: self.bits, size: u32::MAX - self.order }, self.unit)
    }
}

impl Record for Candidate {
    const BYTES: usize = <(u32, u32)>::BYTES;

    fn put(&self, bytes: &mut [u8]) {
        (self.left.get(), self.right.get()).put(bytes);
    }

    fn take(bytes: &[u8]) -> Self {
        let (left, right) = Record::take(bytes);
        Self { left: UnitId::from_packed(left), right: UnitId::from_packed(right) }
    }
}

/// What [`Found`] is, with the pairs where there is room for them.
#[derive(Debug, Default)]
pub struct Filed {
    /// The pairs: ascending, each once.
    pub pairs: Column<Candidate>,
    /// How many times a unit met more others in one place than are looked at.
    pub cut: u64,
}

impl From<Found> for Filed {
    fn from(Found { pairs, cut }: Found) -> Self {
        Self { pairs: Column::from(pairs), cut }
    }
}

/// Room that is used again for every unit.
#[derive(Debug, Default)]
pub struct Rarest(Vec<(u16, u64)>);

/// Lists the prefix of a unit's set behind what is in `out`.
pub fn list_prefix(
    (unit, set): (UnitId, &[u64]),
    rarity: &Rarity,
    threshold: Ratio,
    room: &mut Rarest,
    out: &mut Vec<Entry>,
) {
    rarity.rarest(set, prefix::length(set.len(), threshold), &mut room.0);
    list(unit, set, &room.0, out);
}

/// Lists the shingles by which a unit is looked for in larger ones.
pub fn list_asked(
    (unit, set): (UnitId, &[u64]),
    rarity: &Rarity,
    containment: Ratio,
    room: &mut Rarest,
    out: &mut Vec<Entry>,
) {
    rarity.rarest(set, missing(set.len(), containment) + 1, &mut room.0);
    list(unit, set, &room.0, out);
}

fn list(unit: UnitId, set: &[u64], chosen: &[(u16, u64)], out: &mut Vec<Entry>) {
    if chosen.is_empty() {
        return;
    }
    let Outline { bits, size: order } = Outline::of(set);
    let entry =
        |&(_, mixed): &(u16, u64)| Entry { bucket: high(bucket_of(mixed)), order, unit: unit.get(), bits };
    out.extend(chosen.iter().map(entry));
}

/// What units are looked for, and a filter that lets their shingles through.
#[derive(Debug)]
pub struct Asked {
    entries: Sorter<Entry>,
    filter: Filter,
}

impl Asked {
    /// Nothing asked for yet, among units of so many shingles together.
    pub fn new(shingles: usize, space: &Space, memory: usize) -> Self {
        // Two for each shingle of which one in ten or so is asked for; fewer let more through that nobody asked for.
        let bits = (2 * shingles).min(memory.saturating_mul(8) / 2);
        Self { entries: Sorter::new(space, memory), filter: Filter::of_bits(bits) }
    }

    /// Takes what [`list_asked`] listed.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where it cannot be written.
    pub fn put(&mut self, entries: &[Entry]) -> Result<(), Error> {
        entries.iter().for_each(|entry| self.filter.add(entry.bucket));
        self.entries.extend(entries.iter().copied())
    }

    /// Lists the shingles of a unit that somebody may have asked for. When everything was put.
    pub fn list_held(&self, (unit, set): (UnitId, &[u64]), out: &mut Vec<Entry>) {
        let from = out.len();
        let buckets = set.iter().map(|shingle| high(bucket_of(hash::mix(*shingle))));
        let held = buckets.filter(|bucket| self.filter.may_hold(*bucket));
        out.extend(held.map(|bucket| Entry { bucket, order: 0, unit: unit.get(), bits: 0 }));
        if from < out.len() {
            let outline = Outline::of(set);
            for entry in out.iter_mut().skip(from) {
                (entry.order, entry.bits) = (u32::MAX - outline.size, outline.bits);
            }
        }
    }

    /// The candidates for containment; `held` is what [`list_held`](Self::list_held) listed of all units.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`].
    pub fn candidates(
        self,
        held: Sorter<Entry>,
        containment: Ratio,
        space: &Space,
        memory: usize,
    ) -> Result<Filed, Error> {
        drop(self.filter);
        let mut pairs = Pairs::new(space, memory);
        let mut held = held.sorted()?.peekable();
        let mut asked = self.entries.sorted()?.peekable();
        let mut batch = Batch::default();
        while let Some(entry) = asked.next() {
            let entry = entry?;
            let (bucket, at) = (entry.bucket, (batch.asked.len(), batch.held.len()));
            batch.asked.push(entry);
            while let Some(entry) = asked.next_if(|next| of_bucket(next, |n| n == bucket)) {
                batch.asked.push(entry?);
            }
            let (mut n, mut first) = (0, None::<Entry>);
            while let Some(holder) = held.next_if(|next| of_bucket(next, |n| n <= bucket)) {
                let holder = holder?;
                if holder.bucket == bucket {
                    n += 1;
                    first = first.filter(|first| first.unit <= holder.unit).or(Some(holder));
                    if n <= HOLDERS {
                        batch.held.push(holder);
                    }
                }
            }
            batch.end_bucket(at, first.filter(|_| 1 < n));
            if BATCH <= batch.asked.len() + batch.held.len() {
                pairs.put(batch.compare(containment))?;
                batch.clear();
            }
        }
        pairs.put(batch.compare(containment))?;
        drop((asked, held));
        pairs.settle(space)
    }
}

/// Whether the next entry is of such a bucket. An error is taken by whoever asks, at once.
fn of_bucket(next: &Result<Entry, Error>, is: impl Fn(u32) -> bool) -> bool {
    next.as_ref().map_or(true, |next| is(next.bucket))
}

/// Whole buckets of what is asked for and who holds it.
#[derive(Default)]
struct Batch {
    asked: Vec<Entry>,
    held: Vec<Entry>,
    /// For each bucket its part of both, and the holder that stands first.
    buckets: Vec<(Range<usize>, Range<usize>, Entry)>,
}

impl Batch {
    /// Ends the bucket that began at these places; where it has no `first` holder, nothing is to be found in it.
    fn end_bucket(&mut self, (asked, held): (usize, usize), first: Option<Entry>) {
        if let Some(first) = first {
            self.buckets.push((asked..self.asked.len(), held..self.held.len(), first));
        } else {
            self.asked.truncate(asked);
            self.held.truncate(held);
        }
    }

    fn clear(&mut self) {
        self.asked.clear();
        self.held.clear();
        self.buckets.clear();
    }

    fn compare(&self, containment: Ratio) -> Vec<Heap> {
        let join = |mut work: contained::Work, (asked, held, first): &(Range<usize>, Range<usize>, Entry)| {
            let asked = self.asked.get(asked.clone()).unwrap_or_default();
            let held = self.held.get(held.clone()).unwrap_or_default();
            let (asked, held) = (asked.iter().map(Entry::outlined), held.iter().map(Entry::holding));
            work.join_sorted(asked, held, Some(first.holding()), containment);
            work
        };
        self.buckets.par_iter().fold(contained::Work::default, join).map(|work| work.found).collect()
    }
}

/// The candidates of prefixes; `entries` is what [`list_prefix`] listed of all units.
///
/// # Errors
///
/// [`Error::Temporary`].
pub fn of_prefixes(
    entries: Sorter<Entry>,
    threshold: Ratio,
    space: &Space,
    memory: usize,
) -> Result<Filed, Error> {
    let compare = |batch: &[Entry]| -> Vec<Heap> {
        let buckets = batch.par_chunk_by(|a, b| a.bucket == b.bucket);
        let join = |mut work: prefix::Work, bucket: &[Entry]| {
            work.join_sorted(bucket.iter().map(Entry::outlined), threshold);
            work
        };
        buckets.fold(prefix::Work::default, join).map(|work| work.found).collect()
    };
    let mut pairs = Pairs::new(space, memory);
    let (mut batch, mut from): (Vec<Entry>, usize) = (Vec::new(), 0);
    for entry in entries.sorted()? {
        let entry = entry?;
        if batch.last().is_some_and(|last| last.bucket != entry.bucket) {
            if batch.len() == from + 1 {
                // Whoever is alone meets nobody.
                batch.pop();
            } else if BATCH <= batch.len() {
                pairs.put(compare(&batch))?;
                batch.clear();
            }
            from = batch.len();
        }
        batch.push(entry);
    }
    pairs.put(compare(&batch))?;
    drop(batch);
    pairs.settle(space)
}

/// Pairs in any order, some of them more than once.
struct Pairs {
    packed: Sorter<u64>,
    cut: u64,
}

impl Pairs {
    fn new(space: &Space, memory: usize) -> Self {
        Self { packed: Sorter::new(space, memory), cut: 0 }
    }

    fn put(&mut self, heaps: Vec<Heap>) -> Result<(), Error> {
        for heap in heaps {
            self.cut += heap.cut;
            self.packed.extend(heap.packed)?;
        }
        Ok(())
    }

    fn settle(self, space: &Space) -> Result<Filed, Error> {
        let mut pairs = Column::default();
        pairs.spill(space)?;
        let mut last = None;
        for packed in self.packed.sorted()? {
            let packed = packed?;
            if last.replace(packed) != Some(packed) {
                pairs.push(super::unpack(packed));
            }
        }
        pairs.finish()?;
        space.check()?;
        Ok(Filed { pairs, cut: self.cut })
    }
}
