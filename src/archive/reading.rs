//! What an archive without texts keeps of a document: the hashes of its words and where they stood.
//!
//! One blob in the place of the text (`docs/archive-format.md`): the distinct hashes as they are, since nothing makes them
//! smaller, and all the rest as small numbers under zstd.

use std::{collections::HashMap, io::Read as _};

use super::{
    documents::{pack_spans, take_spans},
    varint::{put, take},
};
use crate::span::Span;

/// A byte of a text stands in the stand-in, and begins at most one word, paragraph and sentence: eight numbers of at most five bytes.
const MOST_PER_BYTE: usize = 41;
/// Numbers of a reading that do not grow with its text.
const MOST_BESIDE: usize = 64;

/// What was read of a text, without the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// A text of the same bytes, characters and line ends that tells nothing. Of a stored document it stands in the document.
    pub stand_in: String,
    /// One hash a word, in text order.
    pub hashes: Vec<u64>,
    /// Where each word stands, ascending; as many as `hashes`.
    pub spans: Vec<Span>,
    /// The hash of each word's stem; none, or as many as `hashes`.
    pub stems: Vec<u64>,
    /// The paragraphs, ascending.
    pub paragraphs: Vec<Span>,
    /// The sentences, ascending.
    pub sentences: Vec<Span>,
}

/// Packs a reading with `compressor`.
pub(super) fn pack(
    reading: &Reading,
    compressor: &mut zstd::bulk::Compressor<'_>,
) -> std::io::Result<Vec<u8>> {
    let mut numbers: HashMap<u64, u64> = HashMap::new();
    let mut distinct: Vec<u64> = Vec::new();
    let mut small = Vec::with_capacity(reading.stand_in.len() + 8 * reading.hashes.len());
    put(reading.stand_in.len() as u64, &mut small);
    small.extend_from_slice(reading.stand_in.as_bytes());
    put(reading.hashes.len() as u64, &mut small);
    put(u64::from(!reading.stems.is_empty()), &mut small);
    for hash in reading.hashes.iter().chain(&reading.stems) {
        let next = numbers.len() as u64;
        let number = *numbers.entry(*hash).or_insert_with(|| {
            distinct.push(*hash);
            next
        });
        put(number, &mut small);
    }
    // Distances and lengths by themselves: like goes with like.
    let mut at = 0;
    for span in &reading.spans {
        put(u64::from(span.start.saturating_sub(at)), &mut small);
        at = span.end;
    }
    reading.spans.iter().for_each(|span| put(span.len() as u64, &mut small));
    pack_spans(&reading.paragraphs, &mut small);
    pack_spans(&reading.sentences, &mut small);
    let mut out = Vec::new();
    put(distinct.len() as u64, &mut out);
    distinct.iter().for_each(|hash| out.extend_from_slice(&hash.to_le_bytes()));
    out.extend_from_slice(&compressor.compress(&small)?);
    Ok(out)
}

/// Unpacks a reading of a text of so many bytes; none when it is not what [`pack`] writes.
pub(super) fn unpack(mut blob: &[u8], bytes: usize) -> Option<Reading> {
    let n_distinct = usize::try_from(take(&mut blob)?).ok()?;
    let (hashes, frame) = blob.split_at_checked(n_distinct.checked_mul(8)?)?;
    let distinct: Vec<u64> = hashes.as_chunks().0.iter().map(|hash| u64::from_le_bytes(*hash)).collect();
    let small = unpacked(frame, bytes.saturating_mul(MOST_PER_BYTE).saturating_add(MOST_BESIDE))?;
    let rest = &mut small.as_slice();
    if usize::try_from(take(rest)?) != Ok(bytes) {
        return None;
    }
    let (stand_in, more) = rest.split_at_checked(bytes)?;
    *rest = more;
    let stand_in = String::from_utf8(stand_in.to_vec()).ok()?;
    let n_words = usize::try_from(take(rest)?).ok()?;
    let has_stems = take(rest)? == 1;
    let numbered = |n: usize, rest: &mut &[u8]| {
        (0..n)
            .map(|_| distinct.get(usize::try_from(take(rest)?).ok()?).copied())
            .collect::<Option<Vec<u64>>>()
    };
    let hashes = numbered(n_words, rest)?;
    let stems = if has_stems { numbered(n_words, rest)? } else { Vec::new() };
    let distances = (0..n_words).map(|_| take(rest)).collect::<Option<Vec<u64>>>()?;
    let mut at = 0_u64;
    let spans = distances
        .into_iter()
        .map(|distance| {
            let start = at.checked_add(distance)?;
            at = start.checked_add(take(rest)?)?;
            inside(start, at, &stand_in)
        })
        .collect::<Option<Vec<Span>>>()?;
    let (paragraphs, sentences) = (take_spans(rest, &stand_in)?, take_spans(rest, &stand_in)?);
    rest.is_empty().then_some(Reading { stand_in, hashes, spans, stems, paragraphs, sentences })
}

/// Unpacks a frame of at most so many bytes. Memory grows with what comes out: what a frame says of its size is not believed.
pub(super) fn unpacked(frame: &[u8], at_most: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let limit = (at_most as u64).saturating_add(1);
    zstd::stream::read::Decoder::with_buffer(frame).ok()?.take(limit).read_to_end(&mut out).ok()?;
    (out.len() <= at_most).then_some(out)
}

/// A span that lies inside a text, on its characters.
pub(super) fn inside(start: u64, end: u64, text: &str) -> Option<Span> {
    let on = |at: u64| usize::try_from(at).is_ok_and(|at| text.is_char_boundary(at));
    (on(start) && on(end)).then_some(Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    fn reading(words: &[(u8, u64)], stems: bool) -> Reading {
        let (mut stand_in, mut spans) = (String::new(), Vec::new());
        for (gap, hash) in words {
            stand_in.push_str(&".".repeat(usize::from(*gap)));
            let start = stand_in.len();
            stand_in.push_str(["\u{1a}", "\u{e000}\u{e000}"][usize::from(hash % 2 == 1)]);
            spans.push(Span::from_range(start, stand_in.len()));
        }
        let all = spans.first().map(|first| Span::new(first.start, spans.last().unwrap().end));
        Reading {
            hashes: words.iter().map(|(_, hash)| *hash).collect(),
            stems: if stems { words.iter().map(|(_, hash)| hash / 2).collect() } else { Vec::new() },
            sentences: spans.clone(),
            paragraphs: all.into_iter().collect(),
            spans,
            stand_in,
        }
    }

    proptest! {
        #[test]
        fn readings_come_back(words in prop::collection::vec((0_u8..4, prop_oneof![any::<u64>(), 0_u64..20]), 0..200), stems in any::<bool>()) {
            let reading = reading(&words, stems);
            let packed = pack(&reading, &mut zstd::bulk::Compressor::new(3).unwrap()).unwrap();
            prop_assert_eq!(unpack(&packed, reading.stand_in.len() + 1), None);
            prop_assert_eq!(unpack(&packed, reading.stand_in.len()), Some(reading));
        }

        #[test]
        fn what_was_not_written_is_none_or_sound(
            words in prop::collection::vec((0_u8..4, 0_u64..20), 1..40), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
        ) {
            let reading = reading(&words, true);
            let mut packed = pack(&reading, &mut zstd::bulk::Compressor::new(3).unwrap()).unwrap();
            let at = at.index(packed.len());
            if cut { packed.truncate(at) } else { packed[at] = byte }
            // The checksum around it says what is damage; this must only never fail over it.
            if let Some(read) = unpack(&packed, reading.stand_in.len()) {
                prop_assert_eq!(read.spans.len(), read.hashes.len());
                prop_assert!(read.stems.is_empty() || read.stems.len() == read.hashes.len());
                for span in read.spans.iter().chain(&read.paragraphs).chain(&read.sentences) {
                    prop_assert!(read.stand_in.get(span.range()).is_some());
                }
            }
        }
    }

    #[test]
    fn what_a_frame_says_of_its_size_is_not_believed() {
        let sound = reading(&[(1, 7), (2, 9)], true);
        let packed = pack(&sound, &mut zstd::bulk::Compressor::new(3).unwrap()).unwrap();
        let claimed = (1_u64 << 60).to_le_bytes();
        // One raw block of three bytes, the last; its frame says that 2^60 bytes come out of it, with a small window and with one as large.
        let block = [0x19, 0, 0, b'a', b'b', b'c'];
        for head in [&[0xC0_u8, 0][..], &[0xE0]] {
            let frame = [&[0x28, 0xB5, 0x2F, 0xFD], head, &claimed[..], &block[..]].concat();
            assert_eq!(unpacked(&frame, 99), None);
            assert_eq!(unpack(&[&[0], frame.as_slice()].concat(), 3), None);
        }
        // Nor is more taken than there can be.
        let many = zstd::bulk::compress(&[7; 5000], 3).unwrap();
        assert_eq!((unpacked(&many, 4999), unpacked(&many, 5000).map(|out| out.len())), (None, Some(5000)));
        assert_eq!(unpack(&packed, sound.stand_in.len()), Some(sound));
    }

    #[test]
    fn spans_that_do_not_fit_their_text_are_none() {
        let mut compressor = zstd::bulk::Compressor::new(3).unwrap();
        let sound = reading(&[(1, 7), (2, 9)], false);
        let length = sound.stand_in.len();
        // Inside a character, and behind the end.
        for wrong in [Span::new(2, 7), Span::new(1, 99)] {
            let spans = vec![wrong, sound.spans[1]];
            for broken in [
                Reading { spans: spans.clone(), ..sound.clone() },
                Reading { paragraphs: spans.clone(), ..sound.clone() },
                Reading { sentences: spans, ..sound.clone() },
            ] {
                assert_eq!(unpack(&pack(&broken, &mut compressor).unwrap(), length), None, "{broken:?}");
            }
        }
        let mut longer = pack(&sound, &mut compressor).unwrap();
        assert_eq!(unpack(&longer, length).as_ref(), Some(&sound));
        longer[1] ^= 1;
        assert!(unpack(&longer, length).is_some_and(|other| other.hashes != sound.hashes));
    }
}
