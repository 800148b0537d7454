//! Passages whose order does not matter: text that was shuffled or heavily edited.
//!
//! Words go in (as stems, where the plan says so), pairs of spans come out. Beside [`align`](super::align), which needs
//! runs of equal words in the same order; here a text is a cloud of rare small things, and a copy is where the clouds of
//! two texts are dense in both.
//!
//! # The idea
//!
//! 1. `keys`: single words, runs of three, and pairs at most `reach` apart, whichever comes first. A key counts when
//!    it is rare in both texts: `times on the left x times on the right <= rare`. Each meeting is a *point*: a place on the left,
//!    a place on the right.
//! 2. `cluster`: points at most `gap` words apart **in both texts** are linked. Without the second dimension, most of one long
//!    text "matches" most of another.
//! 3. `trim`: each cluster is cut on both sides to where covered words outweigh bare ones, two or three times over, since what is cut
//!    off on one side uncovers words on the other. One that stays too thin is linked again more closely.
//!
//! # Limits
//!
//! Only between two documents: inside one, order is kept.

mod cluster;
mod keys;
mod trim;

use crate::{budget::Budget, settings::CloudPlan, span::WordRange};

/// Equal words in both texts, as a key saw them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Point {
    /// First word on the left.
    left: u32,
    /// First word on the right.
    right: u32,
    /// From its first word to its last on the left.
    left_reach: u8,
    /// The same on the right.
    right_reach: u8,
    /// Whether it is a run of words in order.
    run: bool,
}

/// Two spans that share much, in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cloud {
    pub(super) left: WordRange,
    pub(super) right: WordRange,
    /// Words that points cover on the left and on the right.
    pub(super) covered: (u32, u32),
}

/// The closest linking that is tried, in words.
const CLOSEST: u32 = 6;

/// The dense spans of two texts, by place on the left. Cost: sorting the keys both texts have; points are linked by a
/// sweep that the budget bounds.
pub(super) fn clouds(left: &[u64], right: &[u64], plan: &CloudPlan, budget: &mut Budget) -> Vec<Cloud> {
    let mut points = keys::points(left, right, plan, budget);
    points.sort_unstable();
    let mut found = Vec::new();
    dense(&points, plan, plan.gap, budget, &mut found);
    found.sort_unstable_by_key(|cloud| (cloud.left, cloud.right));
    found
}

fn dense(points: &[Point], plan: &CloudPlan, gap: u32, budget: &mut Budget, out: &mut Vec<Cloud>) {
    for group in cluster::clusters(points, gap, budget) {
        if !trim::could_pass(&group, plan) {
            continue;
        }
        match trim::trimmed(&group, plan) {
            Some(cloud) => out.push(cloud),
            None if CLOSEST < gap => dense(&group, plan, (gap * 2 / 3).max(CLOSEST), budget, out),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests;
