//! Quoting: a span of a text goes in, numbered rows of cells that fit the terminal come out.
//!
//! Part of stage 8, used by the human report. It lays out; colours and the gutter are put on by
//! [`human`](super::human).
//!
//! # The idea
//!
//! The lines the span touches are cut into cells (what a reader takes for one character, with its
//! width), those into rows at white space or between wide characters. A row knows which of its cells are of
//! the span, so that the underline is as wide as what stands above it. A little of the same lines around
//! the span is shown with it. Lines without anything but white space are left out; their numbers tell.
//!
//! # Promises
//!
//! At most [`MOST_ROWS`] rows, none wider than asked for; what is left out is counted in words. Work is bounded
//! by what is shown, not by the length of the lines.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::clean::{Cell, cells};

/// Most rows of one quotation.
pub(super) const MOST_ROWS: usize = 6;
/// Columns of the text around a span that are shown before and after it.
const AROUND: usize = 24;
/// Bytes that are looked at for it.
const AROUND_BYTES: usize = 256;

/// One row.
#[derive(Debug)]
pub(super) struct Row {
    /// The number of the line, for the first row of a line.
    pub(super) number: Option<u32>,
    /// What is printed, each with whether it is of the span.
    pub(super) cells: Vec<(Cell, bool)>,
}

impl Row {
    fn trim(&mut self) {
        while self.cells.last().is_some_and(|(cell, _)| cell.space) {
            self.cells.pop();
        }
        let leading = self.cells.iter().take_while(|(cell, _)| cell.space).count();
        self.cells.drain(..leading);
    }
}

/// A laid-out quotation.
#[derive(Debug)]
pub(super) struct Quote {
    /// Its rows.
    pub(super) rows: Vec<Row>,
    /// The byte of the text up to which it shows the span; none when it shows all.
    pub(super) cut_at: Option<usize>,
}

/// Lays out a span of a text. `line` is the number of the line the span begins in.
pub(super) fn quote(text: &str, span: Range<usize>, line: u32, columns: usize) -> Quote {
    let mut quote = lay_out(text, span, line, columns);
    // What stands around the span is welcome beside it, not in rows of its own.
    let of_span = |row: &Row| row.cells.iter().any(|(_, marked)| *marked);
    if quote.rows.iter().any(of_span) {
        quote.rows.retain(of_span);
    }
    quote
}

fn lay_out(text: &str, span: Range<usize>, line: u32, columns: usize) -> Quote {
    let end = text.floor_char_boundary(span.end);
    let start = text.floor_char_boundary(span.start).min(end);
    let (before, cut_before) = before(text.get(..start).unwrap_or(""));
    let (after, cut_after) = match text.get(..end) {
        Some(head) if head.ends_with('\n') => (0, false),
        _ => after(text.get(end..).unwrap_or("")),
    };
    let (from, to) = (start - before, end + after);
    let mut quote = Quote { rows: Vec::new(), cut_at: None };
    let mut offset = from;
    for (number, piece) in (line..).zip(text.get(from..to).unwrap_or("").split('\n')) {
        let content = piece.strip_suffix('\r').unwrap_or(piece);
        if !content.trim().is_empty() {
            let first = (offset == from && cut_before).then(|| dots(from));
            let last = (offset + piece.len() == to && cut_after).then(|| dots(to));
            let marked = cells(content, offset).map(|cell| {
                let of_span = start <= cell.start && cell.start < end;
                (cell, of_span)
            });
            let all = first.into_iter().chain(marked).chain(last);
            if let Some(rest) = wrap(all, number, columns, &mut quote.rows) {
                quote.cut_at = (rest < end).then_some(rest);
                return quote;
            }
        }
        offset += piece.len() + 1;
    }
    quote
}

fn dots(at: usize) -> (Cell, bool) {
    (Cell { text: "…".to_owned(), width: 1, space: false, start: at }, false)
}

/// Adds the rows of one line. When there is no room for all, comes back with the byte of what is left.
fn wrap(
    cells: impl Iterator<Item = (Cell, bool)>,
    number: u32,
    columns: usize,
    rows: &mut Vec<Row>,
) -> Option<usize> {
    let mut row = Row { number: Some(number), cells: Vec::new() };
    let mut width = 0;
    for (cell, marked) in cells {
        if row.cells.is_empty() && cell.space {
            continue;
        }
        if MOST_ROWS <= rows.len() {
            return Some(row.cells.first().map_or(cell.start, |(first, _)| first.start));
        }
        if columns < width + cell.width && !cell.space {
            let rest = row.cells.split_off(break_before(&row.cells, &cell));
            push(&mut row, rows);
            row = Row { number: None, cells: rest };
            let leading = row.cells.iter().take_while(|(cell, _)| cell.space).count();
            row.cells.drain(..leading);
            width = row.cells.iter().map(|(cell, _)| cell.width).sum();
        }
        width += cell.width;
        row.cells.push((cell, marked));
    }
    row.trim();
    if let (true, Some((first, _))) = (MOST_ROWS <= rows.len(), row.cells.first()) {
        return Some(first.start);
    }
    push(&mut row, rows);
    None
}

fn push(row: &mut Row, rows: &mut Vec<Row>) {
    row.trim();
    if !row.cells.is_empty() {
        rows.push(Row { number: row.number, cells: std::mem::take(&mut row.cells) });
    }
}

/// Where to break a full row before the next cell: after the last space, else beside the last wide
/// character, else right here.
fn break_before(row: &[(Cell, bool)], next: &Cell) -> usize {
    if 1 < next.width {
        return row.len();
    }
    let after = row.iter().rposition(|(cell, _)| cell.space || 1 < cell.width);
    match after {
        Some(at) if at + 1 < row.len() => at + 1,
        _ => row.len(),
    }
}

/// How many bytes before the span are shown, and whether the line has more.
fn before(head: &str) -> (usize, bool) {
    let near = head.get(head.ceil_char_boundary(head.len().saturating_sub(AROUND_BYTES))..).unwrap_or("");
    let line = near.rfind('\n').map_or(near, |at| near.get(at + 1..).unwrap_or(""));
    let whole = line.len() < near.len() || near.len() == head.len();
    let mut shown = taken(line.graphemes(true).rev());
    let cut = !whole || shown < line.len();
    if cut {
        // Begin with a whole word, where there is one.
        let part = line.get(line.len() - shown..).unwrap_or("");
        shown -= part.find(char::is_whitespace).unwrap_or(0);
    }
    (shown, cut)
}

/// How many bytes after the span are shown, and whether the line has more.
fn after(tail: &str) -> (usize, bool) {
    let near = tail.get(..tail.floor_char_boundary(AROUND_BYTES)).unwrap_or("");
    let line = near.find('\n').map_or(near, |at| near.get(..at).unwrap_or(""));
    let line = if line.len() < near.len() { line.strip_suffix('\r').unwrap_or(line) } else { line };
    let whole = line.len() < near.len() || near.len() == tail.len();
    let shown = taken(line.graphemes(true));
    if whole && shown == line.len() {
        return (shown, false);
    }
    let part = line.get(..shown).unwrap_or("");
    (part.rfind(char::is_whitespace).unwrap_or(shown), true)
}

fn taken<'a>(graphemes: impl Iterator<Item = &'a str>) -> usize {
    let mut width = 0;
    graphemes
        .take_while(|grapheme| {
            width += grapheme.width();
            width <= AROUND
        })
        .map(str::len)
        .sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    fn lines(quote: &Quote) -> Vec<String> {
        let text = |row: &Row| row.cells.iter().map(|(cell, _)| cell.text.as_str()).collect();
        quote.rows.iter().map(text).collect()
    }

    fn marked(quote: &Quote) -> String {
        let of_span = quote.rows.iter().flat_map(|row| &row.cells).filter(|(_, marked)| *marked);
        of_span.map(|(cell, _)| cell.text.as_str()).collect()
    }

    proptest! {
        #[test]
        fn rows_fit_and_hold_the_span(
            text in "([a-z]{1,12}|[é語ש🙂]{1,9}| |\r\n|\n|\t){0,120}",
            ends in (0.0..1.0_f64, 0.0..1.0_f64),
            columns in 20_usize..60,
        ) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let at = |share: f64| text.floor_char_boundary((text.len() as f64 * share) as usize);
            let (a, b) = (at(ends.0).min(at(ends.1)), at(ends.0).max(at(ends.1)));
            let quote = quote(&text, a..b, 1, columns);
            prop_assert!(quote.rows.len() <= MOST_ROWS);
            for row in &quote.rows {
                let width: usize = row.cells.iter().map(|(cell, _)| cell.width).sum();
                prop_assert!(0 < width && width <= columns, "{:?}", lines(&quote));
            }
            // Everything of the span up to the cut is marked, but for white space.
            let dense = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let upto = quote.cut_at.unwrap_or(b);
            prop_assert_eq!(dense(&marked(&quote)), dense(&text[a..upto]));
        }
    }

    #[test]
    fn a_little_of_the_line_is_shown_around_a_span() {
        let text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen\nnext";
        let start = text.find("seven").unwrap();
        let quote = quote(text, start..start + 11, 7, 60);
        assert_eq!(lines(&quote), ["… three four five six seven eight nine ten eleven twelve…"]);
        assert_eq!(marked(&quote), "seven eight");
        assert_eq!(quote.rows[0].number, Some(7));
    }

    #[test]
    fn no_row_holds_only_what_stands_around() {
        let quote = quote("one two three four five six seven", 0..13, 1, 20);
        assert_eq!(lines(&quote), ["one two three four"]);
    }

    #[test]
    fn a_long_span_is_cut_and_says_where() {
        let text = "word ".repeat(100);
        let quote = quote(&text, 0..text.len(), 1, 20);
        assert_eq!(quote.rows.len(), MOST_ROWS);
        assert_eq!(quote.cut_at, Some(4 * MOST_ROWS * 5));
    }
}
