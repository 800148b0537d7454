//! What a scan of everything may take, by what a scan of a part took. All of it is an estimate.

use twicetold::{Plan, report::Totals};

/// How work may grow: a corpus ten times as large takes 1.04 to 1.1 times as long a byte where few texts are alike
/// (docs/performance.md); at most a power of so much is reckoned with.
const GROWTH: f64 = 1.1;

/// Time and room of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cost {
    /// What reading everything took.
    pub(super) reading_seconds: f64,
    /// What the scan of the part took.
    pub(super) scan_seconds: f64,
    /// What reading and scanning everything may take, at least and at most.
    pub(super) seconds: (f64, f64),
    /// What it may hold in memory at its peak.
    pub(super) memory_bytes: u64,
    /// What it may hold on disk besides.
    pub(super) temporary_bytes: u64,
}

impl Cost {
    /// Extrapolates from a part of a corpus to all of it.
    pub(super) fn of(plan: &Plan, part: &Totals, whole: &Totals, reading: f64, scan: f64) -> Self {
        let times = ratio(whole.bytes, part.bytes.max(1)).max(1.0);
        let words = scaled(part.words, times);
        Self {
            reading_seconds: reading,
            scan_seconds: scan,
            seconds: (reading + scan * times, reading + scan * times.powf(GROWTH)),
            memory_bytes: memory(plan, whole.documents, whole.bytes, words),
            temporary_bytes: 0,
        }
    }

    /// The same with so many bytes of memory; 0 for as many as it takes. What does not fit goes to disk, not only the part that is too much.
    pub(super) fn within(self, limit: u64) -> Self {
        if limit == 0 || self.memory_bytes <= limit {
            return self;
        }
        Self { memory_bytes: limit, temporary_bytes: self.memory_bytes, ..self }
    }
}

/// Bytes at the peak. With documents alone, cards: some 300 bytes for each and 1.5 a word. Else all text, 16 bytes a word, and on
/// top of it 40 bytes a word for passages, 24 for the shingles of paragraphs and sentences, which are gone by then.
fn memory(plan: &Plan, documents: u64, bytes: u64, words: u64) -> u64 {
    let level = plan.level;
    if level.document && !level.paragraph && !level.sentence && !level.passage {
        return documents * 300 + words * 3 / 2;
    }
    let peak = match (level.passage, level.paragraph || level.sentence) {
        (true, _) => 40,
        (false, true) => 24,
        (false, false) => 2,
    };
    bytes + words * (16 + peak)
}

/// A count of another, for printing.
#[expect(clippy::cast_precision_loss, reason = "for printing")]
pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate"
)]
fn scaled(n: u64, times: f64) -> u64 {
    (n as f64 * times).round() as u64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use twicetold::Settings;

    fn totals(documents: u64, bytes: u64, words: u64) -> Totals {
        Totals { documents, bytes, words }
    }

    #[test]
    fn a_whole_corpus_takes_what_it_took_and_a_part_of_it_more() {
        let plan = Settings::default().plan().unwrap();
        let all = totals(10, 6_000, 1_000);
        let whole = Cost::of(&plan, &all, &all, 1.0, 2.0);
        assert_eq!(whole.seconds, (3.0, 3.0));
        assert_eq!(whole.memory_bytes, 6_000 + 1_000 * 56);
        let part = Cost::of(&plan, &totals(1, 600, 100), &all, 1.0, 2.0);
        assert_eq!((part.seconds.0, part.memory_bytes), (21.0, whole.memory_bytes));
        assert!(part.seconds.0 < part.seconds.1 && part.seconds.1 < 1.0 + 2.0 * 13.0);
        assert_eq!(whole.within(0), whole);
        assert_eq!(whole.within(whole.memory_bytes), whole);
        let limited = whole.within(50_000);
        assert_eq!((limited.memory_bytes, limited.temporary_bytes), (50_000, whole.memory_bytes));
        let wholes = Settings::from_layers([("level", "document")]).unwrap().plan().unwrap();
        assert_eq!(Cost::of(&wholes, &all, &all, 0.0, 0.0).memory_bytes, 4_500);
        // An empty corpus costs nothing and divides by nothing.
        assert_eq!(Cost::of(&plan, &totals(0, 0, 0), &totals(0, 0, 0), 0.0, 0.0).seconds, (0.0, 0.0));
    }
}
