//! The block path: 64 bytes at a time become bit masks, and words are read off the masks.
//!
//! It states the rule for ASCII a third time, in bits; letters outside ASCII that are as long in
//! lower case join in (`resolve`). What it cannot say in bits (rarer characters, underscores,
//! possible addresses and slugs) goes to the byte tables of `fast.rs`, for that chunk only. How
//! bytes become masks is the business of the instruction sets, in `x86.rs`.
//!
//! # The idea
//!
//! A block begins where a chunk may begin and is used up to its last white space, so that no word
//! crosses its limits and nothing has to be carried from block to block. Bit `i` of a mask speaks
//! of byte `i`. Letters and digits, and the marks that join them, are `run`; a word starts where
//! `run` follows none and ends where none follows `run`. A word of up to 16 bytes is read from the
//! lower-cased block in two loads, cleared behind its end, and hashed without a branch on its length.
//!
//! # Promises
//!
//! * The words are those of the byte tables, and so those of the reference, on every input.
//! * Each byte is looked at twice at most.
//!
//! Unsafe because words are written into a list's spare memory and then counted: by way of a
//! buffer the whole path is a fifth slower.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;

use super::{
    Words,
    address::SLUG_PARTS,
    common::{self, Kind},
    fast,
};
use crate::{
    hash::{self, SHORT},
    span::Span,
};

/// Bytes that are looked at together.
pub(super) const BLOCK: usize = 64;

/// A block in lower case, and room to read [`SHORT`] bytes from anywhere in it.
pub(super) type Lower = [u8; BLOCK + SHORT];

/// What the bytes of a block are; bit `i` for byte `i`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Masks {
    /// 0x20 and below.
    pub(super) space: u64,
    pub(super) letter: u64,
    pub(super) digit: u64,
    pub(super) full_stop: u64,
    pub(super) apostrophe: u64,
    /// `,` and `;`.
    pub(super) comma: u64,
    pub(super) hyphen: u64,
    /// `/`, `w` and `W`: two in a row may be part of `://` or `www.`.
    pub(super) address: u64,
    /// `_`, `@` and 0x80 and above.
    pub(super) odd: u64,
}

/// Reads the words of `text`, prose without a gap that starts at byte `base`, onto `out`.
///
/// `classify` gives the masks of a block and its lower case.
#[inline(always)]
pub(super) fn prose(
    text: &str,
    base: u32,
    scratch: &mut fast::Scratch,
    out: &mut Words,
    classify: impl Fn(&[u8; BLOCK], &mut Lower) -> Masks,
) {
    let bytes = text.as_bytes();
    if u32::try_from(bytes.len()).ok().and_then(|len| base.checked_add(len)).is_none() {
        return fast::prose(text, base, scratch, out);
    }
    let mut lower = [0; BLOCK + SHORT];
    let mut padded = [b' '; BLOCK];
    let mut at = 0;
    while let Some(rest @ &[first, ..]) = bytes.get(at..) {
        // Mostly scripts without spaces, of which masks say nothing.
        if matches!(first, 0xE0..=0xE1 | 0xE3..=0xE9) {
            at = fast::chunk(text, at, base, scratch, out) + 1;
            continue;
        }
        let block = rest.first_chunk().unwrap_or_else(|| {
            for (to, from) in padded.iter_mut().zip(rest) {
                *to = *from;
            }
            &padded
        });
        let mut masks = classify(block, &mut lower);
        if masks.space == 0 {
            at = fast::chunk(text, at, base, scratch, out) + 1;
            continue;
        }
        let last = 63 - masks.space.leading_zeros();
        let inside = (1 << last) - 1;
        let mut odd = odd(&masks) & inside;
        if odd != 0 {
            (masks.letter, odd) = resolve(text, at, &masks, odd, &mut lower);
        }
        let mut run = run(&masks) & inside;
        let here = base + offset(at);
        while odd != 0 {
            let (start, end) = chunk_around(&masks, odd.trailing_zeros());
            push(run & ((1 << start) - 1), &lower, here, out);
            fast::chunk(text, at + start as usize, base, scratch, out);
            run &= u64::MAX << end;
            odd &= u64::MAX << end;
        }
        push(run, &lower, here, out);
        at += last as usize + 1;
    }
}

/// The bytes of words: letters, digits, and the marks that join them (WB6, WB7, WB11 and WB12 of
/// UAX #29; a full stop joins letters only when both are alone).
#[inline(always)]
fn run(masks: &Masks) -> u64 {
    let &Masks { letter, digit, full_stop, apostrophe, comma, .. } = masks;
    let word = letter | digit;
    let letters = letter << 1 & letter >> 1;
    let digits = digit << 1 & digit >> 1;
    let alone = !(word << 2 | word >> 2);
    word | full_stop & (digits | letters & alone) | apostrophe & (digits | letters) | comma & digits
}

/// Bytes whose chunks are for the byte tables.
#[inline(always)]
fn odd(masks: &Masks) -> u64 {
    let word = masks.letter | masks.digit;
    let joiners = masks.hyphen & word << 1 & word >> 1;
    let odd = masks.odd | masks.address & masks.address >> 1;
    if joiners.count_ones() as usize + 1 < SLUG_PARTS { odd } else { odd | joiners }
}

/// Where the chunk that holds byte `place` of a block starts and ends.
#[inline(always)]
fn chunk_around(masks: &Masks, place: u32) -> (u32, u32) {
    let before = masks.space & ((1 << place) - 1);
    (64 - before.leading_zeros(), place + (masks.space >> place).trailing_zeros())
}

/// Understands the commonest characters outside ASCII: letters that are as long in lower case
/// become letters, and are lower-cased; what only parts words is no longer odd. Returns the
/// letters, and what is left to the byte tables. `text` holds the block from byte `at`.
#[inline(never)]
fn resolve(text: &str, at: usize, masks: &Masks, mut odd: u64, lower: &mut Lower) -> (u64, u64) {
    let mut high = 0;
    let mut hard = 0;
    while odd != 0 {
        let place = odd.trailing_zeros();
        let start = at + place as usize;
        let c = text.get(start..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
        let bytes = ((1_u64 << c.len_utf8()) - 1) << place;
        let is_known = match if c.is_ascii() { Kind::Unknown } else { common::kind(c) } {
            Kind::Letter(letter) if letter.len_utf8() == c.len_utf8() => {
                if letter != c {
                    put(letter, place, lower);
                }
                high |= bytes;
                true
            }
            Kind::Break => true,
            // What could join, but has nothing to join.
            Kind::Ascii(b'\'' | b'-') | Kind::MidLetter | Kind::MidNumber => {
                let is_word = |at: Option<usize>| {
                    let byte = at.and_then(|at| text.as_bytes().get(at));
                    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
                };
                !(is_word(start.checked_sub(1)) && is_word(Some(start + c.len_utf8())))
            }
            _ => false,
        };
        odd &= !bytes;
        if !is_known {
            hard |= 1 << place;
            odd &= u64::MAX << chunk_around(masks, place).1;
        }
    }
    // A full stop beside a long letter: whether that is alone cannot be said in bits.
    let letter = masks.letter | high;
    hard |= masks.full_stop & (high << 1 | high >> 1) & letter << 1 & letter >> 1;
    let word = letter | masks.digit;
    let joiners = masks.hyphen & word << 1 & word >> 1;
    if joiners.count_ones() as usize + 1 >= SLUG_PARTS {
        hard |= joiners;
    }
    (letter, hard & ((1 << (63 - masks.space.leading_zeros())) - 1))
}

/// Writes a letter of two or three bytes. Kept apart, since most letters are in lower case.
#[inline(never)]
fn put(letter: char, place: u32, lower: &mut Lower) {
    if let Some(to) = lower.get_mut(place as usize..).and_then(|rest| rest.get_mut(..letter.len_utf8())) {
        letter.encode_utf8(to);
    }
}

/// The words of `run`, a block that starts at byte `here`.
#[inline(always)]
fn push(run: u64, lower: &Lower, here: u32, out: &mut Words) {
    let mut starts = run & !(run << 1);
    let mut ends = !run & run << 1;
    let n_words = starts.count_ones() as usize;
    out.hashes.reserve(MOST_WORDS);
    out.spans.reserve(MOST_WORDS);
    let hashes = groups(out.hashes.spare_capacity_mut());
    let spans = groups(out.spans.spare_capacity_mut());
    // Whole groups, so that the number of words is seldom mispredicted; the rest is not counted.
    let mut n_written = 0;
    for (hashes, spans) in hashes.zip(spans) {
        if n_words <= n_written {
            break;
        }
        for (hash, span) in hashes.iter_mut().zip(spans) {
            let (start, end) = (starts.trailing_zeros(), ends.trailing_zeros());
            hash.write(hash_at(lower, start as usize, end as usize) & !1);
            span.write(Span { start: here.wrapping_add(start), end: here.wrapping_add(end) });
            starts &= starts.wrapping_sub(1);
            ends &= ends.wrapping_sub(1);
        }
        n_written += GROUP;
    }
    let n_words = n_words.min(n_written);
    // SAFETY: at least `n_words` elements after the lists' ends were written above, in spare
    // memory of the lists, so neither sum can overflow or pass the capacity.
    unsafe {
        out.hashes.set_len(out.hashes.len() + n_words);
        out.spans.set_len(out.spans.len() + n_words);
    }
}

/// Spare memory in groups of words.
#[inline(always)]
fn groups<T>(spare: &mut [MaybeUninit<T>]) -> impl Iterator<Item = &mut [MaybeUninit<T>; GROUP]> {
    spare.as_chunks_mut().0.iter_mut()
}

/// A block has no more words than every other byte can be; whole groups of them.
const MOST_WORDS: usize = BLOCK / 2;

/// Words that are read without asking whether there are so many.
const GROUP: usize = 4;

/// The hash of the bytes `start..end` of a block.
#[inline(always)]
fn hash_at(lower: &Lower, start: usize, end: usize) -> u64 {
    let len = end - start;
    if len > SHORT {
        return long(lower, start, end);
    }
    let read = |from: &[u8], at: usize| {
        from.get(at..at + 8).and_then(|read| read.first_chunk()).map_or(0, |read| u64::from_le_bytes(*read))
    };
    let keep = SHORT - len;
    hash::short_word(
        read(lower, start) & read(&KEEP, keep),
        read(lower, start + 8) & read(&KEEP, keep + 8),
        len,
    )
}

/// The same for a long word: kept apart, since few are.
#[cold]
#[inline(never)]
fn long(lower: &Lower, start: usize, end: usize) -> u64 {
    hash::word(lower.get(start..end).unwrap_or(&[]))
}

/// A window on it that starts `n` bytes before the middle keeps `n` bytes.
static KEEP: [u8; 2 * SHORT] = {
    let mut keep = [0; 2 * SHORT];
    let (ones, _) = keep.split_at_mut(SHORT);
    let mut at = 0;
    while at < SHORT {
        ones[at] = 0xFF;
        at += 1;
    }
    keep
};

/// Offsets fit: documents are capped far below 4 GiB.
#[inline]
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
