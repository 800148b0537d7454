//! `twicetold dedup` as users meet it: the result, the ledger, and the way back to the byte.
#![cfg(feature = "archive")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use proptest::prelude::*;
use serde_json::{Value, json};
use support::corpus::{Corpus, Recipe};

const STORM: &str = "The harbour master closed the outer basin at noon because the swell had begun to lift the fishing boats \
                     over the lower quay, and nobody was to go aboard before the evening.";
const FERRY: &str = "No ferry will sail before noon on any day of the coming week, since both of its engines are to be taken \
                     out and looked at by people from the yard.";

fn run(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.current_dir(folder).env("NO_COLOR", "1").args(words).arg("--isolated").output().unwrap()
}

fn ok(folder: &Path, words: &[&str]) -> String {
    let output = run(folder, words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", err(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn refused(folder: &Path, words: &[&str], says: &str) {
    let before = files(folder);
    let output = run(folder, words);
    assert_eq!(output.status.code(), Some(2), "{words:?}: {}", err(&output));
    assert!(err(&output).contains(says), "{words:?}: {}", err(&output));
    assert_eq!(files(folder), before, "{words:?} left something behind");
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(at) = waiting.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                all.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    all
}

fn write(path: PathBuf, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut out).unwrap();
    out
}

fn ledger(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A folder `in` with every sort of file, in which texts are told twice.
fn newsroom() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join("in").join(name);
    let other = "Nothing else was decided on Monday, and the meeting ended early for want of chairs.";
    write(at("a.txt"), format!("{STORM}\n\n{other}\n"));
    write(at("b/copy.txt"), format!("{STORM}\n\n{other}\n"));
    write(at("c.txt"), format!("\u{feff}First. {FERRY} Last.\r\n\r\n{STORM} {FERRY}\r\n"));
    let line = |id: &str, text: &str| json!({ "id": id, "text": text }).to_string();
    let lines = [
        line("one", &format!("A week of “wind”.\n\n{STORM}\tétait\u{1f642}.")),
        String::new(),
        line("two", &format!("{FERRY}\n")),
        "{broken".to_owned(),
        line("three", &format!("{FERRY}\n")).replace("sail", "\\u0073ail"),
        line("four", "The last of them has nothing that any other has, but for its name and the day."),
    ];
    write(at("d.jsonl"), lines.join("\n"));
    write(at("e.jsonl.gz"), gzip((lines.join("\r\n") + "\r\n").as_bytes()));
    write(
        at("f.csv"),
        format!("id,text\r\nx,\"He said \"\"no\"\". {STORM}\r\n\r\n{FERRY}\"\r\ny,\"{FERRY}\"\r\n"),
    );
    folder
}

#[test]
fn documents_go_and_come_back() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    let before = files(&at("in"));
    let dry = ok(folder.path(), &["dedup", "in", "--dry-run"]);
    assert_eq!(files(folder.path()).len(), before.len(), "a dry run writes nothing");
    let said = ok(folder.path(), &["dedup", "in", "-o", "out"]);
    assert_eq!(dry.replace("would be taken", "taken"), said);
    assert_eq!(files(&at("in")), before, "the input is never changed");
    let out = files(&at("out"));
    assert!(!out.contains_key(Path::new("b/copy.txt")) && out.len() + 1 == before.len(), "{said}");
    // Lines that are no records stay.
    let lines = String::from_utf8(out[Path::new("d.jsonl")].clone()).unwrap();
    assert!(lines.contains("\n\n") && lines.contains("{broken") && !lines.contains("three"), "{lines}");
    assert_eq!(out[Path::new("c.txt")], before[Path::new("c.txt")]);
    let unpacked = String::from_utf8(gunzip(&out[Path::new("e.jsonl.gz")])).unwrap();
    assert!(unpacked.contains("{broken\r\n") && !unpacked.contains("two"), "{unpacked}");

    let lines = ledger(&at("out.ledger.jsonl"));
    let removed: Vec<&Value> = lines.iter().filter(|line| line["line"] == "removed").collect();
    let end = lines.last().unwrap();
    assert_eq!(end["removed_documents"], removed.len());
    let copy = removed.iter().find(|line| line["document"]["path"] == "b/copy.txt").unwrap();
    assert_eq!(copy["keeper"]["path"], "a.txt");
    assert_eq!(
        (&copy["kind"], &copy["level"], &copy["similarity"]),
        (&json!("exact"), &json!("document"), &json!(1.0))
    );
    assert_eq!(copy["text"].as_str().unwrap().as_bytes(), before[Path::new("b/copy.txt")]);

    ok(folder.path(), &["dedup", "--restore", "out.ledger.jsonl", "out", "-o", "back"]);
    comes_back(&before, &files(&at("back")));
}

/// Everything is as it was; what is packed, unpacked.
fn comes_back(before: &BTreeMap<PathBuf, Vec<u8>>, back: &BTreeMap<PathBuf, Vec<u8>>) {
    assert_eq!(before.keys().collect::<Vec<_>>(), back.keys().collect::<Vec<_>>());
    for (path, bytes) in before {
        let packed = path.extension().is_some_and(|ending| ending == "gz");
        let unpacked = |bytes: &Vec<u8>| if packed { gunzip(bytes) } else { bytes.clone() };
        assert_eq!(unpacked(bytes), unpacked(&back[path]), "{}", path.display());
    }
}

#[test]
fn parts_go_and_come_back() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    let before = files(&at("in"));
    let levels = "--level=paragraph,sentence,passage";
    ok(folder.path(), &["dedup", "in", "-o", "out", "--ledger", "l.jsonl", levels]);
    let all: String = files(&at("out"))
        .iter()
        .map(|(path, bytes)| {
            let packed = path.extension().is_some_and(|ending| ending == "gz");
            String::from_utf8(if packed { gunzip(bytes) } else { bytes.clone() }).unwrap()
        })
        .collect();
    // Each text is told once.
    for text in ["closed the outer basin", "both of its engines"] {
        assert_eq!(all.matches(text).count(), 1, "{text}: {all}");
    }
    assert!(all.contains("First. ") && all.contains("Last.") && all.contains("{broken"), "{all}");
    ok(folder.path(), &["dedup", "--restore", "l.jsonl", "out", "-o", "back"]);
    comes_back(&before, &files(&at("back")));
    let lines = ledger(&at("l.jsonl"));
    assert!(lines.iter().any(|line| line["line"] == "removed" && line["document"]["start"] != 0));
    assert_eq!(lines[0]["level"], "paragraph,sentence,passage");
}

#[test]
fn what_cannot_be_cut_without_harm_stays_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write(at("in/a.txt"), format!("{STORM}\n"));
    // Without its first paragraph the file would be read as JSON.
    let odd = format!("{STORM}\n\n{{\"text\": \"of the second file\"}}\n");
    write(at("in/b.txt"), &odd);
    let output =
        run(folder.path(), &["dedup", "in", "-o", "out", "--level=paragraph", "--on-input-error=fail"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(err(&output).contains("uncut") && err(&output).contains("b.txt"), "{}", err(&output));
    assert_eq!(fs::read_to_string(at("out/b.txt")).unwrap(), odd);
    ok(folder.path(), &["dedup", "--restore", "out.ledger.jsonl", "out", "-o", "back"]);
    assert_eq!(files(&at("in")), files(&at("back")));
}

/// A ledger in each format has the same in it, and brings back the same.
#[test]
fn ledgers_are_written_as_their_names_end() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    let before = files(&at("in"));
    let levels = "--level=document,paragraph,sentence,passage";
    let endings: &[&str] =
        if cfg!(feature = "parquet") { &["jsonl", "csv", "parquet"] } else { &["jsonl", "csv"] };
    for ending in endings {
        let (out, ledger, back) = (format!("out-{ending}"), format!("l.{ending}"), format!("back-{ending}"));
        ok(folder.path(), &["dedup", "in", "-o", &out, "--ledger", &ledger, levels]);
        assert_eq!(files(&at(&out)), files(&at("out-jsonl")), "{ending}");
        // How it is written is seen by its bytes, not by its name.
        fs::rename(at(&ledger), at("ledger")).unwrap();
        ok(folder.path(), &["dedup", "--restore", "ledger", &out, "-o", &back]);
        comes_back(&before, &files(&at(&back)));
        fs::rename(at("ledger"), at(&ledger)).unwrap();
    }
    let table = fs::read_to_string(at("l.csv")).unwrap();
    assert!(table.starts_with("line,schema,tool,single,path,"), "{table}");
    for (name, says) in [("l.txt", "ends in"), ("l", "ends in"), ("l.jsonl.gz", "ends in")] {
        refused(folder.path(), &["dedup", "in", "-o", "more", "--ledger", name], says);
    }
    // Another cell, another text.
    fs::write(at("l.csv"), table.replacen("harbour master", "harbour mistress", 1)).unwrap();
    refused(folder.path(), &["dedup", "--restore", "l.csv", "out-csv", "-o", "no"], "not what it was");
    fs::write(at("l.csv"), &table[..table.len() * 2 / 3]).unwrap();
    refused(folder.path(), &["dedup", "--restore", "l.csv", "out-csv", "-o", "no"], "ledger:");
}

#[test]
fn one_file_makes_one_file() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    ok(folder.path(), &["dedup", "in/d.jsonl", "-o", "out.jsonl"]);
    assert_eq!(fs::read_to_string(at("out.jsonl")).unwrap().matches("both of its engines").count(), 1);
    ok(folder.path(), &["dedup", "--restore", "out.jsonl.ledger.jsonl", "out.jsonl", "-o", "back.jsonl"]);
    assert_eq!(fs::read(at("back.jsonl")).unwrap(), fs::read(at("in/d.jsonl")).unwrap());
}

/// As one file: the same result, the same ledger but for the name.
#[test]
fn stdin_and_stdout_are_files() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    let temporary = at("temporary");
    fs::create_dir(&temporary).unwrap();
    let piped = |words: &[&str], input: &str, output: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
        command
            .current_dir(folder.path())
            .env("NO_COLOR", "1")
            .env("TMPDIR", &temporary)
            .args(words)
            .arg("--isolated");
        command.stdin(fs::File::open(at(input)).unwrap()).stdout(fs::File::create(at(output)).unwrap());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
        err(&output)
    };
    for name in ["d.jsonl", "e.jsonl.gz", "f.csv"] {
        let input = format!("in/{name}");
        let said = ok(folder.path(), &["dedup", &input, "-o", "a", "--ledger", "a.jsonl"]);
        piped(&["dedup", "-", "-o", "b", "--ledger", "b.jsonl"], &input, "said");
        assert_eq!(fs::read_to_string(at("said")).unwrap(), said);
        let told = piped(&["dedup", "-", "-o", "-", "--ledger", "c.jsonl"], &input, "c");
        assert!(told.contains(&said), "{told}");
        for other in ["b", "c"] {
            assert_eq!(fs::read(at(other)).unwrap(), fs::read(at("a")).unwrap(), "{name}");
            let ledger = fs::read_to_string(at(&format!("{other}.jsonl"))).unwrap();
            assert_eq!(
                ledger.replace("\"stdin", "\"NAME"),
                fs::read_to_string(at("a.jsonl")).unwrap().replace(&format!("\"{name}"), "\"NAME")
            );
            assert!(ledger.contains("\"path\":\"stdin\""), "{ledger}");
        }
        piped(&["dedup", "--restore", "b.jsonl", "b", "-o", "-"], &input, "back");
        let before = BTreeMap::from([(PathBuf::from(name), fs::read(at(&input)).unwrap())]);
        comes_back(&before, &BTreeMap::from([(PathBuf::from(name), fs::read(at("back")).unwrap())]));
        for done in ["a", "b", "a.jsonl", "b.jsonl", "c.jsonl"] {
            fs::remove_file(at(done)).unwrap();
        }
    }
}

#[test]
fn what_is_known_elsewhere_goes() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    write(at("old/ferry.txt"), format!("{FERRY}\n"));
    ok(folder.path(), &["dedup", "in/f.csv", "-o", "one.csv", "--against", "old"]);
    let left = fs::read_to_string(at("one.csv")).unwrap();
    assert!(left.contains("\r\nx,") && !left.contains("\r\ny,"), "{left}");
    ok(folder.path(), &["index", "create", "old.tta", "old"]);
    ok(folder.path(), &["dedup", "in/f.csv", "-o", "two.csv", "--index", "old.tta"]);
    assert_eq!(fs::read_to_string(at("two.csv")).unwrap(), left);
    ok(folder.path(), &["dedup", "--restore", "two.csv.ledger.jsonl", "two.csv", "-o", "back.csv"]);
    assert_eq!(fs::read(at("back.csv")).unwrap(), fs::read(at("in/f.csv")).unwrap());
}

#[test]
fn what_cannot_be_done_is_refused_and_leaves_nothing() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    refused(
        folder.path(),
        &["dedup", "in", "-o", "out", "--ledger", "out/l.jsonl"],
        "the ledger would lie in",
    );
    refused(
        folder.path(),
        &["dedup", "in/d.jsonl", "-o", "one.jsonl", "--ledger", "one.jsonl"],
        "the ledger would lie in",
    );
    refused(folder.path(), &["dedup", "in", "-o", "in"], "would lie in what it is made of");
    refused(folder.path(), &["dedup", "in", "-o", "in/out"], "would lie in what it is made of");
    refused(
        folder.path(),
        &["dedup", "in", "-o", "out", "--ledger", "in/l"],
        "would lie in what it is made of",
    );
    refused(folder.path(), &["dedup", "-", "in", "-o", "out"], "no one file");
    refused(folder.path(), &["dedup", "in", "-o", "-", "--ledger", "l.jsonl"], "only one file");
    refused(folder.path(), &["dedup", "in/d.jsonl", "-o", "-"], "--ledger FILE");
    refused(folder.path(), &["dedup", "-", "-o", "out", "--temp-dir", "nowhere"], "nowhere");
    refused(folder.path(), &["dedup", "in"], "--output");
    refused(folder.path(), &["dedup", "in", "-o", "out", "--fail-on=any"], "unexpected argument");
    write(at("full/there.txt"), "there");
    refused(folder.path(), &["dedup", "in", "-o", "full"], "there is something already");

    // What is no line of bytes in UTF-8 goes as a whole or not at all.
    let utf16: Vec<u8> =
        fs::read_to_string(at("in/d.jsonl")).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect();
    write(at("wide/d.jsonl"), [&[0xFF, 0xFE][..], &utf16].concat());
    refused(folder.path(), &["dedup", "wide", "-o", "out"], "convert it to UTF-8 first");
    let entry = |n: u8| format!("<item><guid>{n}</guid><description>{FERRY}</description></item>");
    write(
        at("feeds/f.xml"),
        format!("<rss version=\"2.0\"><channel>{}{}</channel></rss>", entry(1), entry(2)),
    );
    refused(folder.path(), &["dedup", "feeds", "-o", "out"], "a feed");
    let mut tar = tar::Builder::new(Vec::new());
    for name in ["a.txt", "b.txt"] {
        let mut header = tar::Header::new_gnu();
        header.set_size(FERRY.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append_data(&mut header, name, FERRY.as_bytes()).unwrap();
    }
    write(at("packed/two.tar"), tar.into_inner().unwrap());
    refused(folder.path(), &["dedup", "packed", "-o", "out"], "unpack the archive first");
}

#[test]
fn a_ledger_or_a_result_that_was_changed_restores_nothing() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    ok(folder.path(), &["dedup", "in", "-o", "out"]);
    let restore = ["dedup", "--restore", "out.ledger.jsonl", "out", "-o", "back"];
    let text = fs::read_to_string(at("out.ledger.jsonl")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cases = [
        (lines[..lines.len() - 1].join("\n"), "not whole"),
        (text.replacen("ledger/1", "ledger/2", 1), "twicetold.ledger/2"),
        (text.replacen("harbour master", "harbour mistress", 1), "not what it was"),
        (text.replacen("\"offset\":0", "\"offset\":7", 1), ""),
        ("not a ledger".to_owned(), "no line of a ledger"),
    ];
    for (changed, says) in cases {
        write(at("out.ledger.jsonl"), changed);
        refused(folder.path(), &restore, says);
    }
    write(at("out.ledger.jsonl"), &text);
    let a = fs::read_to_string(at("out/a.txt")).unwrap();
    write(at("out/a.txt"), a.replace("noon", "nine"));
    refused(folder.path(), &restore, "not what it was");
    fs::remove_file(at("out/a.txt")).unwrap();
    refused(folder.path(), &restore, "a.txt");
    write(at("out/a.txt"), a);
    ok(folder.path(), &restore);
    // A path that leads out of the folder is not followed.
    write(
        at("out.ledger.jsonl"),
        text.replace("\"path\":\"a.txt\",\"packing\"", "\"path\":\"../a.txt\",\"packing\""),
    );
    refused(folder.path(), &["dedup", "--restore", "out.ledger.jsonl", "out", "-o", "again"], "outside");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Articles of a generated corpus in files of every sort, with every level.
    #[test]
    fn whatever_goes_comes_back(seed in 0_u64..1_000_000, all_levels: bool, per_file in 1_usize..40, keep in 0_usize..2) {
        let corpus = Corpus::generate(&Recipe { documents: 90, derived_percent: 50, seed, ..Recipe::default() });
        let folder = tempfile::tempdir().unwrap();
        for (n, articles) in corpus.articles.chunks(per_file).enumerate() {
            let at = |ending: &str| folder.path().join("in").join(format!("{n}.{ending}"));
            match n % 4 {
                0 => {
                    let lines: String = articles.iter().map(|a| json!({"id": a.name, "text": a.text}).to_string() + "\n").collect();
                    write(at("jsonl"), lines);
                }
                1 => {
                    let lines: String = articles.iter().map(|a| json!({"text": a.text, "id": a.name}).to_string() + "\r\n").collect();
                    write(at("jsonl.gz"), gzip(lines.as_bytes()));
                }
                2 => {
                    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
                    table.write_record(["id", "title", "text"]).unwrap();
                    articles.iter().for_each(|a| table.write_record([&a.name, "a \"title\"", &a.text]).unwrap());
                    write(at("csv"), table.into_inner().unwrap());
                }
                _ => articles.iter().for_each(|a| write(folder.path().join("in").join(format!("{n}/{}.txt", a.name)), &a.text)),
            }
        }
        let before = files(&folder.path().join("in"));
        let levels = if all_levels { "--level=document,paragraph,sentence,passage" } else { "--level=document" };
        let said = ok(folder.path(), &["dedup", "in", "-o", "out", levels, ["--keep=first", "--keep=longest"][keep]]);
        prop_assert!(!said.starts_with("0 of"), "{}", said);
        prop_assert_eq!(&files(&folder.path().join("in")), &before);
        ok(folder.path(), &["dedup", "--restore", "out.ledger.jsonl", "out", "-o", "back"]);
        comes_back(&before, &files(&folder.path().join("back")));
        if all_levels {
            // Two that lost what they do not share may be left with the same words, where the finding that joined them had
            // lost a part of its keeper.
            return Ok(());
        }
        // Of whole documents in the same words none is left to be found.
        let again = ok(folder.path(), &["scan", "out", "--level=document", "-f", "json"]);
        let again: Value = serde_json::from_str(&again).unwrap();
        let exact = again["families"].as_array().unwrap().iter().filter(|family| family["kind"] == "exact").count();
        prop_assert_eq!(exact, 0);
    }
}

/// The same article in many records of two files, with a text that is told not to count among them.
fn repeated(folder: &Path, records: usize) {
    fs::create_dir(folder.join("in")).unwrap();
    let text = STORM.repeat(3);
    for name in ["a", "b"] {
        let lines: Vec<String> = (0..records)
            .map(|n| json!({"id": format!("{name}{n}"), "text": text}).to_string() + "\n")
            .collect();
        fs::write(folder.join(format!("in/{name}.jsonl")), lines.concat()).unwrap();
    }
    fs::write(folder.join("in/stock.txt"), FERRY).unwrap();
}

#[test]
fn a_folder_may_end_with_a_slash_and_what_was_no_input_is_not_in_the_result() {
    let folder = tempfile::tempdir().unwrap();
    repeated(folder.path(), 3);
    ok(folder.path(), &["dedup", "in/", "-o", "out/", "--boilerplate", "in/stock.txt"]);
    let written: Vec<PathBuf> = files(&folder.path().join("out")).into_keys().collect();
    assert_eq!(written, [PathBuf::from("a.jsonl"), PathBuf::from("b.jsonl")]);
    assert!(folder.path().join("out.ledger.jsonl").exists());
    let before = files(&folder.path().join("in"));
    ok(folder.path(), &["dedup", "--restore", "out.ledger.jsonl", "out/", "-o", "back/"]);
    for (path, bytes) in files(&folder.path().join("back")) {
        assert_eq!(bytes, before[&path]);
    }
}

#[test]
fn a_ledger_that_lost_a_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    repeated(folder.path(), 3);
    ok(folder.path(), &["dedup", "in", "-o", "out", "--ledger", "l.jsonl"]);
    let ledger = fs::read_to_string(folder.path().join("l.jsonl")).unwrap();
    let lines: Vec<&str> = ledger.split_inclusive('\n').collect();
    let is_file = |line: &&str| line.contains("\"line\":\"file\"");
    let starts: Vec<usize> = (0..lines.len()).filter(|at| is_file(&lines[*at])).collect();
    assert_eq!(starts.len(), 3);
    let cut = [&lines[..starts[0]], &lines[starts[1]..]].concat().concat();
    fs::write(folder.path().join("l.jsonl"), cut).unwrap();
    refused(folder.path(), &["dedup", "--restore", "l.jsonl", "out", "-o", "back"], "lines are missing");
}
