//! gaoya: signs with 128 hashes of 32 bits, bands by its own rule, filters by the estimate. It never counts.
//!
//! Shingles are hashed as windows over the words, which is quicker than joining them to strings first.

use std::io::Write;

use gaoya::minhash::{MinHashIndex, MinHasher, MinHasher32, calculate_minhash_params};
use peers::{Outcome, documents, words};

fn main() -> Outcome<()> {
    let (bands, rows) = calculate_minhash_params(0.7, 128);
    let hasher = MinHasher32::new(128);
    let mut index: MinHashIndex<u32, u32> = MinHashIndex::new_index(bands, rows, 0.7);
    let mut names: Vec<String> = Vec::new();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    documents(|document| {
        let lower = document.text.to_lowercase();
        let signature = hasher.create_signature(words(&lower).windows(5));
        for other in index.query_owned(&signature) {
            writeln!(out, "{}\t{}", names[other as usize], document.id)?;
        }
        index.insert(u32::try_from(names.len())?, signature);
        names.push(document.id);
        Ok(())
    })?;
    out.flush()?;
    // What the index holds need not be freed one by one.
    std::process::exit(0)
}
