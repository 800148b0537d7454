//! What Python has becomes what the library reads: paths, or documents at hand.
//!
//! Where a corpus is wanted, a `str` or an `os.PathLike` is a path, and so are the elements of an iterable of `os.PathLike`; where a
//! document is wanted, as each element of an iterable is, a `str` is its text. An iterable is walked on the thread that called, so
//! that a generator stays where it was made; what it gave is looked at when the interpreter has been let go of.

use std::{path::PathBuf, sync::Arc};

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyByteArray, PyBytes, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple},
};
use pyo3_arrow::input::AnyArray;
use twicetold::source::{Cell, Given, Input, Item, Options};

use crate::{
    error,
    rows::{Layout, Rows},
    work::Heed,
};

/// Documents and problems, in order.
pub(crate) type Items = Box<dyn Iterator<Item = Item> + Send>;

/// What reports call a source that is no file.
pub(crate) const NAME: &str = "-";

/// A corpus.
pub(crate) enum Source {
    /// To be read by the library.
    Paths(Vec<PathBuf>),
    /// At hand.
    Items(Items),
}

impl Source {
    /// What `source` is. Reports call it `name` where it is no file.
    pub(crate) fn of(
        source: &Bound<'_, PyAny>,
        name: &str,
        options: &Options,
        heed: &Arc<Heed>,
    ) -> PyResult<Self> {
        if let Some(path) = path(source)? {
            return Ok(Self::Paths(vec![path]));
        }
        let given = Given::new(name, options);
        if is_arrow(source)? {
            let reader = source.extract::<AnyArray>()?.into_reader()?;
            let layout = layout(source.py(), &reader.field(), &given)?;
            return Ok(Self::Items(Box::new(Rows::new(reader, layout, given, Arc::clone(heed)))));
        }
        let (mut paths, mut held) = (Vec::new(), Vec::new());
        for (at, element) in elements(source)?.enumerate() {
            let element = element?;
            match Held::of(&element, at)? {
                Some(document) => held.push(document),
                None => paths.extend(path(&element)?),
            }
            if !paths.is_empty() && !held.is_empty() {
                return Err(PyTypeError::new_err("paths and texts cannot be mixed: give one or the other"));
            }
        }
        if !paths.is_empty() {
            return Ok(Self::Paths(paths));
        }
        Ok(Self::Items(Box::new(items(held, given))))
    }
}

/// Paths as the library wants them.
pub(crate) fn inputs(paths: &[PathBuf]) -> Vec<Input> {
    paths.iter().cloned().map(Input::from).collect()
}

/// Which columns hold what; messages speak of keywords here, not of flags.
pub(crate) fn layout(py: Python<'_>, field: &arrow_schema::Field, given: &Given) -> PyResult<Layout> {
    Layout::of(field, given).map_err(|fault| match fault {
        twicetold::Error::Setting { name, message } => {
            error::setting(py, &name, &message.replace("--field text=NAME", "field={\"text\": NAME}"))
        }
        other => error::of(py, &other),
    })
}

/// Whether something gives its rows the way of Arrow.
pub(crate) fn is_arrow(source: &Bound<'_, PyAny>) -> PyResult<bool> {
    // Instances only: a class has the method too.
    Ok(!source.is_instance_of::<pyo3::types::PyType>()
        && (source.hasattr("__arrow_c_stream__")? || source.hasattr("__arrow_c_array__")?))
}

/// A path, where it is one: a text or an `os.PathLike`.
pub(crate) fn path(value: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    if value.is_instance_of::<PyString>() || value.hasattr("__fspath__")? {
        return Ok(Some(value.extract()?));
    }
    Ok(None)
}

/// The elements of an iterable of documents.
fn elements<'py>(source: &Bound<'py, PyAny>) -> PyResult<Bound<'py, pyo3::types::PyIterator>> {
    let wrong = |what: &str| Err(PyTypeError::new_err(what.to_owned()));
    if source.is_instance_of::<PyBytes>() || source.is_instance_of::<PyByteArray>() {
        return wrong("a corpus cannot be bytes: decode them first, or give the path of the file");
    }
    if source.cast::<PyMapping>().is_ok() {
        return wrong("a corpus cannot be a mapping: put the one document into a list");
    }
    if source.hasattr("__dataframe__")? {
        return wrong("this data frame has no __arrow_c_stream__ (pandas has it from 2.2 on, with pyarrow)");
    }
    source.try_iter().map_err(|_| {
        let name = source.get_type().name().map_or_else(|_| "that".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!(
            "a corpus is a path, an iterable of texts, records or paths, or Arrow data, not {name}"
        ))
    })
}

/// The elements of an iterable of documents, as a list.
pub(crate) fn list<'py>(source: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    if let Ok(list) = source.cast::<PyList>() {
        return Ok(list.clone());
    }
    let list = PyList::empty(source.py());
    for element in elements(source)? {
        list.append(element?)?;
    }
    Ok(list)
}

/// An element of an iterable, out of Python's hands.
pub(crate) enum Held {
    /// Nothing is there.
    Null,
    /// A text, with or without an id.
    Text(Option<String>, Vec<u8>),
    /// An id of nothing.
    Empty(Option<String>),
    /// An object of JSON.
    Record(Vec<u8>),
}

impl Held {
    /// Takes an element over; none for a path.
    pub(crate) fn of(element: &Bound<'_, PyAny>, at: usize) -> PyResult<Option<Self>> {
        if element.is_instance_of::<PyString>() {
            return Ok(Some(Self::Text(None, utf8(element)?)));
        }
        if is_null(element)? {
            return Ok(Some(Self::Null));
        }
        if let Ok(pair) = element.cast::<PyTuple>() {
            return Self::pair(pair, at).map(Some);
        }
        if element.cast::<PyMapping>().is_ok() {
            let line = element.py().import("twicetold._records")?.call_method1("line", (element,))?;
            return Ok(Some(Self::Record(line.cast::<PyBytes>()?.as_bytes().to_vec())));
        }
        if element.hasattr("__fspath__")? {
            return Ok(None);
        }
        let name = element.get_type().name()?;
        Err(PyTypeError::new_err(format!(
            "element {at} is no document: a str is its text, a dict a record, a tuple an id and a text, an os.PathLike a file; not {name}"
        )))
    }

    fn pair(pair: &Bound<'_, PyTuple>, at: usize) -> PyResult<Self> {
        let wrong = || PyTypeError::new_err(format!("element {at} is no pair of an id and a text"));
        let (id, text): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract().map_err(|_| wrong())?;
        let id = if is_null(&id)? {
            None
        } else if id.is_instance_of::<PyString>()
            || id.is_instance_of::<PyInt>()
            || id.hasattr("__index__")?
        {
            Some(id.str()?.extract()?)
        } else {
            return Err(wrong());
        };
        if is_null(&text)? {
            return Ok(Self::Empty(id));
        }
        if !text.is_instance_of::<PyString>() {
            return Err(wrong());
        }
        Ok(Self::Text(id, utf8(&text)?))
    }

    /// What it is to the library.
    pub(crate) fn item(self, given: &mut Given) -> Item {
        let row = |given: &mut Given, id: Option<&str>, text: Cell<'_>| {
            given.row(&[Some(text), id.map(Cell::Text), None, None, None, None])
        };
        match self {
            Self::Null => row(given, None, Cell::Null),
            Self::Empty(id) => row(given, id.as_deref(), Cell::Null),
            Self::Text(id, text) => match std::str::from_utf8(&text) {
                Ok(text) => row(given, id.as_deref(), Cell::Text(text)),
                Err(_) => row(given, id.as_deref(), Cell::Bytes(&text)),
            },
            Self::Record(json) => given.line(&json),
        }
    }
}

/// Elements as items.
pub(crate) fn items(held: Vec<Held>, mut given: Given) -> impl Iterator<Item = Item> + Send {
    held.into_iter().map(move |held| held.item(&mut given))
}

/// The elements of an iterable of documents, none of which may be a path.
pub(crate) fn held(source: &Bound<'_, PyAny>) -> PyResult<Vec<Held>> {
    let element = |(at, element): (usize, PyResult<Bound<'_, PyAny>>)| {
        Held::of(&element?, at)?.ok_or_else(|| PyTypeError::new_err("texts are wanted here, not paths"))
    };
    elements(source)?.enumerate().map(element).collect()
}

/// The bytes of a text; lone surrogates, which no UTF-8 has, are left as they are for the library to complain of.
fn utf8(text: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(text) = text.cast::<PyString>()?.to_cow() {
        return Ok(text.into_owned().into_bytes());
    }
    let bytes = text.call_method1("encode", ("utf-8", "surrogatepass"))?;
    Ok(bytes.cast::<PyBytes>()?.as_bytes().to_vec())
}

/// What stands for nothing: `None`, and what NumPy and pandas have in its place.
fn is_null(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if value.is_none() {
        return Ok(true);
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        return Ok(number.extract::<f64>()?.is_nan());
    }
    let name = value.get_type().name()?;
    Ok(name == "NAType" || name == "NaTType")
}
