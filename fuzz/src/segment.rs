//! Units hold all that is shown, cut no word, and do not depend on what stands around them.

use twicetold::{
    Document, Layout, Span,
    segment::{paragraphs, segment, sentences},
    words,
};

/// Plain text, and the same with its lines as known paragraphs.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let plain = Document { text, ..Document::default() };
    units(&plain);
    local(&plain.text);

    let mut at = 0;
    let mut blocks = Vec::new();
    for line in plain.text.split('\n') {
        if !line.is_empty() {
            blocks.push(Span::from_range(at, at + line.len()));
        }
        at += line.len() + 1;
    }
    // Every `<…>` is a gap, as markup would be.
    let mut gaps = Vec::new();
    let mut from = 0;
    while let Some(start) = plain.text[from..].find('<').map(|n| from + n) {
        let Some(end) = plain.text[start..].find('>').map(|n| start + n + 1) else { break };
        gaps.push(Span::from_range(start, end));
        from = end;
    }
    units(&Document { layout: Layout::Blocks { paragraphs: blocks, gaps }, ..plain });
}

/// What holds of the units of any document.
pub(crate) fn units(document: &Document) {
    let text = &document.text;
    let units = segment(document);
    super::assert_ascending(text, &units.paragraphs, "paragraphs");
    super::assert_ascending(text, &units.sentences, "sentences");
    for sentence in &units.sentences {
        let holders = units.paragraphs.iter().filter(|paragraph| paragraph.contains(*sentence)).count();
        assert_eq!(holders, 1, "{sentence:?} is in {holders} paragraphs of {text:?}");
    }
    let inside = |span: Span, list: &[Span]| {
        let at = list.partition_point(|unit| unit.end <= span.start);
        list.get(at).is_some_and(|unit| unit.contains(span))
    };
    if document.layout == Layout::Plain {
        for (start, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
            let span = Span::from_range(start, start + c.len_utf8());
            assert!(inside(span, &units.paragraphs), "{c:?} at {start} is in no paragraph of {text:?}");
            assert!(inside(span, &units.sentences), "{c:?} at {start} is in no sentence of {text:?}");
        }
        for span in words::words(text, &[]).spans {
            assert!(inside(span, &units.paragraphs), "{:?} is cut by a paragraph of {text:?}", span.of(text));
        }
    }
}

/// A paragraph has the sentences that it has alone.
fn local(text: &str) {
    for paragraph in paragraphs(text) {
        let alone = paragraph.of(text);
        for hard_wrapped in [false, true] {
            let moved: Vec<Span> = sentences(alone, Span::from_range(0, alone.len()), hard_wrapped)
                .into_iter()
                .map(|span| Span::new(span.start + paragraph.start, span.end + paragraph.start))
                .collect();
            assert_eq!(sentences(text, paragraph, hard_wrapped), moved, "{hard_wrapped} {text:?}");
        }
    }
}
