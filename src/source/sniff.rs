//! The first bytes of a file go in; whether it is text, and in which encoding, comes out.
//!
//! Only what can be said for certain is said: a byte order mark, NUL bytes, the signatures of
//! common packed formats. The readers find invalid UTF-8 further on.

use crate::error::ProblemKind;

/// How many bytes of a head are searched for signs that the file is not text.
const BINARY_WINDOW: usize = 8 << 10;

/// The UTF-8 byte order mark.
pub(super) const BOM: &[u8] = &[0xEF, 0xBB, 0xBF];

/// First bytes of formats that hold text out of our reach, with what to do about each.
const PACKED: &[(&[u8], &str)] = &[
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
    (b"PAR1", "a Parquet file: convert it to JSONL first"),
    (b"{\\rtf", "RTF: convert it to text first"),
];

/// What the head of a file says about its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sniffed {
    /// UTF-8 as far as the head tells; with how many bytes of byte order mark to drop.
    Text { bom_bytes: usize },
    /// Not to be read, and why.
    Not { kind: ProblemKind, why: &'static str },
}

/// Judges the first bytes of a file.
pub(super) fn sniff(head: &[u8]) -> Sniffed {
    use ProblemKind::{Binary, Encoding};
    let not = |kind, why| Sniffed::Not { kind, why };
    if head.starts_with(BOM) {
        return match judge(head.get(BOM.len()..).unwrap_or_default()) {
            None => Sniffed::Text { bom_bytes: BOM.len() },
            Some((kind, why)) => not(kind, why),
        };
    }
    // A UTF-32 mark begins with the UTF-16 one.
    if head.starts_with(&[0xFF, 0xFE, 0, 0]) || head.starts_with(&[0, 0, 0xFE, 0xFF]) {
        return not(Encoding, "UTF-32 (it has its byte order mark): convert it to UTF-8 first");
    }
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return not(Encoding, "UTF-16 (it has its byte order mark): convert it to UTF-8 first");
    }
    if let Some((_, why)) = PACKED.iter().find(|(magic, _)| head.starts_with(magic)) {
        return not(Binary, why);
    }
    match judge(head) {
        None => Sniffed::Text { bom_bytes: 0 },
        Some((kind, why)) => not(kind, why),
    }
}

/// Why bytes without a mark are not UTF-8 text, if the first 8 KiB show it.
fn judge(bytes: &[u8]) -> Option<(ProblemKind, &'static str)> {
    let window = bytes.get(..BINARY_WINDOW).unwrap_or(bytes);
    let nul = |parity: usize| window.iter().skip(parity).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (nul(0), nul(1));
    if 0 < even + odd {
        // Western text in UTF-16 has a NUL in nearly every second place, always the same one.
        let half = window.len() / 2;
        let one_sided = even.min(odd) * 20 < even.max(odd) && half * 7 / 10 < even.max(odd);
        return Some(if 4 <= window.len() && one_sided {
            (
                ProblemKind::Encoding,
                "it looks like UTF-16 without a byte order mark: convert it to UTF-8 first",
            )
        } else {
            (ProblemKind::Binary, "NUL bytes near its start: not text")
        });
    }
    let control = |b: &&u8| matches!(**b, 0x01..=0x08 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F);
    let controls = window.iter().filter(control).count();
    (window.len() < controls * 10)
        .then_some((ProblemKind::Binary, "more than a tenth control characters near its start: not text"))
}

/// The message for text that stops being UTF-8.
pub(super) fn not_utf8(offset: u64) -> String {
    format!("byte {offset} of the file is not UTF-8: convert the file to UTF-8 first")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn kind(head: &[u8]) -> Option<ProblemKind> {
        match sniff(head) {
            Sniffed::Text { .. } => None,
            Sniffed::Not { kind, .. } => Some(kind),
        }
    }

    #[test]
    fn text_is_text_with_or_without_a_mark() {
        assert_eq!(sniff(b"plain"), Sniffed::Text { bom_bytes: 0 });
        assert_eq!(sniff(b""), Sniffed::Text { bom_bytes: 0 });
        assert_eq!(sniff("\u{FEFF}marked".as_bytes()), Sniffed::Text { bom_bytes: 3 });
        assert_eq!(sniff("\u{1B}[1mcolour\u{1B}[0m\ttext\r\n".as_bytes()), Sniffed::Text { bom_bytes: 0 });
        assert_eq!(sniff(b"BZh is no word, but this is text"), Sniffed::Text { bom_bytes: 0 });
    }

    #[test]
    fn utf16_is_named_with_and_without_its_mark() {
        let little: Vec<u8> = "A short text.".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "A short text.".encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [&little, &big] {
            assert_eq!(kind(bytes), Some(ProblemKind::Encoding));
        }
        assert_eq!(kind(&[b"\xFF\xFE".as_slice(), &little].concat()), Some(ProblemKind::Encoding));
        assert_eq!(kind(&[b"\xFE\xFF".as_slice(), &big].concat()), Some(ProblemKind::Encoding));
        assert_eq!(kind(b"\xFF\xFE\0\0A\0\0\0"), Some(ProblemKind::Encoding));
    }

    #[test]
    fn what_is_no_text_is_binary() {
        assert_eq!(kind(b"some\0thing else entirely"), Some(ProblemKind::Binary));
        assert_eq!(kind(b"\x01\x02\x03\x04text"), Some(ProblemKind::Binary));
        assert_eq!(kind(b"%PDF-1.7\nreadable"), Some(ProblemKind::Binary));
        assert_eq!(kind(&[BOM, b"a\0b"].concat()), Some(ProblemKind::Binary));
    }
}
