//! Made corpora for the tests of seeds: stock text, now and then with a word of its own between.

use std::collections::BTreeMap;

use super::{
    Block, Text,
    judge::Sides,
    run,
    seed::{Corpus, Link},
};
use crate::{hash, settings::PassagePlan};
use proptest::prelude::*;

/// A word of a script with spaces.
pub(super) fn word(n: u64) -> u64 {
    hash::mix(n) & !1
}

/// Documents of words that are made of numbers.
pub(super) fn documents(word: fn(u64) -> u64) -> impl Strategy<Value = Vec<Vec<u64>>> {
    let stock = prop::collection::vec(prop::collection::vec(1_u64..9, 1..40), 1..4);
    let picks = prop::collection::vec(prop::collection::vec((0_usize..4, 0_u64..12), 0..4), 1..24);
    (stock, picks).prop_map(move |(stock, picks)| {
        let own = |n: usize, word: u64| (word < 6).then_some(100 + 10 * n as u64 + word);
        let document = |(n, picks): (usize, &Vec<(usize, u64)>)| {
            let numbers = picks
                .iter()
                .flat_map(|(pick, word)| stock[pick % stock.len()].iter().copied().chain(own(n, *word)));
            numbers.map(word).collect()
        };
        picks.iter().enumerate().map(document).collect()
    })
}

/// The same, without limits.
pub(super) fn texts(documents: &[Vec<u64>]) -> Vec<Text<'_>> {
    let text = |words| Text { words, sentences: &[], paragraphs: &[], stems: &[] };
    documents.iter().map(|words| text(words.as_slice())).collect()
}

/// The runs that links come to, by pair of documents.
pub(super) fn runs(
    corpus: &Corpus<'_>,
    texts: &[Text<'_>],
    mut links: Vec<Link>,
    plan: &PassagePlan,
) -> BTreeMap<(u32, u32), Vec<Block>> {
    links.sort_unstable();
    let runs = |links: &[Link]| {
        let (left, right) = links[0].documents();
        let sides = Sides { left: texts[left.index()], right: texts[right.index()], same: left == right };
        ((left.get(), right.get()), run::runs(corpus, links, &sides, plan))
    };
    links.chunk_by(|x, y| x.documents() == y.documents()).map(runs).collect()
}
