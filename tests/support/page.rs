//! An HTML report taken apart, by docs/html-report.md alone.

use std::io::Read as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::read::DeflateDecoder;
use serde_json::{Map, Value};

/// The blocks of a page by name.
pub fn blocks(page: &str) -> Map<String, Value> {
    const HEAD: &str = "<script type=\"application/octet-stream\" data-name=\"";
    let parts = page.split(HEAD).skip(1).map(|part| {
        let (name, rest) = part.split_once("\">").unwrap();
        let packed = BASE64_STANDARD.decode(rest.split_once("</script>").unwrap().0).unwrap();
        let mut json = String::new();
        DeflateDecoder::new(&packed[..]).read_to_string(&mut json).unwrap();
        (name.to_owned(), serde_json::from_str(&json).unwrap())
    });
    parts.collect()
}

/// What stands in a page beside its own markup and the blocks: the list for readers without JavaScript.
pub fn list(page: &str) -> &str {
    page.split_once("<noscript>").unwrap().1.split_once("</noscript>").unwrap().0
}

/// All of a page that was made of a report, to be searched as text.
pub fn contents(page: &str) -> String {
    format!("{}{}", list(page), Value::Object(blocks(page)))
}
