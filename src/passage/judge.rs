//! Runs of one pair of documents -> the spans worth reporting.
//!
//! Each chain is aligned: gaps filled, ends extended. Where more words in a row do not match than
//! `gap` allows it is cut; of each piece the best scoring part is kept, and judged against the floors. A
//! piece that fails is cut at its widest gap and its parts are judged again. Last, every exact run that
//! is long enough by itself and that no span covers is added: filtering comes first, because the other order
//! loses exact text.

use super::{
    Block, Text,
    align::{Aligner, push, push_pairs},
    chain,
    snap::snap,
    weight,
};
use crate::{budget::Budget, settings::PassagePlan, span::WordRange, verify::Overlap};

/// The two documents of a pair.
pub(super) struct Sides<'a> {
    pub(super) left: Text<'a>,
    pub(super) right: Text<'a>,
    /// Whether both are the same one.
    pub(super) same: bool,
}

/// One span in both texts, with its equal blocks.
#[derive(Clone)]
pub(super) struct Spanned {
    pub(super) left: WordRange,
    pub(super) right: WordRange,
    pub(super) blocks: Vec<Block>,
}

/// The spans of a pair of documents.
pub(super) struct Judged {
    pub(super) spans: Vec<Spanned>,
    /// Whether the budget ended before the work.
    pub(super) cut: bool,
}

/// Steps for each word of the two documents, and for any pair at all: a step is one cell of an
/// alignment or one look at a run. Two near copies use a few hundred a word.
const STEPS_A_WORD: u64 = 4_000;
const STEPS: u64 = 4_000_000;

/// The spans of one pair of documents, by place.
pub(super) fn spans(sides: &Sides<'_>, runs: &[Block], plan: &PassagePlan) -> Judged {
    let words = (sides.left.words.len() + sides.right.words.len()) as u64;
    let mut budget = Budget::new(STEPS + STEPS_A_WORD * words);
    let mut aligner = Aligner::default();
    let mut spans: Vec<Spanned> = Vec::new();
    for chain in chain::chains(runs, plan.gap, sides.same, &mut budget) {
        if !worth_aligning(sides, &chain, plan) {
            continue;
        }
        let blocks = extend(sides, &chain, &mut aligner, &mut budget);
        for piece in pieces(&blocks, plan.gap) {
            judge(sides, piece, plan, &mut spans);
        }
    }
    let cut = !budget.spend(1);
    drop_covered(&mut spans);
    let mut exact: Vec<Spanned> = Vec::new();
    for run in runs {
        let run = if sides.same { disjoint(*run) } else { *run };
        let whole = spanned(vec![run]);
        if passes(sides, &whole, plan) && !covered(&spans, &whole) && !covered(&exact, &whole) {
            exact.push(whole);
        }
    }
    spans.extend(exact);
    spans.sort_by_key(|span| (span.left, span.right));
    Judged { spans, cut }
}

/// A chain of too few equal words cannot become a passage.
fn worth_aligning(sides: &Sides<'_>, chain: &[Block], plan: &PassagePlan) -> bool {
    let least = plan.aligned.min(plan.exact_within).min(plan.exact_unit);
    let matched: u32 = chain.iter().map(|run| weight(words(sides.left, left_of(*run)))).sum();
    least <= matched
}

fn left_of(block: Block) -> WordRange {
    WordRange { start: block.left, end: block.left + block.len }
}

fn words(text: Text<'_>, range: WordRange) -> &[u64] {
    text.words.get(range.native()).unwrap_or_default()
}

fn disjoint(run: Block) -> Block {
    Block { len: run.len.min(run.right.saturating_sub(run.left)), ..run }
}

fn spanned(blocks: Vec<Block>) -> Spanned {
    let first = blocks.first().copied().unwrap_or(Block { left: 0, right: 0, len: 0 });
    let last = blocks.last().copied().unwrap_or(first);
    Spanned {
        left: WordRange { start: first.left, end: last.left + last.len },
        right: WordRange { start: first.right, end: last.right + last.len },
        blocks,
    }
}

/// Fills the gaps of a chain and extends its ends.
fn extend(sides: &Sides<'_>, chain: &[Block], aligner: &mut Aligner, budget: &mut Budget) -> Vec<Block> {
    let (Some(first), Some(last)) = (chain.first(), chain.last()) else { return Vec::new() };
    let (left_end, right_end) = (last.left + last.len, last.right + last.len);
    // In one document the right place may not reach back into the left one, nor the left one on into it.
    let floor = if sides.same { left_end.min(first.right) } else { 0 };
    let head_left = words(sides.left, WordRange { start: 0, end: first.left });
    let head_right = words(sides.right, WordRange { start: floor, end: first.right });
    let head: Vec<(u32, u32)> = aligner
        .backward(head_left, head_right, budget)
        .into_iter()
        .map(|(left, right)| (left, right + floor))
        .collect();
    let right_start = head.first().map_or(first.right, |pair| pair.1);
    let mut blocks = Vec::new();
    push_pairs(&mut blocks, &head);
    let mut end = None;
    for run in chain {
        if let Some((left, right)) = end {
            let gap = aligner.between(
                words(sides.left, WordRange { start: left, end: run.left }),
                words(sides.right, WordRange { start: right, end: run.right }),
                budget,
            );
            let moved: Vec<(u32, u32)> = gap.into_iter().map(|(x, y)| (x + left, y + right)).collect();
            push_pairs(&mut blocks, &moved);
        }
        push(&mut blocks, *run);
        end = Some((run.left + run.len, run.right + run.len));
    }
    let ceiling = if sides.same { right_start } else { u32::MAX };
    let tail_left = WordRange { start: left_end, end: ceiling.min(len(sides.left)) };
    let tail_right = WordRange { start: right_end, end: len(sides.right) };
    let tail = aligner.onward(words(sides.left, tail_left), words(sides.right, tail_right), budget);
    let moved: Vec<(u32, u32)> = tail.into_iter().map(|(x, y)| (x + left_end, y + right_end)).collect();
    push_pairs(&mut blocks, &moved);
    blocks
}

fn len(text: Text<'_>) -> u32 {
    u32::try_from(text.words.len()).unwrap_or(u32::MAX)
}

/// What two neighbouring blocks leave unmatched: words on the left, words on the right.
fn between(before: Block, after: Block) -> (u32, u32) {
    (after.left - (before.left + before.len), after.right - (before.right + before.len))
}

/// What a gap takes from a score, in tenths of a word: as the aligner's gaps and mismatches.
fn cost(gap: (u32, u32)) -> i64 {
    let (short, long) = (gap.0.min(gap.1), gap.0.max(gap.1));
    let opened = if short < long { 7 + 3 * i64::from(long - short) } else { 0 };
    5 * i64::from(short) + opened
}

/// Cuts at gaps that are too wide and keeps of each part the stretches that score best.
fn pieces(blocks: &[Block], gap: u32) -> Vec<Vec<Block>> {
    let mut pieces = Vec::new();
    for part in blocks.chunk_by(|x, y| {
        let (left, right) = between(*x, *y);
        left.max(right) <= gap
    }) {
        best_stretches(part, &mut pieces);
    }
    pieces
}

/// The stretch of blocks with the largest score, then the same of what is left on both sides.
fn best_stretches(blocks: &[Block], out: &mut Vec<Vec<Block>>) {
    let mut todo = vec![blocks];
    while let Some(blocks) = todo.pop() {
        let mut best = (i64::MIN, 0, 0);
        let mut here = (0, 0);
        for (i, block) in blocks.iter().enumerate() {
            let own = 10 * i64::from(block.len);
            let gap = i
                .checked_sub(1)
                .and_then(|p| blocks.get(p))
                .map_or(0, |before| cost(between(*before, *block)));
            here = if 0 < i && gap < here.0 { (here.0 - gap + own, here.1) } else { (own, i) };
            if best.0 < here.0 {
                best = (here.0, here.1, i + 1);
            }
        }
        let (_, from, to) = best;
        let Some(stretch) = blocks.get(from..to).filter(|stretch| !stretch.is_empty()) else { continue };
        out.push(stretch.to_vec());
        todo.extend(blocks.get(..from).filter(|rest| !rest.is_empty()));
        todo.extend(blocks.get(to..).filter(|rest| !rest.is_empty()));
    }
}

/// Keeps a stretch that passes; else cuts it at its costliest gap and judges both parts.
fn judge(sides: &Sides<'_>, blocks: Vec<Block>, plan: &PassagePlan, out: &mut Vec<Spanned>) {
    let mut todo = vec![blocks];
    while let Some(blocks) = todo.pop() {
        let widest = blocks
            .windows(2)
            .enumerate()
            .filter_map(
                |(i, pair)| if let [x, y] = pair { Some((cost(between(*x, *y)), i + 1)) } else { None },
            )
            .max_by_key(|(cost, i)| (*cost, std::cmp::Reverse(*i)));
        let mut span = spanned(blocks);
        if passes(sides, &span, plan) {
            if 1 < span.blocks.len() {
                snapped(sides, &mut span, plan);
            }
            out.push(span);
        } else if let Some((_, at)) = widest {
            let (head, tail) = span.blocks.split_at(at);
            todo.push(head.to_vec());
            todo.push(tail.to_vec());
        }
    }
}

/// Moves the limits of a span to sentences close by, unless it would not pass any more.
fn snapped(sides: &Sides<'_>, span: &mut Spanned, plan: &PassagePlan) {
    let mut moved = span.clone();
    snap(&mut moved, &sides.left, &sides.right);
    if passes(sides, &moved, plan) {
        *span = moved;
    }
}

/// Whether a span is long and alike enough to be reported.
fn passes(sides: &Sides<'_>, span: &Spanned, plan: &PassagePlan) -> bool {
    if sides.same && span.right.start < span.left.end {
        return false;
    }
    let (left, right) = (words(sides.left, span.left), words(sides.right, span.right));
    let length = weight(left).max(weight(right));
    if let [block] = span.blocks.as_slice()
        && block.len == span.left.len().max(span.right.len())
    {
        let floor = if sides.same { plan.exact_within } else { plan.exact_across };
        return floor <= length
            || plan.exact_unit <= length
                && is_unit(&sides.left, span.left)
                && is_unit(&sides.right, span.right);
    }
    let matched: u32 = span.blocks.iter().map(|block| weight(words(sides.left, left_of(*block)))).sum();
    let threshold = if length < PassagePlan::LONG { plan.short_threshold } else { plan.threshold };
    let overlap = Overlap { shared: matched.min(length), left: weight(left), right: weight(right) };
    plan.edited <= length && plan.aligned <= matched && overlap.of_longer().meets(threshold)
}

/// Whether a range is whole sentences, or whole paragraphs.
fn is_unit(text: &Text<'_>, range: WordRange) -> bool {
    let starts = |units: &[WordRange]| units.binary_search_by_key(&range.start, |unit| unit.start).is_ok();
    let ends = |units: &[WordRange]| units.binary_search_by_key(&range.end, |unit| unit.end).is_ok();
    [text.sentences, text.paragraphs].into_iter().any(|units| starts(units) && ends(units))
}

/// How many spans that begin before a span are looked at for one that holds it.
const LOOK_BACK: usize = 64;

/// Whether one of the spans, which ascend by left place, holds both places of this one.
fn covered(spans: &[Spanned], inner: &Spanned) -> bool {
    let before = spans.partition_point(|span| span.left.start <= inner.left.start);
    let near = spans.get(before.saturating_sub(LOOK_BACK)..before).unwrap_or_default();
    near.iter().rev().any(|outer| outer.left.contains(inner.left) && outer.right.contains(inner.right))
}

/// Drops spans that lie inside another on both sides, and leaves the others by left place.
fn drop_covered(spans: &mut Vec<Spanned>) {
    spans.sort_by_key(|span| (span.left.start, std::cmp::Reverse(span.left.end), span.right));
    let mut kept: Vec<Spanned> = Vec::with_capacity(spans.len());
    for span in spans.drain(..) {
        if !covered(&kept, &span) {
            kept.push(span);
        }
    }
    *spans = kept;
}
