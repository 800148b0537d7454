//! Compressed files and archives: what is packed is read as if it were not, and a damage costs what stands behind it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rawzip::CompressionMethod as Method;
use twicetold::{
    Document, Problem, ProblemKind,
    hash::mix,
    source::{self, Format, Input, Item, Options},
};

/// A folder that goes when the test is over.
struct Tree(tempfile::TempDir);

impl Tree {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn read(&self) -> Read {
        read(self.0.path(), &Options::default())
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Read {
    documents: Vec<Document>,
    problems: Vec<Problem>,
}

impl Read {
    fn named(&self) -> Vec<(&str, &str)> {
        self.documents.iter().map(|d| (d.name.as_str(), d.text.as_str())).collect()
    }

    fn paths(&self) -> Vec<&str> {
        self.documents.iter().map(|d| d.path.as_str()).collect()
    }

    fn kinds(&self) -> Vec<(&str, ProblemKind)> {
        self.problems.iter().map(|p| (p.path.as_str(), p.kind)).collect()
    }
}

fn read(path: &Path, options: &Options) -> Read {
    let mut read = Read { documents: vec![], problems: vec![] };
    for item in source::open(vec![Input::Path(path.to_owned())], options).unwrap() {
        match item {
            Item::Document(document) => read.documents.push(document),
            Item::Problem(problem) => {
                assert!(!problem.message.contains("/tmp"), "no absolute path in {}", problem.message);
                read.problems.push(problem);
            }
        }
    }
    read
}

type Pack = fn(&[u8]) -> Vec<u8>;

/// Every way to compress, with the ending it is known by.
const PACKINGS: [(&str, Pack); 4] = [("gz", gzip), ("zst", zstd), ("bz2", bzip2), ("xz", xz)];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(0);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tar(members: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A tar whose names are written as they are, with a sort for each: `0` is a file.
fn raw_tar(members: &[(&[u8], u8, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, kind, text) in members {
        let mut header = tar::Header::new_ustar();
        let size = if *kind == b'2' { 0 } else { text.len() };
        header.set_size(size as u64);
        let old = header.as_old_mut();
        old.name.get_mut(..name.len()).unwrap().copy_from_slice(name);
        old.linkflag = [*kind];
        if *kind == b'2' {
            old.linkname.get_mut(..text.len()).unwrap().copy_from_slice(text.as_bytes());
        }
        header.set_cksum();
        out.extend_from_slice(header.as_bytes());
        out.extend_from_slice(&text.as_bytes()[..size]);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    zip_by(Method::DEFLATE, members)
}

fn zip_by(method: Method, members: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut out);
    for (name, text) in members {
        let verbatim = rawzip::path::EntryPath::verbatim(name.as_bytes());
        let (mut entry, config) = archive.new_file(verbatim).compression_method(method).start().unwrap();
        let packed = match method {
            Method::STORE => text.as_bytes().to_vec(),
            Method::DEFLATE => {
                let mut encoder =
                    flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(text.as_bytes()).unwrap();
                encoder.finish().unwrap()
            }
            Method::BZIP2 => bzip2(text.as_bytes()),
            Method::ZSTD => zstd(text.as_bytes()),
            Method::XZ => xz(text.as_bytes()),
            _ => vec![0; 9],
        };
        // The writer counts what goes in; what comes out is what we packed.
        let mut counted = config.wrap(std::io::sink());
        counted.write_all(text.as_bytes()).unwrap();
        let (_, descriptor) = counted.finish().unwrap();
        entry.write_all(&packed).unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
    out
}

const LINES: &str = "{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"b\",\"text\":\"two\"}\n";

#[test]
fn a_compressed_file_is_read_as_what_is_in_it() {
    for (ending, pack) in PACKINGS {
        let tree = Tree::new();
        tree.put(&format!("a.jsonl.{ending}"), pack(LINES.as_bytes()));
        tree.put(&format!("b.md.{ending}"), pack(b"# Head\n\nWords."));
        tree.put(&format!("c.csv.{ending}"), pack(b"id,text\nx,three\n"));
        tree.put("d", pack(b"by content"));
        tree.put("e.txt", pack("\u{FEFF}whatever its name".as_bytes()));
        let read = tree.read();
        assert_eq!(
            read.named(),
            [
                ("a", "one"),
                ("b", "two"),
                (&*format!("b.md.{ending}"), "# Head\n\nWords."),
                ("x", "three"),
                ("d", "by content"),
                ("e.txt", "whatever its name"),
            ],
            "{ending}"
        );
        assert_eq!(read.problems, []);
        let inputs = vec![Input::Path(tree.0.path().to_owned())];
        let entries = source::inspect(inputs, &Options::default()).unwrap();
        let formats: Vec<_> = entries.iter().map(|entry| entry.format.unwrap()).collect();
        assert_eq!(formats, [Format::Jsonl, Format::Markdown, Format::Csv, Format::Text, Format::Text]);
    }
}

#[test]
fn every_member_frame_and_stream_is_read() {
    for (ending, pack) in PACKINGS {
        let tree = Tree::new();
        let line = |n: usize| format!("{{\"text\":\"{}\"}}\n", "word ".repeat(n * 1000));
        let parts: Vec<u8> = (0..5).flat_map(|n| pack(line(n).as_bytes())).collect();
        tree.put(&format!("a.jsonl.{ending}"), parts);
        let read = tree.read();
        let lengths: Vec<usize> = read.documents.iter().map(|d| d.text.len()).collect();
        assert_eq!((lengths, read.problems), (vec![0, 5000, 10_000, 15_000, 20_000], vec![]), "{ending}");
    }
    // A frame of zstd that is to be skipped, before the others and between them.
    let tree = Tree::new();
    let skipped = b"\x5A\x2A\x4D\x18\x03\0\0\0abc";
    tree.put("a.txt.zst", [skipped, &*zstd(b"one "), skipped, &zstd(b"two")].concat());
    assert_eq!(tree.read().named(), [("a.txt.zst", "one two")]);
}

#[test]
fn an_archive_is_read_as_a_folder() {
    let members = [
        ("b.txt", "bee"),
        ("a/z.txt", "zed"),
        ("a.jsonl", LINES),
        ("a-b/c.md", "# c"),
        ("./a/b.txt", "\u{FEFF}marked"),
        (".hidden/x.txt", "not this"),
    ];
    let long = "a/".to_owned() + &"long/".repeat(40) + "name.txt";
    let mut all = members.to_vec();
    all.push((&long, "far down"));
    let tree = Tree::new();
    tree.put("one.zip", zip(&all));
    tree.put("two.tar", tar(&all));
    for (ending, pack) in PACKINGS {
        tree.put(&format!("x.tar.{ending}"), pack(&tar(&all)));
    }
    let read = tree.read();
    assert_eq!(read.problems, []);
    let sorted = ["a/b.txt", &long, "a/z.txt", "a-b/c.md", "a.jsonl", "a.jsonl", "b.txt"].map(str::to_owned);
    let of = |archive: &str| -> Vec<String> {
        let of = read.paths().into_iter().filter_map(|path| path.strip_prefix(&format!("{archive}/")));
        of.map(str::to_owned).collect()
    };
    assert_eq!(of("one.zip"), sorted);
    assert_eq!(of("two.tar"), sorted);
    for (ending, _) in PACKINGS {
        let own_order = ["b.txt", "a/z.txt", "a.jsonl", "a.jsonl", "a-b/c.md", "a/b.txt", &long];
        assert_eq!(of(&format!("x.tar.{ending}")), own_order);
    }
    let texts = read.documents.iter().take(7).map(|d| d.text.as_str()).collect::<Vec<_>>();
    assert_eq!(texts, ["marked", "far down", "zed", "# c", "one", "two", "bee"]);
    assert!(read.documents.first().unwrap().shown.ends_with("/one.zip/a/b.txt"));
    let hidden = Options { hidden: true, ..Options::default() };
    assert_eq!(crate::read(tree.0.path(), &hidden).documents.len(), read.documents.len() + 6);
}

#[test]
fn globs_choose_among_the_members_of_a_named_archive() {
    let tree = Tree::new();
    let zip = tree.put("x.zip", zip(&[("a.txt", "a"), ("b.log", "b"), ("sub/c.txt", "c")]));
    let globs = |globs: &[&str]| Options {
        globs: globs.iter().map(|glob| (*glob).to_owned()).collect(),
        ..Options::default()
    };
    assert_eq!(read(&zip, &globs(&["*.txt"])).paths(), ["x.zip/a.txt", "x.zip/sub/c.txt"]);
    assert_eq!(read(&zip, &globs(&["!*.txt"])).paths(), ["x.zip/b.log"]);
    // In a folder the archive itself is chosen, and what is left out is left out.
    assert_eq!(read(tree.0.path(), &globs(&["*.txt"])).paths(), Vec::<&str>::new());
    assert_eq!(read(tree.0.path(), &globs(&["*.zip", "!sub/**"])).paths(), ["x.zip/a.txt", "x.zip/b.log"]);
}

#[test]
fn every_method_of_zip_is_read_or_told() {
    for method in [Method::STORE, Method::DEFLATE, Method::BZIP2, Method::ZSTD, Method::XZ] {
        let tree = Tree::new();
        tree.put("x.zip", zip_by(method, &[("a.txt", "some words"), ("b.txt", "")]));
        assert_eq!(tree.read().named(), [("x.zip/a.txt", "some words"), ("x.zip/b.txt", "")], "{method}");
    }
    let tree = Tree::new();
    tree.put("x.zip", zip_by(Method::DEFLATE64, &[("a.txt", "some words")]));
    assert_eq!(tree.read().kinds(), [("x.zip/a.txt", ProblemKind::Binary)]);
}

#[test]
fn hostile_names_are_cleaned_and_nothing_is_read_twice() {
    let file = b'0';
    let members: [(&[u8], u8, &str); 8] = [
        (b"../../etc/up", file, "up"),
        (b"/etc/root", file, "root"),
        (b"b\xE4r", file, "not UTF-8"),
        (b"same", file, "first"),
        (b"./same", file, "second"),
        (b"folder/", b'5', ""),
        (b"old/", 0, ""),
        (b"./", file, "nameless"),
    ];
    let tree = Tree::new();
    tree.put("x.tar", raw_tar(&members));
    tree.put("y.tar.gz", gzip(&raw_tar(&members)));
    let read = tree.read();
    let mut texts = read.named();
    texts.sort_unstable();
    let wanted = |archive: &str| -> Vec<(String, &str)> {
        [
            ("\\x2E\\x2E/\\x2E\\x2E/etc/up", "up"),
            ("b\\xE4r", "not UTF-8"),
            ("etc/root", "root"),
            ("same", "first"),
        ]
        .map(|(name, text)| (format!("{archive}/{name}"), text))
        .to_vec()
    };
    let all: Vec<_> = [wanted("x.tar"), wanted("y.tar.gz")].concat();
    assert_eq!(texts, all.iter().map(|(name, text)| (name.as_str(), *text)).collect::<Vec<_>>());
    let kind = ProblemKind::Malformed;
    let mut kinds = read.kinds();
    kinds.sort_unstable();
    assert_eq!(kinds, [("x.tar/same", kind), ("y.tar.gz/same", kind)]);
}

#[test]
fn what_is_no_file_in_an_archive_is_listed() {
    let tree = Tree::new();
    let members: [(&[u8], u8, &str); 6] = [
        (b"a.txt", b'0', "words"),
        (b"device", b'3', ""),
        (b"fifo", b'6', ""),
        (b"inside", b'2', "a.txt"),
        (b"outside", b'2', "../a.txt"),
        (b"sparse", b'S', ""),
    ];
    tree.put("x.tar", raw_tar(&members));
    let read = tree.read();
    assert_eq!(read.paths(), ["x.tar/a.txt"]);
    let kind = ProblemKind::NotAFile;
    let names = ["x.tar/device", "x.tar/fifo", "x.tar/outside", "x.tar/sparse"];
    assert_eq!(read.kinds(), names.map(|name| (name, kind)));
    let inputs = vec![Input::Path(tree.0.path().to_owned())];
    let entries = source::inspect(inputs, &Options::default()).unwrap();
    let skipped: Vec<_> = entries.iter().filter(|e| e.skipped.is_some()).map(|e| e.path.as_str()).collect();
    assert_eq!(skipped, ["x.tar/device", "x.tar/fifo", "x.tar/inside", "x.tar/outside", "x.tar/sparse"]);
}

#[test]
fn an_encrypted_member_is_listed() {
    let tree = Tree::new();
    let mut bytes = zip(&[("a.txt", "secret"), ("b.txt", "open")]);
    // The flag stands in the list of members and before each.
    let list = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[list + 8] |= 1;
    tree.put("x.zip", bytes);
    let read = tree.read();
    assert_eq!(
        (read.paths(), read.kinds()),
        (vec!["x.zip/b.txt"], vec![("x.zip/a.txt", ProblemKind::Unreadable)])
    );
}

#[test]
fn one_layer_is_undone_and_no_more() {
    let tree = Tree::new();
    tree.put("a.txt.gz.gz", gzip(&gzip(b"words")));
    tree.put("b.zip.gz", gzip(&zip(&[("a.txt", "words")])));
    let inner = gzip(b"words");
    let mut header = tar::Header::new_gnu();
    header.set_size(inner.len() as u64);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_data(&mut header, "in.txt.gz", &*inner).unwrap();
    tree.put("c.tar", builder.into_inner().unwrap());
    tree.put("d.docx", zip(&[("[Content_Types].xml", "<x/>"), ("word/document.xml", "<x/>")]));
    let read = tree.read();
    assert_eq!(read.paths(), Vec::<&str>::new());
    let kind = ProblemKind::Binary;
    assert_eq!(
        read.kinds(),
        [("a.txt.gz.gz", kind), ("b.zip.gz", kind), ("c.tar/in.txt.gz", kind), ("d.docx", kind)]
    );
    assert!(read.problems.iter().take(3).all(|problem| problem.message.contains("one layer too many")));
}

/// Lines that do not compress to nothing, each another.
fn many_lines(n: u64) -> String {
    (0..n).map(|n| format!("{{\"text\":\"{:x} {:x}\"}}\n", mix(n), mix(mix(n)))).collect()
}

#[test]
fn what_stands_before_a_damage_is_read_and_the_damage_listed() {
    let lines = many_lines(20_000);
    let texts: Vec<&str> =
        lines.lines().map(|line| &line["{\"text\":\"".len()..line.len() - "\"}".len()]).collect();
    for (ending, pack) in PACKINGS {
        let packed = pack(lines.as_bytes());
        for (share, least) in [(0, 0), (1, 0), (5, 4), (9, 8)] {
            let cut = (packed.len() * share / 10).max(12);
            let tree = Tree::new();
            tree.put(&format!("a.jsonl.{ending}"), &packed[..cut]);
            tree.put("b.txt", "the rest goes on");
            let read = tree.read();
            assert_eq!(read.kinds(), [(&*format!("a.jsonl.{ending}"), ProblemKind::Unreadable)]);
            let message = &read.problems.first().unwrap().message;
            assert!(message.contains("cut short"), "{ending} {share}: {message}");
            let (last, before) = read.documents.split_last().unwrap();
            assert_eq!(last.text, "the rest goes on");
            // What is packed in one piece comes out whole or not at all: of xz 64 KiB, of bzip2 900 KB of text.
            let least = match ending {
                "bz2" => 0,
                "xz" => texts.len() * cut.saturating_sub(70 << 10) / packed.len(),
                _ => texts.len() * least / 10,
            };
            assert!(least <= before.len(), "{ending} {share}: {} of {}", before.len(), texts.len());
            assert!(before.iter().zip(&texts).all(|(document, text)| document.text == **text));
        }
    }
    for archive in
        [tar(&[("a.txt", "one"), ("b.jsonl", &lines)]), zip(&[("a.txt", "one"), ("b.jsonl", &lines)])]
    {
        let tree = Tree::new();
        tree.put("x", &archive[..archive.len() / 2]);
        let read = tree.read();
        assert!(
            read.problems.iter().any(|p| p.kind == ProblemKind::Unreadable || p.kind == ProblemKind::Binary)
        );
    }
    let tree = Tree::new();
    let archive = tar(&[("a.txt", "one"), ("b.jsonl", &lines)]);
    tree.put("x.tar.gz", gzip(&archive[..archive.len() / 2]));
    let read = tree.read();
    assert!(texts.len() / 3 < read.documents.len(), "{}", read.documents.len());
    let kind = ProblemKind::Unreadable;
    assert_eq!(read.kinds(), [("x.tar.gz/b.jsonl", kind), ("x.tar.gz", kind)]);
}

#[test]
fn a_damage_is_found_by_the_checksum() {
    for (ending, pack) in PACKINGS {
        let lines = many_lines(50);
        let mut packed = pack(lines.as_bytes());
        // gzip: the sum is before the length; zstd: at the end; xz and bzip2: near the end.
        let at = match ending {
            "gz" => packed.len() - 8,
            "zst" => packed.len() - 1,
            "bz2" => packed.len() - 3,
            _ => packed.len() - 40,
        };
        packed[at] ^= 0x10;
        let tree = Tree::new();
        tree.put(&format!("a.jsonl.{ending}"), packed);
        let read = tree.read();
        assert_eq!(read.problems.len(), 1, "{ending}");
    }
    let tree = Tree::new();
    let mut bytes = zip_by(Method::STORE, &[("a.jsonl", LINES)]);
    let at = bytes.windows(3).position(|window| window == b"two").unwrap();
    bytes[at] = b'T';
    tree.put("x.zip", bytes);
    assert_eq!(tree.read().kinds(), [("x.zip/a.jsonl", ProblemKind::Unreadable)]);
}

#[test]
fn a_bomb_does_not_go_off() {
    let tree = Tree::new();
    let line = format!("{{\"text\":\"{}\"}}\n", "a".repeat(999_000));
    let bomb = gzip(line.as_bytes()).repeat(75);
    assert!(bomb.len() * 200 < 64 << 20);
    tree.put("a.jsonl.gz", &bomb);
    // Each member is far from the limit, all together are past it.
    let members: Vec<String> = (0..8).map(|n| format!("{n}.jsonl")).collect();
    let text = line.repeat(10);
    let members: Vec<(&str, &str)> = members.iter().map(|name| (name.as_str(), text.as_str())).collect();
    tree.put("b.zip", zip(&members));
    // Lines over the limit, so that it is their number that is told and not their text that is read.
    let read = read(tree.0.path(), &Options { max_record_bytes: 1 << 16, ..Options::default() });
    let bombs: Vec<&Problem> = read.problems.iter().filter(|p| p.message.contains("200 times")).collect();
    assert!(read.problems.iter().all(|problem| problem.kind == ProblemKind::TooLarge));
    assert_eq!(bombs.first().unwrap().path, "a.jsonl.gz");
    assert_eq!(bombs.last().unwrap().path, "b.zip");
    assert!(bombs.len() <= 3, "{bombs:?}");
    let of = |name: &str| read.problems.iter().filter(|p| p.path.starts_with(name)).count();
    let limit = (64 << 20) / line.len();
    assert!((limit - 1..=limit + 2).contains(&of("a.jsonl.gz")), "{}", of("a.jsonl.gz"));
    assert!((limit - 1..=limit + 3).contains(&of("b.zip")), "{}", of("b.zip"));
}

#[test]
fn a_window_over_the_limit_is_refused() {
    let tree = Tree::new();
    // A frame whose window is 2 GiB, with one block of the letter a, 64 of them.
    tree.put("a.zst", b"\x28\xB5\x2F\xFD\x00\xA8\x03\x02\x00a");
    tree.put("b.zst", b"\x28\xB5\x2F\xFD\x00\x48\x03\x02\x00a");
    let read = tree.read();
    assert_eq!(read.named(), [("b.zst", &*"a".repeat(64))]);
    assert_eq!(read.kinds(), [("a.zst", ProblemKind::Unreadable)]);
    assert!(read.problems.first().unwrap().message.contains("more memory"), "{:?}", read.problems);
}

#[test]
fn mutants_are_read_or_listed() {
    let text = many_lines(3);
    let members = [("a.jsonl", &*text), ("b/c.txt", "some words"), ("d.md", "# head")];
    let mut seeds: Vec<(String, Vec<u8>)> =
        PACKINGS.iter().map(|(ending, pack)| (format!("a.jsonl.{ending}"), pack(text.as_bytes()))).collect();
    seeds.push(("a.tar".into(), tar(&members)));
    seeds.extend(PACKINGS.iter().map(|(ending, pack)| (format!("a.tar.{ending}"), pack(&tar(&members)))));
    for method in [Method::STORE, Method::DEFLATE, Method::ZSTD, Method::XZ, Method::BZIP2] {
        seeds.push(("a.zip".into(), zip_by(method, &members)));
    }
    let mut state = 1_u64;
    let mut below = |n: usize| {
        state += 1;
        usize::try_from(mix(state) % n as u64).unwrap()
    };
    let tree = Tree::new();
    let mut n_read = 0;
    for round in 0..10_000 {
        let (name, seed) = &seeds[round % seeds.len()];
        let mut bytes = seed.clone();
        for _ in 0..1 + below(4) {
            let at = below(bytes.len());
            match below(6) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] = 0xFF,
                2 => bytes[at] = 0,
                3 => {
                    let end = (at + below(40)).min(bytes.len());
                    let again = bytes[at..end].to_vec();
                    bytes.splice(at..at, again);
                }
                4 => {
                    bytes.drain(at..(at + below(20) + 1).min(bytes.len()));
                }
                _ => bytes[at] ^= 1 << below(8),
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        let path = tree.put(name, &bytes);
        let read = read(&path, &Options { max_record_bytes: 1 << 16, ..Options::default() });
        n_read += read.documents.len();
        for document in &read.documents {
            assert!(document.text.len() <= 1 << 16);
        }
        assert!(!read.problems.iter().any(|problem| problem.message.is_empty()));
        fs::remove_file(path).unwrap();
    }
    assert!(5000 < n_read, "{n_read}");
}

#[test]
fn a_damaged_file_fails_a_run_only_when_asked_and_standard_input_is_unpacked() {
    let tree = Tree::new();
    let packed = gzip(LINES.as_bytes());
    tree.put("a.jsonl.gz", &packed[..packed.len() - 3]);
    let run = |words: &[&str], input: &[u8]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
        command.current_dir(tree.0.path()).args(words);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    };
    assert_eq!(run(&["scan", "."], b"").status.code(), Some(0));
    let failed = run(&["scan", ".", "--on-input-error=fail", "-f", "json"], b"");
    assert_eq!(failed.status.code(), Some(3));
    let report: serde_json::Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!(report["summary"]["documents"], 2);
    let shown = run(&["inputs", "-"], &gzip(&tar(&[("b.jsonl", LINES)])));
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.starts_with("read  -/b.jsonl: jsonl (by extension), UTF-8 (by content)"), "{shown}");
    let refused = run(&["inputs", "-"], &zip(&[("b.jsonl", LINES)]));
    let refused = String::from_utf8(refused.stdout).unwrap();
    assert!(refused.contains("name it as a file"), "{refused}");
}

#[test]
fn an_archive_that_goes_on_after_its_end_is_read_on() {
    let tree = Tree::new();
    tree.put("x.tar", [tar(&[("a.txt", "one")]), tar(&[("b.txt", "two")])].concat());
    assert_eq!(tree.read().named(), [("x.tar/a.txt", "one"), ("x.tar/b.txt", "two")]);
    let tree = Tree::new();
    let mut cut = tar(&[("a.txt", "one")]);
    cut.truncate(1024);
    tree.put("x.tar", cut);
    let read = tree.read();
    assert_eq!((read.paths(), read.kinds()), (vec!["x.tar/a.txt"], vec![("x.tar", ProblemKind::Unreadable)]));
}
