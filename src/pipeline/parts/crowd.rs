//! Crowds: the many documents that hold one key, and those that ask whether they stand in one of them.
//!
//! All with all would be quadratic. Of those that are large enough an asker looks at the first [`CHECKS`], and stops when
//! [`EMITS`] fit, as in a run on one machine; so most members of a crowd are looked at by nobody ([`Looked`]).

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{asking::Document, joins};
use crate::{
    candidate::sampled::{CHECKS, EMITS},
    settings::Plan,
    verify::{self, Overlap},
};

/// Tells which members of a crowd somebody may look at.
///
/// Whoever asks leaves out those that are too small for it, and itself. A member with enough others of its size or
/// larger before it is reached by nobody. Of members in no order of size about `CHECKS * (1 + ln(n / CHECKS))` are left.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// The largest sizes so far, as many as end every search.
    largest: BinaryHeap<Reverse<usize>>,
}

impl Looked {
    /// Those that are looked at, the asker itself, and one more: it tells that there would have been more.
    const ENOUGH: usize = CHECKS + 2;

    /// Whether somebody may come to the next member, in the order of names, which has so many shingles.
    pub fn is_reached(&mut self, size: usize) -> bool {
        if self.largest.len() < Self::ENOUGH {
            self.largest.push(Reverse(size));
            return true;
        }
        match self.largest.peek_mut() {
            Some(mut least) if least.0 < size => {
                *least = Reverse(size);
                true
            }
            _ => false,
        }
    }
}

/// The members of a crowd that are looked at, ready to be counted.
#[derive(Clone, Debug, Default)]
pub struct Crowd {
    members: Vec<Member>,
}

#[derive(Clone, Debug)]
struct Member {
    unit: u64,
    document: Document,
    set: Vec<u64>,
}

/// A document that stands in another, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inside {
    /// The earlier one.
    pub left: u64,
    /// The later one.
    pub right: u64,
    /// What they share.
    pub overlap: Overlap,
}

impl Member {
    fn new(unit: u64, spelled: &str, plan: &Plan) -> Self {
        // None asks that is too short to be contained.
        let document = Document::new(spelled, u32::MAX, plan);
        Self { unit, document, set: joins::set(spelled, &plan.document) }
    }
}

impl Crowd {
    /// Begins the next one.
    pub fn clear(&mut self) {
        self.members.clear();
    }

    /// Adds a member; in the order of names.
    pub fn push(&mut self, unit: u64, spelled: &str, plan: &Plan) {
        self.members.push(Member::new(unit, spelled, plan));
    }

    /// Gives `found` those that hold a document. Whether there were more to look at, and too few fitted.
    pub fn ask(&self, small: u64, spelled: &str, plan: &Plan, found: &mut Vec<Inside>) -> bool {
        let small = Member::new(small, spelled, plan);
        let least = small.document.least(plan);
        let is_large = |other: &&Member| other.unit != small.unit && least <= other.document.size() as u64;
        let mut others = self.members.iter().filter(is_large);
        let fits = |large: &&Member| small.document.may_stand_in(&large.document, true, plan.containment);
        let mut fitting = 0;
        for large in others.by_ref().take(CHECKS).filter(fits).take(EMITS) {
            fitting += 1;
            let (left, right) = if small.unit < large.unit { (&small, large) } else { (large, &small) };
            let inside = verify::containment(&left.set, &right.set, plan.containment);
            found.extend(inside.map(|overlap| Inside { left: left.unit, right: right.unit, overlap }));
        }
        fitting < EMITS && others.next().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whoever asks finds all it would have looked at among those that were kept.
        #[test]
        fn nobody_misses_a_member(sizes in prop::collection::vec(0_usize..40, 0..200), copies in 1_usize..60) {
            let sizes: Vec<usize> = sizes.iter().cycle().take(sizes.len() * copies).copied().collect();
            let mut looked = Looked::default();
            let kept: Vec<(usize, usize)> =
                sizes.iter().copied().enumerate().filter(|(_, size)| looked.is_reached(*size)).collect();
            for least in [0, 1, 20, 39] {
                let all = sizes.iter().copied().enumerate().filter(|(_, size)| least <= *size);
                let all: Vec<(usize, usize)> = all.take(CHECKS + 2).collect();
                let of_kept = kept.iter().copied().filter(|(_, size)| least <= *size);
                prop_assert_eq!(of_kept.take(CHECKS + 2).collect::<Vec<_>>(), all);
            }
        }
    }

    #[test]
    fn most_members_of_one_size_are_reached_by_nobody() {
        let mut looked = Looked::default();
        assert_eq!((0..50_000).filter(|_| looked.is_reached(300)).count(), CHECKS + 2);
    }
}
