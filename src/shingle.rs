//! Shingles: word hashes go in, the set of their overlapping n-grams comes out.
//!
//! Stage 3 of 8, after [`crate::words`]. It sees hashes only, never text.
//!
//! # The idea
//!
//! Every stretch of `size` consecutive words becomes one number; two texts are as alike as their
//! sets of numbers. A window that begins with a character of a script without spaces is twice as
//! long, with a letter of an alphabet without spaces four times, since these say about as much as half a word and a quarter.
//!
//! # Shapes
//!
//! | name | what it holds | type | range |
//! |---|---|---|---|
//! | `words` | hashes of consecutive words | `u64` | lowest bit: spaceless |
//! | `size` | words in a window | `u32` | 1 or more; 0 is taken as 1 |
//! | shingle | [`hash::push`] over the window's words, then [`hash::mix`] | `u64` | any |
//!
//! # Promises
//!
//! * One shingle at least when there is a word, none when there is none.
//! * Windows that run past the end are dropped; when no window fits at all, one shingle of all
//!   words stands in. In mixed text the last places can hold a short window but no long one: a
//!   window fits or not by its own length.
//! * A text of one script without spaces has `n - 2 * size + 1` windows, any other `n - size + 1`.
//!
//! # Source
//!
//! A. Z. Broder, *On the resemblance and containment of documents*, SEQUENCES 1997. Doubling is ours.

use crate::{hash, words};

/// The distinct shingles of one text, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShingleSet(Vec<u64>);

impl ShingleSet {
    /// The shingles of `size` words (or two or four times as many spaceless characters).
    ///
    /// ```
    /// use twicetold::{shingle::ShingleSet, words::words};
    ///
    /// let set = |text| ShingleSet::of(&words(text, &[]).hashes, 3);
    /// assert_eq!(set("one two three four").len(), 2);
    /// assert_eq!(set("one two").len(), 1);
    /// assert_eq!(set("one two three").shared(&set("zero one two three")), 1);
    /// ```
    pub fn of(words: &[u64], size: u32) -> Self {
        let mut shingles = Vec::new();
        collect_into(words, size, &mut shingles);
        Self(shingles)
    }

    /// A set from hashes in any order, with or without repeats.
    pub fn from_hashes(mut hashes: Vec<u64>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes)
    }

    /// The shingles, ascending, no repeats.
    pub fn as_slice(&self) -> &[u64] {
        &self.0
    }

    /// How many shingles.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none: the text had no words.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many shingles both sets hold. Time is linear in their sizes.
    pub fn shared(&self, other: &Self) -> u32 {
        shared(&self.0, &other.0)
    }
}

/// How many numbers two ascending lists without repeats have in common.
pub fn shared(left: &[u64], right: &[u64]) -> u32 {
    let (mut l, mut r, mut n_shared) = (0, 0, 0_u32);
    // Both cursors move without a branch: which list is behind cannot be predicted.
    while let (Some(&a), Some(&b)) = (left.get(l), right.get(r)) {
        n_shared = n_shared.saturating_add(u32::from(a == b));
        l += usize::from(a <= b);
        r += usize::from(b <= a);
    }
    n_shared
}

/// The shingles of [`ShingleSet::of`] into memory that is used again: what `out` held is forgotten.
pub fn collect_into(words: &[u64], size: u32, out: &mut Vec<u64>) {
    list_into(words, size, out);
    sort_spread(out);
    out.dedup();
}

/// From this length on a list is dealt out before it is sorted.
const DEALT: usize = 64;
/// Longest pile that is sorted by insertion.
const PILE: usize = 32;

/// Sorts numbers that are spread evenly over all numbers, as hashes are: dealt out into as many piles as there are
/// numbers, each is at most a few places from where it belongs. Others are sorted like any list.
fn sort_spread(list: &mut [u64]) {
    if list.len() < DEALT {
        return list.sort_unstable();
    }
    let bits = list.len().ilog2();
    let pile = |n: u64| usize::try_from(n >> (64 - bits)).unwrap_or(0);
    let mut ends = vec![0_u32; (1 << bits) + 1];
    for &n in list.iter() {
        if let Some(end) = ends.get_mut(pile(n) + 1) {
            *end += 1;
        }
    }
    if ends.iter().any(|&length| PILE < length as usize) {
        return list.sort_unstable();
    }
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    let mut dealt = vec![0; list.len()];
    for &n in list.iter() {
        if let Some(next) = ends.get_mut(pile(n)) {
            if let Some(slot) = dealt.get_mut(*next as usize) {
                *slot = n;
            }
            *next += 1;
        }
    }
    for at in 1..dealt.len() {
        let mut here = at;
        while let Some(&[before, n]) = here.checked_sub(1).and_then(|from| dealt.get(from..=here))
            && n < before
        {
            dealt.swap(here - 1, here);
            here -= 1;
        }
    }
    list.copy_from_slice(&dealt);
}

/// The same in the order of the text, repeats and all: enough for a sketch, which asks for no order.
pub fn list_into(words: &[u64], size: u32, out: &mut Vec<u64>) {
    out.clear();
    let size = usize::try_from(size.max(1)).unwrap_or(usize::MAX);
    let spaceless = words.iter().fold(0, |any, word| any | u64::from(words::is_spaceless(*word)));
    match size {
        // Known lengths are unrolled; most text has no character of a script without spaces.
        3 if spaceless == 0 => out.extend(words.windows(3).map(shingle_of::<3>)),
        5 if spaceless == 0 => out.extend(words.windows(5).map(shingle_of::<5>)),
        _ if spaceless == 0 => out.extend(words.windows(size).map(shingle)),
        _ => mixed_into(words, size, out),
    }
    if out.is_empty() && !words.is_empty() {
        out.push(shingle(words));
    }
}

/// Windows as long as their first word says.
fn mixed_into(words: &[u64], size: usize, out: &mut Vec<u64>) {
    for (start, &first) in words.iter().enumerate() {
        let width = size.saturating_mul(4 / words::quarters(first) as usize);
        if let Some(window) = start.checked_add(width).and_then(|end| words.get(start..end)) {
            out.push(shingle(window));
        }
    }
}

/// [`shingle`] of a window whose length the compiler knows.
#[inline]
fn shingle_of<const N: usize>(window: &[u64]) -> u64 {
    window.first_chunk::<N>().map_or(0, |window| shingle(window))
}

/// One number for a sequence of words.
#[inline]
fn shingle(window: &[u64]) -> u64 {
    hash::mix(window.iter().fold(0, |state, &word| hash::push(state, word)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spaceless_windows_are_two_or_four_times_as_long() {
        let plain: Vec<u64> = (0..10).map(|n| n * 4).collect();
        let spaceless: Vec<u64> = (0..10).map(|n| n * 4 + 1).collect();
        let letters: Vec<u64> = (0..14).map(|n| n * 4 + 3).collect();
        assert_eq!(ShingleSet::of(&letters, 3).len(), 3);
        assert_eq!(ShingleSet::of(&letters[..5], 3).len(), 1);
        assert_eq!(ShingleSet::of(&plain, 3).len(), 8);
        assert_eq!(ShingleSet::of(&spaceless, 3).len(), 5);
        assert_eq!(ShingleSet::of(&spaceless[..4], 3).len(), 1);
        // Mixed: six characters, then two words: one long window and no short one fits.
        let mixed = [&spaceless[..6], &plain[..2]].concat();
        assert_eq!(ShingleSet::of(&mixed, 3).len(), 3);
    }

    proptest! {
        #[test]
        fn there_is_a_shingle_exactly_when_there_is_a_word(words in proptest::collection::vec(any::<u64>(), 0..20), size in 0_u32..9) {
            let set = ShingleSet::of(&words, size);
            prop_assert_eq!(set.is_empty(), words.is_empty());
            prop_assert!(set.as_slice().is_sorted_by(|a, b| a < b));
        }

        #[test]
        fn dealing_sorts(spread in proptest::collection::vec(any::<u64>(), 0..300), crowded in proptest::collection::vec(0_u64..1000, 0..300), shift in 0_u32..60) {
            let lists = [spread.clone(), crowded.clone(), [spread, crowded.into_iter().map(|n| n << shift).collect()].concat()];
            for mut list in lists {
                let mut expected = list.clone();
                expected.sort_unstable();
                sort_spread(&mut list);
                prop_assert_eq!(list, expected);
            }
        }

        #[test]
        fn windows_of_known_length_are_windows(words in proptest::collection::vec(any::<u64>().prop_map(|w| w & !1), 0..20), size in 1_usize..7) {
            let mut expected = Vec::new();
            mixed_into(&words, size, &mut expected);
            if expected.is_empty() && !words.is_empty() {
                expected.push(shingle(&words));
            }
            let mut got = vec![7];
            list_into(&words, u32::try_from(size).unwrap(), &mut got);
            prop_assert_eq!(got, expected);
        }

        #[test]
        fn order_counts_and_places_do_not(words in proptest::collection::vec(any::<u64>().prop_map(|w| w & !1), 5..30)) {
            let whole = ShingleSet::of(&words, 3);
            let part = ShingleSet::of(&words[2..], 3);
            prop_assert_eq!(whole.shared(&part) as usize, part.len());
            let mut back = words.clone();
            back.reverse();
            if back != words {
                prop_assert_ne!(ShingleSet::of(&back, 5), ShingleSet::of(&words, 5));
            }
        }

        #[test]
        fn shared_is_the_size_of_the_intersection(a in proptest::collection::vec(0_u64..40, 0..30), b in proptest::collection::vec(0_u64..40, 0..30)) {
            let set = |v: &[u64]| v.iter().copied().collect::<BTreeSet<_>>();
            let expected = set(&a).intersection(&set(&b)).count();
            prop_assert_eq!(ShingleSet::from_hashes(a).shared(&ShingleSet::from_hashes(b)) as usize, expected);
        }
    }
}
