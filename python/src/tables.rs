//! Findings as tables of Arrow. Texts are `large_string`: a report may hold more than 2 GiB of them.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, LargeStringArray, RecordBatch, UInt32Array, UInt64Array,
};
use arrow_schema::ArrowError;
use twicetold::{
    family::{Class, Family, Occurrence, State},
    id::DocId,
};

use crate::{findings::Held, objects::hex};

type Made = Result<RecordBatch, ArrowError>;

fn texts<'t>(values: impl Iterator<Item = Option<&'t str>>) -> ArrayRef {
    Arc::new(values.collect::<LargeStringArray>())
}

fn owned(values: impl Iterator<Item = Option<String>>) -> ArrayRef {
    Arc::new(values.collect::<LargeStringArray>())
}

fn short(values: impl Iterator<Item = u32>) -> ArrayRef {
    Arc::new(values.collect::<UInt32Array>())
}

fn long(values: impl Iterator<Item = Option<u64>>) -> ArrayRef {
    Arc::new(values.collect::<UInt64Array>())
}

fn shares(values: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

fn switches(values: impl Iterator<Item = bool>) -> ArrayRef {
    Arc::new(values.map(Some).collect::<BooleanArray>())
}

/// One row an occurrence.
pub(crate) fn occurrences(held: &Held) -> Made {
    let found = &held.found;
    let stands = held.stands();
    let rows: Vec<(usize, usize, &Family, &Occurrence)> = (0..)
        .zip(&found.families)
        .flat_map(|(index, family)| {
            (0..).zip(&family.occurrences).map(move |(at, place)| (index, at, family, place))
        })
        .collect();
    let stand = |(family, at, ..): &(usize, usize, &Family, &Occurrence)| {
        stands.get(*family).and_then(|of| of.get(*at)).copied().unwrap_or_default()
    };
    let of_document =
        |get: fn(&twicetold::Document) -> Option<String>| {
            owned(rows.iter().map(move |(.., place)| {
                found.documents.get(place.document).and_then(|document| get(&document))
            }))
        };
    RecordBatch::try_from_iter([
        ("family", owned(rows.iter().map(|(_, _, family, _)| Some(hex(&family.fingerprint))))),
        ("level", texts(rows.iter().map(|(_, _, family, _)| Some(family.level.name())))),
        ("kind", texts(rows.iter().map(|(_, _, family, _)| Some(family.kind.name())))),
        ("class", texts(rows.iter().map(|(_, _, family, _)| family.class.map(Class::name)))),
        ("scope", texts(rows.iter().map(|(_, _, family, _)| Some(family.scope(found.n_stored))))),
        ("state", texts(rows.iter().map(|(_, _, family, _)| Some(family.state.name())))),
        ("keeper", switches(rows.iter().map(|(_, at, family, _)| *at == family.keeper))),
        ("similarity", shares(rows.iter().map(|(.., place)| place.score.printed(place.same)))),
        ("words", short(rows.iter().map(|(.., place)| place.words))),
        ("shared_words", short(rows.iter().map(|(.., place)| place.shared_words))),
        ("document", short(rows.iter().map(|(.., place)| place.document.get()))),
        ("name", of_document(|document| Some(document.name.clone()))),
        ("path", of_document(|document| Some(document.path.clone()))),
        ("record", long(rows.iter().map(|(.., place)| found.documents.get(place.document)?.record))),
        ("start", short(rows.iter().map(|(.., place)| place.span.start))),
        ("end", short(rows.iter().map(|(.., place)| place.span.end))),
        ("char_start", short(rows.iter().map(|row| stand(row).char_start))),
        ("char_end", short(rows.iter().map(|row| stand(row).char_end))),
        ("line", short(rows.iter().map(|row| stand(row).line))),
        ("column", short(rows.iter().map(|row| stand(row).column))),
        ("end_line", short(rows.iter().map(|row| stand(row).end_line))),
        (
            "text",
            owned(rows.iter().map(|(.., place)| {
                let document = found.documents.get(place.document)?;
                Some(place.span.of(document.known_text()?).to_owned())
            })),
        ),
    ])
}

/// One row a family.
pub(crate) fn families(held: &Held) -> Made {
    let (families, n_stored) = (&held.found.families, held.found.n_stored);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    RecordBatch::try_from_iter([
        ("fingerprint", owned(families.iter().map(|family| Some(hex(&family.fingerprint))))),
        ("level", texts(families.iter().map(|family| Some(family.level.name())))),
        ("kind", texts(families.iter().map(|family| Some(family.kind.name())))),
        ("class", texts(families.iter().map(|family| family.class.map(Class::name)))),
        ("scope", texts(families.iter().map(|family| Some(family.scope(n_stored))))),
        ("words", short(families.iter().map(|family| family.kept().map_or(0, |kept| kept.words)))),
        ("similarity", shares(families.iter().map(Family::similarity))),
        ("keeper", short(families.iter().map(|family| count(family.keeper)))),
        ("state", texts(families.iter().map(|family| Some(family.state.name())))),
        (
            "suppressed_by",
            texts(families.iter().map(|family| match &family.state {
                State::Suppressed(by) => Some(by.as_str()),
                State::New | State::Known => None,
            })),
        ),
        ("occurrences", short(families.iter().map(|family| count(family.occurrences.len())))),
    ])
}

/// One row a verified pair of units.
pub(crate) fn pairs(held: &Held) -> Made {
    let (pairs, documents) = (&held.found.pairs, &held.found.documents);
    let name = |id: DocId| documents.get(id).map(|document| document.name.clone());
    RecordBatch::try_from_iter([
        ("level", texts(pairs.iter().map(|pair| Some(pair.level.name())))),
        ("left", short(pairs.iter().map(|pair| pair.left.0.get()))),
        ("left_name", owned(pairs.iter().map(|pair| name(pair.left.0)))),
        ("left_start", short(pairs.iter().map(|pair| pair.left.1.start))),
        ("left_end", short(pairs.iter().map(|pair| pair.left.1.end))),
        ("right", short(pairs.iter().map(|pair| pair.right.0.get()))),
        ("right_name", owned(pairs.iter().map(|pair| name(pair.right.0)))),
        ("right_start", short(pairs.iter().map(|pair| pair.right.1.start))),
        ("right_end", short(pairs.iter().map(|pair| pair.right.1.end))),
        ("shared", long(pairs.iter().map(|pair| Some(pair.score.part)))),
        ("union", long(pairs.iter().map(|pair| Some(pair.score.whole)))),
        ("similarity", shares(pairs.iter().map(|pair| pair.score.printed(pair.same)))),
    ])
}

/// One row a document that occurs in a family or a pair.
pub(crate) fn documents(held: &Held) -> Made {
    let documents = &held.found.documents;
    let ids: Vec<DocId> = documents.iter().map(|(id, _)| id).collect();
    let of = |get: fn(&twicetold::Document) -> Option<String>| {
        owned(ids.iter().map(move |id| documents.get(*id).and_then(|document| get(&document))))
    };
    RecordBatch::try_from_iter([
        ("id", short(ids.iter().map(|id| id.get()))),
        ("name", of(|document| Some(document.name.clone()))),
        ("path", of(|document| Some(document.path.clone()))),
        ("record", long(ids.iter().map(|id| documents.get(*id)?.record))),
        ("title", of(|document| document.title.clone())),
        ("date", of(|document| document.date.clone())),
        ("source", of(|document| document.source.clone())),
        ("url", of(|document| document.url.clone())),
        ("bytes", long(ids.iter().map(|id| Some(documents.get(*id)?.text.len() as u64)))),
        ("words", short(ids.iter().map(|id| documents.words(*id).unwrap_or(0)))),
    ])
}

/// One row a problem.
pub(crate) fn problems(held: &Held) -> Made {
    let problems = &held.found.problems;
    RecordBatch::try_from_iter([
        ("path", texts(problems.iter().map(|problem| Some(problem.path.as_str())))),
        ("record", long(problems.iter().map(|problem| problem.record))),
        ("line", long(problems.iter().map(|problem| problem.line))),
        ("kind", texts(problems.iter().map(|problem| Some(problem.kind.name())))),
        ("message", texts(problems.iter().map(|problem| Some(problem.message.as_str())))),
    ])
}
