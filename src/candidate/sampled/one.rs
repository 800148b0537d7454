//! What one unit asks for, and whether one may stand in another, for whoever gathers questions and answers elsewhere.

use super::{Samples, Units, asked, fitting, key};
use crate::{candidate::pack, id::UnitId, settings::Ratio};

/// One unit by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct One<'s> {
    /// Its shingles, in any order, repeats and all.
    pub(crate) shingles: &'s [u64],
    /// Whether it may be the one that is contained.
    pub(crate) eligible: bool,
    /// Least share of it that must be found.
    pub(crate) containment: Ratio,
}

/// What a unit asks for by its sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sampled {
    /// Its sample, ascending.
    pub(crate) keys: Vec<u32>,
    /// It asks for so many of the first; 0 for one that does not ask.
    pub(crate) asks: usize,
    /// Whether it is short: it has to ask by other keys.
    pub(crate) is_short: bool,
}

impl One<'_> {
    fn with<T>(&self, look: impl FnOnce(&Samples, &Units<'_>) -> T) -> T {
        let mut samples = Samples::default();
        samples.push(self.shingles);
        let size = [u32::try_from(self.shingles.len()).unwrap_or(u32::MAX)];
        let units = Units {
            units: &[UnitId::from_packed(0)],
            shingles: &size,
            eligible: &[self.eligible],
            containment: self.containment,
        };
        look(&samples, &units)
    }

    /// What it asks for by its sample.
    pub(crate) fn sampled(&self) -> Sampled {
        self.with(|samples, units| {
            let mut reader = samples.reader();
            let asks = units.asked_of_sample(&mut reader, 0).len();
            let keys = units.sample(&mut reader, 0).to_vec();
            Sampled { keys, asks, is_short: self.eligible && asks == 0 }
        })
    }

    /// What it asks for where it is short: by all keys that are held of it, or where these are too few by all it has. Ascending,
    /// no repeats.
    pub(crate) fn asked(&self) -> Vec<u32> {
        self.with(|samples, units| {
            let mut reader = samples.reader();
            if units.is_answered(&mut reader, 0) { units.held(&mut reader, 0) } else { self.keys() }
        })
    }

    /// All its keys, ascending, no repeats.
    pub(crate) fn keys(&self) -> Vec<u32> {
        let mut keys: Vec<u32> = self.shingles.iter().copied().map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// How many answers are looked at where it is short.
    pub(crate) fn answers(&self) -> usize {
        self.with(|_, units| units.asks(0))
    }

    /// The fewest shingles, repeats counted, of what may hold it.
    pub(crate) fn least(&self) -> u64 {
        self.with(|_, units| units.size(0) - units.may_miss(0))
    }

    /// Whether it may stand in another, by their samples, or where it is short by all that is held.
    pub(crate) fn may_stand_in(&self, large: &[u64], is_short: bool) -> bool {
        let mut samples = Samples::default();
        samples.push(self.shingles);
        samples.push(large);
        let size = |set: &[u64]| u32::try_from(set.len()).unwrap_or(u32::MAX);
        let units = Units {
            units: &[UnitId::from_packed(0), UnitId::from_packed(1)],
            shingles: &[size(self.shingles), size(large)],
            eligible: &[self.eligible, false],
            containment: self.containment,
        };
        // Packed with the smaller number in the high half, as both expect.
        let pair = [pack(0, 1)];
        if is_short {
            self.least() <= large.len() as u64 && !asked::fitting(&pair, &samples, &units).is_empty()
        } else {
            !fitting(&pair, &samples, &units).is_empty()
        }
    }
}
