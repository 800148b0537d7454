//! A file's bytes go in; what was packed in them comes out: one stream of bytes, or the members of an archive.
//!
//! What a file is, its first bytes say, never its name. gzip, zstd, bzip2 and xz are read to their last member,
//! frame or stream; tar (also compressed) and ZIP archives are read as folders. One layer only: what lies
//! compressed or archived inside an archive is listed, not read, and so is what was compressed twice.
//!
//! # Promises
//!
//! * **What stands before a damage is used.** The stream ends in an error there, and the reader of the
//!   format decides which records are whole.
//! * **Bounded memory.** Dictionaries of more than [`DICTIONARY_BYTES`] and windows of more than [`WINDOW_BYTES`] are
//!   refused.
//! * **No bomb goes off.** A file that gives more than [`RATIO`] times its own size, past [`FREE_BYTES`], ends
//!   there in an error; for an archive all members count together.
//!
//! # Limits
//!
//! A ZIP archive's list of members is held while it is read, and so are the names met in a tar. Members
//! come sorted as a folder's files do where one can go back in the file: in a ZIP archive and a plain tar. Those
//! of a compressed tar, or of one on standard input, come in its own order. Ignore files inside an archive
//! count for nothing.

mod guard;
mod member;
mod tar;
mod zip;
mod zstd;

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufReader, Cursor, Read},
    path::{Path, PathBuf},
};

pub(super) use self::member::{Member, Names};

use self::guard::{Guarded, Packed, Spent};
use super::encoding::{self, Choice};
use crate::error::ProblemKind;

/// A stream of bytes.
pub(super) type Bytes = Box<dyn Read + Send>;

/// The members of an archive, in order.
pub(super) type Members = Box<dyn Iterator<Item = Member> + Send>;

/// How many bytes of a file are looked at to settle what it is.
pub(super) const HEAD_BYTES: usize = 64 << 10;

/// The largest dictionary of xz that memory is given for: that of `xz -9`.
const DICTIONARY_BYTES: u64 = 64 << 20;

/// The largest window of zstd: that of `zstd --ultra -20`. Its decoder takes half as much again while it grows.
const WINDOW_BYTES: u64 = 32 << 20;

/// How many times its own size a file may unpack to; no text of articles comes near.
const RATIO: u64 = 200;

/// So much is unpacked whatever the ratio.
const FREE_BYTES: u64 = 64 << 20;

/// Packed bytes asked for at once.
const PACKED_BUFFER_BYTES: usize = 64 << 10;

/// The first bytes of a stream, and all of it.
pub(super) struct Head {
    /// At most [`HEAD_BYTES`].
    pub(super) bytes: Vec<u8>,
    /// Whether that is all.
    pub(super) whole: bool,
    rest: Bytes,
}

impl Head {
    /// Reads the first bytes. An error after some bytes is met again when these have been read.
    ///
    /// # Errors
    ///
    /// That of a stream of which nothing could be read.
    pub(super) fn read(mut reader: Bytes) -> io::Result<Self> {
        let mut bytes = Vec::new();
        match reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut bytes) {
            Ok(_) => Ok(Self { whole: bytes.len() < HEAD_BYTES, bytes, rest: reader }),
            Err(error) if bytes.is_empty() => Err(error),
            Err(error) => Ok(Self { bytes, whole: false, rest: Box::new(Broken(Some(error))) }),
        }
    }

    /// The stream from byte `from` of the head on.
    pub(super) fn stream(self, from: usize) -> impl Read + Send + 'static {
        let mut head = Cursor::new(self.bytes);
        head.set_position(from as u64);
        head.chain(self.rest)
    }

    /// The text of the head, as far as it goes.
    pub(super) fn text(&self, choice: Choice) -> Cow<'_, [u8]> {
        let bytes = self.bytes.get(choice.mark_bytes..).unwrap_or_default();
        if choice.is_utf8() {
            return Cow::Borrowed(bytes);
        }
        Cow::Owned(encoding::head(bytes, choice.encoding).into_bytes())
    }

    fn all(self) -> Bytes {
        Box::new(self.stream(0))
    }
}

/// A stream that could not be read any further.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// What a stream turned out to be.
pub(super) enum Unpacked {
    /// Bytes to be read as text.
    One {
        head: Head,
        /// How they were packed.
        packing: Option<Packing>,
    },
    /// An archive.
    Many(Members),
    /// Packed in a way that is not read, and why.
    Not(String),
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// By gzip.
    Gzip,
    /// By zstd.
    Zstd,
    /// By bzip2.
    Bzip2,
    /// By xz.
    Xz,
}

impl Packing {
    pub(super) const ALL: [Self; 4] = [Self::Gzip, Self::Zstd, Self::Bzip2, Self::Xz];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }

    fn begins(self, head: &[u8]) -> bool {
        match self {
            Self::Gzip => head.starts_with(b"\x1F\x8B\x08"),
            // The second is a frame to be skipped, with which some writers begin.
            Self::Zstd => {
                head.starts_with(b"\x28\xB5\x2F\xFD") || matches!(head, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
            }
            // A text could begin with the first four; no text has pi, or the root of it, after them.
            Self::Bzip2 => {
                head.starts_with(b"BZh")
                    && matches!(head.get(4..10), Some(b"1AY&SY" | b"\x17\x72\x45\x38\x50\x90"))
            }
            Self::Xz => head.starts_with(b"\xFD7zXZ\0"),
        }
    }

    fn of(head: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|packing| packing.begins(head))
    }

    /// What such a file's name is without the ending that says so: the ending before it may name the format.
    pub(super) fn without_ending(path: &Path) -> PathBuf {
        let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        let known = ["gz", "gzip", "z", "zst", "zstd", "bz2", "bz", "xz"];
        if ending.as_deref().and_then(std::ffi::OsStr::to_str).is_some_and(|ending| known.contains(&ending)) {
            return path.with_extension("");
        }
        path.to_owned()
    }

    /// Undoes it.
    fn undo(self, packed: impl Read + Send + 'static) -> Bytes {
        let packed = BufReader::with_capacity(PACKED_BUFFER_BYTES, packed);
        match self {
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
            Self::Zstd => Box::new(zstd::Frames::new(packed)),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
            Self::Xz => {
                // A little more than the dictionary: what else the decoder holds.
                let limit_kib =
                    u32::try_from(DICTIONARY_BYTES >> 10).unwrap_or(u32::MAX).saturating_add(1 << 10);
                Box::new(lzma_rust2::XzReader::new_mem_limit(packed, true, limit_kib))
            }
        }
    }
}

/// Opens a file whose packing is known.
///
/// # Errors
///
/// When it cannot be opened.
pub(super) fn open(real: &Path, packing: Option<Packing>) -> io::Result<Bytes> {
    let file = Box::new(File::open(real)?);
    Ok(match packing {
        None => file,
        Some(packing) => undone(file, packing),
    })
}

/// A stream without its packing.
pub(super) fn undone(bytes: Bytes, packing: Packing) -> Bytes {
    let spent = Spent::counted();
    let packed = Packed::new(bytes, &spent);
    Box::new(Guarded::new(packing.undo(packed), packing.name(), spent))
}

/// Finds out what a stream is and unpacks it.
///
/// `real` is the file, where one can go back in it; `names` is asked when there are members to be named.
///
/// # Errors
///
/// When not even the first byte can be read.
pub(super) fn unpack(
    reader: Bytes,
    real: Option<&Path>,
    names: impl FnOnce() -> Names,
) -> io::Result<Unpacked> {
    let head = Head::read(reader)?;
    if zip::begins(&head.bytes) {
        return Ok(match real {
            None => Unpacked::Not(ZIP_STREAM.to_owned()),
            Some(real) => match zip::members(File::open(real)?, real, names()) {
                Ok(members) => Unpacked::Many(Box::new(members)),
                Err(why) => Unpacked::Not(why),
            },
        });
    }
    if tar::begins(&head.bytes) {
        return Ok(Unpacked::Many(match real {
            Some(real) => Box::new(tar::sorted_members(File::open(real)?, real, names())),
            None => Box::new(tar::members(head.all(), names())),
        }));
    }
    let Some(packing) = Packing::of(&head.bytes) else { return Ok(Unpacked::One { head, packing: None }) };
    let spent = Spent::counted();
    let packed = Packed::new(head.all(), &spent);
    let head = Head::read(Box::new(Guarded::new(packing.undo(packed), packing.name(), spent)))?;
    if tar::begins(&head.bytes) {
        return Ok(Unpacked::Many(Box::new(tar::members(head.all(), names()))));
    }
    Ok(match layer(&head.bytes) {
        Some(inner) => Unpacked::Not(format!(
            "compressed with {} and inside it {inner}: one layer too many, unpack it once",
            packing.name()
        )),
        None => Unpacked::One { head, packing: Some(packing) },
    })
}

const ZIP_STREAM: &str =
    "a ZIP archive on standard input: what it holds stands at its end, so name it as a file";

/// The sort of problem that an error while reading is.
pub(super) fn kind(error: &io::Error) -> ProblemKind {
    if error.kind() == io::ErrorKind::FileTooLarge { ProblemKind::TooLarge } else { ProblemKind::Unreadable }
}

/// What a stream inside another layer is, if it is packed itself.
pub(super) fn layer(head: &[u8]) -> Option<&'static str> {
    if zip::begins(head) {
        return Some("a ZIP archive or an office document");
    }
    if tar::begins(head) {
        return Some("a tar archive");
    }
    Some(match Packing::of(head)? {
        Packing::Gzip => "a gzip file",
        Packing::Zstd => "a zstd file",
        Packing::Bzip2 => "a bzip2 file",
        Packing::Xz => "an xz file",
    })
}
