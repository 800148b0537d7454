//! `twicetold estimate`: what it counts is held against brute force, what it promises against what is found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use support::{
    corpus::{Corpus, Recipe},
    scratch,
};
use twicetold::{
    Level, Settings,
    pipeline::{self, Run},
    segment,
    settings::Ratio,
    source::{Input, Options},
    words,
};

fn run(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command
        .current_dir(folder)
        .args(words)
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn out(folder: &Path, words: &[&str]) -> String {
    let output = run(folder, words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// An estimate without what was measured.
fn estimate(folder: &Path, words: &[&str]) -> Value {
    let text = out(folder, &[&["estimate", "-f", "json"], words].concat());
    let mut whole: Value = serde_json::from_str(&text).unwrap();
    for key in ["measured", "seconds"] {
        whole["run"].as_object_mut().unwrap().remove(key).expect("a part of it");
    }
    whole
}

fn corpus(name: &str, documents: usize) -> (std::path::PathBuf, Corpus) {
    let folder = scratch(name);
    let corpus = Corpus::generate(&Recipe { documents, derived_percent: 60, ..Recipe::default() });
    fs::write(folder.join("all.jsonl"), corpus.jsonl()).unwrap();
    (folder, corpus)
}

/// All pairs of different texts of a level, by brute force: shared shingles and all shingles of both.
fn pairs(corpus: &Corpus, level: Level) -> (usize, Vec<(u64, u64)>) {
    let mut texts: BTreeSet<Vec<String>> = BTreeSet::new();
    let mut units = 0;
    for article in &corpus.articles {
        let document = twicetold::Document { text: article.text.clone(), ..Default::default() };
        let cut = segment::segment(&document);
        let spans = match level {
            Level::Document => vec![twicetold::Span::from_range(0, article.text.len())],
            Level::Paragraph => cut.paragraphs,
            _ => cut.sentences,
        };
        for span in spans {
            let words: Vec<String> =
                words::normalised(span.of(&article.text), &[]).into_iter().map(|(word, _)| word).collect();
            if level == Level::Document || 6 <= words.len() {
                units += 1;
                texts.insert(words);
            }
        }
    }
    let sets: Vec<BTreeSet<&[String]>> =
        texts.iter().map(|words| words.windows(3.min(words.len())).collect()).collect();
    let mut holders: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    let mut shared: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for (n, set) in sets.iter().enumerate() {
        for shingle in set {
            let held = holders.entry(*shingle).or_default();
            for other in held.iter() {
                *shared.entry((*other, n)).or_default() += 1;
            }
            held.push(n);
        }
    }
    let union = |(a, b): (usize, usize), shared: u64| (sets[a].len() + sets[b].len()) as u64 - shared;
    (units - texts.len(), shared.into_iter().map(|(pair, n)| (n, union(pair, n))).collect())
}

#[test]
fn pairs_are_those_that_brute_force_counts() {
    let (folder, corpus) = corpus("estimate-counts", 250);
    let schema: Value = serde_json::from_str(&out(&folder, &["schema", "estimate"])).unwrap();
    for settings in [&[][..], &["--threshold", "document=0.6,paragraph=0.55,sentence=0.33"]] {
        let whole = estimate(&folder, &[&["all.jsonl"], settings].concat());
        assert_eq!(
            (whole["sample"]["documents"].as_u64(), whole["sample"]["share"].as_f64()),
            (Some(250), Some(1.0))
        );
        for level in [Level::Document, Level::Paragraph, Level::Sentence] {
            let levels = whole["levels"].as_array().unwrap();
            let told = levels.iter().find(|told| told["level"] == level.name()).unwrap();
            let (copies, pairs) = pairs(&corpus, level);
            let repeat = told["units"].as_u64().unwrap() - told["distinct"].as_u64().unwrap();
            assert_eq!(repeat, copies as u64, "{level}");
            assert_eq!(told["at_least"], false);
            let at_least = |share: f64| {
                let ratio = Ratio::parse(&format!("{share:.2}")).unwrap();
                pairs.iter().filter(|(part, whole)| ratio.met_by(*part, *whole)).count() as u64
            };
            let mut some = 0;
            for bin in told["bins"].as_array().unwrap() {
                let above = if bin["to"] == 1.0 { 0 } else { at_least(bin["to"].as_f64().unwrap()) };
                let expected = at_least(bin["from"].as_f64().unwrap()) - above;
                assert_eq!(bin["pairs"], expected, "{level} {bin}");
                assert!(bin["found"].as_u64().unwrap() <= expected, "{level} {bin}");
                assert!(
                    bin["expected"].as_f64().is_none_or(|n| 0.0 <= n && n <= expected as f64 + 1e-6),
                    "{level} {bin}"
                );
                some += expected;
            }
            assert!(5 < some, "{level}: {some}");
            for tried in told["thresholds"].as_array().unwrap().iter().chain([&told["in_force"]]) {
                assert_eq!(tried["pairs"], at_least(tried["threshold"].as_f64().unwrap()), "{level} {tried}");
            }
            // At least as many as the chance says, but for four standard errors; of an exact join all.
            let number = |value: &Value| value.as_f64().unwrap();
            let (expected, all) = (number(&told["in_force"]["expected"]), number(&told["in_force"]["pairs"]));
            let found = number(&told["found"]);
            assert!(
                expected - 4.0 * (all - expected).max(0.0).sqrt() - 1e-6 <= found && found <= all,
                "{level} {told}"
            );
        }
        let mut whole = whole;
        whole["run"]["seconds"] = serde_json::json!({"low": 0.1, "high": 0.2});
        whole["run"]["measured"] = serde_json::json!({"reading_seconds": 0.1, "scan_seconds": 0.2});
        let wrong: Vec<String> =
            jsonschema::validator_for(&schema).unwrap().iter_errors(&whole).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

#[test]
fn found_pairs_are_those_a_scan_reports() {
    let (folder, _) = corpus("estimate-scan", 300);
    // Few lanes miss many pairs.
    for settings in [&[][..], &["--lanes", "2", "--threshold", "document=0.5,paragraph=0.5,sentence=0.6"]] {
        let whole = estimate(&folder, &[&["all.jsonl"], settings].concat());
        let pairs = out(&folder, &[&["scan", "all.jsonl", "-f", "pairs"], settings].concat());
        for told in whole["levels"].as_array().unwrap() {
            let of_level = format!("{}\t", told["level"].as_str().unwrap());
            // Pairs of the same words are printed as 1.0, others never.
            let is_similar = |line: &&str| line.starts_with(&of_level) && !line.ends_with("\t1.0");
            let similar = pairs.lines().filter(is_similar).count() as u64;
            assert_eq!(told["found"], similar, "{told}");
            let all = told["in_force"]["pairs"].as_u64().unwrap();
            assert!(0 < similar && (settings.is_empty() || similar < all), "{told}");
            let threshold = told["in_force"]["threshold"].as_f64().unwrap();
            let above = told["bins"].as_array().unwrap().iter();
            let above = above.filter(|bin| threshold <= bin["from"].as_f64().unwrap());
            assert_eq!(above.map(|bin| bin["found"].as_u64().unwrap()).sum::<u64>(), similar, "{told}");
            let expected = told["in_force"]["expected"].as_f64().unwrap();
            assert!(settings.is_empty() || expected < 0.98 * all as f64, "{told}");
        }
    }
}

#[test]
fn a_part_is_the_same_documents_every_time_and_says_what_it_is() {
    let (folder, _) = corpus("estimate-part", 400);
    let inputs = || vec![Input::Path(folder.join("all.jsonl"))];
    let subset = |most, threads| {
        let run = Run { threads, ..Run::default() };
        pipeline::subset(inputs(), &Options::default(), most, &run).unwrap()
    };
    let names = |most, threads| -> Vec<String> {
        subset(most, threads).documents.into_iter().map(|document| document.name).collect()
    };
    let some = names(60, 1);
    assert_eq!(some.len(), 60);
    assert_eq!(names(60, 3), some);
    let more = names(150, 2);
    assert!(some.iter().all(|name| more.contains(name)), "more hold fewer");
    let all = subset(400, 2);
    assert_eq!((all.documents.len(), all.totals.documents), (400, 400));
    assert_eq!(subset(7, 2).totals, all.totals);
    assert!(all.documents.iter().map(|document| document.record.unwrap()).is_sorted(), "in input order");

    let part = estimate(&folder, &["all.jsonl", "-n", "100", "--level", "document"]);
    assert_eq!(part["sample"]["documents"], 100);
    assert_eq!(
        (part["sample"]["share"].as_f64(), part["sample"]["share_of_pairs"].as_f64()),
        (Some(0.25), Some(0.0625))
    );
    assert_eq!(part, estimate(&folder, &["all.jsonl", "-n", "100", "--level", "document", "-j", "1"]));
    let text = out(&folder, &["estimate", "all.jsonl", "-n", "100"]);
    assert!(
        text.starts_with(
            "100 of 400 documents were looked at, a share of 0.2500: about 0.062500 of the pairs"
        ),
        "{text}"
    );
    for said in [
        "\nsentence: ",
        "an exact join",
        "(in force)",
        "counted for nothing",
        "estimate of a whole scan (document, paragraph, sentence, passage)",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

#[test]
fn nothing_and_wrong_words_are_told() {
    let folder = scratch("estimate-wrong");
    fs::write(folder.join("empty.jsonl"), "").unwrap();
    let whole = estimate(&folder, &["empty.jsonl"]);
    assert_eq!(
        (whole["corpus"]["documents"].as_u64(), whole["levels"][0]["recall"].as_f64()),
        (Some(0), None)
    );
    for (words, said) in [
        (&["estimate", "missing"][..], "no such file or folder"),
        (&["estimate", "empty.jsonl", "-f", "csv"], "`csv` is no format of this"),
        (&["estimate", "empty.jsonl", "-n", "0"], "0"),
        (&["estimate", "empty.jsonl", "--level", "passage"], "passages have no pairs of units"),
    ] {
        let output = run(&folder, words);
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {err}");
        assert!(err.contains(said) && output.stdout.is_empty(), "{words:?}: {err}");
    }
    let settings = Settings::from_layers([("level", "document")]).unwrap();
    let none = pipeline::estimate(&[], &settings.plan().unwrap(), &Run::default()).unwrap();
    assert_eq!((none.levels.len(), none.levels[0].planned.pairs), (1, 0));
}
