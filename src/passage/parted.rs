//! The search one step at a time, for records that come from anywhere and are sorted elsewhere: what [`find`](super::find) finds.
//!
//! | step | in | out |
//! |---|---|---|
//! | [`seeds`] | the words of a document | its seeds |
//! | [`pairs`] | the places of a seed | pairs of places, unless it is a frequent one |
//! | [`apart`] | a place of a frequent seed, with the words of its document | what tells it from other places |
//! | [`frequent`] | the places of a frequent seed | pairs of places |
//! | [`compare`] | two documents and the pairs of their places | aligned spans |
//! | [`asked`], [`runs`] | spans; documents | runs of words, which in many documents make a span a formula |
//!
//! Some pairs of places are made that `find` leaves out because they lie in the runs of others; the runs are the same.

use super::{
    Aligned, Found, Task, Text, hot,
    judge::Sides,
    pair, rarity,
    seed::{self, Corpus, Link},
};
use crate::{error::Error, id::DocId, settings::PassagePlan, span::WordRange};

pub use hot::{LONGER, MANY};

/// A document and one of its words.
pub type Place = (u32, u32);

/// The words that begin at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Equal for equal words.
    pub key: u64,
    /// The first of them.
    pub word: u32,
    /// The key of the seed one word before.
    pub before: Option<u64>,
}

/// Visits the seeds of a document. Cost: a pass over its words.
pub fn seeds(words: &[u64], plan: &PassagePlan, mut visit: impl FnMut(Seed)) {
    let mut before = None;
    for (word, at) in (0..).zip(0..words.len()) {
        let key = Corpus::key(words, at, plan.seed);
        if let Some(key) = key {
            visit(Seed { key, word, before });
        }
        before = key;
    }
}

/// All pairs of the places of a seed, which ascend, each with the key of the seed before it; none, and false, where there are too many
/// of them. A pair that comes with a key adds nothing unless the seed of that key is a frequent one.
pub fn pairs(places: &[(Place, Option<u64>)], mut visit: impl FnMut(Place, Place, Option<u64>)) -> bool {
    if seed::SMALL < places.len() {
        return false;
    }
    for (n, (left, before)) in places.iter().enumerate() {
        for (right, other) in places.iter().skip(n + 1) {
            visit(*left, *right, before.filter(|_| before == other));
        }
    }
    true
}

/// What tells a place of a frequent seed from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Apart(hot::Apart);

/// Whether places over a handful of words wait for more, for each of [`LONGER`].
pub type Waits = [bool; LONGER.len()];

/// What became of the places of a frequent seed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waited {
    /// For each of [`LONGER`], how many of them are over a handful of words and not linked before. Where those of a corpus are more
    /// than [`MANY`], they wait.
    pub places: [u64; LONGER.len()],
    /// How many waited in vain.
    pub vain: u64,
}

/// What tells the seed at a word of a document from others with the same words.
pub fn apart(words: &[u64], at: u32, plan: &PassagePlan) -> Apart {
    Apart(hot::apart(words, at as usize, plan.seed))
}

impl Apart {
    /// Bytes of [`to_bytes`](Self::to_bytes).
    pub const BYTES: usize = LONGER.len() * 8 + 1;

    /// As bytes.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let mut plain = 0;
        for (n, (slot, (key, is_plain))) in bytes.chunks_exact_mut(8).zip(self.0).enumerate() {
            slot.copy_from_slice(&key.to_le_bytes());
            plain |= u8::from(is_plain) << n;
        }
        if let Some(last) = bytes.last_mut() {
            *last = plain;
        }
        bytes
    }

    /// Takes back [`to_bytes`](Self::to_bytes); none of other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (plain, keys) = bytes.split_last().filter(|_| bytes.len() == Self::BYTES)?;
        let mut apart = hot::Apart::default();
        for (n, (slot, key)) in apart.iter_mut().zip(keys.as_chunks().0).enumerate() {
            *slot = (u64::from_le_bytes(*key), plain >> n & 1 == 1);
        }
        Some(Self(apart))
    }

    /// For each of [`LONGER`], whether the words up to there are a handful: such a place may have to wait.
    pub fn is_plain(&self) -> Waits {
        self.0.map(|(_, is_plain)| is_plain)
    }
}

/// The pairs of the places of a frequent seed, which ascend. Which of them wait for more words must be known of the whole corpus: ask with
/// none that wait, and for one length after the other, what [`Waited::places`] are.
pub fn frequent(
    places: &[(Place, Apart)],
    plan: &PassagePlan,
    waits: Waits,
    mut visit: impl FnMut(Place, Place),
) -> Waited {
    let known: Vec<(seed::Place, hot::Apart)> = places
        .iter()
        .map(|((document, word), apart)| ((*document as usize, *word as usize, 0), apart.0))
        .collect();
    let place = |(document, word, _): seed::Place| (packed(document), packed(word));
    let (places, vain) =
        hot::pairs_of_one(&known, plan.seed, waits, |(left, right)| visit(place(left), place(right)));
    Waited { places, vain }
}

fn packed(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Two documents, or one with itself.
#[derive(Clone, Copy, Debug)]
pub struct Both<'a> {
    /// The earlier one.
    pub left: (DocId, Text<'a>),
    /// The other one, if it is another.
    pub right: Option<(DocId, Text<'a>)>,
}

/// Aligns two documents. `links` are pairs of their words at which seeds begin, in any order; spans `not` wanted are those that are
/// formulas.
///
/// # Errors
///
/// [`Error::TooMany`] past 2^32 - 2 words.
pub fn compare(
    both: &Both<'_>,
    links: &[(u32, u32)],
    not: &[(WordRange, WordRange)],
    plan: &PassagePlan,
) -> Result<Found, Error> {
    let (left, a) = both.left;
    let (right, b) = both.right.unwrap_or(both.left);
    let texts = [a, b];
    let n = if both.right.is_some() { 2 } else { 1 };
    let corpus = Corpus::new(texts.get(..n).unwrap_or_default())?;
    let base = corpus.base(n - 1);
    let link = |(at, other): &(u32, u32)| {
        let diagonal = (base + other).checked_sub(*at)?;
        Some(Link { left_document: 0, right_document: packed(n - 1), diagonal, left: *at })
    };
    let mut links: Vec<Link> = links.iter().filter_map(link).collect();
    links.sort_unstable();
    links.dedup();
    let sides = Sides { left: a, right: b, same: both.right.is_none() };
    let task = Task { documents: (left, right), links: &links, whole: false, not };
    Ok(pair(&sides, &corpus, &task, plan))
}

/// The runs of words that a span matches, `left` being the words of its first document; none where it is no formula, however many
/// documents hold them. Where fewer than [`PassagePlan::rare_runs`] of them stand in at most [`PassagePlan::rare_documents`] documents,
/// it is one.
pub fn asked(pair: &Aligned, left: &[u64], plan: &PassagePlan) -> Option<Vec<u64>> {
    rarity::is_asked(pair, plan).then(|| rarity::matched(left, &pair.blocks))
}

/// All runs of a document, ascending, each once.
pub fn runs(words: &[u64]) -> Vec<u64> {
    let mut runs: Vec<u64> = rarity::runs(words).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::{hash, passage::made, settings::Settings};
    use proptest::prelude::*;

    /// Places by their seed, and where each text begins.
    type Groups = BTreeMap<u64, Vec<(Place, Option<u64>)>>;

    fn groups(texts: &[Vec<u64>], plan: &PassagePlan) -> Groups {
        let mut groups = Groups::new();
        for (document, words) in (0..).zip(texts) {
            seeds(words, plan, |seed| {
                groups.entry(seed.key).or_default().push(((document, seed.word), seed.before));
            });
        }
        groups
    }

    /// All pairs of places, and how many places of plain text waited in vain.
    fn places(texts: &[Vec<u64>], plan: &PassagePlan) -> (BTreeSet<(Place, Place)>, u64) {
        let groups = groups(texts, plan);
        let is_hot = |key: u64| groups.get(&key).is_some_and(|group| seed::SMALL < group.len());
        let (mut found, mut vain) = (BTreeSet::new(), 0);
        let mut large = Vec::new();
        for group in groups.values() {
            let is_small = pairs(group, |left, right, unless| {
                if unless.is_none_or(is_hot) {
                    found.insert((left, right));
                }
            });
            if !is_small {
                let known = |place: Place| apart(&texts[place.0 as usize], place.1, plan);
                large.push(group.iter().map(|(place, _)| (*place, known(*place))).collect::<Vec<_>>());
            }
        }
        let mut waits = Waits::default();
        for length in 0..LONGER.len() {
            let waiting = |group: &Vec<_>| frequent(group, plan, waits, |_, _| ()).places[length];
            waits[length] = (MANY as u64) < large.iter().map(waiting).sum();
        }
        for group in &large {
            let waited = frequent(group, plan, waits, |left, right| {
                found.insert((left, right));
            });
            vain += waited.vain;
        }
        (found, vain)
    }

    /// Whether the steps give the runs of a search, and as many places in vain.
    fn same(documents: &[Vec<u64>], plan: &PassagePlan) -> u64 {
        let texts = made::texts(documents);
        let corpus = Corpus::new(&texts).unwrap();
        let (links, plain) = seed::links(&corpus, plan.seed);
        let (found, vain) = places(documents, plan);
        let position = |(document, word): Place| corpus.place(corpus.base(document as usize) + word);
        let parted = found.iter().map(|(left, right)| seed::link((position(*left), position(*right))));
        let runs = |links| made::runs(&corpus, &texts, links, plan);
        assert_eq!(runs(parted.collect()), runs(links));
        assert_eq!(vain, plain);
        plain
    }

    fn plan() -> PassagePlan {
        Settings::default().plan().unwrap().passage
    }

    /// A word of a script with spaces, or, of some numbers, a character of one without.
    fn word(n: u64) -> u64 {
        if n % 97 == 5 { hash::mix(n) | 1 } else { made::word(n) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_steps_give_the_runs_of_a_search(
            documents in made::documents(word),
            size in prop_oneof![Just(4_u32), Just(5), Just(9)],
        ) {
            same(&documents, &PassagePlan { seed: size, ..plan() });
        }
    }

    #[test]
    fn much_text_over_a_handful_of_words_waits() {
        for (n, is_much) in [(2_000, false), (60_000, true)] {
            let draw = |seed: u64| (0..n).map(|at| word(hash::mix(seed * n + at) % 3)).collect::<Vec<_>>();
            assert_eq!(n < same(&[draw(1), draw(2)], &plan()), is_much, "{n}");
        }
    }
}
