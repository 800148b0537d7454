//! Parquet files as they can be written again. Their bytes cannot be cut, so what is cut is lines of JSON that hold all that the rows do
//! (`parquet::rows`); to those a Parquet file is a packing, like gzip.

use std::{
    cell::RefCell,
    fs::File,
    io::{self, Read, Write},
};

#[cfg(feature = "parquet")]
use super::Of;
use super::{Original, Packer, pieces::Out};
#[cfg(feature = "parquet")]
use crate::source::parquet::{
    rows::{self, Lines, Stream},
    write::Writer,
};

/// The name of the packing.
pub(super) const NAME: &str = "parquet";

/// A Parquet file that is open.
#[cfg(feature = "parquet")]
pub(super) struct Table(Lines);

#[cfg(feature = "parquet")]
impl Table {
    pub(super) fn open(file: File) -> io::Result<Self> {
        Lines::open(file, None).map(Self)
    }

    /// Its lines.
    pub(super) fn bytes(self) -> Box<dyn Read + Send> {
        Box::new(Stream::new(self.0))
    }

    /// What makes a file like it of lines.
    pub(super) fn packer<'w>(&self, out: Box<dyn Write + 'w>) -> io::Result<Packer<'w>> {
        Ok(Packer::table(Writer::new(self.0.shape(), out)?))
    }
}

#[cfg(feature = "parquet")]
impl Original {
    /// Gives the lines of a Parquet file.
    pub(super) fn table(&self, out: &RefCell<Out<'_>>) -> io::Result<()> {
        let real = self.real.as_deref().filter(|_| !self.member && self.packing.is_none());
        let real =
            real.ok_or_else(|| io::Error::new(io::ErrorKind::Unsupported, super::pieces::NOT_AGAIN))?;
        let mut lines = Lines::open(File::open(real)?, Some(&self.reading.fields))?;
        let mut line = Vec::new();
        while let Some(of) = lines.next(&mut line)? {
            let mut out = out.borrow_mut();
            match of {
                rows::Of::Head => out.give(&line, Of::Rest, None),
                rows::Of::Row(row, text) => out.give(&line, Of::Record(row), text.map(|text| text.start)),
            }
            if out.refused.is_some() {
                break;
            }
            line.clear();
        }
        Ok(())
    }
}

/// None is read in this build.
#[cfg(not(feature = "parquet"))]
pub(super) enum Table {}

#[cfg(not(feature = "parquet"))]
impl Table {
    pub(super) fn open(_: File) -> io::Result<Self> {
        Err(unsupported())
    }

    pub(super) fn bytes(self) -> Box<dyn Read + Send> {
        match self {}
    }

    pub(super) fn packer<'w>(&self, _: Box<dyn Write + 'w>) -> io::Result<Packer<'w>> {
        match *self {}
    }
}

#[cfg(not(feature = "parquet"))]
impl Original {
    #[allow(clippy::unused_self, reason = "as in a build with the feature")]
    pub(super) fn table(&self, _: &RefCell<Out<'_>>) -> io::Result<()> {
        Err(unsupported())
    }
}

#[cfg(not(feature = "parquet"))]
fn unsupported() -> io::Error {
    let message = "this build does not know Parquet: build it with the feature `parquet`";
    io::Error::new(io::ErrorKind::Unsupported, message)
}
