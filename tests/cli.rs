//! The command line as a stranger meets it: words, streams, exit codes. What needs no corpus is
//! here; what does is in `cli_scan.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.current_dir(folder).args(words).stdin(Stdio::null()).env_remove("NO_COLOR");
    command.env_remove("CLICOLOR_FORCE");
    command
}

fn ran(output: &Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

fn run_in(folder: &Path, words: &[&str]) -> Ran {
    ran(&command(folder, words).output().unwrap())
}

fn run(words: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    run_in(folder.path(), words)
}

#[test]
fn version_and_help_go_to_stdout() {
    let ran = run(&["--version"]);
    assert_eq!((ran.code, ran.out), (0, format!("twicetold {}\n", env!("CARGO_PKG_VERSION"))));
    let help = run(&["scan", "--help"]);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    let places = ["What to find:", "Input:", "Gate:", "Run:", "Output:"]
        .map(|heading| help.out.find(heading).unwrap());
    assert!(places.is_sorted(), "{}", help.out);
    assert!(help.out.contains("[default:"), "{}", help.out);
    assert!(run(&["--help"]).out.contains("  dedup"));
}

#[test]
fn wrong_words_exit_with_2_and_say_what_next() {
    for (words, part) in [
        (&["scna"][..], "scan"),
        (&["scan", "--treshold", "document=0.5"], "--threshold"),
        (&["scan", "--profile", "nwes"], "news"),
        (&["scan", "-f", "jsn"], "did you mean `json`?"),
        (&["scan", "-f", "json="], "file's name is missing"),
        (&["scan", "-f", "json", "-f", "csv"], "more than one format for stdout"),
        (&["scan", "-f", "json", "-f", "csv=-"], "more than one format for stdout"),
        (&["scan", "-f", "json=a", "-f", "csv=./a"], "two formats for the same file"),
        (&["scan", "-f", "json=."], "is a folder"),
        (&["scan", "-f", "json=no/such/folder/a.json"], "cannot write"),
        (&["scan", "missing.txt"], "no such file or folder"),
        (&["scan", "-", "-"], "stdin can be read only once"),
        (&["scan", "--files-from", "missing.lst"], "cannot read the list of files"),
        (&["scan", "--lanes", "0"], "--> --lanes 0"),
        (&["scan", "--lanes", "many"], "`many` is not a whole number"),
        (&["scan", "--threshold", "chapter=0.5"], "`chapter` is not a level"),
        (&["scan", "--config", "missing.toml"], "cannot read the configuration"),
        (&["scan", "--config", "a.toml", "--isolated"], "cannot be used with"),
        (&["compare", "one.txt"], "<B>"),
        (&["compare", "--pairs", "a", "b", "c"], "cannot be used with"),
        (&["compare", "--pairs", "missing.tsv"], "cannot read the list of pairs"),
        (&["compare", "--pairs", "missing.tsv", "-f", "csv"], "lines of JSON only"),
        (&["explain", "-", "-"], "stdin can be read only once"),
        (&["completions", "tcsh"], "tcsh"),
        (&["schema", "reprot"], "report"),
        (&["man", "scna"], "did you mean `scan`?"),
        (&["config", "check"], "there is no twicetold.toml"),
    ] {
        let ran = run(words);
        assert_eq!(ran.code, 2, "{words:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{words:?}");
        assert!(ran.err.starts_with("error: "), "{words:?}: {}", ran.err);
        assert!(ran.err.contains(part), "{words:?}: {}", ran.err);
    }
}

#[test]
fn every_configuration_case_says_what_it_should() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/config");
    let mut cases = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let expected: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# expect: ")).collect();
        assert!(!expected.is_empty(), "{name}");
        let ran = run_in(&folder, &["config", "check", name]);
        cases += 1;
        if expected == ["valid"] {
            assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}");
            assert_eq!(ran.out, format!("{name}: valid\n"));
            continue;
        }
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}: {}", ran.err);
        for part in expected {
            assert!(ran.err.contains(part), "{name} lacks {part:?}:\n{}", ran.err);
        }
        for part in ["error: ", "\n  --> ", "\n  help: "] {
            assert!(ran.err.contains(part), "{name} lacks {part:?}:\n{}", ran.err);
        }
    }
    assert!(30 <= cases, "{cases}");
}

#[test]
fn strange_configuration_files_are_refused_or_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.toml");
    let check = || run_in(folder.path(), &["config", "check", "a.toml"]);
    fs::write(&file, b"lanes = 64\nprofile = \"\xff\"\n").unwrap();
    assert!(check().err.contains("not UTF-8") && check().err.contains("a.toml:2"), "{}", check().err);
    fs::write(&file, "\u{feff}lanes = 64\r\nseed = 3\r\n").unwrap();
    assert_eq!(check().code, 0, "{}", check().err);
    fs::write(&file, format!("level = {}", "[".repeat(100_000))).unwrap();
    assert_eq!(check().code, 2);
    fs::write(&file, "lanes = 1\u{1b}[31m").unwrap();
    assert!(!check().err.contains('\u{1b}'), "{}", check().err);
    assert_eq!(run_in(folder.path(), &["config", "check", "."]).code, 2);
}

#[test]
fn the_nearest_configuration_is_used_and_a_flag_goes_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    fs::write(folder.path().join("twicetold.toml"), "lanes = 64\nseed = 9\nthreshold.document = 0.6\n")
        .unwrap();
    let shown = run_in(&deep, &["config", "show", "--threshold", "sentence=0.9", "-j4"]).out;
    for (line, origin) in [
        ("lanes = 64", "twicetold.toml:1"),
        ("seed = 9", "twicetold.toml:2"),
        ("threshold.document = 0.6", "twicetold.toml:3"),
        ("threshold.sentence = 0.9", "flag"),
        ("threshold.passage = ", "default"),
        ("threads = 4", "flag"),
    ] {
        let found =
            shown.lines().find(|shown| shown.starts_with(line)).unwrap_or_else(|| panic!("{line}: {shown}"));
        assert!(found.ends_with(origin), "{found}");
    }
    fs::write(folder.path().join("a/twicetold.toml"), "profile = \"reuse\"\n").unwrap();
    let nearer = run_in(&deep, &["-v", "config", "show"]);
    let from = |out: &str, key: &str, origin: &str| {
        assert!(
            out.lines().any(|line| line.starts_with(key) && line.ends_with(origin)),
            "{key} {origin}: {out}"
        );
    };
    from(&nearer.out, "passage.edited = ", "  # profile reuse");
    from(&nearer.out, "lanes = ", "  # default");
    assert!(nearer.err.contains("twicetold.toml"), "{}", nearer.err);
    let isolated = run_in(&deep, &["config", "show", "--isolated"]).out;
    from(&isolated, "passage.edited = ", "  # default");
    let named = run_in(&deep, &["config", "show", "--config", "../../twicetold.toml"]).out;
    assert!(named.contains("lanes = 64  # ../../twicetold.toml:1"), "{named}");
}

#[test]
fn what_show_prints_is_a_configuration_with_the_same_settings() {
    let folder = tempfile::tempdir().unwrap();
    let given =
        ["--threshold", "document=0.55", "--glob", "*.{md,txt}", "--glob", "!x", "--field", "text=body"];
    let words: Vec<&str> = ["config", "show"].into_iter().chain(given).chain(["--hidden"]).collect();
    let shown = run_in(folder.path(), &words).out;
    fs::write(folder.path().join("twicetold.toml"), &shown).unwrap();
    let again = run_in(folder.path(), &["config", "show"]).out;
    let values = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split("  # ").next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(values(&shown), values(&again));
}

#[test]
fn init_writes_a_file_once() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run_in(folder.path(), &["config", "init"]).code, 0);
    let path = folder.path().join("twicetold.toml");
    fs::write(&path, "lanes = 64\n").unwrap();
    let again = run_in(folder.path(), &["config", "init"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("there is a file already"), "{}", again.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), "lanes = 64\n");
    assert!(run_in(folder.path(), &["config", "init", "-"]).out.contains("\n# lanes = "));
}

#[test]
fn completions_manual_and_schemas_are_there() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("--threshold") || ran.out.contains("-l threshold"), "{shell}");
    }
    for words in [&["man"][..], &["man", "scan"], &["man", "config"]] {
        let ran = run(words);
        assert_eq!(ran.code, 0);
        let first = ran.out.lines().find(|line| !line.starts_with(".ie") && !line.starts_with(".el"));
        assert!(first.is_some_and(|line| line.starts_with(".TH twicetold")), "{first:?}");
    }
    for of in ["report", "config"] {
        let schema: serde_json::Value = serde_json::from_str(&run(&["schema", of]).out).unwrap();
        assert!(schema.get("$schema").is_some(), "{of}");
    }
}

#[test]
fn colour_is_used_when_asked_for_only() {
    let folder = tempfile::tempdir().unwrap();
    let plain = run(&["scan", "missing"]);
    assert!(!plain.err.contains('\u{1b}'));
    for words in [["--color=always", "scan", "missing"], ["scan", "missing", "--color=always"]] {
        assert!(run(&words).err.contains('\u{1b}'), "{words:?}");
    }
    assert!(run(&["scan", "--color", "always", "--no-such"]).err.contains('\u{1b}'));
    let forced =
        command(folder.path(), &["scan", "missing", "--color=never"]).env("CLICOLOR_FORCE", "1").output();
    assert!(!ran(&forced.unwrap()).err.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&["completions", "bash"][..], &["man"], &["schema", "config"], &["--help"]] {
        let mut child =
            command(folder.path(), words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for words in [&["completions", "bash"][..], &["schema", "config"], &["config", "init", "-"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = ran(&command(folder.path(), words).stdout(full).output().unwrap());
        assert_eq!(ran.code, 2, "{words:?}");
        assert!(ran.err.contains("cannot write"), "{}", ran.err);
    }
}
