//! HTML becomes whole paragraphs, as an article and as all its text; what is said of a page is one line.

use twicetold::{
    Document, Layout,
    source::{Format, HtmlText, Options},
};

use super::file::{documents, read};

/// Any bytes.
pub fn check(data: &[u8]) {
    for html in [HtmlText::Article, HtmlText::Text] {
        let options = Options { format: Format::Html, html, max_record_bytes: 1 << 20, ..Options::default() };
        let (documents, problems) = documents(read(data, "data", &options));
        let keeps_from = |kind: &str| !["no-article", "encoding", "guessed-encoding"].contains(&kind);
        assert_eq!(documents.is_empty(), problems.iter().any(|problem| keeps_from(problem.kind.name())));
        documents.iter().for_each(document_holds);
    }
}

fn document_holds(document: &Document) {
    let text = &document.text;
    let Layout::Blocks { paragraphs, gaps } = &document.layout else { panic!("a page has blocks") };
    assert!(gaps.is_empty() && !paragraphs.is_empty());
    super::assert_ascending(text, paragraphs, "paragraphs");
    // Nothing but the space between paragraphs lies outside of them.
    let parts: Vec<&str> = paragraphs.iter().map(|span| span.of(text)).collect();
    assert_eq!(parts.join("\n\n"), *text);
    assert!(parts.iter().all(|part| part.trim() == *part && !part.is_empty()));
    for said in [&document.title, &document.date, &document.source, &document.url].into_iter().flatten() {
        assert!(!said.is_empty() && !said.contains('\n'), "{said:?}");
    }
    super::segment::units(document);
}
