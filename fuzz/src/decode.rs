//! Any bytes, packed or not and in any encoding, are read or listed; what is packed by us is read back.

use std::io::Write;

use twicetold::source::{Format, Item, Options};

use super::file::read;

/// Bytes as they are, under names that say what they may not be; and packed.
pub fn check(data: &[u8]) {
    for extension in ["gz", "jsonl", "html"] {
        let items = read(data, extension, &Options { max_record_bytes: 1 << 16, ..Options::default() });
        assert!(extension == "jsonl" || !items.is_empty() || is_archive(data), "neither read nor listed");
        for item in items {
            match item {
                Item::Document(document) => assert!(document.text.len() <= 1 << 16),
                Item::Problem(problem) => {
                    assert!(!problem.message.is_empty() && !problem.message.contains('\n'));
                }
            }
        }
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(data).unwrap();
    let options = Options { format: Format::Text, ..Options::default() };
    let plain = texts(read(data, "data", &options));
    // What is packed twice is refused, and an archive may be packed once more.
    if !data.starts_with(b"\x1F\x8B") && !is_archive(data) && !is_packed(data) {
        assert_eq!(texts(read(&packed.finish().unwrap(), "data", &options)), plain);
    }
}

/// An archive without a member is like a folder without a file.
fn is_archive(data: &[u8]) -> bool {
    data.starts_with(b"PK") || 512 <= data.len()
}

fn is_packed(data: &[u8]) -> bool {
    data.starts_with(b"BZh") || data.starts_with(b"\xFD7zXZ") || matches!(data, [0x28 | 0x50..=0x5F, ..])
}

fn texts(items: Vec<Item>) -> Vec<Result<String, String>> {
    let text = |item| match item {
        Item::Document(document) => Ok(document.text),
        Item::Problem(problem) => Err(problem.message),
    };
    items.into_iter().map(text).collect()
}
