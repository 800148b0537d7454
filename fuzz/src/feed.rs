//! Feeds: whatever stands in one, what comes before it is read, and what comes behind it is read or told.

use twicetold::source::Format;

use super::{
    assert_ascending,
    file::{articles, read_as},
};

/// Any bytes, by themselves and among entries that are sound.
pub fn check(data: &[u8]) {
    for cap in [1 << 20, 64] {
        let (documents, problems) = articles(read_as(data, Format::Feed, cap));
        for document in &documents {
            assert!(!document.text.trim().is_empty());
            assert_ascending(&document.text, document.layout.gaps(), "gaps");
        }
        let only_feed = data.windows(5).any(|window| matches!(window, b"<rss>" | b"<rss " | b"<feed"));
        assert!(only_feed || !documents.is_empty() || !problems.is_empty() || mentions_feed(data));
    }
    for (around, entry, text) in [("rss", "item", "description"), ("feed", "entry", "summary")] {
        let sound = |words: &str| format!("<{entry}><{text}>{words}</{text}></{entry}>");
        let feed = [
            format!("<{around}>{}", sound("before")).as_bytes(),
            data,
            format!("{}</{around}>", sound("after")).as_bytes(),
        ]
        .concat();
        let (documents, problems) = articles(read_as(&feed, Format::Feed, 1 << 20));
        if documents.is_empty() {
            // Not text at all.
            assert_eq!(problems.len(), 1);
            continue;
        }
        assert_eq!(documents[0].text, "before");
        assert_eq!(documents[0].record, Some(1));
        assert!(
            !problems.is_empty() || documents.iter().skip(1).any(|document| document.text.contains("after"))
        );
    }
}

/// Whether the bytes may open a feed without an entry, of which there is nothing to tell.
fn mentions_feed(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    data.is_empty() || ["channel", "RDF", "rss", "feed", "items"].iter().any(|name| text.contains(name))
}
