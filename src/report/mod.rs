//! One model of what was found, and its renderings.

mod model;

pub use model::{Findings, Pair};
