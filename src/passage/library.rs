//! Where the words of documents are: in memory, or in files beside it, opened one document at a time.

use crate::{
    error::Error,
    id::DocId,
    span::WordRange,
    spill::{Log, Reader, Space},
};

use super::Text;

/// The documents of a corpus, numbered from 0.
pub trait Library: Sync {
    /// What one reader needs to open documents, again and again.
    type Room<'l>: Send
    where
        Self: 'l;

    /// Room for one reader; each thread has its own.
    fn room(&self) -> Self::Room<'_>;

    /// How many documents there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many words a document has, without opening it.
    fn n_words(&self, document: DocId) -> usize;

    /// How many words all of them have.
    fn total(&self) -> u64 {
        let documents = (0..self.len()).filter_map(|n| DocId::new(n).ok());
        documents.map(|document| self.n_words(document) as u64).sum()
    }

    /// The hashes of its words. A document that is not there has none.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where they cannot be read.
    fn words<'r, 'l: 'r>(&'l self, document: DocId, room: &'r mut Self::Room<'l>)
    -> Result<&'r [u64], Error>;

    /// All of it.
    ///
    /// # Errors
    ///
    /// As [`words`](Self::words).
    fn open<'r, 'l: 'r>(&'l self, document: DocId, room: &'r mut Self::Room<'l>) -> Result<Text<'r>, Error>;
}

/// A document without words.
pub(super) const EMPTY: Text<'static> = Text { words: &[], sentences: &[], paragraphs: &[], stems: &[] };

impl Library for [Text<'_>] {
    type Room<'l>
        = ()
    where
        Self: 'l;

    fn room(&self) -> Self::Room<'_> {}

    fn len(&self) -> usize {
        self.len()
    }

    fn n_words(&self, document: DocId) -> usize {
        self.get(document.index()).map_or(0, |text| text.words.len())
    }

    #[inline]
    fn words<'r, 'l: 'r>(&'l self, document: DocId, (): &'r mut ()) -> Result<&'r [u64], Error> {
        Ok(self.get(document.index()).map_or(&[], |text| text.words))
    }

    #[inline]
    fn open<'r, 'l: 'r>(&'l self, document: DocId, (): &'r mut ()) -> Result<Text<'r>, Error> {
        Ok(self.get(document.index()).copied().unwrap_or(EMPTY))
    }
}

/// Documents in files without a name; in memory are 40 bytes for each.
#[derive(Debug)]
pub struct Stored {
    words: Log<u64>,
    stems: Log<u64>,
    /// The sentences and then the paragraphs of each.
    limits: Log<(u32, u32)>,
    documents: Vec<Entry>,
}

/// Where the parts of a document begin in their logs, and how long they are.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    words: u64,
    stems: u64,
    limits: u64,
    n_words: u32,
    n_stems: u32,
    n_sentences: u32,
    n_paragraphs: u32,
}

impl Stored {
    /// No documents yet.
    pub fn new(space: &Space) -> Self {
        Self {
            words: Log::new(space),
            stems: Log::new(space),
            limits: Log::new(space),
            documents: Vec::new(),
        }
    }

    /// Puts a document behind the others.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where it cannot be written, [`Error::TooMany`] where it has 2^32 words.
    pub fn push(&mut self, text: &Text<'_>) -> Result<(), Error> {
        let count = |n: usize| {
            u32::try_from(n).map_err(|_| Error::TooMany { what: "words", limit: u64::from(u32::MAX) })
        };
        DocId::new(self.documents.len())?;
        self.documents.push(Entry {
            words: self.words.len(),
            stems: self.stems.len(),
            limits: self.limits.len(),
            n_words: count(text.words.len())?,
            n_stems: count(text.stems.len())?,
            n_sentences: count(text.sentences.len())?,
            n_paragraphs: count(text.paragraphs.len())?,
        });
        self.words.extend(text.words.iter().copied())?;
        self.stems.extend(text.stems.iter().copied())?;
        let limits = text.sentences.iter().chain(text.paragraphs);
        self.limits.extend(limits.map(|range| (range.start, range.end)))
    }

    /// Writes what is left, so that documents can be opened. No document can be put after it.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub fn flush(&mut self) -> Result<(), Error> {
        self.words.flush()?;
        self.stems.flush()?;
        self.limits.flush()
    }

    /// The hashes of some of a document's words, without those beside them; what is not there is left out.
    ///
    /// # Errors
    ///
    /// As [`Library::words`].
    pub fn some<'r, 'l: 'r>(
        &'l self,
        document: DocId,
        words: WordRange,
        desk: &'r mut Desk<'l>,
    ) -> Result<&'r [u64], Error> {
        let entry = self.entry(document);
        let at = |word: u32| entry.words + u64::from(word.min(entry.n_words));
        desk.words_of = None;
        desk.words.clear();
        desk.words_from.read(at(words.start)..at(words.end), &mut desk.words)?;
        Ok(&desk.words)
    }

    fn entry(&self, document: DocId) -> Entry {
        self.documents.get(document.index()).copied().unwrap_or_default()
    }
}

/// The document that was opened last.
#[derive(Debug)]
pub struct Desk<'l> {
    words_from: Reader<'l, u64>,
    stems_from: Reader<'l, u64>,
    limits_from: Reader<'l, (u32, u32)>,
    words: Vec<u64>,
    stems: Vec<u64>,
    pairs: Vec<(u32, u32)>,
    limits: Vec<WordRange>,
    /// Whose words these are, and whose all else.
    words_of: Option<DocId>,
    rest_of: Option<DocId>,
}

impl Library for Stored {
    type Room<'l> = Desk<'l>;

    fn room(&self) -> Desk<'_> {
        Desk {
            words_from: self.words.reader(),
            stems_from: self.stems.reader(),
            limits_from: self.limits.reader(),
            words: Vec::new(),
            stems: Vec::new(),
            pairs: Vec::new(),
            limits: Vec::new(),
            words_of: None,
            rest_of: None,
        }
    }

    fn len(&self) -> usize {
        self.documents.len()
    }

    fn n_words(&self, document: DocId) -> usize {
        self.entry(document).n_words as usize
    }

    fn words<'r, 'l: 'r>(&'l self, document: DocId, desk: &'r mut Desk<'l>) -> Result<&'r [u64], Error> {
        if desk.words_of != Some(document) {
            let entry = self.entry(document);
            desk.words_of = None;
            desk.words.clear();
            desk.words_from.read(entry.words..entry.words + u64::from(entry.n_words), &mut desk.words)?;
            desk.words_of = Some(document);
        }
        Ok(&desk.words)
    }

    fn open<'r, 'l: 'r>(&'l self, document: DocId, desk: &'r mut Desk<'l>) -> Result<Text<'r>, Error> {
        self.words(document, desk)?;
        let entry = self.entry(document);
        if desk.rest_of != Some(document) {
            desk.rest_of = None;
            desk.stems.clear();
            desk.stems_from.read(entry.stems..entry.stems + u64::from(entry.n_stems), &mut desk.stems)?;
            desk.pairs.clear();
            let n_limits = u64::from(entry.n_sentences) + u64::from(entry.n_paragraphs);
            desk.limits_from.read(entry.limits..entry.limits + n_limits, &mut desk.pairs)?;
            desk.limits.clear();
            desk.limits.extend(desk.pairs.iter().map(|(start, end)| WordRange { start: *start, end: *end }));
            desk.rest_of = Some(document);
        }
        let n_sentences = (entry.n_sentences as usize).min(desk.limits.len());
        let (sentences, paragraphs) = desk.limits.split_at(n_sentences);
        Ok(Text { words: &desk.words, sentences, paragraphs, stems: &desk.stems })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    fn limits(parts: &[u32]) -> Vec<WordRange> {
        parts.iter().map(|start| WordRange { start: *start, end: start + 3 }).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn what_is_stored_is_opened(
            documents in prop::collection::vec(
                (prop::collection::vec(any::<u64>(), 0..2500), prop::collection::vec(0_u32..9, 0..5), prop::collection::vec(0_u32..9, 0..5), any::<bool>()),
                1..12,
            ),
            asked in prop::collection::vec((0_usize..12, any::<bool>()), 1..20),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let limits: Vec<_> = documents.iter().map(|(_, s, p, _)| (limits(s), limits(p))).collect();
            let texts: Vec<Text<'_>> = documents.iter().zip(&limits).map(|((words, _, _, stems), (sentences, paragraphs))| {
                Text { words, sentences, paragraphs, stems: if *stems { words } else { &[] } }
            }).collect();
            let mut stored = Stored::new(&Space::new(folder.path()));
            for text in &texts {
                stored.push(text).unwrap();
            }
            stored.flush().unwrap();
            let texts = texts.as_slice();
            prop_assert_eq!(Library::len(&stored), texts.len());
            let (mut desk, mut nothing) = (stored.room(), ());
            for (n, only_words) in asked {
                let document = DocId::new(n).unwrap();
                let words = texts.words(document, &mut nothing).unwrap();
                let (start, end) = (words.len() / 3, words.len() / 2);
                let range = WordRange { start: u32::try_from(start).unwrap(), end: u32::try_from(end).unwrap() };
                prop_assert_eq!(stored.some(document, range, &mut desk).unwrap(), &words[start..end]);
                prop_assert_eq!(stored.n_words(document), texts.n_words(document));
                if only_words {
                    prop_assert_eq!(stored.words(document, &mut desk).unwrap(), texts.words(document, &mut nothing).unwrap());
                } else {
                    let text = texts.open(document, &mut nothing).unwrap();
                    let found = stored.open(document, &mut desk).unwrap();
                    prop_assert_eq!(found.words, text.words);
                    prop_assert_eq!((found.sentences, found.paragraphs, found.stems), (text.sentences, text.paragraphs, text.stems));
                }
            }
        }
    }
}
