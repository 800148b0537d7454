//! What to take out of a corpus so that nothing is told twice: findings go in, bytes to leave out come out.
//!
//! Beside stage 8. Before it, [`family`](crate::family) found what is repeated and a gate judged it; after it
//! somebody writes the inputs again. Nothing here opens a file, writes one, or finds a repeat.
//!
//! # The rule
//!
//! Nothing goes unless what it repeats stays. [`plan`] walks the findings worst first, wholes before parts: what serves as keeper is
//! protected from then on, and a finding whose keeper went already keeps its places, unless another place of the same words can serve.
//! Only whole sentences go. [`tidy`] then takes the white space and the marks with them that would be left over.
//!
//! # Promises
//!
//! * Of each thing removed the [`Reason`] says where it still stands, and that place stays to the byte (or is none of the
//!   documents that came in).
//! * Nothing shown is removed that no finding names, but the marks of removed paragraphs, and headings nothing stands under any more.
//! * What remains has no blank, blank line or empty paragraph more than before, and its paragraphs are parted as they were.
//! * Equal findings give equal plans.
//!
//! # Limits
//!
//! * A document that others were dropped for is not cut, even where its parts stand elsewhere: its words would stand nowhere in a row. A
//!   second run, which knows nothing of the dropped ones, may cut it.
//! * Of an edited copy a sentence goes as a whole, with what was new in it, if two thirds of its words stand beside the same neighbours in what
//!   stays; other sentences of it stay. Where that text is not known (an archive without texts), what the finding names goes.
//! * In Markdown, sentences that share emphasis or a link with others stay.
//! * Lines are not wrapped anew.

mod cut;
mod desk;
pub mod ledger;
mod plan;
mod restore;
mod told;
mod write;

pub use cut::tidy;
pub use plan::{Left, Plan, Reason, Removal, plan};
pub use restore::{Inputs, restore};
pub use write::{Outputs, inside, write};
