//! How much memory a search for passages takes, over generated news.
//!
//! ```text
//! cargo run --release --example spilled -- 100000           # in memory
//! cargo run --release --example spilled -- 100000 64        # in 64 MiB, what does not fit in the folder for temporary files
//! ```
//!
//! Prints the documents and words, what was found, the most memory that was ever held (Linux only) before the search
//! and after it, and the most bytes in files.
#![allow(missing_docs, clippy::print_stdout)]

#[allow(dead_code, unreachable_pub, clippy::expect_used)]
#[path = "../tests/support/corpus.rs"]
mod corpus;

use std::{error::Error, fs};

use corpus::{Articles, Recipe};
use twicetold::{
    Document, Settings,
    passage::{self, Stored, Text},
    pipeline::Article,
    spill::Space,
};

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<usize> = std::env::args().skip(1).map(|n| n.parse()).collect::<Result<_, _>>()?;
    let documents = numbers.first().copied().unwrap_or(10_000);
    let recipe = Recipe { documents, derived_percent: 10, ..Recipe::default() };
    let recipe = recipe.with_words_per_document(250);
    let made = Articles::new(&recipe).map(|made| {
        Article::new(Document { name: made.article.name, text: made.article.text, ..Document::default() })
    });
    let plan = Settings::default().plan()?.passage;
    let space = Space::new(std::env::temp_dir());
    let mut words = 0;
    let before;
    let found = if let Some(mebibytes) = numbers.get(1) {
        let mut library = Stored::new(&space);
        for article in made {
            words += article.words.hashes.len();
            library.push(&article.text())?;
        }
        library.flush()?;
        before = most_held();
        passage::find_in(&library, &plan, &space, mebibytes << 20, None)?
    } else {
        // As much of an article as the search reads.
        let held: Vec<_> = made
            .map(|article| {
                let text = article.text();
                (text.words.to_vec(), text.sentences.to_vec(), text.paragraphs.to_vec())
            })
            .collect();
        let text = |(words, sentences, paragraphs)| Text { words, sentences, paragraphs, stems: &[] };
        let texts: Vec<Text<'_>> = held
            .iter()
            .map(|(words, sentences, paragraphs)| {
                text((words.as_slice(), sentences.as_slice(), paragraphs.as_slice()))
            })
            .collect();
        words = texts.iter().map(|text| text.words.len()).sum();
        before = most_held();
        passage::find(&texts, &plan)?
    };
    println!(
        "{documents} documents, {words} words, {} pairs; memory {before} KiB before, {} KiB after; files {} KiB",
        found.pairs.len(),
        most_held(),
        space.peak() >> 10,
    );
    Ok(())
}

/// In KiB, since the process began; 0 where nobody says.
fn most_held() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|n| n.parse().ok()).unwrap_or(0)
}
