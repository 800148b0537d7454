//! How far reading has come: bytes of files as they lie on disk, packed or not.
//!
//! Only whoever waits wants to know. A file counts as far as it was asked for bytes, never for more than its size when it was found, and as
//! a whole when the next one is begun: readers that go back and forth in it, and those that leave the rest alone, are done with it then.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::unpack::Bytes;

/// How far a walk over files has come.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// Bytes of the files before this one.
    passed: u64,
    /// The size of this one; none when nobody knows it.
    size: Option<u64>,
    /// Bytes read of it.
    read: Arc<AtomicU64>,
}

impl Meter {
    /// Begins a file of so many bytes; `u64::MAX` when nobody knows how many.
    pub(super) fn watch(&mut self, file: impl Read + Send + 'static, size: u64) -> Bytes {
        self.pass();
        self.size = (size < u64::MAX).then_some(size);
        self.read = Arc::default();
        Box::new(Watched { file, read: Arc::clone(&self.read) })
    }

    /// The file is done with.
    pub(super) fn pass(&mut self) {
        self.passed += self.size.unwrap_or_else(|| self.read.load(Ordering::Relaxed));
        self.size = Some(0);
    }

    /// How far it has come: never less than before.
    pub(super) fn position(&self) -> u64 {
        self.passed + self.read.load(Ordering::Relaxed).min(self.size.unwrap_or(u64::MAX))
    }
}

/// A file that counts what is read of it.
struct Watched<R> {
    file: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(room)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
