//! Input is opened by path: a file of this thread's own, as long as it is read.

use std::{env, fs, path::PathBuf, process, thread};

use twicetold::{
    Document, Error, Problem,
    settings::Encoding,
    source::{self, Format, Input, Item, Options},
};

/// Reads `data` as a file with this extension; documents and problems in order.
pub(crate) fn read(data: &[u8], extension: &str, options: &Options) -> Vec<Item> {
    let own = format!("twicetold-fuzz-{}-{:?}.{extension}", process::id(), thread::current().id());
    let path: PathBuf = env::temp_dir().join(own);
    fs::write(&path, data).expect("the folder for temporary files can be written");
    let items: Result<Vec<Item>, Error> =
        source::open(vec![Input::Path(path.clone())], options).map(Iterator::collect);
    let _ = fs::remove_file(&path);
    items.expect("the file is there")
}

/// The same, as UTF-8 of one format whatever the name and content say.
pub(crate) fn read_as(data: &[u8], format: Format, cap: u64) -> Vec<Item> {
    read(data, "data", &Options { format, max_record_bytes: cap, ..utf8() })
}

/// No guesses.
pub(crate) fn utf8() -> Options {
    Options { encoding: Some(Encoding::UTF_8), ..Options::default() }
}

/// Whether a byte order mark says that bytes are not UTF-8, whatever else is said.
pub(crate) fn is_wide(data: &[u8]) -> bool {
    matches!(data, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, 0, 0xFE, 0xFF, ..])
}

/// The documents and the problems; records ascend, one of them for each.
pub(crate) fn documents(items: Vec<Item>) -> (Vec<Document>, Vec<Problem>) {
    split(items, 1)
}

/// The same where a record may have something wrong with it and be read all the same.
pub(crate) fn articles(items: Vec<Item>) -> (Vec<Document>, Vec<Problem>) {
    let (documents, problems) = split(items, 0);
    assert!(documents.windows(2).all(|pair| pair[0].record < pair[1].record));
    (documents, problems)
}

fn split(items: Vec<Item>, step: u64) -> (Vec<Document>, Vec<Problem>) {
    let mut last = 0;
    let (mut documents, mut problems) = (Vec::new(), Vec::new());
    for item in items {
        let record = match &item {
            Item::Document(document) => document.record,
            Item::Problem(problem) => {
                assert!(!problem.message.is_empty());
                problem.record
            }
        };
        if let Some(record) = record {
            assert!(last + step <= record, "record {record} after {last}");
            last = record;
        }
        match item {
            Item::Document(document) => documents.push(document),
            Item::Problem(problem) => problems.push(problem),
        }
    }
    (documents, problems)
}
