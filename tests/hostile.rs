//! Inputs made to be slow, or to break what reports promise: the answer stays whole, or says what is missing.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{collections::BTreeSet, fs, process::Command};

use proptest::prelude::*;
use serde_json::Value;
use twicetold::{
    Document, Settings,
    pipeline::{Run, scan_documents},
    report::{Format, Style, render},
};

fn scanned(texts: &[String], threads: usize) -> Vec<u8> {
    let document = |(n, text): (usize, &String)| Document {
        name: n.to_string(),
        path: n.to_string(),
        text: text.clone(),
        ..Document::default()
    };
    let documents = texts.iter().enumerate().map(document).collect();
    let plan = Settings::default().plan().unwrap();
    let findings = scan_documents(documents, &plan, &Run { threads, ..Run::default() }).unwrap();
    let mut out = Vec::new();
    render(&findings, Format::Json, &Style::default(), &mut out).unwrap();
    out
}

fn report(texts: &[String]) -> Value {
    serde_json::from_slice(&scanned(texts, 2)).unwrap()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// What every report promises of its own numbers.
fn check(texts: &[String], report: &Value) {
    let families = list(&report["families"]);
    let mut documents = BTreeSet::new();
    let mut n_occurrences = 0;
    let mut order = Vec::new();
    for family in families {
        let places = list(&family["occurrences"]);
        let keeper = &places[number(&family["keeper"])];
        assert!(2 <= places.len());
        assert_eq!(keeper["similarity"], 1.0);
        assert_eq!(keeper["words"], family["words"]);
        let lowest = places.iter().map(|place| place["similarity"].as_f64().unwrap()).fold(1.0, f64::min);
        assert_eq!(family["similarity"].as_f64(), Some(lowest));
        assert!(family["kind"] != "exact" || 1.0 <= lowest);
        let mut before = (0, 0, 0);
        for place in places {
            let document = number(&place["document"]);
            let span = number(&place["start"])..number(&place["end"]);
            assert!(before < (document, span.start, span.end), "places ascend");
            before = (document, span.start, span.end);
            assert_eq!(place["text"].as_str(), texts[document].get(span.clone()));
            assert!(place["shared_words"].as_u64() <= place["words"].as_u64());
            let line = texts[document][..span.start].matches('\n').count() + 1;
            assert_eq!(number(&place["line"]), line);
            documents.insert(document);
        }
        n_occurrences += places.len();
        let redundant = number(&family["words"]) * (places.len() - 1);
        order.push((std::cmp::Reverse(redundant), family["fingerprint"].as_str().unwrap().to_owned()));
    }
    assert!(order.is_sorted());
    let summary = &report["summary"];
    assert_eq!(number(&summary["families"]), families.len());
    assert_eq!(number(&summary["occurrences"]), n_occurrences);
    assert_eq!(number(&summary["problems"]), list(&report["problems"]).len());
    let levels = summary["families_by_level"].as_object().unwrap();
    for (level, n) in levels {
        assert_eq!(number(n), families.iter().filter(|family| family["level"] == **level).count());
    }
    let listed: Vec<usize> =
        list(&report["documents"]).iter().map(|document| number(&document["id"])).collect();
    assert_eq!(listed, documents.into_iter().collect::<Vec<_>>());
    let bytes: usize = texts.iter().map(String::len).sum();
    assert_eq!(number(&summary["bytes"]), bytes);
}

/// Words of few letters and sentences of few words, so that everything repeats everywhere.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec("[ab]{1,2}", 1..40).prop_map(|words| words.join(" ")),
        3 => (0_u32..6, 8_u32..30).prop_map(|(kind, n)| {
            (0..n).map(|i| format!("w{kind}x{i} ")).collect::<String>()
        }),
        1 => Just("\n\n".to_owned()),
        1 => Just(". The ".to_owned()),
        1 => "[.!?\"'(“”…\\u{200B}\\u{202E}\\u{0301}東京ก]{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn reports_keep_their_promises_on_text_that_repeats_everywhere(
        texts in prop::collection::vec(prop::collection::vec(piece(), 0..25).prop_map(|pieces| pieces.join(" ")), 1..8),
    ) {
        let one = scanned(&texts, 1);
        check(&texts, &serde_json::from_slice(&one).unwrap());
        prop_assert!(one == scanned(&texts, 3), "threads change the report");
    }
}

#[test]
fn a_comb_of_chance_matches_is_no_finding() {
    // Four equal words, six strange ones, three thousand times: as many cuts as blocks.
    let comb = |side: &str| -> String {
        (0..3000_u32)
            .map(|i| {
                let strange: String = (0..6).map(|j| format!("{side}{i}q{j} ")).collect();
                format!("k{i}a k{i}b k{i}c k{i}d {strange}")
            })
            .collect()
    };
    let texts = [comb("l"), comb("r")];
    let report = report(&texts);
    check(&texts, &report);
    assert_eq!(list(&report["families"]).len(), 0);
    assert_eq!(list(&report["problems"]).len(), 0);
}

#[test]
fn thousands_of_copies_in_one_document_are_one_family() {
    let paragraph = "The ferry to the outer islands will not sail before the ice has gone from the strait. \
                     Passengers who hold a ticket may travel by the mail plane instead.";
    let texts = [vec![paragraph; 4000].join("\n\n")];
    let report = report(&texts);
    check(&texts, &report);
    let families = list(&report["families"]);
    assert_eq!(families.len(), 1);
    assert_eq!(list(&families[0]["occurrences"]).len(), 4000);
}

#[test]
fn a_megabyte_of_abbreviations_is_read_to_its_end() {
    // Every full stop is looked at, and none of them ends anything.
    let texts = ["Mr. ".repeat(250_000), "Mr. ".repeat(250_000)];
    let report = report(&texts);
    check(&texts, &report);
    assert!(list(&report["families"]).iter().any(|family| family["level"] == "document"));
}

#[test]
fn a_csv_report_in_the_folder_is_not_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let sentence = "The harbour master closed the outer basin at noon because of the heavy swell.";
    fs::write(folder.path().join("a.txt"), format!("{sentence}\n\n{sentence}\n")).unwrap();
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
        command.current_dir(folder.path()).args(words).output().unwrap()
    };
    assert!(run(&["scan", ".", "-f", "csv=report.csv"]).status.success());
    let second: Value = serde_json::from_slice(&run(&["scan", ".", "-f", "json"]).stdout).unwrap();
    assert_eq!(second["summary"]["documents"], 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_over_the_limit_on_files_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let sentence = "The harbour master closed the outer basin at noon because of the heavy swell. ";
    fs::write(folder.path().join("a.txt"), sentence.repeat(200)).unwrap();
    let script = format!("ulimit -f 1; exec '{}' scan a.txt -f json=r.json", env!("CARGO_BIN_EXE_twicetold"));
    let output = Command::new("sh").current_dir(folder.path()).args(["-c", &script]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
