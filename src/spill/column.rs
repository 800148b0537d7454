//! Records in the order they were put, in memory until they are told to leave it.

use std::{borrow::Cow, ops::Range};

use super::{Log, Reader, Record, Space};
use crate::error::Error;

/// Records that are read at a time where all of them are walked.
const STEP: usize = 4096;

/// A list that may lie in a file. What goes wrong in the file while it is read is [blamed](Space::blame), and nothing is
/// read in its place: a walk over millions of records has nobody to tell at each of them.
#[derive(Debug)]
pub struct Column<T> {
    held: Vec<T>,
    filed: Option<(Space, Log<T>)>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { held: Vec::new(), filed: None }
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(held: Vec<T>) -> Self {
        Self { held, filed: None }
    }
}

impl<T: Record> Column<T> {
    /// How many records.
    pub fn len(&self) -> usize {
        match &self.filed {
            Some((_, log)) => usize::try_from(log.len()).unwrap_or(usize::MAX),
            None => self.held.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it left memory.
    pub const fn is_filed(&self) -> bool {
        self.filed.is_some()
    }

    /// Bytes of memory that it takes.
    pub const fn bytes(&self) -> usize {
        self.held.capacity() * size_of::<T>()
    }

    /// Room for so many more, as long as it lies in memory.
    pub fn reserve(&mut self, more: usize) {
        if self.filed.is_none() {
            self.held.reserve(more);
        }
    }

    /// Adds a record.
    #[inline]
    pub fn push(&mut self, record: T) {
        match &mut self.filed {
            None => self.held.push(record),
            Some((space, log)) => log.push(record).unwrap_or_else(|error| space.blame(error)),
        }
    }

    /// Adds many.
    pub fn extend(&mut self, records: &[T]) {
        match &mut self.filed {
            None => self.held.extend_from_slice(records),
            Some((space, log)) => {
                log.extend(records.iter().copied()).unwrap_or_else(|error| space.blame(error));
            }
        }
    }

    /// The list in memory, to be changed in place; an empty one where it left.
    pub const fn held_mut(&mut self) -> &mut Vec<T> {
        &mut self.held
    }

    /// Leaves memory: what is here, and what will be added.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where it cannot be written.
    pub fn spill(&mut self, space: &Space) -> Result<(), Error> {
        if self.filed.is_none() {
            let mut log = Log::new(space);
            log.extend(std::mem::take(&mut self.held))?;
            self.filed = Some((space.clone(), log));
        }
        Ok(())
    }

    /// Must be called before it is read, and nothing added after it.
    ///
    /// # Errors
    ///
    /// As [`spill`](Self::spill).
    pub fn finish(&mut self) -> Result<(), Error> {
        self.filed.as_mut().map_or(Ok(()), |(_, log)| log.flush())
    }

    /// Gives up all records.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// All records, in memory.
    pub fn load(&self) -> Cow<'_, [T]> {
        match &self.filed {
            None => Cow::Borrowed(&self.held),
            Some(_) => Cow::Owned(self.iter().collect()),
        }
    }

    /// Someone who reads, on a thread of its own.
    pub fn cursor(&self) -> Cursor<'_, T> {
        Cursor {
            held: &self.held,
            filed: self.filed.as_ref().map(|(space, log)| (space, log.reader())),
            read: Vec::new(),
        }
    }

    /// The records of a range; what is not there is left out. Dear where it lies in a file: a [`Cursor`] keeps what it read.
    pub fn at(&self, range: Range<usize>) -> Cow<'_, [T]> {
        if self.filed.is_none() {
            return Cow::Borrowed(
                self.held.get(range.start..range.end.min(self.held.len())).unwrap_or_default(),
            );
        }
        let mut cursor = self.cursor();
        cursor.slice(range);
        Cow::Owned(cursor.read)
    }

    /// All records in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        let (mut cursor, len) = (self.cursor(), self.len());
        let (mut at, mut step, mut within) = (0, Vec::new(), 0);
        std::iter::from_fn(move || {
            if within == step.len() {
                step.clear();
                step.extend_from_slice(cursor.slice(at..len.min(at + STEP)));
                (at, within) = (at + step.len(), 0);
            }
            within += 1;
            step.get(within - 1).copied()
        })
    }
}

/// Reads a [`Column`] at any place; fastest from one place to one near it.
#[derive(Debug)]
pub struct Cursor<'c, T> {
    held: &'c [T],
    filed: Option<(&'c Space, Reader<'c, T>)>,
    read: Vec<T>,
}

impl<T: Record> Cursor<'_, T> {
    /// The records of a range; what is not there is left out.
    pub fn slice(&mut self, range: Range<usize>) -> &[T] {
        let Some((space, reader)) = &mut self.filed else {
            return self.held.get(range.start..range.end.min(self.held.len())).unwrap_or_default();
        };
        self.read.clear();
        if let Err(error) = reader.read(range.start as u64..range.end as u64, &mut self.read) {
            space.blame(error);
            self.read.clear();
        }
        &self.read
    }

    /// One record, if it is there.
    pub fn get(&mut self, at: usize) -> Option<T> {
        self.slice(at..at.saturating_add(1)).first().copied()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn nobody_can_tell_where_it_lies(
            parts in prop::collection::vec(prop::collection::vec(any::<u32>(), 0..6000), 0..5),
            leaves in 0_usize..6, from in 0_usize..9000, n in 0_usize..9000,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let space = Space::new(folder.path());
            let mut column = Column::default();
            for (at, part) in parts.iter().enumerate() {
                if at == leaves {
                    column.spill(&space).unwrap();
                }
                if let Some((first, rest)) = part.split_first() {
                    column.push(*first);
                    column.extend(rest);
                }
            }
            column.finish().unwrap();
            let all = parts.concat();
            prop_assert_eq!(column.len(), all.len());
            prop_assert_eq!(&*column.load(), &all[..]);
            prop_assert!(column.iter().eq(all.iter().copied()));
            let mut cursor = column.cursor();
            prop_assert_eq!(cursor.get(from), all.get(from).copied());
            let end = (from + n).min(all.len());
            prop_assert_eq!(cursor.slice(from..from + n), all.get(from..end).unwrap_or_default());
            prop_assert_eq!(column.bytes() == 0, leaves < parts.len() || all.is_empty());
            space.check().unwrap();
        }
    }

    #[test]
    fn what_goes_wrong_is_told_by_the_next_check() {
        let folder = tempfile::tempdir().unwrap();
        let space = Space::new(folder.path().join("gone"));
        let mut column = Column::default();
        column.spill(&space).unwrap();
        space.check().unwrap();
        column.extend(&[1_u64; 10_000]);
        for _ in 0..2 {
            assert!(space.check().unwrap_err().to_string().contains("gone"));
        }
    }
}
