//! A folder that keeps what a run has done, so that one that was stopped goes on.
//!
//! # What lies there
//!
//! | file | what |
//! |---|---|
//! | `run` | which run this is: a name of the program's version and of all settings that decide what is found |
//! | `shard-000000`, … | the cards of some of the input, in input order |
//! | `read` | there while nothing of the input is left to be read |
//! | `near`, `inside` | candidates, once all of them are known |
//! | `lock` | held by the run that works here |
//!
//! # Promises
//!
//! * A file is there whole or not at all: it is written under another name and renamed.
//! * Every file carries a checksum of its bytes and its name. What does not pass is refused, never read around.
//! * The input is read through again by a run that goes on, as far as it was read before, and must be what it was: each block's
//!   digest goes into a chain, and each shard knows how far the chain was.

mod codec;
mod input;
#[cfg(test)]
mod tests;

pub(super) use codec::{Piece, Taken};
pub(super) use input::{Chain, checked};

use std::{
    fs::{self, File, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

use crate::{
    candidate::{Candidate, Found},
    error::Error,
    hash,
    id::UnitId,
};

/// Bytes of a shard, about: what a run that is stopped loses.
const SHARD: usize = if cfg!(test) { 20_000 } else { 8 << 20 };

/// Bytes of a checksum behind what it is of.
const SUM: usize = 8;

const RUN: &str = "run";
const READ: &str = "read";
const LOCK: &str = "lock";
const CANDIDATES: [&str; 2] = ["near", "inside"];
/// What a file is called before it is whole.
const UNFINISHED: &str = "unfinished";

/// A work folder that this run holds.
#[derive(Debug)]
pub(super) struct Work {
    folder: PathBuf,
    _lock: File,
    shards: u32,
    /// Pieces of the shard that is being filled.
    pieces: Vec<u8>,
    chain: Chain,
    is_read: bool,
    /// Whether something could not be written: what follows it must not take its place.
    is_broken: bool,
}

impl Work {
    /// Takes a folder over; `run` names all that decides what is found. One that is not there is made.
    pub(super) fn open(folder: &Path, run: &hash::Digest) -> Result<Self, Error> {
        let failed =
            |error: &std::io::Error| trouble(folder, format!("{error}: name one that can be written to"));
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        let names = names(folder).map_err(|error| failed(&error))?;
        if let Some(name) = names.iter().find(|name| !is_ours(name)) {
            return Err(trouble(
                folder,
                format!("there is `{name}` in it, which is not of a run: name a folder of its own"),
            ));
        }
        let lock = File::create(folder.join(LOCK)).map_err(|error| failed(&error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(trouble(
                    folder,
                    "another run works in it: wait for it, or name another folder".to_owned(),
                ));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
        let work = Self {
            folder: folder.to_owned(),
            _lock: lock,
            shards: 0,
            pieces: Vec::new(),
            chain: Chain::default(),
            is_read: names.iter().any(|name| name == READ),
            is_broken: false,
        };
        if !work.is_read && names.iter().any(|name| CANDIDATES.contains(&name.as_str())) {
            return Err(work.damaged(READ));
        }
        match work.read_file(RUN)? {
            Some(known) if known == run => {}
            Some(_) => {
                let what = "it is of a run with other settings, or of another version: use those, or take the folder away to begin anew";
                return Err(trouble(folder, what.to_owned()));
            }
            None if names.iter().any(|name| name != LOCK && name != UNFINISHED) => {
                return Err(work.damaged(RUN));
            }
            None => work.write_file(RUN, run.to_vec())?,
        }
        Ok(work)
    }

    /// Gives what was taken in before, in input order, and how far the input was read then.
    pub(super) fn replay(&mut self, mut take: impl FnMut(Taken)) -> Result<Chain, Error> {
        while let Some(bytes) = self.read_file(&shard(self.shards))? {
            let pieces = codec::pieces(&bytes).ok_or_else(|| self.damaged(&shard(self.shards)))?;
            for piece in pieces {
                let piece = piece.ok_or_else(|| self.damaged(&shard(self.shards)))?;
                if piece.before != self.chain {
                    return Err(self.damaged(&shard(self.shards)));
                }
                self.chain = piece.chain;
                take(piece);
            }
            self.shards += 1;
        }
        let names = names(&self.folder).unwrap_or_default();
        let later = names.iter().any(|name| name.starts_with("shard-") && **name > *shard(self.shards));
        if later {
            return Err(self.damaged(&shard(self.shards)));
        }
        if let Some(read) = self.read_file(READ)?
            && read != self.chain.to_bytes()
        {
            return Err(self.damaged(READ));
        }
        Ok(self.chain)
    }

    /// Keeps what one piece of the input came to.
    pub(super) fn add(&mut self, piece: &Piece<'_>) -> Result<(), Error> {
        if self.is_read {
            return Err(self.other_input());
        }
        if self.is_broken {
            return Ok(());
        }
        let before = self.chain;
        self.chain = before.with(piece.raws);
        piece.put(before, self.chain, &mut self.pieces);
        if SHARD <= self.pieces.len() { self.end_shard() } else { Ok(()) }
    }

    /// Must be called when all of the input was read. An input that went on behind what was all of it before is refused.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        if !self.pieces.is_empty() {
            self.end_shard()?;
        }
        let chain = self.chain.to_bytes();
        if self.is_read { Ok(()) } else { self.write_file(READ, chain) }
    }

    fn end_shard(&mut self) -> Result<(), Error> {
        let pieces = std::mem::take(&mut self.pieces);
        let written = self.write_file(&shard(self.shards), pieces);
        self.is_broken = written.is_err();
        self.shards += 1;
        written
    }

    /// Candidates that are known already, or that `find` finds, which are then kept if it says so.
    pub(super) fn candidates(
        &mut self,
        which: Which,
        find: impl FnOnce() -> Result<(Found, bool), Error>,
    ) -> Result<Found, Error> {
        let name = which.name();
        let input = self.chain.to_bytes();
        if let Some(mut bytes) = self.read_file(name)? {
            if bytes.split_off(bytes.len().saturating_sub(input.len())) != input {
                return Err(self.damaged(name));
            }
            let numbers: Vec<u64> =
                bytes.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
            let Some((cut, pairs)) = numbers.split_first() else { return Err(self.damaged(name)) };
            return Ok(Found { pairs: pairs.iter().map(|pair| unpack(*pair)).collect(), cut: *cut });
        }
        let (found, is_kept) = find()?;
        if !is_kept {
            return Ok(found);
        }
        let pairs =
            found.pairs.iter().map(|pair| u64::from(pair.left.get()) << 32 | u64::from(pair.right.get()));
        let mut bytes = Vec::with_capacity(8 * (found.pairs.len() + 1) + SUM);
        for number in std::iter::once(found.cut).chain(pairs) {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        // They are of this input only.
        bytes.extend_from_slice(&input);
        self.write_file(name, bytes)?;
        Ok(found)
    }

    /// What is in a file, if it is there.
    fn read_file(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let mut bytes = match fs::read(self.folder.join(name)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(trouble(&self.folder, format!("`{name}`: {error}"))),
        };
        let sum = bytes.split_off(bytes.len().saturating_sub(SUM));
        if sum == sum_of(name, &bytes) { Ok(Some(bytes)) } else { Err(self.damaged(name)) }
    }

    fn write_file(&self, name: &str, mut bytes: Vec<u8>) -> Result<(), Error> {
        bytes.extend_from_slice(&sum_of(name, &bytes));
        let write = || -> std::io::Result<()> {
            let unfinished = self.folder.join(UNFINISHED);
            let mut file = File::create(&unfinished)?;
            file.write_all(&bytes)?;
            file.sync_data()?;
            fs::rename(unfinished, self.folder.join(name))
        };
        write().map_err(|error| {
            trouble(
                &self.folder,
                format!("`{name}` cannot be written: {error}; make room, or name another folder"),
            )
        })
    }

    fn damaged(&self, name: &str) -> Error {
        trouble(
            &self.folder,
            format!("`{name}` is not what was written there: take the folder away to begin anew"),
        )
    }

    pub(super) fn other_input(&self) -> Error {
        let what =
            "the input is not what it was for the run that was stopped: take the folder away to begin anew";
        trouble(&self.folder, what.to_owned())
    }
}

/// Sorts of candidates.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    Near,
    Inside,
}

impl Which {
    const fn name(self) -> &'static str {
        let [near, inside] = CANDIDATES;
        match self {
            Self::Near => near,
            Self::Inside => inside,
        }
    }
}

/// Takes away what a run kept in a folder that [`Run::resume`](super::Run::resume) named, and the folder if it is empty then: when
/// all that is to be written of the findings is written.
///
/// # Errors
///
/// [`Error::Work`] where something cannot be removed.
pub fn forget(folder: &Path) -> Result<(), Error> {
    let gone = || -> std::io::Result<()> {
        // Another run may have come in meanwhile: what is there is its own then.
        let lock = File::create(folder.join(LOCK))?;
        if lock.try_lock().is_err() {
            return Ok(());
        }
        for name in names(folder)?.iter().filter(|name| is_ours(name)) {
            fs::remove_file(folder.join(name))?;
        }
        // Somebody else's files stay where they are.
        if names(folder)?.is_empty() { fs::remove_dir(folder) } else { Ok(()) }
    };
    gone().map_err(|error| trouble(folder, format!("{error}: it is not needed any more, take it away")))
}

fn is_ours(name: &str) -> bool {
    let is_shard =
        name.strip_prefix("shard-").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    is_shard || CANDIDATES.contains(&name) || [RUN, READ, LOCK, UNFINISHED].contains(&name)
}

fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn shard(number: u32) -> String {
    format!("shard-{number:06}")
}

fn sum_of(name: &str, bytes: &[u8]) -> [u8; SUM] {
    hash::sum(hash::sum(0, name.as_bytes()), bytes).to_le_bytes()
}

#[expect(clippy::cast_possible_truncation, reason = "the halves that were put together")]
const fn unpack(pair: u64) -> Candidate {
    Candidate { left: UnitId::from_packed((pair >> 32) as u32), right: UnitId::from_packed(pair as u32) }
}

fn trouble(folder: &Path, message: String) -> Error {
    Error::Work { folder: folder.to_owned(), message }
}
