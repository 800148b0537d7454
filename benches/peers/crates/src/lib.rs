//! What the programs share: reading the corpus, and words.

use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader},
};

/// What a program may fail with.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// One line of the corpus.
#[derive(serde::Deserialize)]
pub struct Document {
    pub id: String,
    pub text: String,
}

/// Calls `each` with every document of the file named by the first argument, in order.
pub fn documents(mut each: impl FnMut(Document) -> Outcome<()>) -> Outcome<()> {
    let path = std::env::args().nth(1).ok_or("usage: PROGRAM CORPUS.jsonl")?;
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut line = String::new();
    while file.read_line(&mut line)? != 0 {
        each(serde_json::from_str(&line)?)?;
        line.clear();
    }
    Ok(())
}

/// The words of a text in lower case: runs of letters and digits.
pub fn words(lower: &str) -> Vec<&str> {
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}
