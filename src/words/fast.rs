//! The fast path: chunks are cut, lower-cased and hashed by byte tables.
//!
//! It states the reference's rule for ASCII once more, as bytes. A chunk with other common
//! characters ([`common`](super::common)) is first rewritten to its normalised bytes, where every
//! byte of 0x80 or more is part of a letter. Whatever it is not sure of (a rarer character, a
//! possible address or slug) goes to the reference, one chunk at a time.

use super::{
    Words,
    common::{self, Kind},
    reference, spaceless_hash,
};
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

/// Bytes that stand for U+00B7 and U+060C in a rewritten chunk.
const MID_LETTER: u8 = 1;
const MID_NUMBER: u8 = 2;

const RUN: u8 = LETTER | DIGIT | UNDER;
const WORD: u8 = LETTER | DIGIT;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            MID_LETTER | MID_NUMBER => SPACE | MIDDLE,
            0..=b' ' => SPACE,
            b'a'..=b'z' => LETTER,
            b'A'..=b'Z' => LETTER | UPPER,
            b'0'..=b'9' => DIGIT,
            b'_' => UNDER | SUSPECT,
            b'-' | b'@' | b'/' => SUSPECT,
            b'.' | b'\'' | b':' | b',' | b';' => MIDDLE,
            0x80..=0xFF => HIGH | LETTER,
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

/// Memory that is used again from chunk to chunk.
#[derive(Default)]
pub(super) struct Scratch {
    reference: reference::Scratch,
    rewritten: Rewritten,
}

/// A stretch of a chunk in normalised bytes.
#[derive(Default)]
struct Rewritten {
    bytes: Vec<u8>,
    /// The source bytes of the character each byte belongs to.
    sources: Vec<Span>,
    seen: u8,
}

impl Rewritten {
    fn clear(&mut self) {
        self.bytes.clear();
        self.sources.clear();
        self.seen = 0;
    }

    #[inline]
    fn put(&mut self, byte: u8, source: Span) {
        self.seen |= class(byte);
        self.bytes.push(byte);
        self.sources.push(source);
    }
}

/// Reads the words of `text`, prose without a gap that starts at byte `base`, onto `out`.
pub(super) fn prose(text: &str, base: u32, scratch: &mut Scratch, out: &mut Words) {
    let mut at = 0;
    while at < text.len() {
        at = chunk(text, at, base, scratch, out) + 1;
    }
}

/// Reads the words of the chunk that starts at byte `start` of `text`, and returns the byte that ends it.
pub(super) fn chunk(text: &str, start: usize, base: u32, scratch: &mut Scratch, out: &mut Words) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    let mut seen = 0;
    while let Some(&byte) = bytes.get(at) {
        let kind = class(byte);
        if kind & SPACE != 0 {
            break;
        }
        seen |= kind;
        at += 1;
    }
    if seen & WORD != 0 {
        let before = out.hashes.len();
        let chunk_base = base.saturating_add(offset(start));
        let is_read = if seen & HIGH == 0 {
            let span = |from: usize, to: usize| {
                Span::new(chunk_base.saturating_add(offset(from)), chunk_base.saturating_add(offset(to)))
            };
            cut(bytes.get(start..at).unwrap_or(&[]), seen, span, out)
        } else {
            common(text.get(start..at).unwrap_or(""), chunk_base, &mut scratch.rewritten, out)
        };
        if !is_read {
            out.hashes.truncate(before);
            out.spans.truncate(before);
            super::refer(text.get(start..at).unwrap_or(""), chunk_base, &mut scratch.reference, out);
        }
    }
    at
}

/// Offsets fit: documents are capped far below 4 GiB.
#[inline]
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Whether bytes may hold an e-mail address, a slug or `://`; `www.` is seen later.
fn is_suspect(chunk: &[u8]) -> bool {
    let joiners = chunk.iter().filter(|&&byte| byte == b'-' || byte == b'_').count();
    joiners + 1 >= super::address::SLUG_PARTS
        || chunk.contains(&b'@')
        || chunk.windows(3).any(|w| w == b"://")
}

/// The words of a chunk of common characters; says no when it holds anything else.
fn common(chunk: &str, base: u32, rewritten: &mut Rewritten, out: &mut Words) -> bool {
    rewritten.clear();
    let mut start = base;
    let mut token = Token::default();
    for c in chunk.chars() {
        let end = start.saturating_add(offset(c.len_utf8()));
        let source = Span::new(start, end);
        start = end;
        let kind = if c.is_ascii() { None } else { Some(common::kind(c)) };
        match kind {
            Some(Kind::Mark(class)) => {
                if !token.mark(c, class, end) {
                    return false;
                }
                continue;
            }
            Some(Kind::Dropped) => continue,
            _ => token.finish(out),
        }
        match kind {
            None => rewritten.put(u8::try_from(c).unwrap_or(b' ').to_ascii_lowercase(), source),
            Some(Kind::Ascii(byte)) => rewritten.put(byte, source),
            Some(Kind::Letter(lower)) => {
                for &byte in lower.encode_utf8(&mut [0; 4]).as_bytes() {
                    rewritten.put(byte, source);
                }
            }
            Some(Kind::Break) => rewritten.put(b' ', source),
            Some(Kind::MidLetter) => rewritten.put(MID_LETTER, source),
            Some(Kind::MidNumber) => rewritten.put(MID_NUMBER, source),
            Some(Kind::Single) => {
                if !flush(rewritten, out) {
                    return false;
                }
                token = Token::start(c, source);
            }
            Some(Kind::Unknown | Kind::Mark(_) | Kind::Dropped) => return false,
        }
    }
    token.finish(out);
    flush(rewritten, out)
}

/// Cuts what was rewritten since the last single token.
fn flush(rewritten: &mut Rewritten, out: &mut Words) -> bool {
    let Rewritten { bytes, sources, seen } = &*rewritten;
    let is_read = seen & WORD == 0 || {
        let source = |at: usize| sources.get(at).copied().unwrap_or_default();
        cut(bytes, seen & !UPPER, |from, to| Span::new(source(from).start, source(to - 1).end), out)
    };
    rewritten.clear();
    is_read
}

/// A character of a script without spaces and the marks on it, while they are gathered.
#[derive(Default)]
struct Token {
    bytes: [u8; 24],
    len: usize,
    class: u8,
    span: Span,
}

impl Token {
    #[inline]
    fn start(c: char, span: Span) -> Self {
        let mut token = Self { span, ..Self::default() };
        token.len = c.encode_utf8(&mut token.bytes).len();
        token
    }

    /// Adds a mark; says no when there is nothing below it, no room, or an order to be changed.
    fn mark(&mut self, c: char, class: u8, end: u32) -> bool {
        let is_ordered = class == 0 || self.class <= class;
        let Some(room) = self.bytes.get_mut(self.len..self.len + 4).filter(|_| is_ordered && self.len > 0)
        else {
            return false;
        };
        self.len += c.encode_utf8(room).len();
        self.class = class;
        self.span.end = end;
        true
    }

    #[inline]
    fn finish(&mut self, out: &mut Words) {
        if self.len > 0 {
            // Zeros stand behind the bytes already.
            let number = |at| self.bytes.as_chunks().0.get(at).map_or(0, |bytes| u64::from_le_bytes(*bytes));
            let hash = if self.len <= hash::SHORT {
                hash::short_word(number(0), number(1), self.len)
            } else {
                hash::word(self.bytes.get(..self.len).unwrap_or(&[]))
            };
            out.push(spaceless_hash(hash, &self.bytes), self.span);
            self.len = 0;
        }
    }
}

/// The words of normalised bytes (but for upper case) without addresses; says no if there may be
/// one. `span` gives the source of a range of bytes.
#[inline]
fn cut(chunk: &[u8], seen: u8, span: impl Fn(usize, usize) -> Span, out: &mut Words) -> bool {
    if seen & SUSPECT != 0 && is_suspect(chunk) {
        return false;
    }
    let mut at = 0;
    loop {
        while class_at(chunk, at) & WORD == 0 {
            if at >= chunk.len() {
                return true;
            }
            at += 1;
        }
        let start = at;
        let mut end = at;
        while let Some(&byte) = chunk.get(at) {
            let kind = class(byte);
            if kind & RUN != 0 {
                at += 1;
                if kind & WORD != 0 {
                    end = at;
                }
            } else if kind & MIDDLE != 0 && joins(chunk, at) {
                if byte < b' ' {
                    return false;
                }
                at += 1;
            } else {
                break;
            }
        }
        let word = chunk.get(start..end).unwrap_or(&[]);
        if word.get(..3).is_some_and(|w| w.eq_ignore_ascii_case(b"www"))
            && chunk.get(start + 3) == Some(&b'.')
        {
            return false;
        }
        let hash = if seen & UPPER != 0 { hash_lower(word) } else { hash::word(word) };
        out.push(hash & !1, span(start, end));
    }
}

/// Whether the middle character at `at` joins the letters or digits on its two sides (WB6, WB7,
/// WB11 and WB12 of UAX #29; a full stop joins letters only when both are alone).
#[inline]
fn joins(chunk: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let both = class_at(chunk, before) & class_at(chunk, at + 1);
    match chunk.get(at) {
        Some(b'.') if both & DIGIT == 0 => both & LETTER != 0 && are_alone(chunk, at),
        Some(b'.' | b'\'') => both & WORD != 0,
        Some(&MID_LETTER) => both & LETTER != 0,
        Some(&(b',' | b';' | MID_NUMBER)) => both & DIGIT != 0,
        _ => false,
    }
}

/// Whether the letters before and after the byte at `at` are words of one letter but for it.
fn are_alone(chunk: &[u8], at: usize) -> bool {
    let is_inside = |byte: &u8| (0x80..0xC0).contains(byte);
    let before = chunk.get(..at).unwrap_or(&[]).iter().rev().take_while(|byte| is_inside(byte)).count() + 1;
    let after = chunk.get(at + 2..).unwrap_or(&[]).iter().take_while(|byte| is_inside(byte)).count() + 2;
    let is_first = at.checked_sub(before + 1).is_none_or(|at| class_at(chunk, at) & RUN == 0);
    is_first && class_at(chunk, at + after) & RUN == 0
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
