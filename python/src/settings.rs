//! Keywords become settings, by the one table: `min_words=8` is `--min-words 8`.

use std::path::Path;

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple},
};
use twicetold::{
    Plan, Settings, machine,
    pipeline::Run,
    settings::{Kind, OPTIONS, Opt},
    source::Options,
};

use crate::{
    error::{self, keyword},
    work::Heed,
};

/// Everything a call was told, checked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) settings: Settings,
    pub(crate) plan: Plan,
}

impl Asked {
    /// Checks the keywords of a call, over values that hold unless it says otherwise.
    pub(crate) fn of(base: &[(&'static str, String)], given: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut layers: Vec<(&'static str, String)> = base.to_vec();
        if let Some(given) = given {
            let py = given.py();
            for key in given.keys() {
                let key: String = key.extract()?;
                if !OPTIONS.iter().any(|opt| keyword(opt.name) == key) {
                    return Err(unknown(py, &key));
                }
            }
            for opt in OPTIONS {
                if let Some(value) = given.get_item(keyword(opt.name))? {
                    layers.extend(typed(opt, &value)?.into_iter().map(|value| (opt.name, value)));
                }
            }
            return Self::checked(&layers).map_err(|fault| error::of(py, &fault));
        }
        Self::checked(&layers).map_err(|fault| Python::attach(|py| error::of(py, &fault)))
    }

    fn checked(layers: &[(&'static str, String)]) -> Result<Self, twicetold::Error> {
        let settings = Settings::from_layers(layers.iter().map(|(name, value)| (*name, value.as_str())))?;
        Ok(Self { plan: settings.plan()?, settings })
    }

    /// How to read input.
    pub(crate) fn options(&self) -> Options {
        Options::of(&self.settings)
    }

    /// How to carry a run out; as the command line does.
    pub(crate) fn run<'a>(&'a self, heed: &'a Heed) -> Run<'a> {
        let Settings { threads, memory_limit, temp_dir, .. } = &self.settings;
        let memory = if *memory_limit == 0 { machine::memory() / 4 * 3 } else { *memory_limit };
        let temp_dir = (!temp_dir.is_empty()).then(|| Path::new(temp_dir));
        Run { threads: *threads, progress: heed, memory, temp_dir, resume: None }
    }

    /// Threads for work that is not the pipeline's. Never the process's own pool: its threads do not outlive a fork.
    pub(crate) fn pool(&self) -> Result<rayon::ThreadPool, twicetold::Error> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.settings.threads).build();
        pool.map_err(|error| twicetold::Error::Setting {
            name: "threads".to_owned(),
            message: error.to_string(),
        })
    }
}

fn unknown(py: Python<'_>, key: &str) -> PyErr {
    let near = || -> PyResult<Option<String>> {
        let names: Vec<String> = OPTIONS.iter().map(|opt| keyword(opt.name)).collect();
        let near = py.import("difflib")?.call_method1("get_close_matches", (key, names, 1))?;
        Ok(near.extract::<Vec<String>>()?.into_iter().next())
    };
    let help = match near() {
        Ok(Some(near)) => format!("did you mean {near}?"),
        _ => "twicetold.OPTIONS lists what there is".to_owned(),
    };
    PyTypeError::new_err(format!("unexpected keyword argument '{key}': {help}"))
}

/// A value as it would be typed; several are layers one over the other. `None` is as good as absent.
fn typed(opt: &Opt, value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if value.is_none() {
        return Ok(Vec::new());
    }
    let wrong = |what: &str| {
        let name = value.get_type().name().map_or_else(|_| "that".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("{}: {what}, not {name}", keyword(opt.name)))
    };
    if let Some(text) = one(opt, value)? {
        return Ok(vec![text]);
    }
    if opt.kind.is_map() && value.cast::<PyMapping>().is_ok() {
        let items = value.cast::<PyMapping>()?.items()?;
        return items
            .iter()
            .map(|item| {
                let (name, value): (String, Bound<'_, PyAny>) = item.extract()?;
                let value =
                    one(opt, &value)?.ok_or_else(|| wrong("each value is to be a text or a number"))?;
                Ok(format!("{name}={value}"))
            })
            .collect();
    }
    let is_list = value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>();
    let is_many = matches!(opt.kind, Kind::Choices(_) | Kind::Texts) || opt.kind.is_map();
    if is_list && is_many {
        let each: PyResult<Vec<String>> = value
            .try_iter()?
            .map(|item| one(opt, &item?)?.ok_or_else(|| wrong("each value is to be a text or a number")))
            .collect();
        return Ok(match opt.kind {
            Kind::Choices(_) => vec![each?.join(",")],
            _ => each?,
        });
    }
    Err(wrong(match opt.kind {
        Kind::Switch => "it is to be True or False",
        Kind::Choices(_) | Kind::Texts => "it is to be a text or a list of texts",
        _ if opt.kind.is_map() => "it is to be a text, a number or a mapping",
        _ => "it is to be a text or a number",
    }))
}

/// One value as it would be typed.
fn one(opt: &Opt, value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if value.is_instance_of::<PyBool>() {
        let on = value.is_truthy()?;
        return Ok(matches!(opt.kind, Kind::Switch).then(|| on.to_string()));
    }
    if value.is_instance_of::<PyString>() {
        return Ok(Some(value.extract()?));
    }
    if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
        return Ok(Some(value.str()?.extract()?));
    }
    if value.hasattr("__fspath__")? {
        return Ok(Some(value.call_method0("__fspath__")?.extract()?));
    }
    // Numbers of NumPy.
    if value.hasattr("__index__")? {
        return Ok(Some(value.call_method0("__index__")?.str()?.extract()?));
    }
    Ok(None)
}

/// Adds the table itself: one tuple a row, so that nothing of it need be repeated elsewhere.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    let rows = OPTIONS.iter().map(|opt| {
        let kind = match opt.kind {
            Kind::Switch => "switch",
            Kind::Number => "number",
            Kind::Share => "share",
            Kind::Frequency => "frequency",
            Kind::Size => "size",
            Kind::Text => "text",
            Kind::Choice(_) => "choice",
            Kind::Choices(_) => "choices",
            Kind::Texts => "texts",
            Kind::Numbers(_) => "numbers",
            Kind::Shares(_) => "shares",
            Kind::Names(_) => "names",
        };
        (keyword(opt.name), opt.name, kind, opt.kind.names(), opt.default, opt.group.heading(), opt.help)
    });
    m.add("_OPTIONS", rows.collect::<Vec<_>>())
}
