//! The windows of a big change, on their way to be sorted: files without a name beside the archive hold what does not fit in memory.
//!
//! A big change is written into the archive once, in order: written as many runs and merged there, it would leave as
//! much free room in the file as it takes.

use std::path::Path;

use super::fault;
use crate::{
    error::{ArchiveFault, Error},
    spill::{Sorter, Space},
};

/// Memory for pairs before they go to a file.
const MEMORY: usize = 128 << 20;

/// Pairs in any order.
#[derive(Debug)]
pub(super) struct Pairs<'p> {
    /// The archive: files go beside it.
    path: &'p Path,
    sorter: Sorter<(u64, u32)>,
}

impl<'p> Pairs<'p> {
    pub(super) fn new(path: &'p Path) -> Self {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let space = Space::advising(
            folder.unwrap_or(Path::new(".")),
            "nothing was changed, make room and run it again",
        );
        Self { path, sorter: Sorter::new(&space, MEMORY) }
    }

    pub(super) fn extend(&mut self, pairs: impl Iterator<Item = (u64, u32)>) -> Result<(), Error> {
        self.sorter.extend(pairs).map_err(|error| told(self.path, error))
    }

    /// All pairs, ascending.
    pub(super) fn sorted(self) -> Result<impl Iterator<Item = Result<(u64, u32), Error>> + use<'p>, Error> {
        let path = self.path;
        let sorted = self.sorter.sorted().map_err(|error| told(path, error))?;
        Ok(sorted.map(move |pair| pair.map_err(|error| told(path, error))))
    }
}

fn told(path: &Path, error: Error) -> Error {
    match error {
        Error::Temporary { message, .. } => {
            fault::error(path, ArchiveFault::Unwritable, format!("sorting beside it failed: {message}"))
        }
        other => other,
    }
}
