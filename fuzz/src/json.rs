//! JSON that is no lines: what another parser takes for an array of objects is read element by element, and one that is
//! broken hides nothing silently.

use serde_json::Value;
use twicetold::source::Format;

use super::file::{articles, read_as};

/// Any bytes, by themselves and among elements that are sound.
pub fn check(data: &[u8]) {
    let (documents, problems) = articles(read_as(data, Format::Json, 1 << 20));
    let data = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
    if let Ok(Value::Array(elements)) = serde_json::from_slice::<Value>(data) {
        assert_eq!(elements.len(), documents.len() + problems.len());
        for document in &documents {
            let record = usize::try_from(document.record.unwrap()).unwrap();
            let names = ["text", "body", "content", "article"];
            let texts =
                names.iter().filter_map(|name| elements[record - 1].get(name).and_then(Value::as_str));
            assert!(texts.into_iter().any(|text| text == document.text), "record {record}");
        }
    }
    articles(read_as(data, Format::Json, 16));

    for (open, between, close) in [("[", ",", "]"), ("[\n ", ",\n ", "\n]"), ("", "\n", "\n")] {
        let sound = |words: &str| format!("{{\"text\":\"{words}\"}}");
        let array = [open, &sound("before"), between].concat();
        let behind = [between, &sound("after"), close].concat();
        let array = [array.as_bytes(), data, behind.as_bytes()].concat();
        let (documents, problems) = articles(read_as(&array, Format::Json, 1 << 20));
        if documents.is_empty() {
            assert_eq!(problems.len(), 1, "not text at all");
            continue;
        }
        assert_eq!((&*documents[0].text, documents[0].record), ("before", Some(1)));
        assert!(!problems.is_empty() || documents.last().unwrap().text == "after");
    }
}
