//! A stream goes in; a window on it that moves on comes out, for readers that look for the end of a record.
//!
//! Places are bytes from the beginning of the file. What lies before the place a reader asks to keep is forgotten
//! as the window moves, so no more is held than the record at hand.

use std::io::{self, Read};

use memchr::memmem;

/// How much is asked of the stream at once.
const STEP_BYTES: usize = 256 << 10;

/// The part of a stream that is held.
pub(super) struct Window<R> {
    reader: R,
    bytes: Vec<u8>,
    /// Where the first byte held stands.
    base: u64,
    /// How far line feeds were counted, and how many there were.
    counted: u64,
    feeds: u64,
    step_bytes: usize,
    ended: bool,
    error: Option<io::Error>,
}

impl<R: Read> Window<R> {
    /// A window on `reader`, which stands `offset` bytes into its file.
    pub(super) fn new(reader: R, offset: u64) -> Self {
        Self {
            reader,
            bytes: Vec::new(),
            base: offset,
            counted: offset,
            feeds: 0,
            step_bytes: STEP_BYTES,
            ended: false,
            error: None,
        }
    }

    /// The same, asking for so many bytes at once.
    #[cfg(test)]
    pub(super) fn with_step(mut self, bytes: usize) -> Self {
        self.step_bytes = bytes.max(1);
        self
    }

    /// Where what was read ends.
    pub(super) fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    /// Why reading stopped before the end, if it did.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// The bytes from one place to another, as far as they are held.
    pub(super) fn slice(&self, from: u64, to: u64) -> &[u8] {
        self.bytes.get(self.index(from)..self.index(to)).unwrap_or_default()
    }

    /// All that is held from a place on.
    pub(super) fn rest(&self, from: u64) -> &[u8] {
        self.bytes.get(self.index(from)..).unwrap_or_default()
    }

    fn index(&self, place: u64) -> usize {
        usize::try_from(place.saturating_sub(self.base))
            .map_or(self.bytes.len(), |at| at.min(self.bytes.len()))
    }

    /// Reads on; what lies before `keep` may be forgotten. False at the end of the stream.
    pub(super) fn more(&mut self, keep: u64) -> bool {
        if self.ended {
            return false;
        }
        let keep = keep.min(self.end());
        let done = self.index(keep);
        // Bytes are moved only when at least as many go: so each is moved once on average.
        if self.bytes.len() / 2 <= done && 0 < done {
            self.line(keep);
            self.bytes.drain(..done);
            self.base += done as u64;
        }
        let wanted = self.step_bytes as u64;
        match self.reader.by_ref().take(wanted).read_to_end(&mut self.bytes) {
            Ok(read) => self.ended = (read as u64) < wanted,
            Err(error) => {
                self.error = Some(error);
                self.ended = true;
            }
        }
        true
    }

    /// The byte at a place; none behind the end.
    pub(super) fn byte(&mut self, at: u64, keep: u64) -> Option<u8> {
        while self.end() <= at && self.more(keep) {}
        self.rest(at).first().copied()
    }

    /// Reads on until `length` bytes from a place are held, or the stream ends.
    pub(super) fn reach(&mut self, at: u64, length: u64, keep: u64) -> &[u8] {
        while self.end() < at + length && self.more(keep) {}
        self.slice(at, at + length)
    }

    /// The first place of a byte in `from..until`; the stream's end counts as none.
    pub(super) fn find(&mut self, byte: u8, mut from: u64, until: u64, keep: u64) -> Option<u64> {
        loop {
            if let Some(at) = memchr::memchr(byte, self.slice(from, until)) {
                return Some(from + at as u64);
            }
            from = self.end().max(from);
            if until <= from || !self.more(keep) {
                return None;
            }
        }
    }

    /// The first place of a few bytes that begin in `from..until`.
    pub(super) fn find_all(
        &mut self,
        needle: &memmem::Finder<'_>,
        mut from: u64,
        until: u64,
        keep: u64,
    ) -> Option<u64> {
        let overlap = needle.needle().len().saturating_sub(1) as u64;
        loop {
            if let Some(at) = needle.find(self.slice(from, until.saturating_add(overlap))) {
                return Some(from + at as u64);
            }
            from = self.end().saturating_sub(overlap).max(from);
            if until <= from || !self.more(keep.min(from)) {
                return None;
            }
        }
    }

    /// The line a place stands on, from 1; places are asked for in order.
    pub(super) fn line(&mut self, at: u64) -> u64 {
        if self.counted < at {
            self.feeds += memchr::memchr_iter(b'\n', self.slice(self.counted, at)).count() as u64;
            self.counted = at;
        }
        self.feeds + 1
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_window_shows_what_the_stream_holds(
            text in "[ab\n]{0,60}", step in 1_usize..20, places in prop::collection::vec((0_u64..70, 1_u64..9), 0..12), offset in 0_u64..5,
        ) {
            let mut places = places;
            places.sort_unstable();
            let mut window = Window::new(text.as_bytes(), offset).with_step(step);
            let bytes = text.as_bytes();
            let finder = memmem::Finder::new(b"aba");
            for (at, length) in places {
                let from = usize::try_from(at).unwrap().min(bytes.len());
                let to = usize::try_from(at + length).unwrap().min(bytes.len());
                prop_assert_eq!(window.byte(at + offset, at + offset), bytes.get(from).copied());
                prop_assert_eq!(window.reach(at + offset, length, at + offset), &bytes[from..to]);
                let lines = bytes[..from].iter().filter(|b| **b == b'\n').count() as u64 + 1;
                prop_assert_eq!(window.line(at + offset), lines);
                let found = window.find(b'b', at + offset, u64::MAX, at + offset);
                let wanted = bytes[from..].iter().position(|b| *b == b'b').map(|i| (from + i) as u64 + offset);
                prop_assert_eq!(found, wanted);
                let found = window.find_all(&finder, at + offset, u64::MAX, at + offset);
                let wanted = bytes[from..].windows(3).position(|w| w == b"aba").map(|i| (from + i) as u64 + offset);
                prop_assert_eq!(found, wanted);
            }
        }
    }

    #[test]
    fn what_is_done_with_is_forgotten() {
        let text = "x".repeat(100_000);
        let mut window = Window::new(text.as_bytes(), 0).with_step(100);
        for at in 0..100_000 {
            assert_eq!(window.byte(at, at), Some(b'x'));
            assert!(window.bytes.len() <= 300, "{}", window.bytes.len());
        }
    }
}
