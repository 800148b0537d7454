//! Where exactly to cut, so that what remains reads well: sentences go in, bytes come out.
//!
//! Knows one document, its units and its white space; does not know findings.
//!
//! # The rule
//!
//! *Between sentences of a paragraph* that stay, the white space before the cut stays, or that behind it where only that
//! holds a line end; at the paragraph's begin and end none of it stays. *A whole paragraph* goes with its lines, marks
//! included. Of what parted it from its neighbours the side stays that parts more: a page's end, else more lines, else
//! lines outside of a quote, else the one before it.

use std::{borrow::Cow, ops::Range};

use crate::{
    document::{Document, Layout},
    segment::{self, is_blank},
    span::Span,
};

/// The bytes to take out of a document, so that the whole sentences inside `spans` are gone and the rest reads well; ascending, apart.
///
/// Sentences that do not lie in one of the spans stay, and so do those that cannot go without breaking the marks around them: a plan names
/// none. Cost: one segmentation, and one pass over the text.
///
/// ```
/// use twicetold::{Document, Span, dedup::tidy};
///
/// let text = "It rained. It rained. Nobody came.".to_owned();
/// let document = Document { text, ..Document::default() };
/// assert_eq!(tidy(&document, &[Span::new(11, 21)]), [Span::new(11, 22)]);
/// ```
pub fn tidy(document: &Document, spans: &[Span]) -> Vec<Span> {
    let sheet = Sheet::new(Cow::Borrowed(document));
    let mut taken: Vec<bool> = Vec::with_capacity(sheet.sentences.len());
    for sentence in &sheet.sentences {
        let next = spans.partition_point(|span| span.end < sentence.end);
        taken.push(spans.get(next).is_some_and(|span| span.contains(*sentence)));
    }
    sheet.spare(&mut taken);
    sheet.cuts(&taken)
}

/// A document with its units.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    document: Cow<'a, Document>,
    /// Its sentences, ascending.
    pub(super) sentences: Vec<Span>,
    /// Each paragraph that has sentences, and which.
    pub(super) paragraphs: Vec<(Span, Range<usize>)>,
}

/// A paragraph with the lines it stands on.
#[derive(Clone, Copy, Debug)]
struct Lines {
    /// The first byte of its first line.
    start: usize,
    /// The end of its last line, before the line end.
    end: usize,
    /// Whether an underline makes it a heading.
    is_underlined: bool,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(document: Cow<'a, Document>) -> Self {
        let units = segment::segment(&document);
        let mut paragraphs = Vec::with_capacity(units.paragraphs.len());
        let mut first = 0;
        for paragraph in units.paragraphs {
            let end = units.sentences.partition_point(|sentence| sentence.end <= paragraph.end);
            if first < end {
                paragraphs.push((paragraph, first..end));
                first = end;
            }
        }
        Self { document, sentences: units.sentences, paragraphs }
    }

    /// Whether a sentence stays that is no heading.
    pub(super) fn keeps_prose(&self, taken: &[bool]) -> bool {
        self.paragraphs
            .iter()
            .any(|(paragraph, sentences)| !is_all(taken, sentences) && !self.is_heading(*paragraph))
    }

    /// Lets stay what cannot go without breaking the marks around it; says how many sentences.
    pub(super) fn spare(&self, taken: &mut [bool]) -> u64 {
        let mut spared = 0;
        if self.document.layout == Layout::Plain {
            return spared;
        }
        for (paragraph, sentences) in &self.paragraphs {
            for run in runs(taken, sentences) {
                let may_go =
                    if run == *sentences { self.may_go_whole(*paragraph) } else { self.may_go(&run) };
                if !may_go {
                    spared += run.len() as u64;
                    taken.get_mut(run).unwrap_or_default().fill(false);
                }
            }
        }
        spared
    }

    /// The bytes to take out with the sentences that are `taken`; ascending, apart.
    pub(super) fn cuts(&self, taken: &[bool]) -> Vec<Span> {
        let mut cuts: Vec<Range<usize>> = Vec::new();
        let mut paragraphs = self.paragraphs.iter().peekable();
        while let Some((paragraph, sentences)) = paragraphs.next() {
            if !is_all(taken, sentences) {
                cuts.extend(runs(taken, sentences).into_iter().filter_map(|run| self.cut(sentences, &run)));
                continue;
            }
            // Paragraphs with nothing between them go as one.
            let mut lines = self.lines(*paragraph);
            while let Some((next, _)) = paragraphs.next_if(|(next, sentences)| {
                is_all(taken, sentences) && self.skip_blanks(lines.end) >= self.shown_start(*next)
            }) {
                lines.end = self.lines(*next).end;
            }
            cuts.push(self.cut_lines(lines));
        }
        let mut out: Vec<Span> = Vec::with_capacity(cuts.len());
        for cut in cuts.into_iter().filter(|cut| !cut.is_empty()) {
            let span = Span::from_range(cut.start, cut.end);
            match out.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => out.push(span),
            }
        }
        out
    }

    fn text(&self) -> &str {
        &self.document.text
    }

    fn slice(&self, range: Range<usize>) -> &str {
        self.text().get(range).unwrap_or("")
    }

    /// Some sentences of a paragraph of which others stay.
    fn cut(&self, all: &Range<usize>, run: &Range<usize>) -> Option<Range<usize>> {
        let (start, end) = self.ends(run)?;
        let (before, after) = (self.skip_blanks_back(start), self.skip_blanks(end));
        if run.start == all.start {
            return Some(start..after);
        }
        if run.end == all.end {
            return Some(before..end);
        }
        let only_after = has_line_end(self.slice(end..after)) && !has_line_end(self.slice(before..start));
        Some(match (before < start, only_after) {
            (false, _) => start..end,
            (true, true) => before..end,
            (true, false) => start..after,
        })
    }

    /// Whole lines, with what parted them from one of their neighbours.
    fn cut_lines(&self, lines: Lines) -> Range<usize> {
        let text = self.text();
        let shown_before = self.skip_blanks_back(lines.start);
        let shown_after = self.skip_blanks(lines.end);
        let before = self.slice(shown_before..lines.start);
        let after = self.slice(lines.end..shown_after);
        // From the end of the line before, and up to the begin of the line after.
        let from = shown_before + before.find(is_line_end).unwrap_or(0);
        let to = lines.end + after.rfind(is_line_end).map_or(0, |at| at + line_end_len(after, at));
        match (shown_before == 0, shown_after == text.len()) {
            (true, true) => 0..text.len(),
            (true, false) => lines.start..to,
            (false, true) => from..lines.end,
            (false, false) if parting(before) < parting(after) => from..lines.end,
            (false, false) => lines.start..to,
        }
    }

    /// From the first byte of the first sentence of a run to the last of its last.
    fn ends(&self, run: &Range<usize>) -> Option<(usize, usize)> {
        let (first, last) = (self.sentences.get(run.start)?, self.sentences.get(run.end.checked_sub(1)?)?);
        Some((first.range().start, last.range().end))
    }

    fn is_heading(&self, paragraph: Span) -> bool {
        let lines = self.lines(paragraph);
        let mark = self.slice(lines.start..paragraph.range().start);
        let mark = mark.trim_start_matches(|c: char| is_blank(c) || c == '>');
        lines.is_underlined || mark.starts_with('#') && self.in_gap(paragraph.range().start - mark.len())
    }

    /// Where a paragraph's line shows something first.
    fn shown_start(&self, paragraph: Span) -> usize {
        self.skip_blanks_from(self.lines(paragraph).start, true)
    }

    fn lines(&self, paragraph: Span) -> Lines {
        let text = self.text();
        let before = self.slice(0..paragraph.range().start);
        let start = before.rfind(is_line_end).map_or(0, |at| at + line_end_len(before, at));
        let line_end =
            |from: usize| self.slice(from..text.len()).find(is_line_end).map_or(text.len(), |at| from + at);
        let mut end = line_end(paragraph.range().end);
        let next = end + line_end_len(text, end);
        let is_underlined = end < next && self.in_gap(next) && {
            let below = self.slice(next..line_end(next)).trim_end();
            !below.is_empty() && (below.bytes().all(|b| b == b'=') || below.bytes().all(|b| b == b'-'))
        };
        if is_underlined {
            end = line_end(next);
        }
        Lines { start, end, is_underlined }
    }

    fn in_gap(&self, at: usize) -> bool {
        let gaps = self.document.layout.gaps();
        let next = gaps.partition_point(|gap| gap.range().end <= at);
        gaps.get(next).is_some_and(|gap| gap.range().contains(&at))
    }

    /// The next byte that shows something. Line ends, white space and the marks that begin a quote's lines do not.
    fn skip_blanks(&self, from: usize) -> usize {
        self.skip_blanks_from(from, false)
    }

    fn skip_blanks_from(&self, from: usize, mut at_line_start: bool) -> usize {
        for (at, c) in self.slice(from..self.text().len()).char_indices() {
            if is_line_end(c) {
                at_line_start = true;
            } else if !(is_blank(c) || at_line_start && c == '>' && self.in_gap(from + at)) {
                return from + at;
            }
        }
        self.text().len()
    }

    /// The byte after the last one before `to` that shows something.
    fn skip_blanks_back(&self, to: usize) -> usize {
        let mut rest = self.slice(0..to);
        loop {
            rest = rest.trim_end_matches(is_blank);
            let at = rest.len().saturating_sub(1);
            if !rest.ends_with('>') || !self.in_gap(at) {
                return rest.len();
            }
            let marked = rest.trim_end_matches(|c: char| c == '>' || !is_line_end(c) && is_blank(c));
            if !marked.is_empty() && !marked.ends_with(is_line_end) {
                return rest.len();
            }
            rest = marked;
        }
    }

    /// Whether nothing but marks of its own shares a paragraph's lines.
    fn may_go_whole(&self, paragraph: Span) -> bool {
        let lines = self.lines(paragraph);
        let inner = paragraph.range();
        let is_mark = |from: usize, part: &str| {
            part.char_indices().all(|(at, c)| is_blank(c) || self.in_gap(from + at))
        };
        let (left, right) = (self.slice(lines.start..inner.start), self.slice(inner.end..lines.end));
        if !is_mark(lines.start, left) || !is_mark(inner.end, right) {
            return false;
        }
        // What hangs far below an item would be read as code without it.
        let next = self.skip_blanks(lines.end);
        let between = self.slice(lines.end..next);
        let begin = between.rfind(is_line_end).map_or(0, |at| at + line_end_len(between, at));
        let indent = between.get(begin..).unwrap_or("");
        let hangs = indent.starts_with('\t') || 4 <= indent.chars().count();
        if hangs && !left.trim().is_empty() {
            return false;
        }
        let opening = left.trim_start_matches(|c: char| {
            is_blank(c) || matches!(c, '>' | '#' | '*' | '+' | '-' | '.' | ')') || c.is_ascii_digit()
        });
        let mut marks = Marks::default();
        marks.read(opening);
        self.gaps_in(inner).for_each(|gap| marks.read(gap));
        marks.read(right);
        marks.are_closed()
    }

    /// Whether some sentences of a paragraph share no emphasis, link or the like with the others.
    fn may_go(&self, run: &Range<usize>) -> bool {
        let Some((start, end)) = self.ends(run) else { return false };
        let touches = 0 < start && self.in_gap(start - 1) || self.in_gap(end);
        let mut marks = Marks::default();
        self.gaps_in(start..end).for_each(|gap| marks.read(gap));
        !touches && marks.are_paired()
    }

    /// The gaps inside, but for the marks of quotes.
    fn gaps_in(&self, range: Range<usize>) -> impl Iterator<Item = &str> {
        let gaps = self.document.layout.gaps();
        let first = gaps.partition_point(|gap| gap.range().end <= range.start);
        let inside =
            gaps.get(first..).unwrap_or_default().iter().take_while(move |gap| gap.range().start < range.end);
        let text = self.text();
        inside.map(|gap| gap.of(text)).filter(|gap| gap.contains(|c: char| c != '>' && !is_blank(c)))
    }
}

/// Marks of markup that come in pairs, counted.
#[derive(Debug, Default)]
struct Marks {
    round: i64,
    square: i64,
    angle: i64,
    /// `` ` ``, `*`, `_`, `~`.
    twins: [u64; 4],
}

impl Marks {
    fn read(&mut self, gap: &str) {
        for byte in gap.bytes() {
            match byte {
                b'(' => self.round += 1,
                b')' => self.round -= 1,
                b'[' => self.square += 1,
                b']' => self.square -= 1,
                b'<' => self.angle += 1,
                b'>' => self.angle -= 1,
                b'`' => self.twins[0] += 1,
                b'*' => self.twins[1] += 1,
                b'_' => self.twins[2] += 1,
                b'~' => self.twins[3] += 1,
                _ => {}
            }
        }
    }

    /// Whether no bracket is open; what else comes in pairs ends with its paragraph.
    const fn are_closed(&self) -> bool {
        self.round == 0 && self.square == 0 && self.angle == 0
    }

    fn are_paired(&self) -> bool {
        self.are_closed() && self.twins.iter().all(|n| n % 2 == 0)
    }
}

fn is_all(taken: &[bool], sentences: &Range<usize>) -> bool {
    taken.get(sentences.clone()).is_some_and(|taken| taken.iter().all(|taken| *taken))
}

/// The longest runs of sentences that are taken.
pub(super) fn runs(taken: &[bool], sentences: &Range<usize>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for at in sentences.clone().filter(|at| taken.get(*at).copied().unwrap_or(false)) {
        match out.last_mut() {
            Some(last) if last.end == at => last.end = at + 1,
            _ => out.push(at..at + 1),
        }
    }
    out
}

/// How far white space parts what stands around it: by pages, by how many lines, outside of a quote.
fn parting(blank: &str) -> (bool, usize, bool) {
    let ends = blank.chars().filter(|c| is_line_end(*c)).count() - blank.matches("\r\n").count();
    (blank.contains(['\u{0C}', '\u{2029}']), ends, !blank.contains('>'))
}

fn has_line_end(blank: &str) -> bool {
    blank.contains(is_line_end)
}

/// The line ends that segmentation knows.
const fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The length of the line end at a byte, `\r\n` being one; 0 where there is none.
fn line_end_len(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    if rest.starts_with("\r\n") {
        2
    } else {
        rest.chars().next().filter(|c| is_line_end(*c)).map_or(0, char::len_utf8)
    }
}
