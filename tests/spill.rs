//! What does not fit in memory is found as if it did, to the last number.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use proptest::prelude::*;
use support::corpus::{Corpus, Recipe};
use twicetold::{
    DocId, Document, Plan, Settings,
    family::{self, Grouped},
    passage::{self, Copies, Found, Library, Searched, Stored, Text},
    pipeline::{Article, Run, scan, scan_documents},
    report::{Format, Style, render},
    settings::{Keep, PassagePlan, PerLevel},
    source::{Input, Options},
    span::WordRange,
    spill::Space,
};

fn documents(recipe: &Recipe) -> Vec<Document> {
    let document = |article: support::corpus::Article| Document {
        name: article.name.clone(),
        path: article.name,
        text: article.text,
        ..Document::default()
    };
    Corpus::generate(recipe).articles.into_iter().map(document).collect()
}

fn articles(recipe: &Recipe) -> Vec<Article> {
    documents(recipe).into_iter().map(Article::new).collect()
}

fn plan(profile: &str, rare_documents: u32) -> Plan {
    let mut plan = Settings::from_layers([("profile", profile)]).unwrap().plan().unwrap();
    plan.passage = PassagePlan { rare_documents, rare_runs: 2, ..plan.passage };
    plan
}

/// The last documents are kept, so that order is not the numbers'.
fn rank(document: DocId, words: WordRange) -> u64 {
    u64::from(u32::MAX - document.get()) << 32 | u64::from(words.start)
}

fn in_memory(texts: &[Text<'_>], plan: &PassagePlan) -> (Found, Grouped) {
    let copies = Copies::find(texts, |document| rank(document, WordRange { start: 0, end: 0 })).unwrap();
    let searched = copies.searched(texts);
    let found = passage::find(&searched, plan).unwrap();
    let whole = copies.whole(searched.as_slice(), plan).unwrap();
    let grouped = family::passages(&found.pairs, searched.as_slice(), (&copies, &whole), plan, rank).unwrap();
    (found, grouped)
}

fn spilled(library: &Stored, plan: &PassagePlan, space: &Space, memory: usize) -> (Found, Grouped) {
    let copies = Copies::find(library, |document| rank(document, WordRange { start: 0, end: 0 })).unwrap();
    let searched = Searched { library, copies: &copies };
    let found = passage::find_in(&searched, plan, space, memory, None).unwrap();
    let whole = copies.whole(&searched, plan).unwrap();
    let grouped = family::passages(&found.pairs, &searched, (&copies, &whole), plan, rank).unwrap();
    (found, grouped)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn passages_are_the_same_in_any_memory(
        seed in 0_u64..1000, documents in 5_usize..40, boilerplate in 0_usize..60, memory in 10_000_usize..200_000,
        profile in prop_oneof![Just("news"), Just("reuse")], rare in prop_oneof![Just(0_u32), Just(3)],
    ) {
        let recipe = Recipe {
            seed, documents, derived_percent: 50, boilerplate_percent: boilerplate, ..Recipe::default()
        };
        let articles = articles(&recipe);
        let plan = plan(profile, rare).passage;
        let texts: Vec<Text<'_>> = articles.iter().map(|article| article.text_for(&plan)).collect();
        let folder = tempfile::tempdir().unwrap();
        let space = Space::new(folder.path());
        let mut library = Stored::new(&space);
        texts.iter().for_each(|text| library.push(text).unwrap());
        library.flush().unwrap();
        prop_assert_eq!(Library::len(&library), texts.len());
        let before = space.bytes();
        let (found, grouped) = spilled(&library, &plan, &space, memory);
        prop_assert!(before < space.peak(), "nothing was spilled");
        prop_assert_eq!(space.bytes(), before);
        let (expected, families) = in_memory(&texts, &plan);
        prop_assert_eq!(found, expected);
        prop_assert_eq!(grouped, families);
    }
}

#[test]
fn a_run_that_keeps_to_little_memory_reports_the_same() {
    let recipe = Recipe { documents: 80, derived_percent: 40, boilerplate_percent: 30, ..Recipe::default() };
    let plan = plan("news", 0);
    let folder = tempfile::tempdir().unwrap();
    let report = |memory: u64| {
        let run = Run { memory, temp_dir: Some(folder.path()), ..Run::default() };
        let findings = scan_documents(documents(&recipe), &plan, &run).unwrap();
        let mut bytes = Vec::new();
        render(&findings, Format::Json, &Style::default(), &mut bytes).unwrap();
        bytes
    };
    let expected = report(0);
    assert!(10_000 < expected.len());
    assert!(report(600_000) == expected, "a report with little memory differs");
    let run = Run { memory: 600_000, temp_dir: Some(&folder.path().join("gone")), ..Run::default() };
    let error = scan_documents(documents(&recipe), &plan, &run).unwrap_err().to_string();
    assert!(error.contains("gone"), "{error}");
}

#[test]
fn a_scan_for_passages_alone_lets_articles_leave_memory() {
    let folder = tempfile::tempdir().unwrap();
    let temp_dir = tempfile::tempdir().unwrap();
    let corpus = folder.path().join("corpus.jsonl");
    let recipe = Recipe { documents: 120, derived_percent: 40, boilerplate_percent: 30, ..Recipe::default() };
    // Every third has a date, of which some cannot be read.
    let line = |(n, document): (usize, Document)| {
        let date = ["2024-05-01", "no day", ""][n % 3].to_owned() + if n % 2 == 0 { "" } else { " " };
        serde_json::json!({ "id": document.name, "text": document.text, "date": date }).to_string() + "\n"
    };
    std::fs::write(&corpus, documents(&recipe).into_iter().enumerate().map(line).collect::<String>())
        .unwrap();
    for (profile, keep) in [("news", Keep::First), ("reuse", Keep::Oldest), ("verbatim", Keep::Longest)] {
        let level = PerLevel { passage: true, ..PerLevel::default() };
        let plan = Plan { level, keep, ..plan(profile, 0) };
        let report = |memory: u64| {
            let run = Run { memory, temp_dir: Some(temp_dir.path()), ..Run::default() };
            let inputs = vec![Input::Path(corpus.clone())];
            let findings = scan(inputs, &Options::default(), &plan, &run).unwrap();
            assert!(findings.documents.is_filed() == (memory != 0), "{memory}");
            let mut bytes = Vec::new();
            for format in [Format::Json, Format::Human] {
                render(&findings, format, &Style::default(), &mut bytes).unwrap();
            }
            bytes
        };
        let expected = report(0);
        assert!(10_000 < expected.len());
        assert!(report(400_000) == expected, "{profile}: a report with little memory differs");
        assert!(report(100_000) == expected, "{profile}: a report with next to none differs");
    }
}
