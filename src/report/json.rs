//! JSON and JSON lines: a [`Report`] goes in, its bytes go to the writer.
//!
//! Part of stage 8. JSON is one object, indented by two spaces, with one line end after it. JSON
//! lines hold the same facts as a stream: one `begin`, the `document`s, the `family`s, the `problem`s, one
//! `end`, each an object whose first key is `type`. A reader that lacks the `end` knows that the
//! stream was cut.

use std::{borrow::Cow, io};

use serde::Serialize;

use super::view::{Document, Family, Problem, Report, Settings, Summary, Tool};
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
pub(super) fn json(report: &Report<'_>, out: &mut dyn io::Write) -> Result<(), Error> {
    serde_json::to_writer_pretty(&mut *out, report).map_err(write_error)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Writes a line for each fact.
pub(super) fn jsonl(report: &Report<'_>, out: &mut dyn io::Write) -> Result<(), Error> {
    let mut line = |line: Line<'_, '_>| -> Result<(), Error> {
        serde_json::to_writer(&mut *out, &line).map_err(write_error)?;
        out.write_all(b"\n")?;
        Ok(())
    };
    line(Line::Begin {
        schema: &report.schema,
        tool: &report.tool,
        command: &report.command,
        settings: &report.settings,
    })?;
    report.documents.iter().try_for_each(|document| line(Line::Document(document)))?;
    report.families.iter().try_for_each(|family| line(Line::Family(family)))?;
    report.problems.iter().try_for_each(|problem| line(Line::Problem(problem)))?;
    line(Line::End { summary: &report.summary })
}

/// Keeps a writer's own error, so that a broken pipe is known as one.
pub(super) fn write_error(error: serde_json::Error) -> Error {
    if error.is_io() {
        Error::Write(error.into())
    } else {
        Error::Render { format: "json", message: error.to_string() }
    }
}
