//! Plagdet, from the published definitions (M. Potthast, B. Stein, A. Barrón-Cedeño, P. Rosso, *An evaluation framework for
//! plagiarism detection*, COLING 2010), macro-averaged, kept as sums so that parts of a corpus can be put together.

use std::ops::{AddAssign, Range};

/// A span on both sides, in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) left: Range<u32>,
    pub(crate) right: Range<u32>,
}

/// What the scores of some pairs are made of.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) cases: usize,
    pub(crate) found: usize,
    recall: f64,
    precision: f64,
    /// Cases that some detection hits, and those hits.
    hit_cases: usize,
    hits: usize,
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.cases += other.cases;
        self.found += other.found;
        self.recall += other.recall;
        self.precision += other.precision;
        self.hit_cases += other.hit_cases;
        self.hits += other.hits;
    }
}

impl Sums {
    fn share(sum: f64, of: usize, others: usize) -> f64 {
        match (of, others) {
            (0, 0) => 1.0,
            (0, _) | (_, 0) => 0.0,
            _ => sum / of as f64,
        }
    }

    pub(crate) fn recall(&self) -> f64 {
        Self::share(self.recall, self.cases, self.found)
    }

    pub(crate) fn precision(&self) -> f64 {
        Self::share(self.precision, self.found, self.cases)
    }

    pub(crate) fn granularity(&self) -> f64 {
        if self.hit_cases == 0 { 1.0 } else { self.hits as f64 / self.hit_cases as f64 }
    }

    pub(crate) fn plagdet(&self) -> f64 {
        let (r, p) = (self.recall(), self.precision());
        if r + p == 0.0 { 0.0 } else { 2.0 * r * p / (r + p) / (1.0 + self.granularity()).log2() }
    }
}

fn meets(a: &Range<u32>, b: &Range<u32>) -> bool {
    a.start < b.end && b.start < a.end
}

fn hit(a: &Case, b: &Case) -> bool {
    meets(&a.left, &b.left) && meets(&a.right, &b.right)
}

/// Characters of `range` that `others` cover.
fn cover<'a>(range: &Range<u32>, others: impl Iterator<Item = &'a Range<u32>>) -> u32 {
    let mut clipped: Vec<(u32, u32)> =
        others.map(|other| (other.start.max(range.start), other.end.min(range.end))).collect();
    clipped.sort_unstable();
    let (mut total, mut end) = (0, range.start);
    for (from, to) in clipped {
        total += to.saturating_sub(from.max(end));
        end = end.max(to);
    }
    total
}

/// The share of a case, on both sides, that others cover.
pub(crate) fn covered(case: &Case, others: &[Case]) -> f64 {
    let near: Vec<&Case> = others.iter().filter(|other| hit(case, other)).collect();
    let characters = cover(&case.left, near.iter().map(|other| &other.left))
        + cover(&case.right, near.iter().map(|other| &other.right));
    let all = case.left.len() + case.right.len();
    if all == 0 { 0.0 } else { f64::from(characters) / all as f64 }
}

/// The sums of one pair of documents.
pub(crate) fn sums(truth: &[Case], found: &[Case]) -> Sums {
    let hits: Vec<usize> =
        truth.iter().map(|case| found.iter().filter(|other| hit(case, other)).count()).collect();
    Sums {
        cases: truth.len(),
        found: found.len(),
        recall: truth.iter().map(|case| covered(case, found)).sum(),
        precision: found.iter().map(|case| covered(case, truth)).sum(),
        hit_cases: hits.iter().filter(|hits| 0 < **hits).count(),
        hits: hits.iter().sum(),
    }
}
