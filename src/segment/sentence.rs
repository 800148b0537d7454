//! Sentences: one paragraph goes in, the spans of its sentences come out.
//!
//! Part of stage 2. Knows lines, UAX #29 ([`uax29`]) and the local rules ([`rule`]); does not know where
//! paragraphs come from.
//!
//! # The idea
//!
//! Line ends cut first, unless the paragraph is hard-wrapped. In each line UAX #29 proposes; at every run
//! of sentence marks (a *stop*) one named rule may take the proposal back, move it, or add a cut where
//! there was none. Where no rule speaks, UAX #29 decides, and a test over Unicode's own file holds us to it.
//!
//! # Promises
//!
//! Sentences are ascending, disjoint, inside the paragraph, without blanks at their ends; all that shows is
//! in one. Each decision sees a bounded neighbourhood inside its line. Time grows with the length.

use std::{borrow::Cow, ops::Range};

use super::line::{is_blank, lines, trim};
use super::rule::{self, Rule, Stop, is_closer, is_hard_opener};
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
    let (mut from, mut moved_from) = (0, 0);
    while let Some(start) = next_stop(line, from) {
        let stop = stop_at(line, start, opened);
        // Cuts before this stop belong to no stop of ours: pass them on.
        while let Some(at) = base.next_if(|&at| at <= stop.start) {
            out.push(Cut { at, by: None, stands: true });
            opened = at;
        }
        let mut by_base = false;
        let mut moved_to = None;
        let mut joined = None;
        while let Some(at) = base.next_if(|&at| at <= stop.next) {
            if !by_base {
                joined = rule::join(line, stop);
                if joined.is_none()
                    && let Some((by, to)) = rule::shift(line, stop)
                    && to != at
                {
                    (joined, moved_to) = (Some(by), Some(Cut { at: to, by: Some(by), stands: true }));
                }
            }
            by_base = true;
            out.push(Cut { at, by: joined, stands: joined.is_none() });
            if joined.is_none() {
                opened = at;
            }
        }
        if let Some(cut) = moved_to {
            // Whatever UAX #29 thought of the way there has been decided with the move.
            while let Some(at) = base.next_if(|&at| at <= cut.at) {
                out.push(Cut { at, by: cut.by, stands: false });
            }
            opened = cut.at;
            moved_from = cut.at;
            // A cut moved before an opening quote lands before the one taken back.
            out.insert(out.partition_point(|c| c.at < cut.at), cut);
        }
        if !by_base && let Some(by) = rule::split(line, stop) {
            out.push(Cut { at: stop.next, by: Some(by), stands: true });
            opened = stop.next;
        }
        from = stop.marks_end.max(moved_from);
    }
    out.extend(base.map(|at| Cut { at, by: None, stands: true }));
    add_unmarked(line, &mut out);
    out
}

/// Adds the cuts of scripts without sentence marks where no other rule has spoken.
fn add_unmarked(line: &str, out: &mut Vec<Cut>) {
    // Thai and Lao begin with the bytes E0 B8 to E0 BB; most lines hold none.
    let bytes = line.as_bytes();
    if !bytes.windows(2).any(|pair| matches!(pair, [0xE0, 0xB8..=0xBB])) {
        return;
    }
    let mut places = Vec::new();
    rule::unmarked(line, &mut places);
    places.retain(|at| out.binary_search_by_key(at, |cut| cut.at).is_err());
    if !places.is_empty() {
        out.extend(places.into_iter().map(|at| Cut { at, by: Some(Rule::Unmarked), stands: true }));
        out.sort_by_key(|cut| cut.at);
    }
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
    let close_end = skip(marks_end, |c| is_closer(c) || is_hard_opener(c));
    let next = skip(close_end, is_blank);
    Stop { opened, start, marks_end, close_end, next }
}
