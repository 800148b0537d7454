//! What can stop a run, as Python exceptions.

use std::io;

use pyo3::{
    create_exception,
    exceptions::{PyException, PyOSError, PyValueError},
    prelude::*,
    types::PyTuple,
};
use twicetold::Error as Fault;

create_exception!(twicetold, Error, PyException, "The base of all errors of twicetold.");
create_exception!(
    twicetold,
    ArchiveError,
    Error,
    "An archive cannot be used: it is missing, locked, damaged, or of other settings."
);
create_exception!(
    twicetold,
    InternalError,
    Error,
    "Something is wrong in twicetold itself: please report it."
);

/// Adds the exceptions. Those with two bases are made here: what is wrong with a value is a `ValueError` too, what is wrong with a
/// file an `OSError`.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = m.py();
    let base = py.get_type::<Error>();
    m.add("Error", &base)?;
    m.add("ArchiveError", py.get_type::<ArchiveError>())?;
    m.add("InternalError", py.get_type::<InternalError>())?;
    let new = |name: &str, other: Bound<'_, PyAny>, doc: &str| {
        let bases = PyTuple::new(py, [base.clone().into_any(), other])?;
        let body = pyo3::types::PyDict::new(py);
        body.set_item("__doc__", doc)?;
        body.set_item("__module__", "twicetold")?;
        m.add(name, py.get_type::<pyo3::types::PyType>().call1((name, bases, body))?)
    };
    new(
        "SettingError",
        py.get_type::<PyValueError>().into_any(),
        "A setting has a value that cannot be used.",
    )?;
    new(
        "InputError",
        py.get_type::<PyOSError>().into_any(),
        "A file cannot be opened, read or written; or, with on_input_error=\"fail\", some input was not read as it should have been: \
         then `findings` has what was found nevertheless.",
    )
}

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("twicetold._native")?.getattr(name)
}

fn made(py: Python<'_>, name: &str, args: impl for<'py> pyo3::call::PyCallArgs<'py>) -> PyErr {
    match class(py, name).and_then(|class| class.call1(args)) {
        Ok(value) => PyErr::from_value(value),
        Err(error) => error,
    }
}

/// A value that cannot be used.
pub(crate) fn setting(py: Python<'_>, name: &str, message: &str) -> PyErr {
    made(py, "SettingError", (format!("{}: {message}", keyword(name)),))
}

/// Input that cannot be used.
pub(crate) fn input(py: Python<'_>, message: String) -> PyErr {
    made(py, "InputError", (message,))
}

/// A name of the table as a Python argument.
pub(crate) fn keyword(name: &str) -> String {
    name.replace(['-', '.'], "_")
}

/// The exception for an error of the library.
pub(crate) fn of(py: Python<'_>, fault: &Fault) -> PyErr {
    match fault {
        Fault::Setting { name, message } => setting(py, name, message),
        Fault::Config { message } => made(py, "SettingError", (message.clone(),)),
        Fault::Io { path, source } => os(py, source, &path.to_string_lossy()),
        Fault::Rewrite { .. } | Fault::Temporary { .. } | Fault::Work { .. } => input(py, fault.to_string()),
        Fault::Archive { .. } => ArchiveError::new_err(fault.to_string()),
        Fault::Write(source) => os(py, source, "report"),
        _ => Error::new_err(fault.to_string()),
    }
}

/// The exception for an error of the system.
pub(crate) fn os(py: Python<'_>, source: &io::Error, path: &str) -> PyErr {
    match source.raw_os_error() {
        // As Python's own: number, words, name.
        Some(number) => {
            let words = source.to_string();
            let words = words.rsplit_once(" (os error").map_or(words.as_str(), |(words, _)| words).to_owned();
            made(py, "InputError", (number, words, path.to_owned()))
        }
        None => input(py, format!("{path}: {source}")),
    }
}
