//! The file: its tables, its format number, its settings and its state.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

use super::fault::{damaged, error, told};
use crate::{
    error::{ArchiveFault, Error},
    hash,
};

/// The version of everything `docs/archive-format.md` says.
pub const FORMAT: i32 = 1;

/// Marks a SQLite file as ours: `twtd` in ASCII.
const APPLICATION: i32 = 0x7477_7464;

/// The row of the table of settings that says that no texts are kept; it is not there when they are.
const NO_TEXT: (&str, &str) = ("no-text", "true");

const TABLES: &str = "
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE state (
        id INTEGER PRIMARY KEY CHECK (id = 0),
        state INTEGER NOT NULL,
        documents INTEGER NOT NULL,
        removed INTEGER NOT NULL,
        next_document INTEGER NOT NULL,
        next_run INTEGER NOT NULL,
        runs INTEGER NOT NULL,
        checksum BLOB NOT NULL
    ) STRICT;
    CREATE TABLE documents (
        id INTEGER PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE,
        name TEXT NOT NULL,
        path TEXT NOT NULL,
        record INTEGER,
        title TEXT,
        date TEXT,
        time INTEGER,
        source TEXT,
        url TEXT,
        bytes INTEGER NOT NULL,
        words INTEGER NOT NULL,
        added INTEGER NOT NULL,
        removed INTEGER,
        layout BLOB,
        text BLOB NOT NULL,
        checksum BLOB NOT NULL
    ) STRICT;
    CREATE INDEX removed ON documents (id) WHERE removed IS NOT NULL;
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        entries INTEGER NOT NULL,
        directory BLOB NOT NULL,
        checksum BLOB NOT NULL
    ) STRICT;
    CREATE TABLE blocks (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
";

/// A whole number for each committed change, and what must be there with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Changes so far.
    pub(super) state: i64,
    /// Documents, removed ones among them.
    pub(super) documents: i64,
    /// Of these, removed ones.
    pub(super) removed: i64,
    /// The id of the next document; ids are never used again.
    pub(super) next_document: i64,
    /// The id of the next run.
    pub(super) next_run: i64,
    /// How many runs there are.
    pub(super) runs: i64,
}

impl State {
    fn checksum(&self, settings: &[(String, String)], keeps_texts: bool) -> [u8; 4] {
        let mut bytes = Vec::new();
        for number in [self.state, self.documents, self.removed, self.next_document, self.next_run, self.runs]
        {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        for (name, value) in rows(settings, keeps_texts) {
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(value.as_bytes());
            bytes.push(0);
        }
        hash::checksum(0, &bytes)
    }
}

/// The table of settings, by name.
fn rows(settings: &[(String, String)], keeps_texts: bool) -> Vec<(&str, &str)> {
    let mut rows: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    rows.extend((!keeps_texts).then_some(NO_TEXT));
    rows.sort_unstable();
    rows
}

/// Makes an empty file, unless there is one.
fn make_file(path: &Path, keeps_texts: bool) -> Result<(), Error> {
    let made = std::fs::File::create_new(path);
    made.map(drop).map_err(|refusal| match refusal.kind() {
        std::io::ErrorKind::AlreadyExists => {
            error(path, ArchiveFault::Exists, Store::is_there(path, keeps_texts))
        }
        _ => error(path, ArchiveFault::Unwritable, format!("cannot be made: {refusal}")),
    })
}

/// An open file.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) path: PathBuf,
    pub(super) db: Connection,
    /// The settings it was made with, by name.
    pub(super) settings: Vec<(String, String)>,
    /// Whether texts are kept, or only what was read of them.
    pub(super) keeps_texts: bool,
}

impl Store {
    /// Makes a new file.
    pub(super) fn create(
        path: &Path,
        settings: &[(String, String)],
        keeps_texts: bool,
    ) -> Result<Self, Error> {
        make_file(path, keeps_texts)?;
        let made = Self::create_in(path, settings, keeps_texts);
        if made.is_err() {
            // A file that is no archive would stand in the way of the next attempt. It is ours: it was not there before.
            for end in ["", "-wal", "-shm"] {
                let mut file = path.as_os_str().to_owned();
                file.push(end);
                let _ = std::fs::remove_file(file);
            }
        }
        made
    }

    fn create_in(path: &Path, settings: &[(String, String)], keeps_texts: bool) -> Result<Self, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let told = |refusal| told(path, &refusal);
        let db = Connection::open_with_flags(path, flags).map_err(told)?;
        let mut settings = settings.to_vec();
        settings.sort();
        let state = State { next_document: 1, next_run: 1, ..State::default() };
        let make = || {
            db.execute_batch("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE;")?;
            db.execute_batch(TABLES)?;
            for (name, value) in rows(&settings, keeps_texts) {
                db.execute("INSERT INTO settings VALUES (?, ?)", params![name, value])?;
            }
            let State { state: n, documents, removed, next_document, next_run, runs } = state;
            db.execute(
                "INSERT INTO state VALUES (0, ?, ?, ?, ?, ?, ?, ?)",
                params![
                    n,
                    documents,
                    removed,
                    next_document,
                    next_run,
                    runs,
                    state.checksum(&settings, keeps_texts)
                ],
            )?;
            db.execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT}; COMMIT;"
            ))
        };
        make().map_err(told)?;
        Self::tune(Self { path: path.to_owned(), db, settings, keeps_texts }, Duration::ZERO)
    }

    /// What to say of a file that is there already.
    fn is_there(path: &Path, keeps_texts: bool) -> &'static str {
        match Self::open(path, Duration::ZERO).map(|store| store.keeps_texts) {
            Ok(true) if !keeps_texts => {
                "exists already and keeps texts, which is said once, when an archive is made; make this one under another name, or remove that one first"
            }
            Ok(false) if keeps_texts => {
                "exists already and keeps no texts, which is said once, when an archive is made; make this one under another name, or remove that one first"
            }
            _ => "exists already; add to it with `twicetold index add`, or remove it first",
        }
    }

    /// Opens a file; waits so long for another writer when it comes to writing.
    pub(super) fn open(path: &Path, lock_timeout: Duration) -> Result<Self, Error> {
        if !path.is_file() {
            return Err(error(
                path,
                ArchiveFault::Missing,
                "there is no archive; make one with `twicetold index create`",
            ));
        }
        // Readers, too, write: the memory that readers and writers share, and what a killed writer left behind. Where
        // that is not allowed, reading is.
        let flags = |how| how | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))
            .or_else(|_| Connection::open_with_flags(path, flags(OpenFlags::SQLITE_OPEN_READ_ONLY)))
            .map_err(|refusal| told(path, &refusal))?;
        let empty = Self { path: path.to_owned(), db, settings: Vec::new(), keeps_texts: true };
        let mut store = Self::tune(empty, lock_timeout)?;
        store.check_format()?;
        let mut settings = store.read_settings()?;
        let is_no_text = |(name, value): &(String, String)| (name.as_str(), value.as_str()) == NO_TEXT;
        store.keeps_texts = !settings.iter().any(is_no_text);
        settings.retain(|row| !is_no_text(row));
        store.settings = settings;
        store.state()?;
        Ok(store)
    }

    fn tune(self, lock_timeout: Duration) -> Result<Self, Error> {
        let tune = || {
            self.db.busy_timeout(lock_timeout)?;
            // Damage shows itself where it is met, not later.
            self.db.execute_batch("PRAGMA cell_size_check = ON; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -32768;")
        };
        tune().map_err(|refusal| self.told(&refusal))?;
        Ok(self)
    }

    pub(super) fn told(&self, refusal: &rusqlite::Error) -> Error {
        told(&self.path, refusal)
    }

    pub(super) fn damaged(&self, what: impl std::fmt::Display) -> Error {
        damaged(&self.path, what)
    }

    fn check_format(&self) -> Result<(), Error> {
        let pragma =
            |name: &str| self.db.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i32>(0));
        let told = |refusal| self.told(&refusal);
        let (application, format) =
            (pragma("application_id").map_err(told)?, pragma("user_version").map_err(told)?);
        if application != APPLICATION {
            return Err(self.damaged("it is not an archive of twicetold"));
        }
        if format != FORMAT {
            let message = format!(
                "it has format {format}, this version reads format {FORMAT}; use the version that wrote it, or make it again from its `twicetold index export`"
            );
            return Err(error(&self.path, ArchiveFault::Version, message));
        }
        Ok(())
    }

    fn read_settings(&self) -> Result<Vec<(String, String)>, Error> {
        let read = || {
            let mut statement = self.db.prepare("SELECT name, value FROM settings ORDER BY name")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|refusal: rusqlite::Error| self.told(&refusal))
    }

    /// The state as it is committed, or as it is in the transaction at hand.
    pub(super) fn state(&self) -> Result<State, Error> {
        let read = || {
            self.db
                .query_row(
                    "SELECT state, documents, removed, next_document, next_run, runs, checksum FROM state WHERE id = 0",
                    [],
                    |row| {
                        let state = State {
                            state: row.get(0)?,
                            documents: row.get(1)?,
                            removed: row.get(2)?,
                            next_document: row.get(3)?,
                            next_run: row.get(4)?,
                            runs: row.get(5)?,
                        };
                        Ok((state, row.get::<_, Vec<u8>>(6)?))
                    },
                )
                .optional()
        };
        match read().map_err(|refusal| self.told(&refusal))? {
            Some((state, checksum))
                if state.checksum(&self.settings, self.keeps_texts)[..] == checksum[..] =>
            {
                Ok(state)
            }
            _ => Err(self.damaged("its state does not have its checksum")),
        }
    }

    /// Writes the state; part of a transaction.
    pub(super) fn set_state(&self, state: &State) -> Result<(), Error> {
        let State { state: n, documents, removed, next_document, next_run, runs } = *state;
        let checksum = state.checksum(&self.settings, self.keeps_texts);
        let set = "UPDATE state SET state = ?, documents = ?, removed = ?, next_document = ?, next_run = ?, runs = ?, checksum = ?";
        let done =
            self.db.execute(set, params![n, documents, removed, next_document, next_run, runs, checksum]);
        match done {
            Ok(1) => Ok(()),
            Ok(_) => Err(self.damaged("its state is gone")),
            Err(refusal) => Err(self.told(&refusal)),
        }
    }

    /// Does something in one transaction: all of it is there afterwards, also after a loss of power, or nothing.
    pub(super) fn change<T>(
        &mut self,
        act: impl FnOnce(&Self, &mut State) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.db.execute_batch("BEGIN IMMEDIATE").map_err(|refusal| self.told(&refusal))?;
        let acted = self.state().and_then(|mut state| {
            let done = act(self, &mut state)?;
            state.state += 1;
            self.set_state(&state)?;
            self.db.execute_batch("COMMIT").map_err(|refusal| self.told(&refusal))?;
            Ok(done)
        });
        if acted.is_err() && !self.db.is_autocommit() {
            // Nothing to be done about a refusal here: what was not committed is not there.
            let _ = self.db.execute_batch("ROLLBACK");
        }
        acted
    }
}
