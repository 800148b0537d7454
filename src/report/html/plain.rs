//! The part of a page for readers without JavaScript: the numbers and the worst findings, as plain markup.

use std::{collections::HashMap, io};

use crate::{
    error::Error,
    report::{
        clean,
        numbers::{counted, facts, percent, shortened},
        view::{Document, Family, Report},
    },
};

/// Findings in the list.
const MOST: usize = 50;
/// Places of one that are named.
const PLACES: usize = 10;
/// Columns of its text.
const QUOTED: usize = 400;
/// Columns of a name.
const NAMED: usize = 200;

/// Writes it.
pub(super) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> Result<(), Error> {
    let summary = &report.summary;
    let documents: HashMap<u32, &Document<'_>> =
        report.documents.iter().map(|document| (document.id, document)).collect();
    writeln!(
        out,
        "\n<h1>{} in {}</h1>\n<p>{} are told again, {}. {} new, {} known, {} suppressed; {}. With JavaScript this page can be searched, and shows both articles side by side.</p>",
        counted(summary.families, "finding"),
        counted(summary.documents, "document"),
        counted(summary.duplicated_words, "word"),
        percent(summary.duplicated_share),
        summary.new,
        summary.known,
        summary.suppressed,
        counted(summary.problems, "problem"),
    )?;
    let shown: Vec<&Family<'_>> =
        report.families.iter().filter(|family| family.state != "suppressed").take(MOST).collect();
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out, "<ol>")?;
    for family in &shown {
        let sort = family.class.as_deref().unwrap_or(&family.kind);
        writeln!(
            out,
            "<li><h2>{} {}, {}: {}</h2>\n<ul>",
            escaped(sort),
            escaped(&family.level),
            escaped(&family.state),
            facts(family, |id| documents.get(&id).is_some_and(|document| document.is_archived()))
        )?;
        for place in family.occurrences.iter().take(PLACES) {
            let name = documents.get(&place.document).map_or("", |document| document.name.as_ref());
            let name = shortened(&clean::name(&some(name, NAMED)), NAMED);
            writeln!(
                out,
                "<li><bdi>{}</bdi>, line {}, column {}</li>",
                escaped(&name),
                place.line,
                place.column
            )?;
        }
        if let Some(more @ 1..) = family.occurrences.len().checked_sub(PLACES) {
            writeln!(out, "<li>{} not listed here</li>", counted(more as u64, "place"))?;
        }
        writeln!(out, "</ul>")?;
        if let Some(text) = family.text() {
            let text = shortened(&clean::name(&some(text, QUOTED)), QUOTED);
            writeln!(out, "<blockquote dir=\"auto\">{}</blockquote>", escaped(&text))?;
        }
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</ol>")?;
    let counting = summary.families.saturating_sub(summary.suppressed);
    if let Some(more @ 1..) = counting.checked_sub(shown.len() as u64) {
        writeln!(out, "<p>{} not listed here.</p>", counted(more, "finding"))?;
    }
    Ok(())
}

/// The beginning of a text on one line: no more is looked at than can be shown.
fn some(text: &str, columns: usize) -> String {
    let head = text.get(..text.floor_char_boundary(8 * columns)).unwrap_or_default();
    head.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text that is no markup, inside an element or an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
