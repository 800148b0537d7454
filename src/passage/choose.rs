//! Spans found in order and clouds found in any order -> one list of spans.
//!
//! Where an aligned span covers most of a cloud, its limits are the better ones: it ends at equal words in equal
//! order. Where it does not, the copy was shuffled or edited beyond alignment, and the cloud's limits stand; the spans inside it are
//! parts of it. Then spans that follow each other closely in both texts become one.

use super::{
    align,
    cloud::{self, Cloud},
    judge::{Sides, Spanned},
};
use crate::{
    budget::Budget,
    settings::{CloudPlan, PassagePlan},
    span::WordRange,
};

/// An aligned span that covers so many hundredths of a cloud on both sides replaces it.
const COVERS: u32 = 75;

/// Adds the clouds of two texts to their aligned spans.
pub(super) fn add_clouds(sides: &Sides<'_>, plan: &CloudPlan, budget: &mut Budget, spans: &mut Vec<Spanned>) {
    let stems = |text: &super::Text<'_>| if text.stems.is_empty() { text.words } else { text.stems }.to_vec();
    let found = cloud::clouds(&stems(&sides.left), &stems(&sides.right), plan, budget);
    for cloud in found {
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
    let words = |words: &[u64], range: WordRange| words.get(range.native()).unwrap_or_default().to_vec();
    let (left, right) = (words(sides.left.words, cloud.left), words(sides.right.words, cloud.right));
    let mut blocks = align::whole(&left, &right, budget);
    for block in &mut blocks {
        block.left += cloud.left.start;
        block.right += cloud.right.start;
    }
    Spanned { left: cloud.left, right: cloud.right, blocks, any_order: cloud.covered.0.min(cloud.covered.1) }
}

/// Joins spans that follow each other in both texts with at most `plan.merge` words between.
pub(super) fn merge(plan: &PassagePlan, spans: &mut Vec<Spanned>) {
    spans.sort_by_key(|span| (span.left, span.right));
    let mut at = 0;
    while at < spans.len() {
        let Some(first) = spans.get(at).cloned() else { return };
        let next = (at + 1..spans.len()).find(|other| spans.get(*other).is_some_and(|next| follows(&first, next, plan.merge)));
        match next {
            Some(next) => {
                let other = spans.remove(next);
                if let Some(slot) = spans.get_mut(at) {
                    *slot = joined(first, other);
                }
            }
            None => at += 1,
        }
    }
}

fn follows(first: &Spanned, next: &Spanned, merge: u32) -> bool {
    let near = |first: WordRange, next: WordRange| {
        next.start <= first.end + merge && first.start <= next.end + merge
    };
    near(first.left, next.left) && near(first.right, next.right)
}

fn joined(first: Spanned, next: Spanned) -> Spanned {
    let span = |x: WordRange, y: WordRange| WordRange { start: x.start.min(y.start), end: x.end.max(y.end) };
    let any_order = |span: &Spanned| {
        let aligned = span.blocks.iter().map(|block| block.len).sum();
        if span.any_order == 0 { aligned } else { span.any_order }
    };
    let in_order = first.any_order == 0
        && next.any_order == 0
        && first.left.end <= next.left.start
        && first.right.end <= next.right.start;
    let shared = any_order(&first) + any_order(&next);
    let mut blocks = first.blocks;
    let (left, right) = (span(first.left, next.left), span(first.right, next.right));
    let end = blocks.last().map_or((0, 0), |last| (last.left + last.len, last.right + last.len));
    blocks.extend(next.blocks.iter().filter(|block| end.0 <= block.left && end.1 <= block.right));
    let any_order = if in_order { 0 } else { shared.min(left.len()).min(right.len()) };
    Spanned { left, right, blocks, any_order }
}
