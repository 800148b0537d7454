//! Passages: the words of many documents go in, pairs of repeated spans come out, aligned word by
//! word.
//!
//! Beside stages 4 to 6. Unit fingerprints see whole paragraphs and sentences; copying does not keep
//! to them. Nothing here knows what a sketch is, reads bytes, or groups spans into families.
//!
//! # The idea
//!
//! 1. `seed`: every run of a few equal words that stands in two places is a *seed*. Seeds that
//!    stand in many places are told apart by more words and linked to a leader, never pairwise (`hot`).
//! 2. `run`: each link is extended to a *maximal exact run*, once for every diagonal.
//! 3. `chain`: the runs of one pair of documents that follow each other closely in both texts
//!    are chained.
//! 4. `align`: gaps between the runs of a chain are aligned word by word, and its ends are
//!    extended through edits, with affine gaps (O. Gotoh, 1982).
//! 5. `judge`, `stretch`: a chain is cut where too many words do not match, and kept when it is long
//!    and alike enough; then every exact run long enough that nothing covers is added. Limits that all but
//!    lie at sentence limits are moved there (`snap`).
//! 6. Where the plan asks: `cloud`, `digest` look at two documents in any order, `choose` decides between
//!    what they and the aligner found, and `rarity` drops edited repeats that are formulas.
//!
//! # Shapes
//!
//! | name | what it holds | unit |
//! |---|---|---|
//! | [`Text`] | one document's word hashes, and where its sentences and paragraphs lie | words |
//! | [`Aligned`] | one repeated span, in two places, with its equal blocks | words |
//!
//! Lengths that are compared with floors count a character of a script written without spaces as
//! half a word or a quarter ([`weight`]).
//!
//! # Promises
//!
//! * The two places of a pair never overlap, and a pair is given once, earlier place first.
//! * Equal blocks are equal words: nothing is reported on the strength of a hash of several words.
//! * Work is counted: a pair of documents that uses up its budget is named in [`Found::cut`].
//!
//! # Limits
//!
//! Without clouds order matters: text whose sentences were shuffled is found sentence by sentence.
//!
//! # Source
//!
//! Seed, chain and extend as in H. Li, *Minimap2*, Bioinformatics 2018; local alignment with the
//! scores of D. Smith, R. Cordell, E. Dillon, *Infectious texts*, 2013, halved for mismatches. We differ
//! in linking frequent seeds to a leader instead of dropping them.

mod align;
mod chain;
mod choose;
mod cloud;
mod copies;
mod digest;
mod hot;
mod judge;
mod kept;
mod library;
#[cfg(test)]
mod made;
pub mod parted;
mod plain;
mod rarity;
mod run;
mod seed;
mod snap;
mod spilled;
mod stretch;

pub use copies::{Copies, Searched, is_whole};
pub use kept::{Linked, Part, Shelf};
pub use library::{Desk, Library, Stored};
pub use spilled::find_in;

use std::ops::Range;

use kept::Search;
use rayon::prelude::*;

use crate::{
    budget::Budget, error::Error, id::DocId, settings::PassagePlan, span::WordRange, words::quarters,
};

/// One document as this stage sees it. Ranges are half-open, in words.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The hashes of its words.
    pub words: &'a [u64],
    /// Its sentences, ascending.
    pub sentences: &'a [WordRange],
    /// Its paragraphs, ascending.
    pub paragraphs: &'a [WordRange],
    /// The hashes of its words' stems, as many as words, where the plan asks for them; else none.
    pub stems: &'a [u64],
}

/// A run of equal words: `len` words from `left` in one text and from `right` in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Block {
    /// First word on the left.
    pub left: u32,
    /// First word on the right.
    pub right: u32,
    /// How many words.
    pub len: u32,
}

/// One repeated span in two places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aligned {
    /// The earlier place: its document and its words.
    pub left: (DocId, WordRange),
    /// The later place.
    pub right: (DocId, WordRange),
    /// The equal words, ascending on both sides, inside both places.
    pub blocks: Vec<Block>,
    /// Words that match in any order, where order was lost; 0 where the blocks hold all that matches.
    pub any_order: u32,
}

impl Aligned {
    /// How many words match.
    pub fn matched(&self) -> u32 {
        self.in_order().max(self.any_order)
    }

    /// Whether many words match only when their order is not asked for: fewer than three quarters of them are in order.
    pub fn is_reordered(&self) -> bool {
        self.in_order() * 4 < self.any_order * 3
    }

    fn in_order(&self) -> u32 {
        self.blocks.iter().map(|block| block.len).sum()
    }

    /// Whether all of them do, on both sides.
    pub fn is_exact(&self) -> bool {
        matches!(self.blocks.as_slice(), [block] if block.len == self.left.1.len() && block.len == self.right.1.len())
    }
}

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The repeated spans, ordered by documents and places.
    pub pairs: Vec<Aligned>,
    /// Pairs of documents whose budget ended before their alignment did: their edited passages
    /// may be missing, their exact ones are not.
    pub cut: Vec<(DocId, DocId)>,
    /// Pairs of documents that share more passages than are followed: the longest were.
    pub crowded: Vec<(DocId, DocId)>,
    /// Places of frequent text over a handful of words that was not followed: up to 32 words of it in a row.
    pub plain: u64,
}

/// So many pairs of documents are aligned by a thread before it tells of them.
const PIECE: usize = 16;

/// What [`find`] takes at its peak, about, for each word of the corpus.
pub const BYTES_A_WORD: usize = 40;

/// Finds the repeated spans within and between documents.
///
/// Cost: near-linear in the words of the corpus; about [`BYTES_A_WORD`] at the peak. [`find_in`] finds the same in less memory.
///
/// # Errors
///
/// [`Error::TooMany`] past 2^32 - 2 words.
pub fn find(texts: &[Text<'_>], plan: &PassagePlan) -> Result<Found, Error> {
    find_telling(texts, plan, |_| {}, |_| {}, None)
}

/// The same; `begin` is told how many pairs of documents are to be aligned, `advance` how many more were. What is done is kept on
/// `shelf`, and not done again where it is known there.
///
/// # Errors
///
/// As [`find`], and what the shelf says.
pub fn find_telling(
    texts: &[Text<'_>],
    plan: &PassagePlan,
    begin: impl FnOnce(u64),
    advance: impl Fn(u64) + Sync,
    shelf: Option<&mut dyn Shelf>,
) -> Result<Found, Error> {
    let mut search = Search::begin(shelf)?;
    let is_asked_again = 0 < plan.rare_documents && plan.rare_documents as usize <= texts.len();
    if let (Some(plain), false) = (search.is_over(), is_asked_again) {
        return Ok(Found::joined(search.results, plain));
    }
    let corpus = seed::Corpus::new(texts)?;
    let mut links = Vec::new();
    let known = search.links(|link| {
        links.push(link);
        Ok(())
    })?;
    let plain = match known {
        Some(plain) => plain,
        None => {
            let (found, plain) = seed::links(&corpus, plan.seed);
            links = found;
            links.par_sort_unstable();
            search.keep_links(links.iter().copied().map(Ok), plain)?;
            plain
        }
    };
    let groups = groups(&links);
    let compare = |group: &Range<usize>, not: &[(WordRange, WordRange)]| {
        let group = links.get(group.clone()).unwrap_or_default();
        let sides = |(left, right): (DocId, DocId)| {
            let (a, b) = (texts.get(left.index())?, texts.get(right.index())?);
            Some(judge::Sides { left: *a, right: *b, same: left == right })
        };
        let documents = group.first().map(seed::Link::documents);
        let Some((documents, sides)) = documents.and_then(|both| Some((both, sides(both)?))) else {
            return Found::default();
        };
        pair(&sides, &corpus, &Task { documents, links: group, whole: false, not }, plan)
    };
    begin(groups.len() as u64);
    let piece = |groups: &[Range<usize>]| {
        let ranged = |group: &Range<usize>| (group.start as u64..group.end as u64, compare(group, &[]));
        // Of most there is nothing.
        let is_some = |(_, found): &(Range<u64>, Found)| *found != Found::default();
        let found: Vec<(Range<u64>, Found)> = groups.iter().map(ranged).filter(is_some).collect();
        advance(groups.len() as u64);
        found
    };
    let done = groups.partition_point(|group| (group.start as u64) < search.done());
    advance(done as u64);
    let mut left = groups.get(done..).unwrap_or_default();
    while !left.is_empty() {
        let (now, later) = left.split_at(search.some(left));
        left = later;
        let found: Vec<(Range<u64>, Found)> = now.par_chunks(PIECE).flat_map_iter(piece).collect();
        let end = now.last().map_or(0, |group| group.end as u64);
        search.add(found.into_iter(), end, now.len())?;
    }
    search.end(plain)?;
    let Search { mut results, ranges, .. } = search;
    if is_asked_again {
        let formulas = rarity::formulas(texts, &results, plan)?;
        let again = results.par_iter_mut().zip(&ranges).zip(&formulas).filter(|(_, not)| !not.is_empty());
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        again.for_each(|((result, group), not)| {
            *result = compare(&(place(group.start)..place(group.end)), not);
        });
    }
    Ok(Found::joined(results, plain))
}

/// Where the links of each pair of documents stand among all, which are in order.
fn groups(links: &[seed::Link]) -> Vec<Range<usize>> {
    let mut at = 0;
    let group = |group: &[seed::Link]| {
        let start = at;
        at += group.len();
        start..at
    };
    links.chunk_by(|x, y| x.documents() == y.documents()).map(group).collect()
}

impl Found {
    fn joined(parts: Vec<Self>, plain: u64) -> Self {
        let mut found = Self { plain, ..Self::default() };
        for part in parts {
            found.pairs.extend(part.pairs);
            found.cut.extend(part.cut);
            found.crowded.extend(part.crowded);
        }
        found
    }
}

/// Finds the spans that two documents share, whatever else is in the corpus.
///
/// # Errors
///
/// As [`find`].
pub fn between(left: Text<'_>, right: Text<'_>, plan: &PassagePlan) -> Result<Found, Error> {
    let texts = [left, right];
    let corpus = seed::Corpus::new(&texts)?;
    let (mut links, plain) = seed::links(&corpus, plan.seed);
    let documents = (DocId::from_packed(0), DocId::from_packed(1));
    links.retain(|link| link.documents() == documents);
    links.sort_unstable();
    let sides = judge::Sides { left, right, same: false };
    let found = pair(&sides, &corpus, &Task { documents, links: &links, whole: true, not: &[] }, plan);
    Ok(Found { plain, ..found })
}

/// Aligns two spans end to end: the equal blocks, in order. Cost: the difference between them squared
/// at worst, bounded; near-linear for near copies. A piece that the budget does not reach matches nothing.
pub fn align(left: &[u64], right: &[u64], budget: &mut Budget) -> Vec<Block> {
    align::whole(left, right, budget)
}

/// Words counted for floors: a character of a script written without spaces is half a word or a
/// [quarter](quarters). What is begun counts.
pub fn weight(words: &[u64]) -> u32 {
    let sum: u64 = words.iter().map(|word| u64::from(quarters(*word))).sum();
    u32::try_from(sum.div_ceil(4)).unwrap_or(u32::MAX)
}

/// One pair of documents to compare.
struct Task<'a> {
    documents: (DocId, DocId),
    links: &'a [seed::Link],
    /// Whether it is compared whatever the links say.
    whole: bool,
    /// Edited spans that are not wanted.
    not: &'a [(WordRange, WordRange)],
}

fn pair(sides: &judge::Sides<'_>, corpus: &seed::Corpus<'_>, task: &Task<'_>, plan: &PassagePlan) -> Found {
    let (left, right) = task.documents;
    let (a, b) = (sides.left, sides.right);
    let mut runs = run::runs(corpus, task.links, sides, plan);
    let words = a.words.len() + if sides.same { 0 } else { b.words.len() };
    let plain = run::thin_plain(&mut runs, a.words);
    let crowded = run::thin(&mut runs, words, plan.exact_within.min(plan.exact_unit));
    let any_order = !crowded && !plain && (task.whole || choose::is_nominated(&runs));
    if !any_order && runs.iter().map(|run| run.len).sum::<u32>() < judge::least(plan) {
        return Found::default();
    }
    let asked = judge::Asked { crowded, plain, any_order, not: task.not };
    let judged = judge::spans(sides, &runs, &asked, plan);
    let aligned = |span: judge::Spanned| Aligned {
        left: (left, span.left),
        right: (right, span.right),
        blocks: span.blocks,
        any_order: span.any_order,
    };
    let pairs = judged.spans.into_iter().map(aligned).collect();
    let named = |is: bool| if is { vec![(left, right)] } else { Vec::new() };
    Found { pairs, cut: named(judged.cut), crowded: named(crowded || plain), plain: 0 }
}
