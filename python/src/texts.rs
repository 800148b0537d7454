//! Texts that can be asked for by number, for work that is shared out among threads: columns of Arrow as they lie, or what an iterable gave.

use std::sync::Arc;

use arrow_schema::ArrowError;
use pyo3::prelude::*;
use pyo3_arrow::{ffi::ArrayReader, input::AnyArray};
use twicetold::{
    ProblemKind,
    source::{Given, Item, Options},
};

use crate::{
    rows::{Column, Layout},
    source::{self, Held, NAME},
    work::{Failed, Heed},
};

/// What texts are made of, before the interpreter is let go of.
pub(crate) enum Asked {
    Arrow(Box<dyn ArrayReader + Send>, Layout),
    Held(Vec<Held>, Given),
}

impl Asked {
    pub(crate) fn of(texts: &Bound<'_, PyAny>, options: &Options) -> PyResult<Self> {
        let given = Given::new(NAME, options);
        if source::is_arrow(texts)? {
            let reader = texts.extract::<AnyArray>()?.into_reader()?;
            let layout = source::layout(texts.py(), &reader.field(), &given)?;
            return Ok(Self::Arrow(reader, layout));
        }
        if texts.is_instance_of::<pyo3::types::PyString>() {
            let message = "texts are wanted: an iterable of them or Arrow data, not one str";
            return Err(pyo3::exceptions::PyTypeError::new_err(message));
        }
        Ok(Self::Held(source::held(texts)?, given))
    }

    /// Takes them all in.
    pub(crate) fn texts(self, heed: &Heed) -> Result<Texts, Failed> {
        let mut texts = Texts::default();
        match self {
            Self::Arrow(reader, layout) => {
                for rows in reader {
                    heed.look();
                    let column = rows.and_then(|rows| layout.texts(&rows));
                    texts.push(Chunk::Column(
                        column.map_err(|error: ArrowError| Failed::Input(error.to_string()))?,
                    ));
                }
            }
            Self::Held(held, given) => {
                let texts_of = source::items(held, given).map(|item| match item {
                    Item::Document(document) => Ok(Some(document.text)),
                    Item::Problem(problem) if problem.kind == ProblemKind::NoText => Ok(None),
                    Item::Problem(problem) => {
                        let record = problem.record.unwrap_or_default();
                        Err(Failed::Input(format!("text {record}: {}", problem.message)))
                    }
                });
                texts.push(Chunk::Held(texts_of.collect::<Result<_, _>>()?));
            }
        }
        Ok(texts)
    }
}

#[derive(Debug)]
enum Chunk {
    Column(Column),
    Held(Arc<[Option<String>]>),
}

impl Chunk {
    fn len(&self) -> usize {
        match self {
            Self::Column(column) => column.len(),
            Self::Held(texts) => texts.len(),
        }
    }
}

/// Texts by number.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    chunks: Vec<(usize, Chunk)>,
    len: usize,
}

impl Texts {
    fn push(&mut self, chunk: Chunk) {
        let first = self.len;
        self.len += chunk.len();
        if 0 < chunk.len() {
            self.chunks.push((first, chunk));
        }
    }

    /// How many.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// The text of that number; none for nothing.
    pub(crate) fn get(&self, at: usize) -> Option<&str> {
        let chunk = self.chunks.partition_point(|(first, _)| *first <= at).checked_sub(1)?;
        let (first, chunk) = self.chunks.get(chunk)?;
        match chunk {
            Chunk::Column(column) => column.text(at - first),
            Chunk::Held(texts) => texts.get(at - first)?.as_deref(),
        }
    }
}
