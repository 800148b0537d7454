//! A nameless file of blocks, each with its checksum, written at the end and read anywhere.

use std::{fs::File, io};

use super::Space;
use crate::{error::Error, hash};

/// Bytes of a checksum, which stands behind what it is of.
pub(super) const CHECKSUM: usize = 4;

/// A file that counts what is in it.
#[derive(Debug)]
pub(super) struct Blocks {
    file: File,
    end: u64,
    space: Space,
}

impl Blocks {
    pub(super) fn new(space: &Space) -> Result<Self, Error> {
        let file = tempfile::tempfile_in(space.folder()).map_err(|error| space.failed(&error))?;
        Ok(Self { file, end: 0, space: space.clone() })
    }

    /// Where the next block will stand.
    pub(super) const fn end(&self) -> u64 {
        self.end
    }

    /// Writes a block and its checksum behind all others. `block` is what it was afterwards.
    pub(super) fn append(&mut self, block: &mut Vec<u8>) -> Result<(), Error> {
        let len = block.len();
        block.extend_from_slice(&hash::checksum(self.end, block));
        write_at(&self.file, block, self.end).map_err(|error| self.space.failed(&error))?;
        let bytes = block.len() as u64;
        self.end += bytes;
        self.space.grow(bytes);
        block.truncate(len);
        Ok(())
    }

    /// Reads the block of `len` bytes that stands at `place`.
    pub(super) fn read(&self, place: u64, len: usize, block: &mut Vec<u8>) -> Result<(), Error> {
        block.resize(len + CHECKSUM, 0);
        read_at(&self.file, block, place).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => self.space.damaged(),
            _ => self.space.failed(&error),
        })?;
        let (bytes, sum) = block.split_at(len);
        if hash::checksum(place, bytes) != *sum {
            return Err(self.space.damaged());
        }
        block.truncate(len);
        Ok(())
    }

    /// Turns one bit, as a bad disk would.
    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    pub(super) fn damage(&self, place: u64) {
        let mut byte = [0];
        read_at(&self.file, &mut byte, place).unwrap();
        write_at(&self.file, &[byte[0] ^ 4], place).unwrap();
    }
}

impl Drop for Blocks {
    fn drop(&mut self) {
        self.space.shrink(self.end);
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, place)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], place: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, place)
}

// Windows has no "all" of either, and moves the file's own place; nothing here trusts that.
#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut place: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, place) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => {
                bytes = bytes.split_at_mut(n).1;
                place += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut place: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, place) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => {
                bytes = bytes.split_at(n).1;
                place += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
