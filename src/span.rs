//! Half-open ranges of one document: bytes of its text ([`Span`], the only way a position leaves a stage)
//! and words ([`WordRange`], how stages that never see text talk about places).

use std::fmt;

/// Bytes `start..end` of one document's decoded text.
///
/// A span made by this crate lies inside its text and on character boundaries. Documents are
/// capped far below 4 GiB by `max-record-size`, so 32 bits are enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end`; an end before the start is taken as empty at `start`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end: if end < start { start } else { end } }
    }

    /// A span from native offsets, saturating at 4 GiB - 1 (no document is that long).
    pub fn from_range(start: usize, end: usize) -> Self {
        Self::new(saturate(start), saturate(end))
    }

    /// How many bytes.
    pub const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it holds nothing.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// As a native range, for slicing.
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The bytes of `text` it covers; empty when the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }

    /// Whether `inner` lies wholly inside.
    pub const fn contains(self, inner: Self) -> bool {
        self.start <= inner.start && inner.end <= self.end
    }

    /// How many bytes both cover.
    pub fn overlap(self, other: Self) -> usize {
        self.end.min(other.end).saturating_sub(self.start.max(other.start)) as usize
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

/// Words `start..end` of one document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordRange {
    /// The first word.
    pub start: u32,
    /// The word after the last one.
    pub end: u32,
}

impl WordRange {
    /// How many words.
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// How many words both hold.
    pub fn overlap(self, other: Self) -> u32 {
        self.end.min(other.end).saturating_sub(self.start.max(other.start))
    }

    /// Whether `inner` lies wholly inside.
    pub const fn contains(self, inner: Self) -> bool {
        self.start <= inner.start && inner.end <= self.end
    }

    /// As a native range, for slicing.
    pub const fn native(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

fn saturate(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_outside_its_text_is_empty_not_a_panic() {
        assert_eq!(Span::new(2, 9).of("abc"), "");
        assert_eq!(Span::new(1, 2).of("é"), "");
        assert_eq!(Span::new(1, 3).of("abc"), "bc");
    }

    #[test]
    fn overlap_counts_common_bytes() {
        assert_eq!(Span::new(0, 10).overlap(Span::new(5, 20)), 5);
        assert_eq!(Span::new(0, 5).overlap(Span::new(5, 20)), 0);
        assert!(Span::new(0, 5).contains(Span::new(5, 5)));
        assert!(!Span::new(0, 5).contains(Span::new(4, 6)));
    }
}
