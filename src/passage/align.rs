//! Word by word alignment with affine gaps, in windows small enough that no worst case matters.
//!
//! Scores, in tenths: an equal word +10, an unequal pair -5, opening a gap -10, each further word of
//! it -3. Between two runs the alignment is global; beyond the ends of a chain it is local: it goes on
//! while equal words outweigh what lies between them.

use super::Block;
use crate::budget::Budget;

const EQUAL: i32 = 10;
const UNEQUAL: i32 = -5;
const OPEN: i32 = -10;
const FURTHER: i32 = -3;
const NEVER: i32 = i32::MIN / 4;
/// Words a side of one window beyond an end.
const WINDOW: usize = 24;
/// Longest gap, on the longer side, that is aligned at once by [`whole`].
const MAX_WINDOW: usize = 2_000;

/// Which way a window is read and whether its far end is free.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Both ends fixed.
    Between,
    /// Starts at the first words, ends where it scores best.
    Onward,
    /// The same from the last words backwards.
    Backward,
}

/// The best scores of the alignments that end at one pair of words.
#[derive(Clone, Copy)]
struct Cell {
    /// With the two words over each other.
    equal: i32,
    /// With a gap on the right, over the left word.
    skip_left: i32,
    /// With a gap on the left, over the right word.
    skip_right: i32,
}

const NOWHERE: Cell = Cell { equal: NEVER, skip_left: NEVER, skip_right: NEVER };

/// Working memory, kept between windows.
#[derive(Default)]
pub(super) struct Aligner {
    above: Vec<Cell>,
    here: Vec<Cell>,
    column: Vec<u64>,
    /// For each cell three two-bit states: where the best path to match, left gap, right gap came from.
    trace: Vec<u8>,
}

const MATCH: u8 = 0;
const SKIP_LEFT: u8 = 1;
const SKIP_RIGHT: u8 = 2;

impl Aligner {
    /// Pairs of equal words strictly between two fixed places, appended as offsets into the slices.
    pub(super) fn between(&mut self, a: &[u64], b: &[u64], budget: &mut Budget) -> Vec<(u32, u32)> {
        if a.is_empty() || b.is_empty() || !budget.spend((a.len() * b.len()) as u64) {
            return Vec::new();
        }
        self.solve(a, b, Mode::Between)
    }

    /// Equal words that continue a match at the start of both slices.
    pub(super) fn onward(&mut self, a: &[u64], b: &[u64], budget: &mut Budget) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        let (mut i, mut j) = (0, 0);
        loop {
            let (a, b) = (a.get(i..).unwrap_or_default(), b.get(j..).unwrap_or_default());
            let (a, b) =
                (a.get(..a.len().min(WINDOW)).unwrap_or(a), b.get(..b.len().min(WINDOW)).unwrap_or(b));
            if a.is_empty() || b.is_empty() || !budget.spend((a.len() * b.len()) as u64) {
                return pairs;
            }
            let found = self.solve(a, b, Mode::Onward);
            let Some((di, dj)) = found.last().copied() else { return pairs };
            let (oi, oj) = (offset(i), offset(j));
            pairs.extend(found.iter().map(|(x, y)| (x + oi, y + oj)));
            i += di as usize + 1;
            j += dj as usize + 1;
        }
    }

    /// Equal words that lead up to a match after the end of both slices; offsets from the start.
    pub(super) fn backward(&mut self, a: &[u64], b: &[u64], budget: &mut Budget) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        let (mut i, mut j) = (a.len(), b.len());
        loop {
            let (from_a, from_b) = (i.saturating_sub(WINDOW), j.saturating_sub(WINDOW));
            let (a, b) = (a.get(from_a..i).unwrap_or_default(), b.get(from_b..j).unwrap_or_default());
            if a.is_empty() || b.is_empty() || !budget.spend((a.len() * b.len()) as u64) {
                break;
            }
            let found = self.solve(a, b, Mode::Backward);
            let Some((di, dj)) = found.first().copied() else { break };
            let (oi, oj) = (offset(from_a), offset(from_b));
            pairs.extend(found.iter().rev().map(|(x, y)| (x + oi, y + oj)));
            i = from_a + di as usize;
            j = from_b + dj as usize;
        }
        pairs.reverse();
        pairs
    }

    /// Offsets of the equal words of the best alignment, ascending.
    fn solve(&mut self, a: &[u64], b: &[u64], mode: Mode) -> Vec<(u32, u32)> {
        let (n, m) = (a.len(), b.len());
        let width = m + 1;
        self.trace.clear();
        self.trace.resize((n + 1) * width, 0);
        self.column.clear();
        self.column.extend_from_slice(b);
        if mode == Mode::Backward {
            self.column.reverse();
        }
        self.above.clear();
        self.above.resize(width, NOWHERE);
        self.here.clear();
        self.here.resize(width, NOWHERE);
        // The row before the first word: only gaps on the right.
        self.above[0].equal = 0;
        for (j, cell) in self.above.iter_mut().enumerate().skip(1) {
            cell.skip_right = OPEN + FURTHER * (i32::try_from(j).unwrap_or(i32::MAX / 8) - 1);
            self.trace[j] = if j == 1 { MATCH << 4 } else { SKIP_RIGHT << 4 };
        }
        let mut best = (0, 0, 0);
        for i in 1..=n {
            let word = if mode == Mode::Backward { a[n - i] } else { a[i - 1] };
            let trace = &mut self.trace[i * width..(i + 1) * width];
            let from_above =
                |cell: &Cell| best_of(cell.equal + OPEN, cell.skip_left + FURTHER, cell.skip_right + OPEN);
            let (down, state) = from_above(&self.above[0]);
            self.here[0] = Cell { skip_left: down, ..NOWHERE };
            trace[0] = state << 2;
            let mut back = self.here[0];
            let mut diagonal = self.above[0];
            let row = self.here[1..].iter_mut().zip(&self.above[1..]).zip(&self.column).zip(&mut trace[1..]);
            for (j, (((here, above), other), trace)) in row.enumerate() {
                let gain = if word == *other { EQUAL } else { UNEQUAL };
                let (equal, from_equal) = best_of(diagonal.equal, diagonal.skip_left, diagonal.skip_right);
                let (skip_left, from_left) = from_above(above);
                let (skip_right, from_right) =
                    best_of(back.equal + OPEN, back.skip_left + OPEN, back.skip_right + FURTHER);
                *here = Cell { equal: equal + gain, skip_left, skip_right };
                *trace = from_equal | from_left << 2 | from_right << 4;
                if best.0 < here.equal {
                    best = (here.equal, i, j + 1);
                }
                back = *here;
                diagonal = *above;
            }
            std::mem::swap(&mut self.above, &mut self.here);
        }
        let last = self.above[m];
        let (mut i, mut j, mut state) = match mode {
            Mode::Between => (n, m, best_of(last.equal, last.skip_left, last.skip_right).1),
            Mode::Onward | Mode::Backward => (best.1, best.2, MATCH),
        };
        let mut pairs = Vec::new();
        while 0 < i || 0 < j {
            let from = self.trace[i * width + j] >> (2 * state) & 3;
            match state {
                MATCH if 0 < i && 0 < j => {
                    let (x, y) = if mode == Mode::Backward { (n - i, m - j) } else { (i - 1, j - 1) };
                    if a[x] == b[y] {
                        pairs.push((offset(x), offset(y)));
                    }
                    i -= 1;
                    j -= 1;
                }
                SKIP_LEFT if 0 < i => i -= 1,
                SKIP_RIGHT if 0 < j => j -= 1,
                _ => break,
            }
            state = from;
        }
        if mode != Mode::Backward {
            pairs.reverse();
        }
        pairs
    }
}

/// The largest of three, and which: the first of equals.
#[inline]
const fn best_of(equal: i32, skip_left: i32, skip_right: i32) -> (i32, u8) {
    let (score, state) = if equal < skip_left { (skip_left, SKIP_LEFT) } else { (equal, MATCH) };
    if score < skip_right { (skip_right, SKIP_RIGHT) } else { (score, state) }
}

fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Joins pairs of equal words (ascending on both sides) into blocks, after those already there.
pub(super) fn push_pairs(blocks: &mut Vec<Block>, pairs: &[(u32, u32)]) {
    for (left, right) in pairs {
        push(blocks, Block { left: *left, right: *right, len: 1 });
    }
}

/// Adds a block, joined to the last one where it continues it.
pub(super) fn push(blocks: &mut Vec<Block>, block: Block) {
    match blocks.last_mut() {
        Some(last) if last.left + last.len == block.left && last.right + last.len == block.right => {
            last.len += block.len;
        }
        _ => blocks.push(block),
    }
}

/// Aligns two spans from end to end. The equal head and tail are taken off first; what is left is
/// cut at words that stand once on both sides, in order (as in patience diff), and each piece between
/// such words is aligned with affine gaps, unless it is longer than a window, where only equal words in the
/// same order that were found so far count. The same holds for a piece that the budget does not reach.
pub(super) fn whole(a: &[u64], b: &[u64], budget: &mut Budget) -> Vec<Block> {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a_rest, b_rest) = (a.get(head..).unwrap_or_default(), b.get(head..).unwrap_or_default());
    let tail = a_rest.iter().rev().zip(b_rest.iter().rev()).take_while(|(x, y)| x == y).count();
    let a_mid = a_rest.get(..a_rest.len() - tail).unwrap_or_default();
    let b_mid = b_rest.get(..b_rest.len() - tail).unwrap_or_default();
    let mut blocks = Vec::new();
    if 0 < head {
        push(&mut blocks, Block { left: 0, right: 0, len: offset(head) });
    }
    let mut aligner = Aligner::default();
    let mut from = (0, 0);
    let mut anchors = anchors(a_mid, b_mid);
    anchors.push((a_mid.len(), b_mid.len()));
    for anchor in anchors {
        let piece_a = a_mid.get(from.0..anchor.0).unwrap_or_default();
        let piece_b = b_mid.get(from.1..anchor.1).unwrap_or_default();
        if piece_a.len().max(piece_b.len()) <= MAX_WINDOW {
            for (x, y) in aligner.between(piece_a, piece_b, budget) {
                let (left, right) = (offset(head + from.0) + x, offset(head + from.1) + y);
                push(&mut blocks, Block { left, right, len: 1 });
            }
        }
        if anchor.0 < a_mid.len() && anchor.1 < b_mid.len() {
            push(
                &mut blocks,
                Block { left: offset(head + anchor.0), right: offset(head + anchor.1), len: 1 },
            );
        }
        from = (anchor.0 + 1, anchor.1 + 1);
    }
    if 0 < tail {
        let (left, right) = (offset(a.len() - tail), offset(b.len() - tail));
        push(&mut blocks, Block { left, right, len: offset(tail) });
    }
    blocks
}

/// Words that stand once in both, those of them that are in order on both sides (the longest such
/// sequence), as offsets.
fn anchors(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let once = |words: &[u64]| {
        let mut sorted: Vec<(u64, usize)> = words.iter().copied().zip(0..).collect();
        sorted.sort_unstable();
        let mut kept: Vec<(u64, usize)> = Vec::new();
        for group in sorted.chunk_by(|x, y| x.0 == y.0) {
            if let [single] = group {
                kept.push(*single);
            }
        }
        kept
    };
    let (left, right) = (once(a), once(b));
    let mut common: Vec<(usize, usize)> = left
        .iter()
        .filter_map(|(word, at)| {
            let found = right.binary_search_by_key(word, |(w, _)| *w).ok()?;
            Some((*at, right.get(found)?.1))
        })
        .collect();
    common.sort_unstable();
    longest_ascending(&common)
}

/// The longest subsequence ascending in the second number (patience sorting).
fn longest_ascending(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let second = |i: usize| pairs.get(i).map_or(0, |pair| pair.1);
    for i in 0..pairs.len() {
        let pile = tops.partition_point(|top| second(*top) < second(i));
        before.push(pile.checked_sub(1).and_then(|p| tops.get(p).copied()));
        match tops.get_mut(pile) {
            Some(top) => *top = i,
            None => tops.push(i),
        }
    }
    let mut chain = Vec::new();
    let mut at = tops.last().copied();
    while let Some(i) = at {
        chain.extend(pairs.get(i).copied());
        at = before.get(i).copied().flatten();
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(a: &[u64], b: &[u64], blocks: &[Block]) {
        let mut end = (0, 0);
        for block in blocks {
            assert!(end.0 <= block.left && end.1 <= block.right && 0 < block.len);
            let (l, r, n) = (block.left as usize, block.right as usize, block.len as usize);
            assert_eq!(a[l..l + n], b[r..r + n]);
            end = (block.left + block.len, block.right + block.len);
        }
    }

    /// Longest common subsequence by the book.
    fn lcs(a: &[u64], b: &[u64]) -> u32 {
        let mut row = vec![0_u32; b.len() + 1];
        for x in a {
            let mut diagonal = 0;
            for (j, y) in b.iter().enumerate() {
                let next = if x == y { diagonal + 1 } else { row[j].max(row[j + 1]) };
                diagonal = std::mem::replace(&mut row[j + 1], next);
            }
        }
        row.last().copied().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn blocks_are_equal_words_in_order(a in prop::collection::vec(0_u64..6, 0..60), b in prop::collection::vec(0_u64..6, 0..60)) {
            let blocks = whole(&a, &b, &mut Budget::new(u64::MAX));
            check(&a, &b, &blocks);
            prop_assert!(blocks.iter().map(|x| x.len).sum::<u32>() <= lcs(&a, &b));
        }

        #[test]
        fn a_few_edits_cost_a_few_words(a in prop::collection::vec(0_u64..5000, 30..90), at in 0_usize..30) {
            let mut b = a.clone();
            b[at] = 9_999;
            b.remove((at + 11) % 30);
            let matched: u32 = whole(&a, &b, &mut Budget::new(u64::MAX)).iter().map(|x| x.len).sum();
            prop_assert!(a.len() <= matched as usize + 4);
        }
    }

    #[test]
    fn ends_go_on_through_an_edit_and_stop_at_strange_words() {
        let a = [1, 2, 3, 99, 5, 6, 7, 200, 201, 202, 203, 204];
        let b = [1, 2, 3, 4, 5, 6, 7, 300, 301, 302, 303, 304];
        let mut aligner = Aligner::default();
        let mut budget = Budget::new(1_000_000);
        assert_eq!(aligner.onward(&a, &b, &mut budget).last(), Some(&(6, 6)));
        let (ra, rb): (Vec<u64>, Vec<u64>) =
            (a.iter().rev().copied().collect(), b.iter().rev().copied().collect());
        assert_eq!(aligner.backward(&ra, &rb, &mut budget).first(), Some(&(5, 5)));
    }
}
