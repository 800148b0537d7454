//! Documents that are let go once their cards are written, and taken down again where a finding needs them.

use std::{
    borrow::Cow,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use super::{
    Article,
    cards::Cards,
    documents::{PIECE, Texts},
    finish::{Library, Opened},
};
use crate::{
    document::Document,
    error::{Problem, ProblemKind},
    hash,
    id::DocId,
    source::{Files, Place, Rereader},
    words::{self, Words},
};

/// Where one document is.
#[derive(Debug)]
pub(super) enum Held {
    /// It can be read again.
    There(Place),
    /// It cannot, so it is held.
    Here(Box<Document>),
}

/// All documents of a run.
pub(super) struct Shelf<'c> {
    held: Vec<Held>,
    files: Files,
    cards: &'c Cards,
    /// Those that were not there any more, or not as they were.
    changed: Mutex<Vec<DocId>>,
}

impl<'c> Shelf<'c> {
    pub(super) fn new(held: Vec<Held>, files: Files, cards: &'c Cards) -> Self {
        Self { held, files, cards, changed: Mutex::default() }
    }

    /// A document as it was when its card was written, and its words; none, and a problem, when it is that no more.
    fn again(&self, id: DocId, reader: &mut Rereader<'_>, words: &mut Words) -> Option<Cow<'_, Document>> {
        let document = match self.held.get(id.index())? {
            Held::Here(document) => Cow::Borrowed(&**document),
            Held::There(place) => {
                let document = reader.read(*place);
                Cow::Owned(document.or_else(|| self.changed(id))?)
            }
        };
        words::words_into(&document.text, document.layout.gaps(), words);
        let is_same = Some(&hash::identity(&words.hashes)) == self.cards.digest(id);
        if is_same { Some(document) } else { self.changed(id) }
    }

    fn changed<T>(&self, id: DocId) -> Option<T> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        None
    }

    /// Takes what is wanted off the shelf, in the order given.
    pub(super) fn take_down(&self, wanted: &[DocId]) -> Vec<(DocId, Document)> {
        let piece = |ids: &[DocId]| -> Vec<(DocId, Document)> {
            let (mut reader, mut words) = (self.files.reader(), Words::default());
            let again = |id: &DocId| Some((*id, self.again(*id, &mut reader, &mut words)?.into_owned()));
            ids.iter().filter_map(again).collect()
        };
        wanted.par_chunks(PIECE).flat_map_iter(piece).collect()
    }

    /// Documents that changed while they were compared, each once.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        changed.sort_unstable();
        changed.dedup();
        changed.into_iter().filter_map(|id| self.problem(id)).collect()
    }

    fn problem(&self, id: DocId) -> Option<Problem> {
        let Some(Held::There(place)) = self.held.get(id.index()) else { return None };
        let (path, record) = self.files.name(*place)?;
        let message =
            "it changed while it was being compared, so nothing is said of it: scan again".to_owned();
        Some(Problem { path, record, line: None, kind: ProblemKind::Unreadable, message })
    }
}

impl Texts for Shelf<'_> {
    fn map<T: Send>(
        &self,
        documents: &[DocId],
        make: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, usize, &[u64]) + Sync,
    ) -> Vec<T> {
        let piece = |(piece, ids): (usize, &[DocId])| {
            let (mut reader, mut words, mut made) = (self.files.reader(), Words::default(), make());
            for (at, id) in ids.iter().enumerate() {
                let again = self.again(*id, &mut reader, &mut words);
                take(&mut made, piece * PIECE + at, if again.is_some() { &words.hashes } else { &[] });
            }
            made
        };
        documents.par_chunks(PIECE).enumerate().map(piece).collect()
    }
}

/// What was taken down for good.
pub(super) struct Down(pub(super) Vec<(DocId, Document)>);

impl Library for Down {
    fn document(&self, id: DocId) -> Option<&Document> {
        let at = self.0.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.0.get(at).map(|(_, document)| document)
    }

    fn article(&self, id: DocId) -> Option<Opened<'_>> {
        let document = self.document(id)?.clone();
        Some(Opened::Made(Box::new(Article::unsegmented(document))))
    }
}
