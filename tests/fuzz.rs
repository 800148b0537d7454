//! The fuzz targets, from a seed: a few inputs for each, so that what they hold is held at every change.
//!
//! `fuzz/run` looks for longer and with coverage to guide it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[allow(dead_code, unreachable_pub)]
#[path = "../fuzz/src/lib.rs"]
mod targets;

/// The same that `targets` has for a crate of its own.
mod cli {
    pub(crate) fn nearest<'a>(_: &str, _: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        None
    }
}

use std::{fs, path::Path};
use twicetold::hash::mix;

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 += 1;
        usize::try_from(mix(self.0) % n as u64).unwrap()
    }
}

/// The files of a folder and of those in it.
fn files(folder: &Path, out: &mut Vec<Vec<u8>>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(fs::read(&path).unwrap().into_iter().take(4000).collect());
        }
    }
}

/// Gives `check` the fixtures, each also with bytes changed, and bytes out of nowhere.
fn run(check: fn(&[u8]), rounds: usize) {
    let mut texts = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut texts);
    let mut numbers = Numbers(1);
    let pieces: [&[u8]; 28] = [
        b"\"",
        b",",
        b"\n",
        b"\r\n",
        b"{\"text\":\"",
        b"\"}",
        b"\\",
        b"\xE2\x80\x99",
        b"\xFF",
        b"\0",
        b". ",
        b"[a](b)",
        b"<item><title>",
        b"</entry>",
        b"<![CDATA[",
        b"<!--",
        b"&lt;p&gt;",
        b"=\"",
        b"},{",
        b"]",
        b"<p>",
        b"</div>",
        b"<b class='ad'>",
        b"<td>",
        b"<svg>",
        b"<script>",
        b"<br>",
        b"&eacute;",
    ];
    for _ in 0..rounds {
        let mut text = texts[numbers.below(texts.len())].clone();
        let start = numbers.below(text.len() + 1);
        text.drain(..start);
        text.truncate(numbers.below(1500));
        for _ in 0..numbers.below(8) {
            let at = numbers.below(text.len() + 1);
            let piece = pieces[numbers.below(pieces.len())];
            text.splice(at..(at + numbers.below(3)).min(text.len()), piece.iter().copied());
        }
        check(&text);
        let n_bytes = numbers.below(300);
        let noise: Vec<u8> = (0..n_bytes).map(|_| u8::try_from(numbers.below(256)).unwrap()).collect();
        check(&noise);
    }
}

#[test]
fn words() {
    run(targets::words::check, 200);
}

#[test]
fn jsonl() {
    run(targets::jsonl::check, 300);
}

#[test]
fn json() {
    run(targets::json::check, 200);
}

#[test]
fn feed() {
    run(targets::feed::check, 200);
}

#[test]
fn decode() {
    run(targets::decode::check, 300);
}

#[test]
fn csv() {
    run(targets::csv::check, 300);
}

#[test]
fn markdown() {
    run(targets::markdown::check, 300);
}

#[test]
fn html() {
    run(targets::html::check, 300);
}

#[test]
fn segment() {
    run(targets::segment::check, 200);
}

#[test]
fn config() {
    run(targets::config::check, 300);
}

#[test]
fn detect_small() {
    run(targets::detect_small::check, 100);
}
