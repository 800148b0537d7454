//! Encodings: what is marked, declared or given is decoded right to the byte; a guess is told; nothing is lost in silence.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use proptest::prelude::*;
use twicetold::{
    Document, Problem, ProblemKind,
    settings::Encoding,
    source::{self, Entry, Format, Input, Item, Options, Settled},
};

struct Tree(tempfile::TempDir);

impl Tree {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn read(&self) -> (Vec<Document>, Vec<Problem>) {
        read(self.0.path(), &Options::default())
    }

    fn inspect(&self) -> Vec<Entry> {
        source::inspect(vec![Input::Path(self.0.path().to_owned())], &Options::default()).unwrap()
    }
}

fn read(path: &Path, options: &Options) -> (Vec<Document>, Vec<Problem>) {
    let (mut documents, mut problems) = (vec![], vec![]);
    for item in source::open(vec![Input::Path(path.to_owned())], options).unwrap() {
        match item {
            Item::Document(document) => documents.push(document),
            Item::Problem(problem) => problems.push(problem),
        }
    }
    (documents, problems)
}

fn given(label: &str) -> Options {
    Options { encoding: Some(Encoding::parse(label).unwrap()), ..Options::default() }
}

/// The bytes of a text in an encoding, as somebody else's encoder writes them; none when it cannot.
fn encoded(text: &str, label: &str) -> Option<Vec<u8>> {
    Some(match label {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "utf-32le" => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        "utf-32be" => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        _ => {
            let (bytes, _, unmappable) = encoding_rs::Encoding::for_label(label.as_bytes())?.encode(text);
            (!unmappable).then(|| bytes.into_owned())?
        }
    })
}

/// The mark of each encoding that has one.
const MARKS: [(&str, &[u8]); 5] = [
    ("utf-8", &[0xEF, 0xBB, 0xBF]),
    ("utf-16le", &[0xFF, 0xFE]),
    ("utf-16be", &[0xFE, 0xFF]),
    ("utf-32le", &[0xFF, 0xFE, 0, 0]),
    ("utf-32be", &[0, 0, 0xFE, 0xFF]),
];

/// Encodings, each with letters that it has.
const LETTERS: [(&str, &str); 12] = [
    ("utf-8", "aé–東😀"),
    ("utf-16le", "aé–東😀"),
    ("utf-16be", "aé–東😀"),
    ("utf-32le", "aé–東😀"),
    ("windows-1252", "aéß–"),
    ("windows-1251", "aжщЯ"),
    ("koi8-r", "aжщЯ"),
    ("shift_jis", "aあ表ソ能"),
    ("euc-jp", "aあ表能"),
    ("gbk", "a中文字"),
    ("big5", "a許功蓋"),
    ("euc-kr", "a한국어"),
];

fn lines() -> impl Strategy<Value = (&'static str, Vec<String>)> {
    prop::sample::select(LETTERS.to_vec()).prop_flat_map(|(label, letters)| {
        let letters: Vec<char> = letters.chars().collect();
        let line = prop::collection::vec(prop::sample::select(letters), 1..20);
        let lines = prop::collection::vec(line.prop_map(|line| line.into_iter().collect::<String>()), 1..30);
        (Just(label), lines)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// What is given is decoded right, and every line keeps its number.
    #[test]
    fn a_given_encoding_gives_the_text_back((label, lines) in lines(), bad in any::<prop::sample::Index>()) {
        let tree = Tree::new();
        let text = lines.join("\n");
        let path = tree.put("a.txt", encoded(&text, label).unwrap());
        let (documents, problems) = read(&path, &given(label));
        prop_assert_eq!(&problems, &vec![]);
        prop_assert_eq!(&documents[0].text, &text);

        let mut records: Vec<String> = lines.iter().map(|line| format!("{{\"text\":\"{line}\"}}")).collect();
        let bad = bad.index(records.len());
        records[bad] = "{broken".to_owned();
        let path = tree.put("b.jsonl", encoded(&records.join("\n"), label).unwrap());
        let (documents, problems) = read(&path, &given(label));
        let texts: Vec<&str> = documents.iter().map(|document| document.text.as_str()).collect();
        let wanted: Vec<&str> =
            lines.iter().enumerate().filter(|(n, _)| *n != bad).map(|(_, line)| line.as_str()).collect();
        prop_assert_eq!(texts, wanted);
        prop_assert_eq!(problems.len(), 1);
        prop_assert_eq!(problems[0].line, Some(bad as u64 + 1));

        let rows: String = lines.iter().enumerate().map(|(n, line)| format!("{n},{line}\n")).collect();
        let path = tree.put("c.csv", encoded(&format!("id,text\n{rows}"), label).unwrap());
        let (documents, problems) = read(&path, &given(label));
        prop_assert_eq!(problems, vec![]);
        prop_assert!(documents.iter().map(|document| &document.text).eq(&lines));
    }

    #[test]
    fn a_mark_is_enough((label, lines) in lines()) {
        let Some((_, mark)) = MARKS.iter().find(|(name, _)| *name == label) else { return Ok(()) };
        let tree = Tree::new();
        let text = lines.join("\r\n");
        tree.put("a.txt", [mark, &*encoded(&text, label).unwrap()].concat());
        let (documents, problems) = tree.read();
        prop_assert_eq!(&documents[0].text, &text);
        prop_assert_eq!(problems, vec![]);
        prop_assert_eq!(tree.inspect()[0].settled, Some(Settled::Mark));
    }

    /// Any bytes in any encoding are read, and what could not be decoded is told.
    #[test]
    fn what_is_lost_is_told(bytes in prop::collection::vec(any::<u8>(), 1..300), (label, _) in lines()) {
        let tree = Tree::new();
        let path = tree.put("a.txt", &bytes);
        let (documents, problems) = read(&path, &given(label));
        let lost = problems.iter().any(|problem| problem.kind == ProblemKind::Encoding);
        for document in &documents {
            let (wanted, _, _) = match encoding_rs::Encoding::for_label(label.as_bytes()) {
                Some(encoding) => encoding.decode(&bytes),
                None => continue,
            };
            prop_assert_eq!(&document.text, &*wanted);
            let replaced = document.text.contains(char::REPLACEMENT_CHARACTER);
            prop_assert!(lost || !replaced || label.starts_with("utf"));
        }
    }
}

#[test]
fn a_declaration_is_believed() {
    for (label, letters) in LETTERS {
        if label.starts_with("utf-16") || label.starts_with("utf-32") {
            continue;
        }
        let text = format!("<?xml version=\"1.0\" encoding=\"{label}\"?>\n<rss>{letters}</rss>\n");
        let page =
            format!("<!doctype html><html><head><meta charset=\"{label}\"><title>{letters}</title></head>");
        let tree = Tree::new();
        tree.put("a.txt", encoded(&text, label).unwrap());
        tree.put("b.txt", encoded(&page, label).unwrap());
        // As text, so that what was decoded is seen.
        let options = Options { format: Format::Text, ..Options::default() };
        let (documents, problems) = read(tree.0.path(), &options);
        assert_eq!((&documents[0].text, &documents[1].text), (&text, &page));
        assert_eq!(problems, []);
        let entries = source::inspect(vec![Input::Path(tree.0.path().to_owned())], &options).unwrap();
        assert!(entries.iter().all(|entry| entry.settled == Some(Settled::Declared)), "{label}");
    }
}

/// Sentences made for this test, long enough to guess from.
const GUESSED: [(&str, &str); 9] = [
    (
        "windows-1252",
        "Die Brücke über den Fluss wurde gestern wieder für den Verkehr freigegeben. Größere Schäden gab es nicht.",
    ),
    ("windows-1251", "Мост через реку вчера снова открыли для движения. Больших повреждений не было."),
    ("koi8-r", "Мост через реку вчера снова открыли для движения. Больших повреждений не было."),
    ("shift_jis", "川にかかる橋は昨日ふたたび通れるようになりました。大きな被害はありませんでした。"),
    ("euc-jp", "川にかかる橋は昨日ふたたび通れるようになりました。大きな被害はありませんでした。"),
    ("gbk", "跨河大桥昨天重新开放通行。没有发现严重损坏。市政府感谢所有参与维修的工人。"),
    ("big5", "跨河大橋昨天重新開放通行。沒有發現嚴重損壞。市政府感謝所有參與維修的工人。"),
    (
        "euc-kr",
        "강을 건너는 다리가 어제 다시 열렸습니다. 큰 피해는 없었습니다. 시는 일꾼들에게 감사했습니다.",
    ),
    ("utf-16le", "The bridge over the river was opened again yesterday. Мост снова открыт. 橋は開いた。"),
];

#[test]
fn a_guess_is_used_and_told_and_fails_no_run() {
    let tree = Tree::new();
    // Of one sentence it would often be wrong.
    let texts = GUESSED.map(|(label, text)| (label, text.repeat(4)));
    for (label, text) in &texts {
        tree.put(&format!("{label}.txt"), encoded(text, label).unwrap());
        let line = format!("{{\"text\":\"{text}\"}}\n");
        tree.put(&format!("{label}.jsonl"), encoded(&line, label).unwrap());
    }
    let (documents, problems) = tree.read();
    assert_eq!((documents.len(), problems.len()), (2 * GUESSED.len(), 2 * GUESSED.len()));
    for (document, problem) in documents.iter().zip(&problems) {
        let label = document.path.split('.').next().unwrap();
        let (_, text) = texts.iter().find(|(name, _)| *name == label).unwrap();
        assert_eq!(document.text, *text, "{label}");
        assert_eq!(
            (problem.path.as_str(), problem.kind),
            (document.path.as_str(), ProblemKind::GuessedEncoding)
        );
        // KOI8-U has all letters of KOI8-R.
        let name = if label == "koi8-r" { "koi8" } else { label };
        assert!(problem.message.to_lowercase().contains(name), "{}", problem.message);
    }
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
        command.current_dir(tree.0.path()).args(words).output().unwrap()
    };
    assert_eq!(run(&["scan", ".", "--on-input-error=fail"]).status.code(), Some(0));
    tree.put("lost.txt", b"\xEF\xBB\xBFone\ntw\xFF");
    let failed = run(&["scan", ".", "--on-input-error=fail", "-f", "json"]);
    assert_eq!(failed.status.code(), Some(3), "text was lost");
    assert!(String::from_utf8(failed.stdout).unwrap().contains("\"guessed-encoding\""));
    let shown = String::from_utf8(run(&["inputs", "shift_jis.txt"]).stdout).unwrap();
    assert!(shown.contains("Shift_JIS (by a guess)"), "{shown}");
    let shown = String::from_utf8(run(&["inputs", "shift_jis.txt", "--encoding=sjis"]).stdout).unwrap();
    assert!(shown.contains("Shift_JIS (by flag)") && !shown.contains("a guess"), "{shown}");
    let wrong = run(&["inputs", "--encoding", "shiftjiss"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("did you mean Shift_JIS?"));
}

#[test]
fn all_of_a_text_decides_and_records_keep_to_their_head() {
    let tree = Tree::new();
    let filler = "plain words and nothing else. ".repeat(3000);
    tree.put(
        "a.txt",
        [filler.as_bytes(), b"Die Br\xFCcke \xFCber den Fluss, gr\xF6\xDFere Sch\xE4den"].concat(),
    );
    let lines = format!("{{\"text\":\"{filler}\"}}\n");
    tree.put("b.jsonl", [lines.as_bytes(), b"{\"text\":\"caf\xE9\"}\n{\"text\":\"on\"}\n"].concat());
    let damaged = [b"na\xC3\xAFve ".repeat(20), b"\nbroken \xE9 \xC3".to_vec()].concat();
    tree.put("c.txt", &damaged);
    let (documents, problems) = tree.read();
    assert!(documents[0].text.ends_with("Die Brücke über den Fluss, größere Schäden"));
    assert_eq!(documents.iter().filter(|document| document.path == "b.jsonl").count(), 2);
    assert!(documents[3].text.ends_with("naïve \nbroken \u{FFFD} \u{FFFD}"));
    let told: Vec<_> = problems.iter().map(|p| (p.path.as_str(), p.kind, p.line)).collect();
    let encoding = ProblemKind::Encoding;
    assert_eq!(
        told,
        [
            ("a.txt", ProblemKind::GuessedEncoding, None),
            ("b.jsonl", encoding, Some(2)),
            ("c.txt", encoding, Some(2))
        ]
    );
    assert!(problems[2].message.starts_with("2 places are not UTF-8"), "{}", problems[2].message);
}

#[test]
fn what_a_stream_loses_is_told_once_with_the_first_line() {
    let tree = Tree::new();
    let good = "{\"text\":\"강을 건너는 다리가 어제 다시 열렸습니다.\"}\n";
    let mut bytes = encoded(&good.repeat(3), "euc-kr").unwrap();
    bytes.extend(b"{\"text\":\"lost \xFF and \xFF\"}\n");
    bytes.extend(encoded(good, "euc-kr").unwrap());
    let path = tree.put("a.jsonl", bytes);
    let (documents, problems) = read(&path, &given("euc-kr"));
    assert_eq!(documents.len(), 5);
    assert_eq!(documents[3].text, "lost \u{FFFD} and \u{FFFD}");
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].kind, problems[0].line), (ProblemKind::Encoding, Some(4)));
}

#[test]
fn the_cap_is_on_the_text() {
    let tree = Tree::new();
    let text = "word ".repeat(20);
    let path = tree.put("a.txt", [&[0xFF, 0xFE][..], &encoded(&text, "utf-16le").unwrap()].concat());
    let of = |cap| read(&path, &Options { max_record_bytes: cap, ..Options::default() });
    assert_eq!(of(100).0[0].text, text);
    assert_eq!(of(99).1[0].kind, ProblemKind::TooLarge);
    let path = tree.put("b.txt", encoded(&"ж".repeat(60), "koi8-r").unwrap());
    let of = |cap| read(&path, &Options { max_record_bytes: cap, ..given("koi8-r") });
    assert_eq!((of(120).0.len(), of(119).1[0].kind), (1, ProblemKind::TooLarge));
}
