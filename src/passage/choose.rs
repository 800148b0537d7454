//! What was found in order and in any order -> one list of spans.
//!
//! Where an aligned span covers most of a cloud, its limits are the better ones: it ends at equal words in equal
//! order. Where it does not, the copy was shuffled or edited beyond alignment, and the cloud's limits stand; the spans inside it are
//! parts of it. Spans that follow each other closely in both texts become one. A place that a stronger span explains is not explained again by
//! a weaker one: a passage has one source. Limits move outward to sentences close by, each for itself: edited ends are
//! what the finders see least of. Last, paragraphs that sum up the other text are added where nothing says as much of them.

use super::{
    Block, Text, align,
    cloud::{self, Cloud},
    digest::{self, Digest},
    judge::{Sides, Spanned},
};
use crate::{
    budget::Budget,
    settings::{CloudPlan, PassagePlan},
    span::WordRange,
};

/// An aligned span that covers so many hundredths of a cloud on both sides replaces it.
const COVERS: u32 = 75;
/// A span so many hundredths of which, on one side, stronger ones have covered is dropped.
const EXPLAINED: u32 = 40;
/// A digest is told by spans that cover so many hundredths of its paragraph ...
const TOLD: u32 = 80;
/// ... or that hold so many hundredths of the places where its words stand.
const HELD: usize = 70;

/// Runs that nominate a pair of documents of a corpus: one of so many words, or two this close in both texts that add up to it.
const NOMINATES: u32 = 8;
const CLOSE: u32 = 40;

/// Whether runs (ascending) are enough to look at two documents of a corpus in any order.
pub(super) fn is_nominated(runs: &[Block]) -> bool {
    let near = |x: &Block, y: &Block| {
        x.left + x.len <= y.left
            && y.left <= x.left + x.len + CLOSE
            && x.right.abs_diff(y.right) <= CLOSE + x.len
    };
    runs.iter().enumerate().any(|(at, run)| {
        let next = runs.get(at + 1..).unwrap_or_default();
        NOMINATES <= run.len || next.iter().take(8).any(|y| near(run, y) && NOMINATES <= run.len + y.len)
    })
}

/// Adds what is found in any order to the aligned spans of two texts.
pub(super) fn add(sides: &Sides<'_>, plan: &PassagePlan, budget: &mut Budget, spans: &mut Vec<Spanned>) {
    if let Some(plan) = &plan.cloud {
        add_clouds(sides, plan, budget, spans);
        merge(plan, spans);
        one_source(spans);
        for span in spans.iter_mut().filter(|span| 0 < span.any_order || 1 < span.blocks.len()) {
            span.left = outward(sides.left.sentences, plan.snap, span.left);
            span.right = outward(sides.right.sentences, plan.snap, span.right);
        }
    }
    if let Some(plan) = &plan.digest {
        let (left, right) = (stems(&sides.left), stems(&sides.right));
        for found in digest::digests(left, sides.left.paragraphs, right, plan) {
            add_digest(&found, spans, |span| (span.left, span.right), |short, long| (short, long));
        }
        for found in digest::digests(right, sides.right.paragraphs, left, plan) {
            add_digest(&found, spans, |span| (span.right, span.left), |short, long| (long, short));
        }
    }
}

fn stems<'a>(text: &Text<'a>) -> &'a [u64] {
    if text.stems.len() == text.words.len() { text.stems } else { text.words }
}

fn add_clouds(sides: &Sides<'_>, plan: &CloudPlan, budget: &mut Budget, spans: &mut Vec<Spanned>) {
    for cloud in cloud::clouds(stems(&sides.left), stems(&sides.right), plan, budget) {
        if spans.iter().any(|span| span.any_order == 0 && covers(span, &cloud)) {
            continue;
        }
        spans.retain(|span| !(cloud.left.contains(span.left) && cloud.right.contains(span.right)));
        spans.push(spanned(sides, &cloud, budget));
    }
}

fn covers(span: &Spanned, cloud: &Cloud) -> bool {
    let most = |span: WordRange, cloud: WordRange| cloud.len() * COVERS <= span.overlap(cloud) * 100;
    most(span.left, cloud.left) && most(span.right, cloud.right)
}

/// A cloud with the equal words that are in order.
fn spanned(sides: &Sides<'_>, cloud: &Cloud, budget: &mut Budget) -> Spanned {
    let left = sides.left.words.get(cloud.left.native()).unwrap_or_default();
    let right = sides.right.words.get(cloud.right.native()).unwrap_or_default();
    let mut blocks = align::whole(left, right, budget);
    for block in &mut blocks {
        block.left += cloud.left.start;
        block.right += cloud.right.start;
    }
    Spanned { left: cloud.left, right: cloud.right, blocks, any_order: cloud.covered.0.min(cloud.covered.1) }
}

/// How many words a span matches.
fn strength(span: &Spanned) -> u32 {
    span.any_order.max(span.blocks.iter().map(|block| block.len).sum())
}

/// Joins spans with at most `plan.merge` words between them in both texts.
fn merge(plan: &CloudPlan, spans: &mut Vec<Spanned>) {
    if plan.merge == 0 {
        return;
    }
    spans.sort_by_key(|span| (span.left, span.right));
    let mut merged: Vec<Spanned> = Vec::with_capacity(spans.len());
    let mut open: Vec<Spanned> = Vec::new();
    for mut span in spans.drain(..) {
        // Spans that end too far before this one can take in no later one.
        let (far, mut near): (Vec<_>, Vec<_>) =
            open.drain(..).partition(|other: &Spanned| other.left.end + plan.merge < span.left.start);
        merged.extend(far);
        while let Some(at) = near.iter().position(|other| follows(other, &span, plan.merge)) {
            span = joined(near.remove(at), &span);
        }
        near.push(span);
        open = near;
    }
    merged.extend(open);
    *spans = merged;
}

fn follows(first: &Spanned, next: &Spanned, merge: u32) -> bool {
    let near = |first: WordRange, next: WordRange| {
        next.start <= first.end + merge && first.start <= next.end + merge
    };
    near(first.left, next.left) && near(first.right, next.right)
}

fn joined(first: Spanned, next: &Spanned) -> Spanned {
    let span = |x: WordRange, y: WordRange| WordRange { start: x.start.min(y.start), end: x.end.max(y.end) };
    let in_order = first.any_order == 0
        && next.any_order == 0
        && first.left.end <= next.left.start
        && first.right.end <= next.right.start;
    let shared = strength(&first) + strength(next);
    let (left, right) = (span(first.left, next.left), span(first.right, next.right));
    let mut blocks = first.blocks;
    let end = blocks.last().map_or((0, 0), |last| (last.left + last.len, last.right + last.len));
    blocks.extend(next.blocks.iter().filter(|block| end.0 <= block.left && end.1 <= block.right));
    let any_order = if in_order { 0 } else { shared.min(left.len()).min(right.len()) };
    Spanned { left, right, blocks, any_order }
}

/// Keeps, of spans that explain the same place, the strongest.
fn one_source(spans: &mut Vec<Spanned>) {
    spans.sort_by_key(|span| (std::cmp::Reverse(strength(span)), span.left, span.right));
    let mut kept: Vec<Spanned> = Vec::new();
    for span in spans.drain(..) {
        let most = |kept: WordRange, own: WordRange| own.len() * EXPLAINED <= kept.overlap(own) * 100;
        if !kept.iter().any(|other| most(other.left, span.left) || most(other.right, span.right)) {
            kept.push(span);
        }
    }
    kept.sort_by_key(|span| (span.left, span.right));
    *spans = kept;
}

/// The range with its limits moved outward to sentence limits at most `slack` words away.
fn outward(sentences: &[WordRange], slack: u32, range: WordRange) -> WordRange {
    let before = sentences.partition_point(|sentence| sentence.start <= range.start).checked_sub(1);
    let after = sentences.partition_point(|sentence| sentence.end < range.end);
    let start = before.and_then(|at| sentences.get(at)).map(|sentence| sentence.start);
    let end = sentences.get(after).map(|sentence| sentence.end);
    WordRange {
        start: start.filter(|start| range.start - start <= slack).unwrap_or(range.start),
        end: end.filter(|end| end - range.end <= slack).unwrap_or(range.end),
    }
}

/// Adds a digest unless spans tell as much; those that lie in it go. `seen` gives a span's short and long side, `placed` the left and
/// right range of such a pair.
fn add_digest(
    digest: &Digest,
    spans: &mut Vec<Spanned>,
    seen: impl Fn(&Spanned) -> (WordRange, WordRange),
    placed: impl Fn(WordRange, WordRange) -> (WordRange, WordRange),
) {
    let over = spans.iter().map(&seen).filter(|(short, _)| 0 < short.overlap(digest.short));
    let over: Vec<(WordRange, WordRange)> = over.collect();
    let told: u32 = over.iter().map(|(short, _)| short.overlap(digest.short)).sum();
    let is_held =
        |(first, last): &&(u32, u32)| over.iter().any(|(_, long)| long.start <= *last && *first < long.end);
    let held = digest.places.iter().filter(is_held).count();
    if digest.short.len() * TOLD <= told * 100 || digest.places.len() * HELD < held * 100 {
        return;
    }
    let inside = |span: WordRange, digest: WordRange| span.len() * 4 <= span.overlap(digest) * 5;
    spans.retain(|span| {
        let (short, long) = seen(span);
        !(inside(short, digest.short) && inside(long, digest.long))
    });
    let (left, right) = placed(digest.short, digest.long);
    let any_order = u32::try_from(digest.places.len()).unwrap_or(u32::MAX);
    spans.push(Spanned { left, right, blocks: Vec::new(), any_order });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u32, end: u32) -> WordRange {
        WordRange { start, end }
    }

    fn span(left: WordRange, right: WordRange, any_order: u32) -> Spanned {
        let blocks = vec![Block { left: left.start, right: right.start, len: 4 }];
        Spanned { left, right, blocks, any_order }
    }

    #[test]
    fn limits_move_outward_to_sentences_close_by_only() {
        let sentences = [range(0, 10), range(10, 30), range(30, 50)];
        assert_eq!(outward(&sentences, 3, range(12, 28)), range(10, 30));
        assert_eq!(outward(&sentences, 1, range(12, 28)), range(12, 28));
        assert_eq!(outward(&sentences, 3, range(10, 30)), range(10, 30));
        assert_eq!(outward(&[], 3, range(10, 30)), range(10, 30));
    }

    #[test]
    fn spans_near_on_both_sides_are_one_and_keep_ascending_blocks() {
        let plan = CloudPlan {
            gap: 0,
            reach: 0,
            rare: 0,
            words: 0,
            share: crate::settings::Ratio::ONE,
            stems: false,
            merge: 10,
            snap: 0,
        };
        // The third is near on the left only.
        let mut spans = vec![
            span(range(0, 20), range(100, 120), 9),
            span(range(25, 40), range(85, 99), 8),
            span(range(45, 60), range(300, 320), 7),
        ];
        merge(&plan, &mut spans);
        spans.sort_by_key(|span| span.left);
        assert_eq!(spans.len(), 2);
        assert_eq!((spans[0].left, spans[0].right, spans[0].any_order), (range(0, 40), range(85, 120), 17));
        assert_eq!(spans[0].blocks.len(), 1);
    }

    #[test]
    fn a_place_has_one_source() {
        let mut spans = vec![
            span(range(0, 30), range(0, 30), 10),
            span(range(0, 30), range(100, 130), 25),
            span(range(200, 230), range(40, 70), 5),
        ];
        one_source(&mut spans);
        let left: Vec<_> = spans.iter().map(|span| (span.left.start, span.right.start)).collect();
        assert_eq!(left, [(0, 100), (200, 40)]);
    }
}
