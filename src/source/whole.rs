//! A file that is one article: all of it is read, up to the cap.

use std::io::Read;

use super::{Format, HtmlText, Item, html, jsonl::too_large, markdown, naming::FileName, unpack};
use crate::{
    document::{Document, Layout},
    error::{Problem, ProblemKind},
};

/// Makes an article of a whole text. Beside it may stand a problem that does not keep it from being read.
pub(super) fn item(text: String, file: &FileName, format: Format, html: HtmlText) -> (Item, Option<Problem>) {
    let layout = match format {
        Format::Html => return html::document(&text, file, html),
        Format::Markdown => markdown::layout(&text),
        _ => Some(Layout::Plain),
    };
    let item = match layout {
        Some(layout) => Item::Document(Document { text, layout, ..file.document(None, None) }),
        None => Item::Problem(file.problem(ProblemKind::TooLarge, too_many_marks())),
    };
    (item, None)
}

fn too_many_marks() -> String {
    format!(
        "it has more than {} marks and line ends, too many for Markdown: read it with --input-format text",
        markdown::MOST_MARKS
    )
}

/// Reads the rest of a file.
///
/// `offset` is how many bytes of the file came before (its byte order mark), `size_hint_bytes`
/// what the file system says it holds.
pub(super) fn bytes(
    reader: impl Read,
    offset: u64,
    size_hint_bytes: u64,
    file: &FileName,
    cap: usize,
) -> Result<Vec<u8>, Problem> {
    if cap as u64 + offset < size_hint_bytes {
        return Err(file.problem(ProblemKind::TooLarge, too_large("a file", size_hint_bytes, cap)));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size_hint_bytes).unwrap_or(0).min(cap) + 1);
    if let Err(error) = reader.take(cap as u64 + 1).read_to_end(&mut bytes) {
        return Err(file.problem(unpack::kind(&error), format!("reading stopped: {error}")));
    }
    if cap < bytes.len() { Err(goes_on(file, cap)) } else { Ok(bytes) }
}

/// The problem with a text that is over the cap by nobody knows how much.
pub(super) fn goes_on(file: &FileName, cap: usize) -> Problem {
    let message =
        format!("it goes on past the limit of {cap} bytes: raise --max-record-size to have it read");
    file.problem(ProblemKind::TooLarge, message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn the_cap_is_the_last_size_read() {
        let kind = |bytes: &[u8], told, cap| {
            super::bytes(bytes, 0, told, &FileName::default(), cap).map_err(|problem| problem.kind)
        };
        assert_eq!(kind(b"12345", 5, 5), Ok(b"12345".to_vec()));
        assert_eq!(kind(b"12345", 5, 4), Err(ProblemKind::TooLarge));
        // A size that the file system does not know is counted.
        assert_eq!(kind(b"12345", 0, 4), Err(ProblemKind::TooLarge));
    }

    #[test]
    fn markdown_that_is_all_markup_is_refused_and_can_be_read_as_text() {
        let text = "[".repeat(markdown::MOST_MARKS);
        let read =
            |text: &str, format| item(text.to_owned(), &FileName::default(), format, HtmlText::Article).0;
        assert!(matches!(read(&text, Format::Markdown), Item::Document(_)));
        let text = text + "\n";
        let Item::Problem(problem) = read(&text, Format::Markdown) else { unreachable!() };
        assert_eq!(problem.kind, ProblemKind::TooLarge);
        assert!(problem.message.contains("--input-format text"));
        assert!(matches!(read(&text, Format::Text), Item::Document(_)));
    }
}
