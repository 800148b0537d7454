//! Runs of one pair of documents -> chains: runs that follow each other closely in both texts.
//!
//! The usual sparse dynamic programme of seed-and-chain aligners: the best chain that ends in a run
//! continues the best chain of one of the runs just before it, when both gaps are short; a gap costs
//! a little, so that of two ways the closer one wins. Chains are then taken best first, each run once.

use super::Block;
use crate::budget::Budget;

/// Longest gap that a chain jumps, as a multiple of the longest gap a passage may keep: the aligner
/// often finds equal words in between that are too few for a seed.
const JUMP: u32 = 2;
/// How many runs before a run are looked at: enough for any chance seeds that lie between.
const LOOK_BACK: usize = 48;
/// Scores are in tenths of a word.
const WORD: i64 = 10;
const GAP: i64 = 2;

/// Chains the runs (ascending by left, then right). In one document no chain's left place reaches its
/// right place. Each chain ascends on both sides and its runs do not overlap.
pub(super) fn chains(runs: &[Block], max_gap: u32, same: bool, budget: &mut Budget) -> Vec<Vec<Block>> {
    let links = best_before(runs, max_gap * JUMP, same, budget);
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(links.get(*i).map_or(0, |link| link.score)), *i));
    let mut used = vec![false; runs.len()];
    let mut chains = Vec::new();
    for last in order {
        let mut members = Vec::new();
        let mut at = Some(last);
        while let Some(i) = at.filter(|i| !used.get(*i).copied().unwrap_or(true)) {
            if let Some(flag) = used.get_mut(i) {
                *flag = true;
            }
            members.push(i);
            at = links.get(i).and_then(|link| link.before);
        }
        members.reverse();
        if !members.is_empty() {
            chains.push(trimmed(members.iter().filter_map(|i| runs.get(*i).copied())));
        }
    }
    chains
}

#[derive(Clone, Copy)]
struct Best {
    score: i64,
    before: Option<usize>,
    /// Where the chain that ends here begins on the right: its left place may not reach that far.
    right_start: u32,
}

fn best_before(runs: &[Block], jump: u32, same: bool, budget: &mut Budget) -> Vec<Best> {
    let mut best: Vec<Best> = Vec::with_capacity(runs.len());
    for (j, run) in runs.iter().enumerate() {
        let own = i64::from(run.len) * WORD;
        let mut chosen = Best { score: own, before: None, right_start: run.right };
        let from = j.saturating_sub(LOOK_BACK);
        if budget.spend((j - from) as u64) {
            for (i, (previous, link)) in runs.iter().zip(&best).enumerate().take(j).skip(from) {
                let Some(score) = follow(previous, run, jump) else { continue };
                let reaches = same && link.right_start < run.left + run.len;
                if !reaches && chosen.score < link.score + score {
                    chosen =
                        Best { score: link.score + score, before: Some(i), right_start: link.right_start };
                }
            }
        }
        best.push(chosen);
    }
    best
}

/// What a run adds to a chain that ends with `previous`; none when it does not follow closely.
fn follow(previous: &Block, run: &Block, jump: u32) -> Option<i64> {
    let (left_end, right_end) = (previous.left + previous.len, previous.right + previous.len);
    // Neighbours on different diagonals may share a few words: the later one gives them up.
    let shared = left_end.saturating_sub(run.left).max(right_end.saturating_sub(run.right));
    if run.len <= shared || run.left < previous.left || run.right < previous.right {
        return None;
    }
    let left_gap = (run.left + shared).checked_sub(left_end)?;
    let right_gap = (run.right + shared).checked_sub(right_end)?;
    let gap = left_gap.max(right_gap);
    (gap <= jump).then(|| i64::from(run.len - shared) * WORD - i64::from(gap) * GAP)
}

fn trimmed(runs: impl Iterator<Item = Block>) -> Vec<Block> {
    let mut chain: Vec<Block> = Vec::new();
    for run in runs {
        let (left_end, right_end) =
            chain.last().map_or((0, 0), |last| (last.left + last.len, last.right + last.len));
        let shared = left_end.saturating_sub(run.left).max(right_end.saturating_sub(run.right));
        if shared < run.len {
            chain.push(Block { left: run.left + shared, right: run.right + shared, len: run.len - shared });
        }
    }
    chain
}
