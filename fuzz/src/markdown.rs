//! Markdown keeps its text; blocks and gaps lie in it, in order; units and words keep to them.

use twicetold::{Document, Layout, source::Format, words};

use super::file::{documents, is_wide, read_as};

/// Any bytes.
pub fn check(data: &[u8]) {
    let (documents, _) = documents(read_as(data, Format::Markdown, 1 << 20));
    for document in documents {
        let data = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
        assert!(is_wide(data) || document.text == String::from_utf8_lossy(data));
        document_holds(&document);
    }
}

fn document_holds(document: &Document) {
    let text = &document.text;
    if let Layout::Blocks { paragraphs, gaps } = &document.layout {
        super::assert_ascending(text, paragraphs, "blocks");
        super::assert_ascending(text, gaps, "gaps");
        for word in words::words(text, gaps).spans {
            let cut = gaps.iter().find(|gap| gap.start < word.end && word.start < gap.end);
            assert!(cut.is_none(), "{word:?} is read from the gap {cut:?}");
        }
    }
    super::segment::units(document);
}
