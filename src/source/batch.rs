//! Records cut from a stream, in batches that are parsed elsewhere: cutting is one thread's work, parsing is not.

use std::{fmt, ops::Range, sync::Arc};

use super::{Place, Record, naming::FileName};
use crate::error::Problem;

/// Batches are about as long as this, unless a record is longer.
pub(super) const BATCH_BYTES: usize = 512 << 10;

/// A record in a batch.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    /// Its bytes, within the batch.
    pub(super) range: Range<usize>,
    /// Where they stand in the file.
    pub(super) offset: u64,
    /// Which record it is, from 1.
    pub(super) record: u64,
    /// The line it begins on.
    pub(super) line: u64,
    /// Whether it ends where it should.
    pub(super) whole: bool,
}

/// What makes articles of the bytes of records.
pub(super) trait Parse: fmt::Debug + Send + Sync {
    /// Gives what a record comes to: an article, what is wrong with it, or both.
    fn parse(&self, bytes: &[u8], cut: &Cut, file: &FileName, take: &mut Take<'_>);
}

/// Whoever takes what records come to.
pub(super) type Take<'t> = dyn FnMut(Result<Record<'_>, Problem>, Option<Place>) + 't;

/// Whole records of one file.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) file: Arc<FileName>,
    pub(super) bytes: Vec<u8>,
    pub(super) cuts: Vec<Result<Cut, Problem>>,
    pub(super) parser: Arc<dyn Parse>,
}

impl Batch {
    pub(super) fn new(file: Arc<FileName>, parser: Arc<dyn Parse>) -> Self {
        Self { file, bytes: Vec::new(), cuts: Vec::new(), parser }
    }

    /// Takes a record in.
    pub(super) fn push(&mut self, bytes: &[u8], offset: u64, record: u64, line: u64, whole: bool) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.cuts.push(Ok(Cut { range: start..self.bytes.len(), offset, record, line, whole }));
    }

    /// Whether it is time to hand it on.
    pub(super) fn is_full(&self) -> bool {
        BATCH_BYTES <= self.bytes.len() || MOST_CUTS <= self.cuts.len()
    }

    /// Parses the records, in order.
    pub(super) fn each(self, mut take: impl FnMut(Result<Record<'_>, Problem>, Option<Place>)) {
        for cut in self.cuts {
            match cut {
                Ok(cut) => {
                    let bytes = self.bytes.get(cut.range.clone()).unwrap_or_default();
                    self.parser.parse(bytes, &cut, &self.file, &mut take);
                }
                Err(problem) => take(Err(problem), None),
            }
        }
    }
}

/// Problems have no bytes of their own, but they take room.
const MOST_CUTS: usize = 1 << 14;
