//! One document of which parts go or are kept for others, sentence by sentence.

use super::{
    cut::{Sheet, runs},
    plan::Reason,
    told::Told,
};
use crate::{family::Occurrence, id::DocId, report::Findings, span::Span, words};

/// A document, sentence by sentence.
pub(super) struct Desk<'a> {
    pub(super) sheet: Sheet<'a>,
    /// The words of each sentence.
    words: Vec<(u32, u32)>,
    /// Of all words.
    hashes: Vec<u64>,
    /// Why each goes, if it does.
    pub(super) taken: Vec<Option<Reason>>,
    /// Whether others go for it.
    pub(super) kept: Vec<bool>,
    /// Whether each is new in a finding's place, and stays for that if nothing else takes it.
    new: Vec<bool>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(sheet: Sheet<'a>, findings: &Findings, id: DocId, is_kept: bool) -> Self {
        let read =
            findings.documents.get(id).map(|document| words::words(&document.text, document.layout.gaps()));
        let (spans, hashes) = read.map(|read| (read.spans, read.hashes)).unwrap_or_default();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let words = |sentence: &Span| {
            let start = spans.partition_point(|word| word.start < sentence.start);
            (count(start), count(spans.partition_point(|word| word.end <= sentence.end)))
        };
        let words = sheet.sentences.iter().map(words).collect();
        let n = sheet.sentences.len();
        Self { sheet, words, hashes, taken: vec![None; n], kept: vec![is_kept; n], new: vec![false; n] }
    }

    /// What of other texts is told in a place.
    pub(super) fn told(&self, place: &Occurrence) -> Told {
        let (first, n) = (place.first_word as usize, place.words as usize);
        Told::of(self.hashes.get(first..first.saturating_add(n)).unwrap_or_default())
    }

    /// Whether a sentence is told there.
    pub(super) fn is_told(&self, at: usize, there: &Told) -> bool {
        let words = self.words.get(at).map_or(0..0, |(start, end)| *start as usize..*end as usize);
        there.holds(&self.hashes, words)
    }

    /// Keeps what is new in an edited copy, if nothing else takes it.
    pub(super) fn spare(&mut self, at: usize) {
        if let Some(new) = self.new.get_mut(at) {
            *new = true;
        }
    }

    /// How many sentences stay because they are new.
    pub(super) fn n_spared(&self) -> u64 {
        self.new.iter().zip(&self.taken).filter(|(new, taken)| **new && taken.is_none()).count() as u64
    }

    /// The sentences that share bytes with a span.
    pub(super) fn touching(&self, span: Span) -> impl Iterator<Item = usize> + use<> {
        let sentences = &self.sheet.sentences;
        sentences.partition_point(|s| s.end <= span.start)..sentences.partition_point(|s| s.start < span.end)
    }

    /// The sentences that lie in a place, by their words: marks around them may differ from place to place.
    pub(super) fn inside(&self, place: &Occurrence) -> impl Iterator<Item = usize> + use<'_, 'a> {
        let (first, last) = (place.first_word, place.first_word.saturating_add(place.words));
        let span = place.span;
        self.touching(span).filter(move |at| match (self.words.get(*at), self.sheet.sentences.get(*at)) {
            (Some((start, end)), Some(sentence)) if end <= start => span.contains(*sentence),
            (Some((start, end)), _) => first <= *start && *end <= last,
            _ => false,
        })
    }

    /// The sentences that go, as spans: one for each run of them in a paragraph with one reason.
    pub(super) fn spans(&self, flags: &[bool]) -> Vec<(Span, Reason)> {
        let mut out: Vec<(Span, Reason)> = Vec::new();
        for run in self.sheet.paragraphs.iter().flat_map(|(_, sentences)| runs(flags, sentences)) {
            let mut open: Option<(Span, Reason)> = None;
            for at in run {
                let (Some(sentence), Some(Some(reason))) = (self.sheet.sentences.get(at), self.taken.get(at))
                else {
                    continue;
                };
                match &mut open {
                    Some((span, same)) if same == reason => span.end = sentence.end,
                    _ => out.extend(open.replace((*sentence, *reason))),
                }
            }
            out.extend(open);
        }
        out
    }
}
