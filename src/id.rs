//! Small checked numbers that name things inside one run.
//!
//! A [`UnitId`] cannot be passed where a [`DocId`] is meant, and running out of numbers is met
//! once, here, instead of in a hundred casts.

use crate::error::Error;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The id at a position counted from 0.
            ///
            /// # Errors
            ///
            /// [`Error::TooMany`] past 2^32 - 2: split the corpus.
            pub fn new(index: usize) -> Result<Self, Error> {
                match u32::try_from(index) {
                    Ok(n) if n < u32::MAX => Ok(Self(n)),
                    _ => Err(Error::TooMany { what: $what, limit: u64::from(u32::MAX) - 1 }),
                }
            }

            /// The position this id stands for.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The same as a 32-bit number, for packing.
            pub const fn get(self) -> u32 {
                self.0
            }

            /// Takes back what [`get`](Self::get) gave.
            pub const fn from_packed(n: u32) -> Self {
                Self(n)
            }
        }
    };
}

id!(
    /// One document of a run: its position in input order, from 0.
    DocId,
    "documents"
);
id!(
    /// One unit (document, paragraph or sentence) of a run: its position in segmentation order.
    UnitId,
    "units"
);
