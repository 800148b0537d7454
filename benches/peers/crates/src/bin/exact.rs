//! The judge: every pair of documents at or above 0.7, counted, with nothing but an inverted index.
//!
//! Prints `same  FIRST  OTHER` for texts of the same words, and `near  LEFT  RIGHT  SHARED  UNION` for pairs of texts that
//! are the first of theirs. Words and shingles are numbered in a table, not hashed away.

use std::{collections::HashMap, io::Write};

use peers::{Outcome, documents, words};

fn number<K: std::hash::Hash + Eq>(table: &mut HashMap<K, u32>, key: K) -> Outcome<u32> {
    let next = u32::try_from(table.len())?;
    Ok(*table.entry(key).or_insert(next))
}

fn main() -> Outcome<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut vocabulary: HashMap<String, u32> = HashMap::new();
    let mut firsts: HashMap<Vec<u32>, u32> = HashMap::new();
    let mut shingles: HashMap<[u32; 5], u32> = HashMap::new();
    let mut holders: Vec<Vec<u32>> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut sizes: Vec<u32> = Vec::new();
    documents(|document| {
        let mut list = Vec::new();
        for word in words(&document.text.to_lowercase()) {
            list.push(match vocabulary.get(word) {
                Some(known) => *known,
                None => number(&mut vocabulary, word.to_owned())?,
            });
        }
        let place = u32::try_from(names.len())?;
        let first = *firsts.entry(list.clone()).or_insert(place);
        if first != place {
            writeln!(out, "same\t{}\t{}", names[first as usize], document.id)?;
            // Its shingles are those of the first.
            sizes.push(0);
            names.push(document.id);
            return Ok(());
        }
        let mut set = Vec::new();
        for window in list.windows(5) {
            let id = number(&mut shingles, [window[0], window[1], window[2], window[3], window[4]])?;
            set.push(id);
        }
        set.sort_unstable();
        set.dedup();
        holders.resize_with(shingles.len(), Vec::new);
        let mut shared: HashMap<u32, u32> = HashMap::new();
        for id in &set {
            for other in &holders[*id as usize] {
                *shared.entry(*other).or_default() += 1;
            }
            holders[*id as usize].push(place);
        }
        let size = u32::try_from(set.len())?;
        let mut found: Vec<(u32, u32)> = shared.into_iter().collect();
        found.sort_unstable();
        for (other, shared) in found {
            let union = sizes[other as usize] + size - shared;
            if 7 * union <= 10 * shared {
                writeln!(out, "near\t{}\t{}\t{shared}\t{union}", names[other as usize], document.id)?;
            }
        }
        sizes.push(size);
        names.push(document.id);
        Ok(())
    })?;
    out.flush()?;
    std::process::exit(0)
}
