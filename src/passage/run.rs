//! Links of one pair of documents -> maximal exact runs, one search for every diagonal.

use super::{
    Block,
    judge::Sides,
    plain::is_plain,
    seed::{Corpus, Link},
};
use crate::settings::PassagePlan;

/// Extends each link to the longest run of equal words around it; links inside a run already found on
/// the same diagonal are skipped. Runs come out by left place, then right place.
///
/// Inside one document a run whose two places overlap is a text that repeats itself with a short period.
/// It is cut into neighbours that do not overlap: blocks of one period where a period is long enough
/// to be reported, else the longest half that the whole repeats.
pub(super) fn runs(corpus: &Corpus<'_>, links: &[Link], sides: &Sides<'_>, plan: &PassagePlan) -> Vec<Block> {
    let Some(documents) = links.first().map(Link::documents) else { return Vec::new() };
    let (left_base, right_base) = (corpus.base(documents.0.index()), corpus.base(documents.1.index()));
    let mut runs = Vec::new();
    for diagonal in links.chunk_by(|x, y| x.diagonal == y.diagonal) {
        let mut covered = 0;
        for link in diagonal {
            let left = link.left - left_base;
            let right = link.left + link.diagonal - right_base;
            if left < covered {
                continue;
            }
            let run = extend(sides, left, right, covered);
            covered = run.left + run.len;
            let period = run.right - if sides.same { run.left } else { 0 };
            if sides.same && period < run.len {
                periodic(run, period, plan.exact_within, &mut runs);
            } else if plan.seed <= run.len {
                runs.push(run);
            }
        }
    }
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// So many runs long enough to be passages are followed in one pair of documents, and one more for every few words: as
/// many as a text of nothing but repeats has.
const MOST: usize = 20_000;
const WORDS_A_RUN: usize = 8;

/// So many runs over a handful of words are followed in one pair of documents.
const MOST_PLAIN: usize = 2_000;

/// Leaves the longest of the runs over a handful of words (`left` are the words of the left side) where there are more of them
/// than [`MOST_PLAIN`], and all others. Says whether any were dropped.
pub(super) fn thin_plain(runs: &mut Vec<Block>, left: &[u64]) -> bool {
    if runs.len() <= MOST_PLAIN {
        return false;
    }
    let words = |run: &Block| left.get(run.left as usize..(run.left + run.len) as usize).unwrap_or_default();
    let (mut plain, others): (Vec<Block>, Vec<Block>) = runs.iter().partition(|run| is_plain(words(run)));
    if plain.len() <= MOST_PLAIN {
        return false;
    }
    plain.sort_unstable_by_key(|run| (std::cmp::Reverse(run.len), *run));
    plain.truncate(MOST_PLAIN);
    *runs = others;
    runs.extend(plain);
    runs.sort_unstable();
    true
}

/// Leaves the longest runs where there are more of them than [`MOST`], as in two texts over a handful of words, which
/// share nearly every short run there could be. Says whether any were dropped.
pub(super) fn thin(runs: &mut Vec<Block>, words: usize, floor: u32) -> bool {
    let most = MOST + words / WORDS_A_RUN;
    if runs.iter().filter(|run| floor <= run.len).count() <= most {
        return false;
    }
    runs.sort_unstable_by_key(|run| (std::cmp::Reverse(run.len), *run));
    runs.truncate(most);
    runs.sort_unstable();
    true
}

fn extend(sides: &Sides<'_>, left: u32, right: u32, covered: u32) -> Block {
    let (a, b) = (sides.left.words, sides.right.words);
    let (at_left, at_right) = (left as usize, right as usize);
    let back = a
        .get(covered as usize..at_left)
        .unwrap_or_default()
        .iter()
        .rev()
        .zip(b.get(..at_right).unwrap_or_default().iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let forward = a
        .get(at_left..)
        .unwrap_or_default()
        .iter()
        .zip(b.get(at_right..).unwrap_or_default())
        .take_while(|(x, y)| x == y)
        .count();
    let (back, forward) = (u32::try_from(back).unwrap_or(0), u32::try_from(forward).unwrap_or(u32::MAX));
    Block { left: left - back, right: right - back, len: back + forward }
}

/// `run.len` words that equal the words `period` later.
fn periodic(run: Block, period: u32, floor: u32, runs: &mut Vec<Block>) {
    if floor <= period {
        let mut at = 0;
        while at < run.len {
            let len = period.min(run.len - at);
            if floor <= len {
                runs.push(Block { left: run.left + at, right: run.left + at + period, len });
            }
            at += period;
        }
        return;
    }
    let half = (run.len + period) / 2 / period * period;
    if 0 < half {
        runs.push(Block { left: run.left, right: run.left + half, len: half });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(count: u32, len: u32) -> Vec<Block> {
        (0..count).map(|n| Block { left: n, right: 7 * n + 1, len }).collect()
    }

    #[test]
    fn the_longest_of_too_many_runs_stay() {
        let mut many = runs(40_000, 9);
        many.extend(runs(100, 30));
        many.sort_unstable();
        assert!(thin(&mut many, 8_000, 8));
        assert_eq!(many.len(), MOST + 1_000);
        assert_eq!(many.iter().filter(|run| run.len == 30).count(), 100);
        assert!(many.is_sorted());
        // The first of equals.
        assert_eq!(many.iter().filter(|run| run.len == 9).map(|run| run.left).max(), Some(20_899));
    }

    #[test]
    fn of_too_many_runs_over_a_handful_of_words_the_longest_stay() {
        // A thousand words of their own, then two words in turn.
        let left: Vec<u64> = (0..1_000).chain((0..9_000).map(|n| n % 2)).collect();
        let run = |n: u32, len: u32| Block { left: n, right: 20_000 + 2 * n, len };
        let mut many: Vec<Block> = (0..900).map(|n| run(n, 9)).collect();
        many.extend((1_000..3_000).map(|n| run(n, 9)));
        let all = many.clone();
        assert!(!thin_plain(&mut many, &left));
        assert_eq!(many, all);
        many.extend((3_000..3_100).map(|n| run(n, 12)));
        assert!(thin_plain(&mut many, &left));
        let expected: Vec<Block> =
            all.into_iter().take(2_800).chain((3_000..3_100).map(|n| run(n, 12))).collect();
        assert_eq!(many, expected);
    }

    #[test]
    fn runs_too_short_to_be_passages_do_not_count() {
        let mut many = runs(100_000, 7);
        many.extend(runs(20_000, 8));
        assert!(!thin(&mut many, 0, 8));
        assert_eq!(many.len(), 120_000);
        // A text that is one repeat after the other has a run for each.
        let mut repeats = runs(100_000, 8);
        assert!(!thin(&mut repeats, 800_000, 8));
    }
}
