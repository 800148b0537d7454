//! The report as columns: its rows go in, lists of plain values come out, in the order and with the names of
//! `docs/html-report.md`.

use serde::Serialize;

use super::Order;
use crate::{
    date,
    report::view::{Family, Occurrence, Report, Settings, Summary, Tool},
};

/// The version of `docs/html-report.md`.
const FORMAT: u32 = 1;
/// Families in a block of places.
pub(super) const PLACES_STEP: usize = 512;

const LEVELS: [&str; 4] = ["document", "paragraph", "sentence", "passage"];
const KINDS: [&str; 3] = ["exact", "near", "contained"];
const CLASSES: [&str; 2] = ["stock-phrase", "boilerplate"];
const SCOPES: [&str; 3] = ["within", "across", "archive"];
const STATES: [&str; 3] = ["new", "known", "suppressed"];

#[derive(Serialize)]
pub(super) struct Index<'r> {
    format: u32,
    report: Head<'r>,
    incoming: u32,
    problems: Problems<'r>,
    documents: Documents<'r>,
    families: Families<'r>,
    names: Names,
    of: Vec<u32>,
    places_step: usize,
    text_first: &'r [u32],
    kept: &'r Kept,
}

#[derive(Serialize)]
struct Head<'r> {
    schema: &'r str,
    tool: &'r Tool<'r>,
    command: &'r str,
    settings: &'r Settings<'r>,
    summary: &'r Summary,
}

#[derive(Serialize)]
struct Problems<'r> {
    path: Vec<&'r str>,
    record: Vec<Option<u64>>,
    line: Vec<Option<u64>>,
    kind: Vec<&'r str>,
    message: Vec<&'r str>,
}

#[derive(Serialize)]
struct Documents<'r> {
    id: Vec<u32>,
    name: Vec<&'r str>,
    path: Vec<&'r str>,
    record: Vec<Option<u64>>,
    title: Vec<Option<&'r str>>,
    date: Vec<Option<&'r str>>,
    time: Vec<Option<i64>>,
    source: Vec<Option<&'r str>>,
    url: Vec<Option<&'r str>>,
    bytes: Vec<u64>,
    words: Vec<u32>,
    duplicated_words: Vec<u64>,
    no_text: Vec<Option<bool>>,
}

#[derive(Serialize)]
struct Families<'r> {
    level: Vec<usize>,
    kind: Vec<usize>,
    class: Vec<Option<usize>>,
    scope: Vec<usize>,
    state: Vec<usize>,
    suppressed_by: Vec<Option<&'r str>>,
    words: Vec<u32>,
    similarity: Vec<u32>,
    keeper: Vec<u32>,
    places: Vec<usize>,
}

#[derive(Serialize)]
struct Names {
    level: [&'static str; 4],
    kind: [&'static str; 3],
    class: [&'static str; 2],
    scope: [&'static str; 3],
    state: [&'static str; 3],
}

/// What there is of texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Kept {
    pub(super) whole: bool,
    pub(super) none: bool,
    pub(super) context: u32,
    pub(super) cap: Option<u32>,
    pub(super) first: u32,
    pub(super) places: usize,
}

/// The columns that are read at once.
pub(super) fn index<'r>(
    report: &'r Report<'r>,
    order: &Order<'r>,
    kept: &'r Kept,
    text_first: &'r [u32],
) -> Index<'r> {
    let families = &report.families;
    let documents = &order.documents;
    let problems = &report.problems;
    // What was known comes first.
    let known = report.documents.iter().filter(|document| document.from.is_some());
    Index {
        format: FORMAT,
        report: Head {
            schema: &report.schema,
            tool: &report.tool,
            command: &report.command,
            settings: &report.settings,
            summary: &report.summary,
        },
        incoming: known.map(|document| document.id.saturating_add(1)).max().unwrap_or(0),
        problems: Problems {
            path: problems.iter().map(|problem| problem.path.as_ref()).collect(),
            record: sparse(problems.iter().map(|problem| problem.record)),
            line: sparse(problems.iter().map(|problem| problem.line)),
            kind: problems.iter().map(|problem| problem.kind.as_ref()).collect(),
            message: problems.iter().map(|problem| problem.message.as_ref()).collect(),
        },
        documents: Documents {
            id: documents.iter().map(|document| document.id).collect(),
            name: documents.iter().map(|document| document.name.as_ref()).collect(),
            path: documents.iter().map(|document| document.path.as_ref()).collect(),
            record: sparse(documents.iter().map(|document| document.record)),
            title: sparse(documents.iter().map(|document| document.title.as_deref())),
            date: sparse(documents.iter().map(|document| document.date.as_deref())),
            time: sparse(documents.iter().map(|document| document.date.as_deref().and_then(date::seconds))),
            source: sparse(documents.iter().map(|document| document.source.as_deref())),
            url: sparse(documents.iter().map(|document| document.url.as_deref())),
            bytes: documents.iter().map(|document| document.bytes).collect(),
            words: documents.iter().map(|document| document.words).collect(),
            duplicated_words: documents.iter().map(|document| document.duplicated_words).collect(),
            no_text: sparse(documents.iter().map(|document| document.no_text.then_some(true))),
        },
        families: Families {
            level: families.iter().map(|family| row(&LEVELS, &family.level)).collect(),
            kind: families.iter().map(|family| row(&KINDS, &family.kind)).collect(),
            class: sparse(
                families.iter().map(|family| family.class.as_deref().map(|class| row(&CLASSES, class))),
            ),
            scope: families.iter().map(|family| row(&SCOPES, &family.scope)).collect(),
            state: families.iter().map(|family| row(&STATES, &family.state)).collect(),
            suppressed_by: sparse(families.iter().map(|family| family.suppressed_by.as_deref())),
            words: families.iter().map(|family| family.words).collect(),
            similarity: families.iter().map(|family| millionths(family.similarity)).collect(),
            keeper: families.iter().map(|family| family.keeper).collect(),
            places: families.iter().map(|family| family.occurrences.len()).collect(),
        },
        names: Names { level: LEVELS, kind: KINDS, class: CLASSES, scope: SCOPES, state: STATES },
        of: families
            .iter()
            .flat_map(|family| &family.occurrences)
            .filter_map(|place| order.row(place.document))
            .collect(),
        places_step: PLACES_STEP,
        text_first,
        kept,
    }
}

#[derive(Serialize)]
pub(super) struct Places<'r> {
    fingerprint: Vec<&'r str>,
    start: Vec<u32>,
    end: Vec<u32>,
    line: Vec<u32>,
    column: Vec<u32>,
    end_line: Vec<u32>,
    words: Vec<u32>,
    similarity: Vec<u32>,
    shared_words: Vec<u32>,
}

/// The columns of the places of some families.
pub(super) fn places<'r>(families: &'r [Family<'r>]) -> Places<'r> {
    let places = || families.iter().flat_map(|family| &family.occurrences);
    let column = |value: fn(&Occurrence<'_>) -> u32| places().map(value).collect();
    Places {
        fingerprint: families.iter().map(|family| family.fingerprint.as_str()).collect(),
        start: column(|place| place.start),
        end: column(|place| place.end),
        line: column(|place| place.line),
        column: column(|place| place.column),
        end_line: column(|place| place.end_line),
        words: column(|place| place.words),
        similarity: column(|place| millionths(place.similarity)),
        shared_words: column(|place| place.shared_words),
    }
}

/// A column; empty when it says nothing.
fn sparse<T>(values: impl Iterator<Item = Option<T>>) -> Vec<Option<T>> {
    let values: Vec<Option<T>> = values.collect();
    if values.iter().any(Option::is_some) { values } else { Vec::new() }
}

/// The row of a name; of one that is not there, which only a report that was changed by hand has, the first.
fn row(names: &[&str], name: &str) -> usize {
    names.iter().position(|other| *other == name).unwrap_or(0)
}

fn millionths(share: f64) -> u32 {
    // Shares have six digits; a cast of anything else saturates.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to a million after rounding"
    )]
    let millionths = (share * 1e6).round() as u32;
    millionths.min(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_whole_number_of_millionths() {
        assert!((0..=1_000_000_u32).all(|n| millionths(f64::from(n) / 1e6) == n));
    }
}
