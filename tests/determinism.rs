//! The same bytes for any number of threads, for any order of equal work, wherever the corpus lies.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::{Path, PathBuf};

use support::corpus::{Article, Corpus, Recipe};
use twicetold::{
    Document, Settings,
    pipeline::{Run, scan, scan_documents},
    report::{Findings, Format, Style, render},
    source::{Input, Options},
};

fn bytes(findings: &Findings) -> Vec<u8> {
    let mut all = Vec::new();
    for format in Format::ALL {
        render(findings, format, &Style::default(), &mut all).unwrap();
    }
    all
}

fn run(threads: usize) -> Run<'static> {
    Run { threads, ..Run::default() }
}

fn scanned(folder: &Path, threads: usize) -> Vec<u8> {
    let plan = Settings::default().plan().unwrap();
    bytes(&scan(vec![Input::Path(folder.to_path_buf())], &Options::default(), &plan, &run(threads)).unwrap())
}

#[test]
fn threads_do_not_change_a_byte_on_the_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let one = scanned(&folder, 1);
    assert!(10_000 < one.len(), "the cases give a report worth comparing");
    for threads in [2, 3, 8] {
        assert!(one == scanned(&folder, threads), "{threads} threads give other bytes than one");
    }
}

#[test]
fn threads_do_not_change_a_byte_on_a_generated_corpus() {
    let corpus = Corpus::generate(&Recipe { documents: 600, boilerplate_percent: 20, ..Recipe::default() });
    let documents = || -> Vec<Document> {
        let document = |article: &Article| Document {
            name: article.name.clone(),
            path: article.name.clone(),
            text: article.text.clone(),
            ..Document::default()
        };
        corpus.articles.iter().map(document).collect()
    };
    let plan = Settings::default().plan().unwrap();
    let scanned = |threads| bytes(&scan_documents(documents(), &plan, &run(threads)).unwrap());
    let one = scanned(1);
    for threads in [2, 3, 8] {
        assert!(one == scanned(threads), "{threads} threads give other bytes than one");
    }
}

#[test]
fn the_place_of_the_corpus_does_not_change_a_byte() {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let target = to.join(path.file_name().unwrap());
            if path.is_dir() {
                copy(&path, &target);
            } else {
                std::fs::copy(&path, &target).unwrap();
            }
        }
    }
    let plan = Settings::default().plan().unwrap();
    let json = |folder: &Path| {
        let inputs = vec![Input::Path(folder.to_path_buf())];
        let findings = scan(inputs, &Options::default(), &plan, &run(2)).unwrap();
        let mut all = Vec::new();
        // People are shown where they can open a file from here.
        for format in Format::ALL.into_iter().filter(|format| *format != Format::Human) {
            render(&findings, format, &Style::default(), &mut all).unwrap();
        }
        all
    };
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sample");
    let elsewhere = tempfile::tempdir().unwrap();
    let there = elsewhere.path().join("a").join("b");
    copy(&here, &there);
    assert!(json(&here) == json(&there));
}
