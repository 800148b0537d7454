//! The archive where the system gives no more: disks that are full for real, and no more files that may be open.
#![cfg(all(feature = "archive", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use support::scratch;

const FULL: &str = "the disk is full";

fn twicetold(arguments: &[&str], paths: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.env("NO_COLOR", "1").args(arguments).args(paths).output().unwrap()
}

fn add(archive: &Path, file: &Path) -> Output {
    twicetold(&["index", "add", "--isolated"], &[archive, file])
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file of articles that share nothing with those of another letter; so many bytes of each cannot be packed.
fn articles(folder: &Path, letter: char, n_articles: usize, n_noise: usize) -> PathBuf {
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[(state >> 58) as usize],
        )
    };
    let path = folder.join(format!("{letter}.jsonl"));
    let mut file = io::BufWriter::new(fs::File::create(&path).unwrap());
    for n in 0..n_articles {
        let words: String = (0..60).map(|word| format!("{letter}{n}x{word} ")).collect();
        let noise: String = (0..n_noise).map(|_| noise()).collect();
        writeln!(file, "{{\"id\":\"{letter}-{n}\",\"text\":\"{words}{noise}\"}}").unwrap();
    }
    file.flush().unwrap();
    path
}

/// How many articles of each letter the archive lists; the error when it cannot.
fn letters(archive: &Path) -> Result<BTreeMap<char, usize>, String> {
    let listed = twicetold(&["index", "list"], &[archive]);
    if listed.status.code() == Some(4) {
        return Err(told(&listed));
    }
    assert!(listed.status.success(), "{}", told(&listed));
    let mut letters = BTreeMap::new();
    for line in String::from_utf8(listed.stdout).unwrap().lines() {
        *letters.entry(line.rsplit('\t').next().unwrap().chars().next().unwrap()).or_default() += 1;
    }
    Ok(letters)
}

fn must_be_sound(archive: &Path) {
    let sound = twicetold(&["index", "verify"], &[archive]);
    assert!(sound.status.success(), "{}", told(&sound));
}

/// A file system of its own, of a few MiB. It goes with its owner.
struct Disk(PathBuf);

impl Disk {
    /// None, and a line that says so, where mounting is not allowed.
    fn new(name: &str, size: &str) -> Option<Self> {
        // What a test that was killed has left.
        let left = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = Command::new("umount").arg(&left).output();
        let folder = scratch(name);
        let options = format!("size={size}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&folder).output();
        let why = match mounted {
            Ok(output) if output.status.success() => return Some(Self(folder)),
            Ok(output) => told(&output),
            Err(error) => error.to_string(),
        };
        // Not `eprintln`, which is seen only where a test fails.
        let skipped = format!(
            "SKIPPED: {name}: no file system can be mounted here: {}
",
            why.trim()
        );
        io::stderr().write_all(skipped.as_bytes()).unwrap();
        None
    }

    /// Fills it up but for so many bytes; false when there are not so many.
    fn leave(&self, n_bytes: u64) -> bool {
        self.make_room();
        let free = Command::new("df").args(["--output=avail", "-B1"]).arg(&self.0).output().unwrap();
        let free = String::from_utf8(free.stdout).unwrap();
        let free: u64 = free.lines().nth(1).unwrap().trim().parse().unwrap();
        let Some(size) = free.checked_sub(n_bytes) else { return false };
        let filler = fs::File::create(self.0.join("filler")).unwrap();
        let written = io::copy(&mut io::Read::take(io::repeat(b'.'), size), &mut &filler);
        written.expect("so much was free");
        true
    }

    fn make_room(&self) {
        let _ = fs::remove_file(self.0.join("filler"));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

/// Makes an archive of 30 articles of the letter a.
fn create(disk: &Disk, beside: &Path) -> PathBuf {
    let archive = disk.0.join("news.twicetold");
    assert!(twicetold(&["index", "create", "--isolated"], &[&archive]).status.success());
    let added = add(&archive, &articles(beside, 'a', 30, 0));
    assert!(added.status.success(), "{}", told(&added));
    archive
}

/// What a command on a full disk must leave: the state before, though reading may want room too, and a sound file.
fn must_be_as_before(disk: &Disk, archive: &Path, before: &BTreeMap<char, usize>) {
    match letters(archive) {
        Ok(letters) => assert_eq!(&letters, before),
        Err(message) => assert!(message.contains(FULL), "{message}"),
    }
    disk.make_room();
    assert_eq!(letters(archive).as_ref(), Ok(before));
    must_be_sound(archive);
}

#[test]
fn what_does_not_fit_is_not_added() {
    let Some(disk) = Disk::new("full-add", "2m") else { return };
    let beside = scratch("full-add-input");
    let archive = create(&disk, &beside);
    let more = articles(&beside, 'b', 600, 0);
    let before = BTreeMap::from([('a', 30)]);
    let mut refused = 0;
    for left in [0, 4, 16, 31, 32, 36, 64, 100, 150, 200, 300, 400, 500, 700, 1000] {
        assert!(disk.leave(left << 10));
        let added = add(&archive, &more);
        if added.status.success() {
            break;
        }
        assert_eq!(added.status.code(), Some(4), "{left} KiB: {}", told(&added));
        assert!(told(&added).contains(FULL), "{left} KiB: {}", told(&added));
        assert!(told(&added).contains("nothing was changed"), "{left} KiB: {}", told(&added));
        must_be_as_before(&disk, &archive, &before);
        refused += 1;
    }
    assert!(7 < refused, "refused {refused} times");
    disk.make_room();
    assert_eq!(letters(&archive), Ok(BTreeMap::from([('a', 30), ('b', 600)])));
    assert!(add(&archive, &articles(&beside, 'c', 5, 0)).status.success());
    must_be_sound(&archive);
}

#[test]
fn a_change_larger_than_memory_holds_is_given_up_while_it_is_written() {
    let Some(disk) = Disk::new("full-wal", "44m") else { return };
    let beside = scratch("full-wal-input");
    let archive = create(&disk, &beside);
    // SQLite keeps 32 MiB of a change in memory; the rest goes into the log before the change ends.
    let many = articles(&beside, 'b', 36, 1_300_000);
    for left in [1, 20] {
        assert!(disk.leave(left << 20));
        let added = add(&archive, &many);
        assert_eq!(added.status.code(), Some(4), "{}", told(&added));
        assert!(told(&added).contains(FULL), "{}", told(&added));
        must_be_as_before(&disk, &archive, &BTreeMap::from([('a', 30)]));
    }
    let added = add(&archive, &many);
    assert!(added.status.success(), "it fits into an empty disk: {}", told(&added));
    assert_eq!(letters(&archive), Ok(BTreeMap::from([('a', 30), ('b', 36)])));
    fs::remove_file(many).unwrap();
}

#[test]
fn compaction_without_room_loses_nothing() {
    let Some(disk) = Disk::new("full-compact", "4m") else { return };
    let beside = scratch("full-compact-input");
    let archive = create(&disk, &beside);
    assert!(add(&archive, &articles(&beside, 'b', 20, 60_000)).status.success());
    assert!(twicetold(&["index", "remove", "--name", "b-0", "--name", "b-1"], &[&archive]).status.success());
    let before = BTreeMap::from([('a', 30), ('b', 18)]);
    let bytes = fs::metadata(&archive).unwrap().len();
    let (mut unchanged, mut as_large) = (0, 0);
    for left in [0, 4, 16, 32, 36, 40, 64, 128, 256, 512, 800] {
        assert!(disk.leave(left << 10));
        let compacted = twicetold(&["index", "compact"], &[&archive]);
        assert_eq!(compacted.status.code(), Some(4), "{left} KiB: {}", told(&compacted));
        let message = told(&compacted);
        assert!(message.contains(FULL), "{left} KiB: {message}");
        unchanged += usize::from(message.contains("nothing was changed"));
        as_large += usize::from(message.contains("every document is there and the file as large as before"));
        must_be_as_before(&disk, &archive, &before);
    }
    assert!(0 < unchanged && 0 < as_large && unchanged + as_large == 11, "{unchanged} and {as_large}");
    assert!(twicetold(&["index", "compact"], &[&archive]).status.success());
    assert!(fs::metadata(&archive).unwrap().len() < bytes);
    must_be_as_before(&disk, &archive, &before);
}

#[test]
fn an_archive_that_could_not_be_made_is_not_in_the_way() {
    let Some(disk) = Disk::new("full-create", "1m") else { return };
    let archive = disk.0.join("news.twicetold");
    for left in [0, 4, 8, 20, 36, 50] {
        assert!(disk.leave(left << 10));
        let made = twicetold(&["index", "create", "--isolated"], &[&archive]);
        assert_eq!(made.status.code(), Some(4), "{left} KiB: {}", told(&made));
        assert!(told(&made).contains(FULL), "{left} KiB: {}", told(&made));
        disk.make_room();
        assert_eq!(fs::read_dir(&disk.0).unwrap().count(), 0, "{left} KiB");
    }
    assert!(twicetold(&["index", "create", "--isolated"], &[&archive]).status.success());
    // What is there already is never taken for what could not be made.
    let again = twicetold(&["index", "create", "--isolated"], &[&archive]);
    assert!(told(&again).contains("exists already"), "{}", told(&again));
    must_be_sound(&archive);
}

#[test]
fn without_files_that_may_be_open_there_is_an_error_or_the_right_answer() {
    let folder = scratch("archive-files");
    let archive = folder.join("news.twicetold");
    let known = articles(&folder, 'a', 30, 0);
    let made = twicetold(&["index", "create", "--isolated"], &[&archive, &known]);
    assert!(made.status.success(), "{}", told(&made));
    let sound = fs::read(&archive).unwrap();
    let new = articles(&folder, 'b', 3, 0);
    let before = BTreeMap::from([('a', 30)]);
    let run = |n_files: usize, arguments: &[&Path]| {
        fs::write(&archive, &sound).unwrap();
        let script = format!("ulimit -n {n_files}; exec \"$0\" \"$@\"");
        let program = env!("CARGO_BIN_EXE_twicetold");
        Command::new("sh")
            .env("NO_COLOR", "1")
            .args(["-c", &script, program])
            .args(arguments)
            .output()
            .unwrap()
    };
    // Fewer than four do not let a program begin.
    let (mut refused, mut done) = (0, 0);
    for n_files in 4..14 {
        let check =
            [Path::new("check"), Path::new("--isolated"), &known, &new, Path::new("--index"), &archive];
        let checked = run(n_files, &check);
        let stdout = String::from_utf8_lossy(&checked.stdout).into_owned();
        match checked.status.code() {
            Some(1) => assert!(stdout.contains("30 findings in 33 documents"), "{n_files}: {stdout}"),
            Some(3) => assert!(stdout.contains("Too many open files"), "{n_files}: {stdout}"),
            Some(4) => assert!(told(&checked).contains("ulimit -n"), "{n_files}: {}", told(&checked)),
            other => panic!("{n_files}: {other:?} {}", told(&checked)),
        }
        let added =
            run(n_files, &[Path::new("index"), Path::new("add"), Path::new("--isolated"), &archive, &new]);
        let there = letters(&archive).unwrap();
        match added.status.code() {
            Some(0) if there.contains_key(&'b') => {
                assert_eq!(there, BTreeMap::from([('a', 30), ('b', 3)]), "{n_files}");
                done += 1;
            }
            Some(0) => assert!(told(&added).contains("Too many open files"), "{n_files}: {}", told(&added)),
            Some(4) => {
                assert!(told(&added).contains("ulimit -n"), "{n_files}: {}", told(&added));
                assert_eq!(there, before, "{n_files}");
                refused += 1;
            }
            other => panic!("{n_files}: {other:?} {}", told(&added)),
        }
        must_be_sound(&archive);
    }
    assert!(0 < refused && 0 < done, "{refused} refused, {done} done");
}
