//! Passages: a document's text -> its words and limits, in bytes that go from step to step; which documents stand for others.
//!
//! The steps are those of [`parted`], over such texts: [`seeds`] of each, [`pairs`] of the places of a seed, frequent seeds [told
//! apart](apart) and [paired](frequent), pairs of places of two documents [compared](compare), formulas [asked] for.

use crate::{
    document::Document,
    hash::{self, Digest},
    id::DocId,
    passage::{self, Aligned, Block},
    pipeline::{Article, article::count, scan::Rank},
    settings::{Keep, Plan},
    span::WordRange,
};

pub use crate::passage::parted::{
    self, Apart, Both, LONGER, MANY, Place, Seed, Waited, Waits, apart, asked, compare, frequent, pairs,
    runs, seeds,
};

/// A document as passages see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The hashes of its words.
    pub words: Vec<u64>,
    stems: Vec<u64>,
    sentences: Vec<WordRange>,
    paragraphs: Vec<WordRange>,
}

impl Text {
    /// Cost: what segmentation takes, and a few passes over the text.
    pub fn new(text: &str, plan: &Plan) -> Self {
        let article = Article::new(Document { text: text.to_owned(), ..Document::default() });
        let text = article.text_for(&plan.passage);
        Self {
            words: text.words.to_vec(),
            stems: text.stems.to_vec(),
            sentences: text.sentences.to_vec(),
            paragraphs: text.paragraphs.to_vec(),
        }
    }

    /// The same, lent.
    pub fn lent(&self) -> passage::Text<'_> {
        passage::Text {
            words: &self.words,
            sentences: &self.sentences,
            paragraphs: &self.paragraphs,
            stems: &self.stems,
        }
    }

    /// Whether it is long enough to be a passage, with all its words.
    pub fn is_whole(&self, plan: &Plan) -> bool {
        passage::is_whole(&self.lent(), &plan.passage)
    }

    /// What names its words, and what names its limits.
    pub fn names(&self) -> [Digest; 2] {
        let limits = self.sentences.iter().chain(&self.paragraphs);
        let mut numbers = vec![self.sentences.len() as u64];
        numbers.extend(limits.map(|range| u64::from(range.start) << 32 | u64::from(range.end)));
        [hash::identity(&self.words), hash::identity(&numbers)]
    }

    /// As bytes: how many words, stems, sentences and paragraphs there are, and then these; numbers are little-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for n in [self.words.len(), self.stems.len(), self.sentences.len(), self.paragraphs.len()] {
            bytes.extend(count(n).to_le_bytes());
        }
        for number in self.words.iter().chain(&self.stems) {
            bytes.extend(number.to_le_bytes());
        }
        for range in self.sentences.iter().chain(&self.paragraphs) {
            put_range(*range, &mut bytes);
        }
        bytes
    }

    /// Takes back [`to_bytes`](Self::to_bytes); none of other bytes.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let mut n = [0; 4];
        for n in &mut n {
            *n = take_number(&mut bytes)? as usize;
        }
        let [n_words, n_stems, n_sentences, n_paragraphs] = n;
        let words = take_hashes(&mut bytes, n_words)?;
        let stems = take_hashes(&mut bytes, n_stems)?;
        let sentences = take_ranges(&mut bytes, n_sentences)?;
        let paragraphs = take_ranges(&mut bytes, n_paragraphs)?;
        bytes.is_empty().then_some(Self { words, stems, sentences, paragraphs })
    }
}

fn put_range(range: WordRange, bytes: &mut Vec<u8>) {
    bytes.extend(range.start.to_le_bytes());
    bytes.extend(range.end.to_le_bytes());
}

fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*number))
}

fn take_range(bytes: &mut &[u8]) -> Option<WordRange> {
    Some(WordRange { start: take_number(bytes)?, end: take_number(bytes)? })
}

fn take_hashes(bytes: &mut &[u8], n: usize) -> Option<Vec<u64>> {
    let (hashes, rest) = bytes.split_at_checked(n.checked_mul(8)?)?;
    *bytes = rest;
    Some(hashes.as_chunks().0.iter().map(|hash| u64::from_le_bytes(*hash)).collect())
}

fn take_ranges(bytes: &mut &[u8], n: usize) -> Option<Vec<WordRange>> {
    // No more is made room for than there are bytes.
    (0..n.min(bytes.len())).map(|_| take_range(bytes)).collect()
}

/// Documents that may stand for each other.
#[derive(Clone, Copy, Debug)]
pub struct Named {
    /// Which document.
    pub document: u32,
    /// How many words it has.
    pub words: u32,
    /// Its time, where it has one.
    pub time: Option<i64>,
    /// [What names it](Text::names).
    pub names: [Digest; 2],
}

/// Of all documents that have the same words, which stands for which: told by the document that does and the copy. Others may be among
/// them; they are put in order.
pub fn copies(named: &mut [Named], keep: Keep, mut visit: impl FnMut(u32, u32)) {
    named.sort_unstable_by_key(|named| (named.names[0], named.document));
    for group in named.chunk_by(|x, y| x.names[0] == y.names[0]) {
        let rank = Rank::new(group.len(), |n| group.get(n)?.time, keep);
        let whole = |(n, named): (u32, &Named)| {
            rank.of(DocId::from_packed(n), WordRange { start: 0, end: named.words })
        };
        let Some((_, first)) = (0..).zip(group).min_by_key(|(n, named)| (whole((*n, named)), *n)) else {
            continue;
        };
        let is_copy = |other: &&Named| other.document != first.document && other.names == first.names;
        group.iter().filter(is_copy).for_each(|copy| visit(first.document, copy.document));
    }
}

/// An aligned span without its documents, as bytes: both places, the words that match in any order, the blocks.
pub fn span_to_bytes(pair: &Aligned) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_range(pair.left.1, &mut bytes);
    put_range(pair.right.1, &mut bytes);
    bytes.extend(pair.any_order.to_le_bytes());
    for block in &pair.blocks {
        for number in [block.left, block.right, block.len] {
            bytes.extend(number.to_le_bytes());
        }
    }
    bytes
}

/// Takes back [`span_to_bytes`]; none of other bytes.
pub fn span_from_bytes(left: u32, right: u32, mut bytes: &[u8]) -> Option<Aligned> {
    let bytes = &mut bytes;
    let (left_words, right_words) = (take_range(bytes)?, take_range(bytes)?);
    let any_order = take_number(bytes)?;
    let mut blocks = Vec::new();
    while !bytes.is_empty() {
        blocks.push(Block {
            left: take_number(bytes)?,
            right: take_number(bytes)?,
            len: take_number(bytes)?,
        });
    }
    let document = DocId::from_packed;
    Some(Aligned {
        left: (document(left), left_words),
        right: (document(right), right_words),
        blocks,
        any_order,
    })
}
