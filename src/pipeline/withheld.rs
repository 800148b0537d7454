//! Articles for an archive that keeps no texts, and back: an [`Article`] goes in, what may be stored of it comes out.
//!
//! Kept are the words' hashes with their bytes, the limits of units, and a *stand-in* for the text: as many bytes and
//! characters, the same line ends, so that lines and columns stay what they were; and the marks next to words that limits of
//! passages grow over (`limits`), so that those stay, too. Every other character gives way to a filler as wide as it.

use std::sync::OnceLock;

use super::{Article, limits};
use crate::{
    archive::{Reading, Stored},
    document::Document,
    segment::Units,
    span::Span,
    words::{self, Words},
};

/// The filler for a character of one, two, three and four bytes: no letter, no mark, and nothing that is printed as it is.
const FILLERS: [char; 4] = ['\u{1A}', '\u{80}', '\u{E000}', '\u{F0000}'];

/// What may be stored of a document; with its stems where they are wanted.
pub(super) fn reading(document: &Document, stems: bool) -> Reading {
    let article = Article::new(document.clone());
    let stems = if stems { words::stems(&document.text, &article.words) } else { Vec::new() };
    let Units { paragraphs, sentences } = article.units();
    Reading {
        stand_in: stand_in(&document.text, &article.words.spans),
        stems,
        hashes: article.words.hashes,
        spans: article.words.spans,
        paragraphs,
        sentences,
    }
}

/// The article of a stored document, as it was read when it was added.
pub(super) fn article(stored: Stored) -> Article {
    let Stored { document, reading, .. } = stored;
    let Some(Reading { hashes, spans, stems, paragraphs, sentences, .. }) = reading else {
        return Article::new(document);
    };
    let words = Words { hashes, spans };
    Article::with_words(document, words, &Units { paragraphs, sentences }, OnceLock::from(stems))
}

/// The text without its words. Cost: one pass.
fn stand_in(text: &str, words: &[Span]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut reached = 0;
    for word in words {
        between(text.get(reached..word.range().start).unwrap_or(""), 0 < reached, true, &mut out);
        fill(word.of(text), &mut out);
        reached = word.range().end;
    }
    between(text.get(reached..).unwrap_or(""), 0 < reached, false, &mut out);
    out
}

/// What stands between two words, with the marks that limits may grow over.
fn between(text: &str, after_word: bool, before_word: bool, out: &mut String) {
    let (head, tail) = limits::reach(text);
    let head = if after_word { head } else { 0 };
    let tail = if before_word { (text.len() - tail).max(head) } else { text.len() };
    out.push_str(text.get(..head).unwrap_or(""));
    fill(text.get(head..tail).unwrap_or(""), out);
    out.push_str(text.get(tail..).unwrap_or(""));
}

fn fill(text: &str, out: &mut String) {
    out.extend(text.chars().map(|c| match c {
        '\n' => c,
        c => FILLERS.get(c.len_utf8() - 1).copied().unwrap_or(' '),
    }));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::report::position;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_stand_in_keeps_places_and_marks_and_no_word(text in "([a-zA-Zé’'\"“”.,:;()§$%…語ไทย🙂 -]{0,30}(\r\n|\n)?){0,6}") {
            let article = Article::new(Document { text: text.clone(), ..Document::default() });
            let hidden = stand_in(&text, &article.words.spans);
            prop_assert_eq!(hidden.len(), text.len());
            prop_assert!(!hidden.chars().any(char::is_alphanumeric), "{:?}", hidden);
            prop_assert!(words::words(&hidden, &[]).is_empty());
            for (at, c) in text.char_indices() {
                prop_assert!(hidden.is_char_boundary(at));
                let byte = u32::try_from(at).unwrap();
                prop_assert_eq!(position(&hidden, byte), position(&text, byte), "{}", c);
            }
            // Any two words, with the same ones beside them in another text: limits grow alike.
            for (i, word) in article.words.spans.iter().enumerate() {
                let span = Span::new(word.start, article.words.spans[(i + 2).min(article.words.len() - 1)].end.max(word.end));
                let (mut known, mut withheld) = ([(text.as_str(), span); 2], [(text.as_str(), span), (hidden.as_str(), span)]);
                limits::grow(&mut known);
                limits::grow(&mut withheld);
                prop_assert_eq!(known[1].1, withheld[1].1);
            }
        }
    }

    #[test]
    fn what_is_kept_is_what_the_rules_say() {
        let text = "He (ünder\n“über”) $5!";
        let article = Article::new(Document { text: text.to_owned(), ..Document::default() });
        let shown: String = stand_in(text, &article.words.spans)
            .chars()
            .map(|c| {
                FILLERS
                    .iter()
                    .position(|filler| *filler == c)
                    .map_or(c, |n| char::from(b'1' + u8::try_from(n).unwrap()))
            })
            .collect();
        assert_eq!(shown, "111(21111\n“2111”)1$1!");
    }
}
