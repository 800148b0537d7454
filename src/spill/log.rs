//! Records in the order they are put, read from any place.

use std::{marker::PhantomData, ops::Range};

use super::{
    Record, Space,
    file::{Blocks, CHECKSUM},
};
use crate::error::Error;

/// Bytes of a block: what reading one record costs. A page: walks over everything read ahead anyway, and most reads are of one
/// short list somewhere (16 KiB took three times as long there).
const BLOCK: usize = 4 << 10;

/// A file of records that only grows. [`flush`](Self::flush) it, then any number of [`Reader`]s may read, on any thread.
///
/// ```
/// use twicetold::spill::{Log, Space};
///
/// let mut log = Log::new(&Space::new(std::env::temp_dir()));
/// log.extend(100..200_u64)?;
/// log.flush()?;
/// let mut found = Vec::new();
/// log.reader().read(50..53, &mut found)?;
/// assert_eq!(found, [150, 151, 152]);
/// # Ok::<(), twicetold::Error>(())
/// ```
#[derive(Debug)]
pub struct Log<T> {
    space: Space,
    file: Option<Blocks>,
    /// The block that is being filled.
    block: Vec<u8>,
    /// Whether the last block of the file is a short one.
    ended: bool,
    len: u64,
    of: PhantomData<T>,
}

impl<T: Record> Log<T> {
    /// Records in a full block.
    const RECORDS: usize = if BLOCK < T::BYTES { 1 } else { BLOCK / T::BYTES };

    /// An empty log; the file is made for the first block.
    pub fn new(space: &Space) -> Self {
        Self { space: space.clone(), file: None, block: Vec::new(), ended: false, len: 0, of: PhantomData }
    }

    /// How many records are in it.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Puts a record behind all others.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where it cannot be written, or after [`flush`](Self::flush).
    #[inline]
    pub fn push(&mut self, record: T) -> Result<(), Error> {
        let at = self.block.len();
        self.block.resize(at + T::BYTES, 0);
        if let Some(slot) = self.block.get_mut(at..) {
            record.put(slot);
        }
        self.len += 1;
        if self.block.len() == Self::RECORDS * T::BYTES { self.flush_block() } else { Ok(()) }
    }

    /// Puts many.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub fn extend(&mut self, records: impl IntoIterator<Item = T>) -> Result<(), Error> {
        records.into_iter().try_for_each(|record| self.push(record))
    }

    /// Writes what is left, so that everything can be read. Nothing can be put after it.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub fn flush(&mut self) -> Result<(), Error> {
        if !self.block.is_empty() {
            self.flush_block()?;
            self.ended = true;
        }
        Ok(())
    }

    #[cold]
    fn flush_block(&mut self) -> Result<(), Error> {
        if self.ended {
            return Err(self.space.trouble("a log was written to after its end".to_owned()));
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => match Blocks::new(&self.space) {
                Ok(file) => none.insert(file),
                Err(error) => {
                    self.block.clear();
                    return Err(error);
                }
            },
        };
        let written = file.append(&mut self.block);
        // What cannot be written is not held either: whoever goes on all the same must not fill memory.
        self.block.clear();
        written
    }

    /// All records, in the order they were put.
    pub fn iter(&self) -> impl Iterator<Item = Result<T, Error>> + '_ {
        let mut reader = self.reader();
        let (mut at, mut held) = (0, Vec::new().into_iter());
        std::iter::from_fn(move || {
            loop {
                if let Some(record) = held.next() {
                    return Some(Ok(record));
                }
                if self.len <= at {
                    return None;
                }
                let end = at + Self::RECORDS as u64;
                let mut block = Vec::with_capacity(Self::RECORDS);
                if let Err(error) = reader.read(at..end, &mut block) {
                    at = self.len;
                    return Some(Err(error));
                }
                at = end;
                held = block.into_iter();
            }
        })
    }

    /// Someone who reads.
    pub const fn reader(&self) -> Reader<'_, T> {
        Reader { log: self, block: Vec::new(), number: u64::MAX }
    }
}

impl Log<u8> {
    /// Puts many bytes at once.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.block.len()));
            self.block.extend_from_slice(now);
            self.len += now.len() as u64;
            bytes = later;
            if self.block.len() == BLOCK {
                self.flush_block()?;
            }
        }
        Ok(())
    }
}

/// Reads a [`Log`], and keeps the block it was at.
#[derive(Debug)]
pub struct Reader<'l, T> {
    log: &'l Log<T>,
    block: Vec<u8>,
    number: u64,
}

impl<T: Record> Reader<'_, T> {
    /// Puts the records of a range behind those in `out`. What the log does not have is left out.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where a block cannot be read, or is not what was written.
    pub fn read(&mut self, range: Range<u64>, out: &mut Vec<T>) -> Result<(), Error> {
        let (mut at, end) = (range.start, range.end.min(self.log.len));
        let records = Log::<T>::RECORDS as u64;
        while at < end {
            self.go_to(at / records)?;
            let within = |at: u64| usize::try_from(at).map_or(usize::MAX, |at| at.saturating_mul(T::BYTES));
            let stop = end.min((at / records + 1) * records);
            let bytes = self.block.get(within(at % records)..within(stop - at / records * records));
            out.extend(bytes.unwrap_or_default().chunks_exact(T::BYTES).map(T::take));
            at = stop;
        }
        Ok(())
    }

    fn go_to(&mut self, number: u64) -> Result<(), Error> {
        if number == self.number {
            return Ok(());
        }
        // Until it is read whole, there is no block here.
        self.number = u64::MAX;
        let full = Log::<T>::RECORDS * T::BYTES;
        let before = number * Log::<T>::RECORDS as u64;
        let records = usize::try_from(self.log.len - before)
            .map_or(Log::<T>::RECORDS, |left| left.min(Log::<T>::RECORDS));
        let file = self.log.file.as_ref().ok_or_else(|| self.log.space.damaged())?;
        file.read(number * (full + CHECKSUM) as u64, records * T::BYTES, &mut self.block)?;
        self.number = number;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn any_range_is_what_was_put(
            len in 0_u64..9000, ranges in prop::collection::vec((0_u64..9500, 0_u64..3000), 1..9),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut log = Log::<(u32, u64)>::new(&Space::new(folder.path()));
            let record = |n: u64| (u32::try_from(n * 7 % 1000).unwrap(), n);
            log.extend((0..len).map(record)).unwrap();
            log.flush().unwrap();
            prop_assert_eq!(log.len(), len);
            let all = log.iter().collect::<Result<Vec<_>, _>>().unwrap();
            prop_assert!(all.into_iter().eq((0..len).map(record)));
            let mut reader = log.reader();
            for (from, n) in ranges {
                let mut found = Vec::new();
                reader.read(from..from + n, &mut found).unwrap();
                prop_assert!(found.into_iter().eq((from..(from + n).min(len)).map(record)));
            }
        }

        #[test]
        fn a_turned_bit_is_an_error(len in 1_u64..9000, place in 0.0..1.0) {
            let folder = tempfile::tempdir().unwrap();
            let mut log = Log::<u64>::new(&Space::new(folder.path()));
            log.extend(0..len).unwrap();
            log.flush().unwrap();
            let file = log.file.as_ref().unwrap();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the file")]
            file.damage((place * file.end() as f64) as u64);
            let error = log.reader().read(0..len, &mut Vec::new()).unwrap_err();
            let known = matches!(error, Error::Temporary { .. });
            prop_assert!(known);
        }
    }

    #[test]
    fn nothing_is_put_after_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = Log::<u64>::new(&Space::new(folder.path()));
        log.push(1).unwrap();
        log.flush().unwrap();
        assert!(log.push(2).and_then(|()| log.flush()).is_err());
    }
}
