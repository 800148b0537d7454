//! The archive: documents go in once, and what is near an incoming one comes out, without reading the rest.
//!
//! Beside the stair: what stage 3 made of a text is stored today and looked up tomorrow. It answers "which documents
//! are worth comparing", never "alike": the engine compares them as in a scan. Nothing here reads input or writes reports.
//!
//! # The idea
//!
//! One SQLite file holds the documents, readable by any SQLite tool, and our own lookup structure: immutable sorted runs
//! of (key of a window of words, document), in checksummed blocks of at most 4,000 bytes
//! (`docs/archive-format.md`). SQLite gives what is hard to do right: transactions, locks, recovery.
//!
//! # Promises
//!
//! * **What was added is there**, after a kill or a loss of power too: a change is one transaction, and `synchronous = FULL`.
//! * **Nothing is read that was not written**: documents, blocks, directories and state carry checksums, and counts that
//!   must agree. What does not is an error, never an answer.
//! * **Readers see one state**, whatever a writer does meanwhile. One writer at a time; a second one waits.
//! * **The settings are stored**; others are refused.
//! * **No text gets into an archive that is to keep none**: documents that were prepared with theirs are refused. What it has
//!   instead ([`Reading`]) is no cipher: who has a dictionary can hash it.
//!
//! # Limits
//!
//! 2^32 documents in all, removed ones too. Text of scripts without spaces has windows of as many more characters.
//!
//! # Source
//!
//! Sorted runs that are merged by size: P. O'Neil et al., *The log-structured merge-tree*, Acta Informatica 33, 1996.
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod block;
mod documents;
mod fault;
mod lookup;
mod maintain;
mod reading;
mod runs;
mod spill;
mod store;
mod varint;

#[cfg(test)]
mod tests;

use std::{path::Path, time::Duration};

pub use self::{
    documents::{Prepared, Preparer, Stored, StoredId},
    lookup::{FOLLOWED, MOST, Near, RARE, WINDOW},
    reading::Reading,
    store::FORMAT,
};
use self::{
    spill::Pairs,
    store::{State, Store},
};
use crate::{
    error::{ArchiveFault, Error},
    settings::{Group, OPTIONS, Settings},
};

/// An open archive.
#[derive(Debug)]
pub struct Archive {
    store: Store,
}

/// What adding came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Documents that were put in.
    pub added: u64,
    /// Documents that were there already, with the same name and text.
    pub known: u64,
}

/// What an archive holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Changes that were committed.
    pub state: u64,
    /// Documents that can be found.
    pub documents: u64,
    /// Documents that were removed and not yet compacted away.
    pub removed: u64,
    /// Runs of the lookup structure.
    pub runs: u64,
    /// (window, document) pairs in them.
    pub entries: u64,
    /// Blocks of them.
    pub blocks: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

/// The settings that decide what is found, by name: an archive holds them and refuses others.
pub fn settings(settings: &Settings) -> Vec<(String, String)> {
    let names = OPTIONS.iter().filter(|opt| opt.group == Group::Find).map(|opt| opt.name);
    names.map(|name| (name.to_owned(), settings.get(name).unwrap_or_default())).collect()
}

impl Archive {
    /// Makes a new archive with settings, by name, that every later use must share.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] when there is a file of that name, or none can be made.
    pub fn create(path: &Path, settings: &[(String, String)]) -> Result<Self, Error> {
        Ok(Self { store: Store::create(path, settings, true)? })
    }

    /// The same, for an archive that keeps no texts: of each document the hashes of its words, where they stood, and a text of the same
    /// length and lines that tells nothing.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub fn create_without_texts(path: &Path, settings: &[(String, String)]) -> Result<Self, Error> {
        Ok(Self { store: Store::create(path, settings, false)? })
    }

    /// Opens an archive. A change waits `lock_timeout` for another writer to end.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] when there is none, when it is damaged, or of another format.
    pub fn open(path: &Path, lock_timeout: Duration) -> Result<Self, Error> {
        Ok(Self { store: Store::open(path, lock_timeout)? })
    }

    /// The settings it was made with, by name.
    pub fn settings(&self) -> &[(String, String)] {
        &self.store.settings
    }

    /// The same as layers of settings: what a user of the archive does not say.
    pub fn layers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.settings().iter().filter(|(_, value)| !value.is_empty()).filter_map(|(name, value)| {
            let opt = OPTIONS.iter().find(|opt| opt.name == name)?;
            Some((opt.name, value.as_str()))
        })
    }

    /// Refuses settings other than its own, but for those that lookups do not depend on and that this use is `free` in.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`], with every difference.
    pub fn must_agree_but(&self, free: &[&str], settings: &Settings) -> Result<(), Error> {
        let mut asked = self::settings(settings);
        for (name, value) in asked.iter_mut().filter(|(name, _)| free.contains(&name.as_str())) {
            let own = self.settings().iter().find(|(own, _)| own == name);
            *value = own.map_or_else(String::new, |(_, value)| value.clone());
        }
        self.must_agree(&asked)
    }

    /// Whether it keeps the texts of its documents.
    pub const fn keeps_texts(&self) -> bool {
        self.store.keeps_texts
    }

    /// Refuses to go on where texts are asked for and none are kept.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`].
    pub fn must_keep_texts(&self) -> Result<(), Error> {
        if self.keeps_texts() {
            return Ok(());
        }
        let message = "it was made with --no-text and has no texts to give; go back to the articles it was made of, `twicetold index list` names them";
        Err(fault::error(&self.store.path, ArchiveFault::NoTexts, message))
    }

    /// Refuses to go on where texts are kept and none are wanted to be.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`].
    pub fn must_keep_no_texts(&self) -> Result<(), Error> {
        if !self.keeps_texts() {
            return Ok(());
        }
        let message = "it keeps texts; --no-text is said when an archive is made: make another one with `twicetold index create --no-text`";
        Err(fault::error(&self.store.path, ArchiveFault::Settings, message))
    }

    /// Refuses settings other than its own, with every difference.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`].
    pub fn must_agree(&self, settings: &[(String, String)]) -> Result<(), Error> {
        let value = |list: &[(String, String)], name: &str| {
            list.iter()
                .find(|(own, _)| own == name)
                .map_or_else(|| "unset".to_owned(), |(_, value)| value.clone())
        };
        let mut names: Vec<&String> = self.settings().iter().chain(settings).map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        let differences: Vec<String> = names
            .into_iter()
            .map(|name| (name, value(self.settings(), name), value(settings, name)))
            .filter(|(_, own, other)| own != other)
            .map(|(name, own, other)| format!("{name} is {own} in the archive and {other} here"))
            .collect();
        if differences.is_empty() {
            return Ok(());
        }
        let message =
            format!("made with other settings: {}; leave these to the archive", differences.join(", "));
        Err(fault::error(&self.store.path, ArchiveFault::Settings, message))
    }

    /// Adds the documents that `feed` gives, in one change. One that is there already, by name and text, is not
    /// added again.
    ///
    /// Cost: near-linear; now and then a change merges what was added before it. Memory: 128 MiB
    /// beside the documents at hand.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`], and what `feed` says; nothing is added then.
    pub fn add(&mut self, feed: impl FnOnce(&mut Adder<'_>) -> Result<(), Error>) -> Result<Added, Error> {
        self.store.change(|store, state| {
            let mut adder = Adder { store, state, pairs: Pairs::new(&store.path), done: Added::default() };
            feed(&mut adder)?;
            let Adder { done, state, pairs, .. } = adder;
            runs::write(store, state, pairs.sorted()?)?;
            runs::settle(store, state, &gone(store)?)?;
            Ok(done)
        })
    }

    /// Does several reads that see one state, whatever is written meanwhile.
    ///
    /// # Errors
    ///
    /// What `read` says, and [`Error::Archive`].
    pub fn at_one_state<T>(&self, read: impl FnOnce(&Self) -> Result<T, Error>) -> Result<T, Error> {
        let told = |refusal| self.store.told(&refusal);
        self.store.db.execute_batch("BEGIN").map_err(told)?;
        let done = read(self);
        self.store.db.execute_batch("COMMIT").map_err(told)?;
        done
    }

    /// The stored documents worth comparing with each of some texts, given as hashes of words.
    ///
    /// Cost: a block for nearly every window; some ten microseconds each.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] when it is damaged.
    pub fn near(&self, texts: &[&[u64]]) -> Result<Vec<Near>, Error> {
        lookup::near(&self.store, texts, &gone(&self.store)?)
    }

    /// One document; none when it was removed. To be asked for in the same [`at_one_state`](Self::at_one_state) as its number.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] when it is damaged: the lookup knows no number that has no document.
    pub fn document(&self, id: StoredId) -> Result<Option<Stored>, Error> {
        let stored = documents::get(&self.store, id)?;
        let stored = stored.ok_or_else(|| self.store.damaged(format!("document {} is gone", id.get())))?;
        Ok((!stored.removed).then_some(stored))
    }

    /// Gives every document that was not removed, in the order they were added.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] when one is damaged, and what `take` says.
    pub fn each(&self, mut take: impl FnMut(Stored) -> Result<(), Error>) -> Result<(), Error> {
        self.at_one_state(|archive| {
            documents::each(&archive.store, |stored| if stored.removed { Ok(()) } else { take(stored) })
        })
    }

    /// Removes the documents that `which` says, in one change; they stay in the file until [`compact`](Self::compact). Says how many.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`]; nothing is removed then.
    pub fn remove(&mut self, mut which: impl FnMut(&Stored) -> bool) -> Result<u64, Error> {
        self.store.change(|store, state| {
            let mut chosen = Vec::new();
            documents::each(store, |mut stored| {
                if !stored.removed && which(&stored) {
                    stored.document.text.clear();
                    stored.reading = None;
                    chosen.push(stored);
                }
                Ok(())
            })?;
            for stored in &chosen {
                documents::mark(store, stored, state.state + 1)?;
                state.removed += 1;
            }
            Ok(chosen.len() as u64)
        })
    }

    /// What it holds.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] when it is damaged.
    pub fn stats(&self) -> Result<Stats, Error> {
        self.at_one_state(Self::count)
    }

    fn count(&self) -> Result<Stats, Error> {
        let state = self.store.state()?;
        let runs = runs::all(&self.store, &state)?;
        let pragma = |name: &str| {
            let value = self.store.db.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
            value.map(i64::unsigned_abs).map_err(|refusal| self.store.told(&refusal))
        };
        Ok(Stats {
            state: state.state.unsigned_abs(),
            documents: (state.documents - state.removed).unsigned_abs(),
            removed: state.removed.unsigned_abs(),
            runs: runs.len() as u64,
            entries: runs.iter().map(|run| run.entries).sum(),
            blocks: runs.iter().map(|run| run.firsts.len() as u64).sum(),
            bytes: pragma("page_count")? * pragma("page_size")?,
        })
    }
}

/// A change that is adding documents.
#[derive(Debug)]
pub struct Adder<'a> {
    store: &'a Store,
    state: &'a mut State,
    /// Windows that are not written yet.
    pairs: Pairs<'a>,
    done: Added,
}

impl Adder<'_> {
    /// Adds a document, unless it is there already.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] when it cannot be written, or was prepared with its text where none are kept, or the other way round;
    /// [`Error::TooMany`]. The change is to be given up then.
    pub fn put(&mut self, prepared: &Prepared) -> Result<(), Error> {
        if prepared.is_text != self.store.keeps_texts {
            let message = match self.store.keeps_texts {
                true => "it keeps texts, and a document was prepared without; use `Preparer::prepare`",
                false => {
                    "it keeps no texts, and a document was prepared with its own; use `Preparer::prepare_without_text`"
                }
            };
            return Err(fault::error(&self.store.path, ArchiveFault::Settings, message));
        }
        let id = u32::try_from(self.state.next_document)
            .map_err(|_| Error::TooMany { what: "documents in an archive", limit: u64::from(u32::MAX) })?;
        if !documents::insert(self.store, id, prepared, self.state.state + 1)? {
            self.done.known += 1;
            return Ok(());
        }
        self.state.next_document += 1;
        self.state.documents += 1;
        self.done.added += 1;
        self.pairs.extend(prepared.keys.iter().map(|key| (*key, id)))
    }
}

/// The numbers of removed documents, ascending.
fn gone(store: &Store) -> Result<Vec<u32>, Error> {
    let told = |refusal| store.told(&refusal);
    let read = || -> rusqlite::Result<Vec<u32>> {
        let mut statement =
            store.db.prepare_cached("SELECT id FROM documents WHERE removed IS NOT NULL ORDER BY id")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        rows.collect()
    };
    let gone = read().map_err(told)?;
    let says = store.state()?.removed;
    if i64::try_from(gone.len()) != Ok(says) {
        return Err(store.damaged(format!("it has {} removed documents where it says {says}", gone.len())));
    }
    Ok(gone)
}
