//! What is kept of a document that is compared as a whole: a few hundred bytes, whatever its length.

use std::borrow::Cow;

use rayon::prelude::*;

use super::article::{Article, count};
use crate::{
    candidate::{
        BandKeys,
        sampled::{ListParts, Samples},
    },
    error::Error,
    hash::{self, Digest},
    id::DocId,
    passage::weight,
    settings::Plan,
    shingle,
    sketch::{Params, Signer},
    span::WordRange,
    spill::{Column, Cursor, Space},
};

/// The cards of documents, in input order; all of them but eight bytes each in files where they take too much.
#[derive(Debug)]
pub(super) struct Cards {
    /// Bytes of all texts.
    pub(super) bytes: u64,
    /// Words of each document.
    pub(super) words: Vec<u32>,
    /// The documents that have enough words; what follows has one entry for each of them.
    pub(super) units: Vec<u32>,
    /// Their words' names.
    pub(super) digests: Column<Digest>,
    /// Their shingles, repeats counted.
    pub(super) shingles: Column<u32>,
    /// The keys of their signatures' bands.
    pub(super) keys: BandKeys,
    /// Samples of their shingles.
    pub(super) samples: Samples,
}

/// The columns of cards.
#[derive(Debug, Default)]
pub(super) struct Parts<'c> {
    pub(super) bytes: u64,
    pub(super) words: Cow<'c, [u32]>,
    pub(super) units: Cow<'c, [u32]>,
    pub(super) shingles: Cow<'c, [u32]>,
    pub(super) digests: Cow<'c, [Digest]>,
    /// One list a band.
    pub(super) bands: Vec<Cow<'c, [u32]>>,
    /// Ends and keys of the samples, and of what is held beside them.
    pub(super) samples: [ListParts<'c>; 2],
}

impl Cards {
    /// None yet.
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            bytes: 0,
            words: Vec::new(),
            units: Vec::new(),
            digests: Column::default(),
            shingles: Column::default(),
            keys: BandKeys::with_capacity(plan.document.cut, 0),
            samples: Samples::default(),
        }
    }

    /// Adds the cards of the documents that follow; `later` lies in memory.
    pub(super) fn append(&mut self, later: &Self) {
        let base = count(self.words.len());
        self.bytes += later.bytes;
        self.words.extend_from_slice(&later.words);
        self.units.extend(later.units.iter().map(|unit| base + unit));
        self.digests.extend(&later.digests.load());
        self.shingles.extend(&later.shingles.load());
        self.keys.append(&later.keys);
        self.samples.append(&later.samples);
    }

    /// Words of all documents.
    pub(super) fn all_words(&self) -> u64 {
        self.words.iter().map(|words| u64::from(*words)).sum()
    }

    /// All words of a unit's document.
    pub(super) fn range(&self, document: DocId) -> WordRange {
        WordRange { start: 0, end: self.words.get(document.index()).copied().unwrap_or(0) }
    }

    /// What names the words of a document that is long enough; `digests` reads those of these cards.
    pub(super) fn digest(&self, document: DocId, digests: &mut Cursor<'_, Digest>) -> Option<Digest> {
        self.units.binary_search(&document.get()).ok().and_then(|unit| digests.get(unit))
    }

    /// The columns, of cards that lie in memory.
    pub(super) fn parts(&self) -> Parts<'_> {
        Parts {
            bytes: self.bytes,
            words: Cow::Borrowed(&self.words),
            units: Cow::Borrowed(&self.units),
            shingles: self.shingles.load(),
            digests: self.digests.load(),
            bands: self.keys.parts().collect(),
            samples: self.samples.parts(),
        }
    }

    /// Takes back [`parts`](Self::parts).
    pub(super) fn of_parts(parts: Parts<'_>, plan: &Plan) -> Self {
        let Parts { bytes, words, units, shingles, digests, bands, samples } = parts;
        let bands = bands.into_iter().map(Cow::into_owned).collect();
        Self {
            bytes,
            words: words.into_owned(),
            units: units.into_owned(),
            digests: Column::from(digests.into_owned()),
            shingles: Column::from(shingles.into_owned()),
            keys: BandKeys::of_parts(plan.document.cut, bands),
            samples: Samples::of_parts(samples.map(|(ends, keys)| (ends.into_owned(), keys.into_owned()))),
        }
    }

    /// Bytes of memory.
    pub(super) fn memory(&self) -> usize {
        let short = self.words.capacity() + self.units.capacity();
        let long = self.digests.bytes() + self.shingles.bytes() + self.keys.bytes() + self.samples.bytes();
        short * size_of::<u32>() + long
    }

    /// Leaves memory.
    pub(super) fn spill(&mut self, space: &Space) -> Result<(), Error> {
        self.digests.spill(space)?;
        self.shingles.spill(space)?;
        self.keys.spill(space)?;
        self.samples.spill(space)
    }

    /// Must be called when all cards are there.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        self.words.shrink_to_fit();
        self.units.shrink_to_fit();
        self.digests.finish()?;
        self.shingles.finish()?;
        self.keys.finish()?;
        self.samples.finish()
    }
}

/// Articles whose cards are written by one thread at a time.
const ARTICLES: usize = 1024;

/// The cards of articles at hand, some at a time.
pub(super) fn of_articles(articles: &[Article], plan: &Plan, signer: &Signer) -> Vec<Cards> {
    let written = |articles: &[Article]| {
        let (mut writer, mut cards) = (Writer::new(plan, signer), Cards::new(plan));
        for article in articles {
            writer.write(article.document.text.len(), &article.words.hashes, &mut cards);
        }
        cards
    };
    articles.par_chunks(ARTICLES).map(written).collect()
}

/// Writes cards; one for each thread.
#[derive(Debug)]
pub(super) struct Writer<'p> {
    plan: &'p Plan,
    signer: &'p Signer,
    shingles: Vec<u64>,
    signature: Vec<u32>,
}

/// The functions of the plan's sketch.
pub(super) fn signer(plan: &Plan) -> Result<Signer, Error> {
    Signer::new(&Params { lanes: plan.lanes, seed: plan.seed })
}

impl<'p> Writer<'p> {
    pub(super) const fn new(plan: &'p Plan, signer: &'p Signer) -> Self {
        Self { plan, signer, shingles: Vec::new(), signature: Vec::new() }
    }

    /// Adds the card of a document with a text of so many bytes. Cost: its shingles times the lanes.
    pub(super) fn write(&mut self, bytes: usize, words: &[u64], cards: &mut Cards) {
        let number = count(cards.words.len());
        cards.bytes += bytes as u64;
        cards.words.push(count(words.len()));
        if words.is_empty() || weight(words) < self.plan.document.min_words {
            return;
        }
        shingle::list_into(words, self.plan.document.shingle, &mut self.shingles);
        // There is a word, so there is a shingle.
        let _never_empty = self.signer.sign_into(&self.shingles, &mut self.signature);
        cards.keys.push(&self.signature);
        cards.units.push(number);
        cards.digests.push(hash::identity(words));
        cards.shingles.push(count(self.shingles.len()));
        cards.samples.push(&self.shingles);
    }
}
