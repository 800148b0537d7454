//! The nodes of a page go in; their text as paragraphs comes out.
//!
//! White space is folded as browsers fold it. A block is a paragraph of its own, `<br>` a line end and two of them
//! the end of a paragraph, the cells of a table's row are one paragraph with tabs between, `<pre>` keeps its lines.

use std::ops::Range;

use super::{tags::Tag, tree::Tree};
use crate::{document::Layout, span::Span};

/// One paragraph of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paragraph {
    pub(super) span: Span,
    /// The piece of text it begins with.
    pub(super) node: u32,
    /// How many of its bytes are the text of links.
    pub(super) link_bytes: u32,
}

/// Text as paragraphs.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) paragraphs: Vec<Paragraph>,
    /// Where the open paragraph begins.
    start: Option<(usize, u32)>,
    link_bytes: usize,
    /// What stands between the last text and the next one, should there be more in this paragraph.
    space: bool,
    tab: bool,
    lines: usize,
}

impl Text {
    /// The text of the nodes of a range, but for those that are not shown or that `skip` says, with all in them.
    pub(super) fn of(tree: &Tree, range: Range<usize>, mut skip: impl FnMut(usize) -> bool) -> Self {
        let mut text = Self::default();
        // The open elements whose end means something.
        let mut open: Vec<(usize, Tag)> = Vec::new();
        let (mut links, mut verbatim) = (0_usize, 0_usize);
        let mut at = range.start;
        while let Some(node) = tree.node(at).filter(|_| at < range.end) {
            while let Some((_, tag)) = open.pop_if(|(end, _)| *end <= at) {
                match tag {
                    Tag::A => links -= 1,
                    tag => {
                        verbatim -= usize::from(tag == Tag::Pre);
                        text.finish();
                    }
                }
            }
            let end = node.end as usize;
            if node.hidden || node.tag.is_silent() || skip(at) {
                if !node.tag.is_inline() {
                    text.finish();
                }
                at = end.max(at + 1);
                continue;
            }
            match node.tag {
                Tag::Text if 0 < verbatim => text.verbatim(tree.text(node), at, 0 < links),
                Tag::Text => text.prose(tree.text(node), at, 0 < links),
                Tag::Br => text.line(),
                Tag::Td => text.cell(),
                Tag::A => {
                    links += 1;
                    open.push((end, Tag::A));
                }
                tag if tag.is_inline() => {}
                tag => {
                    text.finish();
                    verbatim += usize::from(tag == Tag::Pre);
                    open.push((end, tag));
                }
            }
            at += 1;
        }
        text.finish();
        text
    }

    /// Makes room for more text: what was put off until it is known that more comes.
    fn begin(&mut self, node: usize) {
        if 1 < self.lines {
            self.finish();
        }
        if self.start.is_none() {
            if !self.text.is_empty() {
                self.text.push_str("\n\n");
            }
            self.start = Some((self.text.len(), u32::try_from(node).unwrap_or(u32::MAX)));
        } else if self.lines == 1 {
            self.text.push('\n');
        } else if self.tab {
            self.text.push('\t');
        } else if self.space {
            self.text.push(' ');
        }
        (self.space, self.tab, self.lines) = (false, false, 0);
    }

    fn prose(&mut self, piece: &str, node: usize, link: bool) {
        for (at, words) in piece.split(is_folded).enumerate() {
            self.space |= 0 < at;
            // A paragraph does not begin with white space of any kind.
            let words = if self.start.is_none() { words.trim_start() } else { words };
            if !words.is_empty() {
                self.begin(node);
                self.text.push_str(words);
                self.link_bytes += if link { words.len() } else { 0 };
            }
        }
    }

    fn verbatim(&mut self, piece: &str, node: usize, link: bool) {
        let piece = if self.start.is_none() { piece.trim_start() } else { piece };
        if !piece.is_empty() {
            self.begin(node);
            self.text.push_str(piece);
            self.link_bytes += if link { piece.len() } else { 0 };
        }
    }

    fn line(&mut self) {
        if self.start.is_some() {
            self.lines += 1;
        }
    }

    /// Goes on to the next cell of a row. After one of several lines the table only lays out the page.
    fn cell(&mut self) {
        let open = self.start.and_then(|(start, _)| self.text.get(start..));
        if open.is_some_and(|open| open.contains('\n')) {
            self.finish();
        }
        self.tab = self.start.is_some();
    }

    /// Ends the open paragraph.
    fn finish(&mut self) {
        (self.space, self.tab, self.lines) = (false, false, 0);
        let link_bytes = std::mem::take(&mut self.link_bytes);
        let Some((start, node)) = self.start.take() else { return };
        let end = self.text.trim_end().len();
        self.text.truncate(end);
        if start < end {
            let link_bytes = u32::try_from(link_bytes).unwrap_or(u32::MAX);
            self.paragraphs.push(Paragraph { span: Span::from_range(start, end), node, link_bytes });
        }
    }

    /// The text and where its paragraphs lie.
    pub(super) fn layout(self) -> (String, Layout) {
        let paragraphs = self.paragraphs.iter().map(|paragraph| paragraph.span).collect();
        (self.text, Layout::Blocks { paragraphs, gaps: Vec::new() })
    }
}

/// White space that HTML folds; a space that does not break is text.
const fn is_folded(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}')
}
