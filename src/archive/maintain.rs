//! Looking after an archive: reading all of it to see that it is sound, and making it as small as it can be.

use std::collections::HashSet;

use super::{
    Archive, documents, fault, gone, lookup, runs,
    store::{State, Store},
};
use crate::error::Error;

impl Archive {
    /// Reads everything and compares it with its checksums and counts; `words` gives a document's word hashes, to see that
    /// the lookup structure knows every one of its windows. Cost: the whole file, and its words read anew. Where no texts are kept
    /// the stored hashes are taken for the words', and no letter or number may stand in the place of a text.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`] with the first thing that is not sound.
    pub fn verify(&self, words: impl FnMut(&crate::document::Document) -> Vec<u64>) -> Result<(), Error> {
        self.at_one_state(|archive| archive.verify_all(words))
    }

    fn verify_all(&self, mut words: impl FnMut(&crate::document::Document) -> Vec<u64>) -> Result<(), Error> {
        let store = &self.store;
        let said: String = store
            .db
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(|refusal| store.told(&refusal))?;
        if said != "ok" {
            return Err(store.damaged(said));
        }
        let state = store.state()?;
        let gone = gone(store)?;
        let mut told: Vec<u64> = vec![0; usize::try_from(state.next_document).unwrap_or(0)];
        let (mut blocks, mut stray) = (0, None);
        for run in runs::all(store, &state)? {
            let mut entries = 0;
            for place in 0..run.firsts.len() {
                runs::each_entry(store, &run, place, |entry| {
                    entries += entry.documents.len() as u64;
                    for document in &entry.documents {
                        match told.get_mut(*document as usize) {
                            Some(sum) => *sum = sum.wrapping_add(crate::hash::mix(entry.key)),
                            None => stray = Some(*document as usize),
                        }
                    }
                })?;
            }
            if entries != run.entries {
                return Err(store
                    .damaged(format!("run {} has {entries} entries where it says {}", run.id, run.entries)));
            }
            blocks += run.firsts.len() as u64;
        }
        let stored_blocks: i64 = store
            .db
            .query_row("SELECT count(*) FROM blocks", [], |row| row.get(0))
            .map_err(|refusal| store.told(&refusal))?;
        if stored_blocks.unsigned_abs() != blocks {
            return Err(store.damaged(format!("it has {stored_blocks} blocks where its runs have {blocks}")));
        }
        let mut keys = Vec::new();
        documents::each(store, |stored| {
            let told = told.get_mut(stored.id.get() as usize).map(std::mem::take);
            if gone.binary_search(&stored.id.get()).is_ok() {
                return Ok(());
            }
            let id = stored.id.get();
            match &stored.reading {
                None => lookup::keys(&words(&stored.document), &mut keys),
                Some(_) if stored.document.text.chars().any(char::is_alphanumeric) => {
                    return Err(store.damaged(format!("document {id} has text, and none is kept here")));
                }
                Some(reading) => lookup::keys(&reading.hashes, &mut keys),
            }
            let sum = keys.iter().fold(0_u64, |sum, key| sum.wrapping_add(crate::hash::mix(*key)));
            if told == Some(sum) {
                Ok(())
            } else {
                Err(store.damaged(format!("document {id} is not looked up as it was stored")))
            }
        })?;
        match stray.or_else(|| told.iter().position(|sum| *sum != 0)) {
            Some(id) => Err(store.damaged(format!("document {id} is looked up and not there"))),
            None => Ok(()),
        }
    }

    /// Makes one run of all, drops removed documents, and gives the room back to the system. Needs as much free
    /// room as the archive is large while it works.
    ///
    /// # Errors
    ///
    /// [`Error::Archive`]; what can be found is the same then. Where only the room could not be given back, it says so.
    pub fn compact(&mut self) -> Result<(), Error> {
        self.store.change(|store, state| {
            let gone = gone(store)?;
            let runs = runs::all(store, state)?;
            if 1 < runs.len() || !gone.is_empty() {
                runs::merge(store, state, &runs, &gone)?;
            }
            drop_documents(store, state, &gone)
        })?;
        let vacuum = "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);";
        self.store.db.execute_batch(vacuum).map_err(|refusal| fault::not_shrunk(&self.store.path, &refusal))
    }
}

fn drop_documents(store: &Store, state: &mut State, gone: &[u32]) -> Result<(), Error> {
    for id in gone.iter().collect::<HashSet<_>>() {
        let dropped = store.db.execute("DELETE FROM documents WHERE id = ?", [id]);
        dropped.map_err(|refusal| store.told(&refusal))?;
        state.documents -= 1;
        state.removed -= 1;
    }
    Ok(())
}
