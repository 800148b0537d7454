//! Markdown for a comment on a pull request or the summary of a step: a [`Page`] goes in, at most
//! [`MOST`] characters go to the writer.
//!
//! Part of stage 8. It is written for GitHub and GitLab, which link mentions, issues and commits and show HTML.
//!
//! # The idea
//!
//! What others wrote stands in code spans only, where no mention, reference, link, image, tag, emoji or formula is read. A
//! code span ends at a backtick and a paragraph at a line end, so neither is left in it: `'` stands for the one, a
//! space for the other. Every line begins with a character of ours, and no code span stands in a table, where `|`
//! would cut it.
//!
//! # Promises
//!
//! The worst findings come first, [`OPEN`] of them in sight and the others folded away. What there is no room for is counted.

use std::io;

use super::{
    ci::{self, KINDS, LEVELS, Page, Standing},
    clean,
    numbers::{counted, percent},
    view::{Family, Occurrence, Problem},
};
use crate::error::Error;

/// Characters of all; GitHub refuses a comment of more than 65,536. UTF-16 units are counted, which is never fewer.
const MOST: usize = 65_000;
/// Characters kept for the lines around the findings.
const AROUND: usize = 400;
/// Findings in sight.
const OPEN: usize = 10;
/// Copies of a finding that are named.
const COPIES: usize = 3;
/// Characters of the quoted text.
const QUOTED: usize = 300;
/// Characters of a path or a message.
const NAMED: usize = 200;
/// Problems that are listed.
const PROBLEMS: usize = 10;

/// Writes the page.
pub(super) fn write(page: &Page<'_>, out: &mut dyn io::Write) -> Result<(), Error> {
    let mut text = head(page);
    let shown: Vec<&Family<'_>> = page
        .ranked()
        .into_iter()
        .filter(|family| matches!(Standing::of(family), Standing::Finding | Standing::Classed))
        .collect();
    let problems = problems(page);
    let mut room = MOST.saturating_sub(AROUND + length(&text) + length(&problems));
    let mut blocks = Vec::new();
    for (n, family) in (1..).zip(&shown) {
        let block = finding(page, n, family);
        let Some(left) = room.checked_sub(length(&block)) else { break };
        room = left;
        blocks.push(block);
    }

    let (open, folded) = blocks.split_at_checked(OPEN).unwrap_or((&blocks, &[]));
    if !open.is_empty() {
        text.push_str("### Worst first\n\n");
    }
    text.extend(open.iter().map(String::as_str));
    if !folded.is_empty() {
        let summary = counted(folded.len() as u64, "more finding");
        text.push_str(&format!("<details><summary>{summary}</summary>\n\n"));
        text.extend(folded.iter().map(String::as_str));
        text.push_str("</details>\n\n");
    }
    if let Some(more @ 1..) = shown.len().checked_sub(blocks.len()) {
        text.push_str(&format!(
            "{} not shown here: the JSON report has all.\n\n",
            counted(more as u64, "finding")
        ));
    }
    text.push_str(&problems);
    out.write_all(text.trim_end().as_bytes())?;
    out.write_all(b"\n")?;
    Ok(())
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The verdict and the numbers.
fn head(page: &Page<'_>) -> String {
    let summary = &page.report.summary;
    let mut text = format!("## twicetold: {}\n\n", ci::verdict(summary));
    if summary.families == 0 {
        return text;
    }
    text.push_str(&format!(
        "{}, {} told again ({} of all words).",
        counted(summary.occurrences, "place"),
        counted(summary.duplicated_words, "word"),
        percent(summary.duplicated_share)
    ));
    let others = [
        (page.count(Standing::Classed), "a stock phrase or boilerplate", "stock phrases or boilerplate"),
        (page.count(Standing::Known), "known from before and not listed", "known from before and not listed"),
        (page.count(Standing::Suppressed), "suppressed and not listed", "suppressed and not listed"),
    ];
    for (n, one, many) in others {
        match n {
            0 => {}
            1 => text.push_str(&format!(" 1 finding is {one}.")),
            n => text.push_str(&format!(" {} are {many}.", counted(n, "finding"))),
        }
    }
    text.push_str(&format!("\n\n| | {} |\n|---|{}\n", KINDS.join(" | "), "---:|".repeat(KINDS.len())));
    for level in LEVELS {
        let count = |kind: &str| {
            let is = |family: &&Family<'_>| ci::sort(family) == (kind, level);
            page.report.families.iter().filter(is).count().to_string()
        };
        text.push_str(&format!("| {level} | {} |\n", KINDS.map(count).join(" | ")));
    }
    text.push('\n');
    text
}

fn finding(page: &Page<'_>, n: usize, family: &Family<'_>) -> String {
    let mut text = format!("**{n}. {}**: {}\n\n", ci::label(family), page.facts(family));
    let told = page.told(family);
    let named = |place: &Occurrence<'_>| {
        let of = if page.is_archived(place) { ", in the archive" } else { "" };
        format!("{}{of}\n", code(&page.location(place), NAMED))
    };
    if let Some(original) = told.original {
        text.push_str(&format!("- original: {}", named(original)));
    }
    for place in told.here.iter().chain(&told.elsewhere).take(COPIES) {
        text.push_str(&format!("- copy: {}", named(place)));
    }
    if let Some(more @ 1..) = family.occurrences.len().checked_sub(COPIES + 1) {
        text.push_str(&format!("- and {}\n", counted(more as u64, "more place")));
    }
    text.push('\n');
    if let Some(quoted) = ci::quoted(&told, QUOTED) {
        text.push_str(&format!("> {}\n\n", code(&quoted, QUOTED + 1)));
    }
    text
}

fn problems(page: &Page<'_>) -> String {
    let all = &page.report.problems;
    if all.is_empty() {
        return String::new();
    }
    let mut text = "### Not read as it should be\n\n".to_owned();
    for problem in all.iter().take(PROBLEMS) {
        text.push_str(&format!("- {}\n", code(&told(page, problem), NAMED)));
    }
    if let Some(more @ 1..) = all.len().checked_sub(PROBLEMS) {
        text.push_str(&format!("- and {}\n", counted(more as u64, "more problem")));
    }
    text
}

fn told(page: &Page<'_>, problem: &Problem<'_>) -> String {
    let record = problem.record.map_or(String::new(), |n| format!("#{n}"));
    let line = problem.line.map_or(String::new(), |n| format!(":{n}"));
    let path = clean::name(&page.path(&problem.path));
    format!("{path}{record}{line}: {}", clean::name(&problem.message))
}

/// A code span that nothing in the text can end; of a long text its beginning. The text is one line and
/// went through [`clean`](super::clean) before.
fn code(text: &str, most: usize) -> String {
    // Four times as many characters as readers count, since some are made of several.
    let mut chars = text.chars().map(|c| if c == '`' { '\'' } else { c });
    let mut shown: String = chars.by_ref().take(most * 4).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    // Nothing between two backticks is no code span.
    let shown = shown.trim();
    if shown.is_empty() { "`?`".to_owned() } else { format!("`{shown}`") }
}
