//! Which field of a record is its text, its id and so on: roles, their usual names, and what is
//! made of the values found.

use std::borrow::Cow;

use super::{Fields, naming::FileName};
use crate::{date, document::Document};

/// What a field can be to an article; the number is its place in [`Values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Text,
    Id,
    Title,
    Date,
    Source,
    Url,
}

impl Role {
    pub(super) const ALL: [Self; 6] =
        [Self::Text, Self::Id, Self::Title, Self::Date, Self::Source, Self::Url];

    /// The names looked for when the user gave none; the first one found wins.
    const fn usual(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["text", "body", "content", "article"],
            Self::Id => &["id", "_id", "guid", "_id.$oid"],
            Self::Title => &["title", "headline"],
            Self::Date => &[
                "date",
                "published",
                "pubDate",
                "published_at",
                "publishedAt",
                "date_published",
                "created_at",
            ],
            Self::Source => &["source", "publisher", "site", "source.name", "publisher.name"],
            Self::Url => &["url", "link"],
        }
    }

    fn given(self, fields: &Fields) -> Option<&str> {
        match self {
            Self::Text => fields.text.as_deref(),
            Self::Id => fields.id.as_deref(),
            Self::Title => fields.title.as_deref(),
            Self::Date => fields.date.as_deref(),
            Self::Source => fields.source.as_deref(),
            Self::Url => fields.url.as_deref(),
        }
    }

    /// The names that count for this role, best first.
    pub(super) fn names(self, fields: &Fields) -> Vec<String> {
        match self.given(fields) {
            Some(name) => vec![name.to_owned()],
            None => self.usual().iter().map(|&name| name.to_owned()).collect(),
        }
    }

    /// Whether a column's header is one of this role's names: exact when the user gave it, of any
    /// case when it is a usual one.
    pub(super) fn rank(self, fields: &Fields, column: &str) -> Option<usize> {
        match self.given(fields) {
            Some(name) => (name == column).then_some(0),
            None => self.usual().iter().position(|name| name.eq_ignore_ascii_case(column)),
        }
    }
}

/// A record's values by role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Values<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) title: Option<Cow<'a, str>>,
    pub(super) date: Option<Cow<'a, str>>,
    pub(super) source: Option<Cow<'a, str>>,
    pub(super) url: Option<Cow<'a, str>>,
}

impl Values<'_> {
    /// Gives the strings back, to be written into again.
    pub(super) fn recycle(self, spare: &mut Vec<String>) {
        let Values { text, id, title, date, source, url } = self;
        for value in [Some(text), id, title, date, source, url].into_iter().flatten() {
            if let Cow::Owned(mut string) = value
                && string.capacity() <= LARGEST_SPARE
                && spare.len() < SPARES
            {
                string.clear();
                spare.push(string);
            }
        }
    }

    /// The date of the article, in seconds since 1970, where it can be read as one.
    pub(super) fn time(&self) -> Option<i64> {
        self.date.as_deref().filter(|date| !date.trim().is_empty()).and_then(date::seconds)
    }

    /// The article of record `record`; empty values count as absent.
    pub(super) fn document(self, file: &FileName, record: u64) -> Document {
        let some =
            |value: Option<Cow<'_, str>>| value.filter(|value| !value.trim().is_empty()).map(Cow::into_owned);
        let date = some(self.date);
        Document {
            title: some(self.title),
            time: date.as_deref().and_then(date::seconds),
            date,
            source: some(self.source),
            url: some(self.url),
            text: self.text.into_owned(),
            ..file.document(Some(record), some(self.id))
        }
    }
}

/// Longer strings are not kept for later.
const LARGEST_SPARE: usize = 1 << 20;
/// No more strings than these are.
const SPARES: usize = 8;

/// The message for a record without text: what was looked for and what there is.
pub(super) fn no_text<'a>(wanted: &[String], present: impl IntoIterator<Item = &'a str>) -> String {
    let wanted: Vec<String> = wanted.iter().map(|name| quoted(name)).collect();
    let mut present = present.into_iter();
    let some: Vec<String> = present.by_ref().take(SHOWN_FIELDS).map(quoted).collect();
    let more = present.count();
    let mut message = format!("no text: looked for {}; ", wanted.join(", "));
    if some.is_empty() {
        message.push_str("there are no fields");
    } else {
        message.push_str("the fields are ");
        message.push_str(&some.join(", "));
        if 0 < more {
            message.push_str(&format!(" and {more} more"));
        }
        message.push_str("; name the right one with --field text=NAME");
    }
    message
}

/// How many field names a message lists.
const SHOWN_FIELDS: usize = 12;

/// A name from the input inside a message: short, on one line, in backticks.
pub(super) fn quoted(name: &str) -> String {
    const LONGEST: usize = 40;
    let mut short: String = name.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if LONGEST < name.chars().take(LONGEST + 1).count() {
        short.push('…');
    }
    format!("`{short}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_name_replaces_the_usual_ones() {
        let fields = Fields { text: Some("story".to_owned()), ..Fields::default() };
        assert_eq!(Role::Text.rank(&fields, "story"), Some(0));
        assert_eq!(Role::Text.rank(&fields, "Story"), None);
        assert_eq!(Role::Text.rank(&fields, "text"), None);
        assert_eq!(Role::Title.rank(&fields, "Headline"), Some(1));
    }

    #[test]
    fn messages_stay_short_and_on_one_line() {
        let long = "x".repeat(1000);
        let names: Vec<&str> = std::iter::repeat_n(long.as_str(), 100).chain(["a\nb"]).collect();
        let message = no_text(&["text".to_owned()], names);
        assert!(message.len() < 1000, "{}", message.len());
        assert!(message.contains("and 89 more"), "{message}");
        assert_eq!(quoted("a\nb"), "`a\\nb`");
    }
}
