//! The blocks of one alignment -> the stretches worth judging, and the cuts of those that fail.
//!
//! Both go by scores in tenths of a word, as the aligner's: an equal word earns ten, a gap costs what
//! [`cost`] says. Both are linear in the blocks, however the scores fall: a text made so that every cut
//! takes off one block costs no more than any other.
//!
//! # Source
//!
//! W. Ruzzo, M. Tompa, *A linear time algorithm for finding all maximal scoring subsequences*, ISMB 1999.

use std::ops::Range;

use super::Block;

/// What two neighbouring blocks leave unmatched: words on the left, words on the right.
pub(super) const fn between(before: Block, after: Block) -> (u32, u32) {
    (after.left - (before.left + before.len), after.right - (before.right + before.len))
}

/// What a gap takes from a score, in tenths of a word: as the aligner's gaps and mismatches.
fn cost(gap: (u32, u32)) -> i64 {
    let (short, long) = (gap.0.min(gap.1), gap.0.max(gap.1));
    let opened = if short < long { 7 + 3 * i64::from(long - short) } else { 0 };
    5 * i64::from(short) + opened
}

/// A stretch under way: its blocks, the score before its first and after its last, and the stretch under it
/// on the stack whose score before is smaller.
struct Open {
    blocks: Range<usize>,
    before: i64,
    after: i64,
    lower: Option<usize>,
}

/// The stretch of blocks with the largest score, then the same of what is left on both sides, as ranges of
/// blocks, ascending. Of equal scores the shorter, then the earlier stretch is taken.
pub(super) fn best(blocks: &[Block]) -> Vec<Range<usize>> {
    let mut stack: Vec<Open> = Vec::new();
    let mut score = 0;
    let mut previous: Option<Block> = None;
    for (i, block) in blocks.iter().enumerate() {
        score -= previous.map_or(0, |previous| cost(between(previous, *block)));
        previous = Some(*block);
        let before = score;
        score += 10 * i64::from(block.len);
        let mut next = Open { blocks: i..i + 1, before, after: score, lower: None };
        loop {
            let mut lower = stack.len().checked_sub(1);
            while let Some(open) =
                lower.and_then(|at| stack.get(at)).filter(|open| next.before <= open.before)
            {
                lower = open.lower;
            }
            next.lower = lower;
            let Some((at, open)) = lower.and_then(|at| Some((at, stack.get(at)?))) else { break };
            if next.after <= open.after {
                break;
            }
            next.blocks.start = open.blocks.start;
            next.before = open.before;
            stack.truncate(at);
        }
        stack.push(next);
    }
    stack.into_iter().map(|open| open.blocks).collect()
}

/// Cuts a stretch at its costliest gap, the first of equals, and each part again, until `passes` says that
/// a part may stay; a part of one block is not cut. The parts that passed, ascending.
pub(super) fn cut(blocks: &[Block], mut passes: impl FnMut(Range<usize>) -> bool) -> Vec<Range<usize>> {
    let (before, after) = costliest(blocks);
    let mut kept = Vec::new();
    // A part and its costliest gap: gap `i` lies before block `i`.
    let mut todo = vec![(0..blocks.len(), before.first().copied().flatten())];
    while let Some((part, gap)) = todo.pop() {
        if part.is_empty() {
            continue;
        }
        if passes(part.clone()) {
            kept.push(part);
        } else if let Some(gap) = gap {
            let of = |list: &[Option<usize>]| list.get(gap).copied().flatten();
            todo.push((gap..part.end, of(&after)));
            todo.push((part.start..gap, of(&before)));
        }
    }
    kept
}

/// For each gap the costliest one of the part before it and of the part after it, when parts are cut at
/// their costliest gap. Gap 0, which lies before the first block, has the costliest of all in the first list.
fn costliest(blocks: &[Block]) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
    let (mut before, mut after) = (vec![None; blocks.len().max(1)], vec![None; blocks.len().max(1)]);
    let mut stack: Vec<(usize, i64)> = Vec::new();
    for (i, pair) in blocks.windows(2).enumerate() {
        let [x, y] = pair else { continue };
        let (gap, cost) = (i + 1, cost(between(*x, *y)));
        let mut smaller = None;
        while let Some((other, _)) = stack.pop_if(|(_, other)| *other < cost) {
            smaller = Some(other);
        }
        if let Some(slot) = before.get_mut(gap) {
            *slot = smaller;
        }
        if let Some(slot) = stack.last().and_then(|(other, _)| after.get_mut(*other)) {
            *slot = Some(gap);
        }
        stack.push((gap, cost));
    }
    if let Some(slot) = before.first_mut() {
        *slot = stack.first().map(|(gap, _)| *gap);
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Blocks from their lengths and the gaps before them.
    fn blocks(parts: &[(u32, u32, u32)]) -> Vec<Block> {
        let (mut left, mut right) = (0, 0);
        let mut blocks: Vec<Block> = Vec::new();
        for (len, on_left, on_right) in parts {
            (left, right) = (left + on_left, right + on_right);
            blocks.push(Block { left, right, len: *len });
            (left, right) = (left + len, right + len);
        }
        blocks
    }

    /// The definition, word for word: quadratic.
    fn best_slowly(blocks: &[Block], from: usize, out: &mut Vec<Range<usize>>) {
        let score = |range: Range<usize>| {
            let own: i64 = blocks[range.clone()].iter().map(|block| 10 * i64::from(block.len)).sum();
            own - blocks[range].windows(2).map(|pair| cost(between(pair[0], pair[1]))).sum::<i64>()
        };
        let all = (0..blocks.len()).flat_map(|start| (start + 1..=blocks.len()).map(move |end| start..end));
        let largest =
            all.max_by_key(|range| (score(range.clone()), std::cmp::Reverse((range.end, range.len()))));
        let Some(range) = largest else { return };
        best_slowly(&blocks[..range.start], from, out);
        out.push(from + range.start..from + range.end);
        best_slowly(&blocks[range.end..], from + range.end, out);
    }

    fn cut_slowly(
        blocks: &[Block],
        part: Range<usize>,
        passes: &dyn Fn(Range<usize>) -> bool,
    ) -> Vec<Range<usize>> {
        if passes(part.clone()) {
            return vec![part];
        }
        let gap = |i: &usize| cost(between(blocks[i - 1], blocks[*i]));
        let Some(at) = (part.start + 1..part.end).max_by_key(|i| (gap(i), std::cmp::Reverse(*i))) else {
            return Vec::new();
        };
        let mut kept = cut_slowly(blocks, part.start..at, passes);
        kept.extend(cut_slowly(blocks, at..part.end, passes));
        kept
    }

    proptest! {
        #[test]
        fn stretches_are_the_best_of_what_is_left(parts in prop::collection::vec((1_u32..5, 0_u32..6, 0_u32..6), 0..14)) {
            let blocks = blocks(&parts);
            let mut slowly = Vec::new();
            best_slowly(&blocks, 0, &mut slowly);
            prop_assert_eq!(best(&blocks), slowly);
        }

        #[test]
        fn parts_are_cut_at_the_costliest_gap(
            parts in prop::collection::vec((1_u32..5, 0_u32..4, 0_u32..4), 1..20),
            salt in 0_usize..40,
        ) {
            let blocks = blocks(&parts);
            let passes = |part: Range<usize>| (part.start * 7 + part.end * 5 + salt) % 9 < 2;
            prop_assert_eq!(cut(&blocks, passes), cut_slowly(&blocks, 0..blocks.len(), &passes));
        }
    }

    #[test]
    fn a_stretch_that_fails_everywhere_is_looked_at_twice_a_block() {
        let blocks = blocks(&vec![(4, 6, 6); 50_000]);
        assert_eq!(best(&blocks), vec![0..blocks.len()]);
        let mut looks = 0;
        let kept = cut(&blocks, |_| {
            looks += 1;
            false
        });
        assert_eq!((kept.len(), looks), (0, 99_999));
    }
}
