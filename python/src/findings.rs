//! What was found, as Python sees it: the library's findings, never changed, in all their forms.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use pyo3::{
    PyClass, PyClassInitializer,
    exceptions::{PyIndexError, PyValueError},
    prelude::*,
    types::{PyCapsule, PyRange},
};
use twicetold::{
    DocId, Error as Fault, pipeline,
    report::{self, Findings as Found, Format, LineIndex, Shared, Style, view},
};

use crate::{
    error,
    objects::{Document, Families},
    pairs::{Pairs, Passage, Problem},
    table::Table,
    tables,
};

/// Where an occurrence stands, as people and Python count.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stand {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) end_line: u32,
    /// In characters, as indexes of a `str`.
    pub(crate) char_start: u32,
    pub(crate) char_end: u32,
}

/// Findings and what is worked out of them when it is asked for.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) found: Found,
    /// Whether they would fail a run of the command line.
    fails: bool,
    /// The documents of a comparison.
    compared: Option<Box<(twicetold::Document, twicetold::Document)>>,
    passages: Vec<Shared>,
    stands: OnceLock<Vec<Vec<Stand>>>,
}

impl Held {
    /// Lines and characters of every occurrence of every family. One walk over each document.
    pub(crate) fn stands(&self) -> &[Vec<Stand>] {
        self.stands.get_or_init(|| {
            let families = &self.found.families;
            let mut stands: Vec<Vec<Stand>> =
                families.iter().map(|family| vec![Stand::default(); family.occurrences.len()]).collect();
            let mut places: BTreeMap<DocId, Vec<(usize, usize)>> = BTreeMap::new();
            for (family, of) in families.iter().enumerate() {
                for (at, place) in of.occurrences.iter().enumerate() {
                    places.entry(place.document).or_default().push((family, at));
                }
            }
            for (document, places) in places {
                let Some(document) = self.found.documents.get(document) else { continue };
                let index = LineIndex::new(&document.text);
                let span = |(family, at): (usize, usize)| {
                    families.get(family).and_then(|of| of.occurrences.get(at)).map(|place| place.span)
                };
                let mut bytes: Vec<u32> = places
                    .iter()
                    .filter_map(|place| span(*place))
                    .flat_map(|span| [span.start, span.end])
                    .collect();
                bytes.sort_unstable();
                bytes.dedup();
                let chars = characters(&document.text, &bytes);
                let char_at =
                    |byte: u32| bytes.binary_search(&byte).ok().and_then(|at| chars.get(at)).copied();
                for (family, at) in places {
                    let slot = stands.get_mut(family).and_then(|of| of.get_mut(at));
                    let (Some(span), Some(slot)) = (span((family, at)), slot) else { continue };
                    let first = index.position(span.start);
                    let last = if span.is_empty() { span.start } else { span.end - 1 };
                    *slot = Stand {
                        line: first.line,
                        column: first.column,
                        end_line: index.position(last).line,
                        char_start: char_at(span.start).unwrap_or(0),
                        char_end: char_at(span.end).unwrap_or(0),
                    };
                }
            }
            stands
        })
    }

    pub(crate) fn stand(&self, family: usize, occurrence: usize) -> Stand {
        self.stands().get(family).and_then(|of| of.get(occurrence)).copied().unwrap_or_default()
    }
}

/// How many characters stand before each of some ascending bytes.
fn characters(text: &str, bytes: &[u32]) -> Vec<u32> {
    let (mut at, mut n) = (0, 0_usize);
    let count = |&byte: &u32| {
        let byte = byte as usize;
        n += text.get(at..byte).map_or(0, |between| between.chars().count());
        at = byte;
        u32::try_from(n).unwrap_or(u32::MAX)
    };
    bytes.iter().map(count).collect()
}

/// What a run found.
///
/// `len(findings)` is the number of families; `findings.to_json()` is the report of `twicetold … -f json`, to the byte.
/// As Arrow data (`pyarrow.table(findings)`, `polars.DataFrame(findings)`) it is one row an occurrence; `to_arrow` has other tables.
#[pyclass(frozen, module = "twicetold")]
#[derive(Debug)]
pub(crate) struct Findings(pub(crate) Arc<Held>);

impl Findings {
    pub(crate) fn new(found: Found, fails: bool) -> Self {
        Self::of(found, fails, None, Vec::new())
    }

    pub(crate) fn of_pair(
        found: Found,
        fails: bool,
        documents: (twicetold::Document, twicetold::Document),
        passages: Vec<Shared>,
    ) -> Self {
        Self::of(found, fails, Some(Box::new(documents)), passages)
    }

    fn of(
        found: Found,
        fails: bool,
        compared: Option<Box<(twicetold::Document, twicetold::Document)>>,
        passages: Vec<Shared>,
    ) -> Self {
        Self(Arc::new(Held { found, fails, compared, passages, stands: OnceLock::new() }))
    }

    fn bytes(&self, format: Format, style: &Style) -> Result<String, Fault> {
        let mut out = Vec::new();
        match (&self.0.compared, format) {
            (Some(documents), Format::Human) if self.0.found.plan.level.passage => {
                let (left, right) = &**documents;
                report::side_by_side(left, right, &self.0.passages, style, &mut out)?;
                report::whole_documents(&self.0.found, &mut out)?;
            }
            _ => report::render(&self.0.found, format, style, &mut out)?,
        }
        String::from_utf8(out)
            .map_err(|error| Fault::Render { format: format.name(), message: error.to_string() })
    }
}

#[pymethods]
impl Findings {
    /// The families, worst first.
    #[getter]
    fn families(&self) -> Families {
        Families(Arc::clone(&self.0))
    }

    /// Every verified pair of units at or above its threshold.
    #[getter]
    fn pairs(&self) -> Pairs {
        Pairs(Arc::clone(&self.0))
    }

    /// What could not be read as it should have been, in input order.
    #[getter]
    fn problems(&self) -> Vec<Problem> {
        self.0.found.problems.iter().cloned().map(Problem).collect()
    }

    /// The documents that occur in a family or a pair, in input order.
    #[getter]
    fn documents(&self) -> Vec<Document> {
        self.0.found.documents.iter().map(|(id, _)| Document::new(&self.0, id)).collect()
    }

    /// Of `compare`: what the two documents share, by place in the first; else empty.
    #[getter]
    fn passages(&self) -> Vec<Passage> {
        self.0.passages.iter().cloned().map(Passage).collect()
    }

    /// The command whose report this is: `scan`, `check`, `compare`.
    #[getter]
    fn command(&self) -> &'static str {
        self.0.found.command
    }

    /// The counts of the report, as a dict.
    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loaded(py, &view::Summary::of(&self.0.found))
    }

    /// Every number that decided what was found, as a dict.
    #[getter]
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loaded(py, &view::Settings::of(&self.0.found.plan, self.0.found.words_version))
    }

    /// Whether these findings would make the command exit with 1, by `fail_on` and its like.
    #[getter]
    fn fails(&self) -> bool {
        self.0.fails
    }

    /// How many problems mean that input was not read as it should have been.
    #[getter]
    fn unread(&self) -> usize {
        unread(&self.0.found)
    }

    /// The report in JSON: the bytes of `twicetold … -f json`, which are UTF-8.
    #[pyo3(signature = (*, no_text=false))]
    fn to_json(&self, py: Python<'_>, no_text: bool) -> PyResult<String> {
        let style = Style { no_text, ..Style::default() };
        py.detach(|| self.bytes(Format::Json, &style)).map_err(|fault| error::of(py, &fault))
    }

    /// The report in a format of the command line: human, json, jsonl, csv, pairs, html, markdown, sarif, junit, github, gitlab.
    #[pyo3(signature = (format="human", *, no_text=false, csv_raw=false, html_full_text=false, path_prefix="", color=false, width=100))]
    #[expect(clippy::too_many_arguments, reason = "each a flag of the command line")]
    fn render(
        &self,
        py: Python<'_>,
        format: &str,
        no_text: bool,
        csv_raw: bool,
        html_full_text: bool,
        path_prefix: &str,
        color: bool,
        width: u16,
    ) -> PyResult<String> {
        let format = Format::parse(format).map_err(|message| error::setting(py, "format", &message))?;
        let style = Style {
            color,
            width: usize::from(width),
            no_text,
            csv_raw,
            html_full_text,
            path_prefix: path_prefix.to_owned(),
        };
        py.detach(|| self.bytes(format, &style)).map_err(|fault| error::of(py, &fault))
    }

    /// A table of the `occurrences` (one row each, with its family), the `families`, the `pairs`, the `documents` or the `problems`.
    #[pyo3(signature = (rows="occurrences"))]
    fn to_arrow(&self, py: Python<'_>, rows: &str) -> PyResult<Table> {
        let held = &self.0;
        let table = py.detach(|| match rows {
            "occurrences" => Some(tables::occurrences(held)),
            "families" => Some(tables::families(held)),
            "pairs" => Some(tables::pairs(held)),
            "documents" => Some(tables::documents(held)),
            "problems" => Some(tables::problems(held)),
            _ => None,
        });
        let wrong = || {
            let names = "occurrences, families, pairs, documents or problems";
            error::setting(py, "rows", &format!("`{rows}` is none of {names}"))
        };
        let batch = table.ok_or_else(wrong)?;
        Ok(Table::of_batch(batch.map_err(|error| error::Error::new_err(error.to_string()))?))
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        self.to_arrow(py, "occurrences")?.stream(py, requested_schema)
    }

    fn __len__(&self) -> usize {
        self.0.found.families.len()
    }

    // Findings without families are findings: they say that there are none.
    #[expect(clippy::unused_self, reason = "what Python asks for")]
    const fn __bool__(&self) -> bool {
        true
    }

    fn __iter__(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        Ok(slf.getattr("families")?.try_iter()?.into_any().unbind())
    }

    fn __repr__(&self) -> String {
        let found = &self.0.found;
        format!(
            "<twicetold.Findings of {}: {} families in {} documents, {} problems>",
            found.command,
            found.families.len(),
            found.totals.documents,
            found.problems.len()
        )
    }
}

/// Problems that mean unread input.
pub(crate) fn unread(found: &Found) -> usize {
    found.problems.iter().filter(|problem| problem.kind.is_unread()).count()
}

/// The passages that two documents share.
pub(crate) fn shared(
    documents: &(twicetold::Document, twicetold::Document),
    plan: &twicetold::Plan,
) -> Result<Vec<Shared>, Fault> {
    if !plan.level.passage {
        return Ok(Vec::new());
    }
    let (left, right) =
        (pipeline::Article::new(documents.0.clone()), pipeline::Article::new(documents.1.clone()));
    pipeline::shared_passages(&left, &right, &plan.passage)
}

fn loaded<'py>(py: Python<'py>, value: &impl serde::Serialize) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_string(value).map_err(|error| PyValueError::new_err(error.to_string()))?;
    py.import("json")?.call_method1("loads", (text,))
}

/// An element of a sequence by its number, counted from the end where it is negative; or a list of them, for a slice.
pub(crate) fn at<T>(
    py: Python<'_>,
    index: &Bound<'_, PyAny>,
    len: usize,
    get: impl Fn(usize) -> Option<T>,
) -> PyResult<Py<PyAny>>
where
    T: PyClass + Into<PyClassInitializer<T>>,
{
    // A range knows all that is to be known of indexes.
    let chosen = PyRange::new(py, 0, isize::try_from(len)?)?.as_any().get_item(index)?;
    let one = |at: usize| {
        let element = get(at).ok_or_else(|| PyIndexError::new_err("index out of range"))?;
        Py::new(py, element).map(Py::into_any)
    };
    if let Ok(at) = chosen.extract::<usize>() {
        return one(at);
    }
    let list: PyResult<Vec<Py<PyAny>>> = chosen.try_iter()?.map(|at| one(at?.extract()?)).collect();
    Ok(list?.into_pyobject(py)?.into_any().unbind())
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Findings>()
}
