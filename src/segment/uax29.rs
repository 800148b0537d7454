//! Sentence boundaries by the letter of UAX #29: a line goes in, byte offsets come out.
//!
//! The base of [`sentence`](super::sentence), which adds the local rules. This file adds none: what
//! it returns is what `unicode-segmentation` returns, and tests hold it to that.
//!
//! # The idea
//!
//! UAX #29 cuts only behind a sentence terminator or a line end. So most of a line cannot matter,
//! and the library, which searches a property table for every character, need not see it.
//! An *island* is drawn around each terminator: back to a character that surely starts afresh, on
//! to the letter that settles the rules' look-ahead. An island of everyday characters is decided here, rule
//! by rule; any other (combining marks, rarer scripts and signs) is read by the library.
//!
//! # Promises
//!
//! Equal to `split_sentence_bound_indices` on every text (property test), two to ten times as fast
//! on news, by language. Time grows with the text, whatever it holds: islands never overlap.
//!
//! # Source
//!
//! UAX #29, *Unicode Text Segmentation*, section 5, as implemented by `unicode-segmentation`.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Pushes every offset inside `text` (neither its start nor its end) where UAX #29 cuts.
///
/// Ascending; costs one pass over the bytes plus the library's time for the islands.
pub(super) fn boundaries(text: &str, out: &mut Vec<usize>) {
    // `floor` is the letter that settled the island before: a mark right behind it hangs on it, and
    // nothing before it matters any more.
    let (mut floor, mut from) = (0, 0);
    let mut classes = Vec::new();
    while let Some(at) = next_mark(text, from) {
        let start = before(text, floor, at);
        let settled = after(text, at);
        let island = text.get(start..settled.end).unwrap_or("");
        classes.clear();
        classes.extend(island.char_indices().map_while(|(i, c)| class(c).map(|class| (start + i, class))));
        if classes.last().is_some_and(|&(i, _)| is_last(text, i, settled.end)) {
            cut_plain(&classes, out);
        } else {
            out.extend(island.split_sentence_bound_indices().map(|(i, _)| start + i).filter(|&i| start < i));
        }
        (floor, from) = (settled.start, settled.end);
    }
}

/// Whether the character at `at` is the last one before `end`.
fn is_last(text: &str, at: usize, end: usize) -> bool {
    text.get(at..end).is_some_and(|t| t.chars().nth(1).is_none())
}

/// `Sentence_Break`, for the characters most islands are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Return,
    Feed,
    Upper,
    Lower,
    Letter,
    Digit,
    Stop,
    Mark,
    Close,
    Continue,
    Space,
    Other,
}

/// The class of a character of everyday text; none for any other, whose island the library reads.
///
/// ASCII, the quotes and dashes of Western print, Chinese and Japanese punctuation, plain letters. A
/// test asks the library about each of them.
fn class(c: char) -> Option<Class> {
    Some(match c {
        'a'..='z' => Class::Lower,
        'A'..='Z' => Class::Upper,
        ' ' | '\t' | '\u{B}' | '\u{C}' | '\u{A0}' | '\u{3000}' => Class::Space,
        '0'..='9' => Class::Digit,
        '.' => Class::Stop,
        '!' | '?' | '。' | '！' | '？' => Class::Mark,
        '"' | '\'' | '(' | ')' | '[' | ']' | '{' | '}' | '‘' | '’' | '“' | '”' | '«' | '»' | '„' | '（'
        | '）' | '「' | '」' | '『' | '』' | '《' | '》' => Class::Close,
        ',' | '-' | ':' | ';' | '–' | '—' | '，' | '、' | '：' => Class::Continue,
        '\r' => Class::Return,
        '\n' => Class::Feed,
        c if c.is_ascii() => Class::Other,
        '…' | '・' => Class::Other,
        '\u{DF}'..='\u{F6}' | '\u{F8}'..='\u{FF}' | '\u{3B1}'..='\u{3C9}' | '\u{430}'..='\u{45F}' => {
            Class::Lower
        }
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{DE}' | '\u{391}'..='\u{3A1}' | '\u{400}'..='\u{42F}' => {
            Class::Upper
        }
        c if is_settling(c) && '\u{530}' < c => Class::Letter,
        _ => return None,
    })
}

/// The rules SB3 to SB11 over one island without `Extend` and `Format`; the island's end is no cut.
fn cut_plain(island: &[(usize, Class)], out: &mut Vec<usize>) {
    let at = |i: usize| island.get(i).map(|&(_, class)| class);
    let skip = |mut i: usize, class: Class| {
        while at(i) == Some(class) {
            i += 1;
        }
        i
    };
    let mut i = 0;
    while let Some(here) = at(i) {
        let mut next = i + 1;
        let cuts = match here {
            // SB3, SB4.
            Class::Return => {
                next += usize::from(at(next) == Some(Class::Feed));
                true
            }
            Class::Feed => true,
            // SB6.
            Class::Stop if at(next) == Some(Class::Digit) => false,
            // SB7.
            Class::Stop
                if at(next) == Some(Class::Upper)
                    && i.checked_sub(1)
                        .is_some_and(|p| matches!(at(p), Some(Class::Upper | Class::Lower))) =>
            {
                false
            }
            Class::Stop | Class::Mark => {
                // SB9, SB10.
                next = skip(skip(next, Class::Close), Class::Space);
                match at(next) {
                    // The line end is a cut of its own; SB8a.
                    Some(Class::Return | Class::Feed | Class::Continue | Class::Stop | Class::Mark) => false,
                    // SB8, SB11.
                    _ => here == Class::Mark || !goes_on_small(island.get(next..).unwrap_or(&[])),
                }
            }
            _ => false,
        };
        if cuts && let Some(&(place, _)) = island.get(next) {
            out.push(place);
        }
        i = next;
    }
}

/// SB8's look-ahead: a small letter comes before any other letter, line end or mark.
fn goes_on_small(rest: &[(usize, Class)]) -> bool {
    let settles = |class: Class| {
        !matches!(class, Class::Digit | Class::Close | Class::Continue | Class::Space | Class::Other)
    };
    rest.iter().find(|&&(_, class)| settles(class)).is_some_and(|&(_, class)| class == Class::Lower)
}

/// Whether the character ends sentences: `Sentence_Break` is `STerm` or `ATerm`.
pub(super) fn is_terminator(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, '.' | '!' | '?');
    }
    let after = TERMINATORS.partition_point(|&(low, _)| low <= c);
    after.checked_sub(1).and_then(|i| TERMINATORS.get(i)).is_some_and(|&(_, high)| c <= high)
}

/// The offset of the first terminator or line end at or after `from`.
fn next_mark(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut i = from;
    while let Some(&b) = bytes.get(i) {
        if b < 0x80 {
            if matches!(b, b'.' | b'!' | b'?' | b'\n' | b'\r') {
                return Some(i);
            }
            i += 1;
            continue;
        }
        // Only these lead bytes begin a terminator or a line end beyond ASCII; all others are passed over unread.
        if matches!(b, 0xC2 | 0xD6 | 0xD8 | 0xDB | 0xDC | 0xDF | 0xE0..=0xE3 | 0xEA | 0xEF | 0xF0) {
            let c = text.get(i..).and_then(|t| t.chars().next())?;
            if is_terminator(c) || is_line_end(c) {
                return Some(i);
            }
            i += c.len_utf8();
        } else {
            i += 1;
        }
    }
    None
}

/// Where an island around the mark at `at` begins: right before a character that neither attaches
/// to the one before it nor is a mark, and at `floor` at the latest.
fn before(text: &str, floor: usize, at: usize) -> usize {
    let head = text.get(floor..at).unwrap_or("");
    head.char_indices().rev().find(|&(_, c)| is_fresh(c)).map_or(floor, |(i, _)| floor + i)
}

/// The first letter after the mark that settles every look-ahead: the island ends behind it.
fn after(text: &str, at: usize) -> Range<usize> {
    let tail = text.get(at..).unwrap_or("");
    let letter = tail.char_indices().find(|&(_, c)| is_settling(c));
    letter.map_or(text.len()..text.len(), |(i, c)| at + i..at + i + c.len_utf8())
}

/// A character that is surely no `Extend`, no `Format`, no mark: an island may begin with it.
fn is_fresh(c: char) -> bool {
    if c.is_ascii() {
        return !matches!(c, '.' | '!' | '?' | '\n' | '\r');
    }
    is_settling(c)
}

/// A letter that is surely `Lower`, `Upper` or `OLetter`; a subset is enough, it only costs time.
fn is_settling(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{24F}'
        | '\u{391}'..='\u{3A1}' | '\u{3B1}'..='\u{3C9}' | '\u{400}'..='\u{481}' | '\u{48A}'..='\u{52F}'
        | '\u{5D0}'..='\u{5EA}' | '\u{620}'..='\u{64A}' | '\u{904}'..='\u{939}' | '\u{E01}'..='\u{E30}'
        | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}')
}

/// `ParaSep`, and the two control characters it is made of.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The terminators beyond ASCII, as ranges; a test asks the library about every character there is.
#[rustfmt::skip]
const TERMINATORS: &[(char, char)] = &[
    ('\u{0589}', '\u{0589}'), ('\u{061D}', '\u{061F}'), ('\u{06D4}', '\u{06D4}'), ('\u{0700}', '\u{0702}'),
    ('\u{07F9}', '\u{07F9}'), ('\u{0837}', '\u{0837}'), ('\u{0839}', '\u{0839}'), ('\u{083D}', '\u{083E}'),
    ('\u{0964}', '\u{0965}'), ('\u{104A}', '\u{104B}'), ('\u{1362}', '\u{1362}'), ('\u{1367}', '\u{1368}'),
    ('\u{166E}', '\u{166E}'), ('\u{1735}', '\u{1736}'), ('\u{17D4}', '\u{17D5}'), ('\u{1803}', '\u{1803}'),
    ('\u{1809}', '\u{1809}'), ('\u{1944}', '\u{1945}'), ('\u{1AA8}', '\u{1AAB}'), ('\u{1B4E}', '\u{1B4F}'),
    ('\u{1B5A}', '\u{1B5B}'), ('\u{1B5E}', '\u{1B5F}'), ('\u{1B7D}', '\u{1B7F}'), ('\u{1C3B}', '\u{1C3C}'),
    ('\u{1C7E}', '\u{1C7F}'), ('\u{2024}', '\u{2024}'), ('\u{203C}', '\u{203D}'), ('\u{2047}', '\u{2049}'),
    ('\u{2CF9}', '\u{2CFB}'), ('\u{2E2E}', '\u{2E2E}'), ('\u{2E3C}', '\u{2E3C}'), ('\u{2E53}', '\u{2E54}'),
    ('\u{3002}', '\u{3002}'), ('\u{A4FF}', '\u{A4FF}'), ('\u{A60E}', '\u{A60F}'), ('\u{A6F3}', '\u{A6F3}'),
    ('\u{A6F7}', '\u{A6F7}'), ('\u{A876}', '\u{A877}'), ('\u{A8CE}', '\u{A8CF}'), ('\u{A92F}', '\u{A92F}'),
    ('\u{A9C8}', '\u{A9C9}'), ('\u{AA5D}', '\u{AA5F}'), ('\u{AAF0}', '\u{AAF1}'), ('\u{ABEB}', '\u{ABEB}'),
    ('\u{FE12}', '\u{FE12}'), ('\u{FE15}', '\u{FE16}'), ('\u{FE52}', '\u{FE52}'), ('\u{FE56}', '\u{FE57}'),
    ('\u{FF01}', '\u{FF01}'), ('\u{FF0E}', '\u{FF0E}'), ('\u{FF1F}', '\u{FF1F}'), ('\u{FF61}', '\u{FF61}'),
    ('\u{10A56}', '\u{10A57}'), ('\u{10F55}', '\u{10F59}'), ('\u{10F86}', '\u{10F89}'), ('\u{11047}', '\u{11048}'),
    ('\u{110BE}', '\u{110C1}'), ('\u{11141}', '\u{11143}'), ('\u{111C5}', '\u{111C6}'), ('\u{111CD}', '\u{111CD}'),
    ('\u{111DE}', '\u{111DF}'), ('\u{11238}', '\u{11239}'), ('\u{1123B}', '\u{1123C}'), ('\u{112A9}', '\u{112A9}'),
    ('\u{113D4}', '\u{113D5}'), ('\u{1144B}', '\u{1144C}'), ('\u{115C2}', '\u{115C3}'), ('\u{115C9}', '\u{115D7}'),
    ('\u{11641}', '\u{11642}'), ('\u{1173C}', '\u{1173E}'), ('\u{11944}', '\u{11944}'), ('\u{11946}', '\u{11946}'),
    ('\u{11A42}', '\u{11A43}'), ('\u{11A9B}', '\u{11A9C}'), ('\u{11C41}', '\u{11C42}'), ('\u{11EF7}', '\u{11EF8}'),
    ('\u{11F43}', '\u{11F44}'), ('\u{16A6E}', '\u{16A6F}'), ('\u{16AF5}', '\u{16AF5}'), ('\u{16B37}', '\u{16B38}'),
    ('\u{16B44}', '\u{16B44}'), ('\u{16D6E}', '\u{16D6F}'), ('\u{16E98}', '\u{16E98}'), ('\u{1BC9F}', '\u{1BC9F}'),
    ('\u{1DA88}', '\u{1DA88}'),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use proptest::prelude::*;

    use super::*;

    fn by_library(text: &str) -> Vec<usize> {
        text.split_sentence_bound_indices().map(|(i, _)| i).filter(|&i| 0 < i).collect()
    }

    fn by_islands(text: &str) -> Vec<usize> {
        let mut out = Vec::new();
        boundaries(text, &mut out);
        out
    }

    #[test]
    fn the_terminators_are_those_of_the_library() {
        for c in '\u{0}'..=char::MAX {
            let cuts = by_library(&format!("x{c} 字"));
            let ends = cuts == [2 + c.len_utf8()];
            assert_eq!(is_terminator(c), ends, "U+{:04X}", c as u32);
        }
    }

    #[test]
    fn classes_are_those_of_the_library() {
        // Frames that between them tell every class from every other.
        let frames = [
            ("a", "b. 字"),
            ("字. ", " 字"),
            ("字. ", "a"),
            ("字.", "字"),
            ("字.", "A"),
            ("a.", "A"),
            ("A", ".A"),
            ("字", " 字"),
            ("字? ", "A"),
        ];
        for c in ('\u{0}'..=char::MAX).filter(|&c| class(c).is_some()) {
            for (before, after) in frames {
                let text = format!("{before}{c}{after} 字. 字");
                assert_eq!(by_islands(&text), by_library(&text), "U+{:04X} {text:?}", c as u32);
            }
        }
    }

    #[test]
    fn letters_that_settle_do() {
        // Right behind a full stop a letter that attaches to it would leave the cut to what follows.
        for c in ('\u{0}'..=char::MAX).filter(|&c| is_settling(c)) {
            let lower = by_library(&format!("字. {c} 字"));
            let upper = by_library(&format!("字. {c} a"));
            assert_eq!(lower, upper, "U+{:04X}", c as u32);
        }
    }

    /// Strings thick with what the rules look at.
    fn tricky() -> impl Strategy<Value = String> {
        #[rustfmt::skip]
        let piece = prop::sample::select(vec![
            ".", "!", "?", "…", "。", "؟", "।", "\n", "\r", "\u{2028}", "\u{85}", " ", "\u{a0}", "\u{301}", "\u{200d}",
            "\u{ad}", "(", ")", "\"", "”", "«", "-", ",", "1", "2", "a", "b", "A", "B", "字", "か", "ก", "้", "ह", "ि", "ع",
            "ǆ", "ª", "𝐀", "\u{1f600}", ":", "Ⅷ",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|v| v.concat())
    }

    fn everyday() -> impl Strategy<Value = String> {
        #[rustfmt::skip]
        let piece = prop::sample::select(vec![
            ".", ".", "!", "?", "。", "\n", "\r", " ", " ", "\t", "(", ")", "\"", "”", "’", "-", ",", ";", ":", "1", "a", "A", "é", "Ж",
            "字", "か", "《", "，", "…", "/", "\u{a0}",
        ]);
        prop::collection::vec(piece, 0..30).prop_map(|v| v.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn islands_equal_the_library_on_tricky_text(text in tricky()) {
            prop_assert_eq!(by_islands(&text), by_library(&text));
        }

        #[test]
        fn islands_equal_the_library_on_everyday_text(text in everyday()) {
            prop_assert_eq!(by_islands(&text), by_library(&text));
        }

        #[test]
        fn islands_equal_the_library_on_any_text(text in any::<String>()) {
            prop_assert_eq!(by_islands(&text), by_library(&text));
        }
    }
}
