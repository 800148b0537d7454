//! One article as it stands in what was read: looked at without being copied, or made a [`Document`].

use super::{fields::Values, naming::FileName};
use crate::{document::Document, span::Span};

/// One article.
#[derive(Clone, Debug)]
pub struct Record<'r>(Kind<'r>);

#[derive(Clone, Debug)]
enum Kind<'r> {
    Document(&'r Document),
    Values { values: &'r Values<'r>, file: &'r FileName, record: u64 },
}

impl<'r> Record<'r> {
    pub(super) const fn whole(document: &'r Document) -> Self {
        Self(Kind::Document(document))
    }

    pub(super) const fn line(values: &'r Values<'r>, file: &'r FileName, record: u64) -> Self {
        Self(Kind::Values { values, file, record })
    }

    /// Its text.
    pub fn text(&self) -> &'r str {
        match self.0 {
            Kind::Document(document) => &document.text,
            Kind::Values { values, .. } => &values.text,
        }
    }

    /// The bytes of the text that are no prose.
    pub fn gaps(&self) -> &'r [Span] {
        match self.0 {
            Kind::Document(document) => document.layout.gaps(),
            Kind::Values { .. } => &[],
        }
    }

    /// Its date, where it has one.
    pub fn time(&self) -> Option<i64> {
        match self.0 {
            Kind::Document(document) => document.time,
            Kind::Values { values, .. } => values.time(),
        }
    }

    /// Its file, its number there and its date as it was written, where it has one.
    pub fn dated(&self) -> (&'r str, Option<u64>, Option<&'r str>) {
        match self.0 {
            Kind::Document(document) => (&document.path, document.record, document.date.as_deref()),
            Kind::Values { values, file, record } => (&file.path, Some(record), values.date.as_deref()),
        }
    }

    /// The article by itself.
    pub fn document(&self) -> Document {
        match self.0 {
            Kind::Document(document) => document.clone(),
            Kind::Values { values, file, record } => values.clone().document(file, record),
        }
    }
}
