//! The first bytes of a file go in; whether it is text at all comes out.
//!
//! Only what can be said for certain is said: NUL bytes, and the signatures of common formats that are
//! not read. Which encoding text is in, `encoding` settles.

use crate::error::ProblemKind;

/// How many bytes of a head are searched for signs that the file is not text.
const BINARY_WINDOW: usize = 8 << 10;

/// First bytes of formats that hold text out of our reach, with what to do about each.
const NAMED: &[(&[u8], &str)] = &[
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive: unpack it first"),
    (b"Rar!\x1A\x07", "a RAR archive: unpack it first"),
    (b"\x04\x22\x4D\x18", "compressed with lz4: unpack it first"),
    (b"LZIP\x01", "compressed with lzip: unpack it first"),
    (b"\x1F\x9D", "compressed with compress: unpack it first"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old office document: convert it to text first"),
    (b"SQLite format 3\0", "an SQLite database: export it to JSONL first"),
    (b"\x89PNG\r\n\x1A\n", "a PNG image: not text"),
    (b"\xFF\xD8\xFF", "a JPEG image: not text"),
    (b"GIF87a", "a GIF image: not text"),
    (b"GIF89a", "a GIF image: not text"),
    (b"%PDF-", "a PDF: convert it to text first"),
    (b"PAR1", "a Parquet file, which this build does not read: build it with the feature `parquet`"),
    (b"{\\rtf", "RTF: convert it to text first"),
];

/// Says of bytes what they are, when a name for it is known.
///
/// # Errors
///
/// What they are, and what to do about it.
pub(super) fn is_named(head: &[u8]) -> Result<(), (ProblemKind, &'static str)> {
    let named = NAMED.iter().find(|(magic, _)| head.starts_with(magic));
    named.map_or(Ok(()), |(_, why)| Err((ProblemKind::Binary, *why)))
}

/// Looks for signs that bytes are not text, in the first 8 KiB.
///
/// # Errors
///
/// Which sign.
pub(super) fn judge(bytes: &[u8]) -> Result<(), (ProblemKind, &'static str)> {
    let window = bytes.get(..BINARY_WINDOW).unwrap_or(bytes);
    if window.contains(&0) {
        return Err((ProblemKind::Binary, "NUL bytes near its start: not text"));
    }
    let control = |b: &&u8| matches!(**b, 0x01..=0x08 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F);
    let controls = window.iter().filter(control).count();
    if window.len() < controls * 10 {
        return Err((ProblemKind::Binary, "more than a tenth control characters near its start: not text"));
    }
    Ok(())
}

/// The message for text that stops being UTF-8.
pub(super) fn not_utf8(offset: u64) -> String {
    format!("byte {offset} of the file is not UTF-8: convert the file to UTF-8 first, or give --encoding")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn is_text(head: &[u8]) -> bool {
        is_named(head).and_then(|()| judge(head)).is_ok()
    }

    #[test]
    fn text_is_text() {
        for head in
            [&b"plain"[..], b"", b"\x1B[1mcolour\x1B[0m\ttext\r\n", b"BZh is no word, but this is text"]
        {
            assert!(is_text(head));
        }
    }

    #[test]
    fn what_is_no_text_is_binary() {
        for head in [
            &b"some\0thing else entirely"[..],
            b"\x01\x02\x03\x04text",
            b"%PDF-1.7\nreadable",
            b"PAR1",
            b"GIF89a",
        ] {
            assert!(!is_text(head));
        }
    }
}
