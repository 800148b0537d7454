//! A folder that keeps what a run has done, so that one that was stopped goes on.
//!
//! # What lies there
//!
//! | file | what |
//! |---|---|
//! | `run` | which run this is: a name of the program's version and of all settings that decide what is found |
//! | `shard-000000`, … | the cards of some of the input, in input order, where documents are compared as wholes only |
//! | `read` | there while nothing of the input is left to be read |
//! | `paragraph-near`, `paragraph-inside`, … | candidates of a level, once all of them are known |
//! | `paragraph-matches`, … | what was counted of them, once all of them were |
//! | `links`, `part-000000`, … | where passages may be, once all of that is known, and what was found there, some pairs of documents at a time |
//! | `lock` | held by the run that works here |
//!
//! # Promises
//!
//! * A file is there whole or not at all: it is written under another name and renamed.
//! * Every file carries a checksum of its bytes, its name and the run. What does not pass is refused, never read around.
//! * The input is read through again by a run that goes on, as far as it was read before, and must be what it was: each block's
//!   digest goes into a chain, and each shard knows how far the chain was. What was made of all of the input carries the whole chain.
//! * What is kept is what any run finds, whatever memory it is allowed: one may be stopped with a limit and go on without.

mod bytes;
mod codec;
mod file;
mod input;
mod levels;
mod search;
#[cfg(test)]
mod tests;

pub(super) use codec::{Piece, Taken};
pub(super) use input::{Chain, checked};
pub(super) use levels::{Kept, Which};
pub(super) use search::Searching;

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use crate::{
    error::Error,
    hash::{self, Digest},
    settings::Plan,
    source,
    spill::Record,
    words,
};
use file::{Fault, Reader, UNFINISHED, Writer};

/// Of how the files here are written.
const FORMAT: u32 = 2;

/// Bytes of a shard, about: what a run that is stopped loses.
const SHARD: usize = if cfg!(test) { 20_000 } else { 8 << 20 };

/// So many records of a list are read at a time.
const AT_A_TIME: usize = 4096;

/// What stands before the records of a list: two numbers, and the chain of the input.
type Head = ((u64, u64), (u64, u64));

const RUN: &str = "run";
const READ: &str = "read";
const LOCK: &str = "lock";
const SHARDS: &str = "shard-";

/// A work folder that this run holds.
#[derive(Debug)]
pub(super) struct Work {
    folder: PathBuf,
    run: Digest,
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
    pub(super) fn open(folder: &Path, run: &Digest) -> Result<Self, Error> {
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
            run: *run,
            _lock: lock,
            shards: 0,
            pieces: Vec::new(),
            chain: Chain::default(),
            is_read: names.iter().any(|name| name == READ),
            is_broken: false,
        };
        if !work.is_read && names.iter().any(|name| is_of_stage(name)) {
            return Err(work.damaged(READ));
        }
        work.is_of(run, &names)?;
        // The sooner something is refused the better: what is damaged would be found when it is needed.
        for name in names.iter().filter(|name| is_of_stage(name) || *name == READ) {
            let passes = |reader: Option<Reader>| reader.map_or(Ok(()), Reader::finish);
            let checked = Reader::open(folder, name, run).and_then(passes);
            checked.map_err(|fault| work.fault(name, fault))?;
        }
        Ok(work)
    }

    /// Whether the folder is of this run, or of none yet.
    fn is_of(&self, run: &Digest, names: &[String]) -> Result<(), Error> {
        // No other file is of one run only where this one says so: it is read as that of none.
        let known =
            Reader::open(&self.folder, RUN, &[]).and_then(|reader| reader.map(Reader::rest).transpose());
        match known.map_err(|fault| self.fault(RUN, fault))? {
            Some(known) if known == run => Ok(()),
            Some(_) => {
                let what = "it is of a run with other settings, or of another version: use those, or take the folder away to begin anew";
                Err(trouble(&self.folder, what.to_owned()))
            }
            None if names.iter().any(|name| name != LOCK && name != UNFINISHED) => Err(self.damaged(RUN)),
            None => {
                let write = || {
                    let mut writer = Writer::new(&self.folder, RUN, &[])?;
                    writer.write(run)?;
                    writer.finish()
                };
                write().map_err(|error| self.unwritable(RUN, &error))
            }
        }
    }

    /// Gives what was taken in before, in input order, and how far the input was read then.
    pub(super) fn replay(&mut self, mut take: impl FnMut(Taken)) -> Result<Chain, Error> {
        while let Some(bytes) = self.read_file(&numbered(SHARDS, self.shards))? {
            let pieces = codec::pieces(&bytes).ok_or_else(|| self.damaged(&numbered(SHARDS, self.shards)))?;
            for piece in pieces {
                let piece = piece.ok_or_else(|| self.damaged(&numbered(SHARDS, self.shards)))?;
                if piece.before != self.chain {
                    return Err(self.damaged(&numbered(SHARDS, self.shards)));
                }
                self.chain = piece.chain;
                take(piece);
            }
            self.shards += 1;
        }
        let names = names(&self.folder).unwrap_or_default();
        let later =
            names.iter().any(|name| is_numbered(name, SHARDS) && **name > *numbered(SHARDS, self.shards));
        if later {
            return Err(self.damaged(&numbered(SHARDS, self.shards)));
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
        if self.is_read { Ok(()) } else { self.write_file(READ, &chain) }
    }

    fn end_shard(&mut self) -> Result<(), Error> {
        let pieces = std::mem::take(&mut self.pieces);
        let written = self.write_file(&numbered(SHARDS, self.shards), &pieces);
        self.is_broken = written.is_err();
        self.shards += 1;
        written
    }

    /// Must be called when all of the input was read, where nothing of it is kept. Another one than before is refused.
    pub(super) fn begin(&mut self, chain: Chain) -> Result<(), Error> {
        self.chain = chain;
        let chain = chain.to_bytes();
        match self.read_file(READ)? {
            Some(read) if read == chain => Ok(()),
            Some(_) => Err(self.other_input()),
            None => self.write_file(READ, &chain),
        }
    }

    /// What is in a file, if it is there.
    fn read_file(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let rest = |reader: Option<Reader>| reader.map(Reader::rest).transpose();
        Reader::open(&self.folder, name, &self.run).and_then(rest).map_err(|fault| self.fault(name, fault))
    }

    fn write_file(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let write = || -> std::io::Result<()> {
            let mut writer = Writer::new(&self.folder, name, &self.run)?;
            writer.write(bytes)?;
            writer.finish()
        };
        write().map_err(|error| self.unwritable(name, &error))
    }

    /// Gives the records that are kept under a name to `take`, if any are, and comes back with the numbers that were kept beside
    /// them. What was taken must not be used where this is an error.
    fn list<T: Record>(
        &self,
        name: &str,
        mut take: impl FnMut(T) -> Result<(), Error>,
    ) -> Result<Option<(u64, u64)>, Error> {
        let fault = |fault| self.fault(name, fault);
        let Some(mut reader) = Reader::open(&self.folder, name, &self.run).map_err(fault)? else {
            return Ok(None);
        };
        let mut head = [0; Head::BYTES];
        reader.read(&mut head).map_err(fault)?;
        let (beside, (raws, state)) = Head::take(&head);
        if Chain::of(raws, state) != self.chain {
            return Err(self.damaged(name));
        }
        let mut bytes = vec![0; AT_A_TIME * T::BYTES];
        while 0 < reader.left() {
            let n = usize::try_from(reader.left()).map_or(bytes.len(), |left| left.min(bytes.len()));
            let some = bytes.get_mut(..n).unwrap_or_default();
            reader.read(some).map_err(fault)?;
            some.chunks_exact(T::BYTES).map(T::take).try_for_each(&mut take)?;
        }
        reader.finish().map_err(fault)?;
        Ok(Some(beside))
    }

    /// Keeps records, and two numbers beside them, under a name: they are of this input only.
    fn keep_list<T: Record>(
        &self,
        name: &str,
        beside: (u64, u64),
        records: impl Iterator<Item = Result<T, Error>>,
    ) -> Result<(), Error> {
        let failed = |error: std::io::Error| self.unwritable(name, &error);
        let mut writer = Writer::new(&self.folder, name, &self.run).map_err(failed)?;
        let mut head = [0; Head::BYTES];
        (beside, (self.chain.raws, self.chain.state())).put(&mut head);
        writer.write(&head).map_err(failed)?;
        let mut bytes = vec![0; T::BYTES];
        for record in records {
            record?.put(&mut bytes);
            writer.write(&bytes).map_err(failed)?;
        }
        writer.finish().map_err(failed)
    }

    fn fault(&self, name: &str, fault: Fault) -> Error {
        match fault {
            Fault::Damaged => self.damaged(name),
            Fault::Io(error) => trouble(&self.folder, format!("`{name}`: {error}")),
        }
    }

    fn unwritable(&self, name: &str, error: &std::io::Error) -> Error {
        let what = format!("`{name}` cannot be written: {error}; make room, or name another folder");
        trouble(&self.folder, what)
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

/// What names a run: equal names make the same of the same input.
pub(super) fn name_of(options: &source::Options, plan: &Plan) -> Digest {
    let options = source::Options { exclude: Vec::new(), ..options.clone() };
    let all = format!("{FORMAT} {} {} {options:?} {plan:?}", env!("CARGO_PKG_VERSION"), words::VERSION);
    hash::fingerprint("run", &all)
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
    [RUN, READ, LOCK, UNFINISHED].contains(&name) || is_numbered(name, SHARDS) || is_of_stage(name)
}

/// Whether a file is of what follows reading.
fn is_of_stage(name: &str) -> bool {
    levels::is_ours(name) || search::is_ours(name)
}

fn is_numbered(name: &str, of: &str) -> bool {
    name.strip_prefix(of)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn numbered(of: &str, number: u32) -> String {
    format!("{of}{number:06}")
}

fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn trouble(folder: &Path, message: String) -> Error {
    Error::Work { folder: folder.to_owned(), message }
}
