//! Numbers and shortened names as people read them: counts, shares and texts go in, words come out.
//!
//! Part of stage 8, used by every format that is read by people.
//!
//! # Promises
//!
//! Shares are cut, never rounded up: `1.0` and `100.0%` are printed for all only.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::view::{Family, share_text};

/// `1 word`, `2,345 words`.
pub(super) fn counted(n: u64, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(n)) }
}

/// `1 more word`, `2,345 more words`.
pub(super) fn counted_more(n: u64, noun: &str) -> String {
    counted(n, &format!("more {noun}"))
}

/// The numbers of a finding: `38 words, 3 places in 2 documents, similarity 1.0`. Those of the archive are counted apart.
pub(super) fn facts(family: &Family<'_>, is_archived: impl Fn(u32) -> bool) -> String {
    let documents: HashSet<u32> = family.occurrences.iter().map(|place| place.document).collect();
    let n_archived = documents.iter().filter(|document| is_archived(**document)).count();
    let others = counted((documents.len() - n_archived) as u64, "document");
    let scope = match (family.scope.as_ref(), n_archived) {
        ("within", _) => "within one document".to_owned(),
        (_, 0) => format!("in {others}"),
        (_, n) => format!("in {others} and {} of the archive", grouped(n as u64)),
    };
    format!(
        "{}, {} {scope}, similarity {}",
        counted(u64::from(family.words), "word"),
        counted(family.occurrences.len() as u64, "place"),
        three_digits(family.similarity)
    )
}

/// `2,345`.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if 0 < i && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share with at most three digits, cut, so that 1.0 is printed for 1 only.
pub(super) fn three_digits(share: f64) -> String {
    share_text(share).chars().take(5).collect()
}

/// A share of six digits as a percentage of one digit, cut.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{share:.6}");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (whole, part) = digits.split_at_checked(3).unwrap_or((&digits, ""));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    format!("{whole}.{}%", part.chars().next().unwrap_or('0'))
}

/// At most so many columns, with `…` in place of the rest.
pub(super) fn shortened(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut width = 1;
    for grapheme in text.graphemes(true) {
        width += grapheme.width();
        if columns < width {
            break;
        }
        short.push_str(grapheme);
    }
    short + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_easily_and_never_rounded_up() {
        assert_eq!(counted(1, "word"), "1 word");
        assert_eq!(counted(1_234_567, "word"), "1,234,567 words");
        assert_eq!(three_digits(1.0), "1.0");
        assert_eq!(three_digits(0.999_999), "0.999");
        assert_eq!(three_digits(0.000_001), "0.000");
        assert_eq!(percent(0.0279), "2.7%");
        assert_eq!(percent(1.0), "100.0%");
        assert_eq!(percent(0.999_999), "99.9%");
        assert_eq!(shortened("日本語", 5), "日本…");
        assert_eq!(shortened("日本語", 4), "日…");
        assert_eq!(shortened("日本語", 6), "日本語");
    }
}
