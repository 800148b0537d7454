#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
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
            all.push((piece.bytes.to_vec(), piece.of, piece.column));
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
        let piece = Piece { bytes, of: *of, column: *column };
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
        let piece = Piece { bytes, of: *of_piece, column: *column };
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
