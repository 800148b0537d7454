//! A file as it can be written again: cut into pieces that are its unpacked bytes, with the bytes that hold a span
//! of a record's text, and packed as it was.
//!
//! What is taken out of a file is bytes of it, so that a list of them and where they stood brings it back. Therefore
//! nothing here makes new bytes: a record goes with its line end, a span goes with the escapes that stand for it,
//! and where taking bytes out would make something else of the rest, [`Original::ranges`] gives none. A Parquet file is
//! cut as lines that hold all its rows do (`table`), and made anew of them.
//!
//! The cutting is that of the readers (`lines`, `csv`), so that records have the same numbers.

mod pack;
mod pieces;
mod ranges;
mod table;
#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use self::{
    pack::{Packer, Repacked},
    pieces::{Of, Piece},
};

use super::{
    Fields, Format, Input, Options,
    encoding::Choice,
    json::Wanted,
    naming::FileName,
    rules::Listing,
    stream::{Begin, Stream},
    unpack::Packing,
};
use crate::{
    error::{Error, Problem},
    settings::Encoding,
};

/// One file of the inputs, or a member of an archive, as it can be written again.
#[derive(Clone, Debug)]
pub struct Original {
    file: Arc<FileName>,
    real: Option<PathBuf>,
    packing: Option<Packing>,
    member: bool,
    format: Format,
    choice: Choice,
    delimiter: u8,
    reading: Arc<Reading>,
}

/// How the files of a run are read.
#[derive(Debug)]
struct Reading {
    format: Format,
    encoding: Option<Encoding>,
    wanted: Arc<Wanted>,
    fields: Arc<Fields>,
    cap: usize,
}

/// What is to be taken out of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// A whole article: a record, or the file where it is one article.
    Record,
    /// A part of an article's text.
    Span,
}

/// The files that [`open`](super::open) would read of these inputs, in its order, and among them what it could not
/// read. What was left out on purpose is passed over.
///
/// Files that are one article are read to find out whether they can be; of others, only the beginning is looked at.
///
/// # Errors
///
/// Those of [`open`](super::open).
pub fn originals(
    inputs: Vec<Input>,
    options: &Options,
) -> Result<impl Iterator<Item = Result<Original, Problem>> + Send + use<>, Error> {
    let mut stream = Stream::new(inputs, options, Listing::Read)?;
    let (wanted, fields, cap) = stream.wanted();
    let (format, encoding) = (options.format, options.encoding);
    let reading = Arc::new(Reading { format, encoding, wanted, fields, cap });
    Ok(std::iter::from_fn(move || {
        let begin = stream.next_file()?;
        Some(begin.map(|begin| Original::new(begin, Arc::clone(&reading))))
    }))
}

impl Original {
    fn new(begin: Begin, reading: Arc<Reading>) -> Self {
        let Begin { file, format, choice, origin, delimiter, .. } = begin;
        Self {
            file,
            real: origin.real,
            packing: origin.packing,
            member: origin.member,
            format,
            choice,
            delimiter: delimiter.unwrap_or(b','),
            reading,
        }
    }

    /// The file as reports and documents name it.
    pub fn path(&self) -> &str {
        &self.file.path
    }

    /// Where it lies; of a member of an archive, where the archive does. None for standard input.
    pub fn real(&self) -> Option<&Path> {
        self.real.as_deref()
    }

    /// Whether it is a member of an archive.
    pub const fn is_member(&self) -> bool {
        self.member
    }

    /// What it is read as.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// How it is packed, if it is.
    pub const fn packing(&self) -> Option<Packing> {
        self.packing
    }

    /// How its [pieces](Self::pieces) are packed, by name: as the file is, or as Parquet.
    pub fn packed_as(&self) -> Option<&'static str> {
        match self.format {
            Format::Parquet => Some(table::NAME),
            _ => self.packing.map(Packing::name),
        }
    }

    /// Whether the file is one article, so that its record is the file.
    pub const fn is_article(&self) -> bool {
        matches!(self.format, Format::Text | Format::Markdown | Format::Html | Format::Auto)
    }

    /// Why nothing of the sort can be taken out of it, and what to do; none when it can.
    ///
    /// A file that is one article can be left out whatever it is written in.
    pub fn refuses(&self, what: Removal) -> Option<String> {
        if self.member {
            return Some("a member of an archive: unpack the archive first".to_owned());
        }
        if self.real.is_none() {
            return Some("standard input cannot be read twice: put it into a file first".to_owned());
        }
        if self.is_article() && what == Removal::Record {
            return None;
        }
        if self.packing == Some(Packing::Zstd) && !cfg!(feature = "archive") {
            return Some("this build does not write zstd: build it with the feature `archive`".to_owned());
        }
        let why = match self.format {
            Format::Html => "the text of a page is not its bytes: only whole pages are left out",
            Format::Json => "JSON that is not lines: make JSONL of it first",
            Format::Feed => "a feed: make JSONL of it first",
            Format::Parquet if self.packing.is_some() => "a packed Parquet file: unpack it first",
            _ if !self.choice.is_utf8() => {
                let name = self.choice.encoding.name();
                return Some(format!("its encoding is {name}: convert it to UTF-8 first"));
            }
            _ => return None,
        };
        Some(why.to_owned())
    }

    fn cannot(&self, source: std::io::Error) -> Error {
        let path = self.real.clone().unwrap_or_else(|| PathBuf::from(&self.file.shown));
        Error::Io { path, source }
    }
}
