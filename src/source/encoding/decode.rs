//! Decoding: of a whole text at once, or of a stream as it is read; what cannot be decoded is counted.

use std::{
    io::{self, Read},
    sync::{Arc, Mutex, PoisonError},
};

use encoding_rs::DecoderResult;

use crate::settings::{Encoding, Utf32};

/// Bytes asked for at once.
const BUFFER_BYTES: usize = 64 << 10;

/// Room for one character, and for what a decoder may hold back.
const ROOM: usize = 64;

/// What stands for bytes that cannot be decoded.
const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

/// Places that could not be decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::source) struct Lost {
    pub(in crate::source) count: u64,
    /// The line of the first one, from 1.
    pub(in crate::source) line: u64,
}

impl Lost {
    /// What is told of them, if there are any.
    pub(in crate::source) fn message(self, encoding: Encoding) -> Option<String> {
        let places = if self.count == 1 { "one place is" } else { "places are" };
        let number = if self.count == 1 { String::new() } else { format!("{} ", self.count) };
        (0 < self.count).then(|| {
            format!(
                "{number}{places} not {}; the rest of the text is used, with U+FFFD there",
                encoding.name()
            )
        })
    }
}

/// Decodes what comes in pieces.
struct Decoder {
    kind: Kind,
    /// Line feeds decoded so far.
    feeds: u64,
    lost: Lost,
}

enum Kind {
    Known(Box<encoding_rs::Decoder>),
    Utf32(Utf32),
}

impl Decoder {
    fn new(encoding: Encoding) -> Self {
        let kind = match encoding.known() {
            Ok(known) => Kind::Known(Box::new(known.new_decoder_without_bom_handling())),
            Err(utf32) => Kind::Utf32(utf32),
        };
        Self { kind, feeds: 0, lost: Lost::default() }
    }

    /// Decodes from `from` into `into`, as far as one of them goes: how many bytes were used and made, and whether
    /// there may be more to come without more input. `into` has room for [`ROOM`] bytes at least.
    fn step(&mut self, from: &[u8], into: &mut [u8], last: bool) -> (usize, usize, bool) {
        let room = into.len().saturating_sub(REPLACEMENT.len());
        let free = into.get_mut(..room).unwrap_or_default();
        let (result, read, mut written) = match &mut self.kind {
            Kind::Known(known) => known.decode_to_utf8_without_replacement(from, free, last),
            Kind::Utf32(utf32) => utf32_to_utf8(*utf32, from, free, last),
        };
        if self.lost.count == 0 {
            self.feeds += memchr::memchr_iter(b'\n', into.get(..written).unwrap_or_default()).count() as u64;
        }
        if let DecoderResult::Malformed(..) = result {
            if let Some(place) = into.get_mut(written..).and_then(|rest| rest.get_mut(..REPLACEMENT.len())) {
                place.copy_from_slice(REPLACEMENT);
                written += REPLACEMENT.len();
            }
            self.lost.count += 1;
            if self.lost.count == 1 {
                self.lost.line = self.feeds + 1;
            }
        }
        (read, written, result != DecoderResult::InputEmpty)
    }
}

/// What `encoding_rs` does, of UTF-32.
fn utf32_to_utf8(order: Utf32, from: &[u8], into: &mut [u8], last: bool) -> (DecoderResult, usize, usize) {
    let (mut read, mut written) = (0, 0);
    let (units, rest) = from.as_chunks::<4>();
    for unit in units {
        let code = if order.big { u32::from_be_bytes(*unit) } else { u32::from_le_bytes(*unit) };
        let Some(free) = into.get_mut(written..).filter(|free| 4 <= free.len()) else {
            return (DecoderResult::OutputFull, read, written);
        };
        read += 4;
        match char::from_u32(code) {
            Some(c) => written += c.encode_utf8(free).len(),
            None => return (DecoderResult::Malformed(4, 0), read, written),
        }
    }
    if last && !rest.is_empty() {
        return (DecoderResult::Malformed(1, 0), read + rest.len(), written);
    }
    (DecoderResult::InputEmpty, read, written)
}

/// Decodes a whole text.
pub(super) fn all(mut bytes: &[u8], encoding: Encoding) -> (String, Lost) {
    let mut decoder = Decoder::new(encoding);
    let mut out = vec![0; bytes.len() + bytes.len() / 2 + ROOM];
    let mut n_out = 0;
    loop {
        let (read, written, more) = decoder.step(bytes, out.get_mut(n_out..).unwrap_or_default(), true);
        bytes = bytes.get(read..).unwrap_or_default();
        n_out += written;
        if !more {
            break;
        }
        if out.len() < n_out + ROOM {
            out.resize(out.len() + out.len() / 2 + ROOM, 0);
        }
    }
    out.truncate(n_out);
    // A decoder gives nothing but UTF-8.
    let text =
        String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    (text, decoder.lost)
}

/// A stream of UTF-8, made of one in another encoding.
pub(in crate::source) struct Transcoded<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// What of `raw` is still to be decoded.
    from: usize,
    out: Vec<u8>,
    /// What of `out` was given, and what of it there is.
    given: usize,
    n_out: usize,
    /// No more can be read, because it has ended or because of an error.
    ended: bool,
    failed: Option<io::Error>,
    finished: bool,
    lost: Arc<Mutex<Lost>>,
}

impl<R: Read> Transcoded<R> {
    /// The stream, and what it could not decode by then.
    pub(in crate::source) fn new(inner: R, encoding: Encoding) -> (Self, Arc<Mutex<Lost>>) {
        let lost = Arc::default();
        let stream = Self {
            inner,
            decoder: Decoder::new(encoding),
            raw: Vec::with_capacity(BUFFER_BYTES),
            from: 0,
            out: vec![0; 2 * BUFFER_BYTES],
            given: 0,
            n_out: 0,
            ended: false,
            failed: None,
            finished: false,
            lost: Arc::clone(&lost),
        };
        (stream, lost)
    }

    /// Decodes some more.
    fn more(&mut self) {
        if !self.ended {
            self.raw.drain(..self.from);
            self.from = 0;
            let room = BUFFER_BYTES.saturating_sub(self.raw.len());
            match self.inner.by_ref().take(room as u64).read_to_end(&mut self.raw) {
                Ok(read) => self.ended = read < room,
                // What was read before it counts.
                Err(error) => (self.ended, self.failed) = (true, Some(error)),
            }
        }
        let last = self.ended && self.failed.is_none();
        let raw = self.raw.get(self.from..).unwrap_or_default();
        let (read, written, more) = self.decoder.step(raw, &mut self.out, last);
        self.from += read;
        (self.given, self.n_out) = (0, written);
        self.finished = self.ended && !more;
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = self.decoder.lost;
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.n_out {
            if self.finished {
                return self.failed.take().map_or(Ok(0), Err);
            }
            self.more();
        }
        let n = (self.out.get(self.given..self.n_out).unwrap_or_default()).read(buffer)?;
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use proptest::prelude::*;

    use super::*;

    /// Reads so many bytes at a time, and gives so many.
    struct Slow<'b>(&'b [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(buffer.len());
            self.0.read(&mut buffer[..n])
        }
    }

    fn utf32(text: &str, big: bool) -> Vec<u8> {
        let bytes = |c: char| if big { u32::from(c).to_be_bytes() } else { u32::from(c).to_le_bytes() };
        text.chars().flat_map(bytes).collect()
    }

    proptest! {
        #[test]
        fn a_stream_gives_what_the_whole_gives(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            label in prop::sample::select(vec!["utf-8", "utf-16le", "utf-16be", "utf-32le", "shift_jis", "gb18030", "iso-2022-jp", "koi8-r"]),
            step in 1_usize..50,
        ) {
            let encoding = Encoding::parse(label).unwrap();
            let (text, lost) = all(&bytes, encoding);
            let (mut stream, told) = Transcoded::new(Slow(&bytes, step), encoding);
            let mut read = Vec::new();
            stream.read_to_end(&mut read).unwrap();
            prop_assert_eq!(String::from_utf8(read).unwrap(), text);
            prop_assert_eq!(*told.lock().unwrap(), lost);
        }

        #[test]
        fn utf32_is_decoded(text in "\\PC{0,40}\n\\PC{0,40}", big in any::<bool>()) {
            let encoding = if big { Encoding::UTF_32BE } else { Encoding::UTF_32LE };
            prop_assert_eq!(all(&utf32(&text, big), encoding), (text, Lost::default()));
        }
    }

    #[test]
    fn what_is_lost_is_counted_with_its_first_line() {
        let (text, lost) = all(b"one\ntwo \x81\nthree \x81", Encoding::parse("euc-kr").unwrap());
        assert_eq!((text.as_str(), lost), ("one\ntwo \u{FFFD}\nthree \u{FFFD}", Lost { count: 2, line: 2 }));
        let (text, lost) = all(&[0x41, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F, 0x42], Encoding::UTF_32LE);
        assert_eq!((text.as_str(), lost), ("A\u{FFFD}\u{FFFD}", Lost { count: 2, line: 1 }));
    }
}
