//! ZIP: what it holds stands at its end; `rawzip` reads that, and each member is unpacked by its own method.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
    sync::Arc,
};

use rawzip::{
    CompressionMethod as Method, FileReader, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder,
};

use super::{
    Bytes, Packing,
    guard::{self, Guarded, Spent},
    member::{self, Member, Names},
    tar::section,
};
use crate::error::ProblemKind;

/// Whether a ZIP archive begins so, or an empty one.
pub(super) fn begins(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// Members that make an archive something else, with what it is.
const OFFICE: &[(&[u8], &str)] = &[
    (b"[Content_Types].xml", "an office document: convert it to text first"),
    (b"mimetype", "an e-book or an office document: convert it to text first"),
    (b"META-INF/MANIFEST.MF", "a Java archive: not text"),
];

/// What the list says of a member.
struct Entry {
    name: Vec<u8>,
    wayfinder: ZipArchiveEntryWayfinder,
    method: Method,
    kind: Kind,
    crc: u32,
    bytes: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Link,
    Encrypted,
}

/// The members of a file, sorted.
///
/// # Errors
///
/// Why it is not read.
pub(super) fn members(
    file: File,
    real: &Path,
    mut names: Names,
) -> Result<impl Iterator<Item = Member> + Send + use<>, String> {
    let damaged = |_| "a ZIP archive whose list of members is damaged or missing".to_owned();
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipArchive::from_file(file, &mut buffer).map_err(damaged)?;
    let (mut found, mut cut) = (Vec::new(), false);
    let mut entries = archive.entries(&mut buffer);
    loop {
        let entry = match entries.next_entry() {
            Ok(Some(entry)) => entry,
            Ok(None) => break,
            Err(_) => {
                cut = true;
                break;
            }
        };
        let kind = match () {
            () if entry.flags().is_encrypted() => Kind::Encrypted,
            () if entry.is_dir() => Kind::Folder,
            () if entry.mode().is_symlink() => Kind::Link,
            () => Kind::File,
        };
        found.push(Entry {
            name: entry.file_path().as_bytes().to_vec(),
            wayfinder: entry.wayfinder(),
            method: entry.compression_method(),
            kind,
            crc: entry.crc32(),
            bytes: entry.uncompressed_size_hint(),
        });
    }
    let office =
        |(name, what): &(&[u8], &'static str)| found.iter().any(|entry| entry.name == *name).then_some(*what);
    if let Some(what) = OFFICE.iter().find_map(office) {
        return Err(what.to_owned());
    }
    found.sort_by(|a, b| member::order(&a.name, &b.name));
    let (mut found, spent, real) = (found.into_iter(), Spent::of_size(size), real.to_owned());
    let mut ended = false;
    Ok(std::iter::from_fn(move || {
        for entry in found.by_ref() {
            if spent.is_over() {
                break;
            }
            match entry.kind {
                Kind::Folder => {}
                // Where it leads is its text.
                Kind::Link => return Some(names.not_a_file(&entry.name, "a symbolic link")),
                Kind::File | Kind::Encrypted => {
                    return Some(match names.judge(&entry.name) {
                        Ok(name) => match open(&archive, &real, &entry, &spent) {
                            Ok(reader) => Member::File { name, bytes: Some(entry.bytes), reader },
                            Err((kind, why)) => Member::Lost(name, kind, why),
                        },
                        Err(member) => member,
                    });
                }
            }
        }
        if std::mem::replace(&mut ended, true) {
            return None;
        }
        if spent.is_over() {
            let message = format!("{}; the rest of it was not read", guard::over());
            return Some(Member::Lost(names.archive(), ProblemKind::TooLarge, message));
        }
        let message = "its list of members is damaged; those after the damage were not read".to_owned();
        cut.then(|| Member::Lost(names.archive(), ProblemKind::Unreadable, message))
    }))
}

/// Sets a decoder to work on a member.
fn open(
    archive: &ZipArchive<FileReader>,
    real: &Path,
    entry: &Entry,
    spent: &Arc<Spent>,
) -> Result<Bytes, (ProblemKind, String)> {
    if entry.kind == Kind::Encrypted {
        return Err((ProblemKind::Unreadable, "encrypted: unpack it first".to_owned()));
    }
    let undo: fn(Bytes) -> Bytes = match entry.method {
        Method::STORE => |packed| packed,
        Method::DEFLATE => |packed| Box::new(flate2::bufread::DeflateDecoder::new(BufReader::new(packed))),
        Method::BZIP2 => |packed| Packing::Bzip2.undo(packed),
        Method::ZSTD => |packed| Packing::Zstd.undo(packed),
        Method::XZ => |packed| Packing::Xz.undo(packed),
        _ => {
            let message = "compressed by a method that is not read here: unpack it first".to_owned();
            return Err((ProblemKind::Binary, message));
        }
    };
    let damaged = |_| (ProblemKind::Unreadable, "what the ZIP archive says of it is damaged".to_owned());
    let (start, end) = archive.get_entry(entry.wayfinder).map_err(damaged)?.compressed_data_range();
    let packed = section(real, start, end.saturating_sub(start))
        .map_err(|error| (ProblemKind::Unreadable, format!("reading stopped: {error}")))?;
    let whole =
        Checked { inner: undo(packed), crc: flate2::Crc::new(), told: (entry.crc, entry.bytes), bytes: 0 };
    Ok(Box::new(Guarded::new(Box::new(whole), "ZIP", Arc::clone(spent))))
}

/// What a member holds, with an error at its end when it is not what the list says.
struct Checked {
    inner: Bytes,
    crc: flate2::Crc,
    bytes: u64,
    told: (u32, u64),
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        if read == 0 && !buffer.is_empty() && self.told != (self.crc.sum(), self.bytes) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(read)
    }
}
