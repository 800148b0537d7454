//! JSON and JSON lines: a report goes in, piece by piece, its bytes go to the writer.
//!
//! Part of stage 8. JSON is one object, indented by two spaces, with one line end after it. JSON
//! lines hold the same facts as a stream: one `begin`, the `document`s, the `family`s, the `problem`s, one
//! `end`, each an object whose first key is `type`. A reader that lacks the `end` knows that the
//! stream was cut.

use std::{borrow::Cow, io};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::view::{
    Document, Family, Problem, Settings, Summary, Tool,
    pieces::{Head, Pieces},
};
use crate::error::Error;

/// One line of the stream.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'r, 'a> {
    Begin {
        schema: &'r Cow<'a, str>,
        tool: &'r Tool<'a>,
        command: &'r Cow<'a, str>,
        settings: &'r Settings<'a>,
    },
    Document(&'r Document<'a>),
    Family(&'r Family<'a>),
    Problem(&'r Problem<'a>),
    End {
        summary: &'r Summary,
    },
}

/// Writes one object.
pub(super) fn json(report: &dyn Pieces, out: &mut dyn io::Write) -> Result<(), Error> {
    serde_json::to_writer_pretty(&mut *out, &Whole(report)).map_err(write_error)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// A report whose lists are made while they are written; otherwise as [`Report`](super::view::Report).
struct Whole<'r>(&'r dyn Pieces);

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Head { schema, tool, command, settings, summary } = self.0.head();
        let mut whole = to.serialize_struct("Report", 8)?;
        whole.serialize_field("schema", &schema)?;
        whole.serialize_field("tool", &tool)?;
        whole.serialize_field("command", &command)?;
        whole.serialize_field("settings", &settings)?;
        whole.serialize_field("summary", &summary)?;
        whole.serialize_field("documents", &List(|| self.0.documents()))?;
        whole.serialize_field("families", &List(|| self.0.families()))?;
        whole.serialize_field("problems", &self.0.problems())?;
        whole.end()
    }
}

/// What an iterator gives, as a list.
struct List<F>(F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for List<F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq((self.0)())
    }
}

/// Writes a line for each fact.
pub(super) fn jsonl(report: &dyn Pieces, out: &mut dyn io::Write) -> Result<(), Error> {
    let mut line = |line: Line<'_, '_>| -> Result<(), Error> {
        serde_json::to_writer(&mut *out, &line).map_err(write_error)?;
        out.write_all(b"\n")?;
        Ok(())
    };
    let Head { schema, tool, command, settings, summary } = report.head();
    line(Line::Begin { schema: &schema, tool: &tool, command: &command, settings: &settings })?;
    report.documents().try_for_each(|document| line(Line::Document(&document)))?;
    report.families().try_for_each(|family| line(Line::Family(&family)))?;
    report.problems().iter().try_for_each(|problem| line(Line::Problem(problem)))?;
    line(Line::End { summary: &summary })
}

/// Keeps a writer's own error, so that a broken pipe is known as one.
pub(super) fn write_error(error: serde_json::Error) -> Error {
    if error.is_io() {
        Error::Write(error.into())
    } else {
        Error::Render { format: "json", message: error.to_string() }
    }
}
