//! The nouns of findings: families, their occurrences, documents, pairs, problems. Each looks into the findings it came of.
//!
//! `start` and `end` are bytes of the document's text in UTF-8, as in the JSON report; `char_start` and `char_end` are the same places
//! as indexes of a Python `str`.

use std::sync::Arc;

use pyo3::prelude::*;
use twicetold::{
    DocId, document,
    family::{self, State},
};

use crate::findings::{Held, at};

/// All places of one repeated text, one of them to keep.
#[pyclass(frozen, module = "twicetold")]
#[derive(Clone, Debug)]
pub(crate) struct Family {
    held: Arc<Held>,
    index: usize,
}

impl Family {
    fn family(&self) -> Option<&family::Family> {
        self.held.found.families.get(self.index)
    }
}

#[pymethods]
impl Family {
    /// A stable name: it survives reruns and moves.
    #[getter]
    fn fingerprint(&self) -> String {
        self.family().map_or_else(String::new, |family| hex(&family.fingerprint))
    }

    /// The largest unit that every occurrence is: document, paragraph, sentence or passage.
    #[getter]
    fn level(&self) -> &'static str {
        self.family().map_or("", |family| family.level.name())
    }

    /// exact, near or contained.
    #[getter]
    fn kind(&self) -> &'static str {
        self.family().map_or("", |family| family.kind.name())
    }

    /// stock-phrase or boilerplate; None for other texts. `class` in the report.
    #[getter]
    fn class_(&self) -> Option<&'static str> {
        Some(self.family()?.class?.name())
    }

    /// within (one document), across (several) or archive.
    #[getter]
    fn scope(&self) -> &'static str {
        self.family().map_or("", |family| family.scope(self.held.found.n_stored))
    }

    /// Words of the keeper's occurrence.
    #[getter]
    fn words(&self) -> u32 {
        self.family().and_then(family::Family::kept).map_or(0, |kept| kept.words)
    }

    /// The lowest similarity of a member to the keeper.
    #[getter]
    fn similarity(&self) -> f64 {
        self.family().map_or(0.0, family::Family::similarity)
    }

    /// Which of the occurrences is the one to keep.
    #[getter]
    fn keeper(&self) -> usize {
        self.family().map_or(0, |family| family.keeper)
    }

    /// The occurrence to keep.
    #[getter]
    fn kept(&self) -> Occurrence {
        Occurrence { held: Arc::clone(&self.held), family: self.index, index: self.keeper() }
    }

    /// new, known or suppressed.
    #[getter]
    fn state(&self) -> &'static str {
        self.family().map_or("", |family| family.state.name())
    }

    /// What suppressed it.
    #[getter]
    fn suppressed_by(&self) -> Option<&str> {
        match &self.family()?.state {
            State::Suppressed(by) => Some(by),
            State::New | State::Known => None,
        }
    }

    /// All places, by document and then by place.
    #[getter]
    fn occurrences(&self) -> Vec<Occurrence> {
        let places = self.family().map_or(0, |family| family.occurrences.len());
        (0..places)
            .map(|index| Occurrence { held: Arc::clone(&self.held), family: self.index, index })
            .collect()
    }

    fn __len__(&self) -> usize {
        self.family().map_or(0, |family| family.occurrences.len())
    }

    fn __repr__(&self) -> String {
        format!(
            "<twicetold.Family {}: {} {}, {} words, {} places>",
            self.fingerprint(),
            self.kind(),
            self.level(),
            self.words(),
            self.__len__()
        )
    }
}

/// One place where a repeated text stands.
#[pyclass(frozen, module = "twicetold")]
#[derive(Clone, Debug)]
pub(crate) struct Occurrence {
    held: Arc<Held>,
    family: usize,
    index: usize,
}

impl Occurrence {
    fn place(&self) -> Option<&family::Occurrence> {
        self.held.found.families.get(self.family)?.occurrences.get(self.index)
    }
}

#[pymethods]
impl Occurrence {
    /// The document it stands in.
    #[getter]
    fn document(&self) -> Document {
        Document::new(&self.held, self.place().map_or(DocId::from_packed(0), |place| place.document))
    }

    /// Its first byte in the document's text.
    #[getter]
    fn start(&self) -> u32 {
        self.place().map_or(0, |place| place.span.start)
    }

    /// The byte after its last one.
    #[getter]
    fn end(&self) -> u32 {
        self.place().map_or(0, |place| place.span.end)
    }

    /// Its first character: `document.text[char_start:char_end]` is its text.
    #[getter]
    fn char_start(&self, py: Python<'_>) -> u32 {
        py.detach(|| self.held.stand(self.family, self.index)).char_start
    }

    /// The character after its last one.
    #[getter]
    fn char_end(&self, py: Python<'_>) -> u32 {
        py.detach(|| self.held.stand(self.family, self.index)).char_end
    }

    /// The line of its first character, from 1.
    #[getter]
    fn line(&self, py: Python<'_>) -> u32 {
        py.detach(|| self.held.stand(self.family, self.index)).line
    }

    /// The column of its first character, in characters from 1.
    #[getter]
    fn column(&self, py: Python<'_>) -> u32 {
        py.detach(|| self.held.stand(self.family, self.index)).column
    }

    /// The line of its last character.
    #[getter]
    fn end_line(&self, py: Python<'_>) -> u32 {
        py.detach(|| self.held.stand(self.family, self.index)).end_line
    }

    /// Its words.
    #[getter]
    fn words(&self) -> u32 {
        self.place().map_or(0, |place| place.words)
    }

    /// How alike it is to the keeper, counted; 1 for the same normalised words only.
    #[getter]
    fn similarity(&self) -> f64 {
        self.place().map_or(0.0, |place| place.score.printed(place.same))
    }

    /// Words it shares with the keeper.
    #[getter]
    fn shared_words(&self) -> u32 {
        self.place().map_or(0, |place| place.shared_words)
    }

    /// Its text; None where an archive keeps none.
    #[getter]
    fn text(&self) -> Option<String> {
        let place = self.place()?;
        let document = self.held.found.documents.get(place.document)?;
        Some(place.span.of(document.known_text()?).to_owned())
    }

    fn __repr__(&self) -> String {
        format!("<twicetold.Occurrence in {}: bytes {}-{}>", self.document().name(), self.start(), self.end())
    }
}

/// A document that occurs in the findings.
#[pyclass(frozen, module = "twicetold", eq, hash)]
#[derive(Clone, Debug)]
pub(crate) struct Document {
    held: Arc<Held>,
    id: DocId,
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.held, &other.held) && self.id == other.id
    }
}

impl std::hash::Hash for Document {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl Document {
    pub(crate) fn new(held: &Arc<Held>, id: DocId) -> Self {
        Self { held: Arc::clone(held), id }
    }

    fn of<T>(&self, get: impl FnOnce(&document::Document) -> Option<T>) -> Option<T> {
        self.held.found.documents.get(self.id).and_then(|document| get(&document))
    }
}

#[pymethods]
impl Document {
    /// Its position in input order, from 0.
    #[getter]
    fn id(&self) -> u32 {
        self.id.get()
    }

    /// The record's own id, else its path.
    #[getter]
    pub(crate) fn name(&self) -> String {
        self.of(|document| Some(document.name.clone())).unwrap_or_default()
    }

    /// Its file, relative; what a source was called that is no file.
    #[getter]
    fn path(&self) -> String {
        self.of(|document| Some(document.path.clone())).unwrap_or_default()
    }

    /// Its record in the file, from 1; None for a file that is one document.
    #[getter]
    fn record(&self) -> Option<u64> {
        self.of(|document| document.record)
    }

    /// Its title.
    #[getter]
    fn title(&self) -> Option<String> {
        self.of(|document| document.title.clone())
    }

    /// Its date, as the source writes it.
    #[getter]
    fn date(&self) -> Option<String> {
        self.of(|document| document.date.clone())
    }

    /// Who published it.
    #[getter]
    fn source(&self) -> Option<String> {
        self.of(|document| document.source.clone())
    }

    /// Its address.
    #[getter]
    fn url(&self) -> Option<String> {
        self.of(|document| document.url.clone())
    }

    /// Its text; None where an archive keeps none.
    #[getter]
    fn text(&self) -> Option<String> {
        self.of(|document| document.known_text().map(str::to_owned))
    }

    /// Bytes of its text.
    #[getter]
    fn bytes(&self) -> usize {
        self.of(|document| Some(document.text.len())).unwrap_or(0)
    }

    /// Its words.
    #[getter]
    fn words(&self) -> u32 {
        self.held.found.documents.words(self.id).unwrap_or(0)
    }

    fn __repr__(&self) -> String {
        format!("<twicetold.Document {}: {}>", self.id(), self.name())
    }
}

/// The families of findings, made as they are asked for.
#[pyclass(frozen, sequence, module = "twicetold")]
#[derive(Debug)]
pub(crate) struct Families(pub(crate) Arc<Held>);

#[pymethods]
impl Families {
    fn __len__(&self) -> usize {
        self.0.found.families.len()
    }

    fn __getitem__(&self, py: Python<'_>, index: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        at(py, index, self.__len__(), |index| Some(Family { held: Arc::clone(&self.0), index }))
    }

    fn __repr__(&self) -> String {
        format!("<{} families>", self.__len__())
    }
}

/// Bytes in hex, as reports print them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Family>()?;
    m.add_class::<Families>()?;
    m.add_class::<Occurrence>()?;
    m.add_class::<Document>()
}
