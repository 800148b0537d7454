//! Sorted runs in, one sorted list out: as many runs at once as there is memory for, in passes where there are more.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, binary_heap::PeekMut},
    fmt,
};

use super::{
    Record, Space,
    file::{Blocks, CHECKSUM},
    sorter::Runs,
};
use crate::error::Error;

/// One sorted run in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// Where its first block stands.
    pub(super) place: u64,
    /// Its records' bytes, without checksums.
    pub(super) bytes: u64,
}

/// Records, ascending, from memory or merged.
pub struct Sorted<T>(Source<T>);

enum Source<T> {
    Held(std::vec::IntoIter<T>),
    Merged {
        file: Blocks,
        merge: Merge<T>,
    },
    /// After an error there is nothing more: records may be missing.
    Failed,
}

impl<T> fmt::Debug for Sorted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sorted")
    }
}

impl<T> Sorted<T> {
    pub(super) fn held(records: Vec<T>) -> Self {
        Self(Source::Held(records.into_iter()))
    }
}

impl<T: Record + Ord> Iterator for Sorted<T> {
    type Item = Result<T, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let next = match &mut self.0 {
            Source::Held(records) => return records.next().map(Ok),
            Source::Merged { file, merge } => merge.next(file).transpose(),
            Source::Failed => None,
        };
        if matches!(next, Some(Err(_))) {
            self.0 = Source::Failed;
        }
        next
    }
}

/// Merges at most `fan_in` runs at a time until that many are left, and those while they are asked for.
pub(super) fn merge<T: Record + Ord>(
    mut from: Runs,
    fan_in: usize,
    space: &Space,
) -> Result<Sorted<T>, Error> {
    while fan_in < from.runs.len() {
        let mut to = Runs::new(space, from.block)?;
        for runs in from.runs.chunks(fan_in) {
            let mut merge = Merge::new(&from.file, runs, from.block)?;
            to.write::<T>(std::iter::from_fn(|| merge.next(&from.file).transpose()))?;
        }
        from = to;
    }
    let merge = Merge::new(&from.file, &from.runs, from.block)?;
    Ok(Sorted(Source::Merged { file: from.file, merge }))
}

/// A few runs of one file on their way to be one.
struct Merge<T> {
    runs: Vec<Open>,
    /// The next record of each run.
    heap: BinaryHeap<Reverse<(T, usize)>>,
}

impl<T: Record + Ord> Merge<T> {
    fn new(file: &Blocks, runs: &[Run], block: usize) -> Result<Self, Error> {
        let mut runs: Vec<Open> = runs.iter().map(|run| Open::new(*run, block)).collect();
        let mut heap = BinaryHeap::with_capacity(runs.len());
        for (n, run) in runs.iter_mut().enumerate() {
            heap.extend(run.next(file)?.map(|record| Reverse((record, n))));
        }
        Ok(Self { runs, heap })
    }

    #[inline]
    fn next(&mut self, file: &Blocks) -> Result<Option<T>, Error> {
        let Some(mut least) = self.heap.peek_mut() else { return Ok(None) };
        let Reverse((record, n)) = *least;
        match self.runs.get_mut(n).map(|run| run.next(file)).transpose()?.flatten() {
            // In its place, so that the heap is put in order once.
            Some(next) => *least = Reverse((next, n)),
            None => drop(PeekMut::pop(least)),
        }
        Ok(Some(record))
    }
}

/// A run and the block of it that is being read.
struct Open {
    run: Run,
    full: usize,
    block: Vec<u8>,
    at: usize,
}

impl Open {
    const fn new(run: Run, full: usize) -> Self {
        Self { run, full, block: Vec::new(), at: 0 }
    }

    #[inline]
    fn next<T: Record>(&mut self, file: &Blocks) -> Result<Option<T>, Error> {
        if self.at == self.block.len() && !self.refill(file)? {
            return Ok(None);
        }
        let record = self.block.get(self.at..).map(T::take);
        self.at += T::BYTES;
        Ok(record)
    }

    #[cold]
    fn refill(&mut self, file: &Blocks) -> Result<bool, Error> {
        let len = usize::try_from(self.run.bytes).map_or(self.full, |left| left.min(self.full));
        self.at = 0;
        if len == 0 {
            self.block = Vec::new();
            return Ok(false);
        }
        file.read(self.run.place, len, &mut self.block)?;
        self.run.place += (len + CHECKSUM) as u64;
        self.run.bytes -= len as u64;
        Ok(true)
    }
}
