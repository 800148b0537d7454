//! twicetold finds text that has been told twice: documents, paragraphs, sentences and passages that
//! stand in more than one place, within one article or between articles, exactly or with edits.
//!
//! Everything that is reported has been counted or aligned word by word; no estimate and no hash
//! decides alone, but of documents of an archive that keeps no texts there is nothing but hashes. Positions are bytes of the original text.
//!
//! # Scanning
//!
//! ```
//! use twicetold::{Document, Settings, pipeline};
//!
//! let document = |name: &str, text: &str| Document {
//!     name: name.to_owned(),
//!     path: name.to_owned(),
//!     text: text.to_owned(),
//!     ..Document::default()
//! };
//! let told = "The harbour board will dredge the basin in May, when the herring fleet is at sea.";
//! let first = document("first", &format!("{told} Nobody on the quay objected, for once, to the noise."));
//! let second = document("second", &format!("It rained on the fair, and the band played under a tarpaulin. {told}"));
//!
//! let plan = Settings::default().plan()?;
//! let findings = pipeline::scan_documents(vec![first, second], &plan, &pipeline::Run::default())?;
//!
//! let family = &findings.families[0];
//! assert_eq!(family.level, twicetold::Level::Sentence);
//! for place in &family.occurrences {
//!     assert_eq!(place.span.of(&findings.documents.get(place.document).unwrap().text), told);
//! }
//! # Ok::<(), twicetold::Error>(())
//! ```
//!
//! [`pipeline::scan`] does the same for files, folders and standard input, [`report::render`] writes
//! [`Findings`](report::Findings) as JSON, CSV or for people.
//!
//! # The stages
//!
//! [`source`] → [`segment`] → [`words`], [`shingle`] → [`sketch`] → [`candidate`] → [`verify`],
//! [`passage`] → [`family`] → [`report`]; [`pipeline`] walks them. Each can be used by itself, and each module's
//! page says what it never does.
//!
//! # Settings
//!
//! [`Settings`] are layers of `(name, value)` over one table of defaults, [`settings::OPTIONS`]; a checked
//! [`Plan`] is made of them and travels in every report.
//!
//! # Memory
//!
//! A scan keeps to [`pipeline::Run::memory`] at every level: what does not fit goes to files without a name ([`spill`]), and what is
//! found is the same. In memory, paragraphs and sentences take the text and about 51 bytes for each word. A check holds what it
//! compares, and one that would not fit is an error.
//!
//! # Quirks
//!
//! * Two texts are the same when their normalised words are: case, punctuation, white space, quotes and dashes
//!   do not count. The rule is [`words`], and has a version.
//! * A finding that a bigger one explains is not reported by itself. A sentence in both copies of a
//!   paragraph is part of the paragraph's finding.
//! * `contained` families keep their largest member, whatever [`settings::Keep`] says: to keep a part would lose
//!   text.
//! * A document of one word is a duplicate of another of the same word; one without words is of none.
#![warn(missing_docs)]

#[cfg(feature = "archive")]
pub mod archive;
pub mod budget;
pub mod candidate;
mod date;
pub mod dedup;
pub mod document;
pub mod error;
pub mod family;
pub mod gate;
pub mod hash;
pub mod id;
#[cfg(feature = "machine")]
pub mod machine;
pub mod passage;
pub mod pipeline;
pub mod report;
pub mod sample;
pub mod segment;
pub mod settings;
pub mod shingle;
pub mod sketch;
pub mod source;
pub mod span;
pub mod spill;
pub mod verify;
pub mod words;

pub use document::{Document, Layout};
pub use error::{Error, Problem, ProblemKind};
pub use id::{DocId, UnitId};
pub use settings::{Level, Plan, Settings};
pub use span::{Span, WordRange};
