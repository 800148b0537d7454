//! Documents compared as wholes are let go and read again: the findings are those of documents that are held.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{fs, path::Path};

use support::{
    corpus::{Article, Corpus, Recipe},
    scratch,
};
use twicetold::{
    Document, Settings,
    pipeline::{Run, scan, scan_documents},
    report::{Findings, Format, Style, render},
    source::{Input, Options},
};

/// Articles of all lengths, with headlines of a few words among them that stand in longer ones.
fn articles() -> Vec<Article> {
    let mut articles = Corpus::generate(&Recipe { documents: 400, ..Recipe::default() }).articles;
    for n in (0..articles.len()).step_by(9) {
        let words: Vec<&str> = articles[n].text.split_whitespace().collect();
        let some = words.iter().skip(n % 40).take(14 + n % 50).copied().collect::<Vec<_>>().join(" ");
        articles.push(Article { name: format!("short-{n}"), text: some });
    }
    articles
}

/// What is said of each document by its name, whatever file it came from.
fn said(findings: &Findings) -> String {
    let place = |document: twicetold::DocId| findings.documents.get(document).unwrap().name.clone();
    let families = findings.families.iter().map(|family| {
        let places = family.occurrences.iter().map(|o| {
            let document = findings.documents.get(o.document).unwrap();
            let text = o.span.of(&document.text);
            format!("\n  {} {:?} {} {} {}", place(o.document), o.score, o.same, o.shared_words, text.len())
        });
        format!(
            "{:?} {:?} {:?} {}{}",
            family.level,
            family.kind,
            family.fingerprint,
            family.keeper,
            places.collect::<String>()
        )
    });
    let pairs = findings
        .pairs
        .iter()
        .map(|pair| format!("{} {} {:?}", place(pair.left.0), place(pair.right.0), pair.score));
    let all: Vec<String> = families.chain(pairs).collect();
    format!("{:?} {}\n{}", findings.totals, findings.duplicated_words(), all.join("\n"))
}

fn whole(keep: &str, threads: usize, path: &Path) -> Findings {
    within(0, keep, threads, path)
}

/// The same in so many bytes of memory; none of them is left for what can leave it, if it is one.
fn within(memory: u64, keep: &str, threads: usize, path: &Path) -> Findings {
    let plan = Settings::from_layers([("level", "document"), ("keep", keep)]).unwrap().plan().unwrap();
    let run = Run { threads, memory, ..Run::default() };
    scan(vec![Input::Path(path.to_owned())], &Options::default(), &plan, &run).unwrap()
}

#[test]
fn documents_that_are_read_again_are_found_like_those_at_hand() {
    let folder = scratch("wholes");
    let articles = articles();
    let lines: String = articles.iter().map(Article::json_line).collect();
    fs::write(folder.join("all.jsonl"), &lines).unwrap();
    let row = |article: &Article| format!("{},\"{}\"\n", article.name, article.text.replace('"', "\"\""));
    let table = "id,text\n".to_owned() + &articles.iter().map(row).collect::<String>();
    fs::write(folder.join("all.csv"), table).unwrap();
    for keep in ["first", "longest"] {
        let plan = Settings::from_layers([("level", "document"), ("keep", keep)]).unwrap().plan().unwrap();
        let document = |article: &Article| Document {
            name: article.name.clone(),
            text: article.text.clone(),
            ..Document::default()
        };
        let documents = articles.iter().map(document).collect();
        let at_hand = scan_documents(documents, &plan, &Run::default()).unwrap();
        let kinds = at_hand
            .families
            .iter()
            .map(|family| family.kind.name())
            .collect::<std::collections::BTreeSet<_>>();
        assert_eq!(kinds.len(), 3, "exact, near and contained ones: {kinds:?}");
        assert!(at_hand.problems.is_empty());
        for file in ["all.jsonl", "all.csv"] {
            let again = whole(keep, 2, &folder.join(file));
            assert!(again.problems.is_empty(), "{:?}", again.problems);
            assert_eq!(said(&again), said(&at_hand), "{file}, keep {keep}");
            assert!(!again.documents.is_filed());
            for memory in [1, 2 << 20] {
                let filed = within(memory, keep, 2, &folder.join(file));
                assert_eq!(said(&filed), said(&at_hand), "{file}, keep {keep}, memory {memory}");
                assert!(1 < memory || filed.documents.is_filed());
            }
        }
    }
}

#[test]
fn the_document_level_is_the_same_with_and_without_the_others() {
    let folder = scratch("wholes-levels");
    let lines: String = articles().iter().map(Article::json_line).collect();
    let file = folder.join("all.jsonl");
    fs::write(&file, lines).unwrap();
    let plan = Settings::from_layers([("level", "document,sentence")]).unwrap().plan().unwrap();
    let both = scan(vec![Input::Path(file.clone())], &Options::default(), &plan, &Run::default()).unwrap();
    let alone = whole("first", 2, &file);
    let documents = |findings: &Findings| -> Vec<String> {
        let pairs = findings.pairs.iter().filter(|pair| pair.level == twicetold::Level::Document);
        pairs.map(|pair| format!("{:?}", (pair.left.0, pair.right.0, pair.score))).collect()
    };
    assert!(20 < alone.pairs.len());
    assert_eq!(documents(&both), documents(&alone));
}

#[test]
fn threads_and_memory_do_not_change_a_byte() {
    let folder = scratch("wholes-threads");
    let articles = articles();
    for (n, part) in articles.chunks(100).enumerate() {
        let lines: String = part.iter().map(Article::json_line).collect();
        fs::write(folder.join(format!("part-{n}.jsonl")), lines).unwrap();
    }
    for article in articles.iter().take(30) {
        fs::write(folder.join(format!("{}.txt", article.name)), &article.text).unwrap();
    }
    let bytes = |threads, memory| {
        let mut all = Vec::new();
        let findings = within(memory, "first", threads, &folder);
        for format in Format::ALL {
            render(&findings, format, &Style::default(), &mut all).unwrap();
        }
        all
    };
    let one = bytes(1, 0);
    assert!(10_000 < one.len());
    for (threads, memory) in [(2, 0), (3, 0), (8, 0), (1, 1), (3, 1), (8, 4 << 20)] {
        assert!(
            one == bytes(threads, memory),
            "{threads} threads in {memory} bytes give other bytes than one"
        );
    }
}

/// Writes other articles into the file once all of it was read.
struct Meddler<'p>(&'p Path);

impl twicetold::pipeline::Progress for Meddler<'_> {
    fn stage(&self, name: &'static str, _: Option<u64>) {
        if name == "document" {
            let text = fs::read_to_string(self.0).unwrap();
            fs::write(self.0, text.replace("sh", "zh")).unwrap();
        }
    }
    fn advance(&self, _: u64) {}
    fn done(&self) {}
}

#[test]
fn a_file_that_changes_underneath_is_a_problem() {
    let folder = scratch("wholes-changed");
    let file = folder.join("all.jsonl");
    fs::write(&file, articles().iter().map(Article::json_line).collect::<String>()).unwrap();
    let plan = Settings::from_layers([("level", "document")]).unwrap().plan().unwrap();
    let run = Run { threads: 2, progress: &Meddler(&file), ..Run::default() };
    let found = scan(vec![Input::Path(file.clone())], &Options::default(), &plan, &run).unwrap();
    assert!(found.families.is_empty(), "nothing is said of what was not seen twice");
    assert!(20 < found.problems.len());
    assert!(
        found.problems.iter().all(|problem| problem.kind.name() == "unreadable" && problem.record.is_some())
    );
}
