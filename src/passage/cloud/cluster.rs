//! Points -> groups of points that are close to each other in both texts (single linkage).

use super::Point;
use crate::budget::Budget;

/// Groups points (ascending) that chains of neighbours join: at most `gap` words apart on the left and on the right.
/// Groups come by their first point, each ascending. A budget that ends leaves points unjoined.
pub(super) fn clusters(points: &[Point], gap: u32, budget: &mut Budget) -> Vec<Vec<Point>> {
    let mut leader: Vec<usize> = (0..points.len()).collect();
    let mut from = 0;
    for (at, point) in points.iter().enumerate() {
        while points.get(from).is_some_and(|first| first.left + gap < point.left) {
            from += 1;
        }
        if !budget.spend((at - from) as u64) {
            break;
        }
        for (other_at, other) in points.iter().enumerate().take(at).skip(from) {
            if other.right.abs_diff(point.right) <= gap {
                let (x, y) = (root(&mut leader, other_at), root(&mut leader, at));
                if let Some(slot) = leader.get_mut(x.max(y)) {
                    *slot = x.min(y);
                }
            }
        }
    }
    let mut groups: Vec<Vec<Point>> = Vec::new();
    let mut group_of: Vec<usize> = vec![usize::MAX; points.len()];
    for (at, point) in points.iter().enumerate() {
        let root = root(&mut leader, at);
        let Some(slot) = group_of.get_mut(root) else { continue };
        if *slot == usize::MAX {
            *slot = groups.len();
            groups.push(Vec::new());
        }
        if let Some(group) = groups.get_mut(*slot) {
            group.push(*point);
        }
    }
    groups
}

/// The first point of the group, with the path to it halved.
fn root(leader: &mut [usize], mut at: usize) -> usize {
    while let Some(next) = leader.get(at).copied().filter(|next| *next != at) {
        let after = leader.get(next).copied().unwrap_or(next);
        if let Some(slot) = leader.get_mut(at) {
            *slot = after;
        }
        at = after;
    }
    at
}
