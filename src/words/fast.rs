//! The fast path: chunks of ASCII are cut, lower-cased and hashed by byte tables.
//!
//! It states the reference's rule for ASCII once more, as bytes; whatever it is not sure of (a
//! byte outside ASCII, a possible address or slug) goes to the reference, one chunk at a time.

use super::{Words, reference::Scratch};
use crate::{hash, span::Span};

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const UNDER: u8 = 4;
const UPPER: u8 = 8;
/// White space and control characters: ends a chunk.
const SPACE: u8 = 16;
const HIGH: u8 = 32;
/// Can make an address or a slug of a chunk.
const SUSPECT: u8 = 64;
/// `. ' : , ;`, which join under conditions.
const MIDDLE: u8 = 128;

const RUN: u8 = LETTER | DIGIT | UNDER;
const WORD: u8 = LETTER | DIGIT;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            0..=b' ' => SPACE,
            b'a'..=b'z' => LETTER,
            b'A'..=b'Z' => LETTER | UPPER,
            b'0'..=b'9' => DIGIT,
            b'_' => UNDER | SUSPECT,
            b'-' | b'@' | b'/' => SUSPECT,
            b'.' | b'\'' | b':' | b',' | b';' => MIDDLE,
            0x80..=0xFF => HIGH,
            _ => 0,
        };
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

#[inline]
fn class(byte: u8) -> u8 {
    CLASS[byte as usize]
}

#[inline]
fn class_at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).map_or(SPACE, |&byte| class(byte))
}

/// Reads the words of `text`, prose without a gap that starts at byte `base`, onto `out`.
pub(super) fn prose(text: &str, base: u32, scratch: &mut Scratch, out: &mut Words) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let mut seen = 0;
        while let Some(&byte) = bytes.get(at) {
            let kind = class(byte);
            if kind & SPACE != 0 {
                break;
            }
            seen |= kind;
            at += 1;
        }
        if seen & (WORD | HIGH) != 0 {
            let chunk = bytes.get(start..at).unwrap_or(&[]);
            let chunk_base = base.saturating_add(offset(start));
            let is_plain = seen & HIGH == 0 && (seen & SUSPECT == 0 || !is_suspect(chunk));
            if !is_plain || !ascii(chunk, chunk_base, seen & UPPER != 0, out) {
                super::refer(text.get(start..at).unwrap_or(""), chunk_base, scratch, out);
            }
        }
        at += 1;
    }
}

/// Offsets fit: documents are capped far below 4 GiB.
#[inline]
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Whether an ASCII chunk may hold an e-mail address, a slug or `://`; `www.` is seen later.
fn is_suspect(chunk: &[u8]) -> bool {
    let joiners = chunk.iter().filter(|&&byte| byte == b'-' || byte == b'_').count();
    joiners + 1 >= super::address::SLUG_PARTS
        || chunk.contains(&b'@')
        || chunk.windows(3).any(|w| w == b"://")
}

/// The words of an ASCII chunk without addresses; takes all back and says no if there is a `www.`.
#[inline]
fn ascii(chunk: &[u8], base: u32, has_upper: bool, out: &mut Words) -> bool {
    let before = out.hashes.len();
    let mut at = 0;
    loop {
        while at < chunk.len() && class_at(chunk, at) & WORD == 0 {
            at += 1;
        }
        if at >= chunk.len() {
            return true;
        }
        let start = at;
        let mut last = at;
        while at < chunk.len() {
            let kind = class_at(chunk, at);
            if kind & RUN != 0 {
                if kind & WORD != 0 {
                    last = at;
                }
                at += 1;
            } else if kind & MIDDLE != 0 && joins(chunk, at) {
                at += 1;
            } else {
                break;
            }
        }
        let word = chunk.get(start..=last).unwrap_or(&[]);
        if word.get(..3).is_some_and(|w| w.eq_ignore_ascii_case(b"www"))
            && chunk.get(start + 3) == Some(&b'.')
        {
            out.hashes.truncate(before);
            out.spans.truncate(before);
            return false;
        }
        let hash = if has_upper { hash_lower(word) } else { hash::word(word) };
        let span = Span::new(base.saturating_add(offset(start)), base.saturating_add(offset(last + 1)));
        out.push(hash & !1, span);
    }
}

/// Whether the middle character at `at` joins the letters or digits on its two sides (WB6, WB7,
/// WB11 and WB12 of UAX #29).
#[inline]
fn joins(chunk: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let both = class_at(chunk, before) & class_at(chunk, at + 1);
    match chunk.get(at) {
        Some(b'.' | b'\'') => both & WORD != 0,
        Some(b':') => both & LETTER != 0,
        Some(b',' | b';') => both & DIGIT != 0,
        _ => false,
    }
}

/// Hashes a word in lower case.
#[inline]
fn hash_lower(word: &[u8]) -> u64 {
    let mut buffer = [0_u8; 32];
    match buffer.get_mut(..word.len()) {
        Some(lower) => {
            lower.copy_from_slice(word);
            lower.make_ascii_lowercase();
            hash::word(lower)
        }
        None => hash::word(&word.to_ascii_lowercase()),
    }
}
