//! The report as it is serialised: [`Findings`] go in, plain serde structs come out.
//!
//! Part of stage 8, between the model and the formats. JSON, JSON lines and CSV are written from
//! it, and it can be read back, so that a report can be rendered again without scanning. The order of
//! the fields here is the order of the keys; `schema.json` says the same to strangers, and a test holds the
//! two together.
//!
//! # Promises
//!
//! Equal findings give equal views: no clock, no absolute path, no random id. Texts are borrowed, not
//! copied. Lines and columns are made here, once for all formats.
//!
//! # Limits
//!
//! Verified pairs of units are not part of a report, and neither is the text around an occurrence.

pub(super) mod pieces;
mod settings;

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{Findings, lines::LineIndex};
use crate::{document::Document as Source, error::Error, family, id::DocId, settings::Level};

pub use self::settings::{Class, Cloud, Digest, Passage, Settings, Unit};

/// The name of this format; another number means other keys or other meanings.
pub const REPORT_FORMAT: &str = "twicetold.report/1";

/// A whole report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report<'a> {
    /// [`REPORT_FORMAT`].
    pub schema: Cow<'a, str>,
    /// What made it.
    pub tool: Tool<'a>,
    /// The command that was run.
    pub command: Cow<'a, str>,
    /// Every number that decided what was found.
    pub settings: Settings<'a>,
    /// Counts.
    pub summary: Summary,
    /// The documents that occur in a family.
    pub documents: Vec<Document<'a>>,
    /// The findings, worst first.
    pub families: Vec<Family<'a>>,
    /// What could not be read.
    pub problems: Vec<Problem<'a>>,
}

/// The program that made a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tool<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its version.
    pub version: Cow<'a, str>,
}

/// Counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Documents read.
    pub documents: u64,
    /// Bytes of their texts.
    pub bytes: u64,
    /// Their words.
    pub words: u64,
    /// Findings.
    pub families: u64,
    /// Findings of each level.
    pub families_by_level: ByLevel,
    /// Places in all findings.
    pub occurrences: u64,
    /// Words that stand in an occurrence other than the keeper, each counted once.
    pub duplicated_words: u64,
    /// The same as a share of all words, six digits, cut.
    pub duplicated_share: f64,
    /// Findings that no baseline knows.
    pub new: u64,
    /// Findings that a baseline knows.
    pub known: u64,
    /// Findings that were told not to count.
    pub suppressed: u64,
    /// Problems with input.
    pub problems: u64,
}

/// A count for each level.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ByLevel {
    /// Whole documents.
    pub document: u64,
    /// Paragraphs.
    pub paragraph: u64,
    /// Sentences.
    pub sentence: u64,
    /// Passages.
    pub passage: u64,
}

/// A document that occurs in a family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document<'a> {
    /// Its position in input order, from 0.
    pub id: u32,
    /// The record's own id, else its path.
    pub name: Cow<'a, str>,
    /// Its file, relative.
    pub path: Cow<'a, str>,
    /// Where it was known from when others came in: `archive` or `against`; none for one that came in, or was scanned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<Cow<'a, str>>,
    /// Its record in the file, from 1.
    pub record: Option<u64>,
    /// Its title.
    pub title: Option<Cow<'a, str>>,
    /// Its date as the source writes it.
    pub date: Option<Cow<'a, str>>,
    /// Who published it.
    pub source: Option<Cow<'a, str>>,
    /// Its address.
    pub url: Option<Cow<'a, str>>,
    /// Bytes of its text.
    pub bytes: u64,
    /// Its words.
    pub words: u32,
    /// Of these, those in an occurrence other than the keeper of a finding that is not suppressed, each counted once.
    pub duplicated_words: u64,
    /// The same as a share of its words, six digits, cut.
    pub duplicated_share: f64,
    /// Whether an archive keeps nothing of its text, so that no occurrence in it has one.
    #[serde(skip_serializing_if = "is_false", default)]
    pub no_text: bool,
    /// The longest text it repeats; of incoming documents of a check that repeat something.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub longest: Option<Longest>,
}

/// The longest text that an incoming document repeats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Longest {
    /// The fingerprint of its finding.
    pub family: String,
    /// Words in this document.
    pub words: u32,
    /// The line of its first character, from 1.
    pub line: u32,
    /// The column of its first character, in characters from 1.
    pub column: u32,
    /// The document that told it first: of the finding's other places the one with the oldest date, else the first,
    /// which is an archive's where one has it.
    pub first: u32,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Family<'a> {
    /// Its stable name, in hex.
    pub fingerprint: String,
    /// The largest unit that every occurrence is.
    pub level: Cow<'a, str>,
    /// `exact`, `near` or `contained`.
    pub kind: Cow<'a, str>,
    /// `stock-phrase` or `boilerplate`; none for other texts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub class: Option<Cow<'a, str>>,
    /// `within` one document, `across` several, or with an `archive`.
    pub scope: Cow<'a, str>,
    /// Words of the keeper's occurrence.
    pub words: u32,
    /// The lowest similarity of a member.
    pub similarity: f64,
    /// The occurrence to keep.
    pub keeper: u32,
    /// `new`, `known` or `suppressed`.
    pub state: Cow<'a, str>,
    /// What suppressed it: `allow`, `boilerplate` or `max-doc-freq`, and after a colon which of them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub suppressed_by: Option<Cow<'a, str>>,
    /// All places.
    pub occurrences: Vec<Occurrence<'a>>,
}

/// One place of a repeated text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Occurrence<'a> {
    /// The id of its document.
    pub document: u32,
    /// Its first byte in the document's text.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
    /// The line of its first character, from 1.
    pub line: u32,
    /// The column of its first character, in characters from 1.
    pub column: u32,
    /// The line of its last character.
    pub end_line: u32,
    /// Its words.
    pub words: u32,
    /// How alike it is to the keeper; 1 for the same normalised words only.
    pub similarity: f64,
    /// Words it shares with the keeper.
    pub shared_words: u32,
    /// The bytes of the span; none when texts were not asked for, or the document has none.
    pub text: Option<Cow<'a, str>>,
}

/// Something that could not be read as it should have been.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem<'a> {
    /// The file.
    pub path: Cow<'a, str>,
    /// The record in it.
    pub record: Option<u64>,
    /// The line in the file.
    pub line: Option<u64>,
    /// What sort of problem.
    pub kind: Cow<'a, str>,
    /// What is wrong and what to do next.
    pub message: Cow<'a, str>,
}

impl<'a> Report<'a> {
    /// Reads what the JSON format wrote.
    ///
    /// # Errors
    ///
    /// [`Error::Render`] when it is not a report, or one of another format version: make it again with
    /// this version.
    pub fn parse(json: &str) -> Result<Report<'static>, Error> {
        #[derive(Deserialize)]
        struct Head {
            schema: Option<String>,
        }
        let wrong = |message: String| Error::Render { format: "json", message };
        let head: Head =
            serde_json::from_str(json).map_err(|error| wrong(format!("this is not a report: {error}")))?;
        match head.schema.as_deref() {
            Some(REPORT_FORMAT) => {}
            Some(other) => {
                return Err(wrong(format!(
                    "the report is `{other}`, this version reads `{REPORT_FORMAT}`: scan again"
                )));
            }
            None => return Err(wrong(format!("this is not a report: no `schema`: \"{REPORT_FORMAT}\""))),
        }
        serde_json::from_str(json).map_err(|error| wrong(format!("the report is damaged: {error}")))
    }
}

fn view_of_place<'a>(
    occurrence: &family::Occurrence,
    text: Option<&'a str>,
    index: Option<&LineIndex<'_>>,
) -> Occurrence<'a> {
    let span = occurrence.span;
    let last = if span.is_empty() { span.start } else { span.end - 1 };
    let line_of = |byte: u32| index.map(|index| index.position(byte));
    let first = line_of(span.start);
    Occurrence {
        document: occurrence.document.get(),
        start: span.start,
        end: span.end,
        line: first.map_or(1, |position| position.line),
        column: first.map_or(1, |position| position.column),
        end_line: line_of(last).map_or(1, |position| position.line),
        words: occurrence.words,
        similarity: occurrence.score.printed(occurrence.same),
        shared_words: occurrence.shared_words,
        text: text.map(|text| span.of(text).into()),
    }
}

impl<'a> Problem<'a> {
    fn of(problem: &'a crate::error::Problem) -> Self {
        Self {
            path: problem.path.as_str().into(),
            record: problem.record,
            line: problem.line,
            kind: problem.kind.name().into(),
            message: problem.message.as_str().into(),
        }
    }
}

impl<'a> Document<'a> {
    fn into_owned(self) -> Document<'static> {
        let owned = |text: Cow<'a, str>| -> Cow<'static, str> { Cow::Owned(text.into_owned()) };
        Document {
            name: owned(self.name),
            path: owned(self.path),
            from: self.from.map(owned),
            title: self.title.map(owned),
            date: self.date.map(owned),
            source: self.source.map(owned),
            url: self.url.map(owned),
            ..self
        }
    }

    fn of(id: u32, document: &'a Source, words: u32, repeated: u64) -> Self {
        let some = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
        Self {
            id,
            name: document.name.as_str().into(),
            path: document.path.as_str().into(),
            from: None,
            record: document.record,
            title: some(&document.title),
            date: some(&document.date),
            source: some(&document.source),
            url: some(&document.url),
            bytes: document.text.len() as u64,
            words,
            duplicated_words: repeated,
            duplicated_share: share(repeated, u64::from(words)),
            no_text: document.withheld,
            longest: None,
        }
    }
}

impl<'a> Family<'a> {
    /// How its text begins and goes on: the keeper's, or where there is none here, that of the place most like it, the first of
    /// equals.
    pub fn text(&self) -> Option<&str> {
        let text = |place: &'_ Occurrence<'a>| place.text.is_some();
        let likest = || {
            let known = self.occurrences.iter().rev().filter(|place| text(place));
            known.max_by(|x, y| x.similarity.total_cmp(&y.similarity))
        };
        let keeper = self.occurrences.get(self.keeper as usize).filter(|place| text(place));
        keeper.or_else(likest)?.text.as_deref()
    }

    fn of(family: &'a family::Family, occurrences: Vec<Occurrence<'a>>, n_stored: u32) -> Self {
        Self {
            fingerprint: hex(&family.fingerprint),
            level: family.level.name().into(),
            kind: family.kind.name().into(),
            class: family.class.map(|class| class.name().into()),
            scope: family.scope(n_stored).into(),
            words: occurrences.get(family.keeper).map_or(0, |keeper| keeper.words),
            similarity: family.similarity(),
            keeper: u32::try_from(family.keeper).unwrap_or(u32::MAX),
            state: family.state.name().into(),
            suppressed_by: match &family.state {
                family::State::Suppressed(by) => Some(by.as_str().into()),
                _ => None,
            },
            occurrences,
        }
    }
}

impl Document<'_> {
    /// Whether it is an archive's.
    pub(super) fn is_archived(&self) -> bool {
        self.from.as_deref() == Some("archive")
    }
}

impl Summary {
    /// Counts findings.
    pub fn of(findings: &Findings) -> Self {
        let totals = findings.totals;
        let of_level = |level| findings.families.iter().filter(|family| family.level == level).count() as u64;
        let of_state = |name| findings.families.iter().filter(|f| f.state.name() == name).count() as u64;
        let duplicated_words = findings.duplicated_words();
        Self {
            documents: totals.documents,
            bytes: totals.bytes,
            words: totals.words,
            families: findings.families.len() as u64,
            families_by_level: ByLevel {
                document: of_level(Level::Document),
                paragraph: of_level(Level::Paragraph),
                sentence: of_level(Level::Sentence),
                passage: of_level(Level::Passage),
            },
            occurrences: findings.families.iter().map(|family| family.occurrences.len() as u64).sum(),
            duplicated_words,
            duplicated_share: share(duplicated_words, totals.words),
            new: of_state("new"),
            known: of_state("known"),
            suppressed: of_state("suppressed"),
            problems: findings.problems.len() as u64,
        }
    }
}

/// For each incoming document the longest place of a text that another place keeps, with its family and the
/// document that told it first. What is suppressed is not looked at.
fn longest(findings: &Findings) -> BTreeMap<DocId, (&family::Family, &family::Occurrence, DocId)> {
    let mut longest: BTreeMap<DocId, (&family::Family, &family::Occurrence, DocId)> = BTreeMap::new();
    for family in findings.families.iter().filter(|family| !family.is_suppressed()) {
        // The oldest and the second, so that each place has another to be compared with.
        let mut by_age: Vec<(bool, Option<i64>, usize)> = (0..)
            .zip(&family.occurrences)
            .map(|(index, place)| {
                let time = findings.documents.get(place.document).and_then(|document| document.time);
                (time.is_none(), time, index)
            })
            .collect();
        by_age.sort_unstable();
        for (index, place) in family.occurrences.iter().enumerate() {
            let longer = longest.get(&place.document).is_none_or(|(_, other, _)| other.words < place.words);
            if index == family.keeper || !findings.is_incoming(place.document) || !longer {
                continue;
            }
            let first = by_age.iter().map(|(_, _, at)| *at).find(|at| *at != index);
            if let Some(first) = first.and_then(|at| family.occurrences.get(at)) {
                longest.insert(place.document, (family, place, first.document));
            }
        }
    }
    longest
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Six digits, cut and not rounded, so that 1 is printed for everything only; 0 of nothing.
fn share(part: u64, whole: u64) -> f64 {
    let millionths = u128::from(part.min(whole)) * 1_000_000 / u128::from(whole.max(1));
    f64::from(u32::try_from(millionths).unwrap_or(1_000_000)) / 1e6
}

/// A share as text, the same in every format that is not JSON: `1.0`, `0.85`, never an exponent.
pub(super) fn share_text(share: f64) -> String {
    let text = share.to_string();
    if text.contains('.') { text } else { text + ".0" }
}

pub(crate) fn hex(digest: &[u8]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_cut_and_never_over_one() {
        assert_eq!(share(0, 0), 0.0);
        assert_eq!(share(2, 3), 0.666_666);
        assert_eq!(share(9_999_999, 10_000_000), 0.999_999);
        assert_eq!(share(5, 3), 1.0);
        assert_eq!((share_text(1.0), share_text(0.000_001)), ("1.0".to_owned(), "0.000001".to_owned()));
    }
}
