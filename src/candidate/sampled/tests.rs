//! Recall against brute force, sizes, and what crowds cost.
#![allow(clippy::unwrap_used)]

use super::{
    samples::{HELD, SAMPLED},
    *,
};
use crate::candidate::{
    Sets,
    made::{Numbers, brute_force, has_all, is_tidy, make, recipe},
};
use crate::spill::Space;
use proptest::prelude::*;

fn both(sets: &Sets, eligible: &[bool], containment: Ratio) -> (Found, Found) {
    let mut samples = Samples::default();
    for n in 0..sets.len() {
        samples.push(sets.at(n));
    }
    let shingles: Vec<u32> = (0..sets.len()).map(|n| packed_id(sets.at(n).len())).collect();
    let ids: Vec<UnitId> = (0..packed_id(sets.len())).map(UnitId::from_packed).collect();
    let units = Units { units: &ids, shingles: &shingles, eligible, containment };
    let folder = tempfile::tempdir().unwrap();
    let space = Space::new(folder.path());
    let (found, short) = candidates(&samples, &units, &space, usize::MAX);
    let little = candidates(&samples, &units, &space, 0);
    assert_eq!(little, (found.clone(), short.clone()));
    let keys = |unit: u32| sets.at(unit as usize).iter().map(|&shingle| key(shingle));
    let asked = Asked::new(short.iter().map(|&unit| (unit, keys(unit))));
    let mut answers = Vec::new();
    for unit in 0..packed_id(sets.len()) {
        asked.answers(unit, keys(unit), &mut answers);
    }
    (found, asked.candidates(answers, &samples, &units))
}

proptest! {
    #[test]
    fn no_short_unit_is_missed(recipe in recipe(), hundredths in 50_u32..=100, least in 1_u64..12) {
        let sets = make(recipe);
        let c = Ratio::parse(&format!("{hundredths}%")).unwrap();
        let eligible: Vec<bool> = (0..sets.len()).map(|n| least <= sets.at(n).len() as u64).collect();
        let (by_sample, by_walk) = both(&sets, &eligible, c);
        let truth = brute_force(&sets, |shared, a, b| least <= a.min(b) && c.met_by(shared, a.min(b)));
        prop_assert_eq!(by_sample.cut + by_walk.cut, 0);
        prop_assert!(is_tidy(&by_sample.pairs) && is_tidy(&by_walk.pairs));
        let mut all = [by_sample.pairs, by_walk.pairs].concat();
        all.sort_unstable();
        all.dedup();
        prop_assert!(has_all(&all, &truth));
    }

    #[test]
    fn every_key_is_in_one_list(
        shingles in prop::collection::vec((0_u64..8, 0_u64..4).prop_map(|(top, n)| top << 29 | n), 0..20), spilled in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut samples = Samples::default();
        samples.push(&[1, 2]);
        if spilled {
            samples.spill(&Space::new(folder.path())).unwrap();
        }
        let mut later = Samples::default();
        later.push(&shingles);
        samples.append(&later);
        samples.finish().unwrap();
        let is_sampled = |key: &u32| *key < SAMPLED;
        let held = shingles.iter().map(|&s| key(s)).filter(|&key| key < HELD);
        let (mut sampled, others): (Vec<u32>, Vec<u32>) = held.partition(is_sampled);
        sampled.sort_unstable();
        sampled.dedup();
        let (first, second) = (UnitId::from_packed(0), UnitId::from_packed(1));
        let mut reader = samples.reader();
        prop_assert_eq!(reader.sample(first), &[1, 2]);
        prop_assert_eq!(reader.sample(second), &sampled[..]);
        let distinct: std::collections::BTreeSet<u32> = sampled.iter().chain(&others).copied().collect();
        let (ids, sizes) = ([second], [100]);
        let containment = Ratio::parse("0.9").unwrap();
        let units = Units { units: &ids, shingles: &sizes, eligible: &[true], containment };
        prop_assert_eq!(units.is_answered(&mut reader, 0), 5 <= distinct.len());
        prop_assert_eq!(reader.keys(second).collect::<Vec<_>>(), [sampled, others].concat());
        prop_assert!(reader.keys(UnitId::from_packed(2)).next().is_none());
    }
}

#[test]
fn contained_units_are_missed_as_seldom_as_promised() {
    let mut numbers = Numbers(3);
    let c = Ratio::parse("0.9").unwrap();
    let mut sets = Sets::default();
    let n = 2000;
    let mut set = |mut set: Vec<u64>| {
        set.sort_unstable();
        sets.push(&set);
    };
    for _ in 0..n {
        let small: Vec<u64> = (0..200).map(|_| numbers.next()).collect();
        // Nine tenths of the small one, which is the threshold, in one of 600.
        let large = small.iter().copied().take(180).chain((0..420).map(|_| numbers.next())).collect();
        set(small);
        set(large);
    }
    let (found, short) = both(&sets, &vec![true; 2 * n], c);
    let hit = |n: usize| {
        let pair = crate::candidate::made::pair(2 * n, 2 * n + 1);
        found.pairs.binary_search(&pair).is_ok() || short.pairs.binary_search(&pair).is_ok()
    };
    assert!((0..n).all(hit));
    assert_eq!(short.pairs.len(), 0, "long units need no walk");
    assert!(found.pairs.len() < n + 20, "strangers are refused: {}", found.pairs.len());
}

#[test]
fn boilerplate_does_not_grow_with_the_square() {
    let mut numbers = Numbers(5);
    let stock: Vec<u64> = (0..200).map(|_| numbers.next()).collect();
    let n = 3000;
    let mut sets = Sets::default();
    for unit in 0..n {
        let mut set = stock.clone();
        set.extend((0..unit % 50).map(|_| numbers.next()));
        set.sort_unstable();
        sets.push(&set);
    }
    let c = Ratio::parse("0.9").unwrap();
    let (_, found) = both(&sets, &vec![true; n], c);
    assert!(found.pairs.len() <= n * asks(c) * EMITS);
    let paired: std::collections::BTreeSet<_> = found.pairs.iter().flat_map(|p| [p.left, p.right]).collect();
    // Nobody is left out who has no more than a tenth of their own.
    assert!(
        (0..n)
            .filter(|unit| unit % 50 < 20)
            .all(|unit| paired.contains(&UnitId::from_packed(packed_id(unit))))
    );
}
