//! Source: paths and stdin go in, [`Document`]s come out in a stable order, and everything that
//! could not be read is listed.
//!
//! Stage 1 of 8. Nothing stands before it; after it, `segment` cuts a document into units. This is
//! the only stage that opens input. It looks into no text beyond what its format asks for, and it
//! compares nothing.
//!
//! # The idea
//!
//! [`open`] walks the named paths (`walk`), undoes what packs a file or opens an archive (`unpack`), sees whether it is text
//! (`sniff`) and makes UTF-8 of it (`encoding`), settles the format (`format`) and hands it to one reader: a whole file as text
//! (`whole`, with `markdown` for its layout, or `html` for the article of a page), or record by record (`jsonl`, `csv`,
//! `array` for JSON that is no lines, `feed`). The last two are cut into records first, through a `window` on the
//! stream, and parsed in `batch`es. Rows that a program has at hand become articles in the same way (`given`). A reader never stops the run: what it cannot use becomes a [`Problem`] and the
//! next record or file follows. [`inspect`] runs the same machinery and keeps what it saw of each file instead of the
//! documents. [`originals`] runs it for the names of the files alone: each can then be cut into the pieces that were read
//! as its records (`original`), so that it can be written again without some of them.
//!
//! # Shapes
//!
//! | name     | what it is                                                                      |
//! |----------|---------------------------------------------------------------------------------|
//! | `path`   | the file as reports name it, `/` between parts, the same wherever the corpus lies |
//! | `shown`  | the file as the user can open it from here                                        |
//! | `record` | from 1: the ordinal among non-blank lines (JSONL) or among rows after the header (CSV), elements (JSON), entries (feeds) |
//! | `line`   | from 1: the line of the file on which the record begins                           |
//!
//! A folder's files are named relative to it, a lone file by its file name; with several arguments
//! every path is relative to the deepest folder that holds them all. A member of an archive is named below it, as
//! if the archive were a folder: `notes.zip/inner/a.txt`. Bytes of a name that are not UTF-8 are written `\xNN`.
//!
//! # Promises
//!
//! * **Stable order.** Arguments come in the order given, a folder's files sorted bytewise by path
//!   components, whatever order the system lists them in.
//! * **Nothing is skipped silently.** What is not read is a [`Problem`], except what the user left
//!   out on purpose (hidden, ignored, globs), our own output, and links to what is read anyway;
//!   those are listed by [`inspect`].
//! * **No file is read twice,** also when it is reached by two names: a file is its device and inode.
//! * **Bounded memory.** A record is at most [`Options::max_record_bytes`] long; longer ones are passed over
//!   without being held.
//! * **Nothing blocks.** FIFOs, sockets and devices are listed, never opened.
//!
//! # Limits
//!
//! Of packed files one layer is undone: a compressed file inside an archive, or one that was compressed twice, is
//! listed. A file that unpacks to more than 200 times its size is read up to 64 MiB. Members of a compressed tar come
//! in its own order, since one cannot go back in it.
//!
//! An encoding that is neither marked nor declared nor given, and is not UTF-8, is guessed, and a problem says so.
//! Records of a file that is not plain UTF-8 on disk cannot be read again and are held where others are not. The layout
//! of a Markdown file takes up to 140 bytes for each of its marks while it is made; one of more than a million marks and
//! line ends (punctuation of any kind: 16 MiB of prose has fewer) is listed as too large and can be read as text.
//! WARC is not read: the crate for it holds header lines of any length.
//!
//! Of ignore files, those inside the named folder count, and when it lies in a git repository those
//! above it too, `.gitignore` up to the repository's root; a user's global git settings do not,
//! since they would make the answer depend on the machine.
//!
//! # Source
//!
//! Walking and globs are those of ripgrep's `ignore` crate. We differ in one way: links found
//! inside a folder are judged (see `walk`), not passed over in silence.

#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod again;
mod array;
mod batch;
mod csv;
mod encoding;
mod feed;
mod fields;
mod format;
mod given;
mod html;
mod inspect;
mod json;
mod jsonl;
mod lines;
mod links;
mod markdown;
mod meter;
mod naming;
mod original;
#[cfg(feature = "parquet")]
mod parquet;
mod record;
mod rules;
mod sniff;
mod stream;
mod unpack;
mod walk;
mod whole;
mod window;

use std::{collections::VecDeque, path::PathBuf};

pub use crate::{
    date::seconds,
    settings::{Encoding, Fields, HtmlText},
};

use crate::{
    document::Document,
    error::{Error, Problem},
    settings::Settings,
};

pub(crate) use self::given::raws;
#[cfg(feature = "parquet")]
pub(crate) use self::parquet::own::{OwnReader, OwnWriter};
pub use self::{
    again::{Files, Place, Rereader},
    encoding::Settled,
    format::{Decided, Format},
    given::{Cell, Cells, Columns, Given},
    inspect::{Entry, inspect},
    naming::files_from,
    original::{Of, Original, Packer, Piece, Removal, Repacked, originals},
    record::Record,
    rules::Skip,
    stream::Raw,
    unpack::Packing,
};

/// What to read, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The format of every input, or [`Format::Auto`] to settle it file by file.
    pub format: Format,
    /// What of a page is read.
    pub html: HtmlText,
    /// The encoding of every input without a byte order mark; none settles it file by file.
    pub encoding: Option<Encoding>,
    /// Which fields of a record hold what.
    pub fields: Fields,
    /// Globs a file found in a folder must match, or after `!` must not; later ones win. One with a
    /// `/` in it is matched from the named folder on; a file that is named is read whatever they say.
    pub globs: Vec<String>,
    /// Read hidden files and folders too.
    pub hidden: bool,
    /// Read files that `.gitignore` and `.ignore` leave out.
    pub no_ignore: bool,
    /// The largest record, or file that is one article, in bytes.
    pub max_record_bytes: u64,
    /// Files and folders this run writes: recognised and passed over.
    pub exclude: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self::of(&Settings::default())
    }
}

impl Options {
    /// What the settings say of reading; nothing is passed over as this run's own.
    pub fn of(settings: &Settings) -> Self {
        Self {
            format: settings.input_format,
            html: settings.html,
            encoding: settings.encoding,
            fields: settings.field.clone(),
            globs: settings.glob.clone(),
            hidden: settings.hidden,
            no_ignore: settings.no_ignore,
            max_record_bytes: settings.max_record_size,
            exclude: Vec::new(),
        }
    }
}

/// One thing the user named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file or a folder.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

/// One thing that came of reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// An article.
    Document(Document),
    /// Something that could not be read; the rest goes on.
    Problem(Problem),
}

/// Opens the inputs and reads them one record at a time.
///
/// Comes back at once; files are opened as the iterator reaches them.
///
/// # Errors
///
/// [`Error::Io`] when a named path does not exist, [`Error::Setting`] for a glob that is none.
/// Everything met later is an [`Item::Problem`].
pub fn open(
    inputs: Vec<Input>,
    options: &Options,
) -> Result<impl Iterator<Item = Item> + Send + use<>, Error> {
    let (raws, _) = open_to_read_again(inputs, options)?;
    let mut waiting = VecDeque::new();
    let mut raws = raws;
    Ok(std::iter::from_fn(move || {
        while waiting.is_empty() {
            raws.next()?.each(|record, _| {
                let item = record.map_or_else(Item::Problem, |record| Item::Document(record.document()));
                waiting.push_back(item);
            });
        }
        waiting.pop_front()
    }))
}

/// Opens the inputs and reads them in pieces that are still to be parsed, on any thread; and gives
/// the files they come from, so that single records can be read again.
///
/// # Errors
///
/// Those of [`open`].
pub fn open_to_read_again(
    inputs: Vec<Input>,
    options: &Options,
) -> Result<(impl Iterator<Item = Raw> + Send + use<>, Files), Error> {
    let mut events = stream::Stream::new(inputs, options, rules::Listing::Read)?;
    let files = events.files();
    let mut told = 0;
    let raws = std::iter::from_fn(move || {
        let raw = events.by_ref().find_map(|event| match event {
            stream::Event::Raw(raw) => Some(raw),
            stream::Event::Begin(_) | stream::Event::Skipped(..) => None,
        });
        let at = events.position();
        let disk_bytes = at - std::mem::replace(&mut told, at);
        match raw {
            Some(raw) => Some(raw.at(disk_bytes)),
            None => (0 < disk_bytes).then(|| Raw::end(disk_bytes)),
        }
    });
    Ok((raws, files))
}

/// The bytes of all files of the inputs, as they lie there; none with standard input among them, of which nobody knows.
///
/// Cost: a walk over the folders. For telling how far reading has come: a file may change until it is read.
///
/// # Errors
///
/// Those of [`open`].
pub fn disk_bytes(inputs: &[Input], options: &Options) -> Result<Option<u64>, Error> {
    if inputs.contains(&Input::Stdin) {
        return Ok(None);
    }
    let walk = walk::Walker::new(inputs.to_vec(), options, rules::Listing::Read)?;
    let bytes = walk.map(|found| if let walk::Found::File { bytes, .. } = found { bytes } else { 0 });
    Ok(Some(bytes.sum()))
}
