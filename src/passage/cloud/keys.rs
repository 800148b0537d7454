//! Two texts -> the points where a rare key of one meets the same key of the other.

use super::Point;
use crate::{budget::Budget, hash, settings::CloudPlan};

/// Words of a run.
const RUN: usize = 3;
/// Bits of the filter for each key of the shorter text.
const FILTER_BITS: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Keyed {
    key: u64,
    at: u32,
    reach: u8,
    run: bool,
}

/// The points of two texts, in no order that matters.
pub(super) fn points(left: &[u64], right: &[u64], plan: &CloudPlan, budget: &mut Budget) -> Vec<Point> {
    let n_keys = (left.len() + right.len()) * (2 + plan.reach as usize);
    if !budget.spend(n_keys as u64) {
        return Vec::new();
    }
    // Most keys stand in one of the texts only: those are dropped before anything is sorted.
    let slots =
        (left.len().max(right.len()) * (2 + plan.reach as usize) * FILTER_BITS).next_power_of_two().max(64);
    let on_right = Filter::of(right, plan, slots);
    let mut ours = keyed(left, plan, |key| on_right.has(key));
    let mut on_left = Filter::new(slots);
    for keyed in &ours {
        on_left.add(keyed.key);
    }
    let mut theirs = keyed(right, plan, |key| on_left.has(key));
    ours.sort_unstable();
    theirs.sort_unstable();
    join(&ours, &theirs, plan.rare)
}

fn join(ours: &[Keyed], theirs: &[Keyed], rare: u32) -> Vec<Point> {
    let mut points = Vec::new();
    let mut theirs = theirs.chunk_by(|x, y| x.key == y.key).peekable();
    for group in ours.chunk_by(|x, y| x.key == y.key) {
        let Some(key) = group.first().map(|keyed| keyed.key) else { continue };
        while theirs.peek().and_then(|other| other.first()).is_some_and(|other| other.key < key) {
            theirs.next();
        }
        let Some(others) = theirs.peek().filter(|others| others.first().is_some_and(|o| o.key == key)) else {
            continue;
        };
        if (rare as usize) < group.len() * others.len() {
            continue;
        }
        for mine in group {
            points.extend(others.iter().map(|other| Point {
                left: mine.at,
                right: other.at,
                left_reach: mine.reach,
                right_reach: other.reach,
                run: mine.run,
            }));
        }
    }
    points
}

/// All keys of a text that may stand in the other.
fn keyed(words: &[u64], plan: &CloudPlan, has: impl Fn(u64) -> bool) -> Vec<Keyed> {
    let mut out = Vec::new();
    each(words, plan, |keyed| {
        if has(keyed.key) {
            out.push(keyed);
        }
    });
    out
}

fn each(words: &[u64], plan: &CloudPlan, mut visit: impl FnMut(Keyed)) {
    for (at, first) in (0_u32..).zip(0..words.len()) {
        let rest = words.get(first..).unwrap_or_default();
        if let Some(run) = rest.first_chunk::<RUN>() {
            let key = hash::mix(run.iter().fold(1, |state, word| hash::push(state, *word)));
            visit(Keyed { key, at, reach: 2, run: true });
        }
        let Some((word, others)) = rest.split_first() else { continue };
        visit(Keyed { key: hash::mix(hash::push(3, *word)), at, reach: 0, run: false });
        for (reach, other) in (1_u8..).zip(others.iter().take(plan.reach as usize)) {
            let (low, high) = (*word.min(other), *word.max(other));
            let key = hash::mix(hash::push(hash::push(2, low), high));
            visit(Keyed { key, at, reach, run: false });
        }
    }
}

/// Whether a key may be there: wrong at times about those that are not, never about those that are.
struct Filter(Vec<u64>);

impl Filter {
    fn new(slots: usize) -> Self {
        Self(vec![0; slots / 64])
    }

    fn of(words: &[u64], plan: &CloudPlan, slots: usize) -> Self {
        let mut filter = Self::new(slots);
        each(words, plan, |keyed| filter.add(keyed.key));
        filter
    }

    fn slot(&self, key: u64) -> (usize, u64) {
        // A power of two, so the mask takes whole slots.
        let slot = usize::try_from(key & (self.0.len() as u64 * 64 - 1)).unwrap_or(0);
        (slot / 64, 1 << (slot % 64))
    }

    fn add(&mut self, key: u64) {
        let (word, bit) = self.slot(key);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn has(&self, key: u64) -> bool {
        let (word, bit) = self.slot(key);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}
