//! What is held of every unit: a sample of its shingles' keys, and a part of the others.

use std::borrow::Cow;

use super::{SHARE, key};
use crate::{
    error::Error,
    id::UnitId,
    spill::{Column, Cursor, Space},
};

/// Keys below this are in the sample.
pub(super) const SAMPLED: u32 = u32::MAX / SHARE;
/// Keys below this are held, so that few short units ask for one that is not.
pub(super) const HELD: u32 = u32::MAX / 2;
/// Samples of units numbered from 0, and a part of the keys outside of them. In files where they take too much.
#[derive(Debug, Default)]
pub struct Samples {
    /// Each unit's sample, ascending, no repeats.
    sampled: Lists,
    /// Its keys up to the middle of all numbers that are not in the sample, in any order and with repeats.
    others: Lists,
}

/// Where each list ends, and the keys of all.
pub type ListParts<'l> = (Cow<'l, [u64]>, Cow<'l, [u32]>);

/// One list a unit.
#[derive(Debug, Default)]
struct Lists {
    ends: Column<u64>,
    keys: Column<u32>,
}

impl Lists {
    /// Adds the lists of `later`, which lie in memory.
    fn append(&mut self, later: &Self) {
        let base = self.keys.len() as u64;
        self.keys.extend(&later.keys.load());
        let ends: Vec<u64> = later.ends.iter().map(|end| base + end).collect();
        self.ends.extend(&ends);
    }

    fn cursor(&self) -> ListCursor<'_> {
        ListCursor { ends: self.ends.cursor(), keys: self.keys.cursor() }
    }

    fn spill(&mut self, space: &Space) -> Result<(), Error> {
        self.ends.spill(space)?;
        self.keys.spill(space)
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.ends.finish()?;
        self.keys.finish()
    }
}

#[derive(Debug)]
struct ListCursor<'l> {
    ends: Cursor<'l, u64>,
    keys: Cursor<'l, u32>,
}

impl ListCursor<'_> {
    fn at(&mut self, unit: usize) -> &[u32] {
        let (start, end) = match (unit, self.ends.slice(unit.saturating_sub(1)..unit.saturating_add(1))) {
            (0, [end, ..]) => (0, *end),
            (_, [start, end]) => (*start, *end),
            _ => return &[],
        };
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        self.keys.slice(place(start)..place(end))
    }
}

/// Reads what is held of units, on a thread of its own.
#[derive(Debug)]
pub struct Reader<'s> {
    sampled: ListCursor<'s>,
    others: ListCursor<'s>,
}

impl Reader<'_> {
    /// The sample of a unit, ascending.
    pub(super) fn sample(&mut self, unit: UnitId) -> &[u32] {
        self.sampled.at(unit.index())
    }

    /// Every key of a unit that is held.
    pub fn keys(&mut self, unit: UnitId) -> impl Iterator<Item = u32> {
        self.sampled.at(unit.index()).iter().chain(self.others.at(unit.index())).copied()
    }
}

/// The samples of some units, in memory.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    units: Vec<UnitId>,
    ends: Vec<usize>,
    keys: Vec<u32>,
}

impl Gathered {
    /// The sample of one of them.
    pub(super) fn sample(&self, unit: UnitId) -> Option<&[u32]> {
        let at = self.units.binary_search(&unit).ok()?;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.keys.get(start..*self.ends.get(at)?)
    }
}

impl Samples {
    /// Whether they left memory.
    pub(super) const fn is_filed(&self) -> bool {
        self.sampled.keys.is_filed()
    }

    /// Keys in the mean sample, and of all that is held in the mean unit.
    pub(super) fn mean(&self) -> (usize, usize) {
        let units = self.len().max(1);
        let (sampled, others) = (self.sampled.keys.len(), self.others.keys.len());
        (sampled.div_ceil(units), (sampled + others).div_ceil(units))
    }

    /// Brings the samples of some units, ascending, into memory.
    pub(super) fn gather(&self, units: Vec<UnitId>) -> Gathered {
        let mut gathered = Gathered::default();
        let mut reader = self.reader();
        for unit in &units {
            gathered.keys.extend_from_slice(reader.sample(*unit));
            gathered.ends.push(gathered.keys.len());
        }
        Gathered { units, ..gathered }
    }

    /// Adds the next unit; only while they lie in memory. `shingles` may be in any order and repeat themselves.
    pub fn push(&mut self, shingles: &[u64]) {
        let Self { sampled, others } = self;
        let (sampled_ends, other_ends) = (&mut sampled.ends, &mut others.ends);
        let (sampled, others) = (sampled.keys.held_mut(), others.keys.held_mut());
        // All keys to both lists, each going on only past those that are its own: a branch on what is sampled
        // nobody could predict.
        let (start, start_of_others) = (sampled.len(), others.len());
        sampled.resize(start + shingles.len(), 0);
        others.resize(start_of_others + shingles.len(), 0);
        let (mut end, mut end_of_others) = (start, start_of_others);
        for &shingle in shingles {
            let key = key(shingle);
            if let (Some(one), Some(other)) = (sampled.get_mut(end), others.get_mut(end_of_others)) {
                (*one, *other) = (key, key);
            }
            end += usize::from(key < SAMPLED);
            end_of_others += usize::from(key.wrapping_sub(SAMPLED) < HELD - SAMPLED);
        }
        sampled.truncate(end);
        sampled.get_mut(start..).unwrap_or_default().sort_unstable();
        let mut kept = start;
        for at in start..end {
            let key = sampled.get(at).copied();
            let before = kept.checked_sub(1).and_then(|before| sampled.get(before).copied());
            if (kept == start || before != key)
                && let (Some(slot), Some(key)) = (sampled.get_mut(kept), key)
            {
                *slot = key;
                kept += 1;
            }
        }
        sampled.truncate(kept);
        sampled_ends.push(kept as u64);
        others.truncate(end_of_others);
        other_ends.push(others.len() as u64);
    }

    /// Adds all units of `later`, which lie in memory, after these.
    pub fn append(&mut self, later: &Self) {
        self.sampled.append(&later.sampled);
        self.others.append(&later.others);
    }

    /// The same with all keys that are held, ascending, no repeats.
    pub(super) fn gather_held(&self, units: Vec<UnitId>) -> Gathered {
        let (mut gathered, mut reader, mut keys) = (Gathered::default(), self.reader(), Vec::new());
        for unit in &units {
            keys.clear();
            keys.extend(reader.keys(*unit));
            keys.sort_unstable();
            keys.dedup();
            gathered.keys.extend_from_slice(&keys);
            gathered.ends.push(gathered.keys.len());
        }
        Gathered { units, ..gathered }
    }

    /// Someone who reads.
    pub fn reader(&self) -> Reader<'_> {
        Reader { sampled: self.sampled.cursor(), others: self.others.cursor() }
    }

    /// The ends and the keys of both lists, which lie in memory: the samples, and what is held beside them.
    pub fn parts(&self) -> [ListParts<'_>; 2] {
        [&self.sampled, &self.others].map(|lists| (lists.ends.load(), lists.keys.load()))
    }

    /// Takes back [`parts`](Self::parts).
    pub fn of_parts([sampled, others]: [(Vec<u64>, Vec<u32>); 2]) -> Self {
        let lists = |(ends, keys)| Lists { ends: Column::from(ends), keys: Column::from(keys) };
        Self { sampled: lists(sampled), others: lists(others) }
    }

    /// Bytes of memory.
    pub const fn bytes(&self) -> usize {
        let Self { sampled, others } = self;
        sampled.ends.bytes() + sampled.keys.bytes() + others.ends.bytes() + others.keys.bytes()
    }

    /// Leaves memory.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where the files cannot be written.
    pub fn spill(&mut self, space: &Space) -> Result<(), Error> {
        self.sampled.spill(space)?;
        self.others.spill(space)
    }

    /// Must be called when all units are there, before any is read.
    ///
    /// # Errors
    ///
    /// As [`spill`](Self::spill).
    pub fn finish(&mut self) -> Result<(), Error> {
        self.sampled.finish()?;
        self.others.finish()
    }

    /// How many units.
    pub fn len(&self) -> usize {
        self.sampled.ends.len()
    }

    /// Whether there are no units.
    pub fn is_empty(&self) -> bool {
        self.sampled.ends.is_empty()
    }
}
