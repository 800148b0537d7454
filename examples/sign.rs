//! Signs the documents of a file, as a scan of documents does, and says what that alone took: what `benches/sign.py` holds the Python
//! module against.
//!
//! ```text
//! cargo run --release --example sign -- corpus.jsonl 2
//! ```
//!
//! Prints documents, bytes, seconds, and seconds of all cores.
#![allow(missing_docs)]

use std::{error::Error, fs, hint::black_box, path::PathBuf, time::Instant};

use rayon::prelude::*;
use twicetold::{
    Settings, shingle,
    sketch::{Params, Signer},
    source::{self, Input, Item, Options},
    words::{self, Words},
};

/// Seconds of processor time of this process; 0 where the system does not say so in Linux's way.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(12) + ticks(13)) / 100.0
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words_given = std::env::args().skip(1);
    let path: PathBuf = words_given.next().ok_or("name a file")?.into();
    let threads: usize = words_given.next().unwrap_or_default().parse().unwrap_or(0);
    let plan = Settings::default().plan()?;
    let items = source::open(vec![Input::Path(path)], &Options::default())?;
    let texts: Vec<String> = items
        .filter_map(|item| match item {
            Item::Document(document) => Some(document.text),
            Item::Problem(_) => None,
        })
        .collect();
    let signer = Signer::new(&Params { lanes: plan.lanes, seed: plan.seed })?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let (begin, before) = (Instant::now(), cpu());
    let width = plan.lanes as usize;
    let mut signatures = vec![0_u32; texts.len() * width];
    pool.install(|| {
        let pieces = signatures.par_chunks_mut(256 * width).zip(texts.par_chunks(256));
        pieces.for_each_init(
            || (Words::default(), Vec::new(), Vec::new()),
            |(words, shingles, lanes), (slots, texts)| {
                for (slot, text) in slots.chunks_mut(width).zip(texts) {
                    words::words_into(text, &[], words);
                    shingle::list_into(&words.hashes, plan.document.shingle, shingles);
                    if signer.sign_into(shingles, lanes).is_ok() {
                        slot.copy_from_slice(lanes);
                    }
                }
            },
        );
    });
    let (wall, cpu) = (begin.elapsed().as_secs_f64(), cpu() - before);
    black_box(&signatures);
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut out = std::io::stdout().lock();
    use std::io::Write as _;
    writeln!(out, "{} {bytes} {wall:.3} {cpu:.2}", texts.len())?;
    Ok(())
}
