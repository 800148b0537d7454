//! Documents that are let go once their cards are written, and taken down again where a finding needs them.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use rayon::prelude::*;

use super::{
    Article,
    cards::Cards,
    documents::Texts,
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

/// How many documents a thread takes down at a time.
const PIECE: usize = 256;

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
    /// Those that were taken down to stay.
    down: Mutex<BTreeMap<DocId, Document>>,
    /// Those that were not there any more, or not as they were.
    changed: Mutex<Vec<DocId>>,
}

impl<'c> Shelf<'c> {
    pub(super) fn new(held: Vec<Held>, files: Files, cards: &'c Cards) -> Self {
        Self { held, files, cards, down: Mutex::default(), changed: Mutex::default() }
    }

    /// Gives a document and its words to `take`; without words when it is not what it was.
    fn with(
        &self,
        id: DocId,
        reader: &mut Rereader<'_>,
        words: &mut Words,
        keep: bool,
        take: impl FnOnce(&[u64]),
    ) {
        let again = match self.held.get(id.index()) {
            Some(Held::Here(document)) => {
                words::words_into(&document.text, document.layout.gaps(), words);
                return take(&words.hashes);
            }
            Some(Held::There(place)) => reader.read(*place),
            None => None,
        };
        if let Some(document) = again {
            words::words_into(&document.text, document.layout.gaps(), words);
            if Some(&hash::identity(&words.hashes)) == self.cards.digest(id) {
                take(&words.hashes);
                if keep {
                    self.down.lock().unwrap_or_else(PoisonError::into_inner).insert(id, document);
                }
                return;
            }
        }
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        take(&[]);
    }

    /// Which of these were not taken down yet.
    pub(super) fn missing(&self, wanted: &[DocId]) -> Vec<DocId> {
        let down = self.down.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.iter().filter(|id| !down.contains_key(id)).copied().collect()
    }

    /// Takes what is wanted off the shelf, ascending.
    pub(super) fn into_documents(self, wanted: &[DocId]) -> Vec<(DocId, Document)> {
        let mut down = self.down.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut held = self.held;
        wanted
            .iter()
            .filter_map(|id| {
                let document = match held.get_mut(id.index()) {
                    Some(Held::Here(document)) => Some(std::mem::take(&mut **document)),
                    _ => down.remove(id),
                };
                document.map(|document| (*id, document))
            })
            .collect()
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
        keep: bool,
        make: impl Fn() -> T + Sync,
        take: impl Fn(&mut T, usize, &[u64]) + Sync,
    ) -> Vec<T> {
        documents
            .par_chunks(PIECE)
            .enumerate()
            .map(|(piece, ids)| {
                let (mut reader, mut words, mut made) = (self.files.reader(), Words::default(), make());
                for (at, id) in ids.iter().enumerate() {
                    self.with(*id, &mut reader, &mut words, keep, |words| {
                        take(&mut made, piece * PIECE + at, words);
                    });
                }
                made
            })
            .collect()
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
