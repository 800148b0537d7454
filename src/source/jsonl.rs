//! One line of JSONL goes in, its values or the reason why there is no article in it come out.

use super::{
    fields::Values,
    json::{Unusable, Wanted},
    sniff,
};
use crate::error::ProblemKind;

/// Reads the line that begins at byte `offset` of its file. `spare` holds strings that may be written into.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn record<'l>(
    line: &'l [u8],
    offset: u64,
    wanted: &Wanted,
    spare: &mut Vec<String>,
) -> Result<Values<'l>, (ProblemKind, String)> {
    let line = std::str::from_utf8(line)
        .map_err(|error| (ProblemKind::Encoding, sniff::not_utf8(offset + error.valid_up_to() as u64)))?;
    wanted.read_into(line, spare).map_err(|unusable| match unusable {
        Unusable::Malformed { column, what, .. } => {
            (ProblemKind::Malformed, format!("not a JSON record: {what} (column {column})"))
        }
        Unusable::NoText { what } => (ProblemKind::NoText, what),
    })
}

/// The message for something over the cap.
pub(super) fn too_large(what: &str, bytes: u64, cap: usize) -> String {
    format!("{what} of {bytes} bytes, over the limit of {cap}: raise --max-record-size to have it read")
}
