//! What the formats for build servers share: which finding stands where, how grave it is, and in which words.
//!
//! Part of stage 8, under [`sarif`](super::sarif), [`junit`](super::junit), [`github`](super::github),
//! [`gitlab`](super::gitlab) and [`markdown`](super::markdown). A [`Report`] goes in; nothing is written here.
//!
//! # The idea
//!
//! A finding stands at its first place that is not the keeper: the copy is what is to be changed. Of a check only what
//! came in can be: what was known stands in another file, perhaps one that is not there. What is
//! only told (a stock phrase, boilerplate), known to a baseline or suppressed never looks like a failure,
//! and comes after what does, so that limits cut it first.
//!
//! A line of a text is a line of its file only where the file holds that text and nothing else. Records,
//! standard input, compressed files and HTML are named without a line where a format would jump to it; the place inside
//! the text is said in words.
//!
//! # Promises
//!
//! Only the view is looked at, never the run behind it, so that a report rendered again gives the same bytes. Every
//! text that comes out of here, apart from [`Page::path`], is one line and went through
//! [`clean`](super::clean); a report may have been made by anybody, so words such as `exact` are not copied from it.

use std::{borrow::Cow, collections::HashMap, path::Path};

use super::{
    Style, clean,
    numbers::{counted, facts},
    view::{Document, Family, Occurrence, Report, Summary},
};

/// Every kind of finding.
pub(super) const KINDS: [&str; 3] = ["exact", "near", "contained"];
/// Every level of findings.
pub(super) const LEVELS: [&str; 4] = ["document", "paragraph", "sentence", "passage"];

/// Endings of files whose text has other lines than they have.
const OTHER_LINES: [&str; 9] = ["html", "htm", "xhtml", "shtml", "gz", "zst", "bz2", "xz", "zip"];

/// A report with what is looked up often.
pub(super) struct Page<'r> {
    pub(super) report: &'r Report<'r>,
    documents: HashMap<u32, &'r Document<'r>>,
    prefix: &'r str,
}

impl<'r> Page<'r> {
    pub(super) fn new(report: &'r Report<'r>, style: &'r Style) -> Self {
        let documents = report.documents.iter().map(|document| (document.id, document)).collect();
        Self { report, documents, prefix: style.path_prefix.trim_end_matches('/') }
    }

    /// Every finding: what counts first, each kind worst first.
    pub(super) fn ranked(&self) -> Vec<&'r Family<'r>> {
        let mut families: Vec<&Family<'_>> = self.report.families.iter().collect();
        families.sort_by_key(|family| Standing::of(family));
        families
    }

    /// How many findings stand so.
    pub(super) fn count(&self, standing: Standing) -> u64 {
        self.report.families.iter().filter(|family| Standing::of(family) == standing).count() as u64
    }

    /// The document of a place.
    pub(super) fn document(&self, place: &Occurrence<'_>) -> Option<&'r Document<'r>> {
        self.documents.get(&place.document).copied()
    }

    /// A path of the report as the repository names it. It is what it is: escape it.
    pub(super) fn path<'p>(&self, path: &'p str) -> Cow<'p, str> {
        match (self.prefix, path) {
            ("", "") => "-".into(),
            ("", path) => path.into(),
            (prefix, path) => format!("{prefix}/{path}").into(),
        }
    }

    /// The path of a place's document; `-` when the report does not say. An archive's is the one it was added under.
    pub(super) fn path_of(&self, place: &Occurrence<'_>) -> Cow<'r, str> {
        self.document(place).map_or("-".into(), |document| match document.is_archived() {
            true if !document.path.is_empty() => document.path.as_ref().into(),
            _ => self.path(&document.path),
        })
    }

    /// Whether a place is in a document of an archive.
    pub(super) fn is_archived(&self, place: &Occurrence<'_>) -> bool {
        self.document(place).is_some_and(Document::is_archived)
    }

    /// The numbers of a finding.
    pub(super) fn facts(&self, family: &Family<'_>) -> String {
        facts(family, |document| self.documents.get(&document).copied().is_some_and(Document::is_archived))
    }

    /// Which places of a finding are to be changed, and what they repeat.
    pub(super) fn told<'f, 'a>(&self, family: &'f Family<'a>) -> Told<'f, 'a> {
        let is_known =
            |place: &Occurrence<'_>| self.document(place).is_some_and(|document| document.from.is_some());
        let mut original = family.occurrences.get(family.keeper as usize);
        let (mut here, mut elsewhere): (Vec<_>, Vec<_>) = copies(family).partition(|place| !is_known(place));
        if here.is_empty() && !elsewhere.is_empty() {
            match original {
                // The newest is kept, say: what came in is to be changed all the same.
                Some(keeper) if !is_known(keeper) => {
                    here.push(keeper);
                    original = Some(elsewhere.remove(0));
                }
                _ => here = std::mem::take(&mut elsewhere),
            }
        }
        Told { here, original, elsewhere }
    }

    /// What a place repeats, in words: `the original is at monday.txt:12:1`.
    pub(super) fn repeats(&self, original: &Occurrence<'_>) -> String {
        let of = if self.is_archived(original) { "in the archive, " } else { "" };
        format!("the original is {of}at {}", self.location(original))
    }

    /// Where a place is, for people: `monday.txt:12:1`, `feed.jsonl#17:3:1`.
    pub(super) fn location(&self, place: &Occurrence<'_>) -> String {
        format!("{}:{}:{}", self.name(place), place.line, place.column)
    }

    /// The document of a place, for people: `monday.txt`, `feed.jsonl#17`.
    pub(super) fn name(&self, place: &Occurrence<'_>) -> String {
        let record = self.document(place).and_then(|document| document.record);
        let record = record.map_or(String::new(), |n| format!("#{n}"));
        format!("{}{record}", clean::name(&self.path_of(place)))
    }

    /// Whether the lines of a place's document are the lines of its file.
    pub(super) fn has_lines(&self, place: &Occurrence<'_>) -> bool {
        self.document(place).is_some_and(|document| {
            let ending = Path::new(document.path.as_ref()).extension().and_then(|ending| ending.to_str());
            let other = ending
                .is_some_and(|ending| OTHER_LINES.iter().any(|known| known.eq_ignore_ascii_case(ending)));
            document.record.is_none() && document.path != "-" && !other
        })
    }
}

/// How grave a finding is; the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// It counts.
    Finding,
    /// It is a stock phrase or boilerplate.
    Classed,
    /// A baseline knows it.
    Known,
    /// It was told not to count.
    Suppressed,
}

impl Standing {
    pub(super) fn of(family: &Family<'_>) -> Self {
        match family.state.as_ref() {
            "suppressed" => Self::Suppressed,
            "known" => Self::Known,
            _ if family.class.is_some() => Self::Classed,
            _ => Self::Finding,
        }
    }
}

/// The places of a finding, each in input order.
pub(super) struct Told<'f, 'a> {
    /// Those to be changed: copies, of a check those in what came in.
    pub(super) here: Vec<&'f Occurrence<'a>>,
    /// What they repeat: the keeper, unless that is to be changed itself.
    pub(super) original: Option<&'f Occurrence<'a>>,
    /// Copies in documents that were known before.
    pub(super) elsewhere: Vec<&'f Occurrence<'a>>,
}

impl<'f, 'a> Told<'f, 'a> {
    /// Where the finding stands.
    pub(super) fn stand(&self) -> Option<&'f Occurrence<'a>> {
        self.here.first().copied().or(self.original)
    }
}

/// All places but the keeper's, in input order.
fn copies<'f, 'a>(family: &'f Family<'a>) -> impl Iterator<Item = &'f Occurrence<'a>> {
    let keeper = family.keeper as usize;
    family.occurrences.iter().enumerate().filter(move |(i, _)| *i != keeper).map(|(_, place)| place)
}

/// A finding's kind and level, in our words.
pub(super) fn sort(family: &Family<'_>) -> (&'static str, &'static str) {
    let known = |word: &str, words: &[&'static str]| {
        words.iter().find(|known| **known == word).copied().unwrap_or("other")
    };
    (known(&family.kind, &KINDS), known(&family.level, &LEVELS))
}

/// What a finding is: `exact paragraph`, `stock phrase (exact sentence)`.
pub(super) fn label(family: &Family<'_>) -> String {
    let (kind, level) = sort(family);
    match family.class.as_deref() {
        None => format!("{kind} {level}"),
        Some("stock-phrase") => format!("stock phrase ({kind} {level})"),
        Some("boilerplate") => format!("boilerplate ({kind} {level})"),
        Some(_) => format!("common text ({kind} {level})"),
    }
}

/// How many findings there are, and in how much: `6 findings in 26 documents (4,321 words)`.
pub(super) fn verdict(summary: &Summary) -> String {
    let much = format!("{} ({})", counted(summary.documents, "document"), counted(summary.words, "word"));
    match summary.families {
        0 => format!("no repeats found in {much}"),
        n => format!("{} in {much}", counted(n, "finding")),
    }
}

/// A finding's fingerprint: digits in hex and nothing else.
pub(super) fn fingerprint(family: &Family<'_>) -> String {
    family.fingerprint.chars().filter(char::is_ascii_hexdigit).take(64).collect()
}

/// The beginning of a text on one line: at most so many characters as readers count them, then `…`.
pub(super) fn excerpt(text: &str, most: usize) -> String {
    // No more is looked at than can be shown: a text may be long, and so may one of its letters.
    let head = text.get(..text.floor_char_boundary(most.saturating_mul(32))).unwrap_or("");
    let line = head.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut cells = clean::cells(&line, 0);
    let mut shown: String = cells.by_ref().take(most).map(|cell| cell.text).collect();
    if cells.next().is_some() || head.len() < text.trim_end().len() {
        shown.push('…');
    }
    shown
}

/// The beginning of a finding's text at the place it stands; none when texts were left out.
pub(super) fn quoted(told: &Told<'_, '_>, most: usize) -> Option<String> {
    let text = told.stand()?.text.as_deref()?;
    Some(excerpt(text, most)).filter(|shown| !shown.is_empty())
}

/// Lines and columns from 1, in characters; the end is the column after the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start_line: u32,
    pub(super) start_column: u32,
    pub(super) end_line: u32,
    /// None when the text is not known.
    pub(super) end_column: Option<u32>,
}

/// The region of a place in its text.
pub(super) fn region(place: &Occurrence<'_>) -> Region {
    let (start_line, start_column) = (place.line.max(1), place.column.max(1));
    let end_column = place.text.as_deref().map(|text| {
        let mut before_last = text.chars();
        let one = u32::from(before_last.next_back().is_some());
        let (line, column) = match before_last.as_str().rsplit_once('\n') {
            Some((_, line)) => (line, 1),
            None => (before_last.as_str(), start_column),
        };
        let count = u32::try_from(line.chars().count()).unwrap_or(u32::MAX);
        column.saturating_add(count).saturating_add(one)
    });
    Region { start_line, start_column, end_line: place.end_line.max(start_line), end_column }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn place(text: &str) -> Occurrence<'_> {
        Occurrence {
            document: 0,
            start: 0,
            end: 0,
            line: 3,
            column: 5,
            end_line: 3,
            words: 0,
            similarity: 1.0,
            shared_words: 0,
            text: Some(text.into()),
        }
    }

    #[test]
    fn a_region_ends_after_its_last_character() {
        let end = |text: &str| region(&place(text)).end_column.unwrap();
        assert_eq!((end(""), end("é"), end("one two")), (5, 6, 12));
        assert_eq!((end("one\ntwo"), end("one\r\n\r\nש")), (4, 2));
        // A line end is a character of the line it ends.
        assert_eq!((end("one\n"), end("one\ntwo\n")), (9, 5));
        let without = Occurrence { text: None, ..place("one") };
        assert_eq!(region(&without).end_column, None);
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt(" one\r\n\ttwo\u{2028}three ", 99), "one two three");
        assert_eq!(excerpt("one two", 7), "one two");
        assert_eq!(excerpt("one two", 6), "one tw…");
        assert_eq!(excerpt(&"e\u{301}".repeat(9), 3), "e\u{301}".repeat(3) + "…");
        assert_eq!(excerpt("##[error]\u{1b}[2J\u{202e}", 99), "##⟦error]\u{fffd}[2J·");
        assert!(excerpt(&format!("a{}", "\u{301}".repeat(100_000)), 3).len() < 100);
        assert_eq!(excerpt("", 3), "");
    }
}
