//! Paragraphs: a plain text goes in, the spans of its paragraphs come out.
//!
//! Part of stage 2. What a line end means depends on who wrote the file, and the file says so itself:
//! most feeds put one paragraph on a line, the web separates paragraphs by blank lines, and wires and
//! e-mail wrap lines at a fixed width. This file reads the signs; it knows nothing of sentences.
//!
//! # The rule
//!
//! A *block* is a run of lines that show something ([`line`](super::line) says what shows nothing);
//! blank lines, form feeds and U+2029 always separate paragraphs. Width is counted in columns, two for
//! a Chinese, Japanese or Korean character. A *joint* is a line end inside a block, between line `a`
//! and line `b`, where neither is wider than [`WIDEST_WRAP`] and `b` opens no list item
//! and stands at the block's margin, the indentation of its least indented line, or hangs below a list item.
//! Of a joint two things can be said:
//!
//! * it is **full** when `b`'s first word would not have fitted on `a`: `a`, a space, the word and
//!   [`SLACK`] columns exceed the wrap width, which is the width that nine of ten lines at joints keep to;
//! * it is **torn** when the line end lies inside a sentence: `a` ends without a sentence mark,
//!   and `b` begins with a small letter (or a letter of a script without capitals).
//!
//! **Is the file hard-wrapped?** Yes, when the wrap width is at least [`NARROWEST_WRAP`], a share of
//! [`TORN_SHARE`] of its joints is torn ([`TORN_SHARE_INDENTED`] where a joint's neighbour shows that paragraphs
//! begin with an indented line) and a share of [`FULL_SHARE`] is full ([`FULL_SHARE_CASELESS`] where most
//! joints lie before letters without case, whose torn joints prove less; there [`FEWEST_CASELESS`] must be torn).
//! Why these numbers: in 19,043 wire stories 78 % of the joints are torn and 83 % full, even without slack; lines
//! of lists and headlines begin with capitals and verse is not full. With them 0.4 % of the wire's 200,553 joints are
//! taken for paragraph ends. 120 columns is the widest wrap in use
//! (e-mail 72 to 78, terminals 80, source text 100 and 120); below 30 nothing but newspaper columns wraps.
//!
//! **Then, per block:**
//!
//! | the block | its line ends |
//! |---|---|
//! | holds a line wider than [`WIDEST_WRAP`] | each ends a paragraph: such a line is a paragraph by itself |
//! | the file is wrapped, or the block by itself, of [`FEWEST_LINES`] lines or more | a space, but for the paragraph ends below |
//! | is the only one of the file | each ends a paragraph |
//! | any other (addresses, verse) | stay inside the paragraph, as cuts between its sentences |
//!
//! **Paragraph ends inside a wrapped block**: `b` is indented more than the least indented line of the
//! block (unless it hangs below a list item); or `b` opens a list item and `a` is short or ends a sentence or an
//! item came before; or `a` is *short* (not full), ends a sentence, and `b` begins with no small letter; or `a`
//! is short and ends no sentence, `b` begins with a capital and the file indents no paragraphs (a heading).
//!
//! # Promises
//!
//! Spans are ascending, disjoint, not empty and begin and end with something to see; outside them
//! nothing shows. Time is one pass for the lines and one for the widths.
//!
//! # Limits
//!
//! A file of one wrapped line end (two short lines) may be taken for two paragraphs. A story whose
//! dateline was cut off has a short first line; it is joined all the same where it is torn.

use super::line::{Line, is_blank, lines, trim};
use super::rule::{is_closer, is_opener};
use super::uax29::is_terminator;
use crate::span::Span;

/// The widest line that may be one of a wrapped paragraph, in columns.
const WIDEST_WRAP: usize = 120;
/// The narrowest wrap width, in columns.
const NARROWEST_WRAP: usize = 30;
/// Columns a full line may leave free beside the next word: wires do not fill as tightly as they could.
const SLACK: usize = 10;
/// Torn joints in a wrapped file, at least, in percent.
const TORN_SHARE: usize = 40;
/// The same where paragraphs begin with an indented line, in percent: that alone speaks for a wrap.
const TORN_SHARE_INDENTED: usize = 20;
/// Torn joints in a wrapped file of letters without case, at least: two headings look torn there.
const FEWEST_CASELESS: usize = 4;
/// Full joints in a wrapped file, at least, in percent.
const FULL_SHARE: usize = 50;
/// The same where letters have no case, in percent.
const FULL_SHARE_CASELESS: usize = 80;

/// Lines of a block that may be found wrapped in a file that is not.
const FEWEST_LINES: usize = 3;

/// A paragraph, and whether its line ends are only spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paragraph {
    pub(super) span: Span,
    pub(super) hard_wrapped: bool,
}

/// The paragraphs of a plain text, ascending, without the white space around them.
pub fn paragraphs(text: &str) -> Vec<Span> {
    split(text).into_iter().map(|p| p.span).collect()
}

/// The paragraphs of a plain text, with what their line ends mean.
pub(super) fn split(text: &str) -> Vec<Paragraph> {
    let blocks = blocks(text);
    let file = File::read(&blocks);
    let mut out = Vec::new();
    for block in &blocks {
        let wide = block.iter().any(Row::is_wide);
        // A file of many kinds of blocks (lists, tables, links) says nothing clear; then each speaks for itself.
        let own = (!file.wrapped && !wide && 1 < blocks.len() && FEWEST_LINES <= block.len())
            .then(|| File::read(std::slice::from_ref(block)));
        let file = own.as_ref().unwrap_or(&file);
        if file.wrapped && !wide {
            wrapped_block(text, block, file, &mut out);
        } else if wide || blocks.len() == 1 {
            for row in block {
                push(text, row, row, false, &mut out);
            }
        } else if let (Some(first), Some(last)) = (block.first(), block.last()) {
            push(text, first, last, false, &mut out);
        }
    }
    out
}

fn push(text: &str, first: &Row, last: &Row, hard_wrapped: bool, out: &mut Vec<Paragraph>) {
    if let Some(span) = trim(text, first.line.start, last.line.end) {
        out.push(Paragraph { span, hard_wrapped });
    }
}

/// One line that shows something, measured.
#[derive(Clone, Copy, Debug)]
struct Row {
    line: Line,
    /// Columns up to the last character shown, indentation included.
    width: usize,
    /// Columns before the first character shown; a tab counts as eight.
    indent: usize,
    /// Columns of the first word.
    first_word: usize,
    /// What the first letter says; none when the line begins with no letter.
    case: Option<Case>,
    /// Whether the line ends with a sentence mark, closing quotes aside.
    ends_sentence: bool,
    /// Whether the line opens a list item.
    is_item: bool,
    /// Whether it holds no blank at all: an address, a rule of dashes.
    is_unbroken: bool,
}

/// The case of a line's first letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Small,
    Capital,
    Caseless,
}

impl Row {
    fn measure(text: &str, line: Line) -> Option<Self> {
        let whole = text.get(line.start..line.end)?;
        let shown = whole.trim_start_matches(is_blank);
        if shown.is_empty() {
            return None;
        }
        let indent =
            whole.get(..whole.len() - shown.len()).map_or(0, |t| t.chars().map(indent_columns).sum());
        let shown = shown.trim_end_matches(is_blank);
        let first_word = shown.split(is_blank).next().unwrap_or(shown);
        let bare = shown.trim_start_matches(is_opener);
        let case = bare.chars().next().filter(|c| c.is_alphabetic()).map(|c| {
            if c.is_lowercase() {
                Case::Small
            } else if c.is_uppercase() {
                Case::Capital
            } else {
                Case::Caseless
            }
        });
        // A script that breaks lines between any two characters moves one character, not one word.
        let breaks_anywhere = bare.chars().next().is_some_and(is_full_width);
        Some(Self {
            line,
            width: indent + columns(shown),
            indent,
            first_word: if breaks_anywhere { 2 } else { columns(first_word) },
            case,
            ends_sentence: shown
                .trim_end_matches(is_closer)
                .ends_with(|c| is_terminator(c) || matches!(c, ':' | '：' | '…')),
            is_item: is_item(shown),
            is_unbroken: first_word.len() == shown.len() && !breaks_anywhere,
        })
    }

    /// Whether it is too wide to be one line of a wrapped paragraph; an address alone says nothing.
    fn is_wide(&self) -> bool {
        WIDEST_WRAP < self.width && !self.is_unbroken
    }

    /// Whether `next`'s first word would have fitted behind this line within `width` columns.
    fn is_short(&self, next: &Self, width: usize) -> bool {
        let slack = if next.case == Some(Case::Caseless) && next.first_word <= 2 { 2 } else { SLACK };
        self.width + 1 + next.first_word + slack <= width
    }

    /// Whether the line end between this line and the next lies inside a sentence.
    fn is_torn(&self, next: &Self) -> bool {
        !self.ends_sentence && matches!(next.case, Some(Case::Small | Case::Caseless)) && !next.is_item
    }
}

/// What the whole file says about its line ends.
#[derive(Debug)]
struct File {
    wrapped: bool,
    /// The wrap width, in columns.
    width: usize,
    /// Whether paragraphs begin with an indented line.
    indents: bool,
}

impl File {
    fn read(blocks: &[Vec<Row>]) -> Self {
        let narrow = blocks.iter().filter(|block| !block.iter().any(Row::is_wide));
        let (mut joints, mut indents): (Vec<(&Row, &Row)>, bool) = (Vec::new(), false);
        for block in narrow {
            let margin = margin(block);
            let mut item: Option<&Row> = None;
            for (a, b) in block.iter().zip(block.iter().skip(1)) {
                item = if a.is_item { Some(a) } else { item.filter(|i| i.indent < a.indent) };
                let hangs = item.is_some_and(|i| i.indent < b.indent);
                if !b.is_item && (b.indent == margin || hangs) {
                    joints.push((a, b));
                }
                indents |= a.indent < b.indent && !a.is_item;
            }
        }
        let mut widths: Vec<usize> =
            joints.iter().flat_map(|(a, b)| [a, b]).filter(|r| !r.is_unbroken).map(|r| r.width).collect();
        widths.sort_unstable();
        let width = widths.get((widths.len() * 9).div_ceil(10).saturating_sub(1)).copied().unwrap_or(0);

        let count = |test: &dyn Fn(&Row, &Row) -> bool| joints.iter().filter(|(a, b)| test(a, b)).count();
        let torn = count(&|a, b| a.is_torn(b));
        let full = count(&|a, b| !a.is_short(b, width));
        let caseless = count(&|_, b| b.case == Some(Case::Caseless));
        let is_caseless = joints.len() < caseless * 2;
        let full_share = if is_caseless { FULL_SHARE_CASELESS } else { FULL_SHARE };
        let torn_share = if indents { TORN_SHARE_INDENTED } else { TORN_SHARE };
        let wrapped = NARROWEST_WRAP <= width
            && (if is_caseless { FEWEST_CASELESS } else { 1 }) <= torn
            && torn_share * joints.len() <= torn * 100
            && full_share * joints.len() <= full * 100;
        Self { wrapped, width, indents }
    }
}

/// The indentation of a block's least indented line.
fn margin(block: &[Row]) -> usize {
    block.iter().map(|row| row.indent).min().unwrap_or(0)
}

/// Cuts a block of wrapped lines into its paragraphs.
fn wrapped_block(text: &str, block: &[Row], file: &File, out: &mut Vec<Paragraph>) {
    let margin = margin(block);
    let mut rows = block.iter();
    let Some(mut first) = rows.next() else { return };
    let mut last = first;
    for row in rows {
        if ends_paragraph(first, last, row, margin, file) {
            push(text, first, last, true, out);
            first = row;
        }
        last = row;
    }
    push(text, first, last, true, out);
}

/// Whether a new paragraph begins with `next`, in a paragraph of `first..=last` so far.
fn ends_paragraph(first: &Row, last: &Row, next: &Row, margin: usize, file: &File) -> bool {
    if next.is_item {
        return first.is_item || last.ends_sentence || last.is_short(next, file.width);
    }
    // Lines under a list item hang; lines of any other paragraph return to the margin.
    let hangs = first.is_item && first.indent < next.indent;
    if margin < next.indent && !hangs {
        return true;
    }
    if hangs || !last.is_short(next, file.width) {
        return false;
    }
    if last.ends_sentence {
        return next.case != Some(Case::Small);
    }
    next.case == Some(Case::Capital) && !file.indents
}

/// The runs of lines that show something.
fn blocks(text: &str) -> Vec<Vec<Row>> {
    let mut out = Vec::new();
    let mut block = Vec::new();
    for line in lines(text, 0..text.len()) {
        let row = Row::measure(text, line);
        let ends = row.is_none() || line.breaks;
        block.extend(row);
        if ends && !block.is_empty() {
            out.push(std::mem::take(&mut block));
        }
    }
    if !block.is_empty() {
        out.push(block);
    }
    out
}

/// `- `, `• `, `1. `, `a) `, `(2) `: the line opens a list item.
fn is_item(shown: &str) -> bool {
    let Some((mark, _)) = shown.split_once(is_blank) else { return false };
    if matches!(mark, "-" | "*" | "+" | "•" | "‣" | "·" | "–" | "—" | "▪" | "◦") {
        return true;
    }
    let inside = mark.trim_start_matches('(').trim_end_matches(['.', ')']);
    let number = (1..=3).contains(&inside.len()) && inside.bytes().all(|b| b.is_ascii_digit());
    let letter = inside.len() == 1 && inside.bytes().all(|b| b.is_ascii_alphabetic());
    (number || letter && mark.ends_with(')')) && inside.len() < mark.len() && mark.ends_with(['.', ')'])
}

fn columns(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars()
        .map(|c| if is_full_width(c) { 2 } else { usize::from(!is_blank(c) || c.is_whitespace()) })
        .sum()
}

fn indent_columns(c: char) -> usize {
    match c {
        '\t' => 8,
        '\u{3000}' => 2,
        c => usize::from(c.is_whitespace()),
    }
}

/// East Asian wide characters, in the large: Hangul, kana, Han and their punctuation.
fn is_full_width(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}')
}
