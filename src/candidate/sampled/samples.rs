//! What is held of every unit: a sample of its shingles' keys, and a part of the others.

use super::{SHARE, key};
use crate::id::UnitId;

/// Keys below this are in the sample.
pub(super) const SAMPLED: u32 = u32::MAX / SHARE;
/// Keys below this are held, so that few short units ask for one that is not.
pub(super) const HELD: u32 = u32::MAX / 2;
/// Most keys outside of the samples that are held: half a gigabyte.
const MOST_HELD: usize = 1 << 27;

/// Samples of units numbered from 0; and, while there are not too many, the keys outside of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// Each unit's sample, ascending, no repeats.
    pub(super) sampled: Lists,
    /// Its keys up to the middle of all numbers that are not in the sample, in any order and with repeats.
    pub(super) others: Lists,
    /// Whether there were too many of these.
    pub(super) dropped: bool,
}

/// One list a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lists {
    ends: Vec<usize>,
    pub(super) keys: Vec<u32>,
}

impl Lists {
    pub(super) fn at(&self, unit: usize) -> &[u32] {
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
