//! Two documents side by side: the passages they share, with the words that are equal underlined.
//!
//! Part of stage 8, used by `compare`; [`columns`] by `sample`. Each passage is shown whole, in two columns that wrap by
//! themselves: what has no line under it was changed.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::{
    Style,
    clean::{self, Cell, cells},
    lines::position,
    model::{Findings, Shared},
};
use crate::{document::Document, error::Error, family::Kind, settings::Level, span::Span};

/// Between the columns.
const BETWEEN: &str = " | ";
/// Narrowest column.
const NARROWEST: usize = 20;
/// Most rows of one passage; what is left out is said.
const MOST_ROWS: usize = 60;

/// Writes what two documents are to each other as wholes, to stand under their passages.
///
/// # Errors
///
/// What the writer gives.
pub fn whole_documents(findings: &Findings, out: &mut dyn io::Write) -> Result<(), Error> {
    for family in findings.families.iter().filter(|family| family.level == Level::Document) {
        writeln!(out, "\n{} documents, similarity {:?}", family.kind.name(), family.similarity())?;
    }
    Ok(())
}

/// Writes the passages two documents share, in the order given.
///
/// # Errors
///
/// What the writer gives.
pub fn side_by_side(
    left: &Document,
    right: &Document,
    shared: &[Shared],
    style: &Style,
    out: &mut dyn io::Write,
) -> Result<(), Error> {
    let mut page = Page::of(style.width, out);
    let column = page.column;
    page.row(&clean::name(&left.shown), &clean::name(&right.shown))?;
    for passage in shared {
        let n = |span: Span, document: &Document| {
            let place = position(&document.text, span.start);
            format!("{}:{}", place.line, place.column)
        };
        let similarity = passage.score.printed(passage.kind == Kind::Exact);
        writeln!(page.out, "\n{} passage, similarity {similarity:?}", passage.kind.name())?;
        page.row(&n(passage.left, left), &n(passage.right, right))?;
        if style.no_text {
            continue;
        }
        let ours: Vec<Span> = passage.blocks.iter().map(|block| block.0).collect();
        let theirs: Vec<Span> = passage.blocks.iter().map(|block| block.1).collect();
        let a = rows(&left.text, passage.left, &ours, column, "^");
        let b = rows(&right.text, passage.right, &theirs, column, "^");
        page.columns(&a, &b)?;
    }
    if shared.is_empty() {
        writeln!(page.out, "\nno passages in common")?;
    }
    Ok(())
}

/// Writes two texts in columns under their names, with `mark` under the bytes that are named of each.
///
/// # Errors
///
/// What the writer gives.
pub(crate) fn columns(
    names: [&str; 2],
    texts: [(&str, &[Span]); 2],
    mark: &str,
    width: usize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut page = Page::of(width, out);
    let column = page.column;
    let [left, right] = names.map(clean::name);
    page.row(&left, &right)?;
    let [left, right] =
        texts.map(|(text, marked)| rows(text, Span::from_range(0, text.len()), marked, column, mark));
    page.columns(&left, &right)
}

/// A row of one column: what is printed, and the line under it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    text: String,
    under: String,
}

struct Page<'a> {
    column: usize,
    out: &'a mut dyn io::Write,
}

impl<'a> Page<'a> {
    fn of(width: usize, out: &'a mut dyn io::Write) -> Self {
        Self { column: (width.saturating_sub(BETWEEN.len()) / 2).max(NARROWEST), out }
    }

    fn row(&mut self, left: &str, right: &str) -> io::Result<()> {
        let pad = self.column.saturating_sub(left.width());
        let line = format!("{left}{:pad$}{BETWEEN}{right}", "");
        // A line that a build server would take for a command gets a space first.
        let line = if line.starts_with("::") || line.starts_with("##") { format!(" {line}") } else { line };
        writeln!(self.out, "{}", line.trim_end())
    }

    fn columns(&mut self, left: &[Row], right: &[Row]) -> io::Result<()> {
        let none = Row::default();
        let n_rows = left.len().max(right.len());
        for i in 0..n_rows.min(MOST_ROWS) {
            let (a, b) = (left.get(i).unwrap_or(&none), right.get(i).unwrap_or(&none));
            self.row(&a.text, &b.text)?;
            if [a, b].iter().any(|row| !row.under.trim().is_empty()) {
                self.row(&a.under, &b.under)?;
            }
        }
        if MOST_ROWS < n_rows {
            writeln!(self.out, "… ({} more rows)", n_rows - MOST_ROWS)?;
        }
        Ok(())
    }
}

/// Lays out a span in rows of at most `column` columns, with a line under the bytes of `blocks`.
fn rows(text: &str, span: Span, blocks: &[Span], column: usize, mark: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row: Vec<(Cell, bool)> = Vec::new();
    let mut used = 0;
    let mut block = 0;
    let body = span.of(text).replace(['\r', '\n', '\t'], " ");
    for cell in cells(&body, span.range().start) {
        let at = cell.start;
        while blocks.get(block).is_some_and(|b| b.range().end <= at) {
            block += 1;
        }
        let equal = blocks.get(block).is_some_and(|b| b.range().contains(&at));
        if column < used + cell.width {
            // Back to the last white space, unless that leaves nothing.
            let cut = row.iter().rposition(|(cell, _)| cell.space).map_or(row.len(), |i| i + 1);
            let rest = row.split_off(cut);
            rows.push(printed(&row, mark));
            row = rest;
            used = row.iter().map(|(cell, _)| cell.width).sum();
        }
        let leading = row.is_empty() && cell.space;
        if !leading {
            used += cell.width;
            row.push((cell, equal));
        }
    }
    if !row.is_empty() {
        rows.push(printed(&row, mark));
    }
    rows
}

fn printed(cells: &[(Cell, bool)], mark: &str) -> Row {
    let shown = cells.iter().rposition(|(cell, _)| !cell.space).map_or(0, |last| last + 1);
    let mut row = Row::default();
    for (cell, equal) in cells.iter().take(shown) {
        row.text.push_str(&cell.text);
        row.under.push_str(&(if *equal { mark } else { " " }).repeat(cell.width));
    }
    row
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::verify::Score;

    fn document(name: &str, text: &str) -> Document {
        Document { shown: name.to_owned(), text: text.to_owned(), ..Document::default() }
    }

    #[test]
    fn equal_words_are_underlined_and_changed_ones_are_not() {
        let (a, b) =
            (document("a.txt", "The grey cat\nslept on."), document("b.txt", "So the red cat slept on."));
        let blocks = vec![(Span::new(0, 3), Span::new(3, 6)), (Span::new(9, 21), Span::new(11, 23))];
        let shared = Shared {
            left: Span::new(0, 22),
            right: Span::new(3, 24),
            kind: Kind::Near,
            score: Score { part: 4, whole: 5 },
            blocks,
            reordered: false,
        };
        let mut out = Vec::new();
        let style = Style { width: 43, ..Style::default() };
        side_by_side(&a, &b, &[shared], &style, &mut out).unwrap();
        let expected = "\
a.txt                | b.txt

near passage, similarity 0.8
1:1                  | 1:4
The grey cat slept   | the red cat slept
^^^      ^^^^^^^^^   | ^^^     ^^^^^^^^^
on.                  | on.
^^                   | ^^
";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn nothing_unprintable_passes() {
        let a = document("::set-output", "one \u{1b}[31mtwo\u{202e} three");
        let span = Span::from_range(0, a.text.len());
        let shared = Shared {
            left: span,
            right: span,
            kind: Kind::Exact,
            score: Score::SAME,
            blocks: vec![(span, span)],
            reordered: false,
        };
        let mut out = Vec::new();
        side_by_side(&a, &a, &[shared], &Style::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains(['\u{1b}', '\u{202e}']) && !text.starts_with("::"), "{text}");
    }
}
