//! The four sizes of text that are compared, and small maps keyed by them.

use std::fmt;

/// A size of text, largest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One article.
    Document,
    /// A paragraph of one.
    Paragraph,
    /// A sentence of one.
    Sentence,
    /// A repeated span found by alignment, wherever it begins and ends.
    Passage,
}

impl Level {
    /// Every level, largest first.
    pub const ALL: [Self; 4] = [Self::Document, Self::Paragraph, Self::Sentence, Self::Passage];
    /// The levels that are cut by segmentation rather than found by alignment.
    pub const UNITS: [Self; 3] = [Self::Document, Self::Paragraph, Self::Sentence];

    /// The name in flags, configuration and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Paragraph => "paragraph",
            Self::Sentence => "sentence",
            Self::Passage => "passage",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    ///
    /// A sentence that lists the names there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|level| level.name() == text)
            .ok_or_else(|| format!("`{text}` is not a level: document, paragraph, sentence or passage"))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One value a level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PerLevel<T> {
    /// For [`Level::Document`].
    pub document: T,
    /// For [`Level::Paragraph`].
    pub paragraph: T,
    /// For [`Level::Sentence`].
    pub sentence: T,
    /// For [`Level::Passage`].
    pub passage: T,
}

impl<T> PerLevel<T> {
    /// The value of one level.
    pub const fn get(&self, level: Level) -> &T {
        match level {
            Level::Document => &self.document,
            Level::Paragraph => &self.paragraph,
            Level::Sentence => &self.sentence,
            Level::Passage => &self.passage,
        }
    }

    /// The value of one level, to change it.
    pub const fn get_mut(&mut self, level: Level) -> &mut T {
        match level {
            Level::Document => &mut self.document,
            Level::Paragraph => &mut self.paragraph,
            Level::Sentence => &mut self.sentence,
            Level::Passage => &mut self.passage,
        }
    }
}

impl<T: Clone> PerLevel<T> {
    /// The same value for every level.
    pub fn all(value: T) -> Self {
        Self { document: value.clone(), paragraph: value.clone(), sentence: value.clone(), passage: value }
    }
}
