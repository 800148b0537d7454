//! Counting: how much two units really share. No estimate reaches a result.

mod overlap;

pub use overlap::{Overlap, Score};
