//! Findings to be read by a person: a report goes in, pairs near the thresholds come out, and what was said of them becomes a
//! precision.
//!
//! Behind stage 8. A similarity is counted, so no finding lies below its threshold; whether text that alike *was told twice* only a
//! reader can say. [`draw`] chooses what to read, [`write`](mod@write) lays it out, [`judged`] counts the answers. Nothing
//! here opens a file or finds a repeat.
//!
//! # The idea
//!
//! A pair is a keeper and a member that differs from it. Its distance is by how much its similarity is above the threshold it had to
//! meet. Level and distance make a *bin* ([`LIMITS`]), the narrower the nearer to the threshold, and each bin gives as many pairs as
//! the others while it has them: so reading goes where a threshold is decided, and the shares of each bin can be told apart.
//! Within a bin pairs are drawn by a hash of the seed, the finding's fingerprint and the member's place.
//!
//! # Promises
//!
//! * Equal reports, wishes and seeds give equal samples; a larger sample holds the smaller one.
//! * A bin has a finding at most once: a text of a thousand wordings is read once.
//!
//! # Limits
//!
//! What was missed is in no report: to learn about text below a threshold, scan with a lower one. A passage that was found in another
//! order may lie below the threshold of passages; it counts as at it. Which of the two thresholds of passages held is told by
//! the words of the longer side, characters of scripts without spaces counted as words.

pub mod judged;
mod mark;
pub mod write;

use std::collections::BTreeMap;

use crate::{
    hash,
    report::view::{Document, Family, Occurrence, Report},
    settings::{Level, PassagePlan, PerLevel},
};

/// Where the bins of distance begin, in millionths; each ends where the next begins.
pub const LIMITS: [u32; 4] = [0, 50_000, 100_000, 200_000];

/// How many pairs to draw of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// So many pairs, if there are.
    pub pairs: usize,
    /// Another seed draws others.
    pub seed: u64,
    /// Of these levels.
    pub level: PerLevel<bool>,
}

/// One bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bin {
    /// The level.
    pub level: Level,
    /// Its number in [`LIMITS`].
    pub distance: usize,
}

impl Bin {
    /// From where to where above the threshold: `0.05 to 0.10 above`. Also read back, so it holds nothing that a spreadsheet changes.
    pub fn distances(self) -> String {
        let shown = |at: usize| LIMITS.get(at).map(|limit| format!("{:.2}", f64::from(*limit) / 1e6));
        match (shown(self.distance), shown(self.distance + 1)) {
            (Some(from), Some(to)) => format!("{from} to {to} above"),
            (from, _) => format!("{} or more above", from.unwrap_or_default()),
        }
    }

    /// The bin of a level that [`distances`](Self::distances) names so.
    fn named(level: Level, distances: &str) -> Option<Self> {
        (0..LIMITS.len()).map(|distance| Self { level, distance }).find(|bin| bin.distances() == distances)
    }
}

/// What one bin holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// The bin.
    pub bin: Bin,
    /// Findings with a pair in it.
    pub findings: usize,
    /// Of these, how many were drawn.
    pub drawn: usize,
}

/// Two places of one finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair<'r> {
    /// Where it belongs.
    pub bin: Bin,
    /// The finding.
    pub family: &'r Family<'r>,
    /// The place to keep.
    pub keeper: &'r Occurrence<'r>,
    /// The place that is like it.
    pub member: &'r Occurrence<'r>,
    /// What the similarity had to be at least.
    pub threshold: f64,
}

/// What is to be read.
#[derive(Clone, Debug)]
pub struct Sample<'r> {
    /// The seed it was drawn with.
    pub seed: u64,
    /// The bins that are not empty, by level and distance.
    pub strata: Vec<Stratum>,
    /// By level, the least similar first.
    pub pairs: Vec<Pair<'r>>,
    documents: BTreeMap<u32, &'r Document<'r>>,
}

impl Sample<'_> {
    /// Where a place stands: `file#record:line:column`.
    fn location(&self, place: &Occurrence<'_>) -> String {
        let document = self.documents.get(&place.document);
        let path = document.map_or("?", |document| &document.path);
        let record = document.and_then(|document| document.record).map_or(String::new(), |n| format!("#{n}"));
        format!("{path}{record}:{}:{}", place.line, place.column)
    }
}

/// Draws pairs near the thresholds. Findings that are suppressed, and places with the keeper's words, are left out: no threshold decided
/// about them. Cost: a hash for each place, a sort of the findings.
pub fn draw<'r>(report: &'r Report<'r>, wish: &Wish) -> Sample<'r> {
    let documents: BTreeMap<u32, &Document<'_>> =
        report.documents.iter().map(|document| (document.id, document)).collect();
    let mut bins: BTreeMap<Bin, Vec<(u64, usize, Pair<'r>)>> = BTreeMap::new();
    for (index, family) in
        report.families.iter().enumerate().filter(|(_, family)| family.state != "suppressed")
    {
        let Some(keeper) = family.occurrences.get(family.keeper as usize) else { continue };
        let Some(level) = Level::parse(&family.level).ok().filter(|level| *wish.level.get(*level)) else {
            continue;
        };
        let mut first: BTreeMap<Bin, (u64, Pair<'r>)> = BTreeMap::new();
        for member in family.occurrences.iter().filter(|place| place.similarity < 1.0) {
            let threshold = threshold(report, level, family, keeper, member);
            let distance = millionths(member.similarity).saturating_sub(millionths(threshold));
            let bin =
                Bin { level, distance: LIMITS.partition_point(|limit| *limit <= distance).saturating_sub(1) };
            let key = key(wish.seed, family, documents.get(&member.document).copied(), member);
            if first.get(&bin).is_none_or(|(least, _)| key < *least) {
                first.insert(bin, (key, Pair { bin, family, keeper, member, threshold }));
            }
        }
        for (bin, (key, pair)) in first {
            bins.entry(bin).or_default().push((key, index, pair));
        }
    }
    bins.values_mut().for_each(|bin| bin.sort_unstable_by_key(|(key, index, _)| (*key, *index)));
    let drawn = shares(&bins.iter().map(|(bin, pairs)| (*bin, pairs.len())).collect::<Vec<_>>(), wish.pairs);
    let mut sample = Sample { seed: wish.seed, strata: Vec::new(), pairs: Vec::new(), documents };
    for ((bin, pairs), drawn) in bins.into_iter().zip(drawn) {
        sample.strata.push(Stratum { bin, findings: pairs.len(), drawn });
        let mut pairs: Vec<Pair<'r>> = pairs.into_iter().take(drawn).map(|(_, _, pair)| pair).collect();
        pairs.sort_by(|x, y| x.member.similarity.total_cmp(&y.member.similarity));
        sample.pairs.extend(pairs);
    }
    sample
}

/// How many pairs each bin gives: one after the other in turn, the nearest of every level first, while they have any.
fn shares(bins: &[(Bin, usize)], wanted: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..bins.len()).collect();
    order.sort_by_key(|at| bins.get(*at).map(|(bin, _)| (bin.distance, bin.level)));
    let mut drawn = vec![0; bins.len()];
    let mut left = wanted.min(bins.iter().map(|(_, pairs)| pairs).sum());
    while 0 < left {
        for at in &order {
            if let (Some((_, pairs)), Some(drawn)) = (bins.get(*at), drawn.get_mut(*at))
                && *drawn < *pairs
                && 0 < left
            {
                *drawn += 1;
                left -= 1;
            }
        }
    }
    drawn
}

/// What the similarity of a pair had to be at least.
fn threshold(
    report: &Report<'_>,
    level: Level,
    family: &Family<'_>,
    keeper: &Occurrence<'_>,
    member: &Occurrence<'_>,
) -> f64 {
    let settings = &report.settings;
    match level {
        Level::Passage if keeper.words.max(member.words) < PassagePlan::LONG => {
            settings.passage.short_threshold
        }
        Level::Passage => settings.passage.threshold,
        _ if family.kind == "contained" => settings.containment,
        Level::Document => settings.document.threshold,
        Level::Paragraph => settings.paragraph.threshold,
        Level::Sentence => settings.sentence.threshold,
    }
}

/// Which pair is drawn before which; ids of documents are no part of it, so that one more document changes nothing for the others.
fn key(seed: u64, family: &Family<'_>, document: Option<&Document<'_>>, place: &Occurrence<'_>) -> u64 {
    let path = document.map_or("", |document| &document.path);
    let record = document.and_then(|document| document.record).unwrap_or(0);
    let words = [
        seed,
        hash::word(family.fingerprint.as_bytes()),
        hash::word(path.as_bytes()),
        record,
        place.start.into(),
    ];
    hash::mix(words.into_iter().fold(0, |state, word| hash::push(state, hash::mix(word))))
}

/// Six digits are all that a report has.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share, clamped before")]
fn millionths(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 1e6).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bin(level: Level, distance: usize) -> Bin {
        Bin { level, distance }
    }

    #[test]
    fn a_bin_is_known_again_by_its_name() {
        for distance in 0..LIMITS.len() {
            let bin = bin(Level::Sentence, distance);
            assert_eq!(Bin::named(Level::Sentence, &bin.distances()), Some(bin));
        }
        assert_eq!(bin(Level::Sentence, 1).distances(), "0.05 to 0.10 above");
        assert_eq!(bin(Level::Sentence, 3).distances(), "0.20 or more above");
        assert_eq!(Bin::named(Level::Sentence, "0.1 above"), None);
    }

    proptest! {
        #[test]
        fn bins_give_alike_while_they_have(sizes in prop::collection::vec(0_usize..30, 0..9), wanted in 0_usize..150) {
            let bins: Vec<(Bin, usize)> =
                (0..).zip(&sizes).map(|(at, size)| (bin(Level::ALL[at % 4], at / 4), *size)).collect();
            let drawn = shares(&bins, wanted);
            prop_assert_eq!(drawn.iter().sum::<usize>(), wanted.min(sizes.iter().sum()));
            let most = drawn.iter().copied().max().unwrap_or(0);
            for (drawn, size) in drawn.iter().zip(&sizes) {
                prop_assert!(drawn <= size);
                // Who gives two fewer than another has no more.
                prop_assert!(most <= drawn + 1 || drawn == size);
            }
            // More is what was, and more.
            let more = shares(&bins, wanted + 7);
            prop_assert!(drawn.iter().zip(&more).all(|(few, many)| few <= many));
        }
    }
}
