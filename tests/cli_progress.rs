//! Progress as a program follows it: lines of JSON on stderr, and what the library tells.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Mutex,
};

use serde_json::Value;
use support::{
    corpus::{Corpus, Recipe},
    scratch,
};
use twicetold::{
    Settings,
    pipeline::{self, Progress, Run},
    source::{Input, Options},
};

fn run(folder: &Path, words: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.current_dir(folder).args(words).env_remove("CLICOLOR_FORCE");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// One stage as its lines tell it: its name, its total, and the last `done`.
type Stage = (String, Option<u64>, u64);

/// Reads the lines, and holds each to what docs/progress.md says of it.
fn stages(stderr: &[u8]) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let mut open = false;
    for line in String::from_utf8_lossy(stderr).lines().filter(|line| line.starts_with('{')) {
        assert!(line.starts_with("{\"stage\":\""), "{line}");
        let line: Value = serde_json::from_str(line).expect("one object a line");
        let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        let mut wanted = ["stage", "unit", "done", "total", "rate", "seconds", "remaining", "ended"];
        wanted.sort_unstable();
        assert_eq!(keys, wanted);
        let (name, done) = (line["stage"].as_str().unwrap(), line["done"].as_u64().unwrap());
        let (total, ended) = (line["total"].as_u64(), line["ended"].as_bool().unwrap());
        assert!(line["total"].is_null() || total.is_some_and(|total| done <= total), "{line}");
        assert!(line["unit"].is_null() == (!name.ends_with("ing") && !name.ends_with("pairs")), "{line}");
        assert!(0.0 <= line["seconds"].as_f64().unwrap(), "{line}");
        assert!(!line["rate"].is_null() || (done == 0 || line["seconds"] == 0.0), "{line}");
        assert!(line["remaining"].is_null() || 0.0 <= line["remaining"].as_f64().unwrap(), "{line}");
        if open {
            let last = stages.last_mut().unwrap();
            assert!(last.0 == name && last.1 == total && last.2 <= done, "{last:?} {line}");
            last.2 = done;
        } else {
            assert!(done == 0 && !ended, "a stage begins with nothing done: {line}");
            stages.push((name.to_owned(), total, done));
        }
        open = !ended;
    }
    assert!(!open, "the last stage has a last line");
    stages
}

fn named<'s>(stages: &'s [Stage], name: &str) -> &'s Stage {
    stages.iter().find(|stage| stage.0 == name).unwrap_or_else(|| panic!("no {name}: {stages:?}"))
}

/// A folder of files of every sort, and how many bytes lie there.
fn corpus(name: &str) -> (PathBuf, u64) {
    let folder = scratch(name);
    let corpus = Corpus::generate(&Recipe { documents: 240, derived_percent: 60, ..Recipe::default() });
    let lines: Vec<String> = corpus.articles.iter().map(support::corpus::Article::json_line).collect();
    let news = folder.join("news");
    fs::create_dir(&news).unwrap();
    fs::write(news.join("a.jsonl"), lines[..80].concat()).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(lines[80..160].concat().as_bytes()).unwrap();
    fs::write(news.join("b.jsonl.gz"), packed.finish().unwrap()).unwrap();
    let mut tar = tar::Builder::new(Vec::new());
    for (n, article) in corpus.articles[160..200].iter().enumerate() {
        let mut header = tar::Header::new_gnu();
        header.set_size(article.text.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, format!("{n}.txt"), article.text.as_bytes()).unwrap();
    }
    fs::write(news.join("c.tar"), tar.into_inner().unwrap()).unwrap();
    for (n, article) in corpus.articles[200..].iter().enumerate() {
        fs::write(news.join(format!("d{n}.txt")), &article.text).unwrap();
    }
    // What is not read counts, too; an empty file is nothing.
    fs::write(news.join("e.bin"), [0_u8; 5000]).unwrap();
    fs::write(news.join("f.jsonl"), "").unwrap();
    // The last one is passed over after a look at its first bytes.
    let report = format!("{{\"schema\": \"twicetold.report/1\"}}{}", " ".repeat(200_000));
    fs::write(news.join("g.json"), report).unwrap();
    let bytes = fs::read_dir(&news).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    (folder, bytes)
}

#[test]
fn every_stage_is_told_from_nothing_to_all() {
    let (folder, bytes) = corpus("progress-scan");
    for quiet in [&[][..], &["-q"]] {
        let output =
            run(&folder, &[&["scan", "news", "--progress", "json", "-f", "json"], quiet].concat(), b"");
        assert_eq!(output.status.code(), Some(0));
        let stages = stages(&output.stderr);
        let names: Vec<&str> = stages.iter().map(|stage| stage.0.as_str()).collect();
        let wanted = [
            "reading",
            "document",
            "document pairs",
            "paragraph",
            "paragraph pairs",
            "sentence",
            "sentence pairs",
            "passage",
            "passage pairs",
            "families",
        ];
        assert_eq!(names, wanted);
        assert_eq!(named(&stages, "reading"), &("reading".to_owned(), Some(bytes), bytes));
        for (name, total, done) in stages.iter().filter(|stage| stage.0.ends_with("pairs")) {
            assert!(*total == Some(*done) && 0 < *done, "{name} {total:?} {done}");
        }
        // What is reported does not depend on who looks on.
        let unseen = run(&folder, &["scan", "news", "--progress", "never", "-q", "-f", "json"], b"");
        assert!(unseen.stderr.is_empty() && unseen.stdout == output.stdout);
    }
    let auto = run(&folder, &["scan", "news", "-q", "-f", "json"], b"");
    assert!(auto.stderr.is_empty(), "no bar without a terminal");
    let wholes = run(&folder, &["scan", "news", "--level", "document", "--progress", "json"], b"");
    assert_eq!(named(&stages(&wholes.stderr), "reading").2, bytes);
}

#[test]
fn standard_input_has_no_total() {
    let (folder, _) = corpus("progress-stdin");
    let input = fs::read(folder.join("news/a.jsonl")).unwrap();
    let output = run(&folder, &["scan", "-", "--level", "document", "--progress", "json"], &input);
    assert_eq!(named(&stages(&output.stderr), "reading"), &("reading".to_owned(), None, input.len() as u64));
}

#[test]
fn other_commands_tell_too() {
    let (folder, bytes) = corpus("progress-others");
    let told = |words: &[&str]| {
        let output = run(&folder, &[words, &["--progress", "json"]].concat(), b"");
        assert!(output.status.code().is_some_and(|code| code < 2 || code == 3), "{words:?}: {output:?}");
        stages(&output.stderr)
    };
    let size = |name: &str| fs::metadata(folder.join(name)).unwrap().len();
    let check = told(&["check", "news/a.jsonl", "--against", "news/b.jsonl.gz"]);
    let both = size("news/a.jsonl") + size("news/b.jsonl.gz");
    assert_eq!(named(&check, "reading"), &("reading".to_owned(), Some(both), both));
    assert_eq!(named(&check, "looking up").1, None);
    let add = told(&["index", "create", "seen.tta", "news"]);
    assert_eq!(named(&add, "adding"), &("adding".to_owned(), Some(bytes), bytes));
    let estimate = told(&["estimate", "news", "-n", "50"]);
    assert_eq!(named(&estimate, "reading").2, bytes);
    fs::write(folder.join("pairs.tsv"), "news/d1.txt\tnews/d2.txt\nnews/d3.txt\tnews/d4.txt\n").unwrap();
    assert_eq!(told(&["compare", "--pairs", "pairs.tsv"]), [("comparing".to_owned(), Some(2), 2)]);
}

/// Notes all that is told, under the name of the stage.
#[derive(Default)]
struct Notes(Mutex<Vec<(&'static str, Option<u64>, u64)>>);

impl Progress for Notes {
    fn stage(&self, name: &'static str, total: Option<u64>) {
        self.0.lock().unwrap().push((name, total, 0));
    }
    fn advance(&self, n: u64) {
        self.0.lock().unwrap().last_mut().expect("a stage has begun").2 += n;
    }
    fn done(&self) {}
}

#[test]
fn totals_are_reached_and_threads_do_not_change_what_is_told() {
    let (folder, _) = corpus("progress-library");
    let told = |threads, settings: &[(&str, &str)]| {
        let plan = Settings::from_layers(settings.iter().copied()).unwrap().plan().unwrap();
        let notes = Notes::default();
        let run = Run { threads, progress: &notes, ..Run::default() };
        pipeline::scan(vec![Input::Path(folder.join("news"))], &Options::default(), &plan, &run).unwrap();
        notes.0.into_inner().unwrap()
    };
    for settings in
        [&[][..], &[("level", "document")], &[("threshold", "sentence=0.5"), ("level", "sentence,passage")]]
    {
        let one = told(1, settings);
        assert_eq!(told(3, settings), one);
        for (name, total, done) in one {
            assert!(total.is_none_or(|total| total == done), "{name}: {done} of {total:?}");
        }
    }
}
