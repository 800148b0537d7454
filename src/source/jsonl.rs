//! One line of JSONL goes in, one article or the reason why there is none comes out.

use super::{
    json::{Unusable, Wanted},
    naming::FileName,
    sniff,
};
use crate::{document::Document, error::ProblemKind};

/// Reads the line that begins at byte `offset` of its file and holds record `record`.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn record(
    line: &[u8],
    offset: u64,
    record: u64,
    file: &FileName,
    wanted: &Wanted,
) -> Result<Document, (ProblemKind, String)> {
    if let Some(at) = sniff::invalid_at(line) {
        return Err((ProblemKind::Encoding, sniff::not_utf8(offset + at as u64)));
    }
    let line = std::str::from_utf8(line).unwrap_or_default();
    match wanted.read(line) {
        Ok(values) => Ok(values.document(file, record)),
        Err(Unusable::Malformed { column, what, .. }) => {
            Err((ProblemKind::Malformed, format!("not a JSON record: {what} (column {column})")))
        }
        Err(Unusable::NoText { what }) => Err((ProblemKind::NoText, what)),
    }
}

/// The message for something over the cap.
pub(super) fn too_large(what: &str, bytes: u64, cap: usize) -> String {
    format!("{what} of {bytes} bytes, over the limit of {cap}: raise --max-record-size to have it read")
}
