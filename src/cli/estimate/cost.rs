//! What a scan of everything may take, by what a scan of a part took. All of it is an estimate.

use twicetold::{Plan, report::Totals};

/// How time may grow: with this power of the bytes at most, where few texts are alike. A corpus ten times as large takes at most 1.26 times as
/// long a byte then.
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

/// What is under way while inputs are read.
const BUFFER_BYTES: u64 = 32 << 20;

/// Bytes at the peak, as measured (docs/thresholds.md): with documents alone some 1,000 for each and 1.5 a word; else all text, 16 bytes
/// a word, and on top of it what passages and shingles take for each word.
fn memory(plan: &Plan, documents: u64, bytes: u64, words: u64) -> u64 {
    let level = plan.level;
    let units = level.document || level.paragraph || level.sentence;
    let parts = level.paragraph || level.sentence || level.passage;
    let peak = match (level.passage, units) {
        _ if !parts => return BUFFER_BYTES + documents * 1_000 + words * 3 / 2,
        (true, true) => 50,
        (true, false) => 40,
        (false, _) => 35,
    };
    BUFFER_BYTES + bytes + words * (16 + peak)
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
        assert_eq!(whole.memory_bytes, BUFFER_BYTES + 6_000 + 1_000 * 66);
        let part = Cost::of(&plan, &totals(1, 600, 100), &all, 1.0, 2.0);
        assert_eq!((part.seconds.0, part.memory_bytes), (21.0, whole.memory_bytes));
        assert!(part.seconds.0 < part.seconds.1 && part.seconds.1 < 1.0 + 2.0 * 13.0);
        assert_eq!(whole.within(0), whole);
        assert_eq!(whole.within(whole.memory_bytes), whole);
        let limited = whole.within(50_000);
        assert_eq!((limited.memory_bytes, limited.temporary_bytes), (50_000, whole.memory_bytes));
        let wholes = Settings::from_layers([("level", "document")]).unwrap().plan().unwrap();
        assert_eq!(Cost::of(&wholes, &all, &all, 0.0, 0.0).memory_bytes, BUFFER_BYTES + 11_500);
        // An empty corpus costs nothing and divides by nothing.
        assert_eq!(Cost::of(&plan, &totals(0, 0, 0), &totals(0, 0, 0), 0.0, 0.0).seconds, (0.0, 0.0));
    }
}
