//! Sentences: one paragraph goes in, the spans of its sentences come out.
//!
//! Part of stage 2. Knows lines, UAX #29 ([`uax29`](super::uax29)) and the local rules
//! ([`rule`](super::rule)); does not know where paragraphs come from.

use std::{borrow::Cow, ops::Range};

use super::line::{is_blank, lines, trim};
use super::rule::{self, Rule, Stop, is_closer};
use super::uax29;
use crate::span::Span;

/// One cut that was made, or one of UAX #29's that was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// The byte of the line before which the cut lies.
    pub(super) at: usize,
    /// Who decided: none for UAX #29 itself.
    pub(super) by: Option<Rule>,
    /// Whether the cut stands (false: a join rule took it back).
    pub(super) stands: bool,
}

/// The sentences of one paragraph, ascending, without the white space around them.
///
/// In a hard-wrapped paragraph a line end is a space; else every line end is a cut.
pub fn sentences(text: &str, paragraph: Span, hard_wrapped: bool) -> Vec<Span> {
    let mut out = Vec::new();
    let range = paragraph.range();
    if hard_wrapped {
        let Some(inside) = text.get(range.clone()) else { return out };
        let flat = unwrapped(inside);
        push_line(text, &flat, range.start, &mut out);
    } else {
        for line in lines(text, range) {
            let inside = text.get(line.start..line.end).unwrap_or("");
            push_line(text, inside, line.start, &mut out);
        }
    }
    out
}

/// The sentences of one block of a marked-up text, whose `gaps` (ascending) are no prose.
///
/// Sentence marks are read as if the gaps were not there, so that `**left.** Then` is cut where
/// `left. Then` is; a sentence begins and ends with prose. Line ends are spaces, as in HTML and Markdown.
/// A block that is nothing but gaps has no sentence.
pub(super) fn sentences_between(text: &str, paragraph: Span, gaps: &[Span]) -> Vec<Span> {
    let range = paragraph.range();
    let first = gaps.partition_point(|gap| gap.end <= paragraph.start);
    let inside: Vec<Range<usize>> = gaps
        .get(first..)
        .unwrap_or(&[])
        .iter()
        .take_while(|gap| gap.start < paragraph.end)
        .map(|gap| gap.range().start.max(range.start)..gap.range().end.min(range.end))
        .filter(|gap| text.is_char_boundary(gap.start) && text.is_char_boundary(gap.end))
        .collect();
    if inside.is_empty() {
        return sentences(text, paragraph, true);
    }

    // The prose pieces between the gaps: where each begins in the text and in `prose`.
    let mut prose = String::new();
    let mut pieces: Vec<(usize, Range<usize>)> = Vec::new();
    let mut from = range.start;
    for gap in inside.into_iter().chain(std::iter::once(range.end..range.end)) {
        if from < gap.start {
            pieces.push((prose.len(), from..gap.start));
            prose.push_str(text.get(from..gap.start).unwrap_or(""));
        }
        from = from.max(gap.end);
    }
    let whole = Span::from_range(0, prose.len());
    sentences(&prose, whole, true)
        .into_iter()
        .filter_map(|s| {
            // A sentence's first byte lies in the last piece that begins at or before it; so does its last byte.
            let place = |at: usize| {
                let i = pieces.partition_point(|(begins, _)| *begins <= at).checked_sub(1)?;
                pieces.get(i).map(|(begins, piece)| piece.start + (at - begins))
            };
            let (start, last) = (place(s.range().start)?, place(s.range().end.checked_sub(1)?)?);
            Some(Span::from_range(start, last + 1))
        })
        .collect()
}

/// The same text with every line end replaced by as many spaces, so that offsets stay.
fn unwrapped(text: &str) -> Cow<'_, str> {
    if text.contains(['\n', '\r']) { text.replace(['\n', '\r'], " ").into() } else { text.into() }
}

fn push_line(text: &str, line: &str, offset: usize, out: &mut Vec<Span>) {
    let mut start = 0;
    let ends = cuts(line).into_iter().filter(|c| c.stands).map(|c| c.at).chain([line.len()]);
    for end in ends {
        out.extend(trim(text, offset + start, offset + end));
        start = end;
    }
}

/// All decisions in one line: the cuts of UAX #29, those of them taken back, and those added.
pub(super) fn cuts(line: &str) -> Vec<Cut> {
    let mut base = Vec::new();
    uax29::boundaries(line, &mut base);
    let mut base = base.into_iter().peekable();
    let mut out = Vec::new();
    let mut opened = 0;
    let mut from = 0;
    while let Some(start) = next_stop(line, from) {
        let stop = stop_at(line, start, opened);
        // Cuts before this stop belong to no stop of ours: pass them on.
        while let Some(at) = base.next_if(|&at| at <= stop.start) {
            out.push(Cut { at, by: None, stands: true });
            opened = at;
        }
        let mut by_base = false;
        let mut joined = None;
        while let Some(at) = base.next_if(|&at| at <= stop.next) {
            if !by_base {
                joined = rule::join(line, stop);
            }
            by_base = true;
            out.push(Cut { at, by: joined, stands: joined.is_none() });
            if joined.is_none() {
                opened = at;
            }
        }
        if !by_base && let Some(by) = rule::split(line, stop) {
            out.push(Cut { at: stop.next, by: Some(by), stands: true });
            opened = stop.next;
        }
        from = stop.marks_end.max(start + 1);
    }
    out.extend(base.map(|at| Cut { at, by: None, stands: true }));
    out
}

fn is_mark(c: char) -> bool {
    c == '…' || uax29::is_terminator(c)
}

fn next_stop(line: &str, from: usize) -> Option<usize> {
    line.get(from..)?.find(is_mark).map(|i| from + i)
}

fn stop_at(line: &str, start: usize, opened: usize) -> Stop {
    let skip = |from: usize, test: fn(char) -> bool| {
        let rest = line.get(from..).unwrap_or("");
        from + rest.find(|c: char| !test(c)).unwrap_or(rest.len())
    };
    let marks_end = skip(start, is_mark);
    let close_end = skip(marks_end, is_closer);
    let next = skip(close_end, is_blank);
    Stop { opened, start, marks_end, close_end, next }
}
