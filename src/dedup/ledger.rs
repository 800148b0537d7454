//! The ledger: what was taken out, where it stood, and what is kept for it; enough to put it back to the byte.
//!
//! # The file
//!
//! JSON lines. The first says what it is; then for each file of the result, in its order, a `file` line, a `removed` line for each
//! piece of bytes that was taken out, ascending, and a `sum` line. The last line is `end`: a ledger without it was cut short.
//!
//! ```text
//! {"line":"begin","schema":"twicetold.ledger/1","tool":"twicetold 0.1.0","single":false,"level":"document"}
//! {"line":"file","path":"a.jsonl","packing":null,"state":"cut"}
//! {"line":"removed","offset":153,"text":"{…}\n","document":{…},"level":"document","kind":"exact","similarity":1.0,"family":"3f2a…","keeper":{…}}
//! {"line":"sum","before":{"bytes":980,"hash":"…"},"after":{"bytes":812,"hash":"…"}}
//! {"line":"end","files":1,"documents":9,"removed_documents":1,"removed_spans":0,"removed_bytes":168}
//! ```
//!
//! `offset` counts in the unpacked file as it was before. Bytes that are no UTF-8 stand in `base64` instead of `text`.

use std::borrow::Cow;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

/// The name of the format; another number means other keys or other meanings.
pub const LEDGER_FORMAT: &str = "twicetold.ledger/1";

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "lowercase")]
pub enum Line<'a> {
    /// What the file is.
    Begin(Begin<'a>),
    /// A file of the inputs.
    File(File<'a>),
    /// Bytes that were taken out of it.
    Removed(Box<Removed<'a>>),
    /// The file before and after.
    Sum(Sums),
    /// All of it.
    End(Totals),
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begin<'a> {
    /// [`LEDGER_FORMAT`].
    pub schema: Cow<'a, str>,
    /// The program and its version.
    pub tool: Cow<'a, str>,
    /// Whether the result is one file, and not a folder.
    pub single: bool,
    /// The levels at which was taken out.
    pub level: Cow<'a, str>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is in the result as it was, byte for byte.
    Copied,
    /// It is there without what was taken out.
    Cut,
    /// It is not there: it was one article, and that went.
    LeftOut,
}

/// A file of the inputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File<'a> {
    /// Where it lies in the result and in what is restored.
    pub path: Cow<'a, str>,
    /// How it is packed; none when it is not.
    pub packing: Option<Cow<'a, str>>,
    /// What became of it.
    pub state: Fate,
}

/// Bytes that were taken out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Removed<'a> {
    /// Where they began in the unpacked file; of a file that was left out 0, in the file as it lies.
    pub offset: u64,
    /// The bytes, when they are UTF-8.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub text: Option<Cow<'a, str>>,
    /// The bytes, when they are not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base64: Option<String>,
    /// The place they were.
    pub document: Place<'a>,
    /// The level of the finding.
    pub level: Cow<'a, str>,
    /// Its kind.
    pub kind: Cow<'a, str>,
    /// How alike the place is to the keeper.
    pub similarity: f64,
    /// The fingerprint of the finding.
    pub family: String,
    /// What is kept.
    pub keeper: Place<'a>,
}

/// A place, as reports name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place<'a> {
    /// The document's own id, else its path.
    pub name: Cow<'a, str>,
    /// Its file.
    pub path: Cow<'a, str>,
    /// Its record there, from 1.
    pub record: Option<u64>,
    /// The first byte in its text.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Place<'_> {
    /// The same with names of its own.
    pub fn into_owned(self) -> Place<'static> {
        let Self { name, path, record, start, end } = self;
        Place { name: name.into_owned().into(), path: path.into_owned().into(), record, start, end }
    }
}

/// A file before and after; what a packed file is unpacked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// As it was.
    pub before: Sum,
    /// As it is in the result; none when it is not there.
    pub after: Option<Sum>,
}

/// Bytes, counted and hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// How many.
    pub bytes: u64,
    /// BLAKE3, its first 16 bytes in hex.
    pub hash: String,
}

/// The last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Files of the inputs.
    pub files: u64,
    /// Documents of them.
    pub documents: u64,
    /// Documents that were taken out.
    pub removed_documents: u64,
    /// Pieces of text that were taken out of others.
    pub removed_spans: u64,
    /// The bytes of all that.
    pub removed_bytes: u64,
}

impl Removed<'_> {
    /// The bytes as they were; none when the line does not hold them.
    pub fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        match (&self.text, &self.base64) {
            (Some(text), None) => Some(Cow::Borrowed(text.as_bytes())),
            (None, Some(packed)) => BASE64_STANDARD.decode(packed).ok().map(Cow::Owned),
            _ => None,
        }
    }
}

/// Bytes as a line holds them: as text where they are text.
pub(super) fn held(bytes: &[u8]) -> (Option<Cow<'_, str>>, Option<String>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (Some(text.into()), None),
        Err(_) => (None, Some(BASE64_STANDARD.encode(bytes))),
    }
}
