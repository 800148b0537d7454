//! Unpacking with an eye on how much comes out, and with errors in our own words.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use super::{Bytes, FREE_BYTES, RATIO};

/// At most so much is asked of a decoder at once: when it meets a damage, what it wrote by then is lost.
const PIECE_BYTES: usize = 32 << 10;

/// How much went in and how much came out of one file, whatever the number of its members.
#[derive(Debug, Default)]
pub(super) struct Spent {
    packed: AtomicU64,
    unpacked: AtomicU64,
    /// Reading the packed bytes failed: the error is the file's, not the decoder's.
    failed: AtomicBool,
}

impl Spent {
    /// For a file whose packed bytes are counted as they are read.
    pub(super) fn counted() -> Arc<Self> {
        Arc::default()
    }

    /// For a file of so many bytes. What its list of members says is not believed: members may overlap.
    pub(super) fn of_size(bytes: u64) -> Arc<Self> {
        Arc::new(Self { packed: AtomicU64::new(bytes), ..Self::default() })
    }

    /// Whether more came out than any text would give.
    pub(super) fn is_over(&self) -> bool {
        let unpacked = self.unpacked.load(Relaxed);
        FREE_BYTES < unpacked && self.packed.load(Relaxed).saturating_mul(RATIO) < unpacked
    }
}

/// Says why no more is unpacked.
pub(super) fn over() -> String {
    format!(
        "it unpacks to more than {RATIO} times its size, past {} MiB: if that is right, unpack it first",
        FREE_BYTES >> 20
    )
}

/// Packed bytes, counted.
pub(super) struct Packed {
    inner: Bytes,
    spent: Arc<Spent>,
}

impl Packed {
    pub(super) fn new(inner: Bytes, spent: &Arc<Spent>) -> Self {
        Self { inner, spent: Arc::clone(spent) }
    }
}

impl Read for Packed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer);
        match &read {
            Ok(n) => self.spent.packed.fetch_add(*n as u64, Relaxed),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            Err(_) => {
                self.spent.failed.store(true, Relaxed);
                0
            }
        };
        read
    }
}

/// What a decoder gives, as long as that is not too much.
pub(super) struct Guarded {
    inner: Bytes,
    what: &'static str,
    spent: Arc<Spent>,
}

impl Guarded {
    pub(super) fn new(inner: Bytes, what: &'static str, spent: Arc<Spent>) -> Self {
        Self { inner, what, spent }
    }
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.spent.is_over() {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, over()));
        }
        let length = buffer.len().min(PIECE_BYTES);
        match self.inner.read(buffer.get_mut(..length).unwrap_or_default()) {
            Ok(n) => {
                self.spent.unpacked.fetch_add(n as u64, Relaxed);
                Ok(n)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted || self.spent.failed.load(Relaxed) => {
                Err(error)
            }
            Err(error) => Err(in_our_words(&error, self.what)),
        }
    }
}

/// A decoder's error: the same on every machine and with every version of the decoder.
fn in_our_words(error: &io::Error, what: &str) -> io::Error {
    let message = match error.kind() {
        io::ErrorKind::UnexpectedEof => format!("the {what} data is cut short"),
        io::ErrorKind::OutOfMemory => {
            format!("the {what} data asks for more memory than it may have: unpack it first")
        }
        io::ErrorKind::Unsupported => format!("the {what} data uses what is not read here: unpack it first"),
        _ => format!("the {what} data is damaged"),
    };
    io::Error::new(io::ErrorKind::InvalidData, message)
}
