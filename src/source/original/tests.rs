#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::single_range_in_vec_init
)]
use std::{cell::RefCell, io::Write, path::PathBuf, rc::Rc};

use proptest::prelude::*;

use super::*;
use crate::{
    document::{Document, Layout},
    source::{Item, open},
    span::Span,
};

const PACKINGS: [Option<Packing>; 5] =
    [None, Some(Packing::Gzip), Some(Packing::Zstd), Some(Packing::Bzip2), Some(Packing::Xz)];

/// A place to write to that can be looked at afterwards.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn packed(packing: Option<Packing>, bytes: &[u8]) -> Vec<u8> {
    let out = Shared::default();
    let mut packer = Packer::new(packing, Box::new(out.clone())).unwrap();
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap();
    out.0.take()
}

/// One file in a folder of its own.
struct Lone {
    _folder: tempfile::TempDir,
    path: PathBuf,
    packing: Option<Packing>,
    options: Options,
}

impl Lone {
    fn new(name: &str, packing: Option<Packing>, bytes: &[u8], cap: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let options = Options { max_record_bytes: cap, ..Options::default() };
        let lone = Self { _folder: folder, path, packing, options };
        lone.write(bytes);
        lone
    }

    fn write(&self, bytes: &[u8]) {
        std::fs::write(&self.path, packed(self.packing, bytes)).unwrap();
    }

    fn original(&self) -> Option<Original> {
        let inputs = vec![Input::Path(self.path.clone())];
        let mut all: Vec<_> = originals(inputs, &self.options).unwrap().collect();
        assert_eq!(all.len(), 1);
        all.pop().unwrap().ok()
    }

    /// The documents, and how many problems there are with what kinds.
    fn read(&self) -> (Vec<Document>, Vec<(String, Option<u64>)>) {
        let (mut documents, mut problems) = (Vec::new(), Vec::new());
        for item in open(vec![Input::Path(self.path.clone())], &self.options).unwrap() {
            match item {
                // Markdown has another layout when it is shorter.
                Item::Document(d) => documents.push(Document { layout: Layout::Plain, ..d }),
                Item::Problem(p) => problems.push((p.kind.name().to_owned(), p.record)),
            }
        }
        (documents, problems)
    }
}

fn pieces(original: &Original) -> Vec<(Vec<u8>, Of, Option<usize>)> {
    let mut all = Vec::new();
    original
        .pieces(&mut |piece| {
            all.push((piece.bytes.to_vec(), piece.of, piece.text));
            Ok(())
        })
        .unwrap();
    all
}

/// Spans of a text between characters, from any numbers.
fn spans_of(text: &str, seeds: &[usize]) -> Vec<Span> {
    let places: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
    let mut ends: Vec<usize> = seeds.iter().map(|seed| places[seed % places.len()]).collect();
    ends.sort_unstable();
    ends.chunks_exact(2).map(|pair| Span::from_range(pair[0], pair[1])).collect()
}

fn left_of(text: &str, spans: &[Span]) -> String {
    let taken = |at: usize| spans.iter().any(|span| span.range().contains(&at));
    text.char_indices().filter(|(at, _)| !taken(*at)).map(|(_, c)| c).collect()
}

/// Everything that is promised of a file. `can` says of which texts spans can be taken, by what is left.
fn holds(
    name: &str,
    packing: Option<Packing>,
    bytes: &[u8],
    cap: u64,
    (pick, seeds): (usize, &[usize]),
    can: impl Fn(&str) -> bool,
) {
    let lone = Lone::new(name, packing, bytes, cap);
    let (documents, problems) = lone.read();
    let Some(original) = lone.original() else {
        assert!(documents.is_empty());
        return;
    };
    // What was packed for this test was unpacked by the reader that unpacks all files.
    assert_eq!(original.packing(), packing);
    assert_eq!(original.refuses(Removal::Span), None);
    let pieces = pieces(&original);
    let all: Vec<u8> = pieces.iter().flat_map(|(bytes, ..)| bytes.iter().copied()).collect();
    assert_eq!(String::from_utf8_lossy(&all), String::from_utf8_lossy(bytes));
    assert!(all == bytes, "not byte for byte");
    let of = |document: &Document| document.record.map_or(Of::Article, Of::Record);
    for document in &documents {
        assert_eq!(document.path, original.path());
        let own: Vec<_> = pieces.iter().filter(|piece| piece.1 == of(document)).collect();
        assert_eq!(own.len(), 1, "{document:?}");
        let (bytes, of, column) = own[0];
        let piece = Piece { bytes, of: *of, text: *column };
        // Each is found where it stands, and nowhere else.
        let nothing = original.ranges(&piece, &document.text, &[]);
        assert_eq!(nothing, Some(vec![]), "{document:?}");
        assert_eq!(original.ranges(&piece, &format!("{}x", document.text), &[]), None);
    }
    if documents.is_empty() {
        return;
    }
    let pick = pick % documents.len();
    let chosen = &documents[pick];
    let spans = spans_of(&chosen.text, seeds);
    let left = left_of(&chosen.text, &spans);
    let (mut after, mut without) = (Vec::new(), Vec::new());
    for (bytes, of_piece, column) in &pieces {
        if *of_piece != of(chosen) {
            after.extend_from_slice(bytes);
            without.extend_from_slice(bytes);
            continue;
        }
        let piece = Piece { bytes, of: *of_piece, text: *column };
        let Some(ranges) = original.ranges(&piece, &chosen.text, &spans) else {
            assert!(!can(&left), "nothing to be taken from {chosen:?}: {spans:?}");
            return;
        };
        let mut from = 0;
        for range in &ranges {
            assert!(from <= range.start && range.start < range.end, "{ranges:?}");
            after.extend_from_slice(&bytes[from..range.start]);
            from = range.end;
        }
        after.extend_from_slice(&bytes[from..]);
    }
    lone.write(&after);
    let mut wanted = documents.clone();
    wanted[pick].text = left;
    let (again, problems_again) = lone.read();
    assert_eq!(again, wanted, "{:?}", String::from_utf8_lossy(&after));
    assert_eq!(problems_again, problems);
    if of(chosen) != Of::Article {
        lone.write(&without);
        let texts =
            |of: &[Document]| of.iter().map(|d| (d.text.clone(), d.title.clone())).collect::<Vec<_>>();
        wanted.remove(pick);
        assert_eq!(texts(&lone.read().0), texts(&wanted), "{:?}", String::from_utf8_lossy(&without));
    }
}

/// A JSON string; each seed says how one character is written.
fn json(text: &str, seeds: &[u8]) -> String {
    let mut out = "\"".to_owned();
    for (at, c) in text.chars().enumerate() {
        match (seeds[at % seeds.len()] % 3, c) {
            (0, '\n') => out.push_str("\\n"),
            (0, '"' | '\\' | '/') => out.extend(['\\', c]),
            (1.., c) if !matches!(c, '"' | '\\') && ' ' <= c => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04X}"));
                }
            }
        }
    }
    out + "\""
}

fn line(kind: u8, text: &str, seeds: &[u8]) -> String {
    let written = json(text, seeds);
    match kind {
        0 => String::new(),
        1 => " \t".to_owned(),
        2 => "{\"text\":\"broken".to_owned(),
        3 => format!("{{\"title\":{written},\"text\" : {written} , \"body\":{written}}}"),
        4 => format!(" {{\"x\":[\"a\\\\\",{written}],\"content\":{written},\"text\":\" \",\"n\":1}}"),
        5 => format!("{{\"text\":{}}}", json(&text.repeat(9), seeds)),
        _ => format!("{{{written}:{written},\"id\":\"q\",\"text\":{written}}}"),
    }
}

/// A cell; what must be quoted is.
fn cell(text: &str, quoted: bool) -> String {
    if quoted || text.contains(['"', ',', ';', '\t', '|', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

const TEXT: &str = "[ab \"\\\\/,;é😀\n\r\t|\u{feff}]{0,12}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn spans_of_jsonl_can_be_taken_out(
        lines in prop::collection::vec((0_u8..9, TEXT, prop::collection::vec(any::<u8>(), 1..5)), 0..8),
        (mark, crlf, ended, small) in any::<(bool, bool, bool, bool)>(), packing in prop::sample::select(PACKINGS.to_vec()),
        pick in any::<usize>(), seeds in prop::collection::vec(any::<usize>(), 0..7),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let lines: Vec<String> = lines.iter().map(|(kind, text, seeds)| line(*kind, text, seeds)).collect();
        let text = (if mark { "\u{feff}" } else { "" }).to_owned() + &lines.join(end) + if ended { end } else { "" };
        let cap = if small { 90 } else { 1 << 20 };
        holds("a.jsonl", packing, text.as_bytes(), cap, (pick, &seeds), |left| !left.trim().is_empty());
    }

    #[test]
    fn spans_of_csv_can_be_taken_out(
        rows in prop::collection::vec((0_u8..7, TEXT, TEXT), 0..7), delimiter in prop::sample::select(vec![",", ";", "\t", "|"]),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]), (mark, ended, small) in any::<(bool, bool, bool)>(),
        packing in prop::sample::select(PACKINGS.to_vec()), pick in any::<usize>(), seeds in prop::collection::vec(any::<usize>(), 0..7),
    ) {
        let mut lines = vec![["title", "text", "n"].join(delimiter)];
        for (kind, title, text) in rows {
            let row = |quoted| [cell(&title, false), cell(&text, quoted), "7".to_owned()].join(delimiter);
            lines.push(match kind {
                0 => String::new(),
                1 => format!("too{delimiter}few"),
                2 => [cell(&text, true), cell(&text.repeat(9), true), "7".to_owned()].join(delimiter),
                3 => [&cell(&title, false), "a\"b\"", "7"].join(delimiter),
                4 => [&cell(&title, false), "\"a\"b\"", "7"].join(delimiter),
                _ => row(kind == 5),
            });
        }
        let text = (if mark { "\u{feff}" } else { "" }).to_owned() + &lines.join(end) + if ended { end } else { "" };
        let cap = if small { 40 } else { 1 << 20 };
        // The quotes of the odd cells mean something else at another place.
        holds("a.csv", packing, text.as_bytes(), cap, (pick, &seeds), |left| !left.contains('"') || left.contains('é'));
    }

    #[test]
    fn spans_of_texts_can_be_taken_out(
        text in TEXT, mark in any::<bool>(), name in prop::sample::select(vec!["a.txt", "b.md"]),
        packing in prop::sample::select(PACKINGS.to_vec()), seeds in prop::collection::vec(any::<usize>(), 0..7),
    ) {
        let bytes = (if mark { "\u{feff}" } else { "" }).to_owned() + &text;
        let marked = bytes.starts_with('\u{feff}');
        holds(name, packing, bytes.as_bytes(), 1 << 20, (0, &seeds), |left| marked || !left.starts_with('\u{feff}'));
    }
}

/// What is read of the first file in a folder with this file in it.
fn originals_of(name: &str, bytes: &[u8]) -> (tempfile::TempDir, Vec<Result<Original, Problem>>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let inputs = vec![Input::Path(folder.path().to_owned())];
    let all = originals(inputs, &Options::default()).unwrap().collect();
    (folder, all)
}

#[test]
fn what_is_over_the_cap_comes_in_pieces_and_is_no_record() {
    let over = "w".repeat(3 << 20);
    let lines = format!("{{\"text\":\"a\"}}\n{{\"text\":\"{over}\"}}\n{{\"text\":\"b\"}}");
    let rows = format!("id,text\r\n1,a\r\n2,\"{over}\nx\"\r\n\r\n3,b\r\n");
    for (name, text) in [("a.jsonl", lines), ("a.csv", rows)] {
        let lone = Lone::new(name, None, text.as_bytes(), 1000);
        let pieces = pieces(&lone.original().unwrap());
        let all: Vec<u8> = pieces.iter().flat_map(|(bytes, ..)| bytes.iter().copied()).collect();
        assert!(all == text.as_bytes(), "{name}");
        assert!(pieces.iter().all(|(bytes, ..)| bytes.len() <= 1 << 20), "{name}");
        let ended = if name == "a.csv" { &b"1,a\r\n"[..] } else { b"{\"text\":\"a\"}\n" };
        assert!(pieces.iter().any(|(bytes, of, _)| *of == Of::Record(1) && bytes == ended), "{name}");
        let records: Vec<u64> = pieces
            .iter()
            .filter_map(|(_, of, _)| if let Of::Record(record) = of { Some(*record) } else { None })
            .collect();
        assert_eq!(records, [1, 3], "{name}");
        assert_eq!(lone.read().0.iter().filter_map(|d| d.record).collect::<Vec<_>>(), records);
    }
}

#[test]
fn nothing_is_taken_where_something_else_would_be_made_of_the_rest() {
    let ranges = |name: &str, file: &str, text: &str, spans: &[(usize, usize)]| {
        let lone = Lone::new(name, None, file.as_bytes(), 1 << 20);
        assert_eq!(lone.read().0[0].text, text);
        let original = lone.original().unwrap();
        let pieces = pieces(&original);
        let (bytes, of, column) = pieces.iter().find(|(_, of, _)| *of != Of::Rest).unwrap();
        let spans: Vec<Span> = spans.iter().map(|&(start, end)| Span::from_range(start, end)).collect();
        original.ranges(&Piece { bytes, of: *of, text: *column }, text, &spans)
    };
    // The key is as long as the text, and without its last letter another field would be the text.
    let line = "{\"text\":\"text\",\"body\":\"tex\"}";
    assert_eq!(ranges("a.jsonl", line, "text", &[(3, 4)]), Some(vec![12..13]));
    assert_eq!(ranges("a.jsonl", "{\"text\":\"a\",\"body\":\"b\"}", "a", &[(0, 1)]), None);
    assert_eq!(ranges("a.jsonl", "{\"text\":\"a\",\"body\":\" \"}", "a", &[(0, 1)]), Some(vec![9..10]));
    // A row of nothing is no row, unless quotes say so.
    assert_eq!(ranges("a.csv", "text\na\n", "a", &[(0, 1)]), None);
    assert_eq!(ranges("a.csv", "text\n\"a\"\n", "a", &[(0, 1)]), Some(vec![1..2]));
    assert_eq!(ranges("a.csv", "id,text\n1,a\"b\"\n", "a\"b\"", &[(0, 1)]), None);
    assert_eq!(ranges("a.txt", "so [{\"x\":1}]", "so [{\"x\":1}]", &[(0, 3)]), None);
    assert_eq!(ranges("a.txt", "so <html>", "so <html>", &[(0, 3)]), None);
    let zip = "so PK\u{3}\u{4}, he said, and left it at that";
    assert_eq!(ranges("a.txt", zip, zip, &[(0, 3)]), None);
    // Characters of a text are not cut apart.
    assert_eq!(ranges("a.txt", "é", "é", &[(0, 1)]), None);
}

#[test]
fn what_cannot_be_taken_out_is_said_and_given_as_it_is() {
    let tar = {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(3);
        header.set_cksum();
        builder.append_data(&mut header, "in.txt", &b"two"[..]).unwrap();
        builder.into_inner().unwrap()
    };
    for (name, bytes, record, span) in [
        ("a.txt", &b"plain"[..], None, None),
        ("a.txt", b"\xFF\xFEt\0", None, Some("UTF-16LE")),
        ("a.html", b"<html><p>one two three", None, Some("a page")),
        ("a.json", b"[{\"text\":\"a\"}]", Some("JSONL"), Some("JSONL")),
        ("a.xml", b"<rss><channel><item><title>a</title></item></channel></rss>", Some("feed"), Some("feed")),
        ("a.csv", b"id,text\n1,un caf\xE9 cr\xE8me\n", Some("windows-1252"), Some("windows-1252")),
        ("a.tar", &tar, Some("unpack"), Some("unpack")),
    ] {
        let (_folder, mut all) = originals_of(name, bytes);
        let original = all.pop().unwrap().unwrap();
        assert!(all.is_empty());
        for (what, says) in [(Removal::Record, record), (Removal::Span, span)] {
            let why = original.refuses(what);
            assert_eq!(why.is_some(), says.is_some(), "{name} {what:?} {why:?}");
            assert!(why.unwrap_or_default().contains(says.unwrap_or_default()), "{name} {what:?}");
        }
        let mut given = Vec::new();
        let read = original.pieces(&mut |piece| {
            assert!(!matches!(piece.of, Of::Record(_)), "{name}");
            given.extend_from_slice(piece.bytes);
            Ok(())
        });
        assert_eq!(read.is_err(), original.is_member());
        assert!(read.is_err() || given == bytes, "{name}");
    }
    let stdin = originals(vec![Input::Stdin], &Options { format: Format::Jsonl, ..Options::default() });
    let stdin = stdin.unwrap().next().unwrap();
    assert!(stdin.is_err() || stdin.unwrap().refuses(Removal::Record).unwrap().contains("standard input"));
}

#[test]
fn files_come_in_order_with_what_could_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("a.jsonl", b"{\"text\":\"a\"}\n{\"x\":1}\n");
    write("b.txt", b"words that are too many");
    write("c.bin", b"\0\0\0");
    write("d.txt", b"un caf\xE9 cr\xE8me");
    write(".e.txt", b"hidden");
    let options = Options { max_record_bytes: 20, ..Options::default() };
    let all = originals(vec![Input::Path(folder.path().to_owned())], &options).unwrap();
    let brief: Vec<String> = all
        .map(|one| match one {
            Ok(original) => original.path().to_owned(),
            Err(problem) => format!("{} {}", problem.path, problem.kind.name()),
        })
        .collect();
    assert_eq!(brief, ["a.jsonl", "b.txt too-large", "c.bin binary", "d.txt"]);
}

#[test]
fn who_refuses_a_piece_gets_no_more_and_a_damage_is_told_at_the_end() {
    let text = "id,text\n1,a\n2,b\n";
    for (name, text) in
        [("a.csv", text), ("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n"), ("a.txt", "one")]
    {
        let lone = Lone::new(name, None, text.as_bytes(), 1000);
        let mut n_pieces = 0;
        let refused = lone.original().unwrap().pieces(&mut |_| {
            n_pieces += 1;
            Err(Error::NoShingles)
        });
        assert!(matches!(refused, Err(Error::NoShingles)), "{name}");
        assert_eq!(n_pieces, 1, "{name}");
    }
    let lone = Lone::new("a.jsonl", Some(Packing::Gzip), "{\"text\":\"a\"}\n".repeat(2000).as_bytes(), 1000);
    let original = lone.original().unwrap();
    let bytes = std::fs::read(&lone.path).unwrap();
    std::fs::write(&lone.path, &bytes[..bytes.len() - 9]).unwrap();
    assert!(matches!(original.pieces(&mut |_| Ok(())), Err(Error::Io { .. })));
}
