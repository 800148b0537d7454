//! twicetold finds text that has been told twice.
#![warn(missing_docs)]

pub mod document;
pub mod error;
pub mod family;
pub mod hash;
pub mod id;
pub mod report;
pub mod settings;
pub mod source;
pub mod span;
pub mod verify;

pub use document::{Document, Layout};
pub use error::{Error, Problem, ProblemKind};
pub use id::{DocId, UnitId};
pub use settings::{Level, Plan, Settings};
pub use span::Span;
