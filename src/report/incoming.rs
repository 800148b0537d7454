//! The end of the report for people: what was not counted, and what to do with each incoming document.
//!
//! Part of stage 8, under [`human`](super::human). A report goes in, lines go to the page.
//!
//! ```text
//! repeated  longest  document             told first in           next
//!    83.1%       46  feed.jsonl#4:2:1     2026.jsonl#17 2026-01-03  leave it out: it is a copy
//! ```

use std::{borrow::Cow, collections::BTreeMap, io};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{
    clean,
    human::{BOLD, Page},
    numbers::{counted, grouped, percent},
    view::{Document, Longest, Summary},
};

/// From which share on a document is a copy of what it repeats.
const COPY: f64 = 0.9;
/// From which share on it has little of its own.
const MOSTLY: f64 = 0.5;
/// Columns of a name: at least so many, whatever the terminal has.
const LEAST_NAME: usize = 16;

impl Page<'_> {
    /// How many findings are new, known and suppressed, where they are not all new.
    pub(super) fn states(&mut self, summary: &Summary) -> io::Result<()> {
        if summary.known + summary.suppressed == 0 {
            return Ok(());
        }
        let mut by: BTreeMap<String, u64> = BTreeMap::new();
        for family in self.report.families() {
            if let Some(what) = &family.suppressed_by {
                *by.entry(what.split(':').next().unwrap_or(what).to_owned()).or_default() += 1;
            }
        }
        let by: Vec<String> =
            by.into_iter().map(|(what, n)| format!("{} by {}", grouped(n), clean::name(&what))).collect();
        let by = if by.is_empty() { String::new() } else { format!(" ({})", by.join(", ")) };
        let line = format!(
            "{} new, {} known to the baseline, {} suppressed{by}",
            grouped(summary.new),
            grouped(summary.known),
            grouped(summary.suppressed)
        );
        writeln!(self.out, "{line}")
    }

    /// The incoming documents that repeat something, worst first.
    pub(super) fn incoming(&mut self, summary: &Summary) -> io::Result<()> {
        let repeating = self.report.documents().filter(|document| document.longest.is_some());
        let documents: Vec<Cow<'_, Document<'_>>> = repeating.collect();
        let mut rows: Vec<(&Document<'_>, &Longest)> = documents
            .iter()
            .filter_map(|document| document.longest.as_ref().map(|longest| (&**document, longest)))
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        rows.sort_by(|(left, _), (right, _)| {
            right.duplicated_share.total_cmp(&left.duplicated_share).then(left.id.cmp(&right.id))
        });
        let cells: Vec<[String; 5]> = rows
            .iter()
            .map(|(document, longest)| {
                let first = self.report.document(longest.first);
                let date = first.as_ref().and_then(|first| first.date.as_deref());
                let date = date.map_or(String::new(), |date| format!(" {}", clean::name(date)));
                let first = match longest.first == document.id {
                    true => "itself".to_owned(),
                    false => format!("{}{date}", self.name_of(longest.first)),
                };
                [
                    percent(document.duplicated_share),
                    grouped(u64::from(longest.words)),
                    format!("{}:{}:{}", self.name_of(document.id), longest.line, longest.column),
                    first,
                    next(document, longest).to_owned(),
                ]
            })
            .collect();
        let heads = ["repeated", "longest", "document", "told first in", "next"];
        let widest = |column: usize| {
            let widths = cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
            widths.chain(heads.get(column).map(|head| head.width())).max().unwrap_or(0)
        };
        let room = self.width.saturating_sub(widest(0) + widest(1) + widest(4) + 8) / 2;
        let name = |column: usize| widest(column).min(room.max(LEAST_NAME));
        let widths = [widest(0), widest(1), name(2), name(3)];
        writeln!(self.out)?;
        let documents = counted(rows.len() as u64, "incoming document");
        let verb = if rows.len() == 1 { "repeats" } else { "repeat" };
        let what = format!("{documents} of {} {verb} something", grouped(summary.documents));
        writeln!(self.out, "{}", self.paint(BOLD, &what))?;
        writeln!(self.out, "{}", line(&heads.map(str::to_owned), widths))?;
        cells.iter().try_for_each(|row| writeln!(self.out, "{}", line(row, widths)))
    }
}

/// What to do with a document.
fn next(document: &Document<'_>, longest: &Longest) -> &'static str {
    match document.duplicated_share {
        share if COPY <= share => "leave it out: it is a copy",
        _ if longest.first == document.id => "cut the second copy",
        share if MOSTLY <= share => "rewrite it or leave it out",
        _ => "cut it or name the source",
    }
}

/// Numbers to the right, names to the left.
fn line(cells: &[String; 5], [share, words, document, first]: [usize; 4]) -> String {
    let [a, b, c, d, e] = cells;
    let (c, d) = (ending(c, document), ending(d, first));
    let pad = |text: &str, columns: usize| " ".repeat(columns.saturating_sub(text.width()));
    format!(
        "{}{a}  {}{b}  {c}{}  {d}{}  {e}",
        pad(a, share),
        pad(b, words),
        pad(&c, document),
        pad(&d, first)
    )
}

/// The end of a name in at most so many columns: folders say less than the file, the record and the date.
fn ending(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut width = 1;
    for grapheme in text.graphemes(true).rev() {
        width += grapheme.width();
        if columns < width {
            break;
        }
        kept.push(grapheme);
    }
    kept.push("…");
    kept.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_end() {
        assert_eq!(ending("folder/feed.jsonl#4", 12), "…ed.jsonl#4".replace("…ed", "…eed"));
        assert_eq!(ending("日本語", 5), "…本語");
        assert_eq!(ending("日本語", 6), "日本語");
    }
}
