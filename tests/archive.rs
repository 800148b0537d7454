//! The archive as other processes meet it: killed writers, full disks, readers beside a writer, old files.
#![cfg(feature = "archive")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
};

use support::{fixtures, scratch};

fn twicetold() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.env("NO_COLOR", "1");
    command
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A file of articles that share nothing with those of another number.
fn articles(folder: &Path, number: usize, n_articles: usize) -> PathBuf {
    let lines: String = (0..n_articles)
        .map(|article| {
            let words: String = (0..60).map(|word| format!("w{number}x{article}x{word} ")).collect();
            format!(
                "{{\"id\":\"b{number}-{article}\",\"date\":\"2024-05-{:02}\",\"text\":\"{words}\"}}\n",
                1 + number % 28
            )
        })
        .collect();
    let path = folder.join(format!("b{number}.jsonl"));
    fs::write(&path, lines).unwrap();
    path
}

fn create(folder: &Path) -> PathBuf {
    let archive = folder.join("news.twicetold");
    let made = run(twicetold().args(["index", "create", "--isolated"]).arg(&archive));
    assert!(made.status.success(), "{}", text(&made.stderr));
    archive
}

/// How many articles of each batch the archive lists.
fn batches(archive: &Path) -> BTreeMap<usize, usize> {
    let listed = run(twicetold().args(["index", "list"]).arg(archive));
    assert!(listed.status.success(), "{}", text(&listed.stderr));
    let mut batches = BTreeMap::new();
    for line in text(&listed.stdout).lines() {
        let name = line.rsplit('\t').next().unwrap();
        let batch = name.strip_prefix('b').and_then(|name| name.split('-').next()).unwrap();
        *batches.entry(batch.parse().unwrap()).or_default() += 1;
    }
    batches
}

#[test]
fn a_killed_writer_loses_nothing_that_it_acknowledged() {
    const ARTICLES: usize = 5;
    let kills: usize = std::env::var("TWICETOLD_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let folder = scratch("archive-kills");
    let archive = create(&folder);
    let mut acknowledged = Vec::new();
    let mut killed = 0;
    // How long a change takes here, so that kills fall everywhere in it.
    let began = std::time::Instant::now();
    let first = articles(&folder, 0, ARTICLES);
    assert!(run(twicetold().args(["index", "add", "--isolated"]).arg(&archive).arg(first)).status.success());
    let change = began.elapsed();
    acknowledged.push(0);
    for number in 1..=kills {
        let file = articles(&folder, number, ARTICLES);
        let mut writer = twicetold()
            .args(["index", "add", "--isolated"])
            .arg(&archive)
            .arg(&file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(change.mul_f64(1.2 * ((number * 7919) % kills) as f64 / kills as f64));
        let _ = writer.kill();
        let output = writer.wait_with_output().unwrap();
        killed += usize::from(!output.status.success());
        if text(&output.stdout).contains("documents added") {
            acknowledged.push(number);
        }
        fs::remove_file(file).unwrap();
    }
    let there = batches(&archive);
    for number in &acknowledged {
        assert_eq!(there.get(number), Some(&ARTICLES), "batch {number} was acknowledged");
    }
    assert!(there.values().all(|n| *n == ARTICLES), "a change is whole or not there: {there:?}");
    let sound = run(twicetold().args(["index", "verify"]).arg(&archive));
    assert!(sound.status.success(), "{}", text(&sound.stderr));
    assert!(kills / 4 < killed, "only {killed} writers were killed in time");
    println!(
        "{killed} of {kills} writers killed, {} changes acknowledged, {} there",
        acknowledged.len(),
        there.len()
    );
}

#[test]
fn readers_beside_a_writer_see_whole_changes() {
    const ARTICLES: usize = 7;
    const CHANGES: usize = 30;
    let folder = scratch("archive-readers");
    let archive = create(&folder);
    let files: Vec<PathBuf> = (0..CHANGES).map(|number| articles(&folder, number, ARTICLES)).collect();
    thread::scope(|scope| {
        let readers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = 0;
                    let mut answers = 0;
                    while seen < CHANGES {
                        let there = batches(&archive);
                        assert!(there.values().all(|n| *n == ARTICLES), "{there:?}");
                        let numbers: Vec<usize> = there.keys().copied().collect();
                        assert_eq!(numbers, (0..there.len()).collect::<Vec<_>>(), "changes come in order");
                        assert!(seen <= there.len(), "a later answer is no older");
                        seen = there.len();
                        answers += 1;
                    }
                    answers
                })
            })
            .collect();
        for file in &files {
            let added = run(twicetold().args(["index", "add", "--isolated"]).arg(&archive).arg(file));
            assert!(added.status.success(), "{}", text(&added.stderr));
        }
        let answers: usize = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
        println!("{answers} answers of 8 readers beside {CHANGES} changes");
    });
}

#[test]
fn two_writers_take_turns() {
    let folder = scratch("archive-writers");
    let archive = create(&folder);
    let files: Vec<PathBuf> = (0..12).map(|number| articles(&folder, number, 3)).collect();
    thread::scope(|scope| {
        let archive = &archive;
        for half in files.chunks(6) {
            scope.spawn(move || {
                for file in half {
                    let added = run(twicetold().args(["index", "add", "--isolated"]).arg(archive).arg(file));
                    assert!(added.status.success(), "{}", text(&added.stderr));
                }
            });
        }
    });
    assert_eq!(batches(&archive).len(), 12);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_grow_is_an_error_and_the_old_state_stays() {
    let folder = scratch("archive-full");
    let archive = create(&folder);
    let few = articles(&folder, 0, 3);
    assert!(run(twicetold().args(["index", "add", "--isolated"]).arg(&archive).arg(few)).status.success());
    let many = articles(&folder, 1, 2000);
    // The limit is in blocks of 512 bytes; its signal is ignored, so that writing fails as on a full disk.
    let script = "trap '' XFSZ; ulimit -f 400; exec \"$0\" index add --isolated \"$1\" \"$2\"";
    let full = run(Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_twicetold")])
        .arg(&archive)
        .arg(&many));
    assert_eq!(full.status.code(), Some(4), "{}", text(&full.stderr));
    assert_eq!(batches(&archive), BTreeMap::from([(0, 3)]));
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("tmp")), "{left:?}");
    assert!(run(twicetold().args(["index", "add", "--isolated"]).arg(&archive).arg(&many)).status.success());
    assert_eq!(batches(&archive), BTreeMap::from([(0, 3), (1, 2000)]));
}

#[test]
fn what_cannot_be_used_ends_with_4() {
    let folder = scratch("archive-refusals");
    let archive = create(&folder);
    let file = articles(&folder, 0, 2);
    let code = |arguments: &[&str], archive: &Path| {
        let done = run(twicetold().args(arguments).arg(archive));
        (done.status.code(), text(&done.stderr))
    };
    let (status, told) = code(&["index", "stats"], &folder.join("none"));
    assert_eq!(status, Some(4));
    assert!(told.contains("index create"), "{told}");
    let other = run(twicetold()
        .args(["check", "--isolated", "--threshold", "document=0.5"])
        .arg(&file)
        .arg("--index")
        .arg(&archive));
    assert_eq!(other.status.code(), Some(4), "{}", text(&other.stderr));
    assert!(text(&other.stderr).contains("threshold is document=0.7"), "{}", text(&other.stderr));
    let damaged = folder.join("damaged");
    let mut bytes = fs::read(&archive).unwrap();
    bytes.truncate(bytes.len() / 2);
    fs::write(&damaged, bytes).unwrap();
    let (status, told) = code(&["index", "list"], &damaged);
    assert_eq!(status, Some(4), "{told}");
}

#[test]
fn an_archive_of_format_1_is_read() {
    let folder = scratch("archive-old");
    let archive = folder.join("v1.twicetold");
    // A copy: readers write, too, beside the file.
    fs::copy(fixtures().join("archive/v1.twicetold"), &archive).unwrap();
    let sound = run(twicetold().args(["index", "verify"]).arg(&archive));
    assert!(sound.status.success(), "{}", text(&sound.stderr));
    let exported = run(twicetold().args(["index", "export"]).arg(&archive));
    let expected = fs::read_to_string(fixtures().join("archive/v1.jsonl")).unwrap();
    assert_eq!(text(&exported.stdout), expected.replace("\r\n", "\n"));
    let incoming = fixtures().join("sample");
    let checked = run(twicetold()
        .args(["check", "--isolated", "-q", "-f", "json"])
        .arg(incoming)
        .arg("--index")
        .arg(&archive));
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked.stderr));
    assert!(text(&checked.stdout).contains("\"scope\": \"archive\""));
}

#[test]
fn an_archive_of_format_1_without_texts_is_read() {
    let folder = scratch("archive-old-hashes");
    let found = ["v1", "v1-no-text"].map(|name| {
        let archive = folder.join(name);
        fs::copy(fixtures().join(format!("archive/{name}.twicetold")), &archive).unwrap();
        let sound = run(twicetold().args(["index", "verify"]).arg(&archive));
        assert!(sound.status.success(), "{}", text(&sound.stderr));
        let checked = run(twicetold()
            .args(["check", "--isolated", "-q", "--fail-on", "none", "-f", "json"])
            .arg(fixtures().join("sample"))
            .arg("--index")
            .arg(&archive));
        let report: serde_json::Value = serde_json::from_slice(&checked.stdout).unwrap();
        let families = report["families"].as_array().unwrap().iter().map(|family| {
            let places = family["occurrences"].as_array().unwrap().iter();
            let places: Vec<String> =
                places.map(|o| format!("{} {} {}", o["document"], o["start"], o["end"])).collect();
            format!("{} {} {} {places:?}", family["level"], family["kind"], family["similarity"])
        });
        let mut families: Vec<String> = families.collect();
        families.sort();
        (report["summary"].clone(), families)
    });
    assert!(!found[0].1.is_empty());
    assert_eq!(found[0], found[1]);
}

#[test]
fn a_check_finds_what_a_scan_of_everything_finds() {
    let folder = scratch("archive-equal");
    let sample = fixtures().join("sample");
    let mut names: Vec<PathBuf> = fs::read_dir(&sample)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    names.sort();
    assert!(3 < names.len());
    for newcomer in &names {
        let (old, new) = (folder.join("old"), folder.join("new"));
        for folder in [&old, &new] {
            let _ = fs::remove_dir_all(folder);
            fs::create_dir(folder).unwrap();
        }
        for name in &names {
            let to = if name == newcomer { &new } else { &old };
            fs::copy(name, to.join(name.file_name().unwrap())).unwrap();
        }
        let archive = folder.join("equal.twicetold");
        for beside in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{beside}", archive.display()));
        }
        assert!(
            run(twicetold().args(["index", "create", "--isolated"]).arg(&archive).arg(&old)).status.success()
        );
        let checked = run(twicetold()
            .args(["check", "--isolated", "-q", "--fail-on", "none", "-f", "json"])
            .arg(&new)
            .arg("--index")
            .arg(&archive));
        let scanned = run(twicetold().args(["scan", "--isolated", "-q", "-f", "json"]).arg(&old).arg(&new));
        let newcomer = newcomer.file_name().unwrap().to_str().unwrap();
        assert_eq!(families(&checked.stdout, newcomer), families(&scanned.stdout, newcomer), "{newcomer}");
    }
}

/// The families in which a document occurs: fingerprint, level, kind, and every place.
fn families(report: &[u8], newcomer: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_slice(report).unwrap();
    let name = |id: &serde_json::Value| {
        let document = report["documents"].as_array().unwrap().iter().find(|document| document["id"] == *id);
        document.unwrap()["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    };
    let mut families: Vec<String> = Vec::new();
    for family in report["families"].as_array().unwrap() {
        let places: Vec<(String, u64, u64)> = family["occurrences"]
            .as_array()
            .unwrap()
            .iter()
            .map(|place| {
                (name(&place["document"]), place["start"].as_u64().unwrap(), place["end"].as_u64().unwrap())
            })
            .collect();
        if places.iter().any(|(document, ..)| document == newcomer) {
            let mut places = places;
            places.sort();
            families.push(format!("{} {} {places:?}", family["level"], family["kind"]));
        }
    }
    families.sort();
    families
}

#[test]
fn passing_documents_are_added_and_found_the_next_day() {
    let folder = scratch("archive-days");
    let archive = create(&folder);
    let today = articles(&folder, 0, 3);
    let check = |file: &Path, more: &[&str]| {
        let done = run(twicetold()
            .args(["check", "--isolated", "-q", "-f", "json"])
            .args(more)
            .arg(file)
            .arg("--index")
            .arg(&archive));
        (done.status.code(), serde_json::from_slice::<serde_json::Value>(&done.stdout).unwrap())
    };
    let (code, report) = check(&today, &["--add"]);
    assert_eq!((code, report["summary"]["families"].as_u64()), (Some(0), Some(0)));
    assert_eq!(batches(&archive), BTreeMap::from([(0, 3)]));
    // The same words under other names, and one article that is new.
    let tomorrow = folder.join("tomorrow.jsonl");
    let again = fs::read_to_string(&today).unwrap().replace("\"b0-", "\"b8-");
    fs::write(&tomorrow, again + &fs::read_to_string(articles(&folder, 9, 1)).unwrap()).unwrap();
    let (code, report) = check(&tomorrow, &["--add"]);
    assert_eq!((code, report["summary"]["families"].as_u64()), (Some(1), Some(3)));
    assert!(report["families"].as_array().unwrap().iter().all(|family| family["scope"] == "archive"));
    assert_eq!(batches(&archive), BTreeMap::from([(0, 3), (9, 1)]));
    let (code, _) = check(&tomorrow, &["--add=all"]);
    assert_eq!(code, Some(1));
    assert_eq!(batches(&archive), BTreeMap::from([(0, 3), (8, 3), (9, 1)]));
}
