//! twicetold finds text that has been told twice.
#![warn(missing_docs)]

pub mod budget;
pub mod candidate;
pub mod document;
pub mod error;
pub mod family;
pub mod hash;
pub mod id;
pub mod passage;
pub mod pipeline;
pub mod report;
pub mod segment;
pub mod settings;
pub mod shingle;
pub mod sketch;
pub mod source;
pub mod span;
pub mod verify;
pub mod words;

pub use document::{Document, Layout};
pub use error::{Error, Problem, ProblemKind};
pub use id::{DocId, UnitId};
pub use settings::{Level, Plan, Settings};
pub use span::{Span, WordRange};
