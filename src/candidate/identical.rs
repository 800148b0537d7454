//! Units with the same normalised words, found before anything else is compared.
//!
//! In: one digest a unit. Out: for every unit the first one with the same words. Only first ones
//! need a sketch; a press release sent a million times costs one sort of its digests.

use super::{Candidate, packed_id};
use crate::{
    error::Error,
    hash::Digest,
    id::UnitId,
    spill::{Sorter, Space},
};
use rayon::prelude::*;

/// Which units are word for word the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identical {
    /// How many units there are.
    n: u32,
    /// The units that are not the first of their kind, ascending, each with the first. Nothing is held for the others.
    later: Vec<(u32, u32)>,
}

/// Finds units with equal digests. Units without words are equal to each other: leave them out
/// before, if that is not wanted. Cost: one parallel sort of 16 bytes a unit.
pub fn identical(digests: &[Digest]) -> Identical {
    let mut order: Vec<(u64, u32)> =
        digests.par_iter().enumerate().map(|(n, digest)| (head(digest), packed_id(n))).collect();
    order.par_sort_unstable();
    let mut later: Vec<(u32, u32)> = Vec::new();
    let digest_of = |n: u32| digests.get(n as usize).copied().unwrap_or_default();
    for run in order.chunk_by_mut(|a, b| a.0 == b.0) {
        if run.len() < 2 {
            continue;
        }
        // Equal heads are equal digests, unless somebody searched 2^32 texts for it.
        run.sort_unstable_by_key(|&(_, n)| (digest_of(n), n));
        for same in run.chunk_by(|a, b| digest_of(a.1) == digest_of(b.1)) {
            if let [(_, leader), rest @ ..] = same {
                later.extend(rest.iter().map(|&(_, n)| (n, *leader)));
            }
        }
    }
    later.par_sort_unstable();
    Identical { n: packed_id(digests.len()), later }
}

/// [`identical`] in about `memory` bytes and 8 for each repeat; what does not fit goes to `space`.
///
/// # Errors
///
/// [`Error::TooMany`], [`Error::Temporary`], and what `digests` says.
pub fn identical_in(
    digests: impl Iterator<Item = Result<Digest, Error>>,
    space: &Space,
    memory: usize,
) -> Result<Identical, Error> {
    let mut sorter = Sorter::<(Digest, u32)>::new(space, memory);
    for (n, digest) in digests.enumerate() {
        sorter.push((digest?, UnitId::new(n)?.get()))?;
    }
    let n = u32::try_from(sorter.len()).unwrap_or(u32::MAX);
    let mut later: Vec<(u32, u32)> = Vec::new();
    let mut first = None;
    for named in sorter.sorted()? {
        let (digest, unit) = named?;
        match first {
            Some((same, leader)) if same == digest => later.push((unit, leader)),
            _ => first = Some((digest, unit)),
        }
    }
    later.par_sort_unstable();
    Ok(Identical { n, later })
}

impl Identical {
    /// Of `n` units those that are known to be no first, each with its first, in any order.
    pub(crate) fn of_later(n: u32, mut later: Vec<(u32, u32)>) -> Self {
        later.par_sort_unstable();
        Self { n, later }
    }

    /// The first unit with the same words; the unit itself when there is none before it.
    pub fn first_of(&self, unit: UnitId) -> UnitId {
        let found = self.later.binary_search_by_key(&unit.get(), |&(n, _)| n).ok();
        found.and_then(|at| self.later.get(at)).map_or(unit, |&(_, first)| UnitId::from_packed(first))
    }

    /// Whether no unit before it has the same words.
    pub fn is_first(&self, unit: UnitId) -> bool {
        self.first_of(unit) == unit
    }

    /// The first units, ascending: one of each wording.
    pub fn firsts(&self) -> impl Iterator<Item = UnitId> {
        let mut later = self.later.iter().peekable();
        (0..self.n).filter(move |n| later.next_if(|(unit, _)| unit == n).is_none()).map(UnitId::from_packed)
    }

    /// How many wordings there are. They are numbered by their first units.
    pub fn n_texts(&self) -> usize {
        self.n as usize - self.later.len()
    }

    /// The first unit of a wording. Cost: a binary search.
    pub fn first(&self, text: u32) -> UnitId {
        // Of the later units those stand before it that have no more wordings before them than it has.
        let (mut low, mut high) = (0, self.later.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let before = self.later.get(middle).map_or(u32::MAX, |(unit, _)| unit - packed_id(middle));
            (low, high) = if before <= text { (middle + 1, high) } else { (low, middle) };
        }
        UnitId::from_packed(text.saturating_add(packed_id(low)))
    }

    /// The wording that a unit is the first of. Cost: a binary search.
    pub fn text(&self, unit: UnitId) -> Option<u32> {
        let later = self.later.binary_search_by_key(&unit.get(), |&(n, _)| n);
        later.err().map(|before| unit.get() - packed_id(before))
    }

    /// Every later unit paired with its first, ascending: as many pairs as there are repeats.
    pub fn pairs(&self) -> Vec<Candidate> {
        let pair = |&(n, first): &(u32, u32)| Candidate {
            left: UnitId::from_packed(first),
            right: UnitId::from_packed(n),
        };
        let mut pairs: Vec<Candidate> = self.later.iter().map(pair).collect();
        pairs.par_sort_unstable();
        pairs
    }
}

fn head(digest: &Digest) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *digest;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_unit_points_to_the_first_of_its_kind(
            // Few values in either half, so that equal heads with different tails occur.
            parts in prop::collection::vec((0_u8..4, 0_u8..3), 0..60), memory in 0_usize..2000,
        ) {
            let digests: Vec<Digest> = parts.iter().map(|&(head, tail)| {
                let mut digest = Digest::default();
                digest[3] = head;
                digest[12] = tail;
                digest
            }).collect();
            let found = identical(&digests);
            let folder = tempfile::tempdir().unwrap();
            let space = Space::new(folder.path());
            prop_assert_eq!(&identical_in(digests.iter().copied().map(Ok), &space, memory).unwrap(), &found);
            for (n, digest) in digests.iter().enumerate() {
                let first = digests.iter().position(|other| other == digest);
                let id = UnitId::from_packed(packed_id(n));
                prop_assert_eq!(Some(found.first_of(id).index()), first);
                prop_assert_eq!(found.is_first(id), first == Some(n));
            }
            prop_assert_eq!(found.n_texts(), found.firsts().count());
            for (text, unit) in (0..).zip(found.firsts()) {
                prop_assert_eq!((found.first(text), found.text(unit)), (unit, Some(text)));
            }
            let pairs = found.pairs();
            prop_assert!(pairs.iter().all(|pair| found.text(pair.right).is_none()));
            prop_assert!(pairs.is_sorted() && pairs.iter().all(|pair| pair.left < pair.right));
            prop_assert_eq!(pairs.len() + found.firsts().count(), digests.len());
        }
    }
}
