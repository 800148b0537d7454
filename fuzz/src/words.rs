//! Every path that this machine has reads the words that the reference spells, whatever the gaps.

use twicetold::{
    Span, hash,
    words::{self, Path, Words},
};

/// The first four bytes are two gaps, the rest is text.
pub fn check(data: &[u8]) {
    let (gaps, data) = data.split_at_checked(4).unwrap_or((&[], data));
    let text = &*String::from_utf8_lossy(data);
    same(text, &[]);
    if let [a, b, c, d] = *gaps {
        let (a, b, c, d) = (u32::from(a), u32::from(b), u32::from(c), u32::from(d));
        // The second begins where the first ends, or later.
        same(text, &[Span::new(a, a + b % 8), Span::new(a + b % 8 + c, a + b % 8 + c + d % 8)]);
    }
    // Read alone, the words of a text are its words.
    let spelled = spelled(text);
    assert_eq!(spelled, self::spelled(&spelled), "{text:?}");
}

fn spelled(text: &str) -> String {
    let words: Vec<String> = words::normalised(text, &[]).into_iter().map(|(word, _)| word).collect();
    words.join(" ")
}

fn same(text: &str, gaps: &[Span]) {
    let slow = words::normalised(text, gaps);
    let mut table: Option<Words> = None;
    for path in Path::ALL.into_iter().filter(|path| path.is_available()) {
        let mut fast = Words::default();
        words::words_by(path, text, gaps, &mut fast);
        assert_eq!(fast.len(), slow.len(), "{path:?} {text:?}");
        for ((hash, span), (word, place)) in fast.hashes.iter().zip(&fast.spans).zip(&slow) {
            assert_eq!(span, place, "{path:?} {text:?}");
            // The lowest two bits tell scripts apart.
            assert_eq!(hash | 3, hash::word(word.as_bytes()) | 3, "{path:?} {word:?} in {text:?}");
        }
        super::assert_ascending(text, &fast.spans, "words");
        if let Some(table) = &table {
            assert_eq!(table, &fast, "{path:?} {text:?}");
        }
        table = Some(fast);
    }
}
