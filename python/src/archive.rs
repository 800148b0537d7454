//! `Archive`: what was seen before, in one file.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use pyo3::{
    prelude::*,
    types::{PyDict, PyType},
};
use twicetold::{
    DocId,
    archive::{self, Archive as File},
    pipeline::{self, Against},
};

use crate::{
    error::{self, ArchiveError},
    findings::Findings,
    gate::Gate,
    pairs::Problem,
    scan,
    settings::Asked,
    source::{NAME, Source, inputs},
    work::{self, Failed, Heed},
};

/// Seconds that a writer waits for another one.
const LOCK_TIMEOUT: u32 = 30;
/// SQLite counts milliseconds in 31 bits.
const LONGEST_WAIT: u32 = 2_000_000;

/// An archive of documents, to check incoming ones against: one file, safe against kills, many readers beside one writer.
///
/// Make one with `Archive.create`, open it with `Archive.open`; a `with` block closes it.
#[pyclass(frozen, module = "twicetold")]
#[derive(Debug)]
pub(crate) struct Archive {
    path: PathBuf,
    stored: Arc<Mutex<Option<File>>>,
}

/// What adding came to.
#[pyclass(frozen, get_all, module = "twicetold")]
#[derive(Clone, Debug)]
pub(crate) struct Added {
    /// Documents that were put in.
    added: u64,
    /// Documents that were there already, with the same name and text.
    known: u64,
    /// What could not be read.
    problems: Vec<Problem>,
}

#[pymethods]
impl Added {
    fn __repr__(&self) -> String {
        format!(
            "<twicetold.Added: {} added, {} known, {} problems>",
            self.added,
            self.known,
            self.problems.len()
        )
    }
}

/// The archive, if it is open.
fn open(stored: &Mutex<Option<File>>) -> Result<MutexGuard<'_, Option<File>>, Failed> {
    let held = stored.lock().unwrap_or_else(PoisonError::into_inner);
    if held.is_some() { Ok(held) } else { Err(Failed::Input("the archive is closed".to_owned())) }
}

impl Archive {
    /// Does something with the archive, without the interpreter.
    fn with<T: Send + 'static>(
        &self,
        py: Python<'_>,
        act: impl FnOnce(&mut File, &Heed) -> Result<T, Failed> + Send + 'static,
    ) -> PyResult<T> {
        self.with_heed(py, &Arc::new(Heed::default()), act)
    }

    fn with_heed<T: Send + 'static>(
        &self,
        py: Python<'_>,
        heed: &Arc<Heed>,
        act: impl FnOnce(&mut File, &Heed) -> Result<T, Failed> + Send + 'static,
    ) -> PyResult<T> {
        if self.closed(py) {
            return Err(ArchiveError::new_err(format!("{}: the archive is closed", self.path.display())));
        }
        let stored = Arc::clone(&self.stored);
        work::run(py, heed, move |heed| {
            let mut held = open(&stored)?;
            // What is interrupted is undone in the file; what is known of it here is forgotten.
            let Some(mut archive) = held.take() else {
                return Err(Failed::Input("the archive is closed".to_owned()));
            };
            let done = act(&mut archive, heed);
            *held = Some(archive);
            done
        })
    }

    /// The settings of a use: what the keywords do not say is the archive's, and what they say otherwise is refused.
    fn asked(
        &self,
        py: Python<'_>,
        base: &[(&'static str, &str)],
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Asked> {
        let own = self.with(py, |archive, _| {
            Ok(archive.layers().map(|(name, value)| (name, value.to_owned())).collect::<Vec<_>>())
        })?;
        let own = own.into_iter().chain(base.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let asked = Asked::of(&own.collect::<Vec<_>>(), settings)?;
        let of = asked.settings.clone();
        self.with(py, move |archive, _| Ok(archive.must_agree_but(&[], &of)?))?;
        Ok(asked)
    }
}

#[pymethods]
impl Archive {
    /// Makes an archive with these settings, which every later use shares. With `no_text` it keeps no texts, only hashes of words.
    #[classmethod]
    #[pyo3(signature = (path, *, no_text=false, **settings))]
    fn create(
        _: &Bound<'_, PyType>,
        py: Python<'_>,
        path: PathBuf,
        no_text: bool,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let settings = archive::settings(&Asked::of(&[], settings)?.settings);
        let of = path.clone();
        let stored = work::run(py, &Arc::new(Heed::default()), move |_| {
            Ok(if no_text {
                File::create_without_texts(&of, &settings)?
            } else {
                File::create(&of, &settings)?
            })
        })?;
        Ok(Self { path, stored: Arc::new(Mutex::new(Some(stored))) })
    }

    /// Opens an archive. A change waits `lock_timeout` seconds for another writer to end.
    #[classmethod]
    #[pyo3(signature = (path, *, lock_timeout=LOCK_TIMEOUT))]
    fn open(_: &Bound<'_, PyType>, py: Python<'_>, path: PathBuf, lock_timeout: u32) -> PyResult<Self> {
        let of = path.clone();
        let stored = work::run(py, &Arc::new(Heed::default()), move |_| {
            Ok(File::open(&of, Duration::from_secs(u64::from(lock_timeout.min(LONGEST_WAIT))))?)
        })?;
        Ok(Self { path, stored: Arc::new(Mutex::new(Some(stored))) })
    }

    /// Adds documents in one change: all or none. One that is there already, with the same name and text, is not added again.
    #[pyo3(signature = (source, *, name=NAME, **settings))]
    fn add(
        &self,
        py: Python<'_>,
        source: &Bound<'_, PyAny>,
        name: &str,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Added> {
        let asked = self.asked(py, &[], settings)?;
        let heed = Arc::new(Heed::default());
        let mut options = asked.options();
        options.exclude = vec![self.path.clone()];
        let source = Source::of(source, name, &options, &heed)?;
        let (added, problems) = self.with_heed(py, &heed, move |archive, heed| {
            let run = asked.run(heed);
            Ok(match source {
                Source::Paths(paths) => pipeline::add(archive, inputs(&paths), &options, &run)?,
                Source::Items(items) => pipeline::add_items(archive, items, &run)?,
            })
        })?;
        Ok(Added {
            added: added.added,
            known: added.known,
            problems: problems.into_iter().map(Problem).collect(),
        })
    }

    /// Checks incoming documents: against each other, this archive, and the files of `against`. `add="passing"` adds those
    /// that pass the gate afterwards, `add="all"` all. As on the command line, any finding fails the gate and unread input is an
    /// error, unless `fail_on` and `on_input_error` say otherwise.
    #[pyo3(signature = (source, *, against=None, add=None, name=NAME, **settings))]
    fn check(
        &self,
        py: Python<'_>,
        source: &Bound<'_, PyAny>,
        against: Option<Vec<PathBuf>>,
        add: Option<&str>,
        name: &str,
        settings: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Findings> {
        if let Some(other) = add.filter(|add| !["passing", "all"].contains(add)) {
            return Err(error::setting(py, "add", &format!("`{other}` is none of passing, all")));
        }
        let asked = self.asked(py, &[("fail-on", "any"), ("on-input-error", "fail")], settings)?;
        let heed = Arc::new(Heed::default());
        let mut options = asked.options();
        options.exclude = vec![self.path.clone()];
        options.exclude.extend(Gate::files(&asked.settings));
        let source = Source::of(source, name, &options, &heed)?;
        let (held, add) = (asked.clone(), add.map(str::to_owned));
        let against = inputs(&against.unwrap_or_default());
        let (found, fails) = self.with_heed(py, &heed, move |archive, heed| {
            let mut gate = Gate::open(&held.settings)?;
            let run = held.run(heed);
            let beside = Against { archive: Some(archive), inputs: against };
            let mut checked = match source {
                Source::Paths(paths) => pipeline::check(inputs(&paths), beside, &options, &held.plan, &run)?,
                Source::Items(items) => pipeline::check_items(items, beside, &options, &held.plan, &run)?,
            };
            let stored = if gate.asks_share_of_documents() { archive.stats()?.documents } else { 0 };
            let fails = gate.judge(&mut checked.findings, stored);
            if let Some(which) = add {
                let failed =
                    if which == "all" { BTreeSet::new() } else { gate.limits().failing(&checked.findings) };
                let incoming = (checked.findings.n_known..).zip(&checked.incoming);
                let chosen = incoming.filter(|(id, _)| !failed.contains(&DocId::from_packed(*id)));
                pipeline::add_documents(archive, chosen.map(|(_, document)| document))?;
            }
            Ok((checked.findings, fails))
        })?;
        scan::told(py, Findings::new(found, fails), &asked)
    }

    /// Removes documents in one change: those of these names, and those dated before a day. Says how many.
    #[pyo3(signature = (*, names=None, before=None))]
    fn remove(
        &self,
        py: Python<'_>,
        names: Option<Vec<String>>,
        before: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<u64> {
        let before = match before {
            Some(day) => {
                let text: String = day.str()?.extract()?;
                let seconds = twicetold::source::seconds(&text);
                let message = || format!("`{text}` cannot be read as a date: write it as 2024-05-01");
                Some(seconds.ok_or_else(|| error::setting(py, "before", &message()))?)
            }
            None => None,
        };
        if names.is_none() && before.is_none() {
            return Err(error::setting(
                py,
                "names",
                "nothing says which documents to remove: give names or before",
            ));
        }
        let names: BTreeSet<String> = names.unwrap_or_default().into_iter().collect();
        self.with(py, move |archive, _| {
            Ok(archive.remove(|stored| {
                names.contains(&stored.document.name)
                    || before.is_some_and(|before| stored.document.time.is_some_and(|time| time < before))
            })?)
        })
    }

    /// The documents, as dicts: number, name, path, record, title, date, source, url, words, text (None where none is kept).
    fn documents<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let stored = self.with(py, |archive, heed| {
            let mut all = Vec::new();
            archive.each(|stored| {
                heed.look();
                all.push(stored);
                Ok(())
            })?;
            Ok(all)
        })?;
        let dict = |stored: archive::Stored| -> PyResult<Bound<'py, PyDict>> {
            let dict = PyDict::new(py);
            let document = stored.document;
            dict.set_item("number", stored.id.get())?;
            dict.set_item("name", &document.name)?;
            dict.set_item("path", &document.path)?;
            dict.set_item("record", document.record)?;
            dict.set_item("title", &document.title)?;
            dict.set_item("date", &document.date)?;
            dict.set_item("source", &document.source)?;
            dict.set_item("url", &document.url)?;
            dict.set_item("words", stored.words)?;
            dict.set_item("text", document.known_text())?;
            Ok(dict)
        };
        stored.into_iter().map(dict).collect()
    }

    /// What it holds, as a dict.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let stats = self.with(py, |archive, _| Ok(archive.stats()?))?;
        let dict = PyDict::new(py);
        for (name, value) in [
            ("documents", stats.documents),
            ("removed", stats.removed),
            ("changes", stats.state),
            ("bytes", stats.bytes),
            ("runs", stats.runs),
            ("blocks", stats.blocks),
            ("windows", stats.entries),
        ] {
            dict.set_item(name, value)?;
        }
        Ok(dict)
    }

    /// Reads all of it and compares it with its checksums and counts; an ArchiveError says what is not sound.
    fn verify(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, |archive, _| Ok(pipeline::verify(archive)?))
    }

    /// Makes it as small as it can be, without what was removed.
    fn compact(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, |archive, _| Ok(archive.compact()?))
    }

    /// The settings it was made with, as they would be typed.
    #[getter]
    fn settings(&self, py: Python<'_>) -> PyResult<std::collections::BTreeMap<String, String>> {
        let settings = self.with(py, |archive, _| Ok(archive.settings().to_vec()))?;
        Ok(settings.into_iter().map(|(name, value)| (error::keyword(&name), value)).collect())
    }

    /// Whether it keeps the texts of its documents.
    #[getter]
    fn keeps_texts(&self, py: Python<'_>) -> PyResult<bool> {
        self.with(py, |archive, _| Ok(archive.keeps_texts()))
    }

    /// Its file.
    #[getter]
    fn path(&self) -> &PathBuf {
        &self.path
    }

    /// Whether it was closed.
    #[getter]
    fn closed(&self, py: Python<'_>) -> bool {
        // Another thread may be at work with it, and then takes it for itself meanwhile: wait for that one.
        py.detach(|| self.stored.lock().unwrap_or_else(PoisonError::into_inner).is_none())
    }

    /// Closes it; a second time does nothing.
    fn close(&self, py: Python<'_>) {
        py.detach(|| drop(self.stored.lock().unwrap_or_else(PoisonError::into_inner).take()));
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        let documents = self.with(py, |archive, _| Ok(archive.stats()?.documents))?;
        Ok(usize::try_from(documents).unwrap_or(usize::MAX))
    }

    // An archive without documents is one.
    #[expect(clippy::unused_self, reason = "what Python asks for")]
    const fn __bool__(&self) -> bool {
        true
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, pyo3::types::PyTuple>) {
        self.close(py);
    }

    fn __repr__(&self) -> String {
        format!("<twicetold.Archive {}>", self.path.display())
    }
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Added>()?;
    m.add_class::<Archive>()
}
