//! A cluster of points -> the span where it is dense, in both texts.

use super::{Cloud, Point};
use crate::{settings::CloudPlan, span::WordRange};

/// How often both sides are cut, at most.
const ROUNDS: usize = 3;
/// What a covered word earns, in hundredths.
const COVERED: i64 = 100;

/// What a bare word costs, in hundredths of a covered one, for each hundredth of covered words: `max(0.5, -ln((1 - d) / 0.9) / ln(d / 0.1))`,
/// the odds of a bare word inside a copy of density `d` against one outside, where a tenth is covered by chance. Written
/// out because logarithms are not the same to the last bit everywhere; the test computes it.
fn bare_cost(covered: i64, of: i64) -> i64 {
    const FROM: i64 = 66;
    const COSTS: [i64; 35] = [
        52, 53, 54, 55, 56, 58, 59, 61, 62, 64, 65, 67, 69, 70, 72, 74, 76, 79, 81, 84, 86, 89, 93, 96, 100,
        104, 109, 115, 121, 128, 138, 150, 167, 196, 200,
    ];
    let share = covered * 100 / of.max(1);
    usize::try_from(share - FROM).ok().and_then(|at| COSTS.get(at).copied()).unwrap_or(50)
}

/// Whether a group has points enough to be worth a look.
pub(super) fn could_pass(points: &[Point], plan: &CloudPlan) -> bool {
    // Each point covers three words at most.
    plan.share.met_by(3 * points.len() as u64, u64::from(plan.words))
}

/// The densest part of a cluster; none when it is too short or too thin.
pub(super) fn trimmed(points: &[Point], plan: &CloudPlan) -> Option<Cloud> {
    let (left, right) = settle(points.to_vec());
    let cloud = measure(points, left, right)?;
    if !passes(&cloud, plan) {
        return None;
    }
    Some(core(points, cloud, plan).unwrap_or(cloud))
}

fn passes(cloud: &Cloud, plan: &CloudPlan) -> bool {
    let meets = |covered: u32, range: WordRange| {
        plan.words <= range.len() && plan.share.met_by(u64::from(covered), u64::from(range.len()))
    };
    meets(cloud.covered.0, cloud.left) && meets(cloud.covered.1, cloud.right)
}

/// Where runs of words alone cover nine tenths of more than six tenths of a span, that part is the copy, and what hangs on to it
/// is chance.
fn core(points: &[Point], whole: Cloud, plan: &CloudPlan) -> Option<Cloud> {
    let runs: Vec<Point> =
        points.iter().filter(|p| p.run && inside(p, whole.left, whole.right)).copied().collect();
    let (left, right) = settle(runs.clone());
    let core = measure(&runs, left, right)?;
    let full = |covered: u32, range: WordRange| range.len() * 9 <= covered * 10;
    let large = |part: WordRange, all: WordRange| all.len() * 6 <= part.len() * 10;
    (full(core.covered.0, core.left)
        && full(core.covered.1, core.right)
        && large(core.left, whole.left)
        && large(core.right, whole.right)
        && passes(&core, plan))
    .then_some(core)
}

/// Cuts both sides in turn until nothing changes.
fn settle(mut points: Vec<Point>) -> (WordRange, WordRange) {
    let mut limits = (WordRange::default(), WordRange::default());
    for _ in 0..ROUNDS {
        let left = best(points.iter().map(|p| (p.left, p.left_reach)));
        let right = best(points.iter().map(|p| (p.right, p.right_reach)));
        limits = (left, right);
        let before = points.len();
        points.retain(|point| inside(point, left, right));
        if points.len() == before {
            break;
        }
    }
    limits
}

fn inside(point: &Point, left: WordRange, right: WordRange) -> bool {
    let within =
        |range: WordRange, at: u32, reach: u8| range.start <= at && at + u32::from(reach) < range.end;
    within(left, point.left, point.left_reach) && within(right, point.right, point.right_reach)
}

/// The limits and the covered words of the points inside both ranges; none without points.
fn measure(points: &[Point], left: WordRange, right: WordRange) -> Option<Cloud> {
    let kept: Vec<&Point> = points.iter().filter(|point| inside(point, left, right)).collect();
    let side = |words: Vec<u32>| -> Option<(WordRange, u32)> {
        let (first, last) = (*words.first()?, *words.last()?);
        Some((WordRange { start: first, end: last + 1 }, u32::try_from(words.len()).ok()?))
    };
    let (left, left_covered) = side(covered(kept.iter().map(|p| (p.left, p.left_reach, p.run))))?;
    let (right, right_covered) = side(covered(kept.iter().map(|p| (p.right, p.right_reach, p.run))))?;
    Some(Cloud { left, right, covered: (left_covered, right_covered) })
}

/// The words that points cover: all of a run, both ends of a pair.
fn covered(points: impl Iterator<Item = (u32, u8, bool)>) -> Vec<u32> {
    let mut words = Vec::new();
    for (at, reach, run) in points {
        words.extend([at, at + u32::from(reach)]);
        if run {
            words.push(at + 1);
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// The range with the largest sum, covered words earning and bare ones costing.
fn best(points: impl Iterator<Item = (u32, u8)>) -> WordRange {
    let words = covered(points.map(|(at, reach)| (at, reach, false)));
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return WordRange::default() };
    let count = i64::try_from(words.len()).unwrap_or(i64::MAX);
    let cost = bare_cost(count, i64::from(last - first + 1));
    let mut best = (0, WordRange::default());
    let (mut sum, mut start) = (0, *first);
    let mut previous = *first;
    for word in &words {
        sum -= i64::from((word - previous).saturating_sub(1)) * cost;
        if sum <= 0 {
            (sum, start) = (0, *word);
        }
        sum += COVERED;
        previous = *word;
        if best.0 < sum {
            best = (sum, WordRange { start, end: word + 1 });
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_are_what_the_formula_says() {
        for share in 0_i32..=100 {
            let d = f64::from(share) / 100.0;
            let formula = if share <= 10 { 0.5 } else { -((1.0 - d) / 0.9).ln() / (d / 0.1).ln() };
            let cost = bare_cost(i64::from(share), 100);
            if share == 100 {
                assert_eq!(cost, 200);
            } else {
                assert!((formula.max(0.5) * 100.0 - cost as f64).abs() <= 0.51, "{share}: {formula} {cost}");
            }
        }
    }
}
