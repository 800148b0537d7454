//! Seeds: short runs of equal words that stand in at least two places.
//!
//! Every position is keyed by a hash of its next few words. A small filter drops the positions whose
//! key stands once, before anything is sorted; the rest are sorted by key, and equal keys are a
//! group. A small group makes all its pairs; a large one would make too many, and goes to [`hot`].

use rayon::prelude::*;

use super::{Text, hot};
use crate::{error::Error, hash, id::DocId, words::quarters};

/// A group of at most so many places makes all its pairs.
pub(super) const SMALL: usize = 10;
/// Filter bits for each position: more drop more positions that stand alone.
pub(super) const FILTER_BITS: usize = 8;

/// The documents laid end to end: a position is a word of the corpus.
pub(super) struct Corpus<'a> {
    texts: &'a [Text<'a>],
    /// First position of each document, and the end.
    bases: Vec<u32>,
    /// The document that holds each position that is a multiple of `2^step`, so that a document is found where it lies.
    marks: Vec<u32>,
    step: u32,
}

impl<'a> Corpus<'a> {
    pub(super) fn new(texts: &'a [Text<'a>]) -> Result<Self, Error> {
        Self::laid(texts, texts.iter().map(|text| text.words.len()))
    }

    /// Documents of so many words. Their words may be elsewhere: then `texts` is empty.
    pub(super) fn laid(
        texts: &'a [Text<'a>],
        lengths: impl ExactSizeIterator<Item = usize>,
    ) -> Result<Self, Error> {
        let n = lengths.len();
        let mut bases = Vec::with_capacity(n + 1);
        let mut next = 0_u64;
        bases.push(0);
        for length in lengths {
            next += length as u64;
            let too_many = || Error::TooMany { what: "words", limit: u64::from(u32::MAX) - 1 };
            bases.push(u32::try_from(next).ok().filter(|n| *n < u32::MAX).ok_or_else(too_many)?);
        }
        // About one for each document.
        let step = (next / (n.max(1) as u64)).max(1).ilog2();
        let mut document = 0;
        let marks = (0..=next >> step).map(|mark| {
            while bases.get(document as usize + 1).is_some_and(|base| u64::from(*base) <= mark << step) {
                document += 1;
            }
            document
        });
        Ok(Self { texts, marks: marks.collect(), bases, step })
    }

    /// The document that holds a position.
    pub(super) fn document(&self, position: u32) -> usize {
        let mark = |at: u32| self.marks.get(at as usize).map(|document| *document as usize);
        let first = mark(position >> self.step).unwrap_or(0);
        let last = mark((position >> self.step) + 1).unwrap_or(self.bases.len() - 1);
        let bases = self.bases.get(first..=last).unwrap_or_default();
        first + bases.partition_point(|base| *base <= position).saturating_sub(1)
    }

    pub(super) fn base(&self, document: usize) -> u32 {
        self.bases.get(document).copied().unwrap_or(0)
    }

    /// How many positions there are.
    pub(super) fn end(&self) -> u32 {
        self.bases.last().copied().unwrap_or(0)
    }

    /// The words of a document.
    pub(super) fn words(&self, document: usize) -> &'a [u64] {
        self.texts.get(document).map_or(&[], |text| text.words)
    }

    /// A position with its document and the offset in it.
    pub(super) fn place(&self, position: u32) -> Place {
        let document = self.document(position);
        (document, (position - self.base(document)) as usize, position)
    }

    /// The key of the `size` words from `at` in one document, two or four times as many where the first is a
    /// character of a script written without spaces; none where the document ends before.
    pub(super) fn key(words: &[u64], at: usize, size: u32) -> Option<u64> {
        let window = words.get(at..at + width(*words.get(at)?, size))?;
        Some(hash::mix(window.iter().fold(0, |state, word| hash::push(state, *word))))
    }

    /// Whether the windows of two positions of the corpus hold the same words; also where each lies.
    fn same_window(&self, left: (usize, usize), right: (usize, usize), size: u32) -> bool {
        let window = |(document, at): (usize, usize)| {
            let words = self.texts.get(document)?.words;
            words.get(at..at + width(*words.get(at)?, size))
        };
        window(left).is_some_and(|w| window(right) == Some(w))
    }
}

pub(super) fn width(first: u64, size: u32) -> usize {
    (size * (4 / quarters(first))) as usize
}

/// Two places with the same seed, ordered so that the links of one pair of documents stand together,
/// and among them those of one diagonal, ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    pub(super) left_document: u32,
    pub(super) right_document: u32,
    /// Position on the right less position on the left.
    pub(super) diagonal: u32,
    /// Position on the left, in the corpus.
    pub(super) left: u32,
}

impl Link {
    pub(super) fn documents(&self) -> (DocId, DocId) {
        (DocId::from_packed(self.left_document), DocId::from_packed(self.right_document))
    }
}

/// A position and the key of its words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Keyed {
    pub(super) key: u64,
    pub(super) position: u32,
}

/// A place with its document and the offset in it.
pub(super) type Place = (usize, usize, u32);

/// All links of seeds of `size` words, and the places of frequent plain text that none follows.
pub(super) fn links(corpus: &Corpus<'_>, size: u32) -> (Vec<Link>, u64) {
    let mut keyed = repeated(corpus, size);
    keyed.par_sort_unstable();
    let groups: Vec<&[Keyed]> = keyed.chunk_by(|x, y| x.key == y.key).filter(|g| 1 < g.len()).collect();
    let (small, large): (Vec<&[Keyed]>, Vec<&[Keyed]>) = groups.iter().partition(|g| g.len() <= SMALL);
    drop(groups);
    let mut is_hot = Bits::new(corpus.end() as usize);
    for place in large.iter().copied().flatten() {
        is_hot.set(place.position as usize);
    }
    let parts: Vec<Vec<Link>> = small
        .par_iter()
        .fold(Vec::new, |mut links, group| {
            let mut places = [(0, 0, 0); SMALL];
            for (place, keyed) in places.iter_mut().zip(*group) {
                *place = corpus.place(keyed.position);
            }
            let pairs = all_pairs(places.get(..group.len()).unwrap_or_default());
            links.extend(
                pairs.filter(|(left, right)| !continues(corpus, *left, *right, size, &is_hot)).map(link),
            );
            links
        })
        .collect();
    let mut links = parts.concat();
    drop(parts);
    let (more, plain) = hot::links(corpus, &large, &is_hot, size);
    links.extend(more);
    (links, plain)
}

/// The positions whose key stands, as far as the filter can tell, at least twice.
///
/// Keys are looked up many at a time: each look misses every cache of a large corpus, and looks that do not wait for each other
/// miss together.
fn repeated(corpus: &Corpus<'_>, size: u32) -> Vec<Keyed> {
    let total = corpus.end() as usize;
    let slots = (total * FILTER_BITS).next_power_of_two().max(64);
    let slot = |key: u64| usize::try_from(key & (slots as u64 - 1)).unwrap_or(0);
    let mut once = Bits::new(slots);
    let mut twice = Bits::new(slots);
    let mut known = [false; BATCH];
    for text in corpus.texts {
        batches(text.words, size, 0, |keyed| {
            for (known, keyed) in known.iter_mut().zip(keyed) {
                *known = once.get(slot(keyed.key));
            }
            for (known, keyed) in known.iter().zip(keyed) {
                if *known || once.set(slot(keyed.key)) {
                    twice.set(slot(keyed.key));
                }
            }
        });
    }
    drop(once);
    let parts: Vec<Vec<Keyed>> = corpus
        .texts
        .par_iter()
        .enumerate()
        .fold(Vec::new, |mut found, (document, text)| {
            let mut known = [false; BATCH];
            batches(text.words, size, corpus.base(document), |keyed| {
                for (known, keyed) in known.iter_mut().zip(keyed) {
                    *known = twice.get(slot(keyed.key));
                }
                found.extend(keyed.iter().zip(known).filter(|(_, known)| *known).map(|(keyed, _)| *keyed));
            });
            found
        })
        .collect();
    parts.concat()
}

/// How many keys are looked up together.
const BATCH: usize = 128;

/// Visits the keys of a text, which begins at `base`, in rows of at most [`BATCH`].
pub(super) fn batches(words: &[u64], size: u32, base: u32, mut visit: impl FnMut(&[Keyed])) {
    let mut row = [Keyed { key: 0, position: 0 }; BATCH];
    let mut n = 0;
    for (position, at) in (base..).zip(0..words.len()) {
        let Some(key) = Corpus::key(words, at, size) else { continue };
        if let Some(slot) = row.get_mut(n) {
            *slot = Keyed { key, position };
        }
        n += 1;
        if n == BATCH {
            visit(&row);
            n = 0;
        }
    }
    visit(row.get(..n).unwrap_or_default());
}

pub(super) fn all_pairs(places: &[Place]) -> impl Iterator<Item = (Place, Place)> {
    let after = |at: usize| places.get(at + 1..).unwrap_or_default();
    places.iter().enumerate().flat_map(move |(at, left)| after(at).iter().map(|right| (*left, *right)))
}

pub(super) fn link((left, right): (Place, Place)) -> Link {
    let packed = |document: usize| u32::try_from(document).unwrap_or(u32::MAX);
    Link {
        left_document: packed(left.0),
        right_document: packed(right.0),
        diagonal: right.2 - left.2,
        left: left.2,
    }
}

/// Whether the seeds one word to the left are linked too, so that this link adds nothing.
fn continues(corpus: &Corpus<'_>, left: Place, right: Place, size: u32, is_hot: &Bits) -> bool {
    let (Some(l), Some(r)) = (left.1.checked_sub(1), right.1.checked_sub(1)) else { return false };
    corpus.same_window((left.0, l), (right.0, r), size)
        && !is_hot.get(left.2 as usize - 1)
        && !is_hot.get(right.2 as usize - 1)
}

/// A fixed row of bits.
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    pub(super) fn get(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Sets a bit and says whether it was set before.
    pub(super) fn set(&mut self, at: usize) -> bool {
        let Some(word) = self.0.get_mut(at / 64) else { return false };
        let bit = 1_u64 << (at % 64);
        let was = *word & bit != 0;
        *word |= bit;
        was
    }

    /// The bits that are set, ascending.
    pub(super) fn positions(&self) -> Vec<u32> {
        let mut positions = Vec::with_capacity(self.0.iter().map(|word| word.count_ones() as usize).sum());
        for (start, word) in (0_u32..).step_by(64).zip(&self.0) {
            let mut left = *word;
            while left != 0 {
                positions.push(start + left.trailing_zeros());
                left &= left - 1;
            }
        }
        positions
    }

    /// For each word of bits how many are set before it.
    pub(super) fn ranks(&self) -> Vec<u32> {
        let before = self.0.iter().scan(0, |sum, word| {
            let before = *sum;
            *sum += word.count_ones();
            Some(before)
        });
        before.collect()
    }

    /// How many bits are set before one.
    pub(super) fn rank(&self, ranks: &[u32], at: usize) -> u32 {
        let below = self.0.get(at / 64).map_or(0, |word| (word & ((1 << (at % 64)) - 1)).count_ones());
        ranks.get(at / 64).copied().unwrap_or(0) + below
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_position_lies_in_its_document(lengths in prop::collection::vec(prop_oneof![0_usize..3, 0_usize..200], 1..40)) {
            let words = [2; 200];
            let text = |len: &usize| Text { words: &words[..*len], sentences: &[], paragraphs: &[], stems: &[] };
            let texts: Vec<Text<'_>> = lengths.iter().map(text).collect();
            let corpus = Corpus::new(&texts).unwrap();
            let mut position = 0;
            for (document, len) in lengths.iter().enumerate() {
                for at in 0..*len {
                    prop_assert_eq!(corpus.place(position), (document, at, position));
                    position += 1;
                }
            }
        }

        #[test]
        fn rows_hold_every_key_once(len in 0_usize..400) {
            let words: Vec<u64> = (0..len as u64).map(|n| n % 7).collect();
            let mut found = Vec::new();
            batches(&words, 4, 1000, |row| found.extend(row.iter().map(|keyed| (keyed.position, keyed.key))));
            let keys = (1000_u32..).zip(0..len).filter_map(|(p, at)| Some((p, Corpus::key(&words, at, 4)?)));
            prop_assert_eq!(found, keys.collect::<Vec<_>>());
        }
    }
}
