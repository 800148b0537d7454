//! What the families of a level are made from beside the matches: how large texts are, and how alike two of them
//! that were not counted as a pair.

use super::article::count;
use crate::{
    candidate::Shingled,
    id::UnitId,
    settings::Ratio,
    verify::{self, Overlap},
};

/// Says how large the distinct texts of a level are, and counts pairs of them.
pub(super) trait Counts: Sync {
    /// The distinct shingles of a text.
    fn size(&self, text: UnitId) -> u32;
    /// Counts two; nothing when they are less alike than the threshold.
    fn resemblance(&self, left: UnitId, right: UnitId, threshold: Ratio) -> Option<Overlap>;
}

impl<S: Shingled> Counts for S {
    fn size(&self, text: UnitId) -> u32 {
        count(self.shingles(text).len())
    }

    fn resemblance(&self, left: UnitId, right: UnitId, threshold: Ratio) -> Option<Overlap> {
        verify::resemblance(&self.shingles(left), &self.shingles(right), threshold)
    }
}
