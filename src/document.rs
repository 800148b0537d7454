//! One article: its text, where it came from, and what its source said about it.

use crate::span::Span;

/// One article, decoded. Positions everywhere else are bytes of [`text`](Self::text).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The record's own id, else its path (with `#record` where a file has several).
    pub name: String,
    /// The file as reports name it: relative, `/` between parts, the same wherever the corpus lies.
    pub path: String,
    /// The file as the user can open it from here; only the human report prints it.
    pub shown: String,
    /// Which record of a file of several, from 1; none for a file that is one article.
    pub record: Option<u64>,
    /// The article's title, where the source has one.
    pub title: Option<String>,
    /// Its date, as the source writes it.
    pub date: Option<String>,
    /// The same as seconds since 1970, where it could be read as a date.
    pub time: Option<i64>,
    /// Who published it.
    pub source: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// The text, UTF-8.
    pub text: String,
    /// How the text is laid out.
    pub layout: Layout,
    /// Whether the text itself is not known: an archive kept none of it, and [`text`](Self::text) is a stand-in, with the same
    /// bytes, lines and columns and nothing to be quoted.
    pub withheld: bool,
}

impl Document {
    /// The text, where it is known: what may be shown and compared character by character.
    pub fn known_text(&self) -> Option<&str> {
        (!self.withheld).then_some(self.text.as_str())
    }
}

/// What a source knows about the shape of a text before it is segmented.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Nothing: paragraphs are found from blank lines and line lengths.
    #[default]
    Plain,
    /// The paragraphs are known, and some bytes are not prose (markup, code, link targets).
    Blocks {
        /// The prose blocks, ascending, apart from each other.
        paragraphs: Vec<Span>,
        /// The bytes that are no prose, ascending, apart; words are not read from them.
        gaps: Vec<Span>,
    },
}

impl Layout {
    /// The bytes that are no prose.
    pub fn gaps(&self) -> &[Span] {
        match self {
            Self::Plain => &[],
            Self::Blocks { gaps, .. } => gaps,
        }
    }
}
