//! The nouns of findings beside families: verified pairs of units, passages of a comparison, problems with input.

use std::sync::Arc;

use pyo3::prelude::*;
use twicetold::{
    family,
    report::{Pair as FoundPair, Shared},
};

use crate::{
    findings::{Held, at},
    objects::Document,
};

/// Two units that were counted and found alike.
#[pyclass(frozen, module = "twicetold")]
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    held: Arc<Held>,
    pair: FoundPair,
}

#[pymethods]
impl Pair {
    /// Their level.
    #[getter]
    fn level(&self) -> &'static str {
        self.pair.level.name()
    }

    /// The document of the one that comes first.
    #[getter]
    fn left(&self) -> Document {
        Document::new(&self.held, self.pair.left.0)
    }

    /// The document of the other.
    #[getter]
    fn right(&self) -> Document {
        Document::new(&self.held, self.pair.right.0)
    }

    /// Its bytes there, as (start, end).
    #[getter]
    fn left_span(&self) -> (u32, u32) {
        (self.pair.left.1.start, self.pair.left.1.end)
    }

    /// Its bytes there, as (start, end).
    #[getter]
    fn right_span(&self) -> (u32, u32) {
        (self.pair.right.1.start, self.pair.right.1.end)
    }

    /// Shingles that both have.
    #[getter]
    fn shared(&self) -> u64 {
        self.pair.score.part
    }

    /// Shingles that either has.
    #[getter]
    fn union(&self) -> u64 {
        self.pair.score.whole
    }

    /// `shared / union`, six digits, cut; 1 for the same normalised words only.
    #[getter]
    fn similarity(&self) -> f64 {
        self.pair.score.printed(self.pair.same)
    }

    fn __repr__(&self) -> String {
        format!(
            "<twicetold.Pair of {}s: {} and {}, {}>",
            self.level(),
            self.left().name(),
            self.right().name(),
            self.similarity()
        )
    }
}

/// A span that two documents share.
#[pyclass(frozen, module = "twicetold")]
#[derive(Clone, Debug)]
pub(crate) struct Passage(pub(crate) Shared);

#[pymethods]
impl Passage {
    /// Its bytes in the first document, as (start, end).
    #[getter]
    fn left_span(&self) -> (u32, u32) {
        (self.0.left.start, self.0.left.end)
    }

    /// Its bytes in the second document, as (start, end).
    #[getter]
    fn right_span(&self) -> (u32, u32) {
        (self.0.right.start, self.0.right.end)
    }

    /// exact or near.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind.name()
    }

    /// Matched words of the longer side's.
    #[getter]
    fn similarity(&self) -> f64 {
        self.0.score.printed(self.0.kind == family::Kind::Exact)
    }

    /// Whether most words match only when their order is not asked for.
    #[getter]
    fn reordered(&self) -> bool {
        self.0.reordered
    }

    fn __repr__(&self) -> String {
        let (left, right) = (self.0.left, self.0.right);
        format!("<twicetold.Passage: {}, bytes {left} and {right}>", self.kind())
    }
}

/// Something that could not be read as it should have been.
#[pyclass(frozen, module = "twicetold")]
#[derive(Clone, Debug)]
pub(crate) struct Problem(pub(crate) twicetold::Problem);

#[pymethods]
impl Problem {
    /// The file, or what a source was called that is no file.
    #[getter]
    fn path(&self) -> &str {
        &self.0.path
    }

    /// The record in it, from 1.
    #[getter]
    fn record(&self) -> Option<u64> {
        self.0.record
    }

    /// The line in the file, from 1.
    #[getter]
    fn line(&self) -> Option<u64> {
        self.0.line
    }

    /// What sort of problem.
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.kind.name()
    }

    /// What is wrong and what to do next.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    fn __repr__(&self) -> String {
        let record = self.0.record.map_or_else(String::new, |record| format!("#{record}"));
        format!("<twicetold.Problem: {} in {}{record}: {}>", self.kind(), self.0.path, self.0.message)
    }
}

/// The pairs of findings, made as they are asked for.
#[pyclass(frozen, sequence, module = "twicetold")]
#[derive(Debug)]
pub(crate) struct Pairs(pub(crate) Arc<Held>);

#[pymethods]
impl Pairs {
    fn __len__(&self) -> usize {
        self.0.found.pairs.len()
    }

    fn __getitem__(&self, py: Python<'_>, index: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        at(py, index, self.__len__(), |index| {
            let pair = *self.0.found.pairs.get(index)?;
            Some(Pair { held: Arc::clone(&self.0), pair })
        })
    }

    fn __repr__(&self) -> String {
        format!("<{} pairs>", self.__len__())
    }
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Pair>()?;
    m.add_class::<Pairs>()?;
    m.add_class::<Passage>()?;
    m.add_class::<Problem>()
}
