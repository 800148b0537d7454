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
    /// All documents, in input order; a [`DocId`] is an index here.
    pub documents: Vec<Document>,
    /// Words of each document.
    pub document_words: Vec<u32>,
    /// The findings, worst first.
    pub families: Vec<Family>,
    /// Every verified pair of units at or above its threshold.
    pub pairs: Vec<Pair>,
    /// What could not be read, in input order.
    pub problems: Vec<Problem>,
    /// Words that stand in an occurrence other than its family's keeper, each counted once.
    pub duplicated_words: u64,
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
