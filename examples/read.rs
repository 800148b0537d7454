//! Prints what is read of files: a JSON line for each article and each problem.
//!
//! ```text
//! cargo run --release --example read -- PATH…
//! ```
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::{env, path::PathBuf};

use serde_json::json;
use twicetold::source::{self, Input, Item, Options};

fn main() {
    let inputs = env::args_os().skip(1).map(|path| Input::from(PathBuf::from(path))).collect();
    for item in source::open(inputs, &Options::default()).unwrap() {
        let line = match item {
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
}
