//! Rows that somebody else has read go in, articles or problems come out: as files that held the same would give them.
//!
//! For tables and records that a program has at hand. Columns are found by their names as those of CSV and Parquet are, and a
//! row is one of Parquet; a record in JSON is a line of JSON lines. What stands in for the file's name is the caller's choice.

use std::sync::Arc;

use super::{
    Fields, Files, HtmlText, Item, Options, Raw,
    fields::{self, Role, Values},
    json::Wanted,
    jsonl::{self, too_large},
    naming::FileName,
};
use crate::error::{Error, Problem, ProblemKind};

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'c> {
    /// None.
    Null,
    /// A text.
    Text(&'c str),
    /// Bytes that should be one.
    Bytes(&'c [u8]),
    /// A whole number.
    Whole(i128),
    /// A moment, in nanoseconds since 1970.
    Moment(i128),
    /// A day, counted from the first of 1970.
    Day(i64),
    /// Something that is no text, number or date.
    Other,
}

impl Cell<'_> {
    /// The value as text; none for what is none.
    pub(super) fn printed(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.to_owned()),
            Self::Bytes(bytes) => String::from_utf8(bytes.to_vec()).ok(),
            Self::Whole(number) => Some(number.to_string()),
            Self::Moment(nanos) => Some(jiff::Timestamp::from_nanosecond(nanos).ok()?.to_string()),
            Self::Day(days) => {
                let days = jiff::Span::new().try_days(days).ok()?;
                Some(jiff::civil::Date::new(1970, 1, 1).ok()?.checked_add(days).ok()?.to_string())
            }
            Self::Null | Self::Other => None,
        }
    }
}

/// For each role its cell, or none where there is no such column: text, id, title, date, source, url.
pub type Cells<'c> = [Option<Cell<'c>>; 6];

/// For each role, in the order of [`Cells`], where its column stands.
pub type Columns = [Option<usize>; 6];

/// Makes articles of rows, in order.
#[derive(Debug)]
pub struct Given {
    file: FileName,
    fields: Fields,
    wanted: Wanted,
    cap: usize,
    record: u64,
}

impl Given {
    /// Rows of something that reports are to call `name`.
    pub fn new(name: &str, options: &Options) -> Self {
        Self {
            file: FileName { path: name.to_owned(), shown: name.to_owned() },
            fields: options.fields.clone(),
            wanted: Wanted::new(&options.fields),
            cap: usize::try_from(options.max_record_bytes).unwrap_or(usize::MAX),
            record: 0,
        }
    }

    /// The columns of a table with these names; one inside a group is `group.column`.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when none of them is the text.
    pub fn columns<'n>(&self, names: impl Iterator<Item = &'n str> + Clone) -> Result<Columns, Error> {
        let columns = Role::ALL.map(|role| {
            let ranked =
                names.clone().enumerate().filter_map(|(at, name)| Some((role.rank(&self.fields, name)?, at)));
            ranked.min().map(|(_, at)| at)
        });
        if columns.first().is_some_and(Option::is_some) {
            return Ok(columns);
        }
        let message = fields::no_text(&Role::Text.names(&self.fields), names);
        Err(Error::Setting { name: "field".to_owned(), message })
    }

    /// The next row.
    pub fn row(&mut self, cells: &Cells<'_>) -> Item {
        self.record += 1;
        self.article(cells).map_or_else(Item::Problem, Item::Document)
    }

    /// The next row, as an object of JSON.
    pub fn line(&mut self, json: &[u8]) -> Item {
        self.record += 1;
        let problem = |kind, message| {
            Item::Problem(self.file.problem_at(kind, Some(self.record), Some(self.record), message))
        };
        if self.cap < json.len() {
            // A file of lines has a line end behind it.
            return problem(ProblemKind::TooLarge, too_large("a line", json.len() as u64 + 1, self.cap));
        }
        match jsonl::record(json, 0, &self.wanted, &mut Vec::new()) {
            Ok(values) => Item::Document(values.document(&self.file, self.record)),
            Err((kind, message)) => problem(kind, message),
        }
    }

    fn article(&self, cells: &Cells<'_>) -> Result<crate::document::Document, Problem> {
        let problem = |kind, message: &str| self.file.problem_at(kind, Some(self.record), None, message);
        let mut values = Values::default();
        let mut bytes = 0;
        for (role, cell) in Role::ALL.iter().zip(cells) {
            let Some(cell) = *cell else { continue };
            let Some(value) = cell.printed() else {
                match (role, cell) {
                    (Role::Text, Cell::Null) => {
                        return Err(problem(ProblemKind::NoText, "no text: the value is null"));
                    }
                    (Role::Text, Cell::Bytes(_)) => {
                        return Err(problem(ProblemKind::Encoding, "the text is not UTF-8"));
                    }
                    (Role::Text, _) => {
                        return Err(problem(ProblemKind::NoText, "no text: the value is none"));
                    }
                    _ => continue,
                }
            };
            bytes += value.len();
            if self.cap < bytes {
                return Err(problem(ProblemKind::TooLarge, &too_large("a row", bytes as u64, self.cap)));
            }
            let value = value.into();
            match role {
                Role::Text => values.text = value,
                Role::Id => values.id = Some(value),
                Role::Title => values.title = Some(value),
                Role::Date => values.date = Some(value),
                Role::Source => values.source = Some(value),
                Role::Url => values.url = Some(value),
            }
        }
        Ok(values.document(&self.file, self.record))
    }
}

/// Items that are at hand, as what reading gives; nothing of them can be read again.
pub(crate) fn raws<I: Iterator<Item = Item> + Send>(
    items: I,
) -> (impl Iterator<Item = Raw> + Send + use<I>, Files) {
    let files = Files::new(Arc::new(Wanted::new(&Fields::default())), HtmlText::default(), 0);
    (items.map(|item| Raw::item(item, None)), files)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::settings::Settings;

    fn given(layers: &[(&str, &str)]) -> Given {
        let settings = Settings::from_layers(layers.iter().copied()).unwrap();
        Given::new("-", &Options::of(&settings))
    }

    #[test]
    fn columns_are_found_by_name() {
        let names = ["ID", "headline", "content", "text"];
        assert_eq!(
            given(&[]).columns(names.into_iter()).unwrap(),
            [Some(3), Some(0), Some(1), None, None, None]
        );
        let named = given(&[("field", "text=content")]);
        assert_eq!(named.columns(names.into_iter()).unwrap().first(), Some(&Some(2)));
        let error = given(&[("field", "text=story")]).columns(names.into_iter()).unwrap_err().to_string();
        assert!(error.contains("`story`") && error.contains("`content`"), "{error}");
    }

    #[test]
    fn a_row_is_an_article_or_a_problem_with_its_number() {
        let mut given = given(&[("max-record-size", "20")]);
        let cells = |text, id, date| [Some(text), Some(id), None, Some(date), None, None];
        let Item::Document(first) =
            given.row(&cells(Cell::Text("ä"), Cell::Whole(7), Cell::Moment(1_000_000_000)))
        else {
            panic!("no article")
        };
        assert_eq!((first.name.as_str(), first.path.as_str(), first.record), ("7", "-", Some(1)));
        assert_eq!((first.date.as_deref(), first.time), (Some("1970-01-01T00:00:01Z"), Some(1)));
        let kinds = [
            (Cell::Null, ProblemKind::NoText),
            (Cell::Other, ProblemKind::NoText),
            (Cell::Bytes(b"\xff"), ProblemKind::Encoding),
            (Cell::Text("one and twenty letters"), ProblemKind::TooLarge),
        ];
        for (record, (text, kind)) in (2..).zip(kinds) {
            let Item::Problem(problem) = given.row(&cells(text, Cell::Null, Cell::Day(-1))) else {
                panic!("{text:?}")
            };
            assert_eq!((problem.kind, problem.record), (kind, Some(record)));
        }
        let Item::Document(last) = given.row(&cells(Cell::Text(" "), Cell::Text(" "), Cell::Day(-1))) else {
            panic!("")
        };
        assert_eq!((last.name.as_str(), last.date.as_deref()), ("-#6", Some("1969-12-31")));
    }

    #[test]
    fn a_record_is_a_line_of_json() {
        let mut given = given(&[("max-record-size", "30")]);
        let Item::Document(first) = given.line(br#"{"body":"a","id":1}"#) else { panic!("no article") };
        assert_eq!((first.name.as_str(), first.text.as_str()), ("1", "a"));
        for (record, (line, kind)) in (2..).zip([
            (&br#"{"body":null}"#[..], ProblemKind::NoText),
            (b"[]", ProblemKind::Malformed),
            (b"{\"text\":\"\xff\"}", ProblemKind::Encoding),
            (br#"{"text":"thirty-one bytes, no"}"#, ProblemKind::TooLarge),
        ]) {
            let Item::Problem(problem) = given.line(line) else { panic!("{line:?}") };
            assert_eq!((problem.kind, problem.record, problem.line), (kind, Some(record), Some(record)));
        }
    }
}
