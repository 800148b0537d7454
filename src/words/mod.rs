//! Words: text goes in, the hashes of its normalised words come out, each with its bytes.
//!
//! Stage 3 of 8. Before it, `segment` cuts documents into units; after it,
//! [`shingle`](crate::shingle) joins words into sets. It does not know documents or languages, it
//! keeps no text, and it cannot fail.
//!
//! # The rule, version 1
//!
//! Two texts are the same when their words are. Words are read from *chunks*: the longest runs of
//! bytes above 0x20 in prose (a gap parts chunks as a space does). What a chunk's words are
//! depends on nothing outside it. In each chunk:
//!
//! 1. **Characters.** Default-ignorable characters (soft hyphen, zero-width, bidi controls,
//!    variation selectors, byte order mark) and the Arabic tatweel are dropped. The rest is
//!    brought to NFKC and lower case, character by character; typographic apostrophes become `'`,
//!    double quotes `"`, hyphens, minus and the en dash `-`; final sigma becomes sigma.
//!    A character whose decomposition holds several words (`㍿`, `℅`) is kept and is one word.
//! 2. **Zalgo.** When any base carries more than three marks of the blocks U+0300, 1AB0, 1DC0,
//!    20D0 and FE20, counted after decomposition, the chunk loses all marks of these blocks. Up to
//!    three are kept whether or not they compose: Yoruba and Lithuanian need marks that do not.
//! 3. **Addresses.** A URL, an e-mail address or a slug of four parts or more is one word, without
//!    the punctuation around it. What counts as one: `address.rs`.
//! 4. **Scripts without spaces.** Each Han, Hiragana, Katakana, Thai, Lao, Khmer or Myanmar letter
//!    or number, with its marks, is one token. Only these tokens are *spaceless*. Where lengths are compared, one counts
//!    as half a word, one of an alphabet (Thai, Lao, Khmer, Myanmar) as a quarter: see [`quarters`].
//! 5. **The rest** is cut at the word boundaries of UAX #29. A piece counts when it holds a letter
//!    or a number, from the first to the last of them (and the marks on it). Two marks that UAX #29
//!    keeps inside words part them here: a colon between letters, and a full stop between letters
//!    unless both are alone, so that a sentence glued to the one before it keeps its first word.
//!
//! | text | words |
//! |---|---|
//! | `Korea’s` | `korea's` |
//! | `U.S. troops` | `u.s` `troops` |
//! | `interests.The` | `interests` `the` |
//! | `computer-simulated` | `computer` `simulated` |
//! | `3.5, 1,000` | `3.5` `1,000` |
//! | `(www.example.org/a?b)` | `www.example.org/a?b` |
//! | `東京タワー` | `東` `京` `タ` `ワ` `ー` |
//!
//! # Shapes
//!
//! | name | what it holds | type |
//! |---|---|---|
//! | `hashes` | [`hash::word`] of a word's UTF-8, its lowest bit replaced: 1 for a spaceless token, whose next bit is 1 when it is a letter of an alphabet | `u64` |
//! | `spans` | the original bytes from the first to the last character that gave the word | [`Span`] |
//!
//! # Promises
//!
//! * Words are in text order; spans ascend, never touch a gap, never overlap, are never empty, and
//!   lie on character boundaries.
//! * The words of a text, joined by spaces, are their own words.
//! * [`words`] equals [`normalised`] hashed, on every machine.
//! * Time is linear in the text, Zalgo included (marks of other blocks are sorted, as Unicode asks).
//!
//! # Limits
//!
//! The character tables are those of the Unicode crates and of the compiler; a character assigned
//! after the version in use is punctuation. Texts end at 4 GiB.
//!
//! # Source
//!
//! UAX #29 (words) and UAX #15 (normal forms). We differ: chunks, addresses, spaceless tokens and
//! trimmed pieces are ours.

mod address;
#[cfg(target_arch = "x86_64")]
mod blocks;
mod chars;
mod common;
mod fast;
mod normal;
mod path;
mod reference;
mod stem;
#[cfg(target_arch = "x86_64")]
mod x86;

#[doc(hidden)]
pub use path::Path;

use crate::{hash, span::Span};

/// The number of the rule above; stored wherever hashes of words are.
pub const VERSION: u32 = 1;

/// The words of one text, in text order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// One hash a word; see [`is_spaceless`].
    pub hashes: Vec<u64>,
    /// Where each word stands in the original text; as many as `hashes`.
    pub spans: Vec<Span>,
}

impl Words {
    /// How many words.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Forgets the words and keeps the memory.
    pub fn clear(&mut self) {
        self.hashes.clear();
        self.spans.clear();
    }

    #[inline]
    fn push(&mut self, hash: u64, span: Span) {
        self.hashes.push(hash);
        self.spans.push(span);
    }
}

/// Reads the words of `text`.
///
/// No word is read from `gaps` (ascending spans of bytes that are no prose), and none runs across
/// one. Time is linear in the text.
///
/// ```
/// use twicetold::{Span, words};
///
/// let text = "Korea’s <b>launch</b>";
/// let gaps = [Span::new(10, 13), Span::new(19, 23)];
/// let read = words::words(text, &gaps);
/// assert_eq!(read.hashes, words::words("KOREA'S launch", &[]).hashes);
/// assert_eq!(read.spans[1].of(text), "launch");
/// ```
pub fn words(text: &str, gaps: &[Span]) -> Words {
    let mut out = Words::default();
    words_into(text, gaps, &mut out);
    out
}

/// The same as [`words`] into memory that is used again: what `out` held before is forgotten.
pub fn words_into(text: &str, gaps: &[Span], out: &mut Words) {
    words_by(Path::best(), text, gaps, out);
}

/// [`words_into`] by a path of the caller's choice, for tests and benchmarks.
#[doc(hidden)]
pub fn words_by(path: Path, text: &str, gaps: &[Span], out: &mut Words) {
    out.clear();
    // English has a word every six bytes: what is asked for once need not be moved.
    out.hashes.reserve(text.len() / 5);
    out.spans.reserve(text.len() / 5);
    let mut scratch = fast::Scratch::default();
    each_prose(text, gaps, |prose, base| path.prose(prose, base, &mut scratch, out));
}

/// The words of `text` as strings: the reference that [`words`] agrees with, some ten times slower.
///
/// ```
/// let words = twicetold::words::normalised("“U.S. troops”", &[]);
/// let strings: Vec<_> = words.iter().map(|(word, _)| word.as_str()).collect();
/// assert_eq!(strings, ["u.s", "troops"]);
/// ```
pub fn normalised(text: &str, gaps: &[Span]) -> Vec<(String, Span)> {
    let mut out = Vec::new();
    each_reference(text, gaps, |word, span, _| out.push((word.to_owned(), span)));
    out
}

/// The English stem of each word of a text, hashed as words are: words that differ by an ending only are equal. What is not plain
/// letters keeps its own hash.
///
/// ```
/// use twicetold::words;
///
/// let stems = |text: &str| words::stems(text, &words::words(text, &[]));
/// assert_eq!(stems("Relations connected"), stems("relation connecting"));
/// assert_eq!(stems("东京 1987")[0], words::words("东", &[]).hashes[0]);
/// ```
pub fn stems(text: &str, words: &Words) -> Vec<u64> {
    let mut letters: Vec<u8> = Vec::new();
    let stem = |(hash, span): (&u64, &Span)| {
        let word = span.of(text);
        let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return *hash;
        }
        letters.clear();
        letters.extend(word.bytes().map(|byte| byte.to_ascii_lowercase()));
        stem::stem(&mut letters);
        hash::word(&letters) & !1
    };
    words.hashes.iter().zip(&words.spans).map(stem).collect()
}

/// The chunk of `text` that holds `span`: all that decides how a word there is spelled. Ends at the nearest gaps.
///
/// ```
/// use twicetold::{Span, words};
///
/// let text = "in Korea’s north";
/// assert_eq!(words::chunk_around(text, Span::new(5, 8), &[]).of(text), "Korea’s");
/// ```
pub fn chunk_around(text: &str, span: Span, gaps: &[Span]) -> Span {
    let at = gaps.partition_point(|gap| gap.start < span.start);
    let before = at.checked_sub(1).and_then(|at| gaps.get(at)).map_or(0, |gap| gap.range().end);
    let after = gaps.get(at).map_or(text.len(), |gap| gap.range().start);
    let floor = text.ceil_char_boundary(before.min(span.range().start));
    let ceiling = text.floor_char_boundary(after.max(span.range().end));
    let is_space = |byte: &u8| *byte <= b' ';
    let bytes = text.as_bytes();
    let head = bytes.get(floor..span.range().start).unwrap_or_default();
    let tail = bytes.get(span.range().end..ceiling).unwrap_or_default();
    let start = head.iter().rposition(is_space).map_or(floor, |at| floor + at + 1);
    let end = tail.iter().position(is_space).map_or(ceiling, |at| span.range().end + at);
    Span::from_range(start, end)
}

/// Whether a word's hash is that of one character of a script written without spaces.
pub const fn is_spaceless(hash: u64) -> bool {
    hash & 1 == 1
}

/// How many quarters of a word a word's hash stands for: 4, or 2 for a Han or kana character, or 1 for a letter of
/// an alphabet written without spaces.
///
/// That much is told by translations: 12 English words become some 20 to 24 Chinese characters, and some 50
/// letters of Thai.
pub const fn quarters(hash: u64) -> u32 {
    match hash & 0b11 {
        0b01 => 2,
        0b11 => 1,
        _ => 4,
    }
}

/// The hash of a normalised word.
pub(crate) fn hash_of(word: &str, spaceless: bool) -> u64 {
    let hash = hash::word(word.as_bytes());
    if spaceless { spaceless_hash(hash, word.as_bytes()) } else { hash & !1 }
}

/// The hash of a spaceless token of these bytes, from the hash of its bytes.
#[inline]
fn spaceless_hash(hash: u64, bytes: &[u8]) -> u64 {
    // The first bytes of U+0E00 to U+0EFF, U+1000 to U+17FF, U+A9E0 to U+AA7F, U+116D0 to U+116FF: of all spaceless
    // scripts these are the alphabets.
    let alphabet = matches!(bytes, [0xE0 | 0xE1 | 0xEA, ..] | [0xF0, 0x91, ..]);
    hash & !0b11 | 1 | u64::from(alphabet) << 1
}

/// Reads one chunk by the reference.
fn refer(chunk: &str, base: u32, scratch: &mut reference::Scratch, out: &mut Words) {
    reference::chunk(chunk, base, scratch, &mut |word, span, spaceless| {
        out.push(hash_of(word, spaceless), span);
    });
}

fn each_reference(text: &str, gaps: &[Span], mut emit: impl FnMut(&str, Span, bool)) {
    let mut scratch = reference::Scratch::default();
    each_prose(text, gaps, |prose, base| {
        for chunk in prose.split(|c| c <= ' ') {
            let start = chunk.as_ptr().addr() - prose.as_ptr().addr();
            let base = base.saturating_add(u32::try_from(start).unwrap_or(u32::MAX));
            reference::chunk(chunk, base, &mut scratch, &mut emit);
        }
    });
}

/// Visits the stretches of `text` between `gaps`. A gap that cuts a character takes all of it.
fn each_prose(text: &str, gaps: &[Span], mut visit: impl FnMut(&str, u32)) {
    let mut start = 0;
    let mut visit_until = |start: usize, end: usize| {
        if let (Some(prose), Ok(base)) = (text.get(start..end), u32::try_from(start)) {
            visit(prose, base);
        }
    };
    for gap in gaps.iter().map(|gap| gap.range()).filter(|gap| !gap.is_empty()) {
        visit_until(start, text.floor_char_boundary(gap.start));
        start = start.max(text.ceil_char_boundary(gap.end));
    }
    visit_until(start, text.len());
}

#[cfg(test)]
mod tests;
