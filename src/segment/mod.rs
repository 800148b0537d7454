//! Units: a document goes in, the spans of its paragraphs and sentences come out.
//!
//! Stage 2 of 8. Before it, `source` turns bytes into documents; after it, `words` reads the words
//! of a unit. Nothing here opens a file, numbers a unit or looks at two documents at once.
//!
//! # The idea
//!
//! `paragraph` asks the file what its line ends mean (one paragraph a line, blank lines, or a hard
//! wrap) and finds the paragraphs; `sentence` cuts each by UAX #29 and a few named local rules.
//! Units only *nominate*: a repeated passage needn't coincide with any of them.
//!
//! # Shapes
//!
//! | name         | what it holds                       | type   | range                                          |
//! |--------------|-------------------------------------|--------|------------------------------------------------|
//! | `paragraphs` | limits of each paragraph            | `Span` | ascending, disjoint, not empty                 |
//! | `sentences`  | limits of each sentence             | `Span` | the same; each inside exactly one paragraph    |
//!
//! # Promises
//!
//! * **Nothing shown is lost.** Only blanks (white space, format characters of no width) lie outside
//!   the paragraphs, and outside the sentences of a paragraph; in [`Layout::Blocks`] also what the
//!   source left out of its blocks and the gaps at a sentence's ends.
//! * **Equal paragraphs have equal sentences**, whatever stands before or after them, and every cut
//!   depends on a bounded neighbourhood of its own.
//! * Text cannot fail, and time grows with its length whatever it holds.
//!
//! # Limits
//!
//! Sentences that end without a mark (headings inside a line, verse, chat) are not told apart.
//!
//! # Cost
//!
//! Memory: the lines of one document while its paragraphs are found, then the spans. Speed, best of seven runs on
//! one core, of paragraphs and sentences together: 68 MB/s on English wire stories (paragraphs alone 230), 67 on
//! English web news, 51 on Chinese, 58 on Arabic and 81 on Thai. Sentences cost most where marks are dense.
//!
//! # Accuracy
//!
//! The rules were written while reading errors on these same treebanks; unseen text will fare worse.
//! Cuts against the treebanks of Universal Dependencies, F1 of plain UAX #29 and ours (`examples/sentences.rs`
//! prints the whole table): English .988 and .999 (PUD), .928 and .952 (GUM), .815 and .839 (EWT: web and e-mail
//! full of unmarked headings), German .928 and .996, French .974 and .983, Spanish .975 and .993, Russian .993
//! and .994, Arabic .993 and .997, Hindi .989 and .996, Chinese .975 and .994, Thai .008 and .632.

mod abbreviation;
mod line;
mod paragraph;
mod rule;
mod sentence;
mod uax29;

#[cfg(test)]
mod tests;

pub(crate) use line::is_blank;
pub use paragraph::paragraphs;
pub use sentence::sentences;

use crate::{
    document::{Document, Layout},
    span::Span,
};

/// Limits of the units of one text. Paragraphs ascending, disjoint, non-empty; every sentence lies
/// inside exactly one paragraph; ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Units {
    /// The paragraphs.
    pub paragraphs: Vec<Span>,
    /// The sentences.
    pub sentences: Vec<Span>,
}

/// Finds the units of a document, by its layout where the source knows it.
///
/// # Example
///
/// ```
/// use twicetold::{Document, segment::segment};
///
/// let text = "Dr. Emily left.\n\nShe told “the Times.” Nobody else knew.".to_owned();
/// let document = Document { text, ..Document::default() };
/// let units = segment(&document);
/// let sentences: Vec<&str> = units.sentences.iter().map(|s| s.of(&document.text)).collect();
/// assert_eq!(units.paragraphs.len(), 2);
/// assert_eq!(sentences, ["Dr. Emily left.", "She told “the Times.”", "Nobody else knew."]);
/// ```
pub fn segment(document: &Document) -> Units {
    let text = document.text.as_str();
    let mut units = Units::default();
    match &document.layout {
        Layout::Plain => {
            for paragraph in paragraph::split(text) {
                units.paragraphs.push(paragraph.span);
                units.sentences.extend(sentences(text, paragraph.span, paragraph.hard_wrapped));
            }
        }
        Layout::Blocks { paragraphs, gaps } => {
            let mut reached = 0;
            for block in paragraphs {
                let (start, end) = (block.range().start.max(reached), block.range().end.min(text.len()));
                let Some(paragraph) = line::trim(text, start, end) else { continue };
                reached = paragraph.range().end;
                units.paragraphs.push(paragraph);
                units.sentences.extend(sentence::sentences_between(text, paragraph, gaps));
            }
        }
    }
    units
}
