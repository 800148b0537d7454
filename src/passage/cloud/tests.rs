use super::*;
use crate::settings::Ratio;
use proptest::prelude::*;

fn plan() -> CloudPlan {
    CloudPlan {
        gap: 24,
        reach: 4,
        rare: 4,
        words: 20,
        share: Ratio::hundredths(40),
        stems: false,
        merge: 50,
        snap: 0,
    }
}

fn found(left: &[u64], right: &[u64]) -> Vec<Cloud> {
    clouds(left, right, &plan(), &mut Budget::new(u64::MAX))
}

/// Words that no other text has.
fn own(n: u64, seed: u64) -> Vec<u64> {
    (0..n).map(|at| (seed << 32 | at) * 2).collect()
}

fn range(start: u32, end: u32) -> WordRange {
    WordRange { start, end }
}

#[test]
fn sentences_in_another_order_are_one_span() {
    let told = own(60, 1);
    let mut shuffled: Vec<u64> = Vec::new();
    for part in [2, 0, 4, 1, 5, 3] {
        shuffled.extend(&told[part * 10..part * 10 + 10]);
    }
    let left = [own(80, 2), told, own(80, 3)].concat();
    let right = [own(50, 4), shuffled, own(90, 5)].concat();
    let clouds = found(&left, &right);
    assert_eq!(clouds.len(), 1);
    assert_eq!((clouds[0].left, clouds[0].right), (range(80, 140), range(50, 110)));
}

#[test]
fn halves_far_apart_in_one_text_are_two_spans() {
    // Linked into one they would be trimmed to one half, and the other lost.
    let told = own(60, 1);
    let parted = [&told[..30], &own(500, 2), &told[30..]].concat();
    let spans = |clouds: Vec<Cloud>| clouds.iter().map(|cloud| (cloud.left, cloud.right)).collect::<Vec<_>>();
    let (whole, apart) = ([range(0, 30), range(30, 60)], [range(0, 30), range(530, 560)]);
    assert_eq!(spans(found(&told, &parted)), [(whole[0], apart[0]), (whole[1], apart[1])]);
    assert_eq!(spans(found(&parted, &told)), [(apart[0], whole[0]), (apart[1], whole[1])]);
}

#[test]
fn words_that_stand_often_are_no_points() {
    // Two words in turn: every pair is too frequent to count.
    let told: Vec<u64> = [2, 4].repeat(40);
    assert_eq!(found(&told, &told), []);
}

#[test]
fn a_budget_that_ends_finds_less_and_says_so() {
    let told = own(60, 1);
    let mut budget = Budget::new(10);
    assert_eq!(clouds(&told, &told, &plan(), &mut budget), []);
    assert!(budget.is_overdrawn());
}

proptest! {
    /// Whatever the order and the losses: what is found lies where the copy is, and most of it is found.
    #[test]
    fn half_of_the_words_shuffled_are_found_in_their_place(
        order in Just((0_usize..80).collect::<Vec<usize>>()).prop_shuffle(),
        block in 4_usize..9,
        before in 30_u64..90,
    ) {
        let told = own(80, 1);
        // Blocks change places; every sixth word is another.
        let n_blocks = told.len() / block;
        let mut copy: Vec<u64> = Vec::new();
        for at in order.iter().filter(|at| **at < n_blocks) {
            copy.extend(&told[at * block..at * block + block]);
        }
        for (at, word) in copy.iter_mut().enumerate().filter(|(at, _)| at % 6 == 5) {
            *word = (9 << 40 | at as u64) * 2;
        }
        let left = [own(before, 2), told.clone(), own(70, 3)].concat();
        let right = [own(60, 4), copy.clone(), own(70, 5)].concat();
        let first = u32::try_from(before).unwrap_or(0);
        let clouds = clouds(&left, &right, &CloudPlan { gap: 80, ..plan() }, &mut Budget::new(u64::MAX));
        let inside = |cloud: &Cloud| {
            range(first, first + 80).contains(cloud.left)
                && range(60, 60 + u32::try_from(copy.len()).unwrap_or(0)).contains(cloud.right)
        };
        prop_assert!(clouds.iter().all(inside));
        let words: u32 = clouds.iter().map(|cloud| cloud.right.len()).sum();
        prop_assert!(copy.len() as u64 * 8 <= u64::from(words) * 10, "{clouds:?}");
    }
}
