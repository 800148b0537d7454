//! JSON Lines give one document or one problem a line, with the texts that another parser reads.

use serde_json::Value;
use twicetold::source::Format;

use super::file::{documents, is_wide, read, read_as, utf8};

/// Any bytes.
pub fn check(data: &[u8]) {
    let (documents, problems) = documents(read_as(data, Format::Jsonl, 1 << 20));
    // A file that is no text at all is one problem.
    if is_wide(data) || documents.is_empty() && problems.len() <= 1 {
        return;
    }
    let data = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
    let lines: Vec<&[u8]> = data.split(|&b| b == b'\n').filter(|line| !blank(line)).collect();
    assert_eq!(lines.len(), documents.len() + problems.len());
    for document in &documents {
        let record = usize::try_from(document.record.unwrap()).unwrap();
        // What is read must be JSON to others too, and its text the same.
        let value: Value = serde_json::from_slice(lines[record - 1])
            .unwrap_or_else(|error| panic!("record {record} was read, but {error}"));
        let names = ["text", "body", "content", "article"];
        let text = names.iter().find_map(|name| value.get(name).and_then(Value::as_str));
        if let Some(text) = text {
            assert_eq!(document.text, text, "record {record}");
        }
    }
    for problem in &problems {
        let Some(record) = problem.record.and_then(|record| usize::try_from(record).ok()) else { continue };
        // Others let the last of two equal names win; we do not choose.
        if problem.message.contains("stands there twice") {
            continue;
        }
        let value: Option<Value> = serde_json::from_slice(lines[record - 1]).ok();
        let text = value.as_ref().and_then(|value| value.get("text")).and_then(Value::as_str);
        assert!(
            text.is_none_or(|text| text.trim().is_empty()),
            "record {record} has a text, but {problem:?}"
        );
    }
    // A small cap loses long lines only, and by name alone the same is read.
    let (short, _) = super::file::documents(read_as(data, Format::Jsonl, 64));
    assert!(short.iter().all(|document| documents.iter().any(|whole| whole.text == document.text)));
    let (named, _) = super::file::documents(read(data, "jsonl", &utf8()));
    assert!(named.iter().zip(&documents).all(|(a, b)| a.text == b.text));
}

fn blank(line: &[u8]) -> bool {
    line.trim_ascii().is_empty()
}
