//! Counting candidate pairs: shared shingles, exactly, and a verdict in whole numbers.
//!
//! Stage 6 of 8. In: candidates and the sets they speak of. Out: those that meet the threshold, in
//! the order they came, with their counts. Nothing here trusts how a candidate was found.

use super::Overlap;
use crate::{
    candidate::{Candidate, Shingled},
    id::UnitId,
    settings::Ratio,
};
use rayon::prelude::*;

/// Sizes this many times apart are counted by searching instead of merging.
const GALLOP: usize = 16;
/// Steps of a merge between two looks at whether enough can still be shared.
const STRIDE: usize = 64;
/// Pairs a thread takes at a time.
const PAIRS_AT_A_TIME: usize = 64;

/// Two units that were counted and found alike; `left < right`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Match {
    /// The unit that stands first.
    pub left: UnitId,
    /// The unit that stands later.
    pub right: UnitId,
    /// What they share.
    pub overlap: Overlap,
}

/// Counts the numbers that two sorted lists of distinct numbers share.
///
/// Cost: one step a number, about 2 ns; or, where one list is 16 times as long, a search in it for
/// each of the shorter one's.
pub fn shared(a: &[u64], b: &[u64]) -> u32 {
    shared_at_least(a, b, 0).unwrap_or(0)
}

/// Counts a pair; nothing when its Jaccard similarity is below the threshold.
pub fn resemblance(a: &[u64], b: &[u64], threshold: Ratio) -> Option<Overlap> {
    let (shorter, longer) = (a.len().min(b.len()) as u64, a.len().max(b.len()) as u64);
    // The similarity is at most shorter / longer.
    if !threshold.met_by(shorter, longer) {
        return None;
    }
    let shared = shared_at_least(a, b, threshold.ceil_of(longer))?;
    Some(overlap(a, b, shared)).filter(|overlap| overlap.jaccard().meets(threshold))
}

/// Counts a pair; nothing when less than that share of the smaller set is in the other.
pub fn containment(a: &[u64], b: &[u64], containment: Ratio) -> Option<Overlap> {
    let shared = shared_at_least(a, b, containment.ceil_of(a.len().min(b.len()) as u64))?;
    Some(overlap(a, b, shared)).filter(|overlap| overlap.containment().meets(containment))
}

/// Counts candidates and keeps those whose Jaccard similarity meets the threshold, in their order.
pub fn verify(candidates: &[Candidate], sets: &impl Shingled, threshold: Ratio) -> Vec<Match> {
    each(candidates, sets, |a, b| resemblance(a, b, threshold))
}

/// Counts candidates and keeps those of which enough of the smaller side is in the larger, in their
/// order.
pub fn verify_contained(candidates: &[Candidate], sets: &impl Shingled, share: Ratio) -> Vec<Match> {
    each(candidates, sets, |a, b| containment(a, b, share))
}

fn each(
    candidates: &[Candidate],
    sets: &impl Shingled,
    count: impl Fn(&[u64], &[u64]) -> Option<Overlap> + Sync,
) -> Vec<Match> {
    let verdict = |&Candidate { left, right }: &Candidate| {
        count(&sets.shingles(left), &sets.shingles(right)).map(|overlap| Match { left, right, overlap })
    };
    candidates.par_iter().with_min_len(PAIRS_AT_A_TIME).filter_map(verdict).collect()
}

fn overlap(a: &[u64], b: &[u64], shared: u32) -> Overlap {
    let size = |set: &[u64]| u32::try_from(set.len()).unwrap_or(u32::MAX);
    Overlap { shared, left: size(a), right: size(b) }
}

/// Counts, but gives up once fewer than `least` can be shared.
fn shared_at_least(a: &[u64], b: &[u64], least: u64) -> Option<u32> {
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if (shorter.len() as u64) < least {
        return None;
    }
    if shorter.len().saturating_mul(GALLOP) < longer.len() {
        return Some(search(shorter, longer)).filter(|&n| least <= u64::from(n));
    }
    merge(shorter, longer, least)
}

/// Walks both lists side by side, without a branch on what is found.
fn merge(a: &[u64], b: &[u64], least: u64) -> Option<u32> {
    let (mut i, mut j, mut count) = (0, 0, 0_u32);
    loop {
        for _ in 0..STRIDE {
            let (Some(&x), Some(&y)) = (a.get(i), b.get(j)) else {
                return Some(count).filter(|&n| least <= u64::from(n));
            };
            i += usize::from(x <= y);
            j += usize::from(y <= x);
            count += u32::from(x == y);
        }
        let left = (a.len() - i).min(b.len() - j) as u64;
        if u64::from(count) + left < least {
            return None;
        }
    }
}

/// Looks every number of the shorter list up in what is left of the longer one, in doubling steps.
fn search(shorter: &[u64], longer: &[u64]) -> u32 {
    let mut rest = longer;
    let mut count = 0;
    for &wanted in shorter {
        let mut step = 1;
        while rest.get(step).is_some_and(|&n| n < wanted) {
            step *= 2;
        }
        let reach = rest.get(..=step).unwrap_or(rest);
        let skip = reach.partition_point(|&n| n < wanted);
        rest = rest.get(skip..).unwrap_or(&[]);
        count += u32::from(rest.first() == Some(&wanted));
    }
    count
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::candidate::Sets;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn set(most: usize) -> impl Strategy<Value = BTreeSet<u64>> {
        prop::collection::btree_set(0_u64..400, 0..most)
    }

    fn list(set: &BTreeSet<u64>) -> Vec<u64> {
        set.iter().copied().collect()
    }

    proptest! {
        #[test]
        fn counts_and_verdicts_are_those_of_sets(
            (a, b) in prop_oneof![(set(200), set(200)), (set(12), set(390)), (set(300), set(9))],
            hundredths in 1_u32..=100,
        ) {
            let truth = u32::try_from(a.intersection(&b).count()).unwrap();
            let (x, y) = (list(&a), list(&b));
            prop_assert_eq!(shared(&x, &y), truth);
            prop_assert_eq!(shared(&y, &x), truth);
            let all = overlap(&x, &y, truth);
            let t = Ratio::parse(&format!("{hundredths}%")).unwrap();
            prop_assert_eq!(resemblance(&x, &y, t), Some(all).filter(|o| o.jaccard().meets(t)));
            prop_assert_eq!(containment(&x, &y, t), Some(all).filter(|o| o.containment().meets(t)));
        }
    }

    #[test]
    fn verdicts_keep_the_order_of_candidates() {
        let mut sets = Sets::default();
        for n in 0..500_u64 {
            // Runs of ten units share nine of ten shingles with their neighbours.
            sets.push(&(n..n + 10).collect::<Vec<_>>());
        }
        let id = UnitId::from_packed;
        let near = (0..499).map(|n| Candidate { left: id(n), right: id(n + 1) });
        let far = (0..400).map(|n| Candidate { left: id(n), right: id(n + 100) });
        let mut pairs: Vec<Candidate> = near.chain(far).collect();
        pairs.sort_unstable();
        let found = verify(&pairs, &sets, Ratio::parse("0.8").unwrap());
        assert_eq!(found.len(), 499);
        assert!(found.iter().zip(0..).all(|(m, n)| (m.left, m.right) == (id(n), id(n + 1))));
        assert_eq!(found.first().map(|m| m.overlap), Some(Overlap { shared: 9, left: 10, right: 10 }));
        assert_eq!(verify_contained(&pairs, &sets, Ratio::parse("0.9").unwrap()), found);
    }
}
