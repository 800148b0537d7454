//! Aligned spans -> drafts of families of passages, with the words of their places only.
//!
//! Documents are numbered anew, in their order, so that what is held goes with those that have a place. Words are in a temporary
//! file of the driver's.

use std::collections::BTreeMap;

use super::Described;
use crate::{
    error::Error,
    family::{self, Draft, Place},
    id::DocId,
    passage::{Aligned, Copies, Library, Text},
    pipeline::{article::count, scan::Rank},
    settings::Plan,
    span::WordRange,
    spill::{Log, Reader, Space},
};

/// Words of a document that are at hand.
#[derive(Clone, Copy, Debug)]
struct Piece {
    document: u32,
    words: WordRange,
    /// Where they begin in the file.
    at: u64,
}

/// What is known of passages.
#[derive(Debug)]
pub(super) struct Spans {
    /// Each with its place among those of its two documents.
    pairs: Vec<(u32, Aligned)>,
    /// Documents that stand for others, and these.
    copies: Vec<(u32, u32)>,
    documents: BTreeMap<u32, Described>,
    /// Words of all documents that no other stands for.
    total: u64,
    words: Log<u64>,
    pieces: Vec<Piece>,
    /// Whether the budget of grouping ended before its work.
    pub(super) is_cut: bool,
}

impl Spans {
    pub(super) fn new(space: &Space) -> Self {
        Self {
            pairs: Vec::new(),
            copies: Vec::new(),
            documents: BTreeMap::new(),
            total: 0,
            words: Log::new(space),
            pieces: Vec::new(),
            is_cut: false,
        }
    }

    pub(super) fn add_pairs(&mut self, pairs: impl Iterator<Item = (u32, Aligned)>) {
        self.pairs.extend(pairs);
    }

    pub(super) fn add_copies(&mut self, copies: impl Iterator<Item = (u32, u32)>) {
        self.copies.extend(copies);
    }

    pub(super) fn add_documents(&mut self, documents: impl Iterator<Item = (u32, Described)>) {
        self.documents.extend(documents);
    }

    pub(super) const fn set_total(&mut self, words: u64) {
        self.total = words;
    }

    pub(super) fn add_words(&mut self, document: u32, first: u32, words: &[u64]) -> Result<(), Error> {
        let words_of = WordRange { start: first, end: first.saturating_add(count(words.len())) };
        self.pieces.push(Piece { document, words: words_of, at: self.words.len() });
        self.words.extend(words.iter().copied())
    }

    /// The documents that have copies and are passages with all their words.
    fn whole(&self) -> impl Iterator<Item = (u32, WordRange)> {
        self.copies.chunk_by(|x, y| x.0 == y.0).filter_map(|group| group.first()).filter_map(|(first, _)| {
            let known = self.documents.get(first).filter(|known| known.is_whole)?;
            Some((*first, WordRange { start: 0, end: known.words }))
        })
    }

    /// The words that are asked for: of each document runs that do not touch, ascending.
    pub(super) fn needed(&mut self) -> Vec<(u32, WordRange)> {
        self.settle();
        let spots = self.pairs.iter().flat_map(|(_, pair)| [pair.left, pair.right]);
        let mut spots: Vec<(u32, WordRange)> =
            spots.map(|(document, words)| (document.get(), words)).chain(self.whole()).collect();
        spots.sort_unstable();
        let mut needed: Vec<(u32, WordRange)> = Vec::new();
        for (document, words) in spots {
            match needed.last_mut() {
                Some((last, all)) if *last == document && words.start <= all.end => {
                    all.end = all.end.max(words.end);
                }
                _ => needed.push((document, words)),
            }
        }
        needed
    }

    /// Puts everything in order, so that it does not matter how it came.
    fn settle(&mut self) {
        self.pairs.sort_unstable_by_key(|(at, pair)| (pair.left.0, pair.right.0, *at));
        self.copies.sort_unstable();
        self.copies.dedup();
        self.pieces.sort_unstable_by_key(|piece| (piece.document, piece.words));
    }

    /// How many words a document has.
    pub(super) fn document_words(&self) -> impl Iterator<Item = (u32, u32)> {
        let of_copies =
            self.copies.iter().filter_map(|(first, copy)| Some((*copy, self.documents.get(first)?.words)));
        self.documents.iter().map(|(document, known)| (*document, known.words)).chain(of_copies)
    }

    /// The drafts of families.
    pub(super) fn drafts(&mut self, plan: &Plan) -> Result<Vec<Draft>, Error> {
        self.settle();
        self.words.flush()?;
        let ends = self.pairs.iter().flat_map(|(_, pair)| [pair.left.0.get(), pair.right.0.get()]);
        let mut numbers: Vec<u32> =
            ends.chain(self.copies.iter().flat_map(|(first, copy)| [*first, *copy])).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let number = |document: u32| DocId::new(numbers.binary_search(&document).unwrap_or(numbers.len()));
        let pairs: Vec<Aligned> = (self.pairs.iter())
            .map(|(_, pair)| {
                let (left, right) = (number(pair.left.0.get())?, number(pair.right.0.get())?);
                Ok(Aligned { left: (left, pair.left.1), right: (right, pair.right.1), ..pair.clone() })
            })
            .collect::<Result<_, Error>>()?;
        let copies = (self.copies.iter())
            .map(|(first, copy)| Ok((number(*first)?, number(*copy)?)))
            .collect::<Result<_, Error>>()?;
        let copies = Copies::of_known(numbers.len(), copies);
        let whole: Vec<(DocId, WordRange)> = (self.whole())
            .map(|(document, words)| Ok((number(document)?, words)))
            .collect::<Result<_, Error>>()?;
        let known = |n: usize| self.documents.get(numbers.get(n)?);
        let rank = Rank::new(numbers.len(), |n| known(n)?.time, plan.keep);
        let shelf = Shelf { spans: self, numbers: &numbers };
        let rank_of = |document, words| rank.of(document, words);
        let grouped = family::passages(&pairs, &shelf, (&copies, &whole), &plan.passage, rank_of)?;
        let named = |place: Place| {
            let document = numbers.get(place.document.index()).copied().unwrap_or(u32::MAX);
            Place { document: DocId::from_packed(document), ..place }
        };
        let drafts = grouped
            .drafts
            .into_iter()
            .map(|draft| Draft { places: draft.places.iter().copied().map(named).collect(), ..draft });
        let drafts = drafts.collect();
        self.is_cut = grouped.cut;
        Ok(drafts)
    }
}

/// Documents by their new numbers; where the words of one are not at hand there are zeros.
struct Shelf<'a> {
    spans: &'a Spans,
    numbers: &'a [u32],
}

/// A document that was opened.
struct Open<'a> {
    reader: Reader<'a, u64>,
    piece: Vec<u64>,
    words: Vec<u64>,
    of: Option<DocId>,
}

impl Shelf<'_> {
    fn document(&self, id: DocId) -> u32 {
        self.numbers.get(id.index()).copied().unwrap_or(u32::MAX)
    }
}

impl Library for Shelf<'_> {
    type Room<'l>
        = Open<'l>
    where
        Self: 'l;

    fn room(&self) -> Open<'_> {
        Open { reader: self.spans.words.reader(), piece: Vec::new(), words: Vec::new(), of: None }
    }

    fn len(&self) -> usize {
        self.numbers.len()
    }

    fn n_words(&self, document: DocId) -> usize {
        self.spans.documents.get(&self.document(document)).map_or(0, |known| known.words as usize)
    }

    fn total(&self) -> u64 {
        self.spans.total
    }

    fn words<'r, 'l: 'r>(&'l self, document: DocId, open: &'r mut Open<'l>) -> Result<&'r [u64], Error> {
        if open.of != Some(document) {
            open.of = None;
            open.words.clear();
            open.words.resize(self.n_words(document), 0);
            let name = self.document(document);
            let pieces = &self.spans.pieces;
            let from = pieces.partition_point(|piece| piece.document < name);
            let of_document = pieces.iter().skip(from).take_while(|piece| piece.document == name);
            for piece in of_document {
                open.piece.clear();
                let end = piece.at + u64::from(piece.words.len());
                open.reader.read(piece.at..end, &mut open.piece)?;
                if let Some(slots) = open.words.get_mut(piece.words.native()) {
                    slots.copy_from_slice(&open.piece);
                }
            }
            open.of = Some(document);
        }
        Ok(&open.words)
    }

    fn open<'r, 'l: 'r>(&'l self, document: DocId, open: &'r mut Open<'l>) -> Result<Text<'r>, Error> {
        let words = self.words(document, open)?;
        Ok(Text { words, sentences: &[], paragraphs: &[], stems: &[] })
    }
}
