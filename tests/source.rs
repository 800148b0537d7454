//! Reading a hostile tree: everything is read or listed, in the same order every time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use proptest::prelude::*;
use twicetold::{
    Document, Error, Layout, Problem, ProblemKind, Settings,
    dedup::ledger::{self, LedgerFormat, Line, Writer},
    pipeline, report,
    source::{self, Decided, Entry, Format, Input, Item, Options, Settled, Skip},
};

/// A folder that goes when the test is over.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn read(&self) -> Read {
        read(&[self.root()], &Options::default())
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Read {
    documents: Vec<Document>,
    problems: Vec<Problem>,
    /// Documents and problems as they came: a path each.
    order: Vec<String>,
}

impl Read {
    fn paths(&self) -> Vec<&str> {
        self.documents.iter().map(|d| d.path.as_str()).collect()
    }

    fn kinds(&self) -> Vec<(&str, ProblemKind)> {
        self.problems.iter().map(|p| (p.path.as_str(), p.kind)).collect()
    }
}

fn inputs(paths: &[&Path]) -> Vec<Input> {
    paths.iter().map(|path| Input::Path(path.to_path_buf())).collect()
}

fn read(paths: &[&Path], options: &Options) -> Read {
    let mut read = Read { documents: vec![], problems: vec![], order: vec![] };
    for item in source::open(inputs(paths), options).unwrap() {
        match item {
            Item::Document(document) => {
                read.order.push(document.path.clone());
                read.documents.push(document);
            }
            Item::Problem(problem) => {
                assert!(!problem.message.contains('\n'), "{}", problem.message);
                assert!(!problem.message.contains("/tmp"), "no absolute path in {}", problem.message);
                read.order.push(problem.path.clone());
                read.problems.push(problem);
            }
        }
    }
    read
}

fn inspect(tree: &Tree, options: &Options) -> Vec<Entry> {
    source::inspect(inputs(&[tree.root()]), options).unwrap()
}

fn skips(entries: &[Entry]) -> Vec<(&str, String)> {
    let skipped = entries.iter().filter_map(|e| Some((e.path.as_str(), e.skipped.as_ref()?.reason())));
    skipped.collect()
}

#[test]
fn files_come_sorted_by_the_parts_of_their_path() {
    let tree = Tree::new();
    for name in ["b.txt", "a/z.txt", "a.txt", "a-b/c.txt", "B.txt", "a/b/c.txt", "é.txt", "a/b.txt"] {
        tree.put(name, name);
    }
    let read = tree.read();
    assert_eq!(
        read.paths(),
        ["B.txt", "a/b/c.txt", "a/b.txt", "a/z.txt", "a-b/c.txt", "a.txt", "b.txt", "é.txt"]
    );
    assert!(read.documents.iter().all(|d| d.text == d.path && d.name == d.path && d.record.is_none()));
    assert!(read.documents.iter().all(|d| fs::read_to_string(&d.shown).unwrap() == d.text));
    assert_eq!(tree.read(), read);
}

#[test]
fn the_place_of_the_corpus_does_not_show() {
    let (one, two) = (Tree::new(), Tree::new());
    for tree in [&one, &two] {
        tree.put("deep/down/a/x.txt", "x");
        tree.put("deep/down/b.txt", "b");
    }
    let paths = |tree: &Tree, below: &str| -> Vec<String> {
        let (a, b) = (tree.root().join(below).join("a"), tree.root().join(below).join("c/../b.txt"));
        fs::create_dir_all(tree.root().join(below).join("c")).unwrap();
        read(&[&a, &b], &Options::default()).documents.iter().map(|d| d.path.clone()).collect()
    };
    assert_eq!(paths(&one, "deep/down"), ["a/x.txt", "b.txt"]);
    assert_eq!(paths(&one, "deep/down"), paths(&two, "deep/../deep/down"));
    assert_eq!(read(&[&one.root().join("deep/down/b.txt")], &Options::default()).paths(), ["b.txt"]);
}

#[test]
fn every_format_is_known_and_read() {
    let tree = Tree::new();
    tree.put("a.md", "\u{FEFF}# Head\n\nWords.\n");
    tree.put(
        "b.jsonl",
        "{\"id\":7,\"text\":\"one\",\"date\":\"2024-05-01\"}\n\n{\"text\":\"two\",\"title\":\"t\"}",
    );
    tree.put("c.csv", "id;text\nx;\"a, b\"\n");
    tree.put("d.txt", "{\"text\":\"in lines\"}\n{\"text\":\"too\"}\n");
    tree.put("e.txt", "\u{FEFF}marked");
    tree.put("f.json", "{\"x\":1}\n{\"x\":2}\n");
    tree.put("g", "plain");
    tree.put("h.txt", "");
    let read = tree.read();
    let names: Vec<&str> = read.documents.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["a.md", "7", "b.jsonl#2", "x", "d.txt#1", "d.txt#2", "e.txt", "g", "h.txt"]);
    assert_eq!(read.kinds(), [("f.json", ProblemKind::NoText), ("f.json", ProblemKind::NoText)]);

    let markdown = read.documents.first().unwrap();
    let Layout::Blocks { paragraphs, gaps } = &markdown.layout else { panic!("{:?}", markdown.layout) };
    let of = |spans: &[twicetold::Span]| -> Vec<String> {
        spans.iter().map(|s| s.of(&markdown.text).to_owned()).collect()
    };
    assert_eq!((of(paragraphs), of(gaps)), (vec!["Head".into(), "Words.".into()], vec!["#".into()]));
    let seven = read.documents.get(1).unwrap();
    assert_eq!((seven.record, seven.time, seven.layout.gaps().len()), (Some(1), Some(1_714_521_600), 0));

    let entries = inspect(&tree, &Options::default());
    let how: Vec<_> = entries.iter().map(|e| (e.path.as_str(), e.format, e.decided, e.n_records)).collect();
    let row = |path, format, decided, n| (path, Some(format), Some(decided), n);
    assert_eq!(
        how,
        [
            row("a.md", Format::Markdown, Decided::Extension, 1),
            row("b.jsonl", Format::Jsonl, Decided::Extension, 2),
            row("c.csv", Format::Csv, Decided::Extension, 1),
            row("d.txt", Format::Jsonl, Decided::Content, 2),
            row("e.txt", Format::Text, Decided::Extension, 1),
            row("f.json", Format::Jsonl, Decided::Content, 0),
            row("g", Format::Text, Decided::Default, 1),
            row("h.txt", Format::Text, Decided::Extension, 1),
        ]
    );
    let first = entries.first().unwrap();
    assert_eq!((first.encoding, first.settled), (Some("UTF-8"), Some(Settled::Mark)));
    assert_eq!(entries.get(6).unwrap().bytes, Some(5));
}

#[test]
fn a_given_format_goes_for_every_file() {
    let tree = Tree::new();
    tree.put("a.jsonl", "{\"text\":\"one\"}\n");
    let options = Options { format: Format::Text, ..Options::default() };
    let read = read(&[tree.root()], &options);
    assert_eq!(read.documents.first().unwrap().text, "{\"text\":\"one\"}\n");
    assert_eq!(inspect(&tree, &options).first().unwrap().decided, Some(Decided::Flag));
}

#[test]
fn other_encodings_are_read_and_what_is_no_text_is_named() {
    let tree = Tree::new();
    tree.put("a.txt", b"caf\xE9");
    tree.put("b.txt", b"\xFF\xFEw\0o\0r\0d\0");
    tree.put("c.bin", b"\x7FELF\0\0\0");
    tree.put("d.gz", b"\x1F\x8B\x08abc");
    tree.put("e.jsonl", b"{\"text\":\"a\"}\n{\"text\":\"\xE9\"}\n{\"text\":\"b\"}\n");
    tree.put("f.csv", b"id,text\n1,a\n2,\xE9\n3,b\n");
    tree.put("g.txt", "fine");
    tree.put("h.jsonl", b"{\"text\":\"\xC3\xA9\"}\n{\"text\":\"\xE9\"}\n");
    tree.put("i.csv", b"id,text\n1,\xC3\xA9\n2,\xE9\n3,b\n");
    let read = tree.read();
    let texts: Vec<_> = read.documents.iter().map(|d| (d.path.as_str(), d.text.as_str())).collect();
    assert_eq!(
        texts,
        [
            ("a.txt", "café"),
            ("b.txt", "word"),
            ("e.jsonl", "a"),
            ("e.jsonl", "é"),
            ("e.jsonl", "b"),
            ("f.csv", "a"),
            ("f.csv", "é"),
            ("f.csv", "b"),
            ("g.txt", "fine"),
            ("h.jsonl", "é"),
            ("i.csv", "é"),
            ("i.csv", "b"),
        ]
    );
    let guess = ProblemKind::GuessedEncoding;
    assert_eq!(
        read.kinds(),
        [
            ("a.txt", guess),
            ("c.bin", ProblemKind::Binary),
            ("d.gz", ProblemKind::Unreadable),
            ("e.jsonl", guess),
            ("f.csv", guess),
            ("h.jsonl", ProblemKind::Encoding),
            ("i.csv", ProblemKind::Encoding),
        ]
    );
    let message = &read.problems.first().unwrap().message;
    assert!(message.starts_with("read as windows-1252, a guess"), "{message}");
    assert_eq!(read.problems.get(5).map(|p| (p.record, p.line)), Some((Some(2), Some(2))));
    assert_eq!(read.problems.get(6).map(|p| (p.record, p.line)), Some((Some(2), Some(3))));
    let skipped: Vec<_> =
        skips(&inspect(&tree, &Options::default())).iter().map(|s| s.0.to_owned()).collect();
    assert_eq!(skipped, ["c.bin", "d.gz"]);
}

#[test]
fn what_is_over_the_cap_is_told_and_passed_over() {
    let tree = Tree::new();
    let long = "word ".repeat(100);
    tree.put("a.txt", &long);
    tree.put("b.jsonl", format!("{{\"text\":\"{long}\"}}\n{{\"text\":\"short\"}}\n"));
    tree.put("c.csv", format!("id,text\n1,\"{long}\"\n2,short\n3,\"open\n{long}"));
    let options = Options { max_record_bytes: 200, ..Options::default() };
    let read = read(&[tree.root()], &options);
    assert_eq!(read.paths(), ["b.jsonl", "c.csv"]);
    let kind = ProblemKind::TooLarge;
    assert_eq!(read.kinds(), [("a.txt", kind), ("b.jsonl", kind), ("c.csv", kind), ("c.csv", kind)]);
    assert!(read.documents.iter().all(|d| d.text == "short" && d.record == Some(2)));
    let all = Options { max_record_bytes: u64::MAX, ..Options::default() };
    assert_eq!(crate::read(&[tree.root()], &all).problems.len(), 1, "only the open quote is left");
}

#[test]
fn what_the_user_left_out_is_not_read_but_inspected() {
    let tree = Tree::new();
    tree.put(".gitignore", "build/\n*.log\n");
    tree.put("sub/.ignore", "draft*\n");
    for name in ["a.txt", "b.log", "build/c.txt", "build/d.txt", ".hidden/e.txt", "sub/draft.txt", "sub/f.md"]
    {
        tree.put(name, "words");
    }
    let options = Options { globs: vec!["!*.md".to_owned()], ..Options::default() };
    let read = read(&[tree.root()], &options);
    assert_eq!((read.paths(), read.problems.len()), (vec!["a.txt"], 0));
    let entries = inspect(&tree, &options);
    let skipped = skips(&entries);
    let skipped: Vec<_> = skipped.iter().map(|(path, why)| (*path, why.as_str())).collect();
    assert_eq!(
        skipped,
        [
            (".gitignore", "hidden"),
            (".hidden", "hidden"),
            ("b.log", "ignored by .gitignore"),
            ("build", "ignored by .gitignore"),
            ("sub/.ignore", "hidden"),
            ("sub/draft.txt", "ignored by sub/.ignore"),
            ("sub/f.md", "left out by --glob"),
        ]
    );
    let all = Options { hidden: true, no_ignore: true, ..Options::default() };
    assert_eq!(crate::read(&[tree.root()], &all).documents.len(), 9);
    let only = Options { globs: vec!["*.md".to_owned()], ..Options::default() };
    assert_eq!(crate::read(&[tree.root()], &only).paths(), ["sub/f.md"]);
    // What is named is read, whatever the rules.
    assert_eq!(crate::read(&[&tree.root().join("b.log")], &only).paths(), ["b.log"]);
}

#[test]
fn ignore_files_above_a_folder_count_only_within_a_repository() {
    let tree = Tree::new();
    tree.put(".gitignore", "a.txt\n");
    tree.put("repo/.gitignore", "b.txt\n");
    tree.put("repo/.git/HEAD", "");
    for name in ["free/a.txt", "free/b.txt", "repo/docs/a.txt", "repo/docs/b.txt"] {
        tree.put(name, "words");
    }
    let paths = |folder: &str| {
        let read = read(&[&tree.root().join(folder)], &Options::default());
        read.documents.iter().map(|d| d.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(paths("free"), ["a.txt", "b.txt"]);
    assert_eq!(paths("repo/docs"), ["a.txt"]);
}

#[test]
fn no_file_is_read_twice() {
    let tree = Tree::new();
    let a = tree.put("a.txt", "words");
    tree.put("b.txt", "words");
    fs::hard_link(&a, tree.root().join("c.txt")).unwrap();
    let again = tree.root().join("./x/../b.txt");
    fs::create_dir(tree.root().join("x")).unwrap();
    let read = read(&[tree.root(), &again, tree.root()], &Options::default());
    assert_eq!(read.documents.len(), 2);
    let kinds: Vec<_> = read.problems.iter().map(|p| p.kind).collect();
    assert_eq!(kinds, [ProblemKind::Repeated; 5]);
}

#[test]
fn own_output_is_recognised() {
    let tree = Tree::new();
    tree.put("a.txt", "words");
    let out = tree.put("out.jsonl", "{\"text\":\"words\"}\n");
    tree.put("archive/data", "words");
    tree.put("sub/out.jsonl", "{\"text\":\"another\"}\n");
    tree.put("old.json", "{\n  \"schema\": \"twicetold.report/1\",\n  \"tool\": {}\n}\n");
    let mut page = Vec::new();
    let none =
        pipeline::scan_documents(vec![], &Settings::default().plan().unwrap(), &pipeline::Run::default());
    report::render(&none.unwrap(), report::Format::Html, &report::Style::default(), &mut page).unwrap();
    tree.put("page.html", page);
    for name in ["ledger.csv", "ledger.jsonl", "ledger.parquet"] {
        let path = tree.root().join(name);
        let out = Box::new(fs::File::create(&path).unwrap());
        let mut ledger = Writer::new(LedgerFormat::of(&path).unwrap(), out).unwrap();
        let (schema, tool, level) = (ledger::LEDGER_FORMAT.into(), "twicetold".into(), "document".into());
        ledger.line(&Line::Begin(ledger::Begin { schema, tool, single: false, level })).unwrap();
        ledger.finish().unwrap();
    }
    let later = tree.root().join("later.txt");
    let options =
        Options { exclude: vec![out, tree.root().join("archive"), later.clone()], ..Options::default() };
    let mut items = source::open(inputs(&[tree.root()]), &options).unwrap();
    // An output may appear while the folder is being read.
    let mut paths = Vec::new();
    fs::write(&later, "report").unwrap();
    for item in items.by_ref() {
        let Item::Document(document) = item else { panic!("{item:?}") };
        paths.push(document.path);
    }
    assert_eq!(paths, ["a.txt", "sub/out.jsonl"]);
    let entries = inspect(&tree, &options);
    let own: Vec<_> =
        entries.iter().filter(|e| e.skipped == Some(Skip::OwnOutput)).map(|e| e.path.as_str()).collect();
    assert_eq!(
        own,
        [
            "archive",
            "later.txt",
            "ledger.csv",
            "ledger.jsonl",
            "ledger.parquet",
            "old.json",
            "out.jsonl",
            "page.html"
        ]
    );
}

/// Standard input is one for the whole process, so the test runs itself again as a child to be fed.
#[test]
fn standard_input_is_read_by_its_content() {
    const CHILD: &str = "TWICETOLD_TEST_READS_STDIN";
    if std::env::var_os(CHILD).is_some() {
        let items = source::open(vec![Input::Stdin, PathBuf::from("-").into()], &Options::default()).unwrap();
        for item in items {
            match item {
                Item::Document(d) => println!("\ngot {} {} {}", d.path, d.name, d.text),
                Item::Problem(p) => println!("\ngot {} {}", p.path, p.kind.name()),
            }
        }
        return;
    }
    let fed = |bytes: &[u8]| -> Vec<String> {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "standard_input_is_read_by_its_content", "--nocapture"])
            .env(CHILD, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
        output.lines().filter_map(|line| line.strip_prefix("got ").map(str::to_owned)).collect()
    };
    assert_eq!(fed(b"words"), ["- - words", "- repeated"]);
    assert_eq!(fed(b"{\"text\":\"a\"}\n{\"id\":2,\"text\":\"b\"}"), ["- -#1 a", "- 2 b", "- repeated"]);
    assert_eq!(fed(b"id,text\n7,a\n"), ["- 7 a", "- repeated"]);
    assert_eq!(fed(b"a\0b"), ["- binary", "- repeated"]);
}

#[test]
fn only_usage_is_an_error() {
    let tree = Tree::new();
    let missing = tree.root().join("missing.txt");
    let error = source::open(inputs(&[&missing]), &Options::default()).err().unwrap();
    assert!(matches!(&error, Error::Io { path, .. } if *path == missing), "{error}");
    let options = Options { globs: vec!["{a".to_owned()], ..Options::default() };
    let error = source::inspect(inputs(&[tree.root()]), &options).err().unwrap();
    assert!(matches!(&error, Error::Setting { name, .. } if name == "glob"), "{error}");
    assert_eq!(tree.read().order, Vec::<String>::new());
}

#[test]
fn each_unsound_record_is_listed_and_the_rest_read() {
    let tree = Tree::new();
    let deep = "[".repeat(1_000_000);
    let bad = [
        format!("{{\"text\":{deep}"),
        format!("{{\"text\":\"t\",\"x\":{deep}{}}}", "]".repeat(1_000_000)),
        "{\"text\":\"\\ud800 alone\"}".to_owned(),
        "{\"text\":\"t\",\"n\":NaN}".to_owned(),
        "{\"text\":\"one\",\"text\":\"two\"}".to_owned(),
        "[1]".to_owned(),
        "{\"text\":\"cut".to_owned(),
    ];
    tree.put("a.jsonl", format!("{}\n{{\"id\":\"end\",\"text\":\"fine\"}}\n", bad.join("\n")));
    let read = tree.read();
    assert_eq!(read.documents.first().map(|d| (d.name.as_str(), d.record)), Some(("end", Some(8))));
    assert_eq!(read.kinds(), vec![("a.jsonl", ProblemKind::Malformed); bad.len()]);
    assert!(read.problems.iter().zip(1..).all(|(p, line)| p.line == Some(line)));
}

#[cfg(unix)]
mod unix {
    use std::{
        ffi::OsStr,
        os::unix::{
            ffi::OsStrExt,
            fs::{PermissionsExt, symlink},
            net::UnixListener,
        },
    };

    use super::*;

    #[test]
    fn links_are_judged_not_followed() {
        let (tree, outside) = (Tree::new(), Tree::new());
        tree.put("a/x.txt", "inside");
        outside.put("far.txt", "outside");
        symlink("..", tree.root().join("a/up")).unwrap();
        symlink("circle", tree.root().join("circle")).unwrap();
        symlink("nothing", tree.root().join("dangling")).unwrap();
        symlink("a/x.txt", tree.root().join("inside.txt")).unwrap();
        symlink("a", tree.root().join("inside")).unwrap();
        symlink(outside.root(), tree.root().join("out")).unwrap();
        let read = tree.read();
        assert_eq!(read.paths(), ["a/x.txt"]);
        let kind = ProblemKind::NotAFile;
        assert_eq!(read.kinds(), [("a/up", kind), ("circle", kind), ("dangling", kind), ("out", kind)]);
        let entries = inspect(&tree, &Options::default());
        let links: Vec<_> =
            entries.iter().filter(|e| e.skipped == Some(Skip::Link)).map(|e| e.path.as_str()).collect();
        assert_eq!(links, ["inside", "inside.txt"]);
        // A link that is named is followed, and then it is no second reading.
        let named =
            super::read(&[&tree.root().join("out"), &tree.root().join("inside.txt")], &Options::default());
        assert_eq!((named.paths(), named.problems.len()), (vec!["out/far.txt", "inside.txt"], 0));
    }

    #[test]
    fn what_is_no_file_is_never_opened() {
        let tree = Tree::new();
        tree.put("a.txt", "words");
        let fifo = tree.root().join("fifo");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let _socket = UnixListener::bind(tree.root().join("socket")).unwrap();
        let kind = ProblemKind::NotAFile;
        assert_eq!(tree.read().kinds(), [("fifo", kind), ("socket", kind)]);
        assert_eq!(tree.read().paths(), ["a.txt"]);
        let named = read(&[&fifo, Path::new("/dev/zero")], &Options::default());
        assert_eq!(named.problems.iter().map(|p| p.kind).collect::<Vec<_>>(), [kind, kind]);
    }

    #[test]
    fn what_may_not_be_read_is_told_and_the_rest_goes_on() {
        let tree = Tree::new();
        let file = tree.put("a.txt", "words");
        tree.put("closed/b.txt", "words");
        tree.put("z.txt", "words");
        let closed = tree.root().join("closed");
        for path in [&file, &closed] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o0)).unwrap();
        }
        let all_powerful = fs::File::open(&file).is_ok();
        let read = tree.read();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
        if all_powerful {
            assert_eq!((read.paths(), read.kinds()), (vec!["a.txt", "closed/b.txt", "z.txt"], vec![]));
        } else {
            let kind = ProblemKind::Unreadable;
            assert_eq!(
                (read.paths(), read.kinds()),
                (vec!["z.txt"], vec![("a.txt", kind), ("closed", kind)])
            );
        }
    }

    #[test]
    fn names_of_any_bytes_are_read_and_told_apart() {
        let tree = Tree::new();
        for name in [b"line\nfeed.txt".as_slice(), b"bad\xFF.txt", b"bad\xFE.txt", b"esc\x1B[31m.txt"] {
            fs::write(tree.root().join(OsStr::from_bytes(name)), "words").unwrap();
        }
        let read = tree.read();
        assert_eq!(read.paths(), ["bad\\xFE.txt", "bad\\xFF.txt", "esc\u{1B}[31m.txt", "line\nfeed.txt"]);
        assert_eq!(read.problems, []);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the bytes and the name, there is a document or a problem, or no record to speak of.
    #[test]
    fn any_bytes_are_read_or_listed(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "[ -~\n\r\t\"{}:,é]{0,200}".prop_map(String::into_bytes),
            "(\\{\"(text|id|date)\":(\"[a-z\\\\]{0,9}\"|[0-9.e-]{1,5}|null|\\{\\}|\\[\\]),?\\}?\n){0,9}".prop_map(String::into_bytes),
        ],
        extension in prop::sample::select(vec!["txt", "md", "jsonl", "csv", "tsv", "json", "bin"]),
        cap in prop_oneof![Just(1_u64 << 20), 0_u64..64],
    ) {
        let tree = Tree::new();
        tree.put(&format!("a.{extension}"), &bytes);
        let options = Options { max_record_bytes: cap, ..Options::default() };
        let read = read(&[tree.root()], &options);
        let nothing = match extension {
            "jsonl" => bytes.trim_ascii().is_empty() || bytes == b"\xEF\xBB\xBF",
            "json" => [&b""[..], b"\xEF\xBB\xBF", b"[]"].contains(&bytes.trim_ascii()),
            "csv" | "tsv" => read.order.is_empty(),
            _ => false,
        };
        prop_assert!(nothing || !read.order.is_empty());
        for document in &read.documents {
            prop_assert!(document.text.len() as u64 <= cap);
            for span in document.layout.gaps() {
                prop_assert!(document.text.get(span.range()).is_some());
            }
        }
    }
}
