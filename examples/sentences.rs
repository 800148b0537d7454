//! Scores the sentence splitter against treebanks, beside plain UAX #29.
//!
//! `cargo run --release --example sentences -- ud.jsonl [-v TREEBANK]` reads one JSON object a line,
//! `{"treebank": "English-EWT", "sentences": ["…", "…"]}`, joins the sentences of a document (of ten
//! documents, where each holds one) with a space, or with nothing where the language writes none, and
//! compares the cuts inside the text with the treebank's.
#![allow(clippy::print_stdout)]

use std::{collections::BTreeMap, error::Error, fs};

use twicetold::{Span, segment};
use unicode_segmentation::UnicodeSegmentation;

/// Cuts counted over all texts of one treebank.
#[derive(Clone, Copy, Default)]
struct Score {
    right: usize,
    made: usize,
    due: usize,
}

impl Score {
    fn add(&mut self, made: &[usize], due: &[usize]) {
        self.right += made.iter().filter(|at| due.binary_search(at).is_ok()).count();
        self.made += made.len();
        self.due += due.len();
    }

    fn row(self) -> String {
        let share = |n: usize, of: usize| n as f64 / of.max(1) as f64;
        let (p, r) = (share(self.right, self.made), share(self.right, self.due));
        format!("{p:.4} {r:.4} {:.4}", share(2 * self.right, self.made + self.due))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.first().ok_or("usage: sentences UD.jsonl [-v TREEBANK]")?;
    let verbose = arguments.iter().position(|a| a == "-v").and_then(|i| arguments.get(i + 1));

    let mut documents: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for line in fs::read_to_string(path)?.lines() {
        let mut row: serde_json::Value = serde_json::from_str(line)?;
        let treebank = row["treebank"].as_str().unwrap_or("").to_owned();
        let sentences: Vec<String> = serde_json::from_value(row["sentences"].take())?;
        documents.entry(treebank).or_default().push(sentences);
    }

    println!("{:<14} {:>9}   {:<20}   {:<20}", "treebank", "sentences", "UAX29 P R F1", "ours P R F1");
    for (treebank, documents) in &documents {
        let single = documents.iter().all(|d| d.len() == 1);
        let texts: Vec<Vec<String>> =
            if single { documents.chunks(10).map(<[_]>::concat).collect() } else { documents.clone() };
        let joint =
            if treebank.starts_with("Chinese") || treebank.starts_with("Japanese") { "" } else { " " };
        let (mut plain, mut ours) = (Score::default(), Score::default());
        for sentences in &texts {
            let text = sentences.join(joint);
            let mut due = Vec::new();
            let mut at = 0;
            for sentence in sentences.iter().take(sentences.len().saturating_sub(1)) {
                at += sentence.len() + joint.len();
                due.push(at);
            }
            let by_library: Vec<usize> =
                text.split_sentence_bound_indices().map(|(i, _)| i).filter(|&i| 0 < i).collect();
            let by_us: Vec<usize> = segment::sentences(&text, Span::from_range(0, text.len()), true)
                .iter()
                .map(|s| s.range().start)
                .filter(|&i| 0 < i)
                .collect();
            plain.add(&by_library, &due);
            ours.add(&by_us, &due);
            if verbose == Some(treebank) {
                show(&text, &by_us, &due);
            }
        }
        let n: usize = texts.iter().map(Vec::len).sum();
        println!("{treebank:<14} {n:>9}   {}   {}", plain.row(), ours.row());
    }
    Ok(())
}

/// Prints every cut that is wrong (`+`) or missing (`-`) with what stands around it.
fn show(text: &str, made: &[usize], due: &[usize]) {
    let print = |sign: char, at: usize| {
        let head: String = text[..at].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
        let tail: String = text[at..].chars().take(30).collect();
        println!("{sign} {head}⟦⟧{tail}");
    };
    made.iter().filter(|at| due.binary_search(at).is_err()).for_each(|&at| print('+', at));
    due.iter().filter(|at| made.binary_search(at).is_err()).for_each(|&at| print('-', at));
}
