//! Work that does not fit in memory: records go to files that have no name, and come back sorted or as they were put.
//!
//! A room beside the stair: any stage that would hold a record for each word, unit or pair may hold it here instead. Nothing
//! of a stage is known here, and nothing here decides anything: a [`Sorter`] gives the bytes that a sort in memory gives,
//! whatever memory it was allowed.
//!
//! | name | what it holds | how it comes back |
//! |---|---|---|
//! | [`Sorter`] | records in any order | ascending, by merging sorted runs |
//! | [`Log`] | records in the order they were put | in that order, or from any place |
//! | [`Column`] | the same, in memory until it is told to leave it | the same |
//! | [`Documents`] | whole documents, likewise | one by one |
//!
//! # Promises
//!
//! * **No name, no trace.** Files cannot be seen in the folder, and are gone when the process is, however it ends.
//! * **Damage is an error.** Each block carries a checksum that knows its place; what does not pass is never used.
//! * **Two open files** at most for each sorter, one for each log, however much they hold.
//! * **Memory is what was given**, counted in records held and in the buffers before files.

mod column;
mod documents;
mod file;
mod log;
mod merge;
mod record;
mod sorter;

pub use column::{Column, Cursor};
pub use documents::Documents;
pub(crate) use documents::{pack as pack_document, unpack as unpack_document};
pub use log::{Log, Reader};
pub use merge::Sorted;
pub use record::Record;
pub use sorter::Sorter;

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::error::Error;

/// A folder for temporary files, and how many bytes are in them. Clones count together.
#[derive(Clone, Debug)]
pub struct Space(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    folder: PathBuf,
    /// What to do where it fails.
    advice: &'static str,
    bytes: AtomicU64,
    peak: AtomicU64,
    /// The first thing that went wrong where nobody could be told.
    fault: Mutex<Option<(PathBuf, String)>>,
}

impl Space {
    /// The folder to write in; it is looked at when the first file is made.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self::advising(
            folder,
            "make room there, name another folder (`--temp-dir`), or allow more memory (`--memory-limit`)",
        )
    }

    /// The same; errors say what is to be done.
    pub fn advising(folder: impl Into<PathBuf>, advice: &'static str) -> Self {
        let (bytes, peak, fault) = (AtomicU64::new(0), AtomicU64::new(0), Mutex::default());
        Self(Arc::new(Counted { folder: folder.into(), advice, bytes, peak, fault }))
    }

    /// Keeps an error that is met in the middle of a walk over records, which goes on with nothing in their place. Whoever
    /// uses what such a walk gave must [`check`](Self::check) first.
    pub fn blame(&self, error: Error) {
        let fault = match error {
            Error::Temporary { folder, message } => (folder, message),
            other => (self.folder().to_owned(), other.to_string()),
        };
        self.0.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(fault);
    }

    /// Whether something was [blamed](Self::blame): nothing good will come of the run.
    pub fn is_blamed(&self) -> bool {
        self.0.fault.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Whether everything that was read so far was what was written.
    ///
    /// # Errors
    ///
    /// The first [blamed](Self::blame) error, every time.
    pub fn check(&self) -> Result<(), Error> {
        let fault = self.0.fault.lock().unwrap_or_else(PoisonError::into_inner).clone();
        fault.map_or(Ok(()), |(folder, message)| Err(Error::Temporary { folder, message }))
    }

    /// The folder, as it was named.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Bytes in files now.
    pub fn bytes(&self) -> u64 {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// The most bytes there were at any time; 0 as long as everything fits in memory.
    pub fn peak(&self) -> u64 {
        self.0.peak.load(Ordering::Relaxed)
    }

    fn grow(&self, bytes: u64) {
        let now = self.0.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.0.peak.fetch_max(now, Ordering::Relaxed);
    }

    fn shrink(&self, bytes: u64) {
        self.0.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// What the system said, with the folder and what to do.
    fn failed(&self, error: &io::Error) -> Error {
        self.trouble(format!("{error}; {}", self.0.advice))
    }

    /// A block that is not what was written.
    fn damaged(&self) -> Error {
        self.trouble(
            "what was written there is not what is read now: look at the disk, and run it again".to_owned(),
        )
    }

    fn trouble(&self, message: String) -> Error {
        Error::Temporary { folder: self.folder().to_owned(), message }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn bytes_are_counted_and_given_back() {
        let folder = tempfile::tempdir().unwrap();
        let space = Space::new(folder.path());
        let mut first = Log::<u64>::new(&space);
        assert_eq!((space.bytes(), space.peak()), (0, 0));
        first.extend(0..10_000).unwrap();
        first.flush().unwrap();
        let one = space.bytes();
        assert!(80_000 < one && one < 81_000);
        let mut second = Log::<u64>::new(&space.clone());
        second.extend(0..10_000).unwrap();
        second.flush().unwrap();
        assert_eq!(space.bytes(), 2 * one);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        drop((first, second));
        assert_eq!((space.bytes(), space.peak()), (0, 2 * one));
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone");
        let mut sorter = Sorter::new(&Space::new(&gone), 0);
        let error = sorter.extend(0_u32..1000).unwrap_err().to_string();
        assert!(error.contains(gone.to_str().unwrap()) && error.contains("--temp-dir"), "{error}");
    }
}
