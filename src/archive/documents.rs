//! Rows of documents: all that a source said about an article, and its text, or what was read of it.

use std::path::Path;

use rusqlite::{CachedStatement, Row, ToSql, params};

use super::{
    fault, lookup,
    reading::{self, Reading},
    store::Store,
    varint::{put, take},
};
use crate::{
    document::{Document, Layout},
    error::{ArchiveFault, Error},
    hash,
    span::Span,
};

/// How hard texts are packed: zstd's own default.
const LEVEL: i32 = 3;

/// A document of the archive, by its number there, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoredId(pub(super) u32);

impl StoredId {
    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// A document as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub id: StoredId,
    /// The document; its path is the one it was added under. Its text is withheld where the archive keeps none.
    pub document: Document,
    /// What was read of its text, where that is not kept.
    pub reading: Option<Reading>,
    /// Its words.
    pub words: u32,
    /// The state of the archive that it came with.
    pub added: i64,
    /// Whether it was removed since.
    pub removed: bool,
}

const COLUMNS: &str = "id, name, path, record, title, date, time, source, url, bytes, words, added, removed, layout, text, checksum";

/// What tells two documents apart: name and text.
pub(super) fn digest(document: &Document) -> hash::Digest {
    hash::fingerprint(&document.name, &document.text)
}

/// A document made ready to be stored: the part of the work that needs no archive, for any thread.
#[derive(Clone, Debug)]
pub struct Prepared {
    document: Document,
    words: u32,
    digest: hash::Digest,
    layout: Option<Vec<u8>>,
    text: Vec<u8>,
    /// Whether `text` is a text, and not a reading.
    pub(super) is_text: bool,
    /// Its distinct windows, ascending.
    pub(super) keys: Vec<u64>,
}

/// Prepares documents, with memory that is used again; one for each thread.
pub struct Preparer(zstd::bulk::Compressor<'static>);

impl std::fmt::Debug for Preparer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Preparer").finish_non_exhaustive()
    }
}

impl Preparer {
    /// A new one.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] when there is no memory for packing.
    pub fn new() -> Result<Self, Error> {
        zstd::bulk::Compressor::new(LEVEL).map(Self).map_err(|error| cannot_pack(&error))
    }

    /// Prepares a document with the hashes of its words. Cost: its text is packed by zstd.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] when there is no memory for packing.
    pub fn prepare(&mut self, document: Document, words: &[u64]) -> Result<Prepared, Error> {
        let text = self.0.compress(document.text.as_bytes()).map_err(|error| cannot_pack(&error))?;
        Ok(prepared(document, words, text, true))
    }

    /// Prepares a document for an archive that keeps no texts. Cost: its reading is packed.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] when there is no memory for packing.
    pub fn prepare_without_text(&mut self, document: Document, reading: &Reading) -> Result<Prepared, Error> {
        let blob = reading::pack(reading, &mut self.0).map_err(|error| cannot_pack(&error))?;
        Ok(prepared(document, &reading.hashes, blob, false))
    }
}

fn prepared(document: Document, words: &[u64], text: Vec<u8>, is_text: bool) -> Prepared {
    let mut keys = Vec::new();
    lookup::keys(words, &mut keys);
    Prepared {
        words: u32::try_from(words.len()).unwrap_or(u32::MAX),
        digest: digest(&document),
        layout: pack_layout(&document.layout),
        text,
        is_text,
        keys,
        document,
    }
}

fn cannot_pack(error: &std::io::Error) -> Error {
    fault::error(Path::new("zstd"), ArchiveFault::Unwritable, format!("a text cannot be packed: {error}"))
}

/// Puts a document in; false when it is there already.
pub(super) fn insert(store: &Store, id: u32, prepared: &Prepared, added: i64) -> Result<bool, Error> {
    let Prepared { document, words, digest, layout, text, .. } = prepared;
    let known = || -> rusqlite::Result<bool> {
        store.db.prepare_cached("SELECT 1 FROM documents WHERE digest = ?")?.exists([digest])
    };
    if known().map_err(|refusal| store.told(&refusal))? {
        return Ok(false);
    }
    let row = Columns { document, id, words: *words, added, removed: None, layout: layout.as_deref(), text };
    let put = || -> rusqlite::Result<usize> {
        let mut statement = store.db.prepare_cached(
            "INSERT INTO documents (id, digest, name, path, record, title, date, time, source, url, bytes, words, added, removed, layout, text, checksum)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let record = document.record.and_then(|record| i64::try_from(record).ok());
        let bytes = i64::try_from(document.text.len()).unwrap_or(i64::MAX);
        let Document { name, path, title, date, time, source, url, .. } = document;
        let values: [&dyn ToSql; 17] = [
            &id,
            digest,
            name,
            path,
            &record,
            title,
            date,
            time,
            source,
            url,
            &bytes,
            words,
            &added,
            &None::<i64>,
            layout,
            text,
            &row.checksum(),
        ];
        statement.execute(values)
    };
    put().map_err(|refusal| store.told(&refusal))?;
    Ok(true)
}

/// What a checksum is made of.
struct Columns<'r> {
    document: &'r Document,
    id: u32,
    words: u32,
    added: i64,
    removed: Option<i64>,
    layout: Option<&'r [u8]>,
    text: &'r [u8],
}

impl Columns<'_> {
    fn checksum(&self) -> [u8; 4] {
        let mut bytes = Vec::with_capacity(self.text.len() + 256);
        let mut field = |present: bool, part: &[u8]| {
            bytes.push(u8::from(present));
            put(part.len() as u64, &mut bytes);
            bytes.extend_from_slice(part);
        };
        let document = self.document;
        field(true, document.name.as_bytes());
        field(true, document.path.as_bytes());
        for text in [&document.title, &document.date, &document.source, &document.url] {
            field(text.is_some(), text.as_deref().unwrap_or_default().as_bytes());
        }
        let record = document.record.unwrap_or(0);
        field(document.record.is_some(), &record.to_le_bytes());
        for number in [document.time, self.removed] {
            field(number.is_some(), &number.unwrap_or(0).to_le_bytes());
        }
        field(true, &self.words.to_le_bytes());
        field(true, &self.added.to_le_bytes());
        field(self.layout.is_some(), self.layout.unwrap_or_default());
        field(true, self.text);
        hash::checksum(u64::from(self.id), &bytes)
    }
}

/// Gives one document; none when there is none of that number.
pub(super) fn get(store: &Store, id: StoredId) -> Result<Option<Stored>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM documents WHERE id = ?");
    let read = || -> rusqlite::Result<Option<Result<Stored, Error>>> {
        let mut statement: CachedStatement<'_> = store.db.prepare_cached(&sql)?;
        let mut rows = statement.query([id.0])?;
        rows.next()?.map(|row| stored(store, row)).transpose()
    };
    read().map_err(|refusal| store.told(&refusal))?.transpose()
}

/// Gives every document in order to `take`, and sees that there are as many as there should be. To be called in a transaction.
pub(super) fn each(store: &Store, mut take: impl FnMut(Stored) -> Result<(), Error>) -> Result<(), Error> {
    let told = |refusal| store.told(&refusal);
    let mut statement =
        store.db.prepare(&format!("SELECT {COLUMNS} FROM documents ORDER BY id")).map_err(told)?;
    let mut rows = statement.query([]).map_err(told)?;
    let mut n_documents = 0;
    while let Some(row) = rows.next().map_err(told)? {
        n_documents += 1;
        take(stored(store, row).map_err(told)??)?;
    }
    let says = store.state()?.documents;
    if n_documents == says {
        return Ok(());
    }
    Err(store.damaged(format!("it has {n_documents} documents where it says {says}")))
}

/// Marks a document as removed, with the state that removes it. Its name and text are free to be added again.
pub(super) fn mark(store: &Store, stored: &Stored, state: i64) -> Result<(), Error> {
    let told = |refusal| store.told(&refusal);
    let (layout, text): (Option<Vec<u8>>, Vec<u8>) = store
        .db
        .query_row("SELECT layout, text FROM documents WHERE id = ?", [stored.id.0], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .map_err(told)?;
    let columns = Columns {
        document: &stored.document,
        id: stored.id.0,
        words: stored.words,
        added: stored.added,
        removed: Some(state),
        layout: layout.as_deref(),
        text: &text,
    };
    let set = "UPDATE documents SET removed = ?, digest = ?, checksum = ? WHERE id = ?";
    let digest = u128::from(stored.id.0).to_be_bytes();
    store.db.execute(set, params![state, digest, columns.checksum(), stored.id.0]).map_err(told)?;
    Ok(())
}

fn stored(store: &Store, row: &Row<'_>) -> rusqlite::Result<Result<Stored, Error>> {
    let id: u32 = row.get(0)?;
    let (bytes, words, added, removed): (i64, u32, i64, Option<i64>) =
        (row.get(9)?, row.get(10)?, row.get(11)?, row.get(12)?);
    let (layout, text): (Option<Vec<u8>>, Vec<u8>) = (row.get(13)?, row.get(14)?);
    let checksum: Vec<u8> = row.get(15)?;
    let mut document = Document {
        name: row.get(1)?,
        path: row.get(2)?,
        record: row.get::<_, Option<i64>>(3)?.and_then(|record| u64::try_from(record).ok()),
        title: row.get(4)?,
        date: row.get(5)?,
        time: row.get(6)?,
        source: row.get(7)?,
        url: row.get(8)?,
        ..Document::default()
    };
    let columns =
        Columns { document: &document, id, words, added, removed, layout: layout.as_deref(), text: &text };
    let damaged = || store.damaged(format!("document {id} is not what was stored"));
    if columns.checksum()[..] != checksum[..] {
        return Ok(Err(damaged()));
    }
    let unpacked = usize::try_from(bytes).ok().and_then(|bytes| match store.keeps_texts {
        true => {
            let text = String::from_utf8(reading::unpacked(&text, bytes)?).ok()?;
            (text.len() == bytes).then_some((text, None))
        }
        false => {
            let mut reading = reading::unpack(&text, bytes)?;
            (u32::try_from(reading.hashes.len()).unwrap_or(u32::MAX) == words)
                .then(|| (std::mem::take(&mut reading.stand_in), Some(reading)))
        }
    });
    let Some((text, reading)) = unpacked else { return Ok(Err(damaged())) };
    let Some(layout) = unpack_layout(layout.as_deref(), &text) else { return Ok(Err(damaged())) };
    document.shown.clone_from(&document.path);
    (document.text, document.layout, document.withheld) = (text, layout, reading.is_some());
    Ok(Ok(Stored { id: StoredId(id), document, reading, words, added, removed: removed.is_some() }))
}

/// Spans as distances, one list after the other; nothing for a plain text.
fn pack_layout(layout: &Layout) -> Option<Vec<u8>> {
    let Layout::Blocks { paragraphs, gaps } = layout else { return None };
    let mut bytes = Vec::new();
    pack_spans(paragraphs, &mut bytes);
    pack_spans(gaps, &mut bytes);
    Some(bytes)
}

fn unpack_layout(bytes: Option<&[u8]>, text: &str) -> Option<Layout> {
    let Some(mut bytes) = bytes else { return Some(Layout::Plain) };
    let mut spans = || take_spans(&mut bytes, text);
    Some(Layout::Blocks { paragraphs: spans()?, gaps: spans()? })
}

/// How many spans, then of each the distance from the one before and its length.
pub(super) fn pack_spans(spans: &[Span], out: &mut Vec<u8>) {
    put(spans.len() as u64, out);
    let mut at = 0;
    for span in spans {
        put(u64::from(span.start.saturating_sub(at)), out);
        put(u64::from(span.end - span.start), out);
        at = span.end;
    }
}

/// Takes such spans off the front; none when they do not lie in the text.
pub(super) fn take_spans(bytes: &mut &[u8], text: &str) -> Option<Vec<Span>> {
    let n = take(bytes)?;
    let mut at = 0_u64;
    (0..n)
        .map(|_| {
            let start = at.checked_add(take(bytes)?)?;
            at = start.checked_add(take(bytes)?)?;
            reading::inside(start, at, text)
        })
        .collect()
}
