//! tar: headers of 512 bytes, each with a file behind it, filled up to 512 bytes.
//!
//! Read are the classic form, ustar, long names of GNU and of pax. Sparse files and parts of archives in
//! several volumes are told and passed over.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Bytes,
    member::{self, Member, Names},
};
use crate::{error::ProblemKind, source::unpack};

const BLOCK: usize = 512;

/// The longest name that is taken, and what else stands in a header of its own.
const EXTRA_BYTES: u64 = 1 << 20;

/// Whether a tar archive begins so: its first header has the right sum. No text has.
pub(super) fn begins(head: &[u8]) -> bool {
    head.first_chunk::<BLOCK>().and_then(Header::of).is_some()
}

/// What stands in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Header {
    name: Vec<u8>,
    target: Vec<u8>,
    size: u64,
    kind: u8,
}

impl Header {
    /// None when the sum is wrong.
    fn of(block: &[u8; BLOCK]) -> Option<Self> {
        let field = |from: usize, length: usize| block.get(from..from + length).unwrap_or_default();
        let before_nul = |field: &[u8]| field.split(|&b| b == 0).next().unwrap_or_default().to_vec();
        // The sum is made with spaces where it stands.
        let all: u64 = block.iter().map(|&b| u64::from(b)).sum();
        let own: u64 = field(148, 8).iter().map(|&b| u64::from(b)).sum();
        if number(field(148, 8))? != all - own + 8 * u64::from(b' ') {
            return None;
        }
        let mut name = before_nul(field(0, 100));
        // In GNU's old form other things stand where ustar has the front of the name.
        if field(257, 6) == b"ustar\0" && field(345, 1) != b"\0" {
            name = [&before_nul(field(345, 155)), &b"/"[..], &name].concat();
        }
        let kind = block.get(156).copied().unwrap_or_default();
        Some(Self { name, target: before_nul(field(157, 100)), size: number(field(124, 12))?, kind })
    }
}

/// A number in octal digits, or in bytes where the first bit says so.
fn number(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|&b| b == 0x80) {
        let (high, low) = field.split_last_chunk::<8>()?;
        return high.iter().skip(1).all(|&b| b == 0).then(|| u64::from_be_bytes(*low));
    }
    let text = std::str::from_utf8(field).ok()?;
    let digits = text.trim_matches([' ', '\0']);
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

/// What follows headers that tell of the next one.
#[derive(Default)]
struct Extra {
    name: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
}

impl Extra {
    /// Takes in records of pax: `length key=value`, with a line feed, all of it counted in the length.
    fn pax(&mut self, mut records: &[u8]) {
        while let Some(space) = memchr::memchr(b' ', records) {
            let (length, _) = records.split_at(space);
            let length = std::str::from_utf8(length).ok().and_then(|digits| digits.parse().ok());
            let Some((record, rest)) = length.and_then(|length: usize| records.split_at_checked(length))
            else {
                return;
            };
            let record = record.get(space + 1..).unwrap_or_default();
            let Some(record) = record.strip_suffix(b"\n") else { return };
            if let Some(equals) = memchr::memchr(b'=', record) {
                let (key, value) = (record.get(..equals), record.get(equals + 1..).unwrap_or_default());
                match key.unwrap_or_default() {
                    b"path" => self.name = Some(value.to_vec()),
                    b"linkpath" => self.target = Some(value.to_vec()),
                    b"size" => self.size = std::str::from_utf8(value).ok().and_then(|n| n.parse().ok()),
                    key => self.sparse |= key.starts_with(b"GNU.sparse"),
                }
            }
            if rest.len() == records.len() {
                return;
            }
            records = rest;
        }
    }
}

/// The archive's bytes, and how far they were read.
struct Source {
    reader: Bytes,
    /// Where they can be passed over without being read.
    file: Option<File>,
    at: u64,
    /// What is left of the member at hand, and then of its last block.
    left: u64,
    fill: u64,
}

impl Source {
    fn new(reader: Bytes, file: Option<File>) -> Self {
        Self { reader, file, at: 0, left: 0, fill: 0 }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.file {
            Some(file) => file.read(buffer),
            None => self.reader.read(buffer),
        }?;
        self.at += read as u64;
        Ok(read)
    }

    /// Reads as much as there is, up to the buffer's length.
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut n = 0;
        while n < buffer.len() {
            match self.read(buffer.get_mut(n..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(read) => n += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(n)
    }

    /// Passes over what is left of the member at hand.
    fn skip(&mut self) -> io::Result<()> {
        let mut left = std::mem::take(&mut self.left).saturating_add(std::mem::take(&mut self.fill));
        if let Some(file) = &mut self.file {
            let (end, size) = (self.at.saturating_add(left), file.metadata()?.len());
            if size < end {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.at = file.seek(SeekFrom::Start(end))?;
            return Ok(());
        }
        let mut buffer = [0; 8 << 10];
        while 0 < left {
            let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            match self.fill(buffer.get_mut(..length).unwrap_or_default())? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => left -= n as u64,
            }
        }
        Ok(())
    }

    /// Says that so many bytes follow which are no header.
    fn follow(&mut self, size: u64) {
        self.left = size;
        self.fill = size.wrapping_neg() % BLOCK as u64;
    }

    /// Reads what follows a header that tells of the next one.
    fn extra(&mut self, size: u64) -> io::Result<Vec<u8>> {
        self.follow(size);
        let mut bytes = vec![0; usize::try_from(size.min(EXTRA_BYTES)).unwrap_or_default()];
        if self.fill(&mut bytes)? < bytes.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= bytes.len() as u64;
        Ok(bytes)
    }
}

/// One file or other thing, with where its bytes begin.
struct Found {
    header: Header,
    sparse: bool,
    at: u64,
}

/// Goes from header to header.
struct Steps {
    source: Arc<Mutex<Source>>,
    /// Whether the mark of the end was met.
    ended: bool,
}

impl Steps {
    fn new(reader: Bytes, file: Option<File>) -> Self {
        Self { source: Arc::new(Mutex::new(Source::new(reader, file))), ended: false }
    }

    /// The next thing, or why there is none.
    fn step(&mut self) -> Result<Option<Found>, Lost> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        let mut extra = Extra::default();
        loop {
            source.skip().map_err(|error| stopped(&error))?;
            let mut block = [0; BLOCK];
            match source.fill(&mut block).map_err(|error| stopped(&error))? {
                0 if self.ended => return Ok(None),
                0 => return Err(unreadable(NO_MARK)),
                BLOCK => {}
                // What fills up the last record of a tape.
                _ if self.ended && block.iter().all(|&b| b == 0) => continue,
                _ => return Err(unreadable(CUT_SHORT)),
            }
            if block.iter().all(|&b| b == 0) {
                self.ended = true;
                continue;
            }
            let Some(mut header) = Header::of(&block) else {
                return Err(unreadable("a header in it is damaged; the rest of it was not read"));
            };
            self.ended = false;
            match header.kind {
                b'L' => extra.name = Some(text(source.extra(header.size))?),
                b'K' => extra.target = Some(text(source.extra(header.size))?),
                b'x' | b'X' => extra.pax(&source.extra(header.size).map_err(|error| stopped(&error))?),
                // What holds for all members, none of it of interest; and the label of a volume.
                b'g' | b'V' => source.follow(header.size),
                _ => {
                    let sparse = extra.sparse || header.kind == b'S';
                    header.name = extra.name.take().unwrap_or(header.name);
                    header.target = extra.target.take().unwrap_or(header.target);
                    header.size = extra.size.take().unwrap_or(header.size);
                    // Links and devices have nothing behind them, whatever size is told.
                    source.follow(if matches!(header.kind, b'1'..=b'6') { 0 } else { header.size });
                    return Ok(Some(Found { header, sparse, at: source.at }));
                }
            }
        }
    }
}

const CUT_SHORT: &str = "the archive is cut short; what stands before is used";

const NO_MARK: &str = "it ends without the mark of an archive's end: it may be cut short";

/// Why the rest of an archive cannot be read.
type Lost = (ProblemKind, String);

fn unreadable(why: &str) -> Lost {
    (ProblemKind::Unreadable, why.to_owned())
}

fn stopped(error: &io::Error) -> Lost {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return unreadable(CUT_SHORT);
    }
    (unpack::kind(error), format!("reading stopped: {error}"))
}

fn text(read: io::Result<Vec<u8>>) -> Result<Vec<u8>, Lost> {
    let mut bytes = read.map_err(|error| stopped(&error))?;
    bytes.truncate(memchr::memchr(0, &bytes).unwrap_or(bytes.len()));
    Ok(bytes)
}

/// What becomes of a thing that is no file to be read.
fn other(found: &Found, names: &Names) -> Option<Member> {
    let Header { name, target, kind, .. } = &found.header;
    Some(match kind {
        // The oldest form has no sign for folders but the slash.
        b'5' | b'D' => return None,
        0 | b'0' if name.ends_with(b"/") => return None,
        // Its target is a member by its whole name.
        b'1' => names.link(name, None),
        b'2' => names.link(name, Some(target)),
        b'3' | b'4' => names.not_a_file(name, "a device"),
        b'6' => names.not_a_file(name, "a FIFO"),
        b'M' => names.not_a_file(name, "the rest of a file from another volume"),
        _ => names.not_a_file(name, "a sparse file"),
    })
}

fn is_file(found: &Found) -> bool {
    let Header { name, kind, .. } = &found.header;
    matches!(kind, 0 | b'0' | b'7') && !found.sparse && !name.ends_with(b"/")
}

/// The members of a stream, in its own order.
pub(super) fn members(reader: Bytes, names: Names) -> impl Iterator<Item = Member> + Send {
    let (mut steps, mut names, mut done) = (Steps::new(reader, None), names, false);
    std::iter::from_fn(move || {
        while !done {
            let found = match steps.step() {
                Ok(Some(found)) => found,
                Ok(None) => break,
                Err((kind, why)) => {
                    done = true;
                    return Some(Member::Lost(names.archive(), kind, why));
                }
            };
            if !is_file(&found) {
                match other(&found, &names) {
                    Some(member) => return Some(member),
                    None => continue,
                }
            }
            return Some(match names.judge(&found.header.name) {
                Ok(name) => Member::File {
                    name,
                    bytes: Some(found.header.size),
                    reader: Box::new(Part(Arc::clone(&steps.source))),
                },
                Err(member) => member,
            });
        }
        None
    })
}

/// The members of a file, sorted.
pub(super) fn sorted_members(
    file: File,
    real: &Path,
    names: Names,
) -> impl Iterator<Item = Member> + Send + use<> {
    let mut steps = Steps::new(Box::new(io::empty()), Some(file));
    let (mut found, mut end) = (Vec::new(), None);
    loop {
        match steps.step() {
            Ok(Some(next)) => found.push(next),
            Ok(None) => break,
            Err(lost) => {
                end = Some(lost);
                break;
            }
        }
    }
    // Stable: of two members of one name the first stays the first.
    found.sort_by(|a, b| member::order(&a.header.name, &b.header.name));
    let (mut found, mut names, real) = (found.into_iter(), names, real.to_owned());
    std::iter::from_fn(move || {
        for found in found.by_ref() {
            if !is_file(&found) {
                match other(&found, &names) {
                    Some(member) => return Some(member),
                    None => continue,
                }
            }
            return Some(match names.judge(&found.header.name) {
                Ok(name) => section(&real, found.at, found.header.size).map_or_else(
                    |error| {
                        Member::Lost(
                            name.clone(),
                            ProblemKind::Unreadable,
                            format!("reading stopped: {error}"),
                        )
                    },
                    |reader| Member::File { name: name.clone(), bytes: Some(found.header.size), reader },
                ),
                Err(member) => member,
            });
        }
        end.take().map(|(kind, why)| Member::Lost(names.archive(), kind, why))
    })
}

/// A part of a file.
pub(super) fn section(real: &Path, at: u64, size: u64) -> io::Result<Bytes> {
    let mut file = File::open(real)?;
    file.seek(SeekFrom::Start(at))?;
    Ok(Box::new(Whole { inner: file, left: size }))
}

/// So many bytes, or an error.
struct Whole {
    inner: File,
    left: u64,
}

impl Read for Whole {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(buffer.get_mut(..length).unwrap_or_default())?;
        self.left -= read as u64;
        if read == 0 && 0 < length {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, CUT_SHORT));
        }
        Ok(read)
    }
}

/// The member at hand of a stream.
struct Part(Arc<Mutex<Source>>);

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut source = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let length = usize::try_from(source.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = source.read(buffer.get_mut(..length).unwrap_or_default())?;
        source.left -= read as u64;
        if read == 0 && 0 < length {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, CUT_SHORT));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn numbers_are_octal_or_bytes() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b" 17 \0\0\0\0"), Some(0o17));
        assert_eq!(number(b"\0\0\0\0"), Some(0));
        assert_eq!(number(b"9\0\0\0"), None);
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x02\0\0\0\x01"), Some((2 << 32) + 1));
        assert_eq!(number(b"\x80\x01\0\0\0\0\0\x02\0\0\0\x01"), None);
    }

    #[test]
    fn records_of_pax_are_taken_apart() {
        let mut extra = Extra::default();
        extra.pax(b"15 path=a/b.txt\n17 comment=a=b c\n10 size=7\n");
        assert_eq!((extra.name, extra.size, extra.sparse), (None, None, false), "a wrong length ends it");
        let mut extra = Extra::default();
        extra.pax(b"16 path=a/b.txt\n18 comment=a=b c\n\n9 size=7\n");
        assert_eq!(extra.name.as_deref(), Some(&b"a/b.txt"[..]));
        let mut extra = Extra::default();
        extra.pax(b"0 path=a/b.txt\n");
        assert_eq!(extra.name, None);
    }
}
