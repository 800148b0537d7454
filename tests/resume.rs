//! `--resume` and `--memory-limit` as users meet them: a killed run goes on to the same bytes, and what cannot be is refused.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::Instant,
};

use support::{
    corpus::{Corpus, Recipe},
    scratch,
};

fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.current_dir(folder).env("NO_COLOR", "1").args(words).arg("--isolated");
    command
}

fn refused(folder: &Path, words: &[&str], says: &str) {
    let Output { status, stderr, .. } = command(folder, words).output().unwrap();
    let told = String::from_utf8_lossy(&stderr).into_owned();
    assert_eq!(status.code(), Some(2), "{words:?}: {told}");
    assert!(told.contains(says), "{words:?}: {told}");
}

fn corpus(name: &str, documents: usize) -> std::path::PathBuf {
    let folder = scratch(name);
    let corpus = Corpus::generate(&Recipe { documents, derived_percent: 30, ..Recipe::default() });
    let lines: Vec<String> = corpus.articles.iter().map(support::corpus::Article::json_line).collect();
    fs::create_dir(folder.join("in")).unwrap();
    for (n, part) in lines.chunks(documents / 4).enumerate() {
        fs::write(folder.join(format!("in/{n}.jsonl")), part.concat()).unwrap();
    }
    folder
}

#[test]
fn a_killed_run_goes_on_to_the_same_bytes() {
    killed("resume-kills", 2000, "document", 8);
}

#[test]
fn a_killed_run_of_all_levels_goes_on_to_the_same_bytes() {
    killed("resume-kills-all", 800, "document,paragraph,sentence,passage", 6);
}

/// Kills runs at so many moments, and lets them go on.
fn killed(name: &str, documents: usize, level: &str, turns: u32) {
    let folder = corpus(name, documents);
    let scan = |out: &str, resume: &[&str]| {
        let out = format!("json={out}");
        let words = [&["scan", "in", "--level", level, "-q", "-f", &out][..], resume].concat();
        command(&folder, &words).stdout(Stdio::null()).spawn().unwrap()
    };
    let began = Instant::now();
    assert!(scan("alone.json", &[]).wait().unwrap().success());
    let whole = began.elapsed();
    let expected = fs::read(folder.join("alone.json")).unwrap();
    let mut kills = 0;
    for turn in 0..turns {
        let work = format!("work-{turn}");
        let resume = ["--resume", work.as_str()];
        let mut run = scan("resumed.json", &resume);
        // When it is killed decides what is left, never what comes out.
        sleep(whole * (turn + 1) / (turns + 1));
        run.kill().unwrap();
        kills += u32::from(!run.wait().unwrap().success());
        let work = folder.join(&work);
        if !folder.join("resumed.json").exists() {
            assert!(scan("resumed.json", &resume).wait().unwrap().success());
        }
        assert!(fs::read(folder.join("resumed.json")).unwrap() == expected, "turn {turn}");
        fs::remove_file(folder.join("resumed.json")).unwrap();
        // Killed behind the report and before the folder went: it is as good for another run.
        if work.exists() {
            assert!(scan("resumed.json", &resume).wait().unwrap().success());
            assert!(fs::read(folder.join("resumed.json")).unwrap() == expected, "turn {turn}");
            fs::remove_file(folder.join("resumed.json")).unwrap();
        }
        assert!(!work.exists());
    }
    assert!(0 < kills, "no run was there long enough");
}

#[test]
fn what_was_taken_out_is_the_same_in_little_memory_and_by_a_run_that_goes_on() {
    let folder = corpus("resume-dedup", 600);
    let dedup = |out: &str, more: &[&str]| {
        let words = [&["dedup", "in", "-o", out, "--ledger", "ledger.jsonl", "-q"][..], more].concat();
        let output = command(&folder, &words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let ledger = fs::read(folder.join("ledger.jsonl")).unwrap();
        fs::remove_file(folder.join("ledger.jsonl")).unwrap();
        let files = (0..4).map(|n| fs::read(folder.join(out).join(format!("{n}.jsonl"))).unwrap());
        (ledger, files.collect::<Vec<_>>(), output.stdout)
    };
    let expected = dedup("whole", &[]);
    assert!(20 < expected.0.split(|byte| *byte == b'\n').count());
    assert!(dedup("little", &["--memory-limit", "1K"]) == expected);
    assert!(dedup("going-on", &["--resume", "work", "--memory-limit", "1K"]) == expected);
    let parts = ["--level", "paragraph,sentence,passage"];
    let cut = dedup("parts", &parts);
    assert!(cut != expected);
    assert!(dedup("parts-little", &[&parts[..], &["--memory-limit", "1K"]].concat()) == cut);
    assert!(dedup("parts-going-on", &[&parts[..], &["--resume", "work"]].concat()) == cut);
    assert!(!folder.join("work").exists());
}

#[test]
fn what_cannot_be_is_refused() {
    let folder = corpus("resume-refused", 200);
    refused(&folder, &["scan", "-", "--resume", "work"], "only a run over files");
    refused(&folder, &["scan", "-", "--level", "document", "--resume", "work"], "only a run over files");
    refused(&folder, &["dedup", "in", "-o", "out", "--against", "in", "--resume", "work"], "--resume");
    refused(&folder, &["scan", "in", "--level", "document", "--resume", "in"], "not of a run");
    refused(&folder, &["scan", "in", "--resume", "in"], "not of a run");
    refused(&folder, &["check", "in", "--against", "in", "--memory-limit", "64K"], "a check holds");
    refused(&folder, &["scan", "in", "--memory-limit", "some"], "is not a size");
    let gone = ["scan", "in", "--level", "document", "--memory-limit", "1K", "--temp-dir", "gone"];
    refused(&folder, &gone, "--temp-dir");
    assert!(!folder.join("work").exists() && !folder.join("out").exists());
}
