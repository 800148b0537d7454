//! One document, walked down to its words.

use std::sync::OnceLock;

use crate::{
    document::Document,
    passage::{Text, weight},
    segment,
    settings::{Level, PassagePlan},
    span::{Span, WordRange},
    words::{self, Words},
};

/// A document with its words and the limits of its units.
#[derive(Clone, Debug)]
pub struct Article {
    /// The document.
    pub document: Document,
    /// Its words.
    pub words: Words,
    paragraphs: Limits,
    sentences: Limits,
    /// Made when they are first asked for.
    stems: OnceLock<Vec<u64>>,
}

/// Units of one level: their bytes and their words, ascending. Units without words are left out.
#[derive(Clone, Debug, Default)]
struct Limits {
    spans: Vec<Span>,
    words: Vec<WordRange>,
}

impl Article {
    /// Segments a document and reads its words. Cost: one pass each over the text.
    pub fn new(document: Document) -> Self {
        let units = segment::segment(&document);
        Self::with_units(document, &units)
    }

    /// Reads the words of a document that is compared as a whole only: segmentation would cost more than
    /// all the rest.
    pub(super) fn unsegmented(document: Document) -> Self {
        Self::with_units(document, &segment::Units::default())
    }

    fn with_units(document: Document, units: &segment::Units) -> Self {
        let words = words::words(&document.text, document.layout.gaps());
        Self::with_words(document, words, units, OnceLock::new())
    }

    /// An article whose words were read before; the text is not looked at.
    pub(super) fn with_words(
        document: Document,
        words: Words,
        units: &segment::Units,
        stems: OnceLock<Vec<u64>>,
    ) -> Self {
        let paragraphs = Limits::of(&units.paragraphs, &words);
        let sentences = Limits::of(&units.sentences, &words);
        Self { document, words, paragraphs, sentences, stems }
    }

    /// The limits of its units, of those with words.
    #[cfg(feature = "archive")]
    pub(super) fn units(&self) -> segment::Units {
        segment::Units { paragraphs: self.paragraphs.spans.clone(), sentences: self.sentences.spans.clone() }
    }

    /// The article as passages see it.
    pub fn text(&self) -> Text<'_> {
        Text {
            words: &self.words.hashes,
            sentences: &self.sentences.words,
            paragraphs: &self.paragraphs.words,
            stems: &[],
        }
    }

    /// The same with all that a plan asks for.
    pub fn text_for(&self, plan: &PassagePlan) -> Text<'_> {
        let stems = || self.stems.get_or_init(|| words::stems(&self.document.text, &self.words)).as_slice();
        let wanted = plan.cloud.is_some_and(|cloud| cloud.stems);
        Text { stems: if wanted { stems() } else { &[] }, ..self.text() }
    }

    /// All its words.
    pub fn all(&self) -> WordRange {
        WordRange { start: 0, end: count(self.words.hashes.len()) }
    }

    /// The hashes of some of its words.
    pub fn hashes(&self, range: WordRange) -> &[u64] {
        self.words.hashes.get(range.native()).unwrap_or_default()
    }

    /// The units of one level that have enough words; a character of a script written without spaces is half a
    /// word.
    pub(super) fn long_units(&self, level: Level, min_words: u32) -> Vec<WordRange> {
        let long = |range: &&WordRange| min_words <= weight(self.hashes(**range));
        match self.limits(level) {
            Some(limits) => limits.words.iter().filter(long).copied().collect(),
            None => Some(&self.all())
                .filter(|all| level == Level::Document && !all.is_empty())
                .filter(long)
                .copied()
                .into_iter()
                .collect(),
        }
    }

    /// The bytes of the unit of `level` that has exactly these words.
    pub(super) fn unit_span(&self, level: Level, words: WordRange) -> Option<Span> {
        match self.limits(level) {
            Some(limits) => {
                limits.words.binary_search(&words).ok().and_then(|at| limits.spans.get(at).copied())
            }
            None => (level == Level::Document).then(|| Span::from_range(0, self.document.text.len())),
        }
    }

    /// The units that segmentation cut; documents and passages are not cut.
    const fn limits(&self, level: Level) -> Option<&Limits> {
        match level {
            Level::Paragraph => Some(&self.paragraphs),
            Level::Sentence => Some(&self.sentences),
            Level::Document | Level::Passage => None,
        }
    }

    /// From the first byte of the first word to the last byte of the last.
    pub(super) fn word_span(&self, words: WordRange) -> Span {
        let first = self.words.spans.get(words.start as usize);
        let last = (words.end as usize).checked_sub(1).and_then(|at| self.words.spans.get(at));
        match (first, last) {
            (Some(first), Some(last)) => Span::new(first.start, last.end),
            _ => Span::default(),
        }
    }
}

impl Limits {
    fn of(spans: &[Span], words: &Words) -> Self {
        let mut limits = Self::default();
        for span in spans {
            let range = WordRange {
                start: count(words.spans.partition_point(|word| word.start < span.start)),
                end: count(words.spans.partition_point(|word| word.end <= span.end)),
            };
            if !range.is_empty() {
                limits.spans.push(*span);
                limits.words.push(range);
            }
        }
        limits
    }
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
