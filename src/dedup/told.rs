//! Whether a sentence of an edited copy is told in what stays.
//!
//! A finding says how alike two places are in all; a sentence that was put into one of them is in no other. Single words say little of
//! that, since every long text has the common ones: pairs of neighbours do.

use std::ops::Range;

/// The pairs of neighbouring words of a text.
pub(super) struct Told(Vec<[u64; 2]>);

impl Told {
    /// Of hashes of words. Cost: n log n.
    pub(super) fn of(words: &[u64]) -> Self {
        let mut pairs: Vec<[u64; 2]> = words.array_windows::<2>().copied().collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self(pairs)
    }

    /// Whether at least two thirds of some words of a text stand beside a neighbour that they have here, too.
    pub(super) fn holds(&self, text: &[u64], range: Range<usize>) -> bool {
        let has = |at: usize| {
            text.get(at..)
                .and_then(|rest| rest.first_chunk())
                .is_some_and(|pair| self.0.binary_search(pair).is_ok())
        };
        let n = range.len();
        let told = range.filter(|at| has(*at) || at.checked_sub(1).is_some_and(has)).count();
        2 * n <= 3 * told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_told_where_two_thirds_of_its_words_stand_beside_the_same_ones() {
        let told = Told::of(&[1, 2, 3, 4, 5, 6, 7, 8]);
        assert!(told.holds(&[1, 2, 3, 4], 0..4));
        // The same words in another order.
        assert!(!told.holds(&[4, 3, 2, 1], 0..4));
        // Two of three, and of four.
        assert!(told.holds(&[90, 2, 3], 0..3));
        assert!(!told.holds(&[90, 2, 3, 91], 0..4));
        // A neighbour before or after the sentence counts.
        assert!(told.holds(&[4, 5, 90], 1..2));
        assert!(told.holds(&[90, 4, 5], 1..2));
        assert!(!told.holds(&[90, 4, 91], 1..2));
        assert!(told.holds(&[], 0..0));
        assert!(!Told::of(&[]).holds(&[1], 0..1));
    }
}
