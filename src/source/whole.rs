//! A file that is one article: all of it is read, up to the cap.

use std::io::Read;

use super::{Format, Item, jsonl::too_large, markdown, naming::FileName, sniff, unpack};
use crate::{
    document::{Document, Layout},
    error::{Problem, ProblemKind},
};

/// Reads the rest of a file as one article.
///
/// `offset` is how many bytes of the file came before (its byte order mark), `size_hint_bytes`
/// what the file system says it holds.
pub(super) fn read(
    reader: impl Read,
    offset: u64,
    size_hint_bytes: u64,
    file: &FileName,
    format: Format,
    cap: usize,
) -> Item {
    match text(reader, offset, size_hint_bytes, file, cap) {
        Ok(text) => {
            let layout =
                if format == Format::Markdown { markdown::layout(&text) } else { Some(Layout::Plain) };
            match layout {
                Some(layout) => Item::Document(Document { text, layout, ..file.document(None, None) }),
                None => Item::Problem(file.problem(ProblemKind::TooLarge, too_many_marks())),
            }
        }
        Err(problem) => Item::Problem(problem),
    }
}

fn too_many_marks() -> String {
    format!(
        "it has more than {} marks and line ends, too many for Markdown: read it with --input-format text",
        markdown::MOST_MARKS
    )
}

fn text(
    reader: impl Read,
    offset: u64,
    size_hint_bytes: u64,
    file: &FileName,
    cap: usize,
) -> Result<String, Problem> {
    let over = |bytes| file.problem(ProblemKind::TooLarge, too_large("a file", bytes, cap));
    if cap as u64 + offset < size_hint_bytes {
        return Err(over(size_hint_bytes));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size_hint_bytes).unwrap_or(0).min(cap) + 1);
    if let Err(error) = reader.take(cap as u64 + 1).read_to_end(&mut bytes) {
        return Err(file.problem(unpack::kind(&error), format!("reading stopped: {error}")));
    }
    if cap < bytes.len() {
        return Err(file.problem(
            ProblemKind::TooLarge,
            format!("it goes on past the limit of {cap} bytes: raise --max-record-size to have it read"),
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..at).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
        file.problem_at(ProblemKind::Encoding, None, Some(line), sniff::not_utf8(offset + at as u64))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn kind(bytes: &[u8], cap: usize) -> Option<(ProblemKind, Option<u64>)> {
        let size = bytes.len() as u64;
        match read(bytes, 0, size, &FileName::default(), Format::Text, cap) {
            Item::Document(_) => None,
            Item::Problem(problem) => Some((problem.kind, problem.line)),
        }
    }

    #[test]
    fn the_cap_is_the_last_size_read() {
        assert_eq!(kind(b"12345", 5), None);
        assert_eq!(kind(b"12345", 4), Some((ProblemKind::TooLarge, None)));
        // A size that the file system does not know is counted.
        let grown = read(&b"12345"[..], 0, 0, &FileName::default(), Format::Text, 4);
        assert!(matches!(grown, Item::Problem(p) if p.kind == ProblemKind::TooLarge));
    }

    #[test]
    fn markdown_that_is_all_markup_is_refused_and_can_be_read_as_text() {
        let text = "[".repeat(markdown::MOST_MARKS);
        let read = |text: &str, format| {
            let size = text.len() as u64;
            read(text.as_bytes(), 0, size, &FileName::default(), format, 16 << 20)
        };
        assert!(matches!(read(&text, Format::Markdown), Item::Document(_)));
        let text = text + "\n";
        let Item::Problem(problem) = read(&text, Format::Markdown) else { unreachable!() };
        assert_eq!(problem.kind, ProblemKind::TooLarge);
        assert!(problem.message.contains("--input-format text"));
        assert!(matches!(read(&text, Format::Text), Item::Document(_)));
    }

    #[test]
    fn a_bad_byte_is_told_with_its_line() {
        assert_eq!(kind(b"one\ntwo \xFF", 100), Some((ProblemKind::Encoding, Some(2))));
    }
}
