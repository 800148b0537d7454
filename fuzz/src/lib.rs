//! What is checked of any input: one module a target, each with a `check` that panics when a promise is broken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod config;
pub mod csv;
pub mod decode;
pub mod detect_small;
pub mod feed;
mod file;
pub mod html;
pub mod json;
pub mod jsonl;
pub mod markdown;
pub mod segment;
pub mod words;

/// What `src/cli/config/read.rs` imports of the command line.
mod cli {
    /// No suggestions.
    pub(crate) fn nearest<'a>(_: &str, _: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        None
    }
}

#[allow(dead_code)]
#[path = "../../src/cli/config/read.rs"]
mod read;

#[allow(dead_code)]
#[path = "../../tests/support/oracle.rs"]
mod oracle;

use twicetold::Span;

/// Spans that ascend, are apart, hold something, and lie on characters of `text`.
fn assert_ascending(text: &str, spans: &[Span], what: &str) {
    let mut end = 0;
    for span in spans {
        let range = span.range();
        assert!(end <= range.start && range.start < range.end, "{what}: {span:?} after byte {end}");
        assert!(text.get(range.clone()).is_some(), "{what}: {span:?} is not in the text or cuts a character");
        end = range.end;
    }
}
