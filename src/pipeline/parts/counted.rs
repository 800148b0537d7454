//! Pairs of spelled units -> counts.

use super::{asking::Document, joins};
use crate::{
    settings::{Level, Plan},
    verify::{self, Overlap},
};

/// Why a pair is counted: bits of one number.
pub mod why {
    /// They may be alike.
    pub const NEAR: u8 = 1;
    /// One of two units may stand in the other.
    pub const INSIDE: u8 = 2;
    /// The left document may stand in the right one, by its sample.
    pub const LEFT_SAMPLED: u8 = 4;
    /// The right one in the left one.
    pub const RIGHT_SAMPLED: u8 = 8;
    /// The left one in the right one, by more of its keys.
    pub const LEFT_ASKED: u8 = 16;
    /// The right one in the left one.
    pub const RIGHT_ASKED: u8 = 32;
}

/// What counting a pair gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// They are alike.
    pub near: Option<Overlap>,
    /// One contains the other.
    pub inside: Option<Overlap>,
    /// The smaller one may stand in the larger one, by what is held of them: it was worth counting.
    pub may_stand: bool,
}

/// Counts a pair of units of one level, which was named for some reasons.
pub fn count(left: &str, right: &str, reasons: u8, level: Level, plan: &Plan) -> Counted {
    let Some(unit_plan) = plan.unit(level) else { return Counted::default() };
    let is_for = |reason: u8| reasons & reason != 0;
    let asked = why::LEFT_SAMPLED | why::RIGHT_SAMPLED | why::LEFT_ASKED | why::RIGHT_ASKED;
    let may_stand = is_for(why::INSIDE)
        || is_for(asked) && {
            // No unit asks that is too short to be contained.
            let (left, right) = (Document::new(left, u32::MAX, plan), Document::new(right, u32::MAX, plan));
            let may = |reason: u8, small: &Document, large: &Document, twice: bool| {
                is_for(reason) && small.may_stand_in(large, twice, plan.containment)
            };
            may(why::LEFT_SAMPLED, &left, &right, false)
                || may(why::RIGHT_SAMPLED, &right, &left, false)
                || may(why::LEFT_ASKED, &left, &right, true)
                || may(why::RIGHT_ASKED, &right, &left, true)
        };
    let (left, right) = (joins::set(left, unit_plan), joins::set(right, unit_plan));
    let near = || verify::resemblance(&left, &right, unit_plan.threshold);
    let inside = || verify::containment(&left, &right, plan.containment);
    Counted {
        near: is_for(why::NEAR).then(near).flatten(),
        inside: may_stand.then(inside).flatten(),
        may_stand,
    }
}
