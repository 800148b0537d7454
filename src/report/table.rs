//! Tables: CSV of occurrences for spreadsheets, TSV of pairs for other programs.
//!
//! Part of stage 8. The CSV has a header and a row for each occurrence; `similarity` and `words` are the
//! occurrence's own. The TSV has no header, so that it can be sorted, joined and counted as it is;
//! its columns are `level`, `left`, `right`, `similarity`, and in names `\t`, `\n`, `\r` and `\\` are
//! written with a backslash.
//!
//! # Promises
//!
//! No field of the CSV begins with a character that makes a spreadsheet take it for a formula (`=`, `+`,
//! `-`, `@`, tab, carriage return; OWASP, *CSV Injection*): a `'` is put before it, unless raw text is asked for.

use std::{borrow::Cow, io};

use super::{
    Findings, Pair,
    view::{pieces::Pieces, share_text},
};
use crate::{error::Error, id::DocId, settings::Level, span::Span};

const COLUMNS: [&str; 13] = [
    "family",
    "level",
    "kind",
    "scope",
    "similarity",
    "words",
    "path",
    "record",
    "line",
    "start",
    "end",
    "keeper",
    "text",
];

/// Writes a row for each occurrence.
pub(super) fn csv(report: &dyn Pieces, raw: bool, out: &mut dyn io::Write) -> Result<(), Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS).map_err(write_error)?;
    for family in report.families() {
        for (i, occurrence) in family.occurrences.iter().enumerate() {
            let document = report.document(occurrence.document);
            let document = document.as_deref();
            let row: [Cow<'_, str>; 13] = [
                family.fingerprint.as_str().into(),
                family.level.as_ref().into(),
                family.kind.as_ref().into(),
                family.scope.as_ref().into(),
                share_text(occurrence.similarity).into(),
                occurrence.words.to_string().into(),
                document.map_or("", |document| document.path.as_ref()).into(),
                document.and_then(|document| document.record).map_or(String::new(), |n| n.to_string()).into(),
                occurrence.line.to_string().into(),
                occurrence.start.to_string().into(),
                occurrence.end.to_string().into(),
                (i == family.keeper as usize).to_string().into(),
                occurrence.text.as_deref().unwrap_or("").into(),
            ];
            for field in row {
                let field = if raw { field } else { disarmed(field) };
                writer.write_field(field.as_bytes()).map_err(write_error)?;
            }
            writer.write_record(None::<&[u8]>).map_err(write_error)?;
        }
    }
    writer.flush()?;
    Ok(())
}

/// Puts a quote before what a spreadsheet would calculate.
pub(crate) fn disarmed(field: Cow<'_, str>) -> Cow<'_, str> {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{field}").into() } else { field }
}

/// Writes a row for each pair.
pub(super) fn pairs(findings: &Findings, out: &mut dyn io::Write) -> Result<(), Error> {
    for Pair { level, left, right, score, same } in &findings.pairs {
        let similarity = share_text(score.printed(*same));
        writeln!(
            out,
            "{level}\t{}\t{}\t{similarity}",
            unit(findings, *level, *left),
            unit(findings, *level, *right)
        )?;
    }
    Ok(())
}

fn unit(findings: &Findings, level: Level, (document, span): (DocId, Span)) -> String {
    let found = findings.documents.get(document);
    let name = found.as_ref().map_or("", |document| document.name.as_str());
    let mut unit = String::with_capacity(name.len() + 16);
    for c in name.chars() {
        match c {
            '\t' => unit.push_str("\\t"),
            '\n' => unit.push_str("\\n"),
            '\r' => unit.push_str("\\r"),
            '\\' => unit.push_str("\\\\"),
            c => unit.push(c),
        }
    }
    if level != Level::Document {
        unit.push_str(&format!("#{span}"));
    }
    unit
}

/// Keeps a writer's own error, so that a broken pipe is known as one.
fn write_error(error: csv::Error) -> Error {
    let message = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::Write(error),
        _ => Error::Render { format: "csv", message },
    }
}
