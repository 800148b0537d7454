//! Blocks: sorted (key, document) pairs go in, a few KiB of bytes with a checksum come out; and back.
//!
//! # Shape
//!
//! ```text
//! block    = entry… checksum
//! entry    = (key less the key before it) << 1 | several, then
//!            one document, or
//!            how many documents, the first, and of each later one the distance less 1
//! checksum = 4 bytes, hash::checksum(block number, entries)
//! ```
//!
//! All numbers are varints (`varint.rs`). In each block the key before the first is 0, so that a block can
//! be read by itself. Keys ascend within a block and from block to block; the documents of a key that
//! do not fit into one entry go on in the next one, under the same key.

use super::varint::{put, skip, take};
use crate::hash;

/// No block is longer: with SQLite's own bytes it fits a page of 4,096.
pub(super) const LONGEST: usize = 4000;

/// Bytes of a checksum.
const CHECKSUM: usize = 4;

/// Most documents of an entry: with five bytes for each, ten for the key and two for their number it fits a block.
const MOST_DOCUMENTS: usize = (LONGEST - CHECKSUM - 12) / 5;

/// A finished block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) number: u64,
    /// Its first key.
    pub(super) first: u64,
    pub(super) bytes: Vec<u8>,
}

/// Makes blocks of pairs that ascend.
#[derive(Debug)]
pub(super) struct Writer {
    /// Of the block at hand; part of its checksum.
    number: u64,
    bytes: Vec<u8>,
    /// Its first key and its last.
    keys: (u64, u64),
    /// The entry at hand.
    key: u64,
    documents: Vec<u32>,
    entry: Vec<u8>,
}

impl Writer {
    /// Starts a run whose first block has this number.
    pub(super) const fn new(number: u64) -> Self {
        Self { number, bytes: Vec::new(), keys: (0, 0), key: 0, documents: Vec::new(), entry: Vec::new() }
    }

    /// Adds a pair, greater than all before it; a block that is full goes to `out`.
    pub(super) fn push(&mut self, key: u64, document: u32, out: &mut Vec<Block>) {
        if self.key != key || MOST_DOCUMENTS <= self.documents.len() {
            self.close_entry(out);
            self.key = key;
        }
        self.documents.push(document);
    }

    /// The rest.
    pub(super) fn finish(mut self, out: &mut Vec<Block>) {
        self.close_entry(out);
        self.close_block(out);
    }

    fn close_entry(&mut self, out: &mut Vec<Block>) {
        if self.documents.is_empty() {
            return;
        }
        self.encode();
        if LONGEST < self.bytes.len() + self.entry.len() + CHECKSUM {
            self.close_block(out);
            self.encode();
        }
        if self.bytes.is_empty() {
            self.keys.0 = self.key;
        }
        self.keys.1 = self.key;
        self.bytes.append(&mut self.entry);
        self.documents.clear();
    }

    /// Writes the entry at hand as it would stand next in the block.
    fn encode(&mut self) {
        let before = if self.bytes.is_empty() { 0 } else { self.keys.1 };
        self.entry.clear();
        let several = 1 < self.documents.len();
        put((self.key - before) << 1 | u64::from(several), &mut self.entry);
        if several {
            put(self.documents.len() as u64, &mut self.entry);
        }
        let mut last = None;
        for &document in &self.documents {
            put(u64::from(last.map_or(document, |last| document - last - 1)), &mut self.entry);
            last = Some(document);
        }
    }

    fn close_block(&mut self, out: &mut Vec<Block>) {
        if self.bytes.is_empty() {
            return;
        }
        let mut bytes = std::mem::take(&mut self.bytes);
        let checksum = hash::checksum(self.number, &bytes);
        bytes.extend_from_slice(&checksum);
        out.push(Block { number: self.number, first: self.keys.0, bytes });
        self.number += 1;
    }
}

/// One key of a block with the documents that stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: u64,
    pub(super) documents: Vec<u32>,
}

/// The entries of a block, in order.
#[derive(Debug)]
pub(super) struct Reader<'b> {
    rest: &'b [u8],
    key: u64,
}

impl<'b> Reader<'b> {
    /// Opens a block; none when its checksum is wrong.
    pub(super) fn open(number: u64, bytes: &'b [u8]) -> Option<Self> {
        let (rest, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
        (hash::checksum(number, rest) == checksum).then_some(Self { rest, key: 0 })
    }

    /// Reads the next entry into `entry`; false at the end, none when the bytes are no entry.
    pub(super) fn next_into(&mut self, entry: &mut Entry) -> Option<bool> {
        entry.documents.clear();
        if self.rest.is_empty() {
            return Some(false);
        }
        let head = take(&mut self.rest)?;
        self.key = self.key.checked_add(head >> 1)?;
        entry.key = self.key;
        let several = head & 1 == 1;
        let n = if several { take(&mut self.rest)? } else { 1 };
        let mut next = 0_u64;
        for _ in 0..n {
            let document = next.checked_add(take(&mut self.rest)?)?;
            entry.documents.push(u32::try_from(document).ok()?);
            next = document + 1;
        }
        Some(true)
    }
}

/// A block that keys are looked up in, ascending.
#[derive(Debug, Default)]
pub(super) struct Finder {
    entries: Vec<u8>,
    /// Where the next entry begins, and the key before it.
    at: usize,
    key: u64,
}

impl Finder {
    /// Opens a block; none when its checksum is wrong.
    pub(super) fn open(number: u64, mut bytes: Vec<u8>) -> Option<Self> {
        Reader::open(number, &bytes)?;
        bytes.truncate(bytes.len().checked_sub(CHECKSUM)?);
        Some(Self { entries: bytes, at: 0, key: 0 })
    }

    /// Adds the documents of a key, not less than any that was asked for before, to `out`; at most `most` of them. Says
    /// how many there are; none when the bytes are no entries. An entry that was read is not read again.
    pub(super) fn find(&mut self, key: u64, most: usize, out: &mut Vec<u32>) -> Option<u64> {
        let mut n_documents = 0;
        let mut rest = self.entries.get(self.at..)?;
        while !rest.is_empty() {
            let head = take(&mut rest)?;
            let found = self.key.checked_add(head >> 1)?;
            if key < found {
                break;
            }
            let n = if head & 1 == 1 { take(&mut rest)? } else { 1 };
            if found < key {
                for _ in 0..n {
                    skip(&mut rest)?;
                }
            } else {
                let mut next = 0_u64;
                for _ in 0..n {
                    let document = next.checked_add(take(&mut rest)?)?;
                    if out.len() < most {
                        out.push(u32::try_from(document).ok()?);
                    }
                    next = document + 1;
                }
                n_documents += n;
            }
            self.key = found;
            self.at = self.entries.len() - rest.len();
        }
        Some(n_documents)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    fn write(pairs: &[(u64, u32)], number: u64) -> Vec<Block> {
        let (mut writer, mut blocks) = (Writer::new(number), Vec::new());
        pairs.iter().for_each(|(key, document)| writer.push(*key, *document, &mut blocks));
        writer.finish(&mut blocks);
        blocks
    }

    fn read(blocks: &[Block]) -> Vec<(u64, u32)> {
        let (mut pairs, mut entry) = (Vec::new(), Entry::default());
        for block in blocks {
            let mut reader = Reader::open(block.number, &block.bytes).unwrap();
            let from = pairs.len();
            while reader.next_into(&mut entry).unwrap() {
                pairs.extend(entry.documents.iter().map(|document| (entry.key, *document)));
            }
            assert_eq!(pairs[from].0, block.first);
        }
        pairs
    }

    proptest! {
        #[test]
        fn pairs_come_back(
            mut pairs in prop::collection::vec((prop_oneof![0_u64..4, 0_u64..1 << 40], any::<u32>()), 0..3000), number in 0_u64..1 << 50,
        ) {
            pairs.sort_unstable();
            pairs.dedup();
            let blocks = write(&pairs, number);
            prop_assert!(blocks.iter().all(|block| block.bytes.len() <= LONGEST));
            prop_assert!(blocks.iter().zip(number..).all(|(block, number)| block.number == number));
            prop_assert_eq!(read(&blocks), pairs);
        }
    }

    proptest! {
        #[test]
        fn keys_are_found_as_a_reader_reads_them(
            mut pairs in prop::collection::vec((0_u64..40, any::<u32>()), 1..300), mut asked in prop::collection::vec(0_u64..44, 1..30), most in 0_usize..20,
        ) {
            pairs.sort_unstable();
            pairs.dedup();
            asked.sort_unstable();
            asked.dedup();
            for block in write(&pairs, 3) {
                let inside = read(std::slice::from_ref(&block));
                let mut finder = Finder::open(3, block.bytes).unwrap();
                for key in &asked {
                    let expected: Vec<u32> = inside.iter().filter(|pair| pair.0 == *key).map(|pair| pair.1).collect();
                    let mut found = Vec::new();
                    prop_assert_eq!(finder.find(*key, most, &mut found), Some(expected.len() as u64));
                    prop_assert_eq!(&found[..], &expected[..most.min(expected.len())]);
                }
            }
        }
    }

    #[test]
    fn a_key_of_more_documents_than_an_entry_holds_is_split_and_comes_back_whole() {
        // Distances of one byte and of four.
        for distance in [1, 40_000] {
            let n_documents = 20 * u32::try_from(MOST_DOCUMENTS).unwrap() + 1;
            let several = (0..n_documents).map(|n| (7, n * distance));
            let pairs: Vec<(u64, u32)> =
                std::iter::once((3, 5)).chain(several).chain(std::iter::once((9, 1))).collect();
            let blocks = write(&pairs, 0);
            assert!(1 < blocks.len());
            assert!(blocks.iter().all(|block| block.bytes.len() <= LONGEST), "a page holds each");
            assert_eq!(read(&blocks), pairs);
            let (mut found, mut n_found, mut longest) = (Vec::new(), 0, 0);
            for block in &blocks {
                let mut reader = Reader::open(block.number, &block.bytes).unwrap();
                let mut entry = Entry::default();
                while reader.next_into(&mut entry).unwrap() {
                    longest = longest.max(entry.documents.len());
                }
                let mut finder = Finder::open(block.number, block.bytes.clone()).unwrap();
                n_found += finder.find(7, usize::MAX, &mut found).unwrap();
            }
            assert_eq!(longest, MOST_DOCUMENTS);
            assert_eq!(n_found, u64::from(n_documents));
            assert!(found.iter().copied().eq((0..n_documents).map(|n| n * distance)));
        }
    }

    #[test]
    fn full_blocks_are_nearly_full() {
        let pairs: Vec<(u64, u32)> = (0..100_000).map(|n| (u64::from(n) * 5000, n * 7)).collect();
        let blocks = write(&pairs, 0);
        let all: usize = blocks.iter().map(|block| block.bytes.len()).sum();
        assert!(blocks.len() * LONGEST * 99 / 100 < all, "{} blocks, {all} bytes", blocks.len());
        // A key costs two bytes, a document three.
        assert!(all < 100_000 * 51 / 10, "{all}");
    }

    #[test]
    fn a_flipped_bit_or_another_number_is_noticed() {
        let blocks = write(&[(3, 1), (3, 2), (9, 1)], 5);
        let [block] = &blocks[..] else { panic!("{blocks:?}") };
        assert!(Reader::open(6, &block.bytes).is_none());
        for at in 0..8 * block.bytes.len() {
            let mut bytes = block.bytes.clone();
            bytes[at / 8] ^= 1 << (at % 8);
            assert!(Reader::open(5, &bytes).is_none(), "{at}");
        }
        for end in 0..block.bytes.len() {
            assert!(Reader::open(5, &block.bytes[..end]).is_none());
        }
    }
}
