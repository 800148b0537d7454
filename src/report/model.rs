//! Everything a report can say, before any format.

use std::{borrow::Cow, collections::BTreeMap};

use crate::{
    document::Document,
    error::{Error, Problem},
    family::{Family, Kind, Occurrence},
    id::DocId,
    settings::{Level, Plan},
    span::Span,
    spill::{self, Space},
    verify::Score,
};

/// The result of a run.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The command that was run: `scan`, `compare`, …
    pub command: &'static str,
    /// Which rule made the words: two reports of different rules are not to be compared.
    pub words_version: u32,
    /// Every number that decided what was found.
    pub plan: Plan,
    /// How much was compared; in a check, the incoming documents.
    pub totals: Totals,
    /// Documents with a smaller id were known before: a check tells only what newer ones repeat.
    pub n_known: u32,
    /// Of these, those with a smaller id are an archive's.
    pub n_stored: u32,
    /// The documents that occur in a family or a pair; of the others only [`totals`](Self::totals) know.
    pub documents: Documents,
    /// The findings, worst first.
    pub families: Vec<Family>,
    /// Every verified pair of units at or above its threshold.
    pub pairs: Vec<Pair>,
    /// What could not be read, in input order.
    pub problems: Vec<Problem>,
}

impl Findings {
    /// Whether a document is looked at: one that was known before is only looked into.
    pub const fn is_incoming(&self, document: DocId) -> bool {
        self.n_known <= document.get()
    }

    /// The place whose text says what a family tells: the keeper's, or where no text of that is known, of those places that have one the
    /// most similar, the first of equals.
    pub fn spoken<'f>(&self, family: &'f Family) -> Option<&'f Occurrence> {
        let known = |place: &&Occurrence| {
            self.documents.get(place.document).is_some_and(|document| !document.withheld)
        };
        let likest = || {
            let known = family.occurrences.iter().rev().filter(known);
            known.max_by(|x, y| x.same.cmp(&y.same).then(x.score.cmp(&y.score)))
        };
        family.kept().filter(known).or_else(likest)
    }

    /// For each document its words that stand in an occurrence other than the family's keeper, each counted once; of
    /// the families that `counts` says yes to.
    ///
    /// Cost: a sort of the occurrences.
    pub fn repeated_words(&self, counts: impl Fn(&Family) -> bool) -> BTreeMap<DocId, u64> {
        let families = self.families.iter().filter(|family| counts(family));
        let copies = families.flat_map(|family| {
            let places = family.occurrences.iter().enumerate();
            places.filter(|(index, _)| *index != family.keeper).map(|(_, place)| place)
        });
        let mut ranges: Vec<(DocId, u32, u32)> = copies
            .map(|place| (place.document, place.first_word, place.first_word.saturating_add(place.words)))
            .collect();
        ranges.sort_unstable();
        let mut repeated: BTreeMap<DocId, u64> = BTreeMap::new();
        for of_document in ranges.chunk_by(|left, right| left.0 == right.0) {
            let (mut total, mut reached) = (0, 0);
            for (_, start, end) in of_document {
                total += u64::from(end.saturating_sub(reached.max(*start)));
                reached = reached.max(*end);
            }
            if let Some((document, _, _)) = of_document.first() {
                repeated.insert(*document, total);
            }
        }
        repeated
    }

    /// The words that are told again: those of incoming documents, in findings that are not suppressed.
    pub fn duplicated_words(&self) -> u64 {
        let repeated = self.repeated_words(|family| !family.is_suppressed());
        repeated.range(DocId::from_packed(self.n_known)..).map(|(_, words)| words).sum()
    }
}

/// How much was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Documents.
    pub documents: u64,
    /// Bytes of their texts.
    pub bytes: u64,
    /// Their words.
    pub words: u64,
}

/// Some documents of a run, by their [`DocId`]; in a file where they take too much.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// Ascending.
    ids: Vec<DocId>,
    /// The same long: the words of each.
    words: Vec<u32>,
    documents: spill::Documents,
}

impl Documents {
    /// Adds a document with its number of words. Ids must ascend; one that does not is not taken in.
    pub fn push(&mut self, id: DocId, document: Document, words: u32) {
        if self.ids.last().is_none_or(|last| *last < id) {
            self.ids.push(id);
            self.words.push(words);
            self.documents.push(document);
        }
    }

    /// Lets them leave memory where they take more than so many bytes of it.
    pub fn bound(&mut self, bytes: usize, space: &Space) {
        if bytes < self.documents.bytes() {
            self.documents.spill(space);
        }
    }

    /// Must be called when all are there, where they may have left memory.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where the file cannot be written.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.documents.finish()
    }

    /// Whether everything that was asked for could be read so far.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where not: what was made of it is not to be used.
    pub fn check(&self) -> Result<(), Error> {
        self.documents.check()
    }

    /// Whether they lie in a file, so that each is read when it is asked for.
    pub const fn is_filed(&self) -> bool {
        self.documents.is_filed()
    }

    /// How many are here.
    pub const fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The document of that id, if it is here. Cost: a binary search; and reading it where they lie in a file.
    pub fn get(&self, id: DocId) -> Option<Cow<'_, Document>> {
        let at = self.ids.binary_search(&id).ok()?;
        self.documents.get(at)
    }

    /// Its number of words, if it is here.
    pub fn words(&self, id: DocId) -> Option<u32> {
        let at = self.ids.binary_search(&id).ok()?;
        self.words.get(at).copied()
    }

    /// All that are here, in input order.
    pub fn iter(&self) -> impl Iterator<Item = (DocId, Cow<'_, Document>)> {
        self.ids.iter().copied().zip(0..).filter_map(|(id, at)| Some((id, self.documents.get(at)?)))
    }
}

/// Two units that were counted and found alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Their level.
    pub level: Level,
    /// The one that comes first in input order.
    pub left: (DocId, Span),
    /// The other.
    pub right: (DocId, Span),
    /// Their Jaccard similarity, counted.
    pub score: Score,
    /// Whether they have the same normalised words.
    pub same: bool,
}

/// A span that two documents share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Its bytes on the left.
    pub left: Span,
    /// Its bytes on the right.
    pub right: Span,
    /// Whether all words match.
    pub kind: Kind,
    /// Matched words of the longer side's.
    pub score: Score,
    /// Whether most words match only when their order is not asked for.
    pub reordered: bool,
    /// The equal words, as bytes on both sides, ascending.
    pub blocks: Vec<(Span, Span)>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::{
        family::{Occurrence, State},
        settings::Settings,
    };
    use proptest::prelude::*;

    fn family(places: &[(u32, u32, u32)], keeper: usize, state: State) -> Family {
        let place = |&(document, first_word, words): &(u32, u32, u32)| Occurrence {
            document: DocId::from_packed(document),
            span: Span::default(),
            first_word,
            words,
            score: Score::SAME,
            same: true,
            shared_words: words,
        };
        Family {
            fingerprint: Default::default(),
            level: Level::Passage,
            kind: Kind::Exact,
            class: None,
            state,
            keeper,
            occurrences: places.iter().map(place).collect(),
        }
    }

    fn findings(families: Vec<Family>, n_known: u32) -> Findings {
        Findings {
            command: "check",
            words_version: 1,
            plan: Settings::default().plan().unwrap(),
            totals: Totals::default(),
            n_known,
            n_stored: 0,
            documents: Documents::default(),
            families,
            pairs: Vec::new(),
            problems: Vec::new(),
        }
    }

    proptest! {
        #[test]
        fn every_repeated_word_is_counted_once(
            families in prop::collection::vec((prop::collection::vec((0_u32..4, 0_u32..30, 0_u32..12), 1..5), 0_usize..5, 0_u8..3), 0..6),
            n_known in 0_u32..4,
        ) {
            let made: Vec<Family> = families
                .iter()
                .map(|(places, keeper, state)| {
                    let state = [State::New, State::Known, State::Suppressed("allow: so".to_owned())][usize::from(*state)].clone();
                    family(places, keeper % places.len(), state)
                })
                .collect();
            let mut words = std::collections::BTreeSet::new();
            for (places, keeper, _) in families.iter().filter(|(_, _, state)| *state < 2) {
                for (index, (document, first, n)) in places.iter().enumerate() {
                    if index != keeper % places.len() {
                        words.extend((*first..first + n).map(|word| (*document, word)));
                    }
                }
            }
            let findings = findings(made, n_known);
            let incoming = words.iter().filter(|(document, _)| n_known <= *document).count() as u64;
            prop_assert_eq!(findings.duplicated_words(), incoming);
            let repeated = findings.repeated_words(|family| !family.is_suppressed());
            for document in 0..4 {
                let n = words.iter().filter(|(of, _)| *of == document).count() as u64;
                prop_assert_eq!(repeated.get(&DocId::from_packed(document)).copied().unwrap_or(0), n);
            }
        }
    }
}
