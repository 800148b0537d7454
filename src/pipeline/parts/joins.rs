//! Units of a level that is cut: the exact join, and the search for units that stand in larger ones. Both put shingles
//! into buckets, the rarest first; what is rare is counted over all units before.

use super::spelled;
use crate::{
    candidate::{
        self, Method, Rarity, contained,
        outline::Outline,
        prefix,
        rarity::{slot_of, slots},
    },
    settings::{Plan, Ratio, UnitPlan},
    shingle,
};

/// Bytes of a packed [`Sketch`].
const SKETCH: usize = 20;

/// Whether the exact join suits a level with so many distinct texts, which have so many shingles together; else signatures do.
pub fn is_exact(texts: u64, shingles: u64, plan: &UnitPlan) -> bool {
    candidate::method(texts, shingles, plan.threshold) == Method::Prefix
}

/// Counts how many units hold a shingle, near enough. Counts of several parts are added up, without running over.
#[derive(Clone, Debug)]
pub struct Counts(Vec<u16>);

impl Counts {
    /// For units with so many shingles together.
    pub fn new(shingles: u64) -> Self {
        Self(vec![0; slots(usize::try_from(shingles).unwrap_or(usize::MAX))])
    }

    /// Takes a unit in.
    pub fn add(&mut self, set: &[u64]) {
        let slots = self.0.len();
        for shingle in set {
            if let Some(count) = self.0.get_mut(slot_of(*shingle, slots)) {
                *count = count.saturating_add(1);
            }
        }
    }

    /// The counts.
    pub fn counts(&self) -> &[u16] {
        &self.0
    }
}

/// What a bucket must know of a member: enough to refuse most pairs.
#[derive(Clone, Copy, Debug)]
pub struct Sketch(Outline);

impl Sketch {
    fn of(set: &[u64]) -> Self {
        Self(Outline::of(set))
    }

    /// As bytes.
    pub fn to_bytes(self) -> [u8; SKETCH] {
        let mut bytes = [0; SKETCH];
        for (slot, byte) in
            bytes.iter_mut().zip(self.0.bits.to_le_bytes().into_iter().chain(self.0.size.to_le_bytes()))
        {
            *slot = byte;
        }
        bytes
    }

    /// Takes back [`to_bytes`](Self::to_bytes); none of other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (bits, size) = bytes.split_first_chunk::<16>()?;
        let size = u32::from_le_bytes(size.try_into().ok()?);
        Some(Self(Outline { bits: u128::from_le_bytes(*bits), size }))
    }
}

/// The shingle set of a spelled unit.
pub fn set(spelled: &str, plan: &UnitPlan) -> Vec<u64> {
    let (mut hashes, mut set) = (Vec::new(), Vec::new());
    spelled::hashes_into(spelled, &mut hashes);
    shingle::collect_into(&hashes, plan.shingle, &mut set);
    set
}

/// Which shingles are rare, once all are counted.
#[derive(Clone, Debug)]
pub struct Rare(Rarity);

impl Rare {
    /// Takes the counts of all units.
    pub fn of(counts: Vec<u16>) -> Self {
        Self(Rarity::of_counts(counts))
    }

    /// The buckets of a unit's prefix, in which units that are alike meet.
    pub fn prefix(&self, set: &[u64], plan: &UnitPlan, out: &mut Vec<u32>) -> Sketch {
        prefix::keys(set, &self.0, plan.threshold, out);
        Sketch::of(set)
    }

    /// The buckets in which a unit of so many words looks for units that hold it.
    pub fn asks(&self, set: &[u64], words: u32, plan: &Plan, out: &mut Vec<u32>) {
        if plan.containment_words <= words {
            contained::asks(set, &self.0, plan.containment, out);
        }
    }
}

/// The buckets that a unit is in as one that holds shingles.
pub fn holds(set: &[u64], mut each: impl FnMut(u32)) -> Sketch {
    set.iter().for_each(|shingle| each(contained::bucket_of_shingle(*shingle)));
    Sketch::of(set)
}

/// The pairs of a bucket of prefixes, whose members ascend; and how often one met more others than are looked at.
pub fn pairs(members: &[(u64, Sketch)], threshold: Ratio, out: &mut Vec<(u64, u64)>) -> u64 {
    let outlines: Vec<Outline> = members.iter().map(|(_, sketch)| sketch.0).collect();
    named(&prefix::bucket(&outlines, threshold), |n| members.get(n).map(|member| member.0), out)
}

/// The pairs of a bucket of holders, whose members ascend, each with whether it asks.
pub fn holding(members: &[(u64, Sketch, bool)], containment: Ratio, out: &mut Vec<(u64, u64)>) -> u64 {
    let outlines: Vec<Outline> = members.iter().map(|(_, sketch, _)| sketch.0).collect();
    let asks: Vec<bool> = members.iter().map(|(.., asks)| *asks).collect();
    let found = contained::bucket(&outlines, &asks, containment);
    named(&found, |n| members.get(n).map(|member| member.0), out)
}

fn named(found: &candidate::Found, unit: impl Fn(usize) -> Option<u64>, out: &mut Vec<(u64, u64)>) -> u64 {
    let pairs =
        found.pairs.iter().filter_map(|pair| Some((unit(pair.left.index())?, unit(pair.right.index())?)));
    // A unit that is twice in a bucket, by two shingles that fall together, is no pair.
    out.extend(pairs.filter(|(left, right)| left < right));
    found.cut
}

/// A set of buckets that are asked for, of a few bits each; now and then it holds one too many, which nobody then asks.
#[derive(Clone, Debug)]
pub struct Wanted(Vec<u8>);

/// Bits for each bucket that is asked for.
const BITS: usize = 16;
/// Most bits: 64 MiB of memory.
const MOST_BITS: usize = 1 << 29;

impl Wanted {
    /// Room for so many.
    pub fn new(buckets: usize) -> Self {
        let bits = buckets.saturating_mul(BITS).next_power_of_two().clamp(64, MOST_BITS);
        Self(vec![0; bits / 8])
    }

    /// Takes back [`bytes`](Self::bytes).
    pub const fn of(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// As bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    const fn place(&self, bucket: u32) -> (usize, u8) {
        // The low bits of a key are as evenly spread as the high ones.
        ((bucket as usize / 8) & (self.0.len().saturating_sub(1)), 1 << (bucket % 8))
    }

    /// Puts a bucket in.
    pub fn put(&mut self, bucket: u32) {
        let (at, bit) = self.place(bucket);
        if let Some(byte) = self.0.get_mut(at) {
            *byte |= bit;
        }
    }

    /// Whether a bucket may be asked for.
    pub fn holds(&self, bucket: u32) -> bool {
        let (at, bit) = self.place(bucket);
        self.0.get(at).is_some_and(|byte| byte & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn sketches_come_back_as_they_went() {
        let sketch = Sketch::of(&[3, 99, 1 << 60]);
        let back = Sketch::from_bytes(&sketch.to_bytes()).unwrap();
        assert_eq!((back.0.bits, back.0.size), (sketch.0.bits, 3));
        assert!(Sketch::from_bytes(&[0; 19]).is_none());
    }

    #[test]
    fn what_is_wanted_is_held_and_little_else() {
        let mut wanted = Wanted::new(1000);
        let key = |n: u64| candidate::high(crate::hash::mix(n + 1));
        (0..1000).for_each(|n| wanted.put(key(n)));
        assert!((0..1000).all(|n| wanted.holds(key(n))));
        assert!((1000..11_000).filter(|n| wanted.holds(key(*n))).count() < 1000);
    }
}
