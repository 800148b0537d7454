//! Writes the generated corpus of the tests and benches to stdout, as JSON Lines with `id` and `text`.
//!
//! ```text
//! cargo run --release --example corpus -- --documents 100000 > corpus.jsonl
//! ```
//!
//! | flag | what | default |
//! |---|---|---|
//! | `--documents N` | how many articles | 10000 |
//! | `--seed N` | another seed, another corpus | 1 |
//! | `--words-per-document N` | about so many words in each | 250 |
//! | `--derived PERCENT` | how many of a hundred are made of an earlier one | 20 |
//! | `--kinds NAME,…` | in which ways, taken in turn (`Kind::named`) | `all` |
//! | `--boilerplate PERCENT` | how many of a hundred end with the same paragraph | 0 |
//! | `--vocabulary N` | how many different words there are | 20000 |
//! | `--truth FILE` | writes what was derived: kind, original, copy; parted by tabs | – |
//!
//! The same flags give the same bytes on every machine, and memory does not grow with the text.
#![allow(missing_docs)]

#[allow(dead_code, unreachable_pub, clippy::expect_used)]
#[path = "../tests/support/corpus.rs"]
mod corpus;

use std::{
    error::Error,
    fs::File,
    io::{self, BufWriter, ErrorKind, Write},
};

use corpus::{Articles, Kind, Recipe, name};

fn main() -> Result<(), Box<dyn Error>> {
    let mut recipe = Recipe { documents: 10_000, derived_percent: 20, ..Recipe::default() };
    let mut words_per_document = 250;
    let mut truth = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{flag} wants a value"))?;
        let number = || value.parse::<usize>().map_err(|_| format!("{flag} {value}: not a number"));
        match flag.as_str() {
            "--documents" => recipe.documents = number()?,
            "--seed" => recipe.seed = number()? as u64,
            "--words-per-document" => words_per_document = number()?,
            "--derived" => recipe.derived_percent = number()?,
            "--kinds" => {
                let kinds: Option<Vec<_>> = value.split(',').map(Kind::named).collect();
                recipe.kinds = kinds.ok_or_else(|| format!("no such kind in {value}"))?.concat();
            }
            "--boilerplate" => recipe.boilerplate_percent = number()?,
            "--vocabulary" => recipe.vocabulary = number()?,
            "--truth" => truth = Some(BufWriter::new(File::create(&value)?)),
            _ => return Err(format!("unknown flag {flag}").into()),
        }
    }
    let recipe = recipe.with_words_per_document(words_per_document);
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    for made in Articles::new(&recipe) {
        match out.write_all(made.article.json_line().as_bytes()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
        if let (Some(truth), Some(planted)) = (&mut truth, made.planted) {
            writeln!(truth, "{}\t{}\t{}", planted.kind.name(), name(planted.original), name(planted.copy))?;
        }
    }
    if let Some(mut truth) = truth {
        truth.flush()?;
    }
    Ok(out.flush()?)
}
