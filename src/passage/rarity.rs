//! Edited repeats that are only the formulas of a trade: "the company said it will offer", a dividend notice, a eurobond's terms.
//!
//! Two such texts share many words and were never copied from each other. What tells them from a copy is that the runs of
//! words they share stand in many other documents too. So an edited repeat between documents must match a few runs of [`RUN`] words that stand in
//! few documents. A long one is exempt: formulas are short, and a text that many papers reprint is common in all its runs.
//! Exact repeats are not asked.

use std::{collections::HashMap, ops::Range};

use rayon::prelude::*;

use super::{Aligned, Block, Found, Library};
use crate::{error::Error, hash, id::DocId, settings::PassagePlan, span::WordRange};

/// Words of a run.
const RUN: usize = 4;

/// For each part of what was found, the places of its formulas; most parts have none. Cost: one pass over the corpus when there is an edited
/// repeat to ask about.
pub(super) fn formulas<L: Library + ?Sized>(
    library: &L,
    found: &[Found],
    plan: &PassagePlan,
) -> Result<Vec<Vec<(WordRange, WordRange)>>, Error> {
    let is_asked = |pair: &&Aligned| is_asked(pair, plan);
    let all_keys = |room: &mut _, part: &Found| {
        let mut all = Vec::new();
        for pair in part.pairs.iter().filter(is_asked) {
            all.extend(keys(library, room, pair)?);
        }
        Ok(all)
    };
    let parts: Vec<Vec<u64>> =
        found.par_iter().map_init(|| library.room(), all_keys).collect::<Result<_, Error>>()?;
    let mut asked = parts.concat();
    drop(parts);
    asked.par_sort_unstable();
    asked.dedup();
    if asked.is_empty() {
        return Ok(vec![Vec::new(); found.len()]);
    }
    let documents = documents(library, &asked)?;
    let rare = |key: &u64| documents.get(key).is_none_or(|documents| *documents <= plan.rare_documents);
    let places = |room: &mut _, part: &Found| {
        let mut places = Vec::new();
        for pair in part.pairs.iter().filter(is_asked) {
            let n_rare = keys(library, room, pair)?.iter().filter(|key| rare(key)).count();
            if n_rare < plan.rare_runs as usize {
                places.push((pair.left.1, pair.right.1));
            }
        }
        Ok(places)
    };
    found.par_iter().map_init(|| library.room(), places).collect()
}

/// Whether a pair could be a formula.
pub(super) fn is_asked(pair: &Aligned, plan: &PassagePlan) -> bool {
    !pair.is_exact() && pair.left.0 != pair.right.0 && pair.matched() < plan.formula
}

/// The runs that a pair matches.
fn keys<'l, L: Library + ?Sized>(
    library: &'l L,
    room: &mut L::Room<'l>,
    pair: &Aligned,
) -> Result<Vec<u64>, Error> {
    Ok(matched(library.words(pair.left.0, room)?, &pair.blocks))
}

/// The runs of blocks, of which these are the words on the left.
pub(super) fn matched(left: &[u64], blocks: &[Block]) -> Vec<u64> {
    let words = |block: &Block| {
        let range = WordRange { start: block.left, end: block.left + block.len };
        left.get(range.native()).unwrap_or_default()
    };
    blocks.iter().flat_map(|block| runs(words(block))).collect()
}

/// All runs of some words.
pub(super) fn runs(words: &[u64]) -> impl Iterator<Item = u64> {
    words.windows(RUN).map(key)
}

fn key(run: &[u64]) -> u64 {
    hash::mix(run.iter().fold(0, |state, word| hash::push(state, *word)))
}

/// In how many documents each of some runs stands.
fn documents<L: Library + ?Sized>(library: &L, asked: &[u64]) -> Result<HashMap<u64, u32>, Error> {
    let count = |part: Range<usize>| {
        let mut counts = vec![0_u32; asked.len()];
        let mut filter = vec![0_u64; (asked.len() / 4).next_power_of_two().max(64)];
        let slots = filter.len() as u64 * 64;
        let slot = |key: u64| {
            let slot = usize::try_from(key & (slots - 1)).unwrap_or(0);
            (slot / 64, 1_u64 << (slot % 64))
        };
        for key in asked {
            let (word, bit) = slot(*key);
            if let Some(word) = filter.get_mut(word) {
                *word |= bit;
            }
        }
        let mut here: Vec<usize> = Vec::new();
        let mut room = library.room();
        for document in part {
            here.clear();
            for key in runs(library.words(DocId::new(document)?, &mut room)?) {
                let (word, bit) = slot(key);
                if filter.get(word).is_some_and(|word| word & bit != 0) {
                    here.extend(asked.binary_search(&key).ok());
                }
            }
            here.sort_unstable();
            here.dedup();
            for at in &here {
                if let Some(count) = counts.get_mut(*at) {
                    *count += 1;
                }
            }
        }
        Ok(counts)
    };
    // As many parts as threads: each has a table of its own.
    let part = library.len().div_ceil(rayon::current_num_threads().max(1)).max(1);
    let starts: Vec<usize> = (0..library.len()).step_by(part).collect();
    let parts = starts.into_par_iter().map(|start| start..library.len().min(start + part));
    let sum = |mut x: Vec<u32>, y: Vec<u32>| {
        for (x, y) in x.iter_mut().zip(y) {
            *x += y;
        }
        Ok::<_, Error>(x)
    };
    let counts = parts.map(count).try_reduce(|| vec![0; asked.len()], sum)?;
    Ok(asked.iter().copied().zip(counts).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{passage::Text, settings::Settings};

    /// Runs in at most three documents are rare, two of them are enough, forty matched words too.
    fn plan() -> PassagePlan {
        let plan = Settings::default().plan().unwrap().passage;
        PassagePlan { rare_documents: 3, rare_runs: 2, formula: 40, ..plan }
    }

    /// So many documents of twenty words: the first ten are the same in all, the others each one's own.
    fn documents(n: u64) -> Vec<Vec<u64>> {
        (0..n)
            .map(|document| (0..10).chain((0..10).map(|at| 1_000 * document + 100 + at)).collect())
            .collect()
    }

    fn formulas_of(documents: &[Vec<u64>], pairs: Vec<Aligned>) -> Vec<(WordRange, WordRange)> {
        let text = |words| Text { words, sentences: &[], paragraphs: &[], stems: &[] };
        let texts: Vec<Text<'_>> = documents.iter().map(|words| text(words.as_slice())).collect();
        let found = [Found::default(), Found { pairs, ..Found::default() }];
        let mut formulas = formulas(texts.as_slice(), &found, &plan()).unwrap();
        assert_eq!(formulas.first().map(Vec::len), Some(0));
        assert_eq!(formulas.len(), 2);
        formulas.pop().unwrap()
    }

    /// The words from `start` to `end` of documents 0 and 1, all equal but for one gap.
    fn edited(start: u32, end: u32) -> Aligned {
        let middle = start + (end - start) / 2;
        let block = |from: u32, to: u32| Block { left: from, right: from, len: to - from };
        let range = WordRange { start, end };
        Aligned {
            left: (DocId::from_packed(0), range),
            right: (DocId::from_packed(1), range),
            blocks: vec![block(start, middle), block(middle + 1, end)],
            any_order: 0,
        }
    }

    #[test]
    fn an_edited_repeat_of_runs_in_many_documents_is_a_formula() {
        let range = WordRange { start: 0, end: 10 };
        assert_eq!(formulas_of(&documents(4), vec![edited(0, 10)]), [(range, range)]);
        // In three documents a run is still rare.
        assert_eq!(formulas_of(&documents(3), vec![edited(0, 10)]), []);
    }

    #[test]
    fn a_few_rare_runs_are_enough() {
        // Blocks of 5 and 4 words before a word of its own: two runs, and one; then five and five with rare ones.
        let range = WordRange { start: 1, end: 11 };
        assert_eq!(formulas_of(&documents(4), vec![edited(1, 11)]), [(range, range)]);
        assert_eq!(formulas_of(&documents(4), vec![edited(1, 12)]), []);
    }

    #[test]
    fn exact_repeats_long_ones_and_those_of_one_document_are_not_asked() {
        let whole = WordRange { start: 0, end: 10 };
        let exact = Aligned { blocks: vec![Block { left: 0, right: 0, len: 10 }], ..edited(0, 10) };
        let within = Aligned { right: (DocId::from_packed(0), whole), ..edited(0, 10) };
        let long = Aligned { any_order: 40, ..edited(0, 10) };
        assert_eq!(formulas_of(&documents(4), vec![exact, within, long]), []);
        let short = Aligned { any_order: 39, ..edited(0, 10) };
        assert_eq!(formulas_of(&documents(4), vec![short]), [(whole, whole)]);
    }

    #[test]
    fn a_document_that_holds_a_run_twice_counts_once() {
        let mut three = documents(3);
        let twice = three[2].clone();
        three[2].extend(twice);
        assert_eq!(formulas_of(&three, vec![edited(0, 10)]), []);
    }
}
