//! Our lookup structure beside plain SQLite rows and redb: the same documents, the same keys.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/crates/Cargo.toml --bin stores -- CORPUS.jsonl INCOMING.jsonl FOLDER
//! ```
//!
//! Each store gets the packed texts of the corpus and its (key, document) pairs, sorted beforehand for the two that want them so; then
//! the keys of the incoming documents are looked up, at most 256 documents each. Printed: seconds to build, bytes on disk, seconds of a
//! lookup (the least of five).

use std::{error::Error, fs, path::Path, time::Instant};

use redb::{Database, MultimapTableDefinition, ReadableDatabase, TableDefinition};
use twicetold::{
    Document, Settings,
    archive::{Archive, Preparer, WINDOW},
    shingle, words,
};

const MOST: usize = 256;
const TEXTS: TableDefinition<u32, &[u8]> = TableDefinition::new("texts");
const PAIRS: MultimapTableDefinition<u64, u32> = MultimapTableDefinition::new("pairs");

fn read(path: &str) -> Result<Vec<Document>, Box<dyn Error>> {
    let line = |line: &str| -> Result<Document, Box<dyn Error>> {
        let value: serde_json::Value = serde_json::from_str(line)?;
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Ok(Document { name: text("id"), text: text("text"), ..Document::default() })
    };
    fs::read_to_string(path)?.lines().map(line).collect()
}

fn keys(document: &Document) -> Vec<u64> {
    let mut keys = Vec::new();
    shingle::list_into(&words::words(&document.text, &[]).hashes, WINDOW, &mut keys);
    keys.iter_mut().for_each(|key| *key >>= 24);
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn told(name: &str, built: f64, path: &Path, mut look_up: impl FnMut() -> Result<usize, Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let (mut least, mut found) = (f64::MAX, 0);
    for _ in 0..5 {
        let began = Instant::now();
        found = look_up()?;
        least = least.min(began.elapsed().as_secs_f64());
    }
    println!("{name:24}{built:10.2}{:16}{least:12.4}{found:12}", fs::metadata(path)?.len());
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [corpus, incoming, folder] = &arguments[..] else { return Err("CORPUS.jsonl INCOMING.jsonl FOLDER".into()) };
    let (corpus, incoming) = (read(corpus)?, read(incoming)?);
    let folder = Path::new(folder);
    println!("{:24}{:>10}{:>16}{:>12}{:>12}", "store", "build s", "bytes", "lookup s", "found");

    let path = folder.join("ours");
    let began = Instant::now();
    let mut archive = Archive::create(&path, &[("keep".to_owned(), Settings::default().get("keep").unwrap_or_default())])?;
    let mut preparer = Preparer::new()?;
    archive.add(|adder| {
        corpus.iter().try_for_each(|document| {
            let words = words::words(&document.text, &[]).hashes;
            adder.put(&preparer.prepare(document.clone(), &words)?)
        })
    })?;
    archive.compact()?;
    let asked: Vec<Vec<u64>> = incoming.iter().map(|document| words::words(&document.text, &[]).hashes).collect();
    let asked: Vec<&[u64]> = asked.iter().map(Vec::as_slice).collect();
    told("ours", began.elapsed().as_secs_f64(), &path, || {
        Ok(archive.near(&asked)?.iter().map(|near| near.documents.len()).sum())
    })?;

    let began = Instant::now();
    let texts: Vec<Vec<u8>> = corpus.iter().map(|document| zstd::bulk::compress(document.text.as_bytes(), 3)).collect::<Result<_, _>>()?;
    let mut pairs: Vec<(u64, u32)> = Vec::new();
    for (id, document) in (1_u32..).zip(&corpus) {
        pairs.extend(keys(document).into_iter().map(|key| (key, id)));
    }
    pairs.sort_unstable();
    let prepared = began.elapsed().as_secs_f64();
    let mut wanted: Vec<u64> = incoming.iter().flat_map(keys).collect();
    wanted.sort_unstable();
    wanted.dedup();

    let path = folder.join("rows");
    let began = Instant::now();
    let mut rows = rusqlite::Connection::open(&path)?;
    rows.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE texts (id INTEGER PRIMARY KEY, text BLOB);
         CREATE TABLE pairs (key INTEGER, document INTEGER, PRIMARY KEY (key, document)) WITHOUT ROWID;",
    )?;
    let change = rows.transaction()?;
    {
        let mut put = change.prepare("INSERT INTO texts VALUES (?, ?)")?;
        for (id, text) in (1_u32..).zip(&texts) {
            put.execute((id, text))?;
        }
        let mut put = change.prepare("INSERT INTO pairs VALUES (?, ?)")?;
        for (key, id) in &pairs {
            put.execute((key.cast_signed(), id))?;
        }
    }
    change.commit()?;
    rows.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
    told("plain SQLite rows", prepared + began.elapsed().as_secs_f64(), &path, || {
        let mut get = rows.prepare_cached("SELECT document FROM pairs WHERE key = ? LIMIT 256")?;
        let mut found = 0;
        for key in &wanted {
            let mut answer = get.query([key.cast_signed()])?;
            while let Some(row) = answer.next()? {
                found += usize::from(row.get::<_, u32>(0)? != 0);
            }
        }
        Ok(found)
    })?;

    let path = folder.join("redb");
    let began = Instant::now();
    let database = Database::create(&path)?;
    let change = database.begin_write()?;
    {
        let mut table = change.open_table(TEXTS)?;
        for (id, text) in (1_u32..).zip(&texts) {
            table.insert(id, text.as_slice())?;
        }
        let mut table = change.open_multimap_table(PAIRS)?;
        for (key, id) in &pairs {
            table.insert(key, id)?;
        }
    }
    change.commit()?;
    told("redb", prepared + began.elapsed().as_secs_f64(), &path, || {
        let table = database.begin_read()?.open_multimap_table(PAIRS)?;
        let mut found = 0;
        for key in &wanted {
            for document in table.get(key)?.take(MOST) {
                found += usize::from(document?.value() != 0);
            }
        }
        Ok(found)
    })?;
    Ok(())
}
