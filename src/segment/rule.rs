//! Where we differ from UAX #29, each difference by a rule with a name.
//!
//! One [`Stop`] (a run of sentence marks, the closing quotes and brackets on it, the white space after
//! it) goes in with its line; the rule that speaks comes out, or none. UAX #29 has cut behind the
//! stop or it has not: [`shift`] and [`join`] are asked in the first case, [`split`] in the second.
//!
//! # Promises
//!
//! **Local.** A rule sees the sentence mark, the [`REACH`] bytes before and behind it, and where the
//! sentence so far began; never more, and never past the line. Equal text splits equally wherever it stands.
//!
//! # Source
//!
//! The rules and their order are ours; the sorts (abbreviation, initial, ordinal, ellipsis) are the usual ones.
//! Rules and tables were tried on the treebanks that `examples/sentences.rs` scores.

use super::abbreviation::{
    BEFORE_NUMBER, BEFORE_ORDINAL, CALENDAR, MARKED_NAMES, MAY_BE_LAST, NEVER_LAST, OPENERS, SMALL_OPENERS,
    SUFFIXES, TITLES, ZONES, holds,
};
use super::line::is_blank;
use super::uax29::is_terminator;

/// How far a rule looks to either side, in bytes: room for an abbreviation, the word before it and the
/// word after it. A longer word is no abbreviation.
const REACH: usize = 48;

/// The rules: *join* takes back a cut of UAX #29, *split* adds one, *move* does both.
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
    /// Join: `z. B.`, `n. Chr.`, `a. C.`: an abbreviation of short parts written apart.
    SpacedAcronym,
    /// Move: `fin. » Il`: a closing quote between spaces belongs to what it closes.
    SpacedQuote,
    /// Move: `known.[12] Later`, `known. [...] Later`: a footnote number, or the sign that
    /// something was left out, belongs to what it stands behind.
    Footnote,
    /// Move: `。“今天`: an opening quote or bracket belongs to what it opens.
    Opening,
    /// Split: `interests.The`: a full stop glued to the next sentence.
    Glued,
    /// Split: `They left. 25 people stayed`: a number opens a sentence.
    NumberOpens,
    /// Split: `They waited… Then`: the ellipsis character, which UAX #29 does not know.
    Ellipsis,
    /// Split: `They left. – Then`: a dash before the next sentence.
    Dash,
    /// Split: `They met. iPhone sales`, `see below. www.`: a name or an address that begins small.
    SmallName,
    /// Split: a space behind twenty letters of Thai or Lao, which have no sentence marks.
    Unmarked,
    /// Split: `we left. they stayed`: careless English, before a word that opens sentences.
    SmallOpener,
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

/// The rule that moves the cut UAX #29 makes behind this stop, and where to.
pub(super) fn shift(line: &str, stop: Stop) -> Option<(Rule, usize)> {
    let spaced = stop.close_end < stop.next;
    let next = head_of(line, stop.next);
    let rest = next.trim_start_matches(['»', '"']);
    let quote = next.len() - rest.len();
    if spaced && (next.starts_with('»') || quote == 1 && rest.starts_with(is_blank)) {
        return Some((Rule::SpacedQuote, stop.next + quote + leading_blanks(rest)));
    }
    let quote_end = stop.marks_end + next_quotes(head_of(line, stop.marks_end));
    if let Some(length) = footnote(head_of(line, quote_end)) {
        return Some((Rule::Footnote, quote_end + length));
    }
    // What opens beyond doubt; `“` does in Chinese, while German closes with it.
    let wide = line.get(stop.start..stop.marks_end).is_some_and(|m| m.ends_with(['。', '！', '？']));
    let opens = |c: char| is_hard_opener(c) || wide && matches!(c, '“' | '‘');
    let run = line.get(stop.marks_end..stop.close_end)?;
    let at = run.find(opens)?;
    Some((Rule::Opening, stop.marks_end + at))
}

/// The bytes of quotes right at the start of `next`.
fn next_quotes(next: &str) -> usize {
    next.len() - next.trim_start_matches(['"', '”', '’', '\'']).len()
}

/// The rule that takes back the cut UAX #29 makes behind this stop.
pub(super) fn join(line: &str, stop: Stop) -> Option<Rule> {
    let around = Around::of(line, stop);
    let first = around.next.chars().next()?;
    let opens = holds(OPENERS, around.next_word);
    if around.spaced && goes_on_behind_quote(head_of(line, stop.next)) {
        return Some(Rule::GoesOn);
    }
    if stands_in_brackets(line, stop) {
        return Some(Rule::Bracketed);
    }
    let quoted = around.closers.chars().any(|c| c != ')' && c != ']');
    if quoted && first.is_lowercase() && !begins_small(around.next) && around.marks.is_ascii() {
        return Some(Rule::GoesOn);
    }
    if around.marks == "." && around.closers.is_empty() && is_caseless_acronym(&around, first) {
        return Some(Rule::Acronym);
    }
    if !around.spaced {
        return is_inside(&around, first).then_some(Rule::Inside);
    }
    if around.marks == "!" && !opens && is_marked_name(&around) {
        return Some(Rule::MarkedName);
    }
    if around.marks != "." || !(around.closers.is_empty() || around.closers == ")" || around.closers == "）")
    {
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
    if !closed && is_spaced_acronym(around) {
        return Some(Rule::SpacedAcronym);
    }
    if holds(TITLES, word) || is_shouted_title(word) {
        return Some(Rule::Title);
    }
    if holds(NEVER_LAST, &small) {
        return Some(Rule::NeverLast);
    }
    if word.chars().count() == 1
        && word.chars().all(|c| c.is_alphabetic() && is_caseless(c))
        && is_caseless(first)
    {
        return Some(Rule::Initial);
    }
    if opens || !(first.is_uppercase() || first.is_numeric() || closed && first.is_alphabetic()) {
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
    if begins_small(around.next) || around.next.starts_with("http") || around.next.starts_with("www.") {
        return Some(Rule::SmallName);
    }
    if holds(SMALL_OPENERS, around.next_word) && around.word.is_ascii() {
        return Some(Rule::SmallOpener);
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
        // Chinese and Japanese write no space before a foreign word.
        let word = word
            .rsplit(|c| ('\u{2E80}'..='\u{9FFF}').contains(&c))
            .next()
            .filter(|w| !w.is_empty())
            .unwrap_or(word);
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

/// Brackets and quotes that never close anything.
pub(super) fn is_hard_opener(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '「' | '『' | '（' | '《' | '〈' | '【' | '„' | '‚')
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

/// `fin. », dit-il`: a spaced closing quote, then a comma or a small letter.
fn goes_on_behind_quote(next: &str) -> bool {
    let rest = next.strip_prefix('»').unwrap_or("").trim_start_matches(is_blank);
    rest.starts_with(|c: char| c.is_lowercase() || matches!(c, ',' | ';' | ':'))
}

/// The bytes of `[12]`, ` [12]`, `[a][b]` and the blanks around them at the start of `next`.
fn footnote(next: &str) -> Option<usize> {
    let mut rest = next;
    while let Some((inside, behind)) =
        rest.trim_start_matches(is_blank).strip_prefix('[').and_then(|t| t.split_once(']'))
    {
        let number = inside.len() <= 3 && inside.bytes().all(|b| b.is_ascii_digit());
        let letter = inside.len() == 1 && inside.bytes().all(|b| b.is_ascii_lowercase());
        let left_out = inside.trim_matches(['.', '…']).is_empty();
        if inside.is_empty() || !(number || letter || left_out) {
            break;
        }
        rest = behind;
    }
    (rest.len() < next.len()).then(|| next.len() - rest.len() + leading_blanks(rest))
}

fn leading_blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_blank).len()
}

/// `(!)`, `[...]`, `(…)`: opening bracket, marks, closing bracket.
fn stands_in_brackets(line: &str, stop: Stop) -> bool {
    let head = tail_of(line, stop.start);
    let opened = head.chars().next_back();
    // What stands alone after a sentence is a sentence left out: `He left. [...] She stayed.`
    if head.trim_end_matches(['(', '[']).trim_end_matches(is_blank).ends_with(is_terminator) {
        return false;
    }
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

/// `एम.ए.`, `जी.डी.पी. ग्रोथ`, `B.C.警方`: an acronym of or before letters without case.
///
/// A single part counts only when glued to another one: `.` in these scripts glues nothing else that short.
fn is_caseless_acronym(around: &Around<'_>, first: char) -> bool {
    let caseless = first.is_alphabetic() && is_caseless(first);
    let part = |w: &str| (1..=3).contains(&w.chars().count()) && w.chars().all(char::is_alphabetic);
    let last = around.word.rsplit('.').next().unwrap_or("");
    let dotted = part(around.next_word)
        && around.next.get(around.next_word.len()..).is_some_and(|t| t.starts_with('.'));
    let tiny = |w: &str| part(w) && w.chars().count() <= 2;
    let glued = !around.spaced && (part(last) && dotted || tiny(last) && tiny(around.next_word));
    caseless && (is_acronym(around.word) || glued)
}

/// `GEN`, `PROF`: a title in capitals.
fn is_shouted_title(word: &str) -> bool {
    let Some((first, rest)) = word.char_indices().nth(1).and_then(|(i, _)| word.split_at_checked(i)) else {
        return false;
    };
    rest.chars().all(char::is_uppercase) && holds(TITLES, &format!("{first}{}", rest.to_lowercase()))
}

/// `z. B.`, `n. Chr.`, `a. C.`: one small letter, then a capital and at most two letters more and a
/// stop; or `d. h. Graz`: two small letters apart
/// (Latin only: the Russian ones, `и т. д.`, mostly end their sentence).
fn is_spaced_acronym(around: &Around<'_>) -> bool {
    let is_small = |w: &str| w.chars().next().is_some_and(char::is_lowercase) && w.chars().nth(1).is_none();
    let beyond = around.next.get(around.next_word.len()..).unwrap_or("");
    let first = around.next_word.chars().count() <= 3 && beyond.starts_with('.');
    is_small(around.word)
        && (first || around.word.is_ascii() && around.before.strip_suffix('.').is_some_and(is_small))
}

fn is_caseless(c: char) -> bool {
    !c.is_lowercase() && !c.is_uppercase()
}

/// A single capital, alone or behind another initial; `I` only between capitalised words.
fn is_initial(around: &Around<'_>) -> bool {
    let mut chars = around.word.chars();
    let single = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    let named = around.before.chars().next().is_some_and(char::is_uppercase);
    // The second half of `a. C.` may well end a sentence.
    let second = around.before.ends_with('.') && around.before.chars().next().is_some_and(char::is_lowercase);
    single && !second && (around.word != "I" || named)
}

/// Nothing but a number of at most three digits, one letter or a small Roman number since the last cut.
fn is_enumerator(line: &str, stop: Stop) -> bool {
    if stop.opened + REACH < stop.start {
        return false;
    }
    let so_far =
        line.get(stop.opened..stop.start).unwrap_or("").trim_matches(is_blank).trim_start_matches(is_opener);
    let digits = so_far.len() <= 3 && so_far.bytes().all(|b| b.is_ascii_digit());
    // Never counted to the end: where no cut is made it lies a whole line away.
    let letter = so_far.chars().nth(1).is_none() && so_far.chars().all(char::is_alphabetic);
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
    let known = holds(BEFORE_NUMBER, &small)
        || holds(NEVER_LAST, &small)
        || holds(TITLES, around.word)
        || holds(MAY_BE_LAST, around.word);
    (letters || year) && !known
}

/// `iPhone`, `eBay`: one small letter, then a capital.
fn begins_small(next: &str) -> bool {
    let mut chars = next.chars();
    chars.next().is_some_and(char::is_lowercase)
        && chars.next().is_some_and(char::is_uppercase)
        && chars.next().is_some_and(char::is_lowercase)
}

/// Letters of Thai or Lao before a space that may end a sentence: about five words.
const UNMARKED_LETTERS: usize = 20;

/// Pushes the places where a line of Thai or Lao, which end sentences with a space, is cut.
///
/// A space is a cut when the [`UNMARKED_LETTERS`] characters before it and the one behind it are letters of
/// these scripts. Against the treebank this finds 73 % of the sentences, and 57 % of its cuts are
/// right; UAX #29 finds none.
pub(super) fn unmarked(line: &str, out: &mut Vec<usize>) {
    let mut letters = 0;
    let mut behind_space = false;
    for (at, c) in line.char_indices() {
        if matches!(c, '\u{E01}'..='\u{E4E}' | '\u{E81}'..='\u{ECE}') {
            if behind_space && UNMARKED_LETTERS <= letters && !matches!(c, 'ๆ' | 'ฯ' | 'ໆ' | 'ຯ') {
                out.push(at);
            }
            letters = if behind_space { 1 } else { letters + 1 };
            behind_space = false;
        } else if c == ' ' && !behind_space && 0 < letters {
            behind_space = true;
        } else if c != '\u{200B}' {
            (letters, behind_space) = (0, false);
        }
    }
}
