//! `twicetold report`, and formats for build servers through the command line.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

const STORM: &str = "The harbour master closed the outer basin at noon because the swell had begun to lift \
                     the fishing boats over the lower quay.";

fn run(folder: &Path, words: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.current_dir(folder).args(words).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Who does not read it closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("news")).unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join("news").join(name), text).unwrap();
    write("a.txt", format!("{STORM} Nobody was hurt, and nothing was lost but a net.\n"));
    write("b.txt", format!("A week of wind is behind the town.\n\n{STORM}\n"));
    folder
}

#[test]
fn a_report_rendered_again_has_the_same_bytes() {
    let folder = corpus();
    let path = folder.path();
    let formats = ["markdown", "sarif", "junit", "github", "gitlab", "json", "jsonl", "csv"];
    let once: Vec<String> = formats.iter().map(|format| format!("{format}=once.{format}")).collect();
    let again: Vec<String> = formats.iter().map(|format| format!("{format}=again.{format}")).collect();
    let flags =
        |files: &[String]| -> Vec<String> { files.iter().flat_map(|f| ["-f".into(), f.clone()]).collect() };
    let scan: Vec<String> =
        ["scan", "news", "--path-prefix", "news"].map(String::from).into_iter().chain(flags(&once)).collect();
    let words: Vec<&str> = scan.iter().map(String::as_str).collect();
    assert_eq!(code(&run(path, &words, b"")), 0);
    let report: Vec<String> = ["report", "once.json", "--path-prefix", "news"]
        .map(String::from)
        .into_iter()
        .chain(flags(&again))
        .collect();
    let words: Vec<&str> = report.iter().map(String::as_str).collect();
    let output = run(path, &words, b"");
    assert_eq!(code(&output), 0, "{output:?}");
    for format in formats {
        let read = |name: &str| fs::read_to_string(path.join(format!("{name}.{format}"))).unwrap();
        assert_eq!(read("once"), read("again"), "{format}");
        assert!(!read("once").is_empty());
    }
    let github = fs::read_to_string(path.join("once.github")).unwrap();
    let end = STORM.len() + 1;
    let start =
        format!("::warning file=news/b.txt,line=3,endLine=3,col=1,endColumn={end},title=exact sentence ");
    assert!(github.starts_with(&start), "{github}");

    // From stdin, for people; and to stdout what was in the file.
    let json = fs::read(path.join("once.json")).unwrap();
    let human = run(path, &["report", "-"], &json);
    assert!(code(&human) == 0 && String::from_utf8_lossy(&human.stdout).starts_with("exact "), "{human:?}");
    assert_eq!(run(path, &["report", "-", "-f", "json"], &json).stdout, json);
}

#[test]
fn what_is_no_report_is_said() {
    let folder = corpus();
    let path = folder.path();
    for (words, input, said) in [
        (&["report", "none.json"][..], &b""[..], "cannot read the report"),
        (&["report", "-"], b"{}", "this is not a report"),
        (&["report", "-"], b"\xff", "cannot read the report"),
        (&["report", "-"], br#"{"schema": "twicetold.report/99"}"#, "scan again"),
        (&["report"], b"", "REPORT.json"),
    ] {
        let output = run(path, words, input);
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(code(&output) == 2 && message.contains(said), "{words:?}: {message}");
    }
    assert_eq!(code(&run(path, &["scan", "news", "-f", "json=r.json"], b"")), 0);
    let before = fs::read(path.join("r.json")).unwrap();
    let pairs = run(path, &["report", "r.json", "-f", "pairs=p.tsv"], b"");
    assert!(code(&pairs) == 2 && !path.join("p.tsv").exists(), "{pairs:?}");
    let over = run(path, &["report", "r.json", "-f", "csv=r.json"], b"");
    assert!(code(&over) == 2 && fs::read(path.join("r.json")).unwrap() == before, "{over:?}");
}

#[test]
fn reports_of_an_earlier_run_may_be_written_over() {
    let folder = corpus();
    let path = folder.path();
    for format in ["markdown", "sarif", "junit", "gitlab"] {
        let flag = format!("{format}=news/report.out");
        for _ in 0..2 {
            let output = run(path, &["scan", "news", "-f", &flag], b"");
            assert_eq!(code(&output), 0, "{format}: {output:?}");
        }
        fs::remove_file(path.join("news/report.out")).unwrap();
    }
    let article = run(path, &["scan", "news", "-f", "sarif=news/a.txt"], b"");
    assert_eq!(code(&article), 2, "{article:?}");
}
