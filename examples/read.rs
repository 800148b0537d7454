//! Prints what is read of files: a JSON line for each article and each problem.
//!
//! ```text
//! cargo run --release --example read -- PATH…
//! cargo run --release --example read -- --count PATH…       how many, and nothing of them
//! cargo run --release --example read -- --xml FILE           what quick-xml alone finds in a feed
//! cargo run --release --example read -- --json FILE          whether serde_json alone takes it
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::{env, fs::File, io::BufReader, path::PathBuf};

use quick_xml::events::Event;
use serde::de::IgnoredAny;
use serde_json::json;
use twicetold::source::{self, Input, Item, Options};

fn main() {
    let mut paths: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let mode = paths.first().and_then(|path| path.to_str()?.strip_prefix("--").map(str::to_owned));
    if mode.is_some() {
        paths.remove(0);
    }
    let open = || BufReader::with_capacity(256 << 10, File::open(paths.first().unwrap()).unwrap());
    match mode.as_deref() {
        Some("xml") => {
            let mut reader = quick_xml::Reader::from_reader(open());
            let (mut buffer, mut n_events) = (Vec::new(), 0_u64);
            while !matches!(reader.read_event_into(&mut buffer).unwrap(), Event::Eof) {
                n_events += 1;
                buffer.clear();
            }
            println!("{n_events} events");
        }
        Some("json") => {
            serde_json::from_reader::<_, IgnoredAny>(open()).unwrap();
            println!("sound");
        }
        mode => read(paths, mode == Some("count")),
    }
}

fn read(paths: Vec<PathBuf>, count: bool) {
    let inputs = paths.into_iter().map(Input::from).collect();
    let (mut n_documents, mut n_problems, mut n_bytes) = (0, 0, 0);
    for item in source::open(inputs, &Options::default()).unwrap() {
        let line = match item {
            Item::Document(document) if count => {
                (n_documents, n_bytes) = (n_documents + 1, n_bytes + document.text.len());
                continue;
            }
            Item::Problem(_) if count => {
                n_problems += 1;
                continue;
            }
            Item::Document(document) => json!({
                "path": document.path,
                "record": document.record,
                "id": document.name,
                "title": document.title,
                "date": document.date,
                "time": document.time,
                "source": document.source,
                "url": document.url,
                "text": document.text,
            }),
            Item::Problem(problem) => json!({
                "path": problem.path,
                "record": problem.record,
                "line": problem.line,
                "problem": problem.kind.name(),
                "message": problem.message,
            }),
        };
        println!("{line}");
    }
    if count {
        println!("{n_documents} articles of {n_bytes} bytes, {n_problems} problems");
    }
}
