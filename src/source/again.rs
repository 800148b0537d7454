//! Reading one record again, so that a corpus need not be held in memory to be quoted.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Format, HtmlText, Item, json::Wanted, jsonl, naming::FileName, whole};
use crate::document::Document;

/// Where a record stands, so that it can be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of its file.
    pub(super) file: u32,
    /// How long it is there.
    pub(super) bytes: u32,
    /// Where it begins.
    pub(super) offset: u64,
    /// Which record it is, from 1; 0 for a file that is one article.
    pub(super) record: u64,
}

impl Place {
    /// The same as numbers, to be stored.
    pub fn to_numbers(self) -> (u64, u64, u64) {
        (u64::from(self.file) << 32 | u64::from(self.bytes), self.offset, self.record)
    }

    /// Takes back what [`to_numbers`](Self::to_numbers) gave.
    #[expect(clippy::cast_possible_truncation, reason = "the halves that were put together")]
    pub const fn from_numbers((file_and_bytes, offset, record): (u64, u64, u64)) -> Self {
        Self { file: (file_and_bytes >> 32) as u32, bytes: file_and_bytes as u32, offset, record }
    }
}

/// A file that can be opened again.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) real: PathBuf,
    pub(super) name: Arc<FileName>,
    pub(super) format: Format,
}

/// The files that were read and can be opened again; grows while a corpus is read.
#[derive(Clone, Debug)]
pub struct Files {
    known: Arc<Mutex<Vec<Known>>>,
    wanted: Arc<Wanted>,
    html: HtmlText,
    cap: usize,
}

impl Files {
    pub(super) fn new(wanted: Arc<Wanted>, html: HtmlText, cap: usize) -> Self {
        Self { known: Arc::default(), wanted, html, cap }
    }

    /// Takes a file in and gives its number.
    pub(super) fn add(&self, known: Known) -> Option<u32> {
        let mut files = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let number = u32::try_from(files.len()).ok()?;
        files.push(known);
        Some(number)
    }

    /// The path and the record that reports name a place by.
    pub fn name(&self, place: Place) -> Option<(String, Option<u64>)> {
        let files = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = files.get(place.file as usize)?;
        Some((known.name.path.clone(), (0 < place.record).then_some(place.record)))
    }

    /// Someone who reads records again; keeps the file of the last one open.
    pub fn reader(&self) -> Rereader<'_> {
        Rereader { files: self, open: None, bytes: Vec::new() }
    }
}

/// Reads records again, fastest in the order of their places.
#[derive(Debug)]
pub struct Rereader<'f> {
    files: &'f Files,
    open: Option<(u32, Known, File)>,
    bytes: Vec<u8>,
}

impl Rereader<'_> {
    /// The record at a place, as it stands there now; none when there is no such record any more. Whether it
    /// is still the same is for the caller to see.
    pub fn read(&mut self, place: Place) -> Option<Document> {
        if self.open.as_ref().is_none_or(|(number, ..)| *number != place.file) {
            let files = self.files.known.lock().unwrap_or_else(PoisonError::into_inner);
            let known = files.get(place.file as usize)?.clone();
            drop(files);
            let file = File::open(&known.real).ok()?;
            self.open = Some((place.file, known, file));
        }
        let (_, known, file) = self.open.as_mut()?;
        file.seek(SeekFrom::Start(place.offset)).ok()?;
        if place.record == 0 {
            let hint = u64::from(place.bytes) + place.offset;
            let Files { html, cap, .. } = *self.files;
            let read = whole::bytes(file, place.offset, hint, &known.name, cap);
            let text = String::from_utf8(read.ok()?).ok()?;
            return match whole::item(text, &known.name, known.format, html).0 {
                Item::Document(document) => Some(document),
                Item::Problem(_) => None,
            };
        }
        self.bytes.clear();
        file.take(u64::from(place.bytes)).read_to_end(&mut self.bytes).ok()?;
        let values = jsonl::record(&self.bytes, place.offset, &self.files.wanted, &mut Vec::new()).ok()?;
        Some(values.document(&known.name, place.record))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use crate::source::{Input, Options, Place, open_to_read_again};

    #[test]
    fn records_are_read_again_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<String> = (0..2000)
            .map(|n| format!("{{\"id\":\"n{n}\",\"text\":\"{}\"}}", "wört ".repeat(n % 97)))
            .collect();
        std::fs::write(folder.path().join("a.jsonl"), "\u{feff}".to_owned() + &lines.join("\n")).unwrap();
        std::fs::write(folder.path().join("b.txt"), "\u{feff}one\ntwo").unwrap();
        std::fs::write(folder.path().join("c.md"), "# one\n\n`code` two").unwrap();
        std::fs::write(folder.path().join("d.csv"), "id,text\n1,not again").unwrap();
        let inputs = vec![Input::Path(folder.path().to_owned())];
        let (raws, files) = open_to_read_again(inputs, &Options::default()).unwrap();
        let mut read = Vec::new();
        for raw in raws {
            raw.each(|record, place| read.push((record.map(|record| record.document()), place)));
        }
        assert_eq!(read.len(), 2003);
        let mut again = files.reader();
        for (item, place) in read.iter().rev() {
            let document = item.as_ref().unwrap();
            match place {
                Some(place) => {
                    assert_eq!(Place::from_numbers(place.to_numbers()), *place);
                    assert_eq!(again.read(*place).as_ref(), Some(document));
                }
                None => assert_eq!(document.path, "d.csv"),
            }
        }
        let (_, first) = &read[0];
        std::fs::write(folder.path().join("a.jsonl"), "gone").unwrap();
        assert_eq!(files.reader().read(first.unwrap()), None);
    }
}
