//! Counting: how much two units really share. No estimate reaches a result.

mod count;
mod overlap;

pub use count::{Match, containment, resemblance, shared, verify, verify_contained};
pub use overlap::{Overlap, Score};
