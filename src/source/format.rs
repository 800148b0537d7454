//! The name and the first bytes of a file go in; the format to read it as comes out.
//!
//! Content speaks first where it cannot be mistaken (a first line that is a JSON record with a
//! text), then the extension, then weaker signs in the content; what is left is plain text.

use std::path::Path;

use super::{
    Fields, array,
    csv::sniff_header,
    feed, html,
    json::{Unusable, Wanted},
};

pub use crate::settings::InputFormat as Format;

/// What settled a file's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// The user said so.
    Flag,
    /// What stands in the file.
    Content,
    /// The file's extension.
    Extension,
    /// Nothing: it is text, so it is read as text.
    Default,
}

impl Decided {
    /// The word reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Content => "content",
            Self::Extension => "extension",
            Self::Default => "default",
        }
    }
}

/// Settles the format of one file; never [`Format::Auto`].
///
/// `head` is the file's beginning without a byte order mark, `whole` whether that is all of it.
pub(super) fn settle(
    given: Format,
    path: Option<&Path>,
    head: &[u8],
    whole: bool,
    wanted: &Wanted,
    fields: &Fields,
) -> (Format, Decided) {
    if given != Format::Auto {
        return (given, Decided::Flag);
    }
    let extension = path.and_then(Path::extension).map(std::ffi::OsStr::to_ascii_lowercase);
    let extension = extension.as_deref().and_then(|e| e.to_str()).unwrap_or_default();
    let known = match extension {
        "md" | "markdown" => Some(Format::Markdown),
        "html" | "htm" | "xhtml" | "shtml" => Some(Format::Html),
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        "csv" | "tsv" => Some(Format::Csv),
        "txt" | "text" => Some(Format::Text),
        _ => None,
    };
    if feed::begins(head) {
        return (Format::Feed, Decided::Content);
    }
    if begins_list(head) {
        return (Format::Json, Decided::Content);
    }
    if known == Some(Format::Jsonl) {
        return (Format::Jsonl, Decided::Extension);
    }
    if array::is_wrapper(head, wanted) {
        return (Format::Json, Decided::Content);
    }
    if first_line_is_record(head, whole, wanted) {
        return (Format::Jsonl, Decided::Content);
    }
    if html::is_page(head) {
        return (Format::Html, Decided::Content);
    }
    if begins_object(head) {
        return (Format::Json, Decided::Content);
    }
    if let Some(format) = known {
        return (format, Decided::Extension);
    }
    if extension == "json" && two_objects(head) {
        return (Format::Jsonl, Decided::Content);
    }
    if extension == "json" {
        return (Format::Json, Decided::Extension);
    }
    // A table without a name to go by: only a header that names a text column gives it away.
    if extension.is_empty() && sniff_header(head, fields).names_text {
        return (Format::Csv, Decided::Content);
    }
    (Format::Text, Decided::Default)
}

/// Whether the first line that is not blank is a JSON object with a text; of a line that is longer
/// than the head, whether it is one so far.
fn first_line_is_record(head: &[u8], whole: bool, wanted: &Wanted) -> bool {
    let Some((line, ended)) = objects(head).next() else { return false };
    match wanted.read(&text_of(line)) {
        Ok(_) => true,
        Err(Unusable::Malformed { cut_short, .. }) => !ended && !whole && cut_short && 2 < line.len(),
        Err(Unusable::NoText { .. }) => false,
    }
}

/// Whether an array of objects begins here.
fn begins_list(head: &[u8]) -> bool {
    let inner = head.trim_ascii_start().strip_prefix(b"[").unwrap_or_default();
    let inner = inner.trim_ascii_start().strip_prefix(b"{").unwrap_or_default();
    inner.trim_ascii_start().starts_with(b"\"")
}

/// Whether an object over several lines begins here: a key and a colon stand on its second line.
fn begins_object(head: &[u8]) -> bool {
    let mut lines = head.trim_ascii_start().split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    let (first, second) = (lines.next(), lines.find(|line| !line.is_empty()));
    let key = second.and_then(|line| line.strip_prefix(b"\"")).unwrap_or_default();
    let end = memchr::memchr(b'"', key).and_then(|end| key.get(end + 1..)).unwrap_or_default();
    first == Some(b"{") && end.trim_ascii_start().starts_with(b":")
}

/// Whether the first two lines are objects, the first a whole one.
fn two_objects(head: &[u8]) -> bool {
    let mut lines = objects(head);
    let first = lines
        .next()
        .is_some_and(|(line, ended)| ended && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok());
    first && lines.next().is_some()
}

/// The leading lines of the head that begin with `{`, blank ones left out, each with whether its
/// end is in the head.
fn objects(head: &[u8]) -> impl Iterator<Item = (&[u8], bool)> {
    head.split_inclusive(|&b| b == b'\n')
        .map(|line| (line.trim_ascii(), line.ends_with(b"\n")))
        .filter(|(line, _)| !line.is_empty())
        .take_while(|(line, _)| line.starts_with(b"{"))
}

/// The valid start of a line: the head may end within a character.
fn text_of(line: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(text) => text.into(),
        Err(error) => {
            String::from_utf8_lossy(line.get(..error.valid_up_to()).unwrap_or_default()).into_owned().into()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn decide(path: &str, head: &str) -> (Format, Decided) {
        let fields = Fields::default();
        let path = (!path.is_empty()).then_some(Path::new(path));
        settle(Format::Auto, path, head.as_bytes(), false, &Wanted::new(&fields), &fields)
    }

    #[test]
    fn names_decide_where_content_is_silent() {
        assert_eq!(decide("a.MD", "words"), (Format::Markdown, Decided::Extension));
        assert_eq!(decide("a.tsv", "words"), (Format::Csv, Decided::Extension));
        assert_eq!(decide("a.ndjson", "words"), (Format::Jsonl, Decided::Extension));
        assert_eq!(decide("a.txt", "words"), (Format::Text, Decided::Extension));
        assert_eq!(decide("a.xyz", "words"), (Format::Text, Decided::Default));
        assert_eq!(decide("", ""), (Format::Text, Decided::Default));
    }

    #[test]
    fn a_first_line_with_a_text_is_a_record() {
        let record = "\n {\"text\":\"words\"}\nwhat follows may be broken";
        assert_eq!(decide("a.txt", record), (Format::Jsonl, Decided::Content));
        assert_eq!(decide("", record), (Format::Jsonl, Decided::Content));
        assert_eq!(decide("", "{\"title\":\"x\", \"text\":\"an article longer than the he").0, Format::Jsonl);
        assert_eq!(decide("a.txt", "{\"x\":1}\n{\"x\":2}").0, Format::Text);
        assert_eq!(decide("a.txt", "{curly} prose").0, Format::Text);
        assert_eq!(decide("a.txt", "{").0, Format::Text);
    }

    #[test]
    fn a_page_says_so_in_its_first_words() {
        let page = "\n<!-- saved -->\n<!DocType HTML><title>x</title>";
        assert_eq!(decide("a.txt", page), (Format::Html, Decided::Content));
        assert_eq!(decide("", "<?xml version='1.0'?>\n<html xmlns='x'>"), (Format::Html, Decided::Content));
        assert_eq!(decide("", "<html>"), (Format::Html, Decided::Content));
        assert_eq!(decide("", "<html"), (Format::Text, Decided::Default));
        assert_eq!(decide("", "<htmlx>"), (Format::Text, Decided::Default));
        assert_eq!(decide("", "<!-- never ended <html>"), (Format::Text, Decided::Default));
        assert_eq!(decide("", "The tag <html> begins a page."), (Format::Text, Decided::Default));
        assert_eq!(decide("a.HTM", "<p>a piece"), (Format::Html, Decided::Extension));
        assert_eq!(decide("a.txt", "<p>a piece"), (Format::Text, Decided::Extension));
    }

    #[test]
    fn json_is_lines_when_its_second_line_is_an_object_too() {
        assert_eq!(decide("a.json", "{\"x\":1}\n{\"x\":2}").0, Format::Jsonl);
        assert_eq!(decide("a.json", "[1]"), (Format::Json, Decided::Extension));
        assert_eq!(decide("a", "[1]").0, Format::Text);
    }

    #[test]
    fn json_that_is_not_lines_is_known_by_its_beginning() {
        for name in ["a.json", "a.txt", "", "a.jsonl"] {
            assert_eq!(decide(name, "\n[ {\"text\":1}]"), (Format::Json, Decided::Content), "{name}");
        }
        assert_eq!(decide("", "{\n  \"x\": 1\n}\n"), (Format::Json, Decided::Content));
        for wrapper in ["{\"n\":[1],\"list\":[{\"text\":\"cut sh", "{\"list\":[{\"text\":\"whole\"}]}"] {
            assert_eq!(decide("", wrapper), (Format::Json, Decided::Content), "{wrapper}");
        }
        assert_eq!(decide("", "{\"by\":[{\"name\":\"a\"}],\"text\":\"cut sh").0, Format::Jsonl);
        assert_eq!(decide("", "{\"text\":\"t\",\"list\":[{\"x\":\"cut sh").0, Format::Jsonl);
        assert_eq!(decide("a.md", "[{x}] is no JSON").0, Format::Markdown);
        assert_eq!(decide("a.md", "{\n\"so\" he said\n").0, Format::Markdown);
    }

    #[test]
    fn a_nameless_table_is_known_by_its_header() {
        assert_eq!(decide("", "id,title,text\n1,a,b\n"), (Format::Csv, Decided::Content));
        assert_eq!(decide("a.txt", "id,title,text\n1,a,b\n").0, Format::Text);
        assert_eq!(decide("", "First, the text of it.\n").0, Format::Text);
    }
}
