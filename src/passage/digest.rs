//! A paragraph that sums up another text: few of its words are in order, most of what is particular to it stands there.
//!
//! The *particular* words of a paragraph are those that its own document has nowhere else (but once). In a summary most
//! of them stand in the text it sums up, scattered over all of it. By chance a long text holds many of any
//! paragraph's words, so the share must also be well above that of the rest of the document. A paragraph without a rest to compare it with is no
//! digest.

use crate::{settings::DigestPlan, span::WordRange};

/// Once more elsewhere in its document does not make a word less particular.
const ELSEWHERE: u32 = 1;

/// A paragraph on one side and what it sums up on the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digest {
    pub(super) short: WordRange,
    pub(super) long: WordRange,
    /// Where its particular words stand in the other text, first and last place of each.
    pub(super) places: Vec<(u32, u32)>,
}

/// The digests of `long` among the paragraphs of `short`. Cost: sorting the words of both.
pub(super) fn digests(
    short: &[u64],
    paragraphs: &[WordRange],
    long: &[u64],
    plan: &DigestPlan,
) -> Vec<Digest> {
    let facts = facts(short, long);
    let particular = |fact: &&Fact| fact.times <= 1 + ELSEWHERE;
    let all = facts.iter().filter(particular).count();
    let all_held = facts.iter().filter(particular).filter(|fact| fact.held.is_some()).count();
    let mut found = Vec::new();
    for paragraph in paragraphs {
        let Some(inside) = facts.get(paragraph.native()) else { continue };
        if paragraph.len() < plan.words {
            continue;
        }
        let mut words: Vec<&Fact> = inside.iter().collect();
        words.sort_unstable_by_key(|fact| fact.number);
        let (mut own, mut places) = (0_usize, Vec::new());
        for same in words.chunk_by(|x, y| x.number == y.number) {
            let Some(fact) = same.first() else { continue };
            let elsewhere = (fact.times as usize).saturating_sub(same.len());
            if elsewhere <= ELSEWHERE as usize {
                own += 1;
                places.extend(fact.held);
            }
        }
        let inside =
            |held: bool| inside.iter().filter(particular).filter(|fact| !held || fact.held.is_some()).count();
        let (rest, rest_held) = (all - inside(false), all_held - inside(true));
        let enough = plan.words as usize <= own * 2 && plan.words as usize <= rest;
        // places / own against rest_held / rest.
        let stands_out = plan.rise as usize * rest_held * own <= places.len() * rest;
        if enough && stands_out && plan.share.met_by(places.len() as u64, own as u64) {
            let start = places.iter().map(|place| place.0).min().unwrap_or(0);
            let end = places.iter().map(|place| place.1 + 1).max().unwrap_or(0);
            found.push(Digest { short: *paragraph, long: WordRange { start, end }, places });
        }
    }
    found
}

/// What is known of the word at one place.
#[derive(Clone, Copy, Default)]
struct Fact {
    /// Equal for equal words.
    number: u32,
    /// How often its text has it.
    times: u32,
    /// First and last place in the other text.
    held: Option<(u32, u32)>,
}

fn facts(short: &[u64], long: &[u64]) -> Vec<Fact> {
    let sorted = |words: &[u64]| {
        let mut sorted: Vec<(u64, u32)> = words.iter().copied().zip(0..).collect();
        sorted.sort_unstable();
        sorted
    };
    let (ours, theirs) = (sorted(short), sorted(long));
    let mut facts = vec![Fact::default(); short.len()];
    let mut from = 0;
    for (number, group) in (0..).zip(ours.chunk_by(|x, y| x.0 == y.0)) {
        let Some((word, _)) = group.first() else { continue };
        let rest = theirs.get(from..).unwrap_or_default();
        from += rest.partition_point(|other| other.0 < *word);
        let rest = theirs.get(from..).unwrap_or_default();
        let same = rest.get(..rest.partition_point(|other| other.0 == *word)).unwrap_or_default();
        let held = same.first().zip(same.last()).map(|(first, last)| (first.1, last.1));
        let times = u32::try_from(group.len()).unwrap_or(u32::MAX);
        for (_, at) in group {
            if let Some(slot) = facts.get_mut(*at as usize) {
                *slot = Fact { number, times, held };
            }
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Ratio;

    const PLAN: DigestPlan = DigestPlan { words: 40, share: Ratio::hundredths(60), rise: 2 };

    fn own(n: u64, seed: u64) -> Vec<u64> {
        (0..n).map(|at| (seed << 32 | at) * 2).collect()
    }

    fn range(start: u32, end: u32) -> WordRange {
        WordRange { start, end }
    }

    /// A text of which every twentieth word stands in a paragraph of sixty, between two others.
    fn summed_up() -> (Vec<u64>, Vec<u64>) {
        let long = own(1000, 1);
        let told: Vec<u64> = long.iter().copied().step_by(20).collect();
        (([own(60, 2), told, own(10, 3), own(60, 4)].concat()), long)
    }

    #[test]
    fn a_paragraph_whose_words_are_scattered_over_a_text_sums_it_up() {
        let (short, long) = summed_up();
        let paragraphs = [range(0, 60), range(60, 120), range(120, 180)];
        let found = digests(&short, &paragraphs, &long, &PLAN);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].short, found[0].long), (range(60, 120), range(0, 981)));
        assert_eq!(found[0].places.len(), 50);
    }

    #[test]
    fn a_paragraph_that_does_not_stand_out_sums_up_nothing() {
        // All paragraphs share as much: two documents of one subject.
        let long = own(1000, 1);
        let short: Vec<u64> = long.iter().copied().step_by(5).collect();
        let paragraphs = [range(0, 60), range(60, 120), range(120, 200)];
        assert_eq!(digests(&short, &paragraphs, &long, &PLAN), []);
    }

    #[test]
    fn a_paragraph_without_a_rest_sums_up_nothing() {
        let (short, long) = summed_up();
        assert_eq!(digests(&short[60..120], &[range(0, 60)], &long, &PLAN), []);
    }
}
