//! Counts of what two texts share, as whole numbers until somebody prints them.

use crate::settings::Ratio;

/// What two sets (or two sequences) share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Overlap {
    /// Elements of both.
    pub shared: u32,
    /// Elements of the left one.
    pub left: u32,
    /// Elements of the right one.
    pub right: u32,
}

impl Overlap {
    /// Shared elements of all elements: `|A∩B| / |A∪B|` (P. Jaccard, 1901).
    pub fn jaccard(self) -> Score {
        let union = u64::from(self.left) + u64::from(self.right) - u64::from(self.shared);
        Score { part: u64::from(self.shared), whole: union }
    }

    /// Shared elements of the smaller side's.
    pub fn containment(self) -> Score {
        Score { part: u64::from(self.shared), whole: u64::from(self.left.min(self.right)) }
    }

    /// Shared elements of the longer side's: the similarity of two aligned passages.
    pub fn of_longer(self) -> Score {
        Score { part: u64::from(self.shared), whole: u64::from(self.left.max(self.right)) }
    }

    /// The same seen from the other side.
    #[must_use]
    pub const fn swapped(self) -> Self {
        Self { shared: self.shared, left: self.right, right: self.left }
    }
}

/// A similarity as a fraction of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Score {
    /// What is shared.
    pub part: u64,
    /// What could be shared.
    pub whole: u64,
}

impl Score {
    /// Two texts with the same normalised words.
    pub const SAME: Self = Self { part: 1, whole: 1 };

    /// Whether it is at least the threshold, decided in whole numbers.
    pub fn meets(self, threshold: Ratio) -> bool {
        threshold.met_by(self.part, self.whole)
    }

    /// For printing: six digits, cut and not rounded, so that 1 is printed for 1 only. Two texts
    /// that are not the same but share every shingle (`a b a b a` and `a b a b`) are printed as
    /// 0.999999; say so with `same`.
    pub fn printed(self, same: bool) -> f64 {
        if same {
            return 1.0;
        }
        let millionths = u128::from(self.part) * 1_000_000 / u128::from(self.whole.max(1));
        let capped = u32::try_from(millionths.min(999_999)).unwrap_or(999_999);
        f64::from(capped) / 1e6
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let left = u128::from(self.part) * u128::from(other.whole);
        let right = u128::from(other.part) * u128::from(self.whole);
        left.cmp(&right).then_with(|| other.whole.cmp(&self.whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_printed_for_one_only() {
        let nearly = Score { part: 9_999_999, whole: 10_000_000 };
        assert_eq!(nearly.printed(false), 0.999_999);
        assert_eq!(Score { part: 2, whole: 2 }.printed(false), 0.999_999);
        assert_eq!(Score { part: 2, whole: 2 }.printed(true), 1.0);
        assert_eq!(Score { part: 2, whole: 3 }.printed(false), 0.666_666);
        assert_eq!(Score { part: 0, whole: 0 }.printed(false), 0.0);
    }

    #[test]
    fn scores_order_by_value() {
        assert!(Score { part: 1, whole: 3 } < Score { part: 1, whole: 2 });
        assert!(Score { part: 2, whole: 4 } < Score { part: 1, whole: 2 });
    }
}
