//! Spans found in order and clouds found in any order -> one list of spans.
//!
//! Where an aligned span covers most of a cloud, its limits are the better ones: it ends at equal words in equal
//! order. Where it does not, the copy was shuffled or edited beyond alignment, and the cloud's limits stand; the spans inside it are
//! parts of it. Then spans that follow each other closely in both texts become one.

use super::{
    align,
    cloud::{self, Cloud},
    digest::{self, Digest},
    judge::{Sides, Spanned},
};
use crate::{
    budget::Budget,
    settings::{CloudPlan, DigestPlan, PassagePlan},
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

/// Adds paragraphs of either text that sum up the other, unless what was found of them explains as much.
pub(super) fn add_digests(sides: &Sides<'_>, plan: &DigestPlan, spans: &mut Vec<Spanned>) {
    let stems = |text: &super::Text<'_>| if text.stems.is_empty() { text.words } else { text.stems }.to_vec();
    let (left, right) = (stems(&sides.left), stems(&sides.right));
    for digest in digest::digests(&left, sides.left.paragraphs, &right, plan) {
        add_digest(&digest, digest.short, digest.long, |span| (span.left, span.right), spans);
    }
    if x("XD", 1) == 1 {
    for digest in digest::digests(&right, sides.right.paragraphs, &left, plan) {
        add_digest(&digest, digest.long, digest.short, |span| (span.right, span.left), spans);
    }
    }
    spans.sort_by_key(|span| (span.left, span.right));
}

fn add_digest(
    digest: &Digest,
    left: WordRange,
    right: WordRange,
    sides: impl Fn(&Spanned) -> (WordRange, WordRange),
    spans: &mut Vec<Spanned>,
) {
    let over: Vec<WordRange> = spans.iter().map(&sides).filter(|(short, _)| 0 < short.overlap(digest.short)).map(|(_, long)| long).collect();
    let explained = digest.places.iter().filter(|(first, last)| over.iter().any(|long| long.start <= *last && *first < long.end)).count();
    let covered: u32 = spans.iter().map(&sides).filter(|(short, long)| x("XF", 0) == 0 || long.len() <= short.len() * 3).map(|(short, _)| short.overlap(digest.short)).sum();
    if digest.short.len() * x("XC", 100) <= covered * 100 { return; }
    if digest.places.len() * (x("XE", 50) as usize) < explained * 100 {
        return;
    }
    spans.retain(|span| {
        let (short, long) = sides(span);
        short.overlap(digest.short) * 5 < short.len() * 4 || long.overlap(digest.long) * 5 < long.len() * 4
    });
    let any_order = u32::try_from(digest.places.len()).unwrap_or(u32::MAX);
    spans.push(Spanned { left, right, blocks: Vec::new(), any_order });
}

pub(super) fn x(name: &str, default: u32) -> u32 {
    use std::{collections::HashMap, sync::OnceLock};
    static ALL: OnceLock<HashMap<String, u32>> = OnceLock::new();
    ALL.get_or_init(|| std::env::vars().filter_map(|(k, v)| Some((k, v.parse().ok()?))).collect()).get(name).copied().unwrap_or(default)
}

/// Moves each limit of an edited span to a sentence limit close by, for itself: outward at most `out` words, inward at most `back`.
pub(super) fn snap_each(sides: &Sides<'_>, out: u32, back: u32, span: &mut Spanned) {
    let start = |text: &super::Text<'_>, at: u32| {
        let i = text.sentences.partition_point(|s| s.start <= at);
        let before = i.checked_sub(1).and_then(|i| text.sentences.get(i)).map(|s| s.start).filter(|s| at - s <= out);
        let after = text.sentences.get(i).map(|s| s.start).filter(|s| s - at <= back);
        match (before, after) {
            (Some(b), Some(a)) if a - at < at - b => a,
            (Some(b), _) => b,
            (None, Some(a)) => a,
            _ => at,
        }
    };
    let end = |text: &super::Text<'_>, at: u32| {
        let i = text.sentences.partition_point(|s| s.end < at);
        let after = text.sentences.get(i).map(|s| s.end).filter(|s| s - at <= out);
        let before = i.checked_sub(1).and_then(|i| text.sentences.get(i)).map(|s| s.end).filter(|s| at - s <= back);
        match (before, after) {
            (Some(b), Some(a)) if at - b < a - at => b,
            (_, Some(a)) => a,
            (Some(b), None) => b,
            _ => at,
        }
    };
    span.left = WordRange { start: start(&sides.left, span.left.start), end: end(&sides.left, span.left.end) };
    span.right = WordRange { start: start(&sides.right, span.right.start), end: end(&sides.right, span.right.end) };
}

/// Drops spans one side of which a stronger span has covered: each passage has one source.
pub(super) fn one_source(spans: &mut Vec<Spanned>, percent: u32) {
    let strength = |s: &Spanned| s.any_order.max(s.blocks.iter().map(|b| b.len).sum());
    spans.sort_by_key(|s| (std::cmp::Reverse(strength(s)), s.left, s.right));
    let mut kept: Vec<Spanned> = Vec::new();
    for s in spans.drain(..) {
        let taken = kept.iter().any(|k| {
            (s.left.len() * percent <= k.left.overlap(s.left) * 100) || (x("XB", 1) == 1 && s.right.len() * percent <= k.right.overlap(s.right) * 100)
        });
        if !taken { kept.push(s) }
    }
    kept.sort_by_key(|s| (s.left, s.right));
    *spans = kept;
}
