//! Seeds that stand in many places: told apart by more and more words, linked to a leader.
//!
//! The places of one seed are a group. Groups are split by the words that follow, up to 8, 12, 16, 24 and 32 of
//! them; each new group of few places makes all its pairs, each larger one a star: `n - 1` links for `n` places, so
//! boilerplate costs what it is long and no place of it is lost. Only where groups whose words are a handful over and over
//! ([`plain`](super::plain)) have more than [`MANY`] places in all, they wait for the last length: of two texts over two words everything is equal.
//!
//! # Cost
//!
//! A text of `w` words in `n` places has `w` such groups, all with the same links but for their diagonals' other ends: where
//! the places of a group are those of another one, each a word further on, its links would lie in the runs of the
//! other's, so they are not made. What follows each place is read in the order of the corpus, not of the groups: places of one
//! group lie far apart in memory.

mod one;

pub(super) use one::{Apart, apart, pairs_of_one};

use rayon::prelude::*;

use super::{
    plain::is_plain,
    seed::{Bits, Corpus, Keyed, Link, Place, SMALL, all_pairs, link, width},
};
use crate::hash;

/// By how many words the places of a large group are told apart.
pub const LONGER: [u32; 5] = [8, 12, 16, 24, 32];
/// Where plain text stands in more places than these, it is not linked before it is told apart by the most words. Reuters-21578
/// has two hundred.
pub const MANY: usize = 100_000;
/// No group.
pub(super) const NONE: u32 = u32::MAX;

/// Places with the same words, as a part of [`Crowd::order`].
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    len: usize,
    /// Whether these places were linked with fewer words.
    linked: bool,
    /// Whether these are too many places of plain text to be linked with so few words.
    waits: bool,
}

/// All places that stand in large groups.
struct Crowd {
    /// Their positions, ascending. A place is named by its index here.
    positions: Vec<u32>,
    /// Whether the place before is one word before, in the same document.
    follows: Bits,
    /// The places of each group together, ascending in each.
    order: Vec<u32>,
    groups: Vec<Group>,
}

/// The links of large groups, which agree in `size` words, and the number of places of plain text that have none: they waited
/// for more words, and with those most of their group stood alone.
pub(super) fn links(corpus: &Corpus<'_>, large: &[&[Keyed]], is_hot: &Bits, size: u32) -> (Vec<Link>, u64) {
    let mut crowd = Crowd::new(corpus, large, is_hot);
    let (mut links, mut plain) = (Vec::new(), 0);
    let mut before = size;
    for longer in LONGER.into_iter().filter(|longer| size < *longer) {
        let keys = crowd.keys(corpus, before, longer);
        plain += crowd.split(&keys);
        drop(keys);
        let is_plain = |position| plain_at(corpus, position, longer);
        if LONGER.last() != Some(&longer) && crowd.hold_back(is_plain) <= MANY {
            crowd.let_go();
        }
        links.extend(crowd.pairs(|place| crowd.place(corpus, place), link));
        crowd.go_on();
        before = longer;
    }
    (links, plain)
}

impl Crowd {
    fn new(corpus: &Corpus<'_>, large: &[&[Keyed]], is_hot: &Bits) -> Self {
        let positions = is_hot.positions();
        let mut follows = Bits::new(positions.len());
        let mut document = 0;
        for (index, pair) in positions.windows(2).enumerate() {
            let [before, here] = pair else { continue };
            while corpus.base(document + 1) <= *before {
                document += 1;
            }
            if before + 1 == *here && *here < corpus.base(document + 1) {
                follows.set(index + 1);
            }
        }
        let ranks = is_hot.ranks();
        let mut order = Vec::with_capacity(positions.len());
        let mut groups = Vec::with_capacity(large.len());
        for group in large {
            groups.push(Group { start: order.len(), len: group.len(), linked: false, waits: false });
            order.extend(group.iter().map(|keyed| is_hot.rank(&ranks, keyed.position as usize)));
        }
        Self { positions, follows, order, groups }
    }

    /// For each place a key of the words that follow the first `from` of its window up to `to`; 0 where the document
    /// ends before.
    fn keys(&self, corpus: &Corpus<'_>, from: u32, to: u32) -> Vec<u64> {
        let chunks = self.positions.par_chunks(1 << 12);
        chunks
            .flat_map_iter(|positions| {
                let mut document = positions.first().map_or(0, |first| corpus.document(*first));
                positions.iter().map(move |position| {
                    while corpus.base(document + 1) <= *position {
                        document += 1;
                    }
                    let words = corpus.words(document);
                    let at = (*position - corpus.base(document)) as usize;
                    let first = words.get(at).copied().unwrap_or_default();
                    words.get(at + width(first, from)..at + width(first, to)).map_or(0, key)
                })
            })
            .collect()
    }

    /// Marks the groups that wait for more words, which are plain as far as they were told apart; says how many places they have.
    fn hold_back(&mut self, is_plain: impl Fn(u32) -> bool + Sync) -> usize {
        let (positions, order) = (&self.positions, &self.order);
        let first = |group: &Group| positions.get(*order.get(group.start)? as usize).copied();
        let is_plain = |group: &Group| first(group).is_some_and(&is_plain);
        self.groups.par_iter_mut().for_each(|group| {
            group.waits = SMALL < group.len && !group.linked && is_plain(group);
        });
        self.groups.iter().filter(|group| group.waits).map(|group| group.len).sum()
    }

    /// Lets them be linked after all.
    fn let_go(&mut self) {
        self.groups.iter_mut().for_each(|group| group.waits = false);
    }

    /// Leaves the groups that are still large, once they are linked.
    fn go_on(&mut self) {
        self.groups.retain(|group| SMALL < group.len);
        self.groups.iter_mut().for_each(|group| group.linked |= !group.waits);
    }

    /// Splits the groups by keys; groups of one are left out. Gives the number of places that waited for this in vain.
    fn split(&mut self, keys: &[u64]) -> u64 {
        let mut rest = self.order.as_mut_slice();
        let mut at = 0;
        let mut slices = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let (_, tail) = rest.split_at_mut((group.start - at).min(rest.len()));
            let (slice, tail) = tail.split_at_mut(group.len.min(tail.len()));
            slices.push((*group, slice));
            at = group.start + group.len;
            rest = tail;
        }
        let empty = || (Vec::new(), 0);
        let parts: Vec<(Vec<Group>, u64)> = slices
            .into_par_iter()
            .fold(empty, |(mut parts, mut alone), (group, places)| {
                let before = parts.len();
                split(group, places, keys, &mut parts);
                let kept: usize = parts.iter().skip(before).map(|part: &Group| part.len).sum();
                // The ends of a long plain text always stand alone.
                if group.waits && kept < group.len / 2 {
                    alone += (group.len - kept) as u64;
                }
                (parts, alone)
            })
            .collect();
        let alone = parts.iter().map(|(_, alone)| alone).sum();
        self.groups = parts.into_iter().flat_map(|(parts, _)| parts).collect();
        alone
    }

    /// Pairs of places, by their numbers, of the groups that other groups do not link already.
    fn pairs<T: Clone + Send>(
        &self,
        place: impl Fn(u32) -> Place + Sync,
        made: impl Fn((Place, Place)) -> T + Sync,
    ) -> Vec<T> {
        let mut group_of = vec![NONE; self.positions.len()];
        for (number, group) in (0_u32..).zip(&self.groups) {
            for place in self.places(group) {
                if let Some(slot) = group_of.get_mut(*place as usize) {
                    *slot = number;
                }
            }
        }
        let parts: Vec<Vec<T>> = self
            .groups
            .par_iter()
            .filter(|group| !group.linked && !group.waits && !self.goes_on(group, &group_of))
            .fold(Vec::new, |mut pairs, group| {
                let places = self.places(group).iter().map(|number| place(*number));
                if group.len <= SMALL {
                    pairs.extend(all_pairs(&places.collect::<Vec<_>>()).map(&made));
                } else {
                    pairs.extend(star(places).map(&made));
                }
                pairs
            })
            .collect();
        parts.concat()
    }

    /// Whether the places of a group are those of another one, each a word further on.
    fn goes_on(&self, group: &Group, group_of: &[u32]) -> bool {
        let before = |place: u32| {
            let before = place.checked_sub(1).filter(|_| self.follows.get(place as usize))?;
            group_of.get(before as usize).copied().filter(|number| *number != NONE)
        };
        let places = self.places(group);
        let Some(number) = places.first().and_then(|first| before(*first)) else { return false };
        let other = self.groups.get(number as usize);
        let is_as_large = other.is_some_and(|other| other.len == group.len && !other.waits);
        is_as_large && places.iter().all(|place| before(*place) == Some(number))
    }

    fn places(&self, group: &Group) -> &[u32] {
        self.order.get(group.start..group.start + group.len).unwrap_or_default()
    }

    fn place(&self, corpus: &Corpus<'_>, place: u32) -> Place {
        corpus.place(self.positions.get(place as usize).copied().unwrap_or(0))
    }
}

/// The key of words that tell places apart: never 0.
fn key(words: &[u64]) -> u64 {
    hash::mix(words.iter().fold(0, |state, word| hash::push(state, *word))) | 1
}

/// Whether the window of a position is over a handful of words.
fn plain_at(corpus: &Corpus<'_>, position: u32, size: u32) -> bool {
    let (document, at, _) = corpus.place(position);
    let words = corpus.words(document);
    words.get(at).and_then(|first| words.get(at..at + width(*first, size))).is_some_and(is_plain)
}

/// Splits one group.
fn split(group: Group, places: &mut [u32], keys: &[u64], parts: &mut Vec<Group>) {
    let key = |place: &u32| keys.get(*place as usize).copied().unwrap_or(0);
    let first = places.first().map_or(0, key);
    if first != 0 && places.iter().all(|place| key(place) == first) {
        parts.push(Group { waits: false, ..group });
        return;
    }
    let mut keyed: Vec<(u64, u32)> = places.iter().map(|place| (key(place), *place)).collect();
    keyed.sort_unstable();
    for (slot, (_, place)) in places.iter_mut().zip(&keyed) {
        *slot = *place;
    }
    let mut at = group.start;
    for part in keyed.chunk_by(|x, y| x.0 == y.0) {
        if 1 < part.len() && part.first().is_some_and(|(key, _)| *key != 0) {
            parts.push(Group { start: at, len: part.len(), linked: false, waits: false });
        }
        at += part.len();
    }
}

/// The first place in each document with the first of all, and the others with the one before them.
fn star(mut places: impl Iterator<Item = Place>) -> impl Iterator<Item = (Place, Place)> {
    let leader = places.next();
    let mut before = leader;
    places.filter_map(move |next| {
        let last = before.replace(next)?;
        Some((if next.0 == last.0 { last } else { leader? }, next))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        passage::{
            Block,
            made::{documents, runs, texts, word},
            seed,
        },
        settings::Settings,
    };
    use proptest::prelude::*;

    /// As the module's head says, word for word: each length keyed anew, nothing left out.
    fn slowly(corpus: &Corpus<'_>, texts: &[Vec<u64>], size: u32) -> Vec<Link> {
        let mut positions: Vec<u32> = (0..corpus.base(texts.len())).collect();
        let mut links = Vec::new();
        for size in [size].into_iter().chain(LONGER) {
            let mut groups: BTreeMap<&[u64], Vec<u32>> = BTreeMap::new();
            for position in positions.drain(..) {
                let (document, at, _) = corpus.place(position);
                if let Some(window) = texts[document].get(at..at + size as usize) {
                    groups.entry(window).or_default().push(position);
                }
            }
            for group in groups.values() {
                let places = || group.iter().map(|position| corpus.place(*position));
                if group.len() <= SMALL {
                    links.extend(all_pairs(&places().collect::<Vec<_>>()).map(link));
                } else {
                    positions.extend(group);
                    if LONGER[0] <= size {
                        links.extend(star(places()).map(link));
                    }
                }
            }
            positions.sort_unstable();
        }
        links
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn links_left_out_lie_in_the_runs_of_others(documents in documents(word)) {
            let plan = Settings::default().plan().unwrap().passage;
            let texts = texts(&documents);
            let corpus = Corpus::new(&texts).unwrap();
            let fast = runs(&corpus, &texts, seed::links(&corpus, 4).0, &plan);
            prop_assert_eq!(fast, runs(&corpus, &texts, slowly(&corpus, &documents, 4), &plan));
        }
    }

    #[test]
    fn a_text_in_many_places_has_a_link_for_each_place() {
        let text: Vec<u64> = (1..=100).map(word).collect();
        let documents: Vec<Vec<u64>> = (0..200).map(|n| [&[word(1000 + n)], &text[..]].concat()).collect();
        let texts = texts(&documents);
        let corpus = Corpus::new(&texts).unwrap();
        assert_eq!(seed::links(&corpus, 4).0.len(), 199);
    }

    /// Two documents of so many words, drawn from three, that share forty in their middle.
    fn of_three_words(n: u64) -> [Vec<u64>; 2] {
        let draw = |seed: u64| (0..n).map(|at| word(hash::mix(seed * n + at) % 3)).collect::<Vec<_>>();
        let (left, mut right) = (draw(1), draw(2));
        let middle = left.len() / 2;
        right.splice(middle..middle + 40, left[middle..middle + 40].iter().copied());
        [left, right]
    }

    #[test]
    fn text_over_a_handful_of_words_waits_for_more_words_where_there_is_much() {
        let plan = Settings::default().plan().unwrap().passage;
        for (n, is_much) in [(2_000, false), (60_000, true)] {
            let documents = of_three_words(n);
            let texts = texts(&documents);
            let corpus = Corpus::new(&texts).unwrap();
            let (links, plain) = seed::links(&corpus, 4);
            assert_eq!(n < plain, is_much, "{n} {plain}");
            assert_eq!((links.len() as u64) < n / 2, is_much, "{n} {}", links.len());
            let middle = u32::try_from(n / 2).unwrap();
            let is_copy = |run: &Block| run.left <= middle && middle + 40 <= run.left + run.len;
            assert!(runs(&corpus, &texts, links, &plan)[&(0, 1)].iter().any(is_copy));
        }
    }
}
