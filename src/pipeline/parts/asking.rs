//! Documents that stand in others: each asks for some of its shingles, by their keys, and is told who holds them.
//!
//! Most ask by a sample of their shingles ([`Document::sampled`]). Those for which that says too little ask once more, with
//! more keys ([`Document::asked`]). A key that no more than [`CROWD`] documents hold is answered with all of them; of
//! larger [crowds](super::crowd) the first that are large enough are looked at, until some fit.

use super::spelled;
use crate::{
    candidate::sampled::{self, one::One},
    settings::{Plan, Ratio},
    shingle,
};

pub use crate::candidate::sampled::{CROWD, asks};

/// A spelled document, ready to ask and to answer.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its shingles in their order, repeats and all.
    shingles: Vec<u64>,
    words: u32,
}

/// What a document asks for by its sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sampled {
    /// The keys of its sample, ascending.
    pub keys: Vec<u32>,
    /// It asks for so many of the first of them.
    pub asks: usize,
    /// Whether it has to ask by other keys.
    pub is_short: bool,
}

impl Document {
    /// Of so many words.
    pub fn new(spelled: &str, words: u32, plan: &Plan) -> Self {
        let (mut hashes, mut shingles) = (Vec::new(), Vec::new());
        spelled::hashes_into(spelled, &mut hashes);
        shingle::list_into(&hashes, plan.document.shingle, &mut shingles);
        Self { shingles, words }
    }

    fn one(&self, plan: &Plan) -> One<'_> {
        One {
            shingles: &self.shingles,
            eligible: plan.containment_words <= self.words,
            containment: plan.containment,
        }
    }

    /// What it asks for by its sample.
    pub fn sampled(&self, plan: &Plan) -> Sampled {
        let sampled::one::Sampled { keys, asks, is_short } = self.one(plan).sampled();
        Sampled { keys, asks, is_short }
    }

    /// What it asks for where that is not enough.
    pub fn asked(&self, plan: &Plan) -> Vec<u32> {
        self.one(plan).asked()
    }

    /// All keys it can answer, ascending.
    pub fn keys(&self, plan: &Plan) -> Vec<u32> {
        self.one(plan).keys()
    }

    /// Of [`asked`](Self::asked) keys it looks at so many answers.
    pub fn answers(&self, plan: &Plan) -> usize {
        self.one(plan).answers()
    }

    /// The fewest shingles of what may hold it.
    pub fn least(&self, plan: &Plan) -> u64 {
        self.one(plan).least()
    }

    /// Its shingles, repeats counted.
    pub const fn size(&self) -> usize {
        self.shingles.len()
    }

    /// Whether it may stand in another by what is sampled of both; by all that is held of them where it asked twice.
    pub fn may_stand_in(&self, other: &Self, asked: bool, containment: Ratio) -> bool {
        One { shingles: &self.shingles, eligible: true, containment }.may_stand_in(&other.shingles, asked)
    }
}
