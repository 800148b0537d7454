//! The candidates of files are those of memory.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::candidate::{
    Found, Sets,
    made::{Numbers, make, recipe},
};
use proptest::prelude::*;

fn both(sets: &Sets, (threshold, containment): (Ratio, Ratio), memory: usize) -> [Found; 2] {
    let folder = tempfile::tempdir().unwrap();
    let space = Space::new(folder.path());
    let rarity = Rarity::of(sets);
    let (mut prefixes, mut held) = (Sorter::new(&space, memory), Sorter::new(&space, memory));
    let mut asked = Asked::new(sets.shingles.len(), &space, memory);
    let units = || (0..).map(UnitId::from_packed).zip((0..sets.len()).map(|n| sets.at(n)));
    let (mut room, mut out) = (Rarest::default(), Vec::new());
    for unit in units() {
        list_prefix(unit, &rarity, threshold, &mut room, &mut out);
        prefixes.extend(out.drain(..)).unwrap();
        // As in `contained` below.
        if unit.0.get() % 5 != 0 {
            list_asked(unit, &rarity, containment, &mut room, &mut out);
            asked.put(&out).unwrap();
            out.clear();
        }
    }
    units().for_each(|unit| asked.list_held(unit, &mut out));
    held.extend(out).unwrap();
    let near = of_prefixes(prefixes, threshold, &space, memory).unwrap();
    let inside = asked.candidates(held, containment, &space, memory).unwrap();
    [near, inside].map(|Filed { pairs, cut }| Found { pairs: pairs.load().into_owned(), cut })
}

fn in_memory(sets: &Sets, (threshold, containment): (Ratio, Ratio)) -> [Found; 2] {
    let rarity = Rarity::of(sets);
    let eligible: Vec<bool> = (0..sets.len()).map(|n| n % 5 != 0).collect();
    [
        prefix::candidates(sets, &rarity, threshold),
        contained::candidates(sets, &rarity, &eligible, containment),
    ]
}

fn ratios(hundredths: u32) -> (Ratio, Ratio) {
    let ratio = |hundredths: u32| Ratio::parse(&format!("{hundredths}%")).unwrap();
    (ratio(hundredths), ratio(50 + hundredths / 2))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_memory_gives_the_same_candidates(
        recipe in recipe(), hundredths in 30_u32..=100, memory in prop_oneof![0_usize..2, 0_usize..40_000],
    ) {
        let sets = make(recipe);
        prop_assert_eq!(both(&sets, ratios(hundredths), memory), in_memory(&sets, ratios(hundredths)));
    }
}

#[test]
fn what_is_cut_short_is_cut_at_the_same_place() {
    // Wordings of one stock text, and bare and longer texts around a phrase: more of each than are looked at.
    let mut numbers = Numbers(5);
    let stock: Vec<u64> = (0..30).map(|_| numbers.next()).collect();
    let mut sets = Sets::default();
    for n in 0..3000 {
        let own = [1, 2, 40][n % 3];
        let mut set: Vec<u64> = stock.iter().copied().take(20 + n % 11).collect();
        set.extend((0..own).map(|_| numbers.next()));
        set.sort_unstable();
        sets.push(&set);
    }
    let expected = in_memory(&sets, ratios(80));
    assert!(expected.iter().all(|found| 0 < found.cut && 1000 < found.pairs.len()));
    assert_eq!(both(&sets, ratios(80), 100_000), expected);
}
