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
    chain, choose,
    plain::is_plain,
    snap::snap,
    stretch, weight,
};
use crate::{budget::Budget, settings::PassagePlan, span::WordRange, verify::Overlap, words::quarters};
use std::ops::Range;

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
    /// Words found in any order; 0 where the blocks say it all.
    pub(super) any_order: u32,
}

/// The spans of a pair of documents.
pub(super) struct Judged {
    pub(super) spans: Vec<Spanned>,
    /// Whether the budget ended before the work.
    pub(super) cut: bool,
}

/// Steps for each word of the two documents, and for any pair at all: a step is one cell of an
/// alignment or one look at a run. Five megabytes of news against themselves with a tenth of the words changed
/// stay below it.
const STEPS_A_WORD: u64 = 256;
const STEPS: u64 = 4_000_000;

/// What is asked of one pair of documents.
pub(super) struct Asked<'a> {
    /// Whether its runs were cut already: then it gets no steps for its words.
    pub(super) crowded: bool,
    /// Whether its runs over a handful of words were: then these are not extended, which would not end before the texts do.
    pub(super) plain: bool,
    /// Whether it is looked at in any order too, where the plan says how.
    pub(super) any_order: bool,
    /// Edited spans that are not wanted: they are dropped before exact text is added.
    pub(super) not: &'a [(WordRange, WordRange)],
}

/// The spans of one pair of documents, by place.
pub(super) fn spans(sides: &Sides<'_>, runs: &[Block], asked: &Asked<'_>, plan: &PassagePlan) -> Judged {
    let words = if asked.crowded { 0 } else { (sides.left.words.len() + sides.right.words.len()) as u64 };
    let mut budget = Budget::new(STEPS + STEPS_A_WORD * words);
    let mut aligner = Aligner::default();
    let mut spans: Vec<Spanned> = Vec::new();
    for chain in chain::chains(runs, plan.gap, sides.same, &mut budget) {
        if !worth_aligning(sides, &chain, plan) || asked.plain && is_plain_chain(sides, &chain) {
            continue;
        }
        let blocks = extend(sides, &chain, &mut aligner, &mut budget);
        pieces(sides, &blocks, plan, &mut spans);
    }
    if asked.any_order && !sides.same {
        choose::add(sides, plan, &mut budget, &mut spans);
    }
    let cut = budget.is_overdrawn();
    drop_covered(&mut spans);
    spans.retain(|span| !asked.not.contains(&(span.left, span.right)));
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

/// Fewer equal words than these are no passage, of whatever kind.
pub(super) fn least(plan: &PassagePlan) -> u32 {
    plan.aligned.min(plan.exact_within).min(plan.exact_across).min(plan.exact_unit)
}

/// A chain of too few equal words cannot become a passage.
fn worth_aligning(sides: &Sides<'_>, chain: &[Block], plan: &PassagePlan) -> bool {
    let least = plan.aligned.min(plan.exact_within).min(plan.exact_unit);
    let matched: u32 = chain.iter().map(|run| weight(words(sides.left, left_of(*run)))).sum();
    least <= matched
}

fn is_plain_chain(sides: &Sides<'_>, chain: &[Block]) -> bool {
    let (left, _) = limits(chain);
    is_plain(words(sides.left, left))
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
    let (left, right) = limits(&blocks);
    Spanned { left, right, blocks, any_order: 0 }
}

/// From the first word of the first block to the last word of the last, on both sides.
fn limits(blocks: &[Block]) -> (WordRange, WordRange) {
    let first = blocks.first().copied().unwrap_or(Block { left: 0, right: 0, len: 0 });
    let last = blocks.last().copied().unwrap_or(first);
    (
        WordRange { start: first.left, end: last.left + last.len },
        WordRange { start: first.right, end: last.right + last.len },
    )
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
    blocks.retain(|block| says_something(sides, *block));
    blocks
}

/// Whether equal words make a word at least: letters of a script without spaces meet by chance everywhere.
fn says_something(sides: &Sides<'_>, block: Block) -> bool {
    4 <= block.len || 4 <= words(sides.left, left_of(block)).iter().map(|word| quarters(*word)).sum::<u32>()
}

fn len(text: Text<'_>) -> u32 {
    u32::try_from(text.words.len()).unwrap_or(u32::MAX)
}

/// Cuts at gaps that are too wide, keeps of each part the stretches that score best, and of each stretch
/// the parts that pass.
fn pieces(sides: &Sides<'_>, blocks: &[Block], plan: &PassagePlan, out: &mut Vec<Spanned>) {
    for part in blocks.chunk_by(|x, y| {
        let (left, right) = stretch::between(*x, *y);
        left.max(right) <= plan.gap
    }) {
        for range in stretch::best(part) {
            judge(sides, part.get(range).unwrap_or_default(), plan, out);
        }
    }
}

/// Keeps a stretch that passes; else cuts it at its costliest gap and judges both parts.
fn judge(sides: &Sides<'_>, blocks: &[Block], plan: &PassagePlan, out: &mut Vec<Spanned>) {
    let whole = spanned(blocks.to_vec());
    if passes(sides, &whole, plan) {
        out.push(snapped(sides, whole, plan));
    } else if 1 < blocks.len() {
        let sums = Sums::new(sides, blocks);
        let kept = stretch::cut(blocks, |part| sums.pass(sides, part, plan));
        out.extend(
            kept.into_iter()
                .filter_map(|part| blocks.get(part))
                .map(|part| snapped(sides, spanned(part.to_vec()), plan)),
        );
    }
}

/// Weights of all parts of a stretch, so that each is judged without reading its words again.
struct Sums<'a> {
    blocks: &'a [Block],
    /// For each word of the stretch, quarters of words before it.
    left: Vec<u32>,
    right: Vec<u32>,
    /// For each block, the weight of those before it.
    matched: Vec<u32>,
}

impl<'a> Sums<'a> {
    fn new(sides: &Sides<'_>, blocks: &'a [Block]) -> Self {
        let (left, right) = limits(blocks);
        let weights = blocks.iter().map(|block| weight(words(sides.left, left_of(*block))));
        Self {
            blocks,
            left: running(words(sides.left, left).iter().map(|word| quarters(*word))),
            right: running(words(sides.right, right).iter().map(|word| quarters(*word))),
            matched: running(weights),
        }
    }

    /// As [`passes`], for some of the blocks.
    fn pass(&self, sides: &Sides<'_>, part: Range<usize>, plan: &PassagePlan) -> bool {
        let (all_left, all_right) = limits(self.blocks);
        let blocks = self.blocks.get(part.clone()).unwrap_or_default();
        let (left, right) = limits(blocks);
        if blocks.len() < 2 {
            return passes(sides, &spanned(blocks.to_vec()), plan);
        }
        let weight = |sums: &[u32], start: u32, range: WordRange| {
            let at = |word: u32| sums.get((word - start) as usize).copied().unwrap_or(0);
            (at(range.end) - at(range.start)).div_ceil(4)
        };
        let at = |block: usize| self.matched.get(block).copied().unwrap_or(0);
        !(sides.same && right.start < left.end)
            && alike(
                at(part.end) - at(part.start),
                weight(&self.left, all_left.start, left),
                weight(&self.right, all_right.start, right),
                plan,
            )
    }
}

/// The sums of all heads, from none to all.
fn running(numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let sums = numbers.scan(0, |sum: &mut u32, number| {
        *sum += number;
        Some(*sum)
    });
    std::iter::once(0).chain(sums).collect()
}

/// Moves the limits of an edited span to sentences close by, unless it would not pass any more.
fn snapped(sides: &Sides<'_>, span: Spanned, plan: &PassagePlan) -> Spanned {
    if span.blocks.len() < 2 {
        return span;
    }
    let mut moved = span.clone();
    snap(&mut moved, &sides.left, &sides.right, plan.snap);
    if passes(sides, &moved, plan) { moved } else { span }
}

/// Whether a run of equal words is long enough to be reported by itself.
pub(super) fn is_passage(sides: &Sides<'_>, run: Block, plan: &PassagePlan) -> bool {
    passes(sides, &spanned(vec![run]), plan)
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
    alike(matched, weight(left), weight(right), plan)
}

/// Whether so many matched words are enough for spans of such weights.
fn alike(matched: u32, left: u32, right: u32, plan: &PassagePlan) -> bool {
    let length = left.max(right);
    let threshold = if length < PassagePlan::LONG { plan.short_threshold } else { plan.threshold };
    let overlap = Overlap { shared: matched.min(length), left, right };
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::{passage::between, settings::Settings};

    /// A letter of an alphabet written without spaces, by its number.
    fn letter(n: u64) -> u64 {
        (n + 1) << 2 | 0b11
    }

    proptest! {
        #[test]
        fn letters_that_meet_by_chance_are_no_matches(
            left in prop::collection::vec(0_u64..6, 4..12),
            right in prop::collection::vec(0_u64..6, 4..12),
        ) {
            let text = |gap: &[u64]| -> Vec<u64> {
                let known = |from: u64| (from..from + 80).map(letter);
                known(100).chain(gap.iter().map(|n| letter(*n))).chain(known(300)).collect()
            };
            let (left, right) = (text(&left), text(&right));
            let of = |words| Text { words, sentences: &[], paragraphs: &[], stems: &[] };
            let plan = Settings::default().plan().unwrap().passage;
            let found = between(of(&left), of(&right), &plan).unwrap();
            prop_assert!(!found.pairs.is_empty());
            for block in found.pairs.iter().flat_map(|passage| &passage.blocks) {
                let quarters: u32 = left[left_of(*block).native()].iter().map(|word| quarters(*word)).sum();
                prop_assert!(4 <= quarters, "{block:?}");
            }
        }
    }
}
