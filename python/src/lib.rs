//! The Python module: what the library does, on what Python has.
//!
//! Each file is one thing that Python sees, or one thing that stands between: [`settings`] (keywords become a plan), [`source`] and
//! [`rows`] (paths, iterables and Arrow become documents), [`work`] (the interpreter is let go of while the library works),
//! [`error`] (what stops a run, as exceptions). What is found is the library's alone.

mod archive;
mod compare;
mod dedup;
mod error;
mod files;
mod findings;
mod gate;
mod objects;
mod pairs;
mod rows;
mod scan;
mod settings;
mod sketch;
mod source;
mod spark;
mod table;
mod tables;
mod texts;
mod verify;
mod work;

use pyo3::prelude::*;

#[pymodule]
fn _native(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add("__version__", env!("CARGO_PKG_VERSION"))?;
    error::register(m)?;
    settings::register(m)?;
    table::register(m)?;
    findings::register(m)?;
    objects::register(m)?;
    pairs::register(m)?;
    scan::register(m)?;
    compare::register(m)?;
    dedup::register(m)?;
    archive::register(m)?;
    sketch::register(m)?;
    spark::register(m)?;
    verify::register(m)?;
    Ok(())
}
