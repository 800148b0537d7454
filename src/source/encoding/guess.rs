//! Guesses: UTF-16 without a mark by where its NUL bytes stand, the rest by `chardetng`, which browsers use.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use crate::settings::Encoding;

/// How many bytes are looked at for UTF-16.
const WINDOW: usize = 8 << 10;

/// The likeliest encoding of bytes that are not UTF-8; `whole` says that they are all.
pub(super) fn guess(bytes: &[u8], whole: bool) -> Encoding {
    if let Some(utf16) = utf16_of_han(bytes) {
        return utf16;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, whole);
    Encoding::of_known(detector.guess(None, Utf8Detection::Deny))
}

/// Whether bytes switch to Japanese characters by an escape, as nothing else that is ASCII does.
pub(super) fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    bytes.contains(&0x1B)
        && [&b"\x1B$B"[..], b"\x1B$@"].iter().any(|escape| memchr::memmem::find(bytes, escape).is_some())
        && bytes.is_ascii()
}

/// UTF-16 without a mark, in which order.
///
/// Other text has no NUL; UTF-16 has one in each space, line end, digit and letter of ASCII. Read in the right
/// order nearly all of it are letters, digits and marks; in the wrong one it is not, since there the byte that changes
/// least comes last.
pub(super) fn utf16(head: &[u8]) -> Option<Encoding> {
    let window = head.get(..WINDOW).unwrap_or(head);
    if !window.contains(&0) {
        return None;
    }
    let (little, big) = (plausible(window, true), plausible(window, false));
    let (share, order) = if little < big { (big, Encoding::UTF_16BE) } else { (little, Encoding::UTF_16LE) };
    (0.95 <= share && little != big).then_some(order)
}

/// UTF-16 without a mark or a single NUL, as short Chinese or Japanese text may be: known by its kana and full
/// stops, a twentieth of it at least. Bytes of other encodings read as UTF-16 look like Chinese too, but not like these.
fn utf16_of_han(bytes: &[u8]) -> Option<Encoding> {
    let window = bytes.get(..WINDOW).unwrap_or(bytes);
    let own = |high: usize| {
        let pairs = window.as_chunks::<2>().0;
        let n = pairs.iter().filter(|pair| pair.get(high).is_some_and(|&byte| byte == 0x30 || byte == 0xFF));
        pairs.len() <= 20 * n.count()
    };
    if own(1) && 0.95 <= plausible(window, true) {
        return Some(Encoding::UTF_16LE);
    }
    (own(0) && 0.95 <= plausible(window, false)).then_some(Encoding::UTF_16BE)
}

/// Which share of characters stands in a text, if the bytes are UTF-16 in this order.
fn plausible(bytes: &[u8], little: bool) -> f64 {
    let units = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|&pair| if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) });
    let (mut good, mut all, mut doubled) = (0_u32, 0_u32, 0_u32);
    for c in char::decode_utf16(units) {
        all += 1;
        let Ok(c) = c else { continue };
        let code = u32::from(c);
        let mark = matches!(code, 0x20..=0x7E | 0xA0..=0xBF | 0x200B..=0x206F | 0x20A0..=0x20BF
            | 0x3000..=0x303F | 0xFF00..=0xFFEF | 0x2100..=0x27BF);
        good +=
            u32::from(mark || c.is_alphanumeric() || matches!(c, '\t' | '\n' | '\r') || is_combining(code));
        // Two letters of ASCII make a Chinese character: that is bytes of text with a NUL among them. Kana look like a zero
        // and a letter.
        let [high, low] = [(code >> 8) & 0xFF, code & 0xFF];
        doubled += u32::from(high != 0x30 && (0x20..0x7F).contains(&high) && (0x20..0x7F).contains(&low));
    }
    if all == 0 || all < 2 * doubled { 0.0 } else { f64::from(good) / f64::from(all) }
}

/// Marks on letters, in the scripts that need them.
fn is_combining(code: u32) -> bool {
    matches!(code, 0x300..=0x36F | 0x5B0..=0x5C7 | 0x60C..=0x65F | 0x900..=0xDFF | 0xE00..=0xFFF)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn utf16_is_known_by_where_its_nuls_stand() {
        for text in [
            "A short text.",
            "Ein Wörtchen für sich.\n",
            "Съешь ещё этих мягких французских булок.\n",
            "国务院总理今天主持会议。\n会议指出，要抓紧落实各项政策措施。\n",
            "이것은 한국어로 쓴 글이다.",
        ] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(utf16(&little), Some(Encoding::UTF_16LE), "{text}");
            assert_eq!(utf16(&big), Some(Encoding::UTF_16BE), "{text}");
            assert_eq!(utf16(text.as_bytes()), None);
        }
        let text = "これはペンです。それは机です。";
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(guess(&big, true), Encoding::UTF_16BE);
    }

    #[test]
    fn a_nul_in_other_bytes_is_no_utf16() {
        for bytes in
            [&b"some\0thing else entirely"[..], b"\x7FELF\0\0\0\0", b"a\0", b"\0\0\0\0", b"one\0two\0three\0"]
        {
            assert_eq!(utf16(bytes), None);
        }
    }
}
