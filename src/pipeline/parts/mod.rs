//! The steps of a run one by one, for whoever walks the stair on many machines: Spark carries records between the
//! steps, sorts them, and starts again what was lost; what a step makes of its records is decided here, by the code that
//! a run on one machine goes through.
//!
//! # Names
//!
//! A unit is named by its document and its first word ([`name`]), which sorts as units do in a run on one machine. All
//! that settles something by order there (the first of equal texts, members of a bucket) goes by these names
//! here, so results are the same.
//!
//! # The steps
//!
//! | step | in | out |
//! |---|---|---|
//! | [`units`] | a document's text | its units, spelled in [normalised words](spelled), with their digest |
//! | – | digests | which units are first of their kind; only these go on |
//! | [`bands`] | firsts | keys; buckets of equal keys; pairs to count |
//! | [`joins`] | firsts of a level that is cut | the same by the exact join, and pairs of which one may contain the other |
//! | [`asking`] | documents | keys that documents ask for and hold; buckets of holders |
//! | [`crowd`] | those that ask a crowd, and its members | documents that stand in one of them |
//! | [`counted`] | pairs with both texts | counts |
//! | [`families`] | repeats, counts | families; and pairs that must be counted before they can be told |
//! | [`passages`] | documents' words; their seeds; pairs of documents | pairs of places; aligned spans |
//! | [`told`] | a place and its keeper, spelled | whether it says the same, and how many words they share |
//!
//! Nothing here reads input, knows the whole of a corpus (but [`families`], which knows what is repeated), or depends on
//! how records were dealt out.

pub mod asking;
pub mod bands;
pub mod counted;
pub mod crowd;
pub mod families;
pub mod joins;
pub mod passages;
pub mod spelled;
pub mod told;
mod units;

pub use units::{Unit, units};

/// The name of the unit of a document that begins with a word.
///
/// ```
/// use twicetold::pipeline::parts;
///
/// assert!(parts::name(1, 70) < parts::name(2, 0));
/// assert_eq!(parts::document(parts::name(7, 3)), 7);
/// ```
pub const fn name(document: u32, first_word: u32) -> u64 {
    (document as u64) << 32 | first_word as u64
}

/// The document of a named unit.
pub const fn document(name: u64) -> u32 {
    crate::candidate::high(name)
}

/// The first word of a named unit.
pub const fn first_word(name: u64) -> u32 {
    crate::candidate::low(name)
}

/// Seconds since 1970 of a date as sources write them, where it can be read.
pub fn time(date: &str) -> Option<i64> {
    crate::date::seconds(date)
}
