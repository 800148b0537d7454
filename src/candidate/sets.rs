//! The shingle sets of many units in two flat lists.

use std::borrow::Cow;

use crate::{
    error::Error,
    id::UnitId,
    spill::{Column, Space},
};

/// Sorted distinct shingles of units numbered from 0, one after the other.
///
/// | list | holds | length |
/// |---|---|---|
/// | `offsets` | where each unit's shingles begin, and the end of the last | units + 1, or 0 when empty |
/// | `shingles` | each unit's shingles, ascending, no repeats | all shingles |
///
/// A unit that takes no part (too short, or repeated word by word) has an empty set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sets {
    /// Where each unit's shingles begin.
    pub offsets: Vec<usize>,
    /// All shingles.
    pub shingles: Vec<u64>,
}

impl Sets {
    /// No units, with room for so many.
    pub fn with_capacity(units: usize, shingles: usize) -> Self {
        Self { offsets: Vec::with_capacity(units + 1), shingles: Vec::with_capacity(shingles) }
    }

    /// Adds the next unit's shingles, which must be sorted and distinct.
    pub fn push(&mut self, set: &[u64]) {
        debug_assert!(set.is_sorted_by(|a, b| a < b), "a shingle set is sorted and distinct");
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        self.shingles.extend_from_slice(set);
        self.offsets.push(self.shingles.len());
    }

    /// Adds all units of `later` after these.
    pub fn append(&mut self, later: &Self) {
        if self.offsets.is_empty() {
            self.offsets.push(0);
        }
        let base = self.shingles.len();
        self.shingles.extend_from_slice(&later.shingles);
        self.offsets.extend(later.offsets.iter().skip(1).map(|offset| base + offset));
    }

    /// The shingles of one unit; none for a unit that isn't here.
    pub fn get(&self, unit: UnitId) -> &[u64] {
        self.at(unit.index())
    }

    /// How many units.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there are no units.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The shingles of the unit at a position.
    pub(super) fn at(&self, position: usize) -> &[u64] {
        match (self.offsets.get(position), self.offsets.get(position + 1)) {
            (Some(&from), Some(&to)) => self.shingles.get(from..to).unwrap_or(&[]),
            _ => &[],
        }
    }
}

/// Where the shingles of units are had from, for counting.
pub trait Shingled: Sync {
    /// The shingles of one unit, sorted and distinct; none for a unit that isn't here.
    fn shingles(&self, unit: UnitId) -> Cow<'_, [u64]>;
}

impl Shingled for Sets {
    fn shingles(&self, unit: UnitId) -> Cow<'_, [u64]> {
        Cow::Borrowed(self.get(unit))
    }
}

/// The shingle sets of a few units among many; in a file where they take too much.
#[derive(Debug, Default)]
pub struct Picked {
    /// The units that are here, ascending.
    units: Vec<UnitId>,
    /// Where the set of each ends.
    ends: Vec<u64>,
    shingles: Column<u64>,
}

impl Picked {
    /// Adds the sets of the units that follow, ascending: one of `units` for each of `sets`.
    pub fn extend(&mut self, units: &[UnitId], sets: &Sets) {
        debug_assert_eq!(units.len(), sets.len(), "every unit has a set");
        let base = self.shingles.len();
        self.units.extend_from_slice(units);
        self.ends.extend(sets.offsets.iter().skip(1).map(|end| (base + end) as u64));
        self.shingles.extend(&sets.shingles);
        debug_assert!(self.units.is_sorted(), "units come in order");
    }

    /// Bytes of memory.
    pub const fn bytes(&self) -> usize {
        self.shingles.bytes() + self.ends.capacity() * 8 + self.units.capacity() * 4
    }

    /// Leaves memory.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where the file cannot be written.
    pub fn spill(&mut self, space: &Space) -> Result<(), Error> {
        self.shingles.spill(space)
    }

    /// Must be called when all sets are there, before any is counted.
    ///
    /// # Errors
    ///
    /// As [`spill`](Self::spill).
    pub fn finish(&mut self) -> Result<(), Error> {
        self.shingles.finish()
    }
}

impl Shingled for Picked {
    fn shingles(&self, unit: UnitId) -> Cow<'_, [u64]> {
        let Ok(at) = self.units.binary_search(&unit) else { return Cow::Borrowed(&[]) };
        let place = |end: u64| usize::try_from(end).unwrap_or(usize::MAX);
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| place(*end));
        let end = self.ends.get(at).map_or(start, |end| place(*end));
        self.shingles.at(start..end)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn picked_units_have_their_sets_and_others_none() {
        let id = UnitId::from_packed;
        let units: Vec<UnitId> = (0..7).map(|n| id(3 * n)).collect();
        let part = |range: std::ops::Range<u64>| {
            let mut part = Sets::default();
            range.for_each(|n| part.push(&[n, n + 1]));
            part
        };
        let folder = tempfile::tempdir().unwrap();
        for spilled in [false, true] {
            let mut picked = Picked::default();
            picked.extend(&units[..3], &part(0..3));
            if spilled {
                picked.spill(&Space::new(folder.path())).unwrap();
            }
            picked.extend(&units[3..6], &part(3..6));
            picked.extend(&[], &Sets::default());
            picked.extend(&units[6..], &part(6..7));
            picked.finish().unwrap();
            for n in 0..25 {
                let expected = [u64::from(n / 3), u64::from(n / 3) + 1];
                let expected = if n % 3 == 0 && n < 21 { &expected[..] } else { &[] };
                assert_eq!(*picked.shingles(id(n)), *expected);
            }
        }
    }

    #[test]
    fn sets_come_back_as_they_went_in() {
        let mut all = Sets::default();
        assert!(all.is_empty() && all.get(UnitId::from_packed(0)).is_empty());
        all.push(&[1, 5]);
        all.push(&[]);
        let mut later = Sets::with_capacity(1, 2);
        later.push(&[2, 9]);
        all.append(&later);
        all.append(&Sets::default());
        assert_eq!(all.len(), 3);
        let sets: Vec<&[u64]> = (0..4).map(|n| all.get(UnitId::from_packed(n))).collect();
        assert_eq!(sets, [&[1, 5][..], &[], &[2, 9], &[]]);
        let mut onto_nothing = Sets::default();
        onto_nothing.append(&all);
        assert_eq!(onto_nothing, all);
    }
}
