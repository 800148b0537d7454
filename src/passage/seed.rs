//! Seeds: short runs of equal words that stand in at least two places.
//!
//! Every position is keyed by a hash of its next few words. A small filter drops the positions whose
//! key stands once, before anything is sorted; the rest are sorted by key, and equal keys are a
//! group. A small group makes all its pairs. A large one would make too many, so its positions are
//! keyed again with more and more words, and each group is linked to its first place (a star), and
//! inside one document each place to the one before it: `n - 1` links for `n` places, so boilerplate
//! costs what it is long and no place of it is lost.

use rayon::prelude::*;

use super::Text;
use crate::{error::Error, hash, id::DocId, words::is_spaceless};

/// A group of at most so many places makes all its pairs.
const SMALL: usize = 10;
/// With how many words the places of a large group are keyed again.
const LONGER: [u32; 5] = [8, 12, 16, 24, 32];
/// Filter bits for each position: more drop more positions that stand alone.
const FILTER_BITS: usize = 8;

/// The documents laid end to end: a position is a word of the corpus.
pub(super) struct Corpus<'a> {
    texts: &'a [Text<'a>],
    /// First position of each document, and the end.
    bases: Vec<u32>,
}

impl<'a> Corpus<'a> {
    pub(super) fn new(texts: &'a [Text<'a>]) -> Result<Self, Error> {
        let mut bases = Vec::with_capacity(texts.len() + 1);
        let mut next = 0_u64;
        bases.push(0);
        for text in texts {
            next += text.words.len() as u64;
            let too_many = || Error::TooMany { what: "words", limit: u64::from(u32::MAX) - 1 };
            bases.push(u32::try_from(next).ok().filter(|n| *n < u32::MAX).ok_or_else(too_many)?);
        }
        Ok(Self { texts, bases })
    }

    /// The document that holds a position.
    fn document(&self, position: u32) -> usize {
        self.bases.partition_point(|base| *base <= position).saturating_sub(1)
    }

    pub(super) fn base(&self, document: usize) -> u32 {
        self.bases.get(document).copied().unwrap_or(0)
    }

    /// The key of the `size` words from `at` in one document, twice as many where the first is a
    /// character of a script written without spaces; none where the document ends before.
    fn key(words: &[u64], at: usize, size: u32) -> Option<u64> {
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

fn width(first: u64, size: u32) -> usize {
    if is_spaceless(first) { 2 * size as usize } else { size as usize }
}

/// Two places with the same seed, ordered so that the links of one pair of documents stand together,
/// and among them those of one diagonal, ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    left_document: u32,
    right_document: u32,
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

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Keyed {
    key: u64,
    position: u32,
    /// Size of the group this position stood in with fewer words.
    parent: u32,
}

/// All links of seeds of `size` words.
pub(super) fn links(corpus: &Corpus<'_>, size: u32) -> Vec<Link> {
    let mut keyed = repeated(corpus, size);
    keyed.par_sort_unstable();
    let groups: Vec<&[Keyed]> = keyed.chunk_by(|x, y| x.key == y.key).filter(|g| 1 < g.len()).collect();
    let mut hot: Vec<Keyed> = Vec::new();
    let mut is_hot = Bits::new(corpus.bases.last().copied().unwrap_or(0) as usize);
    for group in groups.iter().filter(|group| SMALL < group.len()) {
        for place in *group {
            is_hot.set(place.position as usize);
            hot.push(Keyed { parent: 0, ..*place });
        }
    }
    let small = |group: &&[Keyed]| group.len() <= SMALL;
    let mut links: Vec<Link> = groups
        .par_iter()
        .filter(|group| small(group))
        .flat_map_iter(|group| {
            all_pairs(corpus, group)
                .filter(|(left, right)| !continues(corpus, *left, *right, size, &is_hot))
                .map(link)
        })
        .collect();
    for longer in LONGER.into_iter().filter(|longer| size < *longer) {
        hot = rekey(corpus, &hot, longer, &mut links);
    }
    links
}

/// The positions whose key stands, as far as the filter can tell, at least twice.
fn repeated(corpus: &Corpus<'_>, size: u32) -> Vec<Keyed> {
    let total = corpus.bases.last().copied().unwrap_or(0) as usize;
    let slots = (total * FILTER_BITS).next_power_of_two().max(64);
    let slot = |key: u64| usize::try_from(key & (slots as u64 - 1)).unwrap_or(0);
    let mut once = Bits::new(slots);
    let mut twice = Bits::new(slots);
    for text in corpus.texts {
        for at in 0..text.words.len() {
            if let Some(key) = Corpus::key(text.words, at, size)
                && once.set(slot(key))
            {
                twice.set(slot(key));
            }
        }
    }
    drop(once);
    corpus
        .texts
        .par_iter()
        .enumerate()
        .flat_map_iter(|(document, text)| {
            let (base, twice) = (corpus.base(document), &twice);
            (0_u32..).zip(0..text.words.len()).filter_map(move |(offset, at)| {
                let key = Corpus::key(text.words, at, size)?;
                twice.get(slot(key)).then_some(Keyed { key, position: base + offset, parent: 0 })
            })
        })
        .collect()
}

/// A place with its document and the offset in it.
type Place = (usize, usize, u32);

fn place(corpus: &Corpus<'_>, keyed: &Keyed) -> Place {
    let document = corpus.document(keyed.position);
    (document, (keyed.position - corpus.base(document)) as usize, keyed.position)
}

fn all_pairs<'a>(corpus: &'a Corpus<'_>, group: &'a [Keyed]) -> impl Iterator<Item = (Place, Place)> + 'a {
    let places: Vec<Place> = group.iter().map(|keyed| place(corpus, keyed)).collect();
    (0..places.len()).flat_map(move |i| {
        let places = places.clone();
        (i + 1..places.len()).filter_map(move |j| Some((*places.get(i)?, *places.get(j)?)))
    })
}

fn link((left, right): (Place, Place)) -> Link {
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

/// Keys the places of large groups again with more words, links the groups, and returns those that are
/// still large.
fn rekey(corpus: &Corpus<'_>, hot: &[Keyed], size: u32, links: &mut Vec<Link>) -> Vec<Keyed> {
    let mut keyed: Vec<Keyed> = hot
        .par_iter()
        .filter_map(|old| {
            let (document, at, position) = place(corpus, old);
            let key = Corpus::key(corpus.texts.get(document)?.words, at, size)?;
            Some(Keyed { key, position, parent: old.parent })
        })
        .collect();
    keyed.par_sort_unstable_by_key(|k| (k.key, k.position));
    let mut still = Vec::new();
    for group in keyed.chunk_by(|x, y| x.key == y.key) {
        if group.len() < 2 {
            continue;
        }
        if group.len() <= SMALL {
            links.extend(all_pairs(corpus, group).map(link));
            continue;
        }
        let members = u32::try_from(group.len()).unwrap_or(u32::MAX);
        // The same places as with fewer words have the same links already.
        if group.iter().any(|k| k.parent != members) {
            star(corpus, group, links);
        }
        still.extend(group.iter().map(|k| Keyed { parent: members, ..*k }));
    }
    still
}

/// Links the first place in each document to the first of all, and the others to the one before them.
fn star(corpus: &Corpus<'_>, group: &[Keyed], links: &mut Vec<Link>) {
    let mut places = group.iter().map(|keyed| place(corpus, keyed));
    let Some(leader) = places.next() else { return };
    let mut before = leader;
    for next in places {
        links.push(link((if next.0 == before.0 { before } else { leader }, next)));
        before = next;
    }
}

/// A fixed row of bits.
struct Bits(Vec<u64>);

impl Bits {
    fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    fn get(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Sets a bit and says whether it was set before.
    fn set(&mut self, at: usize) -> bool {
        let Some(word) = self.0.get_mut(at / 64) else { return false };
        let bit = 1_u64 << (at % 64);
        let was = *word & bit != 0;
        *word |= bit;
        was
    }
}
