//! twicetold finds text that has been told twice.
#![warn(missing_docs)]

pub mod document;
pub mod error;
pub mod hash;
pub mod id;
pub mod shingle;
pub mod sketch;
pub mod span;
pub mod words;

pub use document::{Document, Layout};
pub use error::{Error, Problem, ProblemKind};
pub use id::{DocId, UnitId};
pub use span::Span;
