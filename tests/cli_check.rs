//! The gate: `check`, `baseline`, and what lets findings pass `scan`.
#![cfg(feature = "archive")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

const STORM: &str = "The harbour master closed the outer basin at noon because the swell had begun to lift \
                     the fishing boats over the lower quay.";
const BUDGET: &str = "Councillors will vote on the new cycling budget in the second week of November after a \
                      public hearing.";
const MUSEUM: &str = "A retired clockmaker has left his whole collection of ship chronometers to the small \
                      museum on the hill.";
const IMPRINT: &str =
    "Sign up for our morning letter and read what the harbour talks about before the boats leave.";

fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.current_dir(folder).args(words).stdin(Stdio::null()).env_remove("NO_COLOR");
    command.env_remove("CLICOLOR_FORCE");
    command
}

fn run(folder: &Path, words: &[&str]) -> Output {
    command(folder, words).output().unwrap()
}

fn code(folder: &Path, words: &[&str]) -> i32 {
    run(folder, words).status.code().unwrap()
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// The JSON report of a run, whatever its exit code.
fn report(folder: &Path, words: &[&str]) -> Value {
    let ran = run(folder, &[words, &["-f", "json"]].concat());
    let made: Value = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{}", err(&ran)));
    let schema =
        jsonschema::validator_for(&serde_json::from_str(twicetold::report::SCHEMA).unwrap()).unwrap();
    let faults: Vec<String> = schema.iter_errors(&made).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    made
}

/// How many findings are new, known and suppressed.
fn states(report: &Value) -> [u64; 3] {
    ["new", "known", "suppressed"].map(|state| report["summary"][state].as_u64().unwrap())
}

/// What suppressed each suppressed finding, in order.
fn suppressed_by(report: &Value) -> Vec<&str> {
    let families = report["families"].as_array().unwrap().iter();
    families.filter_map(|family| family.get("suppressed_by")).map(|by| by.as_str().unwrap()).collect()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn line(id: &str, date: &str, text: &str) -> String {
    format!("{}\n", serde_json::json!({ "id": id, "date": date, "text": text }))
}

/// Two articles that share a sentence, and one that shares nothing.
fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "in/a.txt", &format!("{STORM} {BUDGET}\n"));
    write(folder.path(), "in/b.txt", &format!("{MUSEUM} {STORM}\n"));
    write(
        folder.path(),
        "in/c.txt",
        "Nothing of this is told anywhere else in these files, not even once.\n",
    );
    folder
}

#[test]
fn every_exit_code_has_its_case() {
    let folder = corpus();
    let here = folder.path();
    assert_eq!(code(here, &["index", "create", "old.tta", "in/a.txt"]), 0);
    write(here, "bad.jsonl", "{broken\n");
    write(here, "not.tta", "this is no archive");
    for (words, wanted) in [
        (&["check", "in/c.txt"][..], 0),
        (&["check", "in/c.txt", "--index", "old.tta"], 0),
        (&["check", "in"], 1),
        (&["check", "in", "--fail-on", "none"], 0),
        (&["check", "in/b.txt"], 0),
        (&["check", "in/b.txt", "--against", "in/a.txt"], 1),
        (&["check", "in/b.txt", "--index", "old.tta"], 1),
        (&["check", "in/b.txt", "--against", "in"], 1),
        (&["check", "in/c.txt", "--against", "in"], 0),
        (&["check", "in/c.txt", "--against", "in/c.txt"], 0),
        (&["check", "in", "--fail-on", "sometimes"], 2),
        (&["check", "nowhere"], 2),
        (&["check", "in", "--baseline", "nowhere.json"], 2),
        (&["check", "bad.jsonl"], 3),
        (&["check", "in", "bad.jsonl"], 3),
        (&["check", "bad.jsonl", "--on-input-error=warn"], 0),
        (&["check", "in/c.txt", "--index", "nowhere.tta"], 4),
        (&["check", "in/c.txt", "--index", "not.tta"], 4),
        (&["check", "bad.jsonl", "--index", "nowhere.tta"], 4),
        (&["check", "in/c.txt", "--index", "old.tta", "--shingle", "document=5"], 4),
    ] {
        let ran = run(here, words);
        assert_eq!(ran.status.code(), Some(wanted), "{words:?}: {}", err(&ran));
        if wanted != 0 {
            assert!(err(&ran).contains("error: ") && err(&ran).contains("help"), "{words:?}: {}", err(&ran));
        }
    }
}

#[test]
fn a_closed_gate_says_why_in_one_line() {
    let folder = corpus();
    let why = |words: &[&str]| err(&run(folder.path(), words)).lines().next().unwrap_or("").to_owned();
    let one = why(&["check", "in"]);
    assert_eq!(one, "error: the gate is closed: 1 finding; 56.0% of b.txt is repeated");
    let share = why(&["check", "in", "--max-duplicated=20%"]);
    assert_eq!(share, "error: the gate is closed: 56.0% of b.txt is repeated, more than 20%");
    assert_eq!(why(&["check", "in", "--max-findings=1"]), "");
    assert!(why(&["-q", "scan", "in", "--fail-on=any"]).contains("the gate is closed"));
    assert!(why(&["scan", "in", "--max-findings=1"]).contains("--fail-on is none"));
}

#[test]
fn what_counts_can_be_narrowed() {
    let folder = corpus();
    for (flag, wanted) in [
        ("--max-findings=0", 1),
        ("--max-findings=1", 0),
        ("--max-duplicated=56%", 1),
        ("--max-duplicated=57%", 0),
        ("--fail-level=sentence", 1),
        ("--fail-level=document,paragraph,passage", 0),
        ("--fail-kind=exact", 1),
        ("--fail-kind=near,contained", 0),
        ("--fail-on=new", 1),
    ] {
        assert_eq!(code(folder.path(), &["check", "in", flag]), wanted, "{flag}");
    }
    // Both limits hold where both are given.
    assert_eq!(code(folder.path(), &["check", "in", "--max-duplicated=99%", "--max-findings=1"]), 0);
    write(folder.path(), "in/d.txt", &format!("{BUDGET} {MUSEUM}\n"));
    assert_eq!(code(folder.path(), &["check", "in", "--max-duplicated=100%", "--max-findings=1"]), 1);
    assert_eq!(code(folder.path(), &["check", "in", "--max-duplicated=20%", "--max-findings=9"]), 1);
}

#[test]
fn a_baseline_knows_what_was_there_and_one_more_copy_is_new() {
    let folder = corpus();
    let here = folder.path();
    let flag = "--baseline=known.json";
    assert_eq!(code(here, &["baseline", "create", "in", flag]), 0);
    let made = fs::read_to_string(here.join("known.json")).unwrap();
    assert!(made.contains("\"occurrences\":2") && made.contains("The harbour master closed"), "{made}");
    assert_eq!(code(here, &["baseline", "create", "in", flag]), 2, "a file is not written over");
    // It lies where articles are read, and is none.
    assert_eq!(states(&report(here, &["scan", ".", flag])), [0, 1, 0]);
    assert_eq!(code(here, &["check", "in", flag, "--fail-on=new"]), 0);
    assert_eq!(code(here, &["check", "in", flag]), 1, "any is any");
    write(here, "in/d.txt", &format!("{STORM}\n"));
    assert_eq!(states(&report(here, &["scan", "in", flag])), [1, 0, 0]);
    assert_eq!(code(here, &["check", "in", flag, "--fail-on=new"]), 1);
    assert_eq!(code(here, &["baseline", "update", "in", flag]), 0);
    assert_eq!(code(here, &["check", "in", flag, "--fail-on=new"]), 0);
    let shown = run(here, &["baseline", "show", flag]);
    assert!(out(&shown).contains("\tsentence\t3\tThe harbour master"), "{}", out(&shown));
    fs::remove_file(here.join("in/d.txt")).unwrap();
    assert_eq!(code(here, &["baseline", "prune", "in", flag]), 0);
    assert_eq!(fs::read_to_string(here.join("known.json")).unwrap(), made);
    fs::remove_file(here.join("in/b.txt")).unwrap();
    assert_eq!(code(here, &["baseline", "prune", "in", flag]), 0);
    assert_eq!(out(&run(here, &["baseline", "show", flag])), "");
}

#[test]
fn a_baseline_of_a_report_is_that_of_the_scan() {
    let folder = corpus();
    let here = folder.path();
    assert_eq!(code(here, &["scan", "in", "-f", "json=r.json"]), 0);
    assert_eq!(code(here, &["baseline", "create", "--report", "r.json", "--baseline=one.json"]), 0);
    assert_eq!(code(here, &["baseline", "create", "in", "--baseline=two.json"]), 0);
    assert_eq!(fs::read(here.join("one.json")).unwrap(), fs::read(here.join("two.json")).unwrap());
    let wrong = run(here, &["baseline", "show", "--baseline=r.json"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(err(&wrong).contains("twicetold.report/1") && err(&wrong).contains("r.json"), "{}", err(&wrong));
    assert_eq!(code(here, &["baseline", "show"]), 2, "nobody said which");
}

#[test]
fn rules_allow_what_they_fit_and_are_named() {
    let folder = corpus();
    let here = folder.path();
    let fingerprint =
        report(here, &["scan", "in"])["families"][0]["fingerprint"].as_str().unwrap()[..12].to_owned();
    for (rule, fits) in [
        (format!("fingerprint = \"{fingerprint}\""), true),
        ("fingerprint = \"0123456789\"".to_owned(), false),
        ("text = \"the SWELL had begun, to lift\"".to_owned(), true),
        ("text = \"the swell has begun to lift\"".to_owned(), false),
        ("path = \"*.txt\"".to_owned(), true),
        ("path = [\"a.txt\", \"b.*\"]".to_owned(), true),
        ("path = \"a.txt\"".to_owned(), false),
        ("level = [\"sentence\"]".to_owned(), true),
        ("level = \"document\"".to_owned(), false),
        ("class = \"boilerplate\"".to_owned(), false),
        ("level = \"sentence\"\npath = \"c.txt\"".to_owned(), false),
        ("level = \"sentence\"\nexpires = 2027-01-01".to_owned(), true),
    ] {
        write(here, "twicetold.toml", &format!("[[allow]]\n{rule}\nreason = \"agreed\"\n"));
        let words = ["scan", "in", "--today=2026-12-31", "--fail-on=any"];
        let made = report(here, &words);
        assert_eq!(states(&made), if fits { [0, 0, 1] } else { [1, 0, 0] }, "{rule}");
        assert_eq!(suppressed_by(&made), if fits { vec!["allow: agreed"] } else { vec![] }, "{rule}");
        let ran = run(here, &words);
        assert_eq!(ran.status.code(), Some(i32::from(!fits)), "{rule}");
        let unused = err(&ran).contains("allows nothing that was found: agreed");
        assert_eq!(unused, !fits, "{rule}: {}", err(&ran));
        assert!(fits || err(&ran).contains("twicetold.toml:"), "{}", err(&ran));
        // Most rules are about other articles than those that come in.
        assert!(!err(&run(here, &["check", "in", "--today=2026-12-31"])).contains("allows nothing"));
    }
    // What is looked into only may lie anywhere.
    for (path, suppressed) in [("b.txt", 1), ("a.txt", 0)] {
        write(here, "twicetold.toml", &format!("[[allow]]\npath = \"{path}\"\nreason = \"agreed\"\n"));
        let made = report(here, &["check", "in/b.txt", "--against", "in/a.txt"]);
        assert_eq!(states(&made)[2], suppressed, "{path}");
    }
}

#[test]
fn a_rule_expires_and_says_so() {
    let folder = corpus();
    let here = folder.path();
    write(
        here,
        "twicetold.toml",
        "\n[[allow]]\nlevel = \"sentence\"\nreason = \"until spring\"\nexpires = \"2027-01-01\"\n",
    );
    let on = |day: &str| run(here, &["check", "in", "--today", day]);
    assert_eq!(on("2026-12-31").status.code(), Some(0));
    let expired = on("2027-01-01");
    assert_eq!(expired.status.code(), Some(1));
    for part in ["has expired on 2027-01-01: until spring", "twicetold.toml:2"] {
        assert!(err(&expired).contains(part), "{}", err(&expired));
    }
    assert_eq!(on("tomorrow").status.code(), Some(2));
    let checked = run(here, &["config", "check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", err(&checked));
    write(here, "twicetold.toml", "lanes = 128\n[[allow]]\ntext = \"x\"\n");
    let faulty = run(here, &["scan", "in"]);
    assert_eq!(faulty.status.code(), Some(2));
    assert!(
        err(&faulty).contains("without a reason") && err(&faulty).contains("twicetold.toml:2"),
        "{}",
        err(&faulty)
    );
}

#[test]
fn boilerplate_is_read_from_files() {
    let folder = corpus();
    let here = folder.path();
    for name in ["in/a.txt", "in/b.txt"] {
        let text = fs::read_to_string(here.join(name)).unwrap();
        write(here, name, &format!("{text}\n{IMPRINT}\n"));
    }
    assert_eq!(states(&report(here, &["scan", "in"])), [2, 0, 0]);
    write(here, "in/usual.txt", &format!("Something else.\n\nTo all: {}\n", IMPRINT.to_uppercase()));
    let made = report(here, &["scan", "in", "--boilerplate", "in/usual.txt"]);
    assert_eq!(states(&made), [1, 0, 1]);
    assert_eq!(suppressed_by(&made), ["boilerplate: usual.txt:3"]);
    assert_eq!(made["summary"]["documents"], 3, "the file is no article");
    // From the configuration it is named from the configuration's folder.
    write(here, "twicetold.toml", "boilerplate = [\"in/usual.txt\"]\n");
    assert_eq!(states(&report(&here.join("in"), &["scan", "."])), [1, 0, 1]);
    assert_eq!(code(here, &["scan", "in", "--boilerplate", "nowhere.txt"]), 2);
}

#[test]
fn what_too_many_documents_have_is_suppressed() {
    let folder = corpus();
    let here = folder.path();
    write(here, "in/d.txt", &format!("{STORM}\n"));
    for (most, suppressed) in [("2", 1), ("3", 0), ("0", 0), ("74%", 1), ("75%", 0)] {
        let made = report(here, &["scan", "in", "--max-doc-freq", most]);
        assert_eq!(states(&made)[2], suppressed, "{most}");
    }
    let made = report(here, &["scan", "in", "--max-doc-freq=2"]);
    assert_eq!(suppressed_by(&made), ["max-doc-freq: in 3 documents"]);
    // A share is one of all documents, also of those that a check only looks into.
    assert_eq!(code(here, &["index", "create", "old.tta", "in"]), 0);
    for (most, suppressed) in [("79%", 1), ("80%", 0)] {
        write(here, "new.txt", &format!("{STORM} Nobody had been told.\n"));
        let made = report(here, &["check", "new.txt", "--index", "old.tta", "--max-doc-freq", most]);
        assert_eq!(states(&made)[2], suppressed, "{most}");
    }
}

#[test]
fn what_is_suppressed_counts_nowhere_and_is_counted() {
    let folder = corpus();
    let here = folder.path();
    write(here, "twicetold.toml", "[[allow]]\nlevel = \"sentence\"\nreason = \"agreed\"\n");
    let made = report(here, &["check", "in"]);
    assert_eq!(made["summary"]["families"], 1);
    assert_eq!(made["summary"]["duplicated_words"], 0);
    assert!(made["documents"].as_array().unwrap().iter().all(|document| document["duplicated_words"] == 0));
    let shown = run(here, &["check", "in"]);
    assert_eq!(shown.status.code(), Some(0), "{}", err(&shown));
    assert!(
        out(&shown).contains("0 new, 0 known to the baseline, 1 suppressed (1 by allow)"),
        "{}",
        out(&shown)
    );
    assert!(!out(&shown).contains("harbour"), "{}", out(&shown));
    // A report of nothing but this is a report, and may be written over.
    for _ in 0..2 {
        assert_eq!(code(here, &["scan", "in", "-f", "human=in/report.txt", "--glob=!report.txt"]), 0);
    }
}

#[test]
fn each_incoming_document_is_told_what_it_repeats_and_of_whom() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let late = line("late", "2026-03-01", &format!("{STORM} {BUDGET}"));
    let early = line("early", "2026-01-01", &format!("{MUSEUM} {STORM}"));
    write(here, "old.jsonl", &(late + &early));
    let copy = line("copy", "2026-04-01", &format!("{STORM} {BUDGET}"));
    let part = line(
        "part",
        "2026-04-01",
        &format!(
            "{STORM} {} {}",
            "One of them sank.",
            "It was raised on the next morning by a crane from the shipyard across the bay, and nobody was hurt."
        ),
    );
    let twice =
        line("twice", "2026-04-02", &format!("{IMPRINT}\n\nIn between there is a line.\n\n{IMPRINT}"));
    let own =
        line("own", "2026-04-01", "Nothing of this is told anywhere else in these files, not even once.");
    write(here, "new.jsonl", &(copy + &part + &twice + &own));
    let words = ["check", "new.jsonl", "--against", "old.jsonl"];
    let made = report(here, &words);
    let documents = made["documents"].as_array().unwrap();
    let of = |name: &str| documents.iter().find(|document| document["name"] == name).unwrap();
    let words_of = |text: &str| text.split_whitespace().count() as u64;
    let (storm, budget) = (words_of(STORM), words_of(BUDGET));
    assert_eq!(of("copy")["duplicated_words"], storm + budget);
    assert_eq!(of("copy")["duplicated_share"], 1.0);
    assert_eq!(of("copy")["longest"]["first"], of("late")["id"]);
    assert_eq!(of("part")["duplicated_words"], storm);
    assert_eq!(of("part")["longest"]["words"], storm);
    assert_eq!(of("part")["longest"]["first"], of("early")["id"], "the oldest of all that told it");
    assert_eq!(of("twice")["longest"]["first"], of("twice")["id"]);
    assert_eq!(of("twice")["longest"]["line"], 5);
    assert!(documents.iter().all(|document| document["name"] != "own"));
    assert!(of("late").get("longest").is_none());
    let total: u64 =
        ["copy", "part", "twice"].iter().map(|name| of(name)["duplicated_words"].as_u64().unwrap()).sum();
    assert_eq!(made["summary"]["duplicated_words"], total);
    let shown = run(here, &words);
    let table: Vec<&str> =
        out(&shown).lines().skip_while(|line| !line.contains("incoming documents of")).collect();
    assert_eq!(table[0], "3 incoming documents of 4 repeat something");
    for (row, name, parts) in [
        (2, "new.jsonl#1:1:1", ["100.0%", "old.jsonl#1 2026-03-01", "leave it out"]),
        (3, "new.jsonl#2:1:1", [" 23 ", "old.jsonl#2 2026-01-01", "name the source"]),
        (4, "new.jsonl#3:5:1", [" 17 ", "itself", "cut the second copy"]),
    ] {
        assert!(table[row].contains(name), "{}", table[row]);
        assert!(parts.iter().all(|part| table[row].contains(part)), "{}", table[row]);
    }
    assert!(!out(&run(here, &["scan", "new.jsonl", "old.jsonl"])).contains("incoming"));
}

#[test]
fn what_passes_the_gate_is_added() {
    let added = |flags: &[&str]| {
        let folder = corpus();
        let here = folder.path();
        assert_eq!(code(here, &["index", "create", "old.tta", "in/a.txt"]), 0);
        run(here, &[&["check", "in/b.txt", "in/c.txt", "--index", "old.tta"], flags].concat());
        out(&run(here, &["index", "list", "old.tta"])).lines().count()
    };
    assert_eq!(added(&[]), 1);
    assert_eq!(added(&["--add"]), 2);
    assert_eq!(added(&["--add=all"]), 3);
    assert_eq!(added(&["--add", "--max-duplicated=50%"]), 2);
    assert_eq!(added(&["--add", "--max-duplicated=60%"]), 3);
    assert_eq!(added(&["--add", "--fail-level=document"]), 3);
    assert_eq!(added(&["--add", "--max-doc-freq=1"]), 3);
}

#[test]
fn where_nothing_is_judged_the_gate_has_no_flags() {
    let folder = corpus();
    let folder = folder.path();
    assert_eq!(code(folder, &["index", "create", "a.tta"]), 0);
    let gate =
        twicetold::settings::OPTIONS.iter().filter(|opt| opt.group == twicetold::settings::Group::Gate);
    let flags: Vec<String> = gate.map(|opt| format!("--{}=any", opt.name)).collect();
    assert!(flags.contains(&"--fail-on=any".to_owned()) && 5 < flags.len());
    for flag in flags.iter().map(String::as_str).chain(["--format=json", "--csv-raw", "--today=2027-01-01"]) {
        for words in [["index", "create", "b.tta", "in"], ["index", "add", "a.tta", "in"]] {
            let ran = run(folder, &[&words[..], &[flag]].concat());
            assert_eq!(ran.status.code(), Some(2), "{words:?} {flag}: {}", err(&ran));
            assert!(err(&ran).contains("unexpected argument"), "{words:?} {flag}: {}", err(&ran));
        }
    }
    assert!(!folder.join("b.tta").exists());
    // A configuration file is for all commands.
    write(folder, "twicetold.toml", "fail-on = \"any\"\nmax-findings = 3\nbaseline = \"none.json\"\n");
    let made = run(folder, &["index", "create", "b.tta", "in", "--hidden", "-j1", "--keep", "oldest"]);
    assert_eq!(made.status.code(), Some(0), "{}", err(&made));
    let added = run(folder, &["index", "add", "b.tta", "in"]);
    assert_eq!(added.status.code(), Some(0), "{}", err(&added));
}
