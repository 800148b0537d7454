//! Lines and blanks: what both [`paragraph`](super::paragraph) and [`sentence`](super::sentence) see first.
//!
//! A line ends at `\n`, `\r\n`, `\r`, vertical tab, form feed, U+0085, U+2028 or U+2029, whatever the
//! system the file was written on. A line that shows nothing is blank, even when it holds
//! a no-break space, an ideographic space or characters of no width.

use std::ops::Range;

use crate::span::Span;

/// One line of a text, without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The first byte.
    pub(super) start: usize,
    /// The first byte of the line end, or the length of the text.
    pub(super) end: usize,
    /// Whether a page or paragraph separator (form feed, U+2029) ends it.
    pub(super) breaks: bool,
}

/// The lines of `text` within `range`, empty ones included.
pub(super) fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = Line> {
    let bytes = text.as_bytes();
    let stop = range.end.min(bytes.len());
    let mut at = Some(range.start);
    std::iter::from_fn(move || {
        let start = at?;
        let mut end = start;
        while end < stop {
            if let Some((length, breaks)) = line_end(bytes, end) {
                at = Some((end + length).min(stop));
                return Some(Line { start, end, breaks });
            }
            end += 1;
        }
        at = None;
        Some(Line { start, end: stop, breaks: false })
    })
}

/// The length of the line end at `at`, and whether it ends a page or a paragraph too.
fn line_end(bytes: &[u8], at: usize) -> Option<(usize, bool)> {
    let next = |n: usize| bytes.get(at + n).copied();
    match *bytes.get(at)? {
        b'\n' | 0x0B => Some((1, false)),
        0x0C => Some((1, true)),
        b'\r' => Some((if next(1) == Some(b'\n') { 2 } else { 1 }, false)),
        0xC2 if next(1) == Some(0x85) => Some((2, false)),
        0xE2 if next(1) == Some(0x80) && next(2) == Some(0xA8) => Some((3, false)),
        0xE2 if next(1) == Some(0x80) && next(2) == Some(0xA9) => Some((3, true)),
        _ => None,
    }
}

/// Whether the character shows nothing: white space, or a format character of no width.
pub(crate) fn is_blank(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_whitespace() || c.is_ascii_control();
    }
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}')
}

/// The bytes `start..end` of `text` without the blanks at both ends; none when nothing is left.
pub(super) fn trim(text: &str, start: usize, end: usize) -> Option<Span> {
    let inside = text.get(start..end)?;
    let cut = inside.trim_start_matches(is_blank);
    let start = end - cut.len();
    let cut = cut.trim_end_matches(is_blank);
    (!cut.is_empty()).then(|| Span::from_range(start, start + cut.len()))
}
