//! One file of a work folder: written whole or not at all, and read with its checksum.
//!
//! The checksum stands behind the bytes and is of them, the file's name and the run, so that a file that was turned, cut, exchanged
//! or brought from another folder does not pass. It is a chain over steps of a fixed size: neither side holds more than one of
//! them.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::Path,
};

use crate::hash;

/// Bytes that are summed at a time.
const STEP: usize = 1 << 16;
/// Bytes of the checksum.
const SUM: usize = 8;

/// What a file is called before it is whole.
pub(super) const UNFINISHED: &str = "unfinished";

/// What went wrong with a file.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    /// It is not what was written.
    Damaged,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged,
            _ => Self::Io(error),
        }
    }
}

/// Sums bytes in the order they come.
struct Sum {
    state: u64,
    step: Vec<u8>,
}

impl Sum {
    fn new(name: &str, run: &[u8]) -> Self {
        let state = hash::sum(hash::sum(0, name.as_bytes()), run);
        Self { state, step: Vec::with_capacity(STEP) }
    }

    fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(STEP - self.step.len()));
            self.step.extend_from_slice(now);
            bytes = later;
            if self.step.len() == STEP {
                self.state = hash::sum(self.state, &self.step);
                self.step.clear();
            }
        }
    }

    fn end(&self) -> [u8; SUM] {
        hash::sum(self.state, &self.step).to_le_bytes()
    }
}

/// A file that is being written under another name.
pub(super) struct Writer<'f> {
    folder: &'f Path,
    name: &'f str,
    file: io::BufWriter<File>,
    sum: Sum,
}

impl<'f> Writer<'f> {
    pub(super) fn new(folder: &'f Path, name: &'f str, run: &[u8]) -> io::Result<Self> {
        let file = io::BufWriter::with_capacity(STEP, File::create(folder.join(UNFINISHED))?);
        Ok(Self { folder, name, file, sum: Sum::new(name, run) })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.add(bytes);
        self.file.write_all(bytes)
    }

    /// Gives it its name: from now on it is there.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.file.write_all(&self.sum.end())?;
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_data()?;
        fs::rename(self.folder.join(UNFINISHED), self.folder.join(self.name))
    }
}

/// A file that is read from its beginning. Nothing that came out of it may be used before [`finish`](Self::finish) said so.
pub(super) struct Reader {
    file: io::BufReader<File>,
    sum: Sum,
    /// Bytes before the checksum that are not read yet.
    left: u64,
}

impl Reader {
    /// Opens a file; nothing where there is none.
    pub(super) fn open(folder: &Path, name: &str, run: &[u8]) -> Result<Option<Self>, Fault> {
        let file = match File::open(folder.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let left = file.metadata()?.len().checked_sub(SUM as u64).ok_or(Fault::Damaged)?;
        Ok(Some(Self { file: io::BufReader::with_capacity(STEP, file), sum: Sum::new(name, run), left }))
    }

    /// How many bytes are left.
    pub(super) const fn left(&self) -> u64 {
        self.left
    }

    /// Fills `bytes`.
    pub(super) fn read(&mut self, bytes: &mut [u8]) -> Result<(), Fault> {
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or(Fault::Damaged)?;
        self.file.read_exact(bytes)?;
        self.sum.add(bytes);
        Ok(())
    }

    /// All that is left.
    pub(super) fn rest(mut self) -> Result<Vec<u8>, Fault> {
        let mut bytes = vec![0; usize::try_from(self.left).map_err(|_| Fault::Damaged)?];
        self.read(&mut bytes)?;
        self.finish()?;
        Ok(bytes)
    }

    /// Reads what is left, and says whether all of it is what was written.
    pub(super) fn finish(mut self) -> Result<(), Fault> {
        let mut step = [0; 4096];
        while 0 < self.left {
            let n = usize::try_from(self.left).unwrap_or(step.len()).min(step.len());
            self.read(step.get_mut(..n).unwrap_or_default())?;
        }
        let mut sum = [0; SUM];
        self.file.read_exact(&mut sum)?;
        // Nothing stands behind it: the length was asked for before.
        if sum == self.sum.end() { Ok(()) } else { Err(Fault::Damaged) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn written(folder: &Path, bytes: &[u8]) {
        let mut writer = Writer::new(folder, "name", b"run").unwrap();
        bytes.chunks(1000).for_each(|some| writer.write(some).unwrap());
        writer.finish().unwrap();
    }

    fn read(folder: &Path, name: &str, run: &[u8]) -> Result<Vec<u8>, Fault> {
        Reader::open(folder, name, run)?.unwrap().rest()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_is_read_is_what_was_written_or_damaged(
            len in prop_oneof![0_usize..300, STEP - 3..STEP + 3, 0_usize..3 * STEP], place in 0.0..1.0, bit in 0_u8..8,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let bytes: Vec<u8> = (0..len).map(|n| hash::mix(n as u64).to_le_bytes()[0]).collect();
            written(folder.path(), &bytes);
            prop_assert_eq!(read(folder.path(), "name", b"run").unwrap(), bytes);
            prop_assert!(matches!(read(folder.path(), "name", b"another"), Err(Fault::Damaged)));
            let file = folder.path().join("name");
            let whole = fs::read(&file).unwrap();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in the file")]
            let at = (place * whole.len() as f64) as usize;
            let mut turned = whole.clone();
            turned[at] ^= 1 << bit;
            for damaged in [&turned, &whole[..at].to_vec(), &[&whole[..], &[0]].concat()] {
                fs::write(&file, damaged).unwrap();
                prop_assert!(matches!(read(folder.path(), "name", b"run"), Err(Fault::Damaged)));
            }
            fs::write(folder.path().join("other"), &whole).unwrap();
            prop_assert!(matches!(read(folder.path(), "other", b"run"), Err(Fault::Damaged)));
        }
    }

    #[test]
    fn nothing_has_the_name_before_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = Writer::new(folder.path(), "name", b"run").unwrap();
        writer.write(b"some").unwrap();
        drop(writer);
        assert!(Reader::open(folder.path(), "name", b"run").unwrap().is_none());
    }
}
