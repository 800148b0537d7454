//! Records in any order, on their way to be sorted.

use rayon::slice::ParallelSliceMut;

use super::{
    Record, Sorted, Space,
    file::{Blocks, CHECKSUM},
    merge::{self, Run},
};
use crate::error::Error;

/// The most bytes of a block: enough that a disk that seeks reads longer than it seeks.
const BLOCK: usize = 256 << 10;

/// Runs that are merged at once where memory is short: blocks become smaller rather than passes more.
const FAN_IN: usize = 32;

/// Sorts records, in memory as far as they fit in what it is given, else by runs in files.
///
/// ```
/// use twicetold::spill::{Sorter, Space};
///
/// let space = Space::new(std::env::temp_dir());
/// let mut sorter = Sorter::new(&space, 1000);
/// sorter.extend((0..1000_u64).rev())?;
/// let sorted = sorter.sorted()?.collect::<Result<Vec<u64>, _>>()?;
/// assert!(sorted.into_iter().eq(0..1000));
/// assert!(8000 < space.peak());
/// # Ok::<(), twicetold::Error>(())
/// ```
#[derive(Debug)]
pub struct Sorter<T> {
    space: Space,
    memory: usize,
    /// Records that fit in it.
    most: usize,
    held: Vec<T>,
    runs: Option<Runs>,
    len: u64,
}

/// A file of sorted runs.
#[derive(Debug)]
pub(super) struct Runs {
    pub(super) file: Blocks,
    pub(super) runs: Vec<Run>,
    /// Bytes of a full block, without its checksum: whole records.
    pub(super) block: usize,
}

impl<T: Record + Ord + Send> Sorter<T> {
    /// Nothing to sort yet. `memory` is in bytes; it may be nothing, and then every record is a run.
    pub fn new(space: &Space, memory: usize) -> Self {
        let most = (memory / size_of::<T>().max(1)).max(1);
        Self { space: space.clone(), memory, most, held: Vec::new(), runs: None, len: 0 }
    }

    /// How many records it was given.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether it was given none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes one record.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where a run cannot be written.
    #[inline]
    pub fn push(&mut self, record: T) -> Result<(), Error> {
        if self.held.len() == self.held.capacity() {
            self.make_room()?;
        }
        self.held.push(record);
        self.len += 1;
        Ok(())
    }

    /// Takes many.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub fn extend(&mut self, records: impl IntoIterator<Item = T>) -> Result<(), Error> {
        records.into_iter().try_for_each(|record| self.push(record))
    }

    #[cold]
    fn make_room(&mut self) -> Result<(), Error> {
        let len = self.held.len();
        if len < self.most {
            self.held.reserve_exact(len.max(256).min(self.most - len));
            return Ok(());
        }
        self.spill()
    }

    fn spill(&mut self) -> Result<(), Error> {
        self.held.par_sort_unstable();
        let runs = match &mut self.runs {
            Some(runs) => runs,
            none => none.insert(Runs::new(&self.space, block::<T>(self.memory))?),
        };
        let written = runs.write(self.held.iter().map(|record| Ok(*record)));
        // What cannot be written is not held either: whoever goes on all the same must not sort it again and again.
        self.held.clear();
        written
    }

    /// All records, ascending.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where a run cannot be written or read; the same for each record that follows.
    pub fn sorted(mut self) -> Result<Sorted<T>, Error> {
        if self.runs.is_some() && !self.held.is_empty() {
            self.spill()?;
        }
        let Some(runs) = self.runs else {
            self.held.par_sort_unstable();
            return Ok(Sorted::held(self.held));
        };
        // The buffers of the merge take their place.
        drop(self.held);
        let fan_in = (self.memory / (runs.block + CHECKSUM)).saturating_sub(1).max(2);
        merge::merge(runs, fan_in, &self.space)
    }
}

/// Bytes of a block: a share of the memory, whole records, at least one.
fn block<T: Record>(memory: usize) -> usize {
    let bytes = (memory / FAN_IN).min(BLOCK);
    (bytes / T::BYTES.max(1)).max(1) * T::BYTES
}

impl Runs {
    pub(super) fn new(space: &Space, block: usize) -> Result<Self, Error> {
        Ok(Self { file: Blocks::new(space)?, runs: Vec::new(), block })
    }

    /// Writes records that ascend as one run.
    pub(super) fn write<T: Record>(
        &mut self,
        records: impl Iterator<Item = Result<T, Error>>,
    ) -> Result<(), Error> {
        let mut run = Run { place: self.file.end(), bytes: 0 };
        let mut block = Vec::with_capacity(self.block + CHECKSUM);
        for record in records {
            let at = block.len();
            block.resize(at + T::BYTES, 0);
            if let Some(slot) = block.get_mut(at..) {
                record?.put(slot);
            }
            if block.len() == self.block {
                self.file.append(&mut block)?;
                run.bytes += block.len() as u64;
                block.clear();
            }
        }
        if !block.is_empty() {
            self.file.append(&mut block)?;
            run.bytes += block.len() as u64;
        }
        self.runs.push(run);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn sorter<T: Record + Ord + Send>(records: &[T], memory: usize) -> (tempfile::TempDir, Space, Sorter<T>) {
        let folder = tempfile::tempdir().unwrap();
        let space = Space::new(folder.path());
        let mut sorter = Sorter::new(&space, memory);
        sorter.extend(records.iter().copied()).unwrap();
        (folder, space, sorter)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_memory_gives_the_same_order(
            mut records in prop::collection::vec((0_u64..40, any::<u32>(), 0_u128..3), 0..700), memory in 0_usize..30_000,
        ) {
            let (folder, space, sorter) = sorter(&records, memory);
            prop_assert_eq!(sorter.len(), records.len() as u64);
            let sorted = sorter.sorted().unwrap().collect::<Result<Vec<_>, _>>().unwrap();
            records.sort_unstable();
            prop_assert_eq!(&sorted, &records);
            let fits = records.len() <= (memory / size_of::<(u64, u32, u128)>()).max(1);
            prop_assert_eq!(space.peak() == 0, fits);
            prop_assert_eq!(space.bytes(), 0);
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }

        #[test]
        fn a_turned_bit_is_an_error(
            records in prop::collection::vec(any::<u64>(), 100..300), memory in 0_usize..700, place in 0.0..1.0,
        ) {
            let (_folder, _, sorter) = sorter(&records, memory);
            let file = &sorter.runs.as_ref().unwrap().file;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the file")]
            file.damage((place * file.end() as f64) as u64);
            let error = sorter.sorted().and_then(Iterator::collect::<Result<Vec<_>, _>>).unwrap_err();
            let known = matches!(error, Error::Temporary { .. });
            prop_assert!(known);
        }
    }

    #[test]
    fn memory_is_what_was_given() {
        let (_folder, _, mut sorter) = sorter::<u64>(&[], 100_000);
        for record in (0..100_000).rev() {
            sorter.push(record).unwrap();
            assert!(sorter.held.capacity() <= 12_500);
        }
        let runs = sorter.runs.as_ref().unwrap();
        assert_eq!(runs.block % 8, 0);
        assert!((FAN_IN - 1) * (runs.block + CHECKSUM) < 100_000);
    }
}
