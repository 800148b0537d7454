//! Documents with the same words and the same limits of sentences and paragraphs: one of them is searched, and stands for all.
//!
//! What is found in it stands in each of its copies, at the same words; whoever groups the places puts them there
//! ([`Copies::of`]). So an article sent a hundred thousand times costs what it is long. Words are compared, not
//! hashes only.

use rayon::prelude::*;

use super::{Block, Library, Text, judge, library::EMPTY};
use crate::{error::Error, hash, id::DocId, settings::PassagePlan, span::WordRange};

/// Which documents are copies of which.
#[derive(Clone, Debug, Default)]
pub struct Copies {
    /// For each document whether another one stands for it.
    is_copy: Vec<bool>,
    /// Of those that stand for others: the document, and where its copies begin and end in `copies`.
    groups: Vec<(u32, usize, usize)>,
    copies: Vec<u32>,
}

impl Copies {
    /// Finds the copies. `rank` orders documents: of equal ones the smallest stands for the others. Cost: a hash of
    /// all words, and a comparison of those with equal ones.
    ///
    /// # Errors
    ///
    /// [`Error::Temporary`] where a document cannot be opened.
    pub fn find<L: Library + ?Sized>(library: &L, rank: impl Fn(DocId) -> u64) -> Result<Self, Error> {
        let n = u32::try_from(library.len()).unwrap_or(u32::MAX);
        let key = |room: &mut _, number| Ok(key(library.words(DocId::from_packed(number), room)?));
        let keys: Vec<u64> =
            (0..n).into_par_iter().map_init(|| library.room(), key).collect::<Result<_, Error>>()?;
        let mut keyed: Vec<(u64, u32)> = keys.into_iter().zip(0_u32..).collect();
        keyed.par_sort_unstable();
        let mut found = Self { is_copy: vec![false; library.len()], ..Self::default() };
        let (mut room, mut other_room) = (library.room(), library.room());
        for group in keyed.chunk_by(|x, y| x.0 == y.0).filter(|group| 1 < group.len()) {
            let first = group.iter().map(|(_, number)| *number);
            let first = first.min_by_key(|number| (rank(DocId::from_packed(*number)), *number));
            let Some(first) = first else { continue };
            let like = library.open(DocId::from_packed(first), &mut room)?;
            let from = found.copies.len();
            for (_, other) in group.iter().filter(|(_, other)| *other != first) {
                let text = library.open(DocId::from_packed(*other), &mut other_room)?;
                if same(&text, &like)
                    && let Some(flag) = found.is_copy.get_mut(*other as usize)
                {
                    *flag = true;
                    found.copies.push(*other);
                }
            }
            if from < found.copies.len() {
                found.groups.push((first, from, found.copies.len()));
            }
        }
        found.groups.sort_unstable();
        Ok(found)
    }

    /// The copies that are known: among so many documents, pairs of one that stands for others and one of these.
    pub fn of_known(documents: usize, mut copies: Vec<(DocId, DocId)>) -> Self {
        copies.sort_unstable();
        let mut found = Self { is_copy: vec![false; documents], ..Self::default() };
        for group in copies.chunk_by(|x, y| x.0 == y.0) {
            let from = found.copies.len();
            for (_, copy) in group {
                if let Some(flag) = found.is_copy.get_mut(copy.index()) {
                    *flag = true;
                    found.copies.push(copy.get());
                }
            }
            found.groups.extend(group.first().map(|(first, _)| (first.get(), from, found.copies.len())));
        }
        found
    }

    /// Whether another document stands for this one.
    pub fn is_copy(&self, document: DocId) -> bool {
        self.is_copy.get(document.index()).copied().unwrap_or(false)
    }

    /// The texts without the words of copies, numbered as before.
    pub fn searched<'a>(&self, texts: &[Text<'a>]) -> Vec<Text<'a>> {
        let empty = Text { words: &[], sentences: &[], paragraphs: &[], stems: &[] };
        let is_copy = self.is_copy.iter().copied().chain(std::iter::repeat(false));
        texts.iter().zip(is_copy).map(|(text, is_copy)| if is_copy { empty } else { *text }).collect()
    }

    /// The copies of a document that stands for them, ascending; none of any other.
    pub fn of(&self, document: DocId) -> impl Iterator<Item = DocId> + '_ {
        let group = self.groups.binary_search_by_key(&document.get(), |group| group.0).ok();
        let range = group.and_then(|at| self.groups.get(at)).map_or(0..0, |(_, from, to)| *from..*to);
        self.copies.get(range).unwrap_or_default().iter().map(|copy| DocId::from_packed(*copy))
    }

    /// The documents that stand for others and are long enough to be a passage, with all their words.
    ///
    /// # Errors
    ///
    /// As [`find`](Self::find).
    pub fn whole<L: Library + ?Sized>(
        &self,
        library: &L,
        plan: &PassagePlan,
    ) -> Result<Vec<(DocId, WordRange)>, Error> {
        let mut room = library.room();
        let mut whole = Vec::new();
        for first in self.groups.iter().map(|(first, ..)| DocId::from_packed(*first)) {
            let text = library.open(first, &mut room)?;
            if is_whole(&text, plan) {
                whole.push((first, WordRange { start: 0, end: len(&text) }));
            }
        }
        Ok(whole)
    }
}

/// Whether a document is long enough to be a passage, with all its words.
pub fn is_whole(text: &Text<'_>, plan: &PassagePlan) -> bool {
    let len = len(text);
    let sides = judge::Sides { left: *text, right: *text, same: false };
    plan.seed <= len && judge::is_passage(&sides, Block { left: 0, right: 0, len }, plan)
}

fn len(text: &Text<'_>) -> u32 {
    u32::try_from(text.words.len()).unwrap_or(u32::MAX)
}

fn key(words: &[u64]) -> u64 {
    let length = words.len() as u64;
    hash::mix(words.iter().fold(length, |state, word| hash::push(state, *word)))
}

fn same(x: &Text<'_>, y: &Text<'_>) -> bool {
    x.words == y.words && x.sentences == y.sentences && x.paragraphs == y.paragraphs
}

/// A library without the words of copies, numbered as before.
#[derive(Debug)]
pub struct Searched<'c, L: ?Sized> {
    /// All documents.
    pub library: &'c L,
    /// Which of them are copies.
    pub copies: &'c Copies,
}

impl<L: Library + ?Sized> Library for Searched<'_, L> {
    type Room<'l>
        = L::Room<'l>
    where
        Self: 'l;

    fn room(&self) -> Self::Room<'_> {
        self.library.room()
    }

    fn len(&self) -> usize {
        self.library.len()
    }

    fn n_words(&self, document: DocId) -> usize {
        if self.copies.is_copy(document) { 0 } else { self.library.n_words(document) }
    }

    fn words<'r, 'l: 'r>(
        &'l self,
        document: DocId,
        room: &'r mut Self::Room<'l>,
    ) -> Result<&'r [u64], Error> {
        if self.copies.is_copy(document) { Ok(&[]) } else { self.library.words(document, room) }
    }

    fn open<'r, 'l: 'r>(&'l self, document: DocId, room: &'r mut Self::Room<'l>) -> Result<Text<'r>, Error> {
        if self.copies.is_copy(document) { Ok(EMPTY) } else { self.library.open(document, room) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn range(start: u32, end: u32) -> WordRange {
        WordRange { start, end }
    }

    #[test]
    fn only_texts_alike_in_words_and_limits_are_copies() {
        let (x, y) = (vec![2_u64; 30], vec![4_u64; 30]);
        let (one, two) = ([range(0, 30)], [range(0, 10), range(10, 30)]);
        let text = |words, sentences| Text { words, sentences, paragraphs: &[], stems: &[] };
        let texts = [text(&x, &one), text(&y, &one), text(&x, &one), text(&x, &two), text(&x, &one)];
        // The last document comes first in keeper order.
        let copies = Copies::find(texts.as_slice(), |document| 9 - u64::from(document.get())).unwrap();
        let of = |n: u32| copies.of(DocId::from_packed(n)).map(DocId::get).collect::<Vec<_>>();
        assert_eq!((of(4), of(0), of(1), of(3)), (vec![0, 2], vec![], vec![], vec![]));
        let lengths: Vec<usize> = copies.searched(&texts).iter().map(|text| text.words.len()).collect();
        assert_eq!(lengths, [0, 30, 0, 30, 30]);
    }

    #[test]
    fn empty_documents_are_nobodys_copies_to_report() {
        let empty = Text { words: &[], sentences: &[], paragraphs: &[], stems: &[] };
        let Ok(plan) = crate::settings::Settings::default().plan() else { return };
        let texts = [empty, empty];
        let copies = Copies::find(texts.as_slice(), |_| 0).unwrap();
        assert_eq!(copies.whole(texts.as_slice(), &plan.passage).unwrap(), []);
    }
}
