//! Workflow commands of GitHub Actions: a [`Page`] goes in, lines that annotate files go to the writer.
//!
//! Part of stage 8. The commands work on standard output only, where the runner reads them; for the summary of a step
//! write `markdown` into the file that `GITHUB_STEP_SUMMARY` names.
//!
//! # What it looks like
//!
//! ```text
//! ::warning file=news/b.txt,line=3,endLine=3,col=1,endColumn=97,title=exact sentence told again::exact sentence …
//! ::notice title=twicetold::3 more findings are not annotated
//! 12 findings in 40 documents (9,876 words)
//! ```
//!
//! Findings are warnings, of `check` errors; stock phrases and boilerplate are notices; what a baseline knows or
//! what is suppressed is counted only. GitHub shows ten annotations of a type a step: no more are written, and the
//! last notice counts the rest.
//!
//! # Promises
//!
//! A line that is a command is ours: what others wrote has no line end left, and `%`, `:` and `,` of its properties are
//! written as GitHub asks for.

use std::io;

use super::{
    ci::{self, Page, Standing},
    clean,
    numbers::counted,
    view::{Family, Problem},
};
use crate::error::Error;

/// Annotations of one type that GitHub shows for a step.
const MOST: usize = 10;
/// Characters of the quoted text.
const QUOTED: usize = 120;

/// Writes the commands, and a last line for people.
pub(super) fn write(page: &Page<'_>, out: &mut dyn io::Write) -> Result<(), Error> {
    let report = page.report;
    let grave = if report.command == "check" { "error" } else { "warning" };
    let of = |standing| page.ranked().into_iter().filter(move |family| Standing::of(family) == standing);
    let n_findings = page.count(Standing::Finding);
    let n_classed = page.count(Standing::Classed);

    // Problems are warnings too: where both are many, findings leave them half of the ten.
    let shared = grave == "warning";
    let kept_free = if shared { report.problems.len().min(MOST / 2) } else { 0 };
    let mut n_written = 0;
    for family in of(Standing::Finding).take(MOST - kept_free) {
        finding(page, grave, family, out)?;
        n_written += 1;
    }
    let room = if shared { MOST.saturating_sub(n_written) } else { MOST };
    for told in report.problems.iter().take(room) {
        problem(page, told, out)?;
    }
    let mut n_notices = 0;
    for family in of(Standing::Classed).take(MOST - 1) {
        finding(page, "notice", family, out)?;
        n_notices += 1;
    }

    let rest = [
        (n_findings - n_written as u64, "more finding"),
        (n_classed - n_notices, "more common text"),
        (page.count(Standing::Known), "known finding"),
        (page.count(Standing::Suppressed), "suppressed finding"),
        ((report.problems.len() as u64).saturating_sub(room as u64), "more problem"),
    ];
    let rest: Vec<String> =
        rest.into_iter().filter(|(n, _)| 0 < *n).map(|(n, noun)| counted(n, noun)).collect();
    if !rest.is_empty() {
        let message = format!("not annotated here: {}", rest.join(", "));
        command("notice", &[("title", "twicetold".to_owned())], &message, out)?;
    }
    writeln!(out, "{}", ci::verdict(&report.summary))?;
    Ok(())
}

fn finding(page: &Page<'_>, kind: &str, family: &Family<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let label = ci::label(family);
    let mut properties = Vec::new();
    let mut message = format!("{label}: {}", page.facts(family));
    let told = page.told(family);
    if let Some(place) = told.stand() {
        properties.push(("file", clean::name(&page.path_of(place))));
        if page.has_lines(place) {
            let region = ci::region(place);
            properties.push(("line", region.start_line.to_string()));
            properties.push(("endLine", region.end_line.to_string()));
            // GitHub takes columns for places of one line only.
            if region.start_line == region.end_line {
                properties.push(("col", region.start_column.to_string()));
                properties.extend(region.end_column.map(|column| ("endColumn", column.to_string())));
            }
        } else {
            message.push_str(&format!("; here at {}", page.location(place)));
        }
    }
    properties.push(("title", format!("{label} told again")));
    if let Some(original) = told.original {
        message.push_str(&format!("; {}", page.repeats(original)));
    }
    if let Some(quoted) = ci::quoted(&told, QUOTED) {
        message.push_str(&format!(": “{quoted}”"));
    }
    command(kind, &properties, &message, out)
}

fn problem(page: &Page<'_>, problem: &Problem<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let path = clean::name(&page.path(&problem.path));
    let record = problem.record.map_or(String::new(), |n| format!("record {n}: "));
    let mut properties = vec![("file", path)];
    properties.extend(problem.line.map(|line| ("line", line.to_string())));
    properties.push(("title", "input not read as it should be".to_owned()));
    let message = format!("{record}{} ({})", clean::name(&problem.message), clean::name(&problem.kind));
    command("warning", &properties, &message, out)
}

fn command(
    kind: &str,
    properties: &[(&str, String)],
    message: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    writeln!(out, "::{kind} {}::{}", properties.join(","), data(message))
}

/// The text after the command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
