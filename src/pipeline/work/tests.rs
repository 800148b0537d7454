//! Runs that are stopped anywhere, and folders that are not what they were.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod levels;

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use tempfile::TempDir;

use super::*;
use crate::{
    hash::mix,
    pipeline::{Progress, Run, scan},
    report::{Findings, Format, Style, render},
    settings::Settings,
    source::{Input, Options},
};

/// A run stops at so many calls.
struct Stopper {
    left: AtomicU64,
}

impl Progress for Stopper {
    fn stage(&self, _: &'static str, _: Option<u64>) {
        self.advance(0);
    }

    fn advance(&self, _: u64) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0 {
            std::panic::resume_unwind(Box::new("stopped"));
        }
    }

    fn done(&self) {}
}

/// Records in files of several kinds, some of which cannot be read again, with copies, near copies and dates nobody can read.
fn corpus() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let words = |from: u64, n: u64| -> String {
        (from..from + n).map(|word| format!("w{} ", mix(word) % 5000)).collect()
    };
    for file in 0..4_u64 {
        let (mut lines, mut rows) = (String::new(), "id,text,date\n".to_owned());
        for n in 0..200 {
            let number = file * 200 + n;
            let from = if n % 5 == 0 { (number / 7) * 100 } else { number * 100 };
            let text = words(from, 20 + mix(number) % 60);
            lines += &format!(
                "{{\"id\":\"{number}\",\"text\":\"{text}\",\"date\":\"{}\"}}\n",
                if n % 50 == 0 { "soon" } else { "2026-01-02" }
            );
            if n % 4 == 0 {
                rows += &format!("c{number},{text},2025-0{}-01\n", 1 + n % 9);
            }
        }
        lines += "{\"no\":1}\n";
        fs::write(folder.path().join(format!("{file}.jsonl")), lines).unwrap();
        fs::write(folder.path().join(format!("{file}.csv")), rows).unwrap();
    }
    folder
}

fn plan_of(level: &str, keep: &str) -> Plan {
    Settings::from_layers([("level", level), ("keep", keep)]).unwrap().plan().unwrap()
}

fn run_at(level: &str, folder: &Path, keep: &str, run: &Run<'_>) -> Result<Findings, Error> {
    let plan = plan_of(level, keep);
    scan(vec![Input::Path(folder.to_owned())], &Options::default(), &plan, run)
}

fn run_over(folder: &Path, keep: &str, run: &Run<'_>) -> Result<Findings, Error> {
    run_at("document", folder, keep, run)
}

fn bytes(findings: &Findings) -> Vec<u8> {
    let mut out = Vec::new();
    render(findings, Format::Json, &Style::default(), &mut out).unwrap();
    render(findings, Format::Pairs, &Style::default(), &mut out).unwrap();
    out
}

/// Runs, and stops after so many calls; what it found if it came to its end before.
fn stopped_at(
    calls: u64,
    level: &str,
    corpus: &Path,
    keep: &str,
    (work, memory): (&Path, u64),
) -> Option<Vec<u8>> {
    let progress = Stopper { left: AtomicU64::new(calls) };
    let run = Run { threads: 2, progress: &progress, resume: Some(work), memory, ..Run::default() };
    // As the process would be, the run is gone in the middle of what it did.
    let end = catch_unwind(AssertUnwindSafe(|| run_at(level, corpus, keep, &run)));
    end.ok().map(|found| bytes(&found.unwrap()))
}

#[test]
fn a_run_that_was_stopped_anywhere_comes_to_the_same() {
    let corpus = corpus();
    for keep in ["first", "oldest"] {
        let alone = run_over(corpus.path(), keep, &Run::default()).unwrap();
        assert!(20 < alone.families.len() && !alone.problems.is_empty());
        let expected = bytes(&alone);
        for memory in [0, 1] {
            let mut stops = 0;
            for seed in 0..3_u64 {
                let work = tempfile::tempdir().unwrap();
                // Again and again, until it is through.
                let ends = (0..60).find_map(|turn| {
                    let calls = 1 + mix(seed * 1000 + turn) % (10 + 40 * turn);
                    let end = stopped_at(calls, "document", corpus.path(), keep, (work.path(), memory));
                    stops += u64::from(end.is_none());
                    end
                });
                assert!(
                    ends.expect("sixty turns are enough") == expected,
                    "keep {keep}, seed {seed}, memory {memory}"
                );
                forget(work.path()).unwrap();
                assert!(!work.path().exists());
            }
            assert!(6 < stops, "{stops}");
        }
    }
}

/// A folder of a run that was stopped when all candidates were known.
fn stopped(corpus: &Path) -> TempDir {
    let work = tempfile::tempdir().unwrap();
    let run = Run { resume: Some(work.path()), ..Run::default() };
    let _found = run_over(corpus, "first", &run).unwrap();
    work
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn a_damaged_folder_is_refused() {
    let corpus = corpus();
    let expected = bytes(&run_over(corpus.path(), "first", &Run::default()).unwrap());
    let work = stopped(corpus.path());
    let again = || run_over(corpus.path(), "first", &Run { resume: Some(work.path()), ..Run::default() });
    assert!(bytes(&again().unwrap()) == expected);
    let known = files(work.path());
    assert!(8 < known.len(), "{known:?}");
    for file in known.iter().filter(|file| !file.ends_with(LOCK)) {
        let whole = fs::read(file).unwrap();
        let mut turned = whole.clone();
        let at = usize::try_from(mix(whole.len() as u64)).unwrap_or(7) % whole.len();
        turned[at] ^= 16;
        for bytes in [turned, whole[..whole.len() - 1].to_vec(), Vec::new()] {
            fs::write(file, bytes).unwrap();
            let error = again().unwrap_err();
            assert!(matches!(error, Error::Work { .. }), "{file:?}: {error}");
        }
        fs::write(file, whole).unwrap();
    }
    // A shard that is not there, and one in the place of another.
    let shards: Vec<&PathBuf> = known
        .iter()
        .filter(|file| file.file_name().unwrap().to_str().unwrap().starts_with("shard"))
        .collect();
    let (first, second) = (fs::read(shards[0]).unwrap(), fs::read(shards[1]).unwrap());
    fs::remove_file(shards[1]).unwrap();
    assert!(matches!(again().unwrap_err(), Error::Work { .. }));
    fs::write(shards[1], first).unwrap();
    assert!(matches!(again().unwrap_err(), Error::Work { .. }));
    fs::write(shards[1], second).unwrap();
    assert!(bytes(&again().unwrap()) == expected);
}

#[test]
fn another_run_or_input_is_refused_and_says_so() {
    let corpus = corpus();
    let work = stopped(corpus.path());
    let again = |keep: &str, folder: &Path| {
        let run = Run { resume: Some(folder), ..Run::default() };
        run_over(corpus.path(), keep, &run).map(|found| found.families.len())
    };
    let refused = |result: Result<usize, Error>, says: &str| {
        let error = result.unwrap_err().to_string();
        assert!(error.contains(says) && error.contains("work folder"), "{error}");
    };
    refused(again("longest", work.path()), "other settings");
    refused(again("first", corpus.path()), "not of a run");
    let file = corpus.path().join("1.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("w1", "v1", 1)).unwrap();
    refused(again("first", work.path()), "the input is not what it was");
    fs::write(&file, &text).unwrap();
    let more = corpus.path().join("9.jsonl");
    fs::write(&more, "{\"id\":\"new\",\"text\":\"one more\"}\n").unwrap();
    refused(again("first", work.path()), "the input is not what it was");
    fs::remove_file(&more).unwrap();
    fs::remove_file(corpus.path().join("2.jsonl")).unwrap();
    refused(again("first", work.path()), "the input is not what it was");
    fs::write(corpus.path().join("2.jsonl"), "").unwrap();
    refused(again("first", work.path()), "the input is not what it was");
}

#[test]
fn input_that_grew_by_more_than_a_shard_is_refused_and_the_folder_stays_good() {
    let corpus = corpus();
    let work = stopped(corpus.path());
    let run = Run { resume: Some(work.path()), ..Run::default() };
    let expected = bytes(&run_over(corpus.path(), "first", &run).unwrap());
    let before = files(work.path());
    let more: String =
        (0..3000).map(|n| format!("{{\"id\":\"x{n}\",\"text\":\"one more of them {n}\"}}\n")).collect();
    fs::write(corpus.path().join("z.jsonl"), more).unwrap();
    let error = run_over(corpus.path(), "first", &run).unwrap_err();
    assert!(error.to_string().contains("the input is not what it was"), "{error}");
    fs::remove_file(corpus.path().join("z.jsonl")).unwrap();
    assert_eq!(files(work.path()), before);
    assert!(bytes(&run_over(corpus.path(), "first", &run).unwrap()) == expected);
}

/// Makes a folder as soon as something was read.
struct Mason(PathBuf);

impl Progress for Mason {
    fn stage(&self, _: &'static str, _: Option<u64>) {}

    fn advance(&self, _: u64) {
        fs::create_dir_all(&self.0).unwrap();
    }

    fn done(&self) {}
}

#[test]
fn what_follows_a_shard_that_could_not_be_written_does_not_take_its_place() {
    let corpus = corpus();
    let expected = bytes(&run_over(corpus.path(), "first", &Run::default()).unwrap());
    let work = tempfile::tempdir().unwrap();
    // Where the second shard is to be renamed to there is a folder that is not empty, until it failed.
    let wall = work.path().join(numbered(SHARDS, 1));
    let mason = Mason(wall.join("of"));
    let run = Run { threads: 1, progress: &mason, resume: Some(work.path()), ..Run::default() };
    let error = run_over(corpus.path(), "first", &run).unwrap_err();
    assert!(matches!(error, Error::Work { .. }), "{error}");
    fs::remove_dir_all(wall).unwrap();
    let run = Run { resume: Some(work.path()), ..Run::default() };
    let shards = files(work.path()).iter().filter(|file| file.to_string_lossy().contains("shard-")).count();
    assert_eq!(shards, 1, "no shard may follow the lost one");
    assert!(bytes(&run_over(corpus.path(), "first", &run).unwrap()) == expected);
}

#[test]
fn candidates_of_nothing_that_was_read_are_refused() {
    let corpus = corpus();
    let work = stopped(corpus.path());
    fs::remove_file(work.path().join(READ)).unwrap();
    let run = Run { resume: Some(work.path()), ..Run::default() };
    assert!(matches!(run_over(corpus.path(), "first", &run).unwrap_err(), Error::Work { .. }));
}

#[test]
fn two_runs_do_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let name = hash::fingerprint("run", "one");
    let held = Work::open(folder.path(), &name).unwrap();
    assert!(Work::open(folder.path(), &name).unwrap_err().to_string().contains("another run"));
    drop(held);
    Work::open(folder.path(), &name).unwrap();
}

#[test]
fn files_of_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    drop(Work::open(folder.path(), &hash::fingerprint("run", "one")).unwrap());
    fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    forget(folder.path()).unwrap();
    assert_eq!(files(folder.path()), [folder.path().join("notes.txt")]);
}

#[test]
fn all_kinds_of_problems_are_known_by_name() {
    let mut names: Vec<&str> = crate::ProblemKind::ALL.iter().map(|kind| kind.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), crate::ProblemKind::ALL.len());
    // As many as have a name of their own: a new one has to be put into the list.
    let source = include_str!("../../error.rs");
    assert_eq!(source.matches("=> \"").count(), names.len());
}
