//! The commands that read a corpus: what they write, where, and with which exit code.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

const STORM: &str = "The harbour master closed the outer basin at noon because the swell had begun to lift \
                     the fishing boats over the lower quay.";
const BUDGET: &str = "Councillors will vote on the new cycling budget in the second week of November after a \
                      public hearing.";
const MUSEUM: &str = "A retired clockmaker has left his whole collection of ship chronometers to the small \
                      museum on the hill.";

fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.current_dir(folder).args(words).stdin(Stdio::null()).env_remove("NO_COLOR");
    command.env_remove("CLICOLOR_FORCE");
    command
}

fn run(folder: &Path, words: &[&str]) -> Output {
    command(folder, words).output().unwrap()
}

fn fed(folder: &Path, words: &[&str], input: &[u8]) -> Output {
    let mut command = command(folder, words);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn families(report: &[u8]) -> usize {
    let report: serde_json::Value = serde_json::from_slice(report).unwrap();
    report["families"].as_array().unwrap().len()
}

/// Two articles that share a sentence, and one that shares nothing.
fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    write("a.txt", format!("{STORM} {BUDGET}\n"));
    write("b.txt", format!("{MUSEUM} {STORM}\n"));
    write("c.txt", "Nothing of this is told anywhere else in these files, not even once.\n".to_owned());
    folder
}

#[test]
fn people_are_shown_the_finding_by_default() {
    let folder = corpus();
    let shown = run(folder.path(), &["scan"]);
    assert_eq!(shown.status.code(), Some(0), "{}", err(&shown));
    assert!(out(&shown).contains("harbour master") && out(&shown).contains("a.txt"), "{}", out(&shown));
    assert_eq!(err(&shown), "");
    assert!(!out(&shown).contains('\u{1b}'));
    assert!(out(&run(folder.path(), &["scan", "--color=always"])).contains('\u{1b}'));
}

#[test]
fn the_gate_decides_the_exit_code() {
    let folder = corpus();
    for (words, code) in [
        (&["scan"][..], 0),
        (&["scan", "--fail-on", "any"], 1),
        (&["scan", "--fail-on=new"], 1),
        (&["scan", "c.txt", "--fail-on=any"], 0),
        (&["compare", "a.txt", "b.txt"], 0),
        (&["compare", "a.txt", "b.txt", "--fail-on=any"], 1),
        (&["compare", "a.txt", "c.txt", "--fail-on=any"], 0),
    ] {
        assert_eq!(run(folder.path(), words).status.code(), Some(code), "{words:?}");
    }
    fs::write(folder.path().join("twicetold.toml"), "fail-on = \"any\"\n").unwrap();
    assert_eq!(run(folder.path(), &["scan"]).status.code(), Some(1));
    assert_eq!(run(folder.path(), &["scan", "--isolated"]).status.code(), Some(0));
}

#[test]
fn input_that_cannot_be_read_fails_the_run_when_asked_and_the_report_is_written() {
    let folder = corpus();
    fs::write(folder.path().join("d.jsonl"), "{\"text\": \"fine\"}\n{broken\n").unwrap();
    let warned = run(folder.path(), &["scan", "-f", "json"]);
    assert_eq!(warned.status.code(), Some(0));
    assert!(err(&warned).starts_with("warning: ") && err(&warned).contains("d.jsonl:2"), "{}", err(&warned));
    let words = ["scan", "-f", "json", "--on-input-error=fail", "--fail-on=any"];
    let failed = run(folder.path(), &words);
    assert_eq!(failed.status.code(), Some(3), "an unread input goes before a finding");
    assert_eq!(warned.stdout, failed.stdout);
    assert_eq!(families(&failed.stdout), 1);
    let quiet = run(folder.path(), &["-q", "scan", "-f", "json"]);
    assert_eq!(err(&quiet), "");
}

#[test]
fn several_formats_go_to_their_files() {
    let folder = corpus();
    let words = ["scan", "-f", "json=a.json", "-f", "csv=sub/../a.csv", "-f", "jsonl"];
    fs::create_dir(folder.path().join("sub")).unwrap();
    let first = run(folder.path(), &words);
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    let report = fs::read(folder.path().join("a.json")).unwrap();
    assert_eq!(families(&report), 1);
    assert!(fs::read_to_string(folder.path().join("a.csv")).unwrap().starts_with("family,"));
    assert!(out(&first).lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    // A second run neither reads what it writes nor what is half-written, even when asked for hidden files.
    let hidden = ["scan", "-f", "json=a.json", "-f", "csv=a.csv", "--hidden"];
    assert_eq!(run(folder.path(), &hidden).status.code(), Some(0));
    assert_eq!(fs::read(folder.path().join("a.json")).unwrap(), report);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6);
}

#[test]
fn an_input_is_never_written_over() {
    let folder = corpus();
    let before = fs::read(folder.path().join("a.txt")).unwrap();
    for words in [
        &["scan", "a.txt", "b.txt", "-f", "json=./a.txt"][..],
        &["compare", "a.txt", "b.txt", "-f", "json=b.txt"],
        &["compare", "--pairs", "a.txt", "-f", "jsonl=a.txt"],
    ] {
        let refused = run(folder.path(), words);
        assert_eq!(refused.status.code(), Some(2), "{words:?}");
        assert!(err(&refused).contains("would be written over"), "{}", err(&refused));
    }
    assert_eq!(fs::read(folder.path().join("a.txt")).unwrap(), before);
}

#[cfg(unix)]
#[test]
fn a_report_has_the_rights_of_any_file_and_a_pipe_stays_one() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    // Never a real device: a mistake here would replace it for the whole machine.
    let folder = corpus();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(run(folder.path(), &["scan", "-f", "json=r.json"]).status.code(), Some(0));
    assert_eq!(mode("r.json"), mode("a.txt"));
    fs::set_permissions(folder.path().join("r.json"), fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(run(folder.path(), &["scan", "-f", "json=r.json"]).status.code(), Some(0));
    assert_eq!(mode("r.json"), 0o640);
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read(pipe).unwrap()
    });
    let piped = run(folder.path(), &["scan", "-f", "json=pipe"]);
    assert!(pipe.symlink_metadata().unwrap().file_type().is_fifo());
    assert_eq!(piped.status.code(), Some(0), "{}", err(&piped));
    assert_eq!(families(&reader.join().unwrap()), 1);
    std::os::unix::fs::symlink("r.json", folder.path().join("link.json")).unwrap();
    assert_eq!(run(folder.path(), &["scan", "a.txt", "-f", "json=link.json"]).status.code(), Some(0));
    assert!(folder.path().join("link.json").symlink_metadata().unwrap().is_symlink());
}

#[test]
fn threads_and_place_do_not_change_a_byte() {
    let (one, two) = (corpus(), corpus());
    let first = run(one.path(), &["scan", "-f", "json", "-j", "1"]).stdout;
    let second = run(Path::new("/"), &["scan", two.path().to_str().unwrap(), "-f", "json", "-j", "3"]).stdout;
    assert!(!first.is_empty());
    assert_eq!(first, second);
}

#[test]
fn stdin_and_lists_are_read_when_asked_for() {
    let folder = corpus();
    let text = fed(folder.path(), &["scan", "-", "-f", "json"], format!("{STORM}\n\n{STORM}\n").as_bytes());
    assert_eq!(families(&text.stdout), 1, "{}", err(&text));
    let list = fed(folder.path(), &["scan", "--files-from", "-", "-f", "json"], b"a.txt\nb.txt\n");
    assert_eq!(families(&list.stdout), 1, "{}", err(&list));
    let both = fed(folder.path(), &["scan", "-", "--files-from", "-"], b"a.txt\n");
    assert_eq!(both.status.code(), Some(2));
    let none = fed(folder.path(), &["scan", "--files-from", "-", "-f", "json"], b"");
    assert_eq!((none.status.code(), families(&none.stdout)), (Some(0), 0), "an empty list is not the folder");
    let plain = fed(folder.path(), &["scan", "-f", "json"], b"ignored");
    assert_eq!(families(&plain.stdout), 1, "without a path it is the folder, whatever stdin is");
}

#[test]
fn the_configuration_file_is_no_article() {
    let folder = corpus();
    fs::write(folder.path().join("twicetold.toml"), format!("# {STORM}\n")).unwrap();
    let report = run(folder.path(), &["scan", "-f", "json"]).stdout;
    assert!(!String::from_utf8(report).unwrap().contains("twicetold.toml"));
}

#[test]
fn texts_can_be_left_out() {
    let folder = corpus();
    let with = run(folder.path(), &["scan", "-f", "json"]);
    let without = run(folder.path(), &["scan", "-f", "json", "--no-text"]);
    assert!(out(&with).contains("harbour master") && !out(&without).contains("harbour master"));
    assert_eq!(families(&without.stdout), 1);
}

#[test]
fn pairs_come_in_order_and_say_what_could_not_be_read() {
    let folder = corpus();
    let list = "a.txt\tb.txt\nmissing.txt\ta.txt\na.txt\tc.txt\na.txt\ta.txt\n";
    fs::write(folder.path().join("list.tsv"), list).unwrap();
    let ran = run(folder.path(), &["compare", "--pairs", "list.tsv"]);
    assert_eq!(ran.status.code(), Some(3), "{}", err(&ran));
    let lines: Vec<serde_json::Value> =
        out(&ran).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> =
        lines.iter().map(|l| (l["left"].as_str().unwrap(), l["right"].as_str().unwrap())).collect();
    let wanted = [("a.txt", "b.txt"), ("missing.txt", "a.txt"), ("a.txt", "c.txt"), ("a.txt", "a.txt")];
    assert_eq!(names, wanted);
    let passage = &lines[0]["passages"][0];
    let byte = |key: &str| usize::try_from(passage[key].as_u64().unwrap()).unwrap();
    let left = fs::read_to_string(folder.path().join("a.txt")).unwrap();
    let right = fs::read_to_string(folder.path().join("b.txt")).unwrap();
    assert_eq!(&left[byte("left_start")..byte("left_end")], STORM);
    assert_eq!(&right[byte("right_start")..byte("right_end")], STORM);
    assert_eq!((passage["kind"].as_str(), passage["similarity"].as_f64()), (Some("exact"), Some(1.0)));
    assert!(lines[1]["error"].as_str().unwrap().contains("missing.txt"), "{}", lines[1]);
    assert_eq!(lines[2]["passages"].as_array().unwrap().len(), 0);
    let fed = fed(folder.path(), &["compare", "--pairs", "-", "-f", "jsonl=p.jsonl"], list.as_bytes());
    assert_eq!(fed.status.code(), Some(3));
    assert_eq!(fs::read(folder.path().join("p.jsonl")).unwrap(), ran.stdout);
    let wrong = run(folder.path(), &["compare", "--pairs", "a.txt"]);
    assert!(err(&wrong).contains("--> a.txt:1"), "{}", err(&wrong));
}

#[test]
fn two_documents_may_be_records_of_one_file() {
    let folder = corpus();
    let row = |text: &str| format!("{}\n", serde_json::json!({ "text": text }));
    let rows = row(&format!("{STORM} {BUDGET}")) + &row(MUSEUM) + &row(&format!("{MUSEUM} {STORM}"));
    fs::write(folder.path().join("rows.jsonl"), rows).unwrap();
    let words = ["compare", "rows.jsonl#1", "rows.jsonl#3", "-f", "json"];
    let ran = run(folder.path(), &words);
    assert_eq!(families(&ran.stdout), 1, "{}", err(&ran));
    for (words, part) in [
        (["compare", "rows.jsonl", "a.txt"], "there are 3 documents"),
        (["compare", "rows.jsonl#9", "a.txt"], "there is no record 9"),
        (["compare", ".", "a.txt"], "a folder"),
        (["compare", "a.txt", "missing.txt"], "missing.txt"),
    ] {
        let ran = run(folder.path(), &words);
        assert_eq!(ran.status.code(), Some(2), "{words:?}");
        assert!(err(&ran).contains(part), "{words:?}: {}", err(&ran));
    }
}

#[test]
fn explain_says_why() {
    let folder = corpus();
    let alike = run(folder.path(), &["explain", "a.txt", "b.txt"]);
    assert_eq!(alike.status.code(), Some(0), "{}", err(&alike));
    for part in
        ["document: not alike", "sentence: alike: 1 ", "joined exactly", "passages: 1", "harbour master"]
    {
        assert!(out(&alike).contains(part), "{part}: {}", out(&alike));
    }
    let unlike =
        run(folder.path(), &["explain", "a.txt", "c.txt", "--level=document", "--threshold=document=0.7"]);
    assert!(out(&unlike).contains("not alike: 0 is below the threshold of 0.7"), "{}", out(&unlike));
    assert!(!out(&unlike).contains("sentence:"), "{}", out(&unlike));
    let loose = run(folder.path(), &["explain", "a.txt", "b.txt", "--threshold=document=0.5"]);
    assert!(out(&loose).contains("bands:"), "{}", out(&loose));
}

#[test]
fn inputs_lists_what_is_read_and_what_is_not() {
    let folder = corpus();
    fs::write(folder.path().join(".hidden.txt"), "x").unwrap();
    fs::write(folder.path().join("bad.txt"), b"no\0 text").unwrap();
    let listed = run(folder.path(), &["inputs", "--glob", "!c.*"]);
    assert_eq!(listed.status.code(), Some(0), "{}", err(&listed));
    for part in
        ["read  a.txt: text", "skip  .hidden.txt: hidden", "skip  c.txt: left out by --glob", "skip  bad.txt"]
    {
        assert!(out(&listed).contains(part), "{part}: {}", out(&listed));
    }
    assert!(out(&listed).ends_with("2 documents in 2 files; 3 skipped\n"), "{}", out(&listed));
}

#[test]
fn inputs_writes_the_documents_as_they_are_read() {
    let folder = corpus();
    fs::write(folder.path().join("bad.txt"), b"no\0text").unwrap();
    let page = format!("<!DOCTYPE html><title>Storm</title><nav>Home</nav><p>{STORM}</p><p>{BUDGET}</p>");
    fs::write(folder.path().join("d.html"), page).unwrap();
    let listed = run(folder.path(), &["inputs", "-f", "jsonl", "--on-input-error=fail"]);
    assert_eq!(listed.status.code(), Some(3));
    assert!(err(&listed).contains("bad.txt"), "{}", err(&listed));
    let lines: Vec<serde_json::Value> =
        out(&listed).lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let last = lines.last().unwrap();
    assert_eq!(lines.len(), 4);
    assert_eq!((last["path"].as_str(), last["title"].as_str()), (Some("d.html"), Some("Storm")));
    assert_eq!(last["text"].as_str(), Some(format!("{STORM}\n\n{BUDGET}").as_str()));
    // What is written can be read as it stands.
    let again = fed(folder.path(), &["inputs", "-f", "jsonl", "-"], out(&listed).as_bytes());
    let texts = |text: &str| -> Vec<String> {
        text.lines()
            .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["text"].to_string())
            .collect()
    };
    assert_eq!(texts(out(&again)), texts(out(&listed)));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_leaves_the_files_complete() {
    let folder = corpus();
    let words = ["scan", "-f", "human", "-f", "json=r.json", "--fail-on=any"];
    let mut child =
        command(folder.path(), &words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).starts_with("error: the gate is closed: 1 finding"), "{}", err(&output));
    assert_eq!(err(&output).lines().count(), 2, "{}", err(&output));
    assert_eq!(families(&fs::read(folder.path().join("r.json")).unwrap()), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_does_not_keep_the_others_from_it() {
    let folder = corpus();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran =
        command(folder.path(), &["scan", "-f", "json", "-f", "csv=r.csv"]).stdout(full).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(err(&ran).contains("cannot write") && err(&ran).contains("--> stdout"), "{}", err(&ran));
    assert!(fs::read_to_string(folder.path().join("r.csv")).unwrap().starts_with("family,"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing_half_written() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = command(folder.path(), &["scan", "-", "-f", "json=r.json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // It waits for stdin, which must stay open (`wait` would close it); its output is begun before it reads.
        let open = child.stdin.take();
        while fs::read_dir(folder.path()).unwrap().count() == 0 {
            assert!(child.try_wait().unwrap().is_none(), "ended by itself");
            std::thread::yield_now();
        }
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(code));
        drop(open);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn an_article_in_a_scanned_folder_is_not_written_over_and_a_report_is() {
    let folder = corpus();
    for format in ["json", "jsonl", "csv", "pairs", "human"] {
        let article = run(folder.path(), &["scan", ".", "-f", &format!("{format}=a.txt")]);
        assert_eq!(article.status.code(), Some(2), "{format}: {}", err(&article));
        assert!(err(&article).contains("written over"), "{}", err(&article));
        for _ in 0..2 {
            let report = run(folder.path(), &["scan", ".", "-f", &format!("{format}=report.{format}")]);
            assert_eq!(report.status.code(), Some(0), "{format}: {}", err(&report));
        }
        fs::remove_file(folder.path().join(format!("report.{format}"))).unwrap();
    }
    assert!(fs::read_to_string(folder.path().join("a.txt")).unwrap().starts_with(STORM));
}
