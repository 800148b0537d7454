//! `scan`: one corpus, every repeat within and between its documents.

use std::sync::Arc;

use pyo3::{prelude::*, types::PyDict};
use twicetold::{pipeline, report::Findings as Found};

use crate::{
    error,
    findings::{self, Findings},
    gate::Gate,
    settings::Asked,
    source::{NAME, Source, inputs},
    work::{self, Heed},
};

/// Finds every repeat within and between the documents of one corpus.
///
/// source: a path or several (`str`, `os.PathLike`: files and folders, read as the command line reads them), an iterable of documents
///     (a `str` is its text, a dict a record, a tuple an id and a text, an `os.PathLike` a file), or anything with Arrow data (pyarrow,
///     Polars, pandas from 2.2 on, DuckDB).
/// name: what reports call a source that is no file; `-`, as the command line calls its standard input.
/// settings: every option of the command line, with `_` for `-` and `.`: `twicetold.OPTIONS` lists them.
#[pyfunction]
#[pyo3(signature = (source, *, name=NAME, **settings))]
fn scan(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    name: &str,
    settings: Option<&Bound<'_, PyDict>>,
) -> PyResult<Findings> {
    let asked = Asked::of(&[], settings)?;
    let (found, fails) = found(py, source, name, &asked, Vec::new())?;
    told(py, Findings::new(found, fails), &asked)
}

/// Scans and judges. Nothing of what is `written` is read.
pub(crate) fn found(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    name: &str,
    asked: &Asked,
    written: Vec<std::path::PathBuf>,
) -> PyResult<(Found, bool)> {
    let heed = Arc::new(Heed::default());
    let mut options = asked.options();
    options.exclude = written;
    options.exclude.extend(Gate::files(&asked.settings));
    let source = Source::of(source, name, &options, &heed)?;
    let asked = asked.clone();
    work::run(py, &heed, move |heed| {
        let mut gate = Gate::open(&asked.settings)?;
        let run = asked.run(heed);
        let mut found = match source {
            Source::Paths(paths) => pipeline::scan(inputs(&paths), &options, &asked.plan, &run)?,
            Source::Items(items) => pipeline::scan_items(items, &asked.plan, &run)?,
        };
        let fails = gate.judge(&mut found, 0);
        Ok((found, fails))
    })
}

/// Findings as they are given back: unread input is told of, or is an error, as `on_input_error` says.
pub(crate) fn told(py: Python<'_>, findings: Findings, asked: &Asked) -> PyResult<Findings> {
    let unread = findings::unread(&findings.0.found);
    if unread == 0 {
        return Ok(findings);
    }
    let first = findings.0.found.problems.iter().find(|problem| problem.kind.is_unread());
    let first = first.map_or_else(String::new, |problem| {
        let record = problem.record.map_or_else(String::new, |record| format!("#{record}"));
        format!("{}{record}: {}: {}", problem.path, problem.kind.name(), problem.message)
    });
    let noun = if unread == 1 { "problem" } else { "problems" };
    let what = format!(
        "some input was not read as it should have been: {unread} {noun}, of which the first is {first}"
    );
    if asked.settings.on_input_error_fail {
        let error = error::input(py, what);
        error.value(py).setattr("findings", Py::new(py, findings)?)?;
        return Err(error);
    }
    let category = py.import("twicetold")?.getattr("InputWarning")?;
    py.import("warnings")?.call_method1("warn", (what, category))?;
    Ok(findings)
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(scan, m)?)
}
