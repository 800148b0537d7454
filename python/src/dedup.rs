//! `dedup`: a corpus without what it tells again. Of files, files and a ledger, as the command line writes them; of what is at hand, what stays of it.

use std::{
    collections::BTreeSet,
    io::{self, BufWriter},
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, cast::AsArray};
use arrow_schema::{DataType, Field, FieldRef, Schema};
use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyDict, PyList},
};
use pyo3_arrow::{
    ffi::{ArrayIterator, ArrayReader},
    input::AnyArray,
};
use twicetold::{
    dedup::{self as library, Removal, ledger},
    pipeline,
    report::Findings as Found,
    source::{self as reading, Given},
};

use crate::{
    error,
    files::{Nowhere, Unfinished, Written, must_be_apart, must_be_free},
    findings::Findings,
    gate::Gate,
    rows::Rows,
    scan,
    settings::Asked,
    source::{self, Held, Items, NAME, inputs},
    table::Table,
    work::{self, Failed, Heed},
};

/// Parts of documents are cut for the asking only, as on the command line.
const CAREFUL: [(&str, &str); 1] = [("level", "document")];

/// What a `dedup` did.
#[pyclass(frozen, get_all, module = "twicetold")]
#[derive(Debug)]
pub(crate) struct Deduped {
    /// What was found, after which it was decided what goes.
    findings: Py<Findings>,
    /// What stays of a source at hand: a list of the elements, or a Table of the rows; None for files.
    kept: Option<Py<PyAny>>,
    /// Which elements or rows went, counted from 0; None for files.
    removed: Option<Vec<usize>>,
    /// Documents that came in.
    documents: u64,
    /// Documents that were taken out.
    removed_documents: u64,
    /// Pieces of text that were cut out of others.
    removed_spans: u64,
    /// The bytes of all that.
    removed_bytes: u64,
    /// Where the result is; None where nothing was written.
    output: Option<PathBuf>,
    /// Where the ledger is, that brings everything back (`twicetold dedup --restore`).
    ledger: Option<PathBuf>,
}

#[pymethods]
impl Deduped {
    fn __repr__(&self) -> String {
        format!(
            "<twicetold.Deduped: {} of {} documents taken out, {} pieces cut out of others>",
            self.removed_documents, self.documents, self.removed_spans
        )
    }
}

/// Takes out of a corpus what it tells again.
///
/// Of paths, files are written: `output` is a file for one file, else a folder that is not there yet or empty, `ledger` brings it back
/// (`OUT.ledger.jsonl` unless it is given); without an output nothing is written, and the result says what would go.
/// Of an iterable or of Arrow data `kept` is what stays: the same elements, or a Table of the rows with all their columns.
/// At level "document" (the default) documents go; with others, of files only, whole sentences are cut out of documents.
#[pyfunction]
#[pyo3(signature = (source, output=None, *, ledger=None, name=NAME, **settings))]
fn dedup(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    output: Option<PathBuf>,
    ledger: Option<PathBuf>,
    name: &str,
    settings: Option<&Bound<'_, PyDict>>,
) -> PyResult<Deduped> {
    let base: Vec<(&'static str, String)> =
        CAREFUL.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let asked = Asked::of(&base, settings)?;
    if source::is_arrow(source)? {
        let rows = source.extract::<AnyArray>()?.into_reader()?;
        must_stay_whole(py, &asked, output.as_ref().or(ledger.as_ref()))?;
        return of_rows(py, rows, name, &asked);
    }
    let elements = match source::path(source)? {
        Some(path) => return of_files(py, vec![path], output, ledger, &asked),
        None => source::list(source)?,
    };
    let is_path = |element: &Bound<'_, PyAny>| -> PyResult<bool> { Ok(Held::of(element, 0)?.is_none()) };
    if let Ok(first) = elements.get_item(0)
        && is_path(&first)?
    {
        let path = |path: Bound<'_, PyAny>| {
            if is_path(&path)? {
                return path.extract();
            }
            Err(PyTypeError::new_err("paths and texts cannot be mixed: give one or the other"))
        };
        let paths: PyResult<Vec<PathBuf>> = elements.iter().map(path).collect();
        return of_files(py, paths?, output, ledger, &asked);
    }
    must_stay_whole(py, &asked, output.as_ref().or(ledger.as_ref()))?;
    of_elements(py, &elements, name, &asked)
}

/// Of what is at hand whole documents go, and nothing is written.
fn must_stay_whole(py: Python<'_>, asked: &Asked, written: Option<&PathBuf>) -> PyResult<()> {
    let level = &asked.plan.level;
    if level.paragraph || level.sentence || level.passage {
        return Err(error::setting(
            py,
            "level",
            "only whole documents go of what is no file: text is cut out of files only",
        ));
    }
    if written.is_some() {
        return Err(error::setting(py, "output", "only what comes of files is written to files: see `kept`"));
    }
    Ok(())
}

/// The rows that go, counted from 0.
fn gone(found: &Found, plan: &library::Plan) -> (Vec<usize>, u64) {
    let documents = plan.removals.iter().filter(|(_, removal)| matches!(removal, Removal::Whole(_)));
    let documents = documents.filter_map(|(id, _)| found.documents.get(*id));
    let mut bytes = 0;
    let rows = documents.filter_map(|document| {
        bytes += document.text.len() as u64;
        usize::try_from(document.record?).ok()?.checked_sub(1)
    });
    (rows.collect(), bytes)
}

fn judged(items: Items, asked: &Asked, heed: &Heed) -> Result<(Found, bool), Failed> {
    let mut gate = Gate::open(&asked.settings)?;
    let mut found = pipeline::scan_items(items, &asked.plan, &asked.run(heed))?;
    let fails = gate.judge(&mut found, 0);
    Ok((found, fails))
}

fn made(
    py: Python<'_>,
    (found, fails): (Found, bool),
    asked: &Asked,
    kept: Option<Py<PyAny>>,
    (removed, removed_bytes): (Vec<usize>, u64),
) -> PyResult<Deduped> {
    let documents = found.totals.documents;
    let findings = scan::told(py, Findings::new(found, fails), asked)?;
    Ok(Deduped {
        findings: Py::new(py, findings)?,
        kept,
        documents,
        removed_documents: removed.len() as u64,
        removed_spans: 0,
        removed_bytes,
        removed: Some(removed),
        output: None,
        ledger: None,
    })
}

fn of_elements(py: Python<'_>, elements: &Bound<'_, PyList>, name: &str, asked: &Asked) -> PyResult<Deduped> {
    let held = source::held(elements.as_any())?;
    let items: Items = Box::new(source::items(held, Given::new(name, &asked.options())));
    let heed = Arc::new(Heed::default());
    let of = asked.clone();
    let (judged, gone) = work::run(py, &heed, move |heed| {
        let judged = judged(items, &of, heed)?;
        let gone = gone(&judged.0, &library::plan(&judged.0));
        Ok((judged, gone))
    })?;
    let removed: BTreeSet<usize> = gone.0.iter().copied().collect();
    let kept = PyList::empty(py);
    for (at, element) in elements.iter().enumerate() {
        if !removed.contains(&at) {
            kept.append(element)?;
        }
    }
    made(py, judged, asked, Some(kept.into_any().unbind()), gone)
}

fn of_rows(
    py: Python<'_>,
    reader: Box<dyn ArrayReader + Send>,
    name: &str,
    asked: &Asked,
) -> PyResult<Deduped> {
    let given = Given::new(name, &asked.options());
    let field = reader.field();
    let layout = source::layout(py, &field, &given)?;
    let heed = Arc::new(Heed::default());
    let (of, heard) = (asked.clone(), Arc::clone(&heed));
    let (judged, gone, table) = work::run(py, &heed, move |heed| {
        let wrong = |error: arrow_schema::ArrowError| Failed::Input(error.to_string());
        let batches = reader.collect::<Result<Vec<ArrayRef>, _>>().map_err(wrong)?;
        let again =
            ArrayIterator::new(batches.iter().cloned().map(Ok).collect::<Vec<_>>(), Arc::clone(&field));
        let rows = Rows::new(Box::new(again), layout, given, heard);
        let judged = judged(Box::new(rows), &of, heed)?;
        let gone = gone(&judged.0, &library::plan(&judged.0));
        let table = without(&batches, &field, &gone.0).map_err(wrong)?;
        Ok((judged, gone, table))
    })?;
    let kept = Py::new(py, table)?.into_any();
    made(py, judged, asked, Some(kept), gone)
}

/// The rows but for those that are gone; texts that are no table become one.
fn without(
    batches: &[ArrayRef],
    field: &FieldRef,
    gone: &[usize],
) -> Result<Table, arrow_schema::ArrowError> {
    let gone: BTreeSet<usize> = gone.iter().copied().collect();
    let schema = match field.data_type() {
        DataType::Struct(fields) => Schema::new_with_metadata(fields.clone(), field.metadata().clone()),
        other => Schema::new(vec![Field::new("text", other.clone(), true)]),
    };
    let schema = Arc::new(schema);
    let mut first = 0;
    let mut kept = Vec::with_capacity(batches.len());
    for batch in batches {
        let stays: BooleanArray =
            (first..first + batch.len()).map(|row| Some(!gone.contains(&row))).collect();
        first += batch.len();
        let rows = arrow_select::filter::filter(batch.as_ref(), &stays)?;
        let columns = match rows.as_struct_opt() {
            Some(rows) => rows.columns().to_vec(),
            None => vec![rows],
        };
        kept.push(RecordBatch::try_new(Arc::clone(&schema), columns)?);
    }
    Ok(Table::new(schema, kept))
}

fn of_files(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    output: Option<PathBuf>,
    ledger: Option<PathBuf>,
    asked: &Asked,
) -> PyResult<Deduped> {
    if let Some(out) = &output
        && (out.as_os_str() == "-" || paths.iter().any(|path| path.as_os_str() == "-"))
    {
        return Err(error::setting(
            py,
            "output",
            "standard input and output are the command line's: name files",
        ));
    }
    let beside = |out: &PathBuf| {
        let mut name = out.components().collect::<PathBuf>().into_os_string();
        name.push(".ledger.jsonl");
        PathBuf::from(name)
    };
    let ledger = ledger.or_else(|| output.as_ref().map(beside));
    let written: Vec<PathBuf> = output.iter().chain(&ledger).cloned().collect();
    let heed = Arc::new(Heed::default());
    let held = asked.clone();
    let (to, ledger_to) = (output.clone(), ledger.clone());
    let (found, fails, totals) = work::run(py, &heed, move |heed| {
        for path in &written {
            must_be_free(path, &paths)?;
        }
        if let (Some(out), Some(ledger)) = (&to, &ledger_to) {
            must_be_apart(out, ledger)?;
        }
        let single = matches!(&paths[..], [path] if path.is_file());
        let mut options = held.options();
        options.exclude = written;
        options.exclude.extend(Gate::files(&held.settings));
        let mut gate = Gate::open(&held.settings)?;
        let mut found = pipeline::scan(inputs(&paths), &options, &held.plan, &held.run(heed))?;
        let fails = gate.judge(&mut found, 0);
        let plan = library::plan(&found);
        let originals = reading::originals(inputs(&paths), &options)?;
        let (totals, problems) = match (&to, &ledger_to) {
            (Some(out), Some(ledger)) => {
                let format = ledger_format(ledger)?;
                let mut result = Written::new(out, single)?;
                let mut file = Unfinished::new(ledger)?;
                let mut ledger = ledger::Writer::new(format, Box::new(BufWriter::new(file.writer())))?;
                let done = library::write(&found, &plan, originals, single, &mut result, &mut ledger)?;
                ledger.finish()?;
                heed.look();
                file.finish()?;
                result.finish()?;
                done
            }
            _ => {
                let mut ledger = ledger::Writer::new(ledger::LedgerFormat::default(), Box::new(io::sink()))?;
                library::write(&found, &plan, originals, single, &mut Nowhere, &mut ledger)?
            }
        };
        found.problems.extend(problems);
        Ok((found, fails, totals))
    })?;
    let findings = scan::told(py, Findings::new(found, fails), asked)?;
    Ok(Deduped {
        findings: Py::new(py, findings)?,
        kept: None,
        removed: None,
        documents: totals.documents,
        removed_documents: totals.removed_documents,
        removed_spans: totals.removed_spans,
        removed_bytes: totals.removed_bytes,
        ledger: ledger.filter(|_| output.is_some()),
        output,
    })
}

fn ledger_format(path: &Path) -> Result<ledger::LedgerFormat, Failed> {
    ledger::LedgerFormat::of(path).ok_or_else(|| {
        Failed::Input(format!("{}: a ledger's name ends in .jsonl, .csv or .parquet", path.display()))
    })
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Deduped>()?;
    m.add_function(wrap_pyfunction!(dedup, m)?)
}
