//! Everything a report can say, before any format.

use crate::{
    document::Document,
    error::Problem,
    family::{Family, Kind},
    id::DocId,
    settings::{Level, Plan},
    span::Span,
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
    /// Words that stand in an occurrence other than its family's keeper, each counted once.
    pub duplicated_words: u64,
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

/// Some documents of a run, by their [`DocId`].
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// Ascending.
    ids: Vec<DocId>,
    /// The same long: each with its words.
    documents: Vec<(Document, u32)>,
}

impl Documents {
    /// Adds a document with its number of words. Ids must ascend; one that does not is not taken in.
    pub fn push(&mut self, id: DocId, document: Document, words: u32) {
        if self.ids.last().is_none_or(|last| *last < id) {
            self.ids.push(id);
            self.documents.push((document, words));
        }
    }

    /// The document of that id, if it is here. Cost: a binary search.
    pub fn get(&self, id: DocId) -> Option<&Document> {
        self.with_words(id).map(|(document, _)| document)
    }

    /// The same with its number of words.
    pub fn with_words(&self, id: DocId) -> Option<(&Document, u32)> {
        let at = self.ids.binary_search(&id).ok()?;
        self.documents.get(at).map(|(document, words)| (document, *words))
    }

    /// All that are here, in input order.
    pub fn iter(&self) -> impl Iterator<Item = (DocId, &Document)> {
        self.ids.iter().copied().zip(self.documents.iter().map(|(document, _)| document))
    }
}

/// [`get`](Documents::get) for those who know that it is here.
impl std::ops::Index<DocId> for Documents {
    type Output = Document;

    /// # Panics
    ///
    /// When no finding names the document.
    #[expect(clippy::expect_used, reason = "what indexing means")]
    fn index(&self, id: DocId) -> &Document {
        self.get(id).expect("the document occurs in a finding")
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
