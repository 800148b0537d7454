//! Where we differ from UAX #29, each difference by a rule with a name.
//!
//! One [`Stop`] (a run of sentence marks, the closing quotes and brackets on it, the white space after
//! it) goes in with its line; the rule that speaks comes out, or none. UAX #29 has cut behind the
//! stop or it has not: [`join`] is asked in the first case, [`split`] in the second.
//!
//! # Promises
//!
//! **Local.** A rule sees the sentence mark, the [`REACH`] bytes before and behind it, and where the
//! sentence so far began; never more, and never past the line. Equal text splits equally wherever it stands.
//!
//! # Source
//!
//! The abbreviation and glue rules are those every news splitter needs (compare sentencex and Punkt's
//! typology: abbreviation, initial, ordinal, ellipsis); the tables and the order are ours.

use super::abbreviation::{
    BEFORE_NUMBER, BEFORE_ORDINAL, CALENDAR, MARKED_NAMES, MAY_BE_LAST, NEVER_LAST, OPENERS, SUFFIXES,
    TITLES, ZONES, holds,
};
use super::line::is_blank;

/// How far a rule looks to either side, in bytes. The longest German compound in a table has 11; a
/// word longer than this is no abbreviation.
const REACH: usize = 48;

/// The rules. `join` rules take back a cut of UAX #29, `split` rules add one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rule {
    /// Join: `Dr. Emily`, `Sen. X`: a title, a name follows.
    Title,
    /// Join: `No. 5`, `Jan. 5`: an abbreviation before a number.
    Numbered,
    /// Join: `e.g. Berlin`, `vs. Spain`: an abbreviation that never stands last.
    NeverLast,
    /// Join: `Acme Inc. Chairman`, unless a word follows that opens sentences.
    MayBeLast,
    /// Join: `U.S. Government`, `Ph.D. Thesis`, unless a word follows that opens sentences.
    Acronym,
    /// Join: `5 p.m. Wednesday`, `9 a.m. EST`.
    Clock,
    /// Join: `J. K. Rowling`.
    Initial,
    /// Join: `1. First`, `B. Second`, `IV. Fourth`: nothing but a number or letter since the last cut.
    Enumerator,
    /// Join: `am 3. Oktober`, `des 19. Jahrhunderts`: a German ordinal number.
    Ordinal,
    /// Join: `“Stop!” he said`: behind a quotation a small letter goes on with the sentence.
    GoesOn,
    /// Join: `Yahoo! Inc`.
    MarkedName,
    /// Join: `(!)`, `[...]`: a mark alone in brackets.
    Bracketed,
    /// Join: `example.com/?Q=1`, `.NET`, `Fig 2.B`: a mark inside one word.
    Inside,
    /// Join: `fin. »`: a closing guillemet behind a space belongs to what it closes.
    Guillemet,
    /// Split: `interests.The`: a full stop glued to the next sentence.
    Glued,
    /// Split: `They left. 25 people stayed`: a number opens a sentence.
    NumberOpens,
    /// Split: `They waited… Then`: the ellipsis character, which UAX #29 does not know.
    Ellipsis,
    /// Split: `They left. – Then`: a dash before the next sentence.
    Dash,
    /// Split: `They met. iPhone sales`: a name that begins small.
    SmallName,
}

/// One place where a sentence may end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// Where the sentence it would end begins, as far as decided.
    pub(super) opened: usize,
    /// The first mark.
    pub(super) start: usize,
    /// Behind the last mark.
    pub(super) marks_end: usize,
    /// Behind the closing quotes and brackets.
    pub(super) close_end: usize,
    /// Behind the white space: the next sentence's first byte.
    pub(super) next: usize,
}

/// The words around a stop.
struct Around<'a> {
    /// The unspaced run before the marks, without opening quotes and brackets.
    token: &'a str,
    /// The part of `token` behind its last hyphen, slash or apostrophe: what may be an abbreviation.
    word: &'a str,
    /// The unspaced run before `token`.
    before: &'a str,
    /// The marks.
    marks: &'a str,
    /// The quotes and brackets that close.
    closers: &'a str,
    /// What follows, without opening quotes and brackets.
    next: &'a str,
    /// The first word of `next`: letters only.
    next_word: &'a str,
    /// Whether white space stands between.
    spaced: bool,
}

/// The rule that takes back the cut UAX #29 makes behind this stop.
pub(super) fn join(line: &str, stop: Stop) -> Option<Rule> {
    let around = Around::of(line, stop);
    let first = around.next.chars().next()?;
    let opens = holds(OPENERS, around.next_word);
    if line.get(stop.next..).is_some_and(|t| t.starts_with('»')) && around.spaced {
        return Some(Rule::Guillemet);
    }
    if stands_in_brackets(line, stop) {
        return Some(Rule::Bracketed);
    }
    let quoted = around.closers.chars().any(|c| c != ')' && c != ']');
    if quoted && first.is_lowercase() && !begins_small(around.next) && around.marks.is_ascii() {
        return Some(Rule::GoesOn);
    }
    if !around.spaced {
        return is_inside(&around, first).then_some(Rule::Inside);
    }
    if around.marks == "!" && !opens && is_marked_name(&around) {
        return Some(Rule::MarkedName);
    }
    if around.marks != "." || !(around.closers.is_empty() || around.closers == ")") {
        return None;
    }
    join_abbreviation(line, stop, &around, first, opens)
}

/// The rules for a single full stop with white space behind it.
fn join_abbreviation(line: &str, stop: Stop, around: &Around<'_>, first: char, opens: bool) -> Option<Rule> {
    let word = around.word;
    let small = word.to_lowercase();
    let closed = !around.closers.is_empty();
    if !closed && is_enumerator(line, stop) {
        return Some(Rule::Enumerator);
    }
    if first.is_numeric() && holds(BEFORE_NUMBER, &small) {
        return Some(Rule::Numbered);
    }
    if !closed && is_ordinal(around) {
        return Some(Rule::Ordinal);
    }
    if matches!(small.as_str(), "a.m" | "p.m" | "am" | "pm") {
        let named = holds(CALENDAR, &around.next_word.to_lowercase()) || holds(ZONES, around.next_word);
        return named.then_some(Rule::Clock);
    }
    if holds(TITLES, word) {
        return Some(Rule::Title);
    }
    if holds(NEVER_LAST, &small) {
        return Some(Rule::NeverLast);
    }
    if opens || !(first.is_uppercase() || first.is_numeric()) {
        return None;
    }
    if is_acronym(word) && !first.is_numeric() {
        return Some(Rule::Acronym);
    }
    if holds(MAY_BE_LAST, word) {
        return Some(Rule::MayBeLast);
    }
    (!closed && is_initial(around) && first.is_uppercase()).then_some(Rule::Initial)
}

/// The rule that cuts behind this stop though UAX #29 does not.
pub(super) fn split(line: &str, stop: Stop) -> Option<Rule> {
    let around = Around::of(line, stop);
    let first = around.next.chars().next()?;
    if !around.spaced {
        return is_glued(&around).then_some(Rule::Glued);
    }
    if around.marks.ends_with('…') && around.marks.trim_matches('…').is_empty() {
        return (first.is_uppercase() && around.token.chars().next_back().is_some_and(char::is_alphanumeric))
            .then_some(Rule::Ellipsis);
    }
    if !is_plain_word(&around) {
        return None;
    }
    if first.is_ascii_digit() {
        return Some(Rule::NumberOpens);
    }
    if begins_small(around.next) {
        return Some(Rule::SmallName);
    }
    let rest = around.next.trim_start_matches(['-', '–', '—']);
    let dashes = around.next.len() - rest.len();
    let spoken = rest.trim_start_matches(is_blank).trim_start_matches(is_opener);
    (0 < dashes && spoken.chars().next().is_some_and(char::is_uppercase)).then_some(Rule::Dash)
}

impl<'a> Around<'a> {
    fn of(line: &'a str, stop: Stop) -> Self {
        let head = tail_of(line, stop.start);
        let token_start =
            head.char_indices().rev().find(|&(_, c)| is_blank(c)).map_or(0, |(i, c)| i + c.len_utf8());
        let (earlier, run) = head.split_at_checked(token_start).unwrap_or(("", head));
        let token = run.trim_start_matches(is_opener);
        let word = token.rsplit(['-', '–', '—', '/', '\'', '’', '(', '[']).next().unwrap_or(token);
        let before = earlier.trim_end_matches(is_blank).rsplit(is_blank).next().unwrap_or("");
        let ahead = head_of(line, stop.next);
        let next = ahead.trim_start_matches(is_opener);
        let next_end = next.find(|c: char| !c.is_alphanumeric()).unwrap_or(next.len());
        Self {
            token,
            word,
            before,
            marks: line.get(stop.start..stop.marks_end).unwrap_or(""),
            closers: line.get(stop.marks_end..stop.close_end).unwrap_or(""),
            next,
            next_word: next.get(..next_end).unwrap_or(""),
            spaced: stop.close_end < stop.next,
        }
    }
}

/// At most [`REACH`] bytes of `line` before `at`.
fn tail_of(line: &str, at: usize) -> &str {
    let mut from = at.saturating_sub(REACH);
    while !line.is_char_boundary(from) {
        from += 1;
    }
    line.get(from..at).unwrap_or("")
}

/// At most [`REACH`] bytes of `line` from `at` on.
fn head_of(line: &str, at: usize) -> &str {
    let mut to = (at + REACH).min(line.len());
    while !line.is_char_boundary(to) {
        to -= 1;
    }
    line.get(at..to).unwrap_or("")
}

/// Opening quotes and brackets, and those that serve both ends.
pub(super) fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '('
            | '['
            | '{'
            | '“'
            | '‘'
            | '„'
            | '‚'
            | '«'
            | '‹'
            | '「'
            | '『'
            | '（'
            | '¿'
            | '¡'
            | '*'
            | '_'
    )
}

/// Closing quotes and brackets, and those that serve both ends.
pub(super) fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | ')'
            | ']'
            | '}'
            | '”'
            | '’'
            | '“'
            | '‘'
            | '»'
            | '›'
            | '」'
            | '』'
            | '）'
            | '】'
            | '》'
            | '〉'
            | '＂'
    )
}

/// `(!)`, `[...]`, `(…)`: opening bracket, marks, closing bracket.
fn stands_in_brackets(line: &str, stop: Stop) -> bool {
    let opened = line.get(..stop.start).and_then(|t| t.chars().next_back());
    let closed = line.get(stop.marks_end..).and_then(|t| t.chars().next());
    matches!((opened, closed), (Some('('), Some(')')) | (Some('['), Some(']')))
}

/// The mark stands inside one word: `.NET`, `?Q=1` in an address, `2.B`.
fn is_inside(around: &Around<'_>, first: char) -> bool {
    if !around.closers.is_empty() || !first.is_ascii_alphanumeric() || !around.marks.is_ascii() {
        return false;
    }
    if around.token.is_empty() {
        return around.marks == ".";
    }
    if around.marks != "." {
        return around.token.contains("://") || around.token.contains("www.") || around.next.contains('=');
    }
    let second = around.next.chars().nth(1);
    around.token.ends_with(|c: char| c.is_ascii_digit()) && !second.is_some_and(char::is_lowercase)
}

fn is_marked_name(around: &Around<'_>) -> bool {
    MARKED_NAMES.iter().any(|name| name.strip_suffix('!') == Some(around.word))
}

/// `U.S`, `Ph.D`, `C.I.A`: short parts of letters with dots between.
fn is_acronym(word: &str) -> bool {
    let mut parts = 0;
    word.split('.').all(|part| {
        parts += 1;
        (1..=2).contains(&part.chars().count()) && part.chars().all(char::is_alphabetic)
    }) && 2 <= parts
}

/// A single capital, alone or behind another initial; `I` only between capitalised words.
fn is_initial(around: &Around<'_>) -> bool {
    let mut chars = around.word.chars();
    let single = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    let named = around.before.chars().next().is_some_and(char::is_uppercase);
    single && (around.word != "I" || named)
}

/// Nothing but a number of at most three digits, one letter or a small Roman number since the last cut.
fn is_enumerator(line: &str, stop: Stop) -> bool {
    let so_far =
        line.get(stop.opened..stop.start).unwrap_or("").trim_matches(is_blank).trim_start_matches(is_opener);
    let digits = so_far.len() <= 3 && so_far.bytes().all(|b| b.is_ascii_digit());
    let letter = so_far.chars().count() == 1 && so_far.chars().all(char::is_alphabetic);
    let roman =
        so_far.len() <= 4 && so_far.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'i' | b'v' | b'x'));
    !so_far.is_empty() && (digits || letter || roman)
}

/// A German ordinal: a number of one or two digits with a month behind it or an article before it.
fn is_ordinal(around: &Around<'_>) -> bool {
    let number = (1..=2).contains(&around.word.len()) && around.word.bytes().all(|b| b.is_ascii_digit());
    let article = holds(BEFORE_ORDINAL, &around.before.to_lowercase());
    let noun = around.next_word.to_lowercase();
    number && (article || holds(CALENDAR, &noun) || noun.starts_with("jahrhundert"))
}

/// `interests.The`: two small letters, the mark, a capital and a small letter, no dot in either word.
fn is_glued(around: &Around<'_>) -> bool {
    let mut back = around.token.chars().rev();
    let small = back.next().is_some_and(char::is_lowercase) && back.next().is_some_and(char::is_lowercase);
    let mut ahead = around.next.chars();
    let capital =
        ahead.next().is_some_and(char::is_uppercase) && ahead.next().is_some_and(char::is_lowercase);
    let whole = !around.token.contains(['.', '@', '/', '\\', '_']);
    let beyond = around.next.get(around.next_word.len()..).unwrap_or("");
    let dotted = beyond.starts_with(['.', '_', '(', '/', '@'])
        && beyond.chars().nth(1).is_some_and(|c| c.is_alphanumeric() || matches!(c, ')' | '_'));
    small && capital && whole && !dotted && !holds(SUFFIXES, &around.next_word.to_lowercase())
}

/// The stop ends an ordinary word: small letters, no abbreviation; or a year; or a quotation.
fn is_plain_word(around: &Around<'_>) -> bool {
    if around.marks != "." && around.marks.contains('.') {
        return false;
    }
    let small = around.word.to_lowercase();
    let letters = 3 <= around.word.chars().count() && around.word.chars().all(char::is_alphabetic);
    let year = around.word.len() == 4 && around.word.bytes().all(|b| b.is_ascii_digit());
    let known = holds(BEFORE_NUMBER, &small) || holds(TITLES, around.word) || holds(MAY_BE_LAST, around.word);
    (letters || year) && !known
}

/// `iPhone`, `eBay`: one small letter, then a capital.
fn begins_small(next: &str) -> bool {
    let mut chars = next.chars();
    chars.next().is_some_and(char::is_lowercase)
        && chars.next().is_some_and(char::is_uppercase)
        && chars.next().is_some_and(char::is_lowercase)
}
