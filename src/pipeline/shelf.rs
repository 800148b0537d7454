//! Documents that are let go once their cards are written, and taken down again where a finding needs them.

use std::{
    borrow::Cow,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use super::{
    Article,
    cards::Cards,
    documents::{self, PIECE, Texts},
    finish::{Library, Opened},
    room::Room,
};
use crate::{
    document::Document,
    error::{Error, Problem, ProblemKind},
    hash::{self, Digest},
    id::DocId,
    report::Documents,
    source::{Files, Place, Rereader},
    spill::{self, Column, Cursor, Space},
    words::{self, Words},
};

/// A place, or the number of a document that is kept.
type Numbers = (u64, u64, u64);

/// The file of a place that is none: what follows is the number of a document that is kept.
const KEPT: u64 = u64::MAX;

/// Where each document of a run is: in the input, where it can be read again, else here.
#[derive(Debug, Default)]
pub(super) struct Held {
    places: Column<(u64, u64, u64)>,
    kept: spill::Documents,
}

impl Held {
    /// Adds the document that can be read again at a place.
    pub(super) fn there(&mut self, place: Place) {
        self.places.push(place.to_numbers());
    }

    /// Adds one that cannot.
    pub(super) fn here(&mut self, document: Document) {
        self.places.push((KEPT, self.kept.len() as u64, 0));
        self.kept.push(document);
    }

    /// The places, and the documents that are kept, all in memory.
    pub(super) fn parts(&self) -> (Cow<'_, [Numbers]>, &[Document]) {
        (self.places.load(), self.kept.held())
    }

    /// Takes back [`parts`](Self::parts).
    pub(super) fn of_parts(places: Vec<(u64, u64, u64)>, kept: Vec<Document>) -> Self {
        let mut held = Self { places: Column::from(places), kept: spill::Documents::default() };
        kept.into_iter().for_each(|document| held.kept.push(document));
        held
    }

    /// Adds all of `later`.
    pub(super) fn append(&mut self, later: Self) {
        let base = self.kept.len() as u64;
        for (file, at, record) in later.places.iter() {
            self.places.push((file, if file == KEPT { base + at } else { at }, record));
        }
        self.kept.append(later.kept);
    }

    /// Lets what takes more than so many bytes leave memory.
    pub(super) fn bound(&mut self, bytes: usize, space: &Space) -> Result<(), Error> {
        if bytes < self.places.bytes() {
            self.places.spill(space)?;
        }
        if bytes < self.kept.bytes() {
            self.kept.spill(space);
        }
        Ok(())
    }

    /// Must be called when all are there.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        self.places.finish()?;
        self.kept.finish()
    }
}

/// All documents of a run.
pub(super) struct Shelf<'c> {
    held: Held,
    files: Files,
    cards: &'c Cards,
    /// Those that were not there any more, or not as they were.
    changed: Mutex<Vec<DocId>>,
}

/// Takes documents down, on a thread of its own.
pub(super) struct Hand<'s> {
    shelf: &'s Shelf<'s>,
    places: Cursor<'s, (u64, u64, u64)>,
    digests: Cursor<'s, Digest>,
    reader: Rereader<'s>,
    words: Words,
}

impl<'s> Hand<'s> {
    /// A document as it was when its card was written, and its words; none, and a problem, when it is that no more.
    fn again(&mut self, id: DocId) -> Option<Cow<'s, Document>> {
        let shelf = self.shelf;
        let (file, at, record) = self.places.get(id.index())?;
        let document = if file == KEPT {
            shelf.held.kept.get(usize::try_from(at).ok()?)?
        } else {
            let document = self.reader.read(Place::from_numbers((file, at, record)));
            Cow::Owned(document.or_else(|| shelf.changed(id))?)
        };
        words::words_into(&document.text, document.layout.gaps(), &mut self.words);
        let is_same = Some(hash::identity(&self.words.hashes)) == shelf.cards.digest(id, &mut self.digests);
        if is_same { Some(document) } else { shelf.changed(id) }
    }
}

impl<'c> Shelf<'c> {
    pub(super) fn new(held: Held, files: Files, cards: &'c Cards) -> Self {
        Self { held, files, cards, changed: Mutex::default() }
    }

    fn changed<T>(&self, id: DocId) -> Option<T> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        None
    }

    /// Takes what is wanted off the shelf, in the order given, which must ascend.
    pub(super) fn take_down(&self, wanted: &[DocId], room: &Room) -> Result<Documents, Error> {
        let mut down = Documents::default();
        let piece = |ids: &[DocId]| -> Vec<(DocId, Document)> {
            let mut hand = self.hand();
            ids.iter().filter_map(|id| Some((*id, hand.again(*id)?.into_owned()))).collect()
        };
        let mut left = wanted;
        while !left.is_empty() {
            let words = |id: &DocId| self.cards.range(*id).len() as usize;
            let (some, later) =
                left.split_at(documents::some(left, room.part() / documents::WORD_BYTES, words));
            left = later;
            let pieces: Vec<_> = some.par_chunks(PIECE).map(piece).collect();
            for (id, document) in pieces.into_iter().flatten() {
                down.push(id, document, self.cards.range(id).len());
            }
            down.bound(room.part(), &room.space);
        }
        down.finish()?;
        Ok(down)
    }

    /// Documents that changed while they were compared, each once.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        changed.sort_unstable();
        changed.dedup();
        let mut places = self.held.places.cursor();
        changed.into_iter().filter_map(|id| self.problem(places.get(id.index())?)).collect()
    }

    fn problem(&self, place: (u64, u64, u64)) -> Option<Problem> {
        if place.0 == KEPT {
            return None;
        }
        let (path, record) = self.files.name(Place::from_numbers(place))?;
        let message =
            "it changed while it was being compared, so nothing is said of it: scan again".to_owned();
        Some(Problem { path, record, line: None, kind: ProblemKind::Unreadable, message })
    }
}

impl Texts for Shelf<'_> {
    fn is_whole(&self) -> bool {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    type Hand<'t>
        = Hand<'t>
    where
        Self: 't;

    fn hand(&self) -> Hand<'_> {
        Hand {
            shelf: self,
            places: self.held.places.cursor(),
            digests: self.cards.digests.cursor(),
            reader: self.files.reader(),
            words: Words::default(),
        }
    }

    fn words<'h, 't: 'h>(&'t self, id: DocId, hand: &'h mut Hand<'t>) -> &'h [u64] {
        if hand.again(id).is_some() { &hand.words.hashes } else { &[] }
    }
}

impl Library for Documents {
    fn document(&self, id: DocId) -> Option<Cow<'_, Document>> {
        self.get(id)
    }

    fn article(&self, id: DocId) -> Option<Opened<'_>> {
        let document = self.get(id)?.into_owned();
        Some(Opened::Made(Box::new(Article::unsegmented(document))))
    }
}
