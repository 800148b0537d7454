//! Candidates: which pairs of units are worth counting, out of all the pairs there could be.
//!
//! Stage 5 of 8. Before it, `sketch` makes a signature of every unit and `shingle` its set of
//! shingles; after it, [`verify`](crate::verify) counts every pair named here. Nothing here says
//! that two units are alike, and nothing reads a text.
//!
//! # The idea
//!
//! | module | finds | how | misses |
//! |---|---|---|---|
//! | [`identical()`] | units with the same words | one sort of their digests | nothing |
//! | [`prefix`] | pairs of short units | units as alike as the threshold share one of their rarest shingles | nothing, within the bounds below |
//! | [`lsh`] | pairs of long units | units that agree in one band of their signatures | what the S-curve of [`Bands`](crate::settings::Bands) says |
//! | [`contained`] | small units that stand in larger ones | one of the small one's rarest shingles is in the large one | nothing, within the bounds below |
//! | [`sampled`] | the same among whole documents | one of a few shingles of the small one is in the large one | 1 in 100,000 at the threshold; nothing where the small one is short |
//! | [`spilled`] | what [`prefix`] and [`contained`] find | the same, sorted in files | the same |
//!
//! [`identical()`] goes first, so that a unit repeated a million times is one unit for the rest.
//! [`method`] chooses between the exact join and signatures, once for all units of a level.
//!
//! # Promises
//!
//! * Pairs come once each, the smaller id left, ascending; the same for any number of threads.
//! * Nothing grows with the square of the units that share a shingle or a band. Where a bound was
//!   hit, [`Found::cut`] counts it, and the module says what may be lost.
//!
//! # Limits
//!
//! A unit without shingles is in no pair.

pub mod contained;
mod identical;
pub mod lsh;
#[cfg(test)]
mod made;
pub(crate) mod outline;
pub mod prefix;
pub(crate) mod rarity;
pub mod sampled;
mod sets;
pub mod spilled;

use crate::{id::UnitId, settings::Ratio};
use rayon::prelude::*;

pub use identical::{Identical, identical, identical_in};
pub use lsh::BandKeys;
pub use rarity::{Counting, Rarity};
pub use sets::{Picked, Sets, Shingled};

/// Two units worth counting: `left < right`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate {
    /// The unit that stands first.
    pub left: UnitId,
    /// The unit that stands later.
    pub right: UnitId,
}

/// The pairs one method found, and how often it had to stop early.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The pairs: ascending, each once.
    pub pairs: Vec<Candidate>,
    /// How many times a unit met more others in one place than are looked at. 0 means that the
    /// method kept its whole promise; otherwise pairs may be missing among very frequent texts.
    pub cut: u64,
}

/// How the pairs of one level are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// [`prefix::candidates`]: exact.
    Prefix,
    /// [`lsh::pairs`]: by signatures.
    Signatures,
}

/// Longest mean prefix, in shingles, up to which the exact join is at least as fast as signatures.
///
/// Measured on news with shingles of 3 words: at 0.7 the two cost the same at about 50 shingles a
/// unit, whose prefix is 16.
const LONGEST_PREFIX: u64 = 16;
/// The finest denominator of a [`Ratio`].
const HUNDRED_MILLION: u64 = 100_000_000;

/// Chooses how to find the pairs of a level with so many `units`, which have so many `shingles`
/// together.
///
/// The exact join when the threshold is at least 0.7 and a unit of mean size has a prefix of at most
/// 16 shingles: sizes up to 50 at 0.7, 75 at 0.8, 150 at 0.9. Below 0.7 prefixes reach into frequent
/// shingles. The choice holds for the whole level, so that no pair of a short and a long unit falls
/// between two methods.
pub fn method(units: u64, shingles: u64, threshold: Ratio) -> Method {
    let mean = shingles.div_ceil(units.max(1));
    let prefix = mean + 1 - threshold.ceil_of(mean).min(mean);
    let high = 7 * HUNDRED_MILLION <= 10 * threshold.ceil_of(HUNDRED_MILLION);
    if high && prefix <= LONGEST_PREFIX { Method::Prefix } else { Method::Signatures }
}

/// Packs a pair in either order so that packed numbers sort as pairs do.
fn pack(a: u32, b: u32) -> u64 {
    u64::from(a.min(b)) << 32 | u64::from(a.max(b))
}

/// The high half of a packed number.
pub(crate) const fn high(packed: u64) -> u32 {
    (packed >> 32) as u32
}

/// The low half of a packed number.
#[expect(clippy::cast_possible_truncation, reason = "the half that is wanted")]
pub(crate) const fn low(packed: u64) -> u32 {
    packed as u32
}

/// A position as a packed id. `UnitId` bounds the number of units, so nothing is lost.
fn packed_id(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

impl Found {
    /// Adds what was found to what others found.
    pub fn add_to(self, pairs: &mut Vec<Candidate>, cut: &mut u64) {
        pairs.extend(self.pairs);
        *cut += self.cut;
    }
}

/// Sorts packed pairs and drops repeats.
fn settle(mut packed: Vec<u64>, cut: u64) -> Found {
    packed.par_sort_unstable();
    packed.dedup();
    Found { pairs: packed.into_iter().map(unpack).collect(), cut }
}

/// Takes back what [`pack`] packed.
const fn unpack(pair: u64) -> Candidate {
    Candidate { left: UnitId::from_packed(high(pair)), right: UnitId::from_packed(low(pair)) }
}

/// What one thread has gathered: packed numbers, and how often it stopped early.
#[derive(Default)]
struct Heap {
    packed: Vec<u64>,
    cut: u64,
}

impl Heap {
    fn join(heaps: Vec<Self>) -> Self {
        let cut = heaps.iter().map(|heap| heap.cut).sum();
        let packed: Vec<Vec<u64>> = heaps.into_iter().map(|heap| heap.packed).collect();
        Self { packed: packed.concat(), cut }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_method_follows_prefix_and_threshold() {
        let at = |mean: u64, t: &str| method(1000, 1000 * mean, Ratio::parse(t).unwrap());
        assert_eq!(at(15, "0.8"), Method::Prefix);
        assert_eq!(at(50, "0.7"), Method::Prefix);
        assert_eq!(at(54, "0.7"), Method::Signatures);
        assert_eq!(at(150, "0.9"), Method::Prefix);
        assert_eq!(at(300, "0.9"), Method::Signatures);
        assert_eq!(at(15, "0.69"), Method::Signatures);
        assert_eq!(method(0, 0, Ratio::ONE), Method::Prefix);
    }
}
