//! One frequent seed without the rest of the corpus: what is known of its places is brought along.

use super::{Crowd, Group, LONGER, NONE, key};
use crate::passage::{
    plain::is_plain,
    seed::{Bits, Place, width},
};

/// What tells a place of a frequent seed apart: for each of [`LONGER`] a key of the words it adds, 0 where the document ends
/// before or a seed is as long, and whether all up to there are over a handful of words.
pub(in crate::passage) type Apart = [(u64, bool); LONGER.len()];

/// As far as it is known of one place.
pub(in crate::passage) fn apart(words: &[u64], at: usize, size: u32) -> Apart {
    let mut before = size;
    LONGER.map(|longer| {
        if longer <= size {
            return (0, false);
        }
        let from = std::mem::replace(&mut before, longer);
        let Some(first) = words.get(at) else { return (0, false) };
        let key = words.get(at + width(*first, from)..at + width(*first, longer)).map_or(0, key);
        (key, words.get(at..at + width(*first, longer)).is_some_and(is_plain))
    })
}

/// The pairs of one large group, whose places ascend, without looking at any other: some more than [`links`] makes, which add nothing.
/// Where places wait for more words is `held_back`; how many would is given back, for each length, and how many waited in vain.
pub(in crate::passage) fn pairs_of_one(
    places: &[(Place, Apart)],
    size: u32,
    held_back: [bool; LONGER.len()],
    mut visit: impl FnMut((Place, Place)),
) -> ([u64; LONGER.len()], u64) {
    let mut crowd = Crowd::of_one(places.len());
    let (mut waiting, mut plain) = ([0; LONGER.len()], 0);
    let known =
        |place: u32, length: usize| places.get(place as usize).and_then(|(_, apart)| apart.get(length));
    let lengths = LONGER.iter().enumerate().zip(held_back).zip(&mut waiting);
    for (((length, longer), is_held), waiting) in lengths.filter(|(((_, longer), _), _)| size < **longer) {
        let keys: Vec<u64> =
            (0..crowd.len()).map(|place| known(place, length).map_or(0, |apart| apart.0)).collect();
        plain += crowd.split(&keys);
        if LONGER.last() != Some(longer) {
            *waiting = crowd.hold_back(|place| known(place, length).is_some_and(|apart| apart.1)) as u64;
            if !is_held {
                crowd.let_go();
            }
        }
        let place = |place: u32| places.get(place as usize).map_or((0, 0, 0), |(place, _)| *place);
        crowd.pairs(place, |pair| pair).into_iter().for_each(&mut visit);
        crowd.go_on();
    }
    (waiting, plain)
}

impl Crowd {
    /// One group, of whose neighbours nothing is known.
    fn of_one(len: usize) -> Self {
        let order: Vec<u32> = (0..u32::try_from(len).unwrap_or(NONE)).collect();
        let group = Group { start: 0, len, linked: false, waits: false };
        Self { positions: order.clone(), follows: Bits::new(0), order, groups: vec![group] }
    }

    /// How many places there are.
    fn len(&self) -> u32 {
        u32::try_from(self.positions.len()).unwrap_or(NONE)
    }
}
