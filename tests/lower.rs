//! Paragraphs and sentences keep to a limit of memory, alone and with the other levels: a report is the same bytes for any.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{fs, path::Path};

use proptest::prelude::*;
use support::{
    corpus::{Corpus, Recipe},
    scratch,
};
use twicetold::{
    Document, Settings,
    pipeline::{Run, scan, scan_documents},
    report::{Findings, Format, Style, render},
    settings::Plan,
    source::{Input, Options},
};

fn plan(settings: &[(&str, &str)]) -> Plan {
    Settings::from_layers(settings.iter().copied()).unwrap().plan().unwrap()
}

fn bytes(findings: &Findings) -> Vec<u8> {
    let mut all = Vec::new();
    for format in [Format::Json, Format::Human, Format::Pairs] {
        render(findings, format, &Style::default(), &mut all).unwrap();
    }
    all
}

/// The articles of a recipe as JSON lines, every third with a date, of which some cannot be read.
fn lines(recipe: &Recipe) -> String {
    let articles = Corpus::generate(recipe).articles;
    let line = |(n, article): (usize, support::corpus::Article)| {
        let date = ["2024-05-01", "no day", ""][n % 3].to_owned() + if n % 2 == 0 { "" } else { " " };
        serde_json::json!({ "id": article.name, "text": article.text, "date": date }).to_string() + "\n"
    };
    articles.into_iter().enumerate().map(line).collect()
}

fn within(memory: u64, threads: usize, path: &Path, plan: &Plan) -> Findings {
    let run = Run { threads, memory, ..Run::default() };
    scan(vec![Input::Path(path.to_owned())], &Options::default(), plan, &run).unwrap()
}

const LEVELS: [&str; 6] = [
    "paragraph",
    "sentence",
    "paragraph,sentence",
    "document,sentence",
    "document,passage",
    "document,paragraph,sentence,passage",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_report_is_the_same_in_whatever_memory(
        seed in any::<u64>(), documents in 20_usize..70, derived_percent in 20_usize..80, boilerplate_percent in 0_usize..40,
        // Few words make crowds of sentences that are alike.
        vocabulary in prop_oneof![40_usize..400, Just(20_000_usize)],
        levels in 0..LEVELS.len(), keep in 0_usize..3, threshold in 0_usize..3, some in 2_u64..300,
    ) {
        let recipe = Recipe { seed, documents, derived_percent, boilerplate_percent, vocabulary, ..Recipe::default() };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("corpus.jsonl");
        fs::write(&file, lines(&recipe)).unwrap();
        // Below 0.7 by signatures, else by the exact join.
        let threshold = ["0.8", "0.5", "0.95"][threshold];
        let plan = plan(&[
            ("level", LEVELS[levels]),
            ("keep", ["first", "oldest", "longest"][keep]),
            ("threshold", &format!("paragraph={threshold},sentence={threshold}")),
        ]);
        let expected = bytes(&within(0, 2, &file, &plan));
        for (memory, threads) in [(1, 2), (some << 10, 1), (1 << 40, 3)] {
            let findings = within(memory, threads, &file, &plan);
            prop_assert!(memory != 1 || findings.documents.is_empty() || findings.documents.is_filed());
            prop_assert!(bytes(&findings) == expected, "{memory} bytes of memory give another report");
        }
    }
}

#[test]
fn a_corpus_with_findings_of_every_level_and_kind_is_the_same_in_files() {
    let folder = scratch("lower");
    let recipe = Recipe { documents: 300, derived_percent: 50, boilerplate_percent: 10, ..Recipe::default() };
    let file = folder.join("corpus.jsonl");
    fs::write(&file, lines(&recipe)).unwrap();
    for (settings, least) in [(&[][..], 4), (&[("threshold", "paragraph=0.6,sentence=0.6")][..], 4)] {
        let plan = plan(settings);
        let at_hand = within(0, 2, &file, &plan);
        let levels: std::collections::BTreeSet<_> =
            at_hand.families.iter().map(|family| (family.level.name(), family.kind.name())).collect();
        assert!(least < levels.len(), "{levels:?}");
        assert!(50 < at_hand.pairs.len() && !at_hand.documents.is_filed());
        let expected = bytes(&at_hand);
        for memory in [1, 200_000, 2_000_000] {
            let filed = within(memory, 2, &file, &plan);
            assert!(filed.documents.is_filed() || 200_000 < memory);
            assert!(bytes(&filed) == expected, "{settings:?} in {memory} bytes");
        }
    }
}

#[test]
fn documents_at_hand_are_let_go_as_well() {
    let articles =
        Corpus::generate(&Recipe { documents: 60, derived_percent: 50, ..Recipe::default() }).articles;
    let documents: Vec<Document> = articles
        .into_iter()
        .map(|article| Document { name: article.name, text: article.text, ..Document::default() })
        .collect();
    let plan = plan(&[("level", "paragraph,sentence")]);
    let found = |memory, temp_dir| {
        let run = Run { memory, temp_dir, ..Run::default() };
        scan_documents(documents.clone(), &plan, &run)
    };
    let expected = bytes(&found(0, None).unwrap());
    assert!(1000 < expected.len());
    assert!(bytes(&found(1, None).unwrap()) == expected);
    let gone = scratch("lower-gone").join("gone");
    let error = found(1, Some(&gone)).unwrap_err().to_string();
    assert!(error.contains("gone"), "{error}");
}
