//! What is kept of a document that is compared as a whole: a few hundred bytes, whatever its length.

use super::article::count;
use crate::{
    candidate::{BandKeys, sampled::Samples},
    error::Error,
    hash::{self, Digest},
    id::{DocId, UnitId},
    passage::weight,
    settings::Plan,
    shingle,
    sketch::{Params, Signer},
    span::WordRange,
};

/// The cards of documents, in input order.
#[derive(Clone, Debug)]
pub(super) struct Cards {
    /// Bytes of all texts.
    pub(super) bytes: u64,
    /// Words of each document.
    pub(super) words: Vec<u32>,
    /// The documents that have enough words; what follows has one entry for each of them.
    pub(super) units: Vec<u32>,
    /// Their words' names.
    pub(super) digests: Vec<Digest>,
    /// Their shingles, repeats counted.
    pub(super) shingles: Vec<u32>,
    /// The keys of their signatures' bands.
    pub(super) keys: BandKeys,
    /// Samples of their shingles.
    pub(super) samples: Samples,
}

impl Cards {
    /// None yet.
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            bytes: 0,
            words: Vec::new(),
            units: Vec::new(),
            digests: Vec::new(),
            shingles: Vec::new(),
            keys: BandKeys::with_capacity(plan.document.cut, 0),
            samples: Samples::default(),
        }
    }

    /// Adds the cards of the documents that follow.
    pub(super) fn append(&mut self, later: &Self) {
        let base = count(self.words.len());
        self.bytes += later.bytes;
        self.words.extend_from_slice(&later.words);
        self.units.extend(later.units.iter().map(|unit| base + unit));
        self.digests.extend_from_slice(&later.digests);
        self.shingles.extend_from_slice(&later.shingles);
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

    /// What names the words of a document that is long enough.
    pub(super) fn digest(&self, document: DocId) -> Option<&Digest> {
        self.units.binary_search(&document.get()).ok().and_then(|unit| self.digests.get(unit))
    }
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
        cards.keys.push(UnitId::from_packed(count(cards.units.len())), &self.signature);
        cards.units.push(number);
        cards.digests.push(hash::identity(words));
        cards.shingles.push(count(self.shingles.len()));
        cards.samples.push(&self.shingles);
    }
}
