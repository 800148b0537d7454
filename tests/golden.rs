//! Values that are stored in archives and compared between machines must never change unnoticed.
//!
//! Each file in `fixtures/golden/` holds cases and, below each, what they gave. The test makes the
//! file again from its own cases. When it differs, the new file is printed between two lines of
//! `----`: if the change is meant, raise the version (`words::VERSION`, or that of signatures) and
//! put what was printed in the file's place. A new case is a new line without values.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write;

use twicetold::{shingle::ShingleSet, sketch, words};

/// Makes the file again: comments and cases stay, `values` gives the lines below a case.
#[track_caller]
fn check(name: &str, case_word: &str, values: impl Fn(&str) -> Vec<String>) {
    let path = format!("{}/fixtures/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    let found = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let mut made = String::new();
    for line in found.lines().filter(|line| !line.starts_with(' ')) {
        writeln!(made, "{line}").unwrap();
        let case = line.strip_prefix(case_word).and_then(|rest| rest.strip_prefix(' '));
        for value in case.map(&values).unwrap_or_default() {
            writeln!(made, "  {value}").unwrap();
        }
    }
    assert!(made == found, "{path} should be:\n----\n{made}----");
}

fn unescape(escaped: &str) -> String {
    let mut text = String::new();
    let mut rest = escaped;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let (c, len) = match after.as_bytes()[0] {
            b'n' => ('\n', 1),
            b't' => ('\t', 1),
            b'\\' => ('\\', 1),
            _ => {
                let hex = after.strip_prefix("u{").and_then(|hex| hex.split_once('}')).unwrap().0;
                (char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap(), hex.len() + 3)
            }
        };
        text.push(c);
        rest = &after[len..];
    }
    text + rest
}

fn shingles(size: &str, text: &str) -> ShingleSet {
    ShingleSet::of(&words::words(&unescape(text), &[]).hashes, size.parse().unwrap())
}

#[test]
fn words_are_as_recorded() {
    check("words.txt", "text", |case| {
        let text = unescape(case);
        let read = words::words(&text, &[]);
        let strings = words::normalised(&text, &[]);
        assert_eq!(read.len(), strings.len());
        read.hashes
            .iter()
            .zip(strings)
            .map(|(hash, (word, span))| format!("{hash:016x} {span} {word}"))
            .collect()
    });
}

#[test]
fn shingles_are_as_recorded() {
    check("shingles.txt", "shingles", |case| {
        let (size, text) = case.split_once(' ').unwrap();
        shingles(size, text).as_slice().iter().map(|shingle| format!("{shingle:016x}")).collect()
    });
}

#[test]
fn signatures_are_as_recorded() {
    check("minhash.txt", "minhash", |case| {
        let [lanes, seed, size, text] = case.splitn(4, ' ').collect::<Vec<_>>().try_into().unwrap();
        let params = sketch::Params { lanes: lanes.parse().unwrap(), seed: seed.parse().unwrap() };
        let signature = sketch::sign(&shingles(size, text), &params).unwrap();
        let hex: Vec<_> = signature.lanes().iter().map(|lane| format!("{lane:08x}")).collect();
        hex.chunks(8).map(|line| line.join(" ")).collect()
    });
}
