//! Runs: immutable sorted lists of (key, document), written once, in order, as blocks; and their merging.
//!
//! A change adds one run. When [`FAN`] runs of one size have come together they are merged into one, so that a key
//! is written again only as often as the archive has grown [`FAN`] times, and a lookup meets few runs.

use rusqlite::params;

use super::{
    block::{Block, Entry, Finder, Reader, Writer},
    store::{State, Store},
    varint::{put, take},
};
use crate::{error::Error, hash};

/// So many runs of one size become one.
pub(super) const FAN: usize = 8;

/// The number of a block in its table: its run and its place in it.
const PLACES: u32 = 32;

/// A run, but for its blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) id: i64,
    /// Pairs in it.
    pub(super) entries: u64,
    /// The first key of each block.
    pub(super) firsts: Vec<u64>,
}

impl Run {
    fn base(&self) -> u64 {
        self.id.unsigned_abs() << PLACES
    }

    /// Runs of one size belong to one class.
    fn class(&self) -> u32 {
        self.entries.max(1).ilog(FAN as u64)
    }

    /// The places of the blocks that may hold a key.
    pub(super) fn places(&self, key: u64) -> std::ops::Range<usize> {
        let first = self.firsts.partition_point(|first| *first < key);
        let end = self.firsts.partition_point(|first| *first <= key);
        // The key's documents may begin at the end of the block before.
        first.saturating_sub(1)..end
    }
}

/// A run as it is stored: its id, how many entries, its directory and checksum.
type Row = (i64, i64, Vec<u8>, Vec<u8>);

/// All runs, oldest first.
pub(super) fn all(store: &Store, state: &State) -> Result<Vec<Run>, Error> {
    let read = || -> rusqlite::Result<Vec<Row>> {
        let mut statement =
            store.db.prepare_cached("SELECT id, entries, directory, checksum FROM runs ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        rows.collect()
    };
    let rows = read().map_err(|refusal| store.told(&refusal))?;
    if i64::try_from(rows.len()) != Ok(state.runs) {
        return Err(store.damaged(format!("it has {} runs where it says {}", rows.len(), state.runs)));
    }
    let run = |(id, entries, directory, checksum): Row| {
        let sound = hash::checksum(id.unsigned_abs(), &described(entries, &directory))[..] == checksum[..];
        let firsts = sound.then(|| unpack(&directory)).flatten();
        let firsts = firsts.ok_or_else(|| store.damaged(format!("run {id} is not what was stored")))?;
        Ok(Run { id, entries: entries.unsigned_abs(), firsts })
    };
    rows.into_iter().map(run).collect()
}

fn described(entries: i64, directory: &[u8]) -> Vec<u8> {
    [&entries.to_le_bytes(), directory].concat()
}

fn unpack(mut directory: &[u8]) -> Option<Vec<u64>> {
    let (mut firsts, mut last) = (Vec::new(), 0_u64);
    while !directory.is_empty() {
        last = last.checked_add(take(&mut directory)?)?;
        firsts.push(last);
    }
    Some(firsts)
}

/// Writes a run of pairs that ascend; nothing is written when there are none.
pub(super) fn write(
    store: &Store,
    state: &mut State,
    pairs: impl Iterator<Item = Result<(u64, u32), Error>>,
) -> Result<(), Error> {
    let mut run = Run { id: state.next_run, entries: 0, firsts: Vec::new() };
    let (mut writer, mut blocks) = (Writer::new(run.base()), Vec::new());
    let told = |refusal| store.told(&refusal);
    let mut insert = store.db.prepare_cached("INSERT INTO blocks VALUES (?, ?)").map_err(told)?;
    let mut keep = |run: &mut Run, blocks: &mut Vec<Block>| -> Result<(), Error> {
        for block in blocks.drain(..) {
            run.firsts.push(block.first);
            insert.execute(params![block.number.cast_signed(), block.bytes]).map_err(told)?;
        }
        Ok(())
    };
    for pair in pairs {
        let (key, document) = pair?;
        writer.push(key, document, &mut blocks);
        run.entries += 1;
        keep(&mut run, &mut blocks)?;
    }
    writer.finish(&mut blocks);
    keep(&mut run, &mut blocks)?;
    if run.entries == 0 {
        return Ok(());
    }
    let (mut directory, mut last) = (Vec::new(), 0);
    for first in &run.firsts {
        put(first - last, &mut directory);
        last = *first;
    }
    let entries = run.entries.cast_signed();
    let checksum = hash::checksum(run.id.unsigned_abs(), &described(entries, &directory));
    store
        .db
        .execute("INSERT INTO runs VALUES (?, ?, ?, ?)", params![run.id, entries, directory, checksum])
        .map_err(told)?;
    state.next_run += 1;
    state.runs += 1;
    Ok(())
}

/// Merges runs where enough of one size have come together; `gone` says which documents are removed.
pub(super) fn settle(store: &Store, state: &mut State, gone: &[u32]) -> Result<(), Error> {
    loop {
        let runs = all(store, state)?;
        let crowded = runs
            .iter()
            .map(Run::class)
            .find(|class| FAN <= runs.iter().filter(|run| run.class() == *class).count());
        let Some(class) = crowded else { return Ok(()) };
        // Smaller ones that came later go with them, so that runs shrink with age.
        let chosen: Vec<Run> = runs.into_iter().filter(|run| run.class() <= class).collect();
        merge(store, state, &chosen, gone)?;
    }
}

/// Makes one run of several and leaves removed documents out. Memory: a block of each.
pub(super) fn merge(store: &Store, state: &mut State, runs: &[Run], gone: &[u32]) -> Result<(), Error> {
    let mut cursors: Vec<Cursor<'_>> = Vec::with_capacity(runs.len());
    for run in runs {
        let mut cursor = Cursor { store, run, place: 0, pairs: Vec::new(), at: 0 };
        cursor.fill()?;
        cursors.push(cursor);
    }
    let mut failed = None;
    let mut last = None;
    let pairs = std::iter::from_fn(|| {
        loop {
            let (at, pair) = (cursors.iter().enumerate())
                .filter_map(|(at, cursor)| Some((at, cursor.peek()?)))
                .min_by_key(|(_, pair)| *pair)?;
            if let Err(error) = cursors.get_mut(at)?.advance() {
                failed = Some(());
                return Some(Err(error));
            }
            if last != Some(pair) && gone.binary_search(&pair.1).is_err() {
                last = Some(pair);
                return Some(Ok(pair));
            }
        }
    });
    write(store, state, pairs)?;
    debug_assert!(failed.is_none(), "an error ends the writing");
    for run in runs {
        let (from, to) = (run.base().cast_signed(), (run.base() + (1 << PLACES)).cast_signed());
        let drop = || -> rusqlite::Result<()> {
            store.db.execute("DELETE FROM blocks WHERE ? <= id AND id < ?", params![from, to])?;
            store.db.execute("DELETE FROM runs WHERE id = ?", [run.id])?;
            Ok(())
        };
        drop().map_err(|refusal| store.told(&refusal))?;
        state.runs -= 1;
    }
    Ok(())
}

/// The pairs of a run, one block at a time.
struct Cursor<'s> {
    store: &'s Store,
    run: &'s Run,
    /// The block to be read next.
    place: usize,
    pairs: Vec<(u64, u32)>,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<(u64, u32)> {
        self.pairs.get(self.at).copied()
    }

    fn advance(&mut self) -> Result<(), Error> {
        self.at += 1;
        if self.pairs.len() <= self.at { self.fill() } else { Ok(()) }
    }

    fn fill(&mut self) -> Result<(), Error> {
        self.pairs.clear();
        self.at = 0;
        if self.place < self.run.firsts.len() {
            let pairs = &mut self.pairs;
            each_entry(self.store, self.run, self.place, |entry| {
                pairs.extend(entry.documents.iter().map(|document| (entry.key, *document)));
            })?;
            self.place += 1;
        }
        Ok(())
    }
}

/// One block, for looking keys up.
pub(super) fn open_block(store: &Store, run: &Run, place: usize) -> Result<Finder, Error> {
    let number = run.base() + place as u64;
    let finder = bytes(store, number)?.and_then(|bytes| Finder::open(number, bytes));
    finder.ok_or_else(|| damaged_block(store, run, place))
}

/// The error of a block that is gone, or not what was written.
pub(super) fn damaged_block(store: &Store, run: &Run, place: usize) -> Error {
    store.damaged(format!("block {place} of run {} is not what was stored", run.id))
}

/// Gives the entries of one block to `take`.
pub(super) fn each_entry(
    store: &Store,
    run: &Run,
    place: usize,
    mut take: impl FnMut(&Entry),
) -> Result<(), Error> {
    let damaged = || damaged_block(store, run, place);
    let number = run.base() + place as u64;
    let bytes = bytes(store, number)?.ok_or_else(damaged)?;
    let mut reader = Reader::open(number, &bytes).ok_or_else(damaged)?;
    let mut entry = Entry::default();
    while reader.next_into(&mut entry).ok_or_else(damaged)? {
        take(&entry);
    }
    Ok(())
}

/// The bytes of one block.
fn bytes(store: &Store, number: u64) -> Result<Option<Vec<u8>>, Error> {
    let read = || -> rusqlite::Result<Option<Vec<u8>>> {
        let mut statement = store.db.prepare_cached("SELECT bytes FROM blocks WHERE id = ?")?;
        let mut rows = statement.query([number.cast_signed()])?;
        rows.next()?.map(|row| row.get(0)).transpose()
    };
    read().map_err(|refusal| store.told(&refusal))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("a"), &[], true).unwrap();
        // Every run that is written, also one that is merged again in the same change.
        let log = "CREATE TEMP TABLE log (entries INTEGER NOT NULL);
            CREATE TEMP TRIGGER written AFTER INSERT ON main.runs BEGIN INSERT INTO log VALUES (new.entries); END;";
        store.db.execute_batch(log).unwrap();
        (folder, store)
    }

    /// Adds a run of so many pairs for each size, each as a change does, and gives what runs there are to `seen` after each.
    fn add(store: &mut Store, sizes: &[u32], mut seen: impl FnMut(&[Run])) {
        let mut next = 0;
        let added = store.change(|store, state| {
            for size in sizes {
                let mut pairs: Vec<(u64, u32)> =
                    (next..next + size).map(|n| (hash::mix(n.into()) >> 24, n)).collect();
                pairs.sort_unstable();
                next += size;
                write(store, state, pairs.into_iter().map(Ok))?;
                settle(store, state, &[])?;
                seen(&all(store, state)?);
            }
            Ok(())
        });
        added.unwrap();
    }

    fn n_written(store: &Store) -> u64 {
        let sum = store.db.query_row("SELECT sum(entries) FROM log", [], |row| row.get::<_, i64>(0));
        sum.unwrap().unsigned_abs()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn runs_and_what_is_written_again_grow_with_the_logarithm(
            sizes in prop::collection::vec(prop_oneof![Just(8_u32), 1_u32..30, 1_u32..600], 1..250),
        ) {
            let (_folder, mut store) = store();
            let total: u64 = sizes.iter().copied().map(u64::from).sum();
            let n_classes = u64::from(total.ilog(FAN as u64)) + 1;
            let mut sums = Vec::new();
            add(&mut store, &sizes, |runs| {
                for class in 0..64 {
                    assert!(runs.iter().filter(|run| run.class() == class).count() < FAN, "{runs:?}");
                }
                sums.push(runs.iter().map(|run| run.entries).sum::<u64>());
            });
            let expected: Vec<u64> =
                sizes.iter().scan(0, |sum, size| { *sum += u64::from(*size); Some(*sum) }).collect();
            prop_assert_eq!(sums, expected, "every pair is there, once");
            // A merged run is of a higher class than any it was made of, so a pair is written at most once in each.
            let n_written = n_written(&store);
            prop_assert!(n_written <= total * n_classes, "{} pairs written for {} in {} classes", n_written, total, n_classes);
        }
    }

    #[test]
    fn the_first_run_of_a_size_waits_and_the_last_takes_smaller_ones_along() {
        let (_folder, mut store) = store();
        let fan = u32::try_from(FAN).unwrap();
        let mut sizes = vec![fan; FAN - 1];
        sizes.extend([1; FAN - 1]);
        sizes.push(fan);
        let mut n_runs = Vec::new();
        add(&mut store, &sizes, |runs| n_runs.push(runs.len()));
        let expected: Vec<usize> = (1..sizes.len()).chain(std::iter::once(1)).collect();
        assert_eq!(n_runs, expected);
        let total = sizes.iter().copied().map(u64::from).sum::<u64>();
        assert_eq!(n_written(&store), 2 * total);
    }
}
