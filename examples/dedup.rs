//! Plants copies, near copies, parts and repeated sentences in generated articles, runs `twicetold dedup` on them as a user would, at document level
//! and at all levels, counts what it did against what was planted, and restores the input.
//!
//! ```text
//! cargo build --release && cargo run --release --example dedup -- 100000
//! ```
//!
//! After the number of articles may stand another seed, and after that another program than the one beside the folder of examples. What is counted, without the library, by words and shingles compared by brute force:
//!
//! * *Documents below*: taken out, though less like the keeper that the ledger names than the threshold, or less contained in it. *Keepers gone*: taken out,
//!   though the ledger names them as what stays.
//! * *Pairs missed*: two articles of one origin at or above the threshold, both still whole.
//! * *Cut wrongly*: characters of sentences that were cut out though no sentence of the same origin that stays has two thirds of their words.
//! * *Left twice*: characters of sentences of at least as many words as a sentence is reported with, that stand in the same words in another place of the same origin, and stay in both.
//!   Of those, *protected* are in articles that others went for, which are not cut.
#![allow(missing_docs, clippy::print_stdout, clippy::indexing_slicing)]

#[allow(dead_code, unreachable_pub, clippy::expect_used)]
#[path = "../tests/support/corpus.rs"]
mod corpus;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    error::Error,
    fs::{self, File},
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use corpus::{Articles, Recipe};
use twicetold::{
    Level, Settings,
    dedup::ledger::{Line, Reader, Removed},
};

/// The words of sentences that count as the same.
const SAME: (usize, usize) = (2, 3);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let documents = arguments.next().map_or(Ok(10_000), |n| n.parse())?;
    let seed = arguments.next().map_or(Ok(1), |n| n.parse())?;
    let recipe =
        Recipe { documents, seed, derived_percent: 20, ..Recipe::default() }.with_words_per_document(250);
    let folder = tempfile::tempdir()?;
    let input = folder.path().join("corpus.jsonl");
    let mut truth = Truth { texts: Vec::new(), groups: BTreeMap::new() };
    let mut out = BufWriter::new(File::create(&input)?);
    for (index, made) in Articles::new(&recipe).enumerate() {
        out.write_all(made.article.json_line().as_bytes())?;
        truth.texts.push(made.article.text);
        let origin = made.planted.map_or(index, |planted| planted.original);
        truth.groups.entry(origin).or_default().push(index);
    }
    out.into_inner()?.sync_all()?;
    println!("{documents} articles, {} of them derived", documents - truth.groups.len());
    for levels in ["document", "document,paragraph,sentence,passage"] {
        run(&truth, folder.path(), &input, levels)?;
    }
    Ok(())
}

struct Truth {
    texts: Vec<String>,
    /// The articles of each origin.
    groups: BTreeMap<usize, Vec<usize>>,
}

fn run(truth: &Truth, folder: &Path, input: &Path, levels: &str) -> Result<(), Box<dyn Error>> {
    let at = |name: &str| folder.join(name);
    let begun = Instant::now();
    let arguments = ["--isolated", "--level", levels].map(PathBuf::from);
    twicetold(
        &[&[PathBuf::from("dedup"), input.to_owned(), "-o".into(), at("clean.jsonl")], &arguments[..]]
            .concat(),
    )?;
    let seconds = begun.elapsed().as_secs_f64();
    let words = [
        "dedup".into(),
        "--restore".into(),
        at("clean.jsonl.ledger.jsonl"),
        at("clean.jsonl"),
        "-o".into(),
        at("back.jsonl"),
    ];
    twicetold(&words)?;
    let is_back = fs::read(at("back.jsonl"))? == fs::read(input)?;
    let went = Went::read(&at("clean.jsonl.ledger.jsonl"))?;
    let left = left(truth, &went, &at("clean.jsonl"))?;
    println!(
        "\n--level {levels}: {seconds:.1} s; {} documents and {} pieces out; restored: {}",
        went.whole.len(),
        went.spans.len(),
        if is_back { "cmp equal" } else { "NOT equal" }
    );
    of_documents(truth, &went)?;
    if levels != "document" {
        of_sentences(truth, &went, &left)?;
    }
    for name in ["clean.jsonl", "clean.jsonl.ledger.jsonl", "back.jsonl"] {
        fs::remove_file(at(name))?;
    }
    Ok(())
}

fn twicetold(arguments: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let own = std::env::current_exe()?;
    let program = match std::env::args().nth(3) {
        Some(program) => PathBuf::from(program),
        None => own.parent().and_then(Path::parent).ok_or("no folder")?.join("twicetold"),
    };
    let output = Command::new(&program)
        .args(arguments)
        .output()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}

/// What the ledger says.
struct Went {
    /// Article, keeper, and what the ledger says of it.
    whole: Vec<(usize, usize, Box<Removed<'static>>)>,
    spans: Vec<Removed<'static>>,
}

impl Went {
    fn read(ledger: &Path) -> Result<Self, Box<dyn Error>> {
        let mut reader = Reader::open(File::open(ledger)?)?;
        let mut went = Self { whole: Vec::new(), spans: Vec::new() };
        loop {
            match reader.next()? {
                Line::End(_) => return Ok(went),
                Line::Removed(removed) if removed.bytes().is_some_and(|bytes| bytes.ends_with(b"}\n")) => {
                    went.whole.push((
                        index(removed.document.record)?,
                        index(removed.keeper.record)?,
                        removed,
                    ));
                }
                Line::Removed(removed) => went.spans.push(*removed),
                _ => {}
            }
        }
    }
}

fn index(record: Option<u64>) -> Result<usize, Box<dyn Error>> {
    Ok(usize::try_from(record.ok_or("no record")?)? - 1)
}

/// The texts of the result, by article. What went stands in the ledger, so both are held against the input.
fn left(truth: &Truth, went: &Went, clean: &Path) -> Result<HashMap<usize, String>, Box<dyn Error>> {
    let mut left = HashMap::new();
    for line in BufReader::new(File::open(clean)?).lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        let number = record["id"].as_str().and_then(|id| id.strip_prefix("article-")).ok_or("no id")?;
        left.insert(number.parse::<usize>()?, record["text"].as_str().ok_or("no text")?.to_owned());
    }
    let mut spans: HashMap<u64, Vec<&Removed<'_>>> = HashMap::new();
    for removed in &went.spans {
        spans.entry(removed.document.record.unwrap_or(0)).or_default().push(removed);
    }
    let whole: HashSet<usize> = went.whole.iter().map(|whole| whole.0).collect();
    for (article, text) in truth.texts.iter().enumerate() {
        let mut wanted = text.clone();
        for removed in spans.remove(&(article as u64 + 1)).into_iter().flatten().rev() {
            wanted.replace_range(removed.document.start as usize..removed.document.end as usize, "");
        }
        let is_right = if whole.contains(&article) {
            !left.contains_key(&article)
        } else {
            left.get(&article) == Some(&wanted)
        };
        if !is_right {
            return Err(format!("article {article} is not what the ledger says").into());
        }
    }
    Ok(left)
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn shingles(words: &[String], n: usize) -> HashSet<&[String]> {
    if words.len() < n { HashSet::from([words]) } else { words.windows(n).collect() }
}

/// Shared shingles, those of all, and those of the smaller text.
fn alike(left: &HashSet<&[String]>, right: &HashSet<&[String]>) -> (usize, usize, usize) {
    let shared = left.intersection(right).count();
    (shared, left.len() + right.len() - shared, left.len().min(right.len()))
}

fn of_documents(truth: &Truth, went: &Went) -> Result<(), Box<dyn Error>> {
    let plan = Settings::default().plan()?;
    let unit = plan.unit(Level::Document).ok_or("no documents")?;
    let n = unit.shingle as usize;
    let reaches = |part: usize, of: usize, share: f64| share - 1e-9 <= part as f64 / of.max(1) as f64;
    let least = plan.containment_words as usize;
    let (near, within) = (unit.threshold.as_f64(), plan.containment.as_f64());
    let keepers: HashSet<usize> = went.whole.iter().map(|whole| whole.1).collect();
    let gone: HashSet<usize> = went.whole.iter().map(|whole| whole.0).collect();
    let (mut below, mut lowest) = (0, 1.0_f64);
    for (article, keeper, removed) in went.whole.iter().filter(|whole| whole.2.level == "document") {
        let (own, other) = (words(&truth.texts[*article]), words(&truth.texts[*keeper]));
        let (own, other) = (shingles(&own, n), shingles(&other, n));
        let (shared, all, _) = alike(&own, &other);
        let is_part = removed.kind == "contained";
        below += usize::from(!if is_part {
            reaches(shared, own.len(), within)
        } else {
            reaches(shared, all, near)
        });
        lowest = lowest.min(if is_part { 1.0 } else { shared as f64 / all as f64 });
    }
    let whole_keepers = went.whole.iter().filter(|whole| whole.2.level == "document").map(|whole| whole.1);
    let keepers_gone = whole_keepers.filter(|keeper| gone.contains(keeper)).collect::<HashSet<_>>().len();
    let touched: HashSet<usize> =
        went.spans.iter().filter_map(|removed| index(removed.document.record).ok()).collect();
    let (mut pairs, mut missed) = (0, Vec::new());
    for group in truth.groups.values().filter(|group| 1 < group.len()) {
        let read: Vec<Vec<String>> = group.iter().map(|article| words(&truth.texts[*article])).collect();
        let sets: Vec<_> = read.iter().map(|words| shingles(words, n)).collect();
        for (a, left) in sets.iter().enumerate() {
            for (b, right) in sets.iter().enumerate().skip(a + 1) {
                let (shared, all, smaller) = alike(left, right);
                let is_part = least <= read[a].len().min(read[b].len()) && reaches(shared, smaller, within);
                if reaches(shared, all, near) || is_part {
                    pairs += 1;
                    if [a, b].iter().all(|at| !gone.contains(&group[*at]) && !touched.contains(&group[*at])) {
                        missed.push((group[a], group[b]));
                    }
                }
            }
        }
    }
    // A part of one that others went for stays, if that other one is larger.
    let kept = missed.iter().filter(|(a, b)| keepers.contains(a) && keepers.contains(b)).count();
    println!(
        "  documents below the threshold {below} (lowest near copy {lowest:.3}), keepers gone {keepers_gone}"
    );
    println!("  pairs at or above it {pairs}, missed {} ({kept} of two keepers)", missed.len());
    Ok(())
}

/// The sentences of a text, by the marks that the corpus has.
fn sentences(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    text.split_inclusive(['.', '\n']).filter_map(move |piece| {
        let start = from;
        from += piece.len();
        (!piece.trim().is_empty()).then_some((start, piece.trim()))
    })
}

fn of_sentences(truth: &Truth, went: &Went, left: &HashMap<usize, String>) -> Result<(), Box<dyn Error>> {
    let origin: HashMap<usize, usize> = truth
        .groups
        .iter()
        .flat_map(|(origin, group)| group.iter().map(|article| (*article, *origin)))
        .collect();
    let least = Settings::default().plan()?.unit(Level::Sentence).ok_or("no sentences")?.min_words as usize;
    let staying = |origin: usize| -> Vec<(usize, Vec<String>, usize)> {
        let texts = truth.groups[&origin].iter().filter_map(|article| Some((*article, left.get(article)?)));
        texts
            .flat_map(|(article, text)| sentences(text).map(move |(_, s)| (article, words(s), s.len())))
            .collect()
    };
    let (mut cut, mut wrongly, mut elsewhere) = (0, 0, 0);
    // Every sentence that stays, for those that none of the same origin holds.
    let all: HashSet<Vec<String>> =
        left.values().flat_map(|text| sentences(text).map(|(_, s)| words(s))).collect();
    for removed in &went.spans {
        let bytes = removed.bytes().ok_or("no bytes")?;
        let text = String::from_utf8(bytes.into_owned())?.replace("\\n", "\n");
        let others = staying(origin[&index(removed.document.record)?]);
        for (_, sentence) in sentences(&text) {
            let own = words(sentence);
            cut += sentence.len();
            let holds = |other: &Vec<String>| {
                let mut left: Vec<&String> = other.iter().collect();
                let shared = own
                    .iter()
                    .filter(|word| {
                        left.iter().position(|w| w == word).map(|at| left.swap_remove(at)).is_some()
                    })
                    .count();
                own.len() * SAME.0 <= shared * SAME.1
            };
            if !others.iter().any(|(_, other, _)| holds(other)) {
                if all.contains(&own) { elsewhere += sentence.len() } else { wrongly += sentence.len() }
            }
        }
    }
    let kept: HashSet<usize> =
        went.whole.iter().filter(|whole| whole.2.level == "document").map(|whole| whole.1).collect();
    let (mut twice, mut protected) = (0, 0);
    for origin in truth.groups.keys() {
        let mut seen: HashMap<Vec<String>, usize> = HashMap::new();
        for (article, words, length) in
            staying(*origin).into_iter().filter(|(_, words, _)| least <= words.len())
        {
            match seen.get(&words) {
                None => drop(seen.insert(words, article)),
                Some(_) => {
                    twice += length;
                    protected += if kept.contains(&article) { length } else { 0 };
                }
            }
        }
    }
    println!("  characters cut {cut}, wrongly {wrongly} (and {elsewhere} that stand with another origin)");
    println!("  characters left twice {twice}, {protected} of them protected");
    Ok(())
}
