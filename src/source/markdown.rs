//! Markdown text goes in; its paragraphs and the bytes that are no prose come out.
//!
//! The text itself stays as it is, so that positions are those of the file. Prose is what a reader
//! sees as running text: paragraphs, headings, list items, quotes, footnotes, inline code and the
//! text of links. Everything else that is not white space is a gap: markup, link targets, images,
//! code blocks, tables, HTML, front matter, link definitions, and characters written as entities
//! (their source is not what is read).

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use crate::{document::Layout, span::Span};

/// The most bytes that may be markup in a text that is read as Markdown. The parser keeps up to 140 bytes
/// for each; of prose every 15th byte or so is one, so that the limit on files comes first.
pub(super) const MOST_MARKS: usize = 1 << 20;

/// Finds the layout of a Markdown text; none when it holds more than [`MOST_MARKS`]. Time is close to linear
/// in its length.
pub(super) fn layout(text: &str) -> Option<Layout> {
    let marks = text.bytes().filter(|byte| byte.is_ascii_punctuation() || *byte == b'\n').count();
    (marks <= MOST_MARKS).then(|| parse(text))
}

fn parse(text: &str) -> Layout {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut blocks = Blocks::new(text);
    // How many elements we are in whose text is no prose.
    let mut silent = 0_usize;
    // Links do not nest, so one flag tells whether the link we are in is a bare address.
    let mut address = false;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if !is_inline(&tag) {
                    blocks.finish();
                }
                silent += usize::from(is_silent(&tag));
                if let Tag::Link { link_type, .. } = tag {
                    address = matches!(link_type, LinkType::Autolink | LinkType::Email);
                }
            }
            Event::End(tag) => {
                address &= tag != TagEnd::Link;
                if is_silent_end(tag) {
                    silent = silent.saturating_sub(1);
                }
                if !is_inline_end(tag) {
                    blocks.finish();
                }
            }
            // An entity is shown as a character but stands as its name: no prose.
            Event::Text(shown) if silent == 0 && !address && text.get(range.clone()) == Some(&*shown) => {
                blocks.prose(range);
            }
            Event::Code(_) if silent == 0 => blocks.prose(inside_ticks(text, range)),
            Event::Rule | Event::Html(_) => blocks.finish(),
            _ => {}
        }
    }
    blocks.layout()
}

/// Collects prose into paragraphs, and what lies between into gaps.
struct Blocks<'t> {
    text: &'t str,
    paragraphs: Vec<Span>,
    gaps: Vec<Span>,
    /// The paragraph being collected.
    open: Option<Range<usize>>,
    /// The end of the last prose.
    end: usize,
}

impl<'t> Blocks<'t> {
    const fn new(text: &'t str) -> Self {
        Self { text, paragraphs: Vec::new(), gaps: Vec::new(), open: None, end: 0 }
    }

    fn prose(&mut self, range: Range<usize>) {
        // Events come in the order of the text; a piece that does not is left to be a gap.
        let Some(piece) = self.text.get(range.clone()).filter(|_| self.end <= range.start) else { return };
        let start = range.start + (piece.len() - piece.trim_start().len());
        let end = start + piece.trim().len();
        if start < end {
            self.gap(start);
            self.open = Some(self.open.as_ref().map_or(start, |open| open.start)..end);
            self.end = end;
        }
    }

    /// Takes what lies between the last prose and `until` as a gap, without the white space around.
    fn gap(&mut self, until: usize) {
        let between = self.text.get(self.end..until).unwrap_or_default();
        let start = self.end + (between.len() - between.trim_start().len());
        let end = start + between.trim().len();
        if start < end {
            self.gaps.push(Span::from_range(start, end));
        }
    }

    fn finish(&mut self) {
        if let Some(open) = self.open.take() {
            self.paragraphs.push(Span::from_range(open.start, open.end));
        }
    }

    fn layout(mut self) -> Layout {
        self.finish();
        self.gap(self.text.len());
        Layout::Blocks { paragraphs: self.paragraphs, gaps: self.gaps }
    }
}

fn inside_ticks(text: &str, range: Range<usize>) -> Range<usize> {
    let code = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (code.len() - code.trim_start_matches('`').len());
    start..start + code.trim_matches('`').len()
}

const fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

const fn is_inline_end(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

const fn is_silent(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::CodeBlock(_) | Tag::Table(_) | Tag::HtmlBlock | Tag::MetadataBlock(_) | Tag::Image { .. }
    )
}

const fn is_silent_end(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::CodeBlock | TagEnd::Table | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) | TagEnd::Image
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use proptest::prelude::*;

    use super::*;

    fn parts(text: &str) -> (Vec<&str>, Vec<&str>) {
        let Layout::Blocks { paragraphs, gaps } = parse(text) else { unreachable!() };
        (paragraphs.iter().map(|s| s.of(text)).collect(), gaps.iter().map(|s| s.of(text)).collect())
    }

    #[test]
    fn blocks_of_prose_are_paragraphs() {
        let (paragraphs, gaps) = parts(
            "# A head\n\nFirst line\nsecond line.\n\n> quoted\n> twice\n\n* item one\n* item two\n  - below\n\n1. tight\n",
        );
        assert_eq!(
            paragraphs,
            [
                "A head",
                "First line\nsecond line.",
                "quoted\n> twice",
                "item one",
                "item two",
                "below",
                "tight"
            ]
        );
        assert_eq!(gaps, ["#", ">", ">", "*", "*", "-", "1."]);
    }

    #[test]
    fn markup_and_targets_are_gaps() {
        let (paragraphs, gaps) = parts(
            "See **the [long *report*](https://example.org/x)** and `code`, not ![alt](i.png) &amp; <b>\\*</b>.\n",
        );
        assert_eq!(paragraphs.len(), 1);
        assert_eq!(
            gaps,
            ["**", "[", "*", "*](https://example.org/x)**", "`", "`", "![alt](i.png) &amp; <b>\\", "</b>"]
        );
        assert_eq!(parts("<https://example.org>\n"), (vec![], vec!["<https://example.org>"]));
    }

    #[test]
    fn what_is_no_prose_is_one_gap() {
        for text in [
            "---\ntitle: x\n---\n",
            "+++\ntitle = 1\n+++\n",
            "```rust\nlet words = 1;\n```\n",
            "    indented code\n",
            "<div>\n<p>html words</p>\n</div>\n",
            "| a | b |\n|---|---|\n| c | d |\n",
            "[name]: https://example.org \"title\"\n",
            "![alt words](i.png)\n",
        ] {
            let whole: String = parts(text).1.concat();
            assert_eq!((parts(text).0.len(), whole.as_str()), (0, text.trim()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn prose_and_gaps_cover_the_text_in_order(text in "[a-c #>*_`~|&;<!/\\\\\\[\\]().:+é\n\t-]{0,80}") {
            let Layout::Blocks { paragraphs, gaps } = parse(&text) else { unreachable!() };
            for list in [&paragraphs, &gaps] {
                prop_assert!(list.iter().all(|s| !s.of(&text).is_empty()));
                prop_assert!(list.windows(2).all(|w| w[0].end <= w[1].start));
            }
            for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
                let here = Span::from_range(at, at + c.len_utf8());
                let within = |list: &[Span]| list.iter().any(|s| s.contains(here));
                prop_assert!(within(&paragraphs) || within(&gaps), "{at} {c:?}");
            }
        }
    }
}
