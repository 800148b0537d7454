//! `compare`: two documents and what they share.

use std::{path::PathBuf, sync::Arc};

use pyo3::{prelude::*, types::PyDict};
use twicetold::{
    Document, ProblemKind,
    gate::Limits,
    pipeline,
    source::{self, Given, Item, Options},
};

use crate::{
    findings::{self, Findings},
    scan,
    settings::Asked,
    source::{Held, inputs},
    work::{self, Failed, Heed},
};

/// Shows what two documents share; what stands twice in one of them only is left out.
///
/// Each is a document as an element of an iterable is: a `str` is its text, a dict a record, a tuple an id and a text, an `os.PathLike`
/// a file. `findings.passages` has the passages by place, `findings.render()` shows them side by side.
#[pyfunction]
#[pyo3(signature = (a, b, **settings))]
fn compare(
    py: Python<'_>,
    a: &Bound<'_, PyAny>,
    b: &Bound<'_, PyAny>,
    settings: Option<&Bound<'_, PyDict>>,
) -> PyResult<Findings> {
    let asked = Asked::of(&[], settings)?;
    let sides = Sides { a: Side::of(a, 0)?, b: Side::of(b, 1)? };
    let heed = Arc::new(Heed::default());
    let held = asked.clone();
    let findings = work::run(py, &heed, move |heed| {
        let documents = sides.documents(&held.options())?;
        let run = held.run(heed);
        let (left, right) = documents.clone();
        let found = pipeline::compare(left, right, &held.plan, &run)?;
        let fails = Limits::of(&held.settings).verdict(&found).reason.is_some();
        heed.look();
        let passages = findings::shared(&documents, &held.plan)?;
        Ok(Findings::of_pair(found, fails, documents, passages))
    })?;
    scan::told(py, findings, &asked)
}

enum Side {
    File(PathBuf),
    Held(Held),
}

impl Side {
    fn of(side: &Bound<'_, PyAny>, at: usize) -> PyResult<Self> {
        match Held::of(side, at)? {
            Some(held) => Ok(Self::Held(held)),
            None => Ok(Self::File(side.extract()?)),
        }
    }
}

struct Sides {
    a: Side,
    b: Side,
}

impl Sides {
    fn documents(self, options: &Options) -> Result<(Document, Document), Failed> {
        match (self.a, self.b) {
            // Together, so that their names tell them apart.
            (Side::File(a), Side::File(b)) if a != b => {
                let mut documents = read(&[a, b], options)?.into_iter();
                match (documents.next(), documents.next(), documents.next()) {
                    (Some(a), Some(b), None) if a.path != b.path => Ok((a, b)),
                    _ => Err(Failed::Input("each file is to hold one document".to_owned())),
                }
            }
            (a, b) => Ok((one(a, "a", options)?, one(b, "b", options)?)),
        }
    }
}

fn one(side: Side, name: &str, options: &Options) -> Result<Document, Failed> {
    match side {
        Side::File(path) => {
            let shown = path.display().to_string();
            let mut documents = read(&[path], options)?.into_iter();
            match (documents.next(), documents.next()) {
                (Some(document), None) => Ok(document),
                _ => Err(Failed::Input(format!("{shown}: the file is to hold one document"))),
            }
        }
        Side::Held(held) => match held.item(&mut Given::new(name, options)) {
            Item::Document(document) => Ok(document),
            Item::Problem(problem) => Err(Failed::Input(format!("{name}: {}", problem.message))),
        },
    }
}

fn read(paths: &[PathBuf], options: &Options) -> Result<Vec<Document>, Failed> {
    let mut documents = Vec::new();
    for item in source::open(inputs(paths), options)? {
        match item {
            Item::Document(document) => documents.push(document),
            Item::Problem(problem) if problem.kind == ProblemKind::NoArticle => {}
            Item::Problem(problem) => {
                return Err(Failed::Input(format!(
                    "{}: {}: {}",
                    problem.path,
                    problem.kind.name(),
                    problem.message
                )));
            }
        }
    }
    Ok(documents)
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(compare, m)?)
}
